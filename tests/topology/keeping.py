"""What stands after workflows have run: kept and brought back as a backup is, and told, so as to be compared."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from orgwarden.attestations.records import AttestationStore, broken_at
from orgwarden.findings.store import FindingStore
from orgwarden.store import FileStore
from tests.topology.native import PATIENCE, Topology

# Times, runs and the numbers of tickets differ between two runs to the same end.
TOLD = {
    "findings": "SELECT id, control, account, region, resource, kind, state, severity, owner, reason FROM findings",
    "history": "SELECT finding, happening, count(*) FROM finding_events GROUP BY finding, happening",
    "tickets": "SELECT fingerprint, title, status, severity, owner FROM local_tickets",
    "on tickets": "SELECT finding, fingerprint FROM ticket_findings",
    "answers": 'SELECT period, question, about, kind, "by" FROM attestations',
    "asked": "SELECT period, question, about, person, due FROM questions_asked",
}
OPEN = {
    "findings": "SELECT id, control, account, region, resource, kind, severity FROM findings WHERE state = 'open'",
    "tickets": "SELECT fingerprint, title FROM local_tickets WHERE status <> 'done'",
}


def database(topology: Topology) -> Any:
    """Give an engine of the findings' database."""
    return create_engine(topology.service("airflow-worker").environment["ORGWARDEN_DATABASE_URL"])


def rows(topology: Topology, queries: Mapping[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """Give the rows of each query, sorted."""
    engine = database(topology)
    with engine.connect() as connection:
        found = {name: sorted(map(tuple, connection.execute(text(query)))) for name, query in queries.items()}
    engine.dispose()
    return found


def end_state(topology: Topology) -> dict[str, Any]:
    """Give what stands: findings with their history, tickets, answers, and by digests what was read and the ledgers."""
    store = topology.state / "store"
    (newest,) = sorted(store.glob("snapshots/*/*/manifest.json"), key=lambda file: file.stat().st_mtime)[-1:]
    # Asked of the store itself: what a killed task had half written is hidden from everybody.
    parts = map(Path, FileStore(store).names(f"{newest.parent.relative_to(store)}/parts"))
    return {
        **rows(topology, TOLD),
        "read": sorted(part.name for part in parts if not _is_of_the_bill(part)),
        "ledgers": sorted((str(f.relative_to(store)), _digest(f)) for f in store.glob("reports/billing/**/*.csv")),
        "not on one ticket": [*(said := checked(topology))["on_no_ticket"], *said["on_several"]],
        "chain": chain(topology),
    }


def _is_of_the_bill(part: Path) -> bool:
    """Say whether a part tells of what AWS delivers, which it does between the undisturbed reading and the others."""
    return part.name.startswith(("billing.", "ce."))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def checked(topology: Topology) -> dict[str, Any]:
    """Give the findings that are not on exactly one open ticket, and those whose ticket waits for room in a run."""
    done = topology.command("orgwarden", "tickets", "check", "--json")
    assert done.returncode in {0, 1}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def chain(topology: Topology) -> Any:
    """Give the first answer that is not what was recorded."""
    engine = database(topology)
    organizations = FindingStore(engine).organizations()
    broken = [broken_at(AttestationStore(engine).entries(one)) for one in organizations]
    engine.dispose()
    return next((one for one in broken if one), None)


def keep(topology: Topology, name: str) -> None:
    """Back up the findings and the store."""
    kept = topology.state / "kept" / name
    kept.mkdir(parents=True)
    with (kept / "orgwarden.dump").open("wb") as dump:
        _psql(topology, ["pg_dump", "--format=custom", "orgwarden"], stdout=dump)
    shutil.copytree(topology.state / "store", kept / "store")


def bring_back(topology: Topology, name: str) -> None:
    """Restore what was backed up, in the place of what is there."""
    kept, store = topology.state / "kept" / name, topology.state / "store"
    with (kept / "orgwarden.dump").open("rb") as dump:
        owned = ["--clean", "--if-exists", "--no-owner", "--role=orgwarden"]
        _psql(topology, ["pg_restore", "--exit-on-error", *owned, "--dbname=orgwarden"], stdin=dump)
    shutil.rmtree(store)
    shutil.copytree(kept / "store", store)


def _psql(topology: Topology, command: list[str], **streams: Any) -> None:
    environ = {"PGHOST": str(topology.state / "sockets"), "PGPORT": str(topology.ports[5432]), "PGUSER": "postgres"}
    words = [str(topology.tools / command[0]), *command[1:]]
    done = subprocess.run(
        words, env=os.environ | environ, stderr=subprocess.PIPE, check=False, timeout=PATIENCE, **streams
    )
    assert done.returncode == 0, done.stderr.decode()
