"""An AWS of several regions: it answers by service, operation and region, and an empty account answers all lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from orgwarden.collect.sessions import Aws
from orgwarden.collect.shortlist import REGIONAL, WORLDWIDE
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ORGANIZATION, Organization
from orgwarden.snapshot import Opened, Page, Staging, stage
from orgwarden.store import FileStore

MANAGEMENT, MEMBER = "111111111111", "222222222222"
HOME, AWAY = "us-east-1", "eu-west-1"
DAY = datetime(2026, 11, 21, 8, tzinfo=UTC)
# Answers by "service:Operation"; each is given the region.
Answers = Mapping[str, Callable[..., Any]]


@dataclass
class RegionalClient:
    service: str
    region: str
    session: "RegionalSession"

    def _make_api_call(self, operation: str, params: Mapping[str, Any]) -> Any:
        name = f"{self.service}:{operation}"
        self.session.asked.append((self.region, name, dict(params)))
        answer = self.session.answers[name](self.region, **params)
        if isinstance(answer, ClientError):
            answer.operation_name = operation
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class RegionalSession:
    answers: Answers
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def client(self, service: str, region_name: str = HOME, **_: Any) -> RegionalClient:
        return RegionalClient(service, region_name, self)


def always(answer: Any) -> Callable[..., Any]:
    return lambda _region, **_: answer


def only_in(place: str, answer: Any, other: Any) -> Callable[..., Any]:
    return lambda region, **_: answer if region == place else other


def regional_aws(answers: Answers, *, caller: str = MANAGEMENT) -> Aws:
    """An AWS at full speed and without patience; what is not answered is an empty account's answer."""
    regions = [{"RegionName": r, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for r in (HOME, AWAY)]
    told = {
        "sts:GetCallerIdentity": always({"Account": caller, "Arn": f"arn:aws:iam::{caller}:user/x"}),
        "account:ListRegions": always({"Regions": regions}),
        "organizations:ListDelegatedServicesForAccount": always({"DelegatedServices": []}),
        "resource-explorer-2:ListIndexes": always({"Indexes": []}),
        "resourcegroupstaggingapi:GetResources": always({"ResourceTagMappingList": [], "PaginationToken": ""}),
        "config:DescribeConfigurationAggregators": always({"ConfigurationAggregators": []}),
        **{f"{one.service}:{one.operation}": always({one.items.split(".")[0]: []}) for one in REGIONAL},
        **{f"{one.service}:{one.operation}": always({one.items: []}) for one in WORLDWIDE},
        "cloudfront:ListDistributions": always({"DistributionList": {"Quantity": 0}}),
    }
    return Aws(RegionalSession({**told, **answers}), share=1000.0, patience=0.0)


def staging(folder: Path) -> Staging:
    """A staging of which the organization is read."""
    opened = Opened(period="2026-11", run="1", at=DAY, key_check="k")
    staged = stage(FileStore(folder), "", opened)
    row = Organization(id="o-1", management_account=MANAGEMENT, feature_set="ALL", root="r-1")
    staged.put("before", 1, Page(rows={ORGANIZATION: {EVERYTHING: row}}))
    return staged
