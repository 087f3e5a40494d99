"""Writes the report of one run: python3 report.py RESULTS.json FOLDER [growth].

Every number in it is from that file, and from no other: what a run did not measure stays empty."""

import json
import sys
from pathlib import Path
from statistics import median

import plots
from targets import TARGETS, judged
from workloads import TITLES

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"

ORDER = ["customary-sqlite", "customary-postgres", "pocketbase", "http-sqlite", "constant", "sqlite-library", "pgbench"]
NAMES = {
    "customary-sqlite": "Customary, SQLite",
    "customary-postgres": "Customary, PostgreSQL",
    "pocketbase": "PocketBase",
    "http-sqlite": "*HTTP stack and one SQLite statement*",
    "constant": "*constant answer of the HTTP stack*",
    "sqlite-library": "*SQLite alone, one thread*",
    "pgbench": "*PostgreSQL alone (pgbench)*",
}
# What a server could reach at best, by workload; what is not named here has none.
FLOORS = {
    ("customary-sqlite", "W1"): "sqlite-library",
    ("customary-sqlite", "W2"): "http-sqlite",
    **{("customary-postgres", workload): "pgbench" for workload in ("W1", "W2", "W3", "W4", "W5", "W7")},
}
RIVAL = "pocketbase"


class Run:
    """The numbers of a run, with the rounds of a cell made one: that with the median of requests per second."""

    def __init__(self, result):
        self.result = result
        self.sizes = sorted(map(int, result["sizes"]))
        self.cells = {}
        for size in self.sizes:
            for cell in result["sizes"][str(size)]["cells"]:
                key = (size, cell["workload"], cell["subject"], cell["connections"], cell.get("variant", ""))
                self.cells.setdefault(key, []).append(cell)
        self.cells = {key: middle_of(cells) for key, cells in self.cells.items()}

    def servers(self, size):
        return self.result["sizes"][str(size)]["servers"]

    def cell(self, size, workload, subject, connections, variant=""):
        return self.cells.get((size, workload, subject, connections, variant))

    def rate(self, *key):
        cell = self.cell(*key)
        return cell["requests_per_second"] if cell else None

    def connections(self, size, workload):
        return sorted({key[3] for key in self.cells if key[:2] == (size, workload)})


