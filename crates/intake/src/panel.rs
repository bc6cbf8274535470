//! Figures read off a platform's panel: typed, each with the precision in which it was printed.
//!
//! ```csv
//! shop,metric,from,to,value,samples
//! s1,taobao/human-reply-3m,2026-07-03,2026-08-01,99.85%,1234
//! s1,taobao/human-reply-time,2026-08-01,2026-08-01,10.615s,
//! ```
//!
//! [`parse`] reads such a file; [`from_rows`] takes the same columns from any other table, as the
//! sheet of a workbook; [`from_log`] takes the `observed` facts of a log. Days are local days of
//! the platform. Rows that are no figures are left out and told, each with everything that is
//! wrong with it.

mod problem;
mod value;

use std::collections::HashMap;
use std::sync::Arc;

use facts::{Day, FactKind, Instant, Log, ShopId};

use crate::encoding;
use crate::error::Error;
use crate::instant;
use crate::lang::closest;
use crate::workbook::{Cell, Workbook};

pub use problem::{Place, Problem, Wrong};
pub use value::{BadValue, Decimal, Printed, Quantity};

/// Figures of a panel, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// The figures, in the order read.
    pub figures: Vec<Observed>,
    /// What is wrong, by row; several for one row where several things are.
    pub problems: Vec<Problem>,
    /// Rows read, without the header.
    pub rows: u64,
    /// Rows that are no figures.
    pub rejected: u64,
    /// Rows that repeat an earlier one.
    pub repeats: u64,
}

impl Panel {
    /// Puts the figures of another panel behind these. What both have counts once; where they
    /// contradict each other, the first stands.
    pub fn extend(&mut self, other: Self) {
        self.rows += other.rows;
        self.rejected += other.rejected;
        self.repeats += other.repeats;
        self.problems.extend(other.problems);
        let mut known = Known::default();
        self.figures.iter().enumerate().for_each(|(i, figure)| known.put(figure, i));
        for figure in other.figures {
            self.put(figure, &mut known);
        }
    }

    fn put(&mut self, figure: Observed, known: &mut Known) {
        match known.find(&figure).map(|i| &self.figures[i]) {
            None => {
                known.put(&figure, self.figures.len());
                self.figures.push(figure);
            }
            Some(first) if first.value == figure.value && first.samples == figure.samples => {
                self.repeats += 1;
            }
            Some(first) => {
                self.rejected += 1;
                self.problems.push(Problem {
                    place: figure.place,
                    column: Some("value"),
                    wrong: Wrong::Contradicts { first: first.place.clone() },
                });
            }
        }
    }
}

/// One figure as a panel printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The platform's id.
    pub platform: String,
    /// The shop's id.
    pub shop: String,
    /// The account. Absent: the shop's figure.
    pub account: Option<String>,
    /// The metric's id, as `taobao/human-reply-3m`.
    pub metric: String,
    /// The first local day.
    pub from: Day,
    /// The last local day, included.
    pub to: Day,
    /// The value with its printed precision.
    pub value: Printed,
    /// How many samples the panel says there are. Absent: it does not say.
    pub samples: Option<u64>,
    /// When the panel was looked at. Absent: not known, when everything was settled.
    pub captured_at: Option<Instant>,
    /// Where it was read.
    pub place: Place,
}

type Key = (String, String, Option<String>, String, Day, Day, Option<Instant>);

/// What makes two rows the same figure.
#[derive(Default)]
struct Known(HashMap<Key, usize>);

impl Known {
    fn key(figure: &Observed) -> Key {
        (
            figure.platform.clone(),
            figure.shop.clone(),
            figure.account.clone(),
            figure.metric.clone(),
            figure.from,
            figure.to,
            figure.captured_at,
        )
    }

    fn find(&self, figure: &Observed) -> Option<usize> {
        self.0.get(&Self::key(figure)).copied()
    }

    fn put(&mut self, figure: &Observed, at: usize) {
        self.0.insert(Self::key(figure), at);
    }
}

/// The columns of a panel file, in the order in which the format names them.
pub const COLUMNS: [&str; 10] = [
    "platform",
    "shop",
    "account",
    "metric",
    "from",
    "to",
    "day",
    "value",
    "samples",
    "captured_at",
];

