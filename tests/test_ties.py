"""A tie that breaks deviates whatever else is unknown; a pass needs all of the part."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.model import Deviation, Member, NotApplicable, Pass, Subject, Unseen
from orgwarden.parts.bill import EXPORT_TIES_TO_INVOICE, MATERIALITY, Materiality
from orgwarden.ties import DETAILS, Words, apart, is_broken, plain, tied
from tests.bill_worlds import MONTH, OTHER_PAYER, PAYER, billed, tie

PART = EXPORT_TIES_TO_INVOICE
WORDS = Words(one="invoice", many="invoices", a="in the export", b="on the invoice")
BILL = Member(subject=Subject(account=PAYER, scope="2026-10"), accounts=(PAYER,), keys=(f"{PAYER}/2026-10",))


def answer(*ties, words=WORDS, member=BILL, **world):
    return tied(PART, member, billed(PART, *ties, **world), words)


def test_what_is_within_its_tolerance_ties():
    assert answer(tie("10.00", "10.01"), tie("5", "5", "INV2")) == Pass({"count": 2})


def test_what_ties_may_have_something_to_add():
    assert answer(tie("1", "1", evidence="new line types")) == Pass({"count": 1, "remarks": ("new line types",)})


def test_one_that_breaks_is_told_with_both_sides_and_the_difference():
    assert answer(tie("10", "22.5")) == Deviation(
        "invoice INV1: 10.00 USD in the export, 22.50 USD on the invoice, 12.50 USD apart",
        {"count": 1, "difference": "12.5 USD", "material": "no", "details": ("INV1: 10 against 22.5 USD",)},
    )


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        (
            "1234567.8912345678",
            "USD",
            "1,234,567.89 USD in the export, 0.00 USD on the invoice, 1,234,567.89 USD apart",
        ),
        ("0.0012", "USD", "0.0012 USD in the export, 0 USD on the invoice, 0.0012 USD apart"),
        ("1500.4", "JPY", "1,500 JPY in the export, 0 JPY on the invoice, 1,500 JPY apart"),
        ("3", "lines", "3 lines in the export, 0 lines on the invoice, 3 lines apart"),
    ],
)
def test_people_read_cents_where_cents_show_the_difference_and_the_evidence_has_all_digits(amount, unit, told):
    said = answer(tie(amount, "0", unit=unit, tolerance=Decimal(0)))
    assert said.reason == f"invoice INV1: {told}"
    assert said.evidence["details"] == (f"INV1: {amount} against 0 {unit}",)


def test_of_several_the_largest_difference_comes_first():
    said = answer(tie("1", "2", "A"), tie("1", "9", "B", evidence="why"), tie("1", "1", "C"))
    assert said.reason.startswith("2 of 3 invoices do not tie, most of all invoice B: 1.00 USD in the export, ")
    assert said.evidence["details"] == ("B: 1 against 9 USD: why", "A: 1 against 2 USD")


def test_details_are_few_and_the_count_is_whole():
    said = answer(*(tie("1", "2", f"INV{n}") for n in range(50)))
    assert (len(said.evidence["details"]), said.evidence["count"]) == (DETAILS, 50)


def test_a_deviation_is_one_though_a_witness_is_missing_and_what_holds_is_no_pass_without_it():
    assert isinstance(answer(tie("1", "2"), gap="not given"), Deviation)
    with pytest.raises(Unseen, match="not given"):
        answer(tie("1", "1"), gap="not given")


def test_without_a_single_tie_the_question_does_not_arise_or_nothing_is_wrong():
    assert answer(words=replace(WORDS, nothing="there are none")) == NotApplicable("there are none")
    assert answer() is None


def test_a_bill_is_judged_by_the_ties_of_its_payer_alone():
    assert answer(tie("1", "2", payer=OTHER_PAYER), tie("1", "1")) == Pass({"count": 1})


def test_a_thing_is_judged_by_the_ties_of_its_keys():
    one = Member(subject=Subject(resource="A"), keys=(f"{PAYER}/A",))
    assert answer(tie("1", "2", "B"), tie("1", "1", "A"), member=one) == Pass({"count": 1})


@pytest.mark.parametrize(("difference", "total", "material"), [(50, 0, "no"), (51, 0, "yes"), (60, 200_000, "no")])
def test_money_matters_from_fifty_units_and_a_share_of_the_bill(difference, total, material):
    bill = replace(MONTH, totals={"USD": Decimal(total)})
    assert answer(tie("0", str(difference)), bills=(bill,)).evidence["material"] == material


def test_owners_may_decide_from_where_on_it_matters():
    limits = {MATERIALITY: {"*": Materiality(units=Decimal(5), share=Decimal(0))}}
    assert answer(tie("0", "6"), more=limits).evidence["material"] == "yes"


def test_what_is_not_money_always_matters_and_is_never_added_to_money():
    said = answer(
        tie("1", "0", "A", unit="lines", tolerance=Decimal(0)), tie("1", "0", "B"), tie("1", "0", "C", unit="EUR")
    )
    assert said.evidence["difference"] == "1 EUR, 1 USD, 1 line"
    assert said.evidence["material"] == "yes"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**20), max_value=10**20))
def test_an_amount_keeps_its_digits_and_its_value(amount: Decimal):
    text = plain(amount)
    assert Decimal(text) == amount
    assert "E" not in text
    assert text == "0" or not text.startswith("-0") or "." in text
    assert "." not in text or not text.endswith(("0", "."))


@given(*[st.decimals(allow_nan=False, places=18, min_value=-(10**19), max_value=10**19)] * 2)
def test_two_amounts_are_apart_by_their_difference_to_the_last_digit(a: Decimal, b: Decimal):
    one = tie(f"{a:f}", f"{b:f}", tolerance=Decimal(0))
    assert is_broken(one) == (a != b)
    assert Fraction(apart(one)) == abs(Fraction(a) - Fraction(b))


def test_what_is_missing_of_another_payers_bill_hides_nothing_of_this_one():
    both = (MONTH, replace(MONTH, payer=OTHER_PAYER))
    world = billed(PART, tie("1", "1"), bills=both)
    lost = replace(world, gaps={(PART.name, f"{OTHER_PAYER}/*"): "not given"})
    assert tied(PART, BILL, lost, WORDS) == Pass({"count": 1})
    theirs = Member(subject=Subject(account=OTHER_PAYER), keys=(f"{OTHER_PAYER}/2026-10",))
    with pytest.raises(Unseen, match="not given"):
        tied(PART, theirs, lost, WORDS)
