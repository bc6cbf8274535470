//! Candidates: an edition, or those in force, with its open readings answered.

use facts::Day;
use metric::Rule;
use rulebook::{Edition, Metric};

use super::Placed;
use super::findings::EDITION;

/// The most candidates that are counted for one metric; a checked rulebook has at most 512
/// combinations of readings in one edition.
pub const MOST: usize = 1024;

/// Which editions are counted on which days.
#[derive(Clone, Debug)]
pub struct Policy<'c> {
    /// What it is called: the editions' ids.
    pub name: String,
    /// Whether these are the editions in force.
    pub in_force: bool,
    /// Editions with their first and last day.
    pub editions: Vec<(&'c Edition, Day, Day)>,
    /// The open readings of these editions, each with its answers, ours first.
    pub questions: Vec<(&'c str, Vec<&'c str>)>,
}

/// One way to count.
#[derive(Clone, Debug)]
pub struct Candidate<'c> {
    /// Position of its policy.
    pub policy: usize,
    /// `(reading, answer)`, one for each question of the policy.
    pub picks: Vec<(&'c str, &'c str)>,
}

/// All candidates of a metric, those in force and with our own readings first.
#[derive(Clone, Debug)]
pub struct Candidates<'c> {
    /// Which editions there are to count.
    pub policies: Vec<Policy<'c>>,
    /// The candidates, policy by policy.
    pub all: Vec<Candidate<'c>>,
    /// How many there would be without [`MOST`].
    pub n_possible: usize,
}

impl<'c> Candidates<'c> {
    /// The candidates for the days of some figures, [`MOST`] at most.
    pub(super) fn of(metric: &'c Metric, figures: &[Placed<'_>]) -> Self {
        let from = figures.iter().map(|one| one.figure.from).min().unwrap_or(Day(0));
        let to = figures.iter().map(|one| one.figure.to).max().unwrap_or(Day(0));
        Self::up_to(MOST, metric, from, to)
    }

    fn up_to(most: usize, metric: &'c Metric, from: Day, to: Day) -> Self {
        let in_force: Vec<(&Edition, Day, Day)> = metric
            .editions_between(from, to)
            .into_iter()
            .map(|one| (one.edition, one.from, one.to))
            .collect();
        let only = match in_force[..] {
            [(only, _, _)] => Some(only.id.as_str()),
            _ => None,
        };
        let others = metric
            .editions
            .iter()
            .filter(|edition| Some(edition.id.as_str()) != only)
            .map(|edition| Policy::new(false, vec![(edition, from, to)]));
        let mut policies = Vec::new();
        if !in_force.is_empty() {
            policies.push(Policy::new(true, in_force));
        }
        policies.extend(others);
        let n_possible = policies.iter().map(Policy::n_combinations).sum();
        let all = policies
            .iter()
            .enumerate()
            .flat_map(|(number, policy)| policy.combinations(number))
            .take(most)
            .collect();
        Self { policies, all, n_possible }
    }

    /// The editions of a candidate, by its number.
    #[must_use]
    pub fn policy(&self, candidate: usize) -> &Policy<'c> {
        &self.policies[self.all[candidate].policy]
    }

    /// The rule of a candidate under one of its editions; answers that the edition does not know
    /// are our own there.
    pub(super) fn rule(&self, candidate: usize, edition: &Edition) -> Option<Rule> {
        let picks: Vec<(&str, &str)> = self.all[candidate]
            .picks
            .iter()
            .filter(|(id, answer)| {
                edition.reading(id).is_some_and(|one| one.names().any(|name| name == *answer))
            })
            .copied()
            .collect();
        edition.rule(&picks).ok()
    }

    /// The answers of a candidate that are not our own, each with its reading.
    #[must_use]
    pub fn unusual(&self, candidate: usize) -> Vec<(&'c str, &'c str)> {
        let Candidate { policy, picks } = &self.all[candidate];
        let questions = &self.policies[*policy].questions;
        let ours = questions.iter().map(|(_, answers)| answers[0]);
        let pairs = picks.iter().zip(ours);
        pairs.filter(|((_, answer), ours)| answer != ours).map(|(pick, _)| *pick).collect()
    }

    /// On how many questions two candidates differ.
    pub(super) fn distance(&self, a: usize, b: usize) -> usize {
        let (a, b) = (&self.all[a], &self.all[b]);
        let differing = a.picks.iter().filter(|(reading, answer)| {
            b.picks.iter().any(|(other, theirs)| other == reading && theirs != answer)
        });
        differing.count() + usize::from(a.policy != b.policy)
    }

    /// A candidate's answer to a reading; to [`EDITION`], what its editions are called. `None`: the
    /// reading is not open there.
    #[must_use]
    pub fn answer<'s>(&'s self, candidate: usize, reading: &str) -> Option<&'s str> {
        if reading == EDITION {
            return Some(&self.policy(candidate).name);
        }
        let picks = &self.all[candidate].picks;
        picks.iter().find(|(id, _)| *id == reading).map(|(_, answer)| *answer)
    }
}

