//! Worked cases of a rulebook: Markdown that people read and tests run.
//!
//! ````markdown
//! # A second question does not restart the clock
//!
//! Prose: where it is from, and the figures worked by hand.
//!
//! Edition: 2022-03-01
//! Reading: R1=late
//! Now: 2022-03-02 10:05:00
//!
//! ```chat
//! 2022-03-02 10:00:00  buyer
//!            10:01:00  auto  text="your call is important"
//!            10:02:00  transferred a1 -> a2
//!            10:03:00  agent a2 conversation=c1 id=m7
//! ```
//!
//! ```expect
//! 2022-03-02 samples=1 hits=1 misses=0
//! 2022-03-02 account=a2 samples=1 dropped.bot=0
//! ```
//!
//! ```registry
//! [[shop]]
//! platform = "taobao"
//! shop = "s1"
//! ```
//! ````
//!
//! `Edition`, `Reading`, `Now` and the registry may be missing. A chat line is `[day] time`, an
//! author or the word of a fact, an account, for a transfer `from -> to`, and `key=value` pairs
//! with the keys `conversation`, `id`, `ref`, `kind`, `seq`, `buyer`, `shop`, `text`, `stars`,
//! `value`; a value with spaces stands in double quotes. The day carries on until it changes; the
//! shop is `s1` and the buyer `b1` unless a line says otherwise. Times are local.
//!
//! An expectation is about one day, or, as `2023-08-01..2023-08-30 samples=9`, about the days over
//! which the metric is published, seen at `Now`. Of an expectation only the fields that are given
//! are compared. `account=none` is the shop itself, `value=none` an absent figure; without
//! `account` it is the whole shop.

use std::fmt;

use facts::{Author, Day, FactKind, Form};

/// One worked case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// The line of its title, from 1.
    pub line: usize,
    /// Its title.
    pub title: String,
    /// Everything between the title and the blocks, for people.
    pub prose: String,
    /// The id of the edition to count with. Absent: the one in force on each day.
    pub edition: Option<String>,
    /// Readings to count with, as `("R6", "drop")`.
    pub readings: Vec<(String, String)>,
    /// The local day and milliseconds since its midnight at which one looks. Absent: after
    /// everything is settled.
    pub now: Option<(String, i64)>,
    /// The facts, in the order written.
    pub rows: Vec<Row>,
    /// What must come out, at least one.
    pub expected: Vec<Expectation>,
    /// A registry as TOML. Absent: nothing is known of the shop.
    pub registry: Option<String>,
}

/// One fact, as a log would have it. Texts that are empty are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The local day, `YYYY-MM-DD`.
    pub day: String,
    /// Milliseconds of the wall clock since local midnight.
    pub time_ms: i64,
    /// The word of the fact; `message` for messages.
    pub fact: String,
    /// The author's word, on messages only.
    pub author: String,
    /// The account concerned: writer, assignee, receiver of a transfer.
    pub account: String,
    /// The account that passed the buyer on.
    pub from_account: String,
    /// The conversation id.
    pub conversation: String,
    /// The message id.
    pub id: String,
    /// The message or buyer concerned.
    pub reference: String,
    /// The word of the message's form; empty: text.
    pub kind: String,
    /// The source's own order.
    pub seq: Option<i64>,
    /// The buyer; empty for facts about accounts.
    pub buyer: String,
    /// The shop.
    pub shop: String,
    /// The text, where a rule looks at it.
    pub text: Option<String>,
    /// A rating.
    pub stars: Option<u8>,
    /// What else the fact says.
    pub value: String,
}

