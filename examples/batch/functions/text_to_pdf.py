"""The processor: a text becomes a PDF, a line a line."""

import io
import os

import boto3
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

s3 = boto3.client("s3")
LEFT, TOP, LEADING, LINES = 50, 790, 14, 52


def to_pdf(text):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    lines = text.splitlines() or [""]
    for first in range(0, len(lines), LINES):
        page = canvas.beginText(LEFT, TOP)
        page.setLeading(LEADING)
        page.textLines(lines[first:first + LINES])
        canvas.drawText(page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def handler(event, context):
    text = s3.get_object(Bucket=event["bucket"], Key=event["key"])["Body"].read().decode()
    body = to_pdf(text)
    s3.put_object(Bucket=os.environ["OUTPUT_BUCKET"], Key=event["output"], Body=body, ContentType="application/pdf",
                  Metadata={"processor": context.function_name})
    return {"bytes": len(body)}
