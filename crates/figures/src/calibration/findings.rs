//! What the comparison says about editions and readings.

use super::candidates::Candidates;
use super::compare::Compared;

/// The pseudo-reading under which editions are compared.
pub const EDITION: &str = "edition";

/// What the figures of one metric say.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The candidates that reproduce every figure.
    pub reproducing: Vec<usize>,
    /// The candidates that reproduce the most figures; [`Findings::reproducing`] where there are
    /// any.
    pub leading: Vec<usize>,
    /// Of the leading, the one with the fewest unusual answers.
    pub best: usize,
    /// How many figures it reproduces.
    pub n_reproduced: usize,
    /// The editions, where there are several, then the readings that are still open.
    pub questions: Vec<Question>,
}

/// What is known of one question now.
#[derive(Clone, Debug)]
pub struct Question {
    /// `edition`, or a reading.
    pub id: String,
    /// Its answers, ours first, each with what became of it.
    pub answers: Vec<(String, State)>,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Only with it is every figure reproduced.
    Confirmed,
    /// With it and with others every figure is reproduced.
    Undecided,
    /// With it not every figure is reproduced.
    Refuted,
    /// No candidate reproduces every figure; with it the most are.
    Leading,
    /// No candidate reproduces every figure; with it fewer are.
    Behind,
}

impl State {
    /// In one word, as data has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Undecided => "undecided",
            Self::Refuted => "refuted",
            Self::Leading => "leading",
            Self::Behind => "behind",
        }
    }
}

impl Findings {
    /// `None` where nothing was compared.
    pub(super) fn of(candidates: &Candidates<'_>, compared: &[Compared<'_>]) -> Option<Self> {
        let n_fits = |candidate: usize| compared.iter().filter(|one| one.fits[candidate]).count();
        let counts: Vec<usize> = (0..candidates.all.len()).map(n_fits).collect();
        let most = counts.iter().copied().max().filter(|_| !compared.is_empty())?;
        let leading: Vec<usize> = (0..counts.len()).filter(|one| counts[*one] == most).collect();
        let best = leading.iter().copied().min_by_key(|one| {
            (candidates.all[*one].policy, candidates.unusual(*one).len(), *one)
        })?;
        let reproducing = if most == compared.len() { leading.clone() } else { Vec::new() };
        let mut findings =
            Self { reproducing, leading, best, n_reproduced: most, questions: Vec::new() };
        findings.questions = findings.ask(candidates);
        Some(findings)
    }

    /// Whether several candidates are equally good.
    #[must_use]
    pub fn is_tied(&self) -> bool {
        self.leading.len() > 1
    }

    fn ask(&self, candidates: &Candidates<'_>) -> Vec<Question> {
        let mut questions = Vec::new();
        let policies: Vec<&str> = candidates.policies.iter().map(|one| &*one.name).collect();
        let leads =
            |policy: &str| self.leading.iter().any(|one| candidates.policy(*one).name == policy);
        // One edition alone was held against nothing.
        if policies.len() > 1 {
            questions.push(self.question(EDITION, &policies, leads));
        }
        // Of the editions that still lead; what others leave open does not matter any more.
        let mut ids: Vec<(&str, Vec<&str>)> = Vec::new();
        for policy in candidates.policies.iter().filter(|policy| leads(&policy.name)) {
            for (id, answers) in &policy.questions {
                match ids.iter_mut().find(|(known, _)| known == id) {
                    Some((_, known)) => {
                        let new = answers.iter().filter(|answer| !known.contains(answer));
                        let new: Vec<&str> = new.copied().collect();
                        known.extend(new);
                    }
                    None => ids.push((id, answers.clone())),
                }
            }
        }
        for (id, answers) in ids {
            let leads = |answer: &str| {
                self.leading.iter().any(|one| candidates.answer(*one, id) == Some(answer))
            };
            questions.push(self.question(id, &answers, leads));
        }
        questions
    }

    fn question(&self, id: &str, answers: &[&str], leads: impl Fn(&str) -> bool) -> Question {
        let n_leading = answers.iter().filter(|answer| leads(answer)).count();
        let state = |answer: &str| match (self.reproducing.is_empty(), leads(answer)) {
            (true, true) => State::Leading,
            (true, false) => State::Behind,
            (false, false) => State::Refuted,
            (false, true) if n_leading == 1 => State::Confirmed,
            (false, true) => State::Undecided,
        };
        let answers = answers.iter().map(|answer| ((*answer).to_owned(), state(answer))).collect();
        Question { id: id.to_owned(), answers }
    }
}
