//! `yingda explain`: the rounds behind a figure, each with the clause that judged it.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use facts::{Day, FactKind, Instant, Log, ShopId, Tie, Zone};
use metric::{Ending, Figure, Inner, Judged, Note, Outcome, Ratio, Sample, Tally, Threads, Trace};
use serde::Serialize;

use crate::archived;
use crate::args::{ExplainArgs, ExplainFormat, VerdictFilter};
use crate::failure::Failure;
use crate::input::{self, Input, InvalidReplies, Keep};
use crate::lang::Lang;
use crate::registry_notices;
use crate::report;
use crate::screen::Screen;
use crate::selection::{self, Chosen, Outline, Selected, Wanted};
use crate::words::{self, Clause};

/// Runs the command. `true`: every row of the logs was a fact.
pub(crate) fn run(args: &ExplainArgs, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let catalogue = selection::catalogue(args.rules.rulebooks.as_deref(), lang)?;
    let metric = selection::find_metric(&catalogue, &args.metric, lang)?;
    let day = args.day.as_deref().map(|text| selection::parse_day("--day", text, lang));
    let day = day.transpose()?;
    let keep = Keep::for_explaining(&catalogue, args.text, lang)?;
    let pruned = archived::read(args, &catalogue, metric, &keep, screen)?;
    let whole = match &pruned {
        Some(_) => None,
        None => Some(input::read(&args.input, &keep, screen)?),
    };
    let (input, outline) = match (&pruned, &whole) {
        (Some(pruned), _) => (&pruned.input, pruned.outline()),
        (None, Some(input)) => (input, Outline::of(&input.log)),
        (None, None) => return Ok(true),
    };
    let metrics = [metric.id.clone()];
    let wanted = Wanted { rules: &args.rules, metrics: &metrics, every_day: true, lang };
    let selection = selection::select(&catalogue, outline, &wanted)?;
    for notice in &selection.notices {
        screen.notice(notice);
    }
    registry_notices::tell(&input.registry, &catalogue, screen);
    let Some(selected) = selection.metrics.first() else {
        return Err(Failure::new(lang.of(
            format!("{}: nothing to explain in this log", metric.id),
            format!("{}：该日志中没有可说明的内容", metric.id),
        )));
    };
    let threads = Threads::new(&input.log, &input.registry);
    let wanted = wanted_threads(&input.log, selected, args, lang)?;
    let view = View { input, threads: &threads, selected, args, day, lang };
    let explained = view.explain(&wanted, &keep.invalid)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let result = match args.format {
        ExplainFormat::Json => view.json(&explained, &mut out),
        ExplainFormat::Table => view.print(&explained, screen.color, &mut out),
    };
    match result.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(lang.of(
            format!("the output could not be written: {error}"),
            format!("无法写出结果：{error}"),
        ))),
        _ => Ok(input.is_clean()),
    }
}

/// The threads of the wanted shop (and buyer).
fn wanted_threads(
    log: &Log,
    selected: &Selected<'_>,
    args: &ExplainArgs,
    lang: Lang,
) -> Result<Vec<usize>, Failure> {
    let platform = &selected.metric.platform;
    let is_shop = |shop: ShopId| {
        log.shops[shop.0 as usize].platform == selected.platform && log.shop_name(shop) == args.shop
    };
    if !(0..log.shops.len()).any(|shop| is_shop(ShopId(shop as u32))) {
        let mut names: Vec<&str> = (0..log.shops.len())
            .filter(|shop| log.shops[*shop].platform == selected.platform)
            .map(|shop| log.shop_name(ShopId(shop as u32)))
            .collect();
        names.sort_unstable();
        let known = names.iter().take(8).copied().collect::<Vec<_>>().join(" ");
        return Err(Failure::new(lang.of(
            format!("--shop `{}`: no such shop on {platform}; the log has {known}", args.shop),
            format!("--shop `{}`：{platform} 上没有这个店铺；日志中有 {known}", args.shop),
        )));
    }
    let buyer = match &args.buyer {
        None => None,
        Some(name) => Some(log.buyers.find(name).ok_or_else(|| {
            Failure::new(lang.of(
                format!("--buyer `{name}`: the log has no such buyer"),
                format!("--buyer `{name}`：日志中没有这个买家"),
            ))
        })?),
    };
    if let Some(name) = &args.account
        && log.accounts.find(name).is_none()
    {
        return Err(Failure::new(lang.of(
            format!("--account `{name}`: the log has no such account"),
            format!("--account `{name}`：日志中没有这个账号"),
        )));
    }
    let is_wanted = |thread: &facts::Thread| {
        is_shop(thread.shop) && buyer.is_none_or(|buyer| thread.buyer == buyer)
    };
    let mut threads: Vec<usize> =
        (0..log.threads.len()).filter(|thread| is_wanted(&log.threads[*thread])).collect();
    if let Some(id) = &args.id {
        let rows = (0..log.len()).filter(|row| has_id(log, *row as u32, id));
        let of_message: Vec<usize> = rows.map(|row| log.thread[row] as usize).collect();
        threads.retain(|thread| of_message.contains(thread));
        if threads.is_empty() {
            return Err(Failure::new(lang.of(
                format!("--id `{id}`: the log has no such message in this shop"),
                format!("--id `{id}`：该店铺的日志中没有这条消息"),
            )));
        }
    }
    Ok(threads)
}

