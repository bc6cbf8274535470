//! A calibration on its way out: table, JSON, CSV.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use figures::calibration::{
    Alternative, Calibrated, Compared, Report, Round, State, Uncompared, question_name,
};
use figures::shown::value;
use metric::Ratio;
use serde::Serialize;

use crate::failure::Failure;
use crate::lang::Lang;
use crate::report::plain_style;
use crate::screen::Screen;

/// How many figures of a metric are shown in the table when there are more.
const FIGURES: usize = 40;

fn put(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(error)),
        _ => Ok(()),
    }
}

/// For people.
pub(super) fn table(report: &Report<'_>, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let mut text = String::new();
    for one in &report.metrics {
        text.push_str(&format!("{}  {}\n", lang.text(&one.metric.name), one.metric.id));
        for sentence in one.summary(lang.intake()) {
            text.push_str(&format!("  {sentence}\n"));
        }
        text.push_str(&questions(one, lang));
        text.push_str(&figures(one, lang));
        text.push_str(&rounds(one, lang));
        text.push('\n');
    }
    text.push_str(&uncompared(&report.uncompared, lang));
    if !report.never.is_empty() {
        let ids: Vec<&str> = report.never.iter().map(|metric| &*metric.id).collect();
        let ids = ids.join(" ");
        text.push_str(&lang.of(
            format!("never compared with a panel: {ids}\n"),
            format!("从未与面板对照：{ids}\n"),
        ));
    }
    put(&text)
}

fn questions(one: &Calibrated<'_>, lang: Lang) -> String {
    let findings = &one.findings;
    if findings.questions.is_empty() {
        let told = lang.of("  no reading of it is open", "  没有可选的读法");
        return format!("{told}\n");
    }
    let mut table = Table::new();
    table.load_style(plain_style());
    table.set_content_arrangement(ContentArrangement::Disabled);
    let states =
        [State::Confirmed, State::Undecided, State::Leading, State::Refuted, State::Behind];
    let has = |state: &State| {
        let mut all = findings.questions.iter().flat_map(|question| &question.answers);
        all.any(|(_, found)| found == state)
    };
    let states: Vec<State> = states.into_iter().filter(has).collect();
    let head = std::iter::once(lang.of("reading", "读法"));
    table.set_header(head.chain(states.iter().map(|state| state.words(lang.intake()))));
    for question in &findings.questions {
        let mut cells = vec![question_name(&question.id, lang.intake())];
        for state in &states {
            let of_state = question.answers.iter().filter(|(_, found)| found == state);
            let names: Vec<&str> = of_state.map(|(name, _)| &**name).collect();
            cells.push(names.join(" "));
        }
        table.add_row(cells);
    }
    let mut text = format!("\n{table}\n");
    if let Some(told) = one.dependence(lang.intake()) {
        text.push_str(&format!("  {told}\n"));
    }
    text
}

fn days(from: facts::Day, to: facts::Day) -> String {
    if from == to { from.to_string() } else { format!("{from} … {to}") }
}

/// The figures, best candidate beside the panel; where there are many, those that are not
/// reproduced.
fn figures(one: &Calibrated<'_>, lang: Lang) -> String {
    let best = one.findings.best;
    let is_short = one.compared.len() <= FIGURES;
    let shown: Vec<&Compared<'_>> =
        one.compared.iter().filter(|compared| is_short || !compared.fits[best]).collect();
    if shown.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(plain_style());
    table.set_content_arrangement(ContentArrangement::Disabled);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    table.set_header([
        Cell::new(lang.of("shop", "店铺")),
        Cell::new(lang.of("days", "日期")),
        right(lang.of("panel", "面板").to_owned()),
        right(lang.of("counted", "统计").to_owned()),
        Cell::new(""),
        right(lang.of("candidates", "可还原").to_owned()),
    ]);
    for compared in shown.iter().take(FIGURES) {
        let figure = compared.figure;
        let shop = match &figure.account {
            None => figure.shop.clone(),
            Some(account) => format!("{} · {account}", figure.shop),
        };
        let printed = match figure.samples.filter(|_| figure.value.of().is_none()) {
            None => figure.value.to_string(),
            Some(samples) => format!("{} n={samples}", figure.value),
        };
        let is_same = compared.fits[best];
        let n_fits = compared.fits.iter().filter(|fits| **fits).count();
        table.add_row([
            Cell::new(shop),
            Cell::new(days(figure.from, figure.to)),
            right(printed),
            right(counted(one, compared, lang)),
            Cell::new(if is_same { "=" } else { "≠" }),
            right(n_fits.to_string()),
        ]);
    }
    let mut text = format!("\n{table}\n");
    if shown.len() > FIGURES {
        let more = shown.len() - FIGURES;
        text.push_str(&lang.of(
            format!("  … and {more} more that are not reproduced\n"),
            format!("  ……另有 {more} 个未还原\n"),
        ));
    }
    text
}

