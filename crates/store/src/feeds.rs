//! What the server keeps between starts: feeds, cursors, panel figures, alerts, settings.

use facts::{Day, Instant};

use crate::audit::{Entry, note};
use crate::error::Result;
use crate::scope::{Grant, Scope, Who};
use crate::sealed::SEALED;
use crate::sql::{Connection, Row, all, args, first};
use crate::store::Store;

/// How facts of a shop come in, and how lately they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The platform's word.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// What feeds it: a connector, a folder, a token.
    pub feed: String,
    /// How good it is: `live`, `daily`, `panel`.
    pub grade: String,
    /// When its latest fact happened; absent: it gave none.
    pub last_fact_at: Option<Instant>,
    /// When it was last heard, with or without a fact; absent: never.
    pub last_heard_at: Option<Instant>,
}

/// A figure as a platform's panel shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The platform's word.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// The account; empty: the shop's figure.
    pub account: String,
    /// The metric.
    pub metric: String,
    /// The first day it covers.
    pub from: Day,
    /// The last day it covers.
    pub to: Day,
    /// When it was read off; absent: that is not known, and it stands for what was settled later.
    pub seen_at: Option<Instant>,
    /// As the panel prints it.
    pub value: String,
    /// How many samples the panel says there are; absent: it does not say.
    pub samples: Option<u64>,
}

/// What became of a panel figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was not known.
    New,
    /// It was known, with the same value and samples.
    Same,
    /// It was known otherwise: the new value stands, and the audit log has both.
    Replaced,
}

/// In the place of an instant that is not known: later than any.
const NOT_KNOWN: i64 = i64::MAX;

/// A step of an alert's ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertStep {
    /// Names the alert: the same question, standing or figure, the same name.
    pub alert: String,
    /// The step, with its channel: `remind dingtalk`.
    pub step: String,
    /// The platform of the shop.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// When it was due.
    pub at: Instant,
    /// Why. No buyer's id or text.
    pub reason: String,
    /// What it was about, in the words of whoever decides on alerts. No buyer's id or text.
    pub about: String,
    /// What became of it.
    pub state: StepState,
    /// Since when.
    pub changed_at: Instant,
    /// Why it failed, in English and in Chinese; absent: it did not, or an older version noted it.
    pub failed: Option<[String; 2]>,
}

facts::words! {
    /// What became of a step.
    StepState {
        /// It was decided that there is nothing to send.
        Noted = "noted",
        /// It is being sent, or was when the program stopped.
        Claimed = "claimed",
        /// It was sent.
        Sent = "sent",
        /// Too many waited: the next message only says how many more there were.
        Counted = "counted",
        /// It could not be sent.
        Failed = "failed",
    }
}

impl Store {
    /// Puts what is known of feeds in the place of what was; instants only grow.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the shop is out of reach.
    pub fn hear(&self, scope: &Scope, feeds: Vec<Feed>) -> Result<()> {
        for feed in &feeds {
            scope.needs_shop(Grant::Feed, &feed.platform, &feed.shop)?;
        }
        self.change(move |connection| feeds.iter().try_for_each(|feed| hear(connection, feed)))
    }

    /// The feeds of shops in reach.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not read.
    pub fn feeds(&self, scope: &Scope) -> Result<Vec<Feed>> {
        scope.needs(Grant::Read)?;
        let mut found = self.read(|connection| {
            let every = "SELECT platform, shop, feed, grade, last_fact_at, last_heard_at
                         FROM feeds ORDER BY platform, shop, feed";
            all(connection, every, &[], |row| {
                Ok(Feed {
                    platform: row.text()?,
                    shop: row.text()?,
                    feed: row.text()?,
                    grade: row.text()?,
                    last_fact_at: row.maybe_int()?.map(Instant),
                    last_heard_at: row.maybe_int()?.map(Instant),
                })
            })
        })?;
        found.retain(|feed| scope.reach().has(&feed.platform, &feed.shop));
        Ok(found)
    }

