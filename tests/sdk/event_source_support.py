"""What tests of event sources share: functions, queues and mappings that are gone afterwards, and a frozen clock."""

import json

import pytest
from botocore.exceptions import ClientError

from refusals import code_and_message as refusal  # noqa: F401

ACCOUNT = "000000000000"
QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


@pytest.fixture
def make_function(admin, unique):
    """Makes functions of a shell script each; they are gone after the test."""
    made = []

    def make(script, **settings):
        name = unique("function")
        admin.post("/_cumulite/functions", name=name, command=["sh", "-c", script], **settings)
        made.append(name)
        return name

    yield make
    for name in made:
        admin.call("DELETE", f"/_cumulite/functions/{name}")


@pytest.fixture
def make_queue(client, unique):
    def make(suffix="", **attributes):
        name = unique("queue") + suffix
        return client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], QUEUE_ARN + name

    return make


@pytest.fixture
def make_mapping(client):
    made = []

    def make(**arguments):
        mapping = client("lambda").create_event_source_mapping(**arguments)
        made.append(mapping["UUID"])
        return mapping

    yield make
    for uuid in made:
        try:
            client("lambda").delete_event_source_mapping(UUID=uuid)
        except ClientError:
            pass  # The test has deleted it.


def events(admin, function):
    """What the function was given, by invocations that wrote it to their log."""
    invocations = admin.call("GET", f"/_cumulite/functions/{function}/logs")[1]["invocations"]
    return [json.loads(line) for entry in invocations for line in entry["log"].splitlines() if line.startswith("{")]


def counts(client, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return [int(attributes[name]) for name in names]


@pytest.fixture
def account_clock(admin):
    """The account's clock: `freeze()`, `advance("5s")`; it runs again after the test."""

    class Clock:
        @staticmethod
        def freeze():
            admin.freeze(ACCOUNT)

        @staticmethod
        def advance(duration):
            admin.advance(duration, ACCOUNT)

    yield Clock
    admin.reset_clock(ACCOUNT)
