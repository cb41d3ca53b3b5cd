"""Called with messages of the queue: starts the orchestration of each upload they tell of."""

import json
import os

import boto3

functions = boto3.client("lambda")


def uploads(message):
    """The uploads that a message of S3 tells of; its test event tells of none."""
    return json.loads(message["body"]).get("Records", [])


def handler(event, context):
    failures = []
    for message in event["Records"]:
        for upload in uploads(message):
            order = {"bucket": upload["s3"]["bucket"]["name"], "key": upload["s3"]["object"]["key"],
                     "receiptHandle": message["receiptHandle"]}
            answer = functions.invoke(FunctionName=os.environ["ORCHESTRATION"], Payload=json.dumps(order))
            if "FunctionError" in answer:
                print("failed:", answer["Payload"].read().decode())
                failures.append({"itemIdentifier": message["messageId"]})
                break
    return {"batchItemFailures": failures}
