"""What a ticket says."""

from dataclasses import replace
from datetime import date

from orgwarden.asking import Asks, Question
from orgwarden.control import Ticket
from orgwarden.findings.finding import Kind
from orgwarden.findings.lifecycle import opened
from orgwarden.model import Evidence, Severity
from orgwarden.tickets.draft import Drafter
from orgwarden.tickets.group import Group, group_of
from orgwarden.tickets.sink import Capabilities
from tests.findings.readings import CONTROL, A, B, control, fail, reading, subject

CAPABILITIES = Capabilities(settle_seconds=60)


def finding(about=None, reason="because", evidence: Evidence | None = None, **others):
    said = fail(about or subject(A), reason=reason)
    return opened(replace(said, evidence=evidence or {}), reading(1, **others))


def drafter(ticket=Ticket.OWNER, capabilities=CAPABILITIES, **names):
    return Drafter(controls={CONTROL: control(ticket=ticket)}, capabilities=capabilities, names=names.get("names", {}))


def drafted(*findings, **others):
    writer = drafter(**others)
    group = group_of(findings[0], writer.controls[CONTROL])
    return writer.fitting(group, findings), group


def test_a_ticket_says_what_where_why_how_whose_by_when_and_how_it_closes():
    draft, group = drafted(finding())
    told = ("people cannot be called", "put a number in", "because", A, "team", "2026-02-01", "Closed by Orgwarden")
    assert all(text in draft.body for text in (*told, group.fingerprint, f"Title of {CONTROL}".replace("_", "\\_")))
    assert draft.title == f"Not met: Title of {CONTROL} · team"
    assert (draft.severity, draft.owner, str(draft.due)) == (Severity.HIGH, "team", "2026-02-01")


def test_a_ticket_about_a_month_closes_by_somebodys_word():
    draft, _ = drafted(finding(subject(A, scope="2026-10")))
    assert "orgwarden accept TICKET --by WHO --why TEXT" in draft.body
    assert "Closed by Orgwarden when" not in draft.body


def test_a_ticket_about_what_people_are_asked_says_where_to_answer_and_closes_by_an_answer():
    question = Question(id=CONTROL, asks=Asks.FINANCE, text="Is it so?", evidence="", fields=())
    one = finding(subject(A, scope="2026-10"))
    writer = replace(drafter(), controls={CONTROL: replace(control(), question=question)})
    body = writer.fitting(group_of(one, writer.controls[CONTROL]), [one]).body
    assert "To answer: *Your questions* in Airflow" in body
    assert "Closed by Orgwarden when" in body
    assert "orgwarden accept" not in body


def test_a_ticket_about_the_organization_is_its_stewards_and_says_whose_accounts_it_concerns():
    writer = replace(drafter(Ticket.ORGANIZATION), stewards={"": "anybody", "contacts": "governance"})
    found = finding()
    draft = writer.draft(group_of(found, writer.controls[CONTROL]), [found])
    assert draft.owner == "governance"
    assert "**Accounts of** team" in draft.body


def test_a_ticket_names_the_documents_that_ask_for_it():
    asking = replace(control(), practices=("O:phone", "E:phone", "R:enable"))
    writer = replace(drafter(), controls={CONTROL: asking})
    found = finding()
    body = writer.draft(group_of(found, asking), [found]).body
    assert body.count("orgs_best-practices") == 2
    assert "Asked for by: [AWS" in body


def test_what_accounts_are_called_can_do_nothing():
    draft, _ = drafted(finding(), names={A: "@all <b>|#1"})
    assert "@\u200ball &lt;b&gt;\\|#\u200b1" in draft.body


def test_evidence_goes_in_by_name_and_secrets_never():
    evidence = {"mailbox": "r•••@corp.example", "raw": "everything", "kind": "jane@corp.example +4791234567"}
    draft, _ = drafted(finding(reason="call +47 91 23 45 67", evidence=evidence))
    assert "r•••@\u200bcorp.example" in draft.body
    assert not any(text in draft.body for text in ("everything", "jane@", "4791234567", "91 23"))


def test_a_ticket_that_is_too_long_counts_what_it_leaves_out_but_its_content_knows_all():
    many = [finding(subject(f"{n:012}")) for n in range(200)]
    small = Capabilities(settle_seconds=60, max_body=4000)
    draft, group = drafted(*many, capabilities=small)
    assert len(draft.body) <= 4000
    assert "more that do not fit here" in draft.body
    writer = drafter(capabilities=small)
    assert writer.content(group, many) != writer.content(group, many[:-1])


def test_the_title_of_one_subjects_ticket_names_its_place():
    draft, _ = drafted(finding(), ticket=Ticket.SUBJECT)
    assert draft.title.endswith(f" · {A}")


def test_scope_belongs_to_the_group():
    one, other = finding(subject(A, scope="2026-10")), finding(subject(A, scope="2026-11"))
    assert group_of(one, control()) != group_of(other, control())


def test_a_fingerprint_is_that_of_the_group_and_never_changes():
    group = Group(organization="o-demo", control=CONTROL, name="team")
    assert group.fingerprint == "69fbb16b496e16c6f7b2ce4adf843aa8"
    assert group_of(finding(), control()) == group
    assert group_of(finding(subject(B), reason="other", severity=Severity.LOW), control()) == group


def test_when_it_was_last_seen_is_no_content():
    group = group_of(finding(), control())
    later = replace(finding(), last_seen=reading(9).observation.at)
    assert drafter().content(group, [finding()]) == drafter().content(group, [later])


def test_a_cause_says_how_many_verdicts_of_how_many_controls_it_hides():
    blind = [finding(subject("", f"cause:{n}"), reason="denied", evidence={"count": 4, "places": (A,)}) for n in (1, 2)]
    causes = [replace(f, kind=Kind.UNKNOWN) for f in blind]
    writer = drafter()
    body = writer.draft(group_of(causes[0], None), causes).body
    assert "denied. It hides 8 verdicts of 2 controls." in body


def test_debt_stands_with_the_debt_of_its_theme_and_owner_whatever_its_control_and_scope():
    until = date(2027, 3, 31)
    one = replace(finding(), adopted_until=until)
    other = replace(finding(subject(B, scope="2026-10")), control="contacts.other", adopted_until=until)
    assert group_of(one, control()) == group_of(other, control(ticket=Ticket.SUBJECT))
    assert group_of(replace(one, owner="red"), control()) != group_of(one, control())
    assert group_of(replace(one, control="changes.x"), control()) != group_of(one, control())
    assert drafter().draft(group_of(one, control()), [one]).title == "Adopted debt: contacts · team"
