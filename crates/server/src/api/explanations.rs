//! `GET /v1/explanations`: the rounds behind a figure, each with the clause that judged it.

use std::fmt;
use std::str::FromStr;

use axum::Extension;
use axum::extract::State;
use facts::{FactKind, Instant, Log, Zone};
use figures::explain::{
    self, Explained, Explainer, Explanation, Judged, Notes, Question, Verdict, clause, reason,
    verdict, why,
};
use figures::shown::{Pair, rfc3339_ms};
use figures::{Error, InvalidReplies, Lang, Wanted, selection, shown, words};
use serde::{Deserialize, Serialize};
use store::Select;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::counting::{CountState, Counter, OfShop, Ratio, Shop, WhatIf, between, day, said, told};
use super::figures::CountProblems;
use super::page::{Page, Paging};
use crate::caller::Authenticated;
use crate::extract::Query;
use crate::problem::Problem;
use crate::role::Permission;
use crate::shell::Known;

pub(crate) fn routes() -> OpenApiRouter<CountState> {
    OpenApiRouter::new().routes(routes!(explain))
}

/// Which samples.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichSamples {
    /// The metric, as `taobao/human-reply-3m`.
    metric: String,
    /// Only samples of this local day, `YYYY-MM-DD`. Absent: of all days.
    day: Option<String>,
    /// Only samples of local days from this one on, `YYYY-MM-DD`.
    from: Option<String>,
    /// Only samples of local days up to this one, included.
    to: Option<String>,
    /// Only samples of days of this day of the week, 0 for Monday to 6 for Sunday.
    #[param(minimum = 0, maximum = 6)]
    weekday: Option<u8>,
    /// Only samples that open in this local hour, 0 to 23.
    #[param(minimum = 0, maximum = 23)]
    hour: Option<u8>,
    /// Only answered samples that waited longer than these milliseconds; of grouped samples it is
    /// the mean wait.
    over_ms: Option<i64>,
    /// Only answered samples that waited so many milliseconds at most.
    to_ms: Option<i64>,
    /// Only this buyer's, with every fact of theirs and what became of it.
    buyer: Option<String>,
    /// Only those of the buyer who wrote or got the message of this id, with every fact of theirs.
    id: Option<String>,
    /// Only those of this account.
    account: Option<String>,
    /// Only those with this verdict: `hit`, `miss`, `unanswered`, `dropped` or `pending`.
    verdict: Option<String>,
    /// Also what was written, for which the caller must be allowed to read texts.
    #[serde(default)]
    texts: bool,
}

impl WhichSamples {
    /// The day of the week and the hour.
    fn part(&self) -> Result<(Option<u8>, Option<u8>), Problem> {
        let within = |option, value: Option<u8>, last: u8| match value {
            Some(value) if value > last => {
                let known = (0..=last).map(|one| one.to_string()).collect();
                Err(told(&Error::BadWord { option, text: value.to_string(), known }))
            }
            value => Ok(value),
        };
        Ok((within("weekday", self.weekday, 6)?, within("hour", self.hour, 23)?))
    }

    fn verdict(&self) -> Result<Option<Verdict>, Problem> {
        let Some(word) = &self.verdict else { return Ok(None) };
        Verdict::from_word(word).map(Some).ok_or_else(|| {
            let known = Verdict::ALL.iter().map(|verdict| verdict.word().to_owned()).collect();
            told(&Error::BadWord { option: "verdict", text: word.clone(), known })
        })
    }
}

/// A fact, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedFact)]
pub(crate) struct FactBody {
    /// When it happened.
    at: String,
    /// What happened, as `message`.
    fact: &'static str,
    /// Who wrote, of messages.
    author: Option<&'static str>,
    /// The account concerned; empty: none.
    account: String,
    /// The account that passed on, of transfers; empty: none.
    from_account: String,
    /// The message's id; null: it has none.
    id: Option<String>,
    /// What became of it, in one word.
    note: &'static str,
    /// The same in the caller's language.
    note_text: &'static str,
    /// The clause of the rule by which it was used or set aside.
    clause: &'static str,
    /// The reading behind the clause; null: there is none.
    reading: Option<&'static str>,
    /// Stars of a rating; null: it is none.
    stars: Option<u8>,
    /// What was written; null: not asked for, not stored, or forgotten.
    text: Option<String>,
    #[serde(skip)]
    row: u32,
}

/// One of several samples that make up a grouped one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InnerSample)]
pub(crate) struct InnerBody {
    /// Whose it is; empty: the shop's.
    account: String,
    /// `hit`, `miss`, `pending` or `dropped`.
    verdict: &'static str,
    /// Why it is outside both sides; null: it is not.
    reason: Option<&'static str>,
    /// When its clock began.
    opened_at: String,
    /// When it ended; null: it has not.
    ended_at: Option<String>,
    /// How it ended.
    ending: &'static str,
    /// The clause that judged it.
    clause: &'static str,
    /// The wait as counted.
    wait_ms: i64,
    /// Why it has its verdict, in the caller's language.
    why: String,
}

