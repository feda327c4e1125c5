"""What the collecting account administers: none where it may not ask, and not known where AWS did not say."""

from typing import Any

import pytest

from orgwarden.collect.sessions import UNSET
from orgwarden.errors import SkipAndNote
from tests.collect.fakes import refusal
from tests.collect.regional import MANAGEMENT, MEMBER, always, regional_aws

QUESTION = "organizations:ListDelegatedServicesForAccount"
IAM = "iam.amazonaws.com"


def asking(answer: Any, caller: str = MEMBER) -> Any:
    return regional_aws({QUESTION: always(answer)}, caller=caller)


def asked(aws: Any) -> int:
    return sum(name == QUESTION for _, name, _ in aws.session.asked)


def test_it_is_asked_once():
    aws = asking({"DelegatedServices": [{"ServicePrincipal": IAM}]})
    assert aws.administers() == aws.administers() == {IAM}
    assert aws.delegated("iam", IAM, MANAGEMENT) is aws.here("iam")
    assert asked(aws) == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "AccountNotRegisteredException"])
def test_an_account_that_may_not_ask_administers_nothing(code: str):
    assert asking(refusal(code)).administers() == frozenset()


@pytest.mark.parametrize("answer", [refusal("TooManyRequestsException"), {}], ids=["throttled", "empty"])
def test_where_aws_does_not_say_it_is_not_known_and_the_management_account_is_asked_instead(answer: Any):
    aws = asking(answer)
    for _ in range(2):
        with pytest.raises(SkipAndNote, match=QUESTION):
            aws.administers()
    before = asked(aws)
    with pytest.raises(SkipAndNote) as refused:
        aws.delegated("iam", IAM, MANAGEMENT)
    assert (refused.value.cause, asked(aws)) == (UNSET, before)


def test_what_somebody_else_asked_is_asked_no_more():
    aws = asking({"DelegatedServices": []})
    aws.knows(frozenset({IAM}))
    assert (aws.administers(), asked(aws)) == ({IAM}, 0)
