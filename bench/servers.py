"""The servers that are compared. README.md says what one has to offer, and how to add another."""

import http.client
import json
import os
import socket
import subprocess
import time

from measure import HERE, MARKER, Request, memory_of

ROOT = HERE.parent

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
    is_shared = False  # whether several processes can serve one database

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


class Ceiling(Server):
    """A server without rules on the same HTTP stack (`floor/`): in front of a constant, or of one statement."""

    binary = ROOT / "target" / "release" / "customary-floor"

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
