"""One switch for each check that data can break: it breaks that check and no other.

A switch changes the lines before anything is added up, so that all witnesses follow, or it changes a witness alone.
Lines are those of a Cost and Usage Report: FOCUS is made of them afterwards, and follows too.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from orgwarden.demo.billing.bill import invoice_number, invoiced
from orgwarden.demo.billing.charges import CREDIT, REFUND
from orgwarden.demo.billing.line import CENT, ZERO, BillType, Kind, Line, Product
from orgwarden.demo.billing.plan import EMEA, Account, Plan, start_of
from orgwarden.demo.billing.usage import EC2, HOUR, RDS, S3, Resource, line_id, line_of
from orgwarden.demo.billing.witnesses import Document, Witnesses
from orgwarden.errors import BadInput
from orgwarden.model import Period

Lines = Callable[[Plan, Period, list[Line]], list[Line]]
WRONG_BY = Decimal("61.37")
# So much a day, and so much at least: a month that has only begun is above the limit, too.
DAILY_SURGE, LEAST_SURGE = Decimal(150), Decimal(750)
STRANGER = "555500001111"
SILENT_DAY, SILENT_FROM, SILENT_UNTIL = 10, 5, 9
COMMON_TAG = "cost-center"


def _as_they_are(_: Plan, __: Period, lines: list[Line]) -> list[Line]:
    return lines


def _as_told(_: Plan, told: Witnesses) -> Witnesses:
    return told


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """What it does to the bill, and how: by the lines, or by a witness."""

    says: str
    lines: Lines = _as_they_are
    witnesses: Callable[[Plan, Witnesses], Witnesses] = _as_told


def _wrong_invoice(_: Plan, told: Witnesses) -> Witnesses:
    invoices = copy.deepcopy(told.invoices)
    ours = next(one for one in invoices["InvoiceSummaries"] if one["InvoiceType"] == "INVOICE")
    for field in ("TotalAmount", "TotalAmountBeforeTax"):
        ours["BaseCurrencyAmount"][field] = f"{Decimal(ours['BaseCurrencyAmount'][field]) + WRONG_BY:f}"
    return replace(told, invoices=invoices)


def _wrong_account(_: Plan, told: Witnesses) -> Witnesses:
    accounts = copy.deepcopy(told.accounts)
    _add(_groups(accounts)[0], WRONG_BY)
    return replace(told, accounts=accounts)


def _wrong_tag(_: Plan, told: Witnesses) -> Witnesses:
    """Move money from a value to none, as Cost Explorer has it of a key that was activated during the month."""
    document = copy.deepcopy(told.tags[COMMON_TAG])
    tagged = next(one for one in _groups(document) if not one["Keys"][1].endswith("$"))
    untagged = {**copy.deepcopy(tagged), "Keys": [tagged["Keys"][0], f"{COMMON_TAG}$"]}
    _groups(document).append(untagged)
    _add(tagged, -WRONG_BY)
    untagged["Metrics"]["UnblendedCost"]["Amount"] = f"{WRONG_BY:f}"
    return replace(told, tags={**told.tags, COMMON_TAG: document})


def _groups(document: Document) -> list[Document]:
    groups: list[Document] = document["ResultsByTime"][0]["Groups"]
    return groups


def _add(group: Document, amount: Decimal) -> None:
    cost = group["Metrics"]["UnblendedCost"]
    cost["Amount"] = f"{Decimal(cost['Amount']) + amount:f}"


def _without_account(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    line = _used(plan, period, plan.members[0], EC2, ZERO)
    return [*lines, replace(line, account="", account_name="")]


def _twice(_: Plan, __: Period, lines: list[Line]) -> list[Line]:
    usage = [line for line in lines if line.kind is Kind.USAGE and line.unblended and not line.discount]
    return [*lines, *usage[:3]]


def _silent(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    """Leave out some hours of the database that is always on; the reservation was idle in them."""
    first = start_of(period) + timedelta(days=SILENT_DAY - 1)
    since, until = first + HOUR * SILENT_FROM, first + HOUR * SILENT_UNTIL
    place = (plan.members[-1].id, RDS.code)
    silent = {id(line) for line in lines if (line.account, line.product.code) == place and since <= line.start < until}
    idle = [line for line in lines if id(line) in silent and line.kind is Kind.RI_USAGE]
    recurring, upfront = (sum((getattr(line, name) for line in idle), ZERO) for name in ("recurring", "upfront"))
    return [_idler(line, recurring, upfront) for line in lines if id(line) not in silent]


def _idler(line: Line, recurring: Decimal, upfront: Decimal) -> Line:
    if line.kind is not Kind.RI_FEE:
        return line
    return replace(
        line,
        unused_recurring=line.unused_recurring + recurring,
        unused_upfront=line.unused_upfront + upfront,
    )


def _stranger(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    owner = replace(plan.members[0], id=STRANGER, name="acquired-shop")
    return [*lines, _used(plan, period, owner, S3, Decimal("61.2345678901"))]


def _workload(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    return [*lines, _used(plan, period, plan.payer, EC2, Decimal("88.8"))]


def _untagged(plan: Plan, _: Period, lines: list[Line]) -> list[Line]:
    bare = {account.id for account in plan.members[1::3]}
    return [
        replace(line, tags={key: value for key, value in line.tags.items() if key != COMMON_TAG})
        if line.account in bare
        else line
        for line in lines
    ]


def _refunded_late(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    line = _used(plan, period, plan.members[1], S3, REFUND * 20)
    refund = replace(line, kind=Kind.REFUND, bill_type=BillType.REFUND, public=ZERO, resource="")
    return [*lines, *invoiced(period, [refund])]


def _not_invoiced(_: Plan, __: Period, lines: list[Line]) -> list[Line]:
    usage = [line for line in lines if line.kind is Kind.USAGE and line.unblended and not line.discount][:25]
    blank = {id(line) for line in usage}
    return [replace(line, invoice="") if id(line) in blank else line for line in lines]


def _not_amortized(_: Plan, __: Period, lines: list[Line]) -> list[Line]:
    return [
        replace(line, unused_recurring=ZERO, unused_upfront=ZERO) if line.kind is Kind.RI_FEE else line
        for line in lines
    ]


def _negated_elsewhere(_: Plan, __: Period, lines: list[Line]) -> list[Line]:
    """Take a part of one plan's negation as another's: the account's sum stays as it is."""
    negated = [line for line in lines if line.kind is Kind.SP_NEGATION]
    one = negated[0]
    other = next(line.commitment for line in negated if line.commitment != one.commitment)
    half = one.unblended / 2
    moved = replace(one, commitment=other, unblended=half, line_id=line_id(one.line_id, "moved"))
    return [*(replace(line, unblended=line.unblended - half) if line is one else line for line in lines), moved]


