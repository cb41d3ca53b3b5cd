"""What is stored beside DynamoDB's tables: policies, insights, Kinesis destinations, auto scaling; vectors."""

import json

import pytest
from dynamodb_support import HASH, NAMES, Account, refused

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
STATEMENT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000001:root"}, "Action": "dynamodb:GetItem",
             "Resource": "*"}


def policy_of(*statements, **document):
    """A policy as the service tells it: without spaces, members in its order."""
    document = {"Version": "2012-10-17", "Statement": list(statements), **document}
    return json.dumps(document, separators=(",", ":"))


POLICY = policy_of(STATEMENT)


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def test_resource_policy_life(own):
    """A policy is read back as it was put, under a revision that changes with it only."""
    arn = own.create("data")["TableArn"]
    assert refused(own.db.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"
    first = own.db.put_resource_policy(ResourceArn=arn, Policy=POLICY, ExpectedRevisionId="NO_POLICY")["RevisionId"]
    assert own.db.put_resource_policy(ResourceArn=arn, Policy=POLICY)["RevisionId"] == first
    read = own.db.get_resource_policy(ResourceArn=arn)
    assert (read["Policy"], read["RevisionId"]) == (POLICY, first)
    changed = POLICY.replace("GetItem", "PutItem")
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=changed,
                   ExpectedRevisionId="1")[0] == "PolicyNotFoundException"
    second = own.db.put_resource_policy(ResourceArn=arn, Policy=changed, ExpectedRevisionId=first)["RevisionId"]
    assert second != first
    assert own.db.delete_resource_policy(ResourceArn=arn)["RevisionId"] == second
    assert refused(own.db.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"
    own.advance("2s")
    deletion = own.db.delete_resource_policy(ResourceArn=arn)["RevisionId"]
    assert deletion > second, "for a while the deletion is a revision of its own"
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=POLICY, ExpectedRevisionId=second)[1].endswith(
        f"but the policy associated to target table data has revision id {deletion}.")
    own.advance("15s")
    assert "RevisionId" not in own.db.delete_resource_policy(ResourceArn=arn)
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=POLICY, ExpectedRevisionId=second)[1].endswith(
        "but table data has no associated policy.")


def test_resource_policy_spelling(own):
    """A policy is told in one spelling, which is the same policy again; without a Version it is another."""
    arn = own.create("data")["TableArn"]
    account = "arn:aws:iam::000000000001:root"
    wordy = {"Statement": {"Resource": ["*"], "Action": ["dynamodb:GetItem"], "Sid": "a",
                           "Principal": {"AWS": ["000000000001", account]}, "Effect": "allow"}, "Version": "2012-10-17"}
    first = own.db.put_resource_policy(ResourceArn=arn, Policy=json.dumps(wordy, indent=4))["RevisionId"]
    told = own.db.get_resource_policy(ResourceArn=arn)["Policy"]
    assert told == policy_of({"Sid": "a", "Effect": "Allow", "Principal": {"AWS": account}, "Action": "dynamodb:GetItem",
                              "Resource": "*"})
    two = policy_of({**STATEMENT, "Action": ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:PutItem"]})
    own.db.put_resource_policy(ResourceArn=arn, Policy=two)
    assert own.db.get_resource_policy(ResourceArn=arn)["Policy"] == two
    unversioned = json.dumps({"Statement": [STATEMENT]})
    other = own.db.put_resource_policy(ResourceArn=arn, Policy=unversioned)["RevisionId"]
    told = own.db.get_resource_policy(ResourceArn=arn)["Policy"]
    assert told == policy_of(STATEMENT, Version="2008-10-17")
    assert own.db.put_resource_policy(ResourceArn=arn, Policy=unversioned)["RevisionId"] == other
    assert own.db.put_resource_policy(ResourceArn=arn, Policy=told)["RevisionId"] > other > first


def test_resource_policies_that_go_too_far(own):
    """Nobody grants everything to everybody, or shuts himself out unless he says so; statements have ids of their own."""
    arn = own.create("data")["TableArn"]
    unbounded = ("ValidationException", "Resource-based policy grants unbounded access in one or more elements. Please "
                                        "revise the policy to ensure least-privilege form of access")
    for everybody in ("*", {"AWS": "*"}):
        assert refused(own.db.put_resource_policy, ResourceArn=arn,
                       Policy=policy_of({**STATEMENT, "Principal": everybody})) == unbounded
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=policy_of(*[{"Sid": "a", **STATEMENT}] * 2)) == (
        "ValidationException", "One or more parameter values were invalid: Invalid policy document: The Statement Ids in "
                               "the policy are not unique")
    denied = policy_of({"Effect": "Deny", "Principal": "*", "Action": "dynamodb:PutResourcePolicy", "Resource": "*"})
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=denied) == (
        "AccessDeniedException", "The new resource policy will not allow you to update the resource policy in the future.")
    own.db.put_resource_policy(ResourceArn=arn, Policy=denied, ConfirmRemoveSelfResourceAccess=True)
    own.db.put_resource_policy(ResourceArn=arn, Policy=denied.replace("PutResource", "DeleteResource"))


