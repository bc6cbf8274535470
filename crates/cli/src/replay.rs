//! `yingda replay`: a log fed to a running server as if it happened now.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clap::Args;
use facts::{FactKind, Instant, NewFact};
use intake::gather::{self, Facts, Take};
use intake::{Profile, Rejected, Source};

use crate::args::ShapeArgs;
use crate::client::{AccessArgs, Client};
use crate::clock::{self, Stopwatch};
use crate::failure::{DONE, FAULT, Failure};
use crate::import::{reject, rejects_files};
use crate::input;
use crate::lang::Lang;
use crate::memory;
use crate::profile;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::sending::{self, Feeder, Manner, Sent, Shared, Stopped, Tally};

/// `yingda replay`
#[derive(Args, Clone, Debug)]
pub(crate) struct ReplayArgs {
    /// Logs: CSV, JSON Lines (both also .gz, .zst), Parquet, or folders that `yingda pack` wrote;
    /// `-` is standard input
    #[arg(required = true, value_name = "LOG")]
    logs: Vec<PathBuf>,
    /// The server's address, as `https://yingda.example.com`
    #[arg(long, value_name = "URL")]
    server: String,
    #[command(flatten)]
    access: AccessArgs,
    /// How many times faster than it happened, as `60` or `1.5`; `max`: as fast as the server
    /// takes it
    #[arg(long, value_name = "N", default_value = "1")]
    speed: String,
    /// Begin at this instant of the log, as `2026-06-01T09:00:00+08:00`
    #[arg(long, value_name = "INSTANT")]
    from: Option<String>,
    /// Give messages ids of their own, so that a log can be replayed again
    #[arg(long)]
    new_ids: bool,
    /// Stop at the first row that is not a fact
    #[arg(long)]
    strict: bool,
    /// Where rejected rows go [default: LOG.rejected.csv beside each log; stdin.rejected.csv in the
    /// working folder for standard input]
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    #[command(flatten)]
    shape: ShapeArgs,
}

/// What is due is sent so often at most, in milliseconds.
const TICK: i64 = 50;

/// One request after the other, so that facts arrive as they happened, and what is late shows.
const TIMED: Manner = Manner { lanes: 1, waiting: 0, path: REPLAY };

/// As fast as the server takes it.
const FAST: Manner = Manner { lanes: 4, waiting: 1, path: REPLAY };

/// Facts come as they happen.
const REPLAY: &str = "/v1/facts?feed=replay";

/// How many times faster than it happened, in thousandths; `None`: as fast as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Speed(Option<i64>);

impl Speed {
    fn parse(text: &str) -> Option<Self> {
        if text == "max" {
            return Some(Self(None));
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_digits(whole, 7) || !is_digits(part, 3) {
            return None;
        }
        let thousandths: i64 = format!("{part:0<3}").parse().ok()?;
        let speed = whole.parse::<i64>().ok()? * 1_000 + thousandths;
        (speed > 0).then_some(Self(Some(speed)))
    }
}

/// What time it is, and how to wait.
trait Clock {
    /// Now, in milliseconds since the epoch.
    fn now(&self) -> i64;
    /// Waits so many milliseconds.
    fn wait(&self, ms: i64);
}

/// The system's clock as it stood at the start, going on evenly.
struct SystemClock {
    began_at: i64,
    began: Stopwatch,
}

impl SystemClock {
    fn new() -> Self {
        Self { began_at: clock::now().0, began: Stopwatch::start() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        self.began_at + i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn wait(&self, ms: i64) {
        std::thread::sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(0)));
    }
}

/// Where rows go.
trait Outlet {
    fn push(&mut self, source: usize, line: u64, row: &NewFact<'_>) -> Result<(), Stopped>;
    fn flush(&mut self) -> Result<(), Stopped>;
    /// Rows that come now lie at a later instant.
    fn later(&mut self);
}

impl Outlet for Feeder<'_, '_> {
    fn push(&mut self, source: usize, line: u64, row: &NewFact<'_>) -> Result<(), Stopped> {
        Self::push(self, source, line, row)
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        Self::flush(self)
    }

