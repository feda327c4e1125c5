"""Tells the services that run an organization from those that run a workload, by the names that bills give them."""

import re
from fnmatch import translate
from functools import cache
from importlib.resources import files

LIST = "organization_services.txt"


def is_organization_level(service: str) -> bool:
    """Say whether spend on a service, by product code or name, is no sign of a workload; what is not known is one."""
    return bool(_pattern().fullmatch(service.casefold()))


@cache
def _pattern() -> re.Pattern[str]:
    text = files(__package__).joinpath(LIST).read_text(encoding="utf-8")
    listed = (line.strip() for line in text.splitlines())
    return re.compile("|".join(translate(line.casefold()) for line in listed if line and not line.startswith("#")))
