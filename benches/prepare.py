#!/usr/bin/env python3
"""Makes the files that every party of the benchmark reads out of a generated log.

    prepare.py messages RAW OUT ROWS [--ids] [--repeats] [--texts]
    prepare.py clustered TIME OUT
    prepare.py numbers TIME OUT
    prepare.py csv TIME OUT ROWS

`messages` keeps the first ROWS messages of a log in time order; of two messages of one thread at
the same instant only the first stays, so that every party counts the same. `--repeats` adds a
second copy of every hundredth row. Everything but `clustered` holds a row group or two in memory.
"""

import argparse
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

ROW_GROUP = 1_000_000
# Every hundredth row has a second copy where rows are repeated.
REPEAT_EVERY = 100
# Above the texts of a row group, so that no column falls back to plain pages.
DICTIONARY_BYTES = 64 << 20
NUMBERED = ["platform", "shop", "buyer", "author", "account"]


def dictionary() -> pa.DataType:
    """The type of a column of texts that repeat."""
    return pa.dictionary(pa.int32(), pa.string())


def log_schema(ids: bool, texts: bool) -> pa.Schema:
    """The columns of a log of messages."""
    fields = [
        pa.field("at", pa.timestamp("ms", tz="UTC"), nullable=False),
        pa.field("platform", dictionary(), nullable=False),
        pa.field("shop", dictionary(), nullable=False),
        pa.field("buyer", dictionary(), nullable=False),
        pa.field("author", dictionary(), nullable=False),
        pa.field("account", dictionary()),
    ]
    if ids:
        fields.append(pa.field("id", pa.string(), nullable=False))
    if texts:
        fields.append(pa.field("text", pa.string()))
    return pa.schema(fields)


def writer(path: str, schema: pa.Schema, numbered: list[str], delta: bool) -> pq.ParquetWriter:
    """A writer with the same settings for every file."""
    encodings = {"at": "DELTA_BINARY_PACKED"} if delta else {"at": "PLAIN"}
    encodings |= {name: "PLAIN" for name in schema.names if name not in [*numbered, "at"]}
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=numbered,
        dictionary_pagesize_limit=DICTIONARY_BYTES,
        column_encoding=encodings,
        store_schema=False,
    )


def indices(table: pa.Table, name: str) -> np.ndarray:
    """The numbers of a dictionary column within this table."""
    return table[name].combine_chunks().indices.to_numpy(zero_copy_only=False)


def without_ties(table: pa.Table) -> pa.Table:
    """Drops all but the first of the messages that a thread has at one instant."""
    at = table["at"].cast(pa.int64()).to_numpy()
    same = at[1:] == at[:-1]
    shared = np.zeros(len(at), bool)
    shared[1:] |= same
    shared[:-1] |= same
    rows = np.flatnonzero(shared)
    thread = indices(table, "shop")[rows].astype(np.int64) << 32
    thread |= indices(table, "buyer")[rows]
    # Stable: of equal rows the first in the file comes first.
    order = np.lexsort((thread, at[rows]))
    at_sorted, thread_sorted = at[rows][order], thread[order]
    tied = (at_sorted[1:] == at_sorted[:-1]) & (thread_sorted[1:] == thread_sorted[:-1])
    keep = np.ones(len(at), bool)
    keep[rows[order[1:][tied]]] = False
    return table.filter(pa.array(keep))


def with_repeats(table: pa.Table, first_row: int) -> pa.Table:
    """Adds a second copy of every hundredth row behind the rows of the same instant."""
    n = np.arange(table.num_rows)
    copied = n[(n + first_row) % REPEAT_EVERY == 0]
    order = np.concatenate([n, copied])
    at = table["at"].cast(pa.int64()).to_numpy()[order]
    return table.take(pa.array(order[np.argsort(at, kind="stable")]))


def messages_of(raw: str, schema: pa.Schema):
    """The messages of a log in tables that end where an instant ends."""
    file = pq.ParquetFile(raw, read_dictionary=NUMBERED)
    held = None
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=[*schema.names, "fact"])
        table = table.filter(pc.equal(table["fact"], "message")).select(schema.names)
        table = table.cast(schema)
        if held is not None:
            table = pa.concat_tables([held, table])
        table = table.unify_dictionaries().combine_chunks()
        at = table["at"].cast(pa.int64()).to_numpy()
        last = len(at) if group + 1 == file.num_row_groups else np.searchsorted(at, at[-1])
        held = table.slice(last)
        yield table.slice(0, last).combine_chunks()


