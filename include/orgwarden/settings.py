"""What may be set from outside, read once from the environment; a wrong value is told with its remedy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir

from orgwarden.errors import BadInput

# The role that the template for member accounts makes.
MEMBER_ROLE = "orgwarden-member-read"
# How root users of member accounts are looked at; not at all unless it is asked for.
AUDITS = ("assume_root", "member_role")
# Where the files of a bill are kept while they are read; it may be emptied at any time.
STAGE = Path(gettempdir(), "orgwarden-billing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings, each of the environment variable ``ORGWARDEN_<NAME>``; ``None`` where nothing was said.

    ``audit_member_root`` is empty, ``assume_root`` or ``member_role``; ``cost_explorer`` allows its paid requests,
    ``cost_explorer_cap`` of them in a run. ``billing_export`` is where the bill is delivered, a path or an S3 URI,
    empty where the newest snapshot tells it; ``billing_stage`` is the folder in which its files are kept meanwhile.
    """

    store: str | None
    database_url: str | None
    baseline: Path | None
    hash_key: str | None = field(repr=False)
    new_hash_key: str | None = field(repr=False)
    management_role_arn: str | None
    member_role: str
    audit_member_root: str
    cost_explorer: bool
    cost_explorer_cap: int
    dns: tuple[str, int] | None
    rate_share: float
    patience: float
    billing_memory: str
    billing_export: str
    billing_stage: Path


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings; an empty value counts as none. Raises ``BadInput``."""
    given = {name.removeprefix("ORGWARDEN_"): v for name, v in environ.items() if name.startswith("ORGWARDEN_") and v}
    baseline = given.get("BASELINE")
    return Settings(
        store=given.get("STORE"),
        database_url=given.get("DATABASE_URL"),
        baseline=Path(baseline.removeprefix("file://")) if baseline else None,
        hash_key=given.get("HASH_KEY"),
        new_hash_key=given.get("NEW_HASH_KEY"),
        management_role_arn=_role(given.get("MANAGEMENT_ROLE_ARN")),
        member_role=given.get("MEMBER_ROLE", MEMBER_ROLE),
        audit_member_root=_one_of("AUDIT_MEMBER_ROOT", given.get("AUDIT_MEMBER_ROOT", ""), AUDITS),
        cost_explorer=_one_of("COST_EXPLORER", given.get("COST_EXPLORER", "off"), ("on", "off")) == "on",
        cost_explorer_cap=_whole("COST_EXPLORER_CAP", given.get("COST_EXPLORER_CAP", "50")),
        dns=_address(given.get("DNS")),
        rate_share=_positive("RATE_SHARE", given.get("RATE_SHARE", "0.7")),
        patience=_positive("PATIENCE", given.get("PATIENCE", "120")),
        billing_memory=_size("BILLING_MEMORY", given.get("BILLING_MEMORY", "2GB")),
        billing_export=_place("BILLING_EXPORT", given.get("BILLING_EXPORT", "")),
        billing_stage=Path(_local(given.get("BILLING_STAGE", "")) or STAGE),
    )


def needed(value: str | None, name: str, why: str) -> str:
    """Give a setting that the command at hand cannot do without. Raises ``BadInput``."""
    if not value:
        raise BadInput(f"ORGWARDEN_{name} is not set: {why}")
    return value


def _role(arn: str | None) -> str | None:
    if arn and not (arn.startswith("arn:") and ":role/" in arn):
        raise BadInput(
            f"ORGWARDEN_MANAGEMENT_ROLE_ARN is {arn!r}: give a role's ARN, arn:aws:iam::<account>:role/<name>"
        )
    return arn


def _one_of(name: str, text: str, known: Sequence[str]) -> str:
    if text and text not in known:
        raise BadInput(f"ORGWARDEN_{name} is {text!r}: give {' or '.join(known)}, or leave it unset")
    return text


def _address(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":") if ":" in text else (text, "", "53")
    if not (host and port.isdigit()):
        raise BadInput(f"ORGWARDEN_DNS is {text!r}: give the DNS server as host:port, such as 10.0.0.2:53")
    return host.strip("[]"), int(port)


def _positive(name: str, text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not float(text):
        raise BadInput(f"ORGWARDEN_{name} is {text!r}: give a number above 0")
    return float(text)


def _place(name: str, text: str) -> str:
    if "://" in text and not text.startswith(("s3://", "file://")):
        raise BadInput(f"ORGWARDEN_{name} is {text!r}: give a folder, or s3://bucket/prefix")
    return _local(text)


def _local(text: str) -> str:
    return text.removeprefix("file://")


def _size(name: str, text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,5}(MB|GB)", text):
        raise BadInput(f"ORGWARDEN_{name} is {text!r}: give a size such as 2GB or 800MB")
    return text


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise BadInput(f"ORGWARDEN_{name} is {text!r}: give a whole number, such as 50")
    return int(text)
