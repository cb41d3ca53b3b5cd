"""DynamoDB by boto3: tables, items, queries, indexes, batches, transactions, TTL and streams."""

import gzip
import json
import zlib
from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError
from dynamodb_support import raw_call
from refusals import code_and_message as refused


@pytest.fixture
def db(client):
    return client("dynamodb")


@pytest.fixture
def make_table(db, unique):
    """Tables with the given key ("p" or "p", "c") and options, dropped after the test."""
    made = []

    def make(*key, types="SSSSSS", extra=(), **options):
        names = [*key, *extra]
        name = unique("table")
        db.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": k, "KeyType": t} for k, t in zip(key, ("HASH", "RANGE"))],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in zip(names, types)],
            **options,
        )
        made.append(name)
        return name

    yield make
    for name in made:
        db.delete_table(TableName=name)


@pytest.fixture
def resource(endpoint):
    return boto3.resource("dynamodb", endpoint_url=endpoint, region_name="us-east-1",
                          aws_access_key_id="test", aws_secret_access_key="test")


def test_table_life(db, make_table):
    """Infrastructure tools create, describe, list, tag and compare what they read back."""
    name = make_table("p", "c", types="SN", Tags=[{"Key": "team", "Value": "a"}])
    table = db.describe_table(TableName=name)["Table"]
    assert table["TableStatus"] == "ACTIVE" and table["ItemCount"] == 0
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert name in db.list_tables()["TableNames"]
    arn = table["TableArn"]
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "tier", "Value": "b"}])
    db.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert db.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "tier", "Value": "b"}]
    code, message = refused(db.create_table, TableName=name, BillingMode="PAY_PER_REQUEST",
                            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])
    assert (code, message) == ("ResourceInUseException", f"Table already exists: {name}")


def test_limits_and_endpoints(db, endpoint):
    """The address that DescribeEndpoints names is one that the client can reach."""
    assert db.describe_limits()["TableMaxReadCapacityUnits"] == 40_000
    assert db.describe_endpoints()["Endpoints"][0]["Address"] == endpoint.split("://")[1]


def test_deletion_protection(db, make_table):
    """A protected table survives a mistaken delete."""
    name = make_table("p", DeletionProtectionEnabled=True)
    assert refused(db.delete_table, TableName=name)[0] == "ValidationException"
    db.update_table(TableName=name, DeletionProtectionEnabled=False)