/// What the best candidate counts.
fn counted(one: &Calibrated<'_>, compared: &Compared<'_>, lang: Lang) -> String {
    let best = one.findings.best;
    let found = one.value(compared, best);
    let shown = value(found, one.kind(best), lang.intake());
    found.map_or(shown.clone(), |Ratio { num, den }| format!("{shown} ({num}/{den})"))
}

fn rounds(one: &Calibrated<'_>, lang: Lang) -> String {
    let rounds = &one.rounds;
    let mut text = String::new();
    if !rounds.listed.is_empty() {
        let mut table = Table::new();
        table.load_style(plain_style());
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header([
            lang.of("reading", "读法"),
            lang.of("shop", "店铺"),
            lang.of("buyer", "买家"),
            lang.of("opened at", "开始"),
            lang.of("verdicts", "判定"),
        ]);
        for round in &rounds.listed {
            let Round { answer, other, .. } = round;
            let verdicts = format!(
                "{answer}: {} · {other}: {}",
                round.verdict.words(lang.intake()),
                round.other_verdict.words(lang.intake())
            );
            table.add_row([
                question_name(&round.question, lang.intake()),
                round.shop.clone(),
                round.buyer.clone(),
                round.opened_at.clone(),
                verdicts,
            ]);
        }
        let heading = lang.of(
            "rounds on which the candidates that are left differ",
            "剩下的统计方法判定不同的轮次",
        );
        text.push_str(&format!("\n  {heading}\n{table}\n"));
    }
    if rounds.more > 0 {
        let more = rounds.more;
        text.push_str(&lang.of(
            format!("  … and {more} more (`--rounds N` lists more)\n"),
            format!("  ……另有 {more} 个（`--rounds N` 可多列）\n"),
        ));
    }
    if let Some(told) = one.untold(lang.intake()) {
        text.push_str(&format!("  {told}\n"));
    }
    text
}

fn uncompared(all: &[Uncompared<'_>], lang: Lang) -> String {
    let mut text = String::new();
    for Uncompared { figure, why } in all.iter().take(FIGURES) {
        let place = figure.place.message(lang.intake());
        let (metric, shop, why) = (&figure.metric, &figure.shop, why.words(lang.intake()));
        let days = days(figure.from, figure.to);
        text.push_str(&lang.of(
            format!("not compared: {place}: {metric} · {shop} · {days}: {why}\n"),
            format!("未对照：{place}：{metric} · {shop} · {days}：{why}\n"),
        ));
    }
    if all.len() > FIGURES {
        let more = all.len() - FIGURES;
        text.push_str(&lang.of(
            format!("… and {more} more that were not compared\n"),
            format!("……另有 {more} 个未对照\n"),
        ));
    }
    text
}

/// The JSON line of a metric: a contract, as are those below. Fields are only ever added, at the
/// end.
#[derive(Serialize)]
struct MetricLine<'a> {
    of: &'static str,
    metric: &'a str,
    compared: usize,
    reproduced: usize,
    candidates: usize,
    possible: usize,
    /// How many candidates reproduce every figure.
    reproducing: usize,
    /// How many come as near as the best.
    leading: usize,
    best: Best<'a>,
}

#[derive(Serialize)]
struct Best<'a> {
    edition: &'a str,
    in_force: bool,
    readings: serde_json::Map<String, serde_json::Value>,
    unusual: Vec<String>,
}

