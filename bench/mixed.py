"""The workloads that compare a server with itself: beside something else, or with another schema.

Each is a function that runs one round and yields cells; `variant` says which side of the comparison one is."""

import time
from concurrent.futures import ThreadPoolExecutor

from measure import Load, Request, Watch, cell
from workloads import shuffled

CONNECTIONS = 16

# Ten million records take their time.
LONGEST_BUILD_SECONDS = 3600

FIELD_COUNTS = (10, 100, 1_000)
WIDE_CUSTOMERS = 200
INDEXED_FIELD = "company"


def beside_logins(server, seconds):
    """W8: what readers notice of 16 others who log in without pause."""
    gets, logins = server.get(shuffled(server.ids)), server.login()
    if not gets or not logins:
        return
    yield {"variant": "alone", **cell(server, gets, CONNECTIONS, seconds)}
    others = Load(server.url, server.headers(), logins, CONNECTIONS, seconds + 2)
    # The first logins are under way.
    time.sleep(1)
    yield {"variant": "beside logins", **cell(server, gets, CONNECTIONS, seconds)}
    yield {"variant": "the logins", **others.result(), "processes": {}}


def beside_index(server, seconds):
    """W9: what writers notice of an index that is built, over and over when that is quick."""
    if not hasattr(server, "set_filterable"):
        return
    yield {"variant": "alone", **cell(server, server.create(), CONNECTIONS, seconds)}
    field = server.field(INDEXED_FIELD)
    # Thrown away first, so that there is one to build.
    switch(server, field, False)
    creates = Load(server.url, server.headers(), server.create(), CONNECTIONS, seconds)

    def build_on():
        builds = [switch(server, field, True)]
        while not creates.is_over():
            switch(server, field, False)
            builds.append(switch(server, field, True))
        return builds

    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(build_on)
        with Watch(server.groups()) as watch:
            result = creates.result()
        # A build that takes longer goes on without creates, and counts to its end.
        builds = building.result()
    yield {"variant": "during", **result, "processes": watch.result(), "build_seconds": builds[0],
           "builds": len(builds)}


def switch(server, field, filterable):
    """Switches the index of a field on or off and waits for it; returns the seconds that took."""
    started = time.monotonic()
    server.set_filterable(field, filterable)
    wanted = "ready" if filterable else None
    while True:
        state = server.index_state(field)
        if state == wanted:
            return time.monotonic() - started
        if time.monotonic() - started > LONGEST_BUILD_SECONDS:
            raise RuntimeError(f"the index of {field['slug']} is still {state}")
        time.sleep(0.05)


class WideRecords:
    """W10: what the width of a schema costs, with ten values in each record. Every width has a store of its own."""

    def __init__(self, server):
        self.server = server
        self.widths = {}

    @staticmethod
    def make_stores(server):
        for fields in FIELD_COUNTS:
            server.make_store(f"wide-{fields}")

    def fill(self):
        for fields in FIELD_COUNTS:
            self.widths[fields] = self.server.fill_store(f"wide-{fields}", fields, WIDE_CUSTOMERS)

    def round(self, seconds):
        for fields, (ids, headers) in self.widths.items():
            requests = [Request("GET", f"/v2/customers/{id}") for id in ids]
            with Watch(self.server.groups()) as watch:
                result = Load(self.server.url, headers, requests, CONNECTIONS, seconds).result()
            yield {"variant": f"{fields} fields", **result, "processes": watch.result()}
