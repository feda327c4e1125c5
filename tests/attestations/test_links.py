"""Only what was signed with the key opens a probe, in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.attestations.links import MARK, calendar, calendar_owner, new_probe, probe_of, token

KEY = b"key"


@given(st.binary(min_size=1), st.binary(min_size=16, max_size=16))
def test_a_link_leads_to_its_probe_and_with_another_key_to_none(key, number):
    text = token(key, number.hex())
    assert probe_of(key, text) == number.hex()
    assert probe_of(key + b"x", text) == ""
    assert number.hex() not in text


@given(st.text(st.characters(codec="ascii"), max_size=80))
def test_what_nobody_signed_leads_nowhere(text):
    assert probe_of(KEY, text) == ""


@given(st.integers(0, 63), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_one_other_character_leads_nowhere(at, other):
    text = token(KEY, "00" * 16)
    assert len(text) == 64
    changed = text[:at] + other + text[at + 1 :]
    assert changed == text or probe_of(KEY, changed) == ""


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text + "=", lambda text: text + "\n", lambda text: text[:-1]]
)
def test_a_link_has_one_spelling(change):
    assert probe_of(KEY, change(token(KEY, "ab" * 16))) == ""


def test_each_probe_has_a_number_of_its_own():
    assert len({new_probe() for _ in range(50)}) == 50


@given(st.integers(0, 63), st.integers(0, 7))
def test_a_link_of_which_one_bit_was_changed_leads_nowhere(at, bit):
    data = bytearray(token(KEY, "ab" * 16).encode())
    data[at] ^= 1 << bit
    assert probe_of(KEY, data.decode("latin-1")) == ""


def test_the_mark_of_a_message_is_no_link_and_a_link_no_mark():
    number = "ab" * 16
    assert probe_of(KEY, token(KEY, number, MARK), MARK) == number
    assert probe_of(KEY, token(KEY, number, MARK)) == ""
    assert probe_of(KEY, token(KEY, number), MARK) == ""


def test_the_address_of_a_calendar_leads_to_its_owner_alone_and_does_not_name_them():
    people = ("anna", "bjorn")
    assert calendar_owner(KEY, calendar(KEY, "anna"), people) == "anna"
    assert calendar_owner(KEY, calendar(KEY, "zoe"), people) == ""
    assert calendar_owner(KEY + b"x", calendar(KEY, "anna"), people) == ""
    assert "anna" not in calendar(KEY, "anna")


@given(st.integers(0, 42), st.integers(0, 7))
def test_the_address_of_a_calendar_of_which_one_bit_was_changed_leads_to_nobody(at, bit):
    data = bytearray(calendar(KEY, "anna").encode())
    data[at] ^= 1 << bit
    assert calendar_owner(KEY, data.decode("latin-1"), ("anna",)) == ""


@given(st.text(max_size=80))
def test_what_nobody_signed_is_nobodys_calendar(text):
    assert calendar_owner(KEY, text, ("anna", "bjorn")) == ""
