"""One clock over every service: chains of due actions, waiting calls, workers in parallel."""

import datetime
import json
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest
from conftest import Admin, make_client

LIFECYCLE_MOVES = 128 * 1024  # Smaller objects stay in their class.
DAY_S = 86_400


class Deployment:
    """Clients of one account whose clock stands still but for `advance`."""

    def __init__(self, endpoint, admin, account):
        self.admin, self.account, self.endpoint = admin, account, endpoint
        for name in ("s3", "sqs", "sns", "dynamodb", "glacier"):
            setattr(self, name, make_client(name, endpoint, access_key=account))
        admin.freeze(account)

    def advance(self, duration):
        answer = self.admin.advance(duration, self.account)
        self.admin.settle(self.account)
        return answer

    def now_s(self):
        return self.admin.now_ms(self.account) // 1000

    def queue(self, name, **attributes):
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return url, arn


@pytest.fixture
def world(endpoint, admin, account):
    return Deployment(endpoint, admin, account)


def test_chains_of_400_days_run_in_one_advance(world, unique):
    """Lifecycle, restore expiry, TTL, an archive job with its notification, retries of HTTP: in order, counted."""
    bucket, table, vault = unique("bucket"), unique("table"), unique("vault")
    world.s3.create_bucket(Bucket=bucket)
    world.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "age", "Status": "Enabled", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": 365},
         "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}, {"Days": 120, "StorageClass": "DEEP_ARCHIVE"}]}]})
    world.s3.put_object(Bucket=bucket, Key="old/a", Body=b"a" * LIFECYCLE_MOVES)
    world.s3.put_object(Bucket=bucket, Key="new", Body=b"b")
    world.dynamodb.create_table(TableName=table, BillingMode="PAY_PER_REQUEST",
                                KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                                AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    world.dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    for days in range(10, 400, 30):
        world.dynamodb.put_item(TableName=table, Item={"k": {"S": str(days)},
                                                       "t": {"N": str(world.now_s() + days * DAY_S)}})
    topic = world.sns.create_topic(Name=unique("topic"))["TopicArn"]
    url, arn = world.queue(unique("done"), MessageRetentionPeriod="1209600")
    world.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    world.glacier.create_vault(vaultName=vault)
    archive = world.glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    world.advance("390d")
    job = world.glacier.initiate_job(vaultName=vault, jobParameters={
        "Type": "archive-retrieval", "ArchiveId": archive, "Tier": "Bulk", "SNSTopic": topic})["jobId"]
    began = time.monotonic()
    answer = world.advance("10d")
    assert answer["ran"] >= 12, answer  # Ten nights of lifecycle, the job, its expiry.
    message = world.sqs.receive_message(QueueUrl=url, AttributeNames=["SentTimestamp"])["Messages"][0]
    told = json.loads(json.loads(message["Body"])["Message"])
    assert told["JobId"] == job and told["Completed"]
    # It was sent when the job was done, not when the advance was over.
    sent_s = int(message["Attributes"]["SentTimestamp"]) / 1000
    hours = (sent_s - (world.now_s() - 10 * DAY_S)) / 3600
    assert 5 <= hours <= 12.1
    assert [each["Key"] for each in world.s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["new"]
    assert world.dynamodb.scan(TableName=table)["Items"] == []
    assert time.monotonic() - began < 60


def test_lifecycle_happens_day_by_day(world, unique):
    """An advance over a year leaves the same traces, at the same times, as one of each day."""
    bucket = unique("bucket")
    url, arn = world.queue(unique("events"), MessageRetentionPeriod="1209600")
    world.s3.create_bucket(Bucket=bucket)
    world.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [
        {"QueueArn": arn, "Events": ["s3:LifecycleTransition", "s3:LifecycleExpiration:*"]}]})
    world.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "age", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 10},
         "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}]}]})
    world.admin.settle(world.account)
    world.sqs.purge_queue(QueueUrl=url)
    world.s3.put_object(Bucket=bucket, Key="k", Body=b"x" * LIFECYCLE_MOVES)
    world.advance("13d")
    records = []
    while batch := world.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        records += [record for message in batch for record in json.loads(message["Body"]).get("Records", [])]
        for message in batch:
            world.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    times = {record["eventName"]: record["eventTime"] for record in records}
    assert set(times) == {"LifecycleTransition", "LifecycleExpiration:Delete"}
    assert times["LifecycleTransition"][:10] < times["LifecycleExpiration:Delete"][:10]
    assert all("T00:00:00" in at for at in times.values()), times


