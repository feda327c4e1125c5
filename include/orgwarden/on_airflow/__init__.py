"""All that Orgwarden knows of Airflow: timetables, assets, retry rules, alerts, and the way from a run to its period.

Partitions, windows and retry policies came to Airflow in 3.2 and 3.3 and are young; behind this one module, a change
of theirs is a change of one file. DAG files import it while they are parsed: only ``airflow.sdk`` stands above.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from airflow.sdk import (
    Asset,
    CronPartitionTimetable,
    IdentityMapper,
    Param,
    PartitionedAssetTimetable,
    RetryDecision,
    RetryPolicy,
    get_current_context,
)

# They are public, but the stub of airflow.sdk 1.3 forgets them.
from airflow.sdk import DeadlineAlert, SyncCallback  # type: ignore[attr-defined]  # isort: skip

from orgwarden.errors import BadInput, OrgwardenError, RetryLater
from orgwarden.model import Period
from orgwarden.on_airflow.connections import aws_session
from orgwarden.on_airflow.lateness import SinceQueued
from orgwarden.on_airflow.mail import alert, inform, sending
from orgwarden.settings import AUDITS

if TYPE_CHECKING:
    from orgwarden.baseline import Baseline
    from orgwarden.wiring import Tools

log = logging.getLogger(__name__)
T = TypeVar("T")

ORGANIZATIONS_POOL = "aws_organizations"
ACCOUNT_POOL = "aws_account"
IAM_POOL = "aws_iam"
BILLING_POOL = "billing"
TICKETS_POOL = "tickets"

INVENTORY = Asset(name="orgwarden_inventory", uri="orgwarden://inventory")
CONTACT_FINDINGS = Asset(name="orgwarden_contact_findings", uri="orgwarden://findings/contacts")
MANAGEMENT_FINDINGS = Asset(name="orgwarden_management_findings", uri="orgwarden://findings/management_account")
ORGANIZATION_FINDINGS = Asset(name="orgwarden_organization_findings", uri="orgwarden://findings/organization")
CHANGE_FINDINGS = Asset(name="orgwarden_change_findings", uri="orgwarden://findings/changes")
BILLING_FINDINGS = Asset(name="orgwarden_billing_findings", uri="orgwarden://findings/billing")
ATTESTATION_FINDINGS = Asset(name="orgwarden_attestation_findings", uri="orgwarden://findings/attestations")
TICKETS = Asset(name="orgwarden_tickets", uri="orgwarden://tickets")

# The run of 1 November reads in November and is about November: no offset.
MONTHLY = CronPartitionTimetable("0 6 1 * *", timezone="UTC", run_offset=0, key_format="%Y-%m")
# The run of 1 October is about the quarter that it opens; its key is that month, for a key has no quarters.
QUARTERLY = CronPartitionTimetable("0 7 1 1,4,7,10 *", timezone="UTC", run_offset=0, key_format="%Y-%m")
# A look; what it finds are months, and they are the keys of what is handed on.
DAILY = "0 7 * * *"
# A look at what people did since yesterday.
EACH_MORNING = "0 8 * * *"
AFTER_INVENTORY = PartitionedAssetTimetable(assets=INVENTORY, default_partition_mapper=IdentityMapper())
# Any of the reviews, never all of them: one that fails must not hold back the tickets of the others.
AFTER_ANY_REVIEW = PartitionedAssetTimetable(
    assets=(
        CONTACT_FINDINGS
        | CHANGE_FINDINGS
        | MANAGEMENT_FINDINGS
        | ORGANIZATION_FINDINGS
        | BILLING_FINDINGS
        | ATTESTATION_FINDINGS
    ),
    default_partition_mapper=IdentityMapper(),
)

# The period of a run that has no partition key: one that a person started from the command line.
PARAMS = {
    "period": Param(
        None,
        type=["null", "string"],
        pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
        description="The month, such as 2026-11, of a run without a partition key",
    )
}
QUARTERS = {
    "period": Param(
        None,
        type=["null", "string"],
        pattern=r"^\d{4}-(0[147]|10|Q[1-4])$",
        description="The quarter, such as 2026-Q4, or the month that opens it, of a run without a partition key",
    )
}
AUDIT = {
    "audit_member_root": Param(
        None,
        enum=[None, "off", *AUDITS],
        description="How root users of member accounts are looked at in this run; unset: ORGWARDEN_AUDIT_MEMBER_ROOT",
    )
}
RECHECK = {
    "recheck": Param(
        None,
        type=["null", "string"],
        description="A finding or a ticket: only its subjects are read again, and nothing else is reviewed",
    )
}


class RetryByClass(RetryPolicy):
    """Retries what our errors say may succeed later, and nothing else of ours; what is not ours, as Airflow does."""

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,  # noqa: ARG002 - Airflow's signature
        max_tries: int,  # noqa: ARG002 - the same
        context: Any = None,  # noqa: ARG002 - the same
    ) -> RetryDecision:
        if isinstance(exception, RetryLater):
            return RetryDecision.retry(timedelta(seconds=exception.after), str(exception))
        if isinstance(exception, OrgwardenError):
            return RetryDecision.fail(str(exception))
        return RetryDecision.default()


def tell_failure(context: Mapping[str, Any]) -> None:
    """Tell people that a task failed: which one, of which run, why, and where its log stands."""
    instance, reason = context["ti"], context.get("exception")
    alert(
        f"{instance.dag_id}.{instance.task_id} failed",
        f"Run {instance.run_id}, try {instance.try_number}: {reason}\n{getattr(instance, 'log_url', '')}",
    )


def tell_lateness(hours: int, context: Mapping[str, Any] | None = None) -> None:
    """Tell people that a run did not end in the hours that it should."""
    run: Mapping[str, Any] = (context or {}).get("dag_run", {})
    name = run.get("dag_id", "a workflow")
    alert(f"{name} is late", f"Run {run.get('dag_run_id', '')} has not ended within {hours} hours of its start.")


def within(hours: int) -> DeadlineAlert:
    """Give the alert on a run that has not ended so many hours after it was queued.

    Counted from queueing, since partitioned runs have no logical date.
    """
    return DeadlineAlert(
        reference=SinceQueued(),
        interval=timedelta(hours=hours),
        callback=SyncCallback(tell_lateness, kwargs={"hours": hours}),
        name=f"ends within {hours} hours",
    )


WORKFLOW: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "params": PARAMS,
    "default_args": {
        "owner": "orgwarden",
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_policy": RetryByClass(),
        "on_failure_callback": tell_failure,
    },
}
INVENTORIED: dict[str, Any] = {**WORKFLOW, "params": {**PARAMS, **AUDIT}}
REVIEW: dict[str, Any] = {**WORKFLOW, "params": {**PARAMS, **RECHECK}}
# People take weeks: a quarter does not wait for the stragglers of the one before.
ATTESTATIONS: dict[str, Any] = {**WORKFLOW, "params": QUARTERS, "max_active_runs": 2}
ATTESTATION_REVIEW: dict[str, Any] = {**WORKFLOW, "params": QUARTERS}


def period() -> Period:
    """Give the month that this run is about, or raise ``BadInput`` with the remedy."""
    context = get_current_context()
    return period_of(context["dag_run"].partition_key, context["params"])


def asked_period() -> Period | None:
    """Give the month that this run was asked for, ``None`` where it shall look for itself. Raises ``BadInput``."""
    context = get_current_context()
    key, params = context["dag_run"].partition_key, context["params"]
    return period_of(key, params) if key or params.get("period") else None


def period_of(partition_key: str | None, params: Mapping[str, Any]) -> Period:
    """Give the month of a partition key, else of ``params.period``, or raise ``BadInput``.

    Never of the partition's or the logical date, which depend on how a run was started.
    """
    found = _named_period(partition_key, params)
    if not found.is_month:
        raise BadInput(
            f"{found} is a quarter, and this workflow runs by the month: start it with one, such as 2026-11."
        )
    return found


def _named_period(partition_key: str | None, params: Mapping[str, Any]) -> Period:
    text = partition_key or params.get("period")
    if not text:
        raise BadInput(
            'This run has no period. Start it with a partition key such as 2026-11, or with {"period": "2026-11"}.'
        )
    try:
        return Period(text)
    except ValueError as error:
        raise BadInput(f"The partition key or period of this run cannot be used: {error}") from error


def quarter() -> Period:
    """Give the quarter that this run is about: that which the month of its key opens. Raises ``BadInput``."""
    from orgwarden.attestations.quarters import quarter_of

    context = get_current_context()
    return quarter_of(_named_period(context["dag_run"].partition_key, context["params"]))


def month() -> Period:
    """Give the month that opens this run's quarter: reviews and tickets are handed on by months."""
    return Period.month_of(quarter().first_day)


