"""Lambda's functions: made from archives, invoked, changed, deleted."""

import base64
import http.client
import io
import json
import os
import shutil
import zipfile
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/lambda"
ECHO = """
import os
def handler(event, context):
    print("seen", event)
    return {"event": event, "version": context.function_version, "arn": context.invoked_function_arn,
            "mine": os.environ.get("MINE"), "remaining": context.get_remaining_time_in_millis() > 0}
def fail(event, context):
    raise ValueError("no good")
"""


def archive(**files):
    """A zip of files; `name_ext` stands for `name.ext`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name.replace("_", "."))
            entry.external_attr = 0o755 << 16
            target.writestr(entry, text)
    return buffer.getvalue()


@pytest.fixture
def make_function(client, unique):
    """Makes functions of one Python file; they are gone after the test."""
    made = []

    def make(code=ECHO, **settings):
        name = settings.pop("FunctionName", None) or unique("function")
        parameters = {"Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE,
                      "Code": {"ZipFile": archive(app_py=code)}, **settings}
        answer = client("lambda").create_function(FunctionName=name, **parameters)
        made.append(name)
        return answer

    yield make
    for name in made:
        try:
            client("lambda").delete_function(FunctionName=name)
        except ClientError:
            pass


def invoke(client, name, payload=None, **settings):
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload).encode(), **settings)
    return answer, json.loads(answer["Payload"].read() or b"null")


def code_of(error):
    return error.value.response["Error"]["Code"]


def test_a_function_is_made_and_invoked(client, make_function):
    made = make_function(Environment={"Variables": {"MINE": "own"}}, Timeout=10)
    name = made["FunctionName"]
    assert made["State"] == "Pending" and made["Version"] == "$LATEST" and made["Timeout"] == 10
    assert made["FunctionArn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    shown = client("lambda").get_function(FunctionName=name)
    assert shown["Configuration"]["State"] == "Active" and shown["Configuration"]["LastUpdateStatus"] == "Successful"
    assert shown["Configuration"]["CodeSha256"] == made["CodeSha256"]
    for _ in range(2):
        answer, result = invoke(client, name, {"n": 1}, LogType="Tail")
        assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST"
        assert result == {"event": {"n": 1}, "version": "$LATEST", "arn": made["FunctionArn"], "mine": "own",
                          "remaining": True}
        log = base64.b64decode(answer["LogResult"]).decode()
        assert log.startswith("START RequestId: ") and "seen {'n': 1}\n" in log
        assert "\nEND RequestId: " in log and "\nREPORT RequestId: " in log


def test_an_error_is_told_by_header_and_payload(client, make_function):
    name = make_function(Handler="app.fail")["FunctionName"]
    answer, error = invoke(client, name)
    assert answer["StatusCode"] == 200 and answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "ValueError" and error["errorMessage"] == "no good"
    assert error["stackTrace"]


def test_missing_modules_and_handlers_are_named(client, make_function):
    _, error = invoke(client, make_function(Handler="absent.handler")["FunctionName"])
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert error["errorMessage"] == "Unable to import module 'absent': No module named 'absent'"
    _, error = invoke(client, make_function(Handler="app.absent")["FunctionName"])
    assert error == {"errorType": "Runtime.HandlerNotFound", "errorMessage": "Handler 'absent' missing on module 'app'",
                     "requestId": "", "stackTrace": []}


def test_a_time_out_ends_the_process(client, make_function):
    code = "import time\ndef handler(event, context): time.sleep(30)"
    answer, error = invoke(client, make_function(code, Timeout=1)["FunctionName"], LogType="Tail")
    assert answer["FunctionError"] == "Unhandled" and error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert "Task timed out after 1.00 seconds" in base64.b64decode(answer["LogResult"]).decode()


def test_the_functions_sdk_reaches_the_daemon(client, make_function):
    code = """
import os, urllib.request
def handler(event, context):
    return urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_cumulite/health").status
