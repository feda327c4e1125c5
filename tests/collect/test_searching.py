"""That there is none is known only when every Region has said so."""

import pytest

from orgwarden.collect.searching import Regions, first_found
from orgwarden.errors import RetryLater, SkipAndNote
from tests.collect.fake_regions import DENIED, asked_of, regional_aws
from tests.collect.staged import MANAGEMENT


def found(answers: dict, others: tuple[str, ...] = ("eu-west-1",), service: str = "guardduty"):
    """Look where each Region answers as it is told; an error is raised."""

    def ask(region: str):
        answer = answers[region]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return first_found(service, ask, lambda: others)


def test_the_first_region_that_has_it_ends_the_search():
    assert found({"us-east-1": "here"}) == "here"
    assert found({"us-east-1": None, "eu-west-1": "there"}, ("us-east-1", "eu-west-1", "eu-west-2")) == "there"


def test_a_region_that_does_not_say_is_no_bar_to_finding_it_elsewhere_and_no_proof_that_there_is_none():
    refused = SkipAndNote("denied")
    assert found({"us-east-1": refused, "eu-west-1": "there"}) == "there"
    with pytest.raises(SkipAndNote, match="denied"):
        found({"us-east-1": None, "eu-west-1": refused})
    assert found({"us-east-1": None, "eu-west-1": None}) is None


def test_a_region_that_cannot_be_reached_does_not_say_unless_it_does_not_offer_the_service():
    silent = RetryLater("cannot be reached")
    answers = {"us-east-1": None, "us-west-1": silent}
    assert found(answers, ("us-west-1",), service="lightsail") is None
    with pytest.raises(SkipAndNote, match="cannot be reached"):
        found({"us-east-1": None, "eu-west-1": silent})


def test_where_no_region_offers_the_service_nobody_has_said_that_there_is_none():
    silent = RetryLater("cannot be reached")
    with pytest.raises(SkipAndNote, match="offered in no Region"):
        found({"us-east-1": silent, "eu-west-1": silent}, service="devicefarm")


def test_the_regions_are_asked_for_once():
    aws = regional_aws({}, caller=MANAGEMENT, on=("eu-west-1",))
    regions = Regions(aws, MANAGEMENT)
    assert regions() == regions() == ("us-east-1", "eu-west-1")
    assert len(asked_of(aws, "account")) == 1


def test_a_refusal_to_tell_the_regions_holds_for_all_who_ask():
    aws = regional_aws({"ListRegions": lambda **_: DENIED}, caller=MANAGEMENT)
    regions = Regions(aws, MANAGEMENT)
    for _ in range(2):
        with pytest.raises(SkipAndNote, match="denied"):
            regions()
    assert len(asked_of(aws, "account")) == 1
