#!/bin/sh
# Times the ground work of remnant beside its peers, on the same data, in one run, and compares the answers.
#
#     PYTHON=/path/to/venv/bin/python ./run.sh
#
# PYTHON needs requirements.txt, in an environment outside this repository; ogr2ogr comes from gdal-bin.
# Writes results.md and cost-against-size.svg beside this file. What can be set:
#
#     SIZES    numbers of rows to import (default "10000 100000 1000000 10000000")
#     PASSES   how often each import of a million rows or fewer is repeated, ours and the peers' in turn (3)
#     HISTORY  numbers of things for the as-of read and the difference (default "200000 1000000")
#     NIGHTLY  not empty: also the box query on 25 million rows and the join of 10 million points
#     PROGRAMS a folder with remnant, strike_rows and ground_time as built before; without it they are built
#     WORK     a folder for the data, kept; without it a temporary one. 10 million rows need 40 GB
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
sizes=${SIZES:-10000 100000 1000000 10000000}
passes=${PASSES:-3}
history=${HISTORY:-200000 1000000}
target=${CARGO_TARGET_DIR:-../../target}
if [ -n "${WORK:-}" ]; then
    work=$WORK
    mkdir -p "$work"
    rm -f "$work"/*.json "$work/load" "$work/not-run" "$work/versions"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
if [ -n "${PROGRAMS:-}" ]; then
    remnant=$PROGRAMS/remnant
    strike_rows=$PROGRAMS/strike_rows
    ground_time=$PROGRAMS/ground_time
else
    cargo build --quiet --release --package remnant --bins --examples
    remnant=$target/release/remnant
    strike_rows=$target/release/examples/strike_rows
    ground_time=$target/release/examples/ground_time
fi
{
    "$remnant" --version
    ogr2ogr --version
    "$python" --version
} > "$work/versions"

load() {
    cut -d ' ' -f 1 /proc/loadavg >> "$work/load"
}

import_ours() { # ROWS PASS
    file=$work/remnant.gpkg
    desk="--project $file --author benchmark"
    "$python" timed.py "$file" \
        "$remnant init $file --author benchmark" \
        "$remnant source add $work/rows.csv --source bench --publisher Invented --licence CC0-1.0 $desk" \
        "$remnant read bench --as strikes --take-in $desk" \
        > "$work/import-remnant-$1-$2.json" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
    load
}

import_ogr2ogr() { # ROWS PASS
    file=$work/ogr2ogr.gpkg
    "$python" timed.py "$file" \
        "ogr2ogr -f GPKG $file $work/rows.csv -nln strikes -a_srs EPSG:4326 \
            -oo X_POSSIBLE_NAMES=TGTLONDDD_DDD_WGS84 -oo Y_POSSIBLE_NAMES=TGTLATDD_DDD_WGS84" \
        > "$work/import-ogr2ogr-$1-$2.json" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
    load
}

import_pyogrio() { # ROWS PASS
    "$python" import_peer.py "$work/rows.csv" "$work/pyogrio.gpkg" > "$work/import-pyogrio-$1-$2.json"
    rm -f "$work/pyogrio.gpkg"
    load
}

boxes() { # WIDTH-IN-DEGREES
    "$strike_rows" --points 200 --seed 2 | awk -F , -v half="$1" \
        '{ printf "%.6f,%.6f,%.6f,%.6f\n", $1 - half / 2, $2 - half / 2, $1 + half / 2, $2 + half / 2 }'
}

box_queries() { # ROWS FILE
    for width in "small 0.05" "wide 0.4"; do
        name=${width% *}
        boxes "${width#* }" > "$work/boxes.csv"
        "$ground_time" boxes "$2" "$work/boxes.csv" > "$work/box-remnant-$1-$name.json"
        "$python" box_peer.py "$2" strike id "$work/boxes.csv" > "$work/box-peer-$1-$name.json"
    done
    load
}

join() { # POINTS REPETITIONS
    "$strike_rows" --points "$1" > "$work/points.csv"
    "$ground_time" join "$work/points.csv" "$work/places.wkt" "$2" > "$work/join-remnant-$1.json"
    "$python" join_peer.py "$work/points.csv" "$work/places.wkt" "$2" > "$work/join-peer-$1.json"
    load
}

for size in $sizes; do
    "$strike_rows" --rows "$size" > "$work/rows.csv"
    repeated=$passes
    if [ "$size" -gt 1000000 ]; then repeated=1; fi
    pass=1
    while [ "$pass" -le "$repeated" ]; do
        import_ours "$size" "$pass"
        import_ogr2ogr "$size" "$pass"
        if [ "$size" -le 1000000 ]; then import_pyogrio "$size" "$pass"; fi
        pass=$((pass + 1))
    done
    if [ "$size" -eq 1000000 ]; then
        "$python" import_answers.py "$work/remnant.gpkg" "$work/ogr2ogr.gpkg" > "$work/import-answer.json"
        box_queries "$size" "$work/remnant.gpkg"
    fi
    rm -f "$work"/remnant.gpkg* "$work/ogr2ogr.gpkg"
done
if [ -n "${NIGHTLY:-}" ]; then
    "$strike_rows" --rows 25000000 > "$work/rows.csv"
    import_ours 25000000 1
    box_queries 25000000 "$work/remnant.gpkg"
    rm -f "$work"/remnant.gpkg*
fi
rm -f "$work/rows.csv"

"$strike_rows" --places 100 > "$work/places.wkt"
join 1000000 5
if [ -n "${NIGHTLY:-}" ]; then join 10000000 2; fi

for size in $history; do
    "$ground_time" history "$work" "$size" > "$work/history-remnant-$size.json"
    "$python" history_peer.py "$work/statements.jsonl" "$work" > "$work/history-peer-$size.json"
    load
done

pass=1
while [ "$pass" -le 3 ]; do
    "$ground_time" commit "$work" 2000 > "$work/commit-remnant-$pass.json"
    "$python" commit_peer.py "$work" 2000 > "$work/commit-peer-$pass.json"
    load
    pass=$((pass + 1))
done

"$python" compare.py "$work" > results.md
cat results.md
