"""What whoever keeps a phone says when it is called: a word, on their own page alone, as long as somebody may call.

A word is made when the page is shown. It is kept nowhere, and shown to nobody who may be the one who calls.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orgwarden.attestations.accepting import person_of
from orgwarden.attestations.assigning import phone_keepers
from orgwarden.attestations.records import AttestationStore, Put, Recorded
from orgwarden.attestations.standing import signers
from orgwarden.attestations.words import word
from orgwarden.baseline import Baseline
from orgwarden.model import Period
from orgwarden.privacy import Veil

CALL = "contacts.phone_answers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call that somebody may get: of which account's phone, the word to say, and by when the caller is to answer."""

    account: str
    word: str
    due: date


def keeps_a_phone(sign_in: str, baseline: Baseline | None) -> bool:
    """Say whether somebody keeps a phone that is called, by their sign-in."""
    if baseline is None:
        return False
    person, accounts = person_of(sign_in, baseline), ("", *baseline.attestations.called_accounts)
    return bool(person) and any(person in phone_keepers(account, baseline) for account in accounts)


def calls_of(
    sign_in: str,
    *,
    baseline: Baseline | None,
    veil: Veil,
    attestations: AttestationStore,
    clock: Callable[[], datetime],
) -> list[Call]:
    """Give the calls that somebody may get now, by their sign-in."""
    if baseline is None or not keeps_a_phone(sign_in, baseline):
        return []
    person, today = person_of(sign_in, baseline), clock().date()
    return [
        Call(account=one.about, word=word(veil.key, Period(one.period), one.about), due=one.due)
        for one in _newest(attestations.asked_everywhere(CALL))
        if person in phone_keepers(one.about, baseline)
        and (today <= one.due or not _is_settled(one, attestations.entries(one.organization)))
    ]


def _newest(asked: Sequence[Put]) -> Iterator[Put]:
    """Give what was asked in an organization's newest quarter: an earlier one's word is good for nothing."""
    newest = {one.organization: one.period for one in sorted(asked, key=lambda put: put.period)}
    yield from (one for one in asked if one.period == newest[one.organization])


def _is_settled(asked: Put, entries: Sequence[Recorded]) -> bool:
    """Say whether the question was answered in its quarter, and the answer signed."""
    signed = signers(entries)
    return any(
        one.number in signed
        and (one.entry.question, one.entry.about, one.entry.period) == (asked.question, asked.about, asked.period)
        for one in entries
    )