def quarter_of_today() -> Period:
    """Give the quarter that this run was asked for, else the one that runs. Raises ``BadInput``."""
    from orgwarden.attestations.quarters import quarter_of

    context = get_current_context()
    key, params = context["dag_run"].partition_key, context["params"]
    if key or params.get("period"):
        return quarter_of(_named_period(key, params))
    return Period.quarter_of(_tools().clock().date())


def publish_if_moved(asset: Asset, outcome: dict[str, Any]) -> dict[str, Any]:
    """Hand on what a daily look came to, for the month that opened the quarter; skip where no finding moved."""
    from airflow.sdk.exceptions import AirflowSkipException

    if not any(outcome[name] for name in ("new", "reopened", "resolved")):
        raise AirflowSkipException(f"No finding moved: {outcome['line']}")
    return publish(asset, outcome, Period.month_of(quarter_of_today().first_day))


def run_id() -> str:
    """Give what names this run; clearing it does not change it."""
    run = get_current_context()["dag_run"]
    return f"{run.dag_id}/{run.run_id}"


def call(flow: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Call a flow; each of its keyword arguments that is not named here is the tool of that name."""
    return _tools().call(flow, *arguments, **named)


def audit() -> dict[str, str]:
    """Give the audit of root users that this run asks for; nothing where it leaves that to the settings."""
    asked = get_current_context()["params"].get("audit_member_root")
    return {"audit": "" if asked == "off" else asked} if asked else {}


def reviewed(review: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Call a review with the snapshot that this run is about; where the run names what to recheck, recheck that."""
    period()  # what is published needs one, and is published for a recheck, too
    asked = get_current_context()["params"].get("recheck")
    if not asked:
        return call(review, snapshot())
    from orgwarden.flows import rechecking

    return call(rechecking.recheck, asked)


def opened() -> str:
    """Give the snapshot that the first task of this run opened; stays what it is when a sweep fails."""
    return str(get_current_context()["ti"].xcom_pull(task_ids="open_snapshot"))


def snapshot() -> str:
    """Give the sealed snapshot that this run is about: that of the event that started it, else its period's newest."""
    from orgwarden.flows import organization_inventory

    month = period()
    events = get_current_context()["triggering_asset_events"]
    told = [
        event.extra["snapshot"]
        for event in (events[INVENTORY] if INVENTORY in events else ())  # noqa: SIM401 - no dictionary
        if event.partition_key == month.text and "snapshot" in event.extra
    ]
    found = told[-1] if told else organization_inventory.newest(_tools().store, month)
    if not found:
        raise BadInput(f"There is no sealed snapshot of {month}: run organization_inventory for it first.")
    return str(found)


def publish(asset: Asset, outcome: dict[str, Any], month: Period | None = None) -> dict[str, Any]:
    """Hand the outcome on: the one line to the log, the outcome to whoever waits for the period, or for a month.

    The line cannot become the run's note from here: Airflow 3.3 lets a task set the note of a run that it triggers,
    never of its own. Whoever has the REST API may (``PATCH dagRuns/{id}``), as the demo does.
    """
    event = get_current_context()["outlet_events"][asset]
    event.extra = outcome
    # Always: a run without partition key would else emit an event that no partitioned workflow hears.
    event.add_partitions([(month or period()).text])
    log.info("%s", outcome["line"])
    return outcome


def publish_months(asset: Asset, outcomes: Iterable[dict[str, Any] | None] | dict[str, Any]) -> dict[str, Any]:
    """Hand on the outcomes of several months, each under its own key; tell of new packs and of what is held back."""
    # Airflow hands on the outcome of a sole month bare, and nothing of one that failed.
    months = [outcomes] if isinstance(outcomes, dict) else [outcome for outcome in outcomes if outcome]
    told: dict[str, Any] = {
        "months": {one["period"]: one for one in months},
        "line": " | ".join(one["line"] for one in months),
    }
    event = get_current_context()["outlet_events"][asset]
    event.extra = {"line": told["line"]}
    event.add_partitions([one["period"] for one in months])
    log.info("%s", told["line"])
    for one in months:
        if one["new_packs"]:
            inform(f"bill of {one['period']} published", "\n".join([one["line"], "", *one["new_packs"]]))
        if one["blocked"]:
            alert(f"bill of {one['period']} is held back", one["line"])
    return told


def mail_statements(told: Mapping[str, Any]) -> dict[str, int]:
    """Mail the statements of the months that were told, where the connection ``orgwarden_smtp`` exists."""
    from orgwarden.flows import mailing

    packs = [pack for one in told["months"].values() for pack in one["packs"]]
    with sending() as send:
        return call(mailing.mail_statements, packs, send) if send else {}


def send_probes(quarter: Period, *, opening: bool) -> dict[str, Any]:
    """Write to the mailboxes of a quarter, where they were not written to; ``opening``: as the quarter begins."""
    from orgwarden.on_airflow import probing

    return probing.send_probes(quarter, opening=opening)


def baseline() -> "Baseline | None":
    """Give what the owners declared."""
    return _tools().baseline


def _tools() -> "Tools":
    """Build what the flows need, by the environment and, where it exists, the connection ``orgwarden_aws``."""
    from orgwarden import wiring

    _hush()
    return wiring.tools(session=aws_session())


def _hush() -> None:
    """Keep Great Expectations from writing some 200 lines into each task's log while it is imported."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
