#!/bin/sh
# Run once by PostgreSQL's image, as its administrator, when the data folder is made: one database for Airflow and one
# for findings, each with an owner of its own, and neither open to the other's. Passwords go by the environment: psql
# reads them there itself, so that none stands in a list of processes.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv airflow AIRFLOW_DB_PASSWORD
\getenv orgwarden ORGWARDEN_DB_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE orgwarden LOGIN PASSWORD :'orgwarden';
CREATE DATABASE airflow OWNER airflow ENCODING 'UTF8' TEMPLATE template0;
CREATE DATABASE orgwarden OWNER orgwarden ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE orgwarden FROM PUBLIC;
SQL
