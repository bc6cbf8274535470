//! `yingda explain`: the rounds behind a figure, each with the clause that judged it.

use std::io::{self, BufWriter, Write};

use facts::{Day, FactKind, Instant, Log};
use figures::explain::{
    self, Explained, Explainer, Explanation, Notes, Question, Verdict, clause, has_id, reason,
    verdict, why,
};
use figures::selection::{self, Chosen, Outline, Selected, Wanted};
use figures::shown::{self, clock, rfc3339};
use figures::words;
use metric::{Figure, Judged, Outcome};
use serde::Serialize;

use crate::archived;
use crate::args::{ExplainArgs, ExplainFormat, VerdictFilter};
use crate::catalogue;
use crate::failure::Failure;
use crate::input::{self, Input, Keep};
use crate::lang::Lang;
use crate::registry_notices;
use crate::screen::Screen;

/// Runs the command. `true`: every row of the logs was a fact.
pub(crate) fn run(args: &ExplainArgs, screen: &Screen) -> Result<bool, Failure> {
    let lang = screen.lang;
    let told = |error: figures::Error| Failure::of(&error, lang);
    let catalogue = catalogue::of(args.rules.rulebooks.as_deref(), lang)?;
    let metric = selection::find_metric(&catalogue, &args.metric).map_err(told)?;
    let day = args.day.as_deref().map(|text| selection::parse_day("day", text));
    let day = day.transpose().map_err(told)?;
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
    let choice = args.rules.choice();
    let wanted =
        Wanted { rules: &choice, metrics: &metrics, every_day: true, between: (None, None) };
    let selection = selection::select(&catalogue, outline, &wanted).map_err(told)?;
    screen.notices(&selection.notices);
    registry_notices::tell(&input.registry, &catalogue, screen);
    let Some(selected) = selection.metrics.first() else {
        return Err(told(figures::Error::NothingToExplain(metric.id.clone())));
    };
    let explainer = Explainer::new((&input.log, &input.registry), selected, args.question(day));
    let explained = explainer.explain(&keep.invalid).map_err(told)?;
    let view = View { input, explainer: &explainer, selected, args, day, lang };
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

impl ExplainArgs {
    fn question(&self, day: Option<Day>) -> Question<'_> {
        Question {
            shop: &self.shop,
            day,
            buyer: self.buyer.as_deref(),
            id: self.id.as_deref(),
            account: self.account.as_deref(),
            verdict: self.verdict.map(|verdict| match verdict {
                VerdictFilter::Hit => Verdict::Hit,
                VerdictFilter::Miss => Verdict::Miss,
                VerdictFilter::Unanswered => Verdict::Unanswered,
                VerdictFilter::Dropped => Verdict::Dropped,
                VerdictFilter::Pending => Verdict::Pending,
            }),
            every_fact: self.shows_facts(),
            ..Question::default()
        }
    }
}

struct View<'a> {
    input: &'a Input,
    explainer: &'a Explainer<'a>,
    selected: &'a Selected<'a>,
    args: &'a ExplainArgs,
    day: Option<Day>,
    lang: Lang,
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

impl View<'_> {
    fn json(&self, all: &Explanation<'_>, out: &mut dyn Write) -> io::Result<()> {
        for one in &all.threads {
            let notes = one.notes();
            for judged in &one.samples {
                let line = self.sample_line(one, judged, &notes);
                serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            if self.args.shows_facts() {
                let line = ThreadLine {
                    metric: &self.selected.metric.id,
                    edition: &one.chosen.edition.id,
                    platform: &self.selected.metric.platform,
                    shop: &self.args.shop,
                    buyer: self.explainer.buyer(one.thread),
                    every_fact: self
                        .explainer
                        .rows_of_thread(one.thread)
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
        let clause = clause(one.chosen, judged);
        let inner = self.explainer.inner(one, judged);
        let rows = self.explainer.rows(one, judged);
        SampleLine {
            metric: &self.selected.metric.id,
            edition: &one.chosen.edition.id,
            revision: one.chosen.revision.clone(),
            platform: &self.selected.metric.platform,
            shop: &self.args.shop,
            buyer: self.explainer.buyer(one.thread),
            account: self.explainer.account(judged),
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
            account: self.explainer.account(inner),
            verdict: verdict(inner.outcome),
            reason: reason(inner.outcome),
            opened_at: rfc3339(inner.opened_at, &self.selected.zone),
            ended_at: inner.ended_at.map(|at| rfc3339(at, &self.selected.zone)),
            ending: inner.ending.word(),
            clause: clause(chosen, inner).key,
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
            let notes = one.notes();
            for judged in &one.samples {
                self.print_sample(one, judged, &notes, &ink, out)?;
            }
            if self.args.shows_facts() {
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
        let value = shown::value(all.value(self.selected), figure, lang.intake());
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
        let n_all = all.n_all();
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
            let confidence = words::confidence_words(chosen.edition.confidence, lang.intake());
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
        let verdict = words::verdict_words(judged.outcome, &one.chosen.rule, lang.intake());
        let buyer = self.explainer.buyer(one.thread);
        let account = match self.explainer.account(judged) {
            "" => lang.of("the shop", "店铺"),
            account => account,
        };
        let sample = explain::sample_words(one.chosen.rule.sample, lang.intake());
        let opened = clock(judged.opened_at, zone);
        writeln!(out)?;
        writeln!(
            out,
            "{} {sample} {} {opened} · {buyer} · {account} · {}",
            ink.verdict(judged.outcome, &format!("[{verdict}]")),
            judged.day,
            why(one.chosen, judged, lang.intake()),
        )?;
        let inner = self.explainer.inner(one, judged);
        for part in &inner {
            let word = words::verdict_words(part.outcome, &one.chosen.rule, lang.intake());
            writeln!(
                out,
                "  {} {} · {}",
                ink.verdict(part.outcome, word),
                clock(part.opened_at, zone),
                why(one.chosen, part, lang.intake()),
            )?;
        }
        if !self.args.shows_facts() {
            for row in self.explainer.rows(one, judged) {
                self.print_fact(row, notes, ink, out)?;
            }
        }
        Ok(())
    }

    fn print_every_fact(
        &self,
        one: &Explained<'_>,
        notes: &Notes<'_>,
        ink: &Ink,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let buyer = self.explainer.buyer(one.thread);
        let heading = self.lang.of(
            format!("every fact of {buyer}, edition {}", one.chosen.edition.id),
            format!("{buyer} 的全部事实（{} 版）", one.chosen.edition.id),
        );
        writeln!(out, "\n{}", ink.paint("1", &heading))?;
        let mut day = None;
        for row in self.explainer.rows_of_thread(one.thread) {
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
            words::author_words(fact.author, lang.intake())
        } else {
            words::fact_words(fact.kind, lang.intake())
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
        let note = words::note_words(note, lang.intake());
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
