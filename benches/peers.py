#!/usr/bin/env python3
"""The same figures by other engines: DuckDB, ClickHouse (chdb), Polars, DataFusion.

    peers.py ENGINE CASE FILE THREADS

Tries every formulation of the engine for the case, each in a process of its own, keeps the
quickest, runs it once more unmeasured and says `ready`. Then runs it once for every line read, and
says `seconds`; at the end of input it says what it found.

CASE says how the file is arranged: `time` (Parquet in time order), `numbers` (the same with whole
numbers for shops and buyers), `repeats` (with ids, and rows that repeat), `clustered` (Parquet by
shop, buyer and instant), `csv`, and `pack` (sort the file by day, shop, buyer and instant, and
write it).

What is counted is `taobao/human-reply-3m`, edition 2022-03-01, of a log that has messages alone:

A thread is what a shop and a buyer write; days are those of Shanghai. A buyer's message from 8 to 23
opens a round unless one is open. A message of an agent or of assisted mode answers it, in time
within 180 s. A bot's message before the first human of the thread's day takes the open round out;
later it does nothing. A round still open at midnight is a miss. Others do nothing.

In every formulation `d` is the local day, `t` the local time of day in ms, `c` who wrote (0 buyer,
1 bot, 2 human), `v` is `t * 4 + c`, so that one number orders a thread and says who wrote.
"""

import csv
import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import figures

ZONE, DAY, OPEN, CLOSE, LIMIT = 28_800_000, 86_400_000, 28_800_000, 82_800_000, 180_000
Run = Callable[[], list[tuple]]

# What is counted of samples `s`: opened at `t`, ended at `n` by `e` (1 bot, 2 human, null nobody).
COUNTS = f"""SELECT shop, d,
  count(*) FILTER (WHERE e IS NULL OR e = 2) AS samples,
  count(*) FILTER (WHERE e = 2 AND n - t <= {LIMIT}) AS hits,
  count(*) FILTER (WHERE e IS NULL) AS unanswered,
  coalesce(sum(CAST(n - t AS BIGINT)) FILTER (WHERE e = 2), 0) AS wait_ms,
  count(*) FILTER (WHERE e = 1) AS dropped
FROM s GROUP BY shop, d"""


def messages(source: str, instant: str, divide: str) -> str:
    """The messages that can matter, as `m`: shop, buyer, d, v."""
    return f"""x AS (SELECT shop, buyer, {instant} + {ZONE} AS clock,
    CASE author WHEN 'buyer' THEN 0 WHEN 'bot' THEN 1 ELSE 2 END AS c
  FROM {source} WHERE author IN ('buyer', 'agent', 'assist', 'bot')),
m AS (SELECT shop, buyer, CAST(clock {divide} {DAY} AS INTEGER) AS d,
    CAST((clock % {DAY}) * 4 + c AS INTEGER) AS v
  FROM x WHERE c > 0 OR (clock % {DAY} >= {OPEN} AND clock % {DAY} < {CLOSE}))"""


# ---- DuckDB


def duckdb_lists(source: str, before: str = "") -> str:
    """A sorted list a thread and day; late bots out; turns of speaker kept; pairs of turns."""
    return f"""WITH {before} {messages(source, 'epoch_ms("at")', "//")},
g AS (SELECT shop, d, list_sort(list(v)) AS a, min(v) FILTER (WHERE v & 3 = 2) AS h
  FROM m GROUP BY shop, buyer, d),
f AS (SELECT shop, d, list_filter(a, lambda x: (x & 3) <> 1 OR h IS NULL OR x < h) AS a FROM g),
k AS (SELECT shop, d, list_filter(a, lambda x, i:
    ((x & 3) = 0) <> (CASE WHEN i = 1 THEN false ELSE (a[i - 1] & 3) = 0 END)) AS a FROM f),
u AS (SELECT shop, d, unnest(a) AS v, unnest(a[2:]) AS w FROM k),
s AS (SELECT shop, d, v >> 2 AS t, w >> 2 AS n, w & 3 AS e FROM u WHERE (v & 3) = 0)
{COUNTS}"""