#[derive(Serialize)]
struct ReadingLine<'a> {
    of: &'static str,
    metric: &'a str,
    reading: &'a str,
    answers: Vec<AnswerLine<'a>>,
}

#[derive(Serialize)]
struct AnswerLine<'a> {
    answer: &'a str,
    state: &'static str,
}

/// A figure, compared or not; also a line of CSV.
#[derive(Serialize)]
struct FigureLine<'a> {
    of: &'static str,
    metric: &'a str,
    platform: &'a str,
    shop: &'a str,
    account: Option<&'a str>,
    from: String,
    to: String,
    printed: String,
    samples: Option<u64>,
    status: &'static str,
    reason: Option<&'static str>,
    edition: Option<&'a str>,
    counted_num: Option<i64>,
    counted_den: Option<i64>,
    counted_samples: Option<u64>,
    /// How many candidates reproduce it.
    fitting: Option<usize>,
}

/// A figure under one answer to one question.
#[derive(Serialize)]
struct FigureAnswerLine<'a> {
    of: &'static str,
    metric: &'a str,
    shop: &'a str,
    account: Option<&'a str>,
    from: String,
    to: String,
    reading: &'a str,
    answer: &'a str,
    status: &'static str,
    counted_num: Option<i64>,
    counted_den: Option<i64>,
}

#[derive(Serialize)]
struct RoundLine<'a> {
    of: &'static str,
    metric: &'a str,
    reading: &'a str,
    shop: &'a str,
    day: String,
    buyer: &'a str,
    opened_at: &'a str,
    answer: &'a str,
    verdict: &'static str,
    wait_ms: Option<i64>,
    other_answer: &'a str,
    other_verdict: &'static str,
    other_wait_ms: Option<i64>,
}

#[derive(Serialize)]
struct MoreLine<'a> {
    of: &'static str,
    metric: &'a str,
    more_rounds: usize,
}

#[derive(Serialize)]
struct NeverLine<'a> {
    of: &'static str,
    metric: &'a str,
}

/// One object a line.
pub(super) fn json(report: &Report<'_>) -> Result<(), Failure> {
    let mut text = String::new();
    for one in &report.metrics {
        add(&mut text, &metric_line(one))?;
        for line in reading_lines(one) {
            add(&mut text, &line)?;
        }
        for line in figure_lines(one) {
            add(&mut text, &line)?;
        }
        for line in answer_lines(one) {
            add(&mut text, &line)?;
        }
        for round in &one.rounds.listed {
            add(&mut text, &round_line(&one.metric.id, round))?;
        }
        if one.rounds.more > 0 {
            let (metric, more_rounds) = (&*one.metric.id, one.rounds.more);
            add(&mut text, &MoreLine { of: "more", metric, more_rounds })?;
        }
    }
    for one in &report.uncompared {
        add(&mut text, &uncompared_line(one))?;
    }
    for metric in &report.never {
        add(&mut text, &NeverLine { of: "never-compared", metric: &metric.id })?;
    }
    put(&text)
}

fn add(text: &mut String, line: &impl Serialize) -> Result<(), Failure> {
    text.push_str(&serde_json::to_string(line).map_err(Failure::new)?);
    text.push('\n');
    Ok(())
}

fn metric_line<'a>(one: &'a Calibrated<'_>) -> MetricLine<'a> {
    let findings = &one.findings;
    let policy = one.candidates.policy(findings.best);
    let picks = &one.candidates.all[findings.best].picks;
    let unusual = one.candidates.unusual(findings.best);
    MetricLine {
        of: "metric",
        metric: &one.metric.id,
        compared: one.compared.len(),
        reproduced: findings.n_reproduced,
        candidates: one.candidates.all.len(),
        possible: one.candidates.n_possible,
        reproducing: findings.reproducing.len(),
        leading: findings.leading.len(),
        best: Best {
            edition: &policy.name,
            in_force: policy.in_force,
            readings: picks.iter().map(|(id, name)| ((*id).into(), (*name).into())).collect(),
            unusual: unusual.iter().map(|(id, name)| format!("{id}={name}")).collect(),
        },
    }
}

