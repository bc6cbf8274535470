//! Figures on their way out: table, JSON, CSV, Parquet.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder};
use arrow::error::ArrowError;
use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};
use figures::shown::{self, Pair, seconds};
use figures::{Row, words};
use metric::{Ratio, Reason};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use serde::Serialize;

use crate::failure::Failure;
use crate::lang::Lang;
use crate::screen::Screen;

/// The JSON line of a figure: a contract. Fields are only ever added, at the end.
#[derive(Serialize)]
struct Line<'a> {
    metric: &'a str,
    editions: &'a [String],
    revision: &'a str,
    platform: &'a str,
    shop: Option<&'a str>,
    account: Option<&'a str>,
    from: String,
    to: String,
    samples: u64,
    hits: Option<u64>,
    misses: Option<u64>,
    unanswered: u64,
    pending: u64,
    dropped: serde_json::Map<String, serde_json::Value>,
    wait_ms: i64,
    value: Option<Pair>,
    readings: &'a [String],
    confidence: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hour: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<Option<Band>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percentiles_ms: Option<Option<Percentiles>>,
}

#[derive(Serialize)]
struct Percentiles {
    p50: i64,
    p90: i64,
    p99: i64,
}

#[derive(Serialize)]
struct Band {
    low: Pair,
    high: Pair,
}

impl<'a> Line<'a> {
    fn of(row: &'a Row) -> Self {
        let judged = row.is_judged();
        Self {
            metric: &row.metric,
            editions: &row.basis.editions,
            revision: &row.basis.revision,
            platform: &row.platform,
            shop: row.shop.as_deref(),
            account: row.account.as_deref(),
            from: row.from.to_string(),
            to: row.to.to_string(),
            samples: row.tally.samples(),
            hits: judged.then_some(row.tally.hits),
            misses: judged.then_some(row.tally.misses),
            unanswered: row.tally.unanswered,
            pending: row.tally.pending,
            dropped: row.dropped().map(|(reason, n)| (reason.word().into(), n.into())).collect(),
            wait_ms: row.tally.wait_ms,
            value: row.value.map(Pair::from),
            readings: &row.basis.readings,
            confidence: row.basis.confidence,
            hour: row.hour,
            band: row
                .band
                .map(|band| band.map(|(low, high)| Band { low: low.into(), high: high.into() })),
            percentiles_ms: row
                .percentiles
                .map(|all| all.map(|[p50, p90, p99]| Percentiles { p50, p90, p99 })),
        }
    }
}

/// Opens what is written to: a file, or standard output.
pub(crate) fn open(path: Option<&Path>, lang: Lang) -> Result<Box<dyn Write + Send>, Failure> {
    match path {
        None => Ok(Box::new(BufWriter::new(io::stdout()))),
        Some(path) => match File::create(path) {
            Ok(file) => Ok(Box::new(BufWriter::new(file))),
            Err(error) => Err(unwritable(path, &error, lang)),
        },
    }
}

fn unwritable(path: &Path, error: &io::Error, lang: Lang) -> Failure {
    Failure::new(lang.of(
        format!("{}: cannot write: {error}", path.display()),
        format!("{}：无法写入：{error}", path.display()),
    ))
}

pub(crate) fn broken(error: impl std::fmt::Display, lang: Lang) -> Failure {
    Failure::new(
        lang.of(
            format!("the output could not be written: {error}"),
            format!("无法写出结果：{error}"),
        ),
    )
}

/// Whether the reader of the output went away, which ends the work quietly.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

pub(crate) fn finish(result: io::Result<()>, lang: Lang) -> Result<(), Failure> {
    match result {
        Err(error) if !is_gone(&error) => Err(broken(error, lang)),
        _ => Ok(()),
    }
}