def middle_of(cells):
    """The round in the middle, or between the two there, with how far the rounds are apart, as a share of it; the
    errors are those of all."""
    ranked = sorted(cells, key=lambda cell: cell["requests_per_second"])
    middle = mean_of(ranked[(len(ranked) - 1) // 2:len(ranked) // 2 + 1])
    rate = middle["requests_per_second"]
    spread = (ranked[-1]["requests_per_second"] - ranked[0]["requests_per_second"]) / rate if rate else 0
    return {**middle, "spread": spread, "rounds": len(cells), "errors": sum(cell["errors"] for cell in cells)}


def mean_of(found):
    """The mean of what was measured, number by number. What is no number is that of the first."""
    if isinstance(found[0], dict):
        return {name: mean_of([each[name] for each in found if name in each]) for name in found[0]}
    is_measured = all(isinstance(each, int | float) for each in found)
    return sum(found) / len(found) if is_measured and len(found) > 1 else found[0]


def ratio(one, other):
    return one / other if one is not None and other else None


# Words

def table(header, rows, right_from=1):
    """A table in Markdown, with its columns from one on set to the right."""
    marks = ["---" if place < right_from else "---:" for place in range(len(header))]
    lines = [header, marks, *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def number(value, digits=0, unit=""):
    return "" if value is None else f"{value:,.{digits}f}{unit}"


def times(value):
    return "" if value is None else f"{value:.2f}×" if value < 10 else f"{value:.0f}×"


def rate_of(cell):
    if cell is None:
        return ""
    text = number(cell["requests_per_second"])
    return f"{text} ±{cell['spread'] / 2:.0%}" if cell["rounds"] > 1 else text


def latencies_of(cell):
    """p50 and p99 of a cell, which has none when nothing was answered before it ended."""
    is_answered = cell["requests_per_second"] > 0
    return [number(cell[key] if is_answered else None, 2) for key in ("p50_ms", "p99_ms")]


def errors_of(cell):
    return f"**{cell['errors']:,}**" if cell["errors"] else "0"


def processor_of(cell):
    groups = cell.get("processes", {})
    return " + ".join(f"{group['cpu']:.2f}" for group in groups.values())


def memory_of(cell):
    server = cell.get("processes", {}).get("server")
    return number(server["anonymous_mb"]) if server else ""


# Sections

def about(run):
    result = run.result
    machine, versions, settings = result["machine"], result["versions"], result["settings"]
    lines = [
        f"- Date: {result['date']}; commit {versions['commit']}" + (f"; {result['minutes']:.0f} minutes"
                                                                   if "minutes" in result else ""),
        f"- Machine: {machine['cores']} × {machine['cpu']}, {machine['memory_gb']} GB of memory, {machine['system']}, "
        f"Linux {machine['kernel']}. The client, the servers and their databases share it; its load was "
        f"{machine['load_before']:.1f} before.",
        f"- Cells of {settings['seconds']} s, {settings['rounds']} of each, one after the other of what is compared: "
        "the median is shown, with half the distance between the fastest and the slowest.",
        f"- Client: wrk {versions['wrk']}. Built with {versions['rustc']}.",
    ]
    if "postgres" in versions:
        options = ", ".join(f"`{name}={value}`" for name, value in settings["postgres"].items()
                            if not name.startswith(("log", "listen")))
        lines.append(f"- PostgreSQL {versions['postgres']}, with {options}.")
    lines += [f"- **Failed**: {' '.join(failure.split())}" for failure in run.result.get("failures", [])]
    return "\n".join(lines) + "\n"


def compared(run):
    size = run.sizes[-1]
    rows = [[facts["title"], facts["version"], facts["durability"]] for facts in run.servers(size).values()]
    return table(["Server", "Version", "A write is answered"], rows, right_from=3)


def targets(run):
    rows = []
    for target in TARGETS:
        rows += [[target.title, target.text, measured, verdict] for measured, verdict in judged(target, run)]
    return table(["What", "Target", "Measured", "Verdict"], rows, right_from=4)


def workload(run, size, name):
    rows = []
    for connections in run.connections(size, name):
        for subject in ORDER:
            cell = run.cell(size, name, subject, connections)
            if cell is None:
                continue
            rate = cell["requests_per_second"]
            is_ours = subject.startswith("customary")
            rival = run.rate(size, name, RIVAL, connections) if is_ours else None
            floor = run.rate(size, name, FLOORS.get((subject, name)), connections)
            rows.append([
                NAMES[subject], connections, rate_of(cell), *latencies_of(cell),
                errors_of(cell), processor_of(cell), memory_of(cell), times(ratio(rate, rival)),
                times(ratio(rate, floor)),
            ])
    if not rows:
        return ""
    header = ["", "Connections", "Requests/s", "p50 ms", "p99 ms", "Errors", "Processors", "Anonymous MB",
              "To PocketBase", "To its floor"]
    found = matches(run, size, name)
    return f"#### {name}: {TITLES[name]}\n\n{found}{table(header, rows)}\n"


def matches(run, size, name):
    """How many records a list finds, which decides what it costs."""
    if name not in ("W5", "W7"):
        return ""
    totals = {facts["totals"][name] for facts in run.servers(size).values()}
    share = ", ".join(f"{total:,.0f} of {size:,} ({total / size:.1%})" for total in sorted(totals))
    return f"It finds {share}.\n\n"


def variants(run, size, name, first, others):
    """A workload that compares a server with itself."""
    rows = []
    for subject in ORDER:
        base = None
        for variant in [first, *others]:
            for connections in run.connections(size, name):
                cell = run.cell(size, name, subject, connections, variant)
                if cell is None:
                    continue
                base = base or cell["requests_per_second"]
                is_same = variant != "the logins"
                share = ratio(cell["requests_per_second"], base) if is_same and variant != first else None
                built = f"{cell['build_seconds']:.1f} s" if "build_seconds" in cell else ""
                rows.append([
                    NAMES[subject], variant, rate_of(cell), *latencies_of(cell),
                    errors_of(cell), processor_of(cell), "" if share is None else f"{share:.0%}",
                    *([built] if name == "W9" else []),
                ])
    if not rows:
        return ""
    header = ["", "", "Requests/s", "p50 ms", "p99 ms", "Errors", "Processors", f"Of {first}"]
    header += ["Built in"] if name == "W9" else []
    return f"#### {name}: {TITLES[name]}, 16 connections\n\n{table(header, rows, right_from=2)}\n"


def footprint(run, size):
    rows = []
    for subject, facts in run.servers(size).items():
        loaded = [cell["processes"]["server"]["anonymous_mb"] for key, cell in run.cells.items()
                  if key[0] == size and key[2] == subject and key[3] == 64 and "server" in cell["processes"]]
        rows.append([
            facts["title"], number(facts["idle"]["anonymous_mb"], 1), number(facts["idle"]["resident_mb"], 1),
            number(max(loaded, default=None), 1), number(median(facts["start_ms"]), 1),
            number(facts["binary_mb"], 1), number(facts["disk_mb"]), number(facts["load_seconds"], 1),
        ])
    header = ["", "Idle, anonymous MB", "Idle, resident MB", "Highest at 64, anonymous MB", "Start to first answer, ms",
              "Binary, MB", "Data, MB", "Loaded in, s"]
    return table(header, rows)


def growth(run):
    """How latencies change with size, at 16 connections."""
    header = ["", "", *[f"{size:,}: p50 / p99 ms" for size in run.sizes], "p50, largest to smallest"]
    rows = []
    for name in TITLES:
        for subject in ORDER[:3]:
            cells = [run.cell(size, name, subject, 16) for size in run.sizes]
            shown = [" / ".join(filter(None, latencies_of(cell))) or "none in time" if cell else "" for cell in cells]
            medians = [cell["p50_ms"] for cell in cells if cell and cell["requests_per_second"]]
            if len(medians) > 1:
                rows.append([name, NAMES[subject], *shown, times(ratio(medians[-1], medians[0]))])
    return table(header, rows, right_from=2) if rows else ""


def measured(run, size):
    """The tables of everything that was measured at a size."""
    return [
        *[text for text in (workload(run, size, name) for name in TITLES) if text],
        variants(run, size, "W8", "alone", ["beside logins", "the logins"]),
        variants(run, size, "W9", "alone", ["during"]),
        variants(run, size, "W10", "10 fields", ["100 fields", "1000 fields"]),
        variants(run, size, "W11", "one node", ["two nodes"]),
        f"#### Memory, start and size\n\n{footprint(run, size)}",
    ]


def growth_document(run, images):
    remarks = (HERE / "growth.md").read_text(encoding="utf-8").strip()
    parts = [
        "# With more customers\n",
        "What requests cost as a shop grows from ten thousand customers to ten million, in one run on one machine: "
        "`make bench BENCH=--growth`. What the workloads are is in `bench/README.md`. Numbers of different runs are not to be "
        "compared, those on this page are.\n",
        "## The run\n", about(run),
        "## Latency\n", "At 16 connections.\n", growth(run),
        *[f"![{title}](benchmarks/{file})\n" for file, title in images],
        remarks + "\n",
    ]
    for size in run.sizes:
        parts += [f"## {size:,} customers\n", *measured(run, size)]
    return "\n".join(part for part in parts if part)


def document(run, images):
    remarks = (HERE / "remarks.md").read_text(encoding="utf-8").strip()
    parts = [
        "# Benchmarks\n",
        "Customary beside a rival and beside what its databases and its HTTP stack do alone, in one run on one "
        "machine. `make bench` measures all of it and writes this page; `bench/README.md` says how, by which rules, and how to "
        "add a server. Numbers of different runs are not to be compared, those on this page are.\n",
        "## The run\n", about(run), compared(run),
        "## Targets\n",
        "At 16 and 64 connections, and at the largest size. What is compared are requests "
        "per second, unless it says otherwise.\n",
        targets(run), remarks + "\n",
        "## Requests per second\n",
        *[f"![{title}](benchmarks/{file})\n" for file, title in images],
    ]
    for size in run.sizes:
        parts.append(f"## {size:,} customers\n")
        parts.append(
            "*Processors* is seconds of processor time per second, of the server and, behind the +, of its PostgreSQL; "
            "*anonymous* is the server's own memory at its highest. Rows in italics are floors: the limit that the row "
            "of the server is held against, not servers.\n"
        )
        parts += measured(run, size)
    if len(run.sizes) > 1:
        parts += ["## With more customers\n", "At 16 connections.\n", growth(run)]
    return "\n".join(part for part in parts if part)


def write(file, place):
    """Writes `benchmarks.md` into a folder, and its plots into `benchmarks/` in it."""
    run = Run(json.loads(file.read_text()))
    place.mkdir(parents=True, exist_ok=True)
    images = plots.draw(run, place / "benchmarks", NAMES, ORDER)
    page = place / "benchmarks.md"
    page.write_text(document(run, images), encoding="utf-8")
    print(f"the report is in {page}")


def write_growth(file, place):
    """Writes `growth.md` into a folder, and its plot into `benchmarks/` in it."""
    run = Run(json.loads(file.read_text()))
    folder = place / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    image = ("growth-to-ten-million.svg", "Latency (p50) at 16 connections as the number of customers grows")
    images = [image] if plots.growth(run, image[1], folder / image[0], NAMES) else []
    page = place / "growth.md"
    page.write_text(growth_document(run, images), encoding="utf-8")
    print(f"the report is in {page}")


if __name__ == "__main__":
    write_report = write_growth if sys.argv[3:] == ["growth"] else write
    write_report(Path(sys.argv[1]), Path(sys.argv[2]))