/// What must come out for a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The local day, `YYYY-MM-DD`; of a published period the first.
    pub day: String,
    /// The last day, where the whole published period is meant. Absent: the one day.
    pub to: Option<String>,
    /// Whose figure: an account, or `Some("")` for the shop itself. Absent: the whole shop.
    pub account: Option<String>,
    /// Hits plus misses.
    pub samples: Option<Expected>,
    /// Samples in time.
    pub hits: Option<Expected>,
    /// The others.
    pub misses: Option<Expected>,
    /// Those of the misses that were never answered.
    pub unanswered: Option<Expected>,
    /// Samples that are neither yet.
    pub pending: Option<Expected>,
    /// The waits as counted, summed up.
    pub wait_ms: Option<Expected>,
    /// Samples left out, by reason.
    pub dropped: Vec<(String, u64)>,
    /// The figure.
    pub value: Option<ExpectedValue>,
}

/// A number, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// There is none.
    Absent,
    /// This one.
    Number(u64),
}

/// A figure, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedValue {
    /// There is none.
    Absent,
    /// Numerator and denominator, unreduced.
    Ratio(u64, u64),
}

/// A case that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseError {
    /// The line, from 1.
    pub line: usize,
    /// What was found and what was expected.
    pub message: String,
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for CaseError {}

fn error<T>(line: usize, message: impl Into<String>) -> Result<T, CaseError> {
    Err(CaseError { line, message: message.into() })
}

