"""Order, loss and duplicates of SQS under load and across a kill."""

import threading


from conftest import make_client
from sqs_support import clock, counts, queue, sqs  # noqa: F401 (fixtures)




def test_fifo_under_load(endpoint, account, queue):
    """Sixteen producers and consumers, a hundred groups: nothing lost, doubled or out of order."""
    url = queue(".fifo", VisibilityTimeout="120")
    producers, groups, rounds = 16, 100, 6
    total = groups * rounds
    own_groups = {p: [g for g in range(groups) if g % producers == p] for p in range(producers)}
    received, lock, failures = {g: [] for g in range(groups)}, threading.Lock(), []
    done = threading.Event()

    def guard(work):
        try:
            work(make_client("sqs", endpoint, access_key=account))
        except Exception as error:  # A thread's failure is the test's.
            failures.append(error)
            done.set()

    def produce(p):
        def work(sqs):
            for number in range(rounds):
                for start in range(0, len(own_groups[p]), 10):
                    sqs.send_message_batch(
                        QueueUrl=url,
                        Entries=[
                            {
                                "Id": str(g),
                                "MessageBody": f"{g}:{number}",
                                "MessageGroupId": str(g),
                                "MessageDeduplicationId": f"{g}:{number}",
                            }
                            for g in own_groups[p][start : start + 10]
                        ],
                    )

        return work

    def consume(sqs):
        while not done.is_set():
            got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
            if not got:
                continue
            with lock:
                for message in got:
                    group, number = map(int, message["Body"].split(":"))
                    received[group].append(number)
                if sum(map(len, received.values())) >= total:
                    done.set()
            sqs.delete_message_batch(
                QueueUrl=url,
                Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(got)],
            )

    threads = [threading.Thread(target=guard, args=(produce(p),)) for p in range(producers)]
    threads += [threading.Thread(target=guard, args=(consume,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    done.wait(120)
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert all(received[g] == list(range(rounds)) for g in range(groups))


def test_messages_survive_a_kill(start_daemon, tmp_path):
    """What was acknowledged is there after kill -9: messages, receipts, deduplication."""
    first = start_daemon("--data", str(tmp_path))
    sqs = make_client("sqs", first.endpoint)
    url = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "VisibilityTimeout": "600"})["QueueUrl"]
    for i in range(20):
        sqs.send_message(QueueUrl=url, MessageBody=str(i), MessageGroupId=str(i % 4), MessageDeduplicationId=str(i))
    taken = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    first.stop(9)
    second = start_daemon("--data", str(tmp_path))
    sqs = make_client("sqs", second.endpoint)
    url = sqs.get_queue_url(QueueName="q.fifo")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="again", MessageGroupId="0", MessageDeduplicationId="7")
    assert counts(sqs, url) == [18, 2, 0]
    for message in taken:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    seen = {}
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in got:
            seen.setdefault(int(message["Body"]) % 4, []).append(int(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    everything = sorted(sum(seen.values(), []) + [int(message["Body"]) for message in taken])
    assert everything == list(range(20))
    assert all(numbers == sorted(numbers) for numbers in seen.values())


def test_gauges_of_a_queue(sqs, queue, clock, admin):
    """What CloudWatch shows of a queue, at its own path: the age of the oldest message, and what fair queues count."""
    url = queue()
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for number in range(20):
        sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="noisy")
    clock("90s")
    for _ in range(2):
        sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=6)
    sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="quiet")
    sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="quiet", DelaySeconds=60)
    status, figures = admin.call("GET", f"/_aws/sqs/metrics/{arn}")
    assert status == 200 and figures["metrics"] == {
        "ApproximateNumberOfMessagesVisible": 9, "ApproximateNumberOfMessagesNotVisible": 12,
        "ApproximateNumberOfMessagesDelayed": 1, "ApproximateAgeOfOldestMessage": 90,
        "ApproximateNumberOfNoisyGroups": 1, "ApproximateNumberOfMessagesVisibleInQuietGroups": 1,
        "ApproximateNumberOfMessagesNotVisibleInQuietGroups": 0, "ApproximateNumberOfMessagesDelayedInQuietGroups": 1}
    assert admin.call("GET", f"/_aws/sqs/metrics/{arn}x")[0] == 404
