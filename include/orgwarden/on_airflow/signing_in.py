"""How people come into a production Airflow: by the company's OpenID provider, known by the id that it has for them.

Airflow's FAB auth manager knows people by the numbers of rows in its table, which nobody can write into a baseline and
which mean somebody else in the next database. Here they are known by the claim of their sign-in, so a task that waits
for ``astrid`` waits for whoever the provider calls so. It is imported in production alone: the demo and the tests have
another auth manager, and no FAB.
"""

import logging
from collections.abc import Mapping
from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager  # noqa: TID253 - it is what this is one of
from airflow.providers.fab.auth_manager.security_manager.override import (  # noqa: TID253 - the same
    FabAirflowSecurityManagerOverride,
)
from airflow.providers.fab.www.security.permissions import RESOURCE_HITL_DETAIL  # noqa: TID253 - the same
from flask_appbuilder.const import AUTH_OAUTH

from orgwarden.errors import BadInput
from orgwarden.signing_in import PROVIDER, Provider, person_of, read

log = logging.getLogger(__name__)


class SignIn(FabAuthManager):  # type: ignore[misc]  # FAB is not there where types are checked
    """FAB's auth manager, with people known by their sign-in, and answers open to whoever may do nothing else."""

    def get_fastapi_app(self) -> Any:
        """Give the pages of signing in; never those of passwords, which Airflow falls back to without a word."""
        app = super().get_fastapi_app()
        if self.flask_app is None or self.flask_app.config.get("AUTH_TYPE") != AUTH_OAUTH:
            raise BadInput(
                "AIRFLOW__FAB__CONFIG_FILE leads to no webserver_config.py that was read: nobody may come in"
            )
        return app

    def deserialize_user(self, token: dict[str, Any]) -> Any:
        """Give whoever a token belongs to; their id is that of their sign-in."""
        user = super().deserialize_user(token)
        user.get_id = lambda: user.username
        return user

    def is_authorized_dag(
        self, *, method: Any, user: Any, access_entity: DagAccessEntity | None = None, details: Any = None
    ) -> bool:
        """Let people answer who see the workflow and may answer; FAB wants them to be able to change it, too."""
        if access_entity is not DagAccessEntity.HITL_DETAIL or method != "PUT":
            return bool(
                super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details)
            )
        may_answer = self._is_authorized(method=method, resource_type=RESOURCE_HITL_DETAIL, user=user)
        return bool(may_answer and super().is_authorized_dag(method="GET", user=user, details=details))


class Security(FabAirflowSecurityManagerOverride):  # type: ignore[misc]  # the same
    """FAB's security, which takes of what the provider says no more than Airflow needs."""

    def get_oauth_user_info(self, provider: str, resp: dict[str, Any]) -> dict[str, Any]:
        """Give the row of whoever signed in; empty, and so refused, where it cannot be known who they are."""
        from flask import current_app

        settings: Provider = current_app.config["ORGWARDEN_PROVIDER"]
        try:
            # Of an ID token whose signature, issuer, audience and nonce were checked.
            return person_of(settings, resp.get("userinfo") or {}, self.oauth_remotes[provider].userinfo(token=resp))
        except BadInput as error:
            log.warning("Nobody was signed in: %s", error)
            return {}


def flask_settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Give what webserver_config.py says. Raises ``BadInput``."""
    told = read(environ)
    return {
        "AUTH_TYPE": AUTH_OAUTH,
        "AUTH_ROLES_MAPPING": {group: list(roles) for group, roles in told.roles.items()},
        # Who was taken out of a group is out of its role when they next sign in.
        "AUTH_ROLES_SYNC_AT_LOGIN": True,
        "AUTH_USER_REGISTRATION": True,
        # Whoever is in no group that has a role may come in, and sees nothing.
        "AUTH_USER_REGISTRATION_ROLE": "Public",
        "SECURITY_MANAGER_CLASS": Security,
        "ORGWARDEN_PROVIDER": told,
        "OAUTH_PROVIDERS": [
            {
                "name": PROVIDER,
                "icon": "fa-key",
                "token_key": "access_token",
                "remote_app": {
                    "client_id": told.client_id,
                    "client_secret": told.client_secret,
                    "server_metadata_url": f"{told.issuer}/.well-known/openid-configuration",
                    "client_kwargs": {"scope": told.scope, "code_challenge_method": "S256"},
                },
            }
        ],
    }