/// The cases of a `cases.md`, in order.
///
/// # Errors
///
/// [`CaseError`] at the first line that cannot be read, a case without a chat or an expectation,
/// or a block that does not end.
///
/// # Example
///
/// ```
/// let markdown = "# In time\n\n```chat\n2022-03-01 10:00:00 buyer\n10:03:00 agent a1\n```\n\n\
///                 ```expect\n2022-03-01 samples=1 hits=1\n```\n";
/// let cases = testkit::cases::parse(markdown).unwrap();
/// assert_eq!(cases[0].title, "In time");
/// assert_eq!(cases[0].rows[1].account, "a1");
/// ```
pub fn parse(markdown: &str) -> Result<Vec<Case>, CaseError> {
    let mut reader = Reader::default();
    for (i, line) in markdown.lines().enumerate() {
        reader.line(i + 1, line.trim_end())?;
    }
    reader.finish()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fence {
    Chat,
    Expect,
    Registry,
}

#[derive(Default)]
struct Reader {
    cases: Vec<Case>,
    current: Option<Case>,
    fence: Option<(Fence, usize)>,
    day: String,
    has_chat: bool,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), CaseError> {
        if let Some((fence, _)) = self.fence {
            if line == "```" {
                self.fence = None;
                return Ok(());
            }
            return self.in_block(fence, number, line);
        }
        if let Some(title) = line.strip_prefix("# ") {
            self.close()?;
            let title = title.trim().to_owned();
            self.current = Some(Case { line: number, title, ..Case::default() });
            self.has_chat = false;
            return Ok(());
        }
        if let Some(name) = line.strip_prefix("```") {
            return self.open_block(number, name.trim());
        }
        let Some(case) = &mut self.current else {
            return match line {
                "" => Ok(()),
                _ => error(number, "expected a title `# …` before anything else"),
            };
        };
        setting(case, number, line)
    }

    fn open_block(&mut self, number: usize, name: &str) -> Result<(), CaseError> {
        let Some(case) = &mut self.current else {
            return error(number, "a block before the first title `# …`");
        };
        let fence = match name {
            "chat" => Fence::Chat,
            "expect" => Fence::Expect,
            "registry" => Fence::Registry,
            _ => {
                let message = "expected a block `chat`, `expect` or `registry`";
                return error(number, format!("{message}, found `{name}`"));
            }
        };
        let is_repeated = match fence {
            Fence::Chat => self.has_chat,
            Fence::Expect => !case.expected.is_empty(),
            Fence::Registry => case.registry.is_some(),
        };
        if is_repeated {
            return error(number, format!("a second block `{name}` in one case"));
        }
        match fence {
            Fence::Chat => {
                self.has_chat = true;
                self.day.clear();
            }
            Fence::Expect => {}
            Fence::Registry => case.registry = Some(String::new()),
        }
        self.fence = Some((fence, number));
        Ok(())
    }

    fn in_block(&mut self, fence: Fence, number: usize, line: &str) -> Result<(), CaseError> {
        let Some(case) = &mut self.current else {
            return Ok(());
        };
        match fence {
            Fence::Registry => {
                let registry = case.registry.get_or_insert_default();
                registry.push_str(line);
                registry.push('\n');
            }
            _ if line.trim().is_empty() => {}
            Fence::Chat => case.rows.push(row(number, line, &mut self.day)?),
            Fence::Expect => case.expected.push(expectation(number, line)?),
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), CaseError> {
        let Some(mut case) = self.current.take() else {
            return Ok(());
        };
        if !self.has_chat {
            return error(case.line, format!("case `{}` has no block `chat`", case.title));
        }
        if case.expected.is_empty() {
            return error(case.line, format!("case `{}` expects nothing", case.title));
        }
        case.prose = case.prose.trim().to_owned();
        self.cases.push(case);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Case>, CaseError> {
        if let Some((_, opened)) = self.fence {
            return error(opened, "this block does not end: expected a line with three backticks");
        }
        self.close()?;
        Ok(self.cases)
    }
}

/// A line of prose, or one that says how to count.
fn setting(case: &mut Case, number: usize, line: &str) -> Result<(), CaseError> {
    if let Some(id) = line.strip_prefix("Edition:") {
        if case.edition.is_some() {
            return error(number, "a second `Edition:` in one case");
        }
        case.edition = Some(id.trim().to_owned());
    } else if let Some(picks) = line.strip_prefix("Reading:") {
        for pick in picks.split_whitespace() {
            let Some((reading, answer)) = pick.split_once('=') else {
                return error(number, format!("expected `R6=drop`, found `{pick}`"));
            };
            case.readings.push((reading.to_owned(), answer.to_owned()));
        }
    } else if let Some(now) = line.strip_prefix("Now:") {
        let words: Vec<&str> = now.split_whitespace().collect();
        let [day, time] = words[..] else {
            return error(number, "expected `Now: YYYY-MM-DD HH:MM:SS`");
        };
        case.now = Some((read_day(number, day)?, read_time(number, time)?));
    } else {
        case.prose.push_str(line);
        case.prose.push('\n');
    }
    Ok(())
}

fn read_day(number: usize, text: &str) -> Result<String, CaseError> {
    match text.parse::<Day>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => error(number, format!("expected a day `YYYY-MM-DD`, found `{text}`")),
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.as_bytes().get(4) == Some(&b'-')
}

fn read_time(number: usize, text: &str) -> Result<i64, CaseError> {
    time_of_day(text).map_or_else(
        || error(number, format!("expected a time `HH:MM:SS[.mmm]`, found `{text}`")),
        Ok,
    )
}

/// Milliseconds since midnight; `None` for anything but `HH:MM:SS` or `HH:MM:SS.mmm`.
fn time_of_day(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "000"));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else {
        return None;
    };
    let number = |digits: &str, length: usize, most: i64| {
        let well_formed = digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|n| well_formed && *n <= most)
    };
    let minutes = number(hour, 2, 23)? * 60 + number(minute, 2, 59)?;
    Some((minutes * 60 + number(second, 2, 59)?) * 1_000 + number(fraction, 3, 999)?)
}

/// Words separated by blanks; a value in double quotes may hold blanks.
fn words(number: usize, line: &str) -> Result<Vec<String>, CaseError> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut started) = (false, false);
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                started = true;
            }
            c if c.is_whitespace() && !quoted => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
            }
            c => {
                word.push(c);
                started = true;
            }
        }
    }
    if quoted {
        return error(number, "a double quote does not end");
    }
    if started {
        words.push(word);
    }
    Ok(words)
}

