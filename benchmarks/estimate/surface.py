"""Surfaces of `intensity` beside spatstat, KDEpy and SciPy: the same work, answers compared, in one run.

    python surface.py FOLDER [--program PATH] [--runs N] [--quick]

FOLDER takes the invented points and the answers. PATH is the example `surface_time`, built with
`cargo build --release -p remnant-estimate --example surface_time`. Prints a table and, at the end, JSON.
Two parts:

density   100 000 points on 1024 x 1024 cells of 10 m. spatstat gives mean and standard error with edge
          correction, as ours does. KDEpy's FFTKDE gives the mean alone, without edge correction, on its own
          linear binning: a lower bound of the work, so its answer is compared in the middle only.
placed    1 000 000 strikes on 4900 x 4900 cells of 100 m, each with an error of place. SciPy can only
          convolve strikes of one error at a time, so the errors take 16 values; ours uses each as it is and
          is also timed on a million different ones. Two ways with SciPy: `fftconvolve` class by class, and
          one sum in the frequency domain with a single way back, in 32 bits on all cores, the fastest found.
"""
import argparse
import json
import os
import subprocess
import time

import numpy as np

CELLS, METRES, SCALES = 1024, 10.0, (60.0, 200.0, 500.0)
NATION, HUNDRED = 4900, 100.0


def make(folder, strikes):
    """Invented points in clusters and invented strikes; no place is real."""
    draw = np.random.default_rng(20240304)
    side = CELLS * METRES
    middles = draw.uniform(0, side, (60, 2))
    clustered = middles[draw.integers(0, 60, 80_000)] + draw.normal(0, 250, (80_000, 2))
    points = np.vstack([clustered, draw.uniform(0, side, (40_000, 2))])
    points = points[((points > 0) & (points < side)).all(axis=1)][:100_000]
    assert len(points) == 100_000
    points.astype("<f8").tofile(os.path.join(folder, "points.f64"))
    cells = draw.integers(0, NATION, (strikes, 2))
    errors = np.geomspace(150.0, 3000.0, 16)
    rows = np.empty((strikes, 4))
    # In the middle of cells, so that counting by cell loses nothing and all do the same work.
    rows[:, :2] = (cells + 0.5) * HUNDRED
    rows[:, 2] = errors[draw.integers(0, 16, strikes)]
    rows[:, 3] = 1.0
    rows.astype("<f8").tofile(os.path.join(folder, "strikes.f64"))
    own = rows.copy()
    own[:, 2] = np.exp(draw.uniform(np.log(150.0), np.log(3000.0), strikes))
    own.astype("<f8").tofile(os.path.join(folder, "own.f64"))
    return points, rows, errors


def ours(program, *words):
    """Seconds of each run, and the most memory that the program held, in MiB."""
    with subprocess.Popen([program, *map(str, words)], stdout=subprocess.PIPE, text=True) as running:
        out = running.stdout.read()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, words
    return json.loads(out)["seconds"], used.ru_maxrss / 1024


def edges(scale):
    """The share of the kernel within the grid, from each cell."""
    apart = np.arange(CELLS) * METRES / scale
    sums = np.cumsum(np.exp(-0.5 * apart * apart) * METRES / scale / np.sqrt(2 * np.pi))
    along = sums + sums[::-1] - sums[0]
    return np.outer(along, along)


def kdepy(points, scale, runs):
    from KDEpy import FFTKDE

    # Nodes in the middle of cells; it wants every point strictly inside, so those at the rim move in.
    axis = (np.arange(CELLS) + 0.5) * METRES
    inside = np.clip(points, axis[0] + 1e-6, axis[-1] - 1e-6)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        values = FFTKDE(kernel="gaussian", bw=scale).fit(inside).evaluate(grid)
        seconds.append(time.perf_counter() - start)
    return seconds, values.reshape(CELLS, CELLS).T[::-1] * len(points)


def counts_by_class(rows, errors):
    column = (rows[:, 0] / HUNDRED).astype(int)
    row = NATION - 1 - (rows[:, 1] / HUNDRED).astype(int)
    for error in errors:
        of_class = rows[:, 2] == error
        counts = np.zeros((NATION, NATION), np.float32)
        np.add.at(counts, (row[of_class], column[of_class]), 1.0)
        yield error, counts


def axis_kernel(error, reach):
    far = np.arange(-reach, reach + 1) * HUNDRED / error
    return np.exp(-0.5 * far * far) * HUNDRED / error / np.sqrt(2 * np.pi)


