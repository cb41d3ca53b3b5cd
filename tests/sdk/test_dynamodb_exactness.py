"""DynamoDB's numbers, sizes, nesting and keys, held to their limits by what is reckoned here."""

import random
from decimal import Context, Decimal, Inexact, localcontext

import pytest
from dynamodb_support import Account
from refusals import code_and_message as refused

WIDE = Context(prec=300)
ITEM_BYTES_MAX = 400 * 1024
TOO_LARGE = "Item size has exceeded the maximum allowed size"


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


@pytest.fixture
def table(own):
    own.create("exact")
    return own.db


def a_number(dice):
    """Any number that the service can hold: up to 38 digits, of any magnitude from -130 to 125."""
    digits = "".join(dice.choice("0123456789") for _ in range(dice.choice((1, 2, 3, 17, 37, 38)))).lstrip("0") or "0"
    exponent = dice.choice((dice.randint(-130, 125), dice.randint(-3, 20)))
    return Decimal(f"{dice.choice(('', '-'))}{digits[0]}.{digits[1:]}e{exponent}")


def in_range(number):
    return number == 0 or -130 <= number.adjusted() <= 125


def test_numbers_are_ordered_by_value(own):
    """Sort keys of the table and of an index lie in the order of their values, from either end, and
    a range holds just those within its bounds."""
    own.db.create_table(
        TableName="sorted", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": t} for a, t in ("pS", "nN", "gS", "mN")],
        GlobalSecondaryIndexes=[{"IndexName": "by-m", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [
            {"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "m", "KeyType": "RANGE"}]}])
    dice = random.Random(5)
    numbers = {number for number in (a_number(dice) for _ in range(400)) if in_range(number)}
    edges = ("0", "1e-130", "-1e-130", "9." + "9" * 37 + "e125", "-9." + "9" * 37 + "e125", "1e125", "10", "9.9", "100")
    numbers |= {Decimal(edge) for edge in edges}
    for number in numbers:
        own.db.put_item(TableName="sorted", Item={
            "p": {"S": "a"}, "n": {"N": str(number)}, "g": {"S": "b"}, "m": {"N": str(number.copy_negate())}})
    order = sorted(numbers)

    def query(hash_name, sort_name, partition, forward=True, low=None, high=None, **options):
        condition, values = "#h = :h", {":h": {"S": partition}}
        names = {"#h": hash_name}
        if low is not None:
            condition += " AND #s BETWEEN :l AND :u"
            values.update({":l": {"N": str(low)}, ":u": {"N": str(high)}})
            names["#s"] = sort_name
        found = own.db.query(TableName="sorted", KeyConditionExpression=condition, ExpressionAttributeNames=names,
                             ExpressionAttributeValues=values, ScanIndexForward=forward, **options)["Items"]
        return [Decimal(item[sort_name]["N"]) for item in found]

    assert query("p", "n", "a") == order
    assert query("p", "n", "a", forward=False) == order[::-1]
    assert query("g", "m", "b", IndexName="by-m") == [number.copy_negate() for number in reversed(order)]
    for _ in range(30):
        low, high = sorted(dice.sample(order, 2))
        assert query("p", "n", "a", low=low, high=high) == [number for number in order if low <= number <= high]


def test_sums_are_exact(table):
    """A sum or difference is exact or refused: more than 38 digits or too large is an overflow, too
    small an underflow."""
    dice = random.Random(6)
    refusals = 0
    for _ in range(300):
        one, other = a_number(dice), a_number(dice)
        if not in_range(one) or not in_range(other):
            continue
        if dice.random() < 0.7:  # Near enough for their digits to meet.
            other = other.scaleb(one.adjusted() - other.adjusted() + dice.randint(-3, 3)) if other else other
        if not in_range(other):
            continue
        sign = dice.choice("+-")
        with localcontext(WIDE):
            expected = one + other if sign == "+" else one - other
        with localcontext(Context(prec=38)) as context:
            rounded = +expected
            exact = not context.flags[Inexact]
        table.put_item(TableName="exact", Item={"p": {"S": "a"}, "n": {"N": str(one)}})
        update = {"TableName": "exact", "Key": {"p": {"S": "a"}}, "UpdateExpression": f"SET n = n {sign} :o",
                  "ExpressionAttributeValues": {":o": {"N": str(other)}}, "ReturnValues": "ALL_NEW"}
        if not exact or not in_range(rounded):
            refusals += 1
            message = refused(table.update_item, **update)[1]
            small = expected != 0 and rounded.adjusted() < -130
            assert message.startswith("Number underflow" if small else "Number overflow"), (one, other, message)
            continue
        found = table.update_item(**update)["Attributes"]["n"]["N"]
        assert Decimal(found) == expected, (one, sign, other)
        assert "e" not in found.lower() and (expected != 0 or found == "0")
        if sign == "+":  # ADD is the same sum.
            table.put_item(TableName="exact", Item={"p": {"S": "a"}, "n": {"N": str(one)}})
            added = table.update_item(TableName="exact", Key={"p": {"S": "a"}}, ReturnValues="ALL_NEW", AttributeUpdates={
                "n": {"Action": "ADD", "Value": {"N": str(other)}}})
            assert added["Attributes"]["n"]["N"] == found
    assert refusals > 30


@pytest.mark.parametrize("text, message", [
    ("1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("-1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("0.1e127", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("9.9e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
    ("1" * 39, "Attempting to store more than 38 significant digits in a Number"),
    ("0." + "1" * 39, "Attempting to store more than 38 significant digits in a Number"),
    ("1,5", "The parameter cannot be converted to a numeric value: 1,5"),
    ("", "The parameter cannot be converted to a numeric value"),
    ("0x1", "The parameter cannot be converted to a numeric value: 0x1"),
])
def test_what_is_no_number(table, text, message):
    """The same refusal stands wherever a number may: alone, in a set, in a document, in a condition."""
    for value in ({"N": text}, {"NS": ["1", text]}, {"L": [{"M": {"x": {"N": text}}}]}):
        code, said = refused(table.put_item, TableName="exact", Item={"p": {"S": "a"}, "n": value})
        assert (code, said) == ("ValidationException", message)
    said = refused(table.put_item, TableName="exact", Item={"p": {"S": "a"}}, ConditionExpression="n = :n",
                   ExpressionAttributeValues={":n": {"N": text}})[1]
    assert said == f"ExpressionAttributeValues contains invalid value: {message} for key :n"


def number_bytes(text):
    """A byte, one for two digits on each side of the point, and one for a minus; zeros around count nothing."""
    _, digits, exponent = Decimal(text).normalize(WIDE).as_tuple()
    if digits == (0,):
        return 1
    whole = min(max(len(digits) + exponent, 0), len(digits))
    return 1 + (whole + 1) // 2 + (len(digits) - whole + 1) // 2 + text.startswith("-")


def value_bytes(value):
    (kind, content), = value.items()
    if kind in ("NULL", "BOOL"):
        return 1
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_bytes(one) for name, one in content.items())
    if kind == "L":
        return 3 + sum(1 + value_bytes(one) for one in content)
    sizes = {"N": number_bytes, "S": lambda text: len(text.encode()), "B": len}
    return sum(map(sizes[kind[0]], content if kind.endswith("S") and len(kind) == 2 else [content]))


def item_bytes(item):
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


PARTS = {
    "text": {"S": "zwölf"}, "blob": {"B": b"\x00\xff"}, "null": {"NULL": True}, "flag": {"BOOL": False},
    "odd": {"N": "12345"}, "even": {"N": "-1234"}, "point": {"N": "-1.5"}, "zeros": {"N": "1200000"},
    "small": {"N": "0.0012"}, "zero": {"N": "0"}, "long": {"N": "-" + "9" * 38},
    "texts": {"SS": ["a", "bc"]}, "numbers": {"NS": ["1", "-22", "3.3"]}, "blobs": {"BS": [b"a", b"bcd"]},
    "empty": {"S": ""}, "no list": {"L": []}, "no map": {"M": {}},
    "list": {"L": [{"NULL": True}, {"N": "-7"}, {"L": [{"S": "x"}]}, {"M": {"ü": {"BOOL": True}}}]},
    "map": {"M": {"a": {"M": {"b": {"L": [{"S": ""}]}}}, "c": {"NS": ["-0.5"]}}},
}


def filled(parts, size):
    """An item of `parts` and a text that makes it just so large."""
    item = {"p": {"S": "a"}, **parts, "fill": {"S": ""}}
    item["fill"] = {"S": "x" * (size - item_bytes(item))}
    return item


@pytest.mark.parametrize("name", PARTS)
def test_items_end_at_400_kib_to_the_byte(table, name):
    """Each type counts as the service counts it: the last byte fits, one more does not, whichever
    operation writes it."""
    # What an update leaves alone is not in the statement, which is limited too.
    alone = {"alone": {"S": "x" * 20}}
    fits, large = (filled({name: PARTS[name], **alone}, ITEM_BYTES_MAX + more) for more in (0, 1))
    table.put_item(TableName="exact", Item=fits)
    assert refused(table.put_item, TableName="exact", Item=large) == ("ValidationException", TOO_LARGE)
    table.batch_write_item(RequestItems={"exact": [{"PutRequest": {"Item": fits}}]})
    batch = {"exact": [{"PutRequest": {"Item": large}}]}
    assert refused(table.batch_write_item, RequestItems=batch) == ("ValidationException", TOO_LARGE)
    table.transact_write_items(TransactItems=[{"Put": {"TableName": "exact", "Item": fits}}])
    code, _ = refused(table.transact_write_items, TransactItems=[{"Put": {"TableName": "exact", "Item": large}}])
    assert code in ("ValidationException", "TransactionCanceledException")
    grown = {"TableName": "exact", "Key": {"p": {"S": "a"}}, "UpdateExpression": "SET fill = :f"}
    table.update_item(**grown, ExpressionAttributeValues={":f": fits["fill"]})
    assert refused(table.update_item, **grown, ExpressionAttributeValues={":f": large["fill"]}) == (
        "ValidationException", "Item size to update has exceeded the maximum allowed size")
    assert table.get_item(TableName="exact", Key={"p": {"S": "a"}})["Item"]["fill"] == fits["fill"]


def test_all_types_at_once(own):
    """A table's size is the sum of its items'; all types in one item make 400 KiB together too."""
    own.create("exact")
    own.db.put_item(TableName="exact", Item=filled(PARTS, ITEM_BYTES_MAX))
    assert refused(own.db.put_item, TableName="exact", Item=filled(PARTS, ITEM_BYTES_MAX + 1))[1] == TOO_LARGE
    own.put("exact", "b", **PARTS)
    own.advance("6h")
    described = own.db.describe_table(TableName="exact")["Table"]
    assert described["TableSizeBytes"] == ITEM_BYTES_MAX + item_bytes({"p": {"S": "b"}, **PARTS})


def nested(depth, kind):
    value = {"S": "x"}
    for _ in range(depth):
        value = {"L": [value]} if kind == "L" else {"M": {"m": value}}
    return value


@pytest.mark.parametrize("kind", "LM")
def test_documents_are_32_deep(table, kind):
    """31 levels below the attribute's own fit; a path reaches their end; an update cannot deepen them."""
    key = {"p": {"S": "a"}}
    step = "[0]" if kind == "L" else ".m"
    table.put_item(TableName="exact", Item={**key, "n": nested(31, kind)})
    assert table.get_item(TableName="exact", Key=key)["Item"]["n"] == nested(31, kind)
    code, message = refused(table.put_item, TableName="exact", Item={**key, "n": nested(32, kind)})
    assert code == "ValidationException" and message.startswith("Nesting Levels have exceeded supported limits")
    found = table.get_item(TableName="exact", Key=key, ProjectionExpression="n" + step * 31)["Item"]["n"]
    assert found == nested(31, kind)
    update = {"TableName": "exact", "Key": key, "UpdateExpression": f"SET n{step * 31} = :v"}
    table.update_item(**update, ExpressionAttributeValues={":v": {"N": "1"}})
    assert refused(table.update_item, **update, ExpressionAttributeValues={":v": {"L": [{"N": "1"}]}})[0] == "ValidationException"


def test_binary_keys_are_unsigned_bytes(own):
    """Binary sort keys compare byte by byte without sign; a prefix comes first; 2,048 and 1,024 bytes fit."""
    own.db.create_table(
        TableName="bytes", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "B"} for n in "pc"])
    dice = random.Random(7)
    keys = {bytes(dice.choice((0, 1, 127, 128, 254, 255)) for _ in range(dice.randint(1, 6))) for _ in range(150)}
    keys |= {b"\x00" * n for n in range(1, 9)} | {b"\xff" * n for n in range(1, 9)} | {b"\xff" * 1024, b"\x00" * 1024}
    longest = b"\x80" * 2048
    for one in keys:
        own.db.put_item(TableName="bytes", Item={"p": {"B": longest}, "c": {"B": one}})
    query = {"TableName": "bytes", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"B": longest}}}
    for forward in (True, False):
        found, start = [], {}
        while True:
            page = own.db.query(**query, Limit=13, ScanIndexForward=forward, **start)
            found += [item["c"]["B"] for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        assert found == sorted(keys, reverse=not forward)
    for prefix in (b"\xff", b"\x00\x00", b"\x7f", b"\xff\xff"):
        began = own.db.query(TableName="bytes", KeyConditionExpression="p = :p AND begins_with(c, :c)",
                             ExpressionAttributeValues={":p": {"B": longest}, ":c": {"B": prefix}})["Items"]
        assert [item["c"]["B"] for item in began] == sorted(one for one in keys if one.startswith(prefix))
    long_hash = {"p": {"B": longest + b"x"}, "c": {"B": b"a"}}
    assert refused(own.db.put_item, TableName="bytes", Item=long_hash)[1].endswith(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes")
    long_range = {"p": {"B": b"a"}, "c": {"B": b"x" * 1025}}
    assert refused(own.db.put_item, TableName="bytes", Item=long_range)[1].endswith(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes")


def test_sets_have_an_order_of_their_own(table):
    """No order of sets is documented; that of bytes, and of numbers by value, is what client libraries' own suites find."""
    def stored():
        return table.get_item(TableName="exact", Key={"p": {"S": "a"}})["Item"]

    table.put_item(TableName="exact", Item={
        "p": {"S": "a"}, "s": {"SS": ["b", "é", "B", "a"]}, "n": {"NS": ["10", "9", "-1.50", "1e2"]},
        "b": {"BS": [b"\xff", b"\x00", b"a"]}, "l": {"L": [{"SS": ["y", "x"]}]}})
    assert stored()["s"] == {"SS": ["B", "a", "b", "é"]} and stored()["n"] == {"NS": ["-1.5", "9", "10", "100"]}
    assert stored()["b"] == {"BS": [b"\x00", b"a", b"\xff"]} and stored()["l"] == {"L": [{"SS": ["x", "y"]}]}
    changed = table.update_item(
        TableName="exact", Key={"p": {"S": "a"}}, UpdateExpression="ADD s :s, n :n DELETE b :b",
        ExpressionAttributeValues={":s": {"SS": ["aa", "A"]}, ":n": {"NS": ["9.5", "9"]}, ":b": {"BS": [b"a"]}},
        ReturnValues="UPDATED_NEW")["Attributes"]
    assert changed["s"] == {"SS": ["A", "B", "a", "aa", "b", "é"]} and changed["b"] == {"BS": [b"\x00", b"\xff"]}
    assert changed["n"] == {"NS": ["-1.5", "9", "9.5", "10", "100"]}
    table.execute_statement(Statement="UPDATE exact SET t = <<'z', 'y'>> SET s = set_add(s, <<'C'>>) WHERE p = 'a'")
    assert stored()["t"] == {"SS": ["y", "z"]} and stored()["s"]["SS"][:3] == ["A", "B", "C"]
