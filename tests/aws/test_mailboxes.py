import pytest

from orgwarden.aws.mailboxes import read_mailbox
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
