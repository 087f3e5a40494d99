"""What a run is held against."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

SQLITE, POSTGRES, RIVAL = "customary-sqlite", "customary-postgres", "pocketbase"
CONNECTIONS = (16, 64)


@dataclass(frozen=True)
class Target:
    title: str
    text: str
    # From a run to what was measured, as tuples: where, value, the limit there.
    measure: Callable
    at_most: bool = False
    unit: str = "×"


def judged(target, run):
    """What to write for a target: what was measured, and whether that is enough."""
    found = [(where, value, limit) for where, value, limit in target.measure(run) if value is not None]
    if not found:
        return [("", "not measured in this run")]
    digits = 2 if target.unit == "×" else 0
    measured = ", ".join(f"{value:.{digits}f}{target.unit} {where}".strip() for where, value, _ in found)
    misses = []
    for where, value, limit in found:
        is_met = value <= limit if target.at_most else value >= limit
        if not is_met:
            by = abs(value - limit) / limit
            misses.append(f"{by:.0%} {'over' if target.at_most else 'short'} {where}".strip())
    return [(measured, "**missed**: " + ", ".join(misses) if misses else "met")]


def against(subject, other, workload, limits):
    """Requests per second to those of another, at each number of connections."""

    def measure(run):
        size = run.sizes[-1]
        for connections, limit in zip(CONNECTIONS, limits):
            one = run.rate(size, workload, subject, connections)
            two = run.rate(size, workload, other, connections)
            yield f"at {connections}", one / two if one is not None and two else None, limit

    return measure


def latency_growth(subject, workload, limit):
    def measure(run):
        if len(run.sizes) < 2:
            return
        for connections in CONNECTIONS:
            small = run.cell(run.sizes[0], workload, subject, connections)
            large = run.cell(run.sizes[-1], workload, subject, connections)
            if small and large:
                yield f"at {connections}", large["p50_ms"] / small["p50_ms"], limit

    return measure


def variant(subject, workload, first, second, limit):
    def measure(run):
        one = run.rate(run.sizes[-1], workload, subject, 16, first)
        two = run.rate(run.sizes[-1], workload, subject, 16, second)
        yield "", two / one if one and two is not None else None, limit

    return measure


def facts(subject, of, limit):
    def measure(run):
        server = run.servers(run.sizes[-1]).get(subject)
        yield "", of(server) if server else None, limit

    return measure


def memory_under_load(subject, limit):
    def measure(run):
        found = [
            (cell["processes"]["server"]["anonymous_mb"], key[1]) for key, cell in run.cells.items()
            if key[0] == run.sizes[-1] and key[2] == subject and key[3] == 64
        ]
        if found:
            highest, workload = max(found)
            yield f"in {workload}", highest, limit

    return measure


def targets():
    for engine, subject, rival, floor, name in (
        ("SQLite", SQLITE, 8, "http-sqlite", "HTTP and one statement"),
        ("PostgreSQL", POSTGRES, 5, "pgbench", "pgbench"),
    ):
        yield Target(f"W2 get, {engine}", f"≥ {rival}× PocketBase", against(subject, RIVAL, "W2", (rival, rival)))
        yield Target(f"W2 get, {engine}", f"≥ 0.5 of {name}", against(subject, floor, "W2", (0.5, 0.5)))
    for workload, title in (("W1", "create"), ("W3", "update")):
        yield Target(f"{workload} {title}, SQLite", "≥ 3× PocketBase at 16, ≥ 4× at 64",
                     against(SQLITE, RIVAL, workload, (3, 4)))
        yield Target(f"{workload} {title}, PostgreSQL", "≥ 2.5× PocketBase",
                     against(POSTGRES, RIVAL, workload, (2.5, 2.5)))
        yield Target(f"{workload} {title}, PostgreSQL", "≥ 0.5 of pgbench",
                     against(POSTGRES, "pgbench", workload, (0.5, 0.5)))
    yield Target("W1 create, SQLite", "an fsync for several: > 1× one fsync each",
                 against(SQLITE, "sqlite-library", "W1", (1, 1)))
    for workload, title in (("W4", "list newest"), ("W5", "list by equality")):
        for engine, subject in (("SQLite", SQLITE), ("PostgreSQL", POSTGRES)):
            yield Target(f"{workload} {title}, {engine}", "≥ 10× PocketBase",
                         against(subject, RIVAL, workload, (10, 10)))
            yield Target(f"{workload} {title}, {engine}", "p50 ≤ 2× that of the smallest size",
                         latency_growth(subject, workload, 2), at_most=True)
    yield Target("W11 get from two nodes, PostgreSQL", "≥ 1.8 of one",
                 variant(POSTGRES, "W11", "one node", "two nodes", 1.8))
    for engine, subject in (("SQLite", SQLITE), ("PostgreSQL", POSTGRES)):
        yield Target(f"W8 get beside logins, {engine}", "≥ 50% of alone",
                     variant(subject, "W8", "alone", "beside logins", 0.5))
        yield Target(f"W10 get with 1,000 fields, {engine}", "≥ 0.7 of ten fields",
                     variant(subject, "W10", "10 fields", "1000 fields", 0.7))
        yield Target(f"Memory, idle, {engine}", "≤ 30 MB anonymous",
                     facts(subject, lambda server: server["idle"]["anonymous_mb"], 30), at_most=True, unit=" MB")
        yield Target(f"Memory, at 64 connections, {engine}", "≤ 120 MB anonymous",
                     memory_under_load(subject, 120), at_most=True, unit=" MB")
        yield Target(f"Start to first answer, {engine}", "≤ 100 ms",
                     facts(subject, lambda server: median(server["start_ms"]), 100), at_most=True, unit=" ms")


TARGETS = list(targets())
