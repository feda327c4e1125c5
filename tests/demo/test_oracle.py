"""The oracle: what was seeded and found, missed, or never seeded."""

from orgwarden.demo.oracle import compare
from orgwarden.demo.subjects import Expectation, Subject

ACCOUNT = "111111111111"


def _expect(expected="FAIL", control="contacts.c", **subject):
    return Expectation(control=control, expected=expected, subject=Subject(**subject), why="because")


def _verdict(status, account="", resource="", control="contacts.c"):
    place = {"control": control, "account": account, "region": "", "resource": resource, "scope": ""}
    return {**place, "status": status, "reason": "r", "evidence": {}}


def _compared(expected, verdicts):
    return compare(expected, verdicts, key_of_number="n:{}".format, key_of_mailbox="m:{}".format)


def test_a_drift_is_found_by_its_account_hash_or_domain():
    expected = [_expect(account=ACCOUNT), _expect(number="+47"), _expect(mailbox="a@b"), _expect(domain="b")]
    verdicts = [_verdict("FAIL", ACCOUNT), *(_verdict("FAIL", "", it) for it in ("n:+47", "m:a@b", "b"))]
    assert _compared(expected, verdicts) == {"seeded": 4, "found": 4, "missed": [], "extra": []}


def test_a_drift_with_another_verdict_or_none_is_missed():
    compared = _compared([_expect(account=ACCOUNT), _expect(domain="b")], [_verdict("PASS", ACCOUNT)])
    assert compared["found"] == 0
    assert [(row["got"], dict(row["subject"])) for row in compared["missed"]] == [
        ("PASS", {"account": ACCOUNT}),
        (None, {"domain": "b"}),
    ]


def test_a_deviation_that_nobody_seeded_is_extra_and_a_pass_is_not():
    verdicts = [_verdict("UNKNOWN", ACCOUNT), _verdict("PASS", "", "b"), _verdict("NOT_APPLICABLE", "", "c")]
    assert [row["account"] for row in _compared([], verdicts)["extra"]] == [ACCOUNT]


def test_a_wrong_verdict_on_a_seeded_subject_is_missed_once_and_not_extra():
    compared = _compared([_expect("FAIL", account=ACCOUNT)], [_verdict("UNKNOWN", ACCOUNT)])
    assert (len(compared["missed"]), compared["extra"]) == (1, [])
