//! Metrics, their dated editions, and the readings that an edition rests on.

use std::fmt;

use metric::{Day, Rule, Span};
pub use metric::{KindOfDay, Refresh};

use crate::axes::fingerprint;
use crate::text::{Lang, Text};
use crate::walk::Setting;

/// A metric: what one platform measures under one name, through all its editions.
#[derive(Clone, Debug)]
pub struct Metric {
    /// `<platform>/<metric>`, as `taobao/human-reply-3m`.
    pub id: String,
    /// The platform's id.
    pub platform: String,
    /// The name.
    pub name: Text,
    /// What counts and what does not, in a few sentences.
    pub summary: Text,
    /// The metric of another platform whose editions these are. Absent: its own.
    pub same_as: Option<String>,
    /// What a caller may set.
    pub options: Vec<MetricOption>,
    /// Dated editions by their first data day (one without a first day comes first), then those
    /// that are only counted on request.
    pub editions: Vec<Edition>,
}

/// Something that a caller of a metric may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricOption {
    /// The limit: [`Edition::with_limit`].
    Within,
}

/// An edition and the days of a wanted interval on which it is in force.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'a> {
    /// The edition.
    pub edition: &'a Edition,
    /// The first day, included.
    pub from: Day,
    /// The last day, included.
    pub to: Day,
}

impl Metric {
    /// The edition in force on a data day; `None` before the documented start of the metric.
    ///
    /// Editions that are only counted on request are never in force.
    ///
    /// # Example
    ///
    /// ```
    /// let jd = rulebook::Catalogue::shipped().metric("jd/first-reply-30s").unwrap();
    /// let hours = |day: &str| {
    ///     jd.edition_on(day.parse().unwrap()).unwrap().rule(&[]).unwrap().hours.is_some()
    /// };
    /// assert!(!hours("2021-11-30"));
    /// assert!(hours("2021-12-01"));
    /// ```
    #[must_use]
    pub fn edition_on(&self, day: Day) -> Option<&Edition> {
        self.dated().rfind(|edition| edition.from.is_none_or(|from| from <= day))
    }

    /// The editions in force from one day to another (both included), in order, each with its
    /// days. Days before the documented start are in none of them; empty when `to < from`.
    #[must_use]
    pub fn editions_between(&self, from: Day, to: Day) -> Vec<InForce<'_>> {
        let starts: Vec<Option<Day>> = self.dated().map(|edition| edition.from).collect();
        self.dated()
            .enumerate()
            .filter_map(|(i, edition)| {
                let next = starts.get(i + 1).copied().flatten();
                let from = edition.from.map_or(from, |first| first.max(from));
                let to = next.map_or(to, |next| next.plus(-1).min(to));
                (from <= to).then_some(InForce { edition, from, to })
            })
            .collect()
    }

    /// The edition of an id, `None` when there is none.
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.id == id)
    }

    fn dated(&self) -> impl DoubleEndedIterator<Item = &Edition> {
        self.editions.iter().filter(|edition| !edition.as_told)
    }
}

/// How sure an edition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The platform's own text.
    Official,
    /// The platform's text, re-published by somebody else.
    Reposted,
    /// An article.
    Article,
    /// Our reading of what the sources leave open.
    Reading,
}

impl Confidence {
    /// Every value with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("official", Self::Official),
        ("reposted", Self::Reposted),
        ("article", Self::Article),
        ("reading", Self::Reading),
    ];

    /// The word used in rulebooks and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Reposted => "reposted",
            Self::Article => "article",
            Self::Reading => "reading",
        }
    }
}

/// One edition of a metric: a rule, from when it is in force, and what it rests on.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The id: its first data day, unless the rulebook names another.
    pub id: String,
    /// The first data day. Absent: the start is not documented, and the edition is in force on
    /// every day before the next one; or [`Edition::as_told`].
    pub from: Option<Day>,
    /// When the platform announced it. Absent: not documented.
    pub announced: Option<Day>,
    /// When the platform's text took effect. Absent: not documented.
    pub effective: Option<Day>,
    /// When consequences began. Absent: not documented.
    pub enforced: Option<Day>,
    /// An article's variant: never in force by date, counted only on request.
    pub as_told: bool,
    /// Keys of [`crate::Catalogue::source`].
    pub sources: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What a reader should know beside the axes. Absent: nothing.
    pub note: Option<Text>,
    /// How often the platform shows the figure anew. Empty: not documented.
    pub refresh: Vec<Refresh>,
    /// All readings that the edition rests on, open or not, as `R6`.
    pub readings: Vec<String>,
    /// The readings that are still open, each a switch.
    pub open: Vec<Reading>,
    pub(crate) rule: Rule,
    pub(crate) limit_is_option: bool,
}

