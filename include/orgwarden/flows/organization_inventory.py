"""The organization inventory: open a reading, sweep one family of calls after the other, gate it, seal it.

Each step takes plain arguments and gives plain results, so that a DAG, a test and the command line call it alike.
A place is where a reading stands in the store, such as ``snapshots/2026-11/1``.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from orgwarden import snapshot as snapshots
from orgwarden.baseline import Baseline
from orgwarden.collect import (
    access,
    alerts,
    billing,
    contacts,
    delegation,
    mail_domains,
    organizations,
    policies,
    resources,
    root,
    runbooks,
)
from orgwarden.collect import gate as completeness
from orgwarden.collect.links import Links
from orgwarden.collect.mail_domains import Dns
from orgwarden.collect.sessions import Aws
from orgwarden.declared.runbooks import links_of
from orgwarden.errors import BadInput, GateFailed, RetryLater, StopAndTell
from orgwarden.flows import administered
from orgwarden.flows.gating import GATE_FILE, failures, keep
from orgwarden.model import EVERYTHING, Period
from orgwarden.parts.organization import ACCOUNTS, ORGANIZATION, STATES_SINCE
from orgwarden.parts.resources import RESOURCES
from orgwarden.privacy import Veil
from orgwarden.snapshot import Gaps, Manifest, Opened, Page, Sealing, Staging, merged, stage, whole_part_gaps
from orgwarden.store import AlreadyThere, NotThere, Store

FOLDER = "snapshots"
SWEEPS = (
    organizations,
    contacts,
    mail_domains,
    policies,
    delegation,
    root,
    access,
    resources,
    alerts,
    billing,
    runbooks,
)
LEFT_OUT = "was left out of this reading, or did not come to its end"
Clock = Callable[[], datetime]
NO_SNAPSHOT = "there is no sealed snapshot of an organization: run organization_inventory first"


def open_snapshot(period: Period, *, run: str, store: Store, veil: Veil, clock: Clock) -> str:
    """Open the period's next reading, or resume the one that this run left unsealed; give its place."""
    opened = Opened(period=str(period), run=run, at=clock(), key_check=veil.check, aliases=veil.folding)
    number = 1
    while True:
        place = f"{FOLDER}/{period}/{number}"
        try:
            stage(store, place, opened)
        except AlreadyThere:
            number += 1
        else:
            return place


