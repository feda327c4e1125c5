"""The tagging service: what is tagged, where it is, and accounts in us-east-1 for the management account alone."""

from tests.demo.asking import refusal

SERVICE, ACCOUNTS = "resourcegroupstaggingapi", ["organizations:account"]


def _arns(client, **more):
    return [one["ResourceARN"] for one in client.get_resources(**more)["ResourceTagMappingList"]]


def test_tagged_accounts_are_listed_in_us_east_1_for_the_management_account(empty, organizations):
    account, _ = empty.new_account("one"), empty.new_account("two")
    organizations.tag_resource(ResourceId=account, Tags=[{"Key": "owner", "Value": "platform"}])
    here = empty.client(SERVICE, region="us-east-1")
    (told,) = here.get_resources(ResourceTypeFilters=ACCOUNTS)["ResourceTagMappingList"]
    assert told["ResourceARN"].endswith(f"/{account}")
    assert told["Tags"] == [{"Key": "owner", "Value": "platform"}]
    assert _arns(empty.client(SERVICE, region="eu-west-1"), ResourceTypeFilters=ACCOUNTS) == []
    assert _arns(empty.as_role(account, SERVICE), ResourceTypeFilters=ACCOUNTS) == []


def test_pages_of_tagged_accounts_follow_the_token(empty, organizations):
    for n in range(3):
        organizations.tag_resource(ResourceId=empty.new_account(f"a{n}"), Tags=[{"Key": "n", "Value": str(n)}])
    here = empty.client(SERVICE, region="us-east-1")
    pages = here.get_paginator("get_resources").paginate(ResourceTypeFilters=ACCOUNTS, ResourcesPerPage=2)
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [2, 1]
    assert refusal(here.get_resources, PaginationToken="no")[0] == "PaginationTokenExpiredException"


def test_resources_are_listed_where_they_are_by_their_tags(empty):
    sqs, here = empty.client("sqs", region="eu-north-1"), empty.client(SERVICE, region="eu-north-1")
    sqs.create_queue(QueueName="tagged", tags={"owner": "platform"})
    sqs.create_queue(QueueName="bare")
    assert _arns(here) == ["arn:aws:sqs:eu-north-1:123456789012:tagged"]
    assert _arns(here, TagFilters=[{"Key": "owner", "Values": ["other"]}]) == []
    assert _arns(empty.client(SERVICE, region="eu-west-1")) == []