def test_redrive_chain_within_one_advance(world, unique):
    """A message that nobody deletes comes back again and again, and reaches the dead-letter queue in its time."""
    dead_url, dead_arn = world.queue(unique("dead"))
    url, _ = world.queue(unique("work"), VisibilityTimeout="30", RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3}))
    world.sqs.send_message(QueueUrl=url, MessageBody="x")
    for _ in range(3):
        assert world.sqs.receive_message(QueueUrl=url)["Messages"]
        assert "Messages" not in world.sqs.receive_message(QueueUrl=url)
        world.advance("31s")
    assert "Messages" not in world.sqs.receive_message(QueueUrl=url)
    world.admin.settle(world.account)
    assert [m["Body"] for m in world.sqs.receive_message(QueueUrl=dead_url)["Messages"]] == ["x"]


def test_long_polls_wake_on_advance(world, unique):
    """A receive that waits 20 s gets a delayed message the moment the clock makes it due."""
    url, _ = world.queue(unique("q"))
    world.sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=600)
    received = []

    def poll():
        began = time.monotonic()
        sqs = make_client("sqs", world.endpoint, access_key=world.account)
        received.append(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages"))
        received.append(time.monotonic() - began)

    waiting = threading.Thread(target=poll)
    waiting.start()
    time.sleep(0.5)
    world.admin.advance("10m", world.account)
    waiting.join()
    assert received[0] and received[0][0]["Body"] == "later"
    assert received[1] < 10


def test_concurrent_advances_follow_one_another(world, unique):
    """Eight at once move the clock by the sum, and every action runs once."""
    url, _ = world.queue(unique("q"))
    bucket = unique("bucket")
    world.s3.create_bucket(Bucket=bucket)
    before = world.admin.now_ms(world.account)
    threads = [threading.Thread(target=lambda: Admin(world.endpoint).advance("10m", world.account)) for _ in range(8)]
    for n in range(8):
        world.sqs.send_message(QueueUrl=url, MessageBody=str(n), DelaySeconds=n * 100)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.admin.now_ms(world.account) == before + 8 * 600_000
    bodies = set()
    while batch := world.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies |= {message["Body"] for message in batch}
    assert bodies == {str(n) for n in range(8)}


def test_clocks_of_accounts_are_apart(endpoint, admin, unique):
    """Parallel workers advance by different spans and see their own due actions only."""
    outcome = {}

    def worker(number):
        account = f"7777{number:08d}"
        world = Deployment(endpoint, admin, account)
        url, _ = world.queue(unique("same"))
        before = admin.now_ms(account)
        for hours in range(1, 6):
            world.sqs.send_message(QueueUrl=url, MessageBody=str(hours), DelaySeconds=900)
            admin.advance(f"{number + 1}h", account)
            message = world.sqs.receive_message(QueueUrl=url)["Messages"][0]
            assert message["Body"] == str(hours)
            world.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        outcome[number] = admin.now_ms(account) - before

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == {n: 5 * (n + 1) * 3_600_000 for n in range(4)}


def test_due_actions_survive_kill_and_restart(start_daemon, tmp_path):
    """A job that was due while the daemon was down, or due in a future that it had reached, is done once."""
    daemon = start_daemon("--data", str(tmp_path))
    admin = Admin(daemon.endpoint)
    glacier = make_client("glacier", daemon.endpoint, access_key="111111111111")
    glacier.create_vault(vaultName="v")
    archive = glacier.upload_archive(vaultName="v", body=b"x")["archiveId"]
    admin.advance("100d")
    job = glacier.initiate_job(vaultName="v", jobParameters={
        "Type": "archive-retrieval", "ArchiveId": archive, "Tier": "Standard"})["jobId"]
    before = admin.now_ms()
    daemon.stop(9)
    daemon = start_daemon("--data", str(tmp_path))
    admin = Admin(daemon.endpoint)
    assert 0 <= admin.now_ms() - before < 60_000
    glacier = make_client("glacier", daemon.endpoint, access_key="111111111111")
    assert not glacier.describe_job(vaultName="v", jobId=job)["Completed"]
    assert admin.advance("5h")["ran"] >= 1
    assert glacier.describe_job(vaultName="v", jobId=job)["Completed"]


def test_settle_says_what_is_pending(world, unique, tmp_path):
    """The answer of a settle that ran out of time names what is left and how much of it."""
    gate = tmp_path / "gate"
    url, arn = world.queue(unique("q"))
    world.admin.call("POST", "/_cumulite/functions", {
        "name": "slow", "account": world.account,
        "command": ["sh", "-c", f"until [ -e {gate} ]; do sleep 0.02; done; echo '{{}}'"]})
    world.admin.call("POST", "/_cumulite/event-sources", {
        "function": "slow", "event_source_arn": arn, "account": world.account, "batch_size": 1})
    for _ in range(3):
        world.sqs.send_message(QueueUrl=url, MessageBody="x")
    status, answer = world.admin.call("POST", "/_cumulite/settle", {"account": world.account, "timeout_ms": 300})
    assert status == 408 and not answer["settled"]
    assert all(part["what"] and part["count"] > 0 for part in answer["pending"]) and answer["pending"]
    gate.write_text("")
    world.admin.settle(world.account)


@pytest.mark.parametrize("frozen", [False, True])
def test_settle_waits_for_open_batching_windows(world, unique, frozen):
    """A window of a clock that runs ends by itself, so its batch is yet to come; of one that stands still it is due later."""
    table = unique("table")
    made = world.dynamodb.create_table(TableName=table, BillingMode="PAY_PER_REQUEST",
                                       KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                                       AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                                       StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    url, arn = world.queue(unique("q"))
    world.admin.call("POST", "/_cumulite/functions", {
        "name": "seen", "account": world.account, "command": ["sh", "-c", "cat > /dev/null; echo '{}'"]})
    for source in (arn, made["TableDescription"]["LatestStreamArn"]):
        status, answer = world.admin.call("POST", "/_cumulite/event-sources", {
            "function": "seen", "event_source_arn": source, "account": world.account, "batch_size": 10,
            "batching_window_seconds": 120, "starting_position": "TRIM_HORIZON"})
        assert status < 300, answer
    if not frozen:
        world.admin.resume(world.account)
    world.sqs.send_message(QueueUrl=url, MessageBody="x")
    world.dynamodb.put_item(TableName=table, Item={"k": {"S": "x"}})
    status, answer = world.admin.call("POST", "/_cumulite/settle", {"account": world.account, "timeout_ms": 1_500})
    if frozen:
        assert (status, answer["pending"]) == (200, [])
    else:
        assert status == 408 and answer["pending"] == [{"what": "open batching windows", "count": 2}]
    world.admin.advance("2m1s", world.account)
    world.admin.settle(world.account)
    counts = world.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_presigned_urls_before_and_after_an_advance(world, unique):
    """With `separate`, a URL signed right after an advance is valid, and one signed right before it has aged."""
    bucket = unique("bucket")
    world.s3.create_bucket(Bucket=bucket)
    world.s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    def status(url):
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def presigned():
        return world.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)

    before = presigned()
    assert status(before) == 200
    world.admin.post("/_cumulite/clock", action="advance", duration="2m", account=world.account, separate=True)
    assert (status(before), status(presigned())) == (403, 200)


@pytest.mark.parametrize("time", ["1999-12-31T23:59:00Z", "2399-01-01T00:00:00Z"])
def test_messages_are_signed_validly_at_any_time(world, unique, time, tmp_path):
    """The certificate of SNS is valid when its messages say that they were sent, and its key signed them."""
    world.admin.post("/_cumulite/clock", action="set", time=time, account=world.account)
    topic = world.sns.create_topic(Name=unique("topic"))["TopicArn"]
    url, arn = world.queue(unique("q"))
    world.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    world.sns.publish(TopicArn=topic, Message="hello")
    world.admin.settle(world.account)
    told = json.loads(world.sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert told["Timestamp"][:16] == time[:16]
    with urllib.request.urlopen(told["SigningCertURL"]) as answer:
        (tmp_path / "certificate").write_bytes(answer.read())
    at_s = datetime.datetime.fromisoformat(told["Timestamp"].replace("Z", "+00:00")).timestamp()
    checked = subprocess.run(["openssl", "verify", "-check_ss_sig", "-attime", str(int(at_s)), "-CAfile", "certificate",
                              "certificate"], cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_clock_by_command(endpoint, run_cli, account, admin):
    """Every action of the API, from a shell."""

    def clock(*words):
        done = run_cli("clock", *words, "--endpoint", endpoint, "--account", account)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert clock("freeze")["frozen"]
    before = clock("get")["now_ms"]
    assert clock("advance", "1d2h")["now_ms"] == before + 93_600_000
    assert clock("set", "2041-02-03T04:05:06Z")["now"].startswith("2041-02-03T04:05:06")
    assert clock("scale", "60")["scale"] == 60
    assert not clock("resume")["frozen"]
    assert clock("advance", "1s", "--separate")["account"] == account
    assert abs(clock("reset")["now_ms"] - admin.now_ms()) < 60_000
    assert run_cli("clock", "advance", "soon", "--endpoint", endpoint).returncode == 2
