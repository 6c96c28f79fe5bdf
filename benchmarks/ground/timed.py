#!/usr/bin/env python3
"""Runs commands one after another and reports what they took together.

    timed.py WRITTEN COMMAND...

Each COMMAND is one line for the shell. WRITTEN is the file they make, with what SQLite keeps beside it.
Seconds are of the wall, start-up of the processes included; memory is that of the largest process.
"""
import glob
import json
import os
import subprocess
import sys
import time

written, commands = sys.argv[1], sys.argv[2:]
for path in glob.glob(glob.escape(written) + "*"):
    os.remove(path)
# What was written before is on the disk before the watch starts.
os.sync()
start = time.perf_counter()
usages = []
for command in commands:
    began = time.perf_counter()
    process = subprocess.Popen(["sh", "-c", "exec " + command], stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {command}")
    usages.append((command.split()[1], time.perf_counter() - began, usage))
seconds = time.perf_counter() - start
json.dump(
    {
        "seconds": [seconds],
        "steps": {name: spent for name, spent, _ in usages},
        "user_seconds": sum(usage.ru_utime for _, _, usage in usages),
        "system_seconds": sum(usage.ru_stime for _, _, usage in usages),
        "peak_mib": max(usage.ru_maxrss for _, _, usage in usages) / 1024,
        "bytes": sum(os.path.getsize(path) for path in glob.glob(glob.escape(written) + "*")),
    },
    sys.stdout,
)
print()
