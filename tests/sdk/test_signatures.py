"""Signature V4 in `--auth=enforce`, against requests that botocore signed and chunks signed here."""

import datetime
import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conftest import make_client
from refusals import code_and_status as error_of

KEY, SECRET = "AKIAALICE", "alice-secret"
CHUNK_BYTES = 65_536


@pytest.fixture(scope="module")
def enforcing(binary, tmp_path_factory):
    """Endpoint of a daemon that knows one key beside test/test."""
    from conftest import Daemon

    path = tmp_path_factory.mktemp("credentials") / "credentials.json"
    path.write_text(json.dumps([{"access_key_id": KEY, "secret_access_key": SECRET, "account_id": "111111111111",
                                 "canonical_user_id": "a" * 64, "display_name": "alice"}]), encoding="utf-8")
    daemon = Daemon(binary, "--auth", "enforce", "--credentials", str(path))
    yield daemon.endpoint
    daemon.stop()


@pytest.fixture
def alice(enforcing):
    return lambda service, **options: make_client(service, enforcing, access_key=KEY, secret_key=SECRET, **options)


@pytest.fixture
def bucket(alice, unique):
    name = unique("signed")
    alice("s3").create_bucket(Bucket=name)
    return name


def test_the_right_key_may(alice, bucket):
    alice("s3").put_object(Bucket=bucket, Key="a//b c+ü", Body=b"x" * 200_000)
    assert len(alice("s3").get_object(Bucket=bucket, Key="a//b c+ü")["Body"].read()) == 200_000
    alice("sqs").create_queue(QueueName="signed")
    alice("dynamodb").list_tables()
    alice("sns").list_topics()
    alice("glacier").list_vaults()


def test_a_wrong_secret_and_an_unknown_key_may_not(enforcing, bucket):
    wrong = make_client("s3", enforcing, access_key=KEY, secret_key="other")
    assert error_of(wrong.put_object, Bucket=bucket, Key="k", Body=b"x") == ("SignatureDoesNotMatch", 403)
    unknown = make_client("s3", enforcing, access_key="AKIANOBODY", secret_key="x")
    assert error_of(unknown.list_buckets) == ("InvalidAccessKeyId", 403)
    wrong = make_client("dynamodb", enforcing, access_key=KEY, secret_key="other")
    assert error_of(wrong.list_tables)[0] == "InvalidSignatureException"
    unknown = make_client("dynamodb", enforcing, access_key="AKIANOBODY", secret_key="x")
    assert error_of(unknown.list_tables)[0] == "UnrecognizedClientException"


def status_of(url, method="GET", data=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method, data=data), timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_presigned_urls_work_until_they_expire(alice, bucket, enforcing):
    presigner = alice("s3", signature_version="s3v4")
    put = presigner.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "p"}, ExpiresIn=600)
    assert status_of(put, "PUT", b"body") == 200
    get = presigner.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "p"}, ExpiresIn=600)
    assert status_of(get) == 200
    assert status_of(get.replace("/p?", "/q?")) == 403, "another key than the signed one"
    clock = {"action": "advance", "duration": "11m", "account": "111111111111"}
    urllib.request.urlopen(urllib.request.Request(enforcing + "/_cumulite/clock", method="POST",
                                                  data=json.dumps(clock).encode())).close()
    assert status_of(get) == 403, "it ages in virtual time"
    # A signature's time is whole seconds: one of the advance's own second counts as signed before it.
    time.sleep(1 - time.time() % 1)
    fresh = presigner.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "p"}, ExpiresIn=600)
    assert status_of(fresh) == 200, "and one that is signed now is fresh"


