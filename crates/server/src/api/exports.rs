//! `GET /v1/figures/export`: figures as a file for a spreadsheet, with what defines them.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use facts::Zone;
use figures::selection::{self, Chosen, Selected};
use figures::shown::{self, Pair};
use figures::{Error, Lang, Outline, Row, RuleChoice, words};
use rulebook::{Part, standard_words, words_of};
use serde::Deserialize;
use tracing::error;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, Counter, OfShop, Shop, WhatIf, said, told};
use super::figures::{Asked, CountProblems, WhichFigures};
use super::sheet::{self, Cell, MOST_ROWS, Sheet};
use super::words::Binary;
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::{Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(export_figures))
}

/// As what.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Form {
    /// `xlsx`, an Excel workbook of two sheets, or `csv`, the same one under the other. Absent:
    /// `xlsx`.
    format: Option<String>,
}

impl Form {
    fn is_csv(&self) -> Result<bool, Problem> {
        match self.format.as_deref() {
            None | Some("xlsx") => Ok(false),
            Some("csv") => Ok(true),
            Some(other) => {
                let known = ["xlsx", "csv"].map(str::to_owned).to_vec();
                Err(told(&Error::BadWord { option: "format", text: other.to_owned(), known }))
            }
        }
    }
}

/// Figures of a shop as a file for a spreadsheet.
///
/// The figures that `GET /v1/figures` tells, all of them, and beside them what defines them: the
/// editions with their rules in words, sources, readings and lines, and what was asked otherwise.
/// Texts stay texts: nothing in a cell is computed.
#[utoipa::path(
    get,
    path = "/v1/figures/export",
    tag = "figures",
    operation_id = "export_figures",
    params(OfShop, WhichFigures, WhatIf, Form),
    responses(
        (
            status = 200,
            description = "The file.",
            content(
                (inline(Binary) =
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                (String = "text/csv"),
            ),
        ),
        CountProblems,
    ),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn export_figures(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShop>,
    Query(which): Query<WhichFigures>,
    Query(what_if): Query<WhatIf>,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    caller.needs_shop(Permission::ReadFigures, &of.platform, &of.shop)?;
    let (asked, is_csv, lang) = (which.asked()?, form.is_csv()?, known.language);
    let made = state.run(&caller, move |counter| {
        let choice = what_if.choice(counter.now)?;
        let shop = Shop::read(counter, of)?;
        Export { shop: &shop, asked: &asked, choice: &choice, lang }.file(counter, is_csv)
    });
    let (name, bytes) = made.await?;
    let kind = match is_csv {
        true => "text/csv; charset=utf-8",
        false => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let place = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}"));
    let place = place.map_err(|_| Problem::new(Kind::Internal))?;
    let kind = HeaderValue::from_static(kind);
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, place)];
    Ok((headers, bytes).into_response())
}

/// What is put into the file.
struct Export<'a> {
    shop: &'a Shop,
    asked: &'a Asked,
    choice: &'a RuleChoice,
    lang: Lang,
}

