"""The sweep of delegation: which services act in the organization, who administers them, and what they say themselves.

Beside it what is under way with others: handshakes, transfers of billing; and Control Tower, where it is wanted.
"""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel

from orgwarden.collect.actions import Action, Side, called
from orgwarden.collect.activation import ACTIONS as ACTIVATION
from orgwarden.collect.activation import read_activations
from orgwarden.collect.answers import ListedId, Text
from orgwarden.collect.api import Api
from orgwarden.collect.batches import gap, read_side_by_side
from orgwarden.collect.control_tower import ACTIONS as CONTROL_TOWER
from orgwarden.collect.control_tower import read_control_tower
from orgwarden.collect.listing import list_on, listed, moment
from orgwarden.collect.regions import ACTIONS as LIST_REGIONS
from orgwarden.collect.searching import Regions
from orgwarden.collect.sessions import Aws
from orgwarden.errors import SkipAndNote
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
from orgwarden.parts.organization import ORGANIZATION
from orgwarden.privacy import Veil, masked_address
from orgwarden.snapshot import Gaps, Page, Staging, merged, whole_part_gaps

NAME = "delegation"
PARTS = (TRUSTED_SERVICES, DELEGATIONS, ACTIVATIONS, HANDSHAKES, TRANSFERS, LANDING_ZONE, ENROLLED)
DIRECTIONS = ("INBOUND", "OUTBOUND")
ACTIONS: tuple[Action, ...] = (
    *called(
        (
            "organizations:ListAWSServiceAccessForOrganization",
            "organizations:ListDelegatedAdministrators",
            "organizations:ListDelegatedServicesForAccount",
            "organizations:ListHandshakesForOrganization",
        )
    ),
    *called(
        (
            "organizations:ListInboundResponsibilityTransfers",
            "organizations:ListOutboundResponsibilityTransfers",
        ),
        side=Side.MANAGEMENT,
        why="AWS tells who pays for whom to the management account alone",
    ),
    *ACTIVATION,
    *CONTROL_TOWER,
    *LIST_REGIONS,
)


class TrustedService(BaseModel):
    """One service with trusted access."""

    ServicePrincipal: Text
    DateEnabled: datetime | None = None


class ListAWSServiceAccessForOrganization(BaseModel):
    """One page of organizations:ListAWSServiceAccessForOrganization."""

    EnabledServicePrincipals: list[TrustedService]
    NextToken: str | None = None


class ListDelegatedAdministrators(BaseModel):
    """One page of organizations:ListDelegatedAdministrators; of the accounts only the ids are read."""

    DelegatedAdministrators: list[ListedId]
    NextToken: str | None = None


class DelegatedService(BaseModel):
    """One service that an account administers."""

    ServicePrincipal: Text
    DelegationEnabledDate: datetime | None = None


class ListDelegatedServicesForAccount(BaseModel):
    """One page of organizations:ListDelegatedServicesForAccount."""

    DelegatedServices: list[DelegatedService]
    NextToken: str | None = None


class Party(BaseModel):
    """One party of a handshake; the id of an EMAIL is the address."""

    Id: Text
    Type: Text


class ListedHandshake(BaseModel):
    """One handshake of organizations:ListHandshakesForOrganization; what it is about is not read."""

    Id: Text
    Action: Text
    State: Text
    Parties: list[Party] = []
    RequestedTimestamp: datetime | None = None
    ExpirationTimestamp: datetime | None = None


class ListHandshakesForOrganization(BaseModel):
    """One page of organizations:ListHandshakesForOrganization."""

    Handshakes: list[ListedHandshake]
    NextToken: str | None = None


class Payer(BaseModel):
    """One side of a transfer of billing; its address is not read."""

    ManagementAccountId: Text


class ResponsibilityTransfer(BaseModel):
    """One transfer of billing."""

    Id: Text
    Status: Text
    Source: Payer
    Target: Payer
    StartTimestamp: datetime | None = None
    EndTimestamp: datetime | None = None


class ListResponsibilityTransfers(BaseModel):
    """One page of organizations:ListInboundResponsibilityTransfers, or of the outbound ones."""

    ResponsibilityTransfers: list[ResponsibilityTransfer]
    NextToken: str | None = None


