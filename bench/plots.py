"""Plots of a run, as SVG. Drawn alike each time, so that only what was measured differs."""

WORKLOADS = {
    "W1": "create", "W2": "get", "W3": "update", "W4": "newest", "W5": "equality", "W6": "login", "W7": "range",
}
COLORS = {
    "customary-sqlite": "#0b7285", "customary-postgres": "#3b5bdb", "pocketbase": "#e8590c", "http-sqlite": "#99d5df",
    "constant": "#ced4da", "sqlite-library": "#b2f2bb", "pgbench": "#bac8ff",
}
CONNECTIONS = 64


def draw(run, folder, names, order):
    """Draws what there is. Returns names of files with their titles."""
    folder.mkdir(parents=True, exist_ok=True)
    images = []
    for size in run.sizes:
        title = f"Requests per second at {CONNECTIONS} connections, {size:,} customers (logarithmic)"
        if requests(run, size, title, folder / f"requests-{size}.svg", names, order):
            images.append((f"requests-{size}.svg", title))
    if len(run.sizes) > 1:
        title = "Latency (p50) at 16 connections as the number of customers grows"
        if growth(run, title, folder / "growth.svg", names):
            images.append(("growth.svg", title))
    return images


def prepare():
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "customary", "font.size": 9, "axes.spines.top": False,
                                "axes.spines.right": False})


def requests(run, size, title, file, names, order):
    """Bars of requests per second, grouped by workload."""
    prepare()
    from matplotlib import pyplot

    rates = {
        subject: [run.rate(size, workload, subject, CONNECTIONS) for workload in WORKLOADS] for subject in order
    }
    rates = {subject: values for subject, values in rates.items() if any(values)}
    if not rates:
        return False
    figure, axes = pyplot.subplots(figsize=(10, 4.2))
    width = 0.8 / len(rates)
    for place, (subject, values) in enumerate(rates.items()):
        bars = [(number, value) for number, value in enumerate(values) if value]
        axes.bar([number - 0.4 + width * (place + 0.5) for number, _ in bars], [value for _, value in bars], width,
                 color=COLORS[subject], label=names[subject].strip("*"))
    axes.set_yscale("log")
    axes.set_xticks(range(len(WORKLOADS)), [f"{workload} {kind}" for workload, kind in WORKLOADS.items()])
    axes.set_title(title)
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.1))
    axes.grid(axis="y", alpha=0.3)
    save(figure, file)
    return True


def growth(run, title, file, names):
    """A small plot for each workload, with a line for each server."""
    from matplotlib import pyplot

    prepare()
    measured = [workload for workload in WORKLOADS if all(run.connections(size, workload) for size in run.sizes)]
    figure, all_axes = pyplot.subplots(2, 4, figsize=(10, 5))
    lines = {}
    for workload, axes in zip(measured, all_axes.flat):
        for subject in ("customary-sqlite", "customary-postgres", "pocketbase"):
            cells = [(size, run.cell(size, workload, subject, 16)) for size in run.sizes]
            points = [(size, cell["p50_ms"]) for size, cell in cells if cell and cell["p50_ms"]]
            if points:
                lines[names[subject]] = axes.plot(*zip(*points), marker="o", color=COLORS[subject])[0]
        axes.set(title=workload, xscale="log", ylim=(0, None), ylabel="ms")
    for axes in all_axes.flat[len(measured):]:
        axes.axis("off")
    all_axes.flat[-1].legend(lines.values(), lines, frameon=False, loc="center")
    figure.suptitle(title)
    if lines:
        save(figure, file)
    return bool(lines)


def save(figure, file):
    from matplotlib import pyplot

    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
