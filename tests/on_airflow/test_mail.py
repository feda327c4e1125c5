"""Mail goes out through Airflow's connection; what a server says of it is told without the address."""

import pytest

from orgwarden import on_airflow as on
from orgwarden.baseline import Baseline
from orgwarden.flows.mailing import Letter, NotSent, mail_statements
from orgwarden.on_airflow import connections
from orgwarden.on_airflow.mail import alert, inform
from tests.mailboxes import serving


@pytest.fixture
def mail(monkeypatch):
    """A real mail server that the connection ``orgwarden_smtp`` leads to."""
    with serving() as server:
        extra = "from_email=orgwarden%40corp.example&disable_ssl=true&disable_tls=true&to=ops%40corp.example"
        monkeypatch.setenv("AIRFLOW_CONN_ORGWARDEN_SMTP", f"smtp://127.0.0.1:{server.port}/?{extra}")
        yield server


def test_statements_are_mailed_with_their_files_through_airflows_connection(mail, monkeypatch):
    letter = Letter(to="anna@corp.example", subject="Statement", text="Cost < 5", files={"erp.html": b"<p>5</p>"})
    given = []
    monkeypatch.setattr(on, "call", lambda flow, packs, send: (given.append((flow, packs)), send(letter)))
    on.mail_statements({"months": {"2026-10": {"packs": ["final-v1"]}, "2026-11": {"packs": []}}})
    assert given == [(mail_statements, ["final-v1"])]
    (taken,) = mail.taken
    assert (taken["To"], taken["Subject"]) == ("anna@corp.example", "Orgwarden: Statement")
    body, file = taken.iter_parts()
    assert "Cost &lt; 5" in body.get_content()
    assert (file.get_filename(), file.get_content()) == ("erp.html", b"<p>5</p>")


def test_what_the_mail_server_refuses_is_told_without_the_address(mail, monkeypatch, caplog):
    letter = Letter(to="anna@corp.example", subject="Statement", text="5", files={})
    mail.refused.add(letter.to)
    monkeypatch.setattr(on, "call", lambda _flow, _packs, send: send(letter))
    with pytest.raises(NotSent, match=r"^SMTPRecipientsRefused$") as told:
        on.mail_statements({"months": {}})
    assert told.value.__cause__ is None
    assert "anna@" not in caplog.text


def test_a_person_is_told_by_mail_what_waits_for_them(mail, monkeypatch, caplog):
    from orgwarden.on_airflow.asking import mail_person

    people = {"anna": {"name": "Anna", "mail": "anna@corp.example"}, "bjorn": {"name": "Bjorn"}}
    monkeypatch.setattr(on, "baseline", lambda: Baseline.model_validate({"people": people}))
    for person in ("anna", "bjorn", "zoe"):
        mail_person(person, "2 questions about root access", "https://airflow/x?a=1&b=2")
    (taken,) = mail.taken
    assert (taken["To"], taken["Subject"]) == ("anna@corp.example", "Orgwarden: 2 questions about root access")
    (body,) = taken.iter_parts()
    assert "https://airflow/x?a=1&amp;b=2" in body.get_content()
    mail.refused.add("anna@corp.example")
    mail_person("anna", "2 questions", "https://airflow")
    assert "2 questions: not mailed: SMTPRecipientsRefused" in caplog.text
    assert "anna@" not in caplog.text


@pytest.fixture
def silent(monkeypatch):
    """No mail server answers where the connection ``orgwarden_smtp`` leads to."""
    extra = "from_email=orgwarden%40corp.example&disable_ssl=true&disable_tls=true&retry_limit=1&to=ops%40corp.example"
    monkeypatch.setenv("AIRFLOW_CONN_ORGWARDEN_SMTP", f"smtp://127.0.0.1:1/?{extra}")


@pytest.mark.usefixtures("silent")
def test_who_is_asked_is_asked_where_no_mail_server_answers(monkeypatch, caplog):
    from orgwarden.on_airflow.asking import mail_person

    people = {"anna": {"name": "Anna", "mail": "anna@corp.example"}}
    monkeypatch.setattr(on, "baseline", lambda: Baseline.model_validate({"people": people}))
    mail_person("anna", "2 questions", "https://airflow")
    assert "2 questions: not mailed: " in caplog.text
    assert "anna@" not in caplog.text


@pytest.mark.usefixtures("silent")
def test_an_alert_and_news_for_the_team_fail_no_task_where_no_mail_server_answers(caplog):
    alert("bill of 2026-10 is held back", "R1 fails")
    inform("bill of 2026-11 published", "nothing fails")
    assert "bill of 2026-10 is held back: not mailed: " in caplog.text
    assert "bill of 2026-11 published: not mailed: " in caplog.text
    assert "ops@" not in caplog.text


def test_the_team_is_mailed_what_it_is_told(mail):
    inform("bill of 2026-11 published", "nothing fails")
    (taken,) = mail.taken
    assert (taken["To"], taken["Subject"]) == ("ops@corp.example", "Orgwarden: bill of 2026-11 published")
    (body,) = taken.iter_parts()
    assert "nothing fails" in body.get_content()


def test_without_a_mail_connection_nothing_is_mailed(monkeypatch):
    monkeypatch.setattr(connections, "connection", lambda _: None)
    assert on.mail_statements({"months": {"2026-10": {"packs": ["final-v1"]}}}) == {}


def test_an_alert_that_may_not_be_mailed_is_logged_with_the_remedy(monkeypatch, caplog):
    def refuse(_):
        raise PermissionError

    monkeypatch.setattr(connections, "connection", refuse)
    on.tell_lateness(hours=2, context={"dag_run": {"dag_id": "d", "dag_run_id": "r"}})
    assert caplog.messages[-1] == "Not mailed: define AIRFLOW_CONN_ORGWARDEN_SMTP in the environment, not in Airflow"
