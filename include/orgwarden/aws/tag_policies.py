"""Reads tag policies of AWS Organizations: how a key is spelled, which values it takes, where that is enforced.

Syntax: Organizations User Guide, "Tag policy syntax"; an effective policy is the same without the operators (@@…).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from orgwarden.aws.documents import matches_exactly, parsed

SETTING = ("@@assign", "@@append")


@dataclass(frozen=True, kw_only=True, slots=True)
class TagKey:
    """A key as it must be spelled; ``values`` empty: any. ``enforced_for`` are resource types, empty: nowhere."""

    key: str
    values: tuple[str, ...]
    enforced_for: tuple[str, ...]


def keys(content: str) -> Mapping[str, TagKey]:
    """Give the keys of a tag policy, effective or as attached, by lower-cased key; ``ValueError`` for no tag policy."""
    policy = parsed(content)
    tags = policy.get("tags", {}) if isinstance(policy, dict) else None
    if not isinstance(tags, dict):
        raise ValueError("the text is no tag policy: it has no tags")  # noqa: TRY004 - outside data
    found = (_tag_key(name, written) for name, written in tags.items() if not name.startswith("@@"))
    return MappingProxyType({one.key.lower(): one for one in found})


def allows(tag_key: TagKey, value: str) -> bool:
    """Say whether a policy allows a value, case included; its values may have a wildcard (*)."""
    return not tag_key.values or any(matches_exactly(pattern, value) for pattern in tag_key.values)


def _tag_key(name: str, written: Any) -> TagKey:
    if not isinstance(written, dict):
        raise ValueError(f"the tag policy says nothing of {name} that can be read")  # noqa: TRY004 - outside data
    spelled = tuple(_texts(written.get("tag_key", name)))
    return TagKey(
        key=spelled[0] if spelled else name,
        values=tuple(_texts(written.get("tag_value", []))),
        enforced_for=tuple(_texts(written.get("enforced_for", []))),
    )


def _texts(written: Any) -> Iterator[str]:
    """Give the texts of a setting: one, a list, or what the operators of a policy as attached set."""
    if isinstance(written, dict):
        for operator in SETTING:
            yield from _texts(written.get(operator, []))
        return
    for one in written if isinstance(written, list) else [written]:
        if not isinstance(one, str):
            raise ValueError("a setting of the tag policy is neither a text nor a list of texts")  # noqa: TRY004 - outside data
        yield one
