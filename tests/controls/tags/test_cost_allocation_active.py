from orgwarden.parts.bill_spend import BILLED_KEYS
from orgwarden.parts.cost_explorer import COST_TAGS
from orgwarden.parts.declared import COST_KEYS
from tests.governance_worlds import billed_key, cost_tag, governed, undeclared
from tests.worlds import gap, statuses, verdicts

CONTROL = "tags.cost_allocation_active"


def telling(key="team", *, tags=None, tagged=7, gaps=None):
    tags = {"team": cost_tag()} if tags is None else tags
    parts = {COST_KEYS: {"*": (key,)}, COST_TAGS: tags, BILLED_KEYS: {key: billed_key(tagged)}}
    return governed(parts, gaps)


def said(world, key="team"):
    return statuses(CONTROL, world)["", key]


def test_a_key_that_is_active_and_on_the_bill_passes():
    assert said(telling()) == "PASS"


def test_a_key_that_is_not_active_deviates_without_a_bill_too():
    off = {"team": cost_tag(is_active=False)}
    assert said(telling(tags=off)) == "FAIL"
    assert said(telling(tags=off, gaps=gap(BILLED_KEYS))) == "FAIL"


def test_a_key_that_aws_does_not_know_deviates_with_the_spellings_that_it_knows():
    found = verdicts(CONTROL, telling("Team", tags={"team": cost_tag(), "stage": cost_tag()}))["", "Team"]
    assert (found.status, found.evidence) == ("FAIL", {"spelled": ("team",)})
    assert verdicts(CONTROL, telling(tags={}, tagged=1))["", "team"].evidence == {}


def test_a_key_that_is_spelled_as_a_column_is_the_only_one_that_it_may_be():
    assert said(telling("cost_center", tags={"CostCenter": cost_tag()}), "cost_center") == "PASS"
    both = {"CostCenter": cost_tag(), "cost-center": cost_tag()}
    assert said(telling("cost_center", tags=both), "cost_center") == "FAIL"
    assert said(telling("Cost-Center", tags={"cost-center": cost_tag()}), "Cost-Center") == "FAIL"


def test_a_key_that_no_line_of_the_bill_has_deviates():
    found = verdicts(CONTROL, telling(tagged=0))["", "team"]
    assert (found.status, found.evidence) == ("FAIL", {"period": "2026-10", "lines": 9})
    other = verdicts(CONTROL, telling(tagged=0, tags={"Team": cost_tag()}))["", "team"]
    assert (other.status, other.evidence["spelled"]) == ("FAIL", ("Team",))


def test_without_a_bill_an_active_key_is_unknown():
    assert said(telling(gaps=gap(BILLED_KEYS))) == "UNKNOWN"
    assert said(telling(gaps=gap(BILLED_KEYS, "team"))) == "UNKNOWN"


def test_where_aws_was_not_asked_values_on_the_bill_say_that_the_key_is_active():
    assert said(telling(gaps=gap(COST_TAGS))) == "PASS"
    assert said(telling(tagged=0, gaps=gap(COST_TAGS))) == "FAIL"
    assert said(telling(gaps=gap(COST_TAGS) | gap(BILLED_KEYS))) == "UNKNOWN"


def test_what_nobody_declared_is_unknown():
    assert statuses(CONTROL, telling(gaps=undeclared(COST_KEYS))) == {("", ""): "UNKNOWN"}
