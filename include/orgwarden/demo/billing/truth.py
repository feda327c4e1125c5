"""What a month's lines come to, added up in Python with every digit: what a reader of the export must arrive at.

No engine has a part in it, so an engine's own rounding cannot hide here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from orgwarden.demo.billing.line import Line
from orgwarden.demo.billing.plan import FileKind, Format
from orgwarden.demo.billing.tagging import named


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """Exact sums of one currency: unblended cost in a Cost and Usage Report, billed cost in FOCUS.

    ``tags`` names keys as the export's reader can; untagged is ``""``. ``kinds`` is by line item type.
    """

    total: Decimal
    lines: int
    accounts: Mapping[str, Decimal]
    tags: Mapping[str, Mapping[str, Decimal]]
    kinds: Mapping[str, Decimal]
    invoices: Mapping[str, Decimal]


def truths(form: Format, kind: FileKind, lines: Iterable[Line]) -> dict[str, Truth]:
    """Give the truth of each currency."""
    held: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        held[line.currency].append(line)
    return {currency: _truth(form, kind, ours) for currency, ours in sorted(held.items())}


def _truth(form: Format, kind: FileKind, lines: list[Line]) -> Truth:
    return Truth(
        total=sum((line.amount for line in lines), Decimal(0)),
        lines=sum(line.copies for line in lines),
        accounts=_summed((line.account, line.amount) for line in lines),
        tags=_by_tag([(named(form, kind, line.tags), line.amount) for line in lines]),
        kinds=_summed((str(line.kind), line.amount) for line in lines),
        invoices=_summed((line.invoice, line.amount) for line in lines),
    )


def _by_tag(tagged: list[tuple[dict[str, str], Decimal]]) -> dict[str, dict[str, Decimal]]:
    keys = sorted({key for tags, _ in tagged for key in tags})
    return {key: _summed((tags.get(key, ""), amount) for tags, amount in tagged) for key in keys}


def _summed(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for key, amount in pairs:
        found[key] += amount
    return dict(sorted(found.items()))
