"""The dashboard: log in, see the images, get a link to one, upload another."""

import secrets

from flask import Flask, abort, jsonify, redirect, request, session
from werkzeug.security import check_password_hash, generate_password_hash

from infrastructure import BUCKET, TABLE, USERS


def add_user(dynamodb, username, password):
    dynamodb.Table(USERS).put_item(Item={"username": username, "password": generate_password_hash(password)})


def make_app(s3, dynamodb):
    """A Flask application over a boto3 S3 client and DynamoDB resource."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes(16)
    images, users = dynamodb.Table(TABLE), dynamodb.Table(USERS)

    def logged_in():
        return session.get("user") or abort(401)

    @app.post("/login")
    def login():
        user = users.get_item(Key={"username": request.form["username"]}).get("Item")
        if not user or not check_password_hash(user["password"], request.form["password"]):
            abort(401)
        session["user"] = user["username"]
        return redirect("/images")

    @app.get("/images")
    def list_images():
        logged_in()
        found = images.scan()["Items"]
        return jsonify([{**image, "size": int(image["size"])} for image in sorted(found, key=lambda each: each["image"])])

    @app.get("/images/<path:name>")
    def show_image(name):
        logged_in()
        if "Item" not in images.get_item(Key={"image": name}):
            abort(404)
        return redirect(s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": name}, ExpiresIn=300))

    @app.post("/images")
    def upload_image():
        logged_in()
        file = request.files["image"]
        s3.upload_fileobj(file.stream, BUCKET, file.filename, ExtraArgs={"ContentType": file.mimetype})
        return "", 201

    return app
