"""Who somebody is by what the provider says: by one claim, of one person, and in the roles of their groups."""

import pytest

from orgwarden.errors import BadInput
from orgwarden.signing_in import person_of, read

TOLD = {
    "ORGWARDEN_OIDC_ISSUER": "https://login.corp.example/",
    "ORGWARDEN_OIDC_CLIENT_ID": "airflow",
    "ORGWARDEN_OIDC_CLIENT_SECRET": "secret",
    "ORGWARDEN_OIDC_ROLES": "custodians=Respondent, platform=Admin,custodians=Viewer",
}
TOKEN = {"sub": "7", "preferred_username": "astrid", "groups": ["custodians"], "email": "astrid@corp.example"}


def test_settings_are_read_with_what_providers_usually_have():
    provider = read({**TOLD, "ORGWARDEN_OIDC_SCOPE": ""})
    assert provider.issuer == "https://login.corp.example"
    assert provider.roles == {"custodians": ("Respondent", "Viewer"), "platform": ("Admin",)}
    assert (provider.scope, provider.groups_claim, provider.sign_in_claim) == (
        "openid profile", "groups", "preferred_username",
    )  # fmt: skip
    assert "secret'" not in repr(provider)


@pytest.mark.parametrize("name", TOLD)
def test_what_is_not_set_is_named(name):
    with pytest.raises(BadInput, match=name):
        read({key: value for key, value in TOLD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [("ISSUER", "login.corp.example"), ("ROLES", "custodians"), ("ROLES", "a=Admin,"), ("SCOPE", "profile email")],
)
def test_what_cannot_be_used_is_refused_with_the_remedy(name, value):
    with pytest.raises(BadInput, match=f"ORGWARDEN_OIDC_{name}"):
        read({**TOLD, f"ORGWARDEN_OIDC_{name}": value})


def test_a_person_is_known_by_the_claim_that_was_chosen_and_no_address_is_kept():
    told = person_of(read(TOLD), TOKEN, {"sub": "7", "name": "Astrid"})
    assert told == {
        "username": "astrid", "first_name": "Astrid", "last_name": "", "email": "", "role_keys": ["custodians"],
    }  # fmt: skip
    by_sub = read({**TOLD, "ORGWARDEN_OIDC_SIGN_IN_CLAIM": "sub"})
    assert person_of(by_sub, TOKEN, {"sub": "7"})["username"] == "7"


def test_claims_of_userinfo_count_where_the_token_has_none():
    told = person_of(read(TOLD), {"sub": "7"}, {"sub": "7", "preferred_username": "astrid", "groups": "custodians"})
    assert (told["username"], told["role_keys"]) == ("astrid", ["custodians"])


@pytest.mark.parametrize(
    ("token", "userinfo"),
    [
        ({}, {}),
        ({"sub": "7"}, {"sub": "8", "preferred_username": "astrid"}),
        ({"preferred_username": "astrid"}, {"preferred_username": "astrid"}),
        ({"sub": "7"}, {"sub": "7"}),
        ({"sub": "7", "preferred_username": " "}, {"sub": "7"}),
        ({"sub": "7", "preferred_username": ["astrid"]}, {"sub": "7"}),
    ],
)
def test_nobody_comes_in_of_whom_it_is_not_known_who_they_are(token, userinfo):
    with pytest.raises(BadInput, match=r"two people|no preferred_username"):
        person_of(read(TOLD), token, userinfo)