fn has_id(log: &Log, row: u32, id: &str) -> bool {
    log.id.as_ref().is_some_and(|ids| &*ids[row as usize] == id)
}

/// What became of each row, under which edition.
struct Notes<'a> {
    by_row: BTreeMap<u32, Note>,
    chosen: &'a Chosen,
}

impl Notes<'_> {
    fn of(&self, log: &Log, row: u32) -> (Note, Clause) {
        let note = self.by_row.get(&row).copied().unwrap_or(Note::NotUsed);
        let clause = match note {
            Note::AuthorIgnored => words::clause_of_ignored(log.fact(row).author),
            note => words::clause_of_note(note),
        };
        (note, clause.under(self.chosen))
    }
}

struct View<'a> {
    input: &'a Input,
    threads: &'a Threads<'a>,
    selected: &'a Selected<'a>,
    args: &'a ExplainArgs,
    day: Option<Day>,
    lang: Lang,
}

/// One thread under one edition, with the samples that were asked for.
struct Explained<'a> {
    thread: usize,
    chosen: &'a Chosen,
    trace: Trace,
    samples: Vec<Judged>,
}

/// What is shown, and the figure that it is part of.
struct Explanation<'a> {
    threads: Vec<Explained<'a>>,
    /// Of all samples of the shop, day, buyer and account, whatever their verdict.
    tally: Tally,
    /// Of answered samples, sorted: for means of the fastest.
    waits: Vec<i64>,
    n_shown: usize,
}

