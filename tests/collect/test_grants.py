"""Nothing is called that is not granted, and nothing granted that is not called: held against a record of every call.

The readings are as many as it takes to reach every opt-in and every fallback. Of regions two do, for a third is asked
the same; who administers what is arranged so that each service is asked from either side.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import pytest
import yaml

from orgwarden.aws.iam_names import iam_actions
from orgwarden.baseline import Baseline
from orgwarden.collect import cost_explorer, invoicing, mail_domains
from orgwarden.collect.actions import Side, every_action
from orgwarden.collect.activation import QUESTIONS
from orgwarden.collect.again import reread
from orgwarden.collect.cost_explorer import Requests
from orgwarden.collect.links import Links
from orgwarden.collect.means import Means
from orgwarden.collect.sessions import AUDIT, Aws
from orgwarden.demo.aws_policies import task_allows
from orgwarden.demo.service import running
from orgwarden.errors import RetryLater
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
ACCOUNT, CONFIG, SSO = "account.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com"
# Whose delegated administrator is asked, where there is one.
DELEGABLE = {*(principal for principal, question in QUESTIONS.items() if not question.why), ACCOUNT, CONFIG, SSO}
# Of a root user, everything that can be looked at.
ROOT_USER = {"mfa": ["GAHT12345678"], "access_keys": [{"last_used": "2026-05-01T00:00:00Z"}]}
OUTPUT = {"OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET", "Overwrite": "OVERWRITE_REPORT"}
PLACE = {"S3Bucket": "bills", "S3Prefix": "exports", "S3Region": HOME, "S3OutputConfigurations": OUTPUT}
EXPORT = {
    "Name": "monthly",
    "DataQuery": {"QueryStatement": "SELECT line_item_unblended_cost FROM COST_AND_USAGE_REPORT"},
    "DestinationConfigurations": {"S3Destination": PLACE},
    "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
}
BASELINE = Baseline.model_validate({"structure": {"control_tower": True}})


def now() -> datetime:
    return datetime(2026, 11, 21, 8, tzinfo=UTC)


class Readings:
    """Readings of the organization that is served: a record for the collecting account, one for the owner.

    ``served`` are the calls that the organization itself counted meanwhile.
    """

    def __init__(self, ask: Asking) -> None:
        self.ask, self.served = ask, set[str]()
        self.collecting, self.owner = Record(), Record()
        self.collector = str(ask.client("sts", DELEGATED).get_caller_identity()["Account"])
        host, _, port = ask.served.dns.partition(":")
        self.dns = mail_domains.resolver((host, int(port)))
        self.veil, self.told = Veil(b"key"), list[str]()

    @contextmanager
    def counted(self) -> Iterator[None]:
        self.ask.http("DELETE", "/demo/calls")
        yield
        self.served |= {f"{call['service']}:{call['operation']}" for call in self.ask.http("GET", "/demo/calls")[1]}

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
        tools = {"store": store, "aws": aws, "dns": self.dns, "links": Links(), "veil": self.veil, "baseline": BASELINE}
        with self.counted():
            told = list(inventory.sweep_all(place, only, **tools, audit=audit, asks_cost_explorer=True))
        assert not [name for name, counts in told if isinstance(counts, RetryLater)]

    def read_again(self) -> None:
        keys = {(ACCOUNTS.name, self.collector), (ALTERNATE_CONTACTS.name, f"{self.collector}/BILLING")}
        means = Means(aws=self.aws(self.collecting), dns=self.dns, veil=self.veil, today=now().date())
        world = World(organization="", management=MANAGEMENT_ID, today=means.today, parts={})
        with self.counted():
            reread(keys, before=world, means=means)

    def witness(self) -> None:
        """Ask for what a bill is held against."""
        aws, october = self.aws(self.collecting), Period("2026-10")
        with self.counted():
            cost_explorer.read(aws, MANAGEMENT_ID, october, (), requests=Requests(1))
            invoicing.read(aws, MANAGEMENT_ID, MANAGEMENT_ID, october)

    def look(self, *keys: str) -> None:
        for key in keys:
            aws = self.aws(self.owner if key == OWNER else self.collecting, key)
            with self.counted():
                look(aws=aws, dns=self.dns, clock=now, themes=("contacts",), tell=self.told.append)


def indexed_away_alone(ask: Asking) -> None:
    """See to it that one region has an index of Resource Explorer, and home, which tells what is in none, has none."""
    arns = {one["Region"]: one["Arn"] for one in ask.client("resource-explorer-2").list_indexes()["Indexes"]}
    if HOME in arns:
        ask.client("resource-explorer-2", region=HOME).delete_index(Arn=arns[HOME])
    explorer = ask.client("resource-explorer-2", region=AWAY)
    if AWAY not in arns:
        explorer.create_index()
    explorer.associate_default_view(ViewArn=explorer.create_view(ViewName="grants")["View"]["ViewArn"])


def trusting(**principal: str) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def member(ask: Asking, collector: str) -> str:
    """Give a new account that its role lets into, with a root user and an IAM user of which there is much to tell."""
    account = ask.new_account("audited")
    iam = ask.as_role(account, "iam")
    iam.create_role(RoleName=MEMBER_ROLE, AssumeRolePolicyDocument=trusting(AWS=f"arn:aws:iam::{collector}:root"))
    iam.create_user(UserName="ann")
    ask.http("PATCH", "/demo/state", {"root": {account: ROOT_USER}})
    return account


def furnish(ask: Asking) -> None:
    """Give the organization what leads to calls that its seed does not lead to."""
    indexed_away_alone(ask)
    ec2 = ask.client("ec2", region=AWAY)
    (default,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=default["VpcId"])
    source = {"RoleArn": f"arn:aws:iam::{MANAGEMENT_ID}:role/config", "AllAwsRegions": True}
    ask.client("config", DELEGATED).put_configuration_aggregator(
        ConfigurationAggregatorName="all", OrganizationAggregationSource=source
    )
    function = f"arn:aws:lambda:{HOME}:{MANAGEMENT_ID}:function:alarm"
    ask.client("events", region=HOME).put_targets(Rule="root-use", Targets=[{"Id": "function", "Arn": function}])
    ask.client("bcm-data-exports").create_export(Export=EXPORT)
    iam, boundary = ask.client("iam"), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    document = trusting(Service="rolesanywhere.amazonaws.com")
    iam.create_role(RoleName="anywhere", AssumeRolePolicyDocument=document, PermissionsBoundary=boundary)
    iam.enable_organizations_root_credentials_management()
    ask.http("PATCH", "/demo/state", {"control_tower": {"version": "3.3"}})


def accounts(ask: Asking, *ids: str, **told: list[str]) -> dict[str, str]:
    """Have these accounts alone listed, or all, with what is told of each beside its address and state."""
    known = ask.client("organizations").get_paginator("list_accounts").paginate()
    listed = [one for page in known for one in page["Accounts"] if not ids or one["Id"] in ids]
    rows = [{key: one[key] for key in ("Id", "Email", "State", "Paths")} | told for one in listed]
    return {"service": "organizations", "operation": "ListAccounts", "body": json.dumps({"Accounts": rows})}


def trust(ask: Asking, *principals: str) -> None:
    for principal in principals:
        ask.client("organizations").enable_aws_service_access(ServicePrincipal=principal)


def delegate(ask: Asking, account: str, *principals: str) -> None:
    """Let an account administer these services alone, and no other account any of them."""
    organizations = ask.client("organizations")
    for other in organizations.list_delegated_administrators()["DelegatedAdministrators"]:
        services = organizations.list_delegated_services_for_account(AccountId=other["Id"])["DelegatedServices"]
        for service in services:
            organizations.deregister_delegated_administrator(
                AccountId=other["Id"], ServicePrincipal=service["ServicePrincipal"]
            )
    for principal in principals:
        organizations.register_delegated_administrator(AccountId=account, ServicePrincipal=principal)


def made(readings: Readings, ask: Asking) -> Readings:
    """Make one reading after the other, so that every opt-in and every fallback has its turn."""
    readings.read(audit="assume_root")
    trust(ask, *QUESTIONS)
    delegate(ask, readings.collector, ACCOUNT, CONFIG)
    readings.read("delegation", "root", "access", audit="assume_root")
    delegate(ask, readings.collector, *DELEGABLE)
    readings.read("delegation", "root", "access", audit="member_role")
    readings.read_again()
    readings.witness()
    readings.look(OWNER, DELEGATED)
    readings.read_as_owner()
    ask.http("DELETE", "/demo/faults")
    readings.look(MEMBER)
    ask.http("PUT", "/demo/faults", [accounts(ask, Paths=[])])
    readings.read("organizations")
    return readings


@pytest.fixture(scope="module", params=["few", pytest.param("all", marks=pytest.mark.slow)])
def readings(request: pytest.FixtureRequest) -> Iterator[Readings]:
    """All readings: of a few accounts and two regions, or of the whole organization in every region."""
    with running() as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", served.url)
        ask = Asking(served)
        readings = Readings(ask)
        furnish(ask)
        few = [TWO_REGIONS, accounts(ask, MANAGEMENT_ID, member(ask, readings.collector))]
        ask.http("PUT", "/demo/faults", few if request.param == "few" else [])
        yield made(readings, ask)


# -- the calls and the grants


@pytest.mark.parametrize("side", [Side.COLLECTOR, Side.MANAGEMENT, Side.MEMBER])
def test_what_is_granted_is_what_is_called(readings: Readings, side: Side):
    called = {name for operation in readings.collecting.of(side) for name in iam_actions(operation)}
    assert called == set(granted(every_action(), side))


def test_every_call_is_declared_as_the_side_that_makes_it(readings: Readings):
    assert readings.collecting.calls == {(action.side, action.operation) for action in every_action()}


def test_the_record_misses_no_call(readings: Readings):
    recorded = {operation for record in (readings.collecting, readings.owner) for operation in record.of(*Side)}
    assert readings.served <= recorded


def test_an_account_is_asked_about_itself_or_a_member_about_by_its_id(readings: Readings):
    of_management = {account for side, account in readings.collecting.asked_about if side is Side.MANAGEMENT}
    of_collector = {account for side, account in readings.collecting.asked_about if side is Side.COLLECTOR}
    assert of_management == {""}
    assert len(of_collector) > 1
    assert MANAGEMENT_ID not in of_collector


def test_a_root_session_calls_what_its_task_policy_allows(readings: Readings):
    called = readings.collecting.of(Side.ROOT)
    assert {one for one in called if not task_allows(AUDIT, one)} == set()


def test_the_management_account_itself_calls_what_it_would_grant_and_assumes_no_role(readings: Readings):
    granted_to_both = {one.operation for one in every_action() if one.side in (Side.COLLECTOR, Side.MANAGEMENT)}
    assert readings.owner.of(Side.COLLECTOR) <= granted_to_both
    assert readings.owner.of(Side.MANAGEMENT, Side.MEMBER) == set()
    assert readings.owner.roles == set()


# -- the ways into other accounts


def statements(template: str) -> dict[str, dict]:
    """The statements of a template's policies, by their Sid."""
    resources = yaml.safe_load(templates(every_action())[template])["Resources"].values()
    policies = [one for resource in resources for one in resource["Properties"]["Policies"]]
    inner = [one["Fn::If"][1] if "Fn::If" in one else one for one in policies]
    return {one["Sid"]: one for policy in inner for one in policy["PolicyDocument"]["Statement"]}


def filled(given: dict[str, str], name: str) -> str:
    parameters = yaml.safe_load(templates(every_action())["collector.yaml"])["Parameters"]
    values = {name: about["Default"] for name, about in parameters.items() if "Default" in about}
    text = given["Fn::Sub"].replace("${AWS::Partition}", "aws").replace("${ManagementAccountId}", MANAGEMENT_ID)
    return text.replace(f"${{{name}}}", values[name])


def test_the_roles_that_are_assumed_are_those_that_may_be(readings: Readings):
    found = statements("collector.yaml")
    management = filled(found["IntoTheManagementAccount"]["Resource"], "ManagementRoleName")
    members = filled(found["IntoMembers"]["Resource"], "MemberRoleName")
    assert {role for role in readings.collecting.roles if not fnmatchcase(role, members)} == {management}
    assert len(readings.collecting.roles) > 1