    fn later(&mut self) {
        self.forget();
    }
}

/// The log's clock: rows go out when they are due.
struct Player<C> {
    clock: C,
    speed: Speed,
    /// The first instant of the log that is played.
    first: i64,
    /// When it is played.
    start: i64,
    /// What ids end in; nothing: they stay.
    suffix: String,
    /// When rows were last handed on.
    ticked: i64,
    /// The instant of the newest row, as played.
    newest: i64,
    /// The most that a row was late, in milliseconds.
    behind: i64,
    played: u64,
}

impl<C: Clock> Player<C> {
    fn new(clock: C, speed: Speed, first: i64, new_ids: bool) -> Self {
        let start = clock.now();
        let suffix = if new_ids { format!("~{start}") } else { String::new() };
        let (ticked, newest) = (start, i64::MIN);
        Self { clock, speed, first, start, suffix, ticked, newest, behind: 0, played: 0 }
    }

    /// When an instant of the log is played.
    fn played_at(&self, at: i64, speed: i64) -> i64 {
        let gap = i128::from(at - self.first) * 1_000 / i128::from(speed);
        self.start.saturating_add(i64::try_from(gap).unwrap_or(i64::MAX))
    }

    /// Plays a row, once it is due; rows come in the order of their instants.
    fn play(
        &mut self,
        out: &mut impl Outlet,
        (source, line): (usize, u64),
        row: &NewFact<'_>,
    ) -> Result<(), Stopped> {
        let (at, seen_at) = match self.speed.0 {
            Some(speed) => {
                let seen_at = row.seen_at.map(|seen| Instant(self.played_at(seen.0, speed)));
                (self.wait_for(self.played_at(row.at.0, speed), out)?, seen_at)
            }
            None => {
                let now = self.clock.now().max(self.newest);
                // It was learned as much later as it was then.
                (now, row.seen_at.map(|seen| Instant(now.saturating_add(seen.0 - row.at.0))))
            }
        };
        if at > self.newest {
            out.later();
            self.newest = at;
        }
        let renamed = |id: &str| match id {
            "" => String::new(),
            id => format!("{id}{}", self.suffix),
        };
        let id = renamed(row.id);
        // Other facts refer to orders and buyers, which stay who they are.
        let names_message = matches!(row.kind, FactKind::Recalled | FactKind::NoReplyNeeded);
        let reference =
            if names_message { renamed(row.reference) } else { row.reference.to_owned() };
        let played = NewFact { at: Instant(at), seen_at, id: &id, reference: &reference, ..*row };
        self.played += 1;
        out.push(source, line, &played)
    }

