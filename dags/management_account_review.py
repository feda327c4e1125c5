"""Management account review.

Judges the one account that no service control policy restrains: its root user, who gets in and what they may change,
what lies there that should not, and whether a use of the root user raises an alarm that somebody hears.

- **When**: after the inventory, for its month; by hand with a partition key such as `2026-11`, or with
  `{"period": "2026-11"}`: then it reads the newest sealed snapshot of that month.
- **Root users of member accounts** are judged as far as `organization_inventory` was asked to audit them
  (`audit_member_root`); unasked, they are UNKNOWN by one cause.
- **Drills** that people told of are judged again by what AWS tells now, as is all else that they attested.
- **Recheck**: with `{"period": "2026-11", "recheck": FINDING_OR_TICKET}` it reads only what decides that finding, or
  that ticket's findings, again, and resolves what it sees gone.
- **Takes its turn** with the sweeps of one API (pool `aws_iam`), since a recheck asks AWS, too.
- **Outcome**: one line, such as `12 deviations (3 new) · 4 unknown · 99 % seen`, in the log and on the asset event.
- **Safe to repeat**: findings are keyed by control and subject, and an older reading never undoes a newer one.
- **Opens no ticket**: `drift_tickets` does.
"""

from airflow.sdk import dag, task

from orgwarden import on_airflow as on


@dag(
    schedule=on.AFTER_INVENTORY,
    deadline=on.within(hours=2),
    tags=["orgwarden", "review"],
    doc_md=__doc__,
    **on.REVIEW,
)
def management_account_review():
    @task(pool=on.IAM_POOL, outlets=[on.MANAGEMENT_FINDINGS])
    def review() -> dict:
        from orgwarden.flows import management_account_review as flow

        return on.publish(on.MANAGEMENT_FINDINGS, on.reviewed(flow.review))

    review()


management_account_review()
