"""The demo's people read the mail of root users' mailboxes: two confirm one message, one another, and one comes back.

The rest stays unread, and waits for its day. What that comes to is seen by the workflow that looks each day.
"""

import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from orgwarden.demo.attesting import People
from orgwarden.demo.chain import PATIENCE, PAUSE, REVIEWING, Chain
from orgwarden.demo.standing import Demo
from orgwarden.demo.summary import Messages
from orgwarden.errors import StopAndTell
from orgwarden.parts.probed import REACHES_TWO

# Who reads which mailbox.
READERS: Mapping[str, tuple[str, ...]] = {
    "aws-root@northwind.example": ("astrid", "henrik"),
    "legacy@northwind.example": ("oluf",),
}
COMES_BACK = "nwhack@mailinator.com"
WAITS = "asked, due"
LINK = re.compile(r"\S+(/orgwarden/probe/\S+)")
SENTENCES = {"by two": "PASS", "came back": "FAIL", "by one": "UNKNOWN"}


def confirmed(demo: Demo, chain: Chain) -> Messages:
    """Let the demo's people confirm what came, and give what the daily look makes of it."""
    people = People(demo)
    for mailbox, readers in READERS.items():
        link = _link(demo, mailbox)
        for reader in (*readers, readers[0]):  # whoever presses twice counts once
            people.apis[reader].visit("GET", link)
            people.apis[reader].visit("POST", link)
            demo.tell(f"{reader} confirmed that the message came")
    demo.api.send("PATCH", f"/dags/{REVIEWING}", {"is_paused": False})
    verdicts = [one for one in chain.looked() if one["control"] == REACHES_TWO]
    return judged(verdicts, {what: demo.veil.mailbox(mailbox) for what, mailbox in _mailboxes().items()})


def judged(verdicts: Iterable[Mapping[str, Any]], mailboxes: Mapping[str, str]) -> Messages:
    """Hold verdicts against what was done; ``mailboxes`` has the keyed hash of each that something was done with."""
    rows = list(verdicts)
    by_mailbox = {str(row["resource"]): row for row in rows}
    wrong = [
        f"the message that is {what} makes {SENTENCES[what]}: {by_mailbox.get(key)}"
        for what, key in mailboxes.items()
        if by_mailbox.get(key, {}).get("status") != SENTENCES[what]
    ]
    waiting = [row for row in rows if row["status"] == "UNKNOWN"]
    wrong += [f"an unread message waits for its day: {row}" for row in waiting if not row["cause"].startswith(WAITS)]
    counts = {status: sum(row["status"] == status for row in rows) for status in ("PASS", "FAIL", "UNKNOWN")}
    return Messages(counts=counts, wrong=tuple(wrong))


def _mailboxes() -> dict[str, str]:
    by_two, by_one = READERS
    return {"by two": by_two, "by one": by_one, "came back": COMES_BACK}


def _link(demo: Demo, mailbox: str) -> str:
    """Wait until the message to a mailbox has come; give the path of its link."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for message in demo.mailroom.to(mailbox):
            if found := LINK.search(message.get_content()):
                return found[1]
        time.sleep(PAUSE)
    raise StopAndTell(f"No message to a mailbox came within {PATIENCE:.0f} s; look at send_probes of access_validation")
