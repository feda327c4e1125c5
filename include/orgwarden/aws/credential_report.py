"""Reads IAM's credential report (CSV), by header: AWS adds columns.

Columns and values: IAM User Guide, "Generate credential reports for your AWS account".
"""

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

ROOT = "<root_account>"
# What stands where there is nothing to tell.
UNTOLD = frozenset({"n/a", "no_information", "not_supported"})
FIRST_COLUMNS = ("user", "arn")


def rows(text: str) -> tuple[Mapping[str, str], ...]:
    """Give the rows of a report, each by header; ``ValueError`` for what is no report, or one cut off."""
    try:
        header, *listed = [row for row in csv.reader(text.splitlines(), strict=True) if row]
    except csv.Error:
        raise ValueError("the credential report is no CSV") from None
    if tuple(header[: len(FIRST_COLUMNS)]) != FIRST_COLUMNS:
        raise ValueError("the credential report does not begin with user and arn")
    return tuple(MappingProxyType(dict(zip(header, row, strict=True))) for row in listed)


def is_true(value: str) -> bool:
    """Say whether a value is ``true`` in any case; ``ValueError`` for what is neither true nor false nor untold."""
    word = value.strip().lower()
    if word not in UNTOLD | {"true", "false"}:
        raise ValueError("a value of the credential report is neither true nor false")
    return word == "true"


def moment(value: str) -> str:
    """Give a time as ISO 8601 in UTC, empty for N/A, no_information and not_supported; ``ValueError`` for the rest."""
    if value.strip().lower() in UNTOLD:
        return ""
    read = datetime.fromisoformat(value.strip())
    if read.tzinfo is None:
        raise ValueError("a time of the credential report has no zone")
    return read.astimezone(UTC).isoformat()
