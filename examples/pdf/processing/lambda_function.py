"""What the queue calls: fetches its settings and the PDF, splits it, uploads the parts, calls the API back.

A function that returns has its message deleted. What cannot be cured by another try is told to the API and
returns; everything else raises, and the message comes again.
"""

import json
import os
import posixpath
import urllib.request

import boto3
from pdf_processor import Refused, split

s3 = boto3.client("s3")


def read_settings():
    """In each invocation: the secret may have been changed since this process started."""
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_NAME"])
    return json.loads(secret["SecretString"])


def upload_parts(bucket, order, body):
    """Uploads every part; returns what the API is told of each. The names are the same in every try."""
    parameters = order["process_params"]
    stem = posixpath.splitext(order["file_name"])[0]
    parts = []
    for number, (pages, part) in enumerate(split(body, parameters["split_params"]["file_map"]), 1):
        words = [parameters.get("prefix"), stem, str(number), parameters.get("suffix")]
        name = "_".join(word for word in words if word) + ".pdf"
        key = f"{order['folder_name']}/{order['id']}/{name}"
        s3.put_object(Bucket=bucket, Key=key, Body=part, ContentType="application/pdf")
        inherited = {word: order[word] for word in ("folder_name", "description", "tags")}
        parts.append({**inherited, "file_name": name, "s3_key": key, "pages": pages, "size": len(part)})
    return parts


def call_back(settings, document):
    request = urllib.request.Request(settings["API_CALLBACK_URL"], json.dumps(document).encode(), {
        "Content-Type": "application/json", "X-Callback-Token": settings["API_CALLBACK_TOKEN"]})
    with urllib.request.urlopen(request, timeout=10) as answer:
        print(f"called back: {answer.status}")


def lambda_handler(event, context):
    settings = read_settings()
    bucket = settings["AWS_S3_BUCKET_NAME"]
    for message in event["Records"]:
        order = json.loads(message["body"])
        body = s3.get_object(Bucket=bucket, Key=order["s3_key"])["Body"].read()
        try:
            parts = upload_parts(bucket, order, body)
            print(f"{order['file_name']}: split into {len(parts)}")
            call_back(settings, {"parent": order["id"], "parts": parts})
        except Refused as error:
            print(f"{order['file_name']}: {error}")
            call_back(settings, {"parent": order["id"], "parts": [], "error": str(error)})
    return {"processed": len(event["Records"])}
