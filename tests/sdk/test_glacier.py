"""Glacier as boto3 (client and resource) and the aws CLI see it; hours pass on the account's own clock."""

import csv
import hashlib
import http.client
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.utils import calculate_tree_hash

from refusals import code_message_and_status as refusal

MEBIBYTE = 1024 * 1024
LOCK_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{
        "Sid": "keep-for-a-year", "Principal": "*", "Effect": "Deny", "Action": "glacier:DeleteArchive",
        "Condition": {"NumericLessThan": {"glacier:ArchiveAgeInDays": "365"}},
    }],
}


def tree_hash(body):
    return calculate_tree_hash(io.BytesIO(body))


def pattern(size, salt=0):
    """Bytes that differ from MiB to MiB."""
    block = bytes((i * 7 + salt) % 251 for i in range(65_521))
    return (block * (size // len(block) + 1))[:size]


@pytest.fixture
def glacier(client, account, admin):
    """The account's clock stands still but for `advance`: a slow machine changes no outcome."""
    admin.freeze(account)
    return client("glacier", access_key=account)


@pytest.fixture
def vault(glacier, unique):
    name = unique("vault")
    glacier.create_vault(vaultName=name)
    return name


@pytest.fixture
def retrieve(glacier, vault):
    def start(archive, tier="Expedited", **parameters):
        return glacier.initiate_job(vaultName=vault, jobParameters={
            "Type": "archive-retrieval", "ArchiveId": archive, "Tier": tier, **parameters})["jobId"]

    return start


@pytest.fixture
def inventory(glacier, vault, advance):
    def run(**parameters):
        job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval", **parameters})["jobId"]
        advance("5h")
        return glacier.get_job_output(vaultName=vault, jobId=job)

    return run


def test_vault_is_created_described_listed_and_deleted(glacier, account, unique):
    """The first thing every script does, with the explicit account and with "-"."""
    name = unique("vault")
    made = glacier.create_vault(accountId=account, vaultName=name)
    assert made["location"] == f"/{account}/vaults/{name}" and made["ResponseMetadata"]["HTTPStatusCode"] == 201
    glacier.create_vault(vaultName=name)
    shown = glacier.describe_vault(vaultName=name)
    assert shown["VaultARN"] == f"arn:aws:glacier:us-east-1:{account}:vaults/{name}"
    assert shown["NumberOfArchives"] == 0 and shown["SizeInBytes"] == 0 and "LastInventoryDate" not in shown
    assert [each["VaultName"] for each in glacier.list_vaults()["VaultList"]] == [name]
    glacier.delete_vault(vaultName=name)
    arn = shown["VaultARN"]
    missing = ("ResourceNotFoundException", f"Vault not found for ARN: {arn}", 404)
    assert refusal(glacier.describe_vault, vaultName=name) == missing
    assert refusal(glacier.describe_vault, vaultName=name, accountId="111122223333")[0] == "AccessDeniedException"
    assert refusal(glacier.create_vault, vaultName="a b")[0] == "InvalidParameterValueException"


def test_vaults_are_paged(glacier, unique):
    """boto3's paginator follows the markers."""
    names = sorted(unique("vault") for _ in range(23))
    for name in names:
        glacier.create_vault(vaultName=name)
    pages = list(glacier.get_paginator("list_vaults").paginate(PaginationConfig={"PageSize": 7}))
    assert [len(page["VaultList"]) for page in pages] == [7, 7, 7, 2]
    assert [each["VaultName"] for page in pages for each in page["VaultList"]] == names


def test_archive_comes_back_after_hours(glacier, vault, retrieve, advance, account):
    """Upload, wait for a Standard retrieval, download; a day later the output is gone."""
    body = pattern(300_000)
    made = glacier.upload_archive(vaultName=vault, archiveDescription="a survey", body=body)
    assert made["checksum"] == tree_hash(body) and len(made["archiveId"]) == 138
    assert made["location"] == f"/{account}/vaults/{vault}/archives/{made['archiveId']}"
    job = retrieve(made["archiveId"], "Standard", Description="wanted")
    shown = glacier.describe_job(vaultName=vault, jobId=job)
    assert shown["StatusCode"] == "InProgress" and not shown["Completed"] and shown["JobDescription"] == "wanted"
    assert refusal(glacier.get_job_output, vaultName=vault, jobId=job)[0] == "InvalidParameterValueException"
    advance("2h59m")
    assert not glacier.describe_job(vaultName=vault, jobId=job)["Completed"]
    advance("2h1m")
    done = glacier.describe_job(vaultName=vault, jobId=job)
    assert done["StatusCode"] == "Succeeded" and done["SHA256TreeHash"] == made["checksum"]
    assert done["ArchiveSizeInBytes"] == len(body) and done["RetrievalByteRange"] == f"0-{len(body) - 1}"
    output = glacier.get_job_output(vaultName=vault, jobId=job)
    assert output["status"] == 200 and output["contentType"] == "application/octet-stream"
    assert output["checksum"] == made["checksum"] and output["archiveDescription"] == "a survey"
    assert output["body"].read() == body
    advance("1d")
    assert refusal(glacier.describe_job, vaultName=vault, jobId=job)[:2] == (
        "ResourceNotFoundException", f"The job ID was not found: {job}")


@pytest.mark.parametrize("tier, shortest, longest", [
    ("Expedited", "59s", "4m1s"), ("Standard", "2h59m", "2h1m"), ("Bulk", "4h59m", "7h1m")])
def test_tiers_take_their_documented_time(glacier, vault, retrieve, advance, tier, shortest, longest):
    """Not before the lower bound, and done at the upper one."""
    archive = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    job = retrieve(archive, tier)
    advance(shortest)
    assert not glacier.describe_job(vaultName=vault, jobId=job)["Completed"]
    advance(longest)
    assert glacier.describe_job(vaultName=vault, jobId=job)["Completed"]


def test_uploads_are_checked(glacier, vault):
    """A body that is not what its hashes say is not kept, and the refusal names both."""
    wrong = hashlib.sha256(b"other").hexdigest()
    code, message, status = refusal(glacier.upload_archive, vaultName=vault, body=b"body", checksum=wrong)
    assert (code, status) == ("InvalidParameterValueException", 400)
    assert message == f"Checksum mismatch: expected {wrong}, computed {tree_hash(b'body')}"
    assert refusal(glacier.upload_archive, vaultName=vault, body=b"")[0] == "InvalidParameterValueException"
    long = "x" * 1025
    assert refusal(glacier.upload_archive, vaultName=vault, body=b"x", archiveDescription=long)[2] == 400
    glacier.upload_archive(vaultName=vault, body=b"x", archiveDescription="x" * 1024)
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 1


def test_equal_bodies_are_two_archives(glacier, vault, retrieve, advance):
    """Deleting one of them leaves the other, and deleting again is no error."""
    first, second = (glacier.upload_archive(vaultName=vault, body=b"same")["archiveId"] for _ in range(2))
    assert first != second
    for _ in range(2):
        glacier.delete_archive(vaultName=vault, archiveId=first)
    assert refusal(retrieve, archive=first)[:2] == (
        "ResourceNotFoundException", f"The archive ID was not found: {first}")
    job = retrieve(second)
    advance("5m")
    assert glacier.get_job_output(vaultName=vault, jobId=job)["body"].read() == b"same"


def test_multipart_archive_is_fetched_in_ranges(glacier, vault, retrieve, advance):
    """Tree hashes of parts, whole and ranges are those that botocore computes."""
    body = pattern(5 * MEBIBYTE + 12_345)
    upload = glacier.initiate_multipart_upload(vaultName=vault, archiveDescription="big", partSize=str(2 * MEBIBYTE))
    upload_id = upload["uploadId"]
    for start in range(0, len(body), 2 * MEBIBYTE):
        part = body[start:start + 2 * MEBIBYTE]
        sent = glacier.upload_multipart_part(vaultName=vault, uploadId=upload_id, body=part,
                                             range=f"bytes {start}-{start + len(part) - 1}/*")
        assert sent["checksum"] == tree_hash(part)
    parts = glacier.list_parts(vaultName=vault, uploadId=upload_id)
    assert parts["PartSizeInBytes"] == 2 * MEBIBYTE and len(parts["Parts"]) == 3
    assert parts["Parts"][1] == {"RangeInBytes": f"{2 * MEBIBYTE}-{4 * MEBIBYTE - 1}",
                                 "SHA256TreeHash": tree_hash(body[2 * MEBIBYTE:4 * MEBIBYTE])}
    assert [each["MultipartUploadId"] for each in glacier.list_multipart_uploads(vaultName=vault)["UploadsList"]] == [
        upload_id]
    made = glacier.complete_multipart_upload(vaultName=vault, uploadId=upload_id, archiveSize=str(len(body)),
                                             checksum=tree_hash(body))
    assert made["checksum"] == tree_hash(body)
    assert refusal(glacier.list_parts, vaultName=vault, uploadId=upload_id)[0] == "ResourceNotFoundException"
    job = retrieve(made["archiveId"])
    advance("5m")
    output = glacier.get_job_output(vaultName=vault, jobId=job, range=f"bytes={4 * MEBIBYTE}-{len(body) - 1}")
    assert output["status"] == 206
    assert output["contentRange"] == f"bytes {4 * MEBIBYTE}-{len(body) - 1}/{len(body)}"
    assert output["checksum"] == tree_hash(body[4 * MEBIBYTE:])
    assert output["body"].read() == body[4 * MEBIBYTE:]
    output = glacier.get_job_output(vaultName=vault, jobId=job, range="bytes=10-5000000")
    assert "checksum" not in output and output["body"].read() == body[10:5_000_001]


def test_part_of_an_archive_is_retrieved(glacier, vault, retrieve, advance):
    """RetrievalByteRange is aligned to MiB; the part has a tree hash where it is a node of the tree."""
    body = pattern(4 * MEBIBYTE)
    archive = glacier.upload_archive(vaultName=vault, body=body)["archiveId"]
    assert refusal(retrieve, archive=archive, RetrievalByteRange="1-1048575")[0] == "InvalidParameterValueException"
    job = retrieve(archive, RetrievalByteRange="2097152-4194303")
    advance("5m")
    shown = glacier.describe_job(vaultName=vault, jobId=job)
    assert shown["SHA256TreeHash"] == tree_hash(body[2 * MEBIBYTE:])
    assert shown["ArchiveSHA256TreeHash"] == tree_hash(body)
    assert glacier.get_job_output(vaultName=vault, jobId=job)["body"].read() == body[2 * MEBIBYTE:]


def test_multipart_uploads_are_checked_and_aborted(glacier, vault):
    """Wrong part sizes and places are refused; an aborted upload takes no more parts."""
    code, message, _ = refusal(glacier.initiate_multipart_upload, vaultName=vault, partSize="1000000")
    assert code == "InvalidParameterValueException" and "must be a power of two" in message
    upload = glacier.initiate_multipart_upload(vaultName=vault, partSize=str(MEBIBYTE))["uploadId"]
    part = {"vaultName": vault, "uploadId": upload, "body": b"x", "range": "bytes 7-7/*"}
    assert refusal(glacier.upload_multipart_part, **part)[0] == "InvalidParameterValueException"
    glacier.abort_multipart_upload(vaultName=vault, uploadId=upload)
    assert refusal(glacier.upload_multipart_part, **part)[0] == "ResourceNotFoundException"


def test_notification_carries_the_whole_description(glacier, client, account, vault, retrieve, advance, unique):
    """Job topic and vault topic are told, with the description that DescribeJob gives."""
    sns, sqs = client("sns", access_key=account), client("sqs", access_key=account)
    topic = sns.create_topic(Name=unique("done"))["TopicArn"]
    queue = sqs.create_queue(QueueName=unique("done"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    archive = glacier.upload_archive(vaultName=vault, body=b"hello")["archiveId"]
    jobs = {retrieve(archive, SNSTopic=topic)}
    glacier.set_vault_notifications(vaultName=vault, vaultNotificationConfig={
        "SNSTopic": topic, "Events": ["ArchiveRetrievalCompleted"]})
    assert glacier.get_vault_notifications(vaultName=vault)["vaultNotificationConfig"]["SNSTopic"] == topic
    jobs.add(retrieve(archive))
    advance("5m")
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    told = [json.loads(json.loads(message["Body"])["Message"]) for message in received]
    assert {each["JobId"] for each in told} == jobs
    for each in told:
        shown = glacier.describe_job(vaultName=vault, jobId=each["JobId"])
        del shown["ResponseMetadata"]
        assert {name: value for name, value in each.items() if value is not None} == shown
        assert each["InventorySizeInBytes"] is None
    glacier.delete_vault_notifications(vaultName=vault)
    assert refusal(glacier.get_vault_notifications, vaultName=vault)[0] == "ResourceNotFoundException"


def test_inventory_is_a_day_old(glacier, vault, advance, inventory):
    """Two archives of yesterday are in it, that of today is not; both forms say the same."""
    old = []
    for n in (1, 2):
        uploaded = glacier.upload_archive(vaultName=vault, body=b"x" * n, archiveDescription=f'no "{n}"')
        old.append(uploaded["archiveId"])
        advance("1s")  # Archives of one instant have no order.
    assert json.loads(inventory()["body"].read())["ArchiveList"] == []
    advance("1d")
    glacier.upload_archive(vaultName=vault, body=b"today")
    output = inventory(Format="JSON")
    assert output["contentType"] == "application/json"
    document = json.loads(output["body"].read())
    assert document["VaultARN"] == glacier.describe_vault(vaultName=vault)["VaultARN"]
    assert [each["ArchiveId"] for each in document["ArchiveList"]] == old
    assert document["ArchiveList"][1]["SHA256TreeHash"] == tree_hash(b"xx")
    output = inventory(Format="CSV")
    assert output["contentType"] == "text/csv"
    rows = list(csv.reader(io.StringIO(output["body"].read().decode()), escapechar="\\", doublequote=False))
    assert rows[0] == ["ArchiveId", "ArchiveDescription", "CreationDate", "Size", "SHA256TreeHash"]
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [(old[0], 'no "1"', "1"), (old[1], 'no "2"', "2")]
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 3


def test_vault_goes_after_an_inventory_saw_it_empty(glacier, vault, advance):
    """As on AWS, the last archive's deletion is not enough."""
    archive = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
    refused = ("InvalidParameterValueException", f"Vault not empty or recently written to: {arn}", 400)
    assert refusal(glacier.delete_vault, vaultName=vault) == refused
    glacier.delete_archive(vaultName=vault, archiveId=archive)
    assert refusal(glacier.delete_vault, vaultName=vault) == refused
    advance("1d")
    assert glacier.describe_vault(vaultName=vault)["LastInventoryDate"]
    glacier.delete_vault(vaultName=vault)


def test_expedited_falls_back_to_standard(glacier, vault, retrieve, admin, account):
    """The fallback that clients have to have, and how capacity of one's own avoids it."""
    archive = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    admin.post("/_cumulite/glacier/expedited-capacity", capacity=0, account=account)
    assert refusal(retrieve, archive=archive)[::2] == ("InsufficientCapacityException", 400)
    retrieve(archive, "Standard")
    capacity = glacier.purchase_provisioned_capacity()["capacityId"]
    units = glacier.list_provisioned_capacity()["ProvisionedCapacityList"]
    assert [unit["CapacityId"] for unit in units] == [capacity]
    retrieve(archive)


def test_retrieval_policy_is_enforced(glacier, vault, retrieve, advance):
    """A budget per hour refuses what exceeds it."""
    archive = glacier.upload_archive(vaultName=vault, body=b"0123456789")["archiveId"]
    policy = {"Rules": [{"Strategy": "BytesPerHour", "BytesPerHour": 15}]}
    glacier.set_data_retrieval_policy(Policy=policy)
    assert glacier.get_data_retrieval_policy()["Policy"] == policy
    retrieve(archive, "Standard")
    assert refusal(retrieve, archive=archive, tier="Standard") == (
        "PolicyEnforcedException", "InitiateJob request denied by current data retrieval policy.", 400)
    advance("1h")
    retrieve(archive, "Standard")


def test_vault_lock_keeps_archives(glacier, vault, advance):
    """Not even the owner deletes an archive of a locked vault before its year is over."""
    archive = glacier.upload_archive(vaultName=vault, body=b"evidence")["archiveId"]
    arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
    statement = {**LOCK_POLICY["Statement"][0], "Resource": arn}
    policy = json.dumps({**LOCK_POLICY, "Statement": [statement]})
    glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": policy})
    glacier.abort_vault_lock(vaultName=vault)
    lock = glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": policy})["lockId"]
    assert glacier.get_vault_lock(vaultName=vault)["State"] == "InProgress"
    glacier.complete_vault_lock(vaultName=vault, lockId=lock)
    shown = glacier.get_vault_lock(vaultName=vault)
    assert shown["State"] == "Locked" and shown["Policy"] == policy
    assert refusal(glacier.delete_archive, vaultName=vault, archiveId=archive)[::2] == ("AccessDeniedException", 403)
    assert refusal(glacier.abort_vault_lock, vaultName=vault)[0] == "AccessDeniedException"
    advance("366d")
    glacier.delete_archive(vaultName=vault, archiveId=archive)


def test_access_policy_and_tags_are_kept(glacier, vault):
    """What Terraform writes and reads back."""
    arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": ["glacier:UploadArchive"],
        "Resource": [arn]}]})
    assert refusal(glacier.get_vault_access_policy, vaultName=vault)[0] == "ResourceNotFoundException"
    glacier.set_vault_access_policy(vaultName=vault, policy={"Policy": policy})
    assert glacier.get_vault_access_policy(vaultName=vault)["policy"]["Policy"] == policy
    glacier.delete_vault_access_policy(vaultName=vault)
    glacier.add_tags_to_vault(vaultName=vault, Tags={"a": "1", "b": "2"})
    glacier.remove_tags_from_vault(vaultName=vault, TagKeys=["a"])
    assert glacier.list_tags_for_vault(vaultName=vault)["Tags"] == {"b": "2"}
    many = {f"k{n}": "v" for n in range(10)}
    assert refusal(glacier.add_tags_to_vault, vaultName=vault, Tags=many)[0] == "LimitExceededException"


