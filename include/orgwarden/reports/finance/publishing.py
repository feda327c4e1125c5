"""Publishes a pack: files that are written once, and last a manifest that says what each of them was.

A pack without manifest was not published. A later one never replaces it, it stands beside it under the next version.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orgwarden.model import Period
from orgwarden.reports.finance.books import BILLED, CHARGED, Books, open_books
from orgwarden.reports.finance.findings_files import findings_csv, findings_json
from orgwarden.reports.finance.journal import journal_csv
from orgwarden.reports.finance.ledger_files import ledger_files
from orgwarden.reports.finance.native_charts import draw
from orgwarden.reports.finance.pack import PACKS, Pack, file_name, folder_of
from orgwarden.reports.finance.pages import showback
from orgwarden.reports.finance.sheets import every_sheet
from orgwarden.reports.finance.sheets.findings import by_check, worst
from orgwarden.reports.finance.sheets.invoices import issued
from orgwarden.reports.finance.sheets.summary import stamp
from orgwarden.reports.finance.statements import statement_page, statement_workbook, statements
from orgwarden.reports.finance.workbook import workbook
from orgwarden.store import Store

MANIFEST = "manifest.json"
# It compares packs: that there is one to compare with by now changes nothing of the bill.
AGAINST_PACKS = "billing.closed_month_unchanged"
VERSIONED = re.compile(r"(?:estimated|final)-v(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A pack in the store: its folder, its manifest, and the manifest's digest, which people sign."""

    folder: str
    manifest: Mapping[str, Any]
    digest: str
    is_new: bool = False

    @property
    def version(self) -> int:
        return int(self.manifest["version"])

    @property
    def currency(self) -> str:
        return str(self.manifest["currency"])

    @property
    def names(self) -> tuple[str, ...]:
        """Give where each file stands in the store."""
        return tuple(f"{self.folder}/{file['name']}" for file in self.manifest["files"])


def publish(store: Store, pack: Pack) -> Published:
    """Publish a pack under the next version, or give the newest one where nothing changed since.

    ``AlreadyThere``: somebody else publishes this bill right now.
    """
    last = newest(store, pack.payer, pack.period, pack.currency)
    with TemporaryDirectory(prefix="orgwarden-pack-") as folder:
        books = open_books(pack)
        ledger = list(ledger_files(books, Path(folder)))
        content = _content(books, ledger)
        if last is not None and last.manifest["content"] == content:
            return last
        version = next_version(store, pack.payer, pack.period)
        restates = last.folder.rpartition("/")[2] if last else ""
        fresh = replace(books, pack=replace(pack, version=version, restates=restates))
        return _written(store, fresh, ledger, content)


def newest(store: Store, payer: str, period: Period, currency: str) -> Published | None:
    """Give the newest published pack of a bill in a currency, None where there is none."""
    return next((pack for pack in every(store, payer, period) if pack.currency == currency), None)


def every(store: Store, payer: str, period: Period) -> Iterator[Published]:
    """Give every published pack of a bill, in whatever currency, the newest first."""
    place = folder_of(payer, period)
    folders = {name.rpartition("/")[0] for name in store.names(place) if name.endswith(f"/{MANIFEST}")}
    numbered = {
        int(match[1]): folder for folder in folders if (match := VERSIONED.fullmatch(folder.rpartition("/")[2]))
    }
    yield from (read(store, numbered[number]) for number in sorted(numbered, reverse=True))


def finals(store: Store, *, since: Period) -> Iterator[Published]:
    """Give the newest final pack of each bill from a month on, in each currency."""
    found: dict[tuple[str, str, str], tuple[int, str]] = {}
    for name in store.names(PACKS):
        payer, period, folder, file = (*name.removeprefix(f"{PACKS}/").split("/"), "", "", "")[:4]
        match = VERSIONED.fullmatch(folder)
        if match and file == MANIFEST and folder.startswith("final-") and period >= since.text:
            currency = read(store, name.rpartition("/")[0]).currency
            found[payer, period, currency] = max(
                found.get((payer, period, currency), (0, "")), (int(match[1]), name.rpartition("/")[0])
            )
    yield from (read(store, folder) for _, folder in sorted(found.values(), key=lambda one: one[1]))


