#!/bin/sh
# Times the estimate of a nation, surfaces, the update of many strikes and exposure, in one run on one machine.
#
#     PYTHON=/path/to/venv/bin/python ./run.sh
#
# PYTHON needs requirements.txt and requirements-exposure.txt, in an environment outside this repository;
# spatstat comes from Debian's r-cran-spatstat.explore. Writes beside this file what each part answers, as
# *.json and *.txt; results.md tells a run of it. What can be set:
#
#     NATIONS  strikes, searches and square kilometres of each invented nation, by commas
#              (default "10000,1000,2500 100000,10000,25000 1000000,100000,250000")
#     CELLS    metres of a cell for the smallest nation, each timed (default "1000 500 200 100")
#     PARTS    which parts to run (default "nation cells surface update exposure")
#     PROGRAMS a folder with the examples as built before; without it they are built
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
nations=${NATIONS:-10000,1000,2500 100000,10000,25000 1000000,100000,250000}
cells=${CELLS:-1000 500 200 100}
parts=${PARTS:-nation cells surface update exposure}
target=${CARGO_TARGET_DIR:-../../target}
if [ -n "${PROGRAMS:-}" ]; then
    programs=$PROGRAMS
else
    cargo build --quiet --release --package remnant-estimate --examples
    cargo build --quiet --release --package remnant-ground --examples
    programs=$target/release/examples
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for part in $parts; do
    cut -d ' ' -f 1-3 /proc/loadavg | sed "s/^/load before $part: /"
    case $part in
    nation)
        for size in $nations; do
            # shellcheck disable=SC2046
            "$programs/nation" $(echo "$size" | tr ',' ' ') > "nation-$(echo "$size" | cut -d ',' -f 1).json"
        done
        ;;
    cells)
        smallest=$(echo "$nations" | cut -d ' ' -f 1 | tr ',' ' ')
        for metres in $cells; do
            # shellcheck disable=SC2086
            "$programs/nation" $smallest cell="$metres" > "nation-cell-$metres.json"
        done
        ;;
    surface) "$python" surface.py "$work" --program "$programs/surface_time" > surface.txt ;;
    update)
        "$python" update.py > update-numpy.json
        "$programs/update_time" > update.txt
        ;;
    exposure) "$python" exposure.py "$programs/exposure_time" "$work" > exposure.txt ;;
    *) echo "no part is called $part" >&2; exit 1 ;;
    esac
done
