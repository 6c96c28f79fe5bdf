#!/usr/bin/env python3
"""Whether two GeoPackages hold the same rows at the same places after an import.

    import_answers.py REMNANT.gpkg OGR2OGR.gpkg

By SQL on the files alone, so that neither program judges itself: how many rows, how many with a geometry, and
for how many rows that ogr2ogr has placed ours has the same point. Rows are matched by the number that the table
gives them.
"""
import json
import sqlite3
import struct
import sys

ours, theirs = sys.argv[1:3]


def point(blob):
    """Longitude and latitude of a GeoPackage point, or nothing."""
    envelope = (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7]
    if (blob[3] >> 4) & 1:
        return None
    return struct.unpack_from("<2d", blob, 8 + envelope + 5)


theirs_rows, theirs_placed, places = 0, 0, {}
for number, blob in sqlite3.connect(theirs).execute("SELECT ID, geom FROM strikes"):
    theirs_rows += 1
    if blob:
        theirs_placed += 1
        places[number] = point(blob)
ours_rows, ours_placed, same, apart = 0, 0, 0, 0
everything = "SELECT id, geom FROM strike UNION ALL SELECT id, NULL FROM strike_unplaced"
for identity, blob in sqlite3.connect(ours).execute(everything):
    ours_rows += 1
    here = point(blob) if blob else None
    if here is None:
        continue
    ours_placed += 1
    there = places.get(identity.rsplit("/", 1)[-1])
    if there is not None:
        if max(abs(here[0] - there[0]), abs(here[1] - there[1])) < 1e-9:
            same += 1
        else:
            apart += 1
json.dump(
    {
        "rows of ogr2ogr": theirs_rows,
        "with a point": theirs_placed,
        "strikes of remnant": ours_rows,
        "strikes with a point": ours_placed,
        "at the same point": same,
        "at another": apart,
    },
    sys.stdout,
)
print()