/// What sheets of Chinese shops call the columns.
const CHINESE: [&[&str]; COLUMNS.len()] = [
    &["平台"],
    &["店铺", "店铺名", "店铺名称"],
    &["账号", "客服账号", "子账号"],
    &["指标"],
    &["开始日期", "起始日期"],
    &["结束日期", "截止日期"],
    &["日期"],
    &["值", "数值", "指标值"],
    &["样本数", "样本"],
    &["采集时间", "查看时间"],
];

/// The column of a name in either language.
fn named(name: &str) -> Option<usize> {
    let english = COLUMNS.iter().position(|column| *column == name);
    english.or_else(|| CHINESE.iter().position(|names| names.contains(&name)))
}

/// Reads a panel out of a workbook (`.xlsx`): every visible sheet that has rows, each with a header
/// as a panel file has it, in English or Chinese. `name` is the file's name in messages.
///
/// A number cell has lost how many decimals the panel printed: `0.9741` is taken as written with
/// four. Write values as text where that matters.
///
/// # Errors
///
/// [`Error`] when the workbook is damaged; in the inner result everything that keeps a sheet from
/// being a panel.
pub fn from_workbook(
    workbook: &mut Workbook,
    name: &str,
) -> Result<Result<Panel, Vec<Problem>>, Error> {
    let mut panel = Panel::default();
    let mut problems = Vec::new();
    for sheet in workbook.sheets().into_iter().filter(|sheet| sheet.visible) {
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        workbook.rows(&sheet.name, &mut |row, cells| {
            rows.push((row, cells.iter().map(text_of).collect()));
            Ok(())
        })?;
        let Some(((_, header), rows)) = rows.split_first() else { continue };
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let rows = rows.iter().map(|(row, cells)| {
            let mut cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            // A row ends at its last value; the header says how many cells there are.
            cells.resize(header.len().max(cells.len()), "");
            (*row, cells)
        });
        match from_rows(&format!("{name}[{}]", sheet.name), &header, rows) {
            Ok(read) => panel.extend(read),
            Err(wrong) => problems.extend(wrong),
        }
    }
    Ok(if problems.is_empty() { Ok(panel) } else { Err(problems) })
}

/// A cell as a panel file would write it.
fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Time(ms) => Day(ms.div_euclid(86_400_000) as i32).to_string(),
        Cell::Boolean(flag) => flag.to_string(),
        Cell::Error => "#N/A".to_owned(),
    }
}

/// Reads a panel file: CSV in UTF-8 with a header; `name` is the file's name in messages.
///
/// # Errors
///
/// Everything that keeps the file from being a panel at all: another encoding, no header, columns
/// that are missing, unknown or named twice.
///
/// # Example
///
/// ```
/// use intake::{Lang, panel};
/// let text = "shop,metric,day,value\n\
///             s1,taobao/human-reply-3m,2026-08-01,97.41%\n\
///             s1,human-reply-3m,2026-08-32,97,41%\n";
/// let read = panel::parse(text.as_bytes(), "panel.csv").unwrap();
/// assert_eq!((read.figures.len(), read.rejected), (1, 1));
/// assert!(read.problems[0].message(Lang::En).starts_with("panel.csv:3: found 5 fields"));
/// let wrong = panel::parse(b"shop,metrc,day,value\n", "panel.csv").unwrap_err();
/// assert_eq!(wrong.len(), 2);
/// ```
pub fn parse(bytes: &[u8], name: &str) -> Result<Panel, Vec<Problem>> {
    let source: Arc<str> = name.into();
    let at_file = |wrong| vec![Problem { place: Place::line(&source, 1), column: None, wrong }];
    let bytes = bytes.strip_prefix(encoding::MARK).unwrap_or(bytes);
    if std::str::from_utf8(bytes).is_err() || encoding::other_unicode(bytes).is_some() {
        let encoding = encoding::other_unicode(bytes).or_else(|| encoding::legacy(bytes));
        return Err(at_file(Wrong::NotUtf8 { encoding }));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) if !header.is_empty() => header.clone(),
        _ => return Err(at_file(Wrong::NoHeader)),
    };
    let header: Vec<&str> = header.iter().collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        // Of text that is UTF-8, into memory, nothing else can fail.
        let Ok(record) = record else { continue };
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, record));
    }
    let rows = rows.iter().map(|(line, record)| (*line, record.iter().collect()));
    from_rows(name, &header, rows)
}