/// A question that the sources leave open, with our answer and the others.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `R1` to `R34`, or a name.
    pub id: String,
    /// The question.
    pub question: Text,
    /// The name of our answer, which the edition's own axes express.
    pub choice: String,
    /// The other answers, at least one.
    pub alternatives: Vec<Alternative>,
}

impl Reading {
    /// The names of all answers, ours first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.choice.as_str())
            .chain(self.alternatives.iter().map(|other| other.name.as_str()))
    }
}

/// Another answer to an open reading.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// Its name, as in `--reading R6=drop`.
    pub name: String,
    /// What it changes in the edition's rule.
    pub patch: Patch,
}

/// Axes that replace those of an edition.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    pub(crate) settings: Vec<Setting>,
}

impl Patch {
    /// Puts the axes into a rule.
    pub fn apply(&self, rule: &mut Rule) {
        for setting in &self.settings {
            setting.apply(rule);
        }
    }

    /// The keys that it sets, as `hours.test`, in the order of the key table.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.settings.iter().map(|setting| setting.path.as_str()).collect()
    }
}

/// One answer to every open reading of an edition, and the rule that follows.
#[derive(Clone, Debug)]
pub struct Combination<'a> {
    /// `(reading, answer)`, one for each open reading in the edition's order.
    pub picks: Vec<(&'a str, &'a str)>,
    /// The rule.
    pub rule: Rule,
}

/// A pick of a reading that an edition does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickError {
    /// The edition has no such open reading.
    NotOpen {
        /// What was picked.
        reading: String,
        /// Whether the edition rests on it, without a switch.
        without_switch: bool,
        /// The readings that are open.
        open: Vec<String>,
    },
    /// The reading has no such answer.
    NoSuchAnswer {
        /// The reading.
        reading: String,
        /// What was picked.
        answer: String,
        /// Its answers, ours first.
        answers: Vec<String>,
    },
    /// The reading is picked twice.
    Twice {
        /// The reading.
        reading: String,
    },
}

impl PickError {
    /// The message in one language: what was found, what there is, what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NotOpen { reading, without_switch, open }, Lang::En) => {
                let why =
                    if *without_switch { "has no switch here" } else { "does not bear on it" };
                let open = list(open, "none", ", ");
                format!(
                    "reading `{reading}` is not open in this edition: it {why}; open are {open}"
                )
            }
            (Self::NotOpen { reading, without_switch, open }, Lang::Zh) => {
                let why = if *without_switch { "没有开关" } else { "与它无关" };
                let open = list(open, "无", "、");
                format!("读法 `{reading}` 在这一版里不可选（{why}）；可选的有：{open}")
            }
            (Self::NoSuchAnswer { reading, answer, answers }, Lang::En) => format!(
                "reading `{reading}` has no answer `{answer}`: pick one of {}",
                list(answers, "none", ", ")
            ),
            (Self::NoSuchAnswer { reading, answer, answers }, Lang::Zh) => format!(
                "读法 `{reading}` 没有 `{answer}` 这个选项：请从 {} 中选",
                list(answers, "无", "、")
            ),
            (Self::Twice { reading }, Lang::En) => {
                format!("reading `{reading}` is picked twice: pick one answer")
            }
            (Self::Twice { reading }, Lang::Zh) => {
                format!("读法 `{reading}` 选了两次：只能选一个")
            }
        }
    }
}

fn list(names: &[String], none: &str, comma: &str) -> String {
    if names.is_empty() {
        return none.to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(comma)
}

impl fmt::Display for PickError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for PickError {}

/// A limit that an edition does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitError {
    /// The metric has a fixed limit.
    Fixed,
    /// The limit is not more than zero and at most 31 days.
    Range,
}

impl LimitError {
    /// The message in one language.
    #[must_use]
    pub const fn message(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Fixed, Lang::En) => {
                "the platform fixes the limit of this metric: only metrics with the option \
                 `within`, as `generic/reply`, take another"
            }
            (Self::Fixed, Lang::Zh) => {
                "这个指标的时限由平台规定：只有带 `within` 选项的指标（如 `generic/reply`）可以改"
            }
            (Self::Range, Lang::En) => "a limit is more than zero and at most 31 days (`744h`)",
            (Self::Range, Lang::Zh) => "时限应大于零，且不超过 31 天（`744h`）",
        }
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message(Lang::En))
    }
}

impl std::error::Error for LimitError {}

