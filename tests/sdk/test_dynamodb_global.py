"""Global tables of DynamoDB: replicas in other regions of one daemon; the older version is no more."""

import random
import threading

import pytest
from dynamodb_support import HASH, NAMES, Account, refused

EAST, WEST, ASIA = "us-east-1", "eu-west-1", "ap-south-1"
IMAGES = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def change(own, action, region, **options):
    own.db.update_table(TableName="data", ReplicaUpdates=[{action: {"RegionName": region, **options}}])
    own.settle()


def replicas(own, region=EAST):
    table = own.client("dynamodb", region).describe_table(TableName="data")["Table"]
    return {entry["RegionName"]: entry["ReplicaStatus"] for entry in table.get("Replicas", [])}


def test_a_replica_gets_what_was_there_and_what_comes(own):
    """Items from before and after, puts, updates and deletes reach every region, from every region."""
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}
    own.create("data", extra="g", GlobalSecondaryIndexes=[index])
    for number in range(20):
        own.put("data", f"k{number}", g={"S": "x"})
    change(own, "Create", WEST)
    assert replicas(own) == {WEST: "ACTIVE"} and replicas(own, WEST) == {EAST: "ACTIVE"}
    table = own.client("dynamodb", WEST).describe_table(TableName="data")["Table"]
    assert f":{WEST}:" in table["TableArn"] and table["GlobalTableVersion"] == "2019.11.21"
    change(own, "Create", ASIA)
    assert replicas(own, WEST) == {EAST: "ACTIVE", ASIA: "ACTIVE"}
    own.put("data", "west", region=WEST, n={"N": "1"})
    own.put("data", "large", text={"S": "x" * 100_000})
    own.delete("data", "k0")
    own.db.update_item(TableName="data", Key={"p": {"S": "k1"}}, UpdateExpression="SET n = :n",
                       ExpressionAttributeValues={":n": {"N": "7"}})
    own.settle()
    items = own.items("data")
    assert items["west"] == {"n": {"N": "1"}} and "k0" not in items and items["k1"]["n"] == {"N": "7"}
    for region in (WEST, ASIA):
        assert own.items("data", region) == items
        found = own.client("dynamodb", region).query(
            TableName="data", IndexName="by-g", KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": "x"}})
        assert found["Count"] == 19


def test_the_last_writer_wins_everywhere(own):
    """With the clock standing still a later write wins all the same, and the regions end up equal."""
    own.create("data")
    change(own, "Create", WEST)
    for number in range(5):
        own.put("data", "a", region=EAST, n={"N": str(2 * number)})
        own.settle()
        own.put("data", "a", region=WEST, n={"N": str(2 * number + 1)})
        own.settle()
    assert own.items("data") == own.items("data", WEST) == {"a": {"n": {"N": "9"}}}
    for number in range(30):
        own.put("data", f"k{number % 3}", region=(EAST, WEST)[number % 2], n={"N": str(number)})
    own.settle()
    assert own.items("data") == own.items("data", WEST)


def test_replicated_writes_are_in_the_streams(own):
    """Each region has a stream of its own, turned on with the first replica."""
    own.create("data")
    change(own, "Create", WEST)
    own.put("data", "a")
    own.settle()
    for region in (EAST, WEST):
        streams = own.client("dynamodbstreams", region)
        arn = own.client("dynamodb", region).describe_table(TableName="data")["Table"]["LatestStreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        assert [(record["eventName"], record["awsRegion"]) for record in records] == [("INSERT", region)]
    assert refused(own.db.update_table, TableName="data",
                   StreamSpecification={"StreamEnabled": False})[0] == "ValidationException"


def test_replicas_leave(own):
    """A removed replica is gone with its items; a deleted one is forgotten by the others; a left one stays."""
    own.create("data")
    for region in (WEST, ASIA):
        change(own, "Create", region)
    change(own, "Delete", WEST)
    assert refused(own.client("dynamodb", WEST).describe_table, TableName="data")[0] == "ResourceNotFoundException"
    assert replicas(own) == {ASIA: "ACTIVE"}
    own.db.delete_table(TableName="data")
    assert replicas(own, ASIA) == {}
    own.put("data", "alone", region=ASIA)
    own.settle()
    assert own.items("data", ASIA) == {"alone": {}}


def test_settings_are_shared(own):
    """New indexes and TTL of one region come to the others."""
    own.create("data")
    change(own, "Create", WEST)
    own.put("data", "a", g={"S": "x"})
    own.db.update_table(
        TableName="data", AttributeDefinitions=NAMES + [{"AttributeName": "g", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {
            "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}}])
    own.db.update_time_to_live(TableName="data", TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    west = own.client("dynamodb", WEST)
    assert west.describe_table(TableName="data")["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"
    assert west.describe_time_to_live(TableName="data")["TimeToLiveDescription"]["AttributeName"] == "t"


def test_refused_replica_updates(own):
    """The local region, unknown replicas, tables in the way."""
    own.create("data")
    update = lambda **entry: refused(own.db.update_table, TableName="data", ReplicaUpdates=[entry])
    assert update(Create={"RegionName": EAST})[1].startswith("Cannot add or delete the local region")
    assert "not part of the global table" in update(Delete={"RegionName": WEST})[1]
    own.client("dynamodb", WEST).create_table(
        TableName="data", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES)
    assert "already existed as tables" in update(Create={"RegionName": WEST})[1]
    assert refused(own.db.update_table, TableName="data", DeletionProtectionEnabled=True,
                   ReplicaUpdates=[{"Create": {"RegionName": ASIA}}])[1] == (
        "One or more parameter values were invalid: Replica modification must be the only operation in the request")
    nothing = "There are no actions specified in the Replica Update Action of the request."
    assert update()[1] == nothing and update(Update={"RegionName": WEST})[1] == nothing
    assert update(Create={"RegionName": ASIA}, Delete={"RegionName": ASIA})[1] == (
        "Update table operation with more than one type of replica actions not allowed.")
    assert update(Delete={"RegionName": EAST})[1].startswith("Cannot add or delete the local region")
    assert "more than one create or delete replica actions" in refused(
        own.db.update_table, TableName="data",
        ReplicaUpdates=[{"Create": {"RegionName": ASIA}}, {"Create": {"RegionName": "us-east-2"}}])[1]


def test_the_older_version(own):
    """Version 2017.11.29 is not made any more, and tables of the current one are none of its."""
    own.create("data")
    change(own, "Create", WEST)
    unsupported = ("ValidationException",
                   "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not "
                   "supported. We recommend using DynamoDB global tables version 2019.11.21, instead of version "
                   "2017.11.29 (Legacy).")
    group = [{"RegionName": EAST}, {"RegionName": ASIA}]
    assert refused(own.db.create_global_table, GlobalTableName="data", ReplicationGroup=group) == unsupported
    name = {"GlobalTableName": "data"}
    assert refused(own.db.update_global_table, ReplicaUpdates=[{"Create": {"RegionName": ASIA}}],
                   **name) == unsupported
    missing = ("GlobalTableNotFoundException", "Global table with name: 'data' does not exist.")
    assert refused(own.db.update_global_table, ReplicaUpdates=[{"Delete": {"RegionName": WEST}}], **name) == missing
    assert refused(own.db.update_global_table, ReplicaUpdates=[], **name) == (
        "ValidationException", "One or more parameter values were invalid")
    assert refused(own.db.describe_global_table, **name) == (missing[0], "Global table not found: " + missing[1])
    assert refused(own.db.describe_global_table_settings, **name) == missing
    assert refused(own.db.update_global_table_settings, GlobalTableBillingMode="PROVISIONED", **name) == missing
    assert own.db.list_global_tables()["GlobalTables"] == []


def test_replicas_know_each_others_settings(own):
    """A new replica is told what the others were given of their own."""
    own.create("data")
    change(own, "Create", WEST, KMSMasterKeyId="alias/west")
    change(own, "Create", ASIA, KMSMasterKeyId="alias/asia")
    table = own.client("dynamodb", ASIA).describe_table(TableName="data")["Table"]
    keys = {entry["RegionName"]: entry.get("KMSMasterKeyId") for entry in table["Replicas"]}
    assert keys == {EAST: None, WEST: "alias/west"}


def test_racing_regions_end_up_equal(own):
    """Writers in two regions at once, with deletes and large items among theirs: one outcome everywhere."""
    own.create("data")
    change(own, "Create", WEST)

    def write(region, seed):
        db, pick = own.client("dynamodb", region), random.Random(seed)
        for number in range(150):
            key = f"k{pick.randrange(5)}"
            if pick.random() < 0.2:
                db.delete_item(TableName="data", Key={"p": {"S": key}})
            else:
                text = "x" * pick.choice([10, 20_000])
                db.put_item(TableName="data", Item={"p": {"S": key}, "n": {"N": str(number)}, "text": {"S": text}})

    threads = [threading.Thread(target=write, args=(region, seed))
               for seed, region in enumerate((EAST, WEST, EAST, WEST))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own.settle()
    assert own.items("data") == own.items("data", WEST)


def test_a_replica_is_filled_while_its_source_is_written_to(own):
    """Items that are copied give way to what was written or deleted meanwhile; the regions end up equal."""
    own.create("data")
    for number in range(200):
        own.put("data", f"k{number}", n={"N": "0"})

    def write(seed):
        choose = random.Random(seed)
        for _ in range(60):
            key = f"k{choose.randrange(250)}"
            if choose.random() < 0.3:
                own.delete("data", key)
            else:
                own.put("data", key, n={"N": str(choose.randrange(1000))})

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(3)]
    for writer in writers:
        writer.start()
    own.db.update_table(TableName="data", ReplicaUpdates=[{"Create": {"RegionName": WEST}}])
    for writer in writers:
        writer.join()
    own.settle()
    assert replicas(own) == {WEST: "ACTIVE"}
    assert own.items("data", WEST) == own.items("data")


def test_what_is_told_of_replicas(own):
    """What each can take at once, index by index, and how settings are shared; nothing of it is left behind."""
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}
    own.create("data", extra="g", GlobalSecondaryIndexes=[index])
    shared = {"GlobalTableSettingsReplicationMode", "GlobalTableVersion", "Replicas"}
    assert not shared & set(own.db.describe_table(TableName="data")["Table"])
    change(own, "Create", WEST, OnDemandThroughputOverride={"MaxReadRequestUnits": 7}, GlobalSecondaryIndexes=[
        {"IndexName": "by-g", "OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}}])
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    table = own.db.describe_table(TableName="data")["Table"]
    assert table["GlobalTableSettingsReplicationMode"] == "ENABLED_WITH_OVERRIDES"
    entry = {"RegionName": WEST, "ReplicaStatus": "ACTIVE", "WarmThroughput": warm,
             "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES"}
    assert table["Replicas"] == [{**entry, "OnDemandThroughputOverride": {"MaxReadRequestUnits": 7},
                                  "GlobalSecondaryIndexes": [{
                                      "IndexName": "by-g", "WarmThroughput": warm,
                                      "OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}}]}]
    west = own.client("dynamodb", WEST).describe_table(TableName="data")["Table"]
    assert west["Replicas"] == [{**entry, "RegionName": EAST, "GlobalSecondaryIndexes": [
        {"IndexName": "by-g", "WarmThroughput": warm}]}]
    change(own, "Delete", WEST)
    assert not shared & set(own.db.describe_table(TableName="data")["Table"])


def test_settings_replication_of_a_regional_table(own):
    """It is said before there is a replica, and leaves the table ACTIVE."""
    own.create("data")
    for mode in ("ENABLED", "DISABLED"):
        answer = own.db.update_table(TableName="data", GlobalTableSettingsReplicationMode=mode)["TableDescription"]
        assert (answer["TableStatus"], answer["GlobalTableSettingsReplicationMode"]) == ("ACTIVE", mode)
    assert refused(own.db.update_table, TableName="data",
                   GlobalTableSettingsReplicationMode="ENABLED_WITH_OVERRIDES") == (
        "ValidationException", "Value 'ENABLED_WITH_OVERRIDES' at 'GlobalTableSettingsReplicationMode' failed to "
                               "satisfy constraint: Only ENABLED and DISABLED settings replication are supported for a "
                               "Regional Table.")


def test_warm_throughput_is_raised_beside_the_table(own):
    """The table stays ACTIVE; the answer shows what it could take before, being raised."""
    own.create("data")
    answer = own.db.update_table(TableName="data", WarmThroughput={"ReadUnitsPerSecond": 13000})["TableDescription"]
    assert answer["TableStatus"] == "ACTIVE"
    assert answer["WarmThroughput"] == {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "UPDATING"}
    assert own.db.describe_table(TableName="data")["Table"]["WarmThroughput"] == {
        "ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