fn reading_lines<'a>(one: &'a Calibrated<'_>) -> Vec<ReadingLine<'a>> {
    let answers = |all: &'a [(String, State)]| {
        all.iter().map(|(answer, state)| AnswerLine { answer, state: state.word() }).collect()
    };
    one.findings
        .questions
        .iter()
        .map(|question| ReadingLine {
            of: "reading",
            metric: &one.metric.id,
            reading: &question.id,
            answers: answers(&question.answers),
        })
        .collect()
}

fn figure_lines<'a>(one: &'a Calibrated<'_>) -> Vec<FigureLine<'a>> {
    let best = one.findings.best;
    let line = |compared: &'a Compared<'_>| {
        let (figure, tally) = (compared.figure, &compared.tallies[best]);
        let counted = one.value(compared, best);
        let status = if compared.fits[best] { "reproduced" } else { "not-reproduced" };
        FigureLine {
            status,
            edition: Some(&one.candidates.policy(best).name),
            counted_num: counted.map(|ratio| ratio.num),
            counted_den: counted.map(|ratio| ratio.den),
            counted_samples: Some(tally.samples()),
            fitting: Some(compared.fits.iter().filter(|fits| **fits).count()),
            ..bare_line(figure)
        }
    };
    one.compared.iter().map(line).collect()
}

/// What each figure would be under each answer, all else as in the best candidate.
fn answer_lines<'a>(one: &'a Calibrated<'_>) -> Vec<FigureAnswerLine<'a>> {
    let alternatives: Vec<Alternative<'a>> = one.alternatives().collect();
    let line = |compared: &'a Compared<'_>, other: &Alternative<'a>| {
        let counted = one.value(compared, other.candidate);
        let fits = compared.fits[other.candidate];
        FigureAnswerLine {
            of: "answer",
            metric: &one.metric.id,
            shop: &compared.figure.shop,
            account: compared.figure.account.as_deref(),
            from: compared.figure.from.to_string(),
            to: compared.figure.to.to_string(),
            reading: other.question,
            answer: other.answer,
            status: if fits { "reproduced" } else { "not-reproduced" },
            counted_num: counted.map(|ratio| ratio.num),
            counted_den: counted.map(|ratio| ratio.den),
        }
    };
    let of_figure = |compared| alternatives.iter().map(move |other| line(compared, other));
    one.compared.iter().flat_map(of_figure).collect()
}

fn bare_line(figure: &intake::panel::Observed) -> FigureLine<'_> {
    FigureLine {
        of: "figure",
        metric: &figure.metric,
        platform: &figure.platform,
        shop: &figure.shop,
        account: figure.account.as_deref(),
        from: figure.from.to_string(),
        to: figure.to.to_string(),
        printed: figure.value.to_string(),
        samples: figure.samples,
        status: "not-compared",
        reason: None,
        edition: None,
        counted_num: None,
        counted_den: None,
        counted_samples: None,
        fitting: None,
    }
}

fn uncompared_line<'a>(one: &'a Uncompared<'_>) -> FigureLine<'a> {
    FigureLine { reason: Some(one.why.code()), ..bare_line(one.figure) }
}

fn round_line<'a>(metric: &'a str, round: &'a Round) -> RoundLine<'a> {
    RoundLine {
        of: "round",
        metric,
        reading: &round.question,
        shop: &round.shop,
        day: round.day.to_string(),
        buyer: &round.buyer,
        opened_at: &round.opened_at,
        answer: &round.answer,
        verdict: round.verdict.word,
        wait_ms: round.verdict.wait_ms,
        other_answer: &round.other,
        other_verdict: round.other_verdict.word,
        other_wait_ms: round.other_verdict.wait_ms,
    }
}

/// One line a figure, with a header.
pub(super) fn csv(report: &Report<'_>) -> Result<(), Failure> {
    let mut out = ::csv::Writer::from_writer(Vec::new());
    let lines = report.metrics.iter().flat_map(figure_lines);
    for line in lines.chain(report.uncompared.iter().map(uncompared_line)) {
        out.serialize(line).map_err(Failure::new)?;
    }
    let bytes = out.into_inner().map_err(Failure::new)?;
    put(&String::from_utf8(bytes).map_err(Failure::new)?)
}
