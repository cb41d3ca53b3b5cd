"""DynamoDB's consumed capacity to the half unit and its collections' sizes, for every operation."""

import pytest
from dynamodb_support import Account

KIB = 1024


@pytest.fixture
def db(endpoint, admin, account):
    """A table "units" with a global index on g (all), one on h (keys only), a local one on l (keys only)."""
    own = Account(endpoint, admin, account)

    def index(name, key, kind):
        return {"IndexName": name, "Projection": {"ProjectionType": kind},
                "KeySchema": [{"AttributeName": n, "KeyType": t} for n, t in zip(key, ("HASH", "RANGE"))]}

    own.db.create_table(
        TableName="units", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "pcghl"],
        GlobalSecondaryIndexes=[index("all", "g", "ALL"), index("keys", "h", "KEYS_ONLY")],
        LocalSecondaryIndexes=[index("local", "pl", "KEYS_ONLY")])
    own.db.create_table(
        TableName="other", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])
    return own.db


def sized(size, c="c", **keys):
    """An item of `size` bytes with the key ("p", c) and the given index keys."""
    item = {"p": {"S": "p"}, "c": {"S": c}, **{name: {"S": value} for name, value in keys.items()}}
    used = sum(len(name) + len(value["S"]) for name, value in item.items())
    return {**item, "x": {"S": "x" * (size - used - 1)}}


def key(c="c"):
    return {"p": {"S": "p"}, "c": {"S": c}}


def used(answer):
    """What an answer consumed: total, and of the table and each index ("g:" global, "l:" local)."""
    taken = answer["ConsumedCapacity"]
    assert taken["TableName"] == "units"
    parts = {"table": taken["Table"]["CapacityUnits"]}
    parts.update({"g:" + n: one["CapacityUnits"] for n, one in taken.get("GlobalSecondaryIndexes", {}).items()})
    parts.update({"l:" + n: one["CapacityUnits"] for n, one in taken.get("LocalSecondaryIndexes", {}).items()})
    assert taken["CapacityUnits"] == sum(parts.values())
    return parts