impl<'c> Policy<'c> {
    fn new(in_force: bool, editions: Vec<(&'c Edition, Day, Day)>) -> Self {
        let mut questions: Vec<(&str, Vec<&str>)> = Vec::new();
        for reading in editions.iter().flat_map(|(edition, _, _)| &edition.open) {
            let position = questions.iter().position(|(id, _)| *id == reading.id);
            let at = position.unwrap_or_else(|| {
                questions.push((&reading.id, Vec::new()));
                questions.len() - 1
            });
            for name in reading.names() {
                if !questions[at].1.contains(&name) {
                    questions[at].1.push(name);
                }
            }
        }
        let ids: Vec<&str> = editions.iter().map(|(edition, _, _)| &*edition.id).collect();
        Self { name: ids.join("+"), in_force, editions, questions }
    }

    fn n_combinations(&self) -> usize {
        self.questions.iter().map(|(_, answers)| answers.len()).fold(1, usize::saturating_mul)
    }

    fn combinations(&self, number: usize) -> impl Iterator<Item = Candidate<'c>> + '_ {
        (0..self.n_combinations().min(MOST)).map(move |n| {
            let mut rest = n;
            let picks = self.questions.iter().map(|(id, answers)| {
                let answer = answers[rest % answers.len()];
                rest /= answers.len();
                (*id, answer)
            });
            Candidate { policy: number, picks: picks.collect() }
        })
    }
}

#[cfg(test)]
mod tests {
    use rulebook::Catalogue;

    use super::*;

    fn candidates(most: usize, from: &str, to: &str) -> Candidates<'static> {
        let metric = Catalogue::shipped().metric("taobao/human-reply-3m").unwrap();
        Candidates::up_to(most, metric, from.parse().unwrap(), to.parse().unwrap())
    }

    #[test]
    fn those_in_force_with_our_own_readings_come_first_and_the_cap_is_told() {
        let all = candidates(MOST, "2026-06-01", "2026-06-30");
        assert_eq!(all.all.len(), all.n_possible);
        assert!(all.policies[0].in_force && all.policies[0].name == "2022-03-01");
        assert!(all.policies[1..].iter().all(|policy| !policy.in_force));
        assert!(all.unusual(0).is_empty());
        assert_eq!(all.unusual(1).len(), 1);
        let capped = candidates(100, "2026-06-01", "2026-06-30");
        assert_eq!((capped.all.len(), capped.n_possible), (100, all.n_possible));
    }

    /// The combinations of one edition are those that a band is taken over.
    #[test]
    fn candidates_of_an_edition_are_its_combinations() {
        let all = candidates(MOST, "2026-06-01", "2026-06-30");
        let (edition, _, _) = all.policies[0].editions[0];
        let of_edition = (0..all.all.len()).filter(|one| all.all[*one].policy == 0);
        let rules: Vec<Rule> = of_edition.filter_map(|one| all.rule(one, edition)).collect();
        let expected: Vec<Rule> = edition.combinations().map(|one| one.rule).collect();
        assert_eq!(rules, expected);
    }

    #[test]
    fn days_over_a_seam_have_a_candidate_with_both_editions() {
        let all = candidates(MOST, "2022-02-01", "2022-03-02");
        assert_eq!(all.policies[0].name, "2020-12-09+2022-03-01");
        let days = all.policies[0].editions[1];
        assert_eq!(
            (days.1.to_string(), days.2.to_string()),
            ("2022-03-01".into(), "2022-03-02".into())
        );
        // The same editions alone, and those that are only counted on request.
        assert!(all.policies.iter().skip(1).any(|policy| policy.name == "2020-12-09"));
        assert!(all.policies.iter().skip(1).any(|policy| policy.name == "as-told"));
        assert_eq!(all.distance(0, 0), 0);
    }
}
