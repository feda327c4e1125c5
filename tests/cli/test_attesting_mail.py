"""A mail server's report is piped in, and what is due comes out as a calendar; both without Airflow."""

import io
from types import SimpleNamespace

import pytest
import yaml

from orgwarden.attestations.bounces import MARKED
from orgwarden.cli import main
from orgwarden.parts.probed import Delivery
from tests.attestations.test_bounces import report
from tests.flows import test_probing
from tests.flows.test_probing import GROUPS, PEOPLE, VEIL, Place

# The same ground.
here, read = test_probing.here, test_probing.read


@pytest.fixture
def sent(here: Place, tmp_path, monkeypatch):
    """Messages that were sent, in the place to which the settings lead."""
    (tmp_path / "baseline.yaml").write_text(yaml.safe_dump({"people": PEOPLE, "contacts": {"groups": list(GROUPS)}}))
    for name, value in {
        "STORE": here.store.uri, "DATABASE_URL": f"sqlite:///{tmp_path / 'orgwarden.db'}",
        "BASELINE": str(tmp_path / "baseline.yaml"), "HASH_KEY": VEIL.key.decode(),
    }.items():  # fmt: skip
        monkeypatch.setenv(f"ORGWARDEN_{name}", value)
    here.send()
    return here


def back(sent):
    return report(mark=f"{MARKED}: {sent.letter('labs').headers[MARKED]}")


def test_a_report_of_a_message_that_came_back_is_noted_from_a_file_and_from_a_pipe(sent, tmp_path, capsys, monkeypatch):
    (tmp_path / "mail").write_bytes(back(sent))
    assert main(["attest", "bounced", str(tmp_path / "mail")]) == 0
    assert capsys.readouterr().out.startswith("l•••@corp.example, 2026-Q4: 5.1.1 550")
    assert sent.probes()["l•••@corp.example"].outcome is Delivery.REFUSED
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(back(sent))))
    assert main(["attest", "bounced"]) == 0


@pytest.mark.parametrize("mail", [b"", b"Subject: hello\r\n\r\nHow are you?", report(action="delayed")])
def test_every_other_mail_is_no_error_for_a_mail_server_would_send_that_back_too(sent, tmp_path, capsys, mail):
    (tmp_path / "mail").write_bytes(mail)
    assert main(["attest", "bounced", str(tmp_path / "mail")]) == 0
    assert capsys.readouterr().out == "No message of ours came back: nothing noted.\n"
    assert {one.outcome for one in sent.probes().values()} == {Delivery.SENT}


@pytest.mark.usefixtures("sent")
def test_a_file_that_is_not_there_is_told(capsys):
    assert main(["attest", "bounced", "nowhere"]) == 2
    assert "nowhere cannot be read" in capsys.readouterr().err


@pytest.mark.usefixtures("sent")
def test_what_is_due_is_printed_as_it_is_sent(capfdbinary):
    assert main(["attest", "calendar", "--person", "anna"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert main(["attest", "calendar"]) == 0
    assert b"X-WR-CALNAME:Access validation\r\n" in capfdbinary.readouterr().out
    assert main(["attest", "calendar", "--person", "zoe"]) == 2
    assert b"'zoe' is nobody who stands under people" in capfdbinary.readouterr().err
