"""The command line on an organization that somebody else built through AWS's API, and on the demo organization."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orgwarden.cli import main
from orgwarden.demo.service import running
from tests.demo.asking import Asking

CONTACTS = ("contacts", "mail_domains")
Verdicts = dict[tuple[str, str, str], dict[str, Any]]


@dataclass(frozen=True)
class CommandLine:
    """Runs a command in this process; gives its exit code, and what it printed."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        printed = self.capsys.readouterr()
        return code, printed.out, printed.err

    def collected(self, folder: Path, *only: str) -> Path:
        """Collect into the folder, which must do; contacts alone unless other sweeps are named, for each takes time."""
        code, _, error = self("collect", "--out", folder, "--only", *(only or CONTACTS))
        assert code == 0, error
        return folder

    def verdicts(self, folder: Path, *words: object, theme: str = "contacts") -> Verdicts:
        """Give the verdicts by control, account and resource."""
        _, out, _ = self("review", "--snapshot", folder, "--theme", theme, "--json", *words)
        rows = [json.loads(line) for line in out.splitlines()]
        return {(row["control"], row["account"], row["resource"]): row for row in rows}


@pytest.fixture
def orgwarden(capsys) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture(scope="module")
def built() -> Iterator[Asking]:
    """An organization of twelve accounts, built through AWS's API by somebody who knows nothing of the seed."""
    with running(empty=True) as served:
        asking = Asking(served)
        build(asking)
        yield asking


def build(asking: Asking) -> None:
    organizations, account = asking.client("organizations"), asking.client("account")
    asking.client("account").put_contact_information(ContactInformation=contact("+47 22 86 40 10"))
    for number in range(12):
        created = organizations.create_account(Email=f"aws+{number}@gmail.com", AccountName=f"account {number}")
        key = created["CreateAccountStatus"]["AccountId"]
        account.put_contact_information(AccountId=key, ContactInformation=contact(f"+47 22 86 40 {number + 20}"))
        for kind in ("BILLING", "OPERATIONS", "SECURITY"):
            account.put_alternate_contact(
                AccountId=key,
                AlternateContactType=kind,
                Name="Somebody",
                Title="Duty",
                EmailAddress=f"{kind.lower()}@corp.example",
                PhoneNumber="+47 22 86 40 70",
            )


def contact(number: str) -> dict[str, str]:
    return {
        "FullName": "Somebody Else",
        "AddressLine1": "Street 1",
        "City": "Oslo",
        "PostalCode": "0150",
        "CountryCode": "NO",
        "PhoneNumber": number,
    }


@pytest.fixture
def organization(built: Asking, monkeypatch) -> Asking:
    """The built organization without faults, with the environment that leads the command line there."""
    built.http("PUT", "/demo/faults", [])
    use(built, monkeypatch.setenv)
    return built


def use(asking: Asking, setenv: Callable[[str, str], None]) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": asking.served.url,
        "AWS_ACCESS_KEY_ID": "AKIAANYBODY000000001",
        "AWS_SECRET_ACCESS_KEY": "any",
        "ORGWARDEN_HASH_KEY": "k",
        "ORGWARDEN_DNS": asking.served.dns,
        "ORGWARDEN_RATE_SHARE": "50",
    }.items():
        setenv(name, value)


def fault(operation: str, **more: Any) -> dict[str, Any]:
    service = "account" if operation.startswith("Get") else "organizations"
    return {"service": service, "operation": operation, **more}