"""
    _, status = invoke(client, make_function(code, Timeout=20)["FunctionName"])
    assert status == 200


def test_code_comes_from_s3(client, make_function, unique):
    bucket = unique("bucket")
    client("s3").create_bucket(Bucket=bucket)
    client("s3").put_object(Bucket=bucket, Key="code.zip", Body=archive(app_py=ECHO))
    name = make_function(Code={"S3Bucket": bucket, "S3Key": "code.zip"})["FunctionName"]
    assert invoke(client, name, 5)[1]["event"] == 5
    with pytest.raises(ClientError) as error:
        make_function(Code={"S3Bucket": bucket, "S3Key": "absent.zip"})
    assert code_of(error) == "InvalidParameterValueException"
    assert "S3 Error Code: NoSuchKey" in error.value.response["Error"]["Message"]


def test_what_is_refused(client, make_function, unique):
    name = make_function()["FunctionName"]
    with pytest.raises(ClientError) as error:
        make_function(FunctionName=name)
    assert code_of(error) == "ResourceConflictException"
    assert error.value.response["Error"]["Message"] == f"Function already exist: {name}"
    refused = [
        ({"Code": {"ZipFile": b"no zip"}}, "Could not unzip uploaded file."),
        ({"Code": {}}, "Please provide a source for function code."),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "Reserved keys used in this request: AWS_REGION"),
        ({"Code": {"S3Bucket": "hot-reload", "S3Key": "/etc"}}, "--lambda-local-code"),
        ({"PackageType": "Image", "Code": {"ImageUri": "x"}}, "no container images"),
    ]
    for settings, message in refused:
        with pytest.raises(ClientError) as error:
            make_function(**settings)
        assert code_of(error) == "InvalidParameterValueException" and message in str(error.value)
    absent = unique("absent")
    for call in (client("lambda").get_function, client("lambda").invoke, client("lambda").delete_function):
        with pytest.raises(ClientError) as error:
            call(FunctionName=absent)
        assert code_of(error) == "ResourceNotFoundException"
        # Only Invoke says which version it looked for.
        assert error.value.response["Error"]["Message"].removesuffix(":$LATEST") == (
            f"Function not found: arn:aws:lambda:us-east-1:000000000000:function:{absent}")
    with pytest.raises(ClientError) as error:
        client("lambda").invoke(FunctionName=name, Payload=b"{no json")
    assert code_of(error) == "InvalidRequestContentException"


def test_updates_take_effect_at_once(client, make_function):
    made = make_function()
    name = made["FunctionName"]
    assert invoke(client, name)[1]["mine"] is None
    changed = client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": {"MINE": "later"}}, MemorySize=256)
    assert changed["LastUpdateStatus"] == "InProgress" and changed["RevisionId"] != made["RevisionId"]
    assert invoke(client, name)[1]["mine"] == "later"
    new_code = archive(app_py="def handler(event, context): return 'new'")
    dry = client("lambda").update_function_code(FunctionName=name, ZipFile=new_code, DryRun=True)
    assert invoke(client, name)[1]["mine"] == "later"
    updated = client("lambda").update_function_code(FunctionName=name, ZipFile=new_code)
    assert updated["CodeSha256"] == dry["CodeSha256"] != made["CodeSha256"]
    assert invoke(client, name)[1] == "new"
    with pytest.raises(ClientError) as error:
        client("lambda").update_function_code(FunctionName=name, ZipFile=new_code, RevisionId=made["RevisionId"])
    assert code_of(error) == "PreconditionFailedException"


def test_versions_do_not_change(client, make_function):
    name = make_function(Publish=True)["FunctionName"]
    first = client("lambda").publish_version(FunctionName=name)
    assert first["Version"] == "1", "nothing changed since"
    client("lambda").update_function_code(
        FunctionName=name, ZipFile=archive(app_py="def handler(event, context): return context.function_version"))
    second = client("lambda").publish_version(FunctionName=name, Description="second")
    assert second["Version"] == "2" and second["FunctionArn"].endswith(f"{name}:2")
    assert invoke(client, name, Qualifier="1")[1]["version"] == "1"
    assert invoke(client, f"{name}:2")[1] == "2"
    versions = client("lambda").list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in versions] == ["$LATEST", "1", "2"]
    client("lambda").delete_function(FunctionName=name, Qualifier="1")
    with pytest.raises(ClientError) as error:
        client("lambda").invoke(FunctionName=name, Qualifier="1")
    assert code_of(error) == "ResourceNotFoundException"


def test_lists_page(client, make_function):
    names = {make_function()["FunctionName"] for _ in range(3)}
    seen = set()
    for page in client("lambda").get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}):
        assert len(page["Functions"]) <= 2
        seen |= {function["FunctionName"] for function in page["Functions"]}
    assert names <= seen


def test_names_are_resolved_as_the_service_does(client, make_function):
    name = make_function()["FunctionName"]
    for form in (f"000000000000:function:{name}", f"function:{name}",
                 f"arn:aws:lambda:us-east-1:000000000000:function:{name}", f"{name}:$LATEST"):
        assert client("lambda").get_function_configuration(FunctionName=form)["FunctionName"] == name
    with pytest.raises(ClientError) as error:
        client("lambda").get_function(FunctionName=f"arn:aws:lambda:eu-west-1:000000000000:function:{name}")
    assert code_of(error) == "ResourceNotFoundException"


def test_node_functions_run(client, make_function):
    node = make_function(Runtime="nodejs20.x", Handler="index.handler", Timeout=20, Code={"ZipFile": archive(
        index_js="exports.handler = async (event) => ({ n: event.n + 1 });")})["FunctionName"]
    answer, result = invoke(client, node, {"n": 1})
    if shutil.which("node"):
        assert result == {"n": 2}
    else:  # A machine without the interpreter is told so, and how to go on.
        assert answer["FunctionError"] == "Unhandled" and result["errorType"] == "Runtime.InvalidEntrypoint"
        assert "--lambda-node" in result["errorMessage"]


def test_provided_functions_run(client, make_function):
    bootstrap = """#!/usr/bin/env python3
