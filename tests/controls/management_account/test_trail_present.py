import pytest

from orgwarden.parts.alerts import TRAILS
from tests.access_worlds import TRAIL, bare, governed, trail
from tests.worlds import A, gap, statuses, verdicts

CONTROL = "management_account.trail_present"
HERE = (A, "")
OTHER = TRAIL.replace("organization", "other")


def test_a_sound_organization_trail_passes_whatever_else_is_unread():
    said = verdicts(CONTROL, governed(gaps=gap(TRAILS, "eu-west-1")))[HERE]
    assert (said.status, said.evidence["trail"]) == ("PASS", TRAIL)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"is_of_organization": False}, "is not of the whole organization"),
        ({"is_multi_region": False}, "is of a single region"),
        ({"is_validated": False}, "does not validate its log files"),
        ({"is_logging": False}, "is off"),
        ({"events": "READ"}, "does not record management events that write"),
        ({"events": "NONE"}, "does not record management events that write"),
    ],
    ids=str,
)
def test_a_trail_with_a_shortcoming_deviates_and_says_which(changed, missing):
    said = verdicts(CONTROL, governed({TRAILS: {TRAIL: trail(**changed)}}))[HERE]
    assert (said.status, said.evidence["missing"]) == ("FAIL", (missing,))


def test_the_organizations_trail_is_the_best_one_to_mend():
    worse = {TRAIL: trail(is_logging=False, is_validated=False), OTHER: trail(is_of_organization=False)}
    assert verdicts(CONTROL, governed({TRAILS: worse}))[HERE].evidence["trail"] == TRAIL


def test_no_trail_at_all_deviates():
    assert statuses(CONTROL, bare(TRAILS, {}))[HERE] == "FAIL"


def test_unread_trails_are_unknown_where_none_will_do():
    lost = governed({TRAILS: {TRAIL: trail(is_logging=False)}}, gap(TRAILS, "eu-west-1"))
    assert statuses(CONTROL, lost)[HERE] == "UNKNOWN"
    assert statuses(CONTROL, governed(gaps=gap(TRAILS)))[HERE] == "UNKNOWN"
