"""One reading for all spellings of a policy document."""

import json
import re
from itertools import product
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.documents import Condition, covers, matches, matches_exactly, overlap, parsed, statements

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "Principal", "Condition", "AWS", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
PATTERN = st.text(alphabet="ab*?", max_size=6)
TEXTS = ["".join(letters) for size in range(5) for letters in product("abc", repeat=size)]


def document(**statement):
    return json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*", **statement}})


def brute(pattern):
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, letter) for letter in pattern))


def test_one_statement_and_single_texts_read_like_lists():
    single = document(Principal={"AWS": "111111111111"})
    listed = json.dumps({"Statement": [{"Effect": "Allow", "Action": ["s3:Get*"], "Resource": ["*"],
                                        "Principal": {"AWS": ["111111111111"]}}]})  # fmt: skip
    assert statements(single) == statements(listed)
    assert statements(quote(single)) == statements(single)


def test_a_statement_keeps_what_it_says():
    text = document(
        Sid="Some", Effect="Deny", Principal="*", NotPrincipal={"Service": ["a", "b"]}, NotResource="arn:aws:s3:::x"
    )
    (one,) = statements(text)
    assert (one.sid, one.is_allow, one.actions, one.not_actions) == ("Some", False, ("s3:Get*",), ())
    assert (one.principals, one.not_principals) == ((("*", "*"),), (("Service", "a"), ("Service", "b")))
    assert (one.resources, one.not_resources) == (("*",), ("arn:aws:s3:::x",))


def test_conditions_have_lower_case_keys_and_texts_for_values():
    (one,) = statements(document(Condition={"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"s3:X": [1]}}))
    assert one.conditions == (
        Condition(operator="Bool", key="aws:securetransport", values=("false",)),
        Condition(operator="NumericLessThan", key="s3:x", values=("1",)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "%7B",
        '{"Statement": [1]}',
        '{"Statement": {"Effect": "Allow"}}',
        document(Effect="allow"),
        document(Action=1),
        document(Principal="111111111111"),
        document(Principal={"Everybody": "*"}),
        document(Condition="x"),
        document(Condition={"Bool": ["x"]}),
        document(Condition={"Bool": {"x": None}}),
        "[" * 100_000,
        '{"Statement":' + "[" * 200 + "]" * 200 + "}",
    ],
)
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        statements(text)


@given(st.text() | JSON.map(json.dumps))
def test_nothing_but_a_value_error_comes_of_any_text(text):
    try:
        statements(text)
    except ValueError:
        return


def test_constants_that_are_no_json_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        parsed('{"a": NaN}')


@given(PATTERN, st.text(alphabet="abc", max_size=6))
def test_wildcards_fit_what_an_expression_fits(pattern, text):
    assert matches_exactly(pattern, text) == (brute(pattern).fullmatch(text) is not None)


def test_case_counts_in_resources_and_not_in_actions():
    assert matches("S3:get*", "s3:GetObject")
    assert not matches_exactly("arn:aws:s3:::X", "arn:aws:s3:::x")


@given(PATTERN, PATTERN)
def test_a_pattern_that_covers_another_fits_all_that_it_fits(wider, pattern):
    if covers(wider, pattern):
        assert all(matches(wider, text) for text in TEXTS if matches(pattern, text))


@given(PATTERN, PATTERN)
def test_two_patterns_overlap_where_one_text_fits_both(one, other):
    shared = any(matches(one, text) and matches(other, text) for text in TEXTS)
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, other) or not shared


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        ("a*", "*b", True),
        ("iam:*", "iam:Get?ser", True),
        ("iam:Get*", "iam:List*", False),
        ("a*b", "a?c", False),
        ("*", "", True),
        ("?", "", False),
    ],
)
def test_patterns_that_overlap_are_told_from_those_that_do_not(one, other, do):
    assert overlap(one, other) is do


def test_many_wildcards_do_not_take_long():
    assert not matches_exactly("a*" * 500 + "b", "a" * 5000)
    assert not overlap("a*" * 30 + "b", "a*" * 30 + "c")
