import pytest

from orgwarden.model import Deviation, Unseen
from orgwarden.parts.organization import TAGS
from orgwarden.population.reading import deviation_of, known, surviving, unlisted
from tests.governance_worlds import governed
from tests.worlds import B, gap

LOST = Unseen(TAGS, B, "AccessDenied")


def lost():
    raise LOST


def found(reason, **evidence):
    return lambda: Deviation(reason, evidence)


def test_what_several_questions_find_is_one_deviation_with_the_evidence_of_all():
    said = deviation_of(found("a", keys=("x", "y"), one="1"), lambda: None, found("b", keys=("y", "z"), two="2"))
    assert said == Deviation("a; b", {"keys": ("x", "y", "z"), "one": "1", "two": "2"})


def test_a_deviation_counts_whatever_could_not_be_asked():
    assert deviation_of(lost, found("a")) == deviation_of(found("a"), lost) == Deviation("a", {})


def test_what_could_not_be_asked_is_raised_where_nothing_deviates():
    with pytest.raises(Unseen):
        deviation_of(lambda: None, lost)
    assert deviation_of(lambda: None) is None


def test_a_row_that_need_not_be_there_is_none_only_if_nothing_may_hide_it():
    assert known(TAGS, "nobody", governed()) is None
    assert known(TAGS, B, governed(gaps=gap(TAGS, "other"))) == {"owner": "team-b"}
    for unread in (gap(TAGS), gap(TAGS, "nobody")):
        with pytest.raises(Unseen):
            known(TAGS, "nobody", governed(gaps=unread))


def test_what_ends_a_population_is_told_behind_what_came_before():
    def members():
        yield LOST
        raise LOST

    assert list(surviving(members())) == [LOST, LOST]


def test_a_list_that_lost_something_is_open_as_a_whole():
    assert [(u.key, u.cause) for u in unlisted(governed(gaps=gap(TAGS, B)), TAGS)] == [("*", "AccessDenied")]