def test_other_accounts_are_let_in_by_the_access_policy(glacier, client, vault, account, advance):
    """An Allow of the vault's policy lets another account do what it names, and no more."""
    other_account = account[::-1].replace("0", "9")
    other = client("glacier", access_key=other_account)
    theirs = {"accountId": account, "vaultName": vault}
    arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
    assert refusal(other.upload_archive, **theirs, body=b"x")[::2] == ("AccessDeniedException", 403)
    glacier.set_vault_access_policy(vaultName=vault, policy={"Policy": json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{other_account}:root"}, "Resource": arn,
            "Action": ["glacier:UploadArchive", "glacier:InitiateJob", "glacier:DescribeJob", "glacier:GetJobOutput"]}]})})
    made = other.upload_archive(**theirs, body=b"from abroad")
    assert made["location"].startswith(f"/{account}/vaults/{vault}/")
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 1
    job = other.initiate_job(**theirs, jobParameters={"Type": "archive-retrieval", "ArchiveId": made["archiveId"],
                                                      "Tier": "Expedited"})["jobId"]
    advance("5m")
    assert other.get_job_output(**theirs, jobId=job)["body"].read() == b"from abroad"
    for call, more in ((other.delete_archive, {"archiveId": made["archiveId"]}), (other.describe_vault, {}),
                       (other.delete_vault_access_policy, {})):
        assert refusal(call, **theirs, **more)[0] == "AccessDeniedException"
    assert other.list_vaults()["VaultList"] == []
    assert refusal(other.list_vaults, accountId=account)[0] == "AccessDeniedException"
    glacier.delete_vault_access_policy(vaultName=vault)
    assert refusal(other.get_job_output, **theirs, jobId=job)[0] == "AccessDeniedException"


