"""Sets up what a seed declares by calls: the sound ones first, then those of the drifts, in the order of the file.

A call may keep what it was answered under a name, and a later one name it as ``${name}``: ids are AWS's to give.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from orgwarden.demo.inside import Inside
from orgwarden.demo.seed import CallSeed, Seed

KEPT = re.compile(r"\$\{([\w-]+)\}")


def nothing(_: Inside) -> None:
    """Set up nothing: the organization is empty, or declared without calls."""


def set_up(inside: Inside, seed: Seed, *, drifts: bool) -> dict[str, str]:
    """Make every call of the seed; give what was kept, by name. Raises botocore's ``ClientError``."""
    changes = (call for change in seed.changes(drifts=drifts) for call in change.calls)
    kept = {one.name: one.id for one in seed.accounts}
    for one in (*seed.setup, *changes):
        kept |= made(inside, seed, one, kept)
    return kept


def made(inside: Inside, seed: Seed, one: CallSeed, kept: Mapping[str, str]) -> dict[str, str]:
    """Make one call, in each of its regions; give what it keeps, of the last one."""
    parameters, account = filled(one.parameters, kept), seed.id_of(one.account)
    answer: Mapping[str, Any] = {}
    for region in one.regions or [one.region]:
        answer = inside.call(one.service, one.operation, parameters, region=region, account=account)
    return {name: str(found(answer, path.split("."))) for name, path in one.keep.items()}


def filled(value: Any, kept: Mapping[str, str]) -> Any:
    """Put what was kept in the place of its name; a mapping under ``json`` alone becomes its text."""
    if isinstance(value, str):
        return KEPT.sub(lambda name: kept[name[1]], value)
    if isinstance(value, list):
        return [filled(item, kept) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: filled(held, kept) for key, held in value.items()}
    return json.dumps(inner["json"]) if set(inner) == {"json"} else inner


def found(answer: Any, path: Iterable[str]) -> Any:
    """Give what stands at a path of an answer."""
    for step in path:
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer
