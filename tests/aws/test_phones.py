"""One number has one key however it is spelled, and nothing shown gives it away."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.phones import FICTIONAL, NO_NUMBER, NOT_IN_PLAN, REPEATED, RUN, WRONG_LENGTH, read_phone
from tests.worlds import VEIL

REGIONS = ["NO", "US", "GB", "DE", "FR", "IN", "JP", "BR", "AU", "ZA"]


@st.composite
def numbers(draw):
    """Give numbers with the shape of a country's, valid or not."""
    like = phonenumbers.example_number(draw(st.sampled_from(REGIONS)))
    digits = draw(st.integers(min_value=0, max_value=9999))
    text = f"{str(like.national_number)[:-4]}{digits:04}"
    return phonenumbers.PhoneNumber(country_code=like.country_code, national_number=int(text))


@st.composite
def spellings(draw, number):
    """Give one of the ways in which people write a number."""
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    styles = [phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.RFC3966]
    gap = draw(st.sampled_from(["", " ", "-", ".", "  "]))
    code = f"+{number.country_code}"
    apart = f" {code} ({e164[len(code) : -6]}){gap}{e164[-6:-3]}{gap}{e164[-3:]} ext. 12"
    return draw(st.sampled_from([e164, apart, *(phonenumbers.format_number(number, style) for style in styles)]))


@given(st.data())
def test_all_spellings_of_a_number_have_one_key(data):
    number = data.draw(numbers())
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    written = data.draw(spellings(number))
    assert read_phone(written, country="", veil=VEIL).key == read_phone(plain, country="", veil=VEIL).key


@given(numbers())
def test_a_mask_shows_two_digits_of_the_subscriber_at_most(number):
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    shown = read_phone(text, country="", veil=VEIL).masked.removeprefix(f"+{number.country_code}")
    assert len(re.findall(r"\d", shown)) <= 2


@given(st.text(max_size=30), st.sampled_from([*REGIONS, "", "zz"]))
def test_no_text_is_too_strange_to_be_read(text, country):
    read = read_phone(text, country=country, veil=VEIL)
    assert len(re.findall(r"\d", read.masked.split("•")[-1])) <= 2
    assert not re.search(r"\d", read.defect)


@pytest.mark.parametrize("written", ["+47 22 00 02 47", "0047 22000247", "22 00 02 47", "(22) 00-02-47"])
def test_a_number_without_its_calling_code_is_one_of_the_country(written):
    read = read_phone(written, country="NO", veil=VEIL)
    assert read.key == read_phone("+4722000247", country="", veil=VEIL).key
    assert (read.region, read.kind, read.defect) == ("NO", "fixed_line", "")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+47 412 41 207", "mobile"),
        ("+1 202 555 0247", "fixed_line_or_mobile"),
        ("+1 800 555 0247", "toll_free"),
        ("+1 900 555 0247", "premium_rate"),
        ("+47 810 00 247", "shared_cost"),
        ("reception", "unknown"),
    ],
)
def test_the_kind_is_that_of_the_numbering_plan(number, kind):
    assert read_phone(number, country="", veil=VEIL).kind == kind


@pytest.mark.parametrize(
    ("number", "defect"),
    [
        ("", NO_NUMBER),
        ("ask the reception", NO_NUMBER),
        ("22 00 02 47", NO_NUMBER),
        ("+47 22 00", WRONG_LENGTH),
        ("+1 202 055 0247", NOT_IN_PLAN),
        ("+47 22 22 22 22", REPEATED),
        ("+1 555 555 5555", REPEATED),
        ("0000000000", REPEATED),
        ("1234567890", RUN),
        ("+47 12 34 56 78", RUN),
        ("+1 987 654 3210", RUN),
        ("+1 202 555 0123", FICTIONAL),
    ],
)
def test_what_is_wrong_is_told_a_placeholder_before_anything_else(number, defect):
    assert read_phone(number, country="", veil=VEIL).defect == defect


@pytest.mark.parametrize(
    "number",
    [
        "+1 202 555 0100",
        "+44 7700 900461",
        "+44 20 7946 0018",
        "+353 20 912 4680",
        "+61 2 5550 2468",
        "+61 491 570 156",
        "+46 8 465 004 27",
        "+46 70 174 06 35",
        "+49 30 23125 246",
        "+33 1 99 00 24 68",
    ],
)
def test_ranges_kept_for_fiction_are_known(number):
    assert read_phone(number, country="", veil=VEIL).defect == FICTIONAL


def test_a_satellite_phone_has_no_country():
    assert read_phone("+870 773 111 632", country="", veil=VEIL).region == ""
