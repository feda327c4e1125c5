"""Which of the exports that a payer declared has its bill: what finds the bill without being told where it lies."""

from collections.abc import Mapping

from orgwarden.parts.exports import Export

HEALTHY = "HEALTHY"
CUR2 = "COST_AND_USAGE_REPORT"


def bills(exports: Mapping[str, Export]) -> tuple[Export, ...]:
    """Give the exports of the bill, the one to read first: healthy, then CUR 2.0, FOCUS, and the report before them.

    A view of the bill of its own (``BILLING_VIEW_ARN``) is not the whole bill, unless it is the primary one.
    """
    whole = (one for one in exports.values() if one.format and _is_whole(one))
    return tuple(sorted(whole, key=_order))


def _is_whole(export: Export) -> bool:
    view = export.settings.get("BILLING_VIEW_ARN", "")
    return not view or view.endswith("/primary")


def _order(export: Export) -> tuple[bool, int, bool, str]:
    kind = 0 if export.table == CUR2 else 1 if export.table else 2
    is_coarse = export.settings.get("TIME_GRANULARITY", "") == "MONTHLY"
    return export.status != HEALTHY, kind, is_coarse, export.name
