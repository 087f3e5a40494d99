"""The workloads that are one kind of request. Those that mix two are in mixed.py."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    # The requests of a server, in the order in which they are sent; None when it has no such thing.
    requests: Callable


def shuffled(ids):
    return random.Random(7).sample(ids, len(ids))


WORKLOADS = [
    Workload("W1", "create with five custom fields", lambda server: server.create()),
    Workload("W2", "get by random id", lambda server: server.get(shuffled(server.ids))),
    Workload("W3", "update one custom field of a random customer", lambda server: server.update(shuffled(server.ids))),
    Workload("W4", "list 25 newest, with the exact total", lambda server: server.newest()),
    Workload("W5", "list 25 by equality on a custom field, newest first, with the exact total",
             lambda server: server.equal()),
    Workload("W6", "login by password", lambda server: server.login()),
    Workload("W7", "list 25 by a range of one custom field, sorted by another, with the exact total",
             lambda server: server.range_sorted()),
]

TITLES = {workload.name: workload.title for workload in WORKLOADS} | {
    "W8": "get by random id while 16 others log in",
    "W9": "create while an index is being built",
    "W10": "get by random id with 10, 100 and 1,000 fields",
    "W11": "get by random id from one node and from two on one database",
}
