"""DynamoDB's pages: to the item at 1 MiB, from any key, in either direction, in segments."""

import random
import threading

import pytest
from dynamodb_support import Account
from refusals import code_and_message as refused

PAGE_BYTES = 1024 * 1024


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def create(own, name, key, types, indexes=(), local=()):
    """A table whose key and index keys are strings of one-letter attribute names."""
    def schema(names):
        return [{"AttributeName": n, "KeyType": t} for n, t in zip(names, ("HASH", "RANGE"))]

    def described(index):
        return {"IndexName": f"by-{index}", "KeySchema": schema(index), "Projection": {"ProjectionType": "ALL"}}

    options = {"GlobalSecondaryIndexes": [described(i) for i in indexes]} if indexes else {}
    if local:
        options["LocalSecondaryIndexes"] = [described(i) for i in local]
    units = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}
    for index in options.get("GlobalSecondaryIndexes", []):
        index.update(units)
    own.db.create_table(
        TableName=name, KeySchema=schema(key), **units, **options,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in types.items()])


def pages(call, **request):
    """The pages of a query or scan, each started at the token of the one before."""
    while True:
        page = call(**request)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def fill(own, name, items):
    for start in range(0, len(items), 25):
        own.db.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": i}} for i in items[start:start + 25]]})


QUERY = {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}


