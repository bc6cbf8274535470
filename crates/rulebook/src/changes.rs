//! What changed: between two rules, and in the catalogue between two days.

use metric::{Day, Rule};

use crate::axes::axes_of;
use crate::edition::{Edition, Metric};
use crate::standards::NamedStandard;
use crate::text::Lang;

/// An axis on which two rules differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The axis, as `hours.test`.
    pub key: &'static str,
    /// Its value in the first rule. Absent: the axis does not matter there and is not named.
    pub old: Option<String>,
    /// Its value in the second.
    pub new: Option<String>,
}

/// The axes on which two rules differ, in the order of [`axes_of`]; empty when they are the same.
///
/// # Example
///
/// ```
/// use rulebook::differences;
/// let old = metric::Rule::new(metric::Sample::Round);
/// let new = metric::Rule { within: Some(metric::Span::seconds(120)), ..old.clone() };
/// let found = differences(&old, &new);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].key, found[0].new.as_deref()), ("within", Some("120s")));
/// ```
#[must_use]
pub fn differences(old: &Rule, new: &Rule) -> Vec<Difference> {
    let (old, new) = (axes_of(old), axes_of(new));
    let of = |axes: &[(&str, String)], key: &str| {
        axes.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
    };
    axis_keys([&*old, &*new])
        .into_iter()
        .map(|key| Difference { key, old: of(&old, key), new: of(&new, key) })
        .filter(|found| found.old != found.new)
        .collect()
}

/// The keys of several rules' axes, each once, in order.
pub(crate) fn axis_keys<'a>(
    rules: impl IntoIterator<Item = &'a [(&'static str, String)]>,
) -> Vec<&'static str> {
    let mut keys: Vec<&'static str> = Vec::new();
    for axes in rules {
        let mut after = 0;
        for (key, _) in axes {
            match keys.iter().position(|known| known == key) {
                Some(i) => after = i + 1,
                None => {
                    keys.insert(after, key);
                    after += 1;
                }
            }
        }
    }
    keys
}

/// What happened to an edition on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The platform announced it.
    Announced,
    /// The platform's text took effect.
    Effective,
    /// Its first data day.
    InForce,
    /// Consequences began.
    Enforced,
    /// Its last day in force.
    LastDay,
}

impl Event {
    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Effective => "effective",
            Self::InForce => "in-force",
            Self::Enforced => "enforced",
            Self::LastDay => "last-day",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Announced, Lang::En) => "announced",
            (Self::Announced, Lang::Zh) => "公示",
            (Self::Effective, Lang::En) => "effective",
            (Self::Effective, Lang::Zh) => "生效",
            (Self::InForce, Lang::En) => "first data day",
            (Self::InForce, Lang::Zh) => "首个数据日",
            (Self::Enforced, Lang::En) => "enforced",
            (Self::Enforced, Lang::Zh) => "开始处罚",
            (Self::LastDay, Lang::En) => "last day",
            (Self::LastDay, Lang::Zh) => "最后一天",
        }
    }
}

/// An event and its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    /// The day.
    pub day: Day,
    /// What happened.
    pub event: Event,
}

/// An edition that something happened to between two days.
#[derive(Clone, Debug)]
pub struct Change<'c> {
    /// Its metric.
    pub metric: &'c Metric,
    /// The edition.
    pub edition: &'c Edition,
    /// What happened to it, by day; at least one.
    pub dated: Vec<Dated>,
    /// The edition that it replaces. Absent: it is the metric's first.
    pub replaces: Option<&'c Edition>,
    /// The axes on which the two differ. Empty: the counting is the same, or it is the first.
    pub differences: Vec<Difference>,
}

/// What happened to the editions of some metrics after the first day, up to the second (included):
/// what holds at the end of `to` that did not at the end of `from`. By the first event's day, then
/// in the order given. Editions that are only counted on request change nothing.
///
/// Empty when `to <= from`.
///
/// # Example
///
/// ```
/// use rulebook::{Catalogue, changes_between};
/// let jd = Catalogue::shipped().metric("jd/first-reply-30s").unwrap();
/// let (from, to) = ("2021-11-30".parse().unwrap(), "2021-12-01".parse().unwrap());
/// let changes = changes_between([jd], from, to);
/// assert_eq!(changes.len(), 1);
/// assert!(changes[0].differences.iter().any(|found| found.key == "hours"));
/// assert!(changes_between([jd], to, to).is_empty());
/// ```
#[must_use]
pub fn changes_between<'c>(
    metrics: impl IntoIterator<Item = &'c Metric>,
    from: Day,
    to: Day,
) -> Vec<Change<'c>> {
    let mut changes: Vec<Change<'c>> = Vec::new();
    for metric in metrics {
        let mut before: Option<&Edition> = None;
        for edition in metric.editions.iter().filter(|edition| !edition.as_told) {
            let mut dated: Vec<Dated> = events(edition)
                .into_iter()
                .filter(|dated| from < dated.day && dated.day <= to)
                .collect();
            dated.sort_unstable();
            if !dated.is_empty() {
                let differences =
                    before.map_or_else(Vec::new, |old| differences(&old.rule, &edition.rule));
                changes.push(Change { metric, edition, dated, replaces: before, differences });
            }
            before = Some(edition);
        }
    }
    changes.sort_by_key(|change| change.dated.first().map(|dated| dated.day));
    changes
}

