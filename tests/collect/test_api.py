"""An answer, "there is none", later, a gap or a stop: no error of AWS leaves as anything else."""

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from pydantic import BaseModel

from orgwarden.collect.api import Api, Denied, Missing
from orgwarden.errors import RetryLater, SkipAndNote, StopAndTell
from tests.collect.fakes import FakeClient, FakeTime, refusal


class Answer(BaseModel):
    Name: str
    NextToken: str | None = None


def api(*answers, patience: float = 120.0) -> tuple[Api, FakeTime]:
    """An API that gives one answer after the other, and the last one for ever."""
    queue, time = list(answers), FakeTime()
    client = FakeClient({"Get": lambda **_: queue.pop(0) if len(queue) > 1 else queue[0]})
    return Api("thing", client, share=1000, patience=patience, now=time.now, sleep=time.sleep), time


def test_an_answer_comes_in_its_shape_and_is_counted():
    thing, _ = api({"Name": "x", "More": 1})
    assert thing.call("Get", Answer).Name == "x"
    assert thing.calls == {"Get": 1}


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_a_denial_is_a_gap_that_names_the_grant(code: str):
    with pytest.raises(SkipAndNote, match=rf"thing:Get was denied \({code}\): grant it"):
        api(refusal(code, 403))[0].call("Get", Answer)


def test_none_is_an_answer_only_by_the_code_that_says_so():
    with pytest.raises(Missing):
        api(refusal("NotFound", 404))[0].call("Get", Answer, missing="NotFound")
    with pytest.raises(SkipAndNote, match=r"failed \(404\)"):
        api(refusal("404", 404))[0].call("Get", Answer, missing="NotFound")


def test_throttling_is_borne_and_the_answer_counts():
    thing, time = api(refusal("TooManyRequestsException", 429), refusal("ThrottlingException"), {"Name": "x"})
    assert thing.call("Get", Answer).Name == "x"
    assert len(time.slept) == 2


def test_what_retry_after_asks_for_is_waited():
    thing, time = api(refusal("TooManyRequestsException", 429, headers={"retry-after": "7"}), {"Name": "x"})
    thing.call("Get", Answer)
    assert time.slept == [7]


def test_throttling_past_patience_is_a_gap_and_the_next_calls_give_up_soon():
    thing, time = api(refusal("TooManyRequestsException", 429), patience=60)
    with pytest.raises(SkipAndNote, match="throttled past patience"):
        thing.call("Get", Answer)
    assert 60 <= time.at < 80
    before = thing.calls["Get"]
    with pytest.raises(SkipAndNote, match="throttled past patience"):
        thing.call("Get", Answer)
    assert thing.calls["Get"] - before == 3


def test_a_failing_server_is_asked_again_and_then_a_gap():
    assert api(refusal("ServiceException", 400), refusal("503", 503), {"Name": "x"})[0].call("Get", Answer).Name == "x"
    thing, _ = api(refusal("InternalServerException", 500))
    with pytest.raises(SkipAndNote, match=r"failed \(InternalServerException\)"):
        thing.call("Get", Answer)
    assert thing.calls["Get"] == 5


@pytest.mark.parametrize("answer", [{}, {"Name": None}, {"Name": 5}, [], ResponseParserError("<html>"), KeyError("x")])
def test_an_answer_that_does_not_parse_is_a_gap_and_never_empty(answer: object):
    with pytest.raises(SkipAndNote, match="does not parse"):
        api(answer)[0].call("Get", Answer)


def test_an_unreachable_service_is_for_later():
    with pytest.raises(RetryLater, match="thing cannot be reached"):
        api(EndpointConnectionError(endpoint_url="http://x"))[0].call("Get", Answer)


def test_a_call_that_is_never_answered_is_a_gap():
    with pytest.raises(SkipAndNote, match="thing:Get gave no answer"):
        api(ReadTimeoutError(endpoint_url="http://x"))[0].call("Get", Answer)


@pytest.mark.parametrize("error", [refusal("ExpiredToken", 403), refusal("InvalidClientTokenId"), NoCredentialsError()])
def test_bad_credentials_stop_everything_with_a_remedy(error: Exception):
    with pytest.raises(StopAndTell, match="sign in"):
        api(error)[0].call("Get", Answer)


def test_empty_pages_are_followed_and_a_token_that_repeats_is_a_gap():
    thing, _ = api({"Name": "", "NextToken": "a"}, {"Name": "x"})
    assert [page.Name for page, _ in thing.pages("Get", Answer)] == ["", "x"]
    with pytest.raises(SkipAndNote, match="one page token twice"):
        list(api({"Name": "", "NextToken": "a"})[0].pages("Get", Answer))


def test_none_may_be_said_by_several_codes():
    for code in ("NotFound", "NotOn"):
        with pytest.raises(Missing):
            api(refusal(code))[0].call("Get", Answer, missing={"NotFound", "NotOn"})


def test_a_denial_can_be_told_from_other_gaps():
    with pytest.raises(Denied):
        api(refusal("AccessDenied", 403))[0].call("Get", Answer)
