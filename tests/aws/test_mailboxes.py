from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.mailboxes import fold, read_mailbox
from orgwarden.privacy import Veil
from tests.worlds import VEIL


@pytest.mark.parametrize(
    "spelling", ["aws@corp.example", " AWS@Corp.Example ", "aws+prod@corp.example", "aws+a+b@corp.example."]
)
def test_the_spellings_and_sub_addresses_of_a_mailbox_are_one(spelling):
    read = read_mailbox(spelling, veil=VEIL)
    assert read.key == VEIL.mailbox("aws@corp.example")
    assert (read.masked, read.domain) == ("a•••@corp.example", "corp.example")


def test_two_names_are_two_mailboxes():
    assert read_mailbox("a@corp.example", veil=VEIL).key != read_mailbox("b@corp.example", veil=VEIL).key


def test_a_domain_with_other_letters_is_read_as_the_dns_knows_it():
    read = read_mailbox("aws@bücher.example", veil=VEIL)
    assert read.domain == "xn--bcher-kva.example"
    assert read.key == read_mailbox("aws@xn--bcher-kva.example", veil=VEIL).key


def test_a_name_that_begins_with_a_plus_sign_is_kept():
    assert read_mailbox("+prod@corp.example", veil=VEIL).key == VEIL.mailbox("+prod@corp.example")


@pytest.mark.parametrize(
    "text",
    ["", "secret", "secret@", "@corp.example", "secret@localhost", "secret@a@corp.example", "secret name@corp.example",
     "Secret <secret@corp.example>", "secret@corp..example", "secret@-corp.example", "secret@" + "x" * 64 + ".example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(text):
    with pytest.raises(ValueError, match="no mail") as refused:
        read_mailbox(text, veil=VEIL)
    assert "secret" not in str(refused.value).lower()
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


ALIASES = (("aws-*@corp.example", "aws@corp.example"), ("*@aws.corp.example", "aws@corp.example"))
FOLDING = replace(VEIL, aliases=ALIASES)


@pytest.mark.parametrize("spelling", ["AWS-Prod@corp.example", "aws-prod+x@corp.example", "any+one@aws.corp.example"])
def test_addresses_that_a_pattern_fits_are_the_mailbox_that_it_names(spelling):
    read = read_mailbox(spelling, veil=FOLDING)
    assert read == read_mailbox("aws@corp.example", veil=VEIL)


def test_the_first_pattern_that_fits_counts_and_no_other_address_is_touched():
    first = replace(VEIL, aliases=(("aws-x@corp.example", "x@corp.example"), *ALIASES))
    assert read_mailbox("aws-x@corp.example", veil=first).key == VEIL.mailbox("x@corp.example")
    assert read_mailbox("awsprod@corp.example", veil=FOLDING) == read_mailbox("awsprod@corp.example", veil=VEIL)


@given(st.from_regex(r"[a-z-]{1,12}@(corp|aws\.corp)\.example", fullmatch=True))
def test_folding_a_mailbox_again_changes_nothing(address):
    once = fold(address, ALIASES)
    assert fold(once, ALIASES) == once


def test_other_patterns_are_told_apart_without_showing_them():
    assert VEIL.folding == ""
    assert FOLDING.folding not in {"", replace(VEIL, aliases=ALIASES[:1]).folding, Veil(b"k", aliases=ALIASES).folding}
    assert "corp" not in repr(FOLDING) + FOLDING.folding
