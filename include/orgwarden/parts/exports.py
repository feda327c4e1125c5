"""Where billing data is delivered, and how: what finds the bill without being told where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass

from orgwarden.model import Part

DATA_EXPORTS, LEGACY = "bcm-data-exports", "cur"


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """An export, or a report of before them, as the payer declared it; blank: AWS does not tell.

    ``table`` is what is exported (``COST_AND_USAGE_REPORT``, ``FOCUS_1_2_AWS``; a report of before has none).
    ``file`` is PARQUET or CSV. ``overwrites``: a refresh replaces the files; otherwise each has a folder of its own.
    ``settings`` are those of the table, as AWS spells them. ``status`` is HEALTHY or what AWS says instead,
    ``refreshed`` ISO 8601.
    """

    name: str
    table: str
    bucket: str
    bucket_owner: str
    prefix: str
    region: str
    file: str
    compression: str
    overwrites: bool
    settings: Mapping[str, str]
    status: str
    refreshed: str

    @property
    def uri(self) -> str:
        """Give the folder in which data and manifests lie."""
        folders = (self.bucket, self.prefix.strip("/"), self.name)
        return f"s3://{'/'.join(folder for folder in folders if folder)}"

    @property
    def format(self) -> str:
        """Give CUR or FOCUS; empty for what is no bill."""
        if self.table.startswith("FOCUS"):
            return "FOCUS"
        return "CUR" if self.table in {"", "COST_AND_USAGE_REPORT"} else ""


# By service and name (``bcm-data-exports/monthly``, ``cur/monthly``). A gap under a service: which there are could not
# be read.
EXPORTS: Part[Export] = Part("billing.exports", Export)
