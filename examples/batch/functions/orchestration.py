"""What a state machine would be: choose by `processor-type`, convert, check the output, delete the message."""

import json
import os
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError

functions = boto3.client("lambda")
s3 = boto3.client("s3")
sqs = boto3.client("sqs")


def choose(order):
    """Choice: the pool's function for what asks for the pool, the task's for everything else."""
    head = s3.head_object(Bucket=order["bucket"], Key=order["key"])
    return os.environ["POOL" if head["Metadata"].get("processor-type") == "pool" else "TASK"]


def convert(processor, order):
    output = order["key"].rsplit(".", 1)[0] + ".pdf"
    answer = functions.invoke(FunctionName=processor, Payload=json.dumps({**order, "output": output}))
    if "FunctionError" in answer:
        raise RuntimeError(answer["Payload"].read().decode())
    return output


def check_output(output):
    try:
        size = s3.head_object(Bucket=os.environ["OUTPUT_BUCKET"], Key=output)["ContentLength"]
    except ClientError as error:
        raise RuntimeError(f"{output} was not written") from error
    if size == 0:
        raise RuntimeError(f"{output} is empty")


def handler(event, context):
    order = {**event, "key": unquote_plus(event["key"])}
    output = convert(choose(order), order)
    check_output(output)
    sqs.delete_message(QueueUrl=os.environ["QUEUE_URL"], ReceiptHandle=order["receiptHandle"])
    return {"output": output}
