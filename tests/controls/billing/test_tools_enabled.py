from orgwarden.parts.cost_explorer import COST_EXPLORER
from orgwarden.parts.declared import BILLING_TOOLS
from orgwarden.parts.delegation import ACTIVATIONS, TRUSTED_SERVICES, Activation
from tests.governance_worlds import SINCE, governed
from tests.worlds import gap, statuses, verdicts

CONTROL = "billing.tools_enabled"
HUB, OPTIMIZER = "cost-optimization-hub.bcm.amazonaws.com", "compute-optimizer.amazonaws.com"
LENS = "storage-lens.s3.amazonaws.com"
ALL = ("cost_explorer", "cost_optimization_hub", "compute_optimizer", "storage_lens")
WHOLE = ("", "")


def using(*tools, trusted=(HUB, OPTIMIZER, LENS), enrolled=(HUB, OPTIMIZER), explorer=True, gaps=None):
    said = {p: Activation(activated=p in enrolled, said_by="a call") for p in trusted if p != LENS}
    parts = {TRUSTED_SERVICES: dict.fromkeys(trusted, SINCE), ACTIVATIONS: said, COST_EXPLORER: {"*": explorer}}
    return governed({**parts, BILLING_TOOLS: {"*": tools or ALL}}, gaps)


def off(world):
    said = verdicts(CONTROL, world)[WHOLE]
    return said.status.value, said.evidence.get("off")


def test_tools_that_are_all_on_pass():
    said = verdicts(CONTROL, using())[WHOLE]
    assert (said.status, said.evidence) == ("PASS", {"tools": ALL})


def test_each_tool_that_is_off_deviates():
    assert off(using(explorer=False)) == ("FAIL", ("cost_explorer",))
    assert off(using(enrolled=(HUB,))) == ("FAIL", ("compute_optimizer",))
    assert off(using(enrolled=(OPTIMIZER,))) == ("FAIL", ("cost_optimization_hub",))
    assert off(using(trusted=(HUB, OPTIMIZER))) == ("FAIL", ("storage_lens",))
    assert off(using(explorer=False, trusted=())) == ("FAIL", ALL)


def test_a_tool_that_the_baseline_does_not_want_may_be_off():
    assert statuses(CONTROL, using("storage_lens", explorer=False, enrolled=())) == {WHOLE: "PASS"}
    none = governed({BILLING_TOOLS: {"*": ()}})
    assert statuses(CONTROL, none) == {WHOLE: "NOT_APPLICABLE"}


def test_a_tool_that_could_not_be_looked_at_is_unknown_unless_another_is_off():
    for unread in (gap(COST_EXPLORER), gap(TRUSTED_SERVICES), gap(ACTIVATIONS, HUB), gap(BILLING_TOOLS)):
        assert statuses(CONTROL, using(gaps=unread)) == {WHOLE: "UNKNOWN"}
    assert off(using(enrolled=(HUB,), gaps=gap(COST_EXPLORER))) == ("FAIL", ("compute_optimizer",))
    assert statuses(CONTROL, using("storage_lens", gaps=gap(ACTIVATIONS))) == {WHOLE: "PASS"}
