"""Configurations of which a bucket has many: limits, pages, and what is refused."""

from refusals import code_of as error_of
from s3_support import bucket, s3  # noqa: F401


def test_a_bucket_has_a_thousand_of_a_kind_and_lists_them_in_pages(s3, bucket):
    # Tools page through them by the token; the limit is documented.
    def put(number):
        s3.put_bucket_metrics_configuration(Bucket=bucket, Id=f"m{number:04}", MetricsConfiguration={"Id": f"m{number:04}"})

    for number in range(1000):
        put(number)
    assert error_of(s3.put_bucket_metrics_configuration, Bucket=bucket, Id="more",
                    MetricsConfiguration={"Id": "more"}) == "TooManyConfigurations"
    put(7)
    found, token = [], {}
    while True:
        page = s3.list_bucket_metrics_configurations(Bucket=bucket, **token)
        assert len(page["MetricsConfigurationList"]) <= 100
        found += [entry["Id"] for entry in page["MetricsConfigurationList"]]
        if not page["IsTruncated"]:
            break
        token = {"ContinuationToken": page["NextContinuationToken"]}
    assert found == [f"m{number:04}" for number in range(1000)]


def test_bad_destinations_and_tiers_are_refused(s3, bucket):
    inventory = {"Id": "i", "IsEnabled": True, "IncludedObjectVersions": "All", "Schedule": {"Frequency": "Daily"},
                 "Destination": {"S3BucketDestination": {"Bucket": "no-arn", "Format": "CSV"}}}
    assert error_of(s3.put_bucket_inventory_configuration, Bucket=bucket, Id="i",
                    InventoryConfiguration=inventory) == "InvalidS3DestinationBucket"
    for tier, days in (("ARCHIVE_ACCESS", 89), ("DEEP_ARCHIVE_ACCESS", 179), ("ARCHIVE_ACCESS", 731)):
        tiering = {"Id": "t", "Status": "Enabled", "Tierings": [{"Days": days, "AccessTier": tier}]}
        assert error_of(s3.put_bucket_intelligent_tiering_configuration, Bucket=bucket, Id="t",
                        IntelligentTieringConfiguration=tiering) == "InvalidArgument"
    assert error_of(s3.get_bucket_inventory_configuration, Bucket=bucket, Id="i") == "NoSuchConfiguration"
