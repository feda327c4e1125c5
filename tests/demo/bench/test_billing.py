"""The bill that is measured is one that the ledger takes, and its first files are a smaller bill."""

from pathlib import Path

import pytest

from orgwarden.demo.bench import billing


@pytest.mark.slow
def test_a_bill_is_measured_with_tags_in_columns_and_in_a_map(tmp_path: Path) -> None:
    found = list(billing.measured([5_000], tmp_path / "bill", against_pandas=5_000))
    assert [one.tags for one in found] == [billing.FLAT, billing.MAP]
    assert found[0].ledger.rows == found[1].ledger.rows > 100
    assert found[0].pandas
    assert found[0].pandas.rows == found[0].ledger.rows
    assert not (tmp_path / "bill").exists()