    /// Sends what is due until an instant has come, which is returned.
    fn wait_for(&mut self, due: i64, out: &mut impl Outlet) -> Result<i64, Stopped> {
        loop {
            let now = self.clock.now();
            if due > now {
                out.flush()?;
                // What becomes due until then goes in one request with it.
                let until = due.max(self.ticked + TICK);
                self.ticked = self.clock.now();
                self.clock.wait(until.saturating_sub(self.ticked).max(1));
                continue;
            }
            if now - self.ticked >= TICK {
                out.flush()?;
                self.ticked = self.clock.now();
            }
            self.behind = self.behind.max(self.clock.now() - due);
            return Ok(due);
        }
    }
}

/// Runs the command; the exit code: 2 when rows were left out.
pub(crate) fn run(args: &ReplayArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let speed = Speed::parse(&args.speed).ok_or_else(|| {
        let text = &args.speed;
        Failure::new(lang.of(
            format!("`--speed {text}`: expected a number such as `60` or `1.5`, or `max`"),
            format!("`--speed {text}`：应为 `60`、`1.5` 这样的数，或 `max`"),
        ))
    })?;
    let from = args.from.as_deref().map(|text| parse_from(text, lang)).transpose()?;
    let sources = input::sources(&args.logs, lang)?;
    let profile = profile::of(&args.shape, screen)?;
    let client = Client::new(&args.server, &args.access, screen)?;
    let files = rejects_files(args.rejected.as_deref(), &sources, lang);
    let names: Vec<String> = sources.iter().map(Source::name).collect();
    let reading = Reading {
        sources: &sources,
        profile: profile.as_ref(),
        strict: args.strict,
        from: from.unwrap_or(i64::MIN),
        screen,
    };
    let manner = if speed.0.is_some() { TIMED } else { FAST };
    let (played, sent) = sending::run(&client, manner, &names, files, lang, |feeder| {
        reading.play(feeder, speed, args.new_ids)
    })?;
    let Sent { tallies, files, unwritten, has_conflicts, notices } = sent;
    notices.iter().for_each(|notice| screen.notice(notice));
    let mut whole = Tally::default();
    tallies.iter().for_each(|tally| whole.add(tally));
    let rejected = whole.rejected + played.rejected;
    input::tell_rejected(files, unwritten, rejected, played.rows, screen)?;
    if has_conflicts && !args.new_ids {
        screen.notice(lang.of(
            "ids of the log are known to the server with other contents, as after an earlier \
             replay; `--new-ids` gives new ones",
            "日志中的 id 在服务器上已有不同的内容（例如先前回放过）；可用 `--new-ids` 换新 id",
        ));
    }
    let (accepted, duplicate) = (whole.accepted, whole.duplicate());
    let behind = format!("{}.{:03}", played.behind / 1_000, played.behind % 1_000);
    let line = lang.of(
        format!(
            "{} facts: {accepted} accepted, {duplicate} duplicate, {} rejected; at most {behind} s \
             behind",
            whole.sent, whole.rejected
        ),
        format!(
            "{} 条事实：新增 {accepted}，重复 {duplicate}，被拒 {}；最多落后 {behind} 秒",
            whole.sent, whole.rejected
        ),
    );
    writeln!(io::stdout().lock(), "{line}").map_err(Failure::new)?;
    Ok(if rejected > 0 { FAULT } else { DONE })
}

fn parse_from(text: &str, lang: Lang) -> Result<i64, Failure> {
    text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond).map_err(|_| {
        Failure::new(lang.of(
            format!(
                "`--from {text}`: expected an instant with its offset, such as \
                 `2026-06-01T09:00:00+08:00`"
            ),
            format!("`--from {text}`：应为带时区的时刻，如 `2026-06-01T09:00:00+08:00`"),
        ))
    })
}

/// What was played.
#[derive(Clone, Copy, Debug, Default)]
struct Played {
    /// Rows of the log.
    rows: u64,
    /// Rows of the log that are no facts.
    rejected: u64,
    /// The most that a row was late, in milliseconds.
    behind: i64,
}

/// How sources are read.
struct Reading<'a> {
    sources: &'a [Source],
    profile: Option<&'a Profile>,
    strict: bool,
    /// The first instant that is played.
    from: i64,
    screen: &'a Screen,
}

/// What a first look at the log found; its rows, where they cannot be read again.
struct Found {
    facts: u64,
    first: Option<i64>,
    newest: i64,
    is_sorted: bool,
    held: Option<Vec<(usize, Facts)>>,
}

impl Reading<'_> {
    fn play(
        &self,
        feeder: &mut Feeder<'_, '_>,
        speed: Speed,
        new_ids: bool,
    ) -> Result<Played, Failure> {
        let lang = self.screen.lang;
        let once = self.sources.iter().any(|source| !is_readable_again(source));
        let held = once.then(Vec::new);
        let mut found = Found { facts: 0, first: None, newest: i64::MIN, is_sorted: true, held };
        let (rows, rejected) = self.look(&mut found, Some(feeder.shared()))?;
        let Some(first) = found.first else {
            return Err(Failure::new(lang.of(
                "nothing to replay: no fact of the log lies at or after the start",
                "没有可回放的内容：日志中没有起始时刻及以后的事实",
            )));
        };
        if !found.is_sorted && found.held.is_none() {
            memory::check(self.sources, self.screen)?;
            let held = Some(Vec::new());
            found = Found { facts: 0, first: None, newest: i64::MIN, is_sorted: false, held };
            self.look(&mut found, None)?;
        }
        let player = Player::new(SystemClock::new(), speed, first, new_ids);
        let bar = Progress::replaying(found.facts, self.screen);
        let from = self.from;
        let playing = Mutex::new(Playing { player, feeder, from, bar: &bar, lang });
        let played = match &found.held {
            Some(pieces) => lock(&playing).pieces(pieces).map_err(io::Error::from),
            None => Ok(()),
        };
        played.map_err(Failure::new)?;
        if found.held.is_none() {
            for (source, number) in self.sources.iter().zip(0..) {
                let take = PlaySource { number, playing: &playing };
                gather::source(number, source, self.profile, self.strict, 1, &take)
                    .map_err(|error| Failure::new(error.message(lang.intake())))?;
            }
        }
        bar.done();
        let behind = lock(&playing).player.behind;
        Ok(Played { rows, rejected, behind })
    }

    /// Reads all sources once; rows, and those that are no facts, which are written down where
    /// there is somewhere to.
    fn look(&self, found: &mut Found, shared: Option<&Shared<'_>>) -> Result<(u64, u64), Failure> {
        let lang = self.screen.lang;
        let bar = Progress::reading(0, self.screen);
        let (mut rows, mut rejected) = (0, 0);
        for (number, source) in self.sources.iter().enumerate() {
            let found = Mutex::new(&mut *found);
            let look = Look { number, from: self.from, found, shared, bar: &bar, lang };
            let report = gather::source(number, source, self.profile, self.strict, 1, &look)
                .map_err(|error| Failure::new(error.message(lang.intake())))?;
            rows += report.rows;
            rejected += report.rejected;
            for warning in report.warnings.iter().filter(|_| shared.is_some()) {
                self.screen.notice(&warning.message(lang.intake()));
            }
        }
        bar.done();
        Ok((rows, rejected))
    }
}