def test_an_archive_of_40_000_gib_is_a_matter_of_arithmetic(glacier, vault):
    """10,000 parts of 4 GiB: the last one's place is taken, the one behind it is not."""
    size = 4 * 1024 * MEBIBYTE
    upload = glacier.initiate_multipart_upload(vaultName=vault, partSize=str(size))["uploadId"]
    last = 9_999 * size
    glacier.upload_multipart_part(vaultName=vault, uploadId=upload, body=b"x", range=f"bytes {last}-{last}/*")
    behind = 10_000 * size
    assert refusal(glacier.upload_multipart_part, vaultName=vault, uploadId=upload, body=b"x",
                   range=f"bytes {behind}-{behind}/*")[0] == "InvalidParameterValueException"
    shown = glacier.list_parts(vaultName=vault, uploadId=upload)["Parts"]
    assert shown[0]["RangeInBytes"] == f"{last}-{last}"
    assert refusal(glacier.initiate_multipart_upload, vaultName=vault, partSize=str(2 * size))[0] == (
        "InvalidParameterValueException")
    glacier.abort_multipart_upload(vaultName=vault, uploadId=upload)


def test_jobs_are_listed_by_state(glacier, vault, retrieve, advance):
    """Pollers ask for what is done, page by page."""
    archive = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    done = {retrieve(archive) for _ in range(3)}
    advance("5m")
    waiting = retrieve(archive, "Bulk")
    pages = glacier.get_paginator("list_jobs").paginate(vaultName=vault, completed="true",
                                                        PaginationConfig={"PageSize": 2})
    assert {job["JobId"] for page in pages for job in page["JobList"]} == done
    listed = glacier.list_jobs(vaultName=vault, statuscode="InProgress")["JobList"]
    assert [job["JobId"] for job in listed] == [waiting]
    assert refusal(glacier.list_jobs, vaultName=vault, statuscode="finished")[1] == (
        "The job status code is not valid: finished")


