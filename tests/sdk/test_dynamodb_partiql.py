"""PartiQL: statements alone, in batches and in transactions, with the service's recorded answers."""

import pytest
from botocore.exceptions import ClientError
from dynamodb_support import refused

MALFORMED = "Statement wasn't well formed, can't be processed: "
LEFTOVER = MALFORMED + "Unexpected token after expression"
OVERLAP = "Overlapping conditions with range keys are not supported in where clause"


@pytest.fixture
def db(client):
    return client("dynamodb", parameter_validation=False)


@pytest.fixture
def table(db, unique):
    """A table with the key p, c and an index of each kind; `table.run(statement, *parameters)`."""
    name = unique("partiql")
    strings = [{"AttributeName": n, "AttributeType": "S"} for n in ("p", "c", "g", "l")]
    db.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=strings,
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "global", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["held"]}}],
        LocalSecondaryIndexes=[{
            "IndexName": "local", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}]}],
    )
    yield Table(db, name)
    db.delete_table(TableName=name)


class Table:
    def __init__(self, db, name):
        self.db, self.name = db, name

    def run(self, statement, *parameters, **options):
        if parameters:
            options["Parameters"] = list(parameters)
        return self.db.execute_statement(Statement=statement.replace("{T}", f'"{self.name}"'), **options)

    def items(self, statement, *parameters, **options):
        return self.run(statement, *parameters, **options)["Items"]

    def sort_keys(self, where):
        return [item["c"]["S"] for item in self.items("SELECT c FROM {T} WHERE " + where)]

    def refused(self, statement, *parameters, **options):
        with pytest.raises(ClientError) as caught:
            self.run(statement, *parameters, **options)
        return caught.value.response["Error"]["Message"]

    def put(self, p, c="1", **attributes):
        self.db.put_item(TableName=self.name, Item={"p": {"S": p}, "c": {"S": c}, **attributes})

    def get(self, p, c="1"):
        return self.db.get_item(TableName=self.name, Key={"p": {"S": p}, "c": {"S": c}}, ConsistentRead=True).get("Item")

    def statements(self, *texts):
        return [{"Statement": text.replace("{T}", f'"{self.name}"')} for text in texts]

    def transact(self, *texts, **options):
        return self.db.execute_transaction(TransactStatements=self.statements(*texts), **options)

    def batch(self, *texts, **options):
        return self.db.batch_execute_statement(Statements=self.statements(*texts), **options)["Responses"]


def test_insert_update_delete(table):
    """The developer guide's own statements, as people copy them."""
    table.run("INSERT INTO {T} VALUE {'p': 'a', 'c': '1', 'n': 1e3, 'm': {'x': [1, 'y']}, 's': <<1, 2>>, 'q': 'it''s'}")
    assert table.get("a") == {
        "p": {"S": "a"}, "c": {"S": "1"}, "n": {"N": "1000"}, "m": {"M": {"x": {"L": [{"N": "1"}, {"S": "y"}]}}},
        "s": {"NS": ["1", "2"]}, "q": {"S": "it's"}}
    assert table.run("UPDATE {T} SET n = n + 1 SET m.x = list_append(m.x, [null]) REMOVE q "
                     "WHERE p = 'a' AND c = '1'")["Items"] == []
    changed = table.items("UPDATE {T} SET s = set_add(s, <<3>>), n = ? WHERE p = ? AND c = '1' RETURNING ALL NEW *",
                          {"N": "5"}, {"S": "a"})
    assert changed[0]["n"] == {"N": "5"} and sorted(changed[0]["s"]["NS"]) == ["1", "2", "3"]
    assert changed[0]["m"]["M"]["x"]["L"][2] == {"NULL": True} and "q" not in changed[0]
    only = table.items("UPDATE {T} SET n = 6 WHERE p = 'a' AND c = '1' RETURNING MODIFIED OLD *")
    assert only == [{"n": {"N": "5"}}]
    assert table.items("FROM {T} WHERE p = 'a' AND c = '1' SET z = 1 RETURNING MODIFIED NEW *") == [{"z": {"N": "1"}}]
    assert table.items("DELETE FROM {T} WHERE p = 'a' AND c = '1' RETURNING ALL OLD *")[0]["p"] == {"S": "a"}
    assert table.get("a") is None


