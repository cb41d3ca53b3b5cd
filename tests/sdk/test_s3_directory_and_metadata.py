"""Operations that general purpose buckets refuse, and S3 Metadata's configurations."""

import pytest

from refusals import code_and_status as error_of
from s3_support import s3  # noqa: F401


@pytest.fixture
def bucket(s3, unique):
    name = unique("plain")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"body")
    return name


def test_only_directory_buckets_have_sessions_and_renames(s3, bucket):
    # A general purpose bucket says so, instead of handing out a session that means nothing.
    assert error_of(s3.create_session, Bucket=bucket) == ("MethodNotAllowed", 405)
    assert error_of(s3.rename_object, Bucket=bucket, Key="new", RenameSource=f"{bucket}/k") == (
        "MethodNotAllowed", 405)
    assert error_of(s3.create_session, Bucket=bucket + "-none") == ("NoSuchBucket", 404)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"body"


def test_torrents_are_gone(s3, bucket):
    assert error_of(s3.get_object_torrent, Bucket=bucket, Key="k") == ("MethodNotAllowed", 405)
    assert error_of(s3.get_object_torrent, Bucket=bucket, Key="none") == ("NoSuchKey", 404)


JOURNAL = {"RecordExpiration": {"Expiration": "ENABLED", "Days": 30}}


def test_metadata_configuration_is_kept_and_honest(s3, bucket):
    # The tables need S3 Tables, which nobody serves here: their status says that they failed.
    assert error_of(s3.get_bucket_metadata_configuration, Bucket=bucket) == ("MetadataConfigurationNotFound", 404)
    configuration = {"JournalTableConfiguration": JOURNAL,
                     "InventoryTableConfiguration": {"ConfigurationState": "ENABLED"}}
    s3.create_bucket_metadata_configuration(Bucket=bucket, MetadataConfiguration=configuration)
    found = s3.get_bucket_metadata_configuration(Bucket=bucket)["GetBucketMetadataConfigurationResult"]
    result = found["MetadataConfigurationResult"]
    assert result["DestinationResult"]["TableBucketType"] == "aws"
    assert result["JournalTableConfigurationResult"]["RecordExpiration"] == JOURNAL["RecordExpiration"]
    assert result["JournalTableConfigurationResult"]["TableStatus"] == "FAILED"
    assert result["InventoryTableConfigurationResult"]["ConfigurationState"] == "ENABLED"
    assert error_of(s3.create_bucket_metadata_configuration, Bucket=bucket,
                    MetadataConfiguration=configuration)[1] == 409
    assert error_of(s3.get_bucket_metadata_table_configuration, Bucket=bucket) == ("MethodNotAllowed", 405)


def test_metadata_configuration_is_updated_in_parts(s3, bucket):
    disabled = {"ConfigurationState": "DISABLED"}
    assert error_of(s3.update_bucket_metadata_inventory_table_configuration, Bucket=bucket,
                    InventoryTableConfiguration=disabled) == ("MetadataConfigurationNotFound", 404)
    s3.create_bucket_metadata_configuration(
        Bucket=bucket, MetadataConfiguration={"JournalTableConfiguration": JOURNAL})
    s3.update_bucket_metadata_inventory_table_configuration(Bucket=bucket, InventoryTableConfiguration=disabled)
    s3.update_bucket_metadata_annotation_table_configuration(
        Bucket=bucket, AnnotationTableConfiguration={"ConfigurationState": "ENABLED", "Role": "arn:aws:iam::1:role/r"})
    s3.update_bucket_metadata_journal_table_configuration(
        Bucket=bucket, JournalTableConfiguration={"RecordExpiration": {"Expiration": "DISABLED"}})
    result = s3.get_bucket_metadata_configuration(Bucket=bucket)[
        "GetBucketMetadataConfigurationResult"]["MetadataConfigurationResult"]
    assert result["InventoryTableConfigurationResult"] == disabled
    assert result["AnnotationTableConfigurationResult"]["Role"] == "arn:aws:iam::1:role/r"
    assert result["JournalTableConfigurationResult"]["RecordExpiration"] == {"Expiration": "DISABLED"}
    s3.delete_bucket_metadata_configuration(Bucket=bucket)
    assert error_of(s3.delete_bucket_metadata_configuration, Bucket=bucket) == (
        "MetadataConfigurationNotFound", 404)


@pytest.mark.parametrize("expiration", [
    {"Expiration": "ENABLED", "Days": 3}, {"Expiration": "ENABLED"}, {"Expiration": "DISABLED", "Days": 9}])
def test_bad_record_expirations_are_refused(s3, bucket, expiration):
    assert error_of(s3.create_bucket_metadata_configuration, Bucket=bucket, MetadataConfiguration={
        "JournalTableConfiguration": {"RecordExpiration": expiration}})[1] == 400


def test_metadata_configuration_of_the_first_version(s3, bucket):
    table_bucket = "arn:aws:s3tables:us-east-1:000000000000:bucket/tables"
    s3.create_bucket_metadata_table_configuration(Bucket=bucket, MetadataTableConfiguration={
        "S3TablesDestination": {"TableBucketArn": table_bucket, "TableName": "t"}})
    found = s3.get_bucket_metadata_table_configuration(Bucket=bucket)["GetBucketMetadataTableConfigurationResult"]
    assert found["Status"] == "FAILED" and found["Error"]["ErrorCode"] == "TableBucketNotFound"
    assert found["MetadataTableConfigurationResult"]["S3TablesDestinationResult"]["TableBucketArn"] == table_bucket
    second = s3.get_bucket_metadata_configuration(Bucket=bucket)["GetBucketMetadataConfigurationResult"]
    assert second["MetadataConfigurationResult"]["DestinationResult"]["TableBucketType"] == "customer"
    s3.delete_bucket_metadata_table_configuration(Bucket=bucket)
    assert error_of(s3.get_bucket_metadata_table_configuration, Bucket=bucket) == (
        "MetadataConfigurationNotFound", 404)
