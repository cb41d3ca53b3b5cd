"""Streamed responses: what a function has written arrives while it still runs."""

import http.client
import json
import shutil
from urllib.parse import urlsplit

import pytest

from test_lambda_functions import archive, make_function  # noqa: F401 (fixture)

# Writes the pieces of its event: text as it is, "wait:FILE" until there is such a file, "fail", "sleep", "big:BYTES".
BOOTSTRAP = r"""#!/usr/bin/env python3
import base64, http.client, json, os, time
def chunk(data):
    api.send(b"%x\r\n%s\r\n" % (len(data), data))
while True:
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = json.loads(answer.read())
    event = json.loads(event["body"]) if "body" in event else event
    api.putrequest("POST", "/2018-06-01/runtime/invocation/%s/response" % answer.headers["Lambda-Runtime-Aws-Request-Id"])
    api.putheader("Lambda-Runtime-Function-Response-Mode", "streaming")
    api.putheader("Transfer-Encoding", "chunked")
    api.putheader("Trailer", "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
    api.putheader("Content-Type", event.get("type", "text/plain"))
    api.endheaders()
    trailers = b""
    for piece in event["pieces"]:
        if piece.startswith("wait:"):
            while not os.path.exists(piece[5:]):
                time.sleep(0.005)
        elif piece == "fail":
            body = base64.b64encode(json.dumps({"errorType": "My.Error", "errorMessage": "half way"}).encode())
            trailers = b"Lambda-Runtime-Function-Error-Type: My.Error\r\nLambda-Runtime-Function-Error-Body: %s\r\n" % body
        elif piece == "sleep":
            time.sleep(30)
        elif piece.startswith("big:"):
            for _ in range(int(piece[4:]) // 65536):
                chunk(b"b" * 65536)
        else:
            chunk(piece.encode())
    api.send(b"0\r\n" + trailers + b"\r\n")
    api.getresponse().read()
"""
TYPE_HTTP = "application/vnd.awslambda.http-integration-response"


@pytest.fixture
def make_streaming(make_function):  # noqa: F811 (fixture)
    def make(**settings):
        return make_function(Runtime="provided.al2023", Handler="any", Code={"ZipFile": archive(bootstrap=BOOTSTRAP)}, Timeout=20,
                             **settings)["FunctionName"]

    return make


def stream(client, name, pieces, **settings):
    answer = client("lambda").invoke_with_response_stream(FunctionName=name, Payload=json.dumps({"pieces": pieces}).encode(), **settings)
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/vnd.amazon.eventstream"
    return iter(answer["EventStream"])


def payload(event):
    return event["PayloadChunk"]["Payload"]


def test_a_chunk_arrives_before_the_last_is_written(client, make_streaming, tmp_path):
    """The function goes on only when the test has seen its first words."""
    seen = tmp_path / "seen"
    events = stream(client, make_streaming(), ["first", f"wait:{seen}", "last"], LogType="Tail")
    assert payload(next(events)) == b"first"
    seen.touch()
    rest = list(events)
    assert b"".join(payload(event) for event in rest[:-1]) == b"last"
    assert set(rest[-1]["InvokeComplete"]) == {"LogResult"}


def test_a_failure_half_way_is_told_at_the_end(client, make_streaming):
    *chunks, end = stream(client, make_streaming(), ["some", "fail"])
    assert b"".join(map(payload, chunks)) == b"some"
    assert end["InvokeComplete"]["ErrorCode"] == "My.Error"
    assert json.loads(end["InvokeComplete"]["ErrorDetails"]) == {"errorType": "My.Error", "errorMessage": "half way"}
    *chunks, end = stream(client, make_streaming(), ["fail"])
    assert b"".join(map(payload, chunks)) == b"" and end["InvokeComplete"]["ErrorCode"] == "My.Error"


def test_a_time_out_ends_the_stream(client, make_streaming):
    name = make_streaming()
    client("lambda").update_function_configuration(FunctionName=name, Timeout=1)
    *chunks, end = stream(client, name, ["some", "sleep"])
    assert b"".join(map(payload, chunks)) == b"some" and end["InvokeComplete"]["ErrorCode"] == "Sandbox.Timedout"


