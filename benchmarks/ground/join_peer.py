#!/usr/bin/env python3
"""Which area each point lies in, by shapely's STRtree.

    join_peer.py POINTS.csv PLACES.wkt [REPETITIONS]

Two ways of the peer are timed, a tree of the areas asked by points and a tree of the points asked by
areas (which shapely prepares); the faster counts. Building the tree is part of the time, reading the files
and making the geometries is not.
"""
import hashlib
import sys

import numpy
import shapely

from timing import report, seconds_of

points_path, places_path = sys.argv[1:3]
repetitions = int(sys.argv[3]) if len(sys.argv) > 3 else 3
coordinates = numpy.loadtxt(points_path, delimiter=",")
with open(places_path, encoding="utf-8") as file:
    places = shapely.from_wkt(numpy.array(file.read().splitlines()))
points = shapely.points(coordinates)


def tree_of_places():
    return shapely.STRtree(places).query(points, predicate="intersects")


def tree_of_points():
    place, point = shapely.STRtree(points).query(places, predicate="intersects")
    return numpy.stack([point, place])


ways = {}
for name, way in (("tree of areas", tree_of_places), ("tree of points", tree_of_points)):
    shapely.destroy_prepared(places)
    seconds, pairs = seconds_of(way, 1, repetitions)
    order = numpy.lexsort((pairs[1], pairs[0]))
    lines = pairs[:, order].T.astype("<u4")
    ways[name] = {
        "seconds": seconds,
        "pairs": int(pairs.shape[1]),
        "hash": hashlib.sha256(lines.tobytes()).hexdigest(),
    }
report(
    program=f"shapely {shapely.__version__} with GEOS {shapely.geos_version_string}",
    ways=ways,
    points=len(points),
    places=len(places),
)