def test_resource_policy_refusals(own):
    """A policy that is none, and a resource that is not there, are refused."""
    arn = own.create("data")["TableArn"]
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy="{]")[0] == "ValidationException"
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=POLICY + " " * 20480) == (
        "ValidationException",
        "One or more parameter values were invalid: Maximum policy size of 20480 bytes exceeded")
    assert refused(own.db.get_resource_policy, ResourceArn=arn + "x") == (
        "ResourceNotFoundException", "Requested resource not found: Table: datax not found")
    assert refused(own.db.get_resource_policy, ResourceArn=arn + "/stream/2000-01-01T00:00:00.000") == (
        "ResourceNotFoundException", "Requested resource not found: Stream: 2000-01-01T00:00:00.000 not found for Table: data")
    for wrong, why in [("data", "ARNs must start with 'arn:': data"),
                       (arn.replace("arn:aws:", "arn:aws-cn:"), "Invalid resource Arn: "),
                       (arn + "/backup/1", "Provided Arn is not a DynamoDB resource arn: "),
                       (arn + "/index/i", "Invalid resource arn provided, only table or stream is accepted. ")]:
        code, message = refused(own.db.get_resource_policy, ResourceArn=wrong)
        assert code == "ValidationException" and message.startswith("One or more parameter values were invalid: " + why)


def test_resource_policy_revisions(own):
    """The refusal of a revision says which one there is; another spelling of a policy is no change."""
    arn = own.create("data")["TableArn"]
    said = "Resource-based policy not found for the provided ResourceArn: Requested "
    ask = dict(ResourceArn=arn, ExpectedRevisionId="1")
    none = said + "update for policy with revision id 1, but table data has no associated policy."
    assert refused(own.db.put_resource_policy, Policy=POLICY, **ask) == ("PolicyNotFoundException", none)
    assert refused(own.db.delete_resource_policy, **ask) == ("PolicyNotFoundException", none)
    first = own.db.put_resource_policy(ResourceArn=arn, Policy=POLICY)["RevisionId"]
    other = said + (f"update for policy with revision id 1, but the policy associated to target table data has "
                    f"revision id {first}.")
    assert refused(own.db.put_resource_policy, Policy=POLICY, **ask) == ("PolicyNotFoundException", other)
    assert refused(own.db.delete_resource_policy, **ask) == ("PolicyNotFoundException", other)
    assert refused(own.db.put_resource_policy, ResourceArn=arn, Policy=POLICY, ExpectedRevisionId="NO_POLICY") == (
        "PolicyNotFoundException", said + "policy update expecting none to be present for table data, but a policy "
        f"exists with revision id {first}.")
    document = json.loads(POLICY)
    for statement in document["Statement"]:
        statement["Action"] = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    respelled = json.dumps(dict(reversed(document.items())), indent=2)
    assert own.db.put_resource_policy(ResourceArn=arn, Policy=respelled)["RevisionId"] == first


