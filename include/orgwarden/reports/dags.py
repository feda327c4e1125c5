"""The page about the workflows, read from their files: what each does, when, and by which tasks.

The files are read as text, not imported: the page can be written and checked where Airflow is not installed.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

HEAD = """\
# Workflows

Written by `make docs` from the files in `dags/`; `make check` fails where they differ. Airflow shows the same texts on
each workflow's page.
"""


def dags_page(folder: Path) -> str:
    """Give the page, in Markdown, about the workflows whose files are in a folder."""
    return "\n".join([HEAD, *(_workflow(ast.parse(file.read_text())) for file in sorted(folder.glob("*.py")))])


def _workflow(file: ast.Module) -> str:
    title, text = (ast.get_docstring(file) or "").split("\n\n", 1)
    function = next(node for node in file.body if isinstance(node, ast.FunctionDef))
    about = _keywords(function, "dag")
    facts = f"Schedule: {_words(about['schedule'])}. Alert when it is late: {_words(about['deadline'])}."
    tasks = (_task(node) for node in _tasks(function))
    table = ["| Task | Pool | Trigger rule | Hands on |", "|---|---|---|---|", *tasks]
    return "\n".join([f"## {title.rstrip('.')} (`{function.name}`)", "", text, "", facts, "", *table, ""])


def _tasks(function: ast.FunctionDef) -> Iterator[ast.FunctionDef]:
    """Give the tasks in the order in which they are written, those of a group in its place."""
    for node in function.body:
        if isinstance(node, ast.FunctionDef):
            inner = list(_tasks(node))
            yield from inner or [node]


def _task(function: ast.FunctionDef) -> str:
    said = _keywords(function, "task")
    cells = (
        f"`{function.name}`",
        said.get("pool", ""),
        said.get("trigger_rule", "all success"),
        said.get("outlets", ""),
    )
    return f"| {' | '.join(_words(cell) for cell in cells)} |"


def _keywords(function: ast.FunctionDef, decorator: str) -> dict[str, str]:
    """Give the keywords of a function's decorator as they are written."""
    calls = (node for node in function.decorator_list if isinstance(node, ast.Call))
    called = next((call for call in calls if ast.unparse(call.func) == decorator), None)
    return {word.arg: ast.unparse(word.value) for word in called.keywords if word.arg} if called else {}


def _words(written: str) -> str:
    """Give the words of what is written: ``[on.CONTACT_FINDINGS]`` becomes contact findings."""
    if written.startswith("on.within("):
        return f"{written.removeprefix('on.within(hours=').rstrip(')')} hours after its start"
    if written.startswith("`"):
        return written
    names = (name.strip().rpartition(".")[2] for name in written.strip("[]").split(","))
    return ", ".join(name.removesuffix("_POOL").replace("_", " ").lower() for name in names)