def test_a_stream_may_be_larger_than_an_answer(client, make_streaming):
    """20 MB, where a gathered answer ends at 6: Invoke of the same function says so."""
    name, size = make_streaming(), 20 << 20
    *chunks, end = stream(client, name, [f"big:{size}"])
    assert sum(len(payload(event)) for event in chunks) == size and end["InvokeComplete"] == {}
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps({"pieces": [f"big:{size}"]}).encode())
    assert json.loads(answer["Payload"].read())["errorType"] == "Function.ResponseSizeTooLarge"
    answer = client("lambda").invoke(FunctionName=name, Payload=b'{"pieces": ["{\\"a\\":", "1}"]}')
    assert json.loads(answer["Payload"].read()) == {"a": 1}


def test_a_client_that_leaves_does_not_hold_the_function(client, make_streaming, admin):
    name = make_streaming()
    answer = client("lambda").invoke_with_response_stream(
        FunctionName=name, Payload=json.dumps({"pieces": ["first", f"big:{20 << 20}"]}).encode())
    assert payload(next(iter(answer["EventStream"]))).startswith(b"first")
    answer["EventStream"].close()
    admin.settle()
    assert list(stream(client, name, ["again"]))[-1] == {"InvokeComplete": {}}


def call_url(client, endpoint, name, body, mode="RESPONSE_STREAM"):
    """The answer of the function's URL, its body unread."""
    url = client("lambda").create_function_url_config(FunctionName=name, AuthType="NONE", InvokeMode=mode)["FunctionUrl"]
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    connection.request("POST", "/", json.dumps(body), {"Host": urlsplit(url).netloc})
    return connection.getresponse()


def test_a_url_streams(client, endpoint, make_streaming, tmp_path):
    seen = tmp_path / "seen"
    answer = call_url(client, endpoint, make_streaming(), {"pieces": ["first", f"wait:{seen}", "last"], "type": "text/x-mine"})
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/x-mine" and answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.read1(100) == b"first"
    seen.touch()
    assert answer.read() == b"last"


def test_a_url_takes_status_and_headers_from_the_beginning(client, endpoint, make_streaming):
    """However the pieces are cut: the eight zero bytes come in two of them."""
    head = json.dumps({"statusCode": 201, "headers": {"X-Mine": "yes", "Content-Type": "text/html"}, "cookies": ["a=1", "b=2"]})
    pieces = [head[:20], head[20:] + "\0\0\0", "\0\0\0\0\0body"]
    answer = call_url(client, endpoint, make_streaming(), {"pieces": pieces, "type": TYPE_HTTP})
    assert answer.status == 201 and answer.headers["X-Mine"] == "yes" and answer.headers["Content-Type"] == "text/html"
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.read() == b"body"


def test_a_url_cuts_off_what_failed(client, endpoint, make_streaming, tmp_path):
    seen = tmp_path / "seen"
    answer = call_url(client, endpoint, make_streaming(), {"pieces": ["some", f"wait:{seen}", "fail"]})
    assert answer.read1(100) == b"some"
    seen.touch()
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_a_buffered_url_gathers(client, endpoint, make_streaming):
    answer = call_url(client, endpoint, make_streaming(), {"pieces": ['"a', 'b"']}, mode="BUFFERED")
    assert answer.headers["Content-Length"] == "2" and answer.read() == b"ab"


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_node_streams(client, make_function, tmp_path):  # noqa: F811 (fixture)
    code = """
import fs from 'node:fs';
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write('first');
  while (!fs.existsSync(event.wait)) await new Promise((done) => setTimeout(done, 5));
  stream.write('last');
  if (event.fail) throw new RangeError('too far');
  stream.end();
});
"""
    name = make_function(Runtime="nodejs20.x", Handler="index.handler", Code={"ZipFile": archive(index_mjs=code)}, Timeout=20)["FunctionName"]
    for fails in (False, True):
        seen = tmp_path / f"seen{fails}"
        event = json.dumps({"wait": str(seen), "fail": fails}).encode()
        events = iter(client("lambda").invoke_with_response_stream(FunctionName=name, Payload=event)["EventStream"])
        assert payload(next(events)) == b"first"
        seen.touch()
        *chunks, end = events
        assert b"".join(map(payload, chunks)) == b"last"
        assert end["InvokeComplete"].get("ErrorCode") == ("RangeError" if fails else None)
