//! Figures off a platform's panel, judged and kept.

use std::collections::BTreeMap;

use facts::Instant;
use figures::Spelling;
use figures::standing::{Unusable, usable};
use intake::Lang;
use intake::panel::{self, Panel, Place};
use rulebook::Catalogue;
use store::{Grant, Observed, Put, Scope, ShopKey, Store};

/// What became of figures. `accepted`, `duplicate`, `replaced` and `rejected` add up to the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Rows.
    pub rows: u64,
    /// Figures that were not known, and are durable now.
    pub accepted: u64,
    /// Figures that were known.
    pub duplicate: u64,
    /// Figures that were known with another value; the new one stands, the audit log has both.
    pub replaced: u64,
    /// Rows that are no figures.
    pub rejected: u64,
    /// What is wrong, by line.
    pub problems: Vec<PanelProblem>,
    /// The shops of what was kept, each with the newest instant at which a panel was looked at.
    pub shops: Vec<(ShopKey, Option<Instant>)>,
}

impl Kept {
    const fn count(&mut self, put: Put) {
        match put {
            Put::New => self.accepted += 1,
            Put::Same => self.duplicate += 1,
            Put::Replaced => self.replaced += 1,
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelProblem {
    /// The line of the file, or the row of the sheet, from 1.
    pub line: u64,
    /// The column at fault; absent: the row as a whole.
    pub column: Option<&'static str>,
    /// What was found and what was expected, in English.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

impl PanelProblem {
    /// What was found and what was expected.
    #[must_use]
    pub fn message(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// The line on which a figure stands; 0: it stands on none.
#[must_use]
pub fn line(place: &Place) -> u64 {
    match place {
        Place::Line { line, .. } => *line,
        Place::Fact { .. } => 0,
    }
}

/// What is wrong, after the sheet of a workbook where it is on one.
fn what(problem: &panel::Problem, lang: Lang) -> String {
    let sheet = match &problem.place {
        Place::Line { source, .. } => source.strip_suffix(']').and_then(|one| one.split_once('[')),
        Place::Fact { .. } => None,
    };
    let text = problem.what(lang);
    sheet.map_or(text.clone(), |(_, sheet)| format!("{sheet}{}{text}", lang.of(": ", "：")))
}

/// Keeps the figures of a panel that can be figures of their metric and are of shops in reach, and
/// tells of the others. Blocks.
///
/// # Errors
///
/// What the store says; nothing was kept then.
pub fn keep(
    store: &Store,
    scope: &Scope,
    (now, spelling): (Instant, &Spelling),
    panel: Panel,
) -> store::Result<Kept> {
    let (mut kept, figures) = judge(store, scope, spelling, panel);
    if figures.is_empty() {
        return Ok(kept);
    }
    let mut newest: BTreeMap<ShopKey, Option<Instant>> = BTreeMap::new();
    for figure in &figures {
        let at = newest.entry(ShopKey::new(&figure.platform, &figure.shop)).or_default();
        *at = (*at).max(figure.seen_at);
    }
    for put in store.put_observed(scope, now, figures)? {
        kept.count(put);
    }
    kept.shops = newest.into_iter().collect();
    Ok(kept)
}

/// Says what [`keep`] would make of a panel, and keeps nothing. Blocks.
///
/// # Errors
///
/// What the store says.
pub fn check(
    store: &Store,
    scope: &Scope,
    spelling: &Spelling,
    panel: Panel,
) -> store::Result<Kept> {
    let (mut kept, figures) = judge(store, scope, spelling, panel);
    type Said = (String, Option<u64>);
    let key = |one: &Observed| {
        let names = [&one.platform, &one.shop, &one.account, &one.metric].map(Clone::clone);
        (names, one.from, one.to, one.seen_at)
    };
    let known = store.observed(scope)?.into_iter();
    let known: BTreeMap<_, Said> = known.map(|one| (key(&one), (one.value, one.samples))).collect();
    for figure in figures {
        kept.count(match known.get(&key(&figure)) {
            None => Put::New,
            Some(said) if *said == (figure.value, figure.samples) => Put::Same,
            Some(_) => Put::Replaced,
        });
    }
    Ok(kept)
}

/// The figures of a panel that can be kept, and what is wrong with the others.
fn judge(store: &Store, scope: &Scope, spelling: &Spelling, panel: Panel) -> (Kept, Vec<Observed>) {
    let told = |problem: &panel::Problem| PanelProblem {
        line: line(&problem.place),
        column: problem.column,
        en: what(problem, Lang::En),
        zh: what(problem, Lang::Zh),
    };
    let mut kept = Kept {
        rows: panel.rows,
        duplicate: panel.repeats,
        rejected: panel.rejected,
        problems: panel.problems.iter().map(told).collect(),
        ..Kept::default()
    };
    let mut figures = Vec::new();
    let mut rules = Rules { store, scope, known: BTreeMap::new() };
    for figure in panel.figures {
        let key = ShopKey::new(&figure.platform, &figure.shop);
        if let Err((column, [en, zh])) = rules.judge(&figure, &key, spelling) {
            kept.rejected += 1;
            kept.problems.push(PanelProblem { line: line(&figure.place), column, en, zh });
            continue;
        }
        figures.push(Observed {
            platform: figure.platform,
            shop: figure.shop,
            account: figure.account.unwrap_or_default(),
            metric: figure.metric,
            from: figure.from,
            to: figure.to,
            seen_at: figure.captured_at,
            value: figure.value.to_string(),
            samples: figure.samples,
        });
    }
    kept.problems.sort_by_key(|problem| problem.line);
    (kept, figures)
}

/// The rules of shops, each read once.
struct Rules<'a> {
    store: &'a Store,
    scope: &'a Scope,
    known: BTreeMap<ShopKey, Catalogue>,
}

/// The column at fault, and why in English and Chinese.
type Why = (Option<&'static str>, [String; 2]);

impl Rules<'_> {
    /// The rules of a shop, its own where the caller may read them and they have no problems.
    fn of(&mut self, key: &ShopKey) -> &Catalogue {
        self.known.entry(key.clone()).or_insert_with(|| {
            let shipped = Catalogue::shipped();
            let own = self.store.own_rules(self.scope, &key.platform, &key.shop);
            let own = own.map(|own| own.rules).unwrap_or_default();
            if own.is_empty() {
                return shipped.clone();
            }
            let texts =
                own.iter().map(|(metric, text)| (format!("{metric}/rule.toml"), text.as_str()));
            let loaded = shipped.extended(texts);
            if loaded.diagnostics.is_empty() { loaded.catalogue } else { shipped.clone() }
        })
    }

    /// Why a figure is not taken.
    fn judge(
        &mut self,
        figure: &panel::Observed,
        key: &ShopKey,
        spelling: &Spelling,
    ) -> Result<(), Why> {
        let may = self.scope.may(Grant::Feed);
        if !may || !self.scope.reach().has(&key.platform, &key.shop) {
            let words = [
                "found a shop that you may not send figures for; ask an owner for it",
                "无权为该店铺发送数字；请向所有者申请",
            ];
            return Err((Some("shop"), words.map(str::to_owned)));
        }
        let names = [Some(&figure.shop), figure.account.as_ref()];
        let is_name = |name: &String| name.len() <= 1_024 && !name.contains(char::is_control);
        if !names.into_iter().flatten().all(is_name) {
            let words = [
                "found a name with a control character, or of more than 1,024 bytes",
                "名称含有控制字符，或超过 1,024 字节",
            ];
            return Err((None, words.map(str::to_owned)));
        }
        usable(figure, self.of(key)).map_err(|unusable| {
            let column = if unusable == Unusable::UnknownMetric { "metric" } else { "value" };
            (Some(column), [Lang::En, Lang::Zh].map(|lang| unusable.words(lang, spelling)))
        })
    }
}
