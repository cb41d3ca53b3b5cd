"""S3 to the letter: bad input, digests, ranges, metadata, multipart and batches, as AWS answers them."""

import base64
import http.client
import json
import os
import re
import socket
import zlib
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from refusals import error_of
from s3_support import bucket, s3  # noqa: F401

MIB = 1 << 20


@pytest.fixture
def send(endpoint):
    """Sends a request as it is: status, headers and text of the answer."""

    def call(method, path, body=b"", headers=()):
        connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
        connection.putrequest(method, path)
        connection.putheader("Content-Length", str(len(body)))
        for name, value in dict(headers).items() if isinstance(headers, dict) else headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, answer.headers, text.decode("utf-8", "replace")

    return call


def code_in(text):
    return re.search("<Code>(.*?)</Code>", text).group(1)


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


@pytest.mark.parametrize("key", ["a//b/../c", "../x", ".", "..", "/lead", "//", "x" * 1024, "é" * 512, "a\nb\x01"])
def test_no_key_is_normalised(s3, bucket, key):
    # 1,024 bytes of any UTF-8, whatever they would mean to a file system.
    s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


@pytest.mark.parametrize("key", ["x" * 1025, "é" * 513])
def test_a_key_is_too_long_by_its_bytes(s3, bucket, key):
    error = error_of(s3.put_object, Bucket=bucket, Key=key, Body=b"")
    assert error["Code"] == "KeyTooLongError" and error["MaxSizeAllowed"] == "1024"


@pytest.mark.parametrize("range_header, status, length", [
    ("bytes=0-1,3-4", 200, 10), ("bytes=-3", 206, 3), ("bytes=9-20", 206, 1), ("bytes=5-2", 200, 10),
    ("items=0-1", 200, 10), ("bytes=-20", 206, 10), ("bytes=10-", 416, None), ("bytes=-0", 416, None)])
def test_ranges(s3, bucket, send, range_header, status, length):
    # S3 serves one range; several, and what is no range, mean the whole object.
    s3.put_object(Bucket=bucket, Key="k", Body=bytes(10))
    answer = send("GET", f"/{bucket}/k", headers={"Range": range_header})
    assert answer[0] == status
    if length is not None:
        assert int(answer[1]["Content-Length"]) == length


def test_errors_have_the_fields_of_aws(s3, bucket, send):
    # The recorded answers name the key and no <Resource>.
    _, headers, text = send("GET", f"/{bucket}/none")
    assert "<Key>none</Key>" in text and "<Resource>" not in text
    assert f"<RequestId>{headers['x-amz-request-id']}</RequestId>" in text


@pytest.mark.parametrize("value, shown", [
    ("plain", "plain"),
    ("non-ascii-%E2%80%94_—_é_", "=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?="),
    ("日本", "=?UTF-8?B?5pel5pys?=")])
def test_metadata_beyond_ascii_comes_back_encoded(bucket, send, value, shown):
    assert send("PUT", f"/{bucket}/k", b"", {"x-amz-meta-foo": value.encode()})[0] == 200
    assert send("HEAD", f"/{bucket}/k")[1]["x-amz-meta-foo"] == shown


def test_repeated_metadata_is_a_list(bucket, send):
    assert send("PUT", f"/{bucket}/k", b"", [("x-amz-meta-a", "1"), ("X-Amz-Meta-A", "2")])[0] == 200
    assert send("HEAD", f"/{bucket}/k")[1]["x-amz-meta-a"] == "1,2"


def test_encryption_is_not_asked_of_a_read(bucket, s3, send):
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    status, _, text = send("GET", f"/{bucket}/k", headers={"x-amz-server-side-encryption": "AES256"})
    assert status == 400 and code_in(text) == "InvalidArgument"
    assert send("HEAD", f"/{bucket}/k", headers={"x-amz-server-side-encryption": "aws:kms"})[0] == 400


def test_an_upload_says_how_long_it_is(s3, bucket, endpoint):
    # Without a length there is no body in HTTP, but S3 wants to be told so.
    address = urlsplit(endpoint)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"PUT /{bucket}/k HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 411 ")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_key_is_utf_8(send, bucket):
    status, _, text = send("PUT", f"/{bucket}/%ff%fe", b"x")
    assert status == 400 and "<Code>InvalidURI</Code>" in text


@pytest.mark.parametrize("headers, code", [
    ({"Content-MD5": "rL0Y20xC+Fzt72VPzMSk2A=="}, "BadDigest"),
    ({"Content-MD5": "abc"}, "InvalidDigest"),
    ({"x-amz-checksum-crc32": crc32(b"other")}, "BadDigest"),
    ({"x-amz-checksum-sha256": "short"}, "InvalidRequest"),
    ({"x-amz-checksum-crc32": crc32(b"x"), "x-amz-checksum-crc32c": crc32(b"x")}, "InvalidRequest")])
def test_wrong_digests_store_nothing(bucket, send, headers, code):
    status, _, text = send("PUT", f"/{bucket}/k", b"x", headers)
    assert status == 400 and code_in(text) == code
    assert send("HEAD", f"/{bucket}/k")[0] == 404
    # The same holds for documents: a tag set that was damaged on its way is not stored.
    document = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
    status, _, text = send("PUT", f"/{bucket}?tagging", document, headers)
    assert status == 400 and code_in(text) == code
    assert send("GET", f"/{bucket}?tagging")[0] == 404


