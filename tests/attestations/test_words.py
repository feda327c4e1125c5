"""Who has the key and the call knows the word; who has not picks it one time in six."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from orgwarden.attestations.words import SHOWN, WORDS, choices, word
from orgwarden.model import Period

KEY, Q4, ACCOUNT = b"key", Period("2026-Q4"), "111111111111"


@given(st.binary(min_size=1), st.integers(2020, 2040), st.integers(1, 4))
def test_the_word_stands_among_different_choices(key, year, number):
    quarter = Period(f"{year}-Q{number}")
    shown = choices(key, quarter, ACCOUNT)
    assert word(key, quarter, ACCOUNT) in shown
    assert len(set(shown)) == SHOWN


def test_the_same_call_has_the_same_word():
    assert (word(KEY, Q4, ACCOUNT), choices(KEY, Q4, ACCOUNT)) == (word(KEY, Q4, ACCOUNT), choices(KEY, Q4, ACCOUNT))


def test_where_it_stands_in_the_list_tells_nothing():
    keys = [str(n).encode() for n in range(600)]
    places = Counter(choices(key, Q4, ACCOUNT).index(word(key, Q4, ACCOUNT)) for key in keys)
    assert set(places) == set(range(SHOWN))
    assert max(places.values()) < 2 * min(places.values())


def test_another_key_quarter_or_account_has_words_of_its_own():
    lists = [choices(KEY, Q4, ACCOUNT), choices(b"k", Q4, ACCOUNT), choices(KEY, Period("2027-Q1"), ACCOUNT)]
    assert len({*lists, choices(KEY, Q4, "222222222222")}) == 4


def test_all_words_are_short_plain_and_different():
    assert len(set(WORDS)) == len(WORDS) >= 100
    assert all(one.isascii() and one.islower() and 4 <= len(one) <= 8 for one in WORDS)
