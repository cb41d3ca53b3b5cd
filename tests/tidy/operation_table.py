#!/usr/bin/env python3
"""The README's table of operations, made from the services' rows and the models.

usage: operation_table.py           prints the table
       operation_table.py --write   puts it into README.md
"""

import json
import re
import sys

from source import ROOT, text_of, tracked

BEGIN, END = "<!-- operations: made by tests/tidy/operation_table.py -->", "<!-- end of operations -->"
TITLES = {"s3": "S3", "sqs": "SQS", "sns": "SNS", "dynamodb": "DynamoDB", "dynamodbstreams": "DynamoDB Streams",
          "glacier": "Glacier", "lambda": "Lambda", "secretsmanager": "Secrets Manager", "sts": "STS",
          "ssm": "Systems Manager", "ses": "SES", "sesv2": "SES v2", "logs": "CloudWatch Logs", "iam": "IAM",
          "application-autoscaling": "Application Auto Scaling", "s3control": "S3 Control", "kms": "KMS"}
# Of these services a small part is what other systems need: the table names what is built.
PARTIAL = {"secretsmanager", "sts", "ssm", "ses", "sesv2", "logs", "iam", "s3control", "kms"}

# The request of the first is that of the second, which answers it.
SUCCESSORS = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}


def rows(service):
    """Operations with a row: `row<api::op::Name, &handler>`."""
    names = []
    for path in tracked(".cc"):
        if path.startswith(f"emulator/services/{service}/") and not path.endswith("_test.cc"):
            names += re.findall(r"\brow<\s*(?:\w+::)*op::(\w+)", text_of(path))
    return names


def operations(service):
    path = ROOT / "protocol/model/models" / f"{service}.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["operations"])


def table():
    lines = ["| service | built | answers 501 `NotImplemented` |", "|---|---|---|"]
    for service, title in TITLES.items():
        built, known = set(rows(service)), operations(service)
        missing = [name for name in known if SUCCESSORS.get(name, name) not in built]
        if service in PARTIAL:
            names = f"all but {', '.join(sorted(built))}" if built else "all"
        else:
            names = ", ".join(missing) if missing else "none"
        lines.append(f"| {title} | {len(known) - len(missing)} of {len(known)} | {names} |")
    return "\n".join(lines)


def main():
    if "--write" not in sys.argv:
        print(table())
        return
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    readme.write_text(f"{text[:start]}\n{table()}\n{text[end:]}", encoding="utf-8")


if __name__ == "__main__":
    main()
