"""A pattern matches here what it matches in EventBridge."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.event_patterns import matches

EVENT = {
    "source": "aws.ec2",
    "detail-type": "EC2 Instance State-change Notification",
    "resources": ["arn:aws:ec2:us-east-1:111111111111:instance/i-1", "arn:aws:ec2:us-east-1:111111111111:volume/v-1"],
    "detail": {
        "state": "running",
        "count": 5,
        "share": 301.8,
        "on": True,
        "nothing": None,
        "ip": "10.0.0.33",
        "people": [{"first": "Anna", "last": "Smith"}, {"first": "Peter", "last": "Jones"}],
        "empty": [],
        "session": {"id": "a"},
    },
}


def detail(**fields):
    return json.dumps({"detail": fields})


def shown(value):
    return json.dumps(value)[:60]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": ["initializing", "running"]},
        {"count": [5.0]},
        {"on": [True]},
        {"nothing": [None]},
        {"state": [{"prefix": "run"}]},
        {"state": [{"prefix": {"equals-ignore-case": "RUN"}}]},
        {"state": [{"suffix": "ing"}]},
        {"state": [{"suffix": {"equals-ignore-case": "ING"}}]},
        {"state": [{"equals-ignore-case": "RUNNING"}]},
        {"state": [{"wildcard": "r*n*g"}]},
        {"state": [{"anything-but": "stopped"}]},
        {"state": [{"anything-but": ["stopped", "gone"]}]},
        {"count": [{"anything-but": [1, 2]}]},
        {"state": [{"anything-but": {"prefix": ["st", "in"]}}]},
        {"state": [{"anything-but": {"suffix": "ed"}}]},
        {"state": [{"anything-but": {"wildcard": "*z*"}}]},
        {"state": [{"anything-but": {"equals-ignore-case": ["stopped"]}}]},
        {"count": [{"numeric": [">", 0, "<=", 5]}]},
        {"share": [{"numeric": ["=", 3.018e2]}]},
        {"ip": [{"cidr": "10.0.0.0/24"}]},
        {"state": [{"exists": True}]},
        {"gone": [{"exists": False}]},
        {"session": [{"exists": False}]},
        {"empty": [{"exists": False}]},
        {"session": {"gone": [{"exists": False}]}},
        {"gone": {"deeper": [{"exists": False}]}},
        {"people": {"first": ["Anna"]}},
        {"people": {"first": ["Anna"], "last": ["Smith"]}},
        {"$or": [{"state": ["stopped"]}, {"count": [5], "on": [True]}]},
        {"state": ["stopped", {"prefix": "run"}]},
    ],
    ids=shown,
)
def test_a_pattern_fits_what_it_describes(fields):
    assert matches(detail(**fields), EVENT)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": ["Running"]},
        {"state": ["running"], "count": [6]},
        {"count": ["5"]},
        {"count": [True]},
        {"on": [1]},
        {"nothing": [""]},
        {"gone": [None]},
        {"count": [{"prefix": "5"}]},
        {"state": [{"wildcard": "r*x*g"}]},
        {"state": [{"anything-but": "running"}]},
        {"state": [{"anything-but": {"prefix": "run"}}]},
        {"gone": [{"anything-but": "running"}]},
        {"count": [{"numeric": [">", 5]}]},
        {"state": [{"numeric": [">", 5]}]},
        {"ip": [{"cidr": "10.1.0.0/24"}]},
        {"state": [{"cidr": "10.1.0.0/24"}]},
        {"state": [{"exists": False}]},
        {"session": [{"exists": True}]},
        {"people": {"first": ["Anna"], "last": ["Jones"]}},
        {"$or": [{"state": ["stopped"]}, {"count": [6]}]},
        {"session": ["a"]},
    ],
    ids=shown,
)
def test_a_pattern_fits_nothing_else(fields):
    assert not matches(detail(**fields), EVENT)


def test_a_list_in_the_event_fits_by_any_of_its_values():
    assert matches(json.dumps({"resources": [{"suffix": "v-1"}], "source": ["aws.ec2"]}), EVENT)
    assert not matches(json.dumps({"resources": ["arn:aws:ec2:us-east-1:111111111111:instance/i-2"]}), EVENT)


def test_backslashes_take_the_meaning_from_a_wildcard():
    assert matches(r'{"a": [{"wildcard": "x\\*\\\\*"}]}', {"a": r"x*\y"})
    assert not matches(r'{"a": [{"wildcard": "x\\*"}]}', {"a": "xy"})


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[]",
        "{}",
        '{"a": []}',
        '{"a": {}}',
        '{"a": "x"}',
        '{"a": [[1]]}',
        '{"a": [{"sounds-like": "x"}]}',
        '{"a": [{"prefix": "x", "suffix": "y"}]}',
        '{"a": [{"prefix": 1}]}',
        '{"a": [{"exists": "true"}]}',
        '{"a": [{"numeric": [">"]}]}',
        '{"a": [{"numeric": ["~", 1]}]}',
        '{"a": [{"numeric": [">", true]}]}',
        '{"a": [{"cidr": "x"}]}',
        '{"a": [{"anything-but": []}]}',
        '{"a": [{"anything-but": {"numeric": ["=", 1]}}]}',
        '{"a": [{"wildcard": "a**b"}]}',
        r'{"a": [{"wildcard": "a\\b"}]}',
        '{"b": ["x"], "a": [{"sounds-like": "x"}]}',
    ],
)
def test_what_is_no_pattern_is_refused_whatever_the_event(pattern):
    with pytest.raises(ValueError, match=r"."):
        matches(pattern, {"b": "y"})


@pytest.mark.parametrize("written", ['{"ada": "x"}', '{"a": [{"ada": 1}]}', '{"a": [{"cidr": "ada"}]}'])
def test_an_error_does_not_name_what_stands_in_the_pattern(written):
    with pytest.raises(ValueError, match="event pattern") as error:
        matches(written, {"a": "x"})
    assert "ada" not in str(error.value)


LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.text(alphabet="ab*\\", max_size=3)
WORDS = st.sampled_from(["a", "$or", "exists", "prefix", "wildcard", "anything-but", "numeric", "cidr", "="])
TREES = st.recursive(
    LEAVES | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner), max_leaves=8
)


@given(st.text() | TREES.map(json.dumps), st.dictionaries(WORDS, TREES))
def test_nothing_but_a_value_error_comes_of_any_text(pattern, event):
    try:
        assert matches(pattern, event) in {True, False}
    except ValueError:
        return


def fits(parts, text):
    """Say by brute force whether parts stand in a text one after the other, the first and last at its ends."""
    if len(parts) == 1:
        return parts[0] == text
    if not text.startswith(parts[0]):
        return False
    rest = text[len(parts[0]) :]
    if len(parts) == 2:
        return rest.endswith(parts[1])
    return any(
        fits(["", *parts[2:]], rest[at + len(parts[1]) :]) for at in range(len(rest)) if rest[at:].startswith(parts[1])
    )


@given(st.text(alphabet="ab*", max_size=7), st.text(alphabet="ab", max_size=8))
def test_wildcards_fit_what_brute_force_fits(pattern, text):
    if ("*", "*") not in pairwise(pattern):
        assert matches(json.dumps({"a": [{"wildcard": pattern}]}), {"a": text}) is fits(pattern.split("*"), text)