impl Edition {
    /// The rule, with some open readings answered otherwise. No picks: our own readings.
    ///
    /// # Errors
    ///
    /// [`PickError`] for a reading that is not open here, an unknown answer, or a second answer.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::Unanswered;
    /// let taobao = rulebook::Catalogue::shipped().metric("taobao/human-reply-3m").unwrap();
    /// let edition = taobao.edition("2022-03-01").unwrap();
    /// assert_eq!(edition.rule(&[]).unwrap().unanswered, Unanswered::Miss);
    /// assert_eq!(edition.rule(&[("R6", "drop")]).unwrap().unanswered, Unanswered::Drop);
    /// assert!(edition.rule(&[("R6", "forget")]).is_err());
    /// ```
    pub fn rule(&self, picks: &[(&str, &str)]) -> Result<Rule, PickError> {
        for (i, (reading, answer)) in picks.iter().enumerate() {
            self.check_pick(reading, answer)?;
            if picks[..i].iter().any(|(earlier, _)| earlier == reading) {
                return Err(PickError::Twice { reading: (*reading).to_owned() });
            }
        }
        let mut rule = self.rule.clone();
        // Patches go in the edition's order, so that the order of picks does not matter.
        for reading in &self.open {
            let answer = picks.iter().find(|(id, _)| *id == reading.id).map(|(_, name)| *name);
            let other = reading.alternatives.iter().find(|other| Some(&*other.name) == answer);
            if let Some(other) = other {
                other.patch.apply(&mut rule);
            }
        }
        Ok(rule)
    }

    fn check_pick(&self, reading: &str, answer: &str) -> Result<(), PickError> {
        let Some(open) = self.reading(reading) else {
            return Err(PickError::NotOpen {
                reading: reading.to_owned(),
                without_switch: self.readings.iter().any(|id| id == reading),
                open: self.open.iter().map(|open| open.id.clone()).collect(),
            });
        };
        if open.names().any(|name| name == answer) {
            return Ok(());
        }
        Err(PickError::NoSuchAnswer {
            reading: reading.to_owned(),
            answer: answer.to_owned(),
            answers: open.names().map(str::to_owned).collect(),
        })
    }

    /// An open reading by its id, `None` when it is not open here.
    #[must_use]
    pub fn reading(&self, id: &str) -> Option<&Reading> {
        self.open.iter().find(|reading| reading.id == id)
    }

    /// How many combinations of open readings there are, at least 1.
    #[must_use]
    pub fn n_combinations(&self) -> usize {
        self.open.iter().map(|reading| reading.alternatives.len() + 1).product()
    }

    /// Every combination of answers to the open readings, our own first: what a band is taken
    /// over. A checked rulebook has at most 512.
    pub fn combinations(&self) -> impl Iterator<Item = Combination<'_>> {
        (0..self.n_combinations()).map(|n| {
            let mut rest = n;
            let mut rule = self.rule.clone();
            let mut picks = Vec::with_capacity(self.open.len());
            for reading in &self.open {
                let n_answers = reading.alternatives.len() + 1;
                let answer = rest % n_answers;
                rest /= n_answers;
                let other = answer.checked_sub(1).map(|i| &reading.alternatives[i]);
                if let Some(other) = other {
                    other.patch.apply(&mut rule);
                }
                let name = other.map_or(reading.choice.as_str(), |other| other.name.as_str());
                picks.push((reading.id.as_str(), name));
            }
            Combination { picks, rule }
        })
    }

    /// The same edition with another limit, for metrics with [`MetricOption::Within`].
    ///
    /// # Errors
    ///
    /// [`LimitError`] when the metric has a fixed limit, or the limit is out of range.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::Span;
    /// let reply = rulebook::Catalogue::shipped().metric("generic/reply").unwrap();
    /// let edition = reply.edition("2026").unwrap().with_limit(Span::seconds(60)).unwrap();
    /// assert_eq!(edition.rule(&[]).unwrap().within, Some(Span::seconds(60)));
    /// ```
    pub fn with_limit(&self, within: Span) -> Result<Self, LimitError> {
        if !self.limit_is_option {
            return Err(LimitError::Fixed);
        }
        if within.0 <= 0 || within.0 > crate::units::LONGEST_MS {
            return Err(LimitError::Range);
        }
        let mut edition = self.clone();
        edition.rule.within = Some(within);
        Ok(edition)
    }

    /// The revision: 16 hexadecimal digits that change when the rule or its sources do, and not
    /// when only the writing of the rulebook does.
    #[must_use]
    pub fn revision(&self) -> String {
        self.revision_of(&self.rule)
    }

    /// The revision of a rule that was counted with in place of the edition's own, as one with
    /// readings picked.
    #[must_use]
    pub fn revision_of(&self, rule: &Rule) -> String {
        fingerprint(rule, &self.sources)
    }
}
