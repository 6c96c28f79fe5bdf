#!/usr/bin/env python3
"""Box queries on a layer of a GeoPackage through pyogrio.

    box_peer.py FILE.gpkg LAYER COLUMN BOXES.csv [REPETITIONS]

BOXES.csv holds west, south, east, north a line. COLUMN is what names a row; it and the geometry are read.
Two ways of the peer are timed, NumPy arrays and Arrow, and the faster counts. Each query opens the file:
pyogrio cannot keep it open.
"""
import sys
import time

import pyogrio
import pyogrio.raw

from timing import hash_of_lines, report

path, layer, column, boxes_path = sys.argv[1:5]
repetitions = int(sys.argv[5]) if len(sys.argv) > 5 else 3
with open(boxes_path, encoding="utf-8") as file:
    boxes = [tuple(map(float, line.split(","))) for line in file]


def by_arrays(box):
    _, _, geometry, fields = pyogrio.raw.read(path, layer=layer, bbox=box, columns=[column])
    return fields[0]


def by_arrow(box):
    _, table = pyogrio.raw.read_arrow(path, layer=layer, bbox=box, columns=[column])
    return table[column]


ways = {}
for name, way in (("arrays", by_arrays), ("Arrow", by_arrow)):
    seconds, lines, rows = [], [], 0
    for box in boxes[:5]:
        way(box)
    for repetition in range(repetitions):
        for number, box in enumerate(boxes):
            start = time.perf_counter()
            found = way(box)
            seconds.append(time.perf_counter() - start)
            if repetition == 0:
                found = found.to_pylist() if hasattr(found, "to_pylist") else found.tolist()
                rows += len(found)
                lines.extend(f"{number} {value}" for value in sorted(map(str, found)))
    ways[name] = {"seconds": seconds, "rows": rows, "hash": hash_of_lines(lines)}
report(
    program=f"pyogrio {pyogrio.__version__} with GDAL {'.'.join(map(str, pyogrio.__gdal_version__))}",
    ways=ways,
    boxes=len(boxes),
)
