"""Whom a role lets in, and under which conditions."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.aws.trust import TrustedKind, is_identity_centers_own, trusted

GITHUB = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"


def trust(principal, *, action="sts:AssumeRole", effect="Allow", condition=None):
    said = {"Effect": effect, "Principal": principal, "Action": action}
    return json.dumps({"Statement": [said | ({"Condition": condition} if condition else {})]})


@pytest.mark.parametrize(
    ("principal", "kind", "account"),
    [
        ("*", TrustedKind.ANYONE, ""),
        ({"AWS": "*"}, TrustedKind.ANYONE, ""),
        ({"AWS": "111111111111"}, TrustedKind.ACCOUNT, "111111111111"),
        ({"AWS": "arn:aws:iam::111111111111:root"}, TrustedKind.ACCOUNT, "111111111111"),
        ({"AWS": "arn:aws:iam::111111111111:role/a/b"}, TrustedKind.PRINCIPAL, "111111111111"),
        ({"AWS": "arn:aws-cn:iam::111111111111:user/root"}, TrustedKind.PRINCIPAL, "111111111111"),
        ({"AWS": "AROAGONE"}, TrustedKind.PRINCIPAL, ""),
        ({"Federated": "arn:aws:iam::111111111111:saml-provider/a"}, TrustedKind.SAML, "111111111111"),
        ({"Federated": GITHUB}, TrustedKind.OIDC, "111111111111"),
        ({"Federated": "cognito-identity.amazonaws.com"}, TrustedKind.OIDC, ""),
        ({"Service": "ec2.amazonaws.com"}, TrustedKind.SERVICE, ""),
        ({"CanonicalUser": "ab" * 32}, TrustedKind.CANONICAL, ""),
    ],
)
def test_a_principal_is_what_its_spelling_says(principal, kind, account):
    (one,) = trusted(trust(principal, action="sts:*"))
    assert (one.kind, one.account, one.conditions) == (kind, account, ())
    assert one.value in json.dumps(principal)


@pytest.mark.parametrize(
    ("action", "lets_in"),
    [
        ("sts:AssumeRole", True),
        ("sts:AssumeRoleWithWebIdentity", True),
        ("sts:AssumeRoleWith*", True),
        (["sts:TagSession", "STS:assumerole"], True),
        ("*", True),
        ("sts:TagSession", False),
        ("sts:SetSourceIdentity", False),
    ],
)
def test_only_what_lets_somebody_assume_the_role_counts(action, lets_in):
    assert bool(trusted(trust({"AWS": "111111111111"}, action=action))) is lets_in


def test_a_deny_lets_nobody_in_and_shuts_nobody_out():
    allowed = json.loads(trust({"AWS": "111111111111"}))["Statement"]
    denied = json.loads(trust("*", effect="Deny", condition={"Null": {"sts:ExternalId": "true"}}))["Statement"]
    assert [one.value for one in trusted(json.dumps({"Statement": allowed + denied}))] == ["111111111111"]


def test_all_but_some_principals_are_anyone():
    text = json.dumps({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "111111111111"}, "Action": "sts:*"}})
    assert [one.kind for one in trusted(text)] == [TrustedKind.ANYONE]


def test_each_principal_stands_once():
    principal = {"AWS": ["111111111111", "222222222222", "111111111111"]}
    assert [one.account for one in trusted(trust(principal))] == ["111111111111", "222222222222"]


def test_conditions_stand_in_words_and_an_external_id_without_its_value():
    condition = {
        "StringEquals": {"STS:externalid": "secret", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        "StringLike": {"token.actions.githubusercontent.com:sub": ["repo:corp/a:*", "repo:corp/b:*"]},
        "ArnNotLike": {"aws:principalarn": "arn:aws:iam::*:user/*"},
    }
    (one,) = trusted(trust({"Federated": GITHUB}, action="sts:AssumeRoleWithWebIdentity", condition=condition))
    assert one.conditions == (
        "aws:PrincipalArn not arn:aws:iam::*:user/*",
        "sts:ExternalId",
        "token.actions.githubusercontent.com:aud sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub repo:corp/a:*, repo:corp/b:*",
    )


def test_the_provider_of_identity_center_is_known():
    assert is_identity_centers_own("arn:aws:iam::111111111111:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")
    assert not is_identity_centers_own("arn:aws:iam::111111111111:saml-provider/okta")


@given(st.text())
def test_nothing_but_a_value_error_comes_of_any_text(text):
    with pytest.raises(ValueError, match=r"."):
        trusted(text)
