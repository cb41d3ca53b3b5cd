"""DynamoDB's batches, transactions and index fills at their limits."""

import threading

import pytest
from botocore.exceptions import ClientError
from dynamodb_support import Account, refused

ITEM_BYTES_MAX = 400 * 1024
TRANSACTION_BYTES_MAX = 4 * 1024 * 1024


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def key(name):
    return {"p": {"S": name}}


def sized(name, size):
    """An item of just so many bytes."""
    return {**key(name), "x": {"S": "x" * (size - len(name) - 2)}}


def test_a_batch_of_16_mb(own):
    """BatchGetItem answers what fits into its limit and hands the other keys back, whole; asking for
    them again and again reads every item once."""
    own.create("data")
    own.create("more")
    names = [f"k{number:02}" for number in range(99)]
    for name in names:
        own.db.put_item(TableName="data", Item=sized(name, 300 * 1024))
    own.put("more", "z")
    request = {"data": {"Keys": [key(name) for name in names], "ConsistentRead": True,
                        "ProjectionExpression": "#p", "ExpressionAttributeNames": {"#p": "p"}},
               "more": {"Keys": [key("z")]}}
    seen, sizes = [], []
    while request:
        answer = own.db.batch_get_item(RequestItems=request, ReturnConsumedCapacity="TOTAL")
        read = [item["p"]["S"] for items in answer["Responses"].values() for item in items]
        units = sum(one["CapacityUnits"] for one in answer["ConsumedCapacity"] if one["TableName"] == "data")
        assert units == 75 * len(answer["Responses"].get("data", []))
        seen += read
        sizes.append(len(answer["Responses"].get("data", [])))
        request = answer["UnprocessedKeys"]
        if "data" in request:
            assert request["data"]["ConsistentRead"] and request["data"]["ExpressionAttributeNames"] == {"#p": "p"}
    # The developer guide's own example: of 100 items of 300 KB, 52.
    assert sizes == [52, 47] and sorted(seen) == sorted([*names, "z"])


def test_batches_are_bounded(own):
    """25 writes and 100 reads are done, one more is refused and nothing of it done."""
    own.create("data")
    puts = [{"PutRequest": {"Item": sized(str(number), ITEM_BYTES_MAX)}} for number in range(26)]
    code, message = refused(own.db.batch_write_item, RequestItems={"data": puts})
    assert code == "ValidationException" and own.items("data") == {}
    assert own.db.batch_write_item(RequestItems={"data": puts[:25]})["UnprocessedItems"] == {}
    assert len(own.items("data")) == 25
    keys = [key(str(number)) for number in range(25, 126)]
    code, message = refused(own.db.batch_get_item, RequestItems={"data": {"Keys": keys}})
    assert code == "ValidationException"
    assert own.db.batch_get_item(RequestItems={"data": {"Keys": keys[:100]}})["Responses"] == {"data": []}


def test_transactions_are_bounded(own):
    """100 actions and 4 MiB to the byte are one transaction; one more of either is refused and writes
    nothing."""
    own.create("data")

    def puts(count, size=50):
        return [{"Put": {"TableName": "data", "Item": sized(f"{number:03}", size)}} for number in range(count)]

    code, message = refused(own.db.transact_write_items, TransactItems=puts(101))
    assert code == "ValidationException" and own.items("data") == {}
    own.db.transact_write_items(TransactItems=puts(100))
    gets = [{"Get": {"TableName": "data", "Key": key(f"{number:03}")}} for number in range(101)]
    assert refused(own.db.transact_get_items, TransactItems=gets)[0] == "ValidationException"
    got = own.db.transact_get_items(TransactItems=gets[:100])["Responses"]
    assert [one["Item"]["p"]["S"] for one in got] == [f"{number:03}" for number in range(100)]
    whole = puts(10, ITEM_BYTES_MAX)
    rest = TRANSACTION_BYTES_MAX - 10 * ITEM_BYTES_MAX
    own.db.transact_write_items(TransactItems=[*whole, {"Put": {"TableName": "data", "Item": sized("rest", rest)}}])
    assert len(own.db.get_item(TableName="data", Key=key("rest"))["Item"]["x"]["S"]) == rest - 6
    more = {"Put": {"TableName": "data", "Item": sized("more", rest + 1)}}
    assert refused(own.db.transact_write_items, TransactItems=[*whole, more]) == (
        "ValidationException", "Transaction request is not valid: aggregate item size cannot exceed 4194304 bytes")
    assert "Item" not in own.db.get_item(TableName="data", Key=key("more"))


