"""Functions and the daemon's own life: code that is edited in place, events that outlive a kill."""

import json
import os
import signal
import time

import pytest
from botocore.exceptions import ClientError

from conftest import Admin, Daemon, make_client
from test_lambda_functions import ROLE, archive


@pytest.fixture
def start_daemon(request):
    """Daemons of the test's own."""
    if request.config.getoption("--endpoint"):
        pytest.skip("needs a daemon of its own")
    running = []

    def start(*arguments):
        daemon = Daemon(request.config.getoption("--daemon"), *arguments)
        running.append(daemon)
        return daemon

    yield start
    for daemon in running:
        daemon.stop()


def create(client, name, code):
    client.create_function(FunctionName=name, Runtime="python3.12", Handler="app.handler", Role=ROLE, Code=code,
                           Timeout=30)


def result_of(client, name):
    return json.loads(client.invoke(FunctionName=name)["Payload"].read())


def test_local_code_is_reloaded_when_it_changes(start_daemon, tmp_path):
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text("def handler(event, context): return 1")
    daemon = start_daemon("--lambda-local-code", str(tmp_path))
    client = make_client("lambda", daemon.endpoint)
    create(client, "local", {"S3Bucket": "hot-reload", "S3Key": str(code)})
    assert result_of(client, "local") == 1
    (code / "app.py").write_text("def handler(event, context): return 2")
    later = time.time() + 5
    os.utime(code / "app.py", (later, later))
    assert result_of(client, "local") == 2
    for outside in ("/etc", str(tmp_path / ".." / ".."), str(tmp_path / "absent")):
        with pytest.raises(ClientError) as error:
            create(client, "other", {"S3Bucket": "hot-reload", "S3Key": outside})
        assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_functions_and_their_events_outlive_a_kill(start_daemon, tmp_path):
    """A failed event waits for its retry; the daemon is killed; the next one tries it again and reports."""
    first = start_daemon("--data", str(tmp_path / "data"))
    client = make_client("lambda", first.endpoint)
    queue = make_client("sqs", first.endpoint).create_queue(QueueName="failed")["QueueUrl"].rpartition("/")[2]
    create(client, "fails", {"ZipFile": archive(app_py="def handler(event, context): raise ValueError(event)")})
    client.publish_version(FunctionName="fails")
    client.put_function_event_invoke_config(FunctionName="fails", DestinationConfig={
        "OnFailure": {"Destination": f"arn:aws:sqs:us-east-1:000000000000:{queue}"}})
    client.invoke(FunctionName="fails", InvocationType="Event", Payload=b'{"n": 1}')
    Admin(first.endpoint).settle()
    first.stop(signal.SIGKILL)
    second = start_daemon("--data", str(tmp_path / "data"))
    admin, client = Admin(second.endpoint), make_client("lambda", second.endpoint)
    assert [v["Version"] for v in client.list_versions_by_function(FunctionName="fails")["Versions"]] == ["$LATEST", "1"]
    for wait in ("61s", "121s"):
        admin.advance(wait)
        admin.settle()
    (message,) = make_client("sqs", second.endpoint).receive_message(QueueUrl=queue)["Messages"]
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3 and record["requestPayload"] == {"n": 1}


def test_a_function_may_invoke_another_while_it_is_waited_for(start_daemon):
    """More nested calls than the server has threads: none of them is held by a caller that waits."""
    daemon = start_daemon()
    client = make_client("lambda", daemon.endpoint, max_pool_connections=12)
    code = """
import json, os, urllib.request
def handler(event, context):
    if not event["depth"]:
        return "bottom"
    url = os.environ["AWS_ENDPOINT_URL"] + "/2015-03-31/functions/" + context.function_name + "/invocations"
    scope = "Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
    body = json.dumps({"depth": event["depth"] - 1}).encode()
    request = urllib.request.Request(url, data=body, headers={"Authorization": "AWS4-HMAC-SHA256 " + scope})
    return json.load(urllib.request.urlopen(request))
"""
    create(client, "nested", {"ZipFile": archive(app_py=code)})
    answer = client.invoke(FunctionName="nested", Payload=b'{"depth": 7}')
    assert json.loads(answer["Payload"].read()) == "bottom"
