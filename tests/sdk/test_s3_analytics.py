"""Exports of storage class analyses, and which targets take what S3 delivers, on the virtual clock."""

import csv
import io
import json

import pytest
from botocore.exceptions import ClientError
from conftest import Admin, make_client
from s3_report_support import buckets, s3  # noqa: F401 (fixtures)

AGED = b"x" * (256 * 1024)


def analyse(s3, buckets, id, filter=None, export=True):
    source, target = buckets
    destination = {"S3BucketDestination": {"Format": "CSV", "Bucket": f"arn:aws:s3:::{target}", "Prefix": "an"}}
    analysis = {"DataExport": {"OutputSchemaVersion": "V_1", "Destination": destination}} if export else {}
    configuration = {"Id": id, "StorageClassAnalysis": analysis, **({"Filter": filter} if filter else {})}
    s3.put_bucket_analytics_configuration(Bucket=source, Id=id, AnalyticsConfiguration=configuration)


def rows_of(s3, buckets, id):
    source, target = buckets
    answer = s3.get_object(Bucket=target, Key=f"an/{source}/{id}.csv")
    assert answer["ContentType"] == "text/csv"
    return list(csv.DictReader(io.StringIO(answer["Body"].read().decode())))


def days(admin, account, count):
    admin.advance(f"{count * 24}h", account=account)
    admin.settle(account=account)


def test_a_day_is_told_by_age_and_as_a_whole(s3, buckets, admin, account):
    source, _ = buckets
    analyse(s3, buckets, "docs", {"Prefix": "docs/"})
    s3.put_object(Bucket=source, Key="docs/aged", Body=AGED)
    s3.put_object(Bucket=source, Key="docs/small", Body=b"x")
    s3.put_object(Bucket=source, Key="other", Body=AGED)
    s3.get_object(Bucket=source, Key="docs/aged")["Body"].read()
    days(admin, account, 2)
    rows = rows_of(s3, buckets, "docs")
    assert len(rows) == 13 and {(row["ConfigId"], row["Filter"], row["StorageClass"]) for row in rows} == {
        ("docs", "docs/", "STANDARD")}
    young, everything = rows[0], rows[-1]
    assert (young["ObjectAge"], everything["ObjectAge"]) == ("000-014", "ALL")
    # Small objects are in the total only.
    assert (young["ObjectCount"], everything["ObjectCount"]) == ("1", "2")
    assert (young["Storage_MB"], young["DataUploaded_MB"], young["DataRetrieved_MB"]) == ("0.25", "0.25", "0.25")
    assert (young["GetRequestCount"], young["CumulativeAccessRatio"]) == ("1", "1")


def test_days_are_added_to_the_same_file_by_age(s3, buckets, admin, account):
    source, _ = buckets
    analyse(s3, buckets, "all")
    s3.put_object(Bucket=source, Key="k", Body=AGED)
    days(admin, account, 2)
    days(admin, account, 20)
    rows = rows_of(s3, buckets, "all")
    ages = [row["ObjectAge"] for row in rows]
    assert ages == sorted(ages) and len(rows) == 13 * len({row["Date"] for row in rows})
    last = [row for row in rows if row["ObjectAge"] == "015-029"][-1]
    assert (last["ObjectCount"], last["GetRequestCount"]) == ("1", "0")


def test_an_analysis_without_export_delivers_nothing(s3, buckets, admin, account):
    analyse(s3, buckets, "quiet", export=False)
    days(admin, account, 3)
    assert s3.list_objects_v2(Bucket=buckets[1])["KeyCount"] == 0


def test_targets_choose_what_is_delivered(start_daemon, unique):
    # Where permissions count, S3 needs one to deliver as any caller does.
    endpoint = start_daemon("--auth", "enforce").endpoint
    s3, admin = make_client("s3", endpoint), Admin(endpoint)
    source, open_, closed = unique("source"), unique("open"), unique("closed")
    for name in (source, open_, closed):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_policy(Bucket=open_, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "s3:PutObject",
         "Resource": f"arn:aws:s3:::{open_}/*", "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"}}}]}))
    analyse(s3, (source, open_), "open")
    analyse(s3, (source, closed), "closed")
    admin.advance("48h")
    admin.settle()
    assert rows_of(s3, (source, open_), "open")
    with pytest.raises(ClientError):
        s3.head_object(Bucket=closed, Key=f"an/{source}/closed.csv")
