"""PynamoDB: models, conditions, indexes, batches and transactions as its users write them."""

import pytest
from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.attributes import VersionAttribute
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactGet, TransactWrite


@pytest.fixture
def thread(endpoint, unique):
    """A model of a forum's threads, with an index by author, on a table of its own."""
    options = {"region": "us-east-1", "host": endpoint, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    table = unique("threads")

    class ByAuthor(GlobalSecondaryIndex):
        class Meta:
            index_name = "by-author"
            projection = AllProjection()

        author = UnicodeAttribute(hash_key=True)
        views = NumberAttribute(range_key=True)

    class Thread(Model):
        class Meta:
            table_name, billing_mode = table, "PAY_PER_REQUEST"

        forum = UnicodeAttribute(hash_key=True)
        subject = UnicodeAttribute(range_key=True)
        author = UnicodeAttribute(default="nobody")
        views = NumberAttribute(default=0)
        tags = UnicodeSetAttribute(null=True)
        notes = ListAttribute(default=list)
        extra = MapAttribute(default=dict)
        by_author = ByAuthor()

    for name, value in options.items():
        setattr(Thread.Meta, name, value)
    Thread.options = options
    Thread.create_table(wait=True)
    yield Thread
    Thread.delete_table()


def test_items(thread):
    """What is saved comes back with its types; an update changes what it names."""
    thread("forum", "one", author="a", views=3, tags={"x", "y"}, notes=["n", 1], extra={"k": [True, None]}).save()
    found = thread.get("forum", "one")
    assert (found.views, found.tags, found.notes) == (3, {"x", "y"}, ["n", 1])
    assert found.extra.as_dict() == {"k": [True, None]}
    found.update(actions=[
        thread.views.add(2), thread.tags.delete({"x"}), thread.notes.set(thread.notes.append(["more"])),
        thread.extra["k"].remove()])
    found.refresh()
    assert (found.views, found.tags, found.notes[-1]) == (5, {"y"}, "more")
    with pytest.raises(thread.DoesNotExist):
        thread.get("forum", "two")


def test_conditions(thread):
    """Conditions refuse, and say what was there."""
    one = thread("forum", "one")
    one.save(thread.forum.does_not_exist())
    with pytest.raises(PutError) as caught:
        one.save(thread.forum.does_not_exist())
    assert caught.value.cause_response_code == "ConditionalCheckFailedException"
    with pytest.raises(DeleteError):
        one.delete((thread.views > 5) | thread.subject.startswith("z"))
    one.delete(thread.views.between(0, 5) & thread.author.is_in("nobody", "somebody"))
    assert thread.count() == 0


def test_reading(thread):
    """Batches, queries with filters and limits, the index, pages of a scan."""
    with thread.batch_write() as batch:
        for i in range(60):
            batch.save(thread("forum", f"s{i:02}", author="ab"[i % 2], views=i))
    assert [t.subject for t in thread.query("forum", thread.subject.startswith("s0"), thread.views > 7)] == ["s08", "s09"]
    assert [t.views for t in thread.by_author.query("b", thread.views >= 50, scan_index_forward=False)] == [
        59, 57, 55, 53, 51]
    assert len(list(thread.scan(page_size=7))) == 60
    assert sum(len(list(thread.scan(segment=s, total_segments=3))) for s in range(3)) == 60
    wanted = [("forum", f"s{i:02}") for i in range(0, 60, 3)]
    assert len(list(thread.batch_get(wanted))) == 20
    page = thread.query("forum", limit=5)
    assert len(list(page)) == 5 and page.last_evaluated_key["subject"] == {"S": "s04"}


def test_transactions(thread):
    """Its transactions do all or nothing, and read at one moment."""
    connection = thread._get_connection().connection  # noqa: SLF001
    with TransactWrite(connection=connection, client_request_token="token") as transaction:
        transaction.save(thread("forum", "one"), condition=thread.forum.does_not_exist())
        transaction.save(thread("forum", "two"))
    with pytest.raises(TransactWriteError) as caught:
        with TransactWrite(connection=connection) as transaction:
            transaction.update(thread("forum", "one"), actions=[thread.views.set(1)])
            transaction.condition_check(thread, "forum", "two", condition=thread.views > 5)
    assert [reason and reason.code for reason in caught.value.cancellation_reasons] == [
        "ConditionalCheckFailed", None], "its checks stand first"
    with TransactGet(connection=connection) as transaction:
        one, two = transaction.get(thread, "forum", "one"), transaction.get(thread, "forum", "two")
    assert (one.get().views, two.get().views) == (0, 0)


def test_versions(thread):
    """Optimistic locking: the second writer of the same version loses."""

    class Versioned(thread):
        class Meta(thread.Meta):
            pass

        version = VersionAttribute()

    Versioned("forum", "one").save()
    mine, theirs = Versioned.get("forum", "one"), Versioned.get("forum", "one")
    theirs.update(actions=[Versioned.views.set(7)])
    with pytest.raises(PutError):
        mine.save()
    assert Versioned.get("forum", "one").version == 2