def test_reasons_stand_in_the_order_of_the_actions(own):
    """Every action has a reason, the failed ones theirs, with the item where it was asked for."""
    own.create("data")
    own.put("data", "there", n={"N": "1"})
    actions = [
        {"Put": {"TableName": "data", "Item": key("new")}},
        {"Put": {"TableName": "data", "Item": key("there"), "ConditionExpression": "attribute_not_exists(p)",
                 "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
        {"ConditionCheck": {"TableName": "data", "Key": key("none"), "ConditionExpression": "attribute_exists(p)"}},
        {"Delete": {"TableName": "data", "Key": key("gone")}},
        {"Update": {"TableName": "data", "Key": key("text"), "UpdateExpression": "SET n = n + :n",
                    "ExpressionAttributeValues": {":n": {"N": "1"}}}}]
    with pytest.raises(ClientError) as caught:
        own.db.transact_write_items(TransactItems=actions)
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == [
        "None", "ConditionalCheckFailed", "ConditionalCheckFailed", "None", "ValidationError"]
    assert reasons[1]["Item"] == {**key("there"), "n": {"N": "1"}} and "Item" not in reasons[2]
    assert "[None, ConditionalCheckFailed, ConditionalCheckFailed, None, ValidationError]" in caught.value.response["Error"]["Message"]
    assert own.items("data") == {"there": {"n": {"N": "1"}}}


def test_an_index_is_filled_while_its_table_is_written(own):
    """Indexes that are added under writes hold, once they are ACTIVE, just what the table says."""
    own.create("data")
    for start in range(0, 2000, 25):
        own.db.batch_write_item(RequestItems={"data": [
            {"PutRequest": {"Item": {**key(f"k{n}"), "g": {"S": f"g{n % 7}"}, "n": {"N": "0"}}}} for n in range(start, start + 25)]})
    done, errors, written = threading.Event(), [], [0]

    def write(number):
        db, turn = own.client("dynamodb"), 0
        try:
            while not done.is_set():
                turn += 1
                one = key(f"k{(turn * 13 + number * 500) % 2000}")
                if turn % 5 == 0:
                    db.delete_item(TableName="data", Key=one)
                elif turn % 5 == 1:
                    db.update_item(TableName="data", Key=one, UpdateExpression="REMOVE g SET n = :n",
                                   ExpressionAttributeValues={":n": {"N": str(turn)}})
                else:
                    db.put_item(TableName="data", Item={**one, "g": {"S": f"g{turn % 7}"}, "n": {"N": str(turn)}})
                written[0] += 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            own.db.update_table(
                TableName="data", AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in ("pS", "gS", "nN")],
                GlobalSecondaryIndexUpdates=[{"Create": {
                    "IndexName": f"by-g-{number}", "Projection": {"ProjectionType": ("ALL", "KEYS_ONLY", "ALL")[number]},
                    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]}}])
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not errors and written[0]
    own.settle()
    table = own.db.describe_table(TableName="data")["Table"]
    assert [index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]] == ["ACTIVE"] * 3
    wanted = sorted((name, item["g"]["S"], item["n"]["N"]) for name, item in own.items("data").items() if "g" in item)
    for number in range(3):
        found = [(item["p"]["S"], item["g"]["S"], item["n"]["N"]) for page in own.db.get_paginator("scan").paginate(
            TableName="data", IndexName=f"by-g-{number}") for item in page["Items"]]
        assert sorted(found) == wanted
    assert {index["ItemCount"] for index in table["GlobalSecondaryIndexes"]} == {len(wanted)}


def test_an_index_with_eight_key_attributes(own):
    """Four attributes make a partition, four sort it; an item that lacks one is not in the index; what
    follows the equal ones may be a range, in either direction and in pages."""
    names = [f"h{n}" for n in range(4)] + [f"r{n}" for n in range(4)]
    own.db.create_table(
        TableName="data", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S" if n[0] != "r" else "N"} for n in ["p", *names]],
        GlobalSecondaryIndexes=[{"IndexName": "many", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
            {"AttributeName": n, "KeyType": "HASH" if n[0] == "h" else "RANGE"} for n in names]}])
    partition = {f"h{n}": {"S": "abcd"[n]} for n in range(4)}
    every = [(a, b, c, d) for a in (-1, 0) for b in (5, 10) for c in (1, 2) for d in range(3)]
    for ranks in every:
        own.put("data", str(ranks), **partition, **{f"r{n}": {"N": str(rank)} for n, rank in enumerate(ranks)})
    own.put("data", "other", **{**partition, "h3": {"S": "x"}}, **{f"r{n}": {"N": "0"} for n in range(4)})
    own.put("data", "sparse", **partition, **{f"r{n}": {"N": "0"} for n in range(3)})
    assert own.db.scan(TableName="data", IndexName="many", Select="COUNT")["Count"] == len(every) + 1
    base = " AND ".join(f"h{n} = :h{n}" for n in range(4))
    values = {f":h{n}": partition[f"h{n}"] for n in range(4)}

    def query(condition="", forward=True, limit=100, **more):
        request = dict(TableName="data", IndexName="many", KeyConditionExpression=base + condition, ScanIndexForward=forward,
                       Limit=limit, ExpressionAttributeValues={**values, **{f":{n}": {"N": str(v)} for n, v in more.items()}})
        found = []
        while True:
            page = own.db.query(**request)
            found += [tuple(int(item[f"r{n}"]["N"]) for n in range(4)) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return found
            assert set(page["LastEvaluatedKey"]) == {"p", *names}
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    for limit in (1, 5, 100):
        assert query(limit=limit) == sorted(every)
        assert query(forward=False, limit=limit) == sorted(every, reverse=True)
    assert query(" AND r0 = :a AND r1 > :b", a=-1, b=5) == [one for one in sorted(every) if one[0] == -1 and one[1] > 5]
    assert query(" AND r0 = :a AND r1 = :b AND r2 = :c AND r3 BETWEEN :d AND :e", a=0, b=10, c=2, d=1, e=2) == [
        (0, 10, 2, 1), (0, 10, 2, 2)]
    for condition in (" AND r1 = :a", " AND r0 > :a AND r1 = :a"):
        with pytest.raises(ClientError) as caught:
            query(condition, a=0)
        assert caught.value.response["Error"]["Code"] == "ValidationException"
