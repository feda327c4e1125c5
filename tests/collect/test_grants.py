"""Nothing is called that is not granted, and nothing granted that is not called: held against a record of every call.

The readings are as many as it takes to reach every opt-in and every fallback. Of regions two do, for a third is asked
the same; who administers what is arranged so that each service is asked from either side.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
import yaml

from orgwarden.aws.iam_names import iam_actions
from orgwarden.baseline import Baseline
from orgwarden.collect import mail_domains
from orgwarden.collect.actions import Side, every_action
from orgwarden.collect.activation import QUESTIONS
from orgwarden.collect.again import reread
from orgwarden.collect.means import Means
from orgwarden.collect.sessions import AUDIT, Aws
from orgwarden.demo.aws_policies import task_allows
from orgwarden.demo.service import running
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.looking import look
from orgwarden.model import Period, World
from orgwarden.parts.contacts import ALTERNATE_CONTACTS
from orgwarden.parts.organization import ACCOUNTS
from orgwarden.privacy import Veil
from orgwarden.reports.iam_templates import granted, templates
from orgwarden.settings import MEMBER_ROLE
from orgwarden.store import MemoryStore
from tests.collect.recording import Record
from tests.collect.regional import AWAY, HOME
from tests.demo.asking import MANAGEMENT_ID, Asking

OWNER, DELEGATED, MEMBER = "AKIAANYBODY000000001", "AKIADEMOSECOPS000001", "AKIADEMOMEMBER000001"
ROLE = f"arn:aws:iam::{MANAGEMENT_ID}:role/orgwarden-management-read"
REGIONS = [{"RegionName": region, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for region in (HOME, AWAY)]
TWO_REGIONS = {"service": "account", "operation": "ListRegions", "body": json.dumps({"Regions": REGIONS})}
# Whose delegated administrator is asked, where there is one.
ASKED_OF_DELEGATES = {principal for principal, question in QUESTIONS.items() if not question.why}
IAM, SSO = "iam.amazonaws.com", "sso.amazonaws.com"
BASELINE = Baseline.model_validate({"structure": {"control_tower": True}})


def now() -> datetime:
    return datetime(2026, 11, 21, 8, tzinfo=UTC)


class Readings:
    """Readings of the organization that is served; ``others`` are the calls of those who need no template."""

    def __init__(self, ask: Asking) -> None:
        self.ask, self.collecting, self.owner, self.others = ask, Record(), Record(), Record()
        self.collector = str(ask.client("sts", DELEGATED).get_caller_identity()["Account"])
        host, _, port = ask.served.dns.partition(":")
        self.dns = mail_domains.resolver((host, int(port)))
        self.veil, self.told = Veil(b"key"), list[str]()

    def aws(self, record: Record, key: str = DELEGATED) -> Aws:
        session, role = record.session(key), None if record is self.owner else ROLE
        return Aws(session, role, share=1000.0, patience=0.0, member_role=MEMBER_ROLE)

    def read(self, *only: str, audit: str = "") -> None:
        self._read(self.aws(self.collecting), only, audit)

    def read_as_owner(self) -> None:
        self._read(self.aws(self.owner, OWNER), (), "assume_root")

    def _read(self, aws: Aws, only: tuple[str, ...], audit: str) -> None:
        store = MemoryStore()
        place = inventory.open_snapshot(Period("2026-11"), run="1", store=store, veil=self.veil, clock=now)
        tools = {"store": store, "aws": aws, "dns": self.dns, "veil": self.veil, "baseline": BASELINE}
        list(inventory.sweep_all(place, only, **tools, audit=audit, asks_cost_explorer=True))

    def read_again(self) -> None:
        keys = {(ACCOUNTS.name, self.collector), (ALTERNATE_CONTACTS.name, f"{self.collector}/BILLING")}
        means = Means(aws=self.aws(self.collecting), dns=self.dns, veil=self.veil, today=now().date())
        world = World(organization="", management=MANAGEMENT_ID, today=means.today, parts={})
        reread(keys, before=world, means=means)

    def look_around(self) -> None:
        for record, key in ((self.owner, OWNER), (self.collecting, DELEGATED), (self.others, MEMBER)):
            look(aws=self.aws(record, key), dns=self.dns, clock=now, tell=self.told.append)


def indexed_at_home_alone(ask: Asking) -> None:
    """See to it that one region has an index of Resource Explorer, and the other has none."""
    arns = {one["Region"]: one["Arn"] for one in ask.client("resource-explorer-2").list_indexes()["Indexes"]}
    if AWAY in arns:
        ask.client("resource-explorer-2", region=AWAY).delete_index(Arn=arns[AWAY])
    if HOME not in arns:
        explorer = ask.client("resource-explorer-2", region=HOME)
        explorer.create_index()
        explorer.associate_default_view(ViewArn=explorer.create_view(ViewName="all")["View"]["ViewArn"])


def furnish(ask: Asking) -> None:
    """Give the organization what leads to calls that its seed does not lead to."""
    indexed_at_home_alone(ask)
    source = {"RoleArn": "arn:aws:iam::997309114170:role/config", "AllAwsRegions": True}
    ask.client("config", DELEGATED).put_configuration_aggregator(
        ConfigurationAggregatorName="all", OrganizationAggregationSource=source
    )
    function = f"arn:aws:lambda:{HOME}:{MANAGEMENT_ID}:function:alarm"
    ask.client("events", region=HOME).put_targets(Rule="root-use", Targets=[{"Id": "function", "Arn": function}])
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "rolesanywhere.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    ask.client("iam").create_role(RoleName="anywhere", AssumeRolePolicyDocument=document)
    ask.http("PATCH", "/demo/state", {"control_tower": {"version": "3.3"}})


def trust(ask: Asking, *principals: str) -> None:
    for principal in principals:
        ask.client("organizations").enable_aws_service_access(ServicePrincipal=principal)


def without_paths(ask: Asking) -> None:
    """Have the accounts answered as by an AWS that tells no paths."""
    pages = ask.client("organizations").get_paginator("list_accounts").paginate()
    accounts = [{"Id": one["Id"], "Email": one["Email"], "State": "ACTIVE"} for page in pages for one in page["Accounts"]]
    body = json.dumps({"Accounts": accounts})
    ask.http("PUT", "/demo/faults", [{"service": "organizations", "operation": "ListAccounts", "body": body}])


@pytest.fixture(scope="module")
def readings() -> Iterator[Readings]:
    """All readings, one after the other."""
    with running() as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", served.url)
        ask = Asking(served)
        ask.http("PUT", "/demo/faults", [TWO_REGIONS])
        readings = Readings(ask)
        organizations = ask.client("organizations")
        furnish(ask)
        ask.http("DELETE", "/demo/calls")
        readings.read(audit="assume_root")
        trust(ask, *QUESTIONS)
        organizations.deregister_delegated_administrator(AccountId=readings.collector, ServicePrincipal=IAM)
        readings.read("delegation", "root", audit="assume_root")
        for principal in sorted(ASKED_OF_DELEGATES | {IAM, SSO}):
            organizations.register_delegated_administrator(AccountId=readings.collector, ServicePrincipal=principal)
        readings.read("delegation", "root", "access", audit="member_role")
        readings.read_again()
        readings.look_around()
        readings.read_as_owner()
        without_paths(ask)
        readings.read("organizations")
        yield readings
