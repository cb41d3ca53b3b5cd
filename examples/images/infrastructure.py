"""What the README of such a project has you click together in the console, as boto3 calls."""

import io
import zipfile
from pathlib import Path

REGION, ACCOUNT = "us-east-1", "000000000000"
BUCKET, TABLE, USERS, TOPIC, FUNCTION = "images", "image-metadata", "dashboard-users", "image-alerts", "image-metadata"
READER = "reader@example.com"


def zipped(path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return buffer.getvalue()


def create_table(clients, name, key):
    clients["dynamodb"].create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                                     KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                                     AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}])
    clients["dynamodb"].get_waiter("table_exists").wait(TableName=name)


def build(clients):
    """Bucket, tables, topic with its e-mail subscription, function, and the trigger that ties them together."""
    clients["s3"].create_bucket(Bucket=BUCKET)
    clients["s3"].put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    create_table(clients, TABLE, "image")
    create_table(clients, USERS, "username")
    topic = clients["sns"].create_topic(Name=TOPIC)["TopicArn"]
    clients["sns"].subscribe(TopicArn=topic, Protocol="email", Endpoint=READER)
    function = clients["lambda"].create_function(
        FunctionName=FUNCTION, Runtime="python3.12", Handler="lambda_function.lambda_handler", Timeout=20,
        Role=f"arn:aws:iam::{ACCOUNT}:role/image-metadata",
        Environment={"Variables": {"TABLE_NAME": TABLE, "SNS_TOPIC_ARN": topic}},
        Code={"ZipFile": zipped(Path(__file__).with_name("lambda_function.py"))})["FunctionArn"]
    clients["lambda"].get_waiter("function_active_v2").wait(FunctionName=FUNCTION)
    clients["lambda"].add_permission(FunctionName=FUNCTION, StatementId="s3", Action="lambda:InvokeFunction",
                                     Principal="s3.amazonaws.com", SourceArn=f"arn:aws:s3:::{BUCKET}",
                                     SourceAccount=ACCOUNT)
    clients["s3"].put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}]})
