"""Loads a baseline from a YAML file or a folder of them; all that is wrong with it is told at once.

People edit it by hand, and a reviewer reads the error in a log: each one names file, line, key path, value and remedy,
with numbers and addresses masked, because logs are read by more people than the baseline is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from orgwarden.baseline.documents import Document, read_document
from orgwarden.baseline.models import Baseline
from orgwarden.baseline.section import KeyPath
from orgwarden.errors import BadInput
from orgwarden.privacy import ADDRESS, masked_address, masked_number

# What of a link is shown to nobody: who signs in by it, and what it asks for.
HIDDEN_OF_LINK = re.compile(r"(?<=://)[^/?#\s]*@|[?#]\S*")
DIGITS = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){5,}")
LONGEST_SHOWN = 60
READ_AS = {"int": "a number", "float": "a number", "bool": "a truth value", "date": "a date", "datetime": "a time"}
REMEDIES = {
    "missing": "is missing: add it",
    "bool_type": "is no truth value: write true or false without quotes",
    "date_type": "is no date: write one such as 2027-03-31 without quotes",
    "float_type": "is no number: write one such as 0.2 without quotes",
    "int_type": "is no whole number: write one such as 30 without quotes",
    "tuple_type": "is no list: write [one, two], or one item a line behind a hyphen",
    "dict_type": "holds no keys: write one key a line, indented",
    "model_type": "holds no keys: write one key a line, indented",
    "string_type": "is no text: write one, in quotes",
    "string_too_short": "is empty: write something",
}


def load(path: Path) -> Baseline:
    """Load a file, or a folder whose ``*.yaml`` and ``*.yml`` files are merged; raise ``BadInput``."""
    documents = [read_document(file) for file in files_of(path)]
    problems = [_Problem(d, line, key, text) for d in documents for key, line, text in d.problems]
    problems += _keys_in_two_files(documents)
    if not problems:
        try:
            found = Baseline.model_validate({key: value for d in documents for key, value in d.data.items()})
        except ValidationError as error:
            problems = [_explained(detail, documents) for detail in error.errors(include_url=False)]
        else:
            problems = list(_strangers(found, documents))
            if not problems:
                return found
    told = dict.fromkeys(str(p) for p in sorted(problems, key=lambda p: (p.document.name, p.line)))
    raise BadInput("\n".join(["the baseline cannot be used:", *told]))


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong at one place."""

    document: Document
    line: int
    path: KeyPath
    text: str

    def __str__(self) -> str:
        keys = (f"[{key}]" if isinstance(key, int) else f".{_veiled(key)}" for key in self.path)
        place = "".join(keys).lstrip(".")
        return f"{self.document.name}:{self.line}: {place + ': ' if place else ''}{self.text}"


def files_of(path: Path) -> list[Path]:
    """Give the files of a baseline. Raises ``BadInput``."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput(f"{path}: there is no such baseline: name a YAML file, or a folder of them")
    files = sorted(f for f in path.iterdir() if f.suffix in {".yaml", ".yml"} and not f.name.startswith("."))
    if not files:
        raise BadInput(f"{path}: the folder has no *.yaml file: write one, or begin with `orgwarden baseline init`")
    return files


def _keys_in_two_files(documents: list[Document]) -> Iterator[_Problem]:
    first: dict[str, Document] = {}
    for document in documents:
        for key in document.data:
            other = first.setdefault(key, document)
            if other is not document:
                text = f"the section stands in {other.name}:{other.lines[key,]}, too: keep one"
                yield _Problem(document, document.lines[key,], (key,), text)


def _strangers(baseline: Baseline, documents: list[Document]) -> Iterator[_Problem]:
    """Give each place that names somebody who does not stand under ``people``."""
    known = list(baseline.people or {})
    for path, id_ in baseline.named_people():
        if id_ not in known:
            likely = get_close_matches(id_, known, n=1)
            remedy = f"did you mean {likely[0]}?" if likely else f"add them under people as {_veiled(id_)}"
            document, line = _place(path, documents)
            yield _Problem(document, line, path, f"{_shown(id_, path)} is nobody who stands under people: {remedy}")


def _explained(detail: ErrorDetails, documents: list[Document]) -> _Problem:
    """Say what is wrong at which line of which file; a key that is missing is told at its section."""
    path = _written(detail["loc"], detail["type"], documents)
    document, line = _place(path, documents)
    return _Problem(document, line, path, _sentence(detail, path, document))


def _place(path: KeyPath, documents: list[Document]) -> tuple[Document, int]:
    """Give the file and the line of a value, or of the nearest section around it that is written."""
    document = next((d for d in documents if path[:1] in d.lines), documents[0])
    return document, next(document.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in document.lines)


def _written(location: KeyPath, kind: str, documents: list[Document]) -> KeyPath:
    """Give the part of an error's location that stands in a file: pydantic appends the names of types."""
    if kind == "missing":
        return location
    lengths = range(len(location), 0, -1)
    return next((location[:n] for n in lengths if any(location[:n] in d.lines for d in documents)), location)


def _sentence(detail: ErrorDetails, path: KeyPath, document: Document) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        return REMEDIES[kind]
    shown = _shown(document.typed.get(path, ""), path)
    if kind == "string_type" and path in document.typed:
        read_as = READ_AS.get(type(detail["input"]).__name__, "something else")
        return f"{shown} is read as {read_as}, not as text: write it in quotes"
    return f"{shown} {_remedy(detail)}".strip()


def _remedy(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"is not known: write {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"does not look as it should ({context['pattern']})"
    return REMEDIES.get(kind, f"cannot be used: {detail['msg'].lower()}")


def _unknown_key(path: KeyPath) -> str:
    known = list(_model_at(path[:-1]).model_fields)
    likely = get_close_matches(str(path[-1]), known, n=1)
    remedy = f"did you mean {likely[0]}?" if likely else f"the keys here are {', '.join(known)}"
    return f"the key is not known: {remedy}"


def _model_at(path: KeyPath) -> type[BaseModel]:
    """Give the model of the section at a path that the models know; a key that people chose leads to no other."""
    model: type[BaseModel] = Baseline
    for key in path:
        if isinstance(key, str) and key in model.model_fields:
            model = next(_models_in(model.model_fields[key].annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _shown(value: str, path: KeyPath) -> str:
    """Give a value for an error; only an account's id is shown with all its digits."""
    if not value:
        return ""
    value = HIDDEN_OF_LINK.sub("•••", value) if "://" in value else value
    shown = value if path[-1] == "account" else _veiled(value)
    return repr(shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…")


def _veiled(text: str) -> str:
    hidden = ADDRESS.sub(lambda m: masked_address(m[0]), text)
    return DIGITS.sub(lambda m: masked_number("", re.sub(r"\D", "", m[0])), hidden)