def test_existence(table):
    """INSERT is not PutItem and UPDATE is not UpdateItem: one wants no item, the other wants one."""
    table.run("INSERT INTO {T} VALUE {'p': 'a', 'c': '1'}")
    assert refused(table.run, statement="INSERT INTO {T} VALUE {'p': 'a', 'c': '1'}") == (
        "DuplicateItemException", "Duplicate primary key exists in table")
    assert refused(table.run, statement="UPDATE {T} SET x = 1 WHERE p = 'b' AND c = '1'") == (
        "ConditionalCheckFailedException", "The conditional request failed")
    assert table.run("DELETE FROM {T} WHERE p = 'b' AND c = '1'")["Items"] == []
    with pytest.raises(ClientError) as caught:
        table.run("UPDATE {T} SET x = 1 WHERE p = 'a' AND c = '1' AND x > 5",
                  ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert caught.value.response["Item"] == {"p": {"S": "a"}, "c": {"S": "1"}}


def test_updates_of_documents(table):
    """Paths reach into maps and lists; the functions on sets and lists are those of update expressions."""
    where = " WHERE p = 'a' AND c = '1' "
    table.put("a", s={"SS": ["x", "y"]}, e={"L": [{"N": "1"}, {"L": [{"M": {"k": {"S": "v"}}}]}]},
              m={"M": {"a": {"M": {"b": {"L": [{"N": n} for n in "123"]}}}}})
    assert table.items("UPDATE {T} SET s = set_delete(s, <<'x'>>) SET n = set_add(n, <<3>>)" + where + "RETURNING MODIFIED NEW *") == [
        {"s": {"SS": ["y"]}, "n": {"NS": ["3"]}}]
    changed = table.items("UPDATE {T} SET m.a.b[1] = 22 SET e[1][0].k = 'w' REMOVE m.a.b[0]" + where + "RETURNING ALL NEW *")[0]
    assert changed["m"]["M"]["a"]["M"]["b"]["L"] == [{"N": "22"}, {"N": "3"}]
    assert changed["e"]["L"][1]["L"] == [{"M": {"k": {"S": "w"}}}]
    assert table.items("SELECT m.a.b[0], e[1][0].k FROM {T}" + where) == [{"b[0]": {"N": "22"}, "k": {"S": "w"}}]
    assert table.sort_keys("p = 'a' AND m.a.b[1] = 3 AND e[1][0].k = 'w' AND size(m.a.b) = 2 AND m.z IS MISSING") == ["1"]
    table.run("UPDATE {T} SET e = list_append(e, [9]) SET z = list_append([0], e) SET q = if_not_exists(q, 5) SET d = 10 - e[0]" + where)
    after = table.get("a")
    assert [after[name]["N"] for name in "qd"] == ["5", "9"]
    assert after["e"]["L"][2] == {"N": "9"} and [len(after[name]["L"]) for name in "ez"] == [3, 3]
    # The last element takes the set with it.
    assert "s" not in table.items("UPDATE {T} SET s = set_delete(s, <<'y'>>)" + where + "RETURNING ALL NEW *")[0]


def test_a_limit_counts_what_is_read(table):
    """As in the other operations: what a condition leaves out was read, and the page's key is that of the last."""
    for number in range(8):
        table.put("a", str(number), odd={"N": str(number % 2)})
    pages, token = [], {}
    while True:
        page = table.run("SELECT c FROM {T} WHERE p = 'a' AND odd = 1", Limit=3, **token)
        pages.append(([item["c"]["S"] for item in page["Items"]], page.get("LastEvaluatedKey", {}).get("c", {}).get("S")))
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [(["1"], "2"), (["3", "5"], "5"), (["7"], None)]


@pytest.mark.parametrize("condition, found", [
    ("attribute_exists(m.x) AND ATTRIBUTE_NOT_EXISTS(nope)", True), ("attribute_exists(nope) = false", True),
    ("size(s) = 2", True), ("contains(tags, 'a')", True), ("begins_with(word, 'wo')", True),
    ("attribute_type(tags, 'SS')", True), ("nul IS NULL", True), ("nope IS NULL", False), ("nope IS MISSING", True),
    ("word IS NOT MISSING", True), ("word IS STRING", True), ("word IS BOOL", False), ("n IN [1, 7]", True),
    ("NOT n IN [1, 7]", False), ("n BETWEEN - 2 AND +7", True), ("n != 7", False), ("(n = 5 OR word = 'word') = true", True),
    ("tags = <<'b', 'a'>>", True), ("s[1] = 2", True), ('"word" = \'word\'', True),
])
def test_conditions(table, condition, found):
    """Conditions mean what they mean in the other operations, in PartiQL's spelling."""
    table.put("a", n={"N": "7"}, word={"S": "word"}, tags={"SS": ["a", "b"]}, s={"L": [{"N": "1"}, {"N": "2"}]},
              m={"M": {"x": {"S": "y"}}}, nul={"NULL": True})
    assert (table.sort_keys(f"p = 'a' AND c = '1' AND {condition}") == ["1"]) is found


def test_reads_by_key(table):
    """Keys bound what is read; alternatives on the key are so many reads, which must not overlap."""
    for p in "op":
        for c in "123":
            table.put(p, c, flag={"S": c})
    assert table.sort_keys("p = 'o' ORDER BY c DESC") == ["3", "2", "1"]
    assert table.sort_keys("p = 'o' AND c > '1' AND c <> '2'") == ["3"]
    assert table.sort_keys("p = 'o' AND (c = '1' OR c = '3')") == ["1", "3"]
    assert sorted(table.sort_keys("p IN ['o', 'p'] AND c = '2'")) == ["2", "2"]
    assert sorted(table.sort_keys("p = 'o' OR flag = '3'")) == ["1", "2", "3", "3"]
    for where in ("p IN ['o', 'o']", "p = 'o' AND (c > '0' OR c < '5')", "p = 'o' AND (c = '1' OR flag = '2')"):
        assert table.refused("SELECT * FROM {T} WHERE " + where) == OVERLAP
    assert table.refused("SELECT * FROM {T} WHERE p = 1").endswith("data type in table's schema: Key p")
    many = ", ".join(f"'{i}'" for i in range(51))
    assert table.refused(f"SELECT * FROM {{T}} WHERE p IN [{many}]") == (
        "Too many decomposed read operations for a given query.")
    read = table.run("SELECT * FROM {T} WHERE p = 'o' AND c = '1'", ReturnConsumedCapacity="TOTAL")
    assert read["ConsumedCapacity"]["CapacityUnits"] == 0.5


def test_pages(table):
    """A token goes on where the page stopped, across partitions, and fits its own statement only."""
    for p in "op":
        for c in "123":
            table.put(p, c)
    statement = "SELECT p, c FROM {T} WHERE p IN ['o', 'p'] ORDER BY p DESC, c ASC"
    seen, token = [], None
    while True:
        page = table.run(statement, Limit=2, **({"NextToken": token} if token else {}))
        seen += [item["p"]["S"] + item["c"]["S"] for item in page["Items"]]
        token = page.get("NextToken")
        if not token:
            break
        last = token
    assert seen == ["p1", "p2", "p3", "o1", "o2", "o3"]
    assert table.refused("SELECT * FROM {T}", NextToken=last) == "NextToken does not match request"
    assert table.refused(statement, NextToken="nonsense") == "Invalid NextToken"


def test_columns(table):
    """A column is called by its path from the last name on."""
    table.put("a", m={"M": {"k": {"L": [{"S": "x"}]}}})
    assert table.items("SELECT m.k[0], p, nope FROM {T} WHERE p = 'a'") == [{"k[0]": {"S": "x"}, "p": {"S": "a"}}]
    assert table.refused("SELECT COUNT(*) FROM {T}") == "Unexpected path component at 1:8:5"


def test_indexes(table):
    """An index is named behind its table; a local one reaches what it does not hold, a global one refuses."""
    table.put("a", g={"S": "x"}, l={"S": "1"}, held={"S": "h"}, other={"S": "o"})
    table.put("b")
    assert table.items('SELECT * FROM {T}."global" WHERE g = \'x\'') == [
        {"p": {"S": "a"}, "c": {"S": "1"}, "g": {"S": "x"}, "held": {"S": "h"}}]
    assert len(table.items('SELECT * FROM {T}."global"')) == 1, "the index is sparse"
    assert table.items('SELECT other FROM {T}."local" WHERE p = \'a\'') == [{"other": {"S": "o"}}]
    assert table.refused('SELECT other, more FROM {T}."global"') == (
        "One or more parameter values were invalid: Global secondary index global does not project [other, more]")
    assert table.refused('SELECT p FROM {T}."global" WHERE g = \'x\' AND other = \'o\'').endswith(
        "Secondary index global does not project one or more filter attributes: [other]")
    assert table.refused('SELECT * FROM {T}."global" WHERE g = \'x\'', ConsistentRead=True) == (
        "Strongly consistent read is not supported on Global Secondary Indexes")
    assert table.refused('SELECT * FROM {T}."none"') == "The table does not have the specified index"
    assert table.refused('UPDATE {T}."local" SET x = 1 WHERE p = \'a\' AND c = \'1\'') == (
        "This operation is not supported on an index")


@pytest.mark.parametrize("statement, message", [
    ("SELECT * FROM {T} WHERE", MALFORMED + "Unexpected term"), ("SELECT * FROM", MALFORMED + "Unexpected term"),
    ("SELECT * FROM {T} WHERE p = 'a' AND", MALFORMED + "Missing right-hand side expression of infix operator"),
    ("SELECT * FROM {T} WHERE p = 'a' x", LEFTOVER), ("SELECT * FROM {T} WHERE p = 1e99999999999", MALFORMED),
    ("SELECT * FROM {T} t WHERE p = 'a'", "Aliasing is not supported"), ("SLECT * FROM {T}", MALFORMED + "Expected data manipulation"),
    ("DELETE FROM WHERE p = 'a'", MALFORMED + "Expected identifier for simple path"),
    ("DELETE FROM {T} WHERE p = 'a'", "Where clause does not contain a mandatory equality on all key attributes"),
    ("UPDATE {T} SET x = 1 WHERE p = 'a' AND c = '1' AND p = 'b'",
     "Multiple conditions on same key p. Only single item Update/Insert/Delete are supported"),
    ("DELETE FROM {T} WHERE p = 'a' AND c = '1' RETURNING ALL NEW *",
     "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE statements."),
    ("INSERT INTO {T} VALUE {'p': 'a', 'c': '1', 's': <<>>}", "Empty bags are not supported"),
    ("INSERT INTO {T} VALUE {'p': 'a', 'c': '1', 'm': {'x': 1e126}}",
     "Number overflow. Attempting to store a number with magnitude larger than supported range under root.x"),
    ("SELECT * FROM {T} WHERE p = ?", "Number of parameters in request and statement don't match."),
    ("SELECT * FROM {T} ORDER BY c", "Must have WHERE clause in the statement when using ORDER BY clause."),
    ("EXISTS(SELECT * FROM {T} WHERE p = 'a' AND c = '1' AND x = 1)",
     "EXISTS can only be used in ExecuteTransaction write requests."),
    ('SELECT * FROM "" WHERE p = \'a\'', "Path component cannot be an empty string"),
])
def test_refusals(table, statement, message):
    """Clients show these texts to people, and compare them."""
    assert table.refused(statement) == message


def test_values_before_text(table):
    """Parameters are checked before the statement is read, and operands before the table is found."""
    assert "contains duplicates" in table.refused("UPDATE {T} SET WHERE", {"SS": ["a", "a"]})
    assert table.refused("SELECT * FROM {T} WHERE p = ?", {"N": "1e2147483648"}) == (
        "The parameter cannot be converted to a numeric value: 1e2147483648")
    assert table.refused('SELECT * FROM "no-such-table" WHERE p = \'a\' AND x < ?', {"BOOL": True}) == (
        "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL")


def test_batch(table):
    """Each statement of a batch answers for itself."""
    table.put("a", n={"N": "1"})
    good, missing, partial = table.batch(
        "SELECT n FROM {T} WHERE p = 'a' AND c = '1'", 'SELECT * FROM "no-such-table" WHERE p = \'a\'',
        "SELECT * FROM {T} WHERE p = 'a'")
    table.put("d")
    assert good == {"TableName": table.name, "Item": {"n": {"N": "1"}}}
    assert missing["Error"]["Code"] == "ResourceNotFound"
    assert partial["Error"]["Message"] == (
        "Select statements within BatchExecuteStatement must specify the primary key in the where clause.")
    duplicate, failed, done = table.batch(
        "INSERT INTO {T} VALUE {'p': 'd', 'c': '1'}", "UPDATE {T} SET n = 2 WHERE p = 'b' AND c = '1'",
        "UPDATE {T} SET n = 2 WHERE p = 'a' AND c = '1' RETURNING MODIFIED NEW *")
    assert (duplicate["Error"]["Code"], failed["Error"]["Code"]) == ("DuplicateItem", "ConditionalCheckFailed")
    assert done["Item"] == {"n": {"N": "2"}}


def test_transaction(table):
    """All or nothing, with a reason for each statement."""
    table.transact("INSERT INTO {T} VALUE {'p': 'a', 'c': '1', 'n': 1}", "INSERT INTO {T} VALUE {'p': 'b', 'c': '1'}")
    read = table.transact("SELECT n FROM {T} WHERE p = 'a' AND c = '1'", "SELECT * FROM {T} WHERE p = 'x' AND c = '1'")
    assert read["Responses"] == [{"Item": {"n": {"N": "1"}}}, {}]
    with pytest.raises(ClientError) as caught:
        table.transact("INSERT INTO {T} VALUE {'p': 'c', 'c': '1'}", "INSERT INTO {T} VALUE {'p': 'a', 'c': '1'}",
                       "EXISTS(SELECT * FROM {T} WHERE p = 'b' AND c = '1' AND n = 5)")
    assert [reason["Code"] for reason in caught.value.response["CancellationReasons"]] == [
        "None", "DuplicateItem", "ConditionalCheckFailed"]
    assert table.get("c") is None
    for texts, message in (
        (["SELECT * FROM {T} WHERE p = 'a' AND c = '1'", "DELETE FROM {T} WHERE p = 'a' AND c = '1'"],
         "ExecuteTransaction API does not support both read and write operations in the same request."),
        (["UPDATE {T} SET n = 1 WHERE p = 'a' AND c = '1' RETURNING ALL NEW *"],
         "Validation failed in TransactStatements[0]: RETURNING clause is not supported in ExecuteTransaction."),
        (["EXISTS(SELECT * FROM {T} WHERE p = 'a' AND c = '1')"],
         "Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with additional condition"),
    ):
        with pytest.raises(ClientError) as caught:
            table.transact(*texts)
        assert caught.value.response["Error"]["Message"] == message


def test_transaction_token(table):
    """A repeated request is not done twice, and is charged as the read that it is."""
    table.put("a", n={"N": "0"})
    options = {"ClientRequestToken": "token-" + table.name[-12:], "ReturnConsumedCapacity": "TOTAL"}
    count = "UPDATE {T} SET n = n + 1 WHERE p = 'a' AND c = '1'"
    first, second = table.transact(count, **options), table.transact(count, **options)
    assert table.get("a")["n"] == {"N": "1"}
    assert first["ConsumedCapacity"][0]["WriteCapacityUnits"] == 2
    assert second["ConsumedCapacity"][0]["ReadCapacityUnits"] == 2
    with pytest.raises(ClientError) as caught:
        table.transact(count, count.replace("'a'", "'b'"), **options)
    assert caught.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"
