"""Snapshots: of everything (on a daemon of one's own) and of one account, by admin API and command line."""

import json
import os
import signal
import threading
import time
import urllib.request

import pytest
from botocore.exceptions import ClientError
from conftest import Admin, make_client

BODY = os.urandom(200_000)


class World:
    """A little of every service in one account, and what it looks like."""

    def __init__(self, endpoint, account):
        self.admin = Admin(endpoint)
        self.account = account
        for name in ("s3", "sqs", "sns", "dynamodb", "glacier"):
            setattr(self, name, make_client(name, endpoint, access_key=account))
        self.bucket, self.queue, self.table, self.vault = (f"{kind}-{account}" for kind in ("b", "q", "t", "v"))

    def build(self):
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_object(Bucket=self.bucket, Key="large", Body=BODY)
        self.s3.put_object(Bucket=self.bucket, Key="small", Body=b"small")
        self.url = self.sqs.create_queue(QueueName=self.queue)["QueueUrl"]
        self.sqs.send_message(QueueUrl=self.url, MessageBody="first")
        self.sqs.send_message(QueueUrl=self.url, MessageBody="later", DelaySeconds=600)
        self.topic = self.sns.create_topic(Name=self.queue)["TopicArn"]
        self.sns.subscribe(TopicArn=self.topic, Protocol="email", Endpoint="a@example.com")
        self.dynamodb.create_table(TableName=self.table, BillingMode="PAY_PER_REQUEST",
                                   KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                                   AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
        self.dynamodb.put_item(TableName=self.table, Item={"k": {"S": "one"}})
        self.glacier.create_vault(vaultName=self.vault)
        self.archive = self.glacier.upload_archive(vaultName=self.vault, body=BODY)["archiveId"]
        self.job = self.glacier.initiate_job(vaultName=self.vault, jobParameters={
            "Type": "archive-retrieval", "ArchiveId": self.archive, "Tier": "Expedited"})["jobId"]
        return self

    def change(self):
        """Something of every kind goes, comes, or becomes another."""
        self.s3.put_object(Bucket=self.bucket, Key="large", Body=b"other")
        self.s3.delete_object(Bucket=self.bucket, Key="small")
        self.s3.put_object(Bucket=self.bucket, Key="new", Body=BODY + b"x")
        self.sqs.purge_queue(QueueUrl=self.url)
        self.sqs.create_queue(QueueName=self.queue + "-new")
        self.sns.delete_topic(TopicArn=self.topic)
        self.dynamodb.delete_item(TableName=self.table, Key={"k": {"S": "one"}})
        self.dynamodb.put_item(TableName=self.table, Item={"k": {"S": "two"}})
        self.glacier.delete_archive(vaultName=self.vault, archiveId=self.archive)

    def looks(self):
        """As `build` left it; asked again it answers the same."""
        keys = self.s3.list_objects_v2(Bucket=self.bucket)["Contents"]
        bodies = {each["Key"]: self.s3.get_object(Bucket=self.bucket, Key=each["Key"])["Body"].read() for each in keys}
        counts = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return {
            "bodies": bodies,
            "queues": [url.rsplit("/", 1)[1] for url in self.sqs.list_queues().get("QueueUrls", [])],
            "messages": (counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesDelayed"]),
            "topics": len(self.sns.list_topics()["Topics"]),
            "subscriptions": len(self.sns.list_subscriptions()["Subscriptions"]),
            "items": self.dynamodb.scan(TableName=self.table)["Items"],
            "archives": self.glacier.describe_vault(vaultName=self.vault)["NumberOfArchives"],
        }


EXPECTED = {"bodies": {"large": BODY, "small": b"small"}, "messages": ("1", "1"), "topics": 1, "subscriptions": 1,
            "items": [{"k": {"S": "one"}}], "archives": 1}


def expected(world):
    return {**EXPECTED, "queues": [world.queue]}


def save(admin, name, **more):
    status, answer = admin.call("POST", "/_cumulite/snapshots", {"name": name, **more})
    assert status == 201, answer
    return answer


def restore(admin, name):
    return admin.post(f"/_cumulite/snapshots/{name}/restore")


def still_works(world):
    """Everything goes on from there: messages are received, the delayed one in its time, and the job completes."""
    received = world.sqs.receive_message(QueueUrl=world.url)["Messages"]
    assert [message["Body"] for message in received] == ["first"]
    world.sqs.delete_message(QueueUrl=world.url, ReceiptHandle=received[0]["ReceiptHandle"])
    world.admin.advance("601s", world.account)
    world.admin.settle(world.account)
    received = world.sqs.receive_message(QueueUrl=world.url)["Messages"]
    assert [message["Body"] for message in received] == ["later"]
    assert world.glacier.get_job_output(vaultName=world.vault, jobId=world.job)["body"].read() == BODY
    world.s3.put_object(Bucket=world.bucket, Key="more", Body=BODY)
    assert world.s3.get_object(Bucket=world.bucket, Key="more")["Body"].read() == BODY


def test_account_comes_back_and_others_stay(endpoint, admin, account, unique):
    """A test's own account is taken back, twice, with its clock; a neighbour sees nothing of it."""
    admin.freeze(account)
    world = World(endpoint, account).build()
    neighbour = World(endpoint, str(int(account) ^ 1).rjust(12, "1")).build()
    name = unique("snap")
    made = save(admin, name, account=account)
    assert made["account"] == account and made["size_bytes"] > 2 * len(BODY)
    before_ms = admin.now_ms(account)
    for _ in range(2):
        world.change()
        admin.advance("10d", account)
        assert world.looks() != expected(world)
        restore(admin, name)
        assert world.looks() == expected(world)
        assert admin.now_ms(account) == before_ms
    still_works(world)
    assert neighbour.looks() == expected(neighbour)
    admin.call("DELETE", f"/_cumulite/snapshots/{name}")
    assert restore_refused(admin, name) == (404, "NoSuchSnapshot")


def test_restore_of_a_table_that_is_to_do_goes_with_the_account(endpoint, admin, account, unique):
    """What a table is to be filled with is part of the account, whenever the snapshot is taken while that is done."""
    dynamodb = make_client("dynamodb", endpoint, access_key=account)
    table = unique("table")
    dynamodb.create_table(TableName=table, BillingMode="PAY_PER_REQUEST",
                          KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    for start in range(0, 1_000, 25):
        dynamodb.batch_write_item(RequestItems={table: [
            {"PutRequest": {"Item": {"k": {"S": str(start + n)}, "v": {"S": "x" * 2_000}}}} for n in range(25)]})
    backup = dynamodb.create_backup(TableName=table, BackupName="all")["BackupDetails"]["BackupArn"]
    for attempt in range(4):
        copy, name = f"{table}-{attempt}", unique("snap")
        dynamodb.restore_table_from_backup(TargetTableName=copy, BackupArn=backup)
        save(admin, name, account=account)
        admin.settle(account)
        dynamodb.delete_table(TableName=copy)
        restore(admin, name)
        admin.settle(account)
        assert dynamodb.describe_table(TableName=copy)["Table"]["TableStatus"] == "ACTIVE"
        pages = dynamodb.get_paginator("scan").paginate(TableName=copy, Select="COUNT")
        assert sum(page["Count"] for page in pages) == 1_000
        admin.call("DELETE", f"/_cumulite/snapshots/{name}")


def test_work_in_progress_goes_with_the_account(endpoint, admin, account, unique):
    """Restores, uploads, outputs and locks are taken back as they were, and end in their time from there."""
    admin.freeze(account)
    world = World(endpoint, account).build()
    s3, glacier, bucket, vault = world.s3, world.glacier, world.bucket, world.vault
    s3.put_object(Bucket=bucket, Key="cold", Body=BODY, StorageClass="GLACIER")
    s3.restore_object(Bucket=bucket, Key="cold", RestoreRequest={"Days": 1, "Tier": "Standard"})
    s3_upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    etag = s3.upload_part(Bucket=bucket, Key="parts", UploadId=s3_upload, PartNumber=1, Body=BODY)["ETag"]
    upload = glacier.initiate_multipart_upload(vaultName=vault, partSize="1048576")["uploadId"]
    checksum = glacier.upload_multipart_part(vaultName=vault, uploadId=upload, body=BODY,
                                             range=f"bytes 0-{len(BODY) - 1}/*")["checksum"]
    lock = glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": json.dumps({"Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "glacier:DeleteArchive",
        "Resource": glacier.describe_vault(vaultName=vault)["VaultARN"]}]})})["lockId"]
    admin.advance("5m", account)
    name = unique("snap")
    save(admin, name, account=account)
    for _ in range(2):
        admin.advance("3d", account)
        admin.settle(account)
        with pytest.raises(ClientError):
            glacier.describe_job(vaultName=vault, jobId=world.job)
        with pytest.raises(ClientError):
            glacier.get_vault_lock(vaultName=vault)
        restore(admin, name)
        assert s3.head_object(Bucket=bucket, Key="cold")["Restore"] == 'ongoing-request="true"'
        assert glacier.get_job_output(vaultName=vault, jobId=world.job)["body"].read() == BODY
        admin.advance("5h", account)
        assert s3.get_object(Bucket=bucket, Key="cold")["Body"].read() == BODY
        assert glacier.get_vault_lock(vaultName=vault)["State"] == "InProgress"
        glacier.complete_vault_lock(vaultName=vault, lockId=lock)
        glacier.complete_multipart_upload(vaultName=vault, uploadId=upload, archiveSize=str(len(BODY)), checksum=checksum)
        s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=s3_upload, MultipartUpload={
            "Parts": [{"PartNumber": 1, "ETag": etag}]})
        assert s3.get_object(Bucket=bucket, Key="parts")["Body"].read() == BODY
        # What was completed is none of the saved state: the next turn finds it in progress again.
        restore(admin, name)
    admin.call("DELETE", f"/_cumulite/snapshots/{name}")


