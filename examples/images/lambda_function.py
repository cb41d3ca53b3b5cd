"""The function that S3 calls for each upload: metadata to DynamoDB, an e-mail by SNS."""

import os
from urllib.parse import unquote_plus

import boto3

dynamodb = boto3.resource("dynamodb")
s3 = boto3.client("s3")
sns = boto3.client("sns")


def lambda_handler(event, context):
    table = dynamodb.Table(os.environ["TABLE_NAME"])
    for record in event["Records"]:
        bucket, item = record["s3"]["bucket"]["name"], record["s3"]["object"]
        name = unquote_plus(item["key"])
        kind = s3.head_object(Bucket=bucket, Key=name)["ContentType"]
        print(f"{name}: {item['size']} bytes of {kind}")
        table.put_item(Item={"image": name, "size": item["size"], "type": kind, "uploaded": record["eventTime"],
                             "etag": item["eTag"]})
        sns.publish(TopicArn=os.environ["SNS_TOPIC_ARN"], Subject="Image processed",
                    Message=f"{name} ({item['size']} bytes) was uploaded at {record['eventTime']}.")
    return {"statusCode": 200, "processed": len(event["Records"])}