/// A standard that began or ended between two days.
#[derive(Clone, Debug)]
pub struct StandardChange<'c> {
    /// The standard.
    pub standard: &'c NamedStandard,
    /// What happened to it, by day; at least one.
    pub dated: Vec<Dated>,
}

/// The standards that came into force after the first day, up to the second (included), or that
/// were in force on the first and not on the second any more. By the first event's day, then in
/// the order given. Standards that are only assessed on request change nothing.
///
/// # Example
///
/// ```
/// use rulebook::{Catalogue, Event, standards_between};
/// let taobao = Catalogue::shipped().standards("taobao");
/// let (from, to) = ("2023-03-23".parse().unwrap(), "2023-03-24".parse().unwrap());
/// let changes = standards_between(taobao, from, to);
/// let begun = changes.iter().find(|change| change.standard.standard.id == "reply-3m-2023");
/// assert_eq!(begun.unwrap().dated[0].event, Event::InForce);
/// ```
#[must_use]
pub fn standards_between<'c>(
    standards: impl IntoIterator<Item = &'c NamedStandard>,
    from: Day,
    to: Day,
) -> Vec<StandardChange<'c>> {
    let mut changes: Vec<StandardChange<'c>> = Vec::new();
    for standard in standards.into_iter().filter(|standard| !standard.as_told) {
        let begins = standard.standard.from.filter(|day| from < *day && *day <= to);
        let ends = standard.standard.to.filter(|day| from <= *day && *day < to);
        let begins = begins.map(|day| Dated { day, event: Event::InForce });
        let ends = ends.map(|day| Dated { day, event: Event::LastDay });
        let dated: Vec<Dated> = begins.into_iter().chain(ends).collect();
        if !dated.is_empty() {
            changes.push(StandardChange { standard, dated });
        }
    }
    changes.sort_by_key(|change| change.dated.first().map(|dated| dated.day));
    changes
}

fn events(edition: &Edition) -> Vec<Dated> {
    let all = [
        (Event::Announced, edition.announced),
        (Event::Effective, edition.effective),
        (Event::InForce, edition.from),
        (Event::Enforced, edition.enforced),
    ];
    all.into_iter().filter_map(|(event, day)| Some(Dated { day: day?, event })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn between(metric: &str, from: &str, to: &str) -> Vec<Vec<(Event, String)>> {
        let metric = Catalogue::shipped().metric(metric).unwrap();
        let day = |text: &str| text.parse::<Day>().unwrap();
        changes_between([metric], day(from), day(to))
            .into_iter()
            .map(|change| change.dated.iter().map(|d| (d.event, d.day.to_string())).collect())
            .collect()
    }

    /// Taobao's first edition: first data day 2020-12-09, effective 2021-01-08.
    #[test]
    fn the_first_day_is_outside_and_the_last_inside() {
        let metric = "taobao/human-reply-3m";
        let in_force = vec![(Event::InForce, "2020-12-09".to_owned())];
        assert_eq!(between(metric, "2020-12-08", "2020-12-09"), [in_force]);
        let effective = vec![(Event::Effective, "2021-01-08".to_owned())];
        assert_eq!(between(metric, "2020-12-09", "2021-01-08"), [effective]);
        assert!(between(metric, "2021-01-08", "2021-06-01").is_empty());
        assert!(between(metric, "2022-03-01", "2020-01-01").is_empty());
        assert_eq!(between(metric, "2020-01-01", "2030-01-01").len(), 2);
    }

    #[test]
    fn keys_of_rules_with_and_without_hours_merge_in_order() {
        let bare = [("sample", String::new()), ("hours", String::new()), ("within", String::new())];
        let with =
            [("sample", String::new()), ("hours", String::new()), ("hours.test", String::new())];
        assert_eq!(axis_keys([&bare[..], &with]), ["sample", "hours", "hours.test", "within"]);
    }
}
