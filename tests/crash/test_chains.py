"""Chains across services while the daemon is killed: S3 -> SNS -> queue, function and HTTP endpoint.

Whatever object was acknowledged reaches each end of the chain: the queue exactly once, what lies outside of the
daemon at least once. Objects that nobody acknowledged are either everywhere or nowhere.
"""

import http.server
import json
import random
import re
import threading
import time
import urllib.request
from collections import Counter

import pytest

from daemon import Daemon
from test_crash import drain, settle
from writers import ACCOUNT, BUCKET, REGION, Clients, ObjectWriter, queue_arn

CHAIN, LETTERS, TOPIC = "chain-queue", "chain-letters", "chain-topic"
ROUNDS_SHARE = 5  # A round takes longer here than in the other test.


class Ends:
    """What is outside of the daemon: a server that the HTTP subscription and the function call."""

    def __init__(self):
        self.notified, self.invoked, self.lock = Counter(), Counter(), threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                outer.take(self.path, self.headers, body)
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")
                except OSError:
                    self.close_connection = True  # The daemon was killed before it heard of it.

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, headers, body):
        message = json.loads(body)
        if headers.get("x-amz-sns-message-type") == "SubscriptionConfirmation":
            threading.Thread(target=urllib.request.urlopen, args=(message["SubscribeURL"],), daemon=True).start()
            return
        counter = self.invoked if path == "/function" else self.notified
        text = message["Records"][0]["Sns"]["Message"] if path == "/function" else message["Message"]
        with self.lock:
            counter.update(keys_of(text))


@pytest.fixture
def ends():
    made = Ends()
    yield made
    made.server.shutdown()
    made.server.server_close()


def keys_of(event):
    return [record["s3"]["object"]["key"] for record in json.loads(event).get("Records", ())]


def build(clients, ends):
    """The chain; each hop has its dead-letter queue, which stays empty."""
    for queue in (CHAIN, LETTERS):
        clients.sqs.create_queue(QueueName=queue)
    post(clients.endpoint + "/_cumulite/functions", {"name": "chain", "runtime": "http", "url": ends.url + "/function"})
    topic = clients.sns.create_topic(Name=TOPIC)["TopicArn"]
    letters = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn(LETTERS)})}
    clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(CHAIN),
                          Attributes={"RawMessageDelivery": "true", **letters})
    clients.sns.subscribe(TopicArn=topic, Protocol="lambda",
                          Endpoint=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:chain", Attributes=letters)
    clients.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=ends.url + "/topic", Attributes=letters)
    until = time.monotonic() + 20
    while clients.sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] != "0":
        assert time.monotonic() < until, "the endpoint did not confirm"
        time.sleep(0.01)
    clients.s3.create_bucket(Bucket=BUCKET)
    clients.s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})
    settle(clients.endpoint)
    drain(clients, CHAIN)  # The notification configuration's test event.


def post(url, body):
    request = urllib.request.Request(url, data=json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status in (200, 201)


def test_chains_survive_kills(killable, ends, request):
    seed = request.config.getoption("--seed") or random.randrange(1 << 32)
    rounds, chance = max(3, request.config.getoption("--rounds") // ROUNDS_SHARE), random.Random(seed)
    print(f"seed {seed}")
    clients = Clients(killable.endpoint)
    build(clients, ends)
    acknowledged = 0
    for number in range(rounds):
        prefix = f"chain-{number}-"
        writer = ObjectWriter(clients, prefix[:-1], chance.random())
        writer.start()
        time.sleep(chance.uniform(0.05, 0.7))
        killable.kill()
        writer.join(timeout=60)
        assert not writer.is_alive() and not writer.refused, writer.refused
        killable.start()
        settle(killable.endpoint)
        pages = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        keys = sorted(entry["Key"] for page in pages for entry in page.get("Contents", ()))
        assert set(writer.kept) <= {re.sub(r"-\d+$", "", key) for key in keys}, "an acknowledged object is lost"
        queued = sorted(key for body in drain(clients, CHAIN) for key in keys_of(body))
        assert queued == keys, "the queue has not exactly one event an object"
        for end in (ends.notified, ends.invoked):
            reached = {key for key in end if key.startswith(prefix)}
            assert reached == set(keys), f"{sorted(set(keys) ^ reached)[:5]} on one side only"
        assert not drain(clients, LETTERS), "nothing failed for good"
        acknowledged += len(writer.kept)
    assert acknowledged > rounds, "the writer hardly wrote: the test tests nothing"
    print(f"{rounds} kills, {acknowledged} objects through three chains, none lost")