def read(store: Store, folder: str) -> Published:
    """Read the manifest of a published pack."""
    data = store.read(f"{folder}/{MANIFEST}")
    return Published(folder=folder, manifest=json.loads(data), digest=hashlib.sha256(data).hexdigest())


def next_version(store: Store, payer: str, period: Period) -> int:
    """Give a version that nothing of this bill has, not even a pack that was never finished."""
    place = folder_of(payer, period)
    folders = (name[len(place) + 1 :].partition("/")[0] for name in store.names(place))
    return 1 + max((int(match[1]) for folder in folders if (match := VERSIONED.fullmatch(folder))), default=0)


def changed_files(store: Store, published: Published) -> list[str]:
    """Give the files that are not what the manifest says."""
    files = published.manifest["files"]
    return [f["name"] for f in files if _sha256(store.read(f"{published.folder}/{f['name']}")) != f["sha256"]]


def pack_files(books: Books) -> Iterator[tuple[str, bytes]]:
    """Make the files of a pack one by one, but for the ledger's."""
    pack, status = books.pack, stamp(books)
    name = f"recon_{file_name(pack.payer)}_{pack.period}_{pack.status.lower()}_v{pack.version}.xlsx"
    yield name, workbook(pack, tuple(every_sheet(books)), status, draw)
    yield "showback.html", showback(books).encode()
    for one in statements(books):
        yield f"statements/{one.name}.html", statement_page(books, one).encode()
        yield f"statements/{one.name}.xlsx", statement_workbook(books, one)
    yield "journal.csv", journal_csv(books)
    yield "findings.csv", findings_csv(pack)
    yield "findings.json", findings_json(pack)


def _written(store: Store, books: Books, ledger: list[Path], content: str) -> Published:
    told = []
    for name, data in _every(books, ledger):
        store.create(f"{books.pack.folder}/{name}", data)
        told.append({"name": name, "bytes": len(data), "sha256": _sha256(data)})
    manifest = {**_about(books), "content": content, "files": told}
    data = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    store.create(f"{books.pack.folder}/{MANIFEST}", data)
    return Published(folder=books.pack.folder, manifest=manifest, digest=_sha256(data), is_new=True)


def _every(books: Books, ledger: list[Path]) -> Iterator[tuple[str, bytes]]:
    yield from ((path.name, path.read_bytes()) for path in ledger)
    yield from pack_files(books)


def _about(books: Books) -> dict[str, Any]:
    pack = books.pack
    return {
        "payer": pack.payer,
        "period": str(pack.period),
        "status": pack.status,
        "stamp": stamp(books),
        "version": pack.version,
        "restates": pack.restates,
        "currency": pack.currency,
        "billed": f"{books.total(BILLED):f}",
        "charged": f"{books.total(CHARGED):f}",
        "made": pack.made.isoformat(),
        "checks": {control: worst(said).status.value for control, said in sorted(by_check(pack).items())},
        "sources": [asdict(source) for source in pack.sources],
        "notes": list(pack.notes),
    }


def _content(books: Books, ledger: list[Path]) -> str:
    """Give a digest of all that a reader could find changed; when it was made and from which refresh is no change."""
    pack = books.pack
    judged = tuple(verdict for verdict in pack.verdicts if verdict.control != AGAINST_PACKS)
    csv = next(path for path in ledger if path.name.startswith("ledger.csv"))
    parts = (
        pack.status,
        pack.currency,
        stamp(books),
        pack.billing.model_dump_json(),
        _sha256(findings_json(replace(pack, verdicts=judged))),
        repr(issued(books)),
    )
    return _sha256("\x1f".join((*parts, _sha256(csv.read_bytes()))).encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
