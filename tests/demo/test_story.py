"""What happens between two readings is made through AWS's API."""

from functools import partial

from orgwarden.demo import seed as seeds
from orgwarden.demo.story import after, next_month

SEED = seeds.declared()


def test_the_next_month_mends_one_drift_and_makes_another(seeded):
    month = next_month(
        partial(seeded.client, region="us-east-1"), lambda state: seeded.http("PATCH", "/demo/state", state)
    )
    account = seeded.client("account")
    mended = {"AccountId": SEED.id_of("data-prod"), "AlternateContactType": "SECURITY"}
    number = account.get_contact_information(AccountId=SEED.id_of("erp-nonprod"))["ContactInformation"]["PhoneNumber"]
    assert account.get_alternate_contact(**mended)["AlternateContact"]["EmailAddress"] == "security@northwind.example"
    assert number == month.new[1].subject.number
    assert seeded.client("sso-admin", region="us-east-1").list_instances()["Instances"] == []


def test_what_is_resolved_was_a_drift_and_what_is_new_was_not():
    month = after(SEED)
    drifts = {(one.control, one.subject, one.expected) for one in seeds.expectations(SEED)}
    assert {(one.control, one.subject, one.expected) for one in month.resolved} <= drifts
    assert not {(one.control, one.subject, one.expected) for one in month.new} & drifts
