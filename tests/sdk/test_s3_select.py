"""S3 Select with boto3: its SQL, its formats, and its stream of events."""

import bz2
import gzip
import json
import uuid

import pytest
from botocore.exceptions import ClientError, EventStreamError

PEOPLE = "name,age,city\nAnn,31,Oslo\nBob,17,Rome\n\"Cid, Jr\",45,Oslo\nDee,,Paris\n"
ORDERS = [
    {"id": 1, "item": {"name": "pen", "price": 1.5}, "tags": ["a", "b"], "paid": True},
    {"id": 2, "item": {"name": "ink", "price": 7}, "tags": [], "paid": False, "note": None},
    {"id": 3, "item": {"name": "pad", "price": 2.25}, "paid": True, "at": "2020-02-29T10:20:30Z"},
]
CSV_USE = {"CSV": {"FileHeaderInfo": "USE"}}
LINES = {"JSON": {"Type": "LINES"}}


@pytest.fixture(scope="module")
def s3(client):
    return client("s3")


@pytest.fixture(scope="module")
def bucket(s3):
    name = f"select-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="people.csv", Body=PEOPLE.encode())
    lines = "\n".join(json.dumps(order) for order in ORDERS)
    s3.put_object(Bucket=name, Key="orders.jsonl", Body=lines.encode())
    s3.put_object(Bucket=name, Key="orders.json",
                  Body=json.dumps({"shop": {"name": "x"}, "orders": ORDERS, "end": [1]}, indent=2).encode())
    return name


def events(s3, bucket, key, sql, source, output, **arguments):
    answer = s3.select_object_content(
        Bucket=bucket, Key=key, Expression=sql, ExpressionType="SQL",
        InputSerialization=source, OutputSerialization=output, **arguments)
    return list(answer["Payload"])


def records(found):
    return b"".join(event["Records"]["Payload"] for event in found if "Records" in event).decode()


def select_csv(s3, bucket, sql, key="people.csv", source=None, output=None, **arguments):
    return records(events(s3, bucket, key, sql, source or CSV_USE, {"CSV": output or {}}, **arguments))


def select_json(s3, bucket, sql, key="orders.jsonl", source=None, **arguments):
    text = records(events(s3, bucket, key, sql, source or LINES, {"JSON": {}}, **arguments))
    return [json.loads(line) for line in text.splitlines()]


def code_of(s3, bucket, sql, key="people.csv", source=None, **arguments):
    with pytest.raises((ClientError, EventStreamError)) as caught:
        events(s3, bucket, key, sql, source or CSV_USE, {"CSV": {}}, **arguments)
    return caught.value.response["Error"]["Code"]


@pytest.mark.parametrize("sql, expected", [
    ("SELECT * FROM S3Object", 'Ann,31,Oslo\nBob,17,Rome\n"Cid, Jr",45,Oslo\nDee,,Paris\n'),
    ("select s.name from s3object s where s.city = 'Oslo'", 'Ann\n"Cid, Jr"\n'),
    ("SELECT _1, _3 FROM S3Object LIMIT 1", "Ann,Oslo\n"),
    ("SELECT NAME FROM S3Object WHERE age <> '' AND CAST(age AS INT) BETWEEN 18 AND 40", "Ann\n"),
    ("SELECT name FROM S3Object WHERE age > 18 AND NOT city IN ('Rome', 'Paris')", 'Ann\n"Cid, Jr"\n'),
    ("SELECT name FROM S3Object WHERE name LIKE '_o%'", "Bob\n"),
    ("SELECT name FROM S3Object WHERE name NOT LIKE '%!,%' ESCAPE '!' AND age = ''", None),
    ("SELECT name || '-' || UPPER(city) AS tag FROM S3Object WHERE age <> 31 LIMIT 1", "Bob-ROME\n"),
    ("SELECT age * 2 + 1, age % 10, -age FROM S3Object LIMIT 1", "63,1,-31\n"),
    ("SELECT COUNT(*), COUNT(s.\"age\"), MIN(CAST(age AS INT)) FROM S3Object s WHERE age <> ''", "3,3,17\n"),
    ("SELECT SUM(CAST(age AS INT)), AVG(CAST(age AS FLOAT)), MAX(city) FROM S3Object WHERE age <> ''",
     "93,31,Rome\n"),
    ("SELECT CHAR_LENGTH(name), SUBSTRING(name, 2, 2), TRIM(LEADING 'A' FROM name) FROM S3Object LIMIT 1",
     "3,nn,nn\n"),
    ("SELECT CASE WHEN age = '' THEN 'none' WHEN age < 18 THEN 'child' ELSE 'adult' END FROM S3Object",
     "adult\nchild\nadult\nnone\n"),
    ("SELECT COALESCE(NULLIF(age, ''), '?') FROM S3Object WHERE name = 'Dee'", "?\n"),
    ("SELECT * FROM S3Object LIMIT 0", ""),
])
def test_sql_over_csv(s3, bucket, sql, expected):
    if expected is None:  # The escaped character stands for itself, so the expression is fine.
        select_csv(s3, bucket, sql.replace("'%!,%'", "'%!%%'"))
        return
    assert select_csv(s3, bucket, sql) == expected


