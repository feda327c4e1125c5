"""What a request is known to carry decides; what nobody knows leaves a condition open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.conditions import may_hold, surely_hold
from orgwarden.aws.documents import Condition

OPERATORS = ["StringEquals", "StringNotLike", "ArnLike", "Bool", "Null", "NumericLessThan", "DateGreaterThan",
             "NotIpAddress", "ForAllValues:StringLike", "ForAnyValue:StringNotEqualsIfExists", "Made:Up"]  # fmt: skip


def verdict(operator, value, context):
    """Say what holds of one condition on aws:X; ``open``: it may, and may not."""
    values = tuple(value) if isinstance(value, list) else (value,)
    conditions = [Condition(operator=operator, key="aws:x", values=values)]
    if surely_hold(conditions, context):
        return True
    return "open" if may_hold(conditions, context) else False


@pytest.mark.parametrize(
    ("operator", "value", "actual", "holds"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringEquals", "A", "a", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEqualsIgnoreCase", "A", "a", True),
        ("StringNotEquals", ["b", "a"], "a", False),
        ("StringNotEqualsIgnoreCase", "A", "a", False),
        ("StringLike", "a*", "ab", True),
        ("StringNotLike", "a*", "ab", False),
        ("ForAnyValue:StringLike", "a*", "ab", True),
        ("ForAllValues:StringEquals", "b", "a", False),
        ("ArnLike", "arn:aws:iam::*:root", "arn:aws:iam::111111111111:root", True),
        ("ArnEquals", "arn:*:iam::*:role/*", "arn:aws:iam::111111111111:role/a", True),
        ("ArnLike", "arn:aws:*:role/a", "arn:aws:iam::111111111111:role/a", True),
        ("ArnNotLike", "arn:aws:iam::*:role/a*", "arn:aws:iam::111111111111:root", True),
        ("ArnLike", "arn:aws:iam::*:root", "arn:aws:iam:x:1:x:root", False),
        ("Bool", "TRUE", "true", True),
        ("Bool", "false", "true", False),
        ("Null", "true", "a", False),
        ("Null", "false", "a", True),
        ("NumericLessThan", "10", "9.5", True),
        ("NumericNotEquals", "10", "10.0", False),
        ("NumericGreaterThanEquals", "10", "9", False),
        ("DateLessThan", "2030-01-01T00:00:00Z", "2026-01-01", True),
        ("DateGreaterThan", "0", "2026-01-01T00:00:00Z", True),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
        ("NotIpAddress", ["10.0.0.0/8", "192.0.2.1"], "192.0.2.1", False),
        ("NumericEquals", "ten", "10", "open"),
        ("IpAddress", "somewhere", "10.1.2.3", "open"),
        ("StringSounds", "a", "a", "open"),
    ],
)
def test_a_known_value_is_compared_as_iam_compares_it(operator, value, actual, holds):
    assert verdict(operator, value, {"AWS:X": actual}) == holds


@pytest.mark.parametrize(
    ("operator", "value", "holds"),
    [
        ("StringEquals", "a", False),
        ("StringNotEquals", "a", True),
        ("ArnNotLike", "a", True),
        ("Bool", "false", False),
        ("BoolIfExists", "false", True),
        ("StringEqualsIfExists", "a", True),
        ("Null", "true", True),
        ("Null", "false", False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAnyValue:StringEquals", "a", False),
        ("ForAnyValue:StringNotEquals", "a", False),
    ],
)
def test_an_absent_key_fits_what_iam_lets_it_fit(operator, value, holds):
    assert verdict(operator, value, {"aws:x": None}) == holds


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_key_of_which_nothing_is_known_leaves_a_condition_open(operator):
    assert verdict(operator, "true", {}) == "open"


@pytest.mark.parametrize(
    ("value", "context", "holds"),
    [
        ("${aws:Y}", {"aws:x": "a", "aws:y": "a"}, True),
        ("${aws:Y}", {"aws:x": "a", "aws:y": "b"}, False),
        ("${aws:Y}", {"aws:x": "a", "aws:y": None}, False),
        ("${aws:Y, 'a'}", {"aws:x": "a", "aws:y": None}, True),
        ("${aws:Y}", {"aws:x": "a"}, "open"),
        ("${*}", {"aws:x": "a"}, "open"),
    ],
)
def test_variables_stand_for_what_the_request_carries(value, context, holds):
    assert verdict("StringEquals", value, context) == holds


def test_all_conditions_count():
    first, second = (Condition(operator="StringEquals", key=key, values=("a",)) for key in ("k", "l"))
    assert may_hold([], {})
    assert surely_hold([], {})
    assert may_hold([first, second], {"k": "a"})
    assert not may_hold([first, second], {"k": "b"})


@given(st.sampled_from(OPERATORS) | st.text(max_size=20), st.lists(st.text(max_size=12), max_size=3), st.text())
def test_no_condition_is_too_strange(operator, values, actual):
    assert verdict(operator, values, {"aws:x": actual}) in {True, False, "open"}