class Chunked:
    """An upload in aws-chunked coding with a checksum behind it, as current SDKs send it."""

    def __init__(self, endpoint, path):
        self.url, self.path = urlsplit(endpoint), path

    def send(self, body, decoded, trailer="x-amz-checksum-crc32"):
        head = (f"PUT {self.path} HTTP/1.1\r\nHost: {self.url.netloc}\r\nContent-Length: {len(body)}\r\n"
                f"x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-trailer: {trailer}\r\n"
                f"x-amz-decoded-content-length: {decoded}\r\nContent-Encoding: aws-chunked\r\n\r\n")
        with socket.create_connection((self.url.hostname, self.url.port), timeout=10) as connection:
            connection.sendall(head.encode() + body)
            connection.shutdown(socket.SHUT_WR)
            text = b""
            while piece := connection.recv(65_536):
                text += piece
        return int(text.split()[1]), text.decode()


@pytest.mark.parametrize("body, decoded, code", [
    (b"5\r\nhello\r\n", 5, "IncompleteBody"),
    (b"5\r\nhel", 5, "IncompleteBody"),
    (b"zz\r\nhello\r\n0\r\n\r\n", 5, "IncompleteBody"),
    (b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32(b"hello").encode() + b"\r\n\r\n", 6, "IncompleteBody"),
    (b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32(b"hellO").encode() + b"\r\n\r\n", 5, "BadDigest"),
    (b"5\r\nhello\r\n0\r\n\r\n", 5, "MalformedTrailerError")])
def test_broken_chunk_streams_store_nothing(endpoint, bucket, send, body, decoded, code):
    status, text = Chunked(endpoint, f"/{bucket}/k").send(body, decoded)
    assert status == 400 and code_in(text) == code
    assert send("HEAD", f"/{bucket}/k")[0] == 404


def test_a_checksum_in_the_trailer_is_kept(endpoint, bucket, send):
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:" + crc32(b"hello").encode() + b"\r\n\r\n"
    assert Chunked(endpoint, f"/{bucket}/k").send(body, 5)[0] == 200
    headers = send("HEAD", f"/{bucket}/k", headers={"x-amz-checksum-mode": "ENABLED"})[1]
    assert headers["x-amz-checksum-crc32"] == crc32(b"hello")


def test_no_spool_file_is_left(start_daemon, tmp_path):
    # Uploads that break off must not fill the disk.
    daemon = start_daemon("--data", str(tmp_path))
    url = urlsplit(daemon.endpoint)

    def request(method, path, body=b"", headers=None):
        connection = http.client.HTTPConnection(url.netloc, timeout=30)
        connection.request(method, path, body, headers or {})
        status = connection.getresponse().status
        connection.close()
        return status

    assert request("PUT", "/leaks") == 200
    big = os.urandom(300_000)
    assert request("PUT", "/leaks/digest", big, {"Content-MD5": "rL0Y20xC+Fzt72VPzMSk2A=="}) == 400
    assert request("PUT", "/none/bucket", big) == 404
    chunks = b"%x\r\n" % len(big) + big
    assert Chunked(daemon.endpoint, "/leaks/chunks").send(chunks, len(big))[0] == 400
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(b"PUT /leaks/cut HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + big)
    assert request("GET", "/leaks/cut") == 404
    daemon.stop()
    assert [f for f in (tmp_path / "blobs").rglob("*") if f.is_file()] == []


def test_a_batch_of_a_thousand(s3, bucket):
    # One answer in the order of the request, over the bounds of any transaction.
    keys = [f"k{i:04}" for i in range(1000)]
    for key in keys[::10]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert [d["Key"] for d in answer["Deleted"]] == keys
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_batch_names_a_key_twice_and_a_bad_version(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [
        {"Key": "k", "VersionId": second}, {"Key": "k", "VersionId": "bogus"}, {"Key": "k"}, {"Key": "k", "ETag": "no"}]})
    assert [e["Code"] for e in answer["Errors"]] == ["NoSuchVersion", "NoSuchKey"]
    assert answer["Deleted"][0]["VersionId"] == second and answer["Deleted"][1]["DeleteMarker"]
    listed = s3.list_object_versions(Bucket=bucket)
    assert [v["VersionId"] for v in listed["Versions"]] == [first] and len(listed["DeleteMarkers"]) == 1


