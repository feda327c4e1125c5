"""The routes below /demo/, by which a test arranges what AWS's API cannot: faults, counts and states."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from orgwarden.demo import faults
from orgwarden.demo.calls import CallLog
from orgwarden.demo.faults import Faults
from orgwarden.demo.state import Demo, StatePatch, described, merge
from orgwarden.demo.wire import Answer
from orgwarden.errors import BadInput

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """What the routes work on; ``reset`` brings back the organization that was served first."""

    demo: Callable[[], Demo]
    faults: Faults
    calls: CallLog
    reset: Callable[[], None]
    where: dict[str, str] = field(default_factory=dict)

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Answer one request below /demo/; what cannot be used is a 400 with a sentence."""
        route = {
            ("GET", "/demo/where"): self._get_where,
            ("GET", "/demo/faults"): self._get_faults,
            ("PUT", "/demo/faults"): self._put_faults,
            ("DELETE", "/demo/faults"): self._delete_faults,
            ("GET", "/demo/calls"): self._get_calls,
            ("GET", "/demo/calls/times"): self._get_times,
            ("DELETE", "/demo/calls"): self._delete_calls,
            ("GET", "/demo/state"): self._get_state,
            ("PATCH", "/demo/state"): self._patch_state,
            ("POST", "/demo/reset"): self._post_reset,
        }.get((method, path.rstrip("/")))
        if route is None:
            return _json({"error": f"{method} {path} is not a route here: see docs/DEMO.md"}, status=404)
        try:
            return _json(route(body))
        except BadInput as wrong:
            return _json({"error": str(wrong)}, status=400)

    def _get_where(self, _: bytes) -> Any:
        return self.where

    def _get_faults(self, _: bytes) -> Any:
        return self.faults.listed()

    def _put_faults(self, body: bytes) -> Any:
        self.faults.replace(faults.parsed(body, source="the list of faults"))
        return self.faults.listed()

    def _delete_faults(self, _: bytes) -> Any:
        self.faults.replace(())
        return self.faults.listed()

    def _get_calls(self, _: bytes) -> Any:
        return self.calls.listed()

    def _get_times(self, _: bytes) -> Any:
        return self.calls.timed()

    def _delete_calls(self, _: bytes) -> Any:
        self.calls.clear()
        return self.calls.listed()

    def _get_state(self, _: bytes) -> Any:
        demo = self.demo()
        with demo.lock:
            return described(demo)

    def _patch_state(self, body: bytes) -> Any:
        demo, patch = self.demo(), StatePatch.parsed(body)
        with demo.lock:
            merge(demo, patch)
            return described(demo)

    def _post_reset(self, _: bytes) -> Any:
        self.reset()
        return {"reset": True}


def _json(value: Any, *, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, default=str).encode(), JSON)
