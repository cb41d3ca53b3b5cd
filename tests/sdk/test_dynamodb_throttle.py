"""Provisioned capacity, enforced for an account that asked for it: buckets of 300 s on its own clock."""

import pytest
from botocore.exceptions import ClientError
from conftest import make_client
from dynamodb_support import Account, refused

EXCEEDED = ("ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
            "provisioning level with the UpdateTable API.")
BURST_S = 300


@pytest.fixture
def home(endpoint, admin, account):
    """An account with a frozen clock and enforced capacity."""
    admin.post("/_cumulite/dynamodb/throttle", enabled=True, account=account)
    yield Account(endpoint, admin, account)
    admin.post("/_cumulite/dynamodb/throttle", enabled=False, account=account)


@pytest.fixture
def table(home, unique):
    name = unique("throttled")
    home.db.create_table(
        TableName=name, KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
    return name


def item(key, kilobytes=0):
    return {"p": {"S": key}, "text": {"S": "x" * (1024 * kilobytes)}}


def test_writes(home, table):
    """The burst may be used at once; then capacity comes back with the clock, a unit a second."""
    home.db.put_item(TableName=table, Item=item("large", 390))
    assert refused(home.db.put_item, TableName=table, Item=item("a")) == EXCEEDED
    assert refused(home.db.delete_item, TableName=table, Key={"p": {"S": "large"}}) == EXCEEDED
    home.advance("90s")  # 391 units were used of 300.
    assert refused(home.db.put_item, TableName=table, Item=item("a")) == EXCEEDED
    home.advance("2s")
    home.db.put_item(TableName=table, Item=item("a"))
    assert refused(home.db.put_item, TableName=table, Item=item("b")) == EXCEEDED
    with pytest.raises(ClientError) as caught:
        home.db.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item("b")}}])
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ProvisionedThroughputExceeded"]


def test_reads(home, table):
    """Reads have a bucket of their own; Scan, Query and PartiQL draw on it."""
    home.db.put_item(TableName=table, Item=item("a"))
    for _ in range(2 * BURST_S):
        home.db.get_item(TableName=table, Key={"p": {"S": "a"}})
    for call, arguments in (
        (home.db.get_item, {"Key": {"p": {"S": "a"}}}),
        (home.db.scan, {}),
        (home.db.query, {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}),
    ):
        assert refused(call, TableName=table, **arguments) == EXCEEDED
    assert refused(home.db.execute_statement, Statement=f'SELECT * FROM "{table}"') == EXCEEDED
    home.db.put_item(TableName=table, Item=item("b"))


def test_batches_hand_back(home, table):
    """What a batch could not do is handed back; only a batch that did nothing is refused."""
    requests = [{"PutRequest": {"Item": item(str(i), 150)}} for i in range(4)]
    left = home.db.batch_write_item(RequestItems={table: requests})["UnprocessedItems"]
    assert left == {table: requests[2:]}
    assert refused(home.db.batch_write_item, RequestItems=left) == EXCEEDED
    home.advance("10m")
    assert home.db.batch_write_item(RequestItems=left)["UnprocessedItems"] == {}
    keys = [{"p": {"S": str(i)}} for i in range(4)]
    for _ in range(7):  # 38 units each.
        home.db.get_item(TableName=table, Key=keys[0], ConsistentRead=True)
    read = home.db.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    assert len(read["Responses"][table]) == 1
    assert read["UnprocessedKeys"][table]["Keys"] == keys[1:]


def test_on_demand_never(home, unique):
    """A table on demand has no provisioned capacity to exceed, also where a maximum is set."""
    name = unique("demand")
    home.create(name, OnDemandThroughput={"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": 1})
    for i in range(3):
        home.put(name, str(i), text={"S": "x" * 390_000})
    assert len(home.items(name)) == 3


def test_index_pushes_back(home, unique):
    """A write is refused when an index has no capacity left, though its table has."""
    name = unique("indexed")
    throughput = {"ReadCapacityUnits": 1000, "WriteCapacityUnits": 1000}
    home.db.create_table(
        TableName=name, KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "pg"], ProvisionedThroughput=throughput,
        GlobalSecondaryIndexes=[{
            "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}])
    home.db.put_item(TableName=name, Item={**item("a", 390), "g": {"S": "g"}})
    code, message = refused(home.db.put_item, TableName=name, Item=item("b"))
    assert code == EXCEEDED[0] and "global secondary indexes" in message


def test_reasons(home, table, unique):
    """The refusal names what was exceeded, and of which table or index."""
    name = unique("indexed")
    home.db.create_table(
        TableName=name, KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "pg"],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1000},
        GlobalSecondaryIndexes=[{
            "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}])
    home.db.put_item(TableName=name, Item={**item("a", 390), "g": {"S": "g"}})
    home.db.put_item(TableName=table, Item=item("a", 390))
    for index in ({}, {"IndexName": "by-g"}):
        for _ in range(7):
            home.db.scan(TableName=name, **index)

    def reasons(call, **arguments):
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        return caught.value.response["ThrottlingReasons"]

    for call, arguments, reason, resource in (
            (home.db.put_item, {"TableName": table, "Item": item("b")}, "TableWrite", table),
            (home.db.put_item, {"TableName": name, "Item": item("b")}, "IndexWrite", name + "/index/by-g"),
            (home.db.scan, {"TableName": name}, "TableRead", name),
            (home.db.scan, {"TableName": name, "IndexName": "by-g"}, "IndexRead", name + "/index/by-g")):
        assert reasons(call, **arguments) == [{
            "reason": reason + "ProvisionedThroughputExceeded",
            "resource": f"arn:aws:dynamodb:us-east-1:{home.name}:table/{resource}"}]


def test_setting(start_daemon):
    """--dynamodb-throttle asks for every account."""
    daemon = start_daemon("--dynamodb-throttle")
    db = make_client("dynamodb", daemon.endpoint)
    db.create_table(
        TableName="table", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
    db.put_item(TableName="table", Item=item("large", 390))
    assert refused(db.put_item, TableName="table", Item=item("a")) == EXCEEDED
