"""The demo's bills: delivered as AWS would, reconciled by the workflow, and held against what was put into them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from orgwarden.demo import oracle
from orgwarden.demo import seed as seeds
from orgwarden.demo.billing import delivering
from orgwarden.demo.billing.delivering import KEEPER, Post
from orgwarden.demo.billing.months import Step, demo_months
from orgwarden.demo.chain import BILL, Chain
from orgwarden.demo.standing import Demo
from orgwarden.demo.summary import Bill, Reading


def steps() -> tuple[Step, ...]:
    """Give the deliveries of today."""
    return demo_months(datetime.now(UTC).date())


def declare(demo: Demo, told: Sequence[Step]) -> Post:
    """Have the bill delivered to a bucket, which the inventory is to find; give the way of the deliveries."""
    keeper = seeds.declared().id_of(KEEPER)
    s3 = demo.client_of(keeper, "s3")
    post = Post(s3=s3, payer=demo.client, state=demo.set_state, folder=demo.state / "bills")
    delivering.declare(post, told[0].plan, keeper=keeper)
    return post


def reconciled(demo: Demo, chain: Chain, post: Post, told: Sequence[Step]) -> list[Bill]:
    """Deliver one month after the other, and let the workflow reconcile each; at last one of which nothing is new."""
    first, *later = told
    _deliver(demo, post, first)
    # From here on the workflow looks each day; its look goes no further back than the month that was closed last.
    demo.api.send("PATCH", f"/dags/{BILL}", {"is_paused": False})
    bills = [_bill(first, chain.billed(first.period, asked=True, with_tickets=False))]
    for step in later:
        chain.settled()
        _deliver(demo, post, step)
        # Where nothing deviates there is no ticket to wait for.
        bills.append(_bill(step, chain.billed(step.period, asked=False, with_tickets=bool(step.deviates))))
    last = later[-1]
    demo.tell(f"Nothing was delivered; reconciling {last.period} again")
    again = _bill(last, chain.billed(last.period, asked=True))
    return [*bills, replace(again, says="unchanged", new=0)]


def _deliver(demo: Demo, post: Post, step: Step) -> None:
    delivering.deliver(post, step)
    demo.tell(f"The bill of {step.period} was delivered, {step.says}")


def _bill(step: Step, reading: Reading) -> Bill:
    compared = oracle.compare(step.expectations, reading.verdicts, key_of_number=str, key_of_mailbox=str)
    return Bill(says=step.says, reading=reading, compared=compared, new=len(step.deviates))


def where(bills: Sequence[Bill], store: Path) -> str:
    """Say where the newest reports of each month lie."""
    packs = {bill.reading.period: bill.outcome["packs"] for bill in bills}
    return "\n".join(f"Bill      {store / pack}" for folders in packs.values() for pack in folders)