def write_messages(raw: str, out: str, rows: int, ids: bool, repeats: bool, texts: bool) -> None:
    """Writes the first `rows` messages of a log, and says how many repeats came on top."""
    schema = log_schema(ids, texts)
    waiting: list[pa.Table] = []
    left, added = rows, 0
    with writer(out, schema, NUMBERED, delta=True) as file:
        for table in messages_of(raw, schema):
            table = without_ties(table).slice(0, left)
            first_row, left = rows - left, left - min(left, table.num_rows)
            if repeats:
                n_before = table.num_rows
                table = with_repeats(table, first_row)
                added += table.num_rows - n_before
            waiting.append(table)
            if sum(t.num_rows for t in waiting) >= ROW_GROUP or left == 0:
                waiting = flush(file, waiting, left == 0)
            if left == 0:
                break
    if left > 0:
        sys.exit(f"{raw} has {rows - left} messages, {rows} are needed")
    print(f"rows\t{rows + added}")
    print(f"repeats\t{added}")


def flush(file: pq.ParquetWriter, waiting: list[pa.Table], everything: bool) -> list[pa.Table]:
    """Writes full row groups and gives back the rest."""
    table = pa.concat_tables(waiting).unify_dictionaries().combine_chunks()
    while table.num_rows >= ROW_GROUP or (everything and table.num_rows > 0):
        file.write_table(own_dictionaries(table.slice(0, ROW_GROUP)), row_group_size=ROW_GROUP)
        table = table.slice(ROW_GROUP)
    return [table]


def write_clustered(time: str, out: str) -> None:
    """Writes the rows by shop, buyer and instant."""
    table = pq.ParquetFile(time, read_dictionary=NUMBERED).read()
    table = table.unify_dictionaries().combine_chunks()
    ranks = []
    for name in ["shop", "buyer"]:
        texts = table[name].chunk(0).dictionary
        rank = np.empty(len(texts), np.int32)
        rank[pc.sort_indices(texts).to_numpy()] = np.arange(len(texts), dtype=np.int32)
        ranks.append(rank[indices(table, name)])
    at = table["at"].cast(pa.int64()).to_numpy()
    table = table.take(pa.array(np.lexsort((at, ranks[1], ranks[0]))))
    with writer(out, table.schema, NUMBERED, delta=True) as file:
        for start in range(0, table.num_rows, ROW_GROUP):
            part = own_dictionaries(table.slice(start, ROW_GROUP))
            file.write_table(part, row_group_size=ROW_GROUP)


def own_dictionaries(part: pa.Table) -> pa.Table:
    """The same rows with dictionaries of the texts that are in them, and no others."""
    is_numbered = pa.types.is_dictionary
    texts = [f.with_type(pa.string()) if is_numbered(f.type) else f for f in part.schema]
    return part.cast(pa.schema(texts)).cast(part.schema)


def write_numbers(time: str, out: str) -> None:
    """Writes the rows with whole numbers for shops and buyers."""
    source = pq.ParquetFile(time, read_dictionary=[n for n in NUMBERED if n != "buyer"])
    numbered = [n for n in NUMBERED if n not in ("shop", "buyer")]
    file = None
    for group in range(source.num_row_groups):
        table = source.read_row_group(group)
        shop = table["shop"].cast(pa.string()).cast(pa.int64())
        buyer = pc.utf8_slice_codeunits(table["buyer"], 1).cast(pa.int64())
        for name, values in [("shop", shop), ("buyer", buyer)]:
            place = table.schema.get_field_index(name)
            field = pa.field(name, pa.int64(), nullable=False)
            table = table.set_column(place, field, values)
        file = file or writer(out, table.schema, [*numbered, "shop", "buyer"], delta=True)
        file.write_table(table, row_group_size=ROW_GROUP)
    if file is not None:
        file.close()


def write_csv(time: str, out: str, rows: int) -> None:
    """Writes the first `rows` rows as CSV, instants as RFC 3339 in UTC."""
    source = pq.ParquetFile(time)
    options = pa_csv.WriteOptions(quoting_style="needed")
    left, file = rows, None
    for group in range(source.num_row_groups):
        table = source.read_row_group(group).slice(0, left)
        left -= table.num_rows
        instants = pc.strftime(table["at"], format="%Y-%m-%dT%H:%M:%SZ")
        table = table.set_column(0, "at", instants)
        file = file or pa_csv.CSVWriter(out, table.schema, write_options=options)
        file.write_table(table)
        if left == 0:
            break
    if file is not None:
        file.close()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind in ["messages", "clustered", "numbers", "csv"]:
        sub = kinds.add_parser(kind)
        sub.add_argument("source")
        sub.add_argument("out")
        if kind in ("messages", "csv"):
            sub.add_argument("rows", type=int)
        if kind == "messages":
            for flag in ["--ids", "--repeats", "--texts"]:
                sub.add_argument(flag, action="store_true")
    a = parser.parse_args()
    if a.kind == "messages":
        write_messages(a.source, a.out, a.rows, a.ids, a.repeats, a.texts)
    elif a.kind == "csv":
        write_csv(a.source, a.out, a.rows)
    elif a.kind == "clustered":
        write_clustered(a.source, a.out)
    else:
        write_numbers(a.source, a.out)


if __name__ == "__main__":
    main()
