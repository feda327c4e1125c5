"""The demo's OpenID provider: a code counts once, tokens are signed, and whoever names nobody chooses."""

from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from orgwarden.demo.sign_in import OPERATOR, demo_people, serving

PEOPLE = {"astrid": "Astrid <Solheim>", OPERATOR: "Whoever runs it"}
ASKED = {"client_id": "airflow", "redirect_uri": "http://airflow/back", "state": "s", "nonce": "n"}


@pytest.fixture(scope="module")
def provider():
    with serving(PEOPLE) as served:
        yield served


@pytest.fixture
def described(provider):
    return httpx.get(f"{provider.issuer}/.well-known/openid-configuration").json()


def code_of(described, person):
    answer = httpx.get(described["authorization_endpoint"], params={**ASKED, "login_hint": person})
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (answer.status_code, query["state"]) == (302, ["s"])
    return query["code"][0]


def test_whoever_names_themselves_gets_a_token_that_is_signed_for_this_client(described, provider):
    told = httpx.post(described["token_endpoint"], data={"code": code_of(described, "astrid")}, auth=("airflow", "x"))
    keys = jwt.PyJWKSet.from_dict(httpx.get(described["jwks_uri"]).json())
    claims = jwt.decode(
        told.json()["id_token"], keys["demo"].key, algorithms=["RS256"], audience="airflow", issuer=provider.issuer
    )
    assert (claims["sub"], claims["nonce"], claims["groups"]) == ("demo|astrid", "n", ["aws-custodians"])
    bearer = {"Authorization": f"Bearer {told.json()['access_token']}"}
    assert httpx.get(described["userinfo_endpoint"], headers=bearer).json()["preferred_username"] == "astrid"


def test_a_code_counts_once_and_for_the_client_that_asked(described):
    code = code_of(described, OPERATOR)
    for client, status in (("airflow", 200), ("airflow", 400)):
        answer = httpx.post(described["token_endpoint"], data={"code": code, "client_id": client})
        assert answer.status_code == status
    other = httpx.post(described["token_endpoint"], data={"code": code_of(described, OPERATOR), "client_id": "other"})
    assert other.status_code == 400


def test_nobody_is_told_about_without_a_token(described):
    assert httpx.get(described["userinfo_endpoint"]).status_code == 401


def test_whoever_names_nobody_chooses_among_the_people(described):
    page = httpx.get(described["authorization_endpoint"], params={**ASKED, "login_hint": "mallory"})
    assert page.status_code == 200
    assert "Astrid &lt;Solheim&gt;" in page.text
    assert "login_hint=astrid" in page.text


def test_its_people_are_those_of_the_demos_baseline_and_who_runs_it():
    assert {"astrid", "henrik", OPERATOR} <= set(demo_people())
