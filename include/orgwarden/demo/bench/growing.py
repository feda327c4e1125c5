"""The messy organization as large organizations are: with its accounts grow its units, policies and administrators.

Nordvik's eleven units and two policies are its story, and nothing to measure: AWS's slowest calls are made once for
each policy and each administrator. So what grows is declared here, and the messy demo stays as it is.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from orgwarden.demo import messy
from orgwarden.demo.seed import AccountSeed, CallSeed, PolicySeed, Seed, UnitSeed

DECLARATION = Path(__file__).with_name("policies.yaml")
TAG_POLICY = "TAG_POLICY"
TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", TAG_POLICY, "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY")
MOST_UNITS, MOST_POLICIES, MOST_ADMINISTRATORS = 1_500, 800, 50
# So many guardrails are attached to the root: AWS lets ten stand at one place.
AT_THE_ROOT = 5
MOST_TARGETS = 25
ADMINISTERED = 2
# Services that are let into the whole organization; hardly one has a word of its own on whether it works there.
TRUSTED = (
    "access-analyzer.amazonaws.com",
    "backup.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com",
    "dashboard.eks.amazonaws.com",
    "ipam.amazonaws.com",
    "license-manager.member-account.amazonaws.com",
    "malware-protection.guardduty.amazonaws.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "reporting.trustedadvisor.amazonaws.com",
    "security-ir.amazonaws.com",
    "ssm-quicksetup.amazonaws.com",
    "ssm.amazonaws.com",
    "stacksets.cloudformation.amazonaws.com",
    "storage-lens.s3.amazonaws.com",
    "tagpolicies.tag.amazonaws.com",
)
DELEGATED = tuple(one for one in TRUSTED if one not in {"ram.amazonaws.com", "tagpolicies.tag.amazonaws.com"})
OWN_TAG_POLICY = "own-tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large an organization of so many accounts is: 200 units and 150 policies at 1,000; 1,500 and 800 at 10,000.

    ``exceptions`` are the accounts to which a tag policy is attached directly.
    """

    accounts: int

    @property
    def units(self) -> int:
        return min(self.accounts // 5, MOST_UNITS)

    @property
    def policies(self) -> int:
        return min(self.accounts * 15 // 100, MOST_POLICIES)

    @property
    def administrators(self) -> int:
        return min(self.accounts // 20, MOST_ADMINISTRATORS)

    @property
    def exceptions(self) -> int:
        return self.accounts // 100


def grown(accounts: int) -> Seed:
    """Give the declaration of the organization, of so many accounts and what belongs to them. Raises ``BadInput``."""
    seed, size = messy.declared(accounts), Size(accounts=accounts)
    teams = _teams(seed.accounts, size.units - len(seed.units))
    units = {**seed.units, **{path: UnitSeed(id=f"ou-mz4k-{n:08}") for n, path in enumerate(teams)}}
    members = list(_moved(seed.accounts, teams))
    return seed.model_copy(
        update={
            "units": units,
            "accounts": members,
            "policy_types": list(TYPES),
            "policies": [*seed.policies, *_policies(list(units), size.policies - len(seed.policies) - 1)],
            "trusted_access": [*seed.trusted_access, *TRUSTED],
            "delegated_administrators": {**_administrators(seed, size), **seed.delegated_administrators},
            "setup": list(_exceptions(members, size.exceptions)),
        }
    )


def _teams(accounts: Sequence[AccountSeed], wanted: int) -> list[str]:
    """Give the paths of so many units more, below the units that there are, as many as these have accounts."""
    above = (accounts[place * len(accounts) // wanted].unit for place in range(wanted))
    return [f"{path}/team-{n:04}" if path else f"team-{n:04}" for n, path in enumerate(above)]


def _moved(accounts: Sequence[AccountSeed], teams: Sequence[str]) -> Iterator[AccountSeed]:
    """Deal the accounts of each unit out among it and the teams below."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in teams:
        below[path.rpartition("/")[0]].append(path)
    turns = {path: cycle([path, *below[path]]) for path in {one.unit for one in accounts}}
    yield from (one.model_copy(update={"unit": next(turns[one.unit])}) for one in accounts)


def _policies(units: Sequence[str], wanted: int) -> Iterator[PolicySeed]:
    """Give policies of every type, each attached to one unit or to some, in turn; a few to the root."""
    turn = cycle(units)
    for place in range(wanted):
        name, kind, content = _content(place)
        some = 1 + place * 7 % MOST_TARGETS
        at_root = place % len(_texts()) == 0 and place < AT_THE_ROOT * len(_texts())
        attach = ["root"] if at_root else list(dict.fromkeys(next(turn) for _ in range(some)))
        yield PolicySeed(name=name, type=kind, attach=attach, content=content)


def _administrators(seed: Seed, size: Size) -> Mapping[str, list[str]]:
    """Give accounts that administer some services each, so many with those of the messy organization."""
    wanted = size.administrators - len(seed.delegated_administrators)
    open_ones = [one.name for one in seed.accounts if one.state == "ACTIVE"]
    free = [name for name in open_ones if name not in seed.delegated_administrators]
    turn = cycle(DELEGATED)
    return {name: [next(turn) for _ in range(ADMINISTERED)] for name in free[:: len(free) // wanted][:wanted]}


def _exceptions(accounts: Sequence[AccountSeed], wanted: int) -> Iterator[CallSeed]:
    """Give the calls that attach a tag policy to accounts themselves."""
    content = {"tags": {"env": {"tag_key": {"@@assign": "env"}, "tag_value": {"@@append": ["exception"]}}}}
    told = {"Name": OWN_TAG_POLICY, "Description": OWN_TAG_POLICY, "Type": TAG_POLICY, "Content": {"json": content}}
    keep = {OWN_TAG_POLICY: "Policy.PolicySummary.Id"}
    yield CallSeed(service="organizations", operation="CreatePolicy", parameters=told, keep=keep)
    open_ones = [one.id for one in accounts if one.state == "ACTIVE"]
    for id_ in open_ones[:: len(open_ones) // wanted][:wanted]:
        told = {"PolicyId": f"${{{OWN_TAG_POLICY}}}", "TargetId": id_}
        yield CallSeed(service="organizations", operation="AttachPolicy", parameters=told)


def _content(place: int) -> tuple[str, str, dict[str, Any]]:
    """Give name, type and content of a policy by its number."""
    text = _texts()[place % len(_texts())].replace("{n}", f"{place:03}")
    told: dict[str, Any] = json.loads(text)
    return told["name"], told["type"], told["content"]


@cache
def _texts() -> tuple[str, ...]:
    return tuple(json.dumps(one) for one in yaml.safe_load(DECLARATION.read_text(encoding="utf-8")))
