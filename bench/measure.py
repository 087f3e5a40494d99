"""One cell of the table: load from wrk, and what the processes of a server took meanwhile."""

import json
import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

HERE = Path(__file__).parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SAMPLES_PER_SECOND = 10

# Stands for a number that is another one each time; load.lua knows it too. It has as many digits.
MARKER = "@@@number@@@"
NUMBERS_PER_CELL = 100_000_000
_first_numbers = count(100_000_000_000, NUMBERS_PER_CELL)

# A login may wait long for its turn behind 63 others.
WRK_TIMEOUT = "30s"


@dataclass(frozen=True)
class Request:
    """A request, and whether MARKER is in it."""

    method: str
    path: str
    body: str = ""

    def line(self):
        return f"{self.method}\t{self.path}\t{self.body}\n"


class Load:
    """wrk at work on one server. Ends by itself; `result` waits for that."""

    def __init__(self, url, headers, requests, connections, seconds):
        self.folder = tempfile.TemporaryDirectory(prefix="customary-bench-")
        folder = Path(self.folder.name)
        with open(folder / "requests", "w", encoding="utf-8") as file:
            file.writelines(request.line() for request in requests)
        # A second thread would take the server's processor when there is not enough for one to do.
        threads = min(2, connections)
        self.result_file = folder / "result.json"
        environment = {
            **os.environ,
            "BENCH_REQUESTS": str(folder / "requests"),
            "BENCH_RESULT": str(self.result_file),
            "BENCH_THREADS": str(threads),
            "BENCH_FIRST_NUMBER": str(next(_first_numbers)),
        }
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", WRK_TIMEOUT]
        command += ["-s", str(HERE / "load.lua")]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        self.process = subprocess.Popen(
            [*command, url], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def is_over(self):
        return self.process.poll() is not None

    def result(self):
        """Requests a second and latencies of what was answered as asked, and how many were not."""
        output, _ = self.process.communicate()
        if self.process.returncode != 0 or not self.result_file.exists():
            raise RuntimeError(f"wrk failed: {output}")
        found = json.loads(self.result_file.read_text())
        self.folder.cleanup()
        errors = found["refused"] + found["socket_errors"] + found["timeouts"]
        return {
            "requests_per_second": (found["requests"] - found["refused"]) / found["seconds"],
            "p50_ms": found["p50_us"] / 1000,
            "p99_ms": found["p99_us"] / 1000,
            "max_ms": found["max_us"] / 1000,
            "errors": errors,
            "timeouts": found["timeouts"],
        }


class Watch:
    """What processes take while they are watched: processor time, and memory at its highest.

    `groups` names functions that return process ids: a server, and the database that it has to itself."""

    def __init__(self, groups):
        self.groups = groups
        self.stopped = threading.Event()
        self.peaks = {name: (0, 0) for name in groups}

    def __enter__(self):
        self.started = time.monotonic()
        self.ticks = {name: ticks_of(pids()) for name, pids in self.groups.items()}
        self.thread = threading.Thread(target=self._sample)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()
        self.seconds = time.monotonic() - self.started
        self.used = {name: ticks_of(pids()) - self.ticks[name] for name, pids in self.groups.items()}

    def _sample(self):
        while not self.stopped.wait(1 / SAMPLES_PER_SECOND):
            for name, pids in self.groups.items():
                memory = memory_of(pids())
                self.peaks[name] = tuple(map(max, self.peaks[name], memory))

    def result(self):
        """`cpu` in seconds per second, so 2.0 is two processors; memory in MB."""
        return {
            name: {
                "cpu": self.used[name] / TICKS_PER_SECOND / self.seconds,
                "resident_mb": self.peaks[name][0],
                "anonymous_mb": self.peaks[name][1],
            }
            for name in self.groups
        }


def ticks_of(pids):
    """Processor time of processes and of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            # Behind the name, which may have spaces in it, field 3 of proc(5) comes first.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total


def memory_of(pids):
    """Resident and anonymous memory of processes, in MB. What they share is in each: add up anonymous only."""
    resident = anonymous = 0
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        resident += int(values.get("VmRSS", "0").split()[0])
        anonymous += int(values.get("RssAnon", "0").split()[0])
    return resident / 1000, anonymous / 1000


def cell(server, requests, connections, seconds):
    """Loads a server for so long."""
    with Watch(server.groups()) as watch:
        result = Load(server.url, server.headers(), requests, connections, seconds).result()
    return {**result, "processes": watch.result()}