/// A sample with its verdict and the facts that led to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sample)]
pub(crate) struct SampleBody {
    /// The edition that judged it.
    edition: String,
    /// The revision of its rule.
    revision: String,
    /// The buyer.
    buyer: String,
    /// Whose sample it is; empty: the shop's.
    account: String,
    /// The local day it counts for.
    day: String,
    /// `hit`, `miss`, `pending` or `dropped`.
    verdict: &'static str,
    /// The verdict in the caller's language.
    verdict_text: &'static str,
    /// Whether it was never answered.
    unanswered: bool,
    /// Why it is outside both sides; null: it is not.
    reason: Option<&'static str>,
    /// When its clock began.
    opened_at: String,
    /// When it ended; null: it has not.
    ended_at: Option<String>,
    /// How it ended.
    ending: &'static str,
    /// The clause that judged it.
    clause: &'static str,
    /// The reading behind the clause; null: there is none.
    reading: Option<&'static str>,
    /// The wait as counted.
    wait_ms: i64,
    /// Why it has its verdict, in the caller's language.
    why: String,
    /// What it is made up of, of grouped samples.
    inner: Vec<InnerBody>,
    /// From its opening to its end.
    facts: Vec<FactBody>,
}

/// All facts of a buyer under one edition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EveryFact)]
pub(crate) struct EveryFactBody {
    /// The edition.
    edition: String,
    /// The buyer.
    buyer: String,
    /// Their facts, in order.
    facts: Vec<FactBody>,
}

/// The figure that the samples make, whatever their verdict.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedFigure)]
pub(crate) struct TotalBody {
    /// As it is printed; null: there is none.
    value: Option<String>,
    /// What it is made of.
    ratio: Option<Ratio>,
    /// Hits and misses together.
    samples: u64,
    /// Null for means, which have no limit.
    hits: Option<u64>,
    /// Null for means, which have no limit.
    misses: Option<u64>,
    /// Samples that were never answered.
    unanswered: u64,
    /// Samples that are still open.
    pending: u64,
    /// Samples outside both sides.
    dropped: u64,
}

/// A page of samples.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanations {
    /// By their opening.
    items: Vec<SampleBody>,
    /// What to give as `after` for the next page; null: this is the last.
    next: Option<String>,
    /// The figure that all of them make.
    figure: TotalBody,
    /// Every fact of the buyer, on the first page, where `buyer` or `id` is given; else empty.
    every_fact: Vec<EveryFactBody>,
    /// What was left out and why, in the caller's language.
    notices: Vec<String>,
}

/// Where a sample is in the list: when it opened, with which fact, and the how manieth of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(i64, u32, usize);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(());
        let (at, row, n) = (next()?.parse(), next()?.parse(), next()?.parse());
        Ok(Self(at.map_err(|_| ())?, row.map_err(|_| ())?, n.map_err(|_| ())?))
    }
}

