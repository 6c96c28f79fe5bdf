#!/usr/bin/env python3
"""Turns the files that run.sh left in a folder into results.md and cost-against-size.svg.

    compare.py FOLDER > results.md
"""
import glob
import json
import os
import platform
import statistics
import sys

from plot import plot, slope

folder = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
MET, MISSED = "met", "missed"


def read(pattern):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, pattern))):
        with open(path, encoding="utf-8") as file:
            found.append(json.load(file))
    return found


def lines(name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def share(seconds, quantile):
    """The smallest of the values below or at which the share `quantile` of them lies."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


def span(seconds):
    """Median, with smallest and largest, in the unit that reads best."""
    middle = statistics.median(seconds)
    unit, factor = ("s", 1) if middle >= 1 else ("ms", 1e3) if middle >= 1e-3 else ("µs", 1e6)

    def told(value):
        value *= factor
        return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"

    if len(seconds) == 1:
        return f"{told(middle)} {unit}"
    return f"{told(middle)} {unit} ({told(min(seconds))} to {told(max(seconds))})"


def tail(seconds):
    """Median and 99th percentile of many short things, in milliseconds."""
    return f"{statistics.median(seconds) * 1e3:.2f} ms, p99 {share(seconds, 0.99) * 1e3:.2f} ms"


def count(number):
    return f"{number:,}".replace(",", " ")


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


rows_of_table = []
details = []
notes = []


def row(work, size, ours, theirs, ratio, goal, verdict):
    rows_of_table.append((work, size, ours, theirs, ratio, goal, verdict))


def verdict(ours, bound, least=1.0):
    """Met, or missed and by how much: `ours` may be `least` times `bound`."""
    ratio = ours / (bound * least)
    return MET if ratio <= 1 else f"{MISSED} by {100 * (ratio - 1):.0f} %"


def imports():
    """Import of each size, and the plot of its cost."""
    series = {"seconds": {}, "processor seconds": {}, "peak memory, MiB": {}, "file, MB": {}}
    names = {"remnant": "remnant", "ogr2ogr": "ogr2ogr", "pyogrio": "pyogrio, ready points"}
    sizes = sorted({int(path.split("-")[-2]) for path in glob.glob(os.path.join(folder, "import-*-*-*.json"))})
    for size in sizes:
        runs = {name: read(f"import-{name}-{size}-*.json") for name in names}
        middle = {}
        for name, found in runs.items():
            if not found:
                continue
            seconds = [second for run in found for second in run["seconds"]]
            middle[name] = statistics.median(seconds)
            memory = max(run["peak_mib"] for run in found)
            series["seconds"].setdefault(names[name], []).append((size, middle[name]))
            series["peak memory, MiB"].setdefault(names[name], []).append((size, memory))
            series["file, MB"].setdefault(names[name], []).append((size, found[-1]["bytes"] / 1e6))
            processor_seconds = statistics.median(
                run["user_seconds"] + run["system_seconds"] for run in found
            )
            series["processor seconds"].setdefault(names[name], []).append((size, processor_seconds))
            cells = (
                count(size),
                names[name],
                span(seconds),
                f"{processor_seconds:.1f}",
                count(round(size / middle[name])),
                f"{memory:.0f}",
                f"{found[-1]['bytes'] / 1e6:.0f}",
            )
            details.append("| " + " | ".join(cells) + " |")
        if size == 1_000_000 and "remnant" in middle and "ogr2ogr" in middle:
            ours = [second for run in runs["remnant"] for second in run["seconds"]]
            for name in ("ogr2ogr", "pyogrio"):
                if name in middle:
                    theirs = [second for run in runs[name] for second in run["seconds"]]
                    row(
                        "import with validation, journal and indexes",
                        "1 million rows of CSV",
                        span(ours),
                        f"{names[name]}: {span(theirs)}",
                        f"{middle['remnant'] / middle[name]:.2f}",
                        "no slower than ogr2ogr" if name == "ogr2ogr" else "(beside it)",
                        verdict(middle["remnant"], middle[name]) if name == "ogr2ogr" else "",
                    )
            steps = runs["remnant"][-1]["steps"]
            notes.append(
                "- Import, 1 million rows, where our time goes: "
                + "; ".join(f"`{step}` {seconds:.1f} s" for step, seconds in steps.items())
                + "."
            )
    for answer in read("import-answer.json"):
        told = "; ".join(f"{name} {value}" for name, value in answer.items())
        notes.append(f"- Import, answers compared: {told}.")
    if sizes:
        panels = [(title, list(by_name.items())) for title, by_name in series.items()]
        picture = plot(panels, "Cost of an import against its number of rows, on logarithmic axes")
        with open(os.path.join(here, "cost-against-size.svg"), "w", encoding="utf-8") as file:
            file.write(picture)
        ours = series["seconds"].get("remnant", [])
        if len(ours) > 1:
            notes.append(
                f"- Cost against size, {count(ours[0][0])} to {count(ours[-1][0])} rows: slope of our time {slope(ours):.2f},"
                f" of our processor seconds {slope(series['processor seconds']['remnant']):.2f} (1 is proportional), of our peak memory {slope(series['peak memory, MiB']['remnant']):.2f}"
                " (0 is bounded)."
            )


def boxes():
    for rows, size in ((1_000_000, "1 million rows"), (25_000_000, "25 million rows")):
        for width in ("small", "wide"):
            ours, theirs = read(f"box-remnant-{rows}-{width}.json"), read(f"box-peer-{rows}-{width}.json")
            if not ours or not theirs:
                continue
            ours, theirs = ours[0], theirs[0]
            way, best = min(theirs["ways"].items(), key=lambda item: statistics.median(item[1]["seconds"]))
            fair = ours["ways"]["opened each time"]
            kept = ours["ways"]["kept open"]
            per_box = fair["rows"] / ours["boxes"]
            told = [verdict(statistics.median(fair["seconds"]), statistics.median(best["seconds"]))]
            if share(fair["seconds"], 0.99) > 0.05:
                told.append("p99 above 50 ms")
            row(
                f"box query, {per_box:.0f} rows a box",
                size,
                f"{tail(fair['seconds'])}; kept open {tail(kept['seconds'])}",
                f"{theirs['program']}, {way}: {tail(best['seconds'])}",
                f"{statistics.median(fair['seconds']) / statistics.median(best['seconds']):.2f}",
                "under the peer; under 50 ms",
                ", ".join(told),
            )
            notes.append(
                f"- Box query, {size}, {per_box:.0f} rows a box: same rows in all {ours['boxes']} boxes:"
                f" {fair['hash'] == best['hash'] == kept['hash']}."
            )


def joins():
    for points, size in ((1_000_000, "1 million x 10 000"), (10_000_000, "10 million x 10 000")):
        ours, theirs = read(f"join-remnant-{points}.json"), read(f"join-peer-{points}.json")
        if not ours or not theirs:
            continue
        ours, theirs = ours[0], theirs[0]
        way, best = min(theirs["ways"].items(), key=lambda item: statistics.median(item[1]["seconds"]))
        for threads in ("1 thread", "2 threads"):
            mine = ours["ways"][threads]
            told = verdict(statistics.median(mine["seconds"]), statistics.median(best["seconds"]))
            if ours["peak_mib"] > 1024:
                told += ", above 1 GiB"
            row(
                f"point-in-polygon join, {threads}",
                size,
                f"{span(mine['seconds'])}, peak {ours['peak_mib']:.0f} MiB",
                f"{theirs['program']}, {way}: {span(best['seconds'])}, peak {theirs['peak_mib']:.0f} MiB",
                f"{statistics.median(mine['seconds']) / statistics.median(best['seconds']):.2f}",
                "under the peer, under 1 GB",
                told,
            )
        hashes = {run["hash"] for run in ours["ways"].values()}
        notes.append(
            f"- Join, {size}: {count(best['pairs'])} pairs; same pairs as the peer on every run and"
            f" thread count: {hashes == {best['hash']}}."
        )


def history():
    for size in (200_000, 1_000_000):
        ours, theirs = read(f"history-remnant-{size}.json"), read(f"history-peer-{size}.json")
        if not ours or not theirs:
            continue
        ours, theirs = ours[0], theirs[0]
        for what, name in (("as_of", "as-of read"), ("difference", "difference between two days")):
            mine, his = ours[what], theirs[what]
            for key, how in (("seconds", "handed over"), ("inside_seconds", "summed on the way")):
                row(
                    f"{name}, {count(mine['rows'])} rows {how}",
                    f"{count(size)} statements",
                    span(mine[key]),
                    f"{theirs['program']}: {span(his[key])}",
                    f"{statistics.median(mine[key]) / statistics.median(his[key]):.2f}",
                    "under the peer",
                    verdict(statistics.median(mine[key]), statistics.median(his[key])),
                )
            notes.append(
                f"- {name.capitalize()}, {count(size)} statements: same answer as the peer: {mine['hash'] == his['hash']}."
            )
        notes.append(
            f"- As-of read, {count(size)} statements, each text read into an object as well:"
            f" {span(ours['as_of']['object_seconds'])}. Filling took {ours['fill_seconds']:.1f} s and"
            f" {ours['bytes'] / 1e6:.0f} MB (journal, chain, layer and index), the peer's"
            f" {theirs['fill_seconds']:.1f} s and {theirs['bytes'] / 1e6:.0f} MB."
        )
        p99 = share(ours["one"]["seconds"], 0.99)
        row(
            "as-of read of one subject",
            f"{count(size)} statements",
            tail(ours["one"]["seconds"]),
            f"{theirs['program']}: {tail(theirs['one']['seconds'])}",
            f"{statistics.median(ours['one']['seconds']) / statistics.median(theirs['one']['seconds']):.2f}",
            "p99 under 5 ms",
            verdict(p99, 0.005),
        )


def commits():
    ours, theirs = read("commit-remnant-*.json"), read("commit-peer-*.json")
    if not ours or not theirs:
        return
    mine = [second for run in ours for second in run["seconds"]]
    his = [second for run in theirs for second in run["seconds"]]
    row(
        "durable commit",
        "one entry",
        f"{count(round(len(mine) / sum(mine)))} a second; {tail(mine)}",
        f"{theirs[0]['program']}: {count(round(len(his) / sum(his)))} a second; {tail(his)}",
        f"{statistics.median(mine) / statistics.median(his):.2f}",
        "within 2 times",
        verdict(statistics.median(mine), statistics.median(his), 2.0),
    )


imports()
boxes()
joins()
history()
commits()
load = [float(line) for line in lines("load")]
print("# The ground beside its peers\n")
print("Written by `run.sh`; what is measured and how is in `README.md`. Median, with smallest and largest in")
print("brackets, or median and 99th percentile, of all runs. A ratio above 1 means that ours takes longer.\n")
print(f"- machine: {processor()}, {os.cpu_count()} hardware threads, {platform.system()}")
if load:
    print(f"- load average (one minute) after each step: {min(load):.1f} to {max(load):.1f}")
for version in lines("versions"):
    print(f"- {version}")
print()
print("| work | size | remnant | peer | ratio | goal | |")
print("|---|---|---|---|---|---|---|")
for cells in rows_of_table:
    print("| " + " | ".join(cells) + " |")
if details:
    print("\n## Import: cost against size\n")
    print("Processor seconds are user and system together: unlike the time of the wall they hardly change when the")
    print("machine has other work.\n")
    print("| rows | program | time | processor s | rows a second | peak MiB | file MB |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(details))
    print("\n![Cost against size](cost-against-size.svg)")
print("\n## Answers\n")
print("\n".join(notes))
for line in lines("not-run"):
    print(f"- Not run: {line}")
