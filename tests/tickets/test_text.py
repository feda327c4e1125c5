"""What others wrote shows in a ticket and does nothing there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.tickets.text import BEGIN, END, Code, Ours, Table, escaped, markdown, plain, redacted, spliced

ZERO = "\u200b"


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("@admins", f"@{ZERO}admins"),
        ("fixes #123", f"fixes #{ZERO}123"),
        ("<script>", "&lt;script&gt;"),
        ("[click](http://evil.example)", f"\\[click\\](http:{ZERO}//evil.example)"),
        ("a|b", "a\\|b"),
        ("![x](y)", "\\!\\[x\\](y)"),
        ("{{macro}}", "\\{\\{macro\\}\\}"),
        ("line\none\u202e", "line one"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_foreign_text_is_escaped(foreign, shown):
    assert escaped(foreign) == shown


def test_a_cell_stays_one_cell():
    table = Table(("a", "b"), (("x | y", Code("p|q`r")), (Ours("**z**"), "\n")))
    assert markdown([table]).splitlines()[2:] == ["| x \\| y | `p\\|q'r` |", "| **z** |  |"]


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("ask jane.doe+aws@corp.example", "ask j•••@corp.example"),
        ("call +47 912 34 567 now", "call ••• ••67 now"),
        ("key AKIAIOSFODNN7EXAMPLE", "key •••"),
        ("account 111122223333", "account 111122223333"),
        ("+47 ••• ••12", "+47 ••• ••12"),
    ],
)
def test_addresses_numbers_and_keys_are_masked_at_the_last(secret, shown):
    assert redacted(secret) == shown


def test_a_title_is_one_short_line():
    title = plain("a\nb" * 200, 255)
    assert (len(title), title[:3], title[-1]) == (255, "a b", "…")


@given(st.text(), st.text())
def test_what_people_wrote_around_our_block_stays(above, below):
    ours = f"{BEGIN}\nnew\n{END}"
    if BEGIN in above or BEGIN in below:
        return
    assert spliced(f"{above}{BEGIN}\nold\n{END}{below}", ours) == f"{above}{ours}{below}"


def test_a_body_whose_block_was_removed_gets_it_again():
    assert spliced("people's words\n", "ours") == "people's words\n\nours"
