"""The shortlist says of each service what its model says."""

import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel

from orgwarden.collect.shortlist import REGIONAL, WORLDWIDE, Read

TOKENS = {"NextToken", "nextToken", "Marker", "NextMarker"}


def model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@pytest.mark.parametrize("one", [*REGIONAL, *WORLDWIDE], ids=lambda one: f"{one.service}:{one.operation}")
def test_the_table_names_what_the_service_has(one: Read):
    operation = model(one.service).operation_model(one.operation)
    shape = operation.output_shape
    shape = shape.members.get("DistributionList", shape)
    asked, answered = one.tokens
    assert answered in shape.members or not TOKENS & set(shape.members)
    assert answered not in shape.members or asked in operation.input_shape.members
    for step in one.items.split("."):
        shape = shape.members[step]
        assert isinstance(shape, ListShape)
        shape = shape.member
    wanted = {one.key, one.tags, one.state.partition(".")[0], one.default} - {""}
    assert not wanted or wanted <= set(shape.members)
