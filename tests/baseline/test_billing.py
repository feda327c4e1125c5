"""What is declared about the bill, and what is refused of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from orgwarden.baseline import load
from orgwarden.baseline.billing import (
    AccountCode,
    Billing,
    CostCentres,
    Coverage,
    DatedAccount,
    Journal,
    Materiality,
    SharedCost,
)
from orgwarden.errors import BadInput

EXAMPLE = Path(__file__).parents[2] / "include" / "baseline" / "example.yaml"


def dated(since, until, account="333344445555", centre="ERP"):
    return {"account": account, "cost_centre": centre, "since": since, "until": until}


def shared(**changed) -> SharedCost:
    return SharedCost.model_validate({"name": "support", "services": ("AWSSupport*",), "rule": "even", **changed})


def test_the_example_declares_every_key_of_the_bill():
    declared = load(EXAMPLE).billing
    assert declared.model_fields_set == set(Billing.model_fields)
    assert declared.cost_centres.model_fields_set == set(CostCentres.model_fields)
    assert declared.journal.model_fields_set == set(Journal.model_fields)


def test_amounts_are_what_was_typed_to_the_last_digit(tmp_path):
    (tmp_path / "b.yaml").write_text("billing: {materiality: {amount: 49.90, percent: 0.1}}")
    assert load(tmp_path / "b.yaml").billing.materiality == Materiality(amount=Decimal("49.9"), percent=Decimal("0.1"))


@pytest.mark.parametrize("typed", ["-1", "'50'", "true", ".inf", ".nan", "many"])
def test_an_amount_that_is_none_is_refused_at_its_line(tmp_path, typed):
    (tmp_path / "b.yaml").write_text(f"billing:\n  month_on_month:\n    amount: {typed}\n")
    with pytest.raises(BadInput, match=r"b\.yaml:3: billing\.month_on_month\.amount"):
        load(tmp_path / "b.yaml")


def test_the_larger_of_amount_and_percent_is_material():
    assert Materiality().of(Decimal(1000)) == Decimal(50)
    assert Materiality().of(Decimal(-2000000)) == Decimal(1000)


def test_an_account_has_one_cost_centre_a_day():
    first = dated(None, date(2026, 10, 15))
    assert CostCentres.model_validate({"accounts": (first, dated(date(2026, 10, 16), None, centre="Shop"))})
    with pytest.raises(ValidationError, match=r"333344445555 twice on 2026-10-15, in 'ERP' and in 'Shop'"):
        CostCentres.model_validate({"accounts": (first, dated(date(2026, 10, 15), None, centre="Shop"))})


def test_other_accounts_have_days_of_their_own():
    entries = (dated(None, None), dated(None, None, account="444455556666"))
    assert len(CostCentres.model_validate({"accounts": entries}).accounts) == 2


def test_a_time_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValidationError, match="let it end later"):
        DatedAccount.model_validate(dated(date(2026, 10, 2), date(2026, 10, 1)))


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        ({"services": None}, "takes every line"),
        ({"services": ()}, "is empty"),
        ({"rule": "fixed"}, "no shares"),
        ({"shares": {"ERP": 10}}, "rule: fixed"),
        ({"rule": "fixed", "shares": {"ERP": 60, "Shop": 40.01}}, r"100\.01 percent"),
        ({"rule": "fixed", "shares": {"ERP": 60}, "among": ("ERP",)}, "leave among out"),
        ({"rule": "fair"}, "amortized"),
        ({"among": ("ERP", "ERP")}, "twice"),
    ],
)
def test_a_shared_cost_that_cannot_be_split_is_refused(changed, remedy):
    with pytest.raises(ValidationError, match=remedy):
        shared(**changed)


def test_two_shared_costs_of_one_name_are_refused():
    with pytest.raises(ValidationError, match="two shared costs named 'support'"):
        Billing(shared=(shared(), shared(rule="amortized")))


def test_a_code_for_every_line_is_refused():
    with pytest.raises(ValidationError, match=r"journal\.expense"):
        AccountCode(code="1")


def test_the_first_code_that_fits_counts():
    codes = ({"code": "1", "charge_category": "Tax"}, {"code": "2", "service": "AWSSupport*"})
    journal = Journal.model_validate({"expense": "3", "codes": codes})
    assert [journal.code("Tax", "AWSSupportX"), journal.code("Usage", "AWSSupportX"), journal.code("Usage", "S3")] == [
        "1",
        "2",
        "3",
    ]


def test_a_key_without_a_share_of_its_own_has_the_default():
    coverage = Coverage(keys={"team": 0.5})
    assert (coverage.of("team"), coverage.of("env")) == (0.5, 0.95)


def test_the_ledger_has_the_reported_keys_and_that_of_the_cost_centre():
    centres = CostCentres(tag_key="cost-center")
    exported = ("team", "aws:createdBy")
    assert Billing(cost_centres=centres).ledger_keys(exported) == ("team", "cost-center")
    assert Billing(cost_centres=centres, cost_keys=("cost-center", "env")).ledger_keys(exported) == (
        "cost-center",
        "env",
    )
    assert Billing().ledger_keys(exported) == ("team",)


def test_the_mail_of_an_owner_does_not_show_in_a_log():
    owner = {"name": "Anna", "mail": "anna@corp.example"}
    assert "anna@" not in repr(CostCentres.model_validate({"owners": {"ERP": owner}}))