def test_multipart_checksum_of_the_whole(s3, bucket):
    # A CRC of the whole object made of those of its parts, checked when the upload is completed.
    first, last = os.urandom(5 * MIB), b"tail"
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
    parts = [{"PartNumber": n, "ETag": s3.upload_part(PartNumber=n, Body=body, **where)["ETag"]}
             for n, body in ((1, first), (2, last))]
    complete = {"MultipartUpload": {"Parts": parts}, "ChecksumType": "FULL_OBJECT", **where}
    assert error_of(s3.complete_multipart_upload, ChecksumCRC32=crc32(b"other"), **complete)["Code"] == "BadDigest"
    done = s3.complete_multipart_upload(ChecksumCRC32=crc32(first + last), **complete)
    assert done["ChecksumCRC32"] == crc32(first + last) and done["ChecksumType"] == "FULL_OBJECT"
    part = s3.get_object(Bucket=bucket, Key="k", PartNumber=2)
    assert part["ContentRange"] == f"bytes {5 * MIB}-{5 * MIB + 3}/{5 * MIB + 4}" and part["PartsCount"] == 2
    assert error_of(s3.get_object, Bucket=bucket, Key="k", PartNumber=3)["Code"] == "InvalidPartNumber"


def test_multipart_with_a_customer_key(s3, bucket):
    # A key that is sent to complete must be the one of the upload.
    secret = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"a" * 32}
    other = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"b" * 32}
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", **secret)["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload}
    assert error_of(s3.upload_part, PartNumber=1, Body=b"x", **where, **other)["Code"] == "InvalidRequest"
    etag = s3.upload_part(PartNumber=1, Body=b"secret", **where, **secret)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    assert error_of(s3.complete_multipart_upload, MultipartUpload=parts, **where, **other)["Code"] == "InvalidRequest"
    s3.complete_multipart_upload(MultipartUpload=parts, **where, **secret)
    assert s3.get_object(Bucket=bucket, Key="k", **secret)["Body"].read() == b"secret"
    assert error_of(s3.get_object, Bucket=bucket, Key="k", **other)["Code"] == "AccessDenied"


def test_customer_keys_encrypt_at_rest(start_daemon, tmp_path):
    # Whoever reads the disk must not find what was stored with a key of the client's own.
    from conftest import make_client

    daemon = start_daemon("--data", str(tmp_path))
    s3 = make_client("s3", daemon.endpoint)
    s3.create_bucket(Bucket="sealed")
    for size in (1000, 200_000):
        s3.put_object(Bucket="sealed", Key=str(size), Body=b"plain-text-marker" * size,
                      SSECustomerAlgorithm="AES256", SSECustomerKey=b"k" * 32)
    daemon.stop()
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert files and not any(b"plain-text-marker" in f.read_bytes() for f in files)


@pytest.mark.parametrize("policy, code", [
    ("{", "MalformedPolicy"),
    ('{"Version": "2012-10-17"}', "MalformedPolicy"),
    ('{"Version": "1999", "Statement": [STATEMENT]}', "MalformedPolicy"),
    ('{"Statement": [STATEMENT]}'.replace("STATEMENT", '{"Effect": "Allow", "Principal": "me", "Action": "s3:*", '
                                          '"Resource": "arn:aws:s3:::BUCKET"}'), "MalformedPolicy"),
    ('{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "arn:aws:s3:::BUCKET"}]}',
     "MalformedPolicy"),
    ('{"Id": "' + "x" * 20_480 + '", "Statement": [STATEMENT]}', "PolicyTooLarge")])
def test_policies_that_are_none(s3, bucket, policy, code):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}"}
    text = policy.replace("STATEMENT", json.dumps(statement)).replace("BUCKET", bucket)
    assert error_of(s3.put_bucket_policy, Bucket=bucket, Policy=text)["Code"] == code


def test_answers_without_content(s3, bucket, unique):
    # 204, not 200, as recorded: some clients compare the status.
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                                        "Resource": f"arn:aws:s3:::{bucket}/*"}]})
    for answer in (s3.put_bucket_policy(Bucket=bucket, Policy=policy),
                   s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]}),
                   s3.delete_bucket_policy(Bucket=bucket)):
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_locks_need_a_digest(s3, unique, send):
    name = unique("locked")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    headers = {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-object-lock-retain-until-date": "2099-01-01T00:00:00Z"}
    status, _, text = send("PUT", f"/{name}/k", b"x", headers)
    assert status == 400 and code_in(text) == "InvalidRequest"
    rule = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 0}}}
    error = error_of(s3.put_object_lock_configuration, Bucket=name, ObjectLockConfiguration=rule)
    assert error["Code"] == "InvalidRetentionPeriod"


def test_destinations_of_events_must_be_there(s3, client, bucket, unique):
    # A notification into the void is a typing error; AWS refuses it, and names every one.
    def notify(**targets):
        return s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=targets)

    queue = client("sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    made = ["s3:ObjectCreated:*"]
    with pytest.raises(ClientError) as caught:
        notify(QueueConfigurations=[{"QueueArn": arn + "-none", "Events": made}],
               TopicConfigurations=[{"TopicArn": topic + "-none", "Events": ["s3:ObjectRemoved:*"]}])
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidArgument"
    assert error["Message"] == "Unable to validate the following destination configurations"
    assert error["ArgumentValue1"].startswith("The destination queue")
    function = "arn:aws:lambda:us-east-1:000000000000:function:" + unique("none")
    assert error_of(s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration={
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function, "Events": made}]})["Code"] == "InvalidArgument"
    notify(QueueConfigurations=[{"QueueArn": arn, "Events": made}],
           TopicConfigurations=[{"TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}])