    /// Keeps how far a connector has read. Written after the facts are durable, so that a crash
    /// in between reads some of them again, which are duplicates then.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn put_cursor(
        &self,
        scope: &Scope,
        at: Instant,
        [connector, name, value]: [&str; 3],
    ) -> Result<()> {
        scope.needs_everything(Grant::Feed)?;
        let [connector, name, value] = [connector, name, value].map(str::to_owned);
        self.change(move |connection| {
            let put = "INSERT INTO cursors (connector, name, value, at) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (connector, name)
                       DO UPDATE SET value = EXCLUDED.value, at = EXCLUDED.at";
            connection.run(put, args![connector, name, value, at.0]).map(|_| ())
        })
    }

    /// How far a connector has read, and since when; `None`: nothing yet.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn cursor(
        &self,
        scope: &Scope,
        connector: &str,
        name: &str,
    ) -> Result<Option<(String, Instant)>> {
        scope.needs_everything(Grant::Feed)?;
        self.read(|connection| {
            let one = "SELECT value, at FROM cursors WHERE connector = $1 AND name = $2";
            first(connection, one, args![connector, name], |row| {
                Ok((row.text()?, Instant(row.int()?)))
            })
        })
    }

    /// Adds panel figures, and says of each what became of it. The same figure read at the same
    /// instant is replaced; all of them are durable, or none.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when one is of a shop out of reach; then none is added.
    pub fn put_observed(
        &self,
        scope: &Scope,
        at: Instant,
        figures: Vec<Observed>,
    ) -> Result<Vec<Put>> {
        for figure in &figures {
            scope.needs_shop(Grant::Feed, &figure.platform, &figure.shop)?;
        }
        let who = scope.who();
        self.change(move |connection| {
            let put = |figure: &Observed| put_figure(connection, figure, at, who);
            figures.iter().map(put).collect()
        })
    }

    /// Takes a panel figure away, whatever its value and samples are; `false`: there is none of
    /// this place, days and instant. The audit log keeps what it was.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when its shop is out of reach.
    pub fn drop_observed(&self, scope: &Scope, at: Instant, which: Observed) -> Result<bool> {
        scope.needs_shop(Grant::Feed, &which.platform, &which.shop)?;
        let who = scope.who();
        self.change(move |connection| {
            let Some(was) = known_figure(connection, &which)? else { return Ok(false) };
            let [from, to] = which.days();
            connection.run(
                "DELETE FROM observed
                 WHERE platform = $1 AND shop = $2 AND account = $3 AND metric = $4
                 AND from_day = $5 AND to_day = $6 AND seen_at = $7",
                args![
                    which.platform.as_str(),
                    which.shop.as_str(),
                    which.account.as_str(),
                    which.metric.as_str(),
                    from,
                    to,
                    which.seen()
                ],
            )?;
            which.note(connection, (at, who), (Some(&was), None))?;
            Ok(true)
        })
    }

    /// The panel figures of shops in reach, by shop, metric and days.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not read.
    pub fn observed(&self, scope: &Scope) -> Result<Vec<Observed>> {
        scope.needs(Grant::Read)?;
        let mut found =
            self.read(|connection| all(connection, &observed_where("TRUE"), &[], observed_of_row))?;
        found.retain(|figure| scope.reach().has(&figure.platform, &figure.shop));
        Ok(found)
    }

    /// The panel figures of one shop, by metric and days.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not read the shop.
    pub fn observed_of(&self, scope: &Scope, platform: &str, shop: &str) -> Result<Vec<Observed>> {
        scope.needs_shop(Grant::Read, platform, shop)?;
        self.read(|connection| {
            let of = observed_where("platform = $1 AND shop = $2");
            all(connection, &of, args![platform, shop], observed_of_row)
        })
    }

    /// Takes a step of an alert, durably, before it is sent: whoever is told `true` sends it, and
    /// nobody else ever is. `false`: it was taken before, perhaps before a restart.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the shop is out of reach.
    pub fn claim_step(&self, scope: &Scope, step: AlertStep) -> Result<bool> {
        scope.needs_shop(Grant::Settings, &step.platform, &step.shop)?;
        self.change(move |connection| claim(connection, &step))
    }

    /// Says what became of a step, and why where it failed: in English and in Chinese, a line each.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything,
    /// [`crate::Error::Absent`] when nobody took the step.
    pub fn settle_step(
        &self,
        scope: &Scope,
        at: Instant,
        (alert, step): (&str, &str),
        (state, failed): (StepState, Option<[String; 2]>),
    ) -> Result<()> {
        scope.needs_everything(Grant::Settings)?;
        let (alert, step) = (alert.to_owned(), step.to_owned());
        let failed = failed.map(|lines| lines.join("\n"));
        self.change(move |connection| {
            let set = "UPDATE alerts SET state = $1, changed_at = $2, failed = $3
                       WHERE alert = $4 AND step = $5";
            let failed = failed.as_deref();
            match connection.run(set, args![state.word(), at.0, failed, alert, step])? {
                0 => Err(crate::Error::Absent { what: "alert" }),
                _ => Ok(()),
            }
        })
    }

    /// The steps of shops in reach that were due at an instant or later, oldest first: what a
    /// restart goes on from, and what people look up.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller may not read.
    pub fn alert_steps(&self, scope: &Scope, since: Instant) -> Result<Vec<AlertStep>> {
        scope.needs(Grant::Read)?;
        let mut found = self.read(|connection| {
            let every = "SELECT alert, step, platform, shop, at, reason, about, state, changed_at,
                         failed
                         FROM alerts WHERE at >= $1 ORDER BY at, alert, step";
            all(connection, every, args![since.0], |row| {
                Ok(AlertStep {
                    alert: row.text()?,
                    step: row.text()?,
                    platform: row.text()?,
                    shop: row.text()?,
                    at: Instant(row.int()?),
                    reason: row.text()?,
                    about: row.text()?,
                    state: StepState::from_word(&row.text()?).unwrap_or(StepState::Claimed),
                    changed_at: Instant(row.int()?),
                    failed: row.maybe_text()?.and_then(two_lines),
                })
            })
        })?;
        found.retain(|step| scope.reach().has(&step.platform, &step.shop));
        Ok(found)
    }

    /// Forgets steps that were due before an instant.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn forget_steps(&self, scope: &Scope, before: Instant) -> Result<u64> {
        scope.needs_everything(Grant::Settings)?;
        self.change(move |connection| {
            connection.run("DELETE FROM alerts WHERE at < $1", args![before.0])
        })
    }

    /// Puts a setting in the place of the one there was; without value, it goes.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn put_setting(
        &self,
        scope: &Scope,
        at: Instant,
        name: &str,
        value: Option<&str>,
    ) -> Result<()> {
        scope.needs_everything(Grant::Settings)?;
        let (who, name, value) = (scope.who(), name.to_owned(), value.map(str::to_owned));
        self.change(move |connection| {
            let one = "SELECT value FROM settings WHERE name = $1";
            let was = first(connection, one, args![name.as_str()], |row| row.text())?;
            connection.run("DELETE FROM settings WHERE name = $1", args![name.as_str()])?;
            if let Some(value) = &value {
                let put = "INSERT INTO settings (name, value) VALUES ($1, $2)";
                connection.run(put, args![name.as_str(), value.as_str()])?;
            }
            let line = Entry::new("setting", &name).change(was.as_deref(), value.as_deref());
            note(connection, at, who, &line)
        })
    }

    /// All settings, by name; those that hold secrets are not among them ([`Store::sealed`]).
    ///
    /// # Errors
    ///
    /// [`crate::Error::Denied`] when the caller does not reach everything.
    pub fn settings(&self, scope: &Scope) -> Result<Vec<(String, String)>> {
        scope.needs_everything(Grant::Read)?;
        let mut found = self.read(|connection| {
            let every = "SELECT name, value FROM settings ORDER BY name";
            all(connection, every, &[], |row| Ok((row.text()?, row.text()?)))
        })?;
        found.retain(|(name, _)| !name.starts_with(SEALED));
        Ok(found)
    }
}

