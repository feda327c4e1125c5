"""Reads a phone number: its keyed hash and mask, its country and kind, and what makes it nobody's number.

The number itself goes no further than this module; its several spellings (spaces, brackets, extensions, a national
prefix) end in one hash.
"""

import re
from functools import cache
from importlib.resources import files

import phonenumbers
import yaml

from orgwarden.parts.contacts import Phone
from orgwarden.privacy import Veil, masked_number

NO_NUMBER = "is no phone number at all"
WRONG_LENGTH = "is impossible for its country: no number there has its length"
NOT_IN_PLAN = "is impossible for its country: it is not in the numbering plan"
REPEATED = "is a placeholder: one digit repeated"
RUN = "is a placeholder: a run of ascending or descending digits"
FICTIONAL = "is a placeholder: it lies in a range kept for fiction"

ASCENDING = "01234567890"
DESCENDING = ASCENDING[::-1]
SUBSCRIBER = 7  # the least number of trailing digits that nobody gets by chance
SHORTEST_RUN = 5

# What phonenumbers calls a region that is no country: satellite phones, universal numbers.
WORLD = "001"


def read_phone(text: str, *, country: str, veil: Veil) -> Phone:
    """Read a number; ``country`` (ISO 3166, may be empty) is that of a number written without its calling code."""
    number = _parsed(text, country)
    if number is None:
        return _unreadable(text, veil)
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    region = phonenumbers.region_code_for_number(number) or ""
    national = phonenumbers.national_significant_number(number)
    return Phone(
        key=veil.number(normal),
        masked=masked_number(str(number.country_code), national),
        region="" if region == WORLD else region,
        kind=phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number)).lower(),
        defect=_placeholder(national) or _fiction(normal) or _impossible(number),
    )


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    """Read the number as written, else as one with the international prefix that most countries dial (00)."""
    spellings = [text, re.sub(r"^\s*\(?00\)?", "+", text)]
    read = [number for spelling in spellings if (number := _parse(spelling, country))]
    return next((number for number in read if phonenumbers.is_valid_number(number)), read[0] if read else None)


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None


def _unreadable(text: str, veil: Veil) -> Phone:
    digits = "".join(c for c in text if c.isdigit())
    return Phone(
        key=veil.number(digits),
        masked=masked_number("", digits),
        region="",
        kind="unknown",
        defect=_placeholder(digits) or NO_NUMBER,
    )


def _placeholder(digits: str) -> str:
    """Say how the last digits betray a number that was typed to fill a field."""
    tail = digits[-SUBSCRIBER:]
    if len(tail) < SHORTEST_RUN:
        return ""
    if len(set(tail)) == 1:
        return REPEATED
    return RUN if tail in ASCENDING or tail in DESCENDING else ""


def _fiction(normal: str) -> str:
    return FICTIONAL if any(digits.fullmatch(normal.removeprefix("+")) for digits in _fictional_ranges()) else ""


def _impossible(number: phonenumbers.PhoneNumber) -> str:
    if not phonenumbers.is_possible_number(number):
        return WRONG_LENGTH
    return "" if phonenumbers.is_valid_number(number) else NOT_IN_PLAN


@cache
def _fictional_ranges() -> tuple[re.Pattern[str], ...]:
    entries = yaml.safe_load(files(__package__).joinpath("fictional_numbers.yaml").read_text(encoding="utf-8"))
    return tuple(re.compile(digits) for entry in entries for digits in entry["digits"])
