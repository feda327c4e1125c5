"""The table of services holds together."""

import re
from collections import Counter
from importlib.resources import files
from typing import get_args

import yaml

from orgwarden.aws.services import TABLE, services
from orgwarden.baseline.governance import Foundation

WRITTEN = yaml.safe_load(files("orgwarden.aws").joinpath(TABLE).read_text(encoding="utf-8"))["services"]
PRINCIPAL = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws|amazon)\.com")
DELEGABLE = 44  # services of the user guide that a member account may administer


def test_each_principal_stands_once():
    assert max(Counter(principal for one in WRITTEN for principal in one["principals"]).values()) == 1
    assert max(Counter(one["name"] for one in WRITTEN).values()) == 1


def test_each_service_has_the_known_shape():
    known = {"name", "principals", "delegable", "belongs_to", "else_to", "linked_role"}
    for one in WRITTEN:
        assert set(one) <= known
        assert isinstance(one["delegable"], bool)
        assert all(
            PRINCIPAL.fullmatch(principal)
            for principal in [*one["principals"], one.get("linked_role", "a.amazonaws.com")]
        )


def test_those_that_can_be_delegated_are_counted():
    assert sum(one["delegable"] for one in WRITTEN) == DELEGABLE
    assert not services()["ram.amazonaws.com"].is_delegable
    assert services()["guardduty.amazonaws.com"].is_delegable


def test_only_what_can_be_delegated_belongs_to_an_account_and_one_that_can_be_declared():
    purposes = set(get_args(Foundation))
    for service in services().values():
        usual = {*service.belongs_to, *service.else_to}
        assert usual <= purposes
        assert service.is_delegable or not usual


def test_identity_goes_to_its_own_account_and_else_to_security():
    for principal in ("sso.amazonaws.com", "iam.amazonaws.com"):
        assert (services()[principal].belongs_to, services()[principal].else_to) == (("identity",), ("security",))
