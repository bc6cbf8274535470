//! Every small world over a few kinds of facts and a few gaps.

use std::fmt::Write as _;

use facts::{Account, Author, Conversation, Day, Fact, FactKind, Form, Instant, Mark};
use facts::{MessageFlags, Rating, Span, Zone};
use metric::{HoursTest, Inner, NoReplyNeeded, Per, Recalled, Rule, Sample, Unanswered};

/// All logs of one thread with 1 to [`SmallWorlds::longest`] facts: the first at one of the
/// starts, each other one gap after the fact before it, each fact one of the alphabet.
///
/// In the alphabet, a `recalled` (or `no-reply-needed`) fact's mark says which buyer message it
/// takes back: 1 the last one before it, 2 the one before that. In a world, the two facts share a
/// mark that no other has; a recall that finds no message has a mark of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallWorlds {
    /// What the alphabet is about.
    pub theme: &'static str,
    /// The facts, whose `at` and `row` do not matter.
    pub alphabet: Vec<Fact>,
    /// The times between neighbours.
    pub gaps: Vec<Span>,
    /// The instants of the first fact.
    pub starts: Vec<Instant>,
    /// How many facts the longest worlds have.
    pub longest: u32,
}

impl SmallWorlds {
    /// How many worlds there are.
    ///
    /// # Example
    ///
    /// ```
    /// use facts::{Author, Fact, Instant, Span};
    /// use testkit::worlds::SmallWorlds;
    /// let question = Fact::message(Instant(0), Author::Buyer);
    /// let worlds = SmallWorlds {
    ///     theme: "questions",
    ///     alphabet: vec![question],
    ///     gaps: vec![Span(0), Span(1)],
    ///     starts: vec![Instant(0)],
    ///     longest: 3,
    /// };
    /// assert_eq!(worlds.worlds(), 1 + 2 + 4);
    /// ```
    #[must_use]
    pub fn worlds(&self) -> u64 {
        let (letters, gaps) = (self.alphabet.len() as u64, self.gaps.len() as u64);
        let of_length = |n: u32| letters.pow(n) * gaps.pow(n - 1);
        self.starts.len() as u64 * (1..=self.longest).map(of_length).sum::<u64>()
    }

    /// Shows every world once, the shorter ones first. The facts are in order, `row` counts them
    /// from 0. The first world on which two counts differ is therefore a smallest one.
    pub fn for_each(&self, mut visit: impl FnMut(&[Fact])) {
        let mut world = Vec::with_capacity(self.longest as usize);
        for length in 1..=self.longest as usize {
            for &start in &self.starts {
                self.extend(&mut world, length, start, &mut visit);
            }
        }
    }

    fn extend(
        &self,
        world: &mut Vec<Fact>,
        length: usize,
        at: Instant,
        visit: &mut impl FnMut(&[Fact]),
    ) {
        for letter in &self.alphabet {
            let marked = place(world, letter, at);
            if world.len() == length {
                visit(world);
            } else {
                for &gap in &self.gaps {
                    self.extend(world, length, at + gap, visit);
                }
            }
            world.pop();
            if let Some(message) = marked {
                world[message].mark = Mark::NONE;
            }
        }
    }
}

/// Appends a letter to a world. Returns the message that got a mark by it.
fn place(world: &mut Vec<Fact>, letter: &Fact, at: Instant) -> Option<usize> {
    let row = world.len() as u32;
    let mut fact = Fact { at, row, ..*letter };
    let mut marked = None;
    if matches!(letter.kind, FactKind::Recalled | FactKind::NoReplyNeeded) {
        let asks = |fact: &Fact| fact.kind == FactKind::Message && fact.author == Author::Buyer;
        let back = (letter.mark.0 as usize).saturating_sub(1);
        fact.mark = Mark(100 + row);
        let mut questions = (0..world.len()).rev().filter(|&i| asks(&world[i]));
        if let Some(message) = questions.nth(back) {
            if world[message].mark == Mark::NONE {
                world[message].mark = Mark(message as u32 + 1);
                marked = Some(message);
            }
            fact.mark = world[message].mark;
        }
    }
    world.push(fact);
    marked
}

/// From the end of the usual hours to their beginning on the next day.
const LONG: Span = Span::seconds(9 * 3_600);

const FIRST: Account = Account(1);
const SECOND: Account = Account(2);

fn message(author: Author) -> Fact {
    Fact::message(Instant(0), author)
}

fn event(kind: FactKind) -> Fact {
    Fact::event(Instant(0), kind)
}

fn transferred(from: Account, to: Account) -> Fact {
    Fact { from_account: from, ..event(FactKind::Transferred).by(to) }
}