def test_select_is_no_longer_supported(glacier, vault):
    """What the service answers since it closed."""
    code, _, status = refusal(glacier.initiate_job, vaultName=vault, jobParameters={"Type": "select"})
    assert (code, status) == ("NoLongerSupportedException", 400)


def test_resource_interface(endpoint, account, unique, advance):
    """boto3's resources wrap the same calls in objects."""
    resource = boto3.resource("glacier", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=account,
                              aws_secret_access_key="test")
    vault = resource.create_vault(vaultName=unique("vault"))
    archive = vault.upload_archive(archiveDescription="by resource", body=b"hello")
    job = archive.initiate_archive_retrieval()
    assert job.status_code == "InProgress"
    advance("5h")
    job.reload()
    assert job.completed and job.get_output()["body"].read() == b"hello"
    assert vault.number_of_archives == 1
    assert [each.id for each in vault.succeeded_jobs.all()] == [job.id]
    archive.delete()


def test_cli(endpoint, account, unique, advance, tmp_path):
    """The aws command, whose uploads carry the hashes too."""
    name = unique("vault")
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(pattern(2 * MEBIBYTE + 1))
    environment = dict(os.environ, AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID=account, AWS_SECRET_ACCESS_KEY="test",
                       AWS_DEFAULT_REGION="us-east-1")

    def aws(*arguments):
        command = [str(Path(sys.executable).parent / "aws"), "glacier", *arguments, "--account-id", "-",
                   "--vault-name", name]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout) if done.stdout.strip() else None

    aws("create-vault")
    made = aws("upload-archive", "--body", str(source))
    assert made["checksum"] == tree_hash(source.read_bytes())
    job = aws("initiate-job", "--job-parameters", json.dumps(
        {"Type": "archive-retrieval", "ArchiveId": made["archiveId"]}))
    advance("5h")
    assert aws("describe-job", "--job-id", job["jobId"])["Completed"]
    aws("get-job-output", "--job-id", job["jobId"], str(target))
    assert target.read_bytes() == source.read_bytes()


def test_version_header_is_required(endpoint, account):
    """A plain HTTP client that leaves it out is told so in Glacier's form of an error."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    scope = f"Credential={account}/20260101/us-east-1/glacier/aws4_request, SignedHeaders=host, Signature=00"
    connection.request("GET", "/-/vaults", headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}",
                                                    "x-amz-date": "20260101T000000Z"})
    answer = connection.getresponse()
    assert answer.status == 400 and json.loads(answer.read()) == {
        "code": "MissingParameterValueException", "message": "Required parameter missing: API version",
        "type": "Client"}
