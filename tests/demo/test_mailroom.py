"""The demo's mail goes no further than this machine; what nobody is there for comes back at once."""

import subprocess
import sys
import time
from email.message import EmailMessage
from smtplib import SMTP, SMTPRecipientsRefused

import pytest

from orgwarden.demo.embedded import port
from orgwarden.demo.mailroom import HOST, Mailroom, open_to_mail


def sent(room, to):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@corp.example", to, "Hello"
    message.set_content("How are you?")
    with SMTP(HOST, room.port) as client:
        client.send_message(message)


def test_what_is_sent_to_any_address_of_a_mailbox_is_in_it_and_what_is_refused_is_nowhere():
    with open_to_mail(Mailroom(port(), refused={"gone@corp.example"})) as room:
        sent(room, "aws+prod@corp.example")
        with pytest.raises(SMTPRecipientsRefused):
            sent(room, "Gone+x@corp.example")
    assert [one["To"] for one in room.to("aws@corp.example")] == ["aws+prod@corp.example"]
    assert room.to("gone@corp.example") == []
    assert len(room.taken) == 1


def test_the_connection_leads_there():
    assert Mailroom(5625).connection.startswith("smtp://127.0.0.1:5625/?from_email=orgwarden%40")


def test_the_command_shows_what_comes_and_ends_when_it_is_told_to():
    free = port()
    command = [sys.executable, "-u", "-m", "orgwarden.demo.mailroom", "--port", str(free)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        until = time.monotonic() + 30
        while not _sent(Mailroom(free)):
            assert time.monotonic() < until
            time.sleep(0.1)
        shown = [served.stdout.readline().strip() for _ in range(4)]
        assert shown == ["To: b@corp.example", "Subject: Hello", "", "How are you?"]
        served.terminate()
        assert served.wait(10) == 0


def _sent(room):
    try:
        sent(room, "b@corp.example")
    except ConnectionRefusedError:
        return False
    return True