impl Observed {
    fn days(&self) -> [i64; 2] {
        [i64::from(self.from.0), i64::from(self.to.0)]
    }

    fn seen(&self) -> i64 {
        self.seen_at.map_or(NOT_KNOWN, |at| at.0)
    }

    /// What the audit log calls it.
    fn subject(&self) -> String {
        let Self { account, metric, from, to, .. } = self;
        match (account.as_str(), from == to) {
            ("", true) => format!("{metric} {from}"),
            ("", false) => format!("{metric} {from}..{to}"),
            (account, true) => format!("{metric} {account} {from}"),
            (account, false) => format!("{metric} {account} {from}..{to}"),
        }
    }

    fn note(
        &self,
        connection: &mut dyn Connection,
        (at, who): (Instant, Who),
        (was, becomes): (Option<&str>, Option<&str>),
    ) -> Result<()> {
        let subject = self.subject();
        let line = Entry::new("panel figure", &subject).of_shop(&self.platform, &self.shop);
        note(connection, at, who, &line.change(was, becomes))
    }
}

/// A figure's value and samples, as the audit log has them.
fn told(value: &str, samples: Option<i64>) -> String {
    match samples {
        Some(n) => format!("{value} n={n}"),
        None => value.to_owned(),
    }
}

/// What a figure is; `None`: there is none of it.
fn known_figure(connection: &mut dyn Connection, key: &Observed) -> Result<Option<String>> {
    let [from, to] = key.days();
    first(
        connection,
        "SELECT value, samples FROM observed
         WHERE platform = $1 AND shop = $2 AND account = $3 AND metric = $4
         AND from_day = $5 AND to_day = $6 AND seen_at = $7",
        args![
            key.platform.as_str(),
            key.shop.as_str(),
            key.account.as_str(),
            key.metric.as_str(),
            from,
            to,
            key.seen()
        ],
        |row| Ok(told(&row.text()?, row.maybe_int()?)),
    )
}