/// One object a line.
pub(crate) fn json(
    rows: impl Iterator<Item = Row>,
    path: Option<&Path>,
    lang: Lang,
) -> Result<(), Failure> {
    let mut out = open(path, lang)?;
    let write = |out: &mut dyn Write| -> io::Result<()> {
        for row in rows {
            serde_json::to_writer(&mut *out, &Line::of(&row)).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    finish(write(&mut out), lang)
}

/// Column names of CSV and Parquet, in order; absent values are empty (CSV) or null (Parquet).
fn columns() -> Vec<String> {
    let head = [
        "metric",
        "editions",
        "revision",
        "platform",
        "shop",
        "account",
        "from",
        "to",
        "hour",
        "readings",
        "confidence",
        "samples",
        "hits",
        "misses",
        "unanswered",
        "pending",
        "wait_ms",
        "value_num",
        "value_den",
        "band_low_num",
        "band_low_den",
        "band_high_num",
        "band_high_den",
        "wait_p50_ms",
        "wait_p90_ms",
        "wait_p99_ms",
    ];
    let dropped = Reason::ALL.iter().map(|reason| format!("dropped_{}", snake(*reason)));
    head.iter().map(ToString::to_string).chain(dropped).collect()
}

fn snake(reason: Reason) -> String {
    reason.word().replace('-', "_")
}

/// How many of [`columns`] are texts; the rest are integers.
const N_TEXTS: usize = 11;

fn texts(row: &Row) -> [Option<Cow<'_, str>>; N_TEXTS] {
    [
        Some(Cow::from(&row.metric)),
        Some(listed(&row.basis.editions)),
        Some(Cow::from(&row.basis.revision)),
        Some(Cow::from(&row.platform)),
        row.shop.as_deref().map(Cow::from),
        row.account.as_deref().map(Cow::from),
        Some(row.from.to_string().into()),
        Some(row.to.to_string().into()),
        row.hour.map(|hour| hour.to_string().into()),
        Some(listed(&row.basis.readings)),
        Some(Cow::from(row.basis.confidence)),
    ]
}

fn listed(words: &[String]) -> Cow<'_, str> {
    match words {
        [one] => Cow::from(one),
        all => all.join(" ").into(),
    }
}

fn integers(row: &Row) -> Vec<Option<i64>> {
    let judged = row.is_judged();
    let count = |n: u64| Some(n as i64);
    let value = row.value;
    let band = row.band.flatten();
    let mut all = vec![
        count(row.tally.samples()),
        judged.then_some(row.tally.hits as i64),
        judged.then_some(row.tally.misses as i64),
        count(row.tally.unanswered),
        count(row.tally.pending),
        Some(row.tally.wait_ms),
        value.map(|value| value.num),
        value.map(|value| value.den),
        band.map(|(low, _)| low.num),
        band.map(|(low, _)| low.den),
        band.map(|(_, high)| high.num),
        band.map(|(_, high)| high.den),
    ];
    let percentiles = row.percentiles.flatten();
    all.extend((0..3).map(|i| percentiles.map(|all| all[i])));
    all.extend(Reason::ALL.iter().map(|reason| count(row.tally.dropped_for(*reason))));
    all
}

/// One line a row, with a header.
pub(crate) fn csv(
    rows: impl Iterator<Item = Row>,
    path: Option<&Path>,
    lang: Lang,
) -> Result<(), Failure> {
    let mut out = csv::Writer::from_writer(open(path, lang)?);
    let write = || -> csv::Result<()> {
        out.write_record(columns())?;
        let mut digits = String::new();
        for row in rows {
            for text in texts(&row) {
                out.write_field(text.as_deref().unwrap_or_default())?;
            }
            for value in integers(&row) {
                digits.clear();
                if let Some(value) = value {
                    // Writing into memory cannot fail.
                    let _ = write!(digits, "{value}");
                }
                out.write_field(&digits)?;
            }
            out.write_record(None::<&str>)?;
        }
        out.flush()?;
        Ok(())
    };
    match write() {
        Ok(()) => Ok(()),
        Err(error) => match error.into_kind() {
            csv::ErrorKind::Io(error) => finish(Err(error), lang),
            other => Err(broken(format!("{other:?}"), lang)),
        },
    }
}

/// So many rows are put into columns at a time.
const AT_A_TIME: usize = 1 << 16;

/// Columns.
pub(crate) fn parquet(
    mut rows: impl Iterator<Item = Row>,
    path: Option<&Path>,
    lang: Lang,
) -> Result<(), Failure> {
    let mut next = || in_columns(&rows.by_ref().take(AT_A_TIME).collect::<Vec<_>>());
    let first = next().map_err(|error| broken(error, lang))?;
    let out = open(path, lang)?;
    let write = || -> Result<(), ParquetError> {
        let mut writer = ArrowWriter::try_new(out, first.schema(), None)?;
        let mut batch = first;
        // Without rows there are the columns.
        loop {
            writer.write(&batch)?;
            if batch.num_rows() < AT_A_TIME {
                break;
            }
            batch = next()?;
        }
        writer.close().map(|_| ())
    };
    write().map_err(|error| broken(error, lang))
}

fn in_columns(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let mut text: [StringBuilder; N_TEXTS] = std::array::from_fn(|_| StringBuilder::new());
    let mut whole: Vec<Int64Builder> = Vec::new();
    whole.resize_with(columns().len() - N_TEXTS, Int64Builder::new);
    for row in rows {
        for (builder, value) in text.iter_mut().zip(texts(row)) {
            builder.append_option(value.as_deref());
        }
        for (builder, value) in whole.iter_mut().zip(integers(row)) {
            builder.append_option(value);
        }
    }
    let text = text.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
    let whole = whole.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
    let named = columns().into_iter().zip(text.chain(whole));
    RecordBatch::try_from_iter_with_nullable(named.map(|(name, array)| (name, array, true)))
}

/// For people.
pub(crate) fn table(rows: &[Row], path: Option<&Path>, screen: &Screen) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let lang = screen.lang;
    let mut table = Table::new();
    table.load_style(plain_style());
    table.set_content_arrangement(ContentArrangement::Disabled);
    let shape = Shape::of(rows);
    table.set_header(shape.header(lang).into_iter().map(|(text, right)| {
        let cell = Cell::new(text);
        if right { cell.set_alignment(CellAlignment::Right) } else { cell }
    }));
    let color = screen.color && path.is_none();
    let mut last: Option<&Row> = None;
    for row in rows {
        table.add_row(shape.cells(row, last, color, lang));
        last = Some(row);
    }
    let mut out = open(path, lang)?;
    let write = |out: &mut dyn Write| -> io::Result<()> {
        writeln!(out, "{table}")?;
        out.flush()
    };
    finish(write(&mut out), lang)
}

