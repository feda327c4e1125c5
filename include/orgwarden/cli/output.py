"""How results are shown: as a table for people, or as one JSON object a line for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def show(row: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    print(json.dumps(row, ensure_ascii=False, default=str))


def table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> str:
    """Give rows under a header as text in columns; whole numbers stand to the right."""
    lines = [header, *rows]
    widths = [max(len(str(line[i])) for line in lines) for i in range(len(header))]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join("  ".join(_placed(*pair) for pair in zip(line, widths, strict=True)).rstrip() for line in ruled)


def _placed(cell: object, width: int) -> str:
    return str(cell).rjust(width) if isinstance(cell, int) else str(cell).ljust(width)
