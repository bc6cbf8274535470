//! Deadlines of threads with recalls: an engine that was there all the time and one that reads the
//! thread from the store say the same.
#![allow(missing_docs)]

use std::convert::Infallible;

use facts::{Account, Author, Conversation, Fact, FactKind, Instant, Mark, ShopId, Zone};
use live::{Arrival, Effect, Engine, Fired, History, Shop, Watch, Who};
use metric::{Hours, HoursEnd, HoursTest, Job, Outside, Plan, Rule, Sample};

const WHO: Who = Who { shop: ShopId(0), buyer: 1 };
/// 2026-06-01 08:00 in UTC+8.
const EIGHT: i64 = 1_780_272_000_000;

/// The thread as it is stored.
#[derive(Default)]
struct Stored(Vec<Arrival>);

impl History for Stored {
    type Error = Infallible;

    fn facts(&mut self, _: Who, _: u64, facts: &mut Vec<Arrival>) -> Result<(), Infallible> {
        facts.extend(&self.0);
        Ok(())
    }
}

impl Stored {
    /// Stores a fact and steps it a second after it happened; hands back what is told of deadlines.
    fn step(&mut self, engine: &mut Engine, fact: Fact) -> Vec<Effect> {
        let number = self.0.len() as u64 + 1;
        let one = Arrival { who: WHO, is_own: false, number, seq: None, fact };
        self.0.push(one);
        let now = Instant(fact.at.0 + 1_000);
        let effects = engine.step(now, &[one], self).expect("a step");
        let is_deadline = |effect: &Effect| {
            matches!(
                effect,
                Effect::Fire { .. } | Effect::Reinstate { .. } | Effect::Withdraw { .. }
            )
        };
        effects.into_iter().filter(is_deadline).collect()
    }

    /// An engine that starts where another one stands.
    fn restarted(&self, engine: &Engine) -> Engine {
        let mut restarted = empty(engine.watches().to_vec());
        restarted.resume(engine.clock(), engine.number(), engine.withdrawn());
        restarted.load(self.0.clone()).expect("a known shop");
        restarted
    }
}

fn empty(watches: Vec<Watch>) -> Engine {
    let mut engine = Engine::new(watches);
    engine.add_shop(WHO.shop, Shop::default());
    engine
}

fn engine(rule: &Rule) -> Engine {
    let job = Job::new(Plan::compile(rule).expect("a plan"), Zone::fixed(8 * 3_600_000));
    empty(vec![Watch::new(job)])
}

/// So many seconds after eight.
fn at(seconds: i64) -> Instant {
    Instant(EIGHT + seconds * 1_000)
}

fn message(seconds: i64, author: Author) -> Fact {
    let account = if author == Author::Agent { Account(1) } else { Account::SHOP };
    Fact::message(at(seconds), author).by(account).within(Conversation(1))
}

fn recall(seconds: i64, mark: Mark) -> Fact {
    Fact { mark, ..Fact::event(at(seconds), FactKind::Recalled) }
}

fn rows(fired: &[Fired]) -> Vec<u32> {
    fired.iter().map(|one| one.deadline.sample.opened_row).collect()
}

/// The conversation begins with a message that nobody answers: warning and limit fire. The buyer
/// takes it back, so both are withdrawn, and writes again. The conversation, which is the sample,
/// still begins at the message that was taken back; its deadlines do not come back for that.
fn begun_by_a_recalled_message(engine: &mut Engine) -> Stored {
    let mut stored = Stored::default();
    let first = Fact { mark: Mark(1), ..message(0, Author::Buyer) };
    assert_eq!(stored.step(engine, first), []);
    let fired = engine.step(at(200), &[], &mut stored).expect("a tick");
    assert_eq!(fired.iter().filter(|one| matches!(one, Effect::Fire { .. })).count(), 2);
    let withdrawn = stored.step(engine, recall(300, Mark(1)));
    assert!(matches!(withdrawn[..], [Effect::Withdraw { .. }, Effect::Withdraw { .. }]));
    assert_eq!(stored.step(engine, message(400, Author::Buyer)), []);
    assert_eq!(engine.fired(WHO), []);
    stored
}

#[test]
fn a_recalled_message_that_began_the_conversation_does_not_fire_again_after_a_restart() {
    let mut engine = engine(&Rule::new(Sample::Conversation));
    let mut stored = begun_by_a_recalled_message(&mut engine);
    let mut restarted = stored.restarted(&engine);
    assert_eq!(restarted.fired(WHO), []);
    // An answer to the first message comes late: what was withdrawn is not withdrawn twice.
    let told = stored.step(&mut restarted, message(50, Author::Agent));
    assert_eq!(told, []);
}

#[test]
fn a_recalled_message_that_began_the_conversation_does_not_fire_again_when_it_is_read_again() {
    let mut engine = engine(&Rule::new(Sample::Conversation));
    let mut stored = begun_by_a_recalled_message(&mut engine);
    assert_eq!(stored.step(&mut engine, message(410, Author::Agent)), []);
    engine.step(at(5_000), &[], &mut stored).expect("a tick");
    assert_eq!(engine.n_threads(), 0, "nothing is open, and an hour passed");
    assert_eq!(stored.step(&mut engine, message(6_000, Author::Buyer)), []);
    assert_eq!(engine.fired(WHO), []);
}

/// A question before the hours is no sample until one inside joins it; answered inside, the round
/// is that of the first, and the one whose limit fired has no verdict of its own. That some other
/// message of the thread was recalled takes nothing from it.
#[test]
fn a_question_that_joined_an_earlier_one_keeps_its_deadline_whatever_else_was_recalled() {
    let mut rule = Rule::new(Sample::Round);
    rule.hours = Some(Hours {
        intervals: vec![(8 * 3_600_000, 23 * 3_600_000)],
        test: HoursTest::Question,
        end: HoursEnd::Open,
        outside: Outside::CountsWhenAnsweredInside,
    });
    let mut engine = engine(&rule);
    let mut stored = Stored::default();
    stored.step(&mut engine, recall(-600, Mark(1)));
    stored.step(&mut engine, message(-10, Author::Buyer));
    stored.step(&mut engine, message(10, Author::Buyer));
    stored.step(&mut engine, message(300, Author::Agent));
    stored.step(&mut engine, message(310, Author::Buyer));
    assert_eq!(rows(&engine.fired(WHO)), [3, 3], "the warning and the limit");
    assert_eq!(stored.restarted(&engine).fired(WHO), engine.fired(WHO));
}
