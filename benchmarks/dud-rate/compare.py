#!/usr/bin/env python3
"""Turns the files that run.sh left in a folder into the table of results.md."""
import glob
import json
import os
import platform
import statistics
import sys

folder = sys.argv[1]


def read(pattern):
    found = []
    for path in sorted(glob.glob(os.path.join(folder, pattern))):
        with open(path, encoding="utf-8") as file:
            found.append(json.load(file))
    return found


def numbers(answer, prefix=""):
    """Every number of an answer with its name."""
    for key, value in sorted(answer.items()):
        if isinstance(value, dict):
            yield from numbers(value, f"{prefix}{key} ")
        elif isinstance(value, list):
            yield from ((f"{prefix}{key} {i}", v) for i, v in enumerate(value))
        elif key != "nodes_per_axis":
            yield f"{prefix}{key}", value


def difference(left, right, only):
    """The largest absolute difference among the numbers whose name holds `only`, and its name."""
    right = dict(numbers(right))
    pairs = [(abs(v - right[k]), k) for k, v in numbers(left) if k in right and only in k]
    return max(pairs)


def spread(seconds):
    return f"{1000 * statistics.median(seconds):.0f} ({1000 * min(seconds):.0f} to {1000 * max(seconds):.0f})"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


with open(os.path.join(folder, "load"), encoding="utf-8") as file:
    load = [float(line) for line in file]

print("# Dud-rate pooling beside its peers\n")
print("Written by `run.sh`; what is measured and how is in its first lines. Median, and smallest to largest,")
print("of all runs. The Rust program and NumPy take the same 19 x 19 x 19 nodes and all moments and")
print("quantiles; PyMC samples the same model.\n")
print(f"- machine: {processor()}, {os.cpu_count()} hardware threads, {platform.system()}")
print(f"- load average (one minute) after each pass: {min(load):.1f} to {max(load):.1f}")
print("- start-up of a process is in none of the times\n")
print("| inputs | program | milliseconds | times the Rust program on 1 thread |")
print("|---|---|---|---|")
notes = []
for case, name in (("meta-record", "record: 27 statements, 7 types"), ("meta-hier-full", "invented: 8 statements, 4 types")):
    rust = {threads: read(f"rust-{case}-{threads}-*.json") for threads in (1, 2)}
    fixed = {t: [s for run in runs for s in run["seconds_fixed_grid"]] for t, runs in rust.items()}
    settled = [s for run in rust[1] for s in run["seconds_until_settled"]]
    numpy = read(f"numpy-{case}-*.json")
    numpy_seconds = [s for run in numpy for s in run["seconds"]]
    base = statistics.median(fixed[1])
    ours = rust[1][0]["answer"]
    for threads in (1, 2):
        print(f"| {name} | this crate, {threads} thread{'s' if threads > 1 else ''} | {spread(fixed[threads])} | {statistics.median(fixed[threads]) / base:.2f} |")
    print(f"| {name} | this crate, grids refined until settled, 1 thread | {spread(settled)} | {statistics.median(settled) / base:.2f} |")
    print(f"| {name} | NumPy {numpy[0]['numpy']} | {spread(numpy_seconds)} | {statistics.median(numpy_seconds) / base:.1f} |")
    apart, where = difference(ours, numpy[0]["answer"], "")
    notes.append(f"- {name}: the Rust program and NumPy differ by at most {apart:.1e} ({where}); one and two threads give the same digits: {rust[1][0]['answer'] == rust[2][0]['answer']}.")
    for run in read(f"pymc-{case}.json"):
        total = run["compile_seconds"] + run["sample_seconds"]
        print(f"| {name} | PyMC {run['pymc']} with nutpie {run['nutpie']}, {run['draws']} draws | {1000 * run['sample_seconds']:.0f} and {1000 * run['compile_seconds']:.0f} to compile | {run['sample_seconds'] / base:.0f} ({total / base:.0f} with compiling) |")
        error = dict(numbers(run["monte_carlo_error"]))
        parts = []
        for only, what in (("mu_mean", "mean level, log odds"), ("p_new_mean", "mean share"), ("p_new_quantiles", "quantile of the share"), ("_mean", "any mean")):
            apart, where = difference(ours, run["answer"], only)
            parts.append(f"{what} {apart:.4f} ({where}, Monte Carlo error {error[where]:.4f})")
        notes.append(f"- {name}: the Rust program and PyMC differ by at most: {'; '.join(parts)}. {run['divergent']} divergent draws, largest R-hat {run['largest_r_hat']:.4f}.")
print()
print("\n".join(notes))
