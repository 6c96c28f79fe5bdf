"""What every peer script reports: seconds, and the most memory the process held."""
import hashlib
import json
import resource
import sys
import time


def seconds_of(work, warm_up, repetitions):
    """Runs `work` without and then with a watch; gives the seconds of each and the last answer."""
    for _ in range(warm_up):
        answer = work()
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return seconds, answer


def hash_of_lines(lines):
    """SHA-256 of the lines, each closed by a line feed, in the order given."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def report(**values):
    """One JSON object on standard output, with the peak of this process in MiB."""
    values["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(values, sys.stdout)
    print()
