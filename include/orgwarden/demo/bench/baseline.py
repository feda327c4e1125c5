"""What the owners of the organization that is measured declare: all that the controls ask for, for all of it.

What nobody declared is judged quickly, as unknown; so here everything is declared, account by account, unit by unit.
"""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from orgwarden.demo import messy
from orgwarden.demo.bench import formula
from orgwarden.demo.organization import MANAGEMENT_ID
from orgwarden.demo.seed import Seed
from orgwarden.parts.runbooks import SCENARIOS

REQUIRED = ["owner", "env", "cost-center"]
PEOPLE = ("anna", "bjorn", "chen", "dina", "emil")
RUNBOOK = "https://wiki.example/root"
FOUNDATIONAL = {"security": "sec-ops", "log_archive": "Log Archive", "identity": "Audit", "backup": "guardduty-admin"}


class _Plain(yaml.SafeDumper):
    """A safe dumper without aliases, which a baseline does not take."""

    def ignore_aliases(self, _: object) -> bool:
        return True


def written(declared: Seed, folder: Path) -> Path:
    """Write the baseline into a folder; give its file."""
    folder.mkdir(parents=True, exist_ok=True)
    began: dict[str, Any] = yaml.safe_load((messy.BASELINE / "baseline.yaml").read_text(encoding="utf-8"))
    sections = {
        "people": {id_: {"name": id_.title()} for id_ in PEOPLE},
        "custody": _custody(),
        "runbooks": {"documents": [_document()]},
        "root": _root(declared),
        "management_account": _management_account(),
        "delegation": _delegation(declared),
        "structure": _structure(declared),
        "tags": _tags(),
    }
    file = folder / "baseline.yaml"
    began.pop("controls", None)  # no theme is switched off
    for group in began["contacts"]["groups"]:
        if group["address"] == declared.management.email:
            group["members"] = [PEOPLE[0], PEOPLE[-1]]
    file.write_text(yaml.dump({**began, **sections}, Dumper=_Plain, sort_keys=False), encoding="utf-8")
    return file


def _custody() -> dict[str, Any]:
    anna, bjorn, _, dina, _ = PEOPLE
    return {
        "password": {"place": "vault", "people": [anna, bjorn], "together": 2, "logged": True},
        "phone": {"place": "office", "people": [bjorn, dina], "logged": True},
    }


def _document() -> dict[str, Any]:
    told = {"name": "The root user", "link": RUNBOOK, "owner": PEOPLE[0], "reviewed": date(2026, 9, 1)}
    return {**told, "scenarios": list(SCENARIOS)}


def _device(place: str, *people: str) -> dict[str, Any]:
    kept = {"place": place, "people": list(people), "logged": True, "battery": "none", "only_here": True}
    return {**kept, "tested": date(2026, 9, 1), "round_the_clock": "the guard opens"}


def _root(declared: Seed) -> dict[str, Any]:
    kinds = ("use", "password_change", "mfa_change")
    drilled = formula.live(declared)[::20]
    return {
        "mfa_devices": [
            {"kind": "fido2", "name": "safe in Oslo", "custody": _device("Oslo", *PEOPLE[1:3])},
            {"kind": "hardware_token", "name": "safe in Berlin", "custody": _device("Berlin", *PEOPLE[2:4])},
        ],
        "events": [
            {"kind": kinds[place % len(kinds)], "account": id_, "on": date(2026, 11, 3), "why": "drill"}
            for place, id_ in enumerate(drilled)
        ],
    }


def _management_account() -> dict[str, Any]:
    role = f"arn:aws:iam::{MANAGEMENT_ID}:role/role-*"
    path = {"role": role, "trusts": ["*"], "owner": "platform", "why": "automation", "expires": date(2027, 6, 30)}
    return {
        "administrators": 5,
        "allowed": [{"name": "tagged", "tags": {"owner": "platform", "env": "*"}, "why": "of the platform team"}],
        "paths": [path],
        "finance": ["Billing*", f"arn:aws:iam::{MANAGEMENT_ID}:user/machine-00*"],
    }


def _delegation(declared: Seed) -> dict[str, Any]:
    administrators: dict[str, list[str]] = defaultdict(list)
    for name, services in declared.delegated_administrators.items():
        for principal in services:
            administrators[principal].append(declared.id_of(name))
    return {"administrators": dict(administrators), "trusted": sorted({*declared.trusted_access, *administrators})}


def _structure(declared: Seed) -> dict[str, Any]:
    inhabited = {one.unit for one in declared.accounts if one.unit and one.state == "ACTIVE"}
    return {
        "foundational": {purpose: {"account": declared.id_of(name)} for purpose, name in FOUNDATIONAL.items()},
        "our_accounts": formula.live(declared),
        "purposes": {unit.id: f"for {path}" for path, unit in declared.units.items()},
        "workload_units": sorted(declared.units[path].id for path in inhabited),
        "control_tower": True,
    }


def _tags() -> dict[str, Any]:
    every = dict.fromkeys(("account", "unit", "policy"), REQUIRED)
    return {"required": {**every, "root": ["owner"]}, "values": {"env": ["prod", "dev", "test"]}, "enforced": REQUIRED}
