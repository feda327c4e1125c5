"""Mounts Orgwarden's pages in Airflow: whoever is signed in there is signed in here."""

from airflow.plugins_manager import AirflowPlugin

from orgwarden.on_airflow.pages import app


class OrgwardenPlugin(AirflowPlugin):
    """What waits for whoever is signed in, as wide as a phone."""

    name = "orgwarden"
    fastapi_apps = [{"app": app, "url_prefix": "/orgwarden", "name": "Orgwarden"}]
    external_views = [
        {
            "name": "Your questions",
            "href": "/orgwarden/mine",
            "destination": "nav",
            "category": "user",
            "url_route": "orgwarden-mine",
        }
    ]
