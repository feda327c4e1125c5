"""The whole of Orgwarden on the demo organization: three readings in a real Airflow, held against what was seeded.

The first reading is the one that the schedule itself starts for the current month. Then a drift is mended and another
made, the next month is read, and read again with nothing changed. Then the bills of three months are delivered, and
people are asked. The messy organization has a story of its own (``month_one``).
"""

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from orgwarden.demo import attesting, bills, confirming, month_one, oracle, profiles, seed, story
from orgwarden.demo.chain import CHAIN, Chain
from orgwarden.demo.service import DEFAULT
from orgwarden.demo.standing import STATE, Demo, alone, ends_on_signals, next_month, say, standing, where_to_look
from orgwarden.demo.summary import Expected, Reading, summary, tables
from orgwarden.privacy import Veil

Story = Callable[[ExitStack, Path, int | None], bool]


def run(*, stay_up: bool, ui_port: int | None = None, state: Path = STATE, profile: str = DEFAULT) -> int:
    """Run the demo; 0 when everything ran and agrees with the seed, 1 when not, 130 when it was interrupted.

    Raises ``BadInput`` and ``StopAndTell`` with a sentence where it cannot run.
    """
    profiles.of(profile)
    stories: dict[str, Story] = {DEFAULT: _northwind, "messy": month_one.told}
    with ends_on_signals(), ExitStack() as stack:
        try:
            agrees = stories[profile](stack, state, ui_port)
            if stay_up:
                say("\nIt stays up until Ctrl-C.")
                threading.Event().wait()
        except KeyboardInterrupt:
            say("\nStopping ...")
            return 130
        return 0 if agrees else 1


def _northwind(stack: ExitStack, state: Path, ui_port: int | None) -> bool:
    stack.enter_context(alone(state, state))
    demo = stack.enter_context(standing(state, profile=DEFAULT, baseline=seed.BASELINE, ui_port=ui_port))
    chain = Chain(api=demo.api, state=demo.state, tell=demo.tell)
    deliveries = bills.steps()
    post = bills.declare(demo, deliveries)
    readings, expected = _three_readings(demo, chain)
    billed = bills.reconciled(demo, chain, post, deliveries)
    demo.mailroom.refused.add(confirming.COMES_BACK)
    attested = replace(attesting.asked(demo, chain), messages=confirming.confirmed(demo, chain))
    found = summary(readings, expected, billed, attested, state / "store")
    (state / "summary.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    say(tables(found, readings, billed, attested))
    say(where_to_look(demo, state / "summary.json"))
    say(bills.where(billed, state / "store"))
    return not found["disagreements"]


def _three_readings(demo: Demo, chain: Chain) -> tuple[list[Reading], Expected]:
    known = seed.declared()
    for workflow in reversed(CHAIN):
        demo.api.send("PATCH", f"/dags/{workflow}", {"is_paused": False})
    month = chain.scheduled_month()
    demo.tell(f"The schedule has started the reading of {month}")
    first = chain.followed(month)
    changed = story.next_month(demo.client, demo.set_state)
    demo.tell("Drifts were mended and others made; reading the next month")
    second = chain.triggered(next_month(month))
    demo.tell("Nothing was changed; reading the same month again")
    again = chain.triggered(next_month(month))
    wanted = seed.expectations(known)
    mended = {(one.control, one.subject) for one in changed.resolved}
    wanted_later = [one for one in wanted if (one.control, one.subject) not in mended] + list(changed.new)
    expected = Expected(
        first=compared(demo, wanted, first),
        second=compared(demo, wanted_later, second),
        resolved=len(changed.resolved),
        new=len(changed.new),
        controls=tuple(sorted({one.control for one in (*wanted, *changed.new)})),
    )
    return [first, second, again], expected


def compared(demo: Demo, wanted: list[Any], reading: Reading) -> dict[str, Any]:
    """Hold the verdicts of a reading against what was to come."""
    return oracle.compare(
        wanted, reading.verdicts, key_of_number=_number_hash(demo.veil), key_of_mailbox=demo.veil.mailbox
    )


def _number_hash(veil: Veil) -> Callable[[str], str]:
    return lambda text: veil.number("+" + "".join(c for c in text if c.isdigit()))
