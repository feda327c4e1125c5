"""An owner gets the statement of each final bill once; what was not taken is sent again, and nothing else is."""

from datetime import UTC, datetime

import pytest

from orgwarden.baseline import Baseline
from orgwarden.errors import RetryLater
from orgwarden.flows.mailing import Letter, NotSent, mail_statements
from orgwarden.reports.finance.publishing import publish
from orgwarden.store import MemoryStore
from tests.reports.finance.packs import pack, row

OWNERS = {"ERP": "anna@corp.example", "Shop": "shop@corp.example", "@Data": None, "Nothing": "none@corp.example"}


def baseline(owners=OWNERS):
    declared = {centre: {"name": "Anna", "mail": mail} for centre, mail in owners.items()}
    return Baseline.model_validate({"billing": {"cost_centres": {"tag_key": "cost-center", "owners": declared}}})


class Post:
    """Takes letters, but those to ``refused``."""

    def __init__(self, *refused):
        self.taken: list[Letter] = []
        self.refused = refused

    def __call__(self, letter):
        if letter.to in self.refused:
            raise NotSent("SMTPRecipientsRefused 550")
        self.taken.append(letter)


@pytest.fixture
def store():
    return MemoryStore()


def mailed(store, post, *packs, declared=None):
    folders = [one.folder for one in packs]
    clock = lambda: datetime(2026, 11, 5, tzinfo=UTC)  # noqa: E731 - short
    return mail_statements(folders, post, store=store, baseline=declared or baseline(), clock=clock)


def test_each_owner_with_an_address_gets_the_page_and_the_workbook_of_their_cost_centre(store):
    made, post = publish(store, pack()), Post()
    assert mailed(store, post, made) == {"mailed": 2, "mailed_before": 0}
    assert [letter.to for letter in post.taken] == ["anna@corp.example", "shop@corp.example"]
    erp = post.taken[0]
    assert erp.subject == "Statement of cost centre ERP for 2026-10"
    assert "FINAL" in erp.text
    assert {name.rpartition(".")[2] for name in erp.files} == {"html", "xlsx"}
    assert all(store.read(f"{made.folder}/statements/{name}") == data for name, data in erp.files.items())
    assert b"Statement of cost centre ERP" in next(data for name, data in erp.files.items() if name.endswith("html"))


def test_nobody_gets_a_statement_twice_and_a_restated_bill_is_another(store):
    made, post = publish(store, pack()), Post()
    mailed(store, post, made)
    assert mailed(store, post, made) == {"mailed": 0, "mailed_before": 2}
    restated = publish(store, pack(row("7", tag_2="ERP"), earlier=False))
    assert mailed(store, post, made, restated) == {"mailed": 1, "mailed_before": 2}
    assert "version 2, in place of final-v1" in post.taken[-1].text


def test_an_estimate_is_mailed_to_nobody(store):
    post = Post()
    assert mailed(store, post, publish(store, pack(status="ESTIMATED"))) == {"mailed": 0, "mailed_before": 0}
    assert post.taken == []


def test_what_was_not_taken_is_named_without_its_address_and_sent_again_alone(store):
    made, post = publish(store, pack()), Post("anna@corp.example")
    with pytest.raises(
        RetryLater, match="1 statements could not be mailed: cost centre ERP: SMTPRecipientsRefused"
    ) as e:
        mailed(store, post, made)
    assert "anna@" not in str(e.value)
    again = Post()
    assert mailed(store, again, made) == {"mailed": 1, "mailed_before": 1}
    assert [letter.to for letter in again.taken] == ["anna@corp.example"]


def test_no_address_is_kept(store):
    made, post = publish(store, pack()), Post()
    mailed(store, post, made)
    notes = [store.read(name) for name in store.names("billing/2026-10/mailed")]
    assert len(notes) == 2
    assert not any(b"@corp.example" in note for note in notes)
    assert "@corp.example" not in repr(post.taken)
