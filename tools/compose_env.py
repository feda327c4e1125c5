"""Prints an .env for docker-compose.yaml, with every secret made anew: ``python3 tools/compose_env.py > .env``.

``--demo`` fills in the rest, too, for the demo organization. ``--check .env`` says everything that is still missing,
of which Compose tells the first alone. It knows the standard library alone, and what has to be told from .env.example
and docker-compose.yaml, which say what each name is for.
"""

import argparse
import base64
import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = {
    "AIRFLOW_BASE_URL": "http://localhost:8080",
    "AIRFLOW_COOKIE_SECURE": "False",
    "ORGWARDEN_BASELINE_FOLDER": "./include/orgwarden/demo/baseline",
    "ORGWARDEN_MANAGEMENT_ROLE_ARN": "arn:aws:iam::123456789012:role/orgwarden-management-read",
    "ORGWARDEN_AUDIT_MEMBER_ROOT": "member_role",
    "ORGWARDEN_COST_EXPLORER": "on",
    # It is ours alone, and answers as fast as it is asked.
    "ORGWARDEN_RATE_SHARE": "20",
    "ORGWARDEN_DNS": "demo-organization:5653",
    "AIRFLOW_CONN_ORGWARDEN_SMTP": "smtp://demo-mail:5625/?from_email=orgwarden%40northwind.example"
    "&disable_ssl=true&disable_tls=true&retry_limit=0",
    "AWS_ENDPOINT_URL": "http://demo-organization:5600",
    "AWS_ACCESS_KEY_ID": "AKIADEMOSECOPS000001",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/opt/airflow/demo-aws.cfg",
    "AWS_EC2_METADATA_DISABLED": "true",
    "ORGWARDEN_OIDC_ISSUER": "http://sign-in.localhost:5680",
    "ORGWARDEN_OIDC_CLIENT_ID": "airflow",
    "ORGWARDEN_OIDC_ROLES": "aws-custodians=Respondent,airflow-operators=Admin",
}
# Whoever made a key anew would lose what was hashed, encrypted or signed by the old one.
MADE = {
    "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "AIRFLOW_API_SECRET_KEY": lambda: secrets.token_hex(32),
    "AIRFLOW_JWT_SECRET": lambda: secrets.token_hex(64),
    "AIRFLOW_DB_PASSWORD": lambda: secrets.token_hex(32),
    "ORGWARDEN_DB_PASSWORD": lambda: secrets.token_hex(32),
    "POSTGRES_PASSWORD": lambda: secrets.token_hex(32),
    "REDIS_PASSWORD": lambda: secrets.token_hex(32),
    "ORGWARDEN_HASH_KEY": lambda: secrets.token_hex(32),
}


def lines(*, demo: bool, example: str) -> list[str]:
    """Give the lines of .env.example, with the secrets made and, for the demo, the rest filled in."""
    known = {name: make() for name, make in MADE.items()}
    if demo:
        known |= DEMO | {"ORGWARDEN_OIDC_CLIENT_SECRET": secrets.token_hex(32)}
    return [_filled(line, known) for line in example.splitlines()]


def _filled(line: str, known: dict[str, str]) -> str:
    """Give a line with its value, where one is known; what stands there as a comment is then none."""
    name, is_setting, _ = line.removeprefix("#").partition("=")
    return f"{name}={known[name]}" if is_setting and name in known else line


def missing(told: str, compose: str) -> dict[str, str]:
    """Give what an .env does not say and the Compose file has to know, with what that says of it.

    The environment counts, too, as it does for Compose.
    """
    pairs = (line.partition("=") for line in told.splitlines() if not line.startswith("#"))
    known = {name.strip(): value.strip() for name, _, value in pairs} | os.environ
    needed = dict(re.findall(r"\$\{(\w+):\?([^}]*)\}", compose))
    return {name: said for name, said in needed.items() if not known.get(name)}


def check(file: Path) -> int:
    """Say everything that is missing; give 0 where nothing is, else 1."""
    try:
        told = file.read_text()
    except OSError as error:
        sys.stderr.write(f"{file} cannot be read ({error.strerror}): python3 tools/compose_env.py > .env makes it\n")
        return 2
    lacking = missing(told, (ROOT / "docker-compose.yaml").read_text())
    for name, said in lacking.items():
        sys.stderr.write(f"{name} is missing: {said}\n")
    sys.stderr.write("" if lacking else "Nothing is missing.\n")
    return 1 if lacking else 0


def main() -> int:
    """Print the file; refuse to print secrets where somebody reads along."""
    parser = argparse.ArgumentParser(prog="tools/compose_env.py", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="for the demo organization: nothing is left to fill in")
    parser.add_argument("--check", type=Path, metavar="FILE", help="make nothing; say what a file lacks (exits with 1)")
    given = parser.parse_args()
    if given.check:
        return check(given.check)
    if os.isatty(sys.stdout.fileno()):
        sys.stderr.write("It holds secrets: write it to a file, python3 tools/compose_env.py > .env\n")
        return 2
    told = lines(demo=given.demo, example=(ROOT / ".env.example").read_text())
    sys.stdout.write("\n".join([*told, ""]))
    settings = (line.partition("=") for line in told if not line.startswith("#"))
    left = [name for name, is_setting, value in settings if is_setting and not value]
    sys.stderr.write(f"Fill in: {', '.join(left)}\n" if left else "Nothing is left to fill in.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