fn recalled(back: u32) -> Fact {
    Fact { mark: Mark(back), ..event(FactKind::Recalled) }
}

/// The small worlds that try a rule, by theme: those axes that the rule uses, gaps around its own
/// limits, starts around the ends of its hours on `day` and its midnight.
///
/// With `longest` 4 a theme has about one to five million worlds.
#[must_use]
pub fn small_worlds(rule: &Rule, zone: &Zone, day: Day, longest: u32) -> Vec<SmallWorlds> {
    let (limit, starts) = (limit(rule), starts(rule, zone, day));
    let around = |other: &[Span]| {
        let mut gaps = vec![Span(1), limit, limit_plus(limit, 1)];
        gaps.extend_from_slice(other);
        gaps.sort_unstable();
        gaps.dedup();
        gaps
    };
    let usual = around(&[Span(0), limit_plus(limit, -1), LONG]);
    let mut themes = vec![("replies", replies(), usual.clone())];
    match rule.opens() {
        Inner::Rating => themes.push(("ratings", ratings(), usual.clone())),
        Inner::Request => themes.push(("requests", requests(), usual.clone())),
        Inner::Message | Inner::Round => {}
    }
    if rule.no_reply_needed == NoReplyNeeded::Removes {
        themes.push(("no reply needed", unneeded(), usual.clone()));
    }
    if rule.per == Per::Account {
        themes.push(("transfers", transfers(), usual.clone()));
    }
    if rule.recalled == Recalled::NeverSent {
        themes.push(("recalls", recalls(), usual.clone()));
    }
    if !rule.forms_ignored.is_empty() || !rule.invalid_replies.is_empty() {
        themes.push(("forms", forms(rule), usual.clone()));
    }
    if looks_at_conversations(rule) {
        let cut = rule.conversation.continues.unwrap_or(rule.conversation.gap);
        let gaps = around(&[cut, limit_plus(cut, 1), LONG]);
        themes.push(("conversations", conversations(), gaps));
        themes.push(("endings", endings(), usual));
    }
    let day_ms = 86_400_000;
    let report = i64::from(rule.report_days.max(1)) * day_ms;
    let days = around(&[Span(day_ms), Span(report), Span(report + day_ms)]);
    themes.push(("exclusions", exclusions(), days));
    themes
        .into_iter()
        .map(|(theme, alphabet, gaps)| {
            let starts = starts.clone();
            SmallWorlds { theme, alphabet, gaps, starts, longest }
        })
        .collect()
}

fn looks_at_conversations(rule: &Rule) -> bool {
    let plain = metric::ConversationRule::default();
    rule.sample == Sample::Conversation
        || rule.conversation.bot_only != plain.bot_only
        || rule.conversation.left_message != plain.left_message
        || rule.hours.as_ref().is_some_and(|hours| {
            matches!(hours.test, HoursTest::ConversationStart | HoursTest::ToHuman)
        })
}

fn limit_plus(limit: Span, ms: i64) -> Span {
    Span(limit.0.saturating_add(ms).max(0))
}

/// The limit, or for a mean whatever length the rule names, or three minutes.
fn limit(rule: &Rule) -> Span {
    let substitute = match rule.unanswered {
        Unanswered::Counts(span) => Some(span),
        Unanswered::Miss | Unanswered::Drop | Unanswered::Hit => None,
    };
    rule.within.or(rule.cap).or(substitute).unwrap_or(Span::seconds(180))
}

fn starts(rule: &Rule, zone: &Zone, day: Day) -> Vec<Instant> {
    let (start, next) = (zone.start_of(day), zone.start_of(day.plus(1)));
    let at = |ms: i64| Instant(start.0 + ms);
    let mut starts = vec![at(12 * 3_600_000), next - limit(rule)];
    match rule.hours.as_ref().map(|hours| (hours.intervals.first(), hours.intervals.last())) {
        Some((Some(&(from, _)), Some(&(_, until)))) => {
            starts.extend([at(from - 1), at(until - 1), at(until)]);
        }
        _ => starts.push(next - Span(1)),
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// Who answers, ignores and removes, in which stage, and who is in charge.
fn replies() -> Vec<Fact> {
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        message(Author::Assist).by(SECOND),
        message(Author::Bot),
        message(Author::Auto),
        event(FactKind::Assigned).by(FIRST),
        transferred(Account::SHOP, SECOND),
    ]
}

/// Who owns what, before and after a transfer.
fn transfers() -> Vec<Fact> {
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        message(Author::Agent).by(SECOND),
        message(Author::Bot),
        event(FactKind::Assigned).by(FIRST),
        transferred(Account::SHOP, FIRST),
        transferred(FIRST, SECOND),
    ]
}