def duckdb_windows(source: str, before: str = "") -> str:
    """One sort, every window over it: who came last before, who comes first after."""
    def near(function: str, code: int) -> str:
        return f"{function}(CASE WHEN v & 3 = {code} THEN v END IGNORE NULLS) OVER w"

    return f"""WITH {before} {messages(source, 'epoch_ms("at")', "//")},
l AS (SELECT shop, d, v, {near("lag", 0)} AS lq, {near("lag", 1)} AS lb, {near("lag", 2)} AS lh,
    {near("lead", 1)} AS nb, {near("lead", 2)} AS nh
  FROM m WINDOW w AS (PARTITION BY shop, buyer, d ORDER BY v)),
s AS (SELECT shop, d, v >> 2 AS t, nh >> 2 AS n,
    CASE WHEN lh IS NULL AND nb IS NOT NULL AND (nh IS NULL OR nb < nh) THEN 1
         WHEN nh IS NOT NULL THEN 2 END AS e
  FROM l WHERE v & 3 = 0 AND (lq IS NULL OR lq < coalesce(lh, lb)))
{COUNTS}"""


def duckdb_rows(source: str, before: str = "") -> str:
    """Rows stand by shop, buyer and instant: windows without partition or order walk over them."""
    return f"""WITH {before} {messages(source, 'epoch_ms("at")', "//")},
y AS (SELECT shop, buyer, d, v, v & 3 AS c FROM m),
b AS (SELECT *, coalesce(shop <> lag(shop) OVER () OR buyer <> lag(buyer) OVER ()
    OR d <> lag(d) OVER (), true) AS new FROM y),
h AS (SELECT shop, d, v, c, new, sum(CASE WHEN new THEN 1 ELSE 0 END) OVER r AS g,
    sum(CASE WHEN c = 2 THEN 1 ELSE 0 END) OVER r AS hs
  FROM b WINDOW r AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)),
j AS (SELECT *, max(CASE WHEN new THEN hs - CASE WHEN c = 2 THEN 1 ELSE 0 END END)
    OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS h0 FROM h),
k AS (SELECT shop, d, v, c, g FROM j WHERE c <> 1 OR hs = h0),
l AS (SELECT *, lag(c) OVER () AS pc, lag(g) OVER () AS pg FROM k),
q AS (SELECT shop, d, v, c, g FROM l WHERE c <> 0 OR (pg IS DISTINCT FROM g) OR pc <> 0),
z AS (SELECT *, lead(v) OVER () AS nv, lead(g) OVER () AS ng FROM q),
s AS (SELECT shop, d, v >> 2 AS t, CASE WHEN ng = g THEN nv >> 2 END AS n,
    CASE WHEN ng = g THEN nv & 3 END AS e FROM z WHERE c = 0)
{COUNTS}"""


REPEATS_OUT = {
    "rows": """once AS (SELECT DISTINCT id, shop, buyer, "at", author FROM {source}),""",
    "ids": """once AS (SELECT any_value(shop) AS shop, any_value(buyer) AS buyer,
      any_value("at") AS "at", any_value(author) AS author FROM {source} GROUP BY id),""",
}


def duckdb_source(case: str, file: str) -> str:
    """The file as a table."""
    if case != "csv":
        return f"read_parquet('{file}')"
    names = ["platform", "shop", "buyer", "author", "account"]
    columns = ", ".join(["'at': 'TIMESTAMP'", *(f"'{name}': 'VARCHAR'" for name in names)])
    return f"read_csv('{file}', header = true, columns = {{{columns}}})"


