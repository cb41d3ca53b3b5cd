"""Function URLs: requests as events of payload format 2.0, results as answers, and who is refused."""

import base64
import http.client
import json
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from test_lambda_functions import archive, make_function  # noqa: F401 (fixture)

ECHO = "def handler(event, context): return {'statusCode': 200, 'body': event}"
ANSWER = "import json\ndef handler(event, context): return json.loads(event['body'])"


@pytest.fixture
def make_url(client, make_function):  # noqa: F811
    def make(code, **settings):
        name = make_function(Code={"ZipFile": archive(app_py=code)})["FunctionName"]
        return urlsplit(client("lambda").create_function_url_config(FunctionName=name, **{"AuthType": "NONE", **settings})["FunctionUrl"]).netloc
    return make


@pytest.fixture
def call(endpoint):
    """An answer with its body; headers as pairs, since some come twice."""
    def request(host, method="GET", path="/", headers=(), body=None):
        connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in [("Host", host), *headers, *([("Content-Length", str(len(body)))] if body else [])]:
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    return request


def test_a_request_as_an_event(call, make_url):
    """One slash before the path, names in small letters, values of one name joined, cookies apart, and what a proxy in front would tell."""
    host = make_url(ECHO)
    status, headers, body = call(host, "POST", "//a/b?x=1&x=2&y=%26z&empty=", [
        ("Cookie", "k=v; l=w"), ("X-Mine", "1"), ("X-Mine", "2"), ("Content-Type", "text/plain"), ("User-Agent", "me")], b"hello")
    event = json.loads(body)
    assert status == 200 and event["version"] == "2.0" and event["rawPath"] == "/a/b"
    assert event["rawQueryString"] == "x=1&x=2&y=%26z&empty="
    assert event["queryStringParameters"] == {"x": "1,2", "y": "&z", "empty": ""}
    assert event["cookies"] == ["k=v", "l=w"] and "cookie" not in event["headers"] and event["headers"]["x-mine"] == "1,2"
    assert event["headers"]["x-forwarded-proto"] == "http" and event["headers"]["x-amzn-trace-id"].startswith("Root=1-")
    assert event["body"] == "hello" and event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["http"]["userAgent"] == "me" and context["http"]["method"] == "POST" and context["accountId"] == "anonymous"
    assert context["domainName"] == host and context["requestId"] == headers["x-amzn-RequestId"]


@pytest.mark.parametrize("kind, body, is_encoded", [
    ("application/json", b'{"a":1}', False), ("text/csv", b"a,b", False), ("image/png", b"abc", True), ("text/plain", b"\xff", True),
    ("application/x-www-form-urlencoded", b"a=b", True), ("multipart/form-data; boundary=x", b"--x--", True)])
def test_bodies_are_encoded_by_their_type(call, make_url, kind, body, is_encoded):
    event = json.loads(call(make_url(ECHO), "POST", headers=[("Content-Type", kind)], body=body)[2])
    assert event["isBase64Encoded"] is is_encoded
    assert event["body"] == (base64.b64encode(body).decode() if is_encoded else body.decode())


@pytest.mark.parametrize("result, status, body", [
    ({"statusCode": "418", "body": "teapot"}, 418, b"teapot"), ({"hello": "world"}, 200, b'{"hello":"world"}'),
    (["a", 3, True], 200, b'["a",3,true]'), ("text", 200, b"text"), (3.1, 200, b"3.1"), (None, 200, b"null"),
    ({"statusCode": 200, "body": {"a": 1}}, 200, b'{"a":1}'), ({"statusCode": 200, "isBase64Encoded": True, "body": "AAH/"}, 200, b"\x00\x01\xff"),
    ({"statusCode": "none"}, 502, b"Internal Server Error"), ({"statusCode": 1}, 502, b"Internal Server Error")])
def test_a_result_as_an_answer(call, make_url, result, status, body):
    """A document without a status is the body itself, without the space between its parts."""
    seen, headers, content = call(make_url(ANSWER), "POST", body=json.dumps(result).encode())
    assert (seen, content) == (status, body) and headers["Content-Type"] == "application/json"


def test_headers_and_cookies_of_an_answer(call, make_url):
    result = {"statusCode": 201, "headers": {"content-type": "text/html", "X-Mine": 7}, "cookies": ["a=b; Path=/", "c=d"], "body": "x"}
    status, headers, _ = call(make_url(ANSWER), "POST", body=json.dumps(result).encode())
    assert status == 201 and headers.get_all("Content-Type") == ["text/html"] and headers["X-Mine"] == "7"
    assert headers.get_all("Set-Cookie") == ["a=b; Path=/", "c=d"]


def test_a_failed_function_is_a_bad_gateway(call, make_url):
    assert call(make_url("def handler(event, context): 1/0"))[::2] == (502, b"Internal Server Error")


def test_whom_a_url_refuses(client, call, make_url, unique):
    """What is not there, and what is not for everybody, in the service's words."""
    status, headers, body = call("0123456789abcdefghijklmnopqrstuv.lambda-url.us-east-1.localhost")
    assert (status, body, headers["x-amzn-ErrorType"]) == (403, b'{"Message":null}', "AccessDeniedException")
    host = make_url(ECHO, AuthType="AWS_IAM")
    status, headers, body = call(host)
    assert status == 403 and headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert json.loads(body)["Message"].startswith("Forbidden. For troubleshooting Function URL authorization issues")
    request = AWSRequest("GET", f"http://{host}/")
    SigV4Auth(Credentials("test", "test"), "lambda", "us-east-1").add_auth(request)
    status, _, body = call(host, headers=[(name, value) for name, value in request.headers.items() if name.lower() != "host"])
    assert status == 200 and json.loads(body)["requestContext"]["authorizer"]["iam"]["accessKey"] == "test"


def test_the_url_of_a_deleted_alias(client, call, make_function):  # noqa: F811
    name = make_function(Publish=True)["FunctionName"]
    functions = client("lambda")
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    host = urlsplit(functions.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE")["FunctionUrl"]).netloc
    assert call(host)[0] == 200
    functions.delete_alias(FunctionName=name, Name="live")
    assert call(host)[0] == 403


def test_browsers_of_other_origins(call, make_url):
    """The URL answers for its function what a browser asks beforehand, and only to origins that it knows."""
    host = make_url(ECHO, Cors={"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "AllowHeaders": ["x-h"], "MaxAge": 5,
                                "ExposeHeaders": ["x-e"], "AllowCredentials": True})
    asked = [("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET")]
    status, headers, body = call(host, "OPTIONS", headers=asked)
    assert (status, body) == (200, b"")
    assert {name: headers[f"Access-Control-{name}"] for name in ("Allow-Origin", "Allow-Credentials", "Allow-Methods", "Allow-Headers", "Max-Age")} == {
        "Allow-Origin": "https://a.example", "Allow-Credentials": "true", "Allow-Methods": "GET", "Allow-Headers": "x-h", "Max-Age": "5"}
    _, headers, _ = call(host, headers=asked[:1])
    assert headers["Access-Control-Expose-Headers"] == "x-e" and "Access-Control-Allow-Methods" not in headers
    assert "Access-Control-Allow-Origin" not in call(host, headers=[("Origin", "https://b.example")])[1]