class ChunkedUpload:
    """A PUT in aws-chunked form with a signature on every chunk."""

    def __init__(self, endpoint, bucket, key, body):
        self.host = urlsplit(endpoint).netloc
        self.path = f"/{bucket}/{key}"
        self.pieces = [body[i:i + CHUNK_BYTES] for i in range(0, len(body), CHUNK_BYTES)] + [b""]
        request = AWSRequest("PUT", f"http://{self.host}{self.path}", headers={
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": str(len(body))})
        signer = SigV4Auth(Credentials(KEY, SECRET), "s3", "us-east-1")
        signer.payload = lambda _: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        signer.add_auth(request)
        self.headers = dict(request.headers.items())
        self.stamp = self.headers["X-Amz-Date"]
        self.signature = self.headers["Authorization"].rsplit("Signature=", 1)[1]

    def sign(self, piece):
        scope = f"{self.stamp[:8]}/us-east-1/s3/aws4_request"
        text = "\n".join(("AWS4-HMAC-SHA256-PAYLOAD", self.stamp, scope, self.signature,
                          hashlib.sha256(b"").hexdigest(), hashlib.sha256(piece).hexdigest()))
        key = ("AWS4" + SECRET).encode()
        for part in (self.stamp[:8], "us-east-1", "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        self.signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return self.signature

    def send(self, flip=None):
        """Status of the upload; `flip` is the number of the chunk whose first byte is changed after signing."""
        coded = b""
        for number, piece in enumerate(self.pieces):
            head = f"{len(piece):x};chunk-signature={self.sign(piece)}\r\n".encode()
            if number == flip:
                piece = bytes([piece[0] ^ 1]) + piece[1:]
            coded += head + piece + b"\r\n"
        connection = http.client.HTTPConnection(self.host, timeout=20)
        connection.request("PUT", self.path, body=coded, headers=self.headers | {"Content-Length": str(len(coded))})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


def test_signed_chunks_are_checked_to_the_last_byte(alice, enforcing, bucket):
    body = bytes(i % 251 for i in range(CHUNK_BYTES * 9 + 123))
    status, text = ChunkedUpload(enforcing, bucket, "whole", body).send()
    assert status == 200, text
    assert alice("s3").get_object(Bucket=bucket, Key="whole")["Body"].read() == body
    status, text = ChunkedUpload(enforcing, bucket, "flipped", body).send(flip=7)
    assert status == 403 and "SignatureDoesNotMatch" in text
    assert error_of(alice("s3").head_object, Bucket=bucket, Key="flipped") == ("404", 404), "nothing is stored"


def test_a_payload_that_is_not_the_signed_one_is_refused(enforcing, bucket, alice):
    request = AWSRequest("PUT", f"{enforcing}/{bucket}/hash", data=b"signed body")
    signer = SigV4Auth(Credentials(KEY, SECRET), "s3", "us-east-1")
    request.headers["x-amz-content-sha256"] = hashlib.sha256(b"signed body").hexdigest()
    signer.add_auth(request)
    connection = http.client.HTTPConnection(urlsplit(enforcing).netloc, timeout=10)
    connection.request("PUT", f"/{bucket}/hash", body=b"other body!", headers=dict(request.headers.items()))
    answer = connection.getresponse()
    assert answer.status == 400 and b"XAmzContentSHA256Mismatch" in answer.read()
    assert error_of(alice("s3").head_object, Bucket=bucket, Key="hash") == ("404", 404)


def test_a_clock_that_is_hours_off_is_refused(enforcing, monkeypatch):
    request = AWSRequest("GET", enforcing + "/", headers={"x-amz-content-sha256": hashlib.sha256(b"").hexdigest()})
    late = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2)
    import botocore.auth

    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: late.replace(tzinfo=None))
    SigV4Auth(Credentials(KEY, SECRET), "s3", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection(urlsplit(enforcing).netloc, timeout=10)
    connection.request("GET", "/", headers=dict(request.headers.items()))
    answer = connection.getresponse()
    assert answer.status == 403 and b"RequestTimeTooSkewed" in answer.read()


def test_off_accepts_any_signature(endpoint, unique):
    name = unique("off")
    make_client("s3", endpoint, access_key="anything", secret_key="whatever").create_bucket(Bucket=name)
    assert name in [bucket["Name"] for bucket in make_client("s3", endpoint).list_buckets()["Buckets"]]


def test_warn_accepts_and_says_so(start_daemon, unique):
    daemon = start_daemon("--auth", "warn")
    make_client("s3", daemon.endpoint, access_key="AKIANOBODY", secret_key="x").create_bucket(Bucket=unique("warn"))
    assert "enforce would refuse" in daemon.errors()
    assert "secret" not in daemon.errors()