/// A line under the header and nothing else.
pub(crate) const fn plain_style() -> TableStyle {
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'))
}

/// Which columns the rows need.
struct Shape {
    shop: bool,
    account: bool,
    hour: bool,
    band: bool,
    percentiles: bool,
    pending: bool,
}

impl Shape {
    fn of(rows: &[Row]) -> Self {
        Self {
            shop: rows.iter().any(|row| row.shop.is_some()),
            account: rows.iter().any(|row| row.account.is_some()),
            hour: rows.iter().any(|row| row.hour.is_some()),
            band: rows.iter().any(|row| row.band.is_some()),
            percentiles: rows.iter().any(|row| row.percentiles.is_some()),
            pending: rows.iter().any(|row| row.tally.pending > 0),
        }
    }

    fn header(&self, lang: Lang) -> Vec<(&'static str, bool)> {
        let mut header = vec![(lang.of("metric", "指标"), false), (lang.of("name", "名称"), false)];
        if self.shop {
            header.push((lang.of("shop", "店铺"), false));
        }
        if self.account {
            header.push((lang.of("account", "账号"), false));
        }
        header.push((lang.of("days", "日期"), false));
        if self.hour {
            header.push((lang.of("hour", "小时"), true));
        }
        header.push((lang.of("value", "数值"), true));
        if self.band {
            header.push((lang.of("band", "区间"), true));
        }
        if self.percentiles {
            header.extend([("p50", true), ("p90", true), ("p99", true)]);
        }
        header.push((lang.of("hits", "达标"), true));
        header.push((lang.of("samples", "样本"), true));
        header.push((lang.of("unanswered", "未回复"), true));
        if self.pending {
            header.push((lang.of("pending", "等待中"), true));
        }
        header.push((lang.of("left out", "不计"), false));
        header
    }

    /// The cells of a row; what the row before it says already is left out.
    fn cells(&self, row: &Row, last: Option<&Row>, color: bool, lang: Lang) -> Vec<Cell> {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let value = |ratio, row: &Row| shown::value(ratio, row.figure, lang.intake());
        let same_metric = last.is_some_and(|last| last.metric == row.metric);
        let same_shop = same_metric && last.is_some_and(|last| last.shop == row.shop);
        let mut cells = if same_metric {
            vec![Cell::new(""), Cell::new("")]
        } else {
            vec![Cell::new(&row.metric), Cell::new(lang.text(&row.name))]
        };
        if self.shop {
            let shop = row.shop.as_deref().unwrap_or("");
            cells.push(Cell::new(if same_shop { "" } else { shop }));
        }
        if self.account {
            let shop_itself = lang.of("(the shop)", "（店铺）");
            let account =
                row.account.as_deref().map(|a| if a.is_empty() { shop_itself } else { a });
            cells.push(Cell::new(account.unwrap_or("")));
        }
        let days = if row.from == row.to {
            row.from.to_string()
        } else {
            format!("{} … {}", row.from, row.to)
        };
        cells.push(Cell::new(days));
        if self.hour {
            cells.push(right(row.hour.map_or_else(String::new, |hour| format!("{hour:02}"))));
        }
        let shown = right(value(row.value, row));
        let misses = row.is_judged() && row.tally.misses > 0;
        cells.push(if color && misses { shown.fg(Color::Yellow) } else { shown });
        if self.band {
            cells.push(right(match row.band.flatten() {
                None => String::new(),
                Some((low, high)) => {
                    format!("{} … {}", value(Some(low), row), value(Some(high), row))
                }
            }));
        }
        if let Some(percentiles) = row.percentiles {
            let shown = |ms| seconds(Ratio { num: ms, den: 1 });
            cells.extend((0..3).map(|i| right(percentiles.map_or(String::new(), |p| shown(p[i])))));
        }
        let hits = row.is_judged().then(|| row.tally.hits.to_string());
        cells.push(right(hits.unwrap_or_else(|| "–".to_owned())));
        cells.push(right(row.tally.samples().to_string()));
        cells.push(right(row.tally.unanswered.to_string()));
        if self.pending {
            cells.push(right(row.tally.pending.to_string()));
        }
        let dropped: Vec<String> = row
            .dropped()
            .map(|(reason, n)| format!("{} {n}", words::reason_words(reason, lang.intake())))
            .collect();
        cells.push(Cell::new(dropped.join(lang.of(", ", "，"))));
        cells
    }
}
