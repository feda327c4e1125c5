"""Reads one YAML file into plain data, and remembers on which line each key path stands.

YAML's own loader forgets the lines, lets a second key of one name win in silence, and turns an unquoted phone number
or account id into another number. Lists become tuples, because what is declared does not change.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orgwarden.baseline.section import KeyPath

UNREADABLE = "the value looks like a date or a number and is none: correct it, or quote it if it is a text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One file: its data, the line of each key path, the text of each scalar as it was typed, and what is wrong."""

    name: str
    data: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)
    typed: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[tuple[KeyPath, int, str]] = field(default_factory=list)


class _Loader(yaml.SafeLoader):
    """A safe loader without aliases: they can make a small file endless, and a baseline needs none."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            problem = 'an alias (*name) has no place in a baseline: write a pattern in quotes, as in "*"'
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        return super().compose_node(parent, index)


def read_document(path: Path) -> Document:
    """Read a file; what cannot be read of it stands among the problems."""
    document = Document(name=str(path), data={})
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        document.problems.append(((), 1, "the file is not UTF-8: save it as UTF-8"))
    else:
        _take(text, document)
    return document


def _take(text: str, document: Document) -> None:
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        document.problems.append(((), line, _syntax(error.problem or "it cannot be understood")))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.problems.append(((), line, "a character stands here that YAML does not allow: remove it"))
    else:
        if node is not None:
            _take_root(node, loader, document)


def _syntax(problem: str) -> str:
    if "\\t" in problem:
        return "a tab stands where spaces belong: indent with spaces"
    if "alphabetic or numeric character" in problem:
        return 'an unquoted * or & begins a value: write it in quotes, as in "*"'
    if "another document" in problem:
        return "the file has a second document behind ---: write one file for each"
    return problem if "alias" in problem else f"this is no YAML: {problem}; look at this line and the one above"


def _take_root(node: yaml.Node, loader: _Loader, document: Document) -> None:
    value = _value(node, (), loader, document)
    if isinstance(value, dict):
        document.data.update(value)
    elif value is not None:
        document.problems.append(((), 1, "the file has no keys at its top: begin with one such as contacts:"))


def _value(node: yaml.Node, path: KeyPath, loader: _Loader, document: Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, loader, document)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_value(item, (*path, at), loader, document) for at, item in enumerate(node.value))
    return _scalar(node, path, loader, document)


def _mapping(node: yaml.MappingNode, path: KeyPath, loader: _Loader, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            document.problems.append((path, line, "a key here is a list or has keys itself: write a plain text"))
            continue
        key = str(key_node.value)
        if (*path, key) in document.lines:
            problem = f"the key stands twice, first on line {document.lines[*path, key]}: keep one"
            document.problems.append(((*path, key), line, problem))
            continue
        document.lines[*path, key] = line
        found[key] = _value(value_node, (*path, key), loader, document)
    return found


def _scalar(node: yaml.Node, path: KeyPath, loader: _Loader, document: Document) -> Any:
    document.typed[path] = node.value
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.MarkedYAMLError):
        line = document.lines[path]
        document.problems.append((path, line, UNREADABLE))
        return None
