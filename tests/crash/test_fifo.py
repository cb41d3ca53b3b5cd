"""A FIFO queue under many producers and consumers while the daemon is killed: exact to the message.

Producers repeat what was not acknowledged, with the same deduplication id; consumers take over what others did not
acknowledge. No message is lost, none is there twice, and each group is first received in the order of sending.
"""

import http.client
import json
import random
import threading
import time

from writers import ACCOUNT

QUEUE = "crash-exact.fifo"
VISIBILITY_SECONDS = 4
PATIENCE_SECONDS = 300
BATCH = 10


class Client:
    """SQS over one kept connection: a hundred of boto3's would measure Python."""

    AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"

    def __init__(self, port):
        self.port, self.connection = port, None

    def call(self, operation, **body):
        """The answer; raises OSError or HTTPException when the daemon is not there."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self.connection.request("POST", "/", json.dumps({"QueueUrl": f"http://127.0.0.1/{ACCOUNT}/{QUEUE}", **body}), {
                "X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0",
                "Authorization": self.AUTHORIZATION})
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        assert answer.status < 500, text
        return json.loads(text) if text else {}


class Ledger:
    """What consumers saw, and what that breaks."""

    def __init__(self, groups, rounds):
        self.rounds, self.lock, self.broken = rounds, threading.Lock(), []
        self.next_number = [0] * groups
        self.ids, self.deleted, self.perhaps_deleted = {}, set(), set()

    def received(self, group, number, message_id):
        with self.lock:
            if self.ids.setdefault((group, number), message_id) != message_id:
                self.broken.append(f"{group}:{number} is there twice")
            if (group, number) in self.deleted:
                self.broken.append(f"{group}:{number} came again after it was deleted")
            if number > self.next_number[group]:
                self.broken.append(f"{group}:{number} came before {self.next_number[group]}")
            self.next_number[group] = max(self.next_number[group], number + 1)

    def delete(self, keys):
        with self.lock:
            self.deleted.update(keys)

    def unanswered(self, keys):
        """The daemon was killed during their delete: either they are gone, or they come again."""
        with self.lock:
            self.perhaps_deleted.update(keys)

    def is_complete(self):
        with self.lock:
            return len(self.deleted | self.perhaps_deleted) == len(self.next_number) * self.rounds


def produce(port, groups, rounds, stop):
    client = Client(port)
    for number in range(rounds):
        for start in range(0, len(groups), BATCH):
            entries = [{"Id": str(group), "MessageBody": f"{group}:{number}", "MessageGroupId": str(group),
                        "MessageDeduplicationId": f"{group}:{number}"} for group in groups[start:start + BATCH]]
            while not stop.is_set():
                try:
                    assert "Failed" not in client.call("SendMessageBatch", Entries=entries)
                    break
                except (OSError, http.client.HTTPException):
                    time.sleep(0.02)


def consume(port, ledger, stop):
    client = Client(port)
    keys = []
    while not stop.is_set():
        try:
            taken = client.call("ReceiveMessage", MaxNumberOfMessages=BATCH, WaitTimeSeconds=1).get("Messages", [])
            keys = [tuple(map(int, message["Body"].split(":"))) for message in taken]
            for key, message in zip(keys, taken):
                ledger.received(*key, message["MessageId"])
            if taken:
                answer = client.call("DeleteMessageBatch", Entries=[
                    {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(taken)])
                ledger.delete(keys[int(entry["Id"])] for entry in answer.get("Successful", ()))
            keys = []
        except (OSError, http.client.HTTPException):
            ledger.unanswered(keys)
            time.sleep(0.02)


def test_fifo_is_exact_across_kills(killable, request):
    whole = request.config.getoption("--whole")
    clients, groups, rounds, kills = (64, 1000, 20, 6) if whole else (8, 100, 12, 3)
    chance = random.Random(request.config.getoption("--seed"))
    Client(killable.port).call("CreateQueue", QueueName=QUEUE, Attributes={
        "FifoQueue": "true", "VisibilityTimeout": str(VISIBILITY_SECONDS)})
    ledger, stop, failures = Ledger(groups, rounds), threading.Event(), []

    def guard(work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # A thread's failure is the test's.
            failures.append(error)
            stop.set()

    threads = [threading.Thread(target=guard, args=(
        produce, killable.port, list(range(p, groups, clients)), rounds, stop)) for p in range(clients)]
    threads += [threading.Thread(target=guard, args=(consume, killable.port, ledger, stop)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    # By progress and not by time, so that a fast machine is not done before.
    points = sorted(chance.uniform(0.05, 0.8) * groups * rounds for _ in range(kills))
    killed = 0
    while not ledger.is_complete() and not stop.is_set() and time.monotonic() < until:
        if killed < kills and len(ledger.deleted) >= points[killed]:
            killable.kill()
            killable.start()
            killed += 1
        time.sleep(0.005)
    complete = ledger.is_complete()
    stop.set()
    for thread in threads:
        thread.join(timeout=60)
    assert not failures, failures[:3]
    assert not ledger.broken, ledger.broken[:5]
    assert complete, f"{groups * rounds - len(ledger.deleted)} messages never came"
    assert killed == kills, "it was all over before the kills: the test tests little"
    print(f"{clients} producers and consumers, {groups} groups, {groups * rounds} messages, {killed} kills: exact")