@pytest.mark.parametrize("sql, expected", [
    ("SELECT s.id, s.item.name FROM S3Object s WHERE s.paid", [{"id": 1, "name": "pen"}, {"id": 3, "name": "pad"}]),
    ("SELECT s.tags[1] AS second, s.item FROM S3Object[*] s LIMIT 1",
     [{"second": "b", "item": {"name": "pen", "price": 1.5}}]),
    ("SELECT id FROM S3Object WHERE note IS MISSING", [{"id": 1}, {"id": 3}]),
    ("SELECT id FROM S3Object WHERE note IS NULL AND note IS NOT MISSING", [{"id": 2}]),
    ("SELECT SUM(s.item.price) AS total, COUNT(s.note) AS notes FROM S3Object s", [{"total": 10.75, "notes": 0}]),
    ("SELECT EXTRACT(year FROM TO_TIMESTAMP(s.at)) AS y, TO_STRING(TO_TIMESTAMP(s.at), 'd MMMM y, HH:mm') AS t, "
     "DATE_ADD(month, 12, TO_TIMESTAMP(s.at)) AS later, "
     "DATE_DIFF(day, `2020-02-01T`, TO_TIMESTAMP(s.at)) AS days FROM S3Object s WHERE s.id = 3",
     [{"y": 2020, "t": "29 February 2020, 10:20", "later": "2021-02-28T10:20:30Z", "days": 28}]),
    ("SELECT * FROM S3Object s WHERE s.id = 1", [ORDERS[0]]),
    ("SELECT s.\"ID\" FROM S3Object s LIMIT 1", [{}]),
])
def test_sql_over_json_lines(s3, bucket, sql, expected):
    assert select_json(s3, bucket, sql) == expected


def test_paths_into_a_json_document(s3, bucket):
    # One root object, of which a path picks the rows.
    document = {"JSON": {"Type": "DOCUMENT"}}
    found = select_json(s3, bucket, "SELECT id FROM S3Object[*].orders[*] s WHERE s.item.price > 2",
                        "orders.json", document)
    assert found == [{"id": 2}, {"id": 3}]
    names = select_json(s3, bucket, "SELECT name FROM S3Object[*].orders[*].item.name", "orders.json", document)
    assert names == [{"name": "pen"}, {"name": "ink"}, {"name": "pad"}]
    tags = select_json(s3, bucket, "SELECT * FROM S3Object[*].orders[*].tags[*]", "orders.json", document)
    assert tags[:2] == [{"_1": "a"}, {"_1": "b"}]
    whole = select_json(s3, bucket, "SELECT s.shop.name FROM S3Object s", "orders.json", document)
    assert whole == [{"name": "x"}]


