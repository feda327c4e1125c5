"""Drift tickets.

Keeps every open finding on exactly one open ticket, and closes a ticket once a run has seen all of its findings gone.

- **When**: after any of the reviews; by hand with a partition key such as `2026-11`, or with `{"period": "2026-11"}`.
  One run at a time: two would plan against each other.
- **plan** writes down what is to be done, **apply** does it through the outbox, **sweep** closes tickets that say the
  same thing twice, **reconcile** notes for the next plan what people changed by hand.
- **Safe to repeat and to clear halfway**: nothing is opened twice, through crashes, retries and a search that lags.
- **Outcome**: one line, such as `2 tickets opened · 1 closed · 21 open`, in the log and on the asset event.
"""

from airflow.sdk import dag, task

from orgwarden import on_airflow as on


@dag(
    schedule=on.AFTER_ANY_REVIEW,
    deadline=on.within(hours=4),
    tags=["orgwarden", "tickets"],
    doc_md=__doc__,
    **on.WORKFLOW,
)
def drift_tickets():
    @task(pool=on.TICKETS_POOL)
    def plan() -> str:
        from orgwarden.flows import drift_tickets as flow

        on.period()  # refuses a run without one before anything is written
        return on.call(flow.plan, run=on.run_id())

    @task(pool=on.TICKETS_POOL)
    def apply(planned: str) -> dict:
        from orgwarden.flows import drift_tickets as flow

        return on.call(flow.apply, planned)

    @task(pool=on.TICKETS_POOL)
    def sweep() -> dict:
        from orgwarden.flows import drift_tickets as flow

        return on.call(flow.sweep)

    @task(pool=on.TICKETS_POOL, outlets=[on.TICKETS])
    def reconcile(planned: str) -> dict:
        from orgwarden.flows import drift_tickets as flow

        return on.publish(on.TICKETS, on.call(flow.reconcile, planned))

    planned = plan()
    apply(planned) >> sweep() >> reconcile(planned)


drift_tickets()