@pytest.mark.parametrize("size", [999, 4096, 65_536, 102_400, 400_000])
def test_a_page_ends_with_the_item_that_reaches_1_mib(own, size):
    """The item that takes a page over 1 MiB is its last, read by Query, Scan, from an index or by
    COUNT; the units are those of the bytes read."""
    create(own, "paged", "pc", dict(p="S", c="S", g="S"), indexes=["gc"])
    each = size - len("p" + "a" + "c" + "0000" + "g" + "b" + "x")
    count = -(-PAGE_BYTES // size) + 1
    fill(own, "paged", [{"p": {"S": "a"}, "c": {"S": f"{i:04}"}, "g": {"S": "b"}, "x": {"S": "x" * each}} for i in range(count)])
    first = -(-PAGE_BYTES // size)
    units = -(-first * size // 4096)
    index = {"IndexName": "by-gc", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "b"}}}
    for call, request in (
            (own.db.query, QUERY), (own.db.query, {**QUERY, "ScanIndexForward": False}), (own.db.query, index),
            (own.db.scan, {}), (own.db.scan, {"IndexName": "by-gc"}), (own.db.scan, {"Select": "COUNT"})):
        read = list(pages(call, TableName="paged", ReturnConsumedCapacity="TOTAL", **request))
        assert [page["Count"] for page in read] == [first, count - first]
        assert read[0]["ConsumedCapacity"]["CapacityUnits"] == units / 2
    # What a filter or a projection leaves away was read all the same.
    thin = own.db.scan(TableName="paged", ProjectionExpression="c", FilterExpression="c < :c",
                       ExpressionAttributeValues={":c": {"S": "0002"}}, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    assert (thin["ScannedCount"], thin["Count"], thin["ConsumedCapacity"]["CapacityUnits"]) == (first, 2, units)
    assert thin["LastEvaluatedKey"] == {"p": {"S": "a"}, "c": {"S": f"{first - 1:04}"}}


def test_tokens_stand_at_what_was_read(own):
    """With a filter the token is the last item looked at, matching or not; a full last page has one;
    a Limit that is not reached has none."""
    create(own, "paged", "pc", dict(p="S", c="N"))
    fill(own, "paged", [{"p": {"S": "a"}, "c": {"N": str(i)}, "odd": {"BOOL": bool(i % 2)}} for i in range(10)])
    odd = {**QUERY, "TableName": "paged", "FilterExpression": "odd = :t",
           "ExpressionAttributeValues": {":p": {"S": "a"}, ":t": {"BOOL": True}}}
    read = list(pages(own.db.query, Limit=5, **odd))
    assert [(page["Count"], page["ScannedCount"]) for page in read] == [(2, 5), (3, 5), (0, 0)]
    assert [page.get("LastEvaluatedKey", {}).get("c", {}).get("N") for page in read] == ["4", "9", None]
    assert "LastEvaluatedKey" not in own.db.query(Limit=11, **odd)
    nothing = {**odd, "ExpressionAttributeValues": {":p": {"S": "a"}, ":t": {"S": "no"}}}
    page = own.db.query(Limit=3, ScanIndexForward=False, **nothing)
    assert (page["Count"], page["LastEvaluatedKey"]["c"]) == (0, {"N": "7"})


def test_one_row_has_no_pages(own):
    """A partition of a table without sort keys is one item: its query ends with it and starts nowhere else."""
    own.create("single")
    own.put("single", "a")
    assert "LastEvaluatedKey" not in own.db.query(TableName="single", Limit=1, **QUERY)
    assert refused(own.db.query, TableName="single", ExclusiveStartKey={"p": {"S": "a"}}, **QUERY) == (
        "ValidationException",
        "The provided exclusive start key is invalid: ExclusiveStartKey: {p=AttributeValue: {S:a}}")


def test_tokens_of_keys_that_never_were(own):
    """Any key of the right form starts a page: of deleted items, and of items that never existed, in
    the table and its indexes, forwards and back."""
    create(own, "paged", "pc", dict(p="S", c="S", g="S", l="S"), indexes=["gc"], local=["pl"])
    letters = "bdfhjlnp"
    fill(own, "paged", [{"p": {"S": "a"}, "c": {"S": one}, "g": {"S": "g"}, "l": {"S": one}} for one in letters])
    token = {"p": {"S": "a"}}
    by_index = {"IndexName": "by-gc", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}}
    requests = (
        (QUERY, lambda c: {**token, "c": {"S": c}}),
        ({**QUERY, "IndexName": "by-pl"}, lambda c: {**token, "c": {"S": "zz"}, "l": {"S": c}}),
        (by_index, lambda c: {"p": {"S": "never"}, "c": {"S": c}, "g": {"S": "g"}}))
    for request, start in requests:
        for one in "acegikmoq":
            for forward in (True, False):
                found = own.db.query(TableName="paged", ExclusiveStartKey=start(one), ScanIndexForward=forward, **request)["Items"]
                wanted = [x for x in letters if (x > one) == forward]
                assert [item["c"]["S"] for item in found] == wanted[::1 if forward else -1]
    # A scan goes on somewhere in its own order, and never twice over the same item.
    seen = own.db.scan(TableName="paged", ExclusiveStartKey={"p": {"S": "never"}, "c": {"S": "x"}})["Items"]
    assert len({item["c"]["S"] for item in seen}) == len(seen)
    own.db.delete_item(TableName="paged", Key={**token, "c": {"S": "d"}})
    after = own.db.query(TableName="paged", ExclusiveStartKey={**token, "c": {"S": "d"}}, **QUERY)["Items"]
    assert [item["c"]["S"] for item in after] == list("fhjlnp")


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_equal_keys_of_an_index_are_each_met_once(own, limit):
    """Items that are equal in an index's keys are paged through without gap or repetition, in
    opposite orders from the two ends."""
    create(own, "paged", "pc", dict(p="S", c="N", g="S", h="N"), indexes=["gh", "h"])
    dice = random.Random(limit)
    items = [{"p": {"S": dice.choice("ab")}, "c": {"N": str(i)}, "g": {"S": "g"}, "h": {"N": str(i // 9)}} for i in range(40)]
    fill(own, "paged", items)
    for request in ({"IndexName": "by-gh", "KeyConditionExpression": "g = :v", "ExpressionAttributeValues": {":v": {"S": "g"}}},
                    {"IndexName": "by-h", "KeyConditionExpression": "h = :v", "ExpressionAttributeValues": {":v": {"N": "2"}}}):
        there, back = ([item["c"]["N"] for page in pages(
            own.db.query, TableName="paged", Limit=limit, ScanIndexForward=forward, **request) for item in page["Items"]]
            for forward in (True, False))
        assert there == back[::-1] and len(set(there)) == len(there)
        assert len(there) == (40 if request["IndexName"] == "by-gh" else 9)


@pytest.mark.parametrize("segments", [1, 3, 7, 16])
def test_segments_under_writes(own, segments):
    """While others come, go and grow, each item that stays is met exactly once over all segments, of
    the table and of an index."""
    create(own, "paged", "p", dict(p="S", g="S"), indexes=["g"])
    fill(own, "paged", [{"p": {"S": f"stay-{i}"}, "g": {"S": f"g-{i}"}} for i in range(300)])
    done, errors = threading.Event(), []

    def disturb(number):
        db, dice = own.client("dynamodb"), random.Random(number)
        try:
            while not done.is_set():
                key = {"p": {"S": f"go-{dice.randrange(200)}"}}
                if dice.random() < 0.5:
                    db.put_item(TableName="paged", Item={**key, "g": {"S": f"h-{dice.randrange(50)}"}})
                else:
                    db.delete_item(TableName="paged", Key=key)
                db.update_item(TableName="paged", Key={"p": {"S": f"stay-{dice.randrange(300)}"}}, UpdateExpression="SET x = :x",
                               ExpressionAttributeValues={":x": {"S": "x" * dice.randrange(500)}})
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=disturb, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for index in ({}, {"IndexName": "by-g"}):
            seen = [item["p"]["S"] for segment in range(segments) for page in pages(
                own.db.scan, TableName="paged", Segment=segment, TotalSegments=segments, Limit=23, **index)
                for item in page["Items"]]
            stayed = sorted(name for name in seen if name.startswith("stay"))
            assert stayed == sorted(f"stay-{i}" for i in range(300))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not errors


def test_a_segments_token_belongs_to_it(own):
    """A token is refused in a segment that does not hold it."""
    create(own, "paged", "p", dict(p="S"))
    fill(own, "paged", [{"p": {"S": str(i)}} for i in range(50)])
    token = own.db.scan(TableName="paged", Segment=0, TotalSegments=4, Limit=1)["LastEvaluatedKey"]
    code, message = refused(own.db.scan, TableName="paged", Segment=3, TotalSegments=4, ExclusiveStartKey=token)
    assert code == "ValidationException" and "Please use ExclusiveStartKey with correct Segment" in message
