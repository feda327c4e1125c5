"""Patterns in which a sign stands for any text, as expressions that no pattern and no text keep busy for long.

IAM, EventBridge and CloudWatch Logs spell their wildcards differently and mean the same.
"""

import re
from collections.abc import Iterable


def around_any(parts: Iterable[str]) -> re.Pattern[str]:
    """Give the expression of parts (expressions themselves) with any text between each two of them.

    A part is taken where it fits first and never tried again, which finds all there is to find.
    """
    first, *rest = parts
    if not rest:
        return re.compile(first, re.DOTALL)
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{between}.*{rest[-1]}", re.DOTALL)