/// Takes figures from a table with the columns of a panel file: the header, then each row with
/// its line (from 1, the header's included) and its cells. Other forms of panels (sheets of a
/// workbook, through a profile) come in here.
///
/// # Errors
///
/// As [`parse`], for the header.
///
/// # Example
///
/// ```
/// use intake::panel;
/// let header = ["shop", "metric", "day", "value", "samples"];
/// let row = vec!["s1", "taobao/human-reply-3m", "2026-08-01", "18/20", ""];
/// let read = panel::from_rows("sheet 1", &header, [(2, row)]).unwrap();
/// assert_eq!(read.figures[0].samples, Some(20));
/// ```
pub fn from_rows<'a>(
    name: &str,
    header: &[&str],
    rows: impl IntoIterator<Item = (u64, Vec<&'a str>)>,
) -> Result<Panel, Vec<Problem>> {
    let source: Arc<str> = name.into();
    let layout = layout(header, &source)?;
    let mut panel = Panel::default();
    let mut known = Known::default();
    for (line, cells) in rows {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        panel.rows += 1;
        let mut row = Row { place: Place::line(&source, line), problems: Vec::new() };
        let figure = if cells.iter().any(|cell| cell.contains(['\n', '\r'])) {
            row.wrong(None, Wrong::LineBreak);
            None
        } else if cells.len() == header.len() {
            row.figure(|column| layout[column].and_then(|i| cells.get(i)).map_or("", |c| c.trim()))
        } else {
            let (found, expected) = (cells.len(), header.len());
            row.wrong(None, Wrong::FieldCount { found, expected });
            None
        };
        match figure.filter(|_| row.problems.is_empty()) {
            Some(figure) => panel.put(figure, &mut known),
            None => {
                panel.rejected += 1;
                panel.problems.append(&mut row.problems);
            }
        }
    }
    Ok(panel)
}

/// By column: which cell holds it.
fn layout(
    header: &[&str],
    source: &Arc<str>,
) -> Result<[Option<usize>; COLUMNS.len()], Vec<Problem>> {
    let mut layout = [None; COLUMNS.len()];
    let mut problems = Vec::new();
    let mut wrong = |column, wrong| {
        problems.push(Problem { place: Place::line(source, 1), column, wrong });
    };
    for (i, name) in header.iter().enumerate() {
        let name = name.trim();
        match named(name) {
            Some(column) if layout[column].is_some() => {
                wrong(Some(COLUMNS[column]), Wrong::RepeatedColumn);
            }
            Some(column) => layout[column] = Some(i),
            None => {
                let suggestion = closest(name, COLUMNS.into_iter());
                wrong(None, Wrong::UnknownColumn { found: name.to_owned(), suggestion });
            }
        }
    }
    for name in ["shop", "metric", "value"] {
        if layout[column(name)].is_none() {
            wrong(Some(name), Wrong::MissingColumn);
        }
    }
    let has = |name| layout[column(name)].is_some();
    let has_days = has("day") || (has("from") && has("to"));
    if !has_days {
        wrong(Some("day"), Wrong::MissingColumn);
    }
    if problems.is_empty() { Ok(layout) } else { Err(problems) }
}

fn column(name: &str) -> usize {
    COLUMNS.iter().position(|column| *column == name).unwrap_or(0)
}

/// One row on its way, with what is wrong with it.
struct Row {
    place: Place,
    problems: Vec<Problem>,
}

impl Row {
    fn wrong(&mut self, column: Option<&'static str>, wrong: Wrong) {
        self.problems.push(Problem { place: self.place.clone(), column, wrong });
    }

