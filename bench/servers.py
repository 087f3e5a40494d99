"""The servers that are compared. README.md says what one has to offer, and how to add another."""

import http.client
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

from measure import HERE, MARKER, Request, memory_of

ROOT = HERE.parent
RELEASE = ROOT / "target" / "release"

# How many different records a cell asks for at most; the requests are in the client's memory.
SAMPLE = 100_000

LOGINS = 50
PASSWORD = "mysecretpassword"

# The longest that a server may take to answer for the first time.
START_TIMEOUT_SECONDS = 120

DISCOUNTS = [step / 100 for step in range(1, 50)]
POINTS_FROM = range(88_000, 92_000, 50)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server with customers in it.

    The methods that return requests are the workloads' vocabulary: what a server cannot do it leaves at None, and
    its cells stay empty."""

    name = ""  # in results and file names
    title = ""  # in the report
    durability = ""  # when a write is answered
    binary = None

    def __init__(self, folder):
        self.folder = folder
        self.process = None
        self.port = free_port()
        self.ids = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def version(self):
        return ""

    # Life

    def prepare(self, size):
        """Fills a new database with so many customers, with an id of SAMPLE of them in `self.ids`."""

    def command(self):
        """The command line that serves."""
        raise NotImplementedError

    def environment(self):
        return os.environ

    def first_request(self):
        """A request that is answered with 2xx as soon as the server is of use."""
        return self.get(self.ids[:1])[0]

    def log_in(self):
        """Gets the token that all requests carry; called when the server answers."""

    def start(self):
        """Starts the server; returns the seconds to its first answer."""
        started = time.perf_counter()
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                self.command(), env=self.environment(), cwd=self.folder, stdout=log, stderr=self.log_target(log)
            )
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.title} ended; see {self.folder}/{self.name}.log")
            if time.perf_counter() - started > START_TIMEOUT_SECONDS:
                raise RuntimeError(f"{self.title} does not answer")
            time.sleep(0.0005)
        return time.perf_counter() - started

    def log_target(self, log):
        return log

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                pass
            if not self.headers():
                return True
            request = self.first_request()
            return self.send(request.method, request.path) is not None
        except (OSError, http.client.HTTPException, RuntimeError):
            return False

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def clean_up(self):
        """Puts away what writes have left, so that it does not fall into the next measurement."""

    def groups(self):
        """The processes that work for it: functions that return process ids."""
        return {"server": lambda: [self.process.pid]}

    def memory(self):
        resident, anonymous = memory_of([self.process.pid])
        return {"resident_mb": resident, "anonymous_mb": anonymous}

    # Requests

    def headers(self):
        return {}

    def send(self, method, path, body=None, headers=None):
        """One request of the set-up; returns the JSON of its answer.

        # Errors
        `RuntimeError` with the answer when it is no 2xx."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            content = body if isinstance(body, str) or body is None else json.dumps(body)
            connection.request(method, path, content, {**self.headers(), **(headers or {})})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {text}")
        return json.loads(text) if text else {}

    def create(self):
        return None

    def get(self, ids):
        return None

    def update(self, ids):
        return None

    def newest(self):
        return None

    def equal(self):
        return None

    def range_sorted(self):
        return None

    def login(self):
        return None

    def total(self, request):
        """How many records a list has, as the server says."""
        return None


# What a create sends, besides a name and an address: five fields.
FIVE_FIELDS = {"tier": "Gold", "loyalty_points": 4711, "vip": False, "member_since": "2019-05-01", "city": "Pawnee"}
NEW_CUSTOMER = {"name": "Ron Swanson", "email": f"bench{MARKER}@example.com", **FIVE_FIELDS}


class Customary(Server):
    """Customary on one of its databases."""

    binary = RELEASE / "customary"

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
        return {**os.environ, "CUSTOMARY_LOG": self.log_level}

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
            create("/v2/fields", {**data, "filterable": False, "relationships": relationship})
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
        with sqlite3.connect(self.path) as connection:
            # A command may have left the log behind.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.ids = [str(uuid.UUID(bytes=row[0])) for row in connection.execute(sql, (SAMPLE,))]
        shutil.copyfile(self.path, self.folder / "floor.db")

    def rows(self):
        """Names, addresses and values by slug of all customers, to fill another server with the same."""
        with sqlite3.connect(self.path) as connection:
            slugs = dict(connection.execute("SELECT key, slug FROM fields"))
            for name, email, custom in connection.execute("SELECT name, email, custom FROM customers"):
                yield name, email, {slugs[key]: value for key, value in json.loads(custom).items()}

    def size_on_disk(self):
        return sum(path.stat().st_size for path in self.folder.glob("customary.db*")) / 1e6


class CustomaryPostgres(Customary):
    name = "customary-postgres"
    title = "Customary, PostgreSQL"
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
        sql = "COPY (SELECT encode(convert_to(json_build_array(name, email, custom)::text, 'UTF8'), 'hex') FROM customers) TO STDOUT"
        for line in self.postgres.lines(sql, self.database_name):
            name, email, custom = json.loads(bytes.fromhex(line))
            yield name, email, {slugs[key]: value for key, value in custom.items()}

    def groups(self):
        return {**super().groups(), "database": self.postgres.pids}

    def size_on_disk(self):
        return int(self.query("SELECT pg_database_size(current_database())")[0][0]) / 1e6


# The store that `demo-data` fills.
OLDEST_STORE = "store_id = (SELECT id FROM stores ORDER BY created_at LIMIT 1)"


class Ceiling(Server):
    """A server without rules on the same HTTP stack (`floor/`): in front of a constant, or of one statement."""

    binary = RELEASE / "customary-floor"

    def __init__(self, folder, customary, is_constant):
        super().__init__(folder)
        self.customary = customary
        self.is_constant = is_constant
        self.name = "constant" if is_constant else "http-sqlite"
        self.title = "constant answer of the HTTP stack" if is_constant else "HTTP stack and one SQLite statement"

    def command(self):
        return [self.binary, "serve", f"127.0.0.1:{self.port}", self.folder / "floor.db"]

    def get(self, ids):
        if self.is_constant:
            return [Request("GET", "/constant")]
        return [Request("GET", f"/customers/{id}") for id in self.customary.ids]


def unquoted(body):
    """JSON in which the marker stands for a number where it is a value by itself."""
    return json.dumps(body, ensure_ascii=False).replace(f'"{MARKER}"', MARKER)
