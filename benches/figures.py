"""What a run found, in one form whoever found it."""

import csv
import datetime
import hashlib
from collections.abc import Iterable
from pathlib import Path

EPOCH = datetime.date(1970, 1, 1)
# Shop, local day, then samples, hits, unanswered samples, waits in ms, samples a bot removed.
Figure = tuple[str, str, int, int, int, int, int]


def normal(rows: Iterable[tuple]) -> list[Figure]:
    """Rows of an engine, with days as numbers since 1970, in order."""
    figures = []
    for shop, day, *counts in rows:
        date = (EPOCH + datetime.timedelta(days=int(day))).isoformat()
        figures.append((str(shop), date, *(int(n or 0) for n in counts)))
    return sorted(f for f in figures if f[2] or f[6])


def of_measure(path: str) -> list[Figure]:
    """Rows that `yingda measure -f csv` wrote; those without samples say nothing."""
    names = ["shop", "from", "samples", "hits", "unanswered", "wait_ms", "dropped_bot"]
    with Path(path).open(newline="") as file:
        rows = [[row[name] for name in names] for row in csv.DictReader(file)]
    figures = [(row[0], row[1], *(int(n or 0) for n in row[2:])) for row in rows]
    return sorted(f for f in figures if f[2] or f[6])


def digest(figures: list[Figure]) -> str:
    """Equal for equal figures and for no others."""
    text = "\n".join(",".join(map(str, figure)) for figure in figures)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shops(figures: list[Figure]) -> tuple[str, str]:
    """The shop with the most samples, and one with about as many as shops have on average."""
    samples: dict[str, int] = {}
    for figure in figures:
        samples[figure[0]] = samples.get(figure[0], 0) + figure[2]
    mean = sum(samples.values()) / max(len(samples), 1)
    largest = max(samples, key=lambda shop: samples[shop], default="")
    average = min(samples, key=lambda shop: abs(samples[shop] - mean), default="")
    return largest, average
