"""Attestation review.

Judges again, by what was read last, what people attested: who has left since, whether access that was to be removed is
gone, who gained some that nobody decided on, and what is overdue. Asks nobody anything.

- **When**: after the inventory, for its month; by hand with a partition key such as `2026-11`, or with
  `{"period": "2026-11"}`. It reads the newest sealed snapshot, and the record of answers as of today.
- **Before anybody was asked** everything is UNKNOWN: switch it on once `access_validation` has run.
- **Outcome**: a line such as `9 asked · 7 answered · 6 signed off · 2 overdue · 2 new`, in the log and on the asset
  event.
- **Safe to repeat**: findings are keyed by control and subject, and an older reading never undoes a newer one.
- **Opens no ticket**: `drift_tickets` does.
"""

from airflow.sdk import dag, task

from orgwarden import on_airflow as on


@dag(
    schedule=on.AFTER_INVENTORY,
    deadline=on.within(hours=2),
    tags=["orgwarden", "attestations"],
    doc_md=__doc__,
    **on.WORKFLOW,
)
def attestation_review():
    @task(outlets=[on.ATTESTATION_FINDINGS])
    def review() -> dict:
        from orgwarden.flows import access_validation as flow

        return on.publish(on.ATTESTATION_FINDINGS, on.call(flow.review))

    review()


attestation_review()
