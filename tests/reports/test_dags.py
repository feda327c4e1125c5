from pathlib import Path

import pytest

from orgwarden.reports.dags import dags_page

WORKFLOW = '''"""Some review.

Looks at things.
"""

from airflow.sdk import dag, task
from orgwarden import on_airflow as on


@dag(schedule=on.AFTER_INVENTORY, deadline=on.within(hours=2), tags=["x"], doc_md=__doc__, **on.WORKFLOW)
def some_review():
    @task
    def look() -> str: ...

    @task(pool=on.TICKETS_POOL, trigger_rule=TriggerRule.ALL_DONE, outlets=[on.TICKETS])
    def tell(seen: str) -> None: ...

    tell(look())


some_review()
'''


@pytest.fixture
def page(tmp_path):
    (tmp_path / "some_review.py").write_text(WORKFLOW)
    return dags_page(tmp_path)


def test_the_page_says_what_a_workflow_does_and_when(page):
    assert "## Some review (`some_review`)\n\nLooks at things.\n" in page
    assert "Schedule: after inventory. Alert when it is late: 2 hours after its start." in page


def test_the_page_lists_the_tasks_in_their_order(page):
    assert page.endswith("| `look` |  | all success |  |\n| `tell` | tickets | all done | tickets |\n")


def test_each_workflow_of_the_repository_is_on_the_page():
    folder = Path(__file__).parents[2] / "dags"
    page = dags_page(folder)
    assert [file.stem for file in folder.glob("*.py") if f"(`{file.stem}`)" not in page] == []
