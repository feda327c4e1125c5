"""Equal things hash alike under one key, and masks give nothing away."""

import pytest

from orgwarden.privacy import Veil, masked_address, masked_number

VEIL = Veil(b"one key")


def test_equal_numbers_have_one_hash_and_other_keys_give_others():
    assert VEIL.number("+12025550107") == VEIL.number("+12025550107")
    assert VEIL.number("+12025550107") != Veil(b"another key").number("+12025550107")


def test_one_text_as_number_and_as_mailbox_has_two_hashes():
    assert VEIL.number("x")[2:] != VEIL.mailbox("x")[2:]


def test_a_person_is_one_whatever_the_case_and_spacing():
    assert VEIL.person("Ada  Lovelace ") == VEIL.person("ada lovelace")


def test_an_empty_key_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="ORGWARDEN_HASH_KEY"):
        Veil(b"")


def test_the_key_does_not_show_in_a_log():
    assert "one key" not in repr(VEIL)


def test_a_number_is_shown_as_its_calling_code_and_last_two_digits():
    assert masked_number("1", "2025550107") == "+1 ••• ••07"
    assert masked_number("", "2025550107") == "••• ••07"


def test_a_short_number_shows_no_digit():
    assert masked_number("47", "123") == "+47 •••"


def test_an_address_is_shown_as_its_first_letter_and_domain():
    assert masked_address("root@Corp.Example") == "r•••@corp.example"
    assert masked_address("no address") == "•••"


@pytest.mark.parametrize("secret", ["+1 202 555 0107", "+12025550107", "+1 (202) 555-0107"])
def test_a_number_inside_a_text_is_masked(secret):
    shown = VEIL.text(f"call {secret} at night")
    assert secret not in shown
    assert "••• ••07" in shown


def test_an_address_inside_a_text_is_masked():
    shown = VEIL.text("owner: Ada.Lovelace@corp.example")
    assert "Lovelace" not in shown
    assert "@corp.example" in shown


def test_a_text_without_secrets_stays_as_it_is():
    assert VEIL.text("cost centre 4711, since 2026-11-21") == "cost centre 4711, since 2026-11-21"
