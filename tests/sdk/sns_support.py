"""Fixtures and helpers of the SNS tests: clients and a clock in an account of its own, an HTTP endpoint."""

import http.server
import json
import threading
import urllib.request

import pytest

from conftest import make_client
from refusals import code_and_message as refused  # noqa: F401


@pytest.fixture
def sns(endpoint, account):
    return make_client("sns", endpoint, access_key=account)


@pytest.fixture
def sqs(endpoint, account):
    return make_client("sqs", endpoint, access_key=account)


@pytest.fixture
def clock(admin, account):
    """The account's own clock, frozen: `clock("5s")` advances it, `clock.settle()` waits, `clock.now_ms()` reads it."""

    class Clock:
        def __call__(self, duration):
            admin.advance(duration, account)

        def settle(self):
            admin.settle(account)

        def now_ms(self):
            return admin.now_ms(account)

    admin.freeze(account)
    return Clock()


@pytest.fixture
def topic(sns, unique):
    arn = sns.create_topic(Name=unique("topic"))["TopicArn"]
    yield arn
    sns.delete_topic(TopicArn=arn)


@pytest.fixture
def make_queue(sqs, unique):
    """`make_queue(suffix, **attributes)` gives the URL and the ARN of a new queue."""

    def make(suffix="", **attributes):
        if suffix == ".fifo":
            attributes.setdefault("FifoQueue", "true")
        url = sqs.create_queue(QueueName=unique("queue") + suffix, Attributes=attributes)["QueueUrl"]
        got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, got["Attributes"]["QueueArn"]

    return make


class Receiver:
    """An HTTP endpoint that keeps what it was sent and when, and answers as it is told: `statuses` one after the
    other, then `status`."""

    def __init__(self):
        self.got, self.statuses, self.status, self.times = [], [], 200, []
        self.now_ms = lambda: 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.got.append((dict(self.headers.items()), body))
                outer.times.append(outer.now_ms())
                self.send_response(outer.statuses.pop(0) if outer.statuses else outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self, kind):
        return [body for headers, body in self.got if headers["x-amz-sns-message-type"] == kind]

    def forget(self):
        self.got.clear()
        self.times.clear()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


def confirm(receiver):
    """Visits the SubscribeURL of the last confirmation, as the endpoint's owner would."""
    asked = json.loads(receiver.bodies("SubscriptionConfirmation")[-1])
    with urllib.request.urlopen(asked["SubscribeURL"]):
        pass


def receive(sqs, url, **options):
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **options)
    return answer.get("Messages", [])
