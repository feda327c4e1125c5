"""A report is read by header, and what it does not tell is not taken for a no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.credential_report import ROOT, is_true, moment, rows

REPORT = """\
user,arn,user_creation_time,password_enabled,additional_credentials_info
<root_account>,arn:aws:iam::111111111111:root,2020-01-01T00:00:00+00:00,not_supported,N/A
alice,arn:aws:iam::111111111111:user/alice,2021-01-01T00:00:00+00:00,true,"a, b"
"""


@pytest.mark.parametrize("text", [REPORT, REPORT.replace("\n", "\r\n"), REPORT.rstrip()])
def test_each_row_is_read_by_header(text):
    root, alice = rows(text)
    assert (root["user"], root["password_enabled"]) == (ROOT, "not_supported")
    assert alice["additional_credentials_info"] == "a, b"


def test_a_report_without_users_has_no_rows():
    assert rows("user,arn,mfa_active\n") == ()


@pytest.mark.parametrize("text", ["", "\n", "name,arn\n", "user,arn\na\n", "user,arn\na,b,c\n", 'user,arn\n"a,b\n'])
def test_what_is_no_report_or_cut_off_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        rows(text)


@pytest.mark.parametrize(
    ("value", "true"), [("true", True), ("TRUE", True), ("false", False), ("FALSE", False), ("N/A", False)]
)
def test_truth_has_any_case(value, true):
    assert is_true(value) is true


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2014-09-01T22:28:48+00:00", "2014-09-01T22:28:48+00:00"),
        ("2014-09-01T22:28:48Z", "2014-09-01T22:28:48+00:00"),
        ("2014-09-01T22:28:48+02:00", "2014-09-01T20:28:48+00:00"),
        ("N/A", ""),
        ("no_information", ""),
        ("not_supported", ""),
    ],
)
def test_a_time_is_iso_8601_in_utc_or_empty(value, time):
    assert moment(value) == time


@pytest.mark.parametrize("value", ["", "yesterday", "2014-09-01", "2014-09-01T22:28:48"])
def test_what_is_no_time_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        moment(value)


def test_what_is_neither_true_nor_false_is_refused():
    with pytest.raises(ValueError, match="neither true nor false"):
        is_true("perhaps")


@given(st.sampled_from([rows, is_true, moment]), st.text())
def test_nothing_but_a_value_error_comes_of_any_text(read, text):
    try:
        read(text)
    except ValueError:
        return
