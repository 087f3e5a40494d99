"""The databases alone: pgbench with the statements that Customary sends, and the SQLite library in one thread.

The statements are not written down here. They are read from PostgreSQL's log while Customary answers one request
of the workload, so that they are those of the program that is measured."""

import json
import re
import subprocess

from customary import OLDEST_STORE
from measure import MARKER, Watch
from servers import Ceiling

# Stands in a request for what is another number each time, and is found again in the statements.
NUMBER = "777777777777"

# So many different records are asked for in one script, which reads their ids with one statement more.
IDS_PER_SCRIPT = 20

# The first seconds go into preparing the statements of every connection, and are not counted.
WARM_UP_SECONDS = 2

# How many rows a counter of `crates/store/src/dialect.rs` has, which concurrent writers spread over.
COUNTER_BUCKETS = 16

TRANSACTION_WORDS = ("BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK")

# The state of the database, as lists name it to get the count only when it is another one.
STATE = re.compile(r"\d+:\d+:[\d,]* .+")
STATE_NOW = "pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text"

# A new id that is as ordered by time as Customary's are.
NEW_ID = """encode(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 'hex')"""


class Floor:
    """What a workload is compared with: not a server, but what one could reach at best."""

    processes = {}

    def floor_of(self, workload):
        """Whether there is one for this workload."""
        raise NotImplementedError

    def run(self, workload, connections, seconds):
        raise NotImplementedError


class Pgbench(Floor):
    name = "pgbench"
    title = "PostgreSQL alone (pgbench)"

    def __init__(self, customary):
        self.customary = customary
        self.postgres = customary.postgres
        self.scripts = {}
        self.folder = customary.folder / "pgbench"

    def prepare(self):
        """Puts aside the ids and addresses that random records are taken from, some in each row."""
        self.folder.mkdir()
        columns = ["chunk int PRIMARY KEY"]
        picks = ["(number - 1) / {0} AS chunk"]
        for place in range(IDS_PER_SCRIPT):
            columns += [f"id{place} uuid", f"email{place} text"]
            picks += [f"(max(id::text) FILTER (WHERE (number - 1) % {{0}} = {place}))::uuid",
                      f"max(email) FILTER (WHERE (number - 1) % {{0}} = {place})"]
        picks = ", ".join(picks).format(IDS_PER_SCRIPT)
        limit = len(self.customary.ids) // IDS_PER_SCRIPT * IDS_PER_SCRIPT
        self.chunks = limit // IDS_PER_SCRIPT
        self.customary.query(f"""
            CREATE TABLE bench_sample ({', '.join(columns)});
            INSERT INTO bench_sample SELECT {picks} FROM (
                SELECT id, email, row_number() OVER () AS number FROM (
                    SELECT id, email FROM customers WHERE {OLDEST_STORE} AND password_hash IS NULL
                    ORDER BY random() LIMIT {limit}
                ) AS picked
            ) AS numbered GROUP BY 1;
            VACUUM ANALYZE bench_sample;""")

    def floor_of(self, workload):
        # A login is made of hashing, which no database does.
        if workload.name == "W6":
            return False
        if workload.name not in self.scripts:
            self.scripts[workload.name] = self._script(workload)
        return True

    def run(self, workload, connections, seconds):
        script, constants, per_script = self.scripts[workload.name]
        command = [self.postgres.bin / "pgbench", "--no-vacuum", "--protocol=prepared", f"--file={script}",
                   f"--client={connections}", f"--jobs={min(2, connections)}", "--progress=1",
                   f"--time={seconds + WARM_UP_SECONDS}"]
        command += [f"--define={name}={value}" for name, value in constants.items()]
        environment = {**self.postgres.environment, "PGDATABASE": self.customary.database_name}
        with Watch({"database": self.postgres.pids}) as watch:
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        rates = re.findall(r"^progress: .* s, ([0-9.]+) tps", done.stderr, re.MULTILINE)[WARM_UP_SECONDS:]
        if done.returncode != 0 or not rates:
            raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
        rate = sum(map(float, rates)) / len(rates) * per_script
        failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
        return {
            "requests_per_second": rate, "p50_ms": None, "p99_ms": None, "mean_ms": connections * 1000 / rate,
            "errors": int(failed[1]) if failed else 0, "processes": watch.result(),
        }

    def _script(self, workload):
        """Writes the script of a workload. Returns its file, the values of its constants, and how many requests it
        stands for."""
        customary = self.customary
        request = workload.requests(customary)[0]
        id = request.path.rpartition("/")[2] if workload.name in ("W2", "W3") else None
        varying = {NUMBER: ":number"}
        if id:
            email = customary.send("GET", request.path)["data"]["email"]
            varying |= {id: ":id", email: ":email"}
        answers = []

        def ask():
            # The second one finds every statement prepared, and is what stays.
            for number in (NUMBER[:-1] + "0", NUMBER):
                body = request.body.replace(MARKER, number)
                answers.append(customary.send(request.method, request.path, body))

        must_have = NUMBER if MARKER in request.body else None
        statements = last_transaction(self.postgres.statements_of(ask), must_have)
        if workload.name == "W1":
            varying |= {answers[-1]["data"]["id"]: NEW_ID}
        lines, constants = [], {}
        repetitions = IDS_PER_SCRIPT if id else 1
        if id:
            lines += [f"\\set chunk random(0, {self.chunks - 1})",
                      "SELECT * FROM bench_sample WHERE chunk = :chunk \\gset"]
        written = [self._written(number, *statement, varying, constants) for number, statement in enumerate(statements)]
        for place in range(repetitions):
            lines += ["\\set number random(100000000000, 900000000000)",
                      f"\\set bucket random(0, {COUNTER_BUCKETS - 1})"]
            lines += [re.sub(r":(id|email)\b", rf":\g<1>{place}", text) for text in written]
        path = self.folder / f"{workload.name}.sql"
        path.write_text("\n".join(lines) + "\n")
        # Reading the ids is a read by key as well; beside a transaction that writes it is nothing.
        return path, constants, repetitions + (workload.name == "W2")

    def _written(self, number, sql, params, varying, constants):
        """A statement as pgbench takes it: what is the same each time is a constant of the script."""
        types = self._types(sql) if params else []

        def place(match):
            index = int(match[1]) - 1
            value, type = params[index], types[index]
            if value is None:
                return f"CAST(NULL AS {type})"
            if sql.startswith("INSERT INTO counters") and index == 2:
                return f"CAST(:bucket AS {type})"
            if STATE.fullmatch(value):
                return f"({STATE_NOW})"
            if value in varying:
                return f"CAST({varying[value]} AS {type})"
            name = f"c{number}_{index}"
            constants[name] = value
            if NUMBER in value:
                return f"CAST(replace(CAST(:{name} AS text), '{NUMBER}', CAST(:number AS text)) AS {type})"
            return f"CAST(:{name} AS {type})"

        return re.sub(r"\$(\d+)", place, " ".join(sql.split())) + ";"

    def _types(self, sql):
        rows = self.customary.query(f"""PREPARE looked_at AS {sql};
            SELECT unnest(parameter_types) FROM pg_prepared_statements WHERE name = 'looked_at';""")
        return [row[0] for row in rows]


