"""Appends a decision to a file of the baseline: as text, so that what people wrote and commented there stays.

The file is replaced whole, and only if the baseline can still be used then and has changed by the decision alone:
nothing is ever half-written, and no decision changes another.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from orgwarden.baseline.documents import read_document
from orgwarden.baseline.loading import files_of, load
from orgwarden.baseline.models import Baseline
from orgwarden.errors import BadInput

SECTION = re.compile(r"^(?=\w)", re.MULTILINE)
HEADS = {
    "adopted": "# Findings taken over as dated debt (orgwarden baseline adopt). Merging this file is the approval.",
    "exemptions": "# Deviations that are accepted until a day (orgwarden exempt). Merging this file is the approval.",
}


def place_for(section: str, baseline: Path | None, out: Path | None) -> Path:
    """Give the file for a section's decisions: the one that was asked for, or that of the folder where it stands.

    Where it stands in none yet, it gets a file of its own.
    """
    if out:
        return out
    if baseline is None:
        raise BadInput("ORGWARDEN_BASELINE is not set: give the folder of the baseline, or --out FILE")
    if not baseline.is_dir():
        remedy = "make it a folder that holds this file, so that decisions stand in a file of their own, or give --out"
        raise BadInput(f"ORGWARDEN_BASELINE is the file {baseline}: {remedy}")
    there = [file for file in files_of(baseline) if section in read_document(file).data]
    return next(iter(there), baseline / f"{section}.yaml")


def file_under(section: str, entries: Sequence[Sequence[str]], target: Path, baseline: Path | None) -> None:
    """Append entries (each the lines of one, not indented) to a section in a file, of the baseline's folder or not.

    Raises ``BadInput``, and then nothing was written.
    """
    text = _appended(_text(target, section), entries)
    _check(section, len(entries), text, target, _siblings(target, baseline))
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_text(text, encoding="utf-8")
    if target.exists():
        shutil.copymode(target, fresh)
    fresh.replace(target)


def _text(target: Path, section: str) -> str:
    if not target.exists():
        return f"{HEADS[section]}\n{section}:\n"
    text = target.read_text(encoding="utf-8-sig")
    return text if text.endswith("\n") or not text else f"{text}\n"


def _appended(text: str, entries: Sequence[Sequence[str]]) -> str:
    """Indent as the items of the last section are; what that may break, the check finds."""
    last = SECTION.split(text)[-1]
    items = [line for line in last.splitlines() if line.lstrip().startswith("- ")]
    indent = min((line[: len(line) - len(line.lstrip())] for line in items), key=len, default="  ")
    added = (f"{indent}{'- ' if n == 0 else '  '}{line}\n" for entry in entries for n, line in enumerate(entry))
    return text + "".join(added)


def _check(section: str, added: int, text: str, target: Path, siblings: Sequence[Path]) -> None:
    before = load(target.parent) if siblings else load(target) if target.exists() else Baseline()
    with tempfile.TemporaryDirectory() as folder:
        for file in siblings:
            shutil.copyfile(file, Path(folder, file.name))
        Path(folder, target.name).write_text(text, encoding="utf-8")
        after = _loaded(Path(folder), target)
    kept, now = getattr(before, section), getattr(after, section)
    same = after.model_copy(update={section: kept}) == before
    if not same or now[: len(kept)] != kept or len(now) != len(kept) + added:
        remedy = f"make the list {section!r} the last thing in it, one entry behind a hyphen each, and do it again"
        raise BadInput(f"{target}: nothing was written, because the entry cannot simply be added at its end: {remedy}")


def _siblings(target: Path, baseline: Path | None) -> list[Path]:
    """Give the other files of the baseline's folder, if the file is to stand there."""
    is_there = baseline is not None and baseline.is_dir() and target.parent.resolve() == baseline.resolve()
    return [f for f in files_of(target.parent) if f.name != target.name] if is_there else []


def _loaded(folder: Path, target: Path) -> Baseline:
    try:
        return load(folder)
    except BadInput as error:
        told = str(error).replace(str(folder), str(target.parent))
        raise BadInput(f"nothing was written to {target}: with it {told}") from error