@pytest.mark.parametrize("compression, pack", [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_compressed_input(s3, bucket, compression, pack):
    # Two streams after each other are what `cat a.gz b.gz` makes.
    s3.put_object(Bucket=bucket, Key="packed", Body=pack(PEOPLE.encode()) + pack(b"Eve,20,Bonn\n"))
    source = {**CSV_USE, "CompressionType": compression}
    assert select_csv(s3, bucket, "SELECT COUNT(*) FROM S3Object", "packed", source) == "5\n"
    s3.put_object(Bucket=bucket, Key="cut", Body=pack(PEOPLE.encode() * 50)[:-20])
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "cut", source) == "TruncatedInput"
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "people.csv", source) == "InvalidCompressionFormat"


def test_csv_dialects(s3, bucket):
    # Delimiters, quotes and comments are the client's.
    s3.put_object(Bucket=bucket, Key="odd", Body=b"# c\r\na;'x;''y'|b;2|;3")
    source = {"CSV": {"FieldDelimiter": ";", "RecordDelimiter": "|", "QuoteCharacter": "'",
                      "QuoteEscapeCharacter": "'"}}
    output = {"QuoteFields": "ALWAYS", "FieldDelimiter": "\t", "RecordDelimiter": "\n"}
    assert select_csv(s3, bucket, "SELECT _2 FROM S3Object", "odd", source, output) == '"x;\'y"\n"2"\n"3"\n'
    s3.put_object(Bucket=bucket, Key="multi", Body=b'#skip\r\na,"1\n2"\r\nb,3\r\n')
    plain = {"CSV": {"Comments": "#", "AllowQuotedRecordDelimiter": True}}
    assert select_csv(s3, bucket, "SELECT _2 FROM S3Object", "multi", plain) == '"1\n2"\n3\n'
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "multi", {"CSV": {}}) == "CSVEscapingRecordDelimiter"
    assert select_csv(s3, bucket, "SELECT _1 FROM S3Object", source={"CSV": {"FileHeaderInfo": "IGNORE"}}) == (
        'Ann\nBob\n"Cid, Jr"\nDee\n')


