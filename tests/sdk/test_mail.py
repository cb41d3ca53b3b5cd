"""E-mail that is sent for real, through an SMTP server of the test."""

import email
import email.policy
import socket
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from conftest import Admin, make_client


class Mailbox:
    """An SMTP server on one address. It keeps what it took; `refusals` are answered first, one each."""

    def __init__(self, **options):
        self.messages, self.refusals, self.lock, self.options = [], [], threading.Lock(), options
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.controller = None

    async def handle_DATA(self, server, session, envelope):
        with self.lock:
            if self.refusals:
                return self.refusals.pop(0)
            self.messages.append((envelope.mail_from, envelope.rcpt_tos,
                                  email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **self.options)
        self.controller.start()

    def stop(self):
        if self.controller is not None:
            self.controller.stop()
        self.controller = None

    def texts(self):
        return [message.get_content().strip() for _, _, message in self.messages]


@pytest.fixture
def mailbox():
    box = Mailbox()
    box.start()
    yield box
    box.stop()


@pytest.fixture
def sending(mailbox, start_daemon):
    daemon = start_daemon("--smtp", f"127.0.0.1:{mailbox.port}", "--smtp-from", "topics@example.com")
    return make_client("sns", daemon.endpoint), Admin(daemon.endpoint)


def confirmed(sns, admin, mailbox, topic, address):
    """The reader of a real mail has to say yes, as on AWS."""
    asked = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)["SubscriptionArn"]
    assert asked == "pending confirmation"
    admin.settle()
    link = mailbox.messages[-1][2].get_content().split()[-1]
    token = link.split("Token=")[1]
    return sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]


def test_subscribers_get_mail(sending, mailbox):
    sns, admin = sending
    topic = sns.create_topic(Name="mails")["TopicArn"]
    confirmed(sns, admin, mailbox, topic, "reader@example.org")
    sns.publish(TopicArn=topic, Subject="plain", Message="one\n.two")
    sns.publish(TopicArn=topic, Subject="Grüße", Message="ä" * 2000)
    admin.settle()
    (sender, recipients, plain), (_, _, other) = sorted(mailbox.messages[1:], key=lambda entry: entry[2]["Subject"], reverse=True)
    assert (sender, recipients) == ("topics@example.com", ["reader@example.org"])
    assert (plain["Subject"], plain["To"]) == ("plain", "reader@example.org")
    assert plain.get_content().splitlines() == ["one", ".two"]
    assert other["Subject"] == "Grüße" and other.get_content().strip() == "ä" * 2000
    captured = admin.captured("email")
    assert [mail["subject"] for mail in captured][1:] == ["plain", "Grüße"], "what is sent is kept too"


def test_a_busy_server_gets_it_later(sending, mailbox):
    """Tried again on the clock as SNS does; what is refused for good is not."""
    sns, admin = sending
    topic = sns.create_topic(Name="mails")["TopicArn"]
    confirmed(sns, admin, mailbox, topic, "reader@example.org")
    admin.freeze()
    mailbox.refusals = ["451 later", "451 later", "451 later"]
    sns.publish(TopicArn=topic, Message="late")
    admin.settle()
    assert len(mailbox.messages) == 1
    admin.advance("20s")
    admin.settle()
    assert len(mailbox.messages) == 1
    admin.advance("1m")
    admin.settle()
    assert mailbox.texts()[-1] == "late"
    mailbox.refusals = ["554 never"]
    sns.publish(TopicArn=topic, Message="unwanted")
    admin.settle()
    admin.advance("7h")
    assert len(mailbox.messages) == 2


def test_a_server_that_is_down_for_an_hour(sending, mailbox):
    sns, admin = sending
    topic = sns.create_topic(Name="mails")["TopicArn"]
    confirmed(sns, admin, mailbox, topic, "reader@example.org")
    admin.freeze()
    mailbox.stop()
    sns.publish(TopicArn=topic, Message="kept")
    admin.settle()
    admin.advance("1h")
    mailbox.start()
    admin.advance("11m")
    admin.settle()
    assert mailbox.texts()[-1] == "kept"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_with_a_password(start_daemon):
    seen = []

    def authenticate(server, session, envelope, mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    box = Mailbox(authenticator=authenticate, auth_required=True, auth_require_tls=False)
    box.start()
    try:
        daemon = start_daemon("--smtp", f"smtp://me:secret@127.0.0.1:{box.port}")
        sns = make_client("sns", daemon.endpoint)
        topic = sns.create_topic(Name="mails")["TopicArn"]
        confirmed(sns, Admin(daemon.endpoint), box, topic, "a@example.org")
        assert seen and seen[0] == (b"me", b"secret")
    finally:
        box.stop()


def test_addresses_that_it_refuses(run_cli):
    done = run_cli("--listen", "127.0.0.1:0", "--smtp", "http://example.com")
    assert done.returncode != 0 and "smtp" in done.stderr


def test_messages_of_ses_are_sent_as_they_are(mailbox, start_daemon):
    # Both forms of the body travel side by side, under the sender's own name.
    daemon = start_daemon("--smtp", f"127.0.0.1:{mailbox.port}")
    body = {"Text": {"Data": "plain ä"}, "Html": {"Data": "<b>rich</b>"}}
    make_client("ses", daemon.endpoint).send_email(
        Source="me@example.com", Destination={"ToAddresses": ["you@example.com"]},
        Message={"Subject": {"Data": "Grüße"}, "Body": body})
    Admin(daemon.endpoint).settle()
    (_, recipients, message), = mailbox.messages
    assert recipients == ["you@example.com"] and message["From"] == "me@example.com" and message["Subject"] == "Grüße"
    assert [part.get_content().strip() for part in message.iter_parts()] == ["plain ä", "<b>rich</b>"]
