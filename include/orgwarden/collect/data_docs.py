"""Great Expectations' Data Docs of a gate, as pages that need nothing else: no script, no style sheet, no network.

Its site builder writes to a folder of its own, and its pages fetch scripts and a logo from all over the world whenever
somebody opens them. So its sections are rendered in memory and set into a plain page, to be kept beside the reading.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

STYLE = """
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; background: #fff }
table { border-collapse: collapse; margin: .5em 0 }
td, th { border: 1px solid #ccc; padding: .3em .6em; text-align: left }
.text-success::before { content: "✓"; color: #176f2c } .text-danger::before { content: "✗ "; color: #b00020 }
.badge { background: #eee; padding: 0 .3em } h5, h6 { font-size: 1em; margin: 1em 0 .3em }
"""
PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<title>{title}</title><style>{style}</style></head><body><h1>{title}</h1>\n{body}\n</body></html>\n"
)
# What leads elsewhere, or does something; the texts between stay.
LEADS_AWAY = re.compile(
    r"<(script|style)\b.*?</\1\s*>|</?(?:a|link|img|iframe|form|input|button|meta)\b[^>]*>", re.DOTALL | re.IGNORECASE
)
BLANK = re.compile(r"\n\s*\n+")
INDEX = "index.html"


def pages(results: Mapping[str, Any], said: Iterable[tuple[str, bool, Sequence[str]]]) -> dict[str, bytes]:
    """Give the pages by file name: one for each validation result, by the name of its frame, and an index.

    ``said`` has what each expectation says, whether it holds, and what is against it.
    """
    found = {f"{name}.html": _page(f"Gate: {name}", _sections(result)) for name, result in results.items()}
    return {INDEX: _page("Gate", _index(found, said)), **found}


def _sections(result: Any) -> str:
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaSectionView

    view, document = DefaultJinjaSectionView(), ValidationResultsPageRenderer().render(result)
    sections = [{"section": s.to_json_dict(), "section_loop": {"index": n}} for n, s in enumerate(document.sections, 1)]
    rendered = [view.render(section) for section in sections]  # type: ignore[no-untyped-call]
    return BLANK.sub("\n", LEADS_AWAY.sub("", "\n".join(rendered)))


def _index(found: Iterable[str], said: Iterable[tuple[str, bool, Sequence[str]]]) -> str:
    rows = "\n".join(_row(*line) for line in said)
    links = " · ".join(f'<a href="{name}">{name.removesuffix(".html")}</a>' for name in found)
    return f"<table><tr><th></th><th>it holds that</th><th>against it</th></tr>\n{rows}</table>\n<p>{links}</p>"


def _row(says: str, holds: bool, against: Sequence[str]) -> str:  # noqa: FBT001 - the columns of a line
    mark = "text-success" if holds else "text-danger"
    return f'<tr><td><i class="{mark}"></i></td><td>{escape(says)}</td><td>{escape(", ".join(against))}</td></tr>'


def _page(title: str, body: str) -> bytes:
    return PAGE.format(title=escape(title), style=STYLE, body=body).encode()
