"""The months before are what was published of them."""

from dataclasses import replace
from datetime import date

from orgwarden.billing.locating import months_before
from orgwarden.model import Period
from orgwarden.reports.finance.books import BILLED, open_books
from orgwarden.reports.finance.history import HISTORY, read_history
from orgwarden.reports.finance.publishing import publish
from orgwarden.store import MemoryStore
from tests.reports.finance.packs import PAYER, pack, row


def published(store, month: str, amount: str, **changed) -> None:
    made = row(amount, period=month, day=date.fromisoformat(f"{month}-02"), tag_1="prod", tag_2="Shop")
    publish(store, pack(made, earlier=False, period=Period(month), **changed))


def test_the_twelve_months_before_cross_the_year():
    found = [month.text for month in months_before(Period("2026-02"), 12)]
    assert (found[0], found[1], found[-1], len(found)) == ("2026-01", "2025-12", "2025-02", 12)


def test_each_month_is_that_of_its_newest_pack():
    store = MemoryStore()
    published(store, "2026-09", "7")
    published(store, "2026-09", "8")
    published(store, "2026-07", "5")
    now = pack(row("9"), earlier=False)
    assert read_history(now.con, store, PAYER, now.period, now.tag_keys, currency=now.currency) == (
        Period("2026-09"),
        Period("2026-07"),
    )
    made = open_books(replace(now, earlier=HISTORY))
    assert [(m, made.total(BILLED, m)) for m in made.months] == [("2026-07", 5), ("2026-09", 8), ("2026-10", 9)]


def test_tags_are_found_by_their_key_wherever_they_stood():
    store = MemoryStore()
    published(store, "2026-09", "7", tag_keys=("cost-center", "env"))
    now = pack(row("9"), earlier=False, tag_keys=("env", "new"))
    read_history(now.con, store, PAYER, now.period, now.tag_keys, currency=now.currency)
    assert now.con.table(HISTORY).project("tag_1, tag_2").fetchall() == [("Shop", "")]


def test_another_payer_has_another_history():
    store = MemoryStore()
    published(store, "2026-09", "7")
    now = pack(row("9"), earlier=False)
    assert read_history(now.con, store, "999999999999", now.period, now.tag_keys, currency=now.currency) == ()
