"""A seed's calls are made before anybody is served, uncounted, and name what earlier calls were answered."""

from functools import partial

import pytest
from botocore.exceptions import ClientError

from orgwarden.demo import beginning
from orgwarden.demo import seed as seeds
from orgwarden.demo.faults import Faults
from orgwarden.demo.front import Front
from orgwarden.demo.rates import Rates
from orgwarden.demo.seed import CallSeed
from orgwarden.demo.setting_up import filled, found, set_up
from tests.demo.asking import MANAGEMENT_ID

SEED = seeds.declared()


class Recording:
    """An inside that answers every call with its number, and keeps what was asked."""

    def __init__(self):
        self.asked = []

    def call(self, service, operation, parameters, *, region, account):
        self.asked.append((service, operation, parameters, region, account))
        return {"Made": [{"Id": f"id-{len(self.asked)}"}]}


def made(*calls):
    inside = Recording()
    set_up(inside, SEED.model_copy(update={"setup": list(calls), "drifts": []}), drifts=True)
    return inside.asked


def test_a_later_call_names_what_an_earlier_one_kept_and_accounts_by_name():
    first = CallSeed(service="sns", operation="CreateTopic", keep={"topic": "Made.0.Id"})
    then = CallSeed(service="sns", operation="Subscribe", parameters={"TopicArn": "${topic}", "To": ["${sec-ops}"]})
    assert made(first, then)[1][2] == {"TopicArn": "id-1", "To": ["997309114170"]}


def test_a_call_is_made_in_its_region_by_the_administrator_of_its_account():
    asked = made(CallSeed(service="s3", operation="CreateBucket", account="log-archive", region="eu-north-1"))
    assert asked[0][3:] == ("eu-north-1", SEED.id_of("log-archive"))


def test_a_mapping_under_json_alone_becomes_its_text():
    assert filled({"Pattern": {"json": {"a": ["${b}"]}}}, {"b": "c"}) == {"Pattern": '{"a": ["c"]}'}


def test_a_path_leads_through_lists_and_mappings():
    assert found({"Instances": [{"Arn": "x"}]}, ["Instances", "0", "Arn"]) == "x"


def test_what_a_seed_sets_up_is_there_uncounted_and_after_a_reset_with_the_same_ids(seeded):
    sso = seeded.client("sso-admin", region="us-east-1")
    before = sso.list_permission_sets(InstanceArn=sso.list_instances()["Instances"][0]["InstanceArn"])
    assert {call["operation"] for call in seeded.http("GET", "/demo/calls")[1]} == {
        "ListInstances",
        "ListPermissionSets",
    }
    seeded.http("POST", "/demo/reset")
    again = sso.list_permission_sets(InstanceArn=sso.list_instances()["Instances"][0]["InstanceArn"])
    assert before["PermissionSets"] == again["PermissionSets"]


def test_what_aws_would_refuse_ends_the_set_up_with_its_error():
    wrong = [CallSeed(service="iam", operation="GetUser", parameters={"UserName": "nobody"})]
    front = Front(
        beginning.empty,
        Faults(),
        reset_moto=beginning.reset_moto,
        rates=Rates(),
        set_up=partial(set_up, seed=SEED.model_copy(update={"setup": wrong}), drifts=False),
    )
    with pytest.raises(ClientError, match="NoSuchEntity"):
        front.settle()


def test_the_seed_names_accounts_that_are_there():
    assert {SEED.id_of(call.account) for call in SEED.setup} <= {MANAGEMENT_ID, *(one.id for one in SEED.accounts)}


def test_a_state_is_patched_over_what_was_set_up(seeded):
    assert seeded.http("PATCH", "/demo/state", {"identity_center": False})[0] == 200
    assert seeded.client("sso-admin", region="us-east-1").list_instances()["Instances"] == []
    assert seeded.client("sns", region="us-east-1").list_topics()["Topics"]


def test_an_organization_that_was_set_up_by_half_is_never_served():
    def failing(inside):
        inside.call("sns", "CreateTopic", {"Name": "half"}, region="us-east-1")
        raise RuntimeError("the other half")

    front = Front(beginning.empty, Faults(), reset_moto=beginning.reset_moto, rates=Rates(), set_up=failing)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the other half"):
            front.answer({"PATH_INFO": "/", "REQUEST_METHOD": "GET", "orgwarden.body": b""})