    /// The figure of a row; `None` where a part of it is missing. Looks at every cell, whatever
    /// was wrong before.
    fn figure<'a>(&mut self, cell: impl Fn(usize) -> &'a str) -> Option<Observed> {
        let cell = |name: &str| cell(column(name));
        for name in ["shop", "metric", "value"] {
            if cell(name).is_empty() {
                self.wrong(Some(name), Wrong::Missing);
            }
        }
        let id = self.metric(cell("platform"), cell("metric"));
        let days = self.days(cell("from"), cell("to"), cell("day"));
        let value = self.value("value", cell("value"));
        let samples = self.samples("samples", cell("samples"));
        let captured_at = self.instant(cell("captured_at"));
        if let (Some(Printed::Fraction { of, .. }), Some(samples)) = (value, samples)
            && of != samples
        {
            self.wrong(Some("samples"), Wrong::SamplesContradict { samples, of });
        }
        let (platform, metric) = id?;
        let (from, to) = days?;
        let value = value?;
        Some(Observed {
            platform,
            shop: cell("shop").to_owned(),
            account: Some(cell("account").to_owned()).filter(|name| !name.is_empty()),
            metric,
            from,
            to,
            samples: samples.or(value.of()),
            value,
            captured_at,
            place: self.place.clone(),
        })
    }

    /// Platform and whole id of a metric: the id names its platform, or the column does.
    fn metric(&mut self, platform: &str, metric: &str) -> Option<(String, String)> {
        match metric.split_once('/') {
            _ if metric.is_empty() => None,
            Some((of, rest)) if !of.is_empty() && !rest.is_empty() && !rest.contains('/') => {
                if !platform.is_empty() && platform != of {
                    let (platform, metric) = (platform.to_owned(), metric.to_owned());
                    self.wrong(Some("metric"), Wrong::OtherPlatform { platform, metric });
                    return None;
                }
                Some((of.to_owned(), metric.to_owned()))
            }
            None if !platform.is_empty() => {
                Some((platform.to_owned(), format!("{platform}/{metric}")))
            }
            _ => {
                self.wrong(Some("metric"), Wrong::NoPlatform { found: metric.to_owned() });
                None
            }
        }
    }

    fn days(&mut self, from: &str, to: &str, day: &str) -> Option<(Day, Day)> {
        let has_range = !from.is_empty() || !to.is_empty();
        if !day.is_empty() && has_range {
            self.wrong(Some("day"), Wrong::DayAndRange);
            return None;
        }
        if !day.is_empty() {
            return self.day("day", day).map(|day| (day, day));
        }
        if !has_range {
            self.wrong(Some("day"), Wrong::Missing);
            return None;
        }
        let (from, to) = (self.day("from", from), self.day("to", to));
        let (from, to) = (from?, to?);
        if to < from {
            self.wrong(Some("to"), Wrong::ToBeforeFrom { from, to });
            return None;
        }
        Some((from, to))
    }

    fn day(&mut self, column: &'static str, text: &str) -> Option<Day> {
        if text.is_empty() {
            self.wrong(Some(column), Wrong::Missing);
            return None;
        }
        let day: Option<Day> = text.parse().ok();
        // The years that a log may speak of.
        let day = day.filter(|day| (1970..2200).contains(&day.date().0));
        if day.is_none() {
            self.wrong(Some(column), Wrong::BadDay { found: text.to_owned() });
        }
        day
    }

    fn value(&mut self, column: &'static str, text: &str) -> Option<Printed> {
        if text.is_empty() {
            return None;
        }
        match text.parse() {
            Ok(value) => Some(value),
            Err(problem) => {
                let found = text.to_owned();
                self.wrong(Some(column), Wrong::BadValue { found, problem });
                None
            }
        }
    }

    fn samples(&mut self, column: &'static str, text: &str) -> Option<u64> {
        if text.is_empty() {
            return None;
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 12;
        let number = if digits { text.parse().ok() } else { None };
        if number.is_none() {
            self.wrong(Some(column), Wrong::BadWhole { found: text.to_owned() });
        }
        number
    }

    fn instant(&mut self, text: &str) -> Option<Instant> {
        if text.is_empty() {
            return None;
        }
        match instant::parse(text) {
            Ok(at) => Some(at),
            Err(problem) => {
                let found = text.to_owned();
                self.wrong(Some("captured_at"), Wrong::BadInstant { found, problem });
                None
            }
        }
    }

    /// A figure out of the `value` column of an `observed` fact: metric, day or `from..to`, value,
    /// and `n=` samples where known, with spaces between.
    fn text(&mut self, fact: &ObservedFact<'_>) -> Option<Observed> {
        let words: Vec<&str> = fact.value.split_whitespace().collect();
        let (metric, days, value, samples) = match words[..] {
            [metric, days, value] => (metric, days, value, ""),
            [metric, days, value, samples] if samples.starts_with("n=") => {
                (metric, days, value, samples.trim_start_matches("n="))
            }
            _ => {
                self.wrong(Some("value"), Wrong::NotAnObservation);
                return None;
            }
        };
        let (from, to, day) = match days.split_once("..") {
            Some((from, to)) => (from, to, ""),
            None => ("", "", days),
        };
        let cells = [fact.platform, fact.shop, fact.account, metric, from, to, day, value, samples];
        let mut figure = self.figure(|column| cells.get(column).copied().unwrap_or(""))?;
        figure.captured_at = Some(fact.at);
        Some(figure)
    }
}

