"""The message to each mailbox of a root user, once a quarter, and what becomes of it: confirmed, come back, not taken.

A message is noted before it is sent: a run that is repeated sends the same link, and only where none was taken. The
address is listed when it is written to, and stands in no log, outcome or table.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from orgwarden.attestations.accepting import person_of
from orgwarden.attestations.bounces import MARKED, bounce_of
from orgwarden.attestations.confirming import Followed, Standing, confirmation, confirmed
from orgwarden.attestations.links import MARK, new_probe, probe_of, token
from orgwarden.attestations.probes import Probe
from orgwarden.attestations.quarters import due
from orgwarden.attestations.records import AttestationStore
from orgwarden.aws.mailboxes import read_mailbox
from orgwarden.baseline import Baseline
from orgwarden.collect.addresses import root_addresses
from orgwarden.collect.sessions import Aws
from orgwarden.errors import RetryLater
from orgwarden.flows import organization_inventory as inventory
from orgwarden.flows.mailing import Letter
from orgwarden.flows.settings import settings_of
from orgwarden.model import Period
from orgwarden.parts.contacts import Mailbox
from orgwarden.parts.probed import NEEDED, REACHES_TWO, Delivery
from orgwarden.privacy import Veil
from orgwarden.store import Store

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
NO_GROUPS = "nothing was sent: list your group mailboxes and ticket queues under contacts.groups in the baseline"
SWITCHED_OFF = "nothing was sent: {control} is switched off"
# A mailbox whose message came back is tried again so many days later: it may have been mended.
AGAIN_AFTER = timedelta(days=7)
# The page below Airflow's address.
PAGE = "/orgwarden/probe/"
SUBJECT = "Please confirm that this message reached you, by {due}"
TEXT = """\
This message checks whether mail to this mailbox reaches people:
{mailbox}

It is sent once a quarter by Orgwarden, which looks after the AWS accounts of
your organization, for whoever is responsible for them.

AWS writes to this mailbox when something is wrong with an account: before it
suspends it, and when somebody resets the password of its root user. Such mail
must reach two people at least. So two of you confirm that this message came.

If you read this mailbox:

1. Open this link, and sign in to Airflow as you always do:

   {link}

2. Press the button "I have received this message". That is all.

Please do so by {due}. Two different people have to confirm, each for
themselves: leave the message where the others see it. Do not forward it, or its
link, to somebody who does not read this mailbox: their word would say nothing.

You are asked for your usual sign-in, and for no number, code or anything else.
If you do not know what this is about, press nothing, and ask whoever looks
after your AWS accounts.
"""


class Returned(Exception):
    """The mail server takes no mail for the mailbox, and will not; the text is what it said, masked."""


class NotTaken(Exception):
    """The message was not taken for now; the text says why. ``is_passing``: it may be later, with nobody's help."""

    def __init__(self, text: str, *, is_passing: bool = True) -> None:
        super().__init__(text)
        self.is_passing = is_passing


