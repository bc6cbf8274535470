#!/usr/bin/env python3
"""Runs one program and says how long it took, or what figures it wrote.

    run.py time OUT ERR PROGRAM ARGUMENT…
    run.py figures FILE.csv

`time` measures from the spawn to the exit, and the peak memory that the kernel noted.
"""

import os
import sys
import time

import figures


def time_program(out: str, err: str, command: list[str]) -> None:
    """Runs a program with its output in files."""
    create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    opened = [
        (os.POSIX_SPAWN_OPEN, 1, out, create, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, err, create, 0o644),
    ]
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=opened)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    print(f"seconds\t{seconds:.4f}")
    print(f"peak_kib\t{usage.ru_maxrss}")
    print(f"exit\t{os.waitstatus_to_exitcode(status)}")


def tell_figures(path: str) -> None:
    """Says what a table of figures comes to."""
    found = figures.of_measure(path)
    print(f"digest\t{figures.digest(found)}")
    print(f"rows\t{len(found)}")
    print(f"samples\t{sum(f[2] for f in found)}")
    largest, average = figures.shops(found)
    print(f"largest_shop\t{largest}")
    print(f"average_shop\t{average}")


def main() -> None:
    """Reads the command line."""
    match sys.argv[1:]:
        case ["time", out, err, *command] if command:
            time_program(out, err, command)
        case ["figures", path]:
            tell_figures(path)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
