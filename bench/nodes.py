"""W11: what a second node on the same database adds.

The nodes are what is short, not the database: each has a quarter of a processor, and the database has a processor
that neither they nor the clients use."""

import copy
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path

from measure import Load, Watch
from mixed import CONNECTIONS
from servers import free_port
from workloads import shuffled

SHARE_OF_PROCESSOR = 0.25
PERIOD_US = 100_000
CONTROL_GROUPS = Path("/sys/fs/cgroup")


def two_nodes(server, seconds):
    """One round: a node alone, then two at the same time, each with clients of its own."""
    if not server.is_shared:
        return
    with database_alone(server), ExitStack() as stack:
        nodes = [stack.enter_context(node(server, number)) for number in (1, 2)]
        for count, variant in ((1, "one node"), (2, "two nodes")):
            # Statements are prepared and pages are read the first time, which does not count.
            load(nodes[:count], 1)
            yield {"variant": variant, **load(nodes[:count], seconds)}


@contextmanager
def database_alone(server):
    """Gives the database a processor, and everything that is started from here the others."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise RuntimeError("two nodes and a database need two processors")
    pin(server.postgres.pids(), cores[:1])
    pin([0], cores[1:])
    try:
        yield
    finally:
        pin([0, *server.postgres.pids()], cores)


def pin(pids, cores):
    for pid in pids:
        os.sched_setaffinity(pid, cores)


@contextmanager
def node(server, number):
    """Another process on the database of a server, with its share of a processor."""
    other = copy.copy(server)
    other.name, other.port = f"{server.name}-node-{number}", free_port()
    other.start()
    try:
        with limited(f"customary-bench-node-{number}", other.process.pid):
            yield other
            other.stop()
    finally:
        other.stop()


@contextmanager
def limited(name, pid):
    """Keeps a process to its share by a control group, of either version of them. It has to end inside."""
    is_first = (CONTROL_GROUPS / "cpu").is_dir()
    group = CONTROL_GROUPS / "cpu" / name if is_first else CONTROL_GROUPS / name
    quota = str(int(SHARE_OF_PROCESSOR * PERIOD_US))
    try:
        group.mkdir(exist_ok=True)
        if is_first:
            (group / "cpu.cfs_quota_us").write_text(quota)
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        (group / "cgroup.procs").write_text(str(pid))
    except OSError as error:
        raise RuntimeError(f"only root can limit nodes, and only with control groups: {error}") from error
    yield
    group.rmdir()


def load(nodes, seconds):
    """Gets random customers from all of these at the same time: rates are added, the highest latencies count."""
    requests = nodes[0].get(shuffled(nodes[0].ids))
    processes = {"server": lambda: [node.process.pid for node in nodes], "database": nodes[0].postgres.pids}
    with Watch(processes) as watch:
        loads = [Load(node.url, node.headers(), requests, CONNECTIONS, seconds) for node in nodes]
        results = [load.result() for load in loads]
    return {
        **{key: sum(result[key] for result in results) for key in ("requests_per_second", "errors", "timeouts")},
        **{key: max(result[key] for result in results) for key in ("p50_ms", "p99_ms", "max_ms")},
        "processes": watch.result(),
    }