def sweep(staging: Staging, *, aws: Aws, veil: Veil, control_tower: bool) -> dict[str, int]:
    """Read delegation into the staging; give the numbers of trusted services and of registrations.

    ``control_tower`` says whether Control Tower is wanted: without it no call is made to it.
    """
    api = aws.here("organizations")
    organization = merged(staging.all_pages())[0][ORGANIZATION][EVERYTHING]
    management: str = organization.management_account
    regions = Regions(aws, management)
    if not staging.pages("trusted-services"):
        staging.put("trusted-services", 1, _trusted_services(api))
    list_on(staging, "delegations", lambda start: _administrators(api, start), _nobody_knows)
    if not staging.pages("handshakes"):
        staging.put("handshakes", 1, _handshakes(api, veil))
    if not staging.pages("transfers"):
        staging.put("transfers", 1, read_side_by_side(DIRECTIONS, lambda way: _transfers(aws, management, way)))
    read_activations(staging, aws=aws, management=management, regions=regions)
    read_control_tower(staging, aws=aws, management=management, regions=regions, is_wanted=control_tower)
    staging.finish(NAME, PARTS)
    rows, _ = merged(staging.all_pages())
    return {"trusted_services": len(rows[TRUSTED_SERVICES]), "delegations": len(rows.get(DELEGATIONS, {}))}


def _trusted_services(api: Api) -> Page:
    def rows(page: ListAWSServiceAccessForOrganization) -> dict[str, str]:
        return {one.ServicePrincipal: moment(one.DateEnabled) for one in page.EnabledServicePrincipals}

    shape = ListAWSServiceAccessForOrganization
    return listed(api, "ListAWSServiceAccessForOrganization", shape, TRUSTED_SERVICES, rows)


def _administrators(api: Api, start: str) -> Iterator[Page]:
    for page, token in api.pages("ListDelegatedAdministrators", ListDelegatedAdministrators, start=start):
        accounts = [one.Id for one in page.DelegatedAdministrators]
        read = read_side_by_side(accounts, lambda account: _delegated_to(api, account))
        yield Page(rows={DELEGATIONS: {}, **read.rows}, gaps=read.gaps, cursor=token)


def _nobody_knows(cause: str) -> Gaps:
    return whole_part_gaps((DELEGATIONS,), cause)


def _delegated_to(api: Api, account: str) -> Page:
    """Read what an account administers: nothing, where it was deregistered since it was listed."""

    def rows(page: ListDelegatedServicesForAccount) -> dict[str, str]:
        return {
            f"{account}/{one.ServicePrincipal}": moment(one.DelegationEnabledDate) for one in page.DelegatedServices
        }

    return listed(
        api,
        "ListDelegatedServicesForAccount",
        ListDelegatedServicesForAccount,
        DELEGATIONS,
        rows,
        key=account,
        missing="AccountNotRegisteredException",
        AccountId=account,
    )


def _handshakes(api: Api, veil: Veil) -> Page:
    def rows(page: ListHandshakesForOrganization) -> dict[str, Handshake]:
        return {one.Id: _handshake(one, veil) for one in page.Handshakes}

    return listed(api, "ListHandshakesForOrganization", ListHandshakesForOrganization, HANDSHAKES, rows)


def _handshake(said: ListedHandshake, veil: Veil) -> Handshake:
    return Handshake(
        action=said.Action,
        state=said.State,
        requested=moment(said.RequestedTimestamp),
        expires=moment(said.ExpirationTimestamp),
        parties=tuple(_party(party, veil) for party in said.Parties),
    )


def _party(party: Party, veil: Veil) -> str:
    """Give a party's id; an address is masked whole, however odd it looks, with a bit of its hash behind."""
    if party.Type != "EMAIL":
        return veil.text(party.Id)
    return f"{masked_address(party.Id)}~{veil.mailbox(party.Id.strip().lower())[2:8]}"


def _transfers(aws: Aws, management: str, direction: str) -> Page:
    def rows(page: ListResponsibilityTransfers) -> dict[str, Transfer]:
        return {one.Id: _transfer(one, direction) for one in page.ResponsibilityTransfers}

    operation = f"List{direction.title()}ResponsibilityTransfers"
    try:
        api = aws.management("organizations", management)
    except SkipAndNote as error:
        return gap(TRANSFERS, direction, error.cause)
    missing = "ResponsibilityTransferNotFoundException"
    shape = ListResponsibilityTransfers
    return listed(api, operation, shape, TRANSFERS, rows, key=direction, missing=missing, Type="BILLING")


def _transfer(said: ResponsibilityTransfer, direction: str) -> Transfer:
    return Transfer(
        direction=direction,
        status=said.Status,
        source=said.Source.ManagementAccountId,
        target=said.Target.ManagementAccountId,
        starts=moment(said.StartTimestamp),
        ends=moment(said.EndTimestamp),
    )