/// Pipes are read once only.
fn is_readable_again(source: &Source) -> bool {
    match source {
        Source::File(path) => std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()),
        Source::Stdin => false,
        Source::Bytes { .. } | Source::Part(_) => true,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A first look at a source.
struct Look<'a> {
    number: usize,
    from: i64,
    found: Mutex<&'a mut Found>,
    shared: Option<&'a Shared<'a>>,
    bar: &'a Progress,
    lang: Lang,
}

impl Take for Look<'_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let mut found = lock(&self.found);
        for at in facts.at.iter().copied().filter(|at| *at >= self.from) {
            found.facts += 1;
            found.first = Some(found.first.map_or(at, |first| first.min(at)));
            found.is_sorted &= at >= found.newest;
            found.newest = found.newest.max(at);
        }
        if let Some(held) = &mut found.held {
            held.push((self.number, facts));
        }
        Ok(())
    }

    fn rejected(&self, _: u64, rejected: &Rejected) -> io::Result<()> {
        if let Some(shared) = self.shared {
            reject(shared, rejected, self.lang);
        }
        Ok(())
    }

    fn progress(&self, now: intake::Progress) {
        self.bar.at(now.bytes, now.total.unwrap_or(now.bytes));
    }
}

/// The replay under way.
struct Playing<'a, 'f, 's> {
    player: Player<SystemClock>,
    feeder: &'a mut Feeder<'f, 's>,
    from: i64,
    bar: &'a Progress,
    lang: Lang,
}

impl Playing<'_, '_, '_> {
    /// Plays rows that are held, by their instants.
    fn pieces(&mut self, pieces: &[(usize, Facts)]) -> Result<(), Stopped> {
        let rows = |(piece, (_, facts)): (usize, &(usize, Facts))| {
            let at = facts.at.iter().copied().zip(0u32..);
            at.map(move |(at, row)| (at, piece as u32, row)).collect::<Vec<_>>()
        };
        let mut order: Vec<(i64, u32, u32)> = pieces.iter().enumerate().flat_map(rows).collect();
        // Pieces and rows stand in the order of the log: equal instants keep it.
        order.sort_unstable();
        for (_, piece, row) in order {
            let (source, facts) = &pieces[piece as usize];
            self.row(*source, facts, row as usize)?;
        }
        Ok(())
    }

    fn row(&mut self, source: usize, facts: &Facts, row: usize) -> Result<(), Stopped> {
        if facts.at[row] < self.from {
            return Ok(());
        }
        let place = (source, facts.line[row]);
        self.player.play(self.feeder, place, &facts.new_fact(row))?;
        if self.player.played.is_multiple_of(64) {
            self.tell();
        }
        Ok(())
    }

    /// Shows how far the replay is, and how far behind.
    fn tell(&self) {
        let behind = match self.player.speed.0 {
            Some(_) => (self.player.clock.now() - self.player.newest).max(0),
            None => 0,
        };
        let behind = format!("{}.{}", behind / 1_000, behind % 1_000 / 100);
        let text = self.lang.of(format!("{behind} s behind"), format!("落后 {behind} 秒"));
        self.bar.to(self.player.played);
        self.bar.say(text);
    }
}

/// Plays the rows of a source as they are read.
struct PlaySource<'a, 'p, 'f, 's> {
    number: usize,
    playing: &'a Mutex<Playing<'p, 'f, 's>>,
}

