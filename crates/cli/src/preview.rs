//! What a source of another shape becomes under a profile, before anything is counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use comfy_table::{ContentArrangement, Table};
use facts::{Author, Fact, FactKind, Log};
use figures::words::{author_words, fact_words};
use intake::{Options, Profile, Report, Source};

use crate::lang::Lang;
use crate::report::plain_style;
use crate::screen::Screen;

/// Facts that are shown.
const FACTS: usize = 10;
/// Rejected rows that are shown.
const REJECTED: usize = 10;
/// Sheets of a workbook that are shown.
const PARTS: usize = 10;

/// The preview of a source, and whether every row became a fact.
pub(crate) fn of(
    path: &Path,
    profile: Option<Profile>,
    show_text: bool,
    screen: &Screen,
) -> (String, bool) {
    let lang = screen.lang;
    let source = match path.to_str() {
        Some("-") => Source::Stdin,
        _ => Source::File(path.to_path_buf()),
    };
    let options =
        Options { keep_text: show_text, keep_origin: true, profile, ..Options::default() };
    let mut shown = Vec::new();
    let mut reasons: BTreeMap<&'static str, u64> = BTreeMap::new();
    let result = intake::read(&[source], &options, &mut |rejected| {
        *reasons.entry(rejected.reason.code()).or_default() += 1;
        if shown.len() < REJECTED {
            shown.push(rejected.message(lang.intake()));
        }
        Ok(())
    });
    let (log, report) = match result {
        Ok(read) => read,
        Err(error) => return (error.message(lang.intake()), false),
    };
    let mut page = Page { out: String::new(), lang };
    page.counts(path, &report, &log);
    page.parts(&report);
    page.authors(&log);
    page.facts(&log, show_text);
    page.rejected(&shown, &reasons, report.rejected);
    for warning in &report.warnings {
        page.line(&warning.message(lang.intake()));
    }
    (page.out.trim_end().to_owned(), report.rejected == 0)
}

struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn title(&mut self, en: &str, zh: &str) {
        let text = format!("\n{}", self.lang.of(en, zh));
        self.line(&text);
    }

    fn counts(&mut self, path: &Path, report: &Report, log: &Log) {
        let name = path.display();
        let Report { rows, facts, duplicates, rejected, .. } = report;
        let (shops, buyers) = (log.shops.len(), log.buyers.len());
        let text = self.lang.of(
            format!(
                "{name}: {rows} rows, {facts} facts, {duplicates} repeats, {rejected} rejected; \
                 {shops} shops, {buyers} buyers"
            ),
            format!(
                "{name}：{rows} 行，{facts} 条事实，{duplicates} 行重复，{rejected} 行被拒；\
                 {shops} 个店铺，{buyers} 个买家"
            ),
        );
        self.line(&text);
    }

    /// How each source or sheet was matched.
    fn parts(&mut self, report: &Report) {
        let lang = self.lang;
        for part in report.sources.iter().take(PARTS) {
            let Some(mapping) = &part.mapping else { continue };
            let header = mapping.header.map_or_else(String::new, |line| {
                lang.of(format!(", header on line {line}"), format!("，表头在第 {line} 行"))
            });
            let rows = part.rows;
            let text = lang.of(
                format!("\n{}: {}{header}, {rows} rows", part.name, mapping.encoding),
                format!("\n{}：{}{header}，{rows} 行", part.name, mapping.encoding),
            );
            self.line(&text);
            for (column, target) in &mapping.matched {
                self.line(&format!("  {target:<14} ← {}", tame(column)));
            }
            if !mapping.unused.is_empty() {
                let list: Vec<String> = mapping.unused.iter().map(|name| tame(name)).collect();
                let list = list.join(lang.of(", ", "、"));
                let unused = lang.of("not used: ", "未使用：");
                self.line(&format!("  {unused}{list}"));
            }
        }
        if report.sources.len() > PARTS {
            let more = report.sources.len() - PARTS;
            let text =
                lang.of(format!("… and {more} more sheets"), format!("……另有 {more} 个工作表"));
            self.line(&text);
        }
    }

    fn authors(&mut self, log: &Log) {
        let mut counts: BTreeMap<(u8, u8), u64> = BTreeMap::new();
        for (kind, author) in log.kind.iter().zip(&log.author) {
            let is_message = *kind == FactKind::Message.code();
            *counts.entry((*kind, if is_message { *author } else { 0 })).or_default() += 1;
        }
        if counts.is_empty() {
            return;
        }
        self.title("By author, and other facts", "按作者及其他事实计");
        for ((kind, author), n) in counts {
            let words = match FactKind::from_code(kind) {
                Some(FactKind::Message) | None => Author::from_code(author)
                    .map_or("", |author| author_words(author, self.lang.intake())),
                Some(kind) => fact_words(kind, self.lang.intake()),
            };
            self.line(&format!("  {n:>8}  {words}"));
        }
    }

    /// The first facts, as a table.
    fn facts(&mut self, log: &Log, show_text: bool) {
        if log.is_empty() {
            return;
        }
        let lang = self.lang;
        self.title("First facts", "前几条事实");
        let mut table = Table::new();
        table.load_style(plain_style());
        table.set_content_arrangement(ContentArrangement::Disabled);
        let mut header = lang.of(
            vec!["line", "at (UTC+8)", "shop", "buyer", "what", "account"],
            vec!["行", "时间 (UTC+8)", "店铺", "买家", "事实", "账号"],
        );
        if show_text {
            header.push(lang.of("text", "文字"));
        }
        table.set_header(header);
        for row in 0..log.len().min(FACTS) {
            table.add_row(self.fact(log, row, show_text));
        }
        for line in table.lines() {
            self.line(line.trim_end());
        }
    }

    fn fact(&self, log: &Log, row: usize, show_text: bool) -> Vec<String> {
        let fact: Fact = log.fact(row as u32);
        let line = log.origin.as_ref().map_or(0, |origin| origin[row].1);
        let shop = facts::ShopId(log.shop[row]);
        let buyer = log.threads.get(log.thread[row] as usize);
        let what = match fact.kind {
            FactKind::Message => author_words(fact.author, self.lang.intake()),
            kind => fact_words(kind, self.lang.intake()),
        };
        let form = match (fact.kind, fact.form) {
            (FactKind::Message, facts::Form::Text) => String::new(),
            (FactKind::Message, form) => format!(" ({})", form.word()),
            _ => String::new(),
        };
        let mut cells = vec![
            line.to_string(),
            wall_clock(fact.at),
            tame(&format!("{}/{}", log.platform_of(shop), log.shop_name(shop))),
            tame(buyer.map_or("", |thread| log.buyers.name(thread.buyer))),
            format!("{what}{form}"),
            tame(log.accounts.name(fact.account.0)),
        ];
        if show_text {
            let text = log.text.as_ref().and_then(|text| text[row].as_deref());
            cells.push(tame(text.unwrap_or("")));
        }
        cells
    }

    fn rejected(&mut self, shown: &[String], reasons: &BTreeMap<&'static str, u64>, n: u64) {
        if n == 0 {
            return;
        }
        self.title("Rejected rows", "被拒的行");
        for (reason, n) in reasons {
            self.line(&format!("  {n:>8}  {reason}"));
        }
        for text in shown {
            self.line(text);
        }
        let more = n - shown.len() as u64;
        if more > 0 {
            let text = self.lang.of(format!("… and {more} more"), format!("……另有 {more} 行"));
            self.line(&text);
        }
    }
}

/// An instant on the clock of China, to the second, with milliseconds where it has some.
fn wall_clock(at: facts::Instant) -> String {
    let wall = facts::Zone::fixed(8 * 3_600_000).local(at);
    let (seconds, ms) = (wall.ms / 1_000, wall.ms % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{} {hour:02}:{minute:02}:{second:02}", wall.day);
    if ms != 0 {
        // Writing to a text cannot fail.
        let _ = write!(text, ".{ms:03}");
    }
    text
}

/// A text on one line, at most forty characters, with nothing in it that steers a terminal.
fn tame(text: &str) -> String {
    let hidden = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    let steers = |c: char| c.is_control() || hidden(c) || matches!(c, '\u{2066}'..='\u{2069}');
    let mut out: String = text.chars().take(40).map(|c| if steers(c) { ' ' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out
}