fn row(number: usize, line: &str, day: &mut String) -> Result<Row, CaseError> {
    let words = words(number, line)?;
    let mut words = words.iter().map(String::as_str).peekable();
    if let Some(text) = words.next_if(|word| is_day(word)) {
        *day = read_day(number, text)?;
    }
    if day.is_empty() {
        return error(number, "the first line of a chat begins with its day");
    }
    let time_ms = read_time(number, words.next().unwrap_or_default())?;
    let word = words.next().unwrap_or_default();
    let (fact, author) = match (Author::from_word(word), FactKind::from_word(word)) {
        (Some(author), _) => (FactKind::Message, author.word()),
        (None, Some(fact)) if fact != FactKind::Message => (fact, ""),
        _ => {
            return error(number, format!("expected an author or a fact, found `{word}`"));
        }
    };
    let mut row = Row {
        line: number,
        day: day.clone(),
        time_ms,
        fact: fact.word().to_owned(),
        author: author.to_owned(),
        buyer: if fact.about_account() { String::new() } else { "b1".to_owned() },
        shop: "s1".to_owned(),
        ..Row::default()
    };
    if let Some(account) = words.next_if(|word| !word.contains('=') && *word != "->") {
        row.account = account.to_owned();
    }
    if words.next_if(|word| *word == "->").is_some() {
        let Some(to) = words.next().filter(|word| !word.contains('=')) else {
            return error(number, "expected an account after `->`");
        };
        if fact != FactKind::Transferred {
            return error(number, "only `transferred` passes from one account to another");
        }
        row.from_account = std::mem::replace(&mut row.account, to.to_owned());
    }
    for pair in words {
        pair_of(&mut row, number, pair)?;
    }
    Ok(row)
}

/// The keys of a chat line, for messages to people.
const KEYS: &str = "`conversation`, `id`, `ref`, `kind`, `seq`, `buyer`, `shop`, `text`, `stars`, \
                    `value`";

fn pair_of(row: &mut Row, number: usize, pair: &str) -> Result<(), CaseError> {
    let Some((key, value)) = pair.split_once('=') else {
        return error(number, format!("expected `key=value`, found `{pair}`"));
    };
    let slot = match key {
        "conversation" => &mut row.conversation,
        "id" => &mut row.id,
        "ref" => &mut row.reference,
        "kind" if Form::from_word(value).is_none() => {
            return error(number, format!("expected the form of a message, found `{value}`"));
        }
        "kind" => &mut row.kind,
        "buyer" => &mut row.buyer,
        "shop" => &mut row.shop,
        "text" => row.text.insert(String::new()),
        "value" => &mut row.value,
        "stars" => match value.parse() {
            Ok(stars) => {
                row.stars = Some(stars);
                return Ok(());
            }
            Err(_) => return error(number, format!("expected a number of stars, found `{value}`")),
        },
        "seq" => match value.parse() {
            Ok(seq) => {
                row.seq = Some(seq);
                return Ok(());
            }
            Err(_) => return error(number, format!("expected a whole number, found `{value}`")),
        },
        _ => {
            return error(number, format!("there is no key `{key}`: the keys are {KEYS}"));
        }
    };
    value.clone_into(slot);
    Ok(())
}

fn expectation(number: usize, line: &str) -> Result<Expectation, CaseError> {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default();
    let (day, to) = match first.split_once("..") {
        Some((from, to)) => (read_day(number, from)?, Some(read_day(number, to)?)),
        None => (read_day(number, first)?, None),
    };
    let mut expected = Expectation { line: number, day, to, ..Expectation::default() };
    let mut n_fields = 0;
    for word in words {
        let Some((key, value)) = word.split_once('=') else {
            return error(number, format!("expected `key=value`, found `{word}`"));
        };
        if key == "account" {
            let account = if value == "none" { "" } else { value };
            expected.account = Some(account.to_owned());
            continue;
        }
        n_fields += 1;
        field(&mut expected, number, key, value)?;
    }
    if n_fields == 0 {
        return error(number, "an expectation names at least one field, as `samples=1`");
    }
    Ok(expected)
}

