#!/bin/sh
# Times dud-rate pooling beside its peers, on the same inputs, in one run, and compares the answers.
#
#     PYTHON=/path/to/venv/bin/python ./run.sh [PASSES] [DRAWS]
#
# PYTHON needs requirements.txt, in an environment outside this repository. PASSES (default 5) interleaves
# the Rust binary and NumPy so that a change of load meets both. DRAWS (default 10000) is for each of PyMC's
# four chains; 0 leaves PyMC out. Writes results.md beside this file.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
passes=${1:-5}
draws=${2:-10000}
cases=../../crates/remnant-estimate/tests/test-vectors.json
target=${CARGO_TARGET_DIR:-../../target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --release --package remnant-estimate --example pooling_time
for case in meta-record meta-hier-full; do
    pass=1
    while [ "$pass" -le "$passes" ]; do
        for threads in 1 2; do
            "$target/release/examples/pooling_time" "$cases" "$case" 3 "$threads" \
                > "$work/rust-$case-$threads-$pass.json"
        done
        "$python" numpy_peer.py "$cases" "$case" 3 > "$work/numpy-$case-$pass.json"
        cut -d ' ' -f 1 /proc/loadavg >> "$work/load"
        pass=$((pass + 1))
    done
    if [ "$draws" -gt 0 ]; then
        "$python" pymc_peer.py "$cases" "$case" "$draws" > "$work/pymc-$case.json" 2> "$work/pymc-log" \
            || { cat "$work/pymc-log"; exit 1; }
        cut -d ' ' -f 1 /proc/loadavg >> "$work/load"
    fi
done
"$python" compare.py "$work" > results.md
cat results.md