impl Take for PlaySource<'_, '_, '_, '_> {
    fn facts(&self, facts: Facts) -> io::Result<()> {
        let mut playing = lock(self.playing);
        for row in 0..facts.len() {
            playing.row(self.number, &facts, row)?;
        }
        Ok(())
    }

    /// They were told at the first look.
    fn rejected(&self, _: u64, _: &Rejected) -> io::Result<()> {
        Ok(())
    }

    fn progress(&self, _: intake::Progress) {}
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use intake::json_row;

    use super::*;

    /// A clock that goes on when somebody waits.
    struct Virtual(Cell<i64>);

    impl Clock for &Virtual {
        fn now(&self) -> i64 {
            self.0.get()
        }

        fn wait(&self, ms: i64) {
            self.0.set(self.0.get() + ms);
        }
    }

    /// Keeps what was sent, with when; a request takes a while.
    struct Kept<'a> {
        clock: &'a Virtual,
        takes: i64,
        open: Vec<String>,
        sent: Vec<(i64, Vec<String>)>,
    }

    impl Outlet for Kept<'_> {
        fn push(&mut self, _: usize, _: u64, row: &NewFact<'_>) -> Result<(), Stopped> {
            self.open.push(format!("{}@{}{}", row.id, row.at.0, row.reference));
            Ok(())
        }

        fn flush(&mut self) -> Result<(), Stopped> {
            if !self.open.is_empty() {
                self.sent.push((self.clock.0.get(), std::mem::take(&mut self.open)));
                (&self.clock).wait(self.takes);
            }
            Ok(())
        }

        fn later(&mut self) {}
    }

    fn play(speed: &str, takes: i64, new_ids: bool, rows: &[(i64, &str)]) -> (Vec<String>, i64) {
        let clock = Virtual(Cell::new(1_000_000));
        let mut out = Kept { clock: &clock, takes, open: Vec::new(), sent: Vec::new() };
        let speed = Speed::parse(speed).unwrap();
        let mut player = Player::new(&clock, speed, rows[0].0, new_ids);
        for (at, id) in rows {
            let whose = r#""platform":"jd","shop":"s","buyer":"b","author":"buyer""#;
            let at = desk::Stamp { at: Instant(*at), offset: 0 };
            let json = format!(r#"{{"at":"{at}","id":"{id}",{whose}}}"#);
            json_row::read(json.as_bytes(), |row, _| {
                player.play(&mut out, (0, 1), &row.unwrap()).unwrap();
            });
        }
        out.flush().unwrap();
        let sent = out.sent.iter().map(|(at, rows)| format!("{at}: {}", rows.join(" ")));
        (sent.collect(), player.behind)
    }

    #[test]
    fn gaps_are_divided_by_the_speed_and_what_is_due_goes_together() {
        let rows = [(5_000, "a"), (5_100, "b"), (65_000, "c"), (65_600, "d"), (125_000, "e")];
        let (sent, behind) = play("60", 0, false, &rows);
        // b falls due 1 ms after a, and d 10 ms after c: each goes with the next tick.
        let expected = [
            "1000000: a@1000000",
            "1000050: b@1000001",
            "1001000: c@1001000",
            "1001050: d@1001010",
            "1002000: e@1002000",
        ];
        assert_eq!(sent, expected);
        assert!(behind <= TICK, "{behind}");
    }

    #[test]
    fn a_slow_server_is_told_and_caught_up_with() {
        let rows: Vec<(i64, &str)> = (0..40).map(|n| (n * 10, "")).collect();
        let (sent, behind) = play("1", 120, false, &rows);
        // The first that falls due while the server works does so 10 ms after it began.
        assert!((110..=250).contains(&behind), "{behind}");
        assert!(sent.len() < 8, "{sent:?}");
        let (sent, _) = play("max", 0, true, &[(0, "a"), (9_000_000, "b")]);
        assert_eq!(sent, ["1000000: a~1000000@1000000 b~1000000@1000000"]);
    }

    #[test]
    fn speeds_are_numbers() {
        let speed = |text| Speed::parse(text).and_then(|speed| speed.0);
        assert_eq!([speed("60"), speed("1.5"), speed("0.001")], [60_000, 1_500, 1].map(Some));
        assert_eq!(Speed::parse("max"), Some(Speed(None)));
        for bad in ["", "0", "0.0", "-1", "1e3", ".5", "1.", "1.2345", "99999999", "６０"] {
            assert_eq!(Speed::parse(bad), None, "{bad}");
        }
    }
}
