//! `GET /v1/rules`: the catalogue, with what a shop has of its own.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use figures::{Lang, selection, words};
use rulebook::{
    Catalogue, Edition, Metric, NamedStandard, Part, Reading, differences, shipped_text,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{ASKED, CountState, Counter, catalogue, listed, said, told};
use super::page::Paging;
use crate::caller::Authenticated;
use crate::extract::{Path, Query};
use crate::problem::{self, Kind, Problem};
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(list_rules)).routes(routes!(get_rule))
}

/// Whose rules.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhoseRules {
    /// The shop whose own rules stand before the shipped ones, with `of_platform`. Absent: the
    /// shipped rules.
    shop: Option<String>,
    /// The platform of that shop.
    of_platform: Option<String>,
}

impl WhoseRules {
    fn place(&self) -> Result<Option<(&str, &str)>, Problem> {
        match (&self.of_platform, &self.shop) {
            (Some(platform), Some(shop)) => Ok(Some((platform, shop))),
            (None, None) => Ok(None),
            _ => Err(Problem::new(Kind::BadParameter).detail(
                "`shop` and `of_platform` go together: give both, or neither for the shipped rules",
                "`shop` 与 `of_platform` 须一并给出；两者都不给则为内置规则",
            )),
        }
    }

    /// The rules, and those of them that are the shop's or its groups' own, by metric.
    fn rules(&self, counter: &Counter) -> Result<(Catalogue, BTreeMap<String, String>), Problem> {
        match self.place()? {
            None => Ok((Catalogue::shipped().clone(), BTreeMap::new())),
            Some((platform, shop)) => {
                let own = counter.store.own_rules(&counter.scope, platform, shop)?.rules;
                Ok((catalogue(&own)?, own))
            }
        }
    }
}

/// Which metrics.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichRules {
    /// Only metrics of these platforms, with commas between. Absent: all.
    platform: Option<String>,
}

/// A metric in the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleSummary)]
pub(crate) struct SummaryBody {
    /// Its id, as `taobao/human-reply-3m`.
    metric: String,
    /// The platform.
    platform: String,
    /// The platform's name, in the caller's language.
    platform_name: String,
    /// Its name, in the caller's language.
    name: String,
    /// What counts and what does not, in a few sentences.
    summary: String,
    /// Its editions, dated ones by their first data day.
    editions: Vec<String>,
    /// `official`, `reposted`, `article` or `reading`: that of the newest dated edition; null:
    /// there is none.
    confidence: Option<&'static str>,
    /// Whether a caller may set the limit: `within`.
    takes_limit: bool,
    /// After how many seconds of waiting one is warned under its newest dated edition, where
    /// nothing else is set; null: it has no limit, or no such edition.
    usual_warning_seconds: Option<f64>,
    /// Whether it is the shop's or its groups' own, and not the shipped one.
    is_own: bool,
}

/// A page of metrics.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rules {
    /// By id.
    items: Vec<SummaryBody>,
    /// What to give as `after` for the next page; null: this is the last.
    next: Option<String>,
}

/// One setting of a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Axis)]
pub(crate) struct AxisBody {
    /// Its key in the rule language.
    key: &'static str,
    /// Its value.
    value: String,
}

/// A part of a rule in words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleWords)]
pub(crate) struct WordsBody {
    /// What it is about.
    heading: String,
    /// What it says.
    sentences: Vec<String>,
}

/// A text that a rule rests on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceBody {
    /// Its key.
    key: String,
    /// Its title; empty: the catalogue does not have it.
    title: String,
    /// Where it is.
    place: String,
    /// Its date.
    date: String,
    /// How sure it is.
    confidence: &'static str,
}

/// Another answer to an open reading.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OtherAnswer)]
pub(crate) struct AnswerBody {
    /// Its name, as in `R6=drop`.
    name: String,
    /// What it changes; null: the setting falls away.
    changes: Vec<ChangeBody>,
    /// What the rule says then and does not say under our answer, in the caller's language.
    words: Vec<String>,
}

/// What an answer changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AxisChange)]
pub(crate) struct ChangeBody {
    /// The key.
    key: &'static str,
    /// Its value; null: none.
    value: Option<String>,
}

/// A question that the sources leave open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenReading)]
pub(crate) struct OpenBody {
    /// Its id, as `R6`.
    reading: String,
    /// The question, in the caller's language.
    question: String,
    /// The name of our answer.
    choice: String,
    /// The others.
    alternatives: Vec<AnswerBody>,
}

