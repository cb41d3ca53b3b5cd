"""Serves the API on the port that its first argument names, with settings from Secrets Manager."""

import json
import logging
import os
import sys

import boto3
from app import make_app
from botocore.config import Config
from records import Records
from werkzeug.serving import run_simple


def main():
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_NAME"])
    records = Records(os.environ["DATABASE_URL"])
    records.create_schema()
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    app = make_app(s3, boto3.client("sqs"), json.loads(secret["SecretString"]), records)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=True)


if __name__ == "__main__":
    main()
