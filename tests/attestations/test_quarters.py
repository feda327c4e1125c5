import pytest

from orgwarden.attestations.quarters import after, due, quarter_of
from orgwarden.errors import BadInput
from orgwarden.model import Period


@pytest.mark.parametrize(
    ("month", "quarter"),
    [("2026-01", "2026-Q1"), ("2026-04", "2026-Q2"), ("2026-07", "2026-Q3"), ("2026-10", "2026-Q4")],
)
def test_a_month_that_opens_a_quarter_is_about_it(month, quarter):
    assert quarter_of(Period(month)) == Period(quarter)
    assert f"{Period(quarter).first_day:%Y-%m}" == month


@pytest.mark.parametrize(("month", "opening"), [("2026-02", "2026-01"), ("2026-12", "2026-10"), ("2026-06", "2026-04")])
def test_a_month_in_the_midst_of_a_quarter_is_refused_with_the_one_that_opens_it(month, opening):
    with pytest.raises(BadInput, match=f"such as {opening}$"):
        quarter_of(Period(month))


def test_a_quarter_is_followed_by_the_next_over_the_year():
    quarters = [Period("2026-Q3")]
    for _ in range(3):
        quarters.append(after(quarters[-1]))
    assert [one.text for one in quarters] == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2"]
    assert quarter_of(quarters[0]) == quarters[0]
    assert [after(quarters[0], many).text for many in (2, 4, 6)] == ["2027-Q1", "2027-Q3", "2028-Q1"]
    assert [after(quarters[0], -many).text for many in (1, 3)] == ["2026-Q2", "2025-Q4"]


def test_answers_are_due_so_many_days_after_a_quarter_begins():
    assert str(due(Period("2026-Q4"), 30)) == "2026-10-31"