fn recalls() -> Vec<Fact> {
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        message(Author::Bot),
        transferred(Account::SHOP, SECOND),
        recalled(1),
        recalled(2),
    ]
}

/// Stars, cards, and whose rating it is.
fn ratings() -> Vec<Fact> {
    let rated =
        |stars, unsolved| Fact { rating: Rating::new(stars, unsolved), ..event(FactKind::Rated) };
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        event(FactKind::Assigned).by(SECOND),
        event(FactKind::RatingSent),
        rated(5, false),
        rated(3, false).by(FIRST),
        rated(4, true).within(Conversation(1)),
        event(FactKind::Rated),
    ]
}

/// Who asks for a human, waits in the queue, and is served or not.
fn requests() -> Vec<Fact> {
    let one = Conversation(1);
    vec![
        message(Author::Buyer),
        event(FactKind::ToHuman),
        event(FactKind::ToHuman).within(one),
        event(FactKind::LeftMessage),
        message(Author::Agent).by(FIRST),
        message(Author::Auto),
        event(FactKind::Queued),
        event(FactKind::Assigned).by(SECOND).within(one),
    ]
}

/// Messages that the shop marks as needing no reply.
fn unneeded() -> Vec<Fact> {
    let marked = |back| Fact { mark: Mark(back), ..event(FactKind::NoReplyNeeded) };
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        message(Author::Bot),
        marked(1),
        marked(2),
        recalled(1),
    ]
}

/// Messages that are not seen or not valid. The first ignored form stands for all.
fn forms(rule: &Rule) -> Vec<Fact> {
    let form = rule.forms_ignored.first().copied().unwrap_or(Form::Image);
    let perfunctory = |author| Fact { flags: MessageFlags::PERFUNCTORY, ..message(author) };
    vec![
        message(Author::Buyer),
        Fact { form, ..message(Author::Buyer) },
        message(Author::Agent).by(FIRST),
        Fact { form, ..message(Author::Agent) }.by(SECOND),
        perfunctory(Author::Agent).by(FIRST),
        message(Author::Bot),
        perfunctory(Author::Bot),
    ]
}

/// Where conversations begin, end and go on: two ids and none.
fn conversations() -> Vec<Fact> {
    let (one, two) = (Conversation(1), Conversation(2));
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        event(FactKind::Closed),
        message(Author::Buyer).within(one),
        message(Author::Agent).by(FIRST).within(one),
        event(FactKind::Closed).within(one),
        message(Author::Buyer).within(two),
        event(FactKind::Assigned).by(SECOND).within(two),
    ]
}

/// Which conversations are not assessed: of the bot alone, turned into a leave-message, closed.
fn endings() -> Vec<Fact> {
    let (one, two) = (Conversation(1), Conversation(2));
    vec![
        message(Author::Buyer).within(one),
        message(Author::Agent).by(FIRST).within(one),
        message(Author::Bot).within(one),
        event(FactKind::ToHuman).within(one),
        event(FactKind::LeftMessage).within(one),
        event(FactKind::Closed).within(one),
        message(Author::Buyer).within(two),
        event(FactKind::Queued).within(two),
    ]
}

fn exclusions() -> Vec<Fact> {
    vec![
        message(Author::Buyer),
        message(Author::Agent).by(FIRST),
        message(Author::Bot),
        event(FactKind::Assigned).by(SECOND),
        event(FactKind::Reported),
        event(FactKind::ReportUpheld),
        event(FactKind::Flagged),
    ]
}

/// A world in words, one line a fact, to show beside two counts that differ.
#[must_use]
pub fn describe(world: &[Fact], zone: &Zone) -> String {
    let mut text = String::new();
    for fact in world {
        let local = zone.local(fact.at);
        let what = match fact.kind {
            FactKind::Message => fact.author.word(),
            other => other.word(),
        };
        let (s, ms) = (local.ms / 1_000, local.ms % 1_000);
        let clock = format!("{:02}:{:02}:{:02}.{ms:03}", s / 3_600, s / 60 % 60, s % 60);
        let _ = write!(text, "{:>3} {} {clock} {what}", fact.row, local.day);
        let numbers = [
            (" account ", fact.account.0),
            (" from ", fact.from_account.0),
            (" conversation ", fact.conversation.0),
            (" mark ", fact.mark.0),
            (" flags ", u32::from(fact.flags.0)),
            (" rating ", u32::from(fact.rating.code())),
        ];
        for (name, number) in numbers.into_iter().filter(|(_, number)| *number != 0) {
            let _ = write!(text, "{name}{number}");
        }
        if fact.form != Form::Text {
            let _ = write!(text, " form {}", fact.form.word());
        }
        text.push('\n');
    }
    text
}
