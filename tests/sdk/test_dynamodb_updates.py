"""What UpdateTable takes in one call: one concern, in the words that the service was recorded to use."""

import pytest
from dynamodb_support import HASH, NAMES, Account, refused

INVALID = "One or more parameter values were invalid: "
DEFINITIONS = NAMES + [{"AttributeName": "g", "AttributeType": "S"}]
CREATE_INDEX = {"AttributeDefinitions": DEFINITIONS, "GlobalSecondaryIndexUpdates": [{"Create": {
    "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"}}}]}
STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
UNITS = {"ProvisionedThroughput": {"ReadCapacityUnits": 11, "WriteCapacityUnits": 11}}
PROTECTION = {"DeletionProtectionEnabled": True}
ENCRYPTION = {"SSESpecification": {"Enabled": True}}
CLASS = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
WARM = {"WarmThroughput": {"ReadUnitsPerSecond": 20000}}
ON_DEMAND = {"OnDemandThroughput": {"MaxReadRequestUnits": 50}}
REPLICA = {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def said(own, *parts, **options):
    request = dict(options)
    for part in parts:
        request.update(part)
    code, message = refused(own.db.update_table, TableName="data", **request)
    assert code == "ValidationException"
    return message


def alone(what):
    return f"{INVALID}{what} must be the only operation in the request"


@pytest.mark.parametrize("parts, message", [
    ([PROTECTION, STREAM], alone("DeletionProtection modification")),
    ([PROTECTION, CREATE_INDEX], alone("DeletionProtection modification")),
    ([ENCRYPTION, PROTECTION], alone("Server-Side Encryption modification")),
    ([ENCRYPTION, UNITS], alone("Server-Side Encryption modification")),
    ([CLASS, STREAM], alone("TableClass modification")),
    ([WARM, STREAM], alone("WarmThroughput")),
    ([REPLICA, ENCRYPTION], alone("Replica modification")),
    ([ON_DEMAND, STREAM], INVALID + "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"),
    ([WARM, CREATE_INDEX], INVALID + "Create global secondary index cannot be specified when updating WarmThroughput"),
    ([UNITS, STREAM], INVALID + "You cannot modify stream status while updating table IOPS"),
    ([UNITS, CREATE_INDEX], INVALID + "You cannot create or delete index while updating table IOPS"),
    ([STREAM, CREATE_INDEX], INVALID + "You cannot create or delete index while changing stream status"),
])
def test_two_concerns_are_refused(own, parts, message):
    """Nothing of such a call is done."""
    own.create("data")
    before = own.db.describe_table(TableName="data")["Table"]
    assert said(own, *parts) == message
    assert own.db.describe_table(TableName="data")["Table"] == before


def test_a_billing_mode_goes_with_others(own):
    """With a stream, with limits on demand, and with a new index."""
    own.db.create_table(TableName="data", KeySchema=HASH, AttributeDefinitions=NAMES,
                        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
    for part in (STREAM, ON_DEMAND, CREATE_INDEX):
        own.db.update_table(TableName="data", BillingMode="PAY_PER_REQUEST", **part)
    table = own.db.describe_table(TableName="data")["Table"]
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 50} and table["StreamSpecification"]["StreamEnabled"]
    assert [index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]] == ["ACTIVE"]


def test_changes_that_change_nothing(own):
    """Streams and encryption that are, or are not, as they are asked to be."""
    own.create("data")
    required = ("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
                "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, {}"
                "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required")
    assert said(own) == required.format("MultiRegionConsistency, ")
    assert said(own, MultiRegionConsistency="STRONG") == required.format("")
    assert said(own, StreamSpecification={"StreamEnabled": False}) == "Table has no stream to disable: TableName: data"
    assert said(own, StreamSpecification={"StreamEnabled": True}) == (
        INVALID + "If stream is being enabled then UpdateViewType is required")
    assert said(own, StreamSpecification={"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}) == (
        INVALID + "If stream is being disabled, then UpdateViewType must not be specified")
    assert said(own, SSESpecification={"Enabled": False}) == INVALID + "Table is already encrypted by default"
    key = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "one"}}
    own.db.update_table(TableName="data", **key)
    key["SSESpecification"]["KMSMasterKeyId"] = own.db.describe_table(
        TableName="data")["Table"]["SSEDescription"]["KMSMasterKeyArn"]
    assert said(own, key) == (INVALID + "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId "
                                        "parameter if you want to change Master Key")
    for enabled, tail in ((True, "with a stream enabled, UpdateViewType is required"),
                          (False, "with a stream disabled, UpdateViewType should not be specified")):
        stream = {"StreamEnabled": enabled, **({} if enabled else {"StreamViewType": "KEYS_ONLY"})}
        assert refused(own.create, table="other", StreamSpecification=stream) == (
            "ValidationException", INVALID + "Table is being created " + tail)


def test_a_replica_needs_no_stream_of_images(own):
    """A stream of keys stays what it is, and the table is replicated all the same."""
    own.create("data", **STREAM)
    own.db.update_table(TableName="data", **REPLICA)
    own.put("data", "k", n={"N": "1"})
    own.settle()
    assert own.items("data", "eu-west-1") == {"k": {"n": {"N": "1"}}}
    assert own.db.describe_table(TableName="data")["Table"]["StreamSpecification"] == STREAM["StreamSpecification"]
    assert said(own, StreamSpecification={"StreamEnabled": False}) == (
        INVALID + "Disabling Stream is not allowed for a Global Table replica.")


def test_limits_on_demand(own):
    """Each is set by itself and taken away by -1; without any there is nothing to show."""
    own.create("data", OnDemandThroughput={"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50})

    def limits():
        return own.db.describe_table(TableName="data")["Table"].get("OnDemandThroughput")

    own.db.update_table(TableName="data", OnDemandThroughput={"MaxWriteRequestUnits": -1})
    assert limits() == {"MaxReadRequestUnits": 100}
    own.db.update_table(TableName="data", OnDemandThroughput={"MaxWriteRequestUnits": 7})
    assert limits() == {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 7}
    own.db.update_table(TableName="data", OnDemandThroughput={"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1})
    assert limits() is None
    outside = INVALID + "Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range"
    assert said(own, OnDemandThroughput={"MaxReadRequestUnits": 0}) == outside
    assert refused(own.create, table="other", OnDemandThroughput={"MaxReadRequestUnits": -1})[1] == outside
