"""Every practice has a source and a line, and the ones that no control serves yet are known."""

import re

from orgwarden.controls import catalogue
from orgwarden.practices import practices

# Shrinks to nothing as controls come in.
SERVED_BY_NO_CONTROL = """
R:root-email
"""


def test_what_no_control_serves_is_known():
    served = {practice for control in catalogue() for practice in control.practices}
    assert set(practices()) - served == set(SERVED_BY_NO_CONTROL.split())


def test_each_practice_has_an_id_a_source_and_one_line():
    for id_, practice in practices().items():
        assert re.fullmatch(r"[MOEDR]:[a-z]+(-[a-z]+)*", id_)
        assert practice.source.letter == id_[0]
        assert practice.text.endswith(".")
        assert "\n" not in practice.text


def test_each_source_has_a_title():
    assert all(practice.source.title for practice in practices().values())
