"""Runs the benchmark: python3 run.py --help. `make bench` installs what it needs."""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import measure
import mixed
import nodes
import report
from customary import CustomaryPostgres, CustomarySqlite
from floors import Pgbench, SqliteLibrary
from measure import HERE
from pocketbase import PocketBase
from postgres import Postgres
from servers import Ceiling
from workloads import TITLES, WORKLOADS

RESULTS = HERE / "results"
SIZES = (10_000, 1_000_000)
CONNECTIONS = (1, 16, 64)
# What `--growth` measures. A file of SQLite takes half an hour to load with the last one.
GROWTH_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
LARGEST_ON_SQLITE = 1_000_000
GROWTH_WORKLOADS = [workload.name for workload in WORKLOADS]
WARM_UP_SECONDS = 2
# With 64 in a queue, one takes seconds.
SHORTEST_LOGIN_SECONDS = 6
STARTS = 5


def options():
    parser = argparse.ArgumentParser(description="Measures Customary beside its rivals and its floors.")
    parser.add_argument("--quick", action="store_true", help="10,000 customers, cells of 3 s, one round")
    parser.add_argument("--growth", action="store_true",
                        help="what W1 to W7 cost at 16 connections with ten thousand customers up to ten million, "
                             "without rivals and floors; SQLite up to one million")
    parser.add_argument("--size", type=int, action="append", metavar="CUSTOMERS",
                        help="how many customers; can be repeated [10000 and 1000000]")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append", help="can be repeated [both]")
    parser.add_argument("--workload", choices=list(TITLES), action="append", metavar="W1..W11",
                        help="can be repeated [all]")
    parser.add_argument("--connections", type=int, action="append", help="can be repeated [1, 16 and 64]")
    parser.add_argument("--seconds", type=int, help="how long a cell takes [5]")
    parser.add_argument("--rounds", type=int, help="how often each cell is measured; the median counts [3]")
    parser.add_argument("--no-rivals", action="store_true", help="leave PocketBase out")
    parser.add_argument("--no-floors", action="store_true", help="leave the databases and the HTTP stack alone out")
    parser.add_argument("--log", default="info", help="what Customary logs [info, as by default; not kept]")
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"),
                        help="where the databases are; has to be on a disk [/var/tmp]")
    parser.add_argument("--report", type=Path, metavar="FOLDER",
                        help="where the report goes [docs after a whole run or --growth, else beside the results]")
    parser.add_argument("--keep", action="store_true", help="leave the databases there")
    given = parser.parse_args()
    if given.growth:
        given.no_rivals = given.no_floors = True
    is_growth = given.growth and not (given.size or given.engine or given.workload or given.connections)
    given.size = given.size or list(GROWTH_SIZES if given.growth else (10_000,) if given.quick else SIZES)
    given.engine = given.engine or ["sqlite", "postgres"]
    given.workload = given.workload or (GROWTH_WORKLOADS if given.growth else list(TITLES))
    given.connections = given.connections or ([16] if given.growth else list(CONNECTIONS))
    given.seconds = given.seconds or (3 if given.quick else 5)
    given.rounds = given.rounds or (1 if given.quick else 3)
    # Only what has all comparisons in it replaces what is published.
    given.is_whole = (not (given.quick or given.no_rivals or given.no_floors) and len(given.engine) == 2
                      and set(given.workload) == set(TITLES) and set(given.connections) >= set(CONNECTIONS)
                      and set(given.size) >= set(SIZES))
    given.is_published = given.is_whole or is_growth
    return given


class Loaded:
    """A server among what is compared, seen as the floors are."""

    def __init__(self, server):
        self.server = server
        self.name = server.name

    def run(self, workload, connections, seconds):
        return measure.cell(self.server, workload.requests(self.server), connections, seconds)


