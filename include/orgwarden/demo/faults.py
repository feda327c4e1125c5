"""Faults on demand: errors, broken bodies and delays for the calls that a list of rules picks.

Real organizations deny, throttle and answer nonsense; whoever builds on the demo organization can have each of these
exactly where a test wants it, and the same again on the next run.
"""

import json
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from orgwarden.demo.calls import Call
from orgwarden.errors import BadInput

PICKS = ("service", "operation", "account", "region")


class Fault(BaseModel):
    """One rule: which calls it meets, how often, and what they get instead of AWS's answer.

    ``times`` meets the first N matching calls; ``share`` is the chance of each matching call, drawn from ``seed``.
    With neither an error, a body nor a status it only delays, and the rules after it are looked at too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    service: str | None = "*"
    operation: str | None = "*"
    account: str | None = "*"
    region: str | None = "*"
    match: str | None = None
    error: str | None = None
    status: int | None = Field(default=None, ge=100, le=599)
    body: str | None = None
    times: int | None = Field(default=None, ge=0)
    share: float | None = Field(default=None, ge=0, le=1)
    seed: int | str | None = None
    delay_ms: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if self.error is not None and self.body is not None:
            raise ValueError("error and body exclude each other: set one of them to null")
        return self

    @property
    def answers(self) -> bool:
        """Say whether the rule answers the call in AWS's place, or only delays it."""
        return (self.error, self.body, self.status) != (None, None, None)

    def meets(self, call: Call) -> bool:
        """Say whether a call is one that this rule is about, frequency aside."""
        picked = all(getattr(self, name) in ("*", None, getattr(call, name)) for name in PICKS)
        return picked and (self.match is None or self.match in call.text)


RULES = TypeAdapter(list[Fault])


def parsed(text: str | bytes, *, source: str) -> list[Fault]:
    """Read a JSON list of rules; BadInput names source, item, key, value and remedy."""
    try:
        return RULES.validate_python(json.loads(text))
    except ValidationError as wrong:
        raise BadInput(f"{source}: {_sentence(wrong)}") from wrong
    except ValueError as wrong:
        raise BadInput(f"{source} is not JSON ({wrong}): write a JSON list of faults") from wrong


def read(path: Path) -> list[Fault]:
    """Read the rules of a file."""
    try:
        return parsed(path.read_text(encoding="utf-8"), source=str(path))
    except OSError as wrong:
        raise BadInput(f"{path} cannot be read ({wrong.strerror}): name a JSON file with a list of faults") from wrong


def _sentence(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_context=False)[0]
    place = [str(step) for step in first["loc"]]
    item = f"item {place[0]}" if place else "the list"
    key = f", key {place[1]!r}" if len(place) > 1 else ""
    remedy = f"known keys are {', '.join(Fault.model_fields)}" if first["type"] == "extra_forbidden" else first["msg"]
    return f"{item}{key}, value {first['input']!r} cannot be used: {remedy}"


class _Active:
    """A rule with what it has met so far."""

    def __init__(self, rule: Fault) -> None:
        self.rule = rule
        self._met = 0
        self._chance = random.Random(rule.seed or 0)  # noqa: S311 -- the same again on the next run, no secret

    def strikes(self, call: Call) -> bool:
        if not self.rule.meets(call):
            return False
        self._met += 1
        in_time = self.rule.times is None or self._met <= self.rule.times
        return in_time and (self.rule.share is None or self._chance.random() < self.rule.share)


class Faults:
    """The rules in force; safe under threads, and each draw of chance happens once."""

    def __init__(self, rules: Iterable[Fault] = (), *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._lock = Lock()
        self._sleep = sleep
        self.replace(rules)

    def replace(self, rules: Iterable[Fault]) -> None:
        """Put other rules in force; counts and chance start afresh."""
        with self._lock:
            self._active = [_Active(rule) for rule in rules]

    def listed(self) -> list[dict[str, Any]]:
        """Give the rules as they were written."""
        return [active.rule.model_dump(exclude_unset=True) for active in self._active]

    def strike(self, call: Call) -> Fault | None:
        """Delay a call as the rules say, and give the first rule that answers it."""
        struck = self._struck(call)
        for rule in struck:
            self._sleep((rule.delay_ms or 0) / 1000)
        return next((rule for rule in struck if rule.answers), None)

    def _struck(self, call: Call) -> list[Fault]:
        struck: list[Fault] = []
        with self._lock:
            for active in self._active:
                if active.strikes(call):
                    struck.append(active.rule)
                    if active.rule.answers:
                        break
        return struck