def test_resource_policy_of_new_tables_and_streams(own):
    """CreateTable takes a policy; a stream has one of its own; both go with the table."""
    table = own.create("data", ResourcePolicy=POLICY,
                       StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    assert own.db.get_resource_policy(ResourceArn=table["TableArn"])["Policy"] == POLICY
    stream = table["LatestStreamArn"]
    assert refused(own.db.get_resource_policy, ResourceArn=stream)[0] == "PolicyNotFoundException"
    own.db.put_resource_policy(ResourceArn=stream, Policy=POLICY)
    assert own.db.get_resource_policy(ResourceArn=stream)["Policy"] == POLICY
    own.db.delete_table(TableName="data")
    own.create("data")
    assert refused(own.db.get_resource_policy, ResourceArn=table["TableArn"])[0] == "PolicyNotFoundException"


def test_contributor_insights(own):
    """Insights of tables and global indexes are turned on and off, described and listed in pages."""
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}
    own.create("data", extra="g", GlobalSecondaryIndexes=[index])
    assert own.db.describe_contributor_insights(TableName="data")["ContributorInsightsStatus"] == "DISABLED"
    answer = own.db.update_contributor_insights(TableName="data", ContributorInsightsAction="ENABLE")
    assert answer["ContributorInsightsStatus"] == "ENABLING"
    described = own.db.describe_contributor_insights(TableName="data")
    assert described["ContributorInsightsStatus"] == "ENABLED"
    assert [rule.split("-")[1] for rule in described["ContributorInsightsRuleList"]] == ["PKC", "PKT"]
    own.db.update_contributor_insights(TableName="data", IndexName="by-g", ContributorInsightsAction="ENABLE",
                                       ContributorInsightsMode="THROTTLED_KEYS")
    first = own.db.list_contributor_insights(MaxResults=1)
    assert [entry["TableName"] for entry in first["ContributorInsightsSummaries"]] == ["data"]
    second = own.db.list_contributor_insights(NextToken=first["NextToken"])
    assert [entry["IndexName"] for entry in second["ContributorInsightsSummaries"]] == ["by-g"]
    assert "NextToken" not in second
    assert refused(own.db.describe_contributor_insights, TableName="data", IndexName="none")[0] == "ResourceNotFoundException"
    assert refused(own.db.list_contributor_insights, NextToken="!")[0] == "ValidationException"