def test_scan_ranges_cover_every_row_once(s3, bucket):
    # Workers split an object by bytes: each row belongs to exactly one of them.
    rows = "".join(f"{i},value-{i}\n" for i in range(1000))
    s3.put_object(Bucket=bucket, Key="rows", Body=("id,value\n" + rows).encode())
    s3.put_object(Bucket=bucket, Key="lines", Body="".join(f'{{"id": {i}}}\n' for i in range(1000)).encode())
    size = s3.head_object(Bucket=bucket, Key="rows")["ContentLength"]
    found = []
    for start in range(0, size, 777):
        text = select_csv(s3, bucket, "SELECT id FROM S3Object", "rows",
                          ScanRange={"Start": start, "End": min(start + 776, size)})
        found += text.split()
    assert found == [str(i) for i in range(1000)]
    size = s3.head_object(Bucket=bucket, Key="lines")["ContentLength"]
    half = select_json(s3, bucket, "SELECT id FROM S3Object", "lines", ScanRange={"Start": 0, "End": size // 2})
    rest = select_json(s3, bucket, "SELECT id FROM S3Object", "lines", ScanRange={"Start": size // 2 + 1})
    assert [row["id"] for row in half + rest] == list(range(1000))
    assert select_csv(s3, bucket, "SELECT id FROM S3Object", "rows", ScanRange={"End": 14}) == "999\n"
    assert code_of(s3, bucket, "SELECT * FROM S3Object", ScanRange={"Start": 10_000}) == "InvalidScanRange"
    assert code_of(s3, bucket, "SELECT * FROM S3Object", source={**CSV_USE, "CompressionType": "GZIP"},
                   ScanRange={"Start": 0, "End": 5}) == "UnsupportedScanRangeInput"


def test_the_stream_counts_and_ends(s3, bucket):
    rows = "".join(f"{i},{'x' * 100}\n" for i in range(5000))
    s3.put_object(Bucket=bucket, Key="large", Body=rows.encode())
    found = events(s3, bucket, "large", "SELECT * FROM S3Object", {"CSV": {}}, {"CSV": {}},
                   RequestProgress={"Enabled": True})
    assert records(found) == rows
    assert "End" in found[-1] and "Stats" in found[-2]
    assert any("Progress" in event for event in found)
    assert sum("Records" in event for event in found) > 1
    assert found[-2]["Stats"]["Details"] == {
        "BytesScanned": len(rows), "BytesProcessed": len(rows), "BytesReturned": len(rows)}


@pytest.mark.parametrize("sql, code", [
    ("SELECT", "ParseUnexpectedToken"),
    ("SELECT FROM S3Object", "ParseEmptySelect"),
    ("SELECT *", "ParseSelectMissingFrom"),
    ("SELECT *, name FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"),
    ("SELECT name FROM Other", "InvalidDataSource"),
    ("SELECT name FROM S3Object WHERE", "ParseUnexpectedToken"),
    ("SELECT name FROM S3Object WHERE name = 'x", "LexerInvalidLiteral"),
    ("SELECT name FROM S3Object WHERE name ? 1", "LexerInvalidChar"),
    ("SELECT FOO(name) FROM S3Object", "UnsupportedFunction"),
    ("SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar"),
    ("SELECT CAST(name AS THING) FROM S3Object", "ParseExpectedTypeName"),
    ("SELECT CAST(name AS INT) FROM S3Object", "CastFailed"),
    ("SELECT nothing FROM S3Object", "MissingHeaders"),
    ("SELECT _0 FROM S3Object", "InvalidColumnIndex"),
    ("SELECT name FROM S3Object LIMIT -1", "EvaluatorNegativeLimit"),
    ("SELECT name FROM S3Object GROUP BY name", "ParseUnsupportedLiteralsGroupBy"),
    ("SELECT name, COUNT(*) FROM S3Object", "UnsupportedSqlStructure"),
    ("SELECT DATE_ADD(century, 1, name) FROM S3Object", "ParseExpectedDatePart"),
    ("SELECT name FROM S3Object WHERE name LIKE 'a!b' ESCAPE '!'", "EvaluatorLikePatternInvalidEscapeSequence"),
    ("SELECT " + "(" * 2000 + "1" + ")" * 2000 + " FROM S3Object", "MaxOperatorsExceeded"),
    ("SELECT '" + "x" * 300_000 + "' FROM S3Object", "ExpressionTooLong"),
])
def test_bad_expressions_are_refused_by_code(s3, bucket, sql, code):
    assert code_of(s3, bucket, sql) == code


def test_bad_requests_and_objects(s3, bucket):
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "none") == "NoSuchKey"
    assert code_of(s3, bucket, "SELECT * FROM S3Object", source={"Parquet": {}}) == "NotImplemented"
    assert code_of(s3, bucket, "SELECT * FROM S3Object", source={**CSV_USE, **LINES}) == "ObjectSerializationConflict"
    s3.put_object(Bucket=bucket, Key="broken", Body=b'{"a": 1}\n{"a": ')
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "broken", LINES) == "JSONParsingError"
    s3.put_object(Bucket=bucket, Key="latin", Body=b"a\xe9b\n")
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "latin", {"CSV": {}}) == "InvalidTextEncoding"
    s3.put_object(Bucket=bucket, Key="wide", Body=b"x" * 1_100_000)
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "wide", {"CSV": {}}) == "OverMaxRecordSize"


def test_choices_count_in_any_case(s3, bucket):
    # Examples of AWS write "Use" and "Lines", and so do clients.
    use = {"CSV": {"FileHeaderInfo": "Use"}, "CompressionType": "None"}
    assert select_csv(s3, bucket, "SELECT name FROM S3Object LIMIT 1", source=use,
                      output={"QuoteFields": "Always"}) == '"Ann"\n'
    lines = {"JSON": {"Type": "Lines"}}
    assert len(select_json(s3, bucket, "SELECT * FROM S3Object", source=lines)) == len(ORDERS)


