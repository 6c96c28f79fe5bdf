#!/usr/bin/env python3
"""Writes the rows of a CSV as a GeoPackage layer with its index through pyogrio and Arrow.

    import_peer.py ROWS.csv OUT.gpkg

The points are ready before the watch starts: reading the CSV and making the points is not counted, as
the goal names "ready points". What is written is what ogr2ogr writes: all 48 columns, as text.
"""
import os
import resource
import sys
import time

import numpy
import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyogrio
import shapely

from timing import report

rows, target = sys.argv[1:3]
with open(rows, encoding="utf-8") as file:
    names = file.readline().rstrip("\n").split(",")
text = {name: pyarrow.string() for name in names}
table = pyarrow.csv.read_csv(rows, convert_options=pyarrow.csv.ConvertOptions(column_types=text))


def degrees(name):
    column = table[name]
    filled = pyarrow.compute.if_else(pyarrow.compute.equal(column, ""), "nan", column)
    return pyarrow.compute.cast(filled, pyarrow.float64()).to_numpy()


longitude, latitude = degrees("TGTLONDDD_DDD_WGS84"), degrees("TGTLATDD_DDD_WGS84")
placed = ~numpy.isnan(longitude)
points = numpy.where(placed, shapely.to_wkb(shapely.points(longitude, latitude)), None)
table = table.rename_columns(["row_number"] + names[1:])
table = table.append_column("geom", pyarrow.array(points, type=pyarrow.binary()))
if os.path.exists(target):
    os.remove(target)
used, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
pyogrio.write_arrow(
    table,
    target,
    layer="strikes",
    driver="GPKG",
    geometry_type="Point",
    geometry_name="geom",
    crs="EPSG:4326",
)
seconds = time.perf_counter() - start
after = resource.getrusage(resource.RUSAGE_SELF)
report(
    program=f"pyogrio {pyogrio.__version__} with GDAL {'.'.join(map(str, pyogrio.__gdal_version__))}",
    seconds=[seconds],
    user_seconds=after.ru_utime - used.ru_utime,
    system_seconds=after.ru_stime - used.ru_stime,
    rows=table.num_rows,
    placed=int(placed.sum()),
    bytes=os.path.getsize(target),
)
