"""Cost Explorer's paid requests are allowed, counted and capped; a question is answered whole or told as a gap."""

from decimal import Decimal
from typing import Any

import pytest

from orgwarden.collect.cost_explorer import Requests, bounds, read
from orgwarden.collect.sessions import Aws
from orgwarden.model import Period
from tests.collect.fakes import refusal
from tests.collect.regional import MANAGEMENT, MEMBER, always, regional_aws

OCTOBER = Period("2026-10")
MONTH = {"Start": "2026-10-01", "End": "2026-11-01"}


def group(*keys: str, amount: Any = "1.000000000000001") -> dict[str, Any]:
    return {"Keys": list(keys), "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}}


def answer(*groups: Any, **more: Any) -> dict[str, Any]:
    return {"ResultsByTime": [{"TimePeriod": MONTH, "Groups": list(groups), "Estimated": False}], **more}


def by_kind(_: str, GroupBy: Any = (), **__: Any) -> Any:
    kind = GroupBy[1]
    return answer(group(MANAGEMENT, "Usage" if kind["Key"] == "RECORD_TYPE" else f"{kind['Key']}$a"))


def aws(told: Any, **more: Any) -> Aws:
    return regional_aws({"ce:GetCostAndUsage": told if callable(told) else always(told)}, **more)


def asked(client: Aws, *tags: str, cap: int = 50, is_allowed: bool = True):
    return read(client, MANAGEMENT, OCTOBER, tags, requests=Requests(cap, is_allowed))


def test_a_month_is_asked_by_record_type_and_by_each_tag():
    client = aws(by_kind)
    found = asked(client, "team", "stage")
    assert [(row.record_type, row.tag_key, row.tag_value) for row in found.rows] == [
        ("Usage", "", ""),
        ("", "team", "a"),
        ("", "stage", "a"),
    ]
    assert {row.amount for row in found.rows} == {Decimal("1.000000000000001")}
    assert (found.gaps, found.requests) == ({}, 3)
    region, _, params = client.session.asked[-1]
    assert (region, params["TimePeriod"], params["Granularity"]) == ("us-east-1", MONTH, "MONTHLY")


def test_without_leave_nothing_is_asked_and_the_setting_is_told():
    client = aws(by_kind)
    found = asked(client, "team", is_allowed=False)
    assert (found.rows, found.requests, client.session.asked) == ((), 0, [])
    assert set(found.gaps) == {"RECORD_TYPE", "TAG team"}
    assert all("ORGWARDEN_COST_EXPLORER=on" in cause for cause in found.gaps.values())


def test_each_page_is_followed_and_counted():
    def pages(_: str, NextPageToken: str = "1", **__: Any) -> Any:
        more = {"NextPageToken": str(int(NextPageToken) + 1)} if NextPageToken != "3" else {}
        return answer(group(MANAGEMENT, f"Type {NextPageToken}"), **more)

    requests = Requests(50)
    found = read(aws(pages), MANAGEMENT, OCTOBER, (), requests=requests)
    assert [row.record_type for row in found.rows] == ["Type 1", "Type 2", "Type 3"]
    assert (found.requests, requests.cost) == (3, Decimal("0.03"))
    assert requests.line == "3 paid requests to Cost Explorer (0.03 USD)"


def test_a_list_that_the_cap_cuts_off_is_a_gap_with_no_rows():
    endless = lambda _, NextPageToken="0", **__: answer(  # noqa: E731 - an answer
        group(MANAGEMENT, "Usage"), NextPageToken=str(int(NextPageToken) + 1)
    )
    client = aws(endless)
    found = asked(client, "team", cap=2)
    assert (found.rows, found.requests) == ((), 2)
    assert set(found.gaps) == {"RECORD_TYPE", "TAG team"}
    assert "ORGWARDEN_COST_EXPLORER_CAP" in found.gaps["RECORD_TYPE"]


def test_a_cap_holds_for_all_questions_of_a_run():
    requests = Requests(3)
    for _ in range(2):
        found = read(aws(by_kind), MANAGEMENT, OCTOBER, ("team",), requests=requests)
    assert (requests.made, found.requests, set(found.gaps)) == (3, 1, {"TAG team"})


def test_a_refused_request_costs_nothing():
    found = asked(aws(refusal("AccessDeniedException")), "team")
    assert found.requests == 0
    assert set(found.gaps) == {"RECORD_TYPE", "TAG team"}


@pytest.mark.parametrize(
    "told",
    [
        refusal("AccessDeniedException"),
        refusal("LimitExceededException"),
        refusal("DataUnavailableException"),
        {},
        {"ResultsByTime": []},
        answer(),
        answer({}),
        answer(group(MANAGEMENT, "Usage", amount="NaN")),
        answer(group(MANAGEMENT, "Usage", amount=1.5)),
        answer(group(MANAGEMENT)),
    ],
    ids=str,
)
def test_what_is_refused_empty_or_broken_is_a_gap_of_its_question_alone(told: Any):
    one = lambda region, GroupBy=(), **more: told if GroupBy[1]["Key"] == "team" else by_kind(region, GroupBy, **more)  # noqa: E731 - an answer
    found = asked(aws(one), "team", "stage")
    assert set(found.gaps) == {"TAG team"}
    assert {row.tag_key for row in found.rows} == {"", "stage"}


def test_without_a_role_the_remedy_is_told():
    found = asked(aws(by_kind, caller=MEMBER))
    assert "ORGWARDEN_MANAGEMENT_ROLE_ARN" in found.gaps["RECORD_TYPE"]


@pytest.mark.parametrize(
    ("month", "end"), [("2026-01", "2026-02-01"), ("2026-11", "2026-12-01"), ("2026-12", "2027-01-01")]
)
def test_a_month_ends_where_the_next_begins(month: str, end: str):
    assert [day.isoformat() for day in bounds(Period(month))] == [f"{month}-01", end]
