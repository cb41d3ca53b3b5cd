"""The API: takes files in multipart forms, has them processed, is called back, shows records. Swagger at /apidocs/."""

import hmac
import json
import uuid
from pathlib import Path

from flask import Flask, abort, jsonify, redirect, request, send_from_directory
from swagger_ui_bundle import swagger_ui_path
from tasks import finish, save_record

OPENAPI = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))


def read_upload():
    """The form's file and metadata, or 400 with what is wrong."""
    file = request.files.get("file") or abort(400, "the form has no file")
    try:
        metadata = json.loads(request.form["metadata"])
        name, folder = metadata["file_name"], metadata["folder_name"]
        if metadata.get("process"):
            for entry in metadata["process_params"]["split_params"]["file_map"]:
                [int(page) for page in entry["pages"]]
    except (KeyError, TypeError, ValueError) as error:
        abort(400, f"metadata is not as it must be: {error!r}")
    record = {"id": str(uuid.uuid4()), "file_name": name, "folder_name": folder,
              "description": metadata.get("description", ""), "tags": metadata.get("tags", [])}
    return file.read(), record, metadata


def add_documentation(app):
    """The page and its assets come from a Python package: no CDN."""
    @app.get("/openapi.json")
    def openapi():
        return jsonify(OPENAPI)

    @app.get("/apidocs/")
    def page():
        return (swagger_ui_path / "index.html").read_text(encoding="utf-8")

    @app.get("/apidocs/<path:asset>")
    def assets(asset):
        if asset == "swagger-initializer.js":
            start = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui"})'
            return f"window.onload = () => {{ window.ui = {start}; }};", {"Content-Type": "text/javascript"}
        return send_from_directory(swagger_ui_path, asset)


def add_files(app, s3, sqs, settings):
    bucket = settings["AWS_S3_BUCKET_NAME"]

    @app.post("/api/files/")
    def upload():
        body, record, metadata = read_upload()
        record |= {"s3_key": f"{record['folder_name']}/{record['id']}/{record['file_name']}", "size": len(body)}
        s3.put_object(Bucket=bucket, Key=record["s3_key"], Body=body, ContentType="application/pdf")
        save_record.delay(record)
        if metadata.get("process"):
            order = {**record, "process_params": metadata["process_params"]}
            sqs.send_message(QueueUrl=settings["AWS_SQS_QUEUE_URL"], MessageBody=json.dumps(order))
        return jsonify(record), 202


def add_records(app, s3, settings, records):
    def find(record):
        return records.find(record) or abort(404, "there is no such record")

    @app.get("/api/records/")
    def list_records():
        parent = request.args.get("parent")
        return jsonify(records.children(parent) if parent else records.all())

    @app.get("/api/records/<uuid:record>")
    def show_record(record):
        return jsonify(find(record))

    @app.get("/api/files/<uuid:record>")
    def download(record):
        found = find(record)
        return redirect(s3.generate_presigned_url("get_object", ExpiresIn=300, Params={
            "Bucket": settings["AWS_S3_BUCKET_NAME"], "Key": found["s3_key"]}))

    @app.post("/api/records/")
    def called_back():
        if not hmac.compare_digest(request.headers.get("X-Callback-Token", ""), settings["API_CALLBACK_TOKEN"]):
            abort(401)
        told = request.get_json()
        for part in told["parts"]:
            # The same part has the same id however often the function runs.
            identity = uuid.uuid5(uuid.UUID(told["parent"]), part["s3_key"])
            save_record.delay({**part, "id": str(identity), "parent": told["parent"]})
        finish.delay(told["parent"], told.get("error"))
        return "", 202


def make_app(s3, sqs, settings, records):
    app = Flask(__name__)
    add_documentation(app)
    add_files(app, s3, sqs, settings)
    add_records(app, s3, settings, records)
    return app
