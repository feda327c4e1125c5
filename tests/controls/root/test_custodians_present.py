from dataclasses import replace
from datetime import date

import pytest

from orgwarden.parts.access import DELETED, PEOPLE, Person
from orgwarden.parts.attested import ANSWERED
from orgwarden.parts.custody import NAMED_PEOPLE
from tests.access_worlds import person, registered
from tests.attested_worlds import attested
from tests.custody_worlds import ANNA
from tests.worlds import gap, verdicts

CONTROL = "root.custodians_present"
KEPT = f"{ANNA}/password"
REGISTER = attested().parts[NAMED_PEOPLE]["*"]
MINE = {NAMED_PEOPLE: {"*": {**REGISTER, ANNA: registered(ANNA, user="a-user")}}}


def said(user=None, gaps=None, parts=None):
    people = {PEOPLE: {"a-user": user}} if user else {}
    return verdicts(CONTROL, attested({**MINE, **people, **(parts or {})}, gaps))["", KEPT]


def test_whoever_is_there_and_says_so_passes():
    assert said(person("a-user")).status == "PASS"


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        (person("a-user", is_enabled=False), "they are disabled in Identity Center"),
        (Person(key="-", masked=DELETED, is_enabled=False), "they left: Identity Center has no such user any more"),
    ],
)
def test_whoever_left_deviates_whatever_they_answered(user, reason):
    found = said(user)
    assert (found.status, found.reason, found.evidence["name"]) == ("FAIL", reason, "Anna")


def test_where_nobody_could_look_nobody_knows_and_what_is_overdue_deviates_all_the_same():
    assert said().status == "UNKNOWN"
    assert said(gaps=gap(PEOPLE, "a-user")).status == "UNKNOWN"
    late = {key: replace(row, until=date(2026, 11, 20)) for key, row in attested().parts[ANSWERED].items()}
    assert said(parts={ANSWERED: late}).status == "FAIL"


def test_whose_user_nobody_declared_answers_for_themselves():
    assert verdicts(CONTROL, attested())["", KEPT].status == "PASS"
