"""The summary holds the bill against what Cost Explorer says of this payer, once."""

from decimal import Decimal

from orgwarden.reports.finance.books import open_books
from orgwarden.reports.finance.sheets.summary import summary
from tests.reports.finance.packs import ERP, SHOP, pack, row

THEIRS = {"payer": "200000000001", "account": "200000000002"}
BY_TYPE = ((SHOP, "Usage", 100), (SHOP, "Tax", 25), (ERP, "Usage", 50))


def explored(*told: tuple[str, str, int]) -> tuple[Decimal | None, Decimal | None]:
    """Give what the summary shows of Cost Explorer for a payer beside another one, and how far the export is off."""
    made = pack(row("125", account=SHOP), row("50", account=ERP), row("7", **THEIRS), earlier=False)
    made.con.execute(
        "create table cost_explorer (account varchar, record_type varchar, tag_key varchar, tag_value varchar, "
        "currency varchar, amount decimal(38,18), is_estimated boolean)"
    )
    made.con.executemany("insert into cost_explorer values (?, ?, '', '', 'USD', ?, false)", told)
    sources = summary(open_books(made)).tables[1]
    return next(line[1:3] for line in sources.rows if line[0] == "Cost Explorer, unblended")


def test_the_accounts_of_another_payer_do_not_count():
    assert explored(*BY_TYPE, (THEIRS["account"], "Usage", 7)) == (175, 0)


def test_an_account_that_is_told_with_and_without_record_types_counts_once():
    assert explored(*BY_TYPE, (SHOP, "", 125)) == (175, 0)


def test_a_payer_of_whom_nothing_is_told_is_not_tied():
    assert explored((THEIRS["account"], "Usage", 7)) == (None, None)