def restore_refused(admin, name):
    status, answer = admin.call("POST", f"/_cumulite/snapshots/{name}/restore")
    return status, answer["code"]


@pytest.mark.parametrize("keep", [False, True])
def test_whole_state_comes_back(start_daemon, tmp_path, keep):
    """All accounts at once, common clock included; and what was restored survives kill -9."""
    arguments = ("--data", str(tmp_path)) if keep else ()
    daemon = start_daemon(*arguments)
    admin = Admin(daemon.endpoint)
    worlds = [World(daemon.endpoint, account).build() for account in ("111111111111", "222222222222")]
    save(admin, "start")
    admin.advance("30d")
    for world in worlds:
        world.change()
    restored = restore(admin, "start")
    assert restored["took_ms"] < 5_000
    now_ms = admin.call("GET", "/_cumulite/clock")[1]
    assert now_ms["offset_ms"] == 0
    for world in worlds:
        assert world.looks() == expected(world)
    if keep:
        daemon.stop(signal.SIGKILL)
        daemon = start_daemon(*arguments)
        again = World(daemon.endpoint, "111111111111")
        again.__dict__.update({k: v for k, v in worlds[0].__dict__.items() if k in ("topic", "archive", "job")})
        again.url = again.sqs.get_queue_url(QueueName=again.queue)["QueueUrl"]
        assert again.looks() == expected(again)
        still_works(again)
    else:
        still_works(worlds[0])


