"""The practices on which controls stand, each with its source and one line in our words.

Controls name practices by id; what no control serves yet can so be told, and a ticket can name whose advice it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A document that gives advice; ``link`` is empty where only its title is known."""

    letter: str
    title: str
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """One piece of advice; ``id`` is its source's letter and a name, as in ``O:phone``."""

    id: str
    source: Source
    text: str


@cache
def practices() -> Mapping[str, Practice]:
    """Give every practice of every source, by id, in the order of the sources."""
    document = yaml.safe_load(files(__package__).joinpath("practices.yaml").read_text(encoding="utf-8"))
    sources = {letter: Source(letter=letter, **described) for letter, described in document["sources"].items()}
    known = {
        id_: Practice(id=id_, source=sources[id_.partition(":")[0]], text=text)
        for id_, text in document["practices"].items()
    }
    return MappingProxyType(known)