impl View<'_> {
    fn explain(
        &self,
        threads: &[usize],
        invalid: &InvalidReplies,
    ) -> Result<Explanation<'_>, Failure> {
        let mut all = Vec::new();
        let mut tally = Tally::default();
        let mut waits = Vec::new();
        for chosen in &self.selected.editions {
            let mut job = selection::job(self.selected, chosen, &chosen.rule, invalid, self.lang)?;
            if let Some(day) = self.day {
                job.days = (job.days.0.max(day), job.days.1.min(day));
            }
            if job.days.0 > job.days.1 {
                continue;
            }
            for thread in threads {
                let trace = metric::trace(self.threads, *thread, &job);
                let of_account = trace.samples.iter().filter(|judged| self.is_of_account(judged));
                let mut samples: Vec<Judged> = of_account.copied().collect();
                samples.iter().for_each(|judged| tally.count(judged));
                let answered = samples
                    .iter()
                    .filter(|judged| matches!(judged.outcome, Outcome::Hit | Outcome::Late));
                waits.extend(
                    answered.map(|judged| judged.wait.0 / i64::from(judged.n_inner.max(1))),
                );
                samples.retain(|judged| self.has_verdict(judged));
                samples.sort_by_key(|judged| self.place(judged));
                if !samples.is_empty() || self.shows_facts() {
                    all.push(Explained { thread: *thread, chosen, trace, samples });
                }
            }
        }
        // Of samples that begin together the buyer's name decides, however the log is sorted.
        all.sort_by_key(|one| {
            (one.samples.first().map(|judged| judged.opened_at), self.buyer(one.thread))
        });
        let n_shown = all.iter().map(|one| one.samples.len()).sum();
        waits.sort_unstable();
        Ok(Explanation { threads: all, tally, waits, n_shown })
    }

    /// Where a sample opens among the facts of its thread.
    fn place(&self, judged: &Judged) -> (Instant, Tie, u32) {
        (judged.opened_at, self.input.log.tie(judged.opened_row), judged.opened_row)
    }

    fn shows_facts(&self) -> bool {
        self.args.shows_facts()
    }

    fn is_of_account(&self, judged: &Judged) -> bool {
        self.args.account.as_deref().is_none_or(|wanted| wanted == self.account(judged))
    }

    fn has_verdict(&self, judged: &Judged) -> bool {
        match self.args.verdict {
            None => true,
            Some(VerdictFilter::Hit) => judged.outcome == Outcome::Hit,
            Some(VerdictFilter::Miss) => {
                matches!(judged.outcome, Outcome::Late | Outcome::Unanswered)
            }
            Some(VerdictFilter::Unanswered) => judged.outcome == Outcome::Unanswered,
            Some(VerdictFilter::Dropped) => matches!(judged.outcome, Outcome::Dropped(_)),
            Some(VerdictFilter::Pending) => judged.outcome == Outcome::Pending,
        }
    }

    fn buyer(&self, thread: usize) -> &str {
        let log = &self.input.log;
        log.buyers.name(log.threads[thread].buyer)
    }

    fn account(&self, judged: &Judged) -> &str {
        self.input.log.accounts.name(judged.account.0)
    }

    /// The inner samples of a grouped one, in the order opened.
    fn inner<'t>(&self, one: &'t Explained<'_>, judged: &Judged) -> Vec<&'t Judged> {
        if judged.group == 0 {
            return Vec::new();
        }
        let of_group = |inner: &&Judged| inner.group == judged.group;
        let mut inner: Vec<&Judged> = one.trace.inner.iter().filter(of_group).collect();
        inner.sort_by_key(|judged| self.place(judged));
        inner
    }

    /// The rows from a sample's opening to its end, in the thread's order.
    fn rows_of(&self, one: &Explained<'_>, judged: &Judged) -> Vec<u32> {
        let rows = self.threads.rows(one.thread);
        let position = |row: u32| rows.iter().position(|other| *other == row);
        let Some(from) = position(judged.opened_row) else { return Vec::new() };
        let to = match (judged.ended_row.and_then(position), judged.ended_at) {
            (Some(to), _) => to + 1,
            (None, Some(ended_at)) => rows
                .iter()
                .position(|row| self.input.log.at[*row as usize] >= ended_at.0)
                .unwrap_or(rows.len()),
            (None, None) => rows.len(),
        };
        rows[from..to.max(from + 1)].to_vec()
    }

    fn notes<'e>(&self, one: &'e Explained<'_>) -> Notes<'e> {
        let mut by_row = BTreeMap::new();
        for (row, note) in &one.trace.notes {
            by_row.entry(*row).or_insert(*note);
        }
        Notes { by_row, chosen: one.chosen }
    }
}

/// A sample as JSON.
#[derive(Serialize)]
struct SampleLine<'a> {
    metric: &'a str,
    edition: &'a str,
    revision: String,
    platform: &'a str,
    shop: &'a str,
    buyer: &'a str,
    account: &'a str,
    day: String,
    verdict: &'static str,
    unanswered: bool,
    reason: Option<&'static str>,
    opened_at: String,
    ended_at: Option<String>,
    ending: &'static str,
    clause: &'static str,
    reading: Option<&'static str>,
    wait_ms: i64,
    inner: Vec<InnerLine<'a>>,
    facts: Vec<FactLine<'a>>,
}

#[derive(Serialize)]
struct InnerLine<'a> {
    account: &'a str,
    verdict: &'static str,
    reason: Option<&'static str>,
    opened_at: String,
    ended_at: Option<String>,
    ending: &'static str,
    clause: &'static str,
    wait_ms: i64,
}

#[derive(Serialize)]
struct FactLine<'a> {
    at: String,
    fact: &'static str,
    author: Option<&'static str>,
    account: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    source: Option<&'a str>,
    line: Option<u64>,
    note: &'static str,
    clause: &'static str,
    reading: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// All facts of a thread with what became of each.
