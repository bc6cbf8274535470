//! How the cases are written: threads as text, samples as text, the rules in force.

use facts::{Account, Author, Conversation, Day, Fact, FactKind, Form, Instant, Mark};
use facts::{MessageFlags, Span, Zone};
use metric::{
    BotOnly, Effect, Figure, Flagged, Hours, HoursEnd, HoursTest, Inner, Judge, LeftMessage,
    Outside, Per, Rule, Sample, Unanswered,
};
use testkit::oracle::{Circumstances, OracleSample, Verdict, count};

/// 2026-06-01, the day written `d1`.
const FIRST_DAY: Day = Day(20_605);

pub(crate) fn zone() -> Zone {
    Zone::fixed(8 * 3_600_000)
}

/// `[dN] HH:MM:SS[.mmm]` to an instant.
pub(crate) fn at(text: &str) -> Instant {
    let mut words = text.split_whitespace();
    let mut clock = words.next().expect("a clock");
    let mut day = FIRST_DAY;
    if let Some(n) = clock.strip_prefix('d') {
        day = FIRST_DAY.plus(n.parse::<i32>().expect("a day") - 1);
        clock = words.next().expect("a clock");
    }
    let (seconds, ms) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<i64> = seconds.split(':').map(|n| n.parse().expect("a number")).collect();
    let ms: i64 = format!("{ms:0<3}").parse().expect("milliseconds");
    Instant(zone().start_of(day).0 + ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1_000 + ms)
}

/// Facts separated by `;`: `[dN] HH:MM:SS[.mmm] WORD`, where the word is an author or a kind of
/// fact, then any of `@a` account, `<a` passing account, `#1` conversation, `!1` mark, `~`
/// perfunctory, `=image` form. Rows are numbered as written.
pub(crate) fn thread(text: &str) -> Vec<Fact> {
    let facts = text.split(';').map(str::trim).filter(|fact| !fact.is_empty());
    facts.enumerate().map(|(row, fact)| one(row as u32, fact)).collect()
}

fn one(row: u32, text: &str) -> Fact {
    let words: Vec<&str> = text.split_whitespace().collect();
    let clock = if words[0].starts_with('d') { 2 } else { 1 };
    let when = at(&words[..clock].join(" "));
    let mut fact = match Author::from_word(words[clock]) {
        Some(author) => Fact::message(when, author),
        None => Fact::event(when, FactKind::from_word(words[clock]).expect(text)),
    };
    fact.row = row;
    let letter = |word: &str| Account(u32::from(word.as_bytes()[1] - b'a') + 1);
    let number = |word: &str| word[1..].parse().expect(text);
    for word in &words[clock + 1..] {
        match word.as_bytes()[0] {
            b'@' => fact.account = letter(word),
            b'<' => fact.from_account = letter(word),
            b'#' => fact.conversation = Conversation(number(word)),
            b'!' => fact.mark = Mark(number(word)),
            b'~' => fact.flags = MessageFlags::PERFUNCTORY,
            b'=' => fact.form = Form::from_word(&word[1..]).expect(text),
            _ => panic!("{text}"),
        }
    }
    fact
}

/// `dN HH:MM:SS owner verdict wait`: `-` for the shop itself, `no:` before a reason to drop.
fn line(sample: &OracleSample) -> String {
    let clock = zone().local(sample.opened_at).ms / 1_000;
    let owner = match sample.account.0 {
        0 => '-',
        n => char::from(b'a' + n as u8 - 1),
    };
    let verdict = match sample.verdict {
        Verdict::Hit => "hit",
        Verdict::Miss { unanswered: false } => "miss",
        Verdict::Miss { unanswered: true } => "unanswered",
        Verdict::Counted { unanswered: false } => "counted",
        Verdict::Counted { unanswered: true } => "counted-unanswered",
        Verdict::Dropped(reason) => &format!("no:{reason}"),
        Verdict::Pending => "pending",
    };
    let (day, wait) = (sample.day.0 - FIRST_DAY.0 + 1, sample.wait_ms);
    let (h, m, s) = (clock / 3_600, clock / 60 % 60, clock % 60);
    format!("d{day} {h:02}:{m:02}:{s:02} {owner} {verdict} {wait}")
}

/// The samples as lines, seen at `now`.
pub(crate) fn seen(rule: &Rule, now: &str, text: &str, around: &Circumstances) -> Vec<String> {
    count(rule, &zone(), &thread(text), at(now), around).iter().map(line).collect()
}

/// Expects the samples, seen long after.
#[track_caller]
pub(crate) fn expect(rule: &Rule, text: &str, samples: &[&str]) {
    expect_at(rule, "d90 00:00:00", text, samples);
}