def test_reset_and_restore_with_messages_in_flight(start_daemon):
    """A reset drops everything, a restore brings it back: what a suite does between its tests."""
    daemon = start_daemon()
    admin, world = Admin(daemon.endpoint), World(daemon.endpoint, "111111111111").build()
    save(admin, "base")
    for _ in range(3):
        admin.reset()
        with pytest.raises(ClientError):
            world.looks()
        restore(admin, "base")
        assert world.looks() == expected(world)


def test_restore_while_requests_run(start_daemon):
    """Writers meet no error but that a queue or key is not what they thought, and the state is whole."""
    daemon = start_daemon()
    admin = Admin(daemon.endpoint)
    world = World(daemon.endpoint, "111111111111").build()
    save(admin, "base")
    stop, unexpected = threading.Event(), []

    def work(number):
        s3 = make_client("s3", daemon.endpoint, access_key="111111111111")
        sqs = make_client("sqs", daemon.endpoint, access_key="111111111111")
        n = 0
        while not stop.is_set():
            n += 1
            try:
                s3.put_object(Bucket=world.bucket, Key=f"{number}-{n}", Body=BODY if n % 3 else b"x")
                sqs.send_message(QueueUrl=world.url, MessageBody=str(n))
                for message in sqs.receive_message(QueueUrl=world.url, MaxNumberOfMessages=2).get("Messages", []):
                    sqs.delete_message(QueueUrl=world.url, ReceiptHandle=message["ReceiptHandle"])
                s3.delete_object(Bucket=world.bucket, Key=f"{number}-{n}")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
                unexpected.append(repr(error))

    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    took = []
    for _ in range(15):
        time.sleep(0.05)
        took.append(restore(admin, "base")["took_ms"])
    stop.set()
    for worker in workers:
        worker.join()
    assert not unexpected, unexpected[:3]
    restore(admin, "base")
    assert world.looks() == expected(world)
    print(f"restores under load took {sorted(took)} ms")


