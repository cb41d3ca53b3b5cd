"""Odd but valid forms in which clients send S3 requests, and forms of answers on which they count."""

import re
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from conftest import make_client
from s3_support import bucket, s3  # noqa: F401

XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def send(url, method="GET", body=None, **headers):
    """Status, headers and text; redirects are not followed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method=method, headers=named)
    try:
        with urllib.request.build_opener(Unfollowed).open(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read().decode()


def presigned(url, method, signed_headers=None, **parameters):
    """A URL of version 4 over headers that need not be sent, as the SDK for JavaScript makes it."""
    request = AWSRequest(method, url, params={name.replace("_", "-"): value for name, value in parameters.items()})
    for name, value in (signed_headers or {}).items():
        request.headers[name] = value
    S3SigV4QueryAuth(Credentials("test", "test"), "s3", "us-east-1", expires=60).add_auth(request)
    return request.url


@pytest.mark.parametrize("mode", ["off", "enforce"])
def test_parameters_of_a_presigned_url_stand_for_headers(start_daemon, unique, mode):
    # Who gets a URL, a browser most often, cannot know what headers it was made for.
    endpoint = start_daemon("--auth", mode).endpoint
    s3, name = make_client("s3", endpoint), unique("presigned")
    s3.create_bucket(Bucket=name)
    url = f"{endpoint}/{name}/k"
    # The checksum was made up before the body was known: nobody signed it as a header, nobody believes it.
    put = presigned(url, "PUT", x_amz_meta_foo="bar", x_amz_storage_class="STANDARD_IA",
                    x_amz_checksum_crc32="AAAAAA==", x_amz_sdk_checksum_algorithm="CRC32")
    assert send(put, "PUT", b"123456")[0] == 200
    head = s3.head_object(Bucket=name, Key="k", ChecksumMode="ENABLED")
    assert head["Metadata"] == {"foo": "bar"} and head["StorageClass"] == "STANDARD_IA"
    assert "ChecksumCRC64NVME" in head
    assert send(presigned(url, "PUT", If_Match='"d41d8cd98f00b204e9800998ecf8427e"'), "PUT", b"x")[0] == 412
    copy = presigned(f"{endpoint}/{name}/copy", "PUT", x_amz_copy_source=f"{name}/k")
    assert "<CopyObjectResult" in send(copy, "PUT")[2]
    old = make_client("s3", endpoint, signature_version="s3").generate_presigned_url(
        "put_object", Params={"Bucket": name, "Key": "old", "Metadata": {"foo": "bar"}})
    assert send(old, "PUT", b"x", Content_Type="")[0] == 200
    assert s3.head_object(Bucket=name, Key="old")["Metadata"] == {"foo": "bar"}


def raw(endpoint, head, body):
    """Sends bytes as they are; the answer's status."""
    url = urlsplit(endpoint)
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(f"{head}\r\nHost: {url.netloc}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return int(connection.recv(65_536).split()[1])


SIGNATURE = "chunk-signature=" + "0" * 64


@pytest.mark.parametrize("coding, body, data", [
    # Some clients leave out the empty line that ends the body,
    ("x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
     f"7;{SIGNATURE}\r\nHi\r\n\r\n\n\r\n0;{SIGNATURE}\r\n", b"Hi\r\n\r\n\n"),
    ("x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
     f"5;{SIGNATURE}\r\nhello\r\n0;{SIGNATURE}\r\n", b"hello"),
    # and those that sign nothing have no hash to put into a header.
    ("x-amz-trailer: x-amz-checksum-crc32", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", b"hello"),
    ("x-amz-trailer: x-amz-checksum-crc32", "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", b"")])
def test_chunked_bodies_that_end_early_or_go_unsigned(endpoint, s3, bucket, coding, body, data):
    head = (f"PUT /{bucket}/k HTTP/1.1\r\nContent-Encoding: aws-chunked,gzip\r\n{coding}\r\n"
            f"x-amz-decoded-content-length: {len(data)}")
    assert raw(endpoint, head, body.encode()) == 200
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == data and got["ContentEncoding"] == "gzip"


def test_a_copy_source_may_be_a_form_or_a_url(endpoint, s3, bucket):
    # Go writes a space as '+'; others pass on the URL of the object.
    s3.put_object(Bucket=bucket, Key="a key", Body=b"x")
    for source in (f"{bucket}%2Fa+key", f"{endpoint}/{bucket}/a%20key"):
        assert "<CopyObjectResult" in send(f"{endpoint}/{bucket}/copy", "PUT", x_amz_copy_source=source)[2]


def test_entries_of_a_listing_come_last(endpoint, s3, bucket):
    # The SDK for Java reads listings as they come and gives each entry the name or owner read before.
    s3.put_object(Bucket=bucket, Key="k")
    buckets = send(f"{endpoint}/")[2]
    assert buckets.index("<Owner>") < buckets.index("<Buckets>")
    for query, end in (("", "</Contents></ListBucketResult>"), ("?list-type=2", "</Contents></ListBucketResult>"),
                       ("?versions", "</Version></ListVersionsResult>")):
        assert send(f"{endpoint}/{bucket}{query}")[2].endswith(end)


def test_no_location_is_an_empty_element(endpoint, bucket):
    assert send(f"{endpoint}/{bucket}?location")[2].endswith(f"\n<LocationConstraint {XMLNS}/>")


def test_nothing_is_signed_for_the_pseudo_region(client, bucket):
    # Tools that skip the resolution of endpoints sign for it; S3 tells them what to sign for.
    request = AWSRequest("GET", client("s3").meta.endpoint_url + "/" + bucket)
    S3SigV4QueryAuth(Credentials("test", "test"), "s3", "aws-global", expires=60).add_auth(request)
    status, _, text = send(request.url)
    assert status == 400 and "<Code>AuthorizationHeaderMalformed</Code>" in text
    assert "<Region>us-east-1</Region>" in text


@pytest.mark.parametrize("missing, headers, status, words", [
    (False, {}, 400, "Origin request header needed"),
    (False, {"Origin": "http://a"}, 403, "CORS is not enabled for this bucket.</Message><Method>OPTIONS"),
    (True, {"Origin": "http://a"}, 403, "Bucket not found</Message><Method>OPTIONS"),
    (True, {"Origin": "http://a", "Access_Control_Request_Method": "PUT"}, 403, "not found</Message><Method>PUT")])
def test_preflights_of_buckets_without_cors(endpoint, bucket, unique, missing, headers, status, words):
    name = unique("none") if missing else bucket
    answered, _, text = send(f"{endpoint}/{name}/k", "OPTIONS", **headers)
    assert answered == status and words in text
    assert status == 400 or "<ResourceType>BUCKET</ResourceType>" in text


def test_pages_of_a_website_know_conditions_and_redirects(endpoint, s3, bucket):
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={
        "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "error.html"}})
    etag = s3.put_object(Bucket=bucket, Key="index.html", Body=b"index")["ETag"]
    s3.put_object(Bucket=bucket, Key="error.html", WebsiteRedirectLocation="/sorry.html")
    host = f"{bucket}.s3-website-us-east-1.amazonaws.com"
    # A browser that has the page is not sent it again.
    assert send(endpoint + "/", Host=host, If_None_Match=etag)[0] == 304
    assert send(endpoint + "/", Host=host, If_None_Match='"other"')[2] == "index"
    status, headers, _ = send(endpoint + "/missing", Host=host)
    assert status == 301 and headers["Location"] == "/sorry.html", "the error document is a redirect"


def test_redirects_of_a_website_are_urls(endpoint, s3, bucket):
    """A key may hold what a header or a URL may not; what a rule replaces it by is a URL already."""
    rules = [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "make?from="}}]
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={
        "IndexDocument": {"Suffix": "index.html"}, "RoutingRules": rules})
    host = f"{bucket}.s3-website-us-east-1.amazonaws.com"
    status, headers, _ = send(endpoint + "/old/a%20b%0D%0AX-Other:%20c%25", Host=host)
    assert status == 301 and "X-Other" not in headers
    assert headers["Location"] == f"http://{host}/make?from=a%20b%0D%0AX-Other:%20c%25"


