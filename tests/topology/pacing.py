"""Holds every call that the organization got, from all workers together, against AWS's rates and the settings'."""

from orgwarden.collect.pacer import UNPUBLISHED
from orgwarden.demo.summary import table
from tests.topology.watching import bucket_of, busiest, published, times

# Seconds over which calls a second are told: in fewer of them bursts, which AWS allows, weigh most.
WINDOW = 10.0
TOLD = 15


def told_of_calls(topology, capsys):
    """Tell the busiest APIs; fail where AWS would have refused a call, or the settings' rate was not kept to."""
    share = float(topology.service("airflow-worker").environment["ORGWARDEN_RATE_SHARE"])
    came = {one: at for one, at in times(topology.server).items() if one[0] != "s3"}
    assert came
    seen = {one: busiest(at, WINDOW) / WINDOW for one, at in came.items()}
    configured = {one: share * (rate + burst / WINDOW) for one in came for rate, burst in [published(one)]}
    needed = {one: bucket_of(at, published(one)[0]) for one, at in came.items()}
    rows = [
        (
            ":".join(one[:2]),
            str(len(came[one])),
            f"{seen[one]:.2f}",
            f"{configured[one]:.2f}",
            f"{needed[one]:.1f} of {published(one)[1]:g}{' *' if published(one) is UNPUBLISHED else ''}",
        )
        for one in sorted(came, key=lambda one: seen[one] / configured[one], reverse=True)[:TOLD]
    ]
    with capsys.disabled():
        print(f"\n\n{sum(map(len, came.values()))} calls by both workers; the busiest APIs:")
        print(table(("API", "calls", f"a second over {WINDOW:g} s", "configured", "of AWS's burst"), rows))
        print("* AWS publishes no rate of it; a modest one is kept to")
    assert {one: most for one, most in needed.items() if most > published(one)[1]} == {}
    assert {one: most for one, most in seen.items() if most > configured[one]} == {}