def last_transaction(logged, must_have):
    """The statements of the last transaction on customers, with their parameters, of which one is to have this
    text in it. One statement needs no transaction around it."""
    open_ones, finished = {}, []
    for connection, message, detail in logged:
        sql = message.partition(": ")[2].strip().rstrip(";")
        word = sql.upper()
        if word.startswith(("BEGIN", "START TRANSACTION")):
            open_ones[connection] = []
        current = open_ones.get(connection)
        if current is None:
            finished.append([(sql, params_of(detail))])
            continue
        current.append((sql, params_of(detail)))
        if word.startswith(("COMMIT", "ROLLBACK")):
            finished.append(open_ones.pop(connection))
    for transaction in reversed(finished):
        is_on_customers = any(re.search(r"\b(FROM|INTO|UPDATE|JOIN) customers\b", sql) for sql, _ in transaction)
        texts = [value for _, params in transaction for value in params if value]
        if is_on_customers and (not must_have or any(must_have in text for text in texts)):
            work = [statement for statement in transaction if not statement[0].upper().startswith(TRANSACTION_WORDS)]
            return work if len(work) == 1 else transaction
    raise RuntimeError("PostgreSQL has logged no statement on customers")


def params_of(detail):
    """The parameters in `parameters: $1 = 'text', $2 = NULL`."""
    found = re.findall(r"\$\d+ = (?:(NULL)|'((?:[^']|'')*)')", detail)
    return [None if null else text.replace("''", "'") for null, text in found]


class SqliteLibrary(Floor):
    """One thread, whatever the number of connections: SQLite has one writer."""

    name = "sqlite-library"
    title = "SQLite alone, one thread"
    modes = {"W1": "inserts", "W2": "reads"}

    def __init__(self, folder):
        self.database = folder / "floor.db"

    def floor_of(self, workload):
        return workload.name in self.modes

    def run(self, workload, connections, seconds):
        command = [Ceiling.binary, self.modes[workload.name], self.database, str(seconds)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"customary-floor failed: {done.stderr}")
        found = json.loads(done.stdout)
        return {
            "requests_per_second": found["requests"] / found["seconds"], "p50_ms": found["p50_us"] / 1000,
            "p99_ms": found["p99_us"] / 1000, "errors": 0, "processes": {},
        }
