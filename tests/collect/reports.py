"""Credential reports as IAM gives them; a test states only what differs from a user without anything."""

KEY = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
PASSWORD = ("password_enabled", "password_last_used", "password_last_changed", "password_next_rotation")
COLUMNS = (
    *("user", "arn", "user_creation_time", *PASSWORD, "mfa_active"),
    *(f"access_key_{slot}_{what}" for slot in (1, 2) for what in KEY),
    *(f"cert_{slot}_{what}" for slot in (1, 2) for what in KEY[:2]),
    "additional_credentials_info",
)
SWITCHES = {"password_enabled", "mfa_active", *(column for column in COLUMNS if column.endswith("_active"))}
MADE = "2024-01-02T03:04:05+00:00"


def row(user: str, account: str = "111111111111", **changed: str) -> dict[str, str]:
    arn = f"arn:aws:iam::{account}:root" if user == "<root_account>" else f"arn:aws:iam::{account}:user/{user}"
    told = {column: "false" if column in SWITCHES else "N/A" for column in COLUMNS}
    return {**told, "user": user, "arn": arn, "user_creation_time": MADE, **changed}


def root(**changed: str) -> dict[str, str]:
    return row("<root_account>", **{"password_last_used": "no_information", **changed})


def report(*rows: dict[str, str]) -> bytes:
    lines = [",".join(COLUMNS), *(",".join(one[column] for column in COLUMNS) for one in rows)]
    return "\n".join(lines).encode()