import os, urllib.request
base = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    event = urllib.request.urlopen(base + "next")
    identity = event.headers["Lambda-Runtime-Aws-Request-Id"]
    urllib.request.urlopen(base + identity + "/response", data=b'{"got":' + event.read() + b"}")
"""
    provided = make_function(Runtime="provided.al2023", Timeout=20,
                             Code={"ZipFile": archive(bootstrap=bootstrap)})["FunctionName"]
    assert invoke(client, provided, [1])[1] == {"got": [1]}


def test_what_a_function_prints_is_in_its_log_group(client, make_function):
    name = make_function()["FunctionName"]
    invoke(client, name, {"n": 7})
    events = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    messages = [event["message"] for event in events]
    assert messages[0].startswith("START RequestId: ") and "seen {'n': 7}\n" in messages
    assert messages[-1].startswith("REPORT RequestId: ")


def test_an_answer_may_be_streamed(client, make_function):
    name = make_function()["FunctionName"]
    stream = client("lambda").invoke_with_response_stream(FunctionName=name, Payload=b'{"n":1}')["EventStream"]
    events = list(stream)
    payload = b"".join(event["PayloadChunk"]["Payload"] for event in events if "PayloadChunk" in event)
    assert json.loads(payload)["event"] == {"n": 1}
    assert "InvokeComplete" in events[-1] and "ErrorCode" not in events[-1]["InvokeComplete"]


def test_an_archive_may_have_fifty_megabytes(client, make_function, endpoint):
    """Its request has 70. A longer one is refused before it is sent."""
    code = archive(app_py="import os\ndef handler(event, context): return os.path.getsize('data.bin')", data_bin=os.urandom(45 << 20))
    name = make_function(Code={"ZipFile": code}, Timeout=30)["FunctionName"]
    assert invoke(client, name)[1] == 45 << 20
    assert client("lambda").get_function(FunctionName=name)["Configuration"]["CodeSize"] == len(code)
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc)
    connection.putrequest("POST", "/2015-03-31/functions")
    for header, value in {"Content-Length": "70167212", "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/"
                          "aws4_request, SignedHeaders=host, Signature=0"}.items():
        connection.putheader(header, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (413, "RequestEntityTooLargeException")
    assert b"Request must be smaller than 70167211 bytes for the CreateFunction operation" in answer.read()
