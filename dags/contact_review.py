"""Contact review.

Holds the contact phones, mailboxes and alternate contacts of every account against the declared baseline, from the
month's sealed snapshot, and follows each deviation as a finding.

- **When**: after the inventory, for its month; by hand with a partition key such as `2026-11`, or with
  `{"period": "2026-11"}`: then it reads the newest sealed snapshot of that month.
- **Recheck**: with `{"period": "2026-11", "recheck": FINDING_OR_TICKET}` it reads only the subjects of that finding, or
  of that ticket's findings, again, and resolves what it sees gone; in seconds, and whatever the finding's theme.
- **Takes its turn** with the sweeps of one API (pool `aws_account`), since a recheck asks AWS, too.
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
def contact_review():
    @task(pool=on.ACCOUNT_POOL, outlets=[on.CONTACT_FINDINGS])
    def review() -> dict:
        from orgwarden.flows import contact_review as flow

        return on.publish(on.CONTACT_FINDINGS, on.reviewed(flow.review))

    review()


contact_review()
