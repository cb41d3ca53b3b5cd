"""Every operation of every model, as botocore serializes it: answered by itself or by 501 by its name."""

import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.stem for path in (ROOT / "protocol/model/models").glob("*.json"))
# What a router says of a request that it takes for nobody's.
UNROUTED = {"InvalidAction", "MethodNotAllowed", "MissingAction", "UnknownOperationException", "405"}
# Sent to a host of its own, which an endpoint URL replaces: it is ListBuckets by its request line. An Outpost's bucket
# is made without the header that tells S3 Control from S3: that is an object put into a bucket.
INDISTINGUISHABLE = {"s3-ListDirectoryBuckets", "s3-WriteGetObjectResponse", "s3control-CreateBucket"}
# The successor has the same request, and answers.
SUCCESSORS = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}


def operations():
    for service in SERVICES:
        model = json.loads((ROOT / "protocol/model/models" / f"{service}.json").read_text(encoding="utf-8"))
        for name in model["operations"]:
            if f"{service}-{name}" not in INDISTINGUISHABLE:
                yield pytest.param(service, name, id=f"{service}-{name}")


def rows(service):
    """Operations that the sources have a row for."""
    found = set()
    for path in (ROOT / "emulator/services" / service).glob("**/*.cc"):
        found |= set(re.findall(r"\brow<\s*(?:\w+::)*op::(\w+)", path.read_text(encoding="utf-8")))
    return found


def value_of(shape):
    """A small value that a client's own validation lets through."""
    kind = shape.type_name
    if kind == "structure":
        # A union needs exactly one of its members.
        names = list(shape.members)[:1] if shape.is_tagged_union else shape.required_members
        return {name: value_of(shape.members[name]) for name in names}
    if kind == "list":
        return [value_of(shape.member)] * shape.metadata.get("min", 1)
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "value".ljust(shape.metadata.get("min", 0), "x")
    if kind in ("integer", "long", "float", "double"):
        return max(1, shape.metadata.get("min", 1))
    return {"boolean": True, "blob": b"bytes", "timestamp": 0}[kind]


@pytest.mark.parametrize("service, name", list(operations()))
def test_an_operation_is_answered_by_itself_or_by_501(client, endpoint, unique, service, name):
    # No operation may be swallowed by another one, nor be taken for an unknown one.
    # Some operations put a name in front of the host, which no resolver knows here.
    # S3 Control's do so in any case: a proxy need not resolve them.
    way = {"proxies": {"http": endpoint}} if service == "s3control" else {"inject_host_prefix": False}
    made = client(service, **way)
    shape = made.meta.service_model.operation_model(name).input_shape
    parameters = value_of(shape) if shape else {}
    for key in ("Bucket", "QueueName", "vaultName", "TableName"):
        if key in parameters:
            parameters[key] = unique("all")
    if "accountId" in parameters:
        parameters["accountId"] = "-"
    try:
        made._make_api_call(name, parameters)
        status, code, message = 200, "", ""
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    answering = SUCCESSORS.get(name, name)
    assert code not in UNROUTED, (status, code, message)
    if answering in rows(service):
        assert status < 500, (status, code, message)
    else:
        assert status == 501, (status, code, message)
        assert message == "" or answering in message


def send(endpoint, method, target):
    """One raw request, as no SDK would send it."""
    place = urlsplit(endpoint)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    connection.request(method, target, body=b"" if method in ("PUT", "POST") else None)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


@pytest.mark.parametrize(
    "method, suffix",
    [
        ("DELETE", "?analytics"),
        ("DELETE", "?frobnicate"),
        ("DELETE", "?id=x"),
        ("DELETE", "?acl"),
        ("DELETE", "?x-id=DeleteBucketPolicy"),
        ("DELETE", "/key?policy"),
        ("DELETE", "/key?frobnicate"),
        ("DELETE", "/key?annotationName=x"),
        ("PUT", "/key?renameObject"),
        ("PUT", "/key?frobnicate"),
        ("PUT", "/key?uploadId=x"),
        ("PUT", "/key?partNumber=1"),
        ("POST", "/key"),
        ("POST", "/key?frobnicate"),
    ],
)
def test_an_unknown_subresource_changes_nothing(client, endpoint, unique, method, suffix):
    # A route per sub-resource lets `DELETE /bucket?analytics` fall through to DeleteBucket elsewhere.
    s3 = client("s3")
    bucket = unique("fall")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="key", Body=b"kept")
    assert send(endpoint, method, f"/{bucket}{suffix}") >= 400
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"kept"
    assert [row["Key"] for row in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["key"]