def test_kinesis_destinations(own):
    """Destinations are kept with their state and precision, and changed only where that makes sense."""
    own.create("data")
    assert own.db.describe_kinesis_streaming_destination(TableName="data")["KinesisDataStreamDestinations"] == []
    answer = own.db.enable_kinesis_streaming_destination(TableName="data", StreamArn=STREAM)
    assert answer["DestinationStatus"] == "ENABLING"
    code, message = refused(own.db.enable_kinesis_streaming_destination, TableName="data", StreamArn=STREAM)
    assert code == "ValidationException"
    assert message.startswith("Table is not in a valid state to enable Kinesis Streaming Destination")
    micro = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    assert own.db.describe_kinesis_streaming_destination(TableName="data")["KinesisDataStreamDestinations"] == [
        {"StreamArn": STREAM, "DestinationStatus": "ACTIVE"}]
    assert "desired value of MILLISECOND" in refused(
        own.db.update_kinesis_streaming_destination, TableName="data", StreamArn=STREAM,
        UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": "MILLISECOND"})[1]
    own.db.update_kinesis_streaming_destination(TableName="data", StreamArn=STREAM,
                                                UpdateKinesisStreamingConfiguration=micro)
    assert "already set" in refused(own.db.update_kinesis_streaming_destination, TableName="data", StreamArn=STREAM,
                                    UpdateKinesisStreamingConfiguration=micro)[1]
    assert own.db.describe_kinesis_streaming_destination(TableName="data")["KinesisDataStreamDestinations"] == [
        {"StreamArn": STREAM, "DestinationStatus": "ACTIVE", "ApproximateCreationDateTimePrecision": "MICROSECOND"}]
    assert own.db.disable_kinesis_streaming_destination(
        TableName="data", StreamArn=STREAM)["DestinationStatus"] == "DISABLING"
    assert refused(own.db.disable_kinesis_streaming_destination, TableName="data",
                   StreamArn=STREAM)[0] == "ValidationException"
    assert refused(own.db.update_kinesis_streaming_destination, TableName="data", StreamArn=STREAM,
                   UpdateKinesisStreamingConfiguration={})[0] == "ValidationException"
    assert refused(own.db.enable_kinesis_streaming_destination, TableName="none",
                   StreamArn=STREAM)[0] == "ResourceNotFoundException"


def test_kinesis_destinations_that_fail(own):
    """A stream is not looked at when it is enabled: it fails afterwards; of those in use there is one at a time."""
    own.create("data")
    table_arn = own.db.describe_table(TableName="data")["Table"]["TableArn"]
    elsewhere = STREAM.replace("us-east-1", "eu-west-1")

    def enable(arn):
        return own.db.enable_kinesis_streaming_destination(TableName="data", StreamArn=arn)

    def destinations():
        found = own.db.describe_kinesis_streaming_destination(TableName="data")["KinesisDataStreamDestinations"]
        return {entry["StreamArn"]: (entry["DestinationStatus"], entry.get("DestinationStatusDescription"))
                for entry in found}

    for arn in (table_arn, elsewhere, table_arn):
        answer = enable(arn)
        assert (answer["DestinationStatus"], answer["EnableKinesisStreamingConfiguration"]) == ("ENABLING", {})
    failed = {
        table_arn: ("ENABLE_FAILED", "User does not have a permission to use kinesis stream"),
        elsewhere: ("ENABLE_FAILED", "The kinesis Arn used to enable kinesis replication belongs to a stream which is not "
                                     "in the current region")}
    assert destinations() == failed
    wrong = "Table is not in a valid state to enable Kinesis Streaming Destination: "
    for arn in (table_arn, STREAM, "arn:aws:kinesis:us-east-1:000000000000:nothing"):
        assert refused(own.db.disable_kinesis_streaming_destination, TableName="data", StreamArn=arn) == (
            "ValidationException", wrong + "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.")
    enable(STREAM)
    assert destinations() == {**failed, STREAM: ("ACTIVE", None)}
    for arn in (STREAM, STREAM + "-2", elsewhere):
        assert refused(enable, arn=arn) == (
            "ValidationException", wrong + "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform "
                                           "ENABLE operation.")
    own.db.disable_kinesis_streaming_destination(TableName="data", StreamArn=STREAM)
    enable(STREAM + "-2")
    assert destinations()[STREAM + "-2"] == ("ACTIVE", None)


def test_modes_of_contributor_insights(own):
    """Turned on again without a mode they are in that of the beginning; what is so already is told at once."""
    own.create("data")

    def change(action, **mode):
        answer = own.db.update_contributor_insights(TableName="data", ContributorInsightsAction=action, **mode)
        shown = own.db.describe_contributor_insights(TableName="data")
        return answer["ContributorInsightsStatus"], shown["ContributorInsightsMode"], shown.get("ContributorInsightsRuleList")

    throttled = {"ContributorInsightsMode": "THROTTLED_KEYS"}
    status, mode, rules = change("ENABLE")
    assert (status, mode, len(rules)) == ("ENABLING", "ACCESSED_AND_THROTTLED_KEYS", 2)
    own.advance("1s")
    assert change("ENABLE", **throttled) == ("ENABLING", "THROTTLED_KEYS", rules[1:]), "the rules keep their names"
    assert change("ENABLE") == ("ENABLING", "ACCESSED_AND_THROTTLED_KEYS", rules)
    assert change("ENABLE", ContributorInsightsMode="ACCESSED_AND_THROTTLED_KEYS")[0] == "ENABLED"
    assert change("DISABLE", **throttled) == ("DISABLING", "THROTTLED_KEYS", None)


def test_replica_auto_scaling(own):
    """Auto scaling settings are read back by region; refusals are those that were seen of the service."""
    absent = ("ResourceNotFoundException", "Global table with name: 'data' does not exist.")
    assert refused(own.db.describe_table_replica_auto_scaling, TableName="data") == absent
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    own.db.create_table(TableName="data", KeySchema=HASH, AttributeDefinitions=NAMES, ProvisionedThroughput=throughput,
                        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    assert refused(own.db.describe_table_replica_auto_scaling, TableName="data") == absent
    own.db.update_table(TableName="data", ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])
    own.settle()
    policy = {"PolicyName": "track", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}
    whole = {"MinimumUnits": 5, "MaximumUnits": 50, "ScalingPolicyUpdate": policy}

    def update(writes=None, **more):
        changed = {"ProvisionedWriteCapacityAutoScalingUpdate": writes} if writes is not None else {}
        return own.db.update_table_replica_auto_scaling(TableName="data", **changed, **more)

    assert update(whole)["TableAutoScalingDescription"]["TableStatus"] == "UPDATING"
    replicas = own.db.describe_table_replica_auto_scaling(TableName="data")["TableAutoScalingDescription"]["Replicas"]
    assert [replica["RegionName"] for replica in replicas] == ["us-east-1", "eu-central-1"]
    settings = replicas[0]["ReplicaProvisionedWriteCapacityAutoScalingSettings"]
    assert (settings["MinimumUnits"], settings["MaximumUnits"]) == (5, 50)
    assert settings["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 70.0

    failed = "Failed to update settings for global table with name"
    bare = {"RegionName": "eu-central-1"}
    for arguments, refusal in (
            ({"writes": {}}, f"{failed}: ‘data’: Parameters 'MaximumUnits', 'ScalingPolicyUpdate', 'MinimumUnits' are "
                             "required unless auto scaling is being disabled."),
            ({"writes": {"AutoScalingDisabled": True, "MinimumUnits": 1, "MaximumUnits": 2}},
             f"{failed} ‘data’: Parameters 'MaximumUnits', 'MinimumUnits' must be left blank when disabling auto scaling."),
            ({}, f"{failed}: ‘data’ because at least one update parameter must be specified."),
            ({"ReplicaUpdates": [bare]},
             f"{failed}: ‘data’ because at least one update parameter must be specified for region: ‘eu-central-1’.")):
        assert refused(update, **arguments) == ("ValidationException", refusal)
    crossed = refused(update, writes={**whole, "MinimumUnits": 51})
    assert crossed[0] == "ValidationException" and crossed[1].startswith(
        "Maximum capacity cannot be less than minimum capacity (Service: AWSApplicationAutoScaling; Status Code: 400; ")
    assert refused(update, ReplicaUpdates=[{"RegionName": "eu-west-1"}])[0] == "ResourceNotFoundException"
    assert refused(update, GlobalSecondaryIndexUpdates=[{"IndexName": "nope"}]) == (
        "ResourceNotFoundException",
        f"{failed}: ‘data’ because the global secondary indexes with names: ‘[nope]’ do not exist.")
    own.db.update_table(TableName="data", BillingMode="PAY_PER_REQUEST")
    assert refused(update, writes=whole) == ("ValidationException", (
        "Failed to update global table with name ‘data‘. Replicas 'US-EAST-1', 'EU-CENTRAL-1' BillingMode is "
        "PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: "
        "'GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate'."))
    update({"AutoScalingDisabled": True})


def test_search_vectors_is_refused_by_name(own):
    """Without vector indexes a search says which of table and index is missing."""
    own.create("data")
    search = dict(IndexName="vectors", SearchVector=[{"N": "1"}], TopK=1)
    assert refused(own.db.search_vectors, TableName="none", **search)[0] == "ResourceNotFoundException"
    code, message = refused(own.db.search_vectors, TableName="data", **search)
    assert code == "ResourceNotFoundException" and "vectors" in message


def test_vector_indexes_are_refused(own):
    """What names a vector index is refused as where there are none, and changes nothing else."""
    index = {"IndexName": "vectors", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 3,
             "DistanceFunction": "COSINE", "Projection": {"ProjectionType": "ALL"}}
    no = ("ValidationException", "Vector indexes are not supported in this Region")
    assert refused(own.create, table="none", VectorIndexes=[index]) == no
    own.create("data")
    for update in ({"Create": index}, {"Delete": {"IndexName": "vectors"}}):
        assert refused(own.db.update_table, TableName="data", VectorIndexUpdates=[update]) == no
        assert refused(own.db.update_table, TableName="data", VectorIndexUpdates=[update], DeletionProtectionEnabled=True) == no
    assert own.db.describe_table(TableName="data")["Table"]["DeletionProtectionEnabled"] is False
    own.enable_recovery("data")
    backup = own.db.create_backup(TableName="data", BackupName="whole")["BackupDetails"]["BackupArn"]
    override = {"TargetTableName": "copy", "VectorIndexOverride": [index]}
    assert refused(own.db.restore_table_from_backup, BackupArn=backup, **override) == no
    assert refused(own.db.restore_table_to_point_in_time, SourceTableName="data", UseLatestRestorableTime=True, **override) == no
    assert refused(own.db.import_table, S3BucketSource={"S3Bucket": "none"}, InputFormat="ION", TableCreationParameters={
        "TableName": "copy", "KeySchema": HASH, "AttributeDefinitions": NAMES, "BillingMode": "PAY_PER_REQUEST",
        "VectorIndexes": [index]}) == no
    assert own.db.list_tables()["TableNames"] == ["data"]
