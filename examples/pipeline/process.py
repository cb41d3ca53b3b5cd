"""The processing function: reads an SQS event on stdin, works on each uploaded file, writes the outcome on stdout.

Text becomes a PDF, a PDF is split by page, of an image the size is read. Results go to the results
bucket and the table, and a notice to the topic. A record that fails is reported, so that only its
message comes back; what it logs on stderr is kept with the invocation.
"""

import io
import json
import os
import sys
import urllib.parse

import boto3
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

# Endpoint, region and credentials come from the environment that the daemon gives the function.
s3 = boto3.client("s3")
dynamodb = boto3.resource("dynamodb")
sns = boto3.client("sns")


def text_to_pdf(text):
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4)
    lines = page.beginText(56, 790)
    lines.setFont("Courier", 8)
    for line in text.splitlines():
        lines.textLine(line)
    page.drawText(lines)
    page.save()
    return out.getvalue()


def process_text(name, body):
    return {f"{name}.pdf": text_to_pdf(body.decode())}, {"kind": "text", "characters": len(body.decode())}


def process_pdf(name, body):
    pages = PdfReader(io.BytesIO(body)).pages
    results = {}
    for number, page in enumerate(pages, 1):
        writer, out = PdfWriter(), io.BytesIO()
        writer.add_page(page)
        writer.write(out)
        results[f"{name}/page-{number}.pdf"] = out.getvalue()
    return results, {"kind": "pdf", "pages": len(pages)}


def process_image(name, body):
    width, height = Image.open(io.BytesIO(body)).size
    return {f"{name}.json": json.dumps({"width": width, "height": height}).encode()}, {
        "kind": "image", "width": width, "height": height}


PROCESSORS = {".txt": process_text, ".pdf": process_pdf, ".png": process_image}


def process_upload(record):
    bucket = record["s3"]["bucket"]["name"]
    key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
    name, extension = os.path.splitext(os.path.basename(key))
    processor = PROCESSORS.get(extension)
    if processor is None:
        raise ValueError(f"no processor for {key}")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    results, facts = processor(name, body)
    for result, content in results.items():
        s3.put_object(Bucket=os.environ["RESULTS_BUCKET"], Key=result, Body=content)
    item = {"name": key, "size": len(body), "results": sorted(results), **facts}
    dynamodb.Table(os.environ["TABLE"]).put_item(Item=item)
    sns.publish(TopicArn=os.environ["TOPIC"], Subject=f"Processed {key}", Message=json.dumps(item))


def main():
    failures = []
    for message in json.load(sys.stdin)["Records"]:
        try:
            for record in json.loads(message["body"]).get("Records", ()):  # A test event has none.
                process_upload(record)
        except Exception as error:  # Whatever it is, this one message is to be tried again.
            print(f"{message['messageId']}: {error}", file=sys.stderr)
            failures.append({"itemIdentifier": message["messageId"]})
    json.dump({"batchItemFailures": failures}, sys.stdout)


if __name__ == "__main__":
    main()
