//! Queues on a clock that moves by itself: no test waits.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use facts::{Instant, Span};
use notify::{
    Attempt, Batch, Channel, Failure, Message, Outcome, Pace, Queue, Reason, Retries, Settings,
    State, Text, Urgency, World,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const START: Instant = Instant(1_800_000_000_000);

/// The time of day goes with tokio's clock; chance is always the least.
struct Clock(tokio::time::Instant);

impl World for Clock {
    fn now(&self) -> Instant {
        START + Span(self.0.elapsed().as_millis() as i64)
    }

    fn chance(&self) -> u64 {
        0
    }
}

type Sent = Arc<Mutex<Vec<(u64, Batch)>>>;

/// A channel whose answers are told beforehand; afterwards all is well.
struct Script {
    answers: Mutex<VecDeque<Option<Failure>>>,
    sent: Sent,
    start: tokio::time::Instant,
    pace: Pace,
    hangs: bool,
}

impl Channel for Script {
    fn send<'a>(&'a self, batch: &'a Batch, _: Instant) -> Attempt<'a> {
        Box::pin(async move {
            let at = self.start.elapsed().as_secs();
            self.sent.lock().unwrap().push((at, batch.clone()));
            if self.hangs {
                std::future::pending::<()>().await;
            }
            let answer = self.answers.lock().unwrap().pop_front().flatten();
            answer.map_or(Ok(()), Err)
        })
    }

    fn pace(&self) -> Pace {
        self.pace
    }
}

struct Bench {
    queue: Queue,
    outcomes: UnboundedReceiver<Outcome>,
    sent: Sent,
    worker: tokio::task::JoinHandle<()>,
}

const QUICK: Pace = Pace { burst: 1_000, every: Duration::from_millis(1) };

fn bench(answers: Vec<Option<Failure>>, pace: Pace, settings: Settings, hangs: bool) -> Bench {
    let start = tokio::time::Instant::now();
    let sent = Sent::default();
    let script =
        Script { answers: Mutex::new(answers.into()), sent: sent.clone(), start, pace, hangs };
    let (sender, outcomes) = unbounded_channel();
    let report = Box::new(move |outcome| sender.send(outcome).unwrap_or(()));
    let world = Arc::new(Clock(start));
    let (queue, worker) = Queue::new(Box::new(script), settings, world, report);
    Bench { queue, outcomes, sent, worker: tokio::spawn(worker.run()) }
}

fn quick(answers: Vec<Option<Failure>>) -> Bench {
    bench(answers, QUICK, Settings::default(), false)
}

fn message(id: &str, urgency: Urgency) -> Message {
    Message::new(id, START, urgency, Text::new("题", "title"))
}

fn warning(id: &str) -> Message {
    message(id, Urgency::Warning)
}

fn busy() -> Option<Failure> {
    Some(Failure::later(Reason::Busy(-1)))
}

impl Bench {
    async fn next(&mut self) -> (Vec<String>, State) {
        let Outcome { ids, state } = self.outcomes.recv().await.unwrap();
        (ids, state)
    }

    /// The ids of each batch that was tried, with the second at which it was.
    fn tried(&self) -> Vec<(u64, Vec<String>)> {
        let ids = |batch: &Batch| batch.messages.iter().map(|message| message.id.clone()).collect();
        self.sent.lock().unwrap().iter().map(|(at, batch)| (*at, ids(batch))).collect()
    }
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(|id| (*id).to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_quick_channel_sends_one_by_one() {
    let mut bench = quick(Vec::new());
    bench.queue.push(warning("a"));
    bench.queue.push(warning("b"));
    assert_eq!(bench.next().await, (ids(&["a"]), State::Sent { attempt: 1 }));
    assert_eq!(bench.next().await, (ids(&["b"]), State::Sent { attempt: 1 }));
}

#[tokio::test(start_paused = true)]
async fn failures_are_tried_again_with_growing_waits_and_then_given_up() {
    let retries = Retries { attempts: 4, ..Retries::default() };
    let settings = Settings { retries, ..Settings::default() };
    let mut bench = bench(vec![busy(); 9], QUICK, settings, false);
    bench.queue.push(warning("a"));
    for (attempt, until) in [(1, 1_000), (2, 3_000), (3, 7_000)] {
        let until = START + Span(until);
        let state = State::Retrying { attempt, until, reason: Reason::Busy(-1) };
        assert_eq!(bench.next().await, (ids(&["a"]), state));
    }
    let state = State::GivenUp { attempts: 4, reason: Reason::Busy(-1) };
    assert_eq!(bench.next().await, (ids(&["a"]), state));
    let seconds: Vec<u64> = bench.tried().into_iter().map(|(at, _)| at).collect();
    assert_eq!(seconds, [0, 1, 3, 7]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_pass_is_tried_once() {
    let mut bench = quick(vec![Some(Failure::never(Reason::Token(300_001)))]);
    bench.queue.push(warning("a"));
    bench.queue.push(warning("b"));
    let state = State::GivenUp { attempts: 1, reason: Reason::Token(300_001) };
    assert_eq!(bench.next().await, (ids(&["a"]), state));
    assert_eq!(bench.next().await, (ids(&["b"]), State::Sent { attempt: 1 }));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_asked_for_is_kept() {
    let asked = Failure::after(Reason::TooMany(410_100), Duration::from_secs(600));
    let mut bench = quick(vec![Some(asked)]);
    bench.queue.push(warning("a"));
    assert!(matches!(bench.next().await.1, State::Retrying { attempt: 1, .. }));
    assert_eq!(bench.next().await.1, State::Sent { attempt: 2 });
    assert_eq!(bench.tried()[1].0, 600);
}

#[tokio::test(start_paused = true)]
async fn what_gathers_behind_a_failure_leaves_together_and_the_failed_stays_as_it_was() {
    let mut bench = quick(vec![busy()]);
    bench.queue.push(warning("a"));
    assert!(!bench.next().await.1.is_final());
    for id in ["b", "c", "d"] {
        bench.queue.push(warning(id));
    }
    assert_eq!(bench.next().await, (ids(&["a"]), State::Sent { attempt: 2 }));
    assert_eq!(bench.next().await, (ids(&["b", "c", "d"]), State::Sent { attempt: 1 }));
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_kept_and_what_gathers_leaves_together() {
    let pace = Pace { burst: 2, every: Duration::from_secs(4) };
    let mut bench = bench(Vec::new(), pace, Settings::default(), false);
    for n in 0..40 {
        bench.queue.push(warning(&n.to_string()));
    }
    let mut sizes = Vec::new();
    while sizes.iter().sum::<usize>() < 40 {
        sizes.push(bench.next().await.0.len());
    }
    assert_eq!(sizes, [1, 1, 20, 18]);
    let seconds: Vec<u64> = bench.tried().into_iter().map(|(at, _)| at).collect();
    assert_eq!(seconds, [0, 0, 4, 8]);
}

#[tokio::test(start_paused = true)]
async fn the_most_urgent_leave_first() {
    let mut bench = quick(vec![busy()]);
    bench.queue.push(warning("first"));
    assert!(!bench.next().await.1.is_final());
    for n in 0..30 {
        bench.queue.push(message(&n.to_string(), Urgency::Notice));
    }
    bench.queue.push(message("alarm", Urgency::Alarm));
    bench.queue.push(message("alarm2", Urgency::Alarm));
    assert_eq!(bench.next().await.0, ids(&["first"]));
    let together = bench.next().await.0;
    assert_eq!(together[..4], ids(&["alarm", "alarm2", "0", "1"]));
    assert_eq!(together.len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_counts_the_least_urgent() {
    let settings = Settings { capacity: 2, ..Settings::default() };
    let mut bench = bench(vec![busy()], QUICK, settings, false);
    bench.queue.push(warning("first"));
    assert!(!bench.next().await.1.is_final());
    bench.queue.push(message("notice", Urgency::Notice));
    bench.queue.push(message("alarm", Urgency::Alarm));
    bench.queue.push(message("warning", Urgency::Warning));
    assert_eq!(bench.next().await, (ids(&["notice"]), State::Counted));
    bench.queue.push(message("later", Urgency::Warning));
    assert_eq!(bench.next().await, (ids(&["later"]), State::Counted));
    assert_eq!(bench.next().await.0, ids(&["first"]));
    assert_eq!(bench.next().await.0, ids(&["alarm", "warning"]));
    assert_eq!(bench.sent.lock().unwrap().last().unwrap().1.more, 2, "they are told of");
}

#[tokio::test(start_paused = true)]
async fn what_is_too_late_is_given_up() {
    let mut bench = quick(vec![busy(), busy(), busy()]);
    let mut message = warning("a");
    message.expires_at = Some(START + Span(2_000));
    bench.queue.push(message.clone());
    for attempt in [1, 2] {
        let state = bench.next().await.1;
        assert!(matches!(state, State::Retrying { attempt: n, .. } if n == attempt));
    }
    let late = |attempts| State::GivenUp { attempts, reason: Reason::Expired };
    assert_eq!(bench.next().await, (ids(&["a"]), late(2)));
    bench.queue.push(message);
    assert_eq!(bench.next().await, (ids(&["a"]), late(0)));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_hangs_delays_no_other() {
    let mut stuck = bench(Vec::new(), QUICK, Settings::default(), true);
    let mut good = quick(Vec::new());
    stuck.queue.push(warning("a"));
    good.queue.push(warning("a"));
    assert_eq!(good.next().await.1, State::Sent { attempt: 1 });
    assert_eq!(good.tried()[0].0, 0);
    let state = stuck.next().await.1;
    assert!(matches!(state, State::Retrying { reason: Reason::Timeout, .. }), "{state:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stopped_queue_tries_once_more_and_ends() {
    let mut bench = quick(vec![busy(), busy(), None]);
    bench.queue.push(warning("a"));
    assert!(!bench.next().await.1.is_final());
    for n in 0..25 {
        bench.queue.push(warning(&n.to_string()));
    }
    bench.queue.stop();
    bench.queue.push(warning("late"));
    let stopped = State::GivenUp { attempts: 0, reason: Reason::Stopped };
    assert_eq!(bench.next().await, (ids(&["late"]), stopped));
    let state = State::GivenUp { attempts: 2, reason: Reason::Busy(-1) };
    assert_eq!(bench.next().await, (ids(&["a"]), state));
    let (counted, state) = bench.next().await;
    assert_eq!((counted.len(), state), (5, State::Counted));
    let (sent, state) = bench.next().await;
    assert_eq!((sent.len(), state), (20, State::Sent { attempt: 1 }));
    (&mut bench.worker).await.unwrap();
    assert!(bench.tried().iter().all(|(at, _)| *at == 0), "nothing waited");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_thrown_away_says_so_of_all_it_had() {
    let mut bench = quick(vec![busy()]);
    bench.queue.push(warning("a"));
    assert!(!bench.next().await.1.is_final());
    bench.queue.push(warning("b"));
    bench.worker.abort();
    let gone = |attempts| State::GivenUp { attempts, reason: Reason::Stopped };
    assert_eq!(bench.next().await, (ids(&["a"]), gone(1)));
    assert_eq!(bench.next().await, (ids(&["b"]), gone(0)));
    bench.queue.push(warning("c"));
    assert_eq!(bench.next().await, (ids(&["c"]), gone(0)));
}

/// Whatever happens, each message has exactly one last outcome.
#[tokio::test(start_paused = true)]
async fn every_message_ends_once() {
    for seed in 0..60u64 {
        let mut draw = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut roll = |n: u64| {
            draw ^= draw << 13;
            draw ^= draw >> 7;
            draw ^= draw << 17;
            draw % n
        };
        let answers = (0..200).map(|_| match roll(4) {
            0 => busy(),
            1 => Some(Failure::never(Reason::Content(1))),
            2 => Some(Failure::after(Reason::TooMany(1), Duration::from_secs(roll(100)))),
            _ => None,
        });
        let answers = answers.collect();
        let pace = Pace { burst: 1 + roll(3) as u32, every: Duration::from_secs(1 + roll(9)) };
        let settings = Settings { capacity: 1 + roll(8) as usize, ..Settings::default() };
        let mut bench = bench(answers, pace, settings, false);
        let n = 60;
        for id in 0..n {
            let urgency = [Urgency::Notice, Urgency::Warning, Urgency::Alarm][roll(3) as usize];
            let mut message = message(&id.to_string(), urgency);
            if roll(3) == 0 {
                message.expires_at = Some(START + Span(roll(60_000) as i64));
            }
            bench.queue.push(message);
            tokio::time::sleep(Duration::from_millis(roll(3_000))).await;
        }
        bench.queue.stop();
        (&mut bench.worker).await.unwrap();
        drop(bench.queue);
        let mut ends = Vec::new();
        while let Some(outcome) = bench.outcomes.recv().await {
            if outcome.state.is_final() {
                ends.extend(outcome.ids);
            }
        }
        ends.sort_by_key(|id| id.parse::<u32>().unwrap());
        let all: Vec<String> = (0..n).map(|id| id.to_string()).collect();
        assert_eq!(ends, all, "seed {seed}");
    }
}
