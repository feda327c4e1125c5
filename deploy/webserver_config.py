"""Read by Airflow's FAB auth manager ([fab] config_file): people come in by the company's OpenID provider alone."""

import os

from orgwarden.on_airflow.signing_in import flask_settings

globals().update(flask_settings(os.environ))