#[derive(Serialize)]
struct ThreadLine<'a> {
    metric: &'a str,
    edition: &'a str,
    platform: &'a str,
    shop: &'a str,
    buyer: &'a str,
    every_fact: Vec<FactLine<'a>>,
}

const fn verdict(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Hit => "hit",
        Outcome::Late | Outcome::Unanswered => "miss",
        Outcome::Pending => "pending",
        Outcome::Dropped(_) => "dropped",
    }
}

const fn reason(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Dropped(reason) => Some(reason.word()),
        _ => None,
    }
}

impl View<'_> {
    fn json(&self, all: &Explanation<'_>, out: &mut dyn Write) -> io::Result<()> {
        for one in &all.threads {
            let notes = self.notes(one);
            for judged in &one.samples {
                let line = self.sample_line(one, judged, &notes);
                serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            if self.shows_facts() {
                let line = ThreadLine {
                    metric: &self.selected.metric.id,
                    edition: &one.chosen.edition.id,
                    platform: &self.selected.metric.platform,
                    shop: &self.args.shop,
                    buyer: self.buyer(one.thread),
                    every_fact: self
                        .threads
                        .rows(one.thread)
                        .iter()
                        .map(|row| self.fact_line(*row, &notes))
                        .collect(),
                };
                serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn sample_line<'s>(
        &'s self,
        one: &'s Explained<'_>,
        judged: &Judged,
        notes: &Notes<'_>,
    ) -> SampleLine<'s> {
        let clause = words::clause_of_ending(judged.ending, judged.outcome).under(one.chosen);
        let inner = self.inner(one, judged);
        let mut rows: Vec<u32> = if inner.is_empty() {
            self.rows_of(one, judged)
        } else {
            inner.iter().flat_map(|inner| self.rows_of(one, inner)).collect()
        };
        rows.sort_by_key(|row| self.input.log.order(*row));
        rows.dedup();
        SampleLine {
            metric: &self.selected.metric.id,
            edition: &one.chosen.edition.id,
            revision: one.chosen.revision.clone(),
            platform: &self.selected.metric.platform,
            shop: &self.args.shop,
            buyer: self.buyer(one.thread),
            account: self.account(judged),
            day: judged.day.to_string(),
            verdict: verdict(judged.outcome),
            unanswered: judged.outcome == Outcome::Unanswered,
            reason: reason(judged.outcome),
            opened_at: rfc3339(judged.opened_at, &self.selected.zone),
            ended_at: judged.ended_at.map(|at| rfc3339(at, &self.selected.zone)),
            ending: judged.ending.word(),
            clause: clause.key,
            reading: clause.reading,
            wait_ms: judged.wait.0,
            inner: inner.iter().map(|inner| self.inner_line(one.chosen, inner)).collect(),
            facts: rows.into_iter().map(|row| self.fact_line(row, notes)).collect(),
        }
    }

    fn inner_line(&self, chosen: &Chosen, inner: &Judged) -> InnerLine<'_> {
        InnerLine {
            account: self.account(inner),
            verdict: verdict(inner.outcome),
            reason: reason(inner.outcome),
            opened_at: rfc3339(inner.opened_at, &self.selected.zone),
            ended_at: inner.ended_at.map(|at| rfc3339(at, &self.selected.zone)),
            ending: inner.ending.word(),
            clause: words::clause_of_ending(inner.ending, inner.outcome).under(chosen).key,
            wait_ms: inner.wait.0,
        }
    }

    fn fact_line(&self, row: u32, notes: &Notes<'_>) -> FactLine<'_> {
        let log = &self.input.log;
        let fact = log.fact(row);
        let (note, clause) = notes.of(log, row);
        let origin = log.origin.as_ref().map(|origin| origin[row as usize]);
        FactLine {
            at: rfc3339(fact.at, &self.selected.zone),
            fact: fact.kind.word(),
            author: (fact.kind == FactKind::Message).then(|| fact.author.word()),
            account: log.accounts.name(fact.account.0),
            id: log.id.as_ref().map_or("", |ids| &ids[row as usize]),
            source: origin.and_then(|(source, _)| self.input.source(source)),
            line: origin.map(|(_, line)| line),
            note: note.word(),
            clause: clause.key,
            reading: clause.reading,
            text: if self.args.text { log_text(log, row) } else { None },
        }
    }
}

fn log_text(log: &Log, row: u32) -> Option<&str> {
    log.text.as_ref().and_then(|texts| texts[row as usize].as_deref())
}

/// An instant in local time with its offset.
pub(crate) fn rfc3339(at: Instant, zone: &Zone) -> String {
    let offset = zone.offset(at) / 60_000;
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    format!("{}T{}{sign}{hours:02}:{minutes:02}", zone.day(at), clock(at, zone))
}

/// The local wall clock, with milliseconds only where there are some.
fn clock(at: Instant, zone: &Zone) -> String {
    let ms = zone.local(at).ms;
    let (h, m, s, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    if rest == 0 {
        format!("{h:02}:{m:02}:{s:02}")
    } else {
        format!("{h:02}:{m:02}:{s:02}.{rest:03}")
    }
}

/// A wait as people read it: `3 min 05 s`, milliseconds only where there are some.
fn span(ms: i64, lang: Lang) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    let rest = if ms % 1_000 == 0 { String::new() } else { format!(".{:03}", ms % 1_000) };
    let (h, m, s) = lang.of((" h ", " min ", " s"), ("小时", "分", "秒"));
    match (hours, minutes) {
        (0, 0) => format!("{seconds}{rest}{s}"),
        (0, _) => format!("{minutes}{m}{seconds:02}{rest}{s}"),
        _ => format!("{hours}{h}{minutes:02}{m}{seconds:02}{rest}{s}"),
    }
}

/// Colours on a terminal.
struct Ink {
    on: bool,
}

impl Ink {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn verdict(&self, outcome: Outcome, text: &str) -> String {
        let code = match outcome {
            Outcome::Hit => "32",
            Outcome::Late | Outcome::Unanswered => "31;1",
            Outcome::Pending => "33",
            Outcome::Dropped(_) => "2",
        };
        self.paint(code, text)
    }
}

impl View<'_> {
    fn print(&self, all: &Explanation<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let ink = Ink { on: color };
        self.print_heading(all, &ink, out)?;
        for one in &all.threads {
            let notes = self.notes(one);
            for judged in &one.samples {
                self.print_sample(one, judged, &notes, &ink, out)?;
            }
            if self.shows_facts() {
                self.print_every_fact(one, &notes, &ink, out)?;
            }
        }
        if all.n_shown == 0 {
            let none = self.lang.of("no such sample", "没有符合条件的样本");
            writeln!(out, "{none}")?;
        }
        Ok(())
    }

    /// The days that are explained, as people read them.
    fn days(&self) -> String {
        match (self.day, self.selected.days.as_slice()) {
            (Some(day), _) => day.to_string(),
            (None, [only]) => only.to_string(),
            (None, [first, .., last]) => format!("{first} … {last}"),
            (None, []) => String::new(),
        }
    }

    /// The figure with what it is made of.
    fn figure_line(&self, all: &Explanation<'_>) -> String {
        let (lang, tally) = (self.lang, all.tally);
        let figure = self.selected.figure();
        let value = match figure {
            Figure::MeanFastest => metric::mean_fastest(&all.waits, self.selected.fastest()),
            _ => tally.value(figure),
        };
        let value = report::value(value, figure, lang);
        let (samples, hits, misses) = (tally.samples(), tally.hits, tally.misses);
        let (en, zh) = if figure.is_mean() {
            (format!("{value} over {samples} samples"), format!("{value}，共 {samples} 个样本"))
        } else if figure == Figure::MissShare {
            (
                format!("{value}: {misses} of {samples} are misses"),
                format!("{value}：{samples} 个样本中计入 {misses}"),
            )
        } else {
            (
                format!("{value}: {hits} of {samples} on time"),
                format!("{value}：{samples} 个样本中达标 {hits}"),
            )
        };
        let (unanswered, dropped) = (tally.unanswered, tally.dropped.iter().sum::<u64>());
        lang.of(
            format!("{en}, {unanswered} unanswered, {dropped} left out"),
            format!("{zh}，未回复 {unanswered}，不计 {dropped}"),
        )
    }

    fn print_heading(
        &self,
        all: &Explanation<'_>,
        ink: &Ink,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let lang = self.lang;
        let days = self.days();
        let metric = lang.text(&self.selected.metric.name);
        let name = format!("{metric} · {} · {days}", self.args.shop);
        writeln!(out, "{}  {}", ink.paint("1", &name), self.selected.metric.id)?;
        writeln!(out, "{}", self.figure_line(all))?;
        let tally = all.tally;
        let n_all = tally.samples() + tally.dropped.iter().sum::<u64>() + tally.pending;
        if n_all > all.n_shown as u64 {
            let n = all.n_shown;
            let text = lang.of(
                format!("shown: {n} of {n_all}"),
                format!("以下列出其中 {n} 个（共 {n_all} 个）"),
            );
            writeln!(out, "{text}")?;
        }
        for chosen in &self.selected.editions {
            let sources = chosen.edition.sources.join(" ");
            let readings = chosen.readings().collect::<Vec<_>>().join(" ");
            let (id, revision) = (&chosen.edition.id, &chosen.revision);
            let confidence = words::confidence_words(chosen.edition.confidence, lang);
            let text = lang.of(
                format!(
                    "edition {id} ({revision}, {confidence}) · sources {sources} · \
                     readings {readings}"
                ),
                format!("版本 {id}（{revision}，{confidence}）· 来源 {sources} · 读法 {readings}"),
            );
            writeln!(out, "{}", ink.paint("2", &text))?;
        }
        Ok(())
    }

    fn print_sample(
        &self,
        one: &Explained<'_>,
        judged: &Judged,
        notes: &Notes<'_>,
        ink: &Ink,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let lang = self.lang;
        let zone = &self.selected.zone;
        let verdict = words::verdict_words(judged.outcome, &one.chosen.rule, lang);
        let buyer = self.buyer(one.thread);
        let account = match self.account(judged) {
            "" => lang.of("the shop", "店铺"),
            account => account,
        };
        let sample = match one.chosen.rule.sample {
            Sample::Message => lang.of("message", "消息"),
            Sample::Round => lang.of("round", "轮次"),
            Sample::Rating => lang.of("rating", "评价"),
            Sample::Conversation => lang.of("conversation", "会话"),
            Sample::BuyerDay => lang.of("buyer-day", "买家日"),
        };
        let opened = clock(judged.opened_at, zone);
        writeln!(out)?;
        writeln!(
            out,
            "{} {sample} {} {opened} · {buyer} · {account} · {}",
            ink.verdict(judged.outcome, &format!("[{verdict}]")),
            judged.day,
            self.why(one.chosen, judged),
        )?;
        let inner = self.inner(one, judged);
        for part in &inner {
            let word = words::verdict_words(part.outcome, &one.chosen.rule, lang);
            writeln!(
                out,
                "  {} {} · {}",
                ink.verdict(part.outcome, word),
                clock(part.opened_at, zone),
                self.why(one.chosen, part),
            )?;
        }
        let mut rows: Vec<u32> = if inner.is_empty() {
            self.rows_of(one, judged)
        } else {
            inner.iter().flat_map(|part| self.rows_of(one, part)).collect()
        };
        rows.sort_by_key(|row| self.input.log.order(*row));
        rows.dedup();
        if !self.shows_facts() {
            for row in rows {
                self.print_fact(row, notes, ink, out)?;
            }
        }
        Ok(())
    }

    /// Why a sample has its verdict: the wait against the limit, the ending, the clause.
    fn why(&self, chosen: &Chosen, judged: &Judged) -> String {
        let lang = self.lang;
        let clause = words::clause_of_ending(judged.ending, judged.outcome).under(chosen);
        let reading = clause.reading.map(|id| format!(" {id}")).unwrap_or_default();
        let ending = match judged.outcome {
            Outcome::Dropped(reason) => words::reason_words(reason, lang),
            _ => words::ending_words(judged.ending, lang),
        };
        let limit = chosen.rule.within;
        let is_rated = chosen.rule.opens() == Inner::Rating;
        let wait = match (judged.outcome, limit) {
            (Outcome::Dropped(_) | Outcome::Pending, _) => None,
            // Ratings are given, not waited for; nor is a wait known of a hit without a reply.
            _ if is_rated => None,
            (Outcome::Hit, _) if judged.ending == Ending::DayEnd => None,
            (Outcome::Unanswered, _) if judged.wait.0 == 0 => None,
            (Outcome::Unanswered, _) => {
                let wait = span(judged.wait.0, lang);
                Some(lang.of(format!("counts as {wait}"), format!("按 {wait} 计")))
            }
            (_, Some(limit)) if judged.n_inner == 1 => {
                let (wait, limit) = (span(judged.wait.0, lang), span(limit.0, lang));
                Some(lang.of(
                    format!("waited {wait}, limit {limit}"),
                    format!("等待 {wait}，时限 {limit}"),
                ))
            }
            _ => {
                let ratio = Ratio { num: judged.wait.0, den: i64::from(judged.n_inner.max(1)) };
                let mean = report::seconds(ratio);
                let wait = span(judged.wait.0, lang);
                Some(if judged.n_inner > 1 {
                    lang.of(format!("mean wait {mean}"), format!("平均等待 {mean}"))
                } else {
                    lang.of(format!("waited {wait}"), format!("等待 {wait}"))
                })
            }
        };
        let wait = wait.map(|wait| format!("{wait} · ")).unwrap_or_default();
        format!("{wait}{ending} · {}{reading}", clause.key)
    }

    fn print_every_fact(
        &self,
        one: &Explained<'_>,
        notes: &Notes<'_>,
        ink: &Ink,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let buyer = self.buyer(one.thread);
        let heading = self.lang.of(
            format!("every fact of {buyer}, edition {}", one.chosen.edition.id),
            format!("{buyer} 的全部事实（{} 版）", one.chosen.edition.id),
        );
        writeln!(out, "\n{}", ink.paint("1", &heading))?;
        let mut day = None;
        for row in self.threads.rows(one.thread) {
            let today = self.selected.zone.day(Instant(self.input.log.at[*row as usize]));
            if self.day.is_some_and(|wanted| wanted != today) {
                continue;
            }
            if day != Some(today) {
                writeln!(out, "  {today}")?;
                day = Some(today);
            }
            self.print_fact(*row, notes, ink, out)?;
        }
        Ok(())
    }

    fn print_fact(
        &self,
        row: u32,
        notes: &Notes<'_>,
        ink: &Ink,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let lang = self.lang;
        let log = &self.input.log;
        let fact = log.fact(row);
        let (note, clause) = notes.of(log, row);
        let what = if fact.kind == FactKind::Message {
            words::author_words(fact.author, lang)
        } else {
            words::fact_words(fact.kind, lang)
        };
        let what = match fact.rating.stars() {
            Some(stars) if fact.rating.is_unsolved() => {
                lang.of(format!("{what} {stars}★ unsolved"), format!("{what} {stars}★ 未解决"))
            }
            Some(stars) => format!("{what} {stars}★"),
            None => what.to_owned(),
        };
        let accounts =
            match (log.accounts.name(fact.from_account.0), log.accounts.name(fact.account.0)) {
                ("", account) => account.to_owned(),
                (from, to) => format!("{from} → {to}"),
            };
        let reading = clause.reading.map(|id| format!(" {id}")).unwrap_or_default();
        let key = ink.paint("2", &format!("{}{reading}", clause.key));
        let note = words::note_words(note, lang);
        let line = match log.origin.as_ref().map(|origin| origin[row as usize]) {
            Some((_, line)) => lang.of(format!("line {line}"), format!("第 {line} 行")),
            None => String::new(),
        };
        let who = pad(&format!("{what} {accounts}"), 18);
        let is_asked_for = self.args.id.as_deref().is_some_and(|id| has_id(log, row, id));
        let mark = if is_asked_for { ink.paint("1", "▶") } else { " ".to_owned() };
        write!(out, "  {mark} {}  {who} {note} · {key}", clock(fact.at, &self.selected.zone))?;
        if !line.is_empty() {
            write!(out, " · {}", ink.paint("2", &line))?;
        }
        if self.args.text
            && let Some(text) = log_text(log, row)
        {
            let short: String = text.chars().take(40).filter(|c| !c.is_control()).collect();
            write!(out, "\n              「{short}」")?;
        }
        writeln!(out)
    }
}

/// Pads to a width in terminal cells: wide characters take two.
fn pad(text: &str, width: usize) -> String {
    let used: usize = text.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(used)))
}