/// A dated version of a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Edition)]
pub(crate) struct EditionBody {
    /// Its id.
    id: String,
    /// The first data day; null: not documented, or counted on request alone.
    from: Option<String>,
    /// When the platform announced it; null: not documented.
    announced: Option<String>,
    /// When its text took effect; null: not documented.
    effective: Option<String>,
    /// When consequences began; null: not documented.
    enforced: Option<String>,
    /// Whether only articles claim it: counted on request alone.
    as_told: bool,
    /// The revision of its rule.
    revision: String,
    /// How sure it is.
    confidence: &'static str,
    /// The same in the caller's language.
    confidence_text: &'static str,
    /// What a reader should know; null: nothing.
    note: Option<String>,
    /// What it rests on.
    sources: Vec<SourceBody>,
    /// All readings it rests on.
    readings: Vec<String>,
    /// Those that are open.
    open: Vec<OpenBody>,
    /// Its settings, in the order of the language.
    rule: Vec<AxisBody>,
    /// The same in words, part by part, in the caller's language.
    words: Vec<WordsBody>,
}

/// A line that the platform draws through a metric.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standard)]
pub(crate) struct StandardBody {
    /// Its id within the metric.
    standard: String,
    /// Its name, in the caller's language.
    name: String,
    /// Its lines, the best first.
    lines: Vec<String>,
    /// Whether only articles claim it.
    as_told: bool,
    /// How sure it is.
    confidence: &'static str,
    /// Keys of its sources.
    sources: Vec<String>,
    /// What it says and what follows, in the caller's language.
    words: Vec<String>,
}

/// A metric with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
pub(crate) struct RuleBody {
    /// What the list says of it.
    #[serde(flatten)]
    summary: SummaryBody,
    /// Its editions.
    details: Vec<EditionBody>,
    /// The lines through it.
    standards: Vec<StandardBody>,
    /// Its worked cases, Markdown; null: there are none.
    cases: Option<String>,
    /// The rule as it is written, TOML: what an own rule begins with; null: there is none.
    text: Option<String>,
}

problem::described! {
    /// What may go wrong with rules.
    RulesProblems: [BadParameter, SignInNeeded, NotAllowed, NotFound, Conflict, TooMany]
}