@pytest.mark.parametrize("rule, message", [
    ({"Redirect": {"HostName": "a", "HttpRedirectCode": "300"}},
     "The provided HTTP redirect code (300) is not valid. Valid codes are 3XX except 300."),
    ({"Condition": {"HttpErrorCodeReturnedEquals": "302"}, "Redirect": {"HostName": "a"}},
     "The provided HTTP error code (302) is not valid. Valid codes are 4XX or 5XX."),
    ([{"Redirect": {"HostName": "a"}}] * 51,
     "51 routing rules provided, the number of routing rules in a website configuration is limited to 50.")])
def test_bad_routing_rules(s3, bucket, rule, message):
    rules = rule if isinstance(rule, list) else [rule]
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={
            "IndexDocument": {"Suffix": "i"}, "RoutingRules": rules})
    assert caught.value.response["Error"] == {"Code": "InvalidRequest", "Message": message}


def test_exposed_headers_are_named(s3, bucket):
    with pytest.raises(ClientError, match="We currently do not support wildcard for ExposeHeader"):
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [
            {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "ExposeHeaders": ["x-amz-*"]}]})


@pytest.mark.parametrize("host", ["{}.localhost", "{}.localhost:4566", "{}.s3.localhost"])
def test_buckets_in_local_host_names(endpoint, s3, bucket, host):
    """Clients that are told http://localhost and not to use paths put the bucket before it."""
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"x")
    assert send(endpoint + "/a/b", Host=host.format(bucket))[2] == "x"
    assert send(endpoint + "/_cumulite/health", Host="any.localhost")[0] == 200