def test_point_in_time_recovery_setting(db, make_table):
    """Infrastructure tools turn it on and compare what they read back."""
    name = make_table("p")
    status = db.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert status["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    changed = db.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    assert changed["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 35
    assert refused(db.describe_continuous_backups, TableName="no-such-table")[0] == "TableNotFoundException"


def test_items_by_resource(resource, make_table):
    """The resource API with Decimals, sets and nested documents gives back what was put."""
    table = resource.Table(make_table("p"))
    item = {"p": "a", "n": Decimal("1.50"), "set": {"x", "y"}, "map": {"list": [1, None, True]}, "b": b"\x00\xff"}
    table.put_item(Item=item)
    got = table.get_item(Key={"p": "a"})["Item"]
    assert got["n"] == Decimal("1.5") and got["set"] == {"x", "y"} and got["map"] == item["map"]
    assert got["b"].value == b"\x00\xff"
    answer = table.delete_item(Key={"p": "a"}, ReturnValues="ALL_OLD")
    assert answer["Attributes"]["n"] == Decimal("1.5")
    assert "Item" not in table.get_item(Key={"p": "a"})


def test_conditions(db, make_table):
    """A failed condition changes nothing and can return the item that stood in the way."""
    name = make_table("p")
    db.put_item(TableName=name, Item={"p": {"S": "a"}, "v": {"N": "1"}})
    with pytest.raises(ClientError) as caught:
        db.put_item(TableName=name, Item={"p": {"S": "a"}, "v": {"N": "2"}},
                    ConditionExpression="attribute_not_exists(p)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert caught.value.response["Item"] == {"p": {"S": "a"}, "v": {"N": "1"}}
    assert refused(db.get_item, TableName=name, Key={"q": {"S": "a"}}) == (
        "ValidationException", "The provided key element does not match the schema")


def test_update_and_return_values(resource, make_table):
    """A counter and a list in one update, answered with only what changed."""
    table = resource.Table(make_table("p"))
    table.put_item(Item={"p": "a", "n": 1, "other": "kept"})
    answer = table.update_item(
        Key={"p": "a"}, UpdateExpression="SET n = n + :one, l = list_append(if_not_exists(l, :none), :x) REMOVE gone",
        ExpressionAttributeValues={":one": 1, ":none": [], ":x": ["x"]}, ReturnValues="UPDATED_NEW")
    assert answer["Attributes"] == {"n": 2, "l": ["x"]}
    old = table.update_item(Key={"p": "a"}, AttributeUpdates={"n": {"Action": "ADD", "Value": 5}},
                            ReturnValues="UPDATED_OLD")
    assert old["Attributes"] == {"n": 2}


def test_query_pages_in_order(resource, make_table):
    """Pages follow one another without a gap in either direction; a full last page has a token."""
    table = resource.Table(make_table("p", "c", types="SN"))
    with table.batch_writer() as batch:
        for number in range(25):
            batch.put_item(Item={"p": "a", "c": number})
    for forward in (True, False):
        seen, start = [], {}
        while True:
            page = table.query(KeyConditionExpression=Key("p").eq("a") & Key("c").between(5, 20), Limit=4,
                               ScanIndexForward=forward, **start)
            seen += [int(item["c"]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert seen == sorted(range(5, 21), reverse=not forward)
    counted = table.query(KeyConditionExpression=Key("p").eq("a"), FilterExpression=Attr("x").exists(), Select="COUNT")
    assert (counted["Count"], counted["ScannedCount"]) == (0, 25) and "Items" not in counted


def test_parallel_scan(resource, make_table):
    """Segments share the items without overlap."""
    table = resource.Table(make_table("p"))
    for number in range(40):
        table.put_item(Item={"p": str(number)})
    seen = [item["p"] for segment in range(4) for item in table.scan(Segment=segment, TotalSegments=4)["Items"]]
    assert sorted(seen) == sorted(str(number) for number in range(40))


def test_global_index(resource, db, make_table):
    """A sparse index added later is filled, follows every change, and can be dropped."""
    name = make_table("p")
    table = resource.Table(name)
    table.put_item(Item={"p": "a", "status": "open"})
    table.put_item(Item={"p": "b"})
    db.update_table(TableName=name, AttributeDefinitions=[{"AttributeName": "status", "AttributeType": "S"}],
                    GlobalSecondaryIndexUpdates=[{"Create": {
                        "IndexName": "by-status", "Projection": {"ProjectionType": "KEYS_ONLY"},
                        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}]}}])
    query = {"IndexName": "by-status", "KeyConditionExpression": Key("status").eq("open")}
    assert table.query(**query)["Items"] == [{"p": "a", "status": "open"}]
    table.update_item(Key={"p": "a"}, UpdateExpression="REMOVE #s", ExpressionAttributeNames={"#s": "status"})
    table.put_item(Item={"p": "b", "status": "open", "x": 1})
    assert table.query(**query)["Items"] == [{"p": "b", "status": "open"}]
    assert refused(table.put_item, Item={"p": "c", "status": 1})[0] == "ValidationException"
    db.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-status"}}])
    assert "does not have the specified index" in refused(table.query, **query)[1]


def test_batches(db, make_table):
    """Batches span tables; a wrong one writes nothing."""
    one, two = make_table("p"), make_table("p")
    puts = [{"PutRequest": {"Item": {"p": {"S": str(i)}}}} for i in range(10)]
    assert db.batch_write_item(RequestItems={one: puts, two: puts})["UnprocessedItems"] == {}
    keys = [{"p": {"S": str(i)}} for i in range(12)]
    got = db.batch_get_item(RequestItems={one: {"Keys": keys}, two: {"Keys": keys}})
    assert {name: len(items) for name, items in got["Responses"].items()} == {one: 10, two: 10}
    assert "duplicates" in refused(db.batch_get_item, RequestItems={one: {"Keys": keys[:1] * 2}})[1]


def test_transactions(db, make_table):
    """All or nothing, with the reasons in order, and once for a repeated token."""
    name = make_table("p")
    put = {"Put": {"TableName": name, "Item": {"p": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(p)"}}
    add = {"Update": {"TableName": name, "Key": {"p": {"S": "n"}}, "UpdateExpression": "ADD n :one",
                      "ExpressionAttributeValues": {":one": {"N": "1"}}}}
    for _ in range(2):
        db.transact_write_items(TransactItems=[put, add], ClientRequestToken=f"token-{name[-8:]}")
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[put, add])
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ConditionalCheckFailed", "None"]
    got = db.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": {"p": {"S": "n"}}}}])
    assert got["Responses"][0]["Item"]["n"] == {"N": "1"}


def test_consumed_capacity(db, make_table):
    """Half units for eventual reads of 4 KB, whole ones for writes of 1 KB."""
    name = make_table("p")
    item = {"p": {"S": "a"}, "x": {"S": "x" * 4200}}
    wrote = db.put_item(TableName=name, Item=item, ReturnConsumedCapacity="TOTAL")
    assert wrote["ConsumedCapacity"] == {"TableName": name, "CapacityUnits": 5.0}
    read = db.get_item(TableName=name, Key={"p": {"S": "a"}}, ReturnConsumedCapacity="TOTAL")
    assert read["ConsumedCapacity"]["CapacityUnits"] == 1.0


def test_time_to_live_and_streams(endpoint, account, admin, unique):
    """An item goes when its time comes, and the stream says who took it."""
    from conftest import make_client
    db = make_client("dynamodb", endpoint, access_key=account)
    streams = make_client("dynamodbstreams", endpoint, access_key=account)
    name = unique("ttl")
    arn = db.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]
    db.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    assert db.describe_time_to_live(TableName=name)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    expires = admin.now_ms(account) // 1000 + 3600
    db.put_item(TableName=name, Item={"p": {"S": "a"}, "expires": {"N": str(expires)}})
    admin.advance("30m", account)
    assert "Item" in db.get_item(TableName=name, Key={"p": {"S": "a"}})
    admin.advance("31m", account)
    assert "Item" not in db.get_item(TableName=name, Key={"p": {"S": "a"}})
    assert streams.list_streams(TableName=name)["Streams"][0]["StreamArn"] == arn
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "REMOVE"]
    assert records[1]["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert records[0]["dynamodb"]["NewImage"]["p"] == {"S": "a"}
    db.delete_table(TableName=name)


def test_survives_a_kill(start_daemon, tmp_path):
    """What was acknowledged is there after SIGKILL, with its table and its index."""
    import signal
    from conftest import make_client
    data = str(tmp_path / "data")
    daemon = start_daemon("--data", data)
    db = make_client("dynamodb", daemon.endpoint)
    db.create_table(
        TableName="kept", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("p", "g")],
        GlobalSecondaryIndexes=[{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "ALL"}}])
    for number in range(20):
        db.put_item(TableName="kept", Item={"p": {"S": str(number)}, "g": {"S": "x"}})
    daemon.stop(signal.SIGKILL)
    db = make_client("dynamodb", start_daemon("--data", data).endpoint)
    assert db.scan(TableName="kept")["Count"] == 20
    assert db.query(TableName="kept", IndexName="by-g", KeyConditionExpression="g = :x",
                    ExpressionAttributeValues={":x": {"S": "x"}})["Count"] == 20


@pytest.mark.parametrize("accepted, encoding", [("gzip", "gzip"), ("deflate, gzip;q=0.5", "deflate"), ("identity", None)])
def test_compressed_answers(endpoint, db, make_table, accepted, encoding):
    """Answers of 4 KB and more are compressed for who can take it; the checksum is that of the bytes sent."""
    name = make_table("p")
    db.put_item(TableName=name, Item={"p": {"S": "large"}, "text": {"S": "x" * 5000}})
    db.put_item(TableName=name, Item={"p": {"S": "small"}})
    for item, expected in (("large", encoding), ("small", None)):
        body = json.dumps({"TableName": name, "Key": {"p": {"S": item}}}).encode()
        _, headers, answer = raw_call(endpoint, "GetItem", body, **{"Accept-Encoding": accepted})
        assert headers["Content-Encoding"] == expected
        assert int(headers["x-amz-crc32"]) == zlib.crc32(answer)
        plain = {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[expected](answer)
        assert json.loads(plain)["Item"]["p"] == {"S": item}


def test_compressed_requests(endpoint, db, make_table):
    """gzip, in several members too, and deflate; what cannot be decoded is the service's 500."""
    name = make_table("p")

    def put(key, encoding, pack):
        body = json.dumps({"TableName": name, "Item": {"p": {"S": key}}}).encode()
        return raw_call(endpoint, "PutItem", pack(body), **{"Content-Encoding": encoding})[0]

    assert put("gzip", "gzip", gzip.compress) == 200
    assert put("members", "gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])) == 200
    assert put("deflate", "deflate", zlib.compress) == 200
    assert put("broken", "gzip", lambda body: body) == put("unknown", "other", lambda body: body) == 500
    assert {item["p"]["S"] for item in db.scan(TableName=name)["Items"]} == {"gzip", "members", "deflate"}
