"""The gate of a bill: is what was staged, and the ledger made of it, fit to be judged and published.

What a check of the bill judges is left to the check: the gate stops what makes every number wrong.
"""

from typing import Any

from orgwarden.collect.gate import Frames, Gated, held
from orgwarden.model import Period

# More lines than that without an account, a service or a day: a column was misread.
MOST_BLANK = 0.5
CURRENCY = r"^[A-Z]{3}$"


def check(frames: Frames, period: Period) -> Gated:
    """Hold the frames of ``billing.frames`` against every expectation."""
    return held(frames, lambda: _expectations(period))


def _expectations(period: Period) -> dict[str, list[Any]]:
    from great_expectations import expectations as expect

    def is_always(column: str, value: str | int, says: str) -> Any:
        return expect.ExpectColumnValuesToBeInSet(column=column, value_set=[value], meta={"says": says})

    def is_at_most(column: str, most: float, says: str) -> Any:
        return expect.ExpectColumnValuesToBeBetween(column=column, max_value=most, meta={"says": says})

    half = f"at most {MOST_BLANK:.0%} of the lines have no"
    return {
        "kinds": [
            expect.ExpectColumnValuesToMatchRegex(
                column="currency", regex=CURRENCY, meta={"says": "a currency is three letters"}
            ),
            is_always("period", period.text, f"every line is billed in {period}"),
            is_always("without_amount", 0, "every line has an amount"),
            is_always("wrong_sign", 0, "usage costs something, and credits, refunds and discounts give something back"),
        ],
        "whole": [
            expect.ExpectColumnValuesToBeBetween(column="lines", min_value=1, meta={"says": "the bill has lines"}),
            *(is_at_most(f"without_{what}", MOST_BLANK, f"{half} {what}") for what in ("account", "service", "day")),
        ],
        "totals": [
            is_always("lines_apart", 0, "the ledger is made of every line, and of each once"),
            is_always("amount_apart", 0, "the ledger comes to what its lines come to"),
        ],
    }
