"""Puts a program under the load of every workload, on both of its databases, so that a guided build knows what is
common. `scripts/release.sh` calls it.

    python train.py PROGRAM
"""

import argparse
import tempfile
from pathlib import Path

import measure
from customary import CustomaryPostgres, CustomarySqlite
from postgres import Postgres
from workloads import WORKLOADS

CUSTOMERS = 10_000
CONNECTIONS = 16
SECONDS = 2


def train(server, program):
    server.binary = program
    server.prepare(CUSTOMERS)
    server.start()
    try:
        server.log_in()
        server.create_logins()
        for workload in WORKLOADS:
            cell = measure.cell(server, workload.requests(server), CONNECTIONS, SECONDS)
            if cell["errors"]:
                raise SystemExit(f"{server.title}, {workload.title}: {cell['errors']} errors")
    finally:
        # It writes its profile when it ends.
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("program", type=Path)
    program = parser.parse_args().program.resolve()
    with tempfile.TemporaryDirectory(prefix="customary-train-", dir="/var/tmp") as name:
        folder = Path(name)
        # PostgreSQL has a user of its own.
        folder.chmod(0o755)
        train(CustomarySqlite(folder, "info"), program)
        postgres = Postgres(folder / "postgres")
        postgres.start()
        try:
            train(CustomaryPostgres(folder, "info", postgres), program)
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
