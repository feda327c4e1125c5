"""The smallest AWS with Regions: each operation answers by a function that is told in which Region it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from orgwarden.collect.sessions import Aws
from tests.collect.fakes import refusal

Answer = Callable[..., Any]
DENIED = refusal("AccessDeniedException", 403)


@dataclass
class RegionalClient:
    service: str
    region: str
    session: "RegionalSession"

    def _make_api_call(self, operation: str, params: Mapping[str, Any]) -> Any:
        self.session.asked.append((self.region, f"{self.service}:{operation}", dict(params)))
        answer = self.session.answers[operation](region=self.region, service=self.service, **params)
        if isinstance(answer, ClientError):
            answer.operation_name = operation
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class RegionalSession:
    answers: Mapping[str, Answer]
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def client(self, service: str, region_name: str, **_: Any) -> RegionalClient:
        return RegionalClient(service, region_name, self)


def regional_aws(
    answers: Mapping[str, Answer], *, caller: str, on: tuple[str, ...] = (), administers: tuple[str, ...] = ()
) -> Aws:
    """An AWS at full speed in whose management account us-east-1 and the Regions ``on`` are on."""
    regions = [{"RegionName": name, "RegionOptStatus": "ENABLED"} for name in ("us-east-1", *on)]
    services = [{"ServicePrincipal": principal} for principal in administers]
    basic: dict[str, Answer] = {
        "GetCallerIdentity": lambda **_: {"Account": caller, "Arn": "arn"},
        "ListRegions": lambda **_: {"Regions": regions},
        "ListDelegatedServicesForAccount": lambda **_: {"DelegatedServices": services},
    }
    return Aws(RegionalSession({**basic, **answers}), share=1000.0, patience=0.0)


def asked_of(aws: Aws, service: str) -> list[tuple[str, str]]:
    """Give the Regions and operations that were asked of a service, in order."""
    asked = [(region, name) for region, name, _ in aws.session.asked]
    return [(region, name.partition(":")[2]) for region, name in asked if name.startswith(f"{service}:")]