def duckdb_engine(case: str, form: str, file: str, threads: int) -> tuple[str, Run]:
    """DuckDB with a formulation."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET enable_progress_bar = false")
    source = duckdb_source(case, file)
    if case == "pack":
        sql = f"""COPY (SELECT * FROM {source}
            ORDER BY (epoch_ms("at") + {ZONE}) // {DAY}, shop, buyer, "at")
            TO '{file}.sorted' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"""
    elif case == "repeats":
        sql = duckdb_lists("once", REPEATS_OUT[form].format(source=source))
    else:
        make = {"lists": duckdb_lists, "windows": duckdb_windows, "rows": duckdb_rows}[form]
        sql = make(source)
    return duckdb.__version__, lambda: connection.execute(sql).fetchall()


# ---- ClickHouse


def chdb_arrays(source: str) -> str:
    """A sorted array a thread and day, as DuckDB's lists."""
    return f"""SELECT shop, d, countIf(e != 1), countIf(e = 2 AND n - t <= {LIMIT}), countIf(e = 3),
  sumIf(toInt64(n - t), e = 2), countIf(e = 1)
FROM (SELECT shop, d, bitShiftRight(z.1, 2) AS t, bitShiftRight(z.2, 2) AS n, bitAnd(z.2, 3) AS e
  FROM (SELECT shop, d, arrayJoin(arrayFilter(z -> bitAnd(z.1, 3) = 0,
      arrayZip(k, arrayPushBack(arrayPopFront(k), toInt32(3))))) AS z
    FROM (SELECT shop, d, arrayFilter((x, p) -> (bitAnd(x, 3) = 0) != (bitAnd(p, 3) = 0),
        f, arrayPushFront(arrayPopBack(f), toInt32(1))) AS k
      FROM (SELECT shop, d, if(h = 0, a, arrayFilter(x -> bitAnd(x, 3) != 1 OR x < h, a)) AS f
        FROM (SELECT shop, d, arraySort(groupArray(v)) AS a, minIf(v, bitAnd(v, 3) = 2) AS h
          FROM ({chdb_messages(source)}) GROUP BY shop, buyer, d))
      WHERE notEmpty(k))))
GROUP BY shop, d"""


def chdb_messages(source: str) -> str:
    """The messages that can matter: shop, buyer, d, v."""
    return f"""SELECT shop, buyer, toInt32(intDiv(t, {DAY})) AS d,
  toInt32(modulo(t, {DAY}) * 4 + c) AS v
FROM (SELECT shop, buyer, toUnixTimestamp64Milli(at) + {ZONE} AS t,
    multiIf(author = 'buyer', 0, author = 'bot', 1, 2) AS c
  FROM {source} WHERE author IN ('buyer', 'agent', 'assist', 'bot'))
WHERE c > 0 OR (modulo(t, {DAY}) >= {OPEN} AND modulo(t, {DAY}) < {CLOSE})"""


def chdb_engine(case: str, form: str, file: str, threads: int) -> tuple[str, Run]:
    """ClickHouse with texts as the formulation says."""
    import chdb
    from chdb import session

    names = {"low-cardinality": "LowCardinality(String)", "strings": "String"}
    text = "Int64" if case == "numbers" else names[form]
    columns = f"at DateTime64(3, 'UTC'), shop {text}, buyer {text}, author LowCardinality(String)"
    if case == "csv":
        columns = columns.replace(", shop", ", platform String, shop") + ", account String"
    kind = "CSVWithNames" if case == "csv" else "Parquet"
    server = session.Session()
    server.query(f"SET max_threads = {threads}")
    server.query("SET date_time_input_format = 'best_effort'")
    sql = chdb_arrays(f"file('{file}', '{kind}', '{columns.replace(chr(39), chr(39) * 2)}')")
    version = str(server.query("SELECT version()", "CSV")).strip().strip('"')
    version = f"{version} (chdb {chdb.__version__})"
    return version, lambda: list(csv.reader(io.StringIO(str(server.query(sql, "CSV")))))


# ---- Polars


def polars_frame(case: str, file: str):
    """The messages that can matter: shop, buyer, d, t, c."""
    import polars as pl

    col = pl.col
    if case == "csv":
        names = ["at", "platform", "shop", "buyer", "author", "account"]
        frame = pl.scan_csv(file, schema=dict.fromkeys(names, pl.String))
        # Reading the digits where they always stand is quicker than parsing instants.
        text = col("at").str
        part = lambda start, n: text.slice(start, n).cast(pl.Int64)  # noqa: E731
        clock = ((part(11, 2) * 60 + part(14, 2)) * 60 + part(17, 2)) * 1_000 + part(20, 3)
        at = text.slice(0, 10).str.to_date().cast(pl.Int64) * DAY + clock
    else:
        frame, at = pl.scan_parquet(file), col("at").dt.epoch("ms")
    frame = frame.filter(col("author").is_in(["buyer", "agent", "assist", "bot"]))
    frame = frame.select("shop", "buyer", "author", at=at + ZONE)
    who = pl.when(col("author") == "buyer").then(0).when(col("author") == "bot").then(1)
    frame = frame.select(
        "shop",
        "buyer",
        d=(col("at") // DAY).cast(pl.Int32),
        t=(col("at") % DAY).cast(pl.Int32),
        c=who.otherwise(2).cast(pl.Int8),
    )
    return frame.filter((col("c") > 0) | col("t").is_between(OPEN, CLOSE, closed="left"))


def polars_walk(frame):
    """Rows of a thread and day stand together in order: walks over them, and counts."""
    import polars as pl

    col = pl.col
    human = (col("c") == 2).cast(pl.Int32)
    keys = ["shop", "buyer", "d"]
    same = pl.all_horizontal(*(col(key) == col(key).shift(1) for key in keys)).fill_null(False)
    frame = frame.with_columns(new=~same, humans=human.cum_sum())
    frame = frame.with_columns(g=col("new").cast(pl.Int32).cum_sum())
    before = pl.when(col("new")).then(col("humans") - human).forward_fill()
    frame = frame.with_columns(before=before)
    frame = frame.filter((col("c") != 1) | (col("humans") == col("before")))
    frame = frame.select("shop", "g", "d", "t", "c")
    asked = (col("c") == 0) & (col("c").shift(1) == 0) & (col("g") == col("g").shift(1))
    frame = frame.filter(~asked.fill_null(False))
    follows = col("g") == col("g").shift(-1)
    frame = frame.with_columns(
        e=pl.when(follows).then(col("c").shift(-1)), n=pl.when(follows).then(col("t").shift(-1))
    )
    wait, answered = col("n") - col("t"), col("e") == 2
    return (
        frame.filter(col("c") == 0)
        .group_by("shop", "d")
        .agg(
            samples=(col("e").is_null() | answered).sum(),
            hits=(answered & (wait <= LIMIT)).sum(),
            unanswered=col("e").is_null().sum(),
            wait_ms=wait.filter(answered).cast(pl.Int64).sum(),
            dropped=(col("e") == 1).sum(),
        )
    )


def polars_engine(case: str, form: str, file: str, threads: int) -> tuple[str, Run]:
    """Polars with a formulation on one of its engines."""
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars as pl

    way, engine = form.split("/")

    def run() -> list[tuple]:
        frame = polars_frame(case, file)
        if way == "groups":
            # Groups keep the order read, so that nothing needs sorting in a file in time order.
            frame = frame.group_by("shop", "buyer", "d").agg("t", "c").explode("t", "c")
        return polars_walk(frame).collect(engine=engine).rows()

    return pl.__version__, run


# ---- DataFusion


def datafusion_windows(source: str) -> str:
    """Three windows over the same partitions and order, each on what the one before left."""
    window = "PARTITION BY shop, buyer, d ORDER BY v"
    return f"""WITH {messages(source, 'CAST("at" AS BIGINT)', "/")},
h AS (SELECT *, max(v & 3) OVER ({window}
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b FROM m),
l AS (SELECT shop, buyer, d, v, lag(v & 3) OVER ({window}) AS p
  FROM h WHERE NOT (v & 3 = 1 AND b = 2)),
r AS (SELECT shop, v, d, lead(v) OVER ({window}) AS w
  FROM l WHERE (v & 3 = 0) <> coalesce(p = 0, false)),
s AS (SELECT shop, d, v >> 2 AS t, w & 3 AS e, w >> 2 AS n FROM r WHERE v & 3 = 0)
{COUNTS}"""


def datafusion_arrays(source: str) -> str:
    """A sorted array a thread and day, laid out again as rows, then walked over."""
    return f"""WITH {messages(source, 'CAST("at" AS BIGINT)', "/")},
g AS (SELECT shop, d, array_sort(array_agg(v)) AS a, min(v) FILTER (WHERE v & 3 = 2) AS h
  FROM m GROUP BY shop, buyer, d),
u AS (SELECT shop, g, d, h, unnest(a) AS v FROM (SELECT *, row_number() OVER () AS g FROM g)),
k AS (SELECT shop, g, d, v, v & 3 AS c FROM u WHERE v & 3 <> 1 OR h IS NULL OR v < h),
l AS (SELECT *, lag(c) OVER () AS pc, lag(g) OVER () AS pg FROM k),
q AS (SELECT shop, g, d, v, c FROM l WHERE c <> 0 OR (pg IS DISTINCT FROM g) OR pc <> 0),
r AS (SELECT *, lead(v) OVER () AS nv, lead(g) OVER () AS ng FROM q),
s AS (SELECT shop, d, v >> 2 AS t, CASE WHEN g = ng THEN nv >> 2 END AS n,
    CASE WHEN g = ng THEN nv & 3 END AS e FROM r WHERE c = 0)
{COUNTS}"""


def datafusion_engine(case: str, form: str, file: str, threads: int) -> tuple[str, Run]:
    """DataFusion with a formulation."""
    import datafusion
    import pyarrow as pa

    config = datafusion.SessionConfig().with_target_partitions(threads)
    if form == "arrays":
        # Rows that were laid out must stay together.
        config = config.set("datafusion.optimizer.enable_round_robin_repartition", "false")
    context = datafusion.SessionContext(config)
    if case == "csv":
        names = ["platform", "shop", "buyer", "author", "account"]
        columns = ", ".join(['"at" TIMESTAMP', *(f"{name} VARCHAR" for name in names)])
        context.sql(
            f"CREATE EXTERNAL TABLE log ({columns}) STORED AS CSV LOCATION '{file}' "
            "OPTIONS ('format.has_header' 'true')"
        )
    else:
        context.register_parquet("log", file)
    sql = {"windows": datafusion_windows, "arrays": datafusion_arrays}[form]("log")
    if case == "csv":
        sql = sql.replace('CAST("at" AS BIGINT)', 'CAST("at" AS BIGINT) / 1000000')

    def run() -> list[tuple]:
        table = pa.Table.from_batches(context.sql(sql).collect())
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    return datafusion.__version__, run


ENGINES = {
    "duckdb": duckdb_engine,
    "chdb": chdb_engine,
    "polars": polars_engine,
    "datafusion": datafusion_engine,
}

# The formulations worth trying; others were slower by far wherever they were tried.
FORMS = {
    "duckdb": {
        "clustered": ["lists", "windows", "rows"],
        "repeats": ["rows", "ids"],
        "pack": ["sort"],
        "": ["lists"],
    },
    "chdb": {"numbers": ["strings"], "": ["strings", "low-cardinality"]},
    "polars": {
        "clustered": ["walk/in-memory", "walk/streaming", "groups/in-memory"],
        "": ["groups/in-memory", "groups/streaming"],
    },
    "datafusion": {"": ["arrays", "windows"]},
}


def timed(run: Run) -> tuple[float, list[tuple]]:
    """Runs once."""
    start = time.perf_counter()
    rows = run()
    return time.perf_counter() - start, rows


def tell(name: str, value: object) -> None:
    """A line for the caller."""
    print(f"{name}\t{value}", flush=True)


def quickest(forms: list[str], arguments: list[str]) -> str:
    """The formulation that was quickest when each was tried twice, warm."""
    seconds = {}
    for form in forms if len(forms) > 1 else []:
        command = [sys.executable, __file__, *arguments, form]
        tried = subprocess.run(command, input="\n\n", text=True, stdout=subprocess.PIPE, check=False)
        told = [line.split("\t", 1) for line in tried.stdout.splitlines()]
        runs = [float(value) for name, value in told if name == "seconds"]
        if tried.returncode == 0 and runs:
            seconds[form] = min(runs)
        tell(f"tried {form}", f"{seconds[form]:.3f}" if form in seconds else "failed")
    return min(seconds, key=lambda form: seconds[form], default=forms[0])


def main() -> None:
    """Reads the command line, then a line for every run."""
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    engine, case, file, threads = sys.argv[1:5]
    forms = FORMS[engine].get(case, FORMS[engine][""])
    form = sys.argv[5] if len(sys.argv) == 6 else quickest(forms, sys.argv[1:5])
    version, run = ENGINES[engine](case, form, file, int(threads))
    _, rows = timed(run)
    tell("version", version)
    tell("form", form)
    tell("ready", "")
    for _ in sys.stdin:
        seconds, rows = timed(run)
        tell("seconds", f"{seconds:.4f}")
    if case == "pack":
        tell("bytes", Path(f"{file}.sorted").stat().st_size)
        Path(f"{file}.sorted").unlink()
    else:
        found = figures.normal(rows)
        tell("digest", figures.digest(found))
        tell("samples", sum(figure[2] for figure in found))
    tell("peak_kib", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
