"""Acknowledged is kept: the daemon is killed with SIGKILL at random while four services are written to.

After each kill it is started again and everything is checked: no acknowledged write is lost, no
write is half there, no event without its change, no change without its event, nothing twice.
"""

import json
import random
import time
import urllib.request
from collections import Counter

from writers import BUCKET, EVENTS, FANOUT, KINDS, TABLE, WORK, Clients, body_of, build

LIFE_SECONDS = (0.05, 0.7)


def settle(endpoint):
    request = urllib.request.Request(endpoint + "/_cumulite/settle", data=b'{"timeout_ms": 20000}', method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def drain(clients, queue):
    bodies = []
    while batch := clients.sqs.receive_message(QueueUrl=clients.url(queue), MaxNumberOfMessages=10).get("Messages"):
        bodies += [message["Body"] for message in batch]
        clients.sqs.delete_message_batch(QueueUrl=clients.url(queue), Entries=[
            {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(batch)])
    return bodies


def check_once(names, writer, what):
    counted = Counter(names)
    assert max(counted.values(), default=1) == 1, f"{what} twice: {[n for n, c in counted.items() if c > 1][:5]}"
    lost = set(writer.kept) - set(counted)
    assert not lost, f"acknowledged {what} lost: {sorted(lost)[:5]}"
    strange = set(counted) - set(writer.tried)
    assert not strange, f"{what} that nobody wrote: {sorted(strange)[:5]}"


def check_objects(clients, writer, prefix):
    pages = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
    check_once([key.rsplit("-", 1)[0] for key in keys], writer, "object")
    for key in keys:
        name, size = key.rsplit("-", 1)
        body = clients.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        assert body == body_of(name, int(size)), f"{key} is damaged"
    events = []
    for body in drain(clients, EVENTS):
        events += [record["s3"]["object"]["key"] for record in json.loads(body).get("Records", ())]
    assert sorted(events) == sorted(keys), "objects and their events are not the same set"


def check_items(clients, writer, prefix, before):
    found, token = [], {}
    while True:
        page = clients.dynamodb.scan(TableName=TABLE, ConsistentRead=True, **token)
        found += [item["id"]["S"] for item in page["Items"] if item["id"]["S"].startswith(prefix)]
        if "LastEvaluatedKey" not in page:
            break
        token = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    check_once(found, writer, "item")
    counter = counter_of(clients)
    assert before + len(writer.kept) <= counter <= before + len(writer.tried), "the counter lost or gained"


def counter_of(clients):
    item = clients.dynamodb.get_item(TableName=TABLE, Key={"id": {"S": "counter"}}, ConsistentRead=True).get("Item")
    return int(item["hits"]["N"]) if item else 0


def test_kill_at_random(killable, request):
    seed = request.config.getoption("--seed") or random.randrange(1 << 32)
    rounds, chance = request.config.getoption("--rounds"), random.Random(seed)
    print(f"seed {seed}")
    clients = Clients(killable.endpoint)
    build(clients)
    drain(clients, EVENTS)  # The notification configuration's test event.
    acknowledged = 0
    for number in range(rounds):
        before = counter_of(clients)
        writers = {kind: make(clients, f"{kind}-{number}", chance.random()) for kind, make in KINDS.items()}
        for writer in writers.values():
            writer.start()
        time.sleep(chance.uniform(*LIFE_SECONDS))
        killable.kill()
        for writer in writers.values():
            writer.join(timeout=60)
            assert not writer.is_alive() and not writer.refused, f"{writer.name_prefix}: {writer.refused}"
        killable.start()
        settle(killable.endpoint)
        check_objects(clients, writers["object"], f"object-{number}-")
        check_once(drain(clients, WORK), writers["message"], "message")
        check_once(drain(clients, FANOUT), writers["notice"], "notice")
        check_items(clients, writers["item"], f"item-{number}-", before)
        acknowledged += sum(len(writer.kept) for writer in writers.values())
    assert acknowledged > rounds, "the writers hardly wrote: the test tests nothing"
    print(f"{rounds} kills, {acknowledged} acknowledged writes, none lost")
