"""Attestation review.

Looks each day at what people answered and confirmed, so that a click, a day that has passed and an answer that ends
become findings and tickets on their day, also when no task of a person ends.

- **When**: each day, 08:00 UTC; by hand with `{"period": "2026-10"}` or `{"period": "2026-Q4"}`, which says whose
  messages are tried again and under which month the outcome is handed on. What is judged is today.
- **retry_probes** writes again to mailboxes whose message the mail server did not take, each day, or sent back, a week
  later. It writes to nobody to whom `access_validation` has not written in the quarter. **A red `retry_probes`** could
  not list the accounts, or the mail server still takes nothing; what people did is judged all the same.
- **Outcome**: a line such as `9 asked · 7 answered · 6 signed off · 2 overdue · 2 new`, in the log; it is handed on to
  the tickets where a finding opened, opened again or was resolved. **A skipped `publish`** means that nothing moved.
- **Safe to repeat**: the same day judged twice moves nothing the second time.
"""

from airflow.sdk import TriggerRule, dag, task

from orgwarden import on_airflow as on


@dag(
    schedule=on.EACH_MORNING,
    deadline=on.within(hours=4),
    tags=["orgwarden", "attestations"],
    doc_md=__doc__,
    **on.ATTESTATION_REVIEW,
)
def attestation_review():
    @task
    def retry_probes() -> dict:
        return on.send_probes(on.quarter_of_today(), opening=False)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def judge() -> dict:
        from orgwarden.flows import access_validation as flow

        return on.call(flow.review)

    @task(outlets=[on.ATTESTATION_FINDINGS])
    def publish(outcome: dict) -> dict:
        return on.publish_if_moved(on.ATTESTATION_FINDINGS, outcome)

    judged = judge()
    retry_probes() >> judged
    publish(judged)


attestation_review()
