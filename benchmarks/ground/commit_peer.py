#!/usr/bin/env python3
"""Durable commits of one row in bare SQLite: WAL, synchronous=FULL.

    commit_peer.py FOLDER ENTRIES [BYTES]

One table, one row a transaction with a body of BYTES, nothing else: no chain, no projection, no index
beyond the key.
"""
import os
import sqlite3
import sys
import time
import uuid

from timing import report

folder, entries = sys.argv[1], int(sys.argv[2])
size = int(sys.argv[3]) if len(sys.argv) > 3 else 400
path = os.path.join(folder, "bare.sqlite")
for suffix in ("", "-wal", "-shm"):
    if os.path.exists(path + suffix):
        os.remove(path + suffix)
database = sqlite3.connect(path, isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE entry(sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, body TEXT NOT NULL)")
body = "x" * size


def commit(number):
    # One statement outside a transaction is its own transaction.
    database.execute("INSERT INTO entry VALUES(?, ?, ?)", (number, uuid.uuid4().bytes, body))


warm_up = entries // 10
for number in range(warm_up):
    commit(number)
seconds = []
for number in range(warm_up, warm_up + entries):
    start = time.perf_counter()
    commit(number)
    seconds.append(time.perf_counter() - start)
(count,) = database.execute("SELECT count(*) FROM entry").fetchone()
assert count == warm_up + entries
report(program=f"SQLite {sqlite3.sqlite_version}, bare", seconds=seconds, entries=entries)
