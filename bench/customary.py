"""Customary, on one of its databases."""

import json
import os
import shutil
import sqlite3
import subprocess
import uuid
from contextlib import closing
from urllib.parse import urlencode

from measure import MARKER, Request
from servers import DISCOUNTS, LOGINS, NEW_CUSTOMER, PASSWORD, POINTS_FROM, ROOT, SAMPLE, Server, unquoted

# The store that `demo-data` fills.
OLDEST_STORE = "store_id = (SELECT id FROM stores ORDER BY created_at LIMIT 1)"


class Customary(Server):
    """What both engines have in common."""

    binary = ROOT / "target" / "dist" / "customary"

    def __init__(self, folder, log_level):
        super().__init__(folder)
        self.log_level = log_level
        self.token = None
        self.stores = {}

    def version(self):
        return self._run("--version").strip().removeprefix("customary ")

    def prepare(self, size):
        self._run("demo-data", "--customers", str(size), "--database", self.database)
        self.key = json.loads(self._run("keys", "create", "--json", "--database", self.database))
        self.settle()

    def settle(self):
        """Leaves the database as it would be after a while."""

    def _run(self, *arguments):
        done = subprocess.run([self.binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"customary {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def command(self):
        return [self.binary, "serve", "--listen", f"127.0.0.1:{self.port}", "--database", self.database]

    def environment(self):
        # W10 has flows that are wider than the platform's limit.
        return {**os.environ, "CUSTOMARY_LOG": self.log_level, "CUSTOMARY_FIELD_LIMIT": "1000"}

    def log_target(self, log):
        # One line a request is written as by default, and kept nowhere: it would be gigabytes.
        return subprocess.DEVNULL if self.log_level == "info" else log

    def log_in(self):
        self.token = self._token(self.key)

    def _token(self, key):
        form = {name: key[name] for name in ("client_id", "client_secret")}
        form = urlencode({"grant_type": "client_credentials", **form})
        return self.send("POST", "/oauth/access_token", form)["access_token"]

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def create_logins(self):
        for number in range(LOGINS):
            data = {"type": "customer", "name": "Ron", "email": f"login{number}@example.com", "password": PASSWORD}
            self.send("POST", "/v2/customers", {"data": data})

    def create(self):
        return [Request("POST", "/v2/customers", unquoted({"data": {"type": "customer", **NEW_CUSTOMER}}))]

    def get(self, ids):
        return [Request("GET", f"/v2/customers/{id}") for id in ids]

    def update(self, ids):
        body = unquoted({"data": {"type": "customer", "loyalty_points": MARKER}})
        return [Request("PUT", f"/v2/customers/{id}", body) for id in ids]

    def newest(self):
        return [self._list(sort="-created_at")]

    def equal(self):
        return [self._list(filter=f"eq(discount,{value})", sort="-created_at") for value in DISCOUNTS]

    def range_sorted(self):
        return [self._list(filter=f"ge(loyalty_points,{points})", sort="-member_since") for points in POINTS_FROM]

    def _list(self, **query):
        return Request("GET", "/v2/customers?" + urlencode({**query, "page[limit]": 25}))

    def login(self):
        bodies = ({"data": {"type": "token", "email": f"login{number}@example.com", "password": PASSWORD}}
                  for number in range(LOGINS))
        return [Request("POST", "/v2/customers/tokens", json.dumps(body)) for body in bodies]

    def total(self, request):
        return self.send(request.method, request.path)["meta"]["results"]["total"]

    # What only Customary is asked for

    def field(self, slug):
        fields = self.send("GET", "/v2/flows/customers/fields?page[limit]=100")["data"]
        return next(field for field in fields if field["slug"] == slug)

    def set_filterable(self, field, filterable):
        data = {"type": "field", "filterable": filterable}
        self.send("PUT", f"/v2/fields/{field['id']}", {"data": data})

    def index_state(self, field):
        return self.send("GET", f"/v2/fields/{field['id']}")["data"].get("index_state")

    def make_store(self, name):
        """A store beside the one with the made-up customers; called while the server is down."""
        self.stores[name] = json.loads(self._run("stores", "create", name, "--json", "--database", self.database))

    def fill_store(self, name, fields, customers):
        """Gives the customers of a store so many fields, and makes some with ten of them set. Returns the ids of
        the customers and the headers that open the store.

        # Errors
        `RuntimeError` with the answer when a field or customer is refused."""
        headers = {"Authorization": f"Bearer {self._token(self.stores[name])}"}

        def create(path, data):
            return self.send("POST", path, {"data": data}, headers)["data"]["id"]

        flow = create("/v2/flows", {"type": "flow", "name": "Customers", "slug": "customers"})
        relationship = {"flow": {"data": {"type": "flow", "id": flow}}}
        for number in range(fields):
            data = {"type": "field", "name": f"Field {number}", "slug": f"field_{number}", "field_type": "string"}
            # What is not set is left out, so that the answers are equally long.
            create("/v2/fields", {**data, "filterable": False, "omit_null": True, "relationships": relationship})
        # The ten that are set are spread over all.
        values = {f"field_{number}": f"value {number}" for number in range(0, fields, fields // 10)}
        data = {"type": "customer", "name": "Ron Swanson", **values}
        ids = [create("/v2/customers", {**data, "email": f"wide{number}@example.com"}) for number in range(customers)]
        return ids, headers


class CustomarySqlite(Customary):
    name = "customary-sqlite"
    title = "Customary, SQLite"
    durability = "after the write-ahead log is on the disk (synchronous=FULL); concurrent writes share one fsync"

    @property
    def path(self):
        return self.folder / "customary.db"

    @property
    def database(self):
        return f"sqlite:{self.path}"

    def settle(self):
        sql = """SELECT id FROM customers WHERE store_id = (SELECT id FROM stores ORDER BY created_at LIMIT 1)
                 ORDER BY random() LIMIT ?"""
        with closing(sqlite3.connect(self.path)) as connection:
            # A command may have left the log behind.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.ids = [str(uuid.UUID(bytes=row[0])) for row in connection.execute(sql, (SAMPLE,))]
        shutil.copyfile(self.path, self.folder / "floor.db")

    def rows(self):
        """Names, addresses and values by slug of all customers, to fill another server with the same."""
        with closing(sqlite3.connect(self.path)) as connection:
            slugs = dict(connection.execute("SELECT key, slug FROM fields"))
            for name, email, custom in connection.execute("SELECT name, email, custom FROM customers"):
                yield name, email, {slugs[key]: value for key, value in json.loads(custom).items()}

    def size_on_disk(self):
        return sum(path.stat().st_size for path in self.folder.glob("customary.db*")) / 1e6


class CustomaryPostgres(Customary):
    name = "customary-postgres"
    title = "Customary, PostgreSQL"
    is_shared = True
    durability = "after the write-ahead log is on the disk (fsync=on, synchronous_commit=on)"

    def __init__(self, folder, log_level, postgres):
        super().__init__(folder, log_level)
        self.postgres = postgres
        self.database_name = "customary"

    @property
    def database(self):
        return self.postgres.url(self.database_name)

    def prepare(self, size):
        self.postgres.query(f"CREATE DATABASE {self.database_name}")
        super().prepare(size)

    def settle(self):
        self.query("VACUUM ANALYZE")
        self.clean_up()
        sql = f"SELECT id FROM customers WHERE {OLDEST_STORE} ORDER BY random() LIMIT {SAMPLE}"
        self.ids = [row[0] for row in self.query(sql)]

    def clean_up(self):
        self.query("CHECKPOINT")

    def query(self, sql):
        return self.postgres.query(sql, self.database_name)

    def rows(self):
        slugs = dict(self.query("SELECT key, slug FROM fields"))
        # JSON in a COPY has its backslashes doubled; as hexadecimal digits it has none.
        row = "encode(convert_to(json_build_array(name, email, custom)::text, 'UTF8'), 'hex')"
        for line in self.postgres.lines(f"COPY (SELECT {row} FROM customers) TO STDOUT", self.database_name):
            name, email, custom = json.loads(bytes.fromhex(line))
            yield name, email, {slugs[key]: value for key, value in custom.items()}

    def groups(self):
        return {**super().groups(), "database": self.postgres.pids}

    def size_on_disk(self):
        return int(self.query("SELECT pg_database_size(current_database())")[0][0]) / 1e6
