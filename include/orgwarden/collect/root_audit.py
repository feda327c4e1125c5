"""The audit of one member account's root user through a root session that may only look (sts:AssumeRoot).

CloudTrail of the member account records each of these calls with ``userIdentity.type`` Root and
``sessionContext.assumedRoot`` true. An alarm on what root users do goes off unless its filter leaves such events out:
``{ $.userIdentity.type = "Root" && $.userIdentity.sessionContext.assumedRoot NOT EXISTS }`` in CloudWatch Logs,
``"sessionContext": {"assumedRoot": [{"exists": false}]}`` in EventBridge. An account without credentials costs three
calls, for a password that is gone may have been used before; the other details are read only where there are any.
"""

from collections.abc import Callable
from typing import TypeVar

from orgwarden.collect import iam_answers as answers
from orgwarden.collect.account_credentials import of_summary, summary_of
from orgwarden.collect.api import Api, Denied
from orgwarden.collect.batches import row_or_gap
from orgwarden.collect.listing import moment
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
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
from orgwarden.snapshot import Page, merged

T = TypeVar("T")
AUDITED = (ROOT_CREDENTIALS, ROOT_USE, ROOT_MFA)
CALLED = (
    "iam:GetAccessKeyLastUsed",
    "iam:GetAccountSummary",
    "iam:GetUser",
    "iam:ListAccessKeys",
    "iam:ListMFADevices",
)
BLOCKED = (
    "the audit of the root user was blocked, perhaps by a service control policy: exempt sessions of AssumeRoot "
    "(aws:AssumedRoot) from what it denies root users"
)


def audit_of(aws: Aws, account: str, management: str) -> Page:
    """Look at the root user of a member account."""
    try:
        api = aws.root(account, management)
        found = _looking(lambda: of_summary(summary_of(api)))
    except SkipAndNote as error:
        return nothing_of(account, error.cause)
    pages = (
        Page(rows={ROOT_CREDENTIALS: {account: found}}),
        row_or_gap(ROOT_USE, account, lambda: _looking(lambda: _use(api, found))),
        row_or_gap(ROOT_MFA, account, lambda: _looking(lambda: _mfa(api, found))),
    )
    rows, gaps = merged(pages)
    return Page(rows=rows, gaps=gaps)


def nothing_of(account: str, cause: str) -> Page:
    """Give a page that says that nothing is known of an account's root user."""
    return Page(gaps={(part.name, account): cause for part in AUDITED})


def _looking(look: Callable[[], T]) -> T:
    """Tell a denial of what a root user may read from one of becoming it: who collects lacks no grant for the first."""
    try:
        return look()
    except Denied as error:
        raise SkipAndNote(BLOCKED) from error


def _use(api: Api, found: RootCredentials) -> RootUse:
    user = api.call("GetUser", answers.GetUser).User
    keys = () if found.are_gone else _keys(api)
    return RootUse(password_used=moment(user.PasswordLastUsed), password_changed=None, keys=keys)


def _keys(api: Api) -> tuple[RootKey, ...]:
    listing = api.pages("ListAccessKeys", answers.ListAccessKeys, tokens=answers.TOKENS)
    return tuple(_key(api, key) for page, _ in listing for key in page.AccessKeyMetadata)


def _key(api: Api, key: answers.ListedKey) -> RootKey:
    use = api.call("GetAccessKeyLastUsed", answers.GetAccessKeyLastUsed, AccessKeyId=key.AccessKeyId).AccessKeyLastUsed
    return RootKey(is_active=key.Status == "Active", last_used=moment(use.LastUsedDate))


def _mfa(api: Api, found: RootCredentials) -> RootMfa:
    if found.are_gone and not found.has_mfa:
        return RootMfa(devices=(), is_whole=True)
    listing = api.pages("ListMFADevices", answers.ListMFADevices, tokens=answers.TOKENS)
    devices = tuple(kind_of(device.SerialNumber) for page, _ in listing for device in page.MFADevices)
    return RootMfa(devices=devices, is_whole=True)


def kind_of(serial: str) -> MfaKind:
    """Tell what a device is by its serial number: an ARN, but for hardware tokens; what is new counts as virtual."""
    if not serial.startswith("arn:"):
        return MfaKind.TOKEN
    return MfaKind.FIDO if ":u2f/" in serial else MfaKind.VIRTUAL