Post = Callable[[Letter], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A mailbox, and the address by which it is written to."""

    mailbox: Mailbox
    address: str = field(repr=False)


def send(  # noqa: PLR0913 - what is written, by what, to whom, and where it is noted
    quarter: Period,
    post: Post,
    *,
    base_url: str,
    opening: bool,
    store: Store,
    baseline: Baseline | None,
    veil: Veil,
    aws: Aws,
    attestations: AttestationStore,
    clock: Clock,
) -> dict[str, object]:
    """Write to each mailbox that has no message of the quarter yet; give counts and a line.

    ``opening``: also to those that have none at all, and again to those that did not answer in time; without it only
    what was not taken is sent again. Raises ``RetryLater`` where that may succeed later, ``Refused``, ``BadInput``.
    """
    declared = baseline or Baseline()
    setting = settings_of(baseline).get(REACHES_TWO)
    if setting and setting.off:
        return _nothing(SWITCHED_OFF.format(control=REACHES_TWO))
    if declared.contacts.groups is None:
        return _nothing(NO_GROUPS)
    manifest = inventory.newest_manifest(store)
    organization, management = manifest.organization, manifest.management
    found = attestations.probes.all(organization)
    known = {one.mailbox: one for one in found if one.period == quarter.text}
    sending = _Sending(
        organization=organization, quarter=quarter, baseline=declared, attestations=attestations, now=clock(),
        by=confirmed(attestations.entries(organization)), post=post, base_url=base_url, key=veil.key, opening=opening,
    )  # fmt: skip
    if not opening and not any(map(sending.is_lost, known.values())):
        return _nothing("no message has to be sent again")
    targets = _targets(aws, veil, quarter, management)
    queues = _queues(declared, veil)
    wanted = [one for key, one in targets.items() if key not in queues and sending.wants(known.get(key))]
    became = Counter(sending.write(one) for one in wanted)
    counts = {
        "mailboxes": len(targets),
        "ticket_queues": len(queues & targets.keys()),
        **{str(one): became[one] for one in (Delivery.SENT, Delivery.REFUSED, Delivery.UNREACHABLE)},
    }
    line = (
        f"{counts['mailboxes']} mailboxes · {counts['sent']} written to · {counts['refused']} came back · "
        f"{counts['unreachable']} not taken · {counts['ticket_queues']} ticket queues"
    )
    if sending.passing:
        raise RetryLater(f"{line}: {sending.passing[0]}", after=300)
    return {**counts, "line": line}


@dataclass(frozen=True, kw_only=True)
class _Sending:
    """What one run sends, and with what; ``passing`` has why messages were not taken that may be later."""

    organization: str
    quarter: Period
    baseline: Baseline
    attestations: AttestationStore
    now: datetime
    by: Mapping[str, tuple[str, ...]]
    post: Post
    base_url: str
    key: bytes = field(repr=False)
    opening: bool
    passing: list[str] = field(default_factory=list)

    def wants(self, probe: Probe | None) -> bool:
        """Say whether a mailbox is written to."""
        if probe is None:
            return self.opening
        if not self.opening:
            return self.is_lost(probe)
        is_late = self.now.date() > probe.due and len(self.by.get(probe.number, ())) < NEEDED
        return probe.outcome is not Delivery.SENT or is_late

    def is_lost(self, probe: Probe) -> bool:
        """Say whether a message is to be sent again whoever asks: it was not taken, or came back a while ago."""
        if probe.outcome is Delivery.REFUSED:
            return self.now - (probe.decided_at or probe.made_at) >= AGAIN_AFTER
        return probe.outcome is not Delivery.SENT

    def write(self, target: Target) -> Delivery:
        """Note a message, send it, and note what became of it."""
        probes, now = self.attestations.probes, self.now
        last = self._last_day(now.date())
        probe = probes.make(
            Probe(
                number=new_probe(),
                organization=self.organization,
                period=self.quarter.text,
                mailbox=target.mailbox.key,
                masked=target.mailbox.masked,
                made_at=now,
                due=last,
            )
        )
        try:
            self.post(_letter(probe, target, last, self.base_url, self.key))
        except Returned as error:
            outcome, text = Delivery.REFUSED, str(error)
        except NotTaken as error:
            outcome, text = Delivery.UNREACHABLE, str(error)
            log.warning("%s: not written to: %s", target.mailbox.masked, text)
            self.passing.extend([text] if error.is_passing else [])
        else:
            probes.sent(probe.number, now, last)
            return Delivery.SENT
        probes.lost(probe.number, outcome, text, now)
        return outcome

    def _last_day(self, today: date) -> date:
        """Give until when a link holds that is sent today: whoever is written to late has days of their own."""
        rules = self.baseline.attestations
        return max(due(self.quarter, rules.due_days), today + timedelta(days=rules.late_days))


def follow(  # noqa: PLR0913 - which link, who follows it, and what is known of both
    link: str,
    sign_in: str,
    *,
    presses: bool,
    veil: Veil,
    baseline: Baseline | None,
    attestations: AttestationStore,
    clock: Clock,
) -> Followed:
    """Give what somebody finds behind a link; ``presses``: they confirm that the message came, which counts once."""
    number, now = probe_of(veil.key, link), clock()
    probe = attestations.probes.of(number) if number else None
    if probe is None:
        return Followed(standing=Standing.UNKNOWN)
    person = person_of(sign_in, baseline or Baseline())
    if not person:
        return Followed(standing=Standing.STRANGER)
    standing = Standing.EXPIRED if now.date() > probe.due else Standing.OPEN
    if person in confirmed(attestations.entries(probe.organization)).get(number, ()):
        standing = Standing.CONFIRMED
    elif presses and standing is Standing.OPEN:
        attestations.add(confirmation(probe, person, now))
        standing = Standing.CONFIRMED
    return Followed(standing=standing, mailbox=probe.masked, period=probe.period, due=str(probe.due))


def bounced(data: bytes, *, veil: Veil, attestations: AttestationStore, clock: Clock) -> Probe | None:
    """Take a mail that reports that a message of ours came back, and note it; ``None`` for every other mail."""
    bounce = bounce_of(data, veil.key)
    probe = attestations.probes.of(bounce.probe) if bounce else None
    if bounce is None or probe is None:
        return None
    if probe.outcome is not Delivery.REFUSED:
        attestations.probes.lost(probe.number, Delivery.REFUSED, bounce.text, clock())
    return attestations.probes.of(probe.number)


def _targets(aws: Aws, veil: Veil, quarter: Period, management: str) -> dict[str, Target]:
    """Give each mailbox with one of its addresses: the management account's, else each quarter the next one."""
    found: dict[str, list[tuple[str, Target]]] = defaultdict(list)
    for one in root_addresses(aws.here("organizations"), veil):
        found[one.mailbox.key].append((one.account, Target(mailbox=one.mailbox, address=one.address)))
    return {key: _in_turn(targets, quarter, management) for key, targets in sorted(found.items())}


def _in_turn(targets: Sequence[tuple[str, Target]], quarter: Period, management: str) -> Target:
    return dict(targets).get(management) or targets[quarter.ordinal % len(targets)][1]


def _queues(baseline: Baseline, veil: Veil) -> set[str]:
    """Give the mailboxes whose mail becomes tickets."""
    groups = baseline.contacts.groups or ()
    return {read_mailbox(one.address, veil=veil).key for one in groups if one.kind == "ticket_queue"}


def _letter(probe: Probe, target: Target, last: date, base_url: str, key: bytes) -> Letter:
    link = f"{base_url.rstrip('/')}{PAGE}{token(key, probe.number)}"
    mark = token(key, probe.number, MARK)
    return Letter(
        to=target.address,
        subject=SUBJECT.format(due=last),
        text=TEXT.format(mailbox=probe.masked, link=link, due=last),
        files={},
        headers={MARKED: mark},
    )


def _nothing(why: str) -> dict[str, object]:
    log.info("%s", why)
    return {"mailboxes": 0, "sent": 0, "line": why}
