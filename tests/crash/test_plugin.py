"""Messages through a plugin function while the daemon and the plugin's processes are killed.

Every message that was acknowledged is written down by the function at least once, and nothing stays behind in the
queue or among its dead letters. `--messages 1000000` is the whole of it.
"""

import http.client
import json
import os
import pathlib
import queue
import random
import signal
import subprocess
import threading
import time

import pytest

from test_chains import post
from test_crash import settle
from writers import ACCOUNT, queue_arn

WORK, DEAD = "plugin-work", "plugin-dead"
KILLS, SENDERS, BATCH = 10, 2, 10
RECEIVES_MAX = 100  # Deaths of processes count as receives; this many mean that a message cannot get through.
ROOT = pathlib.Path(__file__).parents[2]
BROKEN = (OSError, http.client.HTTPException, json.JSONDecodeError)


@pytest.fixture(scope="session")
def recorder(tmp_path_factory):
    path = tmp_path_factory.mktemp("plugin") / "recorder.so"
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Werror", f"-I{ROOT}/emulator/functions/plugin",
                    str(ROOT / "tests/crash/recorder.c"), "-o", str(path)], check=True)
    return path


class Sqs:
    """Unsigned calls over one kept connection."""

    def __init__(self, endpoint):
        self.endpoint, self.connection = endpoint, http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=30)

    def url(self, name):
        return f"{self.endpoint}/{ACCOUNT}/{name}"

    def call(self, operation, **body):
        self.connection.request("POST", "/", json.dumps(body), {
            "X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text or b"{}")

    def counts(self, name):
        shown = self.call("GetQueueAttributes", QueueUrl=self.url(name), AttributeNames=["All"])["Attributes"]
        return [int(shown[f"ApproximateNumberOfMessages{state}"]) for state in ("", "NotVisible", "Delayed")]


def send(endpoint, batches, failures):
    """Sends each batch until it is acknowledged: a batch whose answer was lost is sent again."""
    sqs = Sqs(endpoint)
    while True:
        try:
            first, count = batches.get_nowait()
        except queue.Empty:
            return
        entries = [{"Id": str(i), "MessageBody": str(first + i)} for i in range(count)]
        while True:
            try:
                answer = sqs.call("SendMessageBatch", QueueUrl=sqs.url(WORK), Entries=entries)
                assert len(answer["Successful"]) == count, answer
                break
            except BROKEN:
                failures.append(first)
                sqs.connection.close()
                time.sleep(0.02)


def processes_below(pid):
    """The daemon's children: the processes of the plugin."""
    tasks = pathlib.Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="utf-8").split()]


def recorded_lines(record):
    return record.read_bytes().count(b"\n") if record.exists() else 0


def wait_for(record, lines, seconds):
    """Until the function has written down so many; lines have at most eight bytes, so its size tells when to count."""
    until = time.monotonic() + seconds
    while not (record.exists() and record.stat().st_size >= 2 * lines and recorded_lines(record) >= lines):
        assert time.monotonic() < until, f"only {recorded_lines(record)} of {lines} messages came"
        time.sleep(0.05)


def build(sqs, recorder, record):
    sqs.call("CreateQueue", QueueName=DEAD)
    redrive = json.dumps({"deadLetterTargetArn": queue_arn(DEAD), "maxReceiveCount": RECEIVES_MAX})
    sqs.call("CreateQueue", QueueName=WORK, Attributes={"VisibilityTimeout": "30", "RedrivePolicy": redrive})
    post(sqs.endpoint + "/_cumulite/functions", {"name": "recorder", "runtime": "plugin", "library": str(recorder),
                                                 "environment": {"RECORD": str(record)}, "concurrency": 4})
    post(sqs.endpoint + "/_cumulite/event-sources",
         {"function": "recorder", "event_source_arn": queue_arn(WORK), "batch_size": BATCH})


def kill_all(killable, chance):
    """Its processes first, then, while they are being replaced, the daemon. How many processes it were."""
    children = processes_below(killable.process.pid)
    for child in children:
        os.kill(child, signal.SIGKILL)
    time.sleep(chance.uniform(0, 0.3))
    killable.kill()
    killable.start()
    return len(children)


def test_no_message_is_lost_on_its_way_through_a_plugin(killable, recorder, tmp_path, request):
    messages = request.config.getoption("--messages")
    seed = request.config.getoption("--seed") or random.randrange(1 << 32)
    print(f"seed {seed}")
    chance, record, failures = random.Random(seed), tmp_path / "record", []
    sqs = Sqs(killable.endpoint)
    build(sqs, recorder, record)
    batches = queue.SimpleQueue()
    for first in range(0, messages, BATCH):
        batches.put((first, min(BATCH, messages - first)))
    started = time.monotonic()
    senders = [threading.Thread(target=send, args=(killable.endpoint, batches, failures)) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    killed = 0
    for number in range(1, KILLS + 1):
        wait_for(record, messages * number // (KILLS + 1), 1200)
        killed += kill_all(killable, chance)
    for sender in senders:
        sender.join(timeout=600)
    sqs = Sqs(killable.endpoint)
    # What was in flight at a kill comes again by its visibility time-out.
    for _ in range(200):
        settle(killable.endpoint)
        if sqs.counts(WORK) == [0, 0, 0]:
            break
        post(killable.endpoint + "/_cumulite/clock", {"action": "advance", "duration": "31s"})
    took = time.monotonic() - started
    lines = record.read_text(encoding="ascii").splitlines()
    lost = set(range(messages)) - {int(line) for line in lines}
    assert not lost, f"{len(lost)} acknowledged messages that no function saw: {sorted(lost)[:5]}"
    assert sqs.counts(WORK) == sqs.counts(DEAD) == [0, 0, 0]
    print(f"{messages} messages, {KILLS} kills of the daemon and of {killed} of its processes, none lost, "
          f"{len(lines) - messages} came again ({len(failures)} batches sent again), {messages / took:.0f}/s")
