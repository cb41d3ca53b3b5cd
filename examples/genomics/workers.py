"""The background workers of the annotation service: one message of a queue at a time, event on stdin.

    annotate   a job request        -> PENDING becomes RUNNING, the results go to S3, COMPLETED
    notify     results are there    -> an e-mail to the user, from the sender that the settings name
    archive    five minutes later   -> a free user's results go to the archive, and from S3
    restore    a user subscribed    -> retrieval of all his archives: Expedited, else Standard
    thaw       a retrieval is done  -> the results go back to S3, the archive is deleted

Plain boto3, as it would run against AWS: endpoint and credentials come from the environment.
"""

import json
import os
import sys
from collections import Counter
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

BUCKET = os.environ["BUCKET"]
VAULT = os.environ["VAULT"]

s3 = boto3.client("s3")
sns = boto3.client("sns")
glacier = boto3.client("glacier")
ses = boto3.client("ses")
dynamodb = boto3.resource("dynamodb")
jobs = dynamodb.Table(os.environ["JOBS"])
users = dynamodb.Table(os.environ["USERS"])

GENES = ("BRCA1", "TP53", "EGFR", "MYC", "KRAS")


def annotate_variants(text):
    """Adds a gene to each variant, and counts what was found: the part that a real tool plays."""
    lines, found = [], Counter()
    for line in text.splitlines():
        if line.startswith("#") or not line:
            lines.append(line)
            continue
        position = int(line.split("\t")[1])
        gene = GENES[position % len(GENES)]
        found[gene] += 1
        lines.append(f"{line};GENE={gene}")
    return "\n".join(lines) + "\n", "".join(f"{gene}\t{count}\n" for gene, count in sorted(found.items()))


def annotate(request):
    job_id = request["job_id"]
    try:
        jobs.update_item(Key={"job_id": job_id}, UpdateExpression="set job_status = :running",
                         ConditionExpression="job_status = :pending",
                         ExpressionAttributeValues={":running": "RUNNING", ":pending": "PENDING"})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return f"job {job_id} was taken already"
    body = s3.get_object(Bucket=BUCKET, Key=request["input_key"])["Body"].read().decode()
    annotated, log = annotate_variants(body)
    result_key = f"results/{request['user_id']}/{job_id}.annot.vcf"
    s3.put_object(Bucket=BUCKET, Key=result_key, Body=annotated.encode())
    s3.put_object(Bucket=BUCKET, Key=f"results/{request['user_id']}/{job_id}.count.log", Body=log.encode())
    jobs.update_item(
        Key={"job_id": job_id},
        UpdateExpression="SET job_status = :done, s3_key_result_file = :key, variants = :count",
        ExpressionAttributeValues={":done": "COMPLETED", ":key": result_key, ":count": Decimal(log.count("\n"))})
    notice = {"job_id": job_id, "user_id": request["user_id"], "s3_key": result_key}
    sns.publish(TopicArn=os.environ["RESULTS_TOPIC"], Message=json.dumps(notice))
    if find_user(request["user_id"])["role"] == "free_user":
        sns.publish(TopicArn=os.environ["ARCHIVE_TOPIC"], Message=json.dumps(notice))
    return f"annotated {request['input_key']}"


def find_user(user_id):
    return users.get_item(Key={"user_id": user_id})["Item"]


def notify(notice):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])
    address = find_user(notice["user_id"])["email"]
    ses.send_email(
        Source=json.loads(secret["SecretString"])["mail_sender"], Destination={"ToAddresses": [address]},
        Message={"Subject": {"Data": f"Annotation {notice['job_id']} is ready"},
                 "Body": {"Text": {"Data": f"Download your results: {notice['s3_key']}"}}})
    return f"told {address}"


def archive(notice):
    if find_user(notice["user_id"])["role"] != "free_user":
        return f"{notice['user_id']} has subscribed meanwhile"
    body = s3.get_object(Bucket=BUCKET, Key=notice["s3_key"])["Body"].read()
    made = glacier.upload_archive(vaultName=VAULT, archiveDescription=notice["s3_key"], body=body)
    jobs.update_item(Key={"job_id": notice["job_id"]}, UpdateExpression="set results_file_archive_id = :id",
                     ExpressionAttributeValues={":id": made["archiveId"]})
    s3.delete_object(Bucket=BUCKET, Key=notice["s3_key"])
    return f"archived {notice['s3_key']}"


def restore(request):
    archived = jobs.query(IndexName="user_id_index", KeyConditionExpression=Key("user_id").eq(request["user_id"]),
                          FilterExpression=Attr("results_file_archive_id").exists())["Items"]
    tiers = [start_retrieval(job) for job in archived]
    return f"retrieving {len(archived)}: {', '.join(tiers)}"


def start_retrieval(job):
    for tier in ("Expedited", "Standard"):
        try:
            glacier.initiate_job(vaultName=VAULT, jobParameters={
                "Type": "archive-retrieval", "ArchiveId": job["results_file_archive_id"], "Tier": tier,
                "Description": job["job_id"], "SNSTopic": os.environ["THAW_TOPIC"]})
            return tier
        except glacier.exceptions.InsufficientCapacityException:
            print(f"no capacity for {tier} retrieval of {job['job_id']}", file=sys.stderr)
    raise RuntimeError("no tier is available")


def thaw(description):
    """The message is the whole description of the job, as DescribeJob gives it."""
    job = jobs.get_item(Key={"job_id": description["JobDescription"]})["Item"]
    output = glacier.get_job_output(vaultName=VAULT, jobId=description["JobId"])
    s3.put_object(Bucket=BUCKET, Key=job["s3_key_result_file"], Body=output["body"].read())
    glacier.delete_archive(vaultName=VAULT, archiveId=description["ArchiveId"])
    jobs.update_item(Key={"job_id": job["job_id"]}, UpdateExpression="REMOVE results_file_archive_id")
    return f"thawed {job['s3_key_result_file']} ({description['Tier']})"


WORKERS = {"annotate": annotate, "notify": notify, "archive": archive, "restore": restore, "thaw": thaw}


def main():
    worker = WORKERS[sys.argv[1]]
    for message in json.load(sys.stdin)["Records"]:
        envelope = json.loads(message["body"])  # What SNS wraps around a message.
        print(worker(json.loads(envelope["Message"])), file=sys.stderr)


if __name__ == "__main__":
    main()