@pytest.mark.parametrize("before, after, units", [
    (None, sized(1024), dict(table=1)),
    (None, sized(1025), dict(table=2)),
    (None, sized(400 * KIB), dict(table=400)),
    (sized(3000), sized(100), dict(table=3)),
    (sized(100), sized(3000), dict(table=3)),
    (sized(100), sized(100), dict(table=1)),
    # An item that comes into indexes is written to each in the size that is projected.
    (None, sized(2500, g="g", h="h", l="l"), {"table": 3, "g:all": 3, "g:keys": 1, "l:local": 1}),
    # What leaves a row of an index as it was costs nothing there.
    (sized(2500, g="g", h="h", l="l"), sized(2600, g="g", h="h", l="l"), {"table": 3, "g:all": 3}),
    (sized(2500, g="g", h="h", l="l"), sized(2500, g="g", h="h", l="l"), dict(table=3)),
    # A row that moves is deleted and put.
    (sized(2500, g="g"), sized(2500, g="G"), {"table": 3, "g:all": 6}),
    (sized(2500, h="h", l="l"), sized(2500, h="H", l="L"), {"table": 3, "g:keys": 2, "l:local": 2}),
    # A row that leaves its index costs what it was.
    (sized(5000, g="g"), sized(100), {"table": 5, "g:all": 5}),
])
def test_writes(db, before, after, units):
    """PutItem costs the larger of the two items, and each index what it had to change; a transaction
    costs the table the double and the indexes the same, as PartiQL and batches do."""
    def again():
        db.delete_item(TableName="units", Key=key())
        if before:
            db.put_item(TableName="units", Item=before)

    again()
    request = {"ReturnConsumedCapacity": "INDEXES"}
    assert used(db.put_item(TableName="units", Item=after, **request)) == units
    again()
    batch = db.batch_write_item(RequestItems={"units": [{"PutRequest": {"Item": after}}]}, **request)
    assert used({"ConsumedCapacity": batch["ConsumedCapacity"][0]}) == units
    again()
    done = db.transact_write_items(TransactItems=[{"Put": {"TableName": "units", "Item": after}}], **request)
    doubled = {**units, "table": 2 * units["table"]}
    assert used({"ConsumedCapacity": done["ConsumedCapacity"][0]}) == doubled
    taken = done["ConsumedCapacity"][0]
    assert taken["WriteCapacityUnits"] == sum(doubled.values())
    for one in [taken["Table"], *taken.get("GlobalSecondaryIndexes", {}).values(), *taken.get("LocalSecondaryIndexes", {}).values()]:
        assert one["WriteCapacityUnits"] == one["CapacityUnits"]
    again()
    total = db.put_item(TableName="units", Item=after, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert total == {"TableName": "units", "CapacityUnits": sum(units.values())}
    assert "ConsumedCapacity" not in db.put_item(TableName="units", Item=after, ReturnConsumedCapacity="NONE")


def test_deletes_and_updates(db):
    """A delete costs the item that was, a missing one a unit; an update the larger item; both their rows."""
    request = {"TableName": "units", "ReturnConsumedCapacity": "INDEXES"}
    db.put_item(TableName="units", Item=sized(4000, g="g", h="h"))
    change = dict(Key=key(), UpdateExpression="SET x = :x", ExpressionAttributeValues={":x": {"S": "y"}}, **request)
    assert used(db.update_item(**change)) == {"table": 4, "g:all": 4}
    assert used(db.update_item(**change)) == {"table": 1}
    db.put_item(TableName="units", Item=sized(4000, g="g", h="h"))
    assert used(db.delete_item(Key=key(), **request)) == {"table": 4, "g:all": 4, "g:keys": 1}
    assert used(db.delete_item(Key=key(), **request)) == {"table": 1}
    assert used(db.update_item(Key=key("new"), **request)) == {"table": 1}


@pytest.mark.parametrize("size, blocks", [(30, 1), (4096, 1), (4097, 2), (8192, 2), (400 * KIB, 100)])
def test_reads(db, size, blocks):
    """A read costs a unit for each 4 KiB, half of it unless consistent, the double in a transaction."""
    db.put_item(TableName="units", Item=sized(size))
    get = {"TableName": "units", "Key": key(), "ReturnConsumedCapacity": "INDEXES"}
    assert used(db.get_item(**get)) == {"table": blocks / 2}
    assert used(db.get_item(ConsistentRead=True, ProjectionExpression="c", **get)) == {"table": blocks}
    for consistent in (False, True):
        batch = db.batch_get_item(
            RequestItems={"units": {"Keys": [key(), key("none")], "ConsistentRead": consistent}},
            ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
        assert used({"ConsumedCapacity": batch[0]}) == {"table": (blocks + 1) * (1 if consistent else 0.5)}
    done = db.transact_get_items(TransactItems=[{"Get": {"TableName": "units", "Key": key()}}], ReturnConsumedCapacity="INDEXES")
    assert used({"ConsumedCapacity": done["ConsumedCapacity"][0]}) == {"table": 2 * blocks}
    assert done["ConsumedCapacity"][0]["ReadCapacityUnits"] == 2 * blocks
    query = {"TableName": "units", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p"}},
             "ReturnConsumedCapacity": "INDEXES"}
    assert used(db.query(**query)) == {"table": blocks / 2}
    assert used(db.query(ConsistentRead=True, Select="COUNT", **query)) == {"table": blocks}
    # A table on demand has four partitions, each of which a scan reads at least a block of.
    assert used(db.scan(TableName="units", ReturnConsumedCapacity="INDEXES")) == {"table": (blocks + 3) / 2}
    assert used(db.scan(TableName="units", ConsistentRead=True, ReturnConsumedCapacity="INDEXES")) == {"table": blocks + 3}
    segments = [used(db.scan(TableName="units", Segment=segment, TotalSegments=4, ReturnConsumedCapacity="INDEXES"))["table"]
                for segment in range(4)]
    assert sorted(segments) == [0.5, 0.5, 0.5, blocks / 2]


def test_a_scan_of_provisioned_capacity(db):
    """A new table of provisioned capacity is one partition, empty or not."""
    db.create_table(
        TableName="provisioned", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])
    scan = {"TableName": "provisioned", "ReturnConsumedCapacity": "TOTAL"}
    assert db.scan(**scan)["ConsumedCapacity"]["CapacityUnits"] == 0.5
    for number in range(9):
        db.put_item(TableName="provisioned", Item={"p": {"S": str(number)}, "x": {"S": "x" * 1000}})
    assert db.scan(**scan)["ConsumedCapacity"]["CapacityUnits"] == 1.5


def test_a_statement_without_a_key_is_a_scan(db):
    """It costs what Scan costs: a block at least of each of the four partitions that a table on demand has."""
    db.put_item(TableName="units", Item=sized(9 * KIB, g="g"))
    run = dict(ReturnConsumedCapacity="INDEXES")
    scanned = used(db.scan(TableName="units", **run))
    assert used(db.execute_statement(Statement="SELECT * FROM units", **run)) == scanned == {"table": 3}
    assert used(db.execute_statement(Statement="SELECT c FROM units WHERE g = 'none'", **run)) == scanned
    assert used(db.execute_statement(Statement="SELECT * FROM units", ConsistentRead=True, **run)) == {"table": 6}
    assert used(db.execute_statement(Statement='SELECT * FROM units."all"', **run)) == {"table": 0, "g:all": 1.5}


def test_many_small_items_are_rounded_together(db):
    """Query and Scan round the sum of their items, BatchGetItem each item."""
    for number in range(10):
        db.put_item(TableName="units", Item=sized(500, c=str(number), g="g", l="l"))
    query = {"TableName": "units", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p"}},
             "ReturnConsumedCapacity": "INDEXES"}
    assert used(db.query(**query)) == {"table": 1}
    assert used(db.query(ConsistentRead=True, **query)) == {"table": 2}
    keys = {"units": {"Keys": [key(str(number)) for number in range(10)]}}
    assert used({"ConsumedCapacity": db.batch_get_item(
        RequestItems=keys, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"][0]}) == {"table": 5}
    by_index = {"TableName": "units", "IndexName": "all", "KeyConditionExpression": "g = :g",
                "ExpressionAttributeValues": {":g": {"S": "g"}}, "ReturnConsumedCapacity": "INDEXES"}
    assert used(db.query(**by_index)) == {"table": 0, "g:all": 1}
    assert used(db.scan(TableName="units", IndexName="keys", ReturnConsumedCapacity="INDEXES")) == {"table": 0, "g:keys": 0.5}
    # What a local index does not hold is fetched from the table, each item a read of its own.
    assert used(db.query(IndexName="local", **query)) == {"table": 0, "l:local": 0.5}
    assert used(db.query(IndexName="local", Select="ALL_ATTRIBUTES", **query)) == {"table": 5, "l:local": 0.5}
    assert used(db.query(IndexName="local", Select="ALL_ATTRIBUTES", ConsistentRead=True, **query)) == {"table": 10, "l:local": 1}
    nothing = {**by_index, "ExpressionAttributeValues": {":g": {"S": "none"}}}
    assert used(db.query(**nothing)) == {"table": 0, "g:all": 0.5}


def test_statements(db):
    """A PartiQL statement costs what the operation costs that it stands for."""
    run = dict(ReturnConsumedCapacity="INDEXES")

    def text(size):
        return "x" * size

    insert = f"INSERT INTO units VALUE {{'p': 'p', 'c': 'c', 'g': 'g', 'x': '{text(2000)}'}}"
    assert used(db.execute_statement(Statement=insert, **run)) == {"table": 2, "g:all": 2}
    where = "WHERE p = 'p' AND c = 'c'"
    assert used(db.execute_statement(Statement=f"SELECT * FROM units {where}", **run)) == {"table": 0.5}
    assert used(db.execute_statement(Statement=f"SELECT * FROM units {where}", ConsistentRead=True, **run)) == {"table": 1}
    select = "SELECT * FROM units.\"all\" WHERE g = 'g'"
    assert used(db.execute_statement(Statement=select, **run)) == {"table": 0, "g:all": 0.5}
    both = db.execute_transaction(TransactStatements=[{"Statement": f"UPDATE units SET x = 'y' {where}"}], **run)
    # A transaction costs the table twice as much, but not its indexes.
    assert used({"ConsumedCapacity": both["ConsumedCapacity"][0]}) == {"table": 4, "g:all": 2}
    batch = db.batch_execute_statement(Statements=[{"Statement": f"DELETE FROM units {where}"}], **run)
    assert used({"ConsumedCapacity": batch["ConsumedCapacity"][0]}) == {"table": 1, "g:all": 1}


def test_a_transaction_over_tables(db):
    """Each table has an entry; a repeated token costs reads of what it had written."""
    items = [{"Put": {"TableName": "units", "Item": sized(1500)}}, {"Put": {"TableName": "units", "Item": sized(100, c="d", g="g")}},
             {"Put": {"TableName": "other", "Item": {"p": {"S": "a"}}}},
             {"ConditionCheck": {"TableName": "other", "Key": {"p": {"S": "b"}}, "ConditionExpression": "attribute_not_exists(p)"}}]
    request = dict(TransactItems=items, ClientRequestToken="once", ReturnConsumedCapacity="TOTAL")
    first = {one["TableName"]: one for one in db.transact_write_items(**request)["ConsumedCapacity"]}
    assert {name: (one["CapacityUnits"], one["WriteCapacityUnits"]) for name, one in first.items()} == {
        "units": (7, 7), "other": (4, 4)}
    again = {one["TableName"]: one for one in db.transact_write_items(**request)["ConsumedCapacity"]}
    assert {name: (one["CapacityUnits"], one["ReadCapacityUnits"]) for name, one in again.items()} == {
        "units": (4, 4), "other": (4, 4)}


def test_collections(db):
    """Writes to a table with a local index tell the collection's size in whole gigabytes, where asked."""
    wanted = {"ItemCollectionKey": {"p": {"S": "p"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
    size = {"ReturnItemCollectionMetrics": "SIZE"}
    assert db.put_item(TableName="units", Item=sized(100), **size)["ItemCollectionMetrics"] == wanted
    assert db.update_item(TableName="units", Key=key(), **size)["ItemCollectionMetrics"] == wanted
    batch = {"units": [{"PutRequest": {"Item": sized(100, c=c)}} for c in "a"], "other": [{"PutRequest": {"Item": {"p": {"S": "a"}}}}]}
    assert db.batch_write_item(RequestItems=batch, **size)["ItemCollectionMetrics"] == {"units": [wanted]}
    done = db.transact_write_items(TransactItems=[{"Put": {"TableName": "units", "Item": sized(100)}}], **size)
    assert done["ItemCollectionMetrics"] == {"units": [wanted]}
    assert db.delete_item(TableName="units", Key=key(), **size)["ItemCollectionMetrics"] == wanted
    assert "ItemCollectionMetrics" not in db.put_item(TableName="units", Item=sized(100))
    assert "ItemCollectionMetrics" not in db.put_item(TableName="other", Item={"p": {"S": "a"}}, **size)
