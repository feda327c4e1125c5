"""Who acts in the organization is read whole, or what is missing is a gap of its own; nobody's address is kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orgwarden.collect import delegation
from orgwarden.model import EVERYTHING
from orgwarden.parts.delegation import (
    ACTIVATIONS,
    DELEGATIONS,
    ENROLLED,
    HANDSHAKES,
    LANDING_ZONE,
    TRANSFERS,
    TRUSTED_SERVICES,
    Handshake,
    Transfer,
)
from orgwarden.privacy import Veil
from orgwarden.snapshot import merged
from tests.collect.fake_regions import DENIED, asked_of, regional_aws
from tests.collect.fakes import refusal
from tests.collect.staged import MANAGEMENT, A, B, staged

VEIL = Veil(b"key")
THEN, ISO = datetime(2026, 11, 1, tzinfo=UTC), "2026-11-01T00:00:00+00:00"
THROTTLED = refusal("TooManyRequestsException")
SERVICE = "ram.amazonaws.com"
NOT_LOOKED_AT = {(LANDING_ZONE.name, EVERYTHING), (ENROLLED.name, EVERYTHING)}


def handshake(*parties: tuple[str, str]) -> dict[str, Any]:
    listed = [{"Type": kind, "Id": id_} for kind, id_ in parties]
    times = {"RequestedTimestamp": THEN, "ExpirationTimestamp": THEN}
    return {"Handshakes": [{"Id": "h-1", "Action": "INVITE", "State": "OPEN", "Parties": listed, **times}]}


def transfer(source: str, target: str) -> dict[str, Any]:
    payers = {"Source": payer(source), "Target": payer(target)}
    return {"ResponsibilityTransfers": [{"Id": f"rt-{source}", "Status": "ACCEPTED", "StartTimestamp": THEN, **payers}]}


def payer(account: str) -> dict[str, str]:
    return {"ManagementAccountId": account, "ManagementAccountEmail": "ada@corp.example"}


def answers(**changed: Any) -> dict[str, Any]:
    """One trusted service, one account that administers one; an invitation, and a transfer each way."""
    services = {"DelegatedServices": [{"ServicePrincipal": SERVICE, "DelegationEnabledDate": THEN}]}
    trusted = {"EnabledServicePrincipals": [{"ServicePrincipal": SERVICE, "DateEnabled": THEN}]}
    invitation = handshake(("ORGANIZATION", "o-1"), ("EMAIL", "ada lovelace@corp"), ("ACCOUNT", B))
    return {
        "ListAWSServiceAccessForOrganization": lambda **_: trusted,
        "ListDelegatedAdministrators": lambda **_: {"DelegatedAdministrators": [{"Id": A}]},
        "ListDelegatedServicesForAccount": lambda **_: services,
        "ListHandshakesForOrganization": lambda **_: invitation,
        "ListInboundResponsibilityTransfers": lambda **_: transfer(B, MANAGEMENT),
        "ListOutboundResponsibilityTransfers": lambda **_: transfer(MANAGEMENT, B),
        **changed,
    }


def swept(folder: Path, *, caller: str = MANAGEMENT, **changed: Any) -> tuple[Any, Any, Any]:
    """Sweep without Control Tower, whose gaps are left out; give rows, gaps and the AWS that was asked."""
    staging, aws = staged(folder), regional_aws(answers(**changed), caller=caller)
    delegation.sweep(staging, aws=aws, veil=VEIL, control_tower=False)
    assert staging.finished("delegation")
    rows, gaps = merged(staging.all_pages())
    assert set(gaps) >= NOT_LOOKED_AT
    return rows, {place: cause for place, cause in gaps.items() if place not in NOT_LOOKED_AT}, aws


def test_a_sound_organization_is_read_without_a_gap(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path)
    assert gaps == {}
    assert rows[TRUSTED_SERVICES] == {SERVICE: ISO}
    assert rows[DELEGATIONS] == {f"{A}/{SERVICE}": ISO}
    inbound, outbound = rows[TRANSFERS][f"rt-{B}"], rows[TRANSFERS][f"rt-{MANAGEMENT}"]
    assert inbound == Transfer(direction="INBOUND", status="ACCEPTED", source=B, target=MANAGEMENT, starts=ISO, ends="")
    assert (outbound.direction, outbound.target) == ("OUTBOUND", B)


def test_an_address_of_a_handshake_is_masked_whole_however_odd_it_looks(tmp_path: Path):
    rows, _, _ = swept(tmp_path)
    organization, address, account = rows[HANDSHAKES]["h-1"].parties
    assert (organization, account) == ("o-1", B)
    assert address.startswith("a•••@corp~")
    assert rows[HANDSHAKES]["h-1"] == Handshake(
        action="INVITE", state="OPEN", requested=ISO, expires=ISO, parties=(organization, address, account)
    )


def test_one_address_is_one_mask_however_it_is_spelled(tmp_path: Path):
    both = handshake(("EMAIL", "Ada@Corp.example"), ("EMAIL", "Ada@corp.Example"), ("ACCOUNT", "ada@corp.example"))
    rows, _, _ = swept(tmp_path, ListHandshakesForOrganization=lambda **_: both)
    first, second, third = rows[HANDSHAKES]["h-1"].parties
    assert first == second
    assert first.partition("~")[2] == third.partition("~")[2]


def test_an_organization_that_trusts_and_delegates_nothing_has_no_rows_and_no_gaps(tmp_path: Path):
    rows, gaps, _ = swept(
        tmp_path,
        ListAWSServiceAccessForOrganization=lambda **_: {"EnabledServicePrincipals": []},
        ListDelegatedAdministrators=lambda **_: {"DelegatedAdministrators": []},
        ListHandshakesForOrganization=lambda **_: {"Handshakes": []},
        ListInboundResponsibilityTransfers=lambda **_: refusal("ResponsibilityTransferNotFoundException"),
        ListOutboundResponsibilityTransfers=lambda **_: {"ResponsibilityTransfers": []},
    )
    assert gaps == {}
    assert not any(rows.get(part) for part in delegation.PARTS)


@pytest.mark.parametrize(
    ("operation", "lost"),
    [
        ("ListAWSServiceAccessForOrganization", {(TRUSTED_SERVICES, EVERYTHING), (ACTIVATIONS, EVERYTHING)}),
        ("ListDelegatedAdministrators", {(DELEGATIONS, EVERYTHING)}),
        ("ListDelegatedServicesForAccount", {(DELEGATIONS, A)}),
        ("ListHandshakesForOrganization", {(HANDSHAKES, EVERYTHING)}),
        ("ListInboundResponsibilityTransfers", {(TRANSFERS, "INBOUND")}),
        ("ListOutboundResponsibilityTransfers", {(TRANSFERS, "OUTBOUND")}),
    ],
)
@pytest.mark.parametrize("answer", [DENIED, THROTTLED, refusal("UnknownOperationException"), {}, {"message": "<html>"}])
def test_a_family_that_is_refused_or_broken_is_a_gap_and_the_others_stand(
    tmp_path: Path, operation: str, lost: set, answer: Any
):
    rows, gaps, _ = swept(tmp_path, **{operation: lambda **_: answer})
    assert set(gaps) == {(part.name, key) for part, key in lost}
    standing = {TRUSTED_SERVICES, DELEGATIONS, HANDSHAKES, TRANSFERS} - {part for part, _ in lost}
    assert all(rows[part] for part in standing)


def test_an_account_that_was_deregistered_since_it_was_listed_administers_nothing(tmp_path: Path):
    gone = lambda **_: refusal("AccountNotRegisteredException")  # noqa: E731 - an answer
    rows, gaps, _ = swept(tmp_path, ListDelegatedServicesForAccount=gone)
    assert (rows[DELEGATIONS], gaps) == ({}, {})


def test_of_two_pages_of_administrators_the_second_one_that_is_refused_leaves_the_first(tmp_path: Path):
    def pages(NextToken: str = "", **_: Any) -> Any:
        return DENIED if NextToken else {"DelegatedAdministrators": [{"Id": A}], "NextToken": "2"}

    rows, gaps, _ = swept(tmp_path, ListDelegatedAdministrators=pages)
    assert set(rows[DELEGATIONS]) == {f"{A}/{SERVICE}"}
    assert set(gaps) == {(DELEGATIONS.name, EVERYTHING)}


def test_without_a_role_the_transfers_are_gaps_with_the_remedy(tmp_path: Path):
    rows, gaps, _ = swept(tmp_path, caller=A)
    assert set(gaps) == {(TRANSFERS.name, "INBOUND"), (TRANSFERS.name, "OUTBOUND")}
    assert all("ORGWARDEN_MANAGEMENT_ROLE_ARN" in cause for cause in gaps.values())
    assert set(rows[HANDSHAKES]) == {"h-1"}


def test_a_reading_that_was_cut_off_goes_on_behind_the_last_page_of_administrators(tmp_path: Path):
    def pages(NextToken: str = "", **_: Any) -> Any:
        second = {"DelegatedAdministrators": [{"Id": B}]}
        return second if NextToken else {"DelegatedAdministrators": [{"Id": A}], "NextToken": "2"}

    staging, aws = staged(tmp_path), regional_aws(answers(ListDelegatedAdministrators=pages), caller=MANAGEMENT)
    delegation.sweep(staging, aws=aws, veil=VEIL, control_tower=False)
    staging.store.delete("pages/delegations/00002.json")
    before = len(aws.session.asked)
    delegation.sweep(staging, aws=aws, veil=VEIL, control_tower=False)
    asked = [(name.partition(":")[2], params.get("AccountId")) for _, name, params in aws.session.asked[before:]]
    assert asked == [("ListDelegatedAdministrators", None), ("ListDelegatedServicesForAccount", B)]
    assert set(merged(staging.all_pages())[0][DELEGATIONS]) == {f"{A}/{SERVICE}", f"{B}/{SERVICE}"}


def test_control_tower_is_asked_where_it_is_wanted(tmp_path: Path):
    staging = staged(tmp_path)
    aws = regional_aws(answers(ListLandingZones=lambda **_: {"landingZones": []}), caller=MANAGEMENT)
    delegation.sweep(staging, aws=aws, veil=VEIL, control_tower=True)
    rows, gaps = merged(staging.all_pages())
    assert (rows[LANDING_ZONE], gaps) == ({EVERYTHING: None}, {})
    assert asked_of(aws, "controltower") == [("us-east-1", "ListLandingZones")]


def test_nothing_that_was_staged_has_an_address(tmp_path: Path):
    swept(tmp_path)
    told = b"".join(file.read_bytes() for file in (tmp_path / "pages").rglob("*.json"))
    assert not [word for word in (b"lovelace", b"ada@") if word in told]
