"""The tag keys and values that people chose, the nasty ones among them, and how each format spells a key.

Keys differ in case alone, begin as a formula does, and hold spaces and letters beyond ASCII; untagged is an absent key
as often as an empty value.
"""

import re
from collections.abc import Mapping
from random import Random

from orgwarden.demo.billing.plan import FileKind, Format

REQUIRED = ("cost-center", "owner")
NASTY: Mapping[str, tuple[str, ...]] = {
    "Env": ("prod", "Prod", "", "-"),
    "env": ("prod", "test", ""),
    "=cmd": ('=HYPERLINK("https://example.com","see")', "+44 1632 960077", "-1+1", "@SUM(A1:A9)", ""),
    "Cost Center": ("4101, 4102", ' leading "quotes"', "trailing ", ""),
    "Kostenträger": ("Größe & Söhne", "Süd; Nord", "Ærøskøbing", ""),
    "名前": ("検索", "支払い", ""),
    "aws:createdBy": ("IAMUser:AIDADEMO:alice", "AssumedRole:AROADEMO:deploy", ""),
}
AWS_KEY = "aws:"
SHARE_OF_NASTY = 0.35


def tags_of(chance: Random, own: Mapping[str, str]) -> dict[str, str]:
    """Give the tags of one resource of an account whose own tags these are; an empty value is one spelling of none."""
    some = {key: chance.choice(values) for key, values in NASTY.items() if chance.random() < SHARE_OF_NASTY}
    return {**own, **some}


def underscored(name: str) -> str:
    """Spell a name as AWS does in Parquet: ``_`` before capitals, lower case, all else ``_``, repeats collapsed."""
    spaced = re.sub(r"([A-Z])", r"_\1", name).lower()
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]", "_", spaced)).strip("_")


def key_in(form: Format, kind: FileKind, key: str) -> str:
    """Give a key as a reader of the format can name it: legacy Parquet keeps neither case nor signs."""
    if form is not Format.LEGACY or kind is not FileKind.PARQUET:
        return key
    return AWS_KEY + underscored(key[len(AWS_KEY) :]) if key.startswith(AWS_KEY) else underscored(key)


def named(form: Format, kind: FileKind, tags: Mapping[str, str]) -> dict[str, str]:
    """Give tags by the keys of the format; keys that become one are merged, and the first value wins."""
    found: dict[str, str] = {}
    for key, value in tags.items():
        name = key_in(form, kind, key)
        found[name] = found.get(name, "") or value
    return found


def column_of(form: Format, kind: FileKind, key: str) -> str:
    """Give the name under which a format keeps a key: of a column in the legacy report, of a map's entry elsewhere."""
    owner, bare = ("aws", key[len(AWS_KEY) :]) if key.startswith(AWS_KEY) else ("user", key)
    if form is Format.LEGACY:
        return f"resource_tags_{owner}_{bare}" if kind is FileKind.PARQUET else f"resourceTags/{owner}:{bare}"
    return f"{owner}_{bare}" if form is Format.CUR2 else f"{owner}:{bare}"