/// The query of panel figures that are so.
fn observed_where(condition: &str) -> String {
    format!(
        "SELECT platform, shop, account, metric, from_day, to_day, seen_at, value, samples
         FROM observed WHERE {condition}
         ORDER BY platform, shop, metric, from_day, to_day, seen_at, account"
    )
}

fn observed_of_row(row: &mut Row) -> Result<Observed> {
    Ok(Observed {
        platform: row.text()?,
        shop: row.text()?,
        account: row.text()?,
        metric: row.text()?,
        from: Day(row.int()? as i32),
        to: Day(row.int()? as i32),
        seen_at: Some(row.int()?).filter(|at| *at != NOT_KNOWN).map(Instant),
        value: row.text()?,
        samples: row.maybe_int()?.and_then(|n| u64::try_from(n).ok()),
    })
}

/// Puts one figure, and notes the change.
fn put_figure(
    connection: &mut dyn Connection,
    figure: &Observed,
    at: Instant,
    who: Who,
) -> Result<Put> {
    let samples = figure.samples.and_then(|n| i64::try_from(n).ok());
    let was = known_figure(connection, figure)?;
    let becomes = told(&figure.value, samples);
    if was.as_ref() == Some(&becomes) {
        return Ok(Put::Same);
    }
    let [from, to] = figure.days();
    connection.run(
        "INSERT INTO observed
         (platform, shop, account, metric, from_day, to_day, seen_at, value, samples)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (platform, shop, account, metric, from_day, to_day, seen_at)
         DO UPDATE SET value = EXCLUDED.value, samples = EXCLUDED.samples",
        args![
            figure.platform.as_str(),
            figure.shop.as_str(),
            figure.account.as_str(),
            figure.metric.as_str(),
            from,
            to,
            figure.seen(),
            figure.value.as_str(),
            samples
        ],
    )?;
    figure.note(connection, (at, who), (was.as_deref(), Some(&becomes)))?;
    Ok(if was.is_some() { Put::Replaced } else { Put::New })
}

/// English, and Chinese on the next line.
fn two_lines(text: String) -> Option<[String; 2]> {
    let (en, zh) = text.split_once('\n')?;
    Some([en.to_owned(), zh.to_owned()])
}

/// Takes a step, if nobody did.
pub(crate) fn claim(connection: &mut dyn Connection, step: &AlertStep) -> Result<bool> {
    let n = connection.run(
        "INSERT INTO alerts (alert, step, platform, shop, at, reason, about, state, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (alert, step) DO NOTHING",
        args![
            step.alert.as_str(),
            step.step.as_str(),
            step.platform.as_str(),
            step.shop.as_str(),
            step.at.0,
            step.reason.as_str(),
            step.about.as_str(),
            step.state.word(),
            step.changed_at.0,
        ],
    )?;
    Ok(n == 1)
}

/// What is newer than what is known of a feed stands.
fn hear(connection: &mut dyn Connection, feed: &Feed) -> Result<()> {
    let known = "SELECT last_fact_at, last_heard_at FROM feeds
                 WHERE platform = $1 AND shop = $2 AND feed = $3";
    let key = [&feed.platform, &feed.shop, &feed.feed].map(String::as_str);
    let known = first(connection, known, args![key[0], key[1], key[2]], |row| {
        Ok((row.maybe_int()?, row.maybe_int()?))
    })?;
    let (fact_at, heard_at) = known.unwrap_or((None, None));
    connection.run(
        "INSERT INTO feeds (platform, shop, feed, grade, last_fact_at, last_heard_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (platform, shop, feed) DO UPDATE SET grade = EXCLUDED.grade,
         last_fact_at = EXCLUDED.last_fact_at, last_heard_at = EXCLUDED.last_heard_at",
        args![
            key[0],
            key[1],
            key[2],
            feed.grade.as_str(),
            fact_at.max(feed.last_fact_at.map(|at| at.0)),
            heard_at.max(feed.last_heard_at.map(|at| at.0)),
        ],
    )?;
    Ok(())
}