def _surge(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    days = _days(period, lines)
    each = max(DAILY_SURGE, (LEAST_SURGE / days).quantize(CENT))
    return [*lines, *(_used(plan, period, plan.members[0], EC2, each, day=day) for day in range(days))]


def _in_euro(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    line = replace(_used(plan, period, plan.members[0], S3, Decimal("17.5")), seller=EMEA, currency="EUR")
    return [*lines, replace(line, invoice=f"{invoice_number(period, line)}E" if _is_invoiced(lines) else "")]


def _unexplained(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    line = _used(plan, period, plan.members[-1], S3, CREDIT)
    return [
        *lines,
        replace(line, kind=Kind.CREDIT, public=ZERO, resource="", description="Credit of nobody knows what"),
    ]


def _dearer(plan: Plan, period: Period, lines: list[Line]) -> list[Line]:
    line = _used(plan, period, plan.members[0], S3, Decimal("1.25"))
    return [*lines, replace(line, kind=Kind.FEE, resource="", description="A fee that the other export has not")]


def _used(  # noqa: PLR0913 - what makes a line
    plan: Plan, period: Period, account: Account, product: Product, cost: Decimal, *, day: int = 1
) -> Line:
    """Give an hour of usage that the clean month has not, on the invoice of its seller."""
    number = f"switched/{account.id}/{product.code}"
    resource = Resource(
        account=account,
        product=product,
        region="eu-north-1",
        name=f"arn:aws:demo:eu-north-1:{account.id}:{number}",
        tags=account.tags,
        daily=cost,
    )
    start = start_of(period) + timedelta(days=day, hours=3)
    line = line_of(resource, cost, start, start + HOUR)
    return line if plan.is_open(period) else next(invoiced(period, [line]))


def _days(period: Period, lines: list[Line]) -> int:
    return max((line.start - start_of(period)).days for line in lines) + 1


def _is_invoiced(lines: list[Line]) -> bool:
    return any(line.invoice for line in lines)


SWITCHES: Mapping[str, Switch] = {
    "billing.export_ties_to_invoice": Switch(
        says="an invoice asks for more than its lines come to", witnesses=_wrong_invoice
    ),
    "billing.export_ties_to_cost_explorer": Switch(
        says="Cost Explorer has another amount for an account", witnesses=_wrong_account
    ),
    "billing.tags_add_up": Switch(says="Cost Explorer has a part of a tag's value as untagged", witnesses=_wrong_tag),
    "billing.accounts_add_up": Switch(says="a line names no account", lines=_without_account),
    "billing.lines_unique": Switch(says="three lines are there twice", lines=_twice),
    "billing.hours_complete": Switch(says="a database that is always on has hours without lines", lines=_silent),
    "billing.accounts_match_inventory": Switch(
        says="an account is billed that is not in the organization", lines=_stranger
    ),
    "management_account.no_workload_spend": Switch(says="a server runs in the management account", lines=_workload),
    "tags.cost_coverage": Switch(says="every third account has lost a required tag", lines=_untagged),
    "billing.closed_month_unchanged": Switch(
        says="a refund came after the month was published (publish the clean month first)", lines=_refunded_late
    ),
    "billing.invoices_issued": Switch(says="lines of a closed month are on no invoice", lines=_not_invoiced),
    "billing.commitments_amortize": Switch(says="idle hours of a reservation are not amortized", lines=_not_amortized),
    "billing.savings_plans_negate": Switch(
        says="a part of one Savings Plan's negation bears another plan's name", lines=_negated_elsewhere
    ),
    "billing.month_on_month": Switch(says="an account's servers cost far more than before", lines=_surge),
    "billing.one_currency": Switch(says="a line is billed in euro", lines=_in_euro),
    "billing.credits_explained": Switch(
        says="a credit is on no credit memo, and was not there before", lines=_unexplained
    ),
    "billing.formats_agree": Switch(
        says="a fee is in this export alone (give a clean one of another format beside it)", lines=_dearer
    ),
}
# Checks that no delivered data can break, and why.
WITHOUT_SWITCH: Mapping[str, str] = {
    "billing.dimensions_add_up": "it guards the ledger: any lines, however wrong, add up alike by every dimension",
    "billing.delivery_complete": (
        "a file that is missing, short or unreadable stops the reading, and one that the manifest does not list is not "
        "read: what is left guards the reader, which has to read every row of every file"
    ),
    "billing.shared_costs_allocated": "it guards the allocation: whatever the pool, its shares are ours",
    "billing.published_lines_add_up": "it guards the rounding: whatever the amounts, the cents are ours",
}


def switches(names: tuple[str, ...]) -> list[Switch]:
    """Give the switches of some checks. Raises ``BadInput`` for a check that has none."""
    for name in names:
        if name in WITHOUT_SWITCH:
            raise BadInput(f"nothing in the data breaks {name}: {WITHOUT_SWITCH[name]}")
        if name not in SWITCHES:
            raise BadInput(f"no switch breaks {name!r}: choose among {', '.join(sorted(SWITCHES))}")
    return [SWITCHES[name] for name in names]