/// Explain a figure.
///
/// The samples behind a figure of a shop, each with its verdict, the clause of the rule that
/// judged it, and its facts with what became of each. As `yingda explain` says it over the same
/// facts.
#[utoipa::path(
    get,
    path = "/v1/explanations",
    tag = "figures",
    operation_id = "explain",
    params(OfShop, WhichSamples, WhatIf, Paging),
    responses((status = 200, description = "Samples.", body = Explanations), CountProblems),
    security(("token" = []), ("session" = [])),
)]
pub(crate) async fn explain(
    State(state): State<CountState>,
    Authenticated(caller): Authenticated,
    Extension(known): Extension<Known>,
    Query(of): Query<OfShop>,
    Query(which): Query<WhichSamples>,
    Query(what_if): Query<WhatIf>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Explanations>, Problem> {
    caller.needs_shop(Permission::ReadQueue, &of.platform, &of.shop)?;
    if which.texts {
        caller.needs(Permission::ReadTexts)?;
    }
    let lang = known.language;
    let explained = state
        .run(&caller, move |counter| explained(counter, of, &which, &what_if, (&paging, lang)));
    explained.await.map(axum::Json)
}

fn explained(
    counter: &Counter,
    of: OfShop,
    which: &WhichSamples,
    what_if: &WhatIf,
    (paging, lang): (&Paging, Lang),
) -> Result<Explanations, Problem> {
    let of_rules = |error: Error| told(&error);
    let (choice, is_first) = (what_if.choice(counter.now)?, paging.after::<Place>()?.is_none());
    let (wanted_day, wanted_verdict) = (day("day", which.day.as_deref())?, which.verdict()?);
    let between = between(which.from.as_deref(), which.to.as_deref())?;
    let (weekday, hour) = which.part()?;
    let shop = Shop::read(counter, of)?;
    let metrics =
        [selection::find_metric(&shop.catalogue, &which.metric).map_err(of_rules)?.id.clone()];
    let wanted = Wanted { rules: &choice, metrics: &metrics, every_day: true, between };
    let outline = figures::Outline::of(&shop.log);
    let selection = selection::select(&shop.catalogue, outline, &wanted).map_err(of_rules)?;
    let notices = selection.notices.iter().map(|notice| said(notice, lang)).collect();
    let Some(selected) = selection.metrics.first() else {
        return Ok(Explanations::nothing(notices));
    };
    let is_of_one = which.buyer.is_some() || which.id.is_some();
    let question = Question {
        shop: &shop.shop,
        day: wanted_day,
        buyer: which.buyer.as_deref(),
        id: which.id.as_deref(),
        account: which.account.as_deref(),
        verdict: wanted_verdict,
        weekday,
        hour,
        waited: (which.over_ms, which.to_ms),
        every_fact: is_of_one,
    };
    let explainer = Explainer::new((&shop.log, &shop.registry), selected, question);
    let invalid = InvalidReplies::of(&shop.catalogue).map_err(of_rules)?;
    let explanation = explainer.explain(&invalid).map_err(of_rules)?;
    let view = View { explainer: &explainer, lang };
    let page = view.page(&explanation, paging)?;
    let (mut items, next) = (page.items, page.next);
    let mut every_fact =
        if is_of_one && is_first { view.every_fact(&explanation) } else { Vec::new() };
    if which.texts {
        let facts = items.iter_mut().flat_map(|item| &mut item.facts);
        let all = every_fact.iter_mut().flat_map(|all| &mut all.facts);
        give_texts(counter, &shop, facts.chain(all).collect())?;
    }
    let figure = view.total(&explanation);
    Ok(Explanations { items, next, figure, every_fact, notices })
}

impl Explanations {
    fn nothing(notices: Vec<String>) -> Self {
        let figure = TotalBody {
            value: None,
            ratio: None,
            samples: 0,
            hits: None,
            misses: None,
            unanswered: 0,
            pending: 0,
            dropped: 0,
        };
        Self { items: Vec::new(), next: None, figure, every_fact: Vec::new(), notices }
    }
}

/// Reads what was written in the facts that are shown, and in no others of other times.
fn give_texts(counter: &Counter, shop: &Shop, facts: Vec<&mut FactBody>) -> Result<(), Problem> {
    let at = |row: u32| shop.log.at[row as usize];
    let instants = || facts.iter().map(|fact| at(fact.row));
    let (Some(first), Some(last)) = (instants().min(), instants().max()) else { return Ok(()) };
    let between = (Instant(first), Instant(last + 1));
    let select = Select { between, texts: true, ..Select::shop(&shop.platform, &shop.shop) };
    let written = counter.store.log(&counter.scope, &select)?;
    // Both are in the order of arrival; what came in between is at the end of the second.
    let rows: Vec<u32> =
        (0..shop.log.len() as u32).filter(|row| (first..=last).contains(&at(*row))).collect();
    for fact in facts {
        let Ok(place) = rows.binary_search(&fact.row) else { continue };
        let is_same = written.at.get(place) == Some(&at(fact.row))
            && id(&written, place as u32) == id(&shop.log, fact.row);
        if let Some(texts) = written.text.as_ref().filter(|_| is_same) {
            fact.text = texts[place].as_deref().map(str::to_owned);
        }
    }
    Ok(())
}

/// The id of a row; `None`: it has none.
fn id(log: &Log, row: u32) -> Option<&str> {
    log.id.as_ref().map(|ids| &*ids[row as usize]).filter(|id| !id.is_empty())
}

/// What is explained, in a language.
struct View<'a> {
    explainer: &'a Explainer<'a>,
    lang: Lang,
}