impl Export<'_> {
    /// The file's name, percent-encoded, and the file.
    fn file(&self, counter: &Counter, is_csv: bool) -> Result<(String, Vec<u8>), Problem> {
        let measured = self.asked.measured(self.shop, self.choice)?;
        if measured.rows.len() >= MOST_ROWS && !is_csv {
            return Err(Problem::new(Kind::BadParameter).detail(
                "more rows than a sheet holds; ask for fewer days, or for `csv`",
                "行数超过工作表上限；请缩短日期范围，或改用 `csv`",
            ));
        }
        let notices = measured.notices.iter().map(|notice| said(notice, self.lang));
        let definition = self.definition(counter, notices.collect())?;
        let name = match measured.rows.first() {
            Some(row) => format!("{}-{}-{}", row.metric, row.from, self.last_day(&measured.rows)),
            None => self.asked.metrics.join("-"),
        };
        let figures =
            Sheet { name: self.lang.of("figures", "指标"), rows: self.figures(&measured.rows) };
        let definition = Sheet { name: self.lang.of("definition", "口径"), rows: definition };
        let sheets = [figures, definition];
        let (ending, bytes) = match is_csv {
            true => ("csv", sheet::csv(&sheets)),
            false => ("xlsx", sheet::workbook(&sheets).map_err(not_made)?),
        };
        let name = format!("{}-{}.{ending}", self.shop.shop, name.replace('/', "-"));
        Ok((encoded(&name), bytes))
    }

    fn last_day(&self, rows: &[Row]) -> String {
        rows.iter().map(|row| row.to).max().map_or_else(String::new, |day| day.to_string())
    }

    /// The figures, a row each, below what the columns are.
    fn figures(&self, rows: &[Row]) -> Vec<Vec<Cell>> {
        let columns: Vec<&Column> =
            COLUMNS.iter().filter(|column| (column.shows)(self.asked)).collect();
        let heads = columns.iter().map(|column| Cell::text(self.lang.of(column.en, column.zh)));
        let mut all = vec![heads.collect()];
        let line = |row| columns.iter().map(|column| (column.cell)(row, self.lang)).collect();
        all.extend(rows.iter().map(line));
        all
    }

    /// What defines the figures: a heading and what it says, line by line.
    fn definition(
        &self,
        counter: &Counter,
        notices: Vec<String>,
    ) -> Result<Vec<Vec<Cell>>, Problem> {
        let (lang, shop) = (self.lang, self.shop);
        let wanted = self.asked.wanted(self.choice);
        let selection = selection::select(&shop.catalogue, Outline::of(&shop.log), &wanted)
            .map_err(|error| told(&error))?;
        let mut lines = Lines { rows: Vec::new() };
        lines.add(lang.of("What", "项目"), lang.of("Definition", "说明"));
        let platform = shop.catalogue.platform(&shop.platform);
        let platform = platform.map_or_else(|| shop.platform.clone(), |one| said(&one.name, lang));
        lines.add(lang.of("Platform", "平台"), &platform);
        lines.add(lang.of("Shop", "店铺"), &shop.shop);
        let zone = selection.metrics.first().map_or_else(|| Zone::fixed(0), |one| one.zone.clone());
        let now = shown::rfc3339_ms(counter.now, &zone);
        lines.add(lang.of("Counted at", "统计时刻"), &now);
        lines.add(lang.of("Counted by", "统计程序"), concat!("yingda ", env!("CARGO_PKG_VERSION")));
        for (what, how) in self.asked_otherwise() {
            lines.add(lang.of("What if", "假设"), &format!("{what}: {how}"));
        }
        for selected in &selection.metrics {
            self.metric(selected, &mut lines);
        }
        for notice in notices {
            lines.add(lang.of("Note", "提示"), &notice);
        }
        Ok(lines.rows)
    }

    /// What was asked otherwise than the platform counts.
    fn asked_otherwise(&self) -> Vec<(&'static str, String)> {
        let RuleChoice { edition, rules_on, reading, limit, otherwise, .. } = self.choice;
        let readings = (!reading.is_empty()).then(|| reading.join(" "));
        let all = [
            (("edition", "规则版本"), edition.clone()),
            (("rules of the day", "按此日的规则"), rules_on.clone()),
            (("readings", "读法"), readings),
            (("limit", "时限"), limit.clone()),
            (("another limit", "改用时限"), otherwise.within.clone()),
            (("only these hours", "仅计时段"), otherwise.hours.clone()),
        ];
        let each = all.into_iter();
        each.filter_map(|((en, zh), how)| Some((self.lang.of(en, zh), how?))).collect()
    }

    fn metric(&self, selected: &Selected<'_>, lines: &mut Lines) {
        let lang = self.lang;
        let metric = selected.metric;
        lines.add(
            lang.of("Metric", "指标"),
            &format!("{} ({})", said(&metric.name, lang), metric.id),
        );
        lines.add(lang.of("Summary", "概要"), &said(&metric.summary, lang));
        for chosen in &selected.editions {
            self.edition(chosen, lines);
        }
        let standards = self.shop.catalogue.standards(&metric.platform);
        for named in standards.filter(|one| one.standard.metric == metric.id && !one.as_told) {
            let words = standard_words(named, rulebook_lang(lang));
            let name = said(&named.name, lang);
            for sentence in words {
                lines.add(lang.of("Standard", "考核标准"), &format!("{name}: {sentence}"));
            }
        }
    }

    fn edition(&self, chosen: &Chosen, lines: &mut Lines) {
        let (lang, edition) = (self.lang, &chosen.edition);
        let (from, to) = (chosen.from, chosen.to);
        let days = lang.of(format!("counted {from} to {to}"), format!("用于 {from} 至 {to}"));
        let revision = &chosen.revision;
        let sure = words::confidence_words(edition.confidence, lang);
        lines.add(
            lang.of("Edition", "规则版本"),
            &format!("{} · {days} · {revision} · {sure}", edition.id),
        );
        let sentences = words_of(&chosen.rule, rulebook_lang(lang));
        for part in Part::ALL {
            for one in sentences.iter().filter(|one| one.part == part) {
                lines.add(part.heading(rulebook_lang(lang)), &one.sentence.to_string());
            }
        }
        if let Some(note) = &edition.note {
            lines.add(lang.of("Note", "提示"), &said(note, lang));
        }
        for key in &edition.sources {
            let source = self.shop.catalogue.source(key);
            let text = source.map_or_else(
                || key.clone(),
                |source| {
                    let [title, place] =
                        [&source.title, &source.place].map(|text| said(text, lang));
                    format!("{title} · {place} · {}", source.date)
                },
            );
            lines.add(lang.of("Source", "来源"), &text);
        }
        let readings: Vec<String> = chosen.readings().collect();
        lines.add(lang.of("Readings", "读法"), &readings.join(" "));
        for reading in &edition.open {
            let picked = chosen.picks.iter().find(|(id, _)| *id == reading.id);
            let answer = picked.map_or(reading.choice.as_str(), |(_, answer)| answer);
            let question = said(&reading.question, lang);
            lines.add(
                lang.of("Open reading", "未定读法"),
                &format!("{} {question} → {answer}", reading.id),
            );
        }
    }
}

