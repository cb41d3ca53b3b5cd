"""Tables and streams of another account, which ARNs name: reached as AWS lets them be, never confused with one's own."""

import json

import pytest
from botocore.exceptions import ClientError

from conftest import ALICE, BOB, make_client


@pytest.fixture
def alice(enforcing):
    return make_client("dynamodb", enforcing, access_key="AKIAALICE", secret_key="secret")


@pytest.fixture
def bob(enforcing):
    return make_client("dynamodb", enforcing, access_key="AKIABOB", secret_key="secret")


def refused(code, call, **parameters):
    """The error of a call that is refused with that code."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]


def make_table(client, name):
    """A table with an index and a stream; its description."""
    return client.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "pg"],
        GlobalSecondaryIndexes=[{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "ALL"}}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})["TableDescription"]


def allow(client, arn, resource, *actions):
    client.put_resource_policy(ResourceArn=arn, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{BOB}:root"}, "Resource": resource,
         "Action": [f"dynamodb:{action}" for action in actions]}]}))


def test_an_arn_of_another_account_is_that_accounts_table(endpoint, client, account, unique):
    """Not the caller's own of the same name, which a test that mixes up accounts would else write."""
    other, mine, name = make_client("dynamodb", endpoint, access_key=account), client("dynamodb"), unique("table")
    arn = make_table(other, name)["TableArn"]
    assert arn.split(":")[4] == account
    refused("ResourceNotFoundException", mine.get_item, TableName=name, Key={"p": {"S": "a"}})
    make_table(mine, name)
    mine.put_item(TableName=arn, Item={"p": {"S": "a"}, "g": {"S": "b"}})
    assert "Item" not in mine.get_item(TableName=name, Key={"p": {"S": "a"}})
    assert other.get_item(TableName=name, Key={"p": {"S": "a"}})["Item"]["g"] == {"S": "b"}
    assert mine.query(TableName=arn, IndexName="by-g", KeyConditionExpression="g = :g",
                      ExpressionAttributeValues={":g": {"S": "b"}})["Count"] == 1
    assert mine.describe_table(TableName=arn)["Table"]["TableArn"] == arn
    mine.delete_table(TableName=arn)
    assert name in mine.list_tables()["TableNames"] and name not in other.list_tables()["TableNames"]


def test_an_arn_of_another_region_is_refused(client, unique):
    """The wording is that of a Terraform user's report."""
    dynamodb, name = client("dynamodb"), unique("table")
    arn = make_table(dynamodb, name)["TableArn"].replace("us-east-1", "eu-west-1")
    for call, parameters in ((dynamodb.describe_table, {}), (dynamodb.get_item, {"Key": {"p": {"S": "a"}}}),
                             (dynamodb.describe_continuous_backups, {})):
        error = refused("ValidationException", call, TableName=arn, **parameters)
        assert error["Message"] == f"1 validation error detected: Invalid AWS region in '{arn}'"


def test_a_policy_opens_a_table_to_another_account(alice, bob, unique):
    name = unique("table")
    arn = make_table(alice, name)["TableArn"]
    key = {"p": {"S": "a"}}
    error = refused("AccessDeniedException", bob.put_item, TableName=arn, Item=key)
    assert error["Message"] == (f"User: arn:aws:iam::{BOB}:root is not authorized to perform: dynamodb:PutItem on resource: {arn} "
                                "because no resource-based policy allows the dynamodb:PutItem action")
    refused("AccessDeniedException", bob.get_item, TableName=arn + "-not-there", Key=key)
    refused("AccessDeniedException", bob.list_tags_of_resource, ResourceArn=arn)
    allow(alice, arn, arn, "PutItem", "GetItem", "ListTagsOfResource")
    bob.put_item(TableName=arn, Item={**key, "g": {"S": "b"}})
    assert bob.get_item(TableName=arn, Key=key)["Item"]["g"] == {"S": "b"}
    assert bob.list_tags_of_resource(ResourceArn=arn)["Tags"] == []
    refused("AccessDeniedException", bob.delete_item, TableName=arn, Key=key)
    refused("ResourceNotFoundException", bob.get_item, TableName=name, Key=key)


def test_transactions_need_the_permission_of_each_action(alice, bob, unique):
    arn = make_table(alice, unique("table"))["TableArn"]
    allow(alice, arn, arn, "PutItem", "GetItem")
    put = {"Put": {"TableName": arn, "Item": {"p": {"S": "a"}}}}
    bob.transact_write_items(TransactItems=[put])
    got = bob.transact_get_items(TransactItems=[{"Get": {"TableName": arn, "Key": {"p": {"S": "a"}}}}])
    assert got["Responses"][0]["Item"] == {"p": {"S": "a"}}
    refused("AccessDeniedException", bob.transact_write_items, TransactItems=[
        put, {"Delete": {"TableName": arn, "Key": {"p": {"S": "b"}}}}])
    refused("AccessDeniedException", bob.batch_write_item, RequestItems={arn: [{"PutRequest": {"Item": {"p": {"S": "c"}}}}]})


def test_an_index_is_a_resource_of_its_own(alice, bob, unique):
    arn = make_table(alice, unique("table"))["TableArn"]
    asked = {"TableName": arn, "IndexName": "by-g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "b"}}}
    allow(alice, arn, arn, "Query", "Scan")
    refused("AccessDeniedException", bob.query, **asked)
    allow(alice, arn, [arn, f"{arn}/index/by-g"], "Query")
    assert bob.query(**asked)["Count"] == 0
    refused("AccessDeniedException", bob.scan, TableName=arn, IndexName="by-g")


def test_a_stream_has_a_policy_of_its_own(enforcing, alice, bob, unique):
    described = make_table(alice, unique("table"))
    stream = described["LatestStreamArn"]
    alice.put_item(TableName=described["TableName"], Item={"p": {"S": "a"}})
    reader = make_client("dynamodbstreams", enforcing, access_key="AKIABOB", secret_key="secret")
    refused("AccessDeniedException", reader.describe_stream, StreamArn=stream)
    allow(alice, stream, stream, "DescribeStream", "GetShardIterator", "GetRecords")
    shard = reader.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = reader.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert [record["dynamodb"]["Keys"] for record in reader.get_records(ShardIterator=iterator)["Records"]] == [{"p": {"S": "a"}}]