def sweep_organizations(place: str, *, store: Store, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read organization, accounts, tree and tags. Raises ``Refused`` where no account is answered."""
    staging = Staging(store, place)
    counts = organizations.sweep(staging, aws=aws, veil=veil, before=_before(store))
    administered.keep(staging, aws)
    return counts


def sweep_contacts(place: str, *, store: Store, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read the primary and alternate contacts of the accounts that were read."""
    staging, aws = administered.sharing(store, place, aws)
    return contacts.sweep(staging, aws=aws, veil=veil)


def sweep_mail_domains(place: str, *, store: Store, dns: Dns) -> dict[str, int]:
    """Ask the DNS for the domains of the addresses that were read."""
    return mail_domains.sweep(Staging(store, place), dns=dns)


def sweep_policies(place: str, *, store: Store, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read the policies of every enabled type, where they are attached, and what of tag policies is in force."""
    staging, aws = administered.sharing(store, place, aws)
    return policies.sweep(staging, aws=aws, veil=veil)


def sweep_delegation(place: str, *, store: Store, aws: Aws, veil: Veil, baseline: Baseline | None) -> dict[str, int]:
    """Read trusted services, their administrators, handshakes and transfers; Control Tower where it is wanted."""
    wanted = (baseline or Baseline()).structure.control_tower
    staging, aws = administered.sharing(store, place, aws)
    return delegation.sweep(staging, aws=aws, veil=veil, control_tower=wanted)


def sweep_root(place: str, *, store: Store, aws: Aws, veil: Veil, audit: str) -> dict[str, int]:
    """Read the credentials and use of root users; of member accounts only as far as ``audit`` asks for it."""
    staging, aws = administered.sharing(store, place, aws)
    return root.sweep(staging, aws=aws, veil=veil, audit=audit)


def sweep_access(place: str, *, store: Store, aws: Aws, veil: Veil, baseline: Baseline | None) -> dict[str, int]:
    """Read who gets into the management account, and whether whoever is registered is still there."""
    staging, aws = administered.sharing(store, place, aws)
    return access.sweep(staging, aws=aws, veil=veil, registered=(baseline or Baseline()).users())


def sweep_resources(place: str, *, store: Store, aws: Aws, veil: Veil, asks_cost_explorer: bool) -> dict[str, int]:
    """Read what lies in the management account, in every enabled region."""
    staging, aws = administered.sharing(store, place, aws)
    before = _left_before(store)
    return resources.sweep(staging, aws=aws, veil=veil, asks_cost_explorer=asks_cost_explorer, before=before)


def sweep_alerts(place: str, *, store: Store, aws: Aws, veil: Veil) -> dict[str, int]:
    """Read the trails of the management account, and what raises an alarm there."""
    staging, aws = administered.sharing(store, place, aws)
    return alerts.sweep(staging, aws=aws, veil=veil)


def sweep_billing(place: str, *, store: Store, aws: Aws, asks_cost_explorer: bool) -> dict[str, int]:
    """Read where the bill is delivered; whether Cost Explorer is on, and its tag keys, where it may be asked."""
    staging, aws = administered.sharing(store, place, aws)
    return billing.sweep(staging, aws=aws, asks_cost_explorer=asks_cost_explorer)


def sweep_runbooks(place: str, *, store: Store, links: Links, veil: Veil, baseline: Baseline | None) -> dict[str, int]:
    """Ask the links of the documents that the baseline names."""
    return runbooks.sweep(Staging(store, place), links=links, asked=links_of(baseline, veil))


def sweep_all(  # noqa: PLR0913 - the tools of all sweeps
    place: str,
    only: Collection[str] = (),
    *,
    store: Store,
    aws: Aws,
    dns: Dns,
    links: Links,
    veil: Veil,
    baseline: Baseline | None,
    audit: str,
    asks_cost_explorer: bool,
) -> Iterator[tuple[str, dict[str, int] | RetryLater]]:
    """Sweep one family of calls after the other, for whoever has no scheduler; give each one's name and counts.

    ``only`` are the names of the sweeps to make (all without one), beside that of the organization itself, on which
    all others build. In the place of counts stands what kept a sweep from its end; the next one goes on. Raises
    ``BadInput`` for a sweep that there is not, and what the organization's own sweep raises.
    """
    steps: dict[str, Callable[[], dict[str, int]]] = {
        organizations.NAME: lambda: sweep_organizations(place, store=store, aws=aws, veil=veil),
        contacts.NAME: lambda: sweep_contacts(place, store=store, aws=aws, veil=veil),
        mail_domains.NAME: lambda: sweep_mail_domains(place, store=store, dns=dns),
        policies.NAME: lambda: sweep_policies(place, store=store, aws=aws, veil=veil),
        delegation.NAME: lambda: sweep_delegation(place, store=store, aws=aws, veil=veil, baseline=baseline),
        root.NAME: lambda: sweep_root(place, store=store, aws=aws, veil=veil, audit=audit),
        access.NAME: lambda: sweep_access(place, store=store, aws=aws, veil=veil, baseline=baseline),
        resources.NAME: lambda: sweep_resources(
            place, store=store, aws=aws, veil=veil, asks_cost_explorer=asks_cost_explorer
        ),
        alerts.NAME: lambda: sweep_alerts(place, store=store, aws=aws, veil=veil),
        billing.NAME: lambda: sweep_billing(place, store=store, aws=aws, asks_cost_explorer=asks_cost_explorer),
        runbooks.NAME: lambda: sweep_runbooks(place, store=store, links=links, veil=veil, baseline=baseline),
    }
    if unknown := set(only) - steps.keys():
        raise BadInput(f"there is no sweep {min(unknown)!r}: choose among {', '.join(steps)}")
    for name, step in steps.items():
        if not only or name in only or name == organizations.NAME:
            yield name, _made(name, step)


def _made(name: str, step: Callable[[], dict[str, int]]) -> dict[str, int] | RetryLater:
    try:
        return step()
    except RetryLater as error:
        if name == organizations.NAME:
            raise
        return error


def gate(place: str, *, store: Store, baseline: Baseline | None) -> dict[str, int]:
    """Hold the reading against the gate, keep its checks, and give their number. Raises ``GateFailed``."""
    staging = Staging(store, place)
    most_lost = (baseline or Baseline()).inventory.most_lost
    pages = [*staging.all_pages(), Page(gaps=_gaps_of_failed_sweeps(staging))]
    gated = completeness.check(pages, before=_accounts_before(store), most_lost=most_lost)
    keep(store, place, gated)
    if told := failures(gated):
        raise GateFailed(f"{place} is not fit to be judged, and the last good snapshot stays: {told}")
    return {"checks": len(gated.checks)}


def seal(place: str, *, store: Store, clock: Clock, versions: Mapping[str, str]) -> dict[str, Any]:
    """Seal the reading; what a failed sweep did not read is a gap. Gives place, digest, counts and a line.

    Raises ``StopAndTell`` where the organization itself was not read, or the gate was not passed.
    """
    staging = Staging(store, place)
    if staging.is_sealed():
        staging.clear()
        return _sealed(place, snapshots.load_manifest(store, place))
    if not staging.finished(organizations.NAME):
        raise StopAndTell(f"{place} cannot be sealed: the sweep of the organization did not come to its end")
    _passed_the_gate(staging)
    row = merged(staging.pages("organization"))[0][ORGANIZATION][EVERYTHING]
    sealing = Sealing(
        organization=row.id,
        management=row.management_account,
        sealed=clock(),
        previous=_newest_digest(store),
        versions=dict(versions),
    )
    parts = [part for sweep in SWEEPS for part in sweep.PARTS]
    return _sealed(place, snapshots.seal(staging, sealing, parts=parts, gaps=_gaps_of_failed_sweeps(staging)))


def newest(store: Store, period: Period | None = None) -> str | None:
    """Give the place of the newest sealed snapshot of the period (of all without one); ``None``: there is none."""
    return next(iter(_sealed_places(store, period)), None)


def newest_manifest(store: Store) -> Manifest:
    """Give the manifest of the newest sealed snapshot. Raises ``BadInput`` where there is none."""
    place = newest(store)
    if not place:
        raise BadInput(NO_SNAPSHOT)
    return snapshots.load_manifest(store, place)


def _sealed_places(store: Store, period: Period | None = None) -> list[str]:
    """Give the places of the sealed snapshots, the newest first."""
    folder = f"{FOLDER}/{period}" if period else FOLDER
    places = [name.removesuffix("/manifest.json") for name in store.names(folder) if name.endswith("/manifest.json")]
    return sorted(places, key=_order, reverse=True)


def _order(place: str) -> tuple[str, int]:
    _, period, number = place.split("/")
    return period, int(number)


def _accounts_before(store: Store) -> int | None:
    place = newest(store)
    return snapshots.load_manifest(store, place).parts[ACCOUNTS.name].rows if place else None


def _before(store: Store) -> organizations.Before:
    """Give what the last sealed reading knew of the accounts' states."""
    place = newest(store)
    if place is None:
        return organizations.NOTHING_BEFORE
    accounts, since = (snapshots.load_rows(store, place, part) for part in (ACCOUNTS, STATES_SINCE))
    return organizations.Before(accounts=accounts, since=since)


def _left_before(store: Store) -> frozenset[str]:
    """Give the regions in which the last reading of resources left something to look for."""
    for place in _sealed_places(store):
        gaps = {(gap.part, gap.key) for gap in snapshots.load_manifest(store, place).gaps}
        if (RESOURCES.name, EVERYTHING) not in gaps:
            return resources.left_in(snapshots.load_rows(store, place, RESOURCES), gaps)
    return frozenset()


def _newest_digest(store: Store) -> str:
    place = newest(store)
    return snapshots.load_manifest(store, place).digest if place else ""


def _passed_the_gate(staging: Staging) -> None:
    try:
        checks = GATE_FILE.validate_json(staging.store.read(staging.name("gate.json"))).checks
    except NotThere as error:
        raise StopAndTell(f"{staging.place} cannot be sealed: it was not held against the gate") from error
    if not all(check.holds for check in checks):
        raise StopAndTell(f"{staging.place} cannot be sealed: it did not pass the gate")


def _gaps_of_failed_sweeps(staging: Staging) -> Gaps:
    return {
        key: cause
        for sweep in SWEEPS
        if not staging.finished(sweep.NAME)
        for key, cause in whole_part_gaps(sweep.PARTS, f"the sweep {sweep.NAME} {LEFT_OUT}").items()
    }


def _sealed(place: str, manifest: Manifest) -> dict[str, Any]:
    accounts = manifest.parts[ACCOUNTS.name].rows
    gaps = len(manifest.gaps)
    line = f"{accounts} accounts · {gaps} gaps · snapshot {manifest.digest[:12]}"
    return {"snapshot": place, "digest": manifest.digest, "accounts": accounts, "gaps": gaps, "line": line}
