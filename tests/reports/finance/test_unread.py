"""What nobody read is told as such on its sheet, and never as nothing that changed or deviates."""

from orgwarden.model import Status, Subject, Verdict
from orgwarden.reports.finance.books import open_books
from orgwarden.reports.finance.findings_files import findings_csv
from orgwarden.reports.finance.sheets.findings import findings
from orgwarden.reports.finance.sheets.inventory import inventory
from orgwarden.reports.finance.sheets.restatements import restatements
from tests.reports.finance.packs import books, pack, row

UNREAD = "Nothing was compared."


def test_without_the_pack_before_nothing_is_said_to_be_unchanged():
    sheet = restatements(books(restates="final-v1"))
    assert sheet.tables[0].empty == UNREAD
    assert sheet.notes[0] == "This pack takes the place of final-v1."
    assert "nothing to compare with" in sheet.notes[1]


def test_what_is_as_it_was_published_is_said_to_be_unchanged():
    made = pack(row("5"), earlier=False)
    made.con.execute(
        "create table published_total as select payer, account, line_type, currency, unblended as amount from ledger"
    )
    assert restatements(open_books(made)).tables[0].empty == "Nothing changed."


def test_without_an_inventory_no_account_is_said_to_match():
    assert inventory(books()).tables[0].empty == UNREAD


def test_what_could_not_be_looked_at_for_one_reason_is_one_line_on_the_sheet_and_all_in_the_file():
    check = "billing.accounts_match_inventory"
    unknown = [
        Verdict(control=check, subject=Subject(account=f"{n:012}"), status=Status.UNKNOWN, cause="nobody read it")
        for n in range(3)
    ]
    broken = [
        Verdict(control=check, subject=Subject(account=f"{n:012}"), status=Status.FAIL, reason="it is unknown")
        for n in range(3, 5)
    ]
    made = books(verdicts=(*unknown, *broken))
    subjects = [line[3] for line in list(findings(made))[1].tables[0].rows]
    assert subjects == ["000000000003", "000000000004", "3 subjects: findings.csv names them"]
    assert findings_csv(made.pack).count(b"\n") == 1 + 5
