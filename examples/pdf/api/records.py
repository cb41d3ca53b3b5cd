"""Records of files in Postgres. Every write may be repeated, since a queue may deliver a task twice."""

import psycopg
from psycopg.rows import dict_row

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    id          uuid PRIMARY KEY,
    parent      uuid,
    file_name   text NOT NULL,
    folder_name text NOT NULL,
    description text NOT NULL,
    tags        text[] NOT NULL,
    s3_key      text NOT NULL UNIQUE,
    size        bigint NOT NULL,
    pages       int[],
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS records_by_parent ON records (parent);
CREATE TABLE IF NOT EXISTS outcomes (
    record uuid PRIMARY KEY,
    error  text
);
"""

COLUMNS = ("id", "parent", "file_name", "folder_name", "description", "tags", "s3_key", "size", "pages")

# A file's status is derived: tasks may be done in any order.
SELECT = """
SELECT r.*, o.error, CASE WHEN o.record IS NULL THEN 'stored' WHEN o.error IS NULL THEN 'processed' ELSE 'failed' END AS status
FROM records r LEFT JOIN outcomes o ON o.record = r.id
"""


class Records:
    def __init__(self, url):
        self.url = url

    def _run(self, statement, values=()):
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def create_schema(self):
        self._run(SCHEMA)

    def save(self, record):
        names, places = ", ".join(COLUMNS), ", ".join(f"%({name})s" for name in COLUMNS)
        values = {"parent": None, "pages": None, **record}
        self._run(f"INSERT INTO records ({names}) VALUES ({places}) ON CONFLICT (id) DO NOTHING", values)

    def finish(self, record, error):
        self._run("INSERT INTO outcomes (record, error) VALUES (%s, %s) "
                  "ON CONFLICT (record) DO UPDATE SET error = excluded.error", (record, error))

    def find(self, record):
        found = self._run(SELECT + "WHERE r.id = %s", (record,))
        return found[0] if found else None

    def children(self, parent):
        return self._run(SELECT + "WHERE r.parent = %s ORDER BY r.file_name", (parent,))

    def all(self):
        return self._run(SELECT + "ORDER BY r.created_at, r.file_name")
