"""Organization review.

Judges how the organization is run: which services are administered from where, how accounts are laid out and guarded,
whether accounts, units and policies carry the tags that were declared, and whether AWS's billing tools are on.

- **When**: after the inventory, for its month; by hand with a partition key such as `2026-11`, or with
  `{"period": "2026-11"}`: then it reads the newest sealed snapshot of that month.
- **What nobody declared** (who administers what, which accounts serve all others, which tags are required) is UNKNOWN,
  and says what to declare.
- **Recheck**: with `{"period": "2026-11", "recheck": FINDING_OR_TICKET}` it reads only what decides that finding, or
  that ticket's findings, again, and resolves what it sees gone.
- **Takes its turn** with the sweeps of one API (pool `aws_organizations`), since a recheck asks AWS, too.
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
def organization_review():
    @task(pool=on.ORGANIZATIONS_POOL, outlets=[on.ORGANIZATION_FINDINGS])
    def review() -> dict:
        from orgwarden.flows import organization_review as flow

        return on.publish(on.ORGANIZATION_FINDINGS, on.reviewed(flow.review))

    review()


organization_review()
