"""A bill passes its gate unless what makes every number wrong is wrong."""

from typing import Any

import pytest

from orgwarden.collect import bill_gate
from orgwarden.model import Period

OCTOBER = Period("2026-10")
KIND = {"currency": "USD", "period": "2026-10", "lines": 3, "without_amount": 0, "wrong_sign": 0}
WHOLE = {"lines": 3, "without_account": 0.0, "without_service": 0.2, "without_day": 0.0}
TOTAL = {"payer": "1", "currency": "USD", "lines_apart": 0, "amount_apart": 0}


def failing(**changed: Any) -> list[str]:
    """Give what does not hold of a sound bill in which something is different."""
    rows = {"kinds": KIND, "whole": WHOLE, "totals": TOTAL}
    frames = {name: [{key: changed.get(key, value) for key, value in row.items()}] for name, row in rows.items()}
    return [check.says for check in bill_gate.check(frames, OCTOBER).checks if not check.holds]


def test_a_sound_bill_passes_and_each_frame_has_a_page():
    frames = {"kinds": [KIND], "whole": [WHOLE], "totals": [TOTAL]}
    gated = bill_gate.check(frames, OCTOBER)
    assert all(check.holds for check in gated.checks)
    assert set(gated.pages) == {"index.html", "kinds.html", "whole.html", "totals.html"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"currency": "dollars"}, "a currency is three letters"),
        ({"period": "2026-09"}, "every line is billed in 2026-10"),
        ({"without_amount": 1}, "every line has an amount"),
        ({"wrong_sign": 1}, "usage costs something, and credits, refunds and discounts give something back"),
        ({"lines": 0}, "the bill has lines"),
        ({"without_account": 0.6}, "at most 50% of the lines have no account"),
        ({"without_day": 1.0}, "at most 50% of the lines have no day"),
        ({"lines_apart": 1}, "the ledger is made of every line, and of each once"),
        ({"amount_apart": 1}, "the ledger comes to what its lines come to"),
    ],
)
def test_what_makes_every_number_wrong_is_told(changed: dict[str, Any], says: str):
    assert failing(**changed) == [says]
