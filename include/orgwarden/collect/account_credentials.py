"""What IAM tells a role in an account of that account's credentials: of its root user, and of its IAM users.

The account's summary tells what the root user has now, the credential report when it was used; each stands in for the
other where one is refused, as far as it can. To a role AWS lists only the virtual MFA devices of the root user.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from orgwarden.aws import credential_report as csv
from orgwarden.collect import iam_answers as answers
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap, row_or_gap
from orgwarden.errors import SkipAndNote
from orgwarden.parts.access import USER_CREDENTIALS, UserCredentials
from orgwarden.parts.root import (
    ROOT_CREDENTIALS,
    ROOT_MFA,
    ROOT_USE,
    MfaKind,
    RootCredentials,
    RootKey,
    RootMfa,
    RootUse,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import Page, merged

T = TypeVar("T")
CALLED = (
    "iam:GenerateCredentialReport",
    "iam:GetAccountSummary",
    "iam:GetCredentialReport",
    "iam:ListServiceSpecificCredentials",
    "iam:ListVirtualMFADevices",
)
# How often a report that is being made is asked for; the wait grows by a second each time, to five.
TRIES = 10
LONGEST_WAIT = 5
UNFINISHED = "iam:GenerateCredentialReport did not come to its end: try again later"
UNPARSABLE = "iam:GetCredentialReport gave a report that does not parse"
ROOTLESS = "iam:GetCredentialReport gave a report without the root user"
MORE = "the credential report says that there are more credentials than it shows"
SLOTS = ("1", "2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """One row of a credential report; ``has_password`` None: it does not say. ``has_more``: it does not show all."""

    user: str
    has_password: bool | None
    has_mfa: bool
    use: RootUse
    has_certificates: bool
    has_more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A credential report; each row is read apart, so that one that cannot be read, or is not there, hides no other."""

    root: Mapping[str, str]
    users: tuple[Mapping[str, str], ...]


def credentials_of(api: Api, account: str, veil: Veil) -> Page:
    """Read the credentials of one account, each call that is refused a gap of what only it tells."""
    summary, report = told(lambda: summary_of(api)), told(lambda: report_of(api))
    virtual = told(lambda: virtual_root_devices(api))
    pages = (
        row_or_gap(ROOT_CREDENTIALS, account, lambda: root_credentials(summary, report)),
        row_or_gap(ROOT_USE, account, lambda: reported(known(report).root).use),
        row_or_gap(ROOT_MFA, account, lambda: root_mfa(virtual, any_at_all=told(lambda: has_mfa(summary, report)))),
        _users(api, account, report, veil),
    )
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def told(read: Callable[[], T]) -> T | SkipAndNote:
    """Give what a reading gives, or why it gave nothing."""
    try:
        return read()
    except SkipAndNote as error:
        return error


def known(value: T | SkipAndNote) -> T:
    """Give what was told. Raises ``SkipAndNote`` where nothing was."""
    if isinstance(value, SkipAndNote):
        raise value
    return value


def summary_of(api: Api) -> answers.Summary:
    """Ask for the account's summary. Raises ``SkipAndNote``."""
    return api.call("GetAccountSummary", answers.GetAccountSummary).SummaryMap


def report_of(api: Api) -> Report:
    """Have the credential report made, wait for it a while, and read it. Raises ``SkipAndNote``."""
    for attempt in range(1, TRIES + 1):
        if api.call("GenerateCredentialReport", answers.GenerateCredentialReport).State == "COMPLETE":
            return read_report(api.call("GetCredentialReport", answers.GetCredentialReport).Content)
        if attempt < TRIES:
            api.sleep(min(attempt, LONGEST_WAIT))
    raise SkipAndNote(UNFINISHED)


def read_report(content: bytes) -> Report:
    """Read a credential report. Raises ``SkipAndNote``."""
    try:
        found = csv.rows(content.decode())
    except ValueError as error:
        raise SkipAndNote(UNPARSABLE) from error
    root = next((row for row in found if row["user"] == csv.ROOT), {})
    return Report(root=root, users=tuple(row for row in found if row["user"] != csv.ROOT))


def reported(row: Mapping[str, str]) -> Reported:
    """Read one row of a report. Raises ``SkipAndNote``."""
    if not row:
        raise SkipAndNote(ROOTLESS)
    try:
        return _reported(row)
    except (ValueError, KeyError) as error:
        raise SkipAndNote(UNPARSABLE) from error


def _reported(row: Mapping[str, str]) -> Reported:
    password = row["password_enabled"]
    return Reported(
        user=row["user"],
        has_password=None if _is_untold(password) else csv.is_true(password),
        has_mfa=csv.is_true(row["mfa_active"]),
        use=RootUse(
            password_used=csv.moment(row["password_last_used"]),
            password_changed=csv.moment(row["password_last_changed"]) or None,
            keys=tuple(_key(row, slot) for slot in SLOTS if _is_there(row, f"access_key_{slot}")),
        ),
        has_certificates=any(_is_there(row, f"cert_{slot}") for slot in SLOTS),
        has_more=not _is_untold(row.get("additional_credentials_info", "")),
    )


