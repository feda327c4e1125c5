"""How much is tagged agrees with the check of it: a value that nobody allows covers nothing."""

from orgwarden.reports.finance.books import open_books
from orgwarden.reports.finance.sheets.tags import covered, tags
from tests.reports.finance.packs import pack, row

LINES = (row("90", tag_1="prod"), row("6", tag_1="sandbox"), row("4"))


def made(*allowed: str):
    found = pack(*LINES, earlier=False)
    found.con.execute("create table cost_value (key varchar, value varchar)")
    found.con.executemany("insert into cost_value values (?, ?)", [("other", "x"), *(("env", one) for one in allowed)])
    return open_books(found)


def test_a_value_that_is_not_allowed_covers_nothing():
    env = covered(made("prod"))[0]
    assert (env.taggable, env.tagged, env.refused, env.untagged) == (100, 90, 6, 4)
    assert next(tags(made("prod"))).tables[0].rows[0][-1] == "too little"


def test_a_key_without_declared_values_may_have_any():
    env = covered(made())[0]
    assert (env.tagged, env.refused) == (96, 0)
    assert next(tags(made())).tables[0].rows[0][-1] == "enough"
