"""The plugin's own tests: each is also an example of a fixture's use."""

import json
import os
import pathlib
import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError
from cumulite_pytest import NotSettled

PLUGIN_FOLDER = pathlib.Path(__file__).parents[1]


@pytest.mark.parametrize("turn", [1, 2])
def test_account_is_ones_own(aws, turn):
    """The same names twice: what one test made, the next does not find."""
    sqs = aws.client("sqs")
    assert "QueueUrls" not in sqs.list_queues()
    sqs.create_queue(QueueName="orders")
    table = aws.resource("dynamodb").create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    assert table.scan()["Count"] == 0
    table.put_item(Item={"id": str(turn)})


def test_clock_moves_for_the_account_alone(aws, clock, cumulite_daemon):
    """A message that is delayed for a quarter of an hour is there at once, and nobody else's time has moved."""
    common_ms = cumulite_daemon.call("GET", "/_cumulite/clock")[1]["now_ms"]
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="later")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello", DelaySeconds=900)
    clock.freeze()
    before = clock.now_ms
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    clock.advance("15m")
    assert clock.now_ms == before + 900_000
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"
    assert cumulite_daemon.call("GET", "/_cumulite/clock")[1]["now_ms"] - common_ms < 60_000
    clock.set("2040-01-01T00:00:00Z")
    assert clock.now_ms == 2_208_988_800_000


def test_settle_waits_for_what_calls_caused(aws, settle):
    """An upload's notification is in the queue when settle returns: no sleeping, no polling."""
    s3, sqs, bucket = aws.client("s3"), aws.client("sqs"), aws.name("uploads")
    s3.create_bucket(Bucket=bucket)
    url = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    settle()
    sqs.purge_queue(QueueUrl=url)
    s3.put_object(Bucket=bucket, Key="photo.jpg", Body=b"x")
    settle()
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert json.loads(message["Body"])["Records"][0]["s3"]["object"]["key"] == "photo.jpg"


def test_settle_says_what_is_left(aws, settle, cumulite_daemon, tmp_path):
    """A function that does not end within the limit is named by the failure."""
    gate = tmp_path / "gate"
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="slow")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    wait = f"until [ -e {gate} ]; do sleep 0.02; done; echo '{{}}'"
    cumulite_daemon.call("POST", "/_cumulite/functions", {"name": "slow", "command": ["sh", "-c", wait],
                                                          "account": aws.id})
    cumulite_daemon.call("POST", "/_cumulite/event-sources", {"function": "slow", "event_source_arn": arn,
                                                              "account": aws.id})
    sqs.send_message(QueueUrl=url, MessageBody="x")
    with pytest.raises(NotSettled) as caught:
        settle(timeout_s=0.3)
    assert caught.value.pending and "function" in str(caught.value)
    gate.write_text("")
    settle()


def test_snapshot_takes_the_account_back(aws, snapshot, clock):
    """What a test breaks is whole again, the clock too."""
    s3, bucket = aws.resource("s3"), aws.name("data")
    s3.create_bucket(Bucket=bucket)
    s3.Object(bucket, "a").put(Body=b"first")
    clock.freeze()
    saved_ms = clock.now_ms
    snapshot.save()
    for _ in range(2):
        s3.Object(bucket, "a").put(Body=b"second")
        s3.Object(bucket, "b").put(Body=b"x" * 200_000)
        clock.advance("40d")
        snapshot.restore()
        assert s3.Object(bucket, "a").get()["Body"].read() == b"first"
        assert [each.key for each in s3.Bucket(bucket).objects.all()] == ["a"]
        assert clock.now_ms == saved_ms


def test_outbox_holds_what_would_have_been_sent(aws, outbox, settle):
    """An e-mail subscription is confirmed by its message; the text can be asserted."""
    sns = aws.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="reader@example.com")
    settle()
    messages = outbox("email")
    assert messages and all(message["recipient"] == "reader@example.com" for message in messages)
    assert outbox("sms") == []


def test_environment_is_enough(aws_environment):
    """Code that knows nothing of the emulator finds it: SDKs and the aws command read the environment."""
    boto3.client("sqs").create_queue(QueueName="plain")
    assert [url.rsplit("/", 1)[1] for url in aws_environment.client("sqs").list_queues()["QueueUrls"]] == ["plain"]
    command = pathlib.Path(sys.executable).parent / "aws"
    if command.exists():
        listed = subprocess.run([command, "sqs", "list-queues", "--endpoint-url", os.environ["AWS_ENDPOINT_URL"]],
                                capture_output=True, text=True, check=True)
        assert "/plain" in listed.stdout


PARALLEL = """
import pytest

@pytest.mark.parametrize("n", range(12))
def test_alone(aws, clock, snapshot, n):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="same-name")["QueueUrl"]
    clock.freeze()
    before = clock.now_ms
    snapshot.save()
    sqs.send_message(QueueUrl=url, MessageBody=str(n), DelaySeconds=600)
    clock.advance("10m")
    assert clock.now_ms == before + 600_000
    assert [m["Body"] for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]] == [str(n)]
    snapshot.restore()
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    print("daemon", aws.endpoint)
"""


@pytest.mark.parametrize("workers", [0, 4])
def test_parallel_workers_share_one_daemon(pytester, pytestconfig, monkeypatch, workers):
    """With pytest-xdist the daemon starts once; twelve tests with the same names and moving clocks all pass."""
    if workers:
        pytest.importorskip("xdist")
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN_FOLDER))
    monkeypatch.delenv("CUMULITE_ENDPOINT", raising=False)
    pytester.makepyfile(PARALLEL)
    arguments = ["-p", "cumulite_pytest", "-rP", "--cumulite", pytestconfig.cumulite_run.binary()]
    result = pytester.runpytest_subprocess(*arguments, *(["-n", str(workers)] if workers else []))
    result.assert_outcomes(passed=12)
    assert len({line for line in result.outlines if line.startswith("daemon ")}) == 1


@pytest.mark.parametrize("option, value, said", [
    ("--cumulite", "/no/such/program", "/no/such/program is no program: name it by --cumulite PATH"),
    ("--cumulite-endpoint", "http://127.0.0.1:1", "no cumulite answers at http://127.0.0.1:1"),
])
def test_what_is_missing_is_said_in_one_line(pytester, monkeypatch, option, value, said):
    """No traceback of the plugin's own: who runs it the first time learns what to name."""
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN_FOLDER))
    for name in ("CUMULITE_ENDPOINT", "CUMULITE_BINARY"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile("def test_it(aws):\n    pass\n")
    result = pytester.runpytest_subprocess("-p", "cumulite_pytest", option, value)
    result.assert_outcomes(errors=1)
    assert any(line.startswith(said) for line in result.outlines), result.outlines
    assert "cumulite_pytest.py" not in result.stdout.str() and "another exception" not in result.stdout.str()


def test_accounts_are_left_empty(aws, cumulite_daemon):
    """What a test leaves behind goes with its account: `close` is what the fixture calls at its end."""
    sqs = aws.client("sqs")
    sqs.create_queue(QueueName="left")
    aws.snapshot.save()
    aws.close()
    assert "QueueUrls" not in sqs.list_queues()
    names = [each["name"] for each in cumulite_daemon.call("GET", "/_cumulite/snapshots")[1]["snapshots"]]
    assert not [name for name in names if aws.id in name]
    with pytest.raises(ClientError):
        sqs.get_queue_url(QueueName="left")