def _is_untold(value: str) -> bool:
    return value.strip().lower() in csv.UNTOLD


def _is_there(row: Mapping[str, str], what: str) -> bool:
    """Say whether a key or a certificate is there: one that is switched off keeps the date of its making."""
    return csv.is_true(row[f"{what}_active"]) or bool(csv.moment(row[f"{what}_last_rotated"]))


def _key(row: Mapping[str, str], slot: str) -> RootKey:
    what = f"access_key_{slot}"
    return RootKey(is_active=csv.is_true(row[f"{what}_active"]), last_used=csv.moment(row[f"{what}_last_used_date"]))


def virtual_root_devices(api: Api) -> int:
    """Give the number of virtual MFA devices of the root user. Raises ``SkipAndNote``."""
    shape = answers.ListVirtualMFADevices
    listing = api.pages("ListVirtualMFADevices", shape, tokens=answers.TOKENS, AssignmentStatus="Assigned")
    owners = (device.User for page, _ in listing for device in page.VirtualMFADevices)
    return sum(1 for owner in owners if owner and owner.Arn.endswith(":root"))


def root_credentials(summary: answers.Summary | SkipAndNote, report: Report | SkipAndNote) -> RootCredentials:
    """Give what summary and report say together of the root user, or what one of them says alone.

    Raises ``SkipAndNote`` where what is left leaves something open that the other might have told.
    """
    if isinstance(summary, SkipAndNote):
        return _of_report(reported(known(report).root))
    found = of_summary(summary)
    if found.has_password is not None:
        return found
    # The summary is of now, the report up to four hours old: it tells only what the summary does not.
    return replace(found, has_password=reported(known(report).root).has_password)


def of_summary(summary: answers.Summary) -> RootCredentials:
    """Turn an account's summary into what it says of the root user."""
    password = summary.AccountPasswordPresent
    return RootCredentials(
        has_password=None if password is None else bool(password),
        has_mfa=bool(summary.AccountMFAEnabled),
        has_access_keys=bool(summary.AccountAccessKeysPresent),
        has_certificates=bool(summary.AccountSigningCertificatesPresent),
    )


def _of_report(root: Reported) -> RootCredentials:
    return RootCredentials(
        has_password=root.has_password,
        has_mfa=root.has_mfa,
        has_access_keys=bool(root.use.keys),
        has_certificates=root.has_certificates,
    )


def has_mfa(summary: answers.Summary | SkipAndNote, report: Report | SkipAndNote) -> bool:
    """Say whether the root user has an MFA device, by the summary, else by the report. Raises ``SkipAndNote``."""
    return reported(known(report).root).has_mfa if isinstance(summary, SkipAndNote) else bool(summary.AccountMFAEnabled)


def root_mfa(virtual: int | SkipAndNote, *, any_at_all: bool | SkipAndNote) -> RootMfa:
    """Give the MFA devices of the root user that a role is told of; no device at all is the whole truth.

    ``virtual`` is the number of virtual ones. Raises ``SkipAndNote`` where it takes what was not told.
    """
    if any_at_all is False and not (isinstance(virtual, int) and virtual):
        return RootMfa(devices=(), is_whole=True)
    devices = (MfaKind.VIRTUAL,) * known(virtual)
    if not devices:
        known(any_at_all)
    return RootMfa(devices=devices, is_whole=False)


def _users(api: Api, account: str, report: Report | SkipAndNote, veil: Veil) -> Page:
    if isinstance(report, SkipAndNote):
        return gap(USER_CREDENTIALS, account, report.cause)
    if not report.users:
        return Page()
    services = told(lambda: service_credentials(api))
    rows, gaps = merged(
        row_or_gap(USER_CREDENTIALS, veil.text(row["arn"]), partial(user_credentials, row, services))
        for row in report.users
    )
    return Page(rows=rows, gaps=gaps)


def service_credentials(api: Api) -> Counter[str]:
    """Count the active service-specific credentials of each user, which no report shows. Raises ``SkipAndNote``."""
    shape = answers.ListServiceSpecificCredentials
    listing = api.pages("ListServiceSpecificCredentials", shape, tokens=answers.TOKENS, AllUsers=True)
    found = (one for page, _ in listing for one in page.ServiceSpecificCredentials)
    return Counter(one.UserName for one in found if one.Status == "Active")


def user_credentials(told_of: Mapping[str, str], services: Counter[str] | SkipAndNote) -> UserCredentials:
    """Give the credentials of an IAM user. Raises ``SkipAndNote`` if those that were not told might be all it has."""
    user = reported(told_of)
    if user.has_password is None:
        raise SkipAndNote(UNPARSABLE)
    row = UserCredentials(
        has_password=user.has_password,
        has_mfa=user.has_mfa,
        active_keys=sum(key.is_active for key in user.use.keys),
        service_keys=0 if isinstance(services, SkipAndNote) else services[user.user],
    )
    if row.has_password or row.active_keys or row.service_keys:
        return row
    known(services)
    if user.has_more:
        raise SkipAndNote(MORE)
    return row