impl View<'_> {
    fn zone(&self) -> &Zone {
        &self.explainer.selected().zone
    }

    fn at(&self, at: Instant) -> String {
        rfc3339_ms(at, self.zone())
    }

    /// The samples of a page.
    fn page(&self, all: &Explanation<'_>, paging: &Paging) -> Result<Page<SampleBody>, Problem> {
        let each = all.threads.iter().flat_map(|one| one.samples.iter().map(move |j| (one, j)));
        let mut found: Vec<(Place, &Explained<'_>, &Judged)> = each
            .map(|(one, judged)| (Place(judged.opened_at.0, judged.opened_row, 0), one, judged))
            .collect();
        // Samples of several editions or accounts may open with the same fact.
        let order = |one: &Explained<'_>, judged: &Judged| (one.chosen.from, judged.account.0);
        found.sort_by_key(|(place, one, judged)| (*place, order(one, judged)));
        for n in 1..found.len() {
            let Place(at, row, before) = found[n - 1].0;
            if (found[n].0.0, found[n].0.1) == (at, row) {
                found[n].0.2 = before + 1;
            }
        }
        let page = paging.cut(found, |(place, ..)| *place)?;
        let mut notes: Vec<(usize, &str, Notes<'_>)> = Vec::new();
        Ok(page.map(|(_, one, judged)| {
            let key = (one.thread, one.chosen.edition.id.as_str());
            let known = notes.iter().position(|(thread, edition, _)| (*thread, *edition) == key);
            let known = known.unwrap_or_else(|| {
                notes.push((key.0, key.1, one.notes()));
                notes.len() - 1
            });
            self.sample(one, judged, &notes[known].2)
        }))
    }

    fn sample(&self, one: &Explained<'_>, judged: &Judged, notes: &Notes<'_>) -> SampleBody {
        let (chosen, clause) = (one.chosen, clause(one.chosen, judged));
        let inner = self.explainer.inner(one, judged).into_iter();
        let rows = self.explainer.rows(one, judged).into_iter();
        SampleBody {
            edition: chosen.edition.id.clone(),
            revision: chosen.revision.clone(),
            buyer: self.explainer.buyer(one.thread).to_owned(),
            account: self.explainer.account(judged).to_owned(),
            day: judged.day.to_string(),
            verdict: verdict(judged.outcome),
            verdict_text: words::verdict_words(judged.outcome, &chosen.rule, self.lang),
            unanswered: explain::is_unanswered(judged.outcome),
            reason: reason(judged.outcome),
            opened_at: self.at(judged.opened_at),
            ended_at: judged.ended_at.map(|at| self.at(at)),
            ending: judged.ending.word(),
            clause: clause.key,
            reading: clause.reading,
            wait_ms: judged.wait.0,
            why: why(chosen, judged, self.lang),
            inner: inner.map(|inner| self.inner(one, inner)).collect(),
            facts: rows.map(|row| self.fact(row, notes)).collect(),
        }
    }

    fn inner(&self, one: &Explained<'_>, inner: &Judged) -> InnerBody {
        InnerBody {
            account: self.explainer.account(inner).to_owned(),
            verdict: verdict(inner.outcome),
            reason: reason(inner.outcome),
            opened_at: self.at(inner.opened_at),
            ended_at: inner.ended_at.map(|at| self.at(at)),
            ending: inner.ending.word(),
            clause: clause(one.chosen, inner).key,
            wait_ms: inner.wait.0,
            why: why(one.chosen, inner, self.lang),
        }
    }

    fn fact(&self, row: u32, notes: &Notes<'_>) -> FactBody {
        let log = self.explainer.log();
        let (fact, (note, clause)) = (log.fact(row), notes.of(log, row));
        FactBody {
            at: self.at(fact.at),
            fact: fact.kind.word(),
            author: (fact.kind == FactKind::Message).then(|| fact.author.word()),
            account: log.accounts.name(fact.account.0).to_owned(),
            from_account: log.accounts.name(fact.from_account.0).to_owned(),
            id: id(log, row).map(str::to_owned),
            note: note.word(),
            note_text: words::note_words(note, self.lang),
            clause: clause.key,
            reading: clause.reading,
            stars: fact.rating.stars(),
            text: None,
            row,
        }
    }

    fn every_fact(&self, all: &Explanation<'_>) -> Vec<EveryFactBody> {
        let of = |one: &Explained<'_>| {
            let notes = one.notes();
            let rows = self.explainer.rows_of_thread(one.thread).iter();
            EveryFactBody {
                edition: one.chosen.edition.id.clone(),
                buyer: self.explainer.buyer(one.thread).to_owned(),
                facts: rows.map(|row| self.fact(*row, &notes)).collect(),
            }
        };
        all.threads.iter().map(of).collect()
    }

    fn total(&self, all: &Explanation<'_>) -> TotalBody {
        let (tally, selected) = (all.tally, self.explainer.selected());
        let (figure, value) = (selected.figure(), all.value(selected));
        let is_judged = !figure.is_mean();
        TotalBody {
            value: value.map(|ratio| shown::value(Some(ratio), figure, self.lang)),
            ratio: value.map(|ratio| Pair::from(ratio).into()),
            samples: tally.samples(),
            hits: is_judged.then_some(tally.hits),
            misses: is_judged.then_some(tally.misses),
            unanswered: tally.unanswered,
            pending: tally.pending,
            dropped: tally.dropped.iter().sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back() {
        let place = Place(-5, 7, 2);
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", "1", "1.2", "1.2.x", "1.2.3.4"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
