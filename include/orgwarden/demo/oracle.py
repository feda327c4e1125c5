"""Holds verdicts against the drifts that were seeded: what was found, what was missed, and what nobody seeded."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orgwarden.demo.subjects import Expectation, Subject

Key = tuple[str, str, str, str]
Hash = Callable[[str], str]
DEVIATES = ("FAIL", "UNKNOWN")


def compare(
    expected: Iterable[Expectation],
    verdicts: Iterable[Mapping[str, Any]],
    *,
    key_of_number: Hash,
    key_of_mailbox: Hash,
) -> dict[str, Any]:
    """Compare expectations with verdicts: mappings with ``control``, ``account``, ``region``, ``resource``, ``status``.

    A number or a mailbox stands in a verdict as its keyed hash: the two functions give it, from the text as people
    write it. ``missed`` rows say what was got instead (None: no such row); ``extra`` rows are verdicts nobody seeded.
    """
    got = {_key_of_verdict(row): row for row in verdicts}
    wanted = {
        (one.control, *place_of(one.subject, key_of_number=key_of_number, key_of_mailbox=key_of_mailbox)): one
        for one in expected
    }
    statuses = {key: got[key]["status"] if key in got else None for key in wanted}
    missed = [_missed(one, statuses[key]) for key, one in wanted.items() if statuses[key] != one.expected]
    extra = [_extra(row) for key, row in got.items() if key not in wanted and row["status"] in DEVIATES]
    return {"seeded": len(wanted), "found": len(wanted) - len(missed), "missed": missed, "extra": extra}


def place_of(subject: Subject, *, key_of_number: Hash, key_of_mailbox: Hash) -> tuple[str, str, str]:
    """Give account, region and resource under which a verdict names a subject; the organization has none of them."""
    if subject.number:
        return "", "", key_of_number(subject.number)
    if subject.mailbox:
        return "", "", key_of_mailbox(subject.mailbox)
    return subject.account, subject.region, subject.slot or subject.domain or subject.resource


def _key_of_verdict(row: Mapping[str, Any]) -> Key:
    account, region, resource = (str(row.get(name) or "") for name in ("account", "region", "resource"))
    return str(row["control"]), account, region, resource


def _missed(one: Expectation, got: str | None) -> dict[str, Any]:
    return {"control": one.control, "subject": dict(one.subject.told()), "expected": one.expected, "got": got}


def _extra(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row.get(key) for key in ("control", "account", "region", "resource", "status", "reason")}