fn field(
    expected: &mut Expectation,
    number: usize,
    key: &str,
    value: &str,
) -> Result<(), CaseError> {
    let whole = |text: &str| match text.parse::<u64>() {
        Ok(whole) => Ok(whole),
        Err(_) => error(number, format!("`{key}` is a whole number, found `{text}`")),
    };
    if let Some(reason) = key.strip_prefix("dropped.") {
        expected.dropped.push((reason.to_owned(), whole(value)?));
        return Ok(());
    }
    if key == "value" {
        expected.value = Some(match value.split_once('/') {
            Some((num, den)) => ExpectedValue::Ratio(whole(num)?, whole(den)?),
            None if value == "none" => ExpectedValue::Absent,
            None => {
                return error(number, format!("expected `11/12` or `none`, found `{value}`"));
            }
        });
        return Ok(());
    }
    let slot = match key {
        "samples" => &mut expected.samples,
        "hits" => &mut expected.hits,
        "misses" => &mut expected.misses,
        "unanswered" => &mut expected.unanswered,
        "pending" => &mut expected.pending,
        "wait_ms" => &mut expected.wait_ms,
        _ => return error(number, format!("there is no field `{key}` to expect")),
    };
    *slot = Some(if value == "none" { Expected::Absent } else { Expected::Number(whole(value)?) });
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const WHOLE: &str = r#"
# Everything at once

Prose over
two lines.

Edition: 2022-03-01
Reading: R6=drop R1=late
Now: 2022-03-02 10:05:00.500

```registry
[[shop]]

shop = "s1"
```

```chat
2022-03-02 10:00:00      buyer  id=m1 seq=-3 kind=image
           10:01:00.250  auto   a1 text="please wait, = \t dear"
           10:02:00      transferred a1 -> a2 conversation=c1

2022-03-03 00:00:00      recalled ref=m1 buyer=b2 shop=s2
           23:59:59.999  online a2
           23:59:59.999  transferred -> a3
```

```expect
2022-03-02 samples=2 hits=none misses=1 unanswered=0 wait_ms=600000 pending=3 value=1/2

2022-03-03 account=a2 dropped.bot=1 dropped.cross-day=0 value=none
2022-03-03 account=none samples=0
```

# Next

```chat
```
```expect
2022-03-02 samples=0
```
"#;

    fn whole() -> Vec<Case> {
        parse(WHOLE).unwrap()
    }

    #[test]
    fn a_case_has_a_title_prose_and_settings() {
        let cases = whole();
        assert_eq!(cases.len(), 2);
        let case = &cases[0];
        assert_eq!((case.line, case.title.as_str()), (2, "Everything at once"));
        assert_eq!(case.prose, "Prose over\ntwo lines.");
        assert_eq!(case.edition.as_deref(), Some("2022-03-01"));
        let picks: Vec<_> = case.readings.iter().map(|(r, a)| (r.as_str(), a.as_str())).collect();
        assert_eq!(picks, [("R6", "drop"), ("R1", "late")]);
        assert_eq!(case.now, Some(("2022-03-02".to_owned(), 36_300_500)));
        assert_eq!(case.registry.as_deref(), Some("[[shop]]\n\nshop = \"s1\"\n"));
        assert!(cases[1].rows.is_empty() && cases[1].registry.is_none());
    }

    #[test]
    fn rows_carry_the_day_and_the_usual_shop_and_buyer() {
        let rows = &whole()[0].rows;
        assert_eq!(rows.len(), 6);
        assert_eq!(
            rows[0],
            Row {
                line: 18,
                day: "2022-03-02".into(),
                time_ms: 36_000_000,
                fact: "message".into(),
                author: "buyer".into(),
                id: "m1".into(),
                seq: Some(-3),
                kind: "image".into(),
                buyer: "b1".into(),
                shop: "s1".into(),
                ..Row::default()
            }
        );
        assert_eq!(rows[1].time_ms, 36_060_250);
        assert_eq!(rows[1].text.as_deref(), Some("please wait, = \\t dear"));
        assert_eq!((&*rows[1].author, &*rows[1].account), ("auto", "a1"));
        assert_eq!((&*rows[2].from_account, &*rows[2].account), ("a1", "a2"));
        assert_eq!(
            (&*rows[2].fact, &*rows[2].author, &*rows[2].conversation),
            ("transferred", "", "c1")
        );
        assert_eq!((&*rows[3].day, &*rows[3].reference), ("2022-03-03", "m1"));
        assert_eq!((&*rows[3].buyer, &*rows[3].shop), ("b2", "s2"));
        assert_eq!((&*rows[4].buyer, rows[4].time_ms), ("", 86_399_999));
        assert_eq!((&*rows[5].from_account, &*rows[5].account), ("", "a3"));
    }

    #[test]
    fn only_given_fields_are_expected() {
        let expected = &whole()[0].expected;
        assert_eq!(
            expected[0],
            Expectation {
                line: 28,
                day: "2022-03-02".into(),
                samples: Some(Expected::Number(2)),
                hits: Some(Expected::Absent),
                misses: Some(Expected::Number(1)),
                unanswered: Some(Expected::Number(0)),
                pending: Some(Expected::Number(3)),
                wait_ms: Some(Expected::Number(600_000)),
                value: Some(ExpectedValue::Ratio(1, 2)),
                ..Expectation::default()
            }
        );
        assert_eq!(expected[1].account.as_deref(), Some("a2"));
        assert_eq!(expected[1].dropped, [("bot".to_owned(), 1), ("cross-day".to_owned(), 0)]);
        assert_eq!(expected[1].value, Some(ExpectedValue::Absent));
        assert_eq!(expected[2].account.as_deref(), Some(""));
    }

    fn message(markdown: &str) -> (usize, String) {
        let error = parse(markdown).unwrap_err();
        (error.line, error.message)
    }

    fn chat(line: &str) -> (usize, String) {
        message(&format!("# T\n```chat\n{line}\n```\n```expect\n2022-03-02 samples=1\n```\n"))
    }

    fn expect(line: &str) -> (usize, String) {
        message(&format!("# T\n```chat\n```\n```expect\n{line}\n```\n"))
    }

    #[test]
    fn a_chat_line_that_cannot_be_read_is_named() {
        let cases = [
            ("10:00:00 buyer", "begins with its day"),
            ("2022-02-30 10:00:00 buyer", "expected a day `YYYY-MM-DD`, found `2022-02-30`"),
            ("2022-03-02 10:00 buyer", "expected a time `HH:MM:SS[.mmm]`, found `10:00`"),
            ("2022-03-02 24:00:00 buyer", "found `24:00:00`"),
            ("2022-03-02 10:00:00.5 buyer", "found `10:00:00.5`"),
            ("2022-03-02 10:00:00 customer", "expected an author or a fact, found `customer`"),
            ("2022-03-02 10:00:00 message", "expected an author or a fact, found `message`"),
            ("2022-03-02 10:00:00", "expected an author or a fact, found ``"),
            ("2022-03-02 10:00:00 agent a1 a2", "expected `key=value`, found `a2`"),
            ("2022-03-02 10:00:00 agent a1 -> a2", "only `transferred`"),
            ("2022-03-02 10:00:00 transferred a1 ->", "expected an account after `->`"),
            ("2022-03-02 10:00:00 buyer colour=red", "there is no key `colour`"),
            ("2022-03-02 10:00:00 buyer seq=x", "expected a whole number, found `x`"),
            ("2022-03-02 10:00:00 buyer kind=song", "expected the form of a message"),
            ("2022-03-02 10:00:00 buyer text=\"a", "a double quote does not end"),
        ];
        for (line, expected) in cases {
            let (number, found) = chat(line);
            assert!(number == 3 && found.contains(expected), "{line}: {number} {found}");
        }
    }

    #[test]
    fn an_expectation_that_cannot_be_read_is_named() {
        let cases = [
            ("samples=1", "expected a day"),
            ("2022-03-02", "names at least one field"),
            ("2022-03-02 account=a1", "names at least one field"),
            ("2022-03-02 samples", "expected `key=value`, found `samples`"),
            ("2022-03-02 samples=-1", "`samples` is a whole number, found `-1`"),
            ("2022-03-02 rate=1", "there is no field `rate`"),
            ("2022-03-02 value=0.5", "expected `11/12` or `none`, found `0.5`"),
            ("2022-03-02 dropped.bot=none", "`dropped.bot` is a whole number"),
        ];
        for (line, expected) in cases {
            let (number, found) = expect(line);
            assert!(number == 5 && found.contains(expected), "{line}: {number} {found}");
        }
    }

    #[test]
    fn a_file_that_is_not_cases_is_refused() {
        let cases = [
            ("prose first\n# T\n", 1, "expected a title"),
            ("```chat\n```\n", 1, "before the first title"),
            ("# T\n```python\n```\n", 2, "found `python`"),
            ("# T\n```chat\n```\n```chat\n```\n", 4, "a second block `chat`"),
            ("# T\n```chat\n2022-03-02 10:00:00 buyer\n", 2, "does not end"),
            ("# T\n```expect\n2022-03-02 samples=1\n```\n", 1, "has no block `chat`"),
            ("# T\n```chat\n```\n", 1, "expects nothing"),
            ("# T\nNow: today\n", 2, "expected `Now:"),
            ("# T\nReading: R6\n", 2, "expected `R6=drop`"),
            ("# T\nEdition: a\nEdition: b\n", 3, "a second `Edition:`"),
        ];
        for (markdown, line, expected) in cases {
            let (number, found) = message(markdown);
            assert!(number == line && found.contains(expected), "{markdown}: {number} {found}");
        }
        assert_eq!(parse(""), Ok(Vec::new()));
    }

    /// Every shipped metric has cases that can be read, with a hit, a miss and a boundary; means
    /// have neither hits nor misses.
    #[test]
    fn shipped_cases_can_be_read_and_show_both_sides() {
        for metric in rulebook::Catalogue::shipped().metrics() {
            let cases = parse(rulebook::Catalogue::shipped().cases(&metric.id).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", metric.id));
            let expected = || cases.iter().flat_map(|case| &case.expected);
            let some =
                |field: Option<Expected>| matches!(field, Some(Expected::Number(n)) if n > 0);
            let is_mean = expected().any(|line| line.hits == Some(Expected::Absent))
                || expected().all(|line| line.hits.is_none());
            assert!(is_mean || expected().any(|line| some(line.hits)), "{}", metric.id);
            assert!(is_mean || expected().any(|line| some(line.misses)), "{}", metric.id);
            let to_the_millisecond = |row: &Row| row.time_ms % 1_000 != 0;
            let at_midnight = |case: &Case| case.rows.iter().any(|row| row.day != case.rows[0].day);
            let boundary =
                |case: &Case| case.rows.iter().any(to_the_millisecond) || at_midnight(case);
            assert!(cases.iter().any(boundary), "{} has no boundary", metric.id);
            for case in &cases {
                let title = format!("{}: {}", metric.id, case.title);
                assert!(!case.prose.is_empty(), "{title} is not explained");
                for id in case.edition.iter() {
                    assert!(metric.edition(id).is_some(), "{title}: no edition {id}");
                }
                for (reading, answer) in &case.readings {
                    let day = case.rows[0].day.parse().unwrap();
                    let edition = metric.edition_on(day).unwrap();
                    let pick = edition.rule(&[(reading, answer)]);
                    assert!(pick.is_ok(), "{title}: {reading}={answer}");
                }
            }
        }
    }
}
