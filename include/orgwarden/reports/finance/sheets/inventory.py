"""The sheet of what bill and organization do not agree on: accounts that only one of them knows."""

from orgwarden.reports.finance.books import BILLED, NOTHING, Books, was_read
from orgwarden.reports.finance.pack import NO_ACCOUNT
from orgwarden.reports.finance.tables import Column, Kind, Row, Sheet, Table, money

COLUMNS = (
    Column("Account"),
    Column("Name"),
    Column("What is wrong"),
    Column("State"),
    Column("Joined", Kind.DATE),
    *money("Billed"),
)


def inventory(books: Books) -> Sheet:
    """Make the sheet."""
    known = was_read(books.pack.con, "organization_account")
    notes = ("The accounts of the organization are those of the newest snapshot.",)
    unread = ("No inventory of the organization was read: the bill's accounts are held against nothing.",)
    rows = tuple(_rows(books)) if known else ()
    empty = "Every account is known to both." if known else "Nothing was compared."
    table = Table(title="Accounts that do not match", columns=COLUMNS, rows=rows, empty=empty)
    return Sheet(name="Inventory gaps", title="Inventory gaps", tables=(table,), notes=notes if known else unread)


def _rows(books: Books) -> list[Row]:
    listed = books.pack.con.table("organization_account").project("account, name, state, joined").fetchall()
    accounts = {row[0]: row[1:] for row in listed}
    billed = {key[0]: amount for key, amount in books.by("account")[BILLED].items()}
    unknown = [
        (account or NO_ACCOUNT, books.pack.names.get(account, ""), _why(account), "", None, amount)
        for account, amount in sorted(billed.items())
        if account not in accounts
    ]
    idle = [
        (
            account,
            name or "",
            "active, and without any line in the bill",
            state,
            joined,
            NOTHING.quantize(books.pack.unit),
        )
        for account, (name, state, joined) in sorted(accounts.items())
        if account not in billed and state == "ACTIVE"
    ]
    return [*unknown, *idle]


def _why(account: str) -> str:
    return "billed, and not in the organization" if account else "billed to no account"