/// Expects the samples, seen at `now`.
#[track_caller]
pub(crate) fn expect_at(rule: &Rule, now: &str, text: &str, samples: &[&str]) {
    assert_eq!(seen(rule, now, text, &Circumstances::default()), samples, "{text}");
}

pub(crate) fn hours(from: i64, until: i64, test: HoursTest) -> Option<Hours> {
    Some(Hours {
        intervals: vec![(from * 3_600_000, until * 3_600_000)],
        test,
        end: HoursEnd::Open,
        outside: Outside::Unseen,
    })
}

pub(crate) fn answered_by(answers: &[Author]) -> [Effect; Author::ALL.len()] {
    let mut authors = [Effect::Ignored; Author::ALL.len()];
    for author in answers {
        authors[*author as usize] = Effect::Answers;
    }
    authors
}

fn removed_by_bot(answers: &[Author]) -> [Effect; Author::ALL.len()] {
    let mut authors = answered_by(answers);
    authors[Author::Bot as usize] = Effect::Removes;
    authors
}

pub(crate) fn taobao_3m() -> Rule {
    Rule {
        per: Per::Account,
        hours: hours(8, 23, HoursTest::Question),
        authors: removed_by_bot(&[Author::Agent, Author::Assist]),
        ..Rule::new(Sample::Round)
    }
}

pub(crate) fn taobao_time() -> Rule {
    Rule {
        figure: Figure::Mean,
        within: None,
        unanswered: Unanswered::Counts(Span::seconds(600)),
        cap: Some(Span::seconds(600)),
        ..taobao_3m()
    }
}

pub(crate) fn taote() -> Rule {
    Rule {
        per: Per::Account,
        inner: Inner::Message,
        judge: Judge::Any,
        hours: hours(8, 23, HoursTest::Question),
        authors: answered_by(&[Author::Agent, Author::Assist, Author::Bot]),
        flagged: Flagged::Dropped,
        ..Rule::new(Sample::BuyerDay)
    }
}

pub(crate) fn douyin_time() -> Rule {
    let mut rule = Rule {
        hours: hours(8, 23, HoursTest::ConversationStart),
        authors: removed_by_bot(&[Author::Agent, Author::Assist]),
        figure: Figure::Mean,
        within: None,
        unanswered: Unanswered::Counts(Span::seconds(600)),
        report_days: 7,
        ..Rule::new(Sample::Round)
    };
    rule.conversation.bot_only = BotOnly::Dropped;
    rule
}

pub(crate) fn douyin_message() -> Rule {
    Rule { hours: hours(8, 23, HoursTest::Question), report_days: 7, ..Rule::new(Sample::Message) }
}

pub(crate) fn douyin_conversation() -> Rule {
    let mut rule = Rule {
        inner: Inner::Round,
        judge: Judge::Mean,
        hours: hours(8, 23, HoursTest::ConversationStart),
        authors: removed_by_bot(&[Author::Agent]),
        report_days: 7,
        ..Rule::new(Sample::Conversation)
    };
    rule.conversation.bot_only = BotOnly::Dropped;
    rule.conversation.left_message = LeftMessage::Miss;
    rule
}

pub(crate) fn pinduoduo_3m() -> Rule {
    Rule {
        inner: Inner::Message,
        judge: Judge::All,
        hours: hours(8, 23, HoursTest::Question),
        ..Rule::new(Sample::BuyerDay)
    }
}

pub(crate) fn pinduoduo_5m() -> Rule {
    Rule {
        authors: answered_by(&[Author::Agent, Author::Assist, Author::Bot]),
        within: Some(Span::seconds(300)),
        ..pinduoduo_3m()
    }
}

pub(crate) fn jd() -> Rule {
    let mut rule = Rule {
        inner: Inner::Message,
        judge: Judge::First,
        hours: hours(9, 23, HoursTest::ConversationStart),
        within: Some(Span::seconds(30)),
        ..Rule::new(Sample::Conversation)
    };
    rule.conversation.bot_only = BotOnly::Dropped;
    rule.conversation.left_message = LeftMessage::Dropped;
    rule.conversation.continues = Some(Span::seconds(600));
    rule
}

pub(crate) fn generic_reply() -> Rule {
    Rule { authors: answered_by(&[Author::Agent, Author::Assist]), ..Rule::new(Sample::Round) }
}

pub(crate) fn generic_first() -> Rule {
    Rule {
        inner: Inner::Message,
        judge: Judge::First,
        authors: answered_by(&[Author::Agent, Author::Assist]),
        ..Rule::new(Sample::Conversation)
    }
}
