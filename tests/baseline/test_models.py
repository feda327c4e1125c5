import json
import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from orgwarden.baseline import Baseline, Exemption, load, schema
from orgwarden.baseline.billing import Billing, CostCentres, Journal, SharedCost
from orgwarden.baseline.governance import Delegation, ManagementAccount, Root, Structure, Tags
from orgwarden.baseline.models import Adoption, Contacts, ControlSettings, DueDays, Group, Number, Tickets, Vended
from orgwarden.controls import catalogue
from orgwarden.model import Severity

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "include" / "baseline" / "baseline.schema.json"
DOCS = ROOT / "docs" / "BASELINE.md"
LAST_DAY = date(2027, 3, 31)


def exemption(**changed) -> Exemption:
    entry = {"control": "contacts.x", "account": "111111111111", "owner": "ada", "approver": "ben", "reason": "r"}
    return Exemption.model_validate({**entry, "expires": LAST_DAY, **changed})


def test_the_schema_for_editors_is_that_of_the_models():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_the_schema_explains_every_key():
    sections = [schema(), *schema()["$defs"].values()]
    assert all("description" in key for section in sections for key in section.get("properties", {}).values())


def test_an_exemption_covers_its_subject_through_its_last_day():
    held = exemption()
    assert held.covers("contacts.x", "111111111111", "", LAST_DAY)
    assert not held.covers("contacts.x", "111111111111", "", date(2027, 4, 1))
    assert not held.covers("contacts.y", "111111111111", "", LAST_DAY)
    assert not held.covers("contacts.x", "222222222222", "", LAST_DAY)


def test_an_exemption_may_be_a_pattern():
    held = exemption(control="contacts.*", account="*", resource="m-*")
    assert held.covers("contacts.root_email_is_group", "", "m-0123", LAST_DAY)
    assert not held.covers("contacts.root_email_is_group", "", "n-0123", LAST_DAY)


def test_an_exemption_for_one_account_covers_no_mailbox():
    assert not exemption().covers("contacts.x", "", "m-0123", LAST_DAY)


def test_nobody_approves_their_own_exemption():
    with pytest.raises(ValidationError, match="somebody else"):
        exemption(approver=" ADA ")


@pytest.mark.parametrize("missing", ["control", "account", "owner", "approver", "reason", "expires"])
def test_an_exemption_says_everything(missing):
    entry = {key: value for key, value in exemption().model_dump().items() if key != missing}
    with pytest.raises(ValidationError, match=missing):
        Exemption.model_validate(entry)


def test_the_first_exemption_that_covers_is_found():
    baseline = Baseline(exemptions=(exemption(control="other"), exemption()))
    assert baseline.exempted("contacts.x", "111111111111", "", LAST_DAY) == exemption()
    assert baseline.exempted("contacts.z", "111111111111", "", LAST_DAY) is None


def test_a_group_counts_people_not_entries():
    assert Group(address="a@corp.example", members=("ada", "ben", "ada")).size == 2
    assert Group(address="a@corp.example", members=5).size == 5
    assert Group(address="a@corp.example").size == 0


def test_each_severity_has_its_days():
    assert [DueDays().of(severity) for severity in sorted(Severity, reverse=True)] == [7, 30, 60, 90]


def test_what_is_declared_in_clear_does_not_show_in_a_log():
    shown = repr((Number(number="+1 202 555 0247", use="desk"), Group(address="ada@corp.example")))
    assert "0247" not in shown
    assert "ada" not in shown


def test_the_documentation_names_every_key_and_every_control_of_contacts():
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{key}`" in text for key in Contacts.model_fields)
    assert all(control.id in text for control in catalogue() if control.theme == "contacts")


def test_every_example_of_the_documentation_loads(tmp_path):
    for at, example in enumerate(re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)):
        (tmp_path / f"{at}.yaml").write_text(example, encoding="utf-8")
        assert load(tmp_path / f"{at}.yaml") != Baseline()


def test_the_documentation_names_every_key_of_controls_and_tickets():
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{key}`" in text for model in (ControlSettings, Tickets) for key in model.model_fields)


SECTIONS = [Root, ManagementAccount, Delegation, Structure, Tags, Billing, CostCentres, SharedCost, Journal]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.__name__)
def test_the_documentation_names_every_key_of_a_section(section):
    text = DOCS.read_text(encoding="utf-8")
    assert [key for key in section.model_fields if f"`{key}`" not in text] == []


def test_the_adoptions_of_a_finding_are_found_by_its_id():
    first = Adoption(on=date(2026, 11, 1), until=LAST_DAY, findings=("a" * 16, "b" * 16))
    second = Adoption(on=date(2026, 12, 1), until=LAST_DAY, findings=("b" * 16,))
    assert Baseline(adopted=(first, second)).adoptions() == {"a" * 16: (first,), "b" * 16: (first, second)}


def test_an_adoption_ends_after_it_begins():
    with pytest.raises(ValidationError, match="let it end later"):
        Adoption(on=LAST_DAY, until=LAST_DAY, findings=())


@pytest.mark.parametrize("end", ["prod-aws@corp.example", "Prod-AWS+x@corp.example"])
def test_an_alias_that_leads_on_to_another_alias_is_refused(end):
    chain = (
        {"pattern": "aws-*@corp.example", "mailbox": end},
        {"pattern": "prod-*@corp.example", "mailbox": "a@b.example"},
    )
    with pytest.raises(ValidationError, match="sends the mail of alias 1 on to another alias"):
        Contacts.model_validate({"aliases": chain})


def test_an_alias_may_end_in_a_mailbox_that_its_own_pattern_fits():
    assert Contacts.model_validate({"aliases": ({"pattern": "aws*@corp.example", "mailbox": "aws@corp.example"},)})


def test_a_pattern_of_vended_accounts_that_fits_every_account_is_refused():
    with pytest.raises(ValidationError, match="fits every account"):
        Vended.model_validate({})
