"""Mounts Orgwarden's pages in Airflow, and tells Airflow since when a run is late."""

from airflow.plugins_manager import AirflowPlugin

from orgwarden.on_airflow.lateness import SinceQueued
from orgwarden.on_airflow.pages import app


class OrgwardenPlugin(AirflowPlugin):
    """What waits for whoever is signed in there, who is signed in here, too; as wide as a phone."""

    name = "orgwarden"
    # Without it Airflow starts no run of these workflows.
    deadline_references = [SinceQueued]
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
