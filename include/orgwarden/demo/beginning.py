"""Puts an organization on its feet: empty for anybody to fill, or as the seed declares it."""

import json
import os
from datetime import datetime

from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_api._internal import mock_random

from orgwarden.demo import roles, seed
from orgwarden.demo.calls import Caller
from orgwarden.demo.organization import CLOSED, MANAGEMENT_ID, SUSPENDED, Account, Organization, Policy, Unit, now
from orgwarden.demo.seed import AccountSeed, Seed
from orgwarden.demo.state import Demo, StatePatch, merge

SEED = 20261101
ACCOUNT_MANAGEMENT = "account.amazonaws.com"


def empty() -> Demo:
    """Make an organization with all features and its management account alone.

    Trusted access for Account Management is on, so that contacts of members can be put at once.
    """
    joined = now()
    organization = Organization(
        organization_id="o-emptydemo1",
        root_id="r-demo",
        name="management",
        email="management@corp.example",
        joined=joined,
    )
    organization.services[ACCOUNT_MANAGEMENT] = joined
    return Demo(organization)


def seeded(declared: Seed, *, drifts: bool) -> Demo:
    """Make the organization that a seed declares, with or without its drifts."""
    organization = _organization(declared)
    _add_units(organization, declared)
    _add_accounts(organization, declared, seed.addresses(declared, drifts=drifts))
    _add_policies(organization, declared)
    _add_delegation(organization, declared, drifts=drifts)
    _add_roles(declared)
    demo = Demo(
        organization,
        primary_contacts=seed.primary_contacts(declared, drifts=drifts),
        alternate_contacts=seed.alternate_contacts(declared, drifts=drifts),
        verification=seed.verifications(declared, drifts=drifts),
        keys={key: _user(declared.id_of(held.account), held.user) for key, held in declared.access_keys.items()},
    )
    for state in seed.states_of(declared, drifts=drifts):
        merge(demo, StatePatch.parsed(json.dumps(state)))
    return demo


def reset_moto() -> None:
    """Forget everything that moto holds; the same calls in the same order make the same ids again."""
    # Six hundred machine images in each region of each account, which nobody here looks at.
    os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    BackendDict.reset()
    reset_model_data()
    mock_random.seed(SEED)


def _organization(declared: Seed) -> Organization:
    about = declared.organization
    organization = Organization(
        organization_id=about.id,
        root_id=about.root,
        name=declared.management.name,
        email=declared.management.address,
        joined=about.joined,
    )
    organization.accounts[MANAGEMENT_ID].tags.update(declared.management.tags)
    return organization


def _add_units(organization: Organization, declared: Seed) -> None:
    for path, unit in declared.units.items():
        above, _, name = path.rpartition("/")
        parent = declared.units[above].id if above else organization.root_id
        organization.add_unit(Unit(id=unit.id, name=name, parent=parent, tags=dict(unit.tags)))


def _add_accounts(organization: Organization, declared: Seed, addresses: dict[str, str]) -> None:
    for one in declared.accounts:
        parent = declared.units[one.unit].id if one.unit else organization.root_id
        organization.add_account(_account(one, parent, addresses[one.name], declared.organization.joined))
        roles.create(one.id, roles.MEMBER_ROLE, roles.trusting(MANAGEMENT_ID))


def _account(one: AccountSeed, parent: str, email: str, joined: datetime) -> Account:
    status = SUSPENDED if one.state == CLOSED else one.state
    return Account(
        id=one.id,
        name=one.name,
        email=email,
        parent=parent,
        joined=joined,
        state=one.state,
        status=status,
        tags=one.tags,
    )


def _add_policies(organization: Organization, declared: Seed) -> None:
    for kind in declared.policy_types:
        organization.enable_policy_type(kind)
    for one in declared.policies:
        id_ = f"p-{organization.fresh(10)}"
        text = seed.policy_text(one)
        organization.add_policy(Policy(id=id_, name=one.name, description=one.name, type=one.type, content=text))
        for path in one.attach:
            organization.attach(id_, organization.root_id if path == "root" else declared.units[path].id)


def _add_delegation(organization: Organization, declared: Seed, *, drifts: bool) -> None:
    since = declared.organization.joined
    organization.services.update(dict.fromkeys(declared.trusted_access, since))
    if declared.resource_policy:
        organization.resource_policy = json.dumps(declared.resource_policy)
    drifted = (change.delegated_administrators for change in declared.changes(drifts=drifts))
    for named in (declared.delegated_administrators, *drifted):
        for name, services in named.items():
            organization.delegated.setdefault(declared.id_of(name), {}).update(dict.fromkeys(services, since))


def _add_roles(declared: Seed) -> None:
    if every := declared.member_role:
        for one in declared.accounts:
            roles.create(one.id, every.name, roles.trusting(declared.id_of(every.trusts)))
    for role in declared.roles:
        trusted = (declared.id_of(name) for name in role.trusts)
        trust = roles.trusting(*trusted, external_id=role.external_id)
        roles.create(declared.id_of(role.account), role.name, trust)


def _user(account: str, name: str) -> Caller:
    user_id = f"AIDADEMO{name.upper():0<13}"[:21]
    return Caller(account=account, arn=f"arn:aws:iam::{account}:user/{name}", user_id=user_id)
