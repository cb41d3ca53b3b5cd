"""Event sources while the daemon is killed: queue -> function -> table -> stream -> function.

Whatever message was acknowledged reaches the first function, and each item that it wrote the second: at least once,
and the changes of an item in their order. Nothing stays behind, in flight or unread.
"""

import http.server
import json
import random
import threading
import time
from collections import Counter, defaultdict

from botocore.exceptions import BotoCoreError, ClientError

from test_chains import post
from test_crash import settle
from writers import Clients, queue_arn

QUEUE, TABLE = "source-queue", "source-items"
ROUNDS_SHARE = 5  # A round takes longer here than in the other tests.
BROKEN = (BotoCoreError, ClientError, OSError)


class Functions:
    """What the daemon calls as functions: `/mover` writes an item for each message, `/watcher` sees the changes."""

    def __init__(self, clients):
        self.clients, self.moved, self.watched, self.lock = clients, Counter(), defaultdict(list), threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                status = 200
                try:
                    (outer.move if self.path == "/mover" else outer.watch)(event["Records"])
                except BROKEN:
                    status = 500  # The daemon was killed meanwhile: the batch comes again.
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")
                except OSError:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def move(self, records):
        for record in records:
            self.clients.dynamodb.put_item(TableName=TABLE, Item={
                "id": {"S": record["body"]}, "receives": {"N": record["attributes"]["ApproximateReceiveCount"]}})
            with self.lock:
                self.moved[record["body"]] += 1

    def watch(self, records):
        with self.lock:
            for record in records:
                self.watched[record["dynamodb"]["Keys"]["id"]["S"]].append(record["dynamodb"]["SequenceNumber"])


def build(clients, functions):
    clients.sqs.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "30"})
    stream = clients.dynamodb.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})["TableDescription"]["LatestStreamArn"]
    for name in ("mover", "watcher"):
        post(clients.endpoint + "/_cumulite/functions",
             {"name": name, "runtime": "http", "url": f"{functions.url}/{name}", "timeout_seconds": 30})
    post(clients.endpoint + "/_cumulite/event-sources", {"function": "mover", "event_source_arn": queue_arn(QUEUE)})
    post(clients.endpoint + "/_cumulite/event-sources", {
        "function": "watcher", "event_source_arn": stream, "starting_position": "TRIM_HORIZON", "parallelization_factor": 2})


def send_until_broken(clients, prefix, kept):
    for number in range(10_000):
        name = f"{prefix}-{number}"
        try:
            clients.sqs.send_message(QueueUrl=clients.url(QUEUE), MessageBody=name)
        except BROKEN:
            return
        kept.append(name)


def distinct_in_order(sequences):
    """Sequence numbers by their first appearance: a batch that comes again repeats some."""
    return list(dict.fromkeys(sequences))


def check(clients, functions, kept):
    attributes = clients.sqs.get_queue_attributes(QueueUrl=clients.url(QUEUE), AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
    lost = set(kept) - set(functions.moved)
    assert not lost, f"acknowledged messages that no function saw: {sorted(lost)[:5]}"
    pages = clients.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
    items = {item["id"]["S"] for page in pages for item in page["Items"]}
    assert set(kept) <= items
    unseen = items - set(functions.watched)
    assert not unseen, f"items whose change no function saw: {sorted(unseen)[:5]}"
    for name, sequences in functions.watched.items():
        assert distinct_in_order(sequences) == sorted(set(sequences)), f"changes of {name} out of order"


def test_event_sources_survive_kills(killable, request):
    seed = request.config.getoption("--seed") or random.randrange(1 << 32)
    rounds, chance = max(3, request.config.getoption("--rounds") // ROUNDS_SHARE), random.Random(seed)
    print(f"seed {seed}")
    clients = Clients(killable.endpoint)
    functions = Functions(clients)
    try:
        build(clients, functions)
        kept = []
        for number in range(rounds):
            writer = threading.Thread(target=send_until_broken, args=(clients, f"m{number}", kept))
            writer.start()
            time.sleep(chance.uniform(0.1, 0.8))
            killable.kill()
            writer.join(timeout=60)
            killable.start()
        # What was in flight when the daemon was killed comes again by its visibility time-out, what failed in a
        # stream after its pause.
        for _ in range(4):
            settle(killable.endpoint)
            post(killable.endpoint + "/_cumulite/clock", {"action": "advance", "duration": "61s"})
        settle(killable.endpoint)
        check(clients, functions, kept)
        assert len(kept) > rounds, "the writer hardly wrote: the test tests nothing"
        again = sum(count - 1 for count in functions.moved.values())
        print(f"{rounds} kills, {len(kept)} messages through two functions, none lost, {again} came again")
    finally:
        functions.server.shutdown()
        functions.server.server_close()
