"""Inventory reports of S3, delivered on the virtual clock."""

import csv
import gzip
import hashlib
import io
import json

from s3_report_support import buckets, s3  # noqa: F401 (fixtures)


def configure(s3, buckets, frequency="Daily", versions="Current", enabled=True, **more):
    source, target = buckets
    s3.put_bucket_inventory_configuration(Bucket=source, Id="all", InventoryConfiguration={
        "Id": "all", "IsEnabled": enabled, "IncludedObjectVersions": versions, "Schedule": {"Frequency": frequency},
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV", "Prefix": "inv"}},
        **more})


def keys_of(s3, bucket, end):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []) if entry["Key"].endswith(end)]


def read(s3, bucket, key):
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def reports(s3, bucket):
    """Manifest and rows of each report, oldest first."""
    for key in keys_of(s3, bucket, "manifest.json"):
        text = read(s3, bucket, key)
        assert read(s3, bucket, key.replace(".json", ".checksum")).decode() == hashlib.md5(text).hexdigest()
        manifest = json.loads(text)
        rows = []
        for file in manifest["files"]:
            packed = read(s3, bucket, file["key"])
            assert (len(packed), hashlib.md5(packed).hexdigest()) == (file["size"], file["MD5checksum"])
            rows += csv.reader(io.StringIO(gzip.decompress(packed).decode()))
        yield manifest, rows


def test_a_report_names_the_current_objects_with_the_fields_asked_for(s3, buckets, admin, account):
    source, target = buckets
    s3.put_object(Bucket=source, Key="a b/é", Body=b"xyz", StorageClass="STANDARD_IA")
    s3.put_object(Bucket=source, Key="other", Body=b"")
    configure(s3, buckets, Filter={"Prefix": "a"}, OptionalFields=["StorageClass", "Size", "ETag", "EncryptionStatus"])
    assert not keys_of(s3, target, "manifest.json")
    admin.advance("25h", account=account)
    (manifest, rows), = reports(s3, target)
    # The order of the columns is S3's own, whatever the configuration's.
    assert manifest["fileSchema"] == "Bucket, Key, Size, ETag, StorageClass, EncryptionStatus"
    assert (manifest["sourceBucket"], manifest["destinationBucket"], manifest["fileFormat"]) == (
        source, f"arn:aws:s3:::{target}", "CSV")
    assert rows == [[source, "a%20b/%C3%A9", "3", hashlib.md5(b"xyz").hexdigest(), "STANDARD_IA", "SSE-S3"]]
    symlink, = keys_of(s3, target, "symlink.txt")
    assert symlink.startswith(f"inv/{source}/all/hive/dt=")
    assert read(s3, target, symlink).decode() == f"s3://{target}/{manifest['files'][0]['key']}\n"


def test_versions_and_markers_are_listed_where_all_are_asked_for(s3, buckets, admin, account):
    source, target = buckets
    s3.put_bucket_versioning(Bucket=source, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=source, Key="k", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket=source, Key="k")["VersionId"]
    configure(s3, buckets, versions="All", OptionalFields=["Size"])
    admin.advance("25h", account=account)
    (_, rows), = reports(s3, target)
    assert rows == [[source, "k", marker, "true", "true", ""], [source, "k", version, "false", "false", "1"]]


def test_reports_come_daily_or_on_sundays_until_they_are_turned_off(s3, buckets, admin, account):
    _, target = buckets
    configure(s3, buckets)
    admin.advance("3d", account=account)
    assert len(list(reports(s3, target))) == 3
    configure(s3, buckets, frequency="Weekly")
    admin.advance("15d", account=account)
    weekly = len(list(reports(s3, target))) - 3
    # One at once, as for any new schedule, and two or three Sundays.
    assert 3 <= weekly <= 4
    configure(s3, buckets, enabled=False)
    admin.advance("15d", account=account)
    assert len(list(reports(s3, target))) == 3 + weekly
