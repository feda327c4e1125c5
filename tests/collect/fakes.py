"""The smallest AWS: a client that answers from functions, and a clock that only moves when somebody sleeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from orgwarden.collect.sessions import Aws

Answers = Mapping[str, Callable[..., Any]]


def refusal(code: str, status: int = 400, *, headers: Mapping[str, str] | None = None, operation: str = "Op"):
    told = {"HTTPStatusCode": status, "HTTPHeaders": dict(headers or {})}
    return ClientError({"Error": {"Code": code, "Message": code}, "ResponseMetadata": told}, operation)


@dataclass
class FakeClient:
    answers: Answers
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def _make_api_call(self, operation: str, params: Mapping[str, Any]) -> Any:
        self.asked.append((operation, dict(params)))
        answer = self.answers[operation](**params)
        if isinstance(answer, ClientError):
            answer.operation_name = operation
            raise answer
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class FakeSession:
    answers: Answers
    clients: dict[str, FakeClient] = field(default_factory=dict)

    def client(self, service: str, **_: Any) -> FakeClient:
        return self.clients.setdefault(service, FakeClient(self.answers))


@dataclass
class FakeTime:
    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def aws(answers: Answers, *, caller: str = "111111111111") -> Aws:
    """An AWS at full speed, called from the account ``caller``."""
    return Aws(FakeSession({"GetCallerIdentity": lambda: {"Account": caller, "Arn": "arn"}, **answers}), share=1000.0)
