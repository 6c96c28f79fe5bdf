#!/usr/bin/env python3
"""As-of read and difference between two days in DoltLite.

    history_peer.py STATEMENTS.jsonl FOLDER [REPETITIONS]

STATEMENTS.jsonl holds one change a line in the order they were made: the day, the id, and what is said from
then on, or null when it was withdrawn. Each day becomes one commit, made after the day's last change.
Timed: reading the whole table as on the middle day; the difference between the first day and the last; one
id on the middle day. Each twice: with the rows fetched into Python, and counted and summed inside the engine
without that cost, which is the faster and the one that counts.
"""
import json
import os
import sys
import time

import doltlite  # makes DoltLite the engine of sqlite3
import sqlite3

from timing import hash_of_lines, report, seconds_of

source, folder = sys.argv[1:3]
repetitions = int(sys.argv[3]) if len(sys.argv) > 3 else 5
path = os.path.join(folder, "statements.doltlite")
if os.path.exists(path):
    os.remove(path)
database = sqlite3.connect(path, isolation_level=None)
database.execute("CREATE TABLE statement(id TEXT PRIMARY KEY, body TEXT NOT NULL)")

days = {}
with open(source, encoding="utf-8") as file:
    for line in file:
        change = json.loads(line)
        days.setdefault(change["day"], []).append((change["id"], change["body"]))
commits = []
start = time.perf_counter()
for day in sorted(days):
    database.execute("BEGIN")
    database.executemany(
        "INSERT INTO statement VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body",
        [change for change in days[day] if change[1] is not None],
    )
    database.executemany(
        "DELETE FROM statement WHERE id = ?", [change[:1] for change in days[day] if change[1] is None]
    )
    database.execute("COMMIT")
    (commit,) = database.execute("SELECT dolt_commit('-A', '-m', ?)", (day,)).fetchone()
    commits.append(commit)
filled = time.perf_counter() - start
first, middle, last = commits[0], commits[len(commits) // 2], commits[-1]


def as_of():
    return database.execute("SELECT id, body FROM dolt_at_statement(?)", (middle,)).fetchall()


def as_of_inside():
    return database.execute(
        "SELECT count(*), sum(length(id) + length(body)) FROM dolt_at_statement(?)", (middle,)
    ).fetchone()


def difference():
    return database.execute(
        "SELECT diff_type, coalesce(to_id, from_id), from_body, to_body FROM dolt_diff_statement(?, ?)",
        (first, last),
    ).fetchall()


def difference_inside():
    return database.execute(
        "SELECT count(*), sum(length(coalesce(to_body, '')) + length(coalesce(from_body, '')))"
        " FROM dolt_diff_statement(?, ?)",
        (first, last),
    ).fetchone()


as_of_seconds, rows = seconds_of(as_of, 1, repetitions)
as_of_inside_seconds, inside = seconds_of(as_of_inside, 1, repetitions)
assert inside[0] == len(rows)
difference_seconds, changes = seconds_of(difference, 1, repetitions)
difference_inside_seconds, inside = seconds_of(difference_inside, 1, repetitions)
assert inside[0] == len(changes)
asked = [row[0] for row in rows[:: max(1, len(rows) // 1000)]]
one_seconds = []
for subject in asked:
    start = time.perf_counter()
    found = database.execute(
        "SELECT body FROM dolt_at_statement(?) WHERE id = ?", (middle, subject)
    ).fetchall()
    one_seconds.append(time.perf_counter() - start)
    assert len(found) == 1
report(
    program=f"DoltLite {database.execute('SELECT dolt_version()').fetchone()[0]}",
    fill_seconds=filled,
    statements=len(rows),
    as_of={
        "seconds": as_of_seconds,
        "inside_seconds": as_of_inside_seconds,
        "rows": len(rows),
        "hash": hash_of_lines(f"{id} {body}" for id, body in sorted(rows)),
    },
    difference={
        "seconds": difference_seconds,
        "inside_seconds": difference_inside_seconds,
        "rows": len(changes),
        "hash": hash_of_lines(f"{kind} {id}" for kind, id, _, _ in sorted(changes, key=lambda c: (c[1], c[0]))),
    },
    one={"seconds": one_seconds},
    bytes=os.path.getsize(path),
)
