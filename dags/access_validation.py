"""Access validation.

Asks people what no API can see: whether the password is kept as it should be, the phone still works, the alarm reached
somebody who knew what to do. Each person has one task with all their questions; another one signs what they answered.

- **When**: on the first of each quarter, 07:00 UTC; by hand with the partition key of the month that opens one, such as
  `2026-10`, or with `{"period": "2026-10"}` or `{"period": "2026-Q4"}`. Who has
  answered is not asked again, but about access that has changed since, or was to change.
- **To answer**: *Browse > Required Actions*. Whoever is asked, and their deputies, may answer until the day that stands
  there; nobody else, and an administrator not either. What is incomplete is asked again.
- **What counts** is what stands in our record after it was checked, not the state of a task: one that was set to
  success by hand, or that nobody answered, counts for nothing.
- **No answer** hangs or reddens nothing: past the day it is a deviation, on a ticket, until somebody answers. Clear the
  `answer` of that person to ask them again.
- **send_probes** writes to each mailbox of a root user, by the connection `orgwarden_smtp`, with a link that two people
  follow to confirm that the message came. Where mail cannot be sent, the control says UNKNOWN with the remedy, and
  `attestation_review` tries again each day. **A red `send_probes`** could not list the accounts, or the mail server
  took some for later only; it holds back none of the questions. Clear it to write again to those mailboxes whose
  message came back, or was not confirmed in time; what waits for its day is not written to twice.
- **Outcome**: a line such as `9 asked · 7 answered · 6 signed off · 2 overdue · 2 new`, in the log and on the asset
  event.
- **What needs no answer** is judged beside: whether the monthly reviews were held in time (`attestations.review_held`).
- **Who is asked** follows the register in the baseline (people, custody, attestations.reviewers); a question that
  nobody can be asked is UNKNOWN with what to declare, and stands in the log of `open_quarter`.
"""

from airflow.sdk import TriggerRule, dag, task, task_group

from orgwarden import on_airflow as on
from orgwarden.on_airflow.asking import Answer, SignOff


@dag(
    schedule=on.QUARTERLY,
    deadline=on.within(hours=88 * 24),
    tags=["orgwarden", "attestations"],
    doc_md=__doc__,
    **on.ATTESTATIONS,
)
def access_validation():
    @task
    def open_quarter() -> list[dict]:
        from orgwarden.flows import access_validation as flow

        return on.call(flow.open_quarter, on.quarter())

    @task
    def send_probes() -> dict:
        return on.send_probes(on.quarter(), opening=True)

    @task(outlets=[on.ATTESTATION_FINDINGS], trigger_rule=TriggerRule.ALL_DONE)
    def judge() -> dict:
        from orgwarden.flows import access_validation as flow

        return on.publish(on.ATTESTATION_FINDINGS, on.call(flow.review), on.month())

    @task_group
    def each(asked: dict) -> None:
        answer = Answer(task_id="answer", asked=asked)
        SignOff(task_id="sign_off", asked=answer.output) >> judge()

    asked = open_quarter()
    # Once more, at the end: also where there was nobody to ask.
    [each.expand(asked=asked), asked >> send_probes()] >> judge.override(task_id="close")()


access_validation()
