"""A PostgreSQL server of the benchmark's own, which waits for the disk as one for real data does."""

import json
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

SETTINGS = {
    # What durability rests on. These are the defaults, and said here so that nobody has to wonder.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "''",
    "max_connections": "200",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Statements are logged while the floors look what they are, and at no other time.
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_directory": "log",
    "log_filename": "postgres.log",
    "log_rotation_age": "0",
    "log_rotation_size": "0",
    "log_checkpoints": "off",
}


def programs():
    """The folder with the programs of the newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    path = str(found[-1]) if found else shutil.which("initdb")
    if not path:
        raise SystemExit("The benchmark needs a PostgreSQL server: apt-get install postgresql, or --engine sqlite.")
    return Path(path).parent


def memory_settings():
    """A quarter of the memory for its own cache, and as much as three quarters in that of the system."""
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    return {
        "shared_buffers": f"{min(megabytes // 4, 4096)}MB",
        "effective_cache_size": f"{megabytes * 3 // 4}MB",
        "maintenance_work_mem": "256MB",
        "work_mem": "16MB",
    }


class Postgres:
    """A cluster in a folder, without a port: it is reached through a socket in that folder."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = programs()
        self.settings = {**memory_settings(), **SETTINGS}
        self.environment = {**os.environ, "PGHOST": str(folder), "PGUSER": "customary", "PGDATABASE": "postgres"}

    def start(self):
        self.folder.mkdir(parents=True)
        # PostgreSQL refuses to run as root.
        self.as_user = []
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.as_user = ["runuser", "-u", "postgres", "--"]
        data = self.folder / "data"
        self._run("initdb", f"--pgdata={data}", "--username=customary", "--auth=trust", "--encoding=UTF8",
                  "--no-locale")
        settings = {**self.settings, "unix_socket_directories": f"'{self.folder}'"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", f"--pgdata={data}", f"--log={self.folder}/start.log", f"--options={options}", "--wait",
                  "start")
        self.pid = int((data / "postmaster.pid").read_text().split()[0])
        self.log = data / "log" / "postgres.json"

    def stop(self):
        self._run("pg_ctl", f"--pgdata={self.folder}/data", "--mode=immediate", "stop")

    def _run(self, program, *arguments):
        done = subprocess.run(
            [*self.as_user, str(self.bin / program), *arguments],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def url(self, database):
        return f"postgres://customary@{str(self.folder).replace('/', '%2F')}/{database}"

    def pids(self):
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def query(self, sql, database="postgres"):
        """The rows of a statement, as lists of texts."""
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--field-separator=\x1f", "--dbname", database,
             "--set=ON_ERROR_STOP=1", "--quiet"],
            env=self.environment, input=sql, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{sql}: {done.stderr}")
        return [line.split("\x1f") for line in done.stdout.splitlines() if line]

    def lines(self, sql, database):
        """The lines of a COPY .. TO STDOUT, one by one: for more than fits into memory."""
        command = ["psql", "--no-psqlrc", "--quiet", "--dbname", database, "--command", sql]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            yield from process.stdout

    def statements_of(self, work):
        """What Customary sends to the database while `work` runs, in order: connection, message and detail."""
        self._log_statements("all")
        begin = self.log.stat().st_size
        work()
        # The last statement is in the log before its answer is sent; the collector needs a moment more.
        time.sleep(0.3)
        self._log_statements("none")
        found = []
        with open(self.log, encoding="utf-8") as log:
            log.seek(begin)
            for line in log:
                entry = json.loads(line)
                if entry.get("application_name") == "customary":
                    found.append((entry["pid"], entry["message"], entry.get("detail", "")))
        return found

    def _log_statements(self, which):
        self.query(f"ALTER SYSTEM SET log_statement = '{which}';\nSELECT pg_reload_conf();")
        # Connections look at their settings between two statements.
        time.sleep(0.5)
