"""DynamoDB's counters are exact: 32 writers count on conditions, hot and cold, while the daemon is killed.

Each count is a change of its counter together with a row of its own, so after every kill the
counters say how many rows there are: to the one, not within what was under way. The rows are in a
global index and in the table's stream too, which must tell the same.
"""

import random
import threading
import time
from collections import Counter

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

TABLE = "counts"
WRITERS = 32
HOT = ("hot-0", "hot-1")
LIFE_SECONDS = (0.5, 1.5)


def client(endpoint, service="dynamodb"):
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test",
                        aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}, read_timeout=20))


class Counting(threading.Thread):
    """Counts until the daemon is gone: in a transaction of counter and row, or by comparing and setting."""

    def __init__(self, endpoint, number, start):
        super().__init__(daemon=True)
        self.db, self.number, self.dice = client(endpoint), number, random.Random(number + start)
        self.kept, self.refused, self.name = Counter(), None, f"row-{number}-{start}"

    def run(self):
        turn = 0
        while True:
            turn += 1
            counter = self.dice.choice((*HOT, f"cold-{self.number}"))
            try:
                self.count(counter, f"{self.name}-{turn}")
                self.kept[counter] += 1
            except ClientError as error:
                if error.response["Error"]["Code"] not in (
                        "TransactionCanceledException", "TransactionConflictException", "ConditionalCheckFailedException"):
                    self.refused = error
                    return
            except (BotoCoreError, OSError):
                return

    def count(self, counter, row):
        """One more of the counter with its row, on the condition that it is what was read."""
        key = {"p": {"S": counter}}
        seen = self.db.get_item(TableName=TABLE, Key=key, ConsistentRead=True).get("Item", {}).get("hits")
        if self.dice.random() < 0.3:
            update = {"UpdateExpression": "ADD hits :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        elif seen is None:
            update = {"UpdateExpression": "SET hits = :one", "ConditionExpression": "attribute_not_exists(hits)",
                      "ExpressionAttributeValues": {":one": {"N": "1"}}}
        else:
            update = {"UpdateExpression": "SET hits = hits + :one", "ConditionExpression": "hits = :seen",
                      "ExpressionAttributeValues": {":one": {"N": "1"}, ":seen": seen}}
        self.db.transact_write_items(TransactItems=[
            {"Update": {"TableName": TABLE, "Key": key, **update}},
            {"Put": {"TableName": TABLE, "Item": {"p": {"S": row}, "counter": {"S": counter}},
                     "ConditionExpression": "attribute_not_exists(p)"}}])


def build(db):
    db.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("p", "counter")],
        GlobalSecondaryIndexes=[{"IndexName": "by-counter", "Projection": {"ProjectionType": "KEYS_ONLY"}, "KeySchema": [
            {"AttributeName": "counter", "KeyType": "HASH"}]}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})


def scan(db, **options):
    return [item for page in db.get_paginator("scan").paginate(TableName=TABLE, **options) for item in page["Items"]]


def streamed(endpoint, arn):
    """How often each counter was written, and the rows that came, by the table's stream."""
    streams, hits, rows = client(endpoint, "dynamodbstreams"), Counter(), Counter()
    shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    for shard in shards:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                image = record["dynamodb"]["NewImage"]
                if "hits" not in image:
                    rows[image["counter"]["S"]] += 1
                    continue
                name = image["p"]["S"]
                hits[name] += 1
                assert int(image["hits"]["N"]) == hits[name], f"{name} skipped a count in the stream"
            iterator = page.get("NextShardIterator") if page["Records"] else None
    return hits, rows


def check(endpoint, kept):
    db = client(endpoint)
    items = scan(db, ConsistentRead=True)
    counters = {item["p"]["S"]: int(item["hits"]["N"]) for item in items if "hits" in item}
    rows = Counter(item["counter"]["S"] for item in items if "counter" in item)
    assert counters == dict(rows), "a counter is not what was counted"
    for name, count in kept.items():
        assert count <= counters[name], f"acknowledged counts of {name} were lost"
    assert Counter(item["counter"]["S"] for item in scan(db, IndexName="by-counter")) == rows, "the index tells otherwise"
    table = db.describe_table(TableName=TABLE)["Table"]
    assert table["ItemCount"] == len(items) and table["GlobalSecondaryIndexes"][0]["ItemCount"] == sum(rows.values())
    assert streamed(endpoint, table["LatestStreamArn"]) == (rows, rows), "the stream tells otherwise"
    return sum(rows.values()), len(counters)


def test_counters_are_exact_across_kills(killable, request):
    seed = request.config.getoption("--seed") or random.randrange(1 << 32)
    print(f"seed {seed}")
    chance, kept = random.Random(seed), Counter()
    build(client(killable.endpoint))
    for _ in range(max(request.config.getoption("--rounds") // 10, 3)):
        writers = [Counting(killable.endpoint, number, chance.randrange(1 << 30)) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(chance.uniform(*LIFE_SECONDS))
        killable.kill()
        for writer in writers:
            writer.join(timeout=60)
            assert not writer.is_alive() and writer.refused is None, writer.refused
            kept.update(writer.kept)
        killable.start()
        counted, counters = check(killable.endpoint, kept)
    print(f"{counted} counts, {sum(kept.values())} acknowledged, {counters} counters")
    assert sum(kept.values()) > 3 * WRITERS, "the writers hardly wrote: the test tests nothing"