class Site:
    """Everything that is compared at one size, up at the same time."""

    def __init__(self, given, size, folder):
        self.given = given
        self.size = size
        self.folder = folder
        self.servers, self.floors, self.ceilings = [], [], []
        self.facts = {}
        self.postgres = None

    def __enter__(self):
        try:
            self._set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in [*self.servers, *self.ceilings]:
            server.stop()
        if self.postgres:
            self.postgres.stop()

    def _set_up(self):
        given = self.given
        if "sqlite" in given.engine and not (given.growth and self.size > LARGEST_ON_SQLITE):
            self.servers.append(CustomarySqlite(self.folder, given.log))
        if "postgres" in given.engine:
            postgres = Postgres(self.folder / "postgres")
            postgres.start()
            self.postgres = postgres
            self.servers.append(CustomaryPostgres(self.folder, given.log, postgres))
        self.customaries = list(self.servers)
        if not given.no_rivals:
            self.servers.append(PocketBase(self.folder, self.customaries[0].rows))
        for server in self.servers:
            self._prepare(server)
        if given.no_floors:
            return
        for server in self.customaries:
            if server.name == "customary-sqlite":
                self.floors.append(SqliteLibrary(self.folder))
                for is_constant in (True, False):
                    ceiling = Ceiling(self.folder, server, is_constant)
                    ceiling.start()
                    self.ceilings.append(ceiling)
            else:
                pgbench = Pgbench(server)
                pgbench.prepare()
                self.floors.append(pgbench)

    def _prepare(self, server):
        say(f"{server.title}: loading {self.size:,} customers")
        started = time.monotonic()
        server.prepare(self.size)
        loaded = time.monotonic() - started
        if server in self.customaries:
            mixed.WideRecords.make_stores(server)
        server.start()
        server.log_in()
        starts = []
        for _ in range(STARTS):
            server.stop()
            starts.append(server.start())
        time.sleep(1)
        idle = server.memory()
        server.create_logins()
        self.facts[server.name] = {
            "title": server.title,
            "version": server.version(),
            "durability": server.durability,
            "binary_mb": Path(server.binary).stat().st_size / 1e6,
            "load_seconds": loaded,
            "start_ms": sorted(start * 1000 for start in starts),
            "idle": idle,
            "disk_mb": server.size_on_disk(),
            "totals": self._totals(server),
        }

    @staticmethod
    def _totals(server):
        """How many customers the lists find, on average: what a workload asks for is not what it says but this."""
        totals = {}
        for name, requests in (("W4", server.newest()), ("W5", server.equal()), ("W7", server.range_sorted())):
            some = requests[:: max(1, len(requests) // 10)]
            totals[name] = sum(server.total(request) for request in some) / len(some)
        return totals

    def subjects(self, workload):
        """What runs a workload, in the order in which it is compared: a server, then what it is measured by."""
        servers = [Loaded(server) for server in self.servers if workload.requests(server)]
        ceilings = [Loaded(server) for server in self.ceilings if workload.requests(server)]
        floors = [floor for floor in self.floors if floor.floor_of(workload)]
        return servers + ceilings + floors

    def calm(self):
        """What the last workload left behind does not fall into the next; and nobody's token runs out."""
        for server in self.servers:
            server.clean_up()
            server.log_in()


class Book:
    """The file with the numbers, written anew with each of them: a run that is cut off has what it measured."""

    def __init__(self, file, result):
        self.file = file
        self.result = result
        self.cells = []

    def open_size(self, size, facts):
        self.cells = []
        self.result["sizes"][str(size)] = {"servers": facts, "cells": self.cells}

    def record(self, workload, subject, connections, number, cell):
        cell = {"workload": workload, "subject": subject, "connections": connections, "round": number, **cell}
        self.cells.append(cell)
        say(shown(cell))
        self.save()

    @contextmanager
    def failures_of(self, workload, subject):
        """What fails here is noted, and shown in the report; a run of hours goes on without it."""
        try:
            yield
        except RuntimeError as error:
            say(f"{workload} {subject} FAILED: {error}")
            self.result["failures"].append(f"{workload} of {subject}: {error}")

    def save(self):
        self.file.write_text(json.dumps(self.result, indent=1))


def run_single(site, workload, book):
    given = site.given
    seconds = max(given.seconds, SHORTEST_LOGIN_SECONDS) if workload.name == "W6" else given.seconds
    subjects = site.subjects(workload)
    for subject in subjects:
        with book.failures_of(workload.name, subject.name):
            subject.run(workload, 16, WARM_UP_SECONDS)
    for connections in given.connections:
        for number in range(given.rounds):
            for subject in subjects:
                with book.failures_of(workload.name, subject.name):
                    cell = subject.run(workload, connections, seconds)
                    book.record(workload.name, subject.name, connections, number, cell)


def run_mixed(site, book):
    given = site.given
    for name, round_of, rounds in (
        ("W8", mixed.beside_logins, given.rounds),
        # Building an index of a million takes a while.
        ("W9", mixed.beside_index, 1),
        ("W11", nodes.two_nodes, given.rounds),
    ):
        if name not in given.workload:
            continue
        site.calm()
        for number in range(rounds):
            for server in site.servers:
                with book.failures_of(name, server.name):
                    for cell in round_of(server, given.seconds):
                        book.record(name, server.name, mixed.CONNECTIONS, number, cell)
    if "W10" not in given.workload:
        return
    site.calm()
    for server in site.customaries:
        wide = mixed.WideRecords(server)
        with book.failures_of("W10", server.name):
            wide.fill()
        for number in range(given.rounds):
            with book.failures_of("W10", server.name):
                for cell in wide.round(given.seconds):
                    book.record("W10", server.name, mixed.CONNECTIONS, number, cell)


def machine():
    cpuinfo = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
    }


def output_of(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=HERE)
    except OSError:
        return ""
    return done.stdout.strip()


def versions():
    return {
        "wrk": output_of("wrk", "--version").split(" [")[0].removeprefix("wrk "),
        "pgbench": output_of("pgbench", "--version"),
        "rustc": output_of("rustc", "--version"),
        "commit": output_of("git", "describe", "--always", "--dirty"),
    }


def say(text):
    print(f"{datetime.now():%H:%M:%S}  {text}", flush=True)


def shown(cell):
    latencies = ", ".join(f"{name} {cell[key]:.2f} ms" for name, key in (("p50", "p50_ms"), ("p99", "p99_ms"))
                          if cell.get(key) is not None)
    errors = f"  {cell['errors']} ERRORS" if cell["errors"] else ""
    name = f"{cell['subject']} {cell.get('variant', '')}".strip()
    place = f"{cell['workload']:>3} {cell['connections']:>3}"
    return f"{place}  {name:<36} {cell['requests_per_second']:>10,.0f}/s  {latencies}{errors}"


def main():
    given = options()
    started = datetime.now(timezone.utc)
    result = {
        "date": started.isoformat(timespec="seconds"),
        "settings": {name: getattr(given, name) for name in ("seconds", "rounds", "log", "connections", "engine")},
        "machine": machine(),
        "versions": versions(),
        "failures": [],
        "sizes": {},
    }
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{started:%Y%m%d-%H%M%S}{'-quick' if given.quick else ''}.json"
    book = Book(file, result)
    # Who stops it finds no server of its left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    for size in given.size:
        folder = Path(tempfile.mkdtemp(prefix="customary-bench-", dir=given.folder))
        # PostgreSQL runs as a user of its own where the benchmark is run by root.
        folder.chmod(0o755)
        try:
            with Site(given, size, folder) as site:
                book.open_size(size, site.facts)
                if site.postgres:
                    result["settings"]["postgres"] = site.postgres.settings
                    result["versions"]["postgres"] = site.postgres.query("SHOW server_version")[0][0]

                for workload in WORKLOADS:
                    if workload.name in given.workload:
                        say(f"{workload.name}: {workload.title}")
                        site.calm()
                        run_single(site, workload, book)
                run_mixed(site, book)
        finally:
            if given.keep:
                say(f"the databases are in {folder}")
            else:
                shutil.rmtree(folder, ignore_errors=True)
    result["minutes"] = (datetime.now(timezone.utc) - started).total_seconds() / 60
    book.save()
    say(f"the numbers are in {file}")
    write = report.write_growth if given.growth else report.write
    write(file, given.report or (report.DOCS if given.is_published else file.with_suffix("")))


if __name__ == "__main__":
    sys.exit(main())
