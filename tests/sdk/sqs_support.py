"""Fixtures and helpers of the SQS tests: a client, a clock and queues in an account of its own."""

import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import make_client
from refusals import code_message_and_status as refused  # noqa: F401


@pytest.fixture
def sqs(endpoint, account):
    """A client in an account of its own: queues, clock and cooldowns are nobody else's."""
    return make_client("sqs", endpoint, access_key=account)


@pytest.fixture
def clock(admin, account):
    """The account's own clock, frozen: `clock("5s")` advances it."""
    admin.freeze(account)
    return lambda duration: admin.advance(duration, account)


@pytest.fixture
def queue(sqs, unique):
    """`queue(**attributes)` makes a queue and returns its URL; FIFO if the name says so."""

    def make(suffix="", **attributes):
        if suffix == ".fifo":
            attributes.setdefault("FifoQueue", "true")
        return sqs.create_queue(QueueName=unique("queue") + suffix, Attributes=attributes)["QueueUrl"]

    return make


def bodies(answer):
    return [message["Body"] for message in answer.get("Messages", [])]


def counts(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return [int(got[name]) for name in names]


def arn_of(sqs, url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


class Query:
    """The old protocol: a form in, XML out."""

    def __init__(self, endpoint, account):
        self.endpoint = endpoint
        self.account = account

    def call(self, action, path="/", **parameters):
        scope = f"{self.account}/20260101/us-east-1/sqs/aws4_request"
        form = {"Action": action, "Version": "2012-11-05", **{k.replace("__", "."): v for k, v in parameters.items()}}
        request = urllib.request.Request(
            self.endpoint + path,
            data=urllib.parse.urlencode(form).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        root = ElementTree.fromstring(text)
        for element in root.iter():
            element.tag = element.tag.split("}")[-1]
        return status, root


@pytest.fixture
def query(endpoint, account):
    return Query(endpoint, account)
