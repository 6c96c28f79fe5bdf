#!/usr/bin/env python3
"""Sums of a raster of people over many areas, beside exactextract, on the same files, answers compared.

    exposure.py PROGRAM [FOLDER]      FOLDER keeps the files; the raster in it is used again

PROGRAM is the example `exposure_time` of the crate `remnant-ground`, built with --release. Raster and
areas are invented from a seed: 4000 x 4000 cells in tiles packed by deflate, some without a value;
10 000 areas from a part of a cell to some hundred cells across, a third with a hole, some of two
parts, some over the edge. Both programs take the raster from the file and the areas from memory, and
take turns. The peer is timed in both of its ways, with areas as GeoJSON, the form it takes without
another library; the faster counts. How long it takes that form in alone is told beside it. Processor
seconds are those of all threads, and hardly change when the machine has other work; ours are of the whole
process, start and reading of the areas included.

Needs requirements-exposure.txt. Prints Markdown; the exit code is 1 when answers differ by more than 1e-6.
"""
import json
import os
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import exactextract
import numpy
import rasterio
import shapely
from exactextract.feature import JSONFeatureSource

CELLS, AREAS, REPETITIONS = 4000, 10_000, 3
SIDE = 1 / 1200


def make_raster(path, generator):
    people = generator.gamma(0.4, 12.0, (CELLS, CELLS)).astype("float32")
    people[generator.random((CELLS, CELLS)) < 0.02] = -9999
    place = rasterio.transform.from_origin(102.0, 20.0, SIDE, SIDE)
    with rasterio.open(
        path, "w", driver="GTiff", width=CELLS, height=CELLS, count=1, dtype="float32", nodata=-9999,
        crs="EPSG:4326", transform=place, tiled=True, compress="deflate", predictor=3,
    ) as raster:
        raster.write(people, 1)


def ring(generator, corners, radius):
    angles = numpy.linspace(0, 2 * numpy.pi, corners, endpoint=False)
    radii = radius * generator.uniform(0.6, 1.0, corners)
    return numpy.stack([radii * numpy.cos(angles), radii * numpy.sin(angles)], 1)


def make_areas(generator):
    areas = []
    for _ in range(AREAS):
        middle = numpy.array([102, 20]) + generator.uniform(-0.01, 1.01, 2) * CELLS * SIDE * [1, -1]
        radius = SIDE * numpy.exp(generator.uniform(numpy.log(0.3), numpy.log(150)))
        outline = ring(generator, int(generator.integers(8, 120)), radius)
        kind = generator.random()
        holes = [ring(generator, 20, radius * 0.3) + middle] if kind < 0.33 else []
        area = shapely.Polygon(outline + middle, holes)
        if kind > 0.9:
            area = shapely.MultiPolygon([area, shapely.Polygon(outline + middle + [2.1 * radius, 0])])
        areas.append(area)
    return areas


def middle(times):
    return statistics.median(wall for wall, _ in times)


def span(times):
    walls = [wall for wall, _ in times]
    used = statistics.median(used for _, used in times)
    return f"{middle(times):.2f} s ({min(walls):.2f} to {max(walls):.2f}) | {used:.2f} s"


def timed(work):
    begun, used = time.perf_counter(), time.process_time()
    answer = work()
    return (time.perf_counter() - begun, time.process_time() - used), answer


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    program = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
    raster, areas_path = os.path.join(folder, "people.tif"), os.path.join(folder, "areas.wkb")
    sums_path = os.path.join(folder, "sums.csv")
    if not os.path.exists(raster):
        make_raster(raster, numpy.random.default_rng(7))
    areas = make_areas(numpy.random.default_rng(8))
    with open(areas_path, "wb") as file:
        for area in areas:
            binary = shapely.to_wkb(area)
            file.write(struct.pack("<I", len(binary)) + binary)
    shapes = [json.loads(shapely.to_geojson(area)) for area in areas]
    features = [
        {"type": "Feature", "properties": {"number": number}, "geometry": shape}
        for number, shape in enumerate(shapes)
    ]

    def peer(strategy):
        return exactextract.exact_extract(
            raster, JSONFeatureSource(features), ["sum", "count"], strategy=strategy, include_cols=["number"],
            max_cells_in_memory=30_000_000,
        )

    ours, theirs, intake = [], {"feature-sequential": [], "raster-sequential": []}, []
    for _ in range(REPETITIONS):
        command = [program, raster, areas_path, "1", sums_path]
        before = children_seconds()
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        ours.append((told["seconds"][0], children_seconds() - before))
        for strategy, seconds in theirs.items():
            second, answers = timed(lambda strategy=strategy: peer(strategy))
            seconds.append(second)
        intake.append(timed(lambda: [feature.geometry() for feature in JSONFeatureSource(features)])[0])
    mine = numpy.loadtxt(sums_path, delimiter=",")
    answers = sorted(answers, key=lambda answer: answer["properties"]["number"])
    his = numpy.array([[a["properties"]["sum"] or 0, a["properties"]["count"]] for a in answers], float)
    apart = numpy.abs(mine - his) / numpy.maximum(1, numpy.abs(his))
    way, best = min(theirs.items(), key=lambda item: middle(item[1]))
    ratio = middle(ours) / middle(best)
    print(f"{AREAS} areas, {int(his[:, 1].sum())} cells covered, {CELLS} x {CELLS} cells;"
          f" {os.cpu_count()} threads, load {os.getloadavg()[0]:.1f}\n")
    print("| program | time, median (least to most) | processor |\n|---|---|---|")
    print(f"| remnant | {span(ours)} |")
    for name, seconds in theirs.items():
        print(f"| exactextract {exactextract.__version__}, {name} | {span(seconds)} |")
    print(f"| its intake of the areas alone | {span(intake)} |")
    print(f"\nRatio to {way}: {ratio:.3f}. Largest difference, of the larger of 1 and the answer:"
          f" sums {apart[:, 0].max():.2e}, covered cells {apart[:, 1].max():.2e}.")
    sys.exit(1 if apart.max() > 1e-6 else 0)


if __name__ == "__main__":
    main()
