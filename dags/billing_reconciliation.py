"""Billing reconciliation.

Reads the month's bill as AWS delivered it, holds it against the invoices, Cost Explorer and the organization, and
publishes the pack that finance takes: once estimated, again when it is final, and again when AWS restates it.

- **When**: it looks every day, 07:00 UTC, at the month that runs, the month before, and what was reconciled in the
  three before that; a month whose export was not delivered anew is left alone. By hand with `{"period": "2026-10"}`,
  which reconciles that month whatever was delivered. Several months of one run go one at a time.
- **Where the bill is**: ORGWARDEN_BILLING_EXPORT, else the payer's export that the newest inventory lists.
- **A red `due`** could not look: the log names what to grant, or that nothing says any more where the bill is.
- **A red `stage`** could not fetch the files: a delivery that is under way is tried again by itself; else the log names
  the file and what to grant or mend, or a month that was not delivered five days after its end.
- **A red `reconcile`** published nothing of its month. The log says what cannot be read, or which check of the gate
  does not hold; so do the gate's pages, `billing/2026-10/gate/index.html` in the store. Other months go on.
- **Blocked**: a final month that does not tie to its invoices, has lines twice or does not add up is not published.
  Find the cause, or let it through: `orgwarden billing release` takes a reason and a second person.
- **A witness that was not read** leaves the bill `FINAL, not tied to ...`: say so to whoever books it.
- **Cost Explorer** is asked only where ORGWARDEN_COST_EXPLORER is on; the line tells what its requests cost.
- **Outcome**: a line a month, such as `2026-10 FINAL 74,074.98 USD · 17 tie · 1 does not · 3 unknown`, in the log, on
  the asset event and in `billing/2026-10/`; the pack stands under `reports/billing/`, and is mailed about where the
  connection `orgwarden_smtp` exists.
- **Statements** of a final pack are mailed to the owners of cost centres that have a `mail` in the baseline, once a
  pack. **A red `mail_statements`** names the cost centres whose mail was not taken; it sends only theirs when repeated.
- **Safe to repeat**: the same delivery reconciled twice publishes one pack, and no pack is ever overwritten.
"""

from airflow.sdk import TriggerRule, XComArg, dag, task, task_group

from orgwarden import on_airflow as on


@dag(schedule=on.DAILY, deadline=on.within(hours=6), tags=["orgwarden", "billing"], doc_md=__doc__, **on.WORKFLOW)
def billing_reconciliation():
    @task
    def due() -> list[str]:
        from orgwarden.flows import billing_reconciliation as flow

        return on.call(flow.due, on.asked_period())

    @task_group
    def each(month: str) -> XComArg:
        @task(pool=on.BILLING_POOL)
        def stage(month: str) -> str:
            from orgwarden.flows import billing_reconciliation as flow

            return on.call(flow.stage, month)

        @task(pool=on.BILLING_POOL)
        def reconcile(month: str) -> dict:
            from orgwarden.flows import billing_reconciliation as flow

            return on.call(flow.reconcile, month)

        return reconcile(stage(month))

    # A month that cannot be read holds back none of the others.
    @task(outlets=[on.BILLING_FINDINGS], trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def publish(outcomes: list) -> dict:
        return on.publish_months(on.BILLING_FINDINGS, outcomes)

    @task
    def mail_statements(told: dict) -> dict:
        return on.mail_statements(told)

    mail_statements(publish(each.expand(month=due())))


billing_reconciliation()
