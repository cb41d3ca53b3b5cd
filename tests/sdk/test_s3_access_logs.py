"""Server access logs of S3, delivered on the virtual clock."""

import re

import pytest
from s3_report_support import buckets, s3  # noqa: F401 (fixtures)

LINE = re.compile(
    r'^(\S+) (\S+) \[([^\]]+)\] (\S+) (\S+) (\S+) (\S+) (\S+) "([^"]*)" (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) '
    r'"([^"]*)" "([^"]*)" (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$')


@pytest.fixture
def logged(s3, buckets):  # noqa: F811
    source, target = buckets
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={
        "LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log/"}})
    return source, target


def lines_of(s3, target):
    text = ""
    for entry in s3.list_objects_v2(Bucket=target).get("Contents", []):
        text += s3.get_object(Bucket=target, Key=entry["Key"])["Body"].read().decode()
    return [LINE.match(line) for line in text.splitlines()]


def test_requests_are_delivered_as_log_objects(s3, logged, admin, account):
    source, target = logged
    s3.put_object(Bucket=source, Key="a b", Body=b"x" * 10)
    s3.get_object(Bucket=source, Key="a b")["Body"].read()
    s3.list_objects_v2(Bucket=source)
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=source, Key="none")
    assert "Contents" not in s3.list_objects_v2(Bucket=target)
    admin.advance("10m", account=account)
    found = lines_of(s3, target)
    assert all(found)
    by_operation = {(match[7], match[10]): match for match in found}
    assert set(by_operation) >= {("REST.PUT.OBJECT", "200"), ("REST.GET.OBJECT", "200"),
                                 ("REST.GET.BUCKET", "200"), ("REST.GET.OBJECT", "404")}
    got = by_operation[("REST.GET.OBJECT", "200")]
    assert got[2] == source and got[8] == "a%2520b" and got[9].startswith(f"GET /{source}/a%20b")
    assert (got[12], got[13], got[20], got[22]) == ("10", "10", "SigV4", "AuthHeader")
    assert by_operation[("REST.GET.OBJECT", "404")][11] == "NoSuchKey"
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=target)["Contents"]]
    assert all(re.fullmatch(r"log/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-Z]{16}", key) for key in keys)


def test_log_objects_can_lie_by_date(s3, logged, admin, account):
    source, target = logged
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": {
        "TargetBucket": target, "TargetPrefix": "p/",
        "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}}})
    s3.put_object(Bucket=source, Key="k", Body=b"x")
    admin.advance("10m", account=account)
    key = s3.list_objects_v2(Bucket=target)["Contents"][0]["Key"]
    assert re.match(rf"p/{account}/us-east-1/{source}/\d{{4}}/\d\d/\d\d/\d{{4}}-", key)


def test_nothing_is_logged_once_it_is_turned_off(s3, logged, admin, account):
    source, target = logged
    admin.advance("10m", account=account)
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={})
    before = s3.list_objects_v2(Bucket=target)["KeyCount"]
    s3.put_object(Bucket=source, Key="k", Body=b"x")
    admin.advance("10m", account=account)
    assert s3.list_objects_v2(Bucket=target)["KeyCount"] == before