/// What an `observed` fact holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedFact<'a> {
    /// When the panel was looked at.
    pub at: Instant,
    /// The platform's id.
    pub platform: &'a str,
    /// The shop's id.
    pub shop: &'a str,
    /// The account; empty: the figure is the shop's.
    pub account: &'a str,
    /// `<metric> <day or from..to> <value> [n=<samples>]`.
    pub value: &'a str,
}

impl ObservedFact<'_> {
    /// The figure that the fact tells of.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with its value.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::Instant;
    /// use intake::panel::ObservedFact;
    /// let value = "taobao/human-reply-3m 2026-06-01 97.41% n=1234";
    /// let fact =
    ///     ObservedFact { at: Instant(0), platform: "taobao", shop: "s1", account: "", value };
    /// assert_eq!(fact.figure().unwrap().samples, Some(1234));
    /// assert!(ObservedFact { value: "97.41%", ..fact }.figure().is_err());
    /// ```
    pub fn figure(&self) -> Result<Observed, Vec<Problem>> {
        let place = Place::Fact { shop: self.shop.into(), at: self.at };
        let mut row = Row { place, problems: Vec::new() };
        let figure = row.text(self).filter(|_| row.problems.is_empty());
        figure.ok_or(row.problems)
    }
}

/// The figures of the `observed` facts of a log: shop and account are the fact's, its instant is
/// when the panel was looked at, and its `value` is
/// `<metric> <day or from..to> <value> [n=<samples>]`.
///
/// # Example
///
/// ```
/// use intake::{Options, Source, panel, read};
/// let csv = "at,platform,shop,fact,value\n\
///            2026-08-02T09:00:00+08:00,taobao,s1,observed,\
///            taobao/human-reply-3m 2026-07-03..2026-08-01 99.85% n=1234\n";
/// let sources = [Source::Bytes { name: "log.csv".into(), bytes: csv.into() }];
/// let (log, _) = read(&sources, &Options::default(), &mut |_| Ok(()))?;
/// let panel = panel::from_log(&log);
/// assert_eq!(panel.figures[0].value.to_string(), "99.85%");
/// assert_eq!(panel.figures[0].samples, Some(1234));
/// # Ok::<(), intake::Error>(())
/// ```
#[must_use]
pub fn from_log(log: &Log) -> Panel {
    let mut panel = Panel::default();
    let mut known = Known::default();
    let observed = FactKind::Observed.code();
    for row in (0..log.len()).filter(|row| log.kind[*row] == observed) {
        panel.rows += 1;
        let shop = ShopId(log.shop[row]);
        let fact = ObservedFact {
            at: Instant(log.at[row]),
            platform: log.platform_of(shop),
            shop: log.shop_name(shop),
            account: log.accounts.name(log.account[row]),
            value: log.extra.get(&(row as u32)).map_or("", |extra| &extra.value),
        };
        match fact.figure() {
            Ok(figure) => panel.put(figure, &mut known),
            Err(mut problems) => {
                panel.rejected += 1;
                panel.problems.append(&mut problems);
            }
        }
    }
    panel
}

#[cfg(test)]
mod tests;
