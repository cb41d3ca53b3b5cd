"""Celery's tasks: the records are written in the background. The broker is a queue of SQS."""

import os

from celery import Celery
from records import Records

QUEUE = "pdf-records"

app = Celery("tasks", broker="sqs://")
app.conf.update(
    task_default_queue=QUEUE,
    task_ignore_result=True,
    task_acks_late=True,                 # A message is deleted when its task is done.
    worker_enable_remote_control=False,  # SQS has no broadcast.
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "region": os.environ["AWS_DEFAULT_REGION"],
        "is_secure": os.environ["AWS_ENDPOINT_URL"].startswith("https"),
        "predefined_queues": {QUEUE: {"url": os.environ["RECORDS_QUEUE_URL"]}},
        "wait_time_seconds": 2,
    },
)


@app.task
def save_record(record):
    Records(os.environ["DATABASE_URL"]).save(record)


@app.task
def finish(record, error):
    Records(os.environ["DATABASE_URL"]).finish(record, error)
