"""What DynamoDB's refusals around tables say, as public measurements of the service (October 2026) have it."""

import pytest
from dynamodb_support import HASH, NAMES, Account, refused

INVALID = "One or more parameter values were invalid: "
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
LIMITS = {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50}
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
KMS = {"Enabled": True, "SSEType": "KMS"}


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def index(name, *keys, **options):
    """A global index whose keys are all HASH, or as (name, type) says."""
    pairs = [key if isinstance(key, tuple) else (key, "HASH") for key in keys]
    schema = [{"AttributeName": key, "KeyType": kind} for key, kind in pairs]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}, **options}


def create_says(own, names="p", **options):
    """The refusal of CreateTable with attributes of these names."""
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in names]
    ask = dict(TableName="new", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=definitions)
    code, message = refused(own.db.create_table, **{**ask, **options})
    assert code == "ValidationException"
    return message


def update_says(own, code="ValidationException", **options):
    found, message = refused(own.db.update_table, TableName="data", **options)
    assert found == code
    return message


def test_keys_and_indexes_of_new_tables(own):
    """Keys of several attributes have limits and an order; names come once."""
    def by(*keys, **options):
        names = dict.fromkeys("p" + "".join(key[0] for key in keys))
        return create_says(own, names, GlobalSecondaryIndexes=[index("by-it", *keys, **options)])

    assert create_says(own, "pp") == "Attribute Name is duplicated: p"
    code, message = refused(own.db.create_table, TableName="new", KeySchema=HASH)
    assert (code, message) == ("ValidationException", "1 validation error detected: Value null at "
                               "'attributeDefinitions' failed to satisfy constraint: Member must not be null")
    assert by("a", ("b", "RANGE"), "c") == INVALID + (
        "All HASH key attributes must precede RANGE key attributes in the KeySchema")
    assert by(*"abcde") == INVALID + "The KeySchema exceeds the maximum allowed number of HASH key attributes"
    assert by("a", "b", "a") == "The KeySchema contains multiple key attributes with the same name"
    twice = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "x"]}
    assert by("a", Projection=twice) == INVALID + "Duplicate element in NonKeyAttributes: x"
    provisioned = dict(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert create_says(own, "pa", GlobalSecondaryIndexes=[index("by-a", "a")], **provisioned) == INVALID + (
        "ProvisionedThroughput is not specified for index: by-a")


def test_settings_of_new_tables(own):
    """Streams, encryption and limits are looked at as the table is made."""
    for stream, said in [({"StreamEnabled": True}, "enabled, UpdateViewType is required"),
                         ({**STREAM, "StreamEnabled": False}, "disabled, UpdateViewType should not be specified")]:
        assert create_says(own, StreamSpecification=stream) == (
            f"{INVALID}Table is being created with a stream {said}")
    for encryption, said in [({"Enabled": False, "SSEType": "KMS"}, "SSEType can not be specified if Enabled is false"),
                             ({"Enabled": False, "KMSMasterKeyId": "k"},
                              "KMSMasterKeyId can not be specified if Enabled is false"),
                             ({"Enabled": True, "KMSMasterKeyId": "k"},
                              "SSEType KMS is required if KMSMasterKeyId is specified"),
                             ({"Enabled": True, "SSEType": "AES256"}, "SSEType AES256 is not supported")]:
        assert create_says(own, SSESpecification=encryption) == INVALID + said
    assert create_says(own, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, OnDemandThroughput=LIMITS) == (
        INVALID + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is "
        "PROVISIONED.")
    assert create_says(own, OnDemandThroughput={"MaxWriteRequestUnits": 0}) == INVALID + (
        "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range")
    own.db.create_table(TableName="kms", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES,
                        SSESpecification={"SSEType": "KMS"})
    assert own.db.describe_table(TableName="kms")["Table"]["SSEDescription"]["Status"] == "ENABLED"


def test_one_change_at_a_time(own):
    """Most members of UpdateTable want a request of their own; one is named where several do."""
    own.create("data", extra="a", GlobalSecondaryIndexes=[index("by-a", "a")])
    protect, infrequent = dict(DeletionProtectionEnabled=True), dict(TableClass="STANDARD_INFREQUENT_ACCESS")
    encrypt, warm = dict(SSESpecification=KMS), dict(WarmThroughput={"ReadUnitsPerSecond": 13000})
    stream, limits = dict(StreamSpecification=STREAM), dict(OnDemandThroughput=LIMITS)
    alone = "must be the only operation in the request"
    for options, said in [((protect, encrypt, infrequent), f"Server-Side Encryption modification {alone}"),
                          ((protect, infrequent), f"TableClass modification {alone}"),
                          ((protect, warm), f"DeletionProtection modification {alone}"),
                          ((warm, stream), f"WarmThroughput {alone}"),
                          ((limits, stream), "OnDemandThroughput can only be combined with BillingMode in an "
                                             "UpdateTable request"),
                          ((stream, dict(ProvisionedThroughput=UNITS)),
                           "You cannot modify stream status while updating table IOPS"),
                          ((stream, dict(GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-a"}}])),
                           "You cannot create or delete index while changing stream status"),
                          ((protect, dict(GlobalSecondaryIndexUpdates=[])), "List of GlobalSecondaryIndexUpdates is empty")]:
        together = {name: value for one in options for name, value in one.items()}
        assert update_says(own, **together) == INVALID + said
    nothing = update_says(own, GlobalSecondaryIndexUpdates=[])
    assert nothing.startswith("At least one of ProvisionedThroughput,") and nothing.endswith(
        "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required")
    assert refused(own.db.update_table, TableName="missing") == ("ValidationException", nothing)
    assert own.db.update_table(TableName="data", **protect)["TableDescription"]["TableStatus"] == "ACTIVE"
    assert own.db.update_table(TableName="data", **infrequent)["TableDescription"]["TableStatus"] == "UPDATING"


def test_changes_that_change_nothing(own):
    """Streams and encryption that are there, or are not, are refused again."""
    own.create("data")
    assert update_says(own, StreamSpecification={"StreamEnabled": False}) == (
        "Table has no stream to disable: TableName: data")
    assert update_says(own, StreamSpecification={"StreamEnabled": True}) == (
        INVALID + "If stream is being enabled then UpdateViewType is required")
    own.db.update_table(TableName="data", StreamSpecification=STREAM)
    assert update_says(own, StreamSpecification={**STREAM, "StreamEnabled": False}) == (
        INVALID + "If stream is being disabled, then UpdateViewType must not be specified")
    assert update_says(own, SSESpecification={"Enabled": False}) == INVALID + "Table is already encrypted by default"
    own.db.update_table(TableName="data", SSESpecification=KMS)
    arn = own.db.describe_table(TableName="data")["Table"]["SSEDescription"]["KMSMasterKeyArn"]
    assert update_says(own, SSESpecification={**KMS, "KMSMasterKeyId": arn}).startswith(
        INVALID + "Table is already encrypted with given KMSMasterKeyId.")


def test_changes_of_indexes(own):
    """Indexes are created once, changed where they are global, and billed as their table is."""
    local = [{**index("local", "p", ("a", "RANGE"))}]
    own.db.create_table(TableName="data", BillingMode="PAY_PER_REQUEST", KeySchema=HASH + [
        {"AttributeName": "s", "KeyType": "RANGE"}], LocalSecondaryIndexes=local, GlobalSecondaryIndexes=[
        index("by-a", "a")], AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "psa"])
    def said(*updates, **options):
        return update_says(own, GlobalSecondaryIndexUpdates=list(updates), **options)

    assert said({"Create": index("by-a", "a")}) == "Attempting to create an index which already exists"
    assert said({"Create": index("by-b", "b")}) == INVALID + "AttributeDefinitions is not specified for index: by-b"
    assert said({"Delete": {"IndexName": "local"}}) == (
        "Cannot delete an index that is not a GlobalSecondaryIndex: local")
    assert said({"Delete": {"IndexName": "ghost"}}, code="ResourceNotFoundException") == (
        "Requested resource not found: Index ghost for table data")
    both = {"Delete": {"IndexName": "by-a"}, "Update": {"IndexName": "by-a", "ProvisionedThroughput": UNITS}}
    assert said(both) == INVALID + (
        "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
    assert said({"Update": both["Update"]}) == INVALID + (
        "The only Updates for index: by-a when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, "
        "WarmThroughput")
    assert update_says(own, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS) == (
        INVALID + "ProvisionedThroughput must be specified for index: by-a")
    own.db.update_table(TableName="data", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS,
                        GlobalSecondaryIndexUpdates=[{"Update": both["Update"]}])
    assert said({"Update": both["Update"]}).startswith(
        "The provisioned throughput for the index by-a will not change. The requested value equals the current value. "
        "Current ReadCapacityUnits provisioned for index by-a: 1. Requested ReadCapacityUnits: 1.")


def test_order_of_names(own):
    """Definitions and projected attributes are described by name, indexes as they were asked for."""
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z", "y"]}
    table = own.create("data", extra="ba", GlobalSecondaryIndexes=[
        index("by-b", "b", Projection=projection), index("by-a", "a")])
    assert [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["a", "b", "p"]
    assert [one["IndexName"] for one in table["GlobalSecondaryIndexes"]] == ["by-b", "by-a"]
    assert table["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] == ["y", "z"]


def test_limits_of_on_demand_throughput(own):
    """Members are set one by one, -1 clears, and another billing mode drops them."""
    own.create("data", OnDemandThroughput=LIMITS)

    def change(**limits):
        answer = own.db.update_table(TableName="data", OnDemandThroughput=limits)["TableDescription"]
        table = own.db.describe_table(TableName="data")["Table"]
        return answer["OnDemandThroughput"], table.get("OnDemandThroughput")

    assert change(MaxReadRequestUnits=200) == ({**LIMITS, "MaxReadRequestUnits": 200},) * 2
    assert change(MaxReadRequestUnits=-1) == ({**LIMITS, "MaxReadRequestUnits": -1}, {"MaxWriteRequestUnits": 50})
    assert change(MaxWriteRequestUnits=-1) == ({"MaxWriteRequestUnits": -1}, None)
    assert update_says(own, OnDemandThroughput={"MaxReadRequestUnits": -2}) == INVALID + (
        "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range")
    change(**LIMITS)
    own.db.update_table(TableName="data", BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert "OnDemandThroughput" not in own.db.describe_table(TableName="data")["Table"]
    assert update_says(own, OnDemandThroughput=LIMITS) == INVALID + (
        "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED")


def test_tags(own):
    """All tags of a request are looked at before one is set; keys of AWS's own are refused even for removal."""
    arn = own.create("data")["TableArn"]

    def said(*tags):
        code, message = refused(own.db.tag_resource, ResourceArn=arn,
                                Tags=[{"Key": key, "Value": value} for key, value in tags])
        assert code == "ValidationException"
        return message

    own.db.tag_resource(ResourceArn=arn, Tags=[{"Key": "ключ 表", "Value": "a+b-c=d.e_f:g/h@i"}])
    assert said(("fine", "x"), ("k" * 129, "x")) == "The Tag Key provided is invalid, Key: " + "k" * 129
    assert said(("a#b", "x")) == "The Tag Key provided is invalid, Key: a#b"
    assert said(("a", "\U0001f511")) == "The Tag Value provided is invalid, Value: \U0001f511"
    assert said(("a", "v" * 257)) == "The Tag Value provided is invalid, Value: " + "v" * 257
    assert said(("AWS:x", "x")) == "Tag Key cannot be prefixed with aws:, Key: AWS:x"
    assert said(("d", "1"), ("d", "2")) == "Duplicate Tag Keys provided as input: Duplicate Tag Key found d"
    many = "Number of Tags exceed the current limit for the provided ResourceArn"
    assert said(*[(f"k{number}", "x") for number in range(50)]) == many
    assert len(own.db.list_tags_of_resource(ResourceArn=arn)["Tags"]) == 1
    for keys, message in [(["aws:x"], "Tag Key cannot be prefixed with aws:, Key: aws:x"),
                          ([f"k{number}" for number in range(51)], many)]:
        assert refused(own.db.untag_resource, ResourceArn=arn, TagKeys=keys) == ("ValidationException", message)
    missing = arn + "-missing"
    none = ("ResourceNotFoundException", f"Requested resource not found: ResourceArn: {missing} not found")
    assert refused(own.db.list_tags_of_resource, ResourceArn=missing) == none
    assert refused(own.db.untag_resource, ResourceArn=missing, TagKeys=["a"]) == none
    for wrong, message in [("no-arn-at-all", "ARNs must start with 'arn:': no-arn-at-all"),
                           (arn + "/backup/1-2", f"Provided Arn is not a DynamoDB resource arn: {arn}/backup/1-2"),
                           (arn + "/index/i", "Invalid resource arn provided, only table or stream is accepted. "
                                              f"Provided resource arn: {arn}/index/i")]:
        assert refused(own.db.list_tags_of_resource, ResourceArn=wrong) == ("ValidationException", INVALID + message)


@pytest.mark.parametrize("policy, said", [
    ("[]", "This policy contains invalid Json"), ("{]", "This policy contains invalid Json"),
    ("null", "This text appears not to be a policy"), ("{}", "Syntax error at position (1,3)"),
    ('{"Statement": []}', "Could not parse the policy: Statement is empty!"),
    ('{"Statement": [{}]}', "Missing required field Effect")])
def test_policies(own, policy, said):
    """A document is taken apart as far as it can be read."""
    arn = own.create("data")["TableArn"]
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=policy) == (
        "ValidationException", f"{INVALID}Invalid policy document: {said}")


def test_backups_and_recovery(own):
    """ARNs of other things, times the wrong way round, and what the service itself keeps."""
    arn = own.create("data")["TableArn"]
    assert refused(own.db.describe_backup, BackupArn=arn) == ("ValidationException", "Invalid Backup ARN")
    assert refused(own.db.list_backups, TimeRangeLowerBound=2000, TimeRangeUpperBound=1000) == (
        "ValidationException", INVALID + "Time range lower bound must be less than or equal to upper bound")
    change = own.db.update_continuous_backups
    off = {"PointInTimeRecoveryEnabled": False, "RecoveryPeriodInDays": 7}
    assert refused(change, TableName="data", PointInTimeRecoverySpecification=off) == (
        "ValidationException",
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")
    change(TableName="data", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    own.db.delete_table(TableName="data")
    own.settle()
    kept = own.db.list_backups(BackupType="SYSTEM")["BackupSummaries"][0]["BackupArn"]
    code, message = refused(own.db.delete_backup, BackupArn=kept)
    assert code == "ValidationException" and message.startswith(
        f"Invalid Request: User is not allowed to delete the system backup with arn {kept}. It will automatically expire")


def test_overrides_of_restores(own):
    """Indexes are known by their keys and projection, whatever their names; capacity goes with the billing mode."""
    own.create("data", extra="a", GlobalSecondaryIndexes=[index("by-a", "a")])
    backup = own.db.create_backup(TableName="data", BackupName="one")["BackupDetails"]["BackupArn"]

    def said(**options):
        code, message = refused(own.db.restore_table_from_backup, BackupArn=backup, TargetTableName="copy", **options)
        assert code == "ValidationException"
        return message

    start = "Invalid Request: "
    assert said(ProvisionedThroughputOverride=UNITS) == (
        start + "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED")
    assert said(BillingModeOverride="PROVISIONED") == (
        start + "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED")
    assert said(GlobalSecondaryIndexOverride=[index("by-p", "p")]) == (
        start + "Index by-p does not match a secondary index that existed in the source table and cannot be created "
        "during the restore operation")
    assert said(BillingModeOverride="PROVISIONED", ProvisionedThroughputOverride=UNITS,
                GlobalSecondaryIndexOverride=[index("by-a", "a")]) == (
        start + "Must specify provisioned throughput for index by-a")
    assert said(OnDemandThroughputOverride={"MaxReadRequestUnits": 0}) == (
        start + "Requested MaxReadRequestUnits for OnDemandThroughput is outside of valid range")
    own.db.restore_table_from_backup(BackupArn=backup, TargetTableName="copy",
                                     GlobalSecondaryIndexOverride=[index("renamed", "a")])
    own.settle()
    found = own.db.describe_table(TableName="copy")["Table"]["GlobalSecondaryIndexes"]
    assert [one["IndexName"] for one in found] == ["renamed"]
