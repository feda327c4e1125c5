"""Every practice has a source and a line, and the ones that no control serves yet are known."""

import re

from orgwarden.controls import catalogue
from orgwarden.practices import practices

# Shrinks to nothing as controls come in.
SERVED_BY_NO_CONTROL = """
M:root-tasks-only M:limit-access M:only-tasks M:understand-charges M:no-workloads M:delegate
O:root-tasks-only O:only-tasks O:cloudtrail-exception O:password O:access-logged O:mfa O:store-apart O:review
O:no-single-person O:no-single-individual O:document O:record-performance O:test-quarterly O:propose-improvements
O:rare-event O:alert O:alert-response
E:root-best-practices E:password E:access-logged E:document E:test-quarterly E:mfa E:store-apart E:rare-event
E:alert E:alert-response E:single-organization E:group-by-purpose E:multiple-accounts E:service-enable
E:billing-tools E:billing-role E:tagging
D:limit-access D:special-purpose D:environments-apart D:control-tower D:identity-center D:three-people D:iac-runner
D:delegate D:table
R:dedicated R:remove-scp R:trusted-access R:enable R:delete-credentials R:root-email R:delegate-iam R:delegate
R:limit-access
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