fn rulebook_lang(lang: Lang) -> rulebook::Lang {
    lang.of(rulebook::Lang::En, rulebook::Lang::Zh)
}

fn not_made(problem: rust_xlsxwriter::XlsxError) -> Problem {
    error!(%problem, "a workbook could not be made");
    Problem::new(Kind::Internal)
}

/// A text of the path or of a header: all but letters and digits of ASCII percent-encoded.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(byte.into()),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

struct Lines {
    rows: Vec<Vec<Cell>>,
}

impl Lines {
    fn add(&mut self, heading: &str, text: &str) {
        self.rows.push(vec![Cell::text(heading), Cell::text(text)]);
    }
}

/// A column of the figures.
struct Column {
    en: &'static str,
    zh: &'static str,
    shows: fn(&Asked) -> bool,
    cell: fn(&Row, Lang) -> Cell,
}

const fn always(_: &Asked) -> bool {
    true
}

/// Of a mean there are no hits: nothing, not 0.
fn judged(row: &Row, n: u64) -> Cell {
    if row.is_judged() { Cell::count(n) } else { Cell::Empty }
}

fn percentile(row: &Row, n: usize) -> Cell {
    row.percentiles.flatten().map_or(Cell::Empty, |all| Cell::Number(all[n]))
}

fn dropped(row: &Row, lang: Lang) -> Cell {
    let each =
        row.dropped().map(|(reason, n)| format!("{} {n}", words::reason_words(reason, lang)));
    let text = each.collect::<Vec<_>>().join(lang.of("; ", "；"));
    if text.is_empty() { Cell::Empty } else { Cell::text(text) }
}

/// A day of the week in words.
fn weekday(day: u8, lang: Lang) -> &'static str {
    let en = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let zh = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    lang.of(en, zh).get(usize::from(day)).copied().unwrap_or_default()
}

/// The columns, in order.
const COLUMNS: &[Column] = &[
    Column { en: "metric", zh: "指标", shows: always, cell: |row, _| Cell::text(&*row.metric) },
    Column { en: "first day", zh: "首日", shows: always, cell: |row, _| Cell::Day(row.from) },
    Column { en: "last day", zh: "末日", shows: always, cell: |row, _| Cell::Day(row.to) },
    Column {
        en: "weekday",
        zh: "星期",
        shows: |asked| asked.breakdown.weekday,
        cell: |row, lang| row.weekday.map_or(Cell::Empty, |day| Cell::text(weekday(day, lang))),
    },
    Column {
        en: "hour",
        zh: "小时",
        shows: |asked| asked.breakdown.hour,
        cell: |row, _| row.hour.map_or(Cell::Empty, |hour| Cell::Number(hour.into())),
    },
    Column {
        en: "account",
        zh: "账号",
        shows: |asked| asked.breakdown.account,
        cell: |row, _| row.account.as_ref().map_or(Cell::Empty, Cell::text),
    },
    Column {
        en: "value",
        zh: "数值",
        shows: always,
        cell: |row, lang| match row.value {
            Some(value) => {
                let printed = shown::value(Some(value), row.figure, lang);
                Cell::Value(printed, shown::number(value, row.figure))
            }
            None => Cell::Empty,
        },
    },
    Column {
        en: "numerator",
        zh: "分子",
        shows: always,
        cell: |row, _| row.value.map_or(Cell::Empty, |one| Cell::Number(Pair::from(one).num)),
    },
    Column {
        en: "denominator",
        zh: "分母",
        shows: always,
        cell: |row, _| row.value.map_or(Cell::Empty, |one| Cell::Number(Pair::from(one).den)),
    },
    Column {
        en: "samples",
        zh: "样本",
        shows: always,
        cell: |row, _| Cell::count(row.tally.samples()),
    },
    Column { en: "hits", zh: "及时", shows: always, cell: |row, _| judged(row, row.tally.hits) },
    Column {
        en: "misses",
        zh: "未及时",
        shows: always,
        cell: |row, _| judged(row, row.tally.misses),
    },
    Column {
        en: "unanswered",
        zh: "无人回复",
        shows: always,
        cell: |row, _| Cell::count(row.tally.unanswered),
    },
    Column {
        en: "pending",
        zh: "待定",
        shows: always,
        cell: |row, _| Cell::count(row.tally.pending),
    },
    Column { en: "left out", zh: "不计入", shows: always, cell: dropped },
    Column {
        en: "waits, ms",
        zh: "等待合计（毫秒）",
        shows: always,
        cell: |row, _| Cell::Number(row.tally.wait_ms),
    },
    Column {
        en: "median wait, ms",
        zh: "等待中位数（毫秒）",
        shows: |asked| asked.breakdown.percentiles,
        cell: |row, _| percentile(row, 0),
    },
    Column {
        en: "90th percentile, ms",
        zh: "等待 P90（毫秒）",
        shows: |asked| asked.breakdown.percentiles,
        cell: |row, _| percentile(row, 1),
    },
    Column {
        en: "99th percentile, ms",
        zh: "等待 P99（毫秒）",
        shows: |asked| asked.breakdown.percentiles,
        cell: |row, _| percentile(row, 2),
    },
];