def test_kill_while_restoring(start_daemon, tmp_path):
    """Whenever the daemon is killed, it starts with one of the two states, never with a mixture."""
    daemon = start_daemon("--data", str(tmp_path))
    world = World(daemon.endpoint, "111111111111").build()
    save(world.admin, "whole")
    save(world.admin, "account", account=world.account)
    outcomes = set()
    for delay_ms in (0, 1, 2, 4, 8, 12, 16, 24, 32, 60):
        name = "whole" if delay_ms % 3 else "account"
        world = World(daemon.endpoint, "111111111111")
        world.url = world.sqs.get_queue_url(QueueName=world.queue)["QueueUrl"]
        world.s3.put_object(Bucket=world.bucket, Key="large", Body=b"other")
        world.s3.put_object(Bucket=world.bucket, Key="new", Body=BODY + b"x")
        call = threading.Thread(target=lambda: quiet(restore, Admin(daemon.endpoint), name))
        call.start()
        time.sleep(delay_ms / 1000)
        daemon.stop(signal.SIGKILL)
        call.join()
        daemon = start_daemon("--data", str(tmp_path))
        s3 = make_client("s3", daemon.endpoint, access_key="111111111111")
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=world.bucket)["Contents"]]
        bodies = {key: s3.get_object(Bucket=world.bucket, Key=key)["Body"].read() for key in keys}
        present = {"large": b"other", "small": b"small", "new": BODY + b"x"}
        assert bodies in (present, EXPECTED["bodies"]), bodies.keys()
        outcomes.add(len(bodies))
        assert Admin(daemon.endpoint).call("GET", "/_cumulite/snapshots")[1]["snapshots"][0]["name"] == "account"


def quiet(call, *arguments):
    try:
        call(*arguments)
    except Exception:  # noqa: BLE001 - the daemon is killed meanwhile
        pass


