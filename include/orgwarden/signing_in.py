"""Who somebody is by what the company's OpenID provider says of them, and what they may be: settings and claims, pure.

Nothing of it knows Airflow; ``on_airflow.signing_in`` does with it what Airflow wants.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orgwarden.errors import BadInput

# The last word of the address that the provider sends people back to: …/auth/oauth-authorized/oidc.
PROVIDER = "oidc"
PREFIX = "ORGWARDEN_OIDC_"
DEFAULTS = {"SCOPE": "openid profile", "GROUPS_CLAIM": "groups", "SIGN_IN_CLAIM": "preferred_username"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """The OpenID provider: where it is, what this Airflow is to it, and which claims say who somebody is.

    ``roles`` has Airflow's roles by the provider's groups; ``sign_in_claim`` is what ``people.*.sign_in`` says.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: Mapping[str, tuple[str, ...]]
    scope: str
    groups_claim: str
    sign_in_claim: str


def read(environ: Mapping[str, str]) -> Provider:
    """Read the settings ``ORGWARDEN_OIDC_<NAME>``; an empty value counts as none. Raises ``BadInput``."""
    given = DEFAULTS | {n.removeprefix(PREFIX): v for n, v in environ.items() if n.startswith(PREFIX) and v}
    return Provider(
        issuer=_issuer(_needed(given, "ISSUER")),
        client_id=_needed(given, "CLIENT_ID"),
        client_secret=_needed(given, "CLIENT_SECRET"),
        roles=_roles(_needed(given, "ROLES")),
        scope=_scope(given["SCOPE"]),
        groups_claim=given["GROUPS_CLAIM"],
        sign_in_claim=given["SIGN_IN_CLAIM"],
    )


def person_of(provider: Provider, token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """Give whoever the claims of an ID token and of userinfo are about, as Airflow's table of people has them.

    No address is taken over: what Airflow does not need does not lie in its database. Raises ``BadInput``.
    """
    if not token.get("sub") or token["sub"] != userinfo.get("sub"):
        raise BadInput("the provider's ID token and its userinfo are about two people, or no one")
    claims = {**userinfo, **token}
    sign_in = claims.get(provider.sign_in_claim)
    if not isinstance(sign_in, str) or not sign_in.strip():
        raise BadInput(
            f"the provider says no {provider.sign_in_claim}: add a scope that gives it ({PREFIX}SCOPE), "
            f"or name another claim that never changes hands ({PREFIX}SIGN_IN_CLAIM)"
        )
    groups = claims.get(provider.groups_claim, [])
    return {
        "username": sign_in,
        "first_name": str(claims.get("name", sign_in)),
        "last_name": "",
        "email": "",
        "role_keys": [str(group) for group in groups] if isinstance(groups, list) else [str(groups)],
    }


def _needed(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise BadInput(f"{PREFIX}{name} is not set: see docs/adr/0017-sign-in-in-production.md")
    return given[name]


def _issuer(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise BadInput(f"{PREFIX}ISSUER is {text!r}: give the provider's address, such as https://login.corp.example")
    return text.rstrip("/")


def _scope(text: str) -> str:
    if "openid" not in text.split():
        raise BadInput(f"{PREFIX}SCOPE is {text!r}: without openid the provider does not say who somebody is")
    return text


def _roles(text: str) -> dict[str, tuple[str, ...]]:
    """Read ``group=Role,group=Role``; a group that stands twice has both."""
    roles: dict[str, tuple[str, ...]] = {}
    for pair in text.split(","):
        group, _, role = (word.strip() for word in pair.rpartition("="))
        if not group or not role:
            raise BadInput(f"{PREFIX}ROLES has {pair!r}: write GROUP=ROLE pairs, such as aws-custodians=Respondent")
        roles[group] = (*roles.get(group, ()), role)
    return roles