@pytest.mark.parametrize("header, values, code", [
    ("x-amz-acl", ("private", "public-read"), "InvalidArgument"),
    ("x-amz-storage-class", ("STANDARD", "GLACIER"), "InvalidStorageClass"),
    ("x-amz-server-side-encryption", ("AES256", "aws:kms"), "InvalidArgument")])
def test_a_header_given_twice_is_a_list(endpoint, s3, bucket, header, values, code):
    """Taking one of them would do what a proxy that takes the other has not seen."""
    lines = "".join(f"{header}: {value}\r\n" for value in values)
    host = endpoint.removeprefix("http://")
    with socket.create_connection(tuple(host.rsplit(":", 1)), timeout=10) as connection:
        connection.sendall(f"PUT /{bucket}/k HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                           f"{lines}Content-Length: 5\r\n\r\nhello".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert f"<Code>{code}</Code>" in answer
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def post(url, form, **headers):
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    body = "".join(parts) + '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    return send(url, "POST", body.encode(), Content_Type="multipart/form-data; boundary=b", **headers)


def test_a_location_is_in_the_style_of_the_request(endpoint, bucket):
    # A browser goes on from there: the bucket must not be named twice.
    form = {"key": "a b", "success_action_status": "201"}
    assert post(f"{endpoint}/{bucket}", form)[1]["Location"] == f"{endpoint}/{bucket}/a%20b"
    host = f"{bucket}.s3.amazonaws.com"
    assert post(f"{endpoint}/", form, Host=host)[1]["Location"] == f"http://{host}/a%20b"


def test_overridden_headers_are_latin(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k")
    wide = "filename=\u2014"
    url = s3.generate_presigned_url("get_object", Params={
        "Bucket": bucket, "Key": "k", "ResponseContentDisposition": wide})
    status, _, text = send(url)
    assert status == 400 and "cannot be represented using ISO-8859-1" in text and wide in text
    url = s3.generate_presigned_url("get_object", Params={
        "Bucket": bucket, "Key": "k", "ResponseContentDisposition": "filename=\u00e9"})
    assert send(url)[1]["Content-Disposition"] == "filename=\u00e9"


def test_a_form_without_its_old_signature_is_told_its_name(endpoint, client, bucket):
    form = client("s3", signature_version="s3").generate_presigned_post(bucket, "k")["fields"]
    del form["signature"]
    status, _, text = post(f"{endpoint}/{bucket}", form)
    assert status == 400 and re.search("<ArgumentName>(.*?)</ArgumentName>", text).group(1) == "Signature"


def test_what_is_said_of_a_body_need_not_be_signed(start_daemon, unique):
    # Of the headers of S3's own it is the only one: without it every other one must have been signed.
    endpoint = start_daemon("--auth", "enforce").endpoint
    s3, name = make_client("s3", endpoint), unique("presigned")
    s3.create_bucket(Bucket=name)
    url = presigned(f"{endpoint}/{name}/k", "PUT")
    assert send(url, "PUT", b"x", x_amz_content_sha256="UNSIGNED-PAYLOAD")[0] == 200
    assert "HeadersNotSigned>x-amz-acl<" in send(url, "PUT", b"x", x_amz_acl="private",
                                                 x_amz_content_sha256="UNSIGNED-PAYLOAD")[2]


def test_a_part_of_a_full_object_has_no_checksum_of_its_own(s3, bucket):
    # S3 keeps those of parts only where the object's checksum is made of them.
    key = {"Bucket": bucket, "Key": "k"}
    upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    parts = [{"PartNumber": number, "ETag": s3.upload_part(PartNumber=number, Body=body, **upload)["ETag"]}
             for number, body in ((1, b"x" * (5 << 20)), (2, b"y"))]
    s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **upload)
    assert "ChecksumType" not in s3.head_object(PartNumber=2, ChecksumMode="ENABLED", **key)
    assert s3.head_object(ChecksumMode="ENABLED", **key)["ChecksumType"] == "FULL_OBJECT"


def test_what_kms_encrypts(s3, bucket):
    # A copy onto itself leaves the key behind, which is a change; the checksum that nobody asked for is for readers.
    key, kms = {"Bucket": bucket, "Key": "k"}, {"ServerSideEncryption": "aws:kms"}
    s3.put_object(Body=b"x", **key, **kms)
    assert s3.copy_object(CopySource=key, **key)["ServerSideEncryption"] == "AES256"
    upload = {**key, "UploadId": s3.create_multipart_upload(**key, **kms)["UploadId"]}
    parts = [{"PartNumber": 1, "ETag": s3.upload_part(PartNumber=1, Body=b"y", **upload)["ETag"]}]
    assert "ChecksumType" not in s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **upload)
    assert s3.head_object(ChecksumMode="ENABLED", **key)["ChecksumType"] == "FULL_OBJECT"


