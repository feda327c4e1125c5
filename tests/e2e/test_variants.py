"""The seeded organization sound, drifted, a month later and denied: each control shows each status that it can have."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from orgwarden import baseline as baselines
from orgwarden import wiring
from orgwarden.controls import arriving
from orgwarden.demo import seed, standing, story
from orgwarden.demo.service import running
from orgwarden.errors import RetryLater
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows import reviewing
from orgwarden.model import Period, Status
from orgwarden.population import Arrival
from tests.demo.asking import Asking

pytestmark = pytest.mark.slow
GOVERNANCE = ("billing", "delegation", "management_account", "root", "structure", "tags")
CONTROLS = [control.id for control in arriving(Arrival.SNAPSHOT) if control.theme in GOVERNANCE]
REGIONS = ("ap-south-1", "eu-north-1", "eu-west-1", "us-east-1")
# Seventeen regions are asked alike; four are enough to tell.
FEW_REGIONS = {
    "service": "account",
    "operation": "ListRegions",
    "body": json.dumps({"Regions": [{"RegionName": one, "RegionOptStatus": "ENABLED"} for one in REGIONS]}),
}
# What nothing can be reviewed without is answered: the organization, its tree and the first page of its accounts.
DENIED_OF_ORGANIZATIONS = (
    "DescribeEffectivePolicy",
    "DescribePolicy",
    "DescribeResourcePolicy",
    "ListAWSServiceAccessForOrganization",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListHandshakesForOrganization",
    "ListPolicies",
    "ListTagsForResource",
    "ListTargetsForPolicy",
)
DENIED = [
    *(
        {"service": "organizations", "operation": one, "error": "AccessDeniedException"}
        for one in DENIED_OF_ORGANIZATIONS
    ),
    {"service": "organizations", "operation": "ListAccounts", "match": "NextToken", "error": "AccessDeniedException"},
    {"service": "account", "error": "AccessDeniedException"},
    {"service": "sts", "operation": "AssumeRole", "error": "AccessDenied"},
    {"service": "iam", "error": "AccessDenied"},
]
# What is read with the organization itself, without which there is no review at all, and with the first accounts.
NEVER_UNKNOWN = {"structure.all_features", "structure.foundational_accounts"}
# What the owners register, of which AWS tells nothing.
REGISTERED = {
    # A document that is kept offline.
    "root.runbooks_current",
    "root.custody_separated",
    "root.mfa_devices_in_date",
    "root.mfa_without_battery",
    # And the mailbox, which the first page of accounts shows.
    "root.recovery_needs_two_survives_one",
}
# What the first page of accounts shows of itself.
PARTLY_SEEN = {"structure.no_accounts_in_root", "structure.single_organization"}
Found = dict[str, set[str]]


def statuses(served: Any, folder: Path, *, is_sound: bool) -> Found:
    """Read all and judge it; give the statuses by control."""
    environ = standing.environ(folder, server=served.url, dns=served.dns, key="k")
    tools = wiring.tools(environ)
    place = tools.call(inventory.open_snapshot, Period("2026-11"), run=str(folder))
    for name, counts in tools.call(inventory.sweep_all, place):
        assert not isinstance(counts, RetryLater), name
    tools.call(inventory.gate, place)
    tools.call(inventory.seal, place)
    judged = reviewing.judge(
        place, theme="+".join(GOVERNANCE), store=tools.store, baseline=declared(is_sound=is_sound), veil=tools.veil
    )
    found: Found = defaultdict(set)
    for verdict in judged.verdicts:
        found[verdict.control].add(verdict.status.value)
    return found


def declared(*, is_sound: bool) -> baselines.Baseline:
    """The owners' baseline; of a sound organization the register names two keys, not the app on a phone."""
    read = baselines.load(seed.BASELINE)
    if not is_sound:
        return read
    custody = {"logged": True, "tested": date.today(), "only_here": True, "round_the_clock": "the guard opens"}  # noqa: DTZ011 - of this machine
    keys = [
        {"kind": "fido2", "name": place, "custody": {**custody, "place": f"safe in {place}", "people": people}}
        for place, people in {"Oslo": ("maren", "oluf"), "Bergen": ("maren", "oluf")}.items()
    ]
    told = read.model_dump()
    told["custody"]["password"] |= {"place": "bank", "people": ("astrid", "henrik")}
    told["custody"]["phone"] |= {"place": "service centre", "people": ("oluf",), "tool": "locker"}
    groups = [
        {**group, "members": ("astrid", "henrik")} if isinstance(group["members"], tuple) else group
        for group in told["contacts"]["groups"]
    ]
    told["contacts"] |= {"groups": tuple(groups)}
    told["root"] |= {"mfa_devices": tuple(keys)}
    return baselines.Baseline.model_validate(told)


def faults(served: Any, *more: dict[str, Any]) -> None:
    before = Asking(served).http("GET", "/demo/faults")[1]
    Asking(served).http("PUT", "/demo/faults", [*before, FEW_REGIONS, *more])


@pytest.fixture(scope="module")
def served_environment() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def use(patch: pytest.MonkeyPatch, served: Any, folder: Path) -> None:
    """Lead boto3 there, and links: they take endpoint and proxy from the environment alone."""
    authority = folder / "authority.pem"
    authority.write_text(served.authority)
    told = standing.environ(folder, server=served.url, dns=served.dns, key="k", authority=authority)
    for name, value in told.items():
        if not name.startswith("ORGWARDEN_"):
            patch.setenv(name, value)


@pytest.fixture(scope="module")
def sound(served_environment, tmp_path_factory) -> Found:
    with running(drifts=False) as served:
        use(served_environment, served, tmp_path_factory.mktemp("trusted"))
        faults(served)
        return statuses(served, tmp_path_factory.mktemp("sound"), is_sound=True)


@pytest.fixture(scope="module")
def drifted(served_environment, tmp_path_factory) -> Found:
    """What is seen at first, and what a month later."""
    with running() as served:
        use(served_environment, served, tmp_path_factory.mktemp("trusted"))
        faults(served)
        asking, folder = Asking(served), tmp_path_factory.mktemp("drifted")
        first = statuses(served, folder, is_sound=False)
        clients = partial(asking.client, region="us-east-1")
        story.next_month(clients, lambda state: asking.http("PATCH", "/demo/state", state))
        later = statuses(served, tmp_path_factory.mktemp("later"), is_sound=False)
        return {control: first[control] | later[control] for control in first.keys() | later.keys()}


@pytest.fixture(scope="module")
def denied(served_environment, tmp_path_factory) -> Found:
    with running(drifts=False) as served:
        use(served_environment, served, tmp_path_factory.mktemp("trusted"))
        Asking(served).http("PUT", "/demo/faults", DENIED)
        return statuses(served, tmp_path_factory.mktemp("denied"), is_sound=True)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_sound_organization_passes(control, sound):
    assert Status.PASS in sound[control]
    assert sound[control] <= {Status.PASS, Status.NOT_APPLICABLE}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_drifted_organization_deviates(control, drifted):
    assert Status.FAIL in drifted[control]


@pytest.mark.parametrize("control", sorted(set(CONTROLS) - NEVER_UNKNOWN - REGISTERED))
def test_what_is_denied_is_unknown_and_never_deviates(control, denied):
    assert Status.UNKNOWN in denied[control]
    assert Status.FAIL not in denied[control]


@pytest.mark.parametrize("control", sorted(set(CONTROLS) - NEVER_UNKNOWN - REGISTERED - PARTLY_SEEN))
def test_what_is_denied_never_passes(control, denied):
    assert Status.PASS not in denied[control]