def scipy_by_class(rows, errors):
    from scipy.signal import fftconvolve

    start = time.perf_counter()
    total = np.zeros((NATION, NATION), np.float32)
    for error, counts in counts_by_class(rows, errors):
        axis = axis_kernel(error, int(np.ceil(6.5 * error / HUNDRED))).astype(np.float32)
        total += fftconvolve(counts, np.outer(axis, axis), mode="same")
    return time.perf_counter() - start, total


def scipy_in_frequencies(rows, errors):
    from scipy import fft

    start = time.perf_counter()
    reach = int(np.ceil(6.5 * errors.max() / HUNDRED))
    length = fft.next_fast_len(NATION + reach, real=True)
    with fft.set_workers(os.cpu_count()):
        total = None
        for error, counts in counts_by_class(rows, errors):
            axis = np.zeros(length)
            half = int(np.ceil(6.5 * error / HUNDRED))
            axis[np.arange(-half, half + 1)] = axis_kernel(error, half)
            down = fft.fft(axis).real.astype(np.float32)
            spectrum = fft.rfft2(counts, (length, length))
            spectrum *= down[:, None]
            spectrum *= down[None, : spectrum.shape[1]]
            total = spectrum if total is None else np.add(total, spectrum, out=total)
        values = fft.irfft2(total, (length, length))[:NATION, :NATION]
    return time.perf_counter() - start, values


def apart(found, expected):
    """The largest difference as a share of the largest value."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("folder")
    asked.add_argument("--program", default="../../target/release/examples/surface_time")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--quick", action="store_true", help="leave out the slow way with SciPy")
    asked = asked.parse_args()
    os.makedirs(asked.folder, exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    place = lambda name: os.path.join(asked.folder, name)
    points, rows, errors = make(asked.folder, 1_000_000)
    told = {"load_before": os.getloadavg(), "cores": os.cpu_count(), "density": [], "placed": {}}
    for scale in SCALES:
        mean, _ = ours(asked.program, "density", place("points.f64"), CELLS, METRES, scale, "mean", asked.runs, place("mean.f64"))
        both, memory = ours(asked.program, "density", place("points.f64"), CELLS, METRES, scale, "error", asked.runs, place("both.f64"))
        spatstat = json.loads(subprocess.run(
            ["Rscript", os.path.join(here, "surface.R"), place("points.f64"), str(CELLS), str(METRES), str(scale), str(asked.runs), place("r.f64")],
            check=True, capture_output=True, text=True).stdout)
        density, error = np.fromfile(place("both.f64"), "<f8").reshape(2, CELLS, CELLS)
        r_density, r_error = np.fromfile(place("r.f64"), "<f8").reshape(2, CELLS, CELLS)
        # spatstat divides the variance by the edge of the squared kernel times that of the kernel; ours by
        # the latter squared, which is what the variance of such a sum is. Away from the rim both are 1.
        r_error *= np.sqrt(edges(scale / np.sqrt(2)) / edges(scale))
        kde_seconds, kde = kdepy(points, scale, asked.runs)
        far = int(7 * scale / METRES)
        middle = slice(far, CELLS - far) if 2 * far < CELLS - 100 else slice(CELLS // 2 - 50, CELLS // 2 + 50)
        told["density"].append({
            "scale_metres": scale, "ours_mean": min(mean), "ours_with_error": min(both), "ours_mebibytes": memory,
            "spatstat": spatstat["version"], "spatstat_mean": min(spatstat["mean"]), "spatstat_with_error": min(spatstat["error"]),
            "kdepy_mean": min(kde_seconds),
            "density_apart_from_spatstat": apart(density, r_density), "error_apart_from_spatstat": apart(error, r_error),
            "density_apart_from_kdepy_in_the_middle": apart(density[middle, middle], kde[middle, middle]),
        })
        print(json.dumps(told["density"][-1], indent=1), flush=True)
    seconds, memory = ours(asked.program, "placed", place("strikes.f64"), NATION, HUNDRED, asked.runs, place("placed.f64"))
    own, _ = ours(asked.program, "placed", place("own.f64"), NATION, HUNDRED, asked.runs, place("own-placed.f64"))
    found = np.fromfile(place("placed.f64"), "<f8").reshape(NATION, NATION)
    quick, values = scipy_in_frequencies(rows, errors)
    told["placed"] = {"ours": min(seconds), "ours_every_error_its_own": min(own), "ours_mebibytes": memory,
                      "scipy_in_frequencies": quick, "apart_from_scipy_in_frequencies": apart(values, found)}
    del values
    if not asked.quick:
        slow, values = scipy_by_class(rows, errors)
        told["placed"] |= {"scipy_by_class": slow, "apart_from_scipy_by_class": apart(values, found)}
    told["load_after"] = os.getloadavg()
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