/// The catalogue of metrics.
#[utoipa::path(
    get,
    path = "/v1/rules",
    tag = "rules",
    operation_id = "list_rules",
    params(WhichRules, WhoseRules, Paging),
    responses((status = 200, description = "Metrics.", body = Rules), RulesProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn list_rules(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(which): Query<WhichRules>,
    Query(whose): Query<WhoseRules>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Rules>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let lang = known.language;
    let listed = state.run(&caller, move |counter| {
        let (catalogue, own) = whose.rules(counter)?;
        let platforms = listed(which.platform.as_deref());
        for platform in &platforms {
            if catalogue.platform(platform).is_none() {
                return Err(no_platform(&catalogue, platform));
            }
        }
        let is_wanted = |one: &&Metric| platforms.is_empty() || platforms.contains(&one.platform);
        let wanted = catalogue.metrics().filter(is_wanted);
        let rows = wanted.map(|metric| summary(&catalogue, metric, &own, lang)).collect();
        paging.cut(rows, |row: &SummaryBody| row.metric.clone())
    });
    let page = listed.await?;
    Ok(axum::Json(Rules { items: page.items, next: page.next }))
}

/// One metric with its editions, sources, readings, standards and worked cases.
#[utoipa::path(
    get,
    path = "/v1/rules/{platform}/{metric}",
    tag = "rules",
    operation_id = "get_rule",
    params(
        ("platform" = String, Path, description = "The platform, as `taobao`."),
        ("metric" = String, Path, description = "The metric within it, as `human-reply-3m`."),
        WhoseRules,
    ),
    responses((status = 200, description = "The metric.", body = RuleBody), RulesProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn get_rule(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Path((platform, metric)): Path<(String, String)>,
    Query(whose): Query<WhoseRules>,
) -> Result<axum::Json<RuleBody>, Problem> {
    caller.needs(Permission::ReadFigures)?;
    let lang = known.language;
    let found = state.run(&caller, move |counter| {
        let (catalogue, own) = whose.rules(counter)?;
        let id = format!("{platform}/{metric}");
        let metric = selection::find_metric(&catalogue, &id).map_err(|error| {
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| error.message(lang, &ASKED));
            Problem::new(Kind::NotFound).detail(en, zh)
        })?;
        Ok(rule(&catalogue, metric, &own, lang))
    });
    found.await.map(axum::Json)
}

fn no_platform(catalogue: &Catalogue, platform: &str) -> Problem {
    let known = catalogue.platforms().map(|one| one.id.clone()).collect();
    told(&figures::Error::BadWord { option: "platform", text: platform.to_owned(), known })
}

fn in_lang(lang: Lang) -> rulebook::Lang {
    lang.of(rulebook::Lang::En, rulebook::Lang::Zh)
}

fn summary(
    catalogue: &Catalogue,
    metric: &Metric,
    own: &BTreeMap<String, String>,
    lang: Lang,
) -> SummaryBody {
    let platform = catalogue.platform(&metric.platform);
    let dated = metric.editions.iter().rfind(|one| !one.as_told);
    SummaryBody {
        metric: metric.id.clone(),
        platform: metric.platform.clone(),
        platform_name: platform.map_or(String::new(), |platform| said(&platform.name, lang)),
        name: said(&metric.name, lang),
        summary: said(&metric.summary, lang),
        editions: metric.editions.iter().map(|one| one.id.clone()).collect(),
        confidence: dated.map(|one| one.confidence.word()),
        takes_limit: metric.options.contains(&rulebook::MetricOption::Within),
        usual_warning_seconds: dated.and_then(desk::usual_warning).map(|wait| wait.0 as f64 / 1e3),
        is_own: own.contains_key(&metric.id),
    }
}

fn rule(
    catalogue: &Catalogue,
    metric: &Metric,
    own: &BTreeMap<String, String>,
    lang: Lang,
) -> RuleBody {
    let standards = catalogue.standards(&metric.platform);
    let standards = standards.filter(|one| one.standard.metric == metric.id);
    RuleBody {
        summary: summary(catalogue, metric, own, lang),
        details: metric.editions.iter().map(|one| edition(catalogue, one, lang)).collect(),
        standards: standards.map(|one| standard(one, lang)).collect(),
        cases: catalogue.cases(&metric.id).map(ToString::to_string),
        text: own
            .get(&metric.id)
            .map(String::as_str)
            .or_else(|| shipped_text(&metric.id))
            .map(str::to_owned),
    }
}

fn standard(named: &NamedStandard, lang: Lang) -> StandardBody {
    StandardBody {
        standard: named.standard.id.clone(),
        name: said(&named.name, lang),
        lines: named.standard.lines.iter().map(ToString::to_string).collect(),
        as_told: named.as_told,
        confidence: named.confidence.word(),
        sources: named.sources.clone(),
        words: rulebook::standard_words(named, in_lang(lang)),
    }
}

fn edition(catalogue: &Catalogue, edition: &Edition, lang: Lang) -> EditionBody {
    let day = |day: Option<facts::Day>| day.map(|day| day.to_string());
    let source = |key: &String| {
        let known = catalogue.source(key);
        let text = |of: fn(&rulebook::Source) -> &rulebook::Text| {
            known.map(|source| said(of(source), lang)).unwrap_or_default()
        };
        SourceBody {
            key: key.clone(),
            title: text(|source| &source.title),
            place: text(|source| &source.place),
            date: known.map(|source| source.date.clone()).unwrap_or_default(),
            confidence: known.map_or("", |source| source.confidence.word()),
        }
    };
    let axis = |(key, value)| AxisBody { key, value };
    EditionBody {
        id: edition.id.clone(),
        from: day(edition.from),
        announced: day(edition.announced),
        effective: day(edition.effective),
        enforced: day(edition.enforced),
        as_told: edition.as_told,
        revision: edition.revision(),
        confidence: edition.confidence.word(),
        confidence_text: words::confidence_words(edition.confidence, lang),
        note: edition.note.as_ref().map(|note| said(note, lang)),
        sources: edition.sources.iter().map(source).collect(),
        readings: edition.readings.clone(),
        open: edition.open.iter().map(|reading| open(edition, reading, lang)).collect(),
        rule: rulebook::axes(edition).into_iter().map(axis).collect(),
        words: in_words(edition, lang),
    }
}

fn open(edition: &Edition, reading: &Reading, lang: Lang) -> OpenBody {
    let own = edition.rule(&[]).ok();
    let usual = sentences(edition, &[], lang);
    let answer = |name: &str| {
        let picked = edition.rule(&[(&reading.id, name)]).ok();
        let words = sentences(edition, &[(&reading.id, name)], lang);
        let changed = own.as_ref().zip(picked.as_ref());
        let changed = changed.map(|(own, picked)| differences(own, picked)).unwrap_or_default();
        let changes = changed.into_iter().map(|one| ChangeBody { key: one.key, value: one.new });
        let words = words.into_iter().filter(|one| !usual.contains(one)).collect();
        AnswerBody { name: name.to_owned(), changes: changes.collect(), words }
    };
    OpenBody {
        reading: reading.id.clone(),
        question: said(&reading.question, lang),
        choice: reading.choice.clone(),
        alternatives: reading.alternatives.iter().map(|other| answer(&other.name)).collect(),
    }
}

/// What a rule says, sentence by sentence.
pub(super) fn sentences(edition: &Edition, picks: &[(&str, &str)], lang: Lang) -> Vec<String> {
    let Ok(rule) = edition.rule(picks) else { return Vec::new() };
    let words = rulebook::words_of(&rule, in_lang(lang));
    words.into_iter().map(|one| one.sentence).collect()
}

/// What a rule says, part by part.
fn in_words(edition: &Edition, lang: Lang) -> Vec<WordsBody> {
    let Ok(rule) = edition.rule(&[]) else { return Vec::new() };
    let words = rulebook::words_of(&rule, in_lang(lang));
    let of = |part: &Part| WordsBody {
        heading: part.heading(in_lang(lang)).to_owned(),
        sentences: words
            .iter()
            .filter(|one| one.part == *part)
            .map(|one| one.sentence.to_string())
            .collect(),
    };
    Part::ALL.iter().map(of).filter(|part| !part.sentences.is_empty()).collect()
}
