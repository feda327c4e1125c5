"""A filter pattern matches here what it matches in CloudWatch Logs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.filter_patterns import matches

EVENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster.name": "c",
    "latency": 50,
    "code": "404",
    "readOnly": False,
    "user": {"id": 1, "email": "john@example.com"},
}


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "UpdateTrail" }',
        "{$.eventType=UpdateTrail}",
        '{ $.eventType = "Update*" }',
        "{ $.eventType = *Trail }",
        "{ $.sourceIPAddress != 123.123.* }",
        '{ $.arrayKey[0] = "value" }',
        '{ $.arrayKey[*] = "another value" }',
        "{ $.arrayKey[*] = %val.{2}% }",
        "{ $.objectList[1].id = 2 }",
        "{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }",
        "{ $.['cluster.name'] = \"c\" }",
        '{ $["cluster.name"] = "c" }',
        "{ $.SomeObject IS NULL }",
        "{ $.readOnly IS FALSE }",
        "{ $.readOnly is false }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.user.id EXISTS }",
        "{ $.latency >= 50 && $.latency <= 5e1 }",
        "{ $.latency = 50.0 }",
        "{ $.latency = 5* }",
        "{ $.code > 400 }",
        "{ $.code = 404 }",
        '{ ($.user.id = 1) && ($.objectList[0].name = "a") }',
        '{ $.user.email = "john@example.com" || $.latency = 1 && $.latency = 2 }',
        '{ ($.latency = 1 || ($.latency = 50)) && $.eventType = "UpdateTrail" }',
        "",
        " ",
        '" "',
        "UpdateTrail",
        "UpdateTrail latency",
        '"another value" -Delete',
        "?Delete ?latency",
        "?Delete latency",
        '"\\"eventType\\":\\"UpdateTrail\\""',
        "%Update[A-Z]%",
    ],
)
def test_a_pattern_fits_what_it_describes(pattern):
    assert matches(pattern, EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "updatetrail" }',
        '{ $.eventType = "Update" }',
        '{ $.eventType = "Update?rail" }',
        '{ $.eventType != "UpdateTrail" }',
        '{ $.gone != "UpdateTrail" }',
        '{ $.user != "UpdateTrail" }',
        "{ $.eventType NOT EXISTS }",
        "{ $.gone IS NULL }",
        "{ $.gone EXISTS }",
        "{ $.eventType > 5 }",
        "{ $.arrayKey[7] = value }",
        '{ ($.user.email = "john@example.com" || $.latency = 1) && $.latency = 2 }',
        "Delete",
        "UpdateTrail -latency",
        "?Delete UpdateTrails",
    ],
)
def test_a_pattern_fits_nothing_else(pattern):
    assert not matches(pattern, EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        "{",
        "{ }",
        "{ $.a }",
        "{ $ = 1 }",
        "{ a = 1 }",
        "{ $.a = }",
        "{ $.a = = }",
        "{ $.a = $.b }",
        "{ $.a ~ 1 }",
        "{ $.a > b }",
        "{ $.a IS NOT NULL }",
        "{ $.a NOT NULL }",
        "{ ($.a = 1 }",
        "{ $.a = 1 ) }",
        "{ $.a = 1 && }",
        '{ $.a = "b }',
        "{ $.a = %(b)% }",
        "{ $.a = %[% }",
        "{ $.a = %a*b*c*d*% }",
        "{" + "(" * 1000 + "$.a = 1" + ")" * 1000 + "}",
        "[ip, user, code = 4*]",
        '"not closed',
    ],
)
def test_what_is_no_pattern_for_json_is_refused(pattern):
    with pytest.raises(ValueError, match="pattern"):
        matches(pattern, EVENT)


SIGNS = ["{", "}", "(", ")", "=", "!=", "<", "&&", "||", "-", "?", "*"]
WORDS = ["$.a", "$.b[0]", "NOT", "EXISTS", "IS", "NULL", '"x"', "5", "%a%"]
PIECES = st.lists(st.sampled_from([*SIGNS, *WORDS]), max_size=12)


@given(st.text() | PIECES.map(" ".join) | PIECES.map(lambda pieces: " ".join(["{", *pieces, "}"])))
def test_nothing_but_a_value_error_comes_of_any_text(pattern):
    try:
        assert matches(pattern, {"a": "x", "b": [5]}) in {True, False}
    except ValueError:
        return
