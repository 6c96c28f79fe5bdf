"""The update of many strikes in NumPy and SciPy, on the inputs of examples/update_time.rs.

    python update.py [STRIKES] [RUNS] [SEED]

Two ways, both in batches that fit the cache: "tables" holds the kernel mass of every place in every cell, as the
equations are written; "products" uses the same factoring by row and column as the Rust program, with batched matrix
products. Writes one JSON object with the seconds of each run and the sums that the Rust program must reproduce.
"""
import json
import sys
import time

import numpy as np
from scipy.special import ndtr

SIDE, CELL, TILE, APART = 10, 100.0, 64, 3000.0
FACTOR, STEP = 6364136223846793005, 1442695040888963407


def shares(count, seed):
    """The shared generator: a linear congruence modulo 2^64, the upper 53 bits as a share."""
    out, state = np.empty(count), seed
    for i in range(count):
        state = (state * FACTOR + STEP) % 2**64
        out[i] = (state >> 11) / 2.0**53
    return out


def inputs(strikes, seed):
    draws = shares(strikes * (SIDE * SIDE + 5), seed).reshape(strikes, SIDE * SIDE + 5)
    effort = 0.9 * draws[:, : SIDE * SIDE].reshape(strikes, SIDE, SIDE)
    # Distances from the western and southern edge of each strike's own square.
    east, north = 250.0 + 500.0 * draws[:, 100], 250.0 + 500.0 * draws[:, 101]
    return effort, east, north, 50.0 + 50.0 * draws[:, 102], 0.5 + 2.0 * draws[:, 103], 0.02 + 0.1 * draws[:, 104]


OFFSETS = 50.0 * (np.arange(17) - 8)
ERROR = 400.0 / 3.0 + 1e-9
LATTICE = np.exp(-0.5 * (OFFSETS[:, None] ** 2 + OFFSETS[None, :] ** 2) / ERROR**2)
LATTICE /= LATTICE.sum()


def along(centre, scale, falling):
    """Mass of each of ten cells for each of 17 places: strike, place, cell."""
    edges = CELL * np.arange(SIDE + 1)
    if falling:
        edges = edges[::-1]
    z = (edges[None, None, :] - (centre[:, None] + OFFSETS)[:, :, None]) / scale[:, None, None]
    return np.abs(np.diff(ndtr(z), axis=2))


def weigh(exposure, shape, rate):
    log = np.log(LATTICE)[None] - shape[:, None, None] * np.log1p(exposure / rate[:, None, None])
    peak = log.max(axis=(1, 2), keepdims=True)
    weight = np.exp(log - peak)
    total = weight.sum(axis=(1, 2), keepdims=True)
    marginal = (peak + np.log(total)).sum()
    return weight / total * shape[:, None, None] / (rate[:, None, None] + exposure), marginal


def products(effort, east, north, scale, shape, rate):
    columns, rows = along(east, scale, False), along(north, scale, True)
    exposure = rows @ effort @ columns.transpose(0, 2, 1)
    items, marginal = weigh(exposure, shape, rate)
    left = (rows.transpose(0, 2, 1) @ items @ columns) * (1.0 - effort)
    return marginal, left.sum()


def tables(effort, east, north, scale, shape, rate):
    columns, rows = along(east, scale, False), along(north, scale, True)
    count = len(east)
    mass = (rows[:, :, None, :, None] * columns[:, None, :, None, :]).reshape(count, 289, SIDE * SIDE)
    exposure = (mass @ effort.reshape(count, SIDE * SIDE, 1)).reshape(count, 17, 17)
    items, marginal = weigh(exposure, shape, rate)
    left = (items.reshape(count, 1, 289) @ mass).reshape(count, SIDE, SIDE) * (1.0 - effort)
    return marginal, left.sum()


def main():
    strikes = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    given = inputs(strikes, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    answer = {"strikes": strikes, "places": 289 * strikes, "cells_each": SIDE * SIDE}
    for name, way, batch in (("tables", tables, 200), ("products", products, 1000)):
        seconds = []
        for _ in range(runs):
            start = time.perf_counter()
            marginal = left = 0.0
            for first in range(0, strikes, batch):
                part = way(*(values[first : first + batch] for values in given))
                marginal, left = marginal + part[0], left + part[1]
            seconds.append(time.perf_counter() - start)
        answer[name] = {"seconds": seconds, "log_marginal": float(marginal), "left": float(left)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
