"""Never two tickets for one fingerprint, whatever happens between the steps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgwarden.errors import Refused, RetryLater
from orgwarden.findings.database import connect, migrate, writing
from orgwarden.findings.tables import TICKET_OUTBOX
from orgwarden.model import Severity
from orgwarden.tickets.group import Group
from orgwarden.tickets.outbox import How, Outbox
from orgwarden.tickets.sink import Capabilities, Draft, NotSent, Rejected, UnknownOutcome
from tests.tickets.fakes import FakeSink, Killed

GROUP = Group(organization="o", control="contacts.x", name="team")
DRAFT = Draft(title="t", body="b", labels=("orgwarden",), severity=Severity.LOW, owner="o", due=date(2026, 12, 1))


def dies(error):
    def die():
        raise error

    return die


def outbox(engine, sink, me="me"):
    return Outbox(engine, sink, me=me, clock=sink.clock)


def bound(engine, sink, me="me"):
    """Bind, and give the error where it ends in one."""
    try:
        return outbox(engine, sink, me).bind(GROUP, DRAFT)[1]
    except (Exception, Killed) as error:  # noqa: BLE001 - a test looks at it
        return error


def test_a_ticket_is_created_once_and_known_from_then_on(engine):
    sink = FakeSink()
    assert [bound(engine, sink), bound(engine, sink, "you")] == [How.CREATED, How.KNOWN]
    assert len(sink.tickets) == 1


def test_killed_before_the_request_the_next_waits_until_it_settled_then_creates(engine):
    sink = FakeSink(before=dies(Killed()))
    bound(engine, sink)
    sink.before = lambda: None
    sink.clock.turn(91)
    waiting = bound(engine, sink, "you")
    assert isinstance(waiting, RetryLater)
    sink.clock.turn(waiting.after)
    assert (bound(engine, sink, "you"), len(sink.tickets)) == (How.CREATED, 1)


def test_killed_after_the_request_the_next_adopts(engine):
    sink = FakeSink(after=dies(Killed()))
    bound(engine, sink)
    assert isinstance(bound(engine, sink, "you"), RetryLater)
    sink.clock.turn(91)
    assert (bound(engine, sink, "you"), len(sink.tickets)) == (How.ADOPTED, 1)


def test_a_search_that_lags_makes_no_second_ticket(engine):
    sink = FakeSink(after=dies(Killed()), lag=110)
    bound(engine, sink)
    sink.clock.turn(95)
    waiting = bound(engine, sink, "you")
    sink.clock.turn(waiting.after)
    assert (bound(engine, sink, "you"), len(sink.tickets)) == (How.ADOPTED, 1)


def test_an_answer_that_got_lost_is_an_unknown_outcome(engine):
    sink = FakeSink(after=dies(UnknownOutcome("timed out", after=1)))
    waiting = bound(engine, sink)
    assert isinstance(waiting, RetryLater)
    assert waiting.after >= 120
    sink.clock.turn(waiting.after)
    assert (bound(engine, sink), len(sink.tickets)) == (How.ADOPTED, 1)


@pytest.mark.parametrize("error", [NotSent("refused"), Refused("401")], ids=["not sent", "not let in"])
def test_what_was_certainly_not_sent_needs_no_settling(engine, error):
    sink = FakeSink(before=dies(error))
    assert bound(engine, sink) is error
    sink.before = lambda: None
    assert bound(engine, sink, "you") is How.CREATED


def test_a_rejected_ticket_is_tried_again_by_the_next_plan(engine):
    sink = FakeSink(before=dies(Rejected("component is required")))
    assert isinstance(bound(engine, sink), Rejected)
    assert outbox(engine, sink).entry(GROUP).note == "component is required"
    sink.before = lambda: None
    assert bound(engine, sink) is How.CREATED


def test_who_is_paused_past_the_lease_is_fenced_and_sends_nothing(engine):
    slow, fast = FakeSink(), None
    fast = FakeSink(clock=slow.clock, tickets=slow.tickets, made_at=slow.made_at)

    def paused(_fingerprint):
        slow.clock.turn(91)
        assert bound(engine, fast, "fast") is How.CREATED
        return []

    slow.find = paused
    assert isinstance(bound(engine, slow, "slow"), RetryLater)
    assert len(slow.tickets) == 1


def test_of_many_at_once_one_creates(engine):
    sink = FakeSink()
    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(lambda n: bound(engine, sink, f"me-{n}"), range(12)))
    assert ends.count(How.CREATED) == 1
    assert len(sink.tickets) == 1
    assert all(end in {How.CREATED, How.KNOWN} or isinstance(end, RetryLater) for end in ends)


def test_an_unwanted_attempt_that_made_a_ticket_is_found(engine):
    sink = FakeSink(after=dies(Killed()))
    bound(engine, sink)
    sink.clock.turn(91)
    assert outbox(engine, sink, "you").settle(GROUP).ticket == "T-1"


def test_settling_zero_is_refused_where_the_server_guards_nothing():
    with pytest.raises(ValueError, match="under way"):
        Capabilities(settle_seconds=0)


fates = st.sampled_from(["fine", "before", "after", "not sent", "lost"])


@pytest.fixture(scope="module")
def one_engine(tmp_path_factory):
    engine = connect(f"sqlite:///{tmp_path_factory.mktemp('db')}/one.db")
    migrate(engine)
    yield engine
    engine.dispose()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(fates, st.integers(0, 200)), max_size=6), st.integers(0, 119))
def test_no_history_of_crashes_makes_two_tickets_and_any_ends_with_one(one_engine, history, lag):
    with writing(one_engine) as connection:
        connection.execute(TICKET_OUTBOX.delete())
    sink = FakeSink(lag=lag)
    errors = {"before": Killed(), "after": Killed(), "not sent": NotSent("429"), "lost": UnknownOutcome("reset")}
    for n, (fate, pause) in enumerate(history):
        sink.before = dies(errors[fate]) if fate in {"before", "not sent"} else lambda: None
        sink.after = dies(errors[fate]) if fate in {"after", "lost"} else lambda: None
        bound(one_engine, sink, f"run-{n}")
        sink.clock.turn(pause)
    sink.before = sink.after = lambda: None
    sink.clock.turn(1000)
    assert bound(one_engine, sink, "last") in set(How)
    assert len(sink.tickets) == 1