def test_names_are_no_paths_and_calls_are_checked(admin, unique):
    """Nothing outside of the snapshots' folder can be named, and the refusals say what may be."""
    for name in ("../x", "..", ".hidden", "a/b", "", "x" * 129, "a b", "%2e%2e", "\u00e4"):
        status, answer = admin.call("POST", "/_cumulite/snapshots", {"name": name})
        assert (status, answer["code"]) == (400, "InvalidName"), name
    for path in ("..%2f..%2frows", "%2e%2e", ".new-x"):
        status, _ = admin.call("POST", f"/_cumulite/snapshots/{path}/restore")
        assert status in (400, 404), path
    assert admin.call("POST", "/_cumulite/snapshots", {"name": 7})[0] == 400
    assert admin.call("POST", "/_cumulite/snapshots", {})[0] == 400
    assert admin.call("PUT", "/_cumulite/snapshots")[0] == 405
    name = unique("twice")
    save(admin, name, account="999999999999")
    assert admin.call("POST", "/_cumulite/snapshots", {"name": name})[1]["code"] == "SnapshotExists"
    save(admin, name, account="999999999999", replace=True)
    assert admin.call("DELETE", f"/_cumulite/snapshots/{name}")[0] == 204
    assert admin.call("DELETE", f"/_cumulite/snapshots/{name}")[0] == 404


def test_export_and_import_by_command(start_daemon, run_cli, tmp_path):
    """A snapshot travels as a tar archive to another daemon, of everything and of one account."""
    first, second = start_daemon(), start_daemon()

    def cumulite(daemon, *arguments):
        done = run_cli("snapshot", *arguments, "--endpoint", daemon.endpoint)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    world = World(first.endpoint, "111111111111").build()
    for n in range(30):
        world.s3.put_object(Bucket=world.bucket, Key=f"many/{n}", Body=os.urandom(400_000))
    looks = world.looks()
    cumulite(first, "save", "all")
    cumulite(first, "save", "mine", "--account", world.account)
    # Ids of the second daemon meet those of the first.
    World(second.endpoint, "333333333333").build()
    for name in ("mine", "all"):
        archive = tmp_path / f"{name}.tar"
        cumulite(first, "export", name, str(archive))
        assert archive.stat().st_size > 12_000_000
        cumulite(second, "import", name, str(archive))
        cumulite(second, "restore", name)
        there = World(second.endpoint, world.account)
        there.url = there.sqs.get_queue_url(QueueName=there.queue)["QueueUrl"]
        assert there.looks() == looks
        if name == "mine":
            other = World(second.endpoint, "333333333333")
            other.url = other.sqs.get_queue_url(QueueName=other.queue)["QueueUrl"]
            assert other.looks() == expected(other)
    assert [each["name"] for each in cumulite(second, "list")["snapshots"]] == ["all", "mine"]
    cumulite(second, "delete", "mine")
    assert run_cli("snapshot", "restore", "mine", "--endpoint", second.endpoint).returncode == 1


def test_damaged_archives_are_refused(endpoint, admin, unique, tmp_path, account):
    """What is cut off, changed, or leads out of the folder never becomes a snapshot."""
    import io
    import tarfile

    name = unique("snap")
    world = World(endpoint, account).build()
    save(admin, name, account=account)
    with urllib.request.urlopen(f"{endpoint}/_cumulite/snapshots/{name}/export") as answer:
        good = answer.read()
    assert sorted(tarfile.open(fileobj=io.BytesIO(good)).getnames())[-1] == "snapshot.json"

    def send(archive):
        request = urllib.request.Request(f"{endpoint}/_cumulite/snapshots/{name}-2/import", data=archive, method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())["code"]

    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../../evil"), io.BytesIO())
    link = io.BytesIO()
    with tarfile.open(fileobj=link, mode="w") as archive:
        info = tarfile.TarInfo("rows")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    at = good.index(b"cumulite account 1\n") + 19  # How long the first row is.
    cut_row = good[:at] + b"\xff\xff\xff\xff" + good[at + 4:]
    for bad in (b"", b"junk" * 1000, good[:-1024 - 512], good[:70_000], evil.getvalue(), link.getvalue(), cut_row):
        assert send(bad) == (400, "InvalidSnapshot")
    assert send(good) == 201
    restore(admin, f"{name}-2")
    assert world.looks() == expected(world)