def test_who_waits_to_send_nothing_is_told_to_go_on(endpoint, bucket):
    """botocore up to 1.42 stalls for a minute on the connection over which the word did not come."""
    host = endpoint.removeprefix("http://")
    with socket.create_connection(tuple(host.rsplit(":", 1)), timeout=10) as connection:
        connection.sendall(f"PUT /{bucket}/k HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                           "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_the_alias_of_the_own_key_is_that_key(s3, bucket):
    """Answers name keys, not the aliases that they were asked for by."""
    plain = s3.put_object(Bucket=bucket, Key="k", Body=b"", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    named = s3.put_object(Bucket=bucket, Key="k", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/aws/s3")
    assert named["SSEKMSKeyId"] == plain and ":key/" in plain


def test_a_read_compares_the_key_before_its_form(s3, bucket):
    # A write is told that the key is none; for a read it is another one than the object's.
    key, good, short = {"Bucket": bucket, "Key": "k"}, "k" * 32, "k" * 10
    s3.put_object(Body=b"x", SSECustomerAlgorithm="AES256", SSECustomerKey=good, **key)
    for call, status in ((s3.get_object, 403), (s3.head_object, 403), (s3.put_object, 400)):
        with pytest.raises(ClientError) as refused:
            call(SSECustomerAlgorithm="AES256", SSECustomerKey=short, **key)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
