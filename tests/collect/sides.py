"""The smallest AWS of several accounts: each side (and Region) that calls has answers of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import EndpointConnectionError

from orgwarden.collect.api import Api
from orgwarden.errors import SkipAndNote
from orgwarden.model import EVERYTHING
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, Account, AccountState, Organization
from orgwarden.snapshot import Page, Staging
from orgwarden.store import FileStore
from tests.collect.fakes import Answers, FakeClient, FakeTime, refusal

MANAGEMENT, MEMBER, SUSPENDED, CLOSED = "111111111111", "222222222222", "333333333333", "444444444444"
STATES = {MANAGEMENT: "ACTIVE", MEMBER: "ACTIVE", SUSPENDED: "SUSPENDED", CLOSED: "CLOSED"}


def api(answers: Answers, service: str = "iam") -> Api:
    time = FakeTime()
    return Api(service, FakeClient(answers), share=1000.0, patience=1.0, now=time.now, sleep=time.sleep)


@dataclass
class Sides:
    """``answers`` of the management account, with ``regional`` ones before them; ``members`` by account.

    A member without answers lets nobody in; without ``answers`` no role leads to the management account.
    """

    answers: Answers | None = None
    regional: Mapping[str, Answers] = field(default_factory=dict)
    members: Mapping[str, Answers] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def management(self, service: str, _management: str, region: str = "us-east-1") -> Api:
        if self.answers is None:
            raise SkipAndNote("no role leads there")
        return self._noted(region, service, {**self.answers, **self.regional.get(region, {})})

    def delegated(self, service: str, _principal: str, management: str, region: str = "us-east-1") -> Api:
        return self.management(service, management, region)

    def member(self, account: str, service: str) -> Api:
        lets_in = self.members.get(account)
        denied = {operation: lambda **_: _unassumed() for operation in OPERATIONS}
        return self._noted(account, service, denied if lets_in is None else lets_in)

    def root(self, account: str, _management: str) -> Api:
        self.asked.append((account, "AssumeRoot"))
        if account not in self.members:
            raise SkipAndNote("sts:AssumeRoot was denied")
        return self._noted(account, "iam", self.members[account])

    def _noted(self, side: str, service: str, answers: Answers) -> Api:
        def noting(operation, answer):
            def noted(**params):
                self.asked.append((side, operation))
                return answer(**params)

            return noted

        return api({operation: noting(operation, answer) for operation, answer in answers.items()}, service)


OPERATIONS = (
    "GenerateCredentialReport",
    "GetAccountSummary",
    "GetCredentialReport",
    "ListServiceSpecificCredentials",
    "ListVirtualMFADevices",
)


def _unassumed():
    raise SkipAndNote("sts:AssumeRole was denied")


def denied(**_):
    return refusal("AccessDenied", 403)


def throttled(**_):
    return refusal("Throttling", 400)


def unreachable(**_):
    return EndpointConnectionError(endpoint_url="https://nowhere.example")


def given(answer):
    """Give the answer whatever is asked."""
    return lambda **_: answer


def staging(folder: Path) -> Staging:
    accounts = {a: Account(id=a, name=a, state=AccountState(s), joined="", method="") for a, s in STATES.items()}
    organization = Organization(id="o-1", management_account=MANAGEMENT, feature_set="ALL", root="r-1")
    staged = Staging(FileStore(folder), "")
    staged.put("before", 1, Page(rows={ORGANIZATION: {EVERYTHING: organization}, ACCOUNTS: accounts}))
    return staged