@pytest.mark.parametrize("source, output, code", [
    ({"CSV": {"FileHeaderInfo": "x"}}, {"CSV": {}}, "InvalidFileHeaderInfo"),
    ({"CSV": {}, "CompressionType": "x"}, {"CSV": {}}, "InvalidCompressionFormat"),
    ({"JSON": {"Type": "x"}}, {"CSV": {}}, "InvalidJsonType"),
    ({"CSV": {}}, {"CSV": {"QuoteFields": "x"}}, "InvalidQuoteFields"),
])
def test_choices_that_are_none_have_errors_of_their_own(s3, bucket, source, output, code):
    with pytest.raises(ClientError) as caught:
        events(s3, bucket, "people.csv", "SELECT * FROM S3Object", source, output)
    assert caught.value.response["Error"]["Code"] == code


def test_what_fails_late_ends_the_stream_with_its_error(s3, bucket):
    # Rows that were found before stay delivered.
    s3.put_object(Bucket=bucket, Key="late", Body=b"1\n" * 200_000 + b"x\n")
    answer = s3.select_object_content(
        Bucket=bucket, Key="late", Expression="SELECT CAST(_1 AS INT) FROM S3Object", ExpressionType="SQL",
        InputSerialization={"CSV": {}}, OutputSerialization={"CSV": {}})
    text = b""
    with pytest.raises(EventStreamError) as caught:
        for event in answer["Payload"]:
            text += event.get("Records", {}).get("Payload", b"")
    assert "CastFailed" in str(caught.value)
    assert text == b"1\n" * 200_000


def test_objects_encrypted_by_the_client_are_read_with_its_key(s3, bucket):
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    s3.put_object(Bucket=bucket, Key="own", Body=PEOPLE.encode(), **key)
    assert select_csv(s3, bucket, "SELECT COUNT(*) FROM S3Object", "own", **key) == "4\n"
    assert code_of(s3, bucket, "SELECT * FROM S3Object", "own") == "InvalidRequest"


@pytest.mark.parametrize("quote, escape, text, row", [
    ("", '"', '"a",b\n', {"_1": '"a"', "_2": "b"}),
    ('"', "\\", '"A\\B","C\\,D"\n', {"_1": "AB", "_2": "C,D"}),
    ('"', "\\", 'A\\B,C\n', {"_1": "A\\B", "_2": "C"}),
])
def test_quotes_and_escapes_are_what_the_request_says(s3, bucket, quote, escape, text, row):
    """An empty quote quotes nothing; an escape inside quotes gives way to what follows it."""
    s3.put_object(Bucket=bucket, Key="quotes.csv", Body=text.encode())
    source = {"CSV": {"QuoteCharacter": quote, "QuoteEscapeCharacter": escape}}
    assert select_json(s3, bucket, "SELECT * FROM S3Object", "quotes.csv", source) == [row]


def test_a_path_that_names_nothing_is_an_empty_row(s3, bucket):
    """AWS's reference of SELECT shows {} for each value that lacks what FROM names."""
    s3.put_object(Bucket=bucket, Key="rules.json", Body=b"""
        {"Rules": [{"id": "1"}, {"expr": "y > x"}]} {"created": "June 27"}""")
    source = {"JSON": {"Type": "DOCUMENT"}}
    sql = "SELECT id FROM S3Object[*].Rules[*].id"
    assert select_json(s3, bucket, sql, "rules.json", source) == [{"id": "1"}, {}, {}]
    sql = "SELECT _1.created FROM S3Object[*]"
    assert select_json(s3, bucket, sql, "rules.json", source) == [{}, {"created": "June 27"}]


def test_a_float_shows_its_point(s3, bucket):
    sql = "SELECT CAST(s.id AS FLOAT), CAST(s.id AS DECIMAL) FROM S3Object s LIMIT 1"
    assert select_csv(s3, bucket, sql, "orders.jsonl", LINES) == "1.0,1\n"
