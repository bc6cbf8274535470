//! `yingda demo`: the server with a made-up agency, for whoever wants to look around first.
//!
//! One log is made up: a month that has happened, and what is to come. The month goes into the
//! store; the last two hours of it pass under a clock that is set, so that questions were open,
//! people were told, answers came; from then on facts come in as they happen.

mod agency;
mod check;
mod filling;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;

use clap::Args;
use facts::{Instant, Span, Zone};
use secret::Secret;
use server::clock::Clock;
use server::listen::{Listener, StartError};
use server::settings::{Given, Settings};
use server::signin::password;
use server::stopping::Stopping;
use store::{Feed, Reach, Role, Scope, SignUp, Store};
use tokio::runtime::Runtime;

use crate::clock::now;
use crate::data::Claim;
use crate::failure::{DONE, FAULT, Failure, NO, TYPED};
use crate::generate::{self, Staging};
use crate::interrupt::{INTERRUPTED, Unfinished};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::screen::Screen;
use crate::serve::{self, Parts};

use agency::{Fed, MEMBERS};
use filling::{Coming, Filling, Replaying, told};

/// China's clocks: milliseconds east of UTC.
const OFFSET: i64 = 8 * HOUR;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Days before today that the log has: those of a window of thirty days that ended before today,
/// and some checks more, so that what follows a failing one stands since a while.
const PAST: i32 = 36;
/// Days from today on that the log has.
const AHEAD: i32 = 3;

/// How much passes under a clock that is set before the server answers.
const CAUGHT_UP: i64 = 2 * HOUR;

/// What the log is called in the data folder.
const LOG: &str = "demo.csv";

/// Who signs in.
const LOGIN: &str = "demo";

/// `yingda demo`
#[derive(Args, Clone, Debug)]
pub(crate) struct DemoArgs {
    /// Keep everything in this folder, which is empty or new [default: a temporary one, which is
    /// removed at the end]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8788, or a free port where that one is taken]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How many facts the log has
    #[arg(long, value_name = "N", default_value = "500k")]
    rows: String,
    /// Start, look whether everything is there, and stop: the exit code is 1 where it is not
    #[arg(long)]
    check: bool,
}

/// Runs the command; the exit code.
pub(crate) fn run(args: &DemoArgs, screen: &Screen) -> Result<u8, Failure> {
    let lang = screen.lang;
    let rows = generate::whole_number(&args.rows).filter(|n| (10_000..=100_000_000).contains(n));
    let rows = rows.ok_or_else(|| {
        let found = &args.rows;
        Failure::new(lang.of(
            format!("`--rows` is `{found}`; expected a whole number from 10k to 100M"),
            format!("`--rows` 的值是 `{found}`，应为 10k 到 100M 的整数"),
        ))
    })?;
    let stopping = Stopping::default();
    serve::stop_on_signals(&stopping);
    let folder = DataFolder::make(args.data.as_deref(), lang)?;
    let time = Time::at(now());
    let (runtime, settings, listener) = listen(args, &folder, &time, lang)?;
    let demo = Demo {
        rows,
        is_checked: args.check,
        is_temporary: folder.temporary.is_some(),
        settings: &settings,
        time,
        stopping,
        screen,
    };
    let done = demo.run(&runtime, listener);
    // Nobody holds a file of the folder any more.
    drop(runtime);
    match done {
        Err(_) if demo.stopping.has_begun() && !demo.is_checked => {
            screen.notice(lang.of("stopped", "已中止"));
            Ok(u8::try_from(INTERRUPTED).unwrap_or(FAULT))
        }
        Ok(code) => {
            folder.tell(&demo, lang)?;
            Ok(code)
        }
        Err(failure) => Err(failure),
    }
}

/// Where the data is.
struct DataFolder {
    path: PathBuf,
    /// It is removed at the end.
    temporary: Option<Unfinished>,
}

impl DataFolder {
    fn make(given: Option<&Path>, lang: Lang) -> Result<Self, Failure> {
        let failed = |path: &Path, error: io::Error| {
            let path = path.display();
            Failure::new(lang.of(
                format!("{path}: the data folder cannot be made: {error}"),
                format!("{path}：无法创建数据文件夹：{error}"),
            ))
        };
        if let Some(path) = given {
            serve::make_private(path).map_err(|error| failed(path, error))?;
            let mut inside = std::fs::read_dir(path).map_err(|error| failed(path, error))?;
            if inside.next().is_some() {
                let path = path.display();
                return Err(Failure::new(lang.of(
                    format!(
                        "{path}: something is in it already; name an empty or new folder, or \
                         start what is there with `yingda serve --data {path}`"
                    ),
                    format!(
                        "{path}：其中已有内容；请指定空的或新的文件夹，或用 \
                         `yingda serve --data {path}` 启动已有的数据"
                    ),
                )));
            }
            return Ok(Self { path: path.to_owned(), temporary: None });
        }
        let chance = secret::random::<8>().map_err(Failure::new)?;
        let name = format!("yingda-demo-{}", secret::hex(&chance));
        let path = std::env::temp_dir().join(name);
        // Nobody else can have made one of this name, nor look into it.
        serve::make_private(&path).map_err(|error| failed(&path, error))?;
        let temporary = Some(Unfinished::new(&path));
        Ok(Self { path, temporary })
    }

    /// Says how what is kept is started again.
    fn tell(&self, demo: &Demo<'_>, lang: Lang) -> Result<(), Failure> {
        if self.temporary.is_some() {
            return Ok(());
        }
        let path = self.path.display();
        let shift = demo.time.shift.0;
        let clock = if shift == 0 { String::new() } else { format!(" --clock-shift {shift}ms") };
        let command = format!("yingda serve --data {path}{clock}");
        print(&lang.of(
            format!("The data stays in {path}; `{command}` starts it again."),
            format!("数据保留在 {path}；可用 `{command}` 再次启动。"),
        ))
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        if self.temporary.is_some() {
            // What cannot be removed lies where the system puts what may be removed.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// When the demo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Time {
    /// When it begins, by its own clock.
    begins_at: Instant,
    /// How far its clock is ahead of the machine's.
    shift: Span,
    /// Midnight before it.
    midnight: Instant,
}

impl Time {
    /// At night nobody must be answered within minutes: then the demo begins at half past two in
    /// the afternoon of the same day.
    fn at(now: Instant) -> Self {
        let zone = Zone::fixed(OFFSET);
        let local = zone.local(now);
        let midnight = zone.start_of(local.day);
        let is_day = (9 * HOUR..22 * HOUR).contains(&(now - midnight).0);
        let begins_at = if is_day { now } else { midnight + Span(14 * HOUR + HOUR / 2) };
        Self { begins_at, shift: begins_at - now, midnight }
    }

    fn today(&self) -> facts::Day {
        Zone::fixed(OFFSET).day(self.midnight)
    }
}

/// A clock that is set until it is let go.
#[derive(Clone)]
struct SetClock {
    /// What it shows; the greatest number: it goes.
    shows: Arc<AtomicI64>,
    goes: Clock,
}

impl SetClock {
    fn new(at: Instant, goes: Clock) -> Self {
        Self { shows: Arc::new(AtomicI64::new(at.0)), goes }
    }

    fn set(&self, at: Instant) {
        self.shows.store(at.0, Ordering::Relaxed);
    }

    fn let_go(&self) {
        self.set(Instant(i64::MAX));
    }

    fn clock(&self) -> Clock {
        let Self { shows, goes } = self.clone();
        Clock::new(move || match shows.load(Ordering::Relaxed) {
            i64::MAX => goes.now(),
            at => Instant(at),
        })
    }
}

type Listening = (Runtime, Settings, Listener);

/// Listens, before anything takes time: where that cannot be, it is told at once.
fn listen(
    args: &DemoArgs,
    folder: &DataFolder,
    time: &Time,
    lang: Lang,
) -> Result<Listening, Failure> {
    let mut flags = vec![
        ("--data", folder.path.to_string_lossy().into_owned()),
        ("--language", lang.of("en", "zh").to_owned()),
        ("--log-level", "error".to_owned()),
    ];
    flags.extend(args.listen.clone().map(|listen| ("--listen", listen)));
    if time.shift.0 != 0 {
        flags.push(("--clock-shift", format!("{}ms", time.shift.0)));
    }
    let flags = flags.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    // Neither a file nor the environment: those are of a server of one's own.
    let mut settings = Settings::read(&Given { flags, ..Given::default() }).map_err(|wrong| {
        let lines = wrong.iter().map(|one| one.message(lang.intake()));
        Failure::new(lines.collect::<Vec<_>>().join("\n"))
    })?;
    let runtime = serve::begin(&settings, lang)?;
    let mut bound = runtime.block_on(Listener::bind(&settings));
    if args.listen.is_none()
        && let Err(StartError::Listen { error, .. }) = &bound
        && error.kind() == io::ErrorKind::AddrInUse
    {
        settings.listen.set_port(0);
        bound = runtime.block_on(Listener::bind(&settings));
    }
    let listener = bound.map_err(|error| Failure::new(error.message(lang.intake())))?;
    // Cookies are told apart by the port, also by one that was free.
    settings.listen = listener.address();
    Ok((runtime, settings, listener))
}

/// The demo, from its log to its end.
struct Demo<'a> {
    rows: u64,
    is_checked: bool,
    is_temporary: bool,
    settings: &'a Settings,
    time: Time,
    stopping: Stopping,
    screen: &'a Screen,
}

/// What runs beside the server.
struct Beside {
    replay: JoinHandle<Result<(), Failure>>,
    check: Option<JoinHandle<Result<check::Found, Failure>>>,
}

impl Demo<'_> {
    fn run(&self, runtime: &Runtime, listener: Listener) -> Result<u8, Failure> {
        let lang = self.screen.lang;
        let _entered = runtime.enter();
        self.screen.notice(lang.of(
            "making up a month of chats of twelve shops; this takes some seconds",
            "正在编造十二家店铺一个月的聊天，需要几秒钟",
        ));
        let log = self.write_log()?;
        let (store, _claim) = self.open()?;
        let password = self.people(&store)?;
        let filling = Filling::new(store.clone(), lang)?;
        let set_from = Instant(self.time.begins_at.0 - CAUGHT_UP).max(self.time.midnight);
        let reading = Progress::reading(0, self.screen);
        let times = (set_from, self.time.midnight);
        let mut coming = filling.month(&log, times, (&self.stopping, &reading))?;
        let shifted = Clock::shifted(self.settings.clock_shift);
        let set = SetClock::new(set_from, shifted.clone());
        let hub = serve::hub(self.settings, &self.stopping)?;
        let calling = serve::calling(self.settings);
        let desk = serve::open_desk(store.clone(), &set.clock(), hub.clone(), calling, lang)?;
        let progress = Progress::catching_up(self.screen);
        filling.catch_up(
            (&mut coming, &desk),
            (set_from, &|| shifted.now()),
            (&|at| set.set(at), &self.stopping, &progress),
        )?;
        set.let_go();
        let (desk, clock, stopping) = (Arc::new(desk), set.clock(), self.stopping.clone());
        let parts = Parts { settings: self.settings, store, desk, clock, hub, stopping };
        self.serve(runtime, listener, parts, (filling, coming, &password))
    }

    fn serve(
        &self,
        runtime: &Runtime,
        listener: Listener,
        parts: Parts<'_>,
        (filling, coming, password): (Filling, Coming, &Secret),
    ) -> Result<u8, Failure> {
        let lang = self.screen.lang;
        let mut beside = None;
        let served = runtime.block_on(parts.serve(listener, lang, |parts, listener| {
            let address = format!("http://{}", listener.address());
            if !self.is_checked {
                self.greet(&address, password)?;
            }
            let desk = Arc::clone(&parts.desk);
            let (clock, stopping) = (parts.clock.clone(), self.stopping.clone());
            let replaying = Replaying { filling, coming, desk, clock, stopping };
            let replay = thread("replay", move || replaying.run())?;
            let (password, stopping) = (password.clone(), self.stopping.clone());
            let check = self.is_checked.then(|| {
                thread("check", move || {
                    let found = check::look(&address, (LOGIN, &password), lang);
                    stopping.begin();
                    found
                })
            });
            beside = Some(Beside { replay, check: check.transpose()? });
            Ok(())
        }));
        // Also where it did not come to serving.
        self.stopping.begin();
        let Some(Beside { replay, check }) = beside else { return served.map(|()| DONE) };
        let replayed = replay.join().unwrap_or(Ok(()));
        served.and(replayed)?;
        let Some(check) = check else { return Ok(DONE) };
        let lost = |_| Err(Failure::new(lang.of("the check broke off", "检查中断")));
        let found = check.join().unwrap_or_else(lost)?;
        print(&found.words(lang))?;
        Ok(if found.is_everything() { DONE } else { NO })
    }

    /// Makes up the log.
    fn write_log(&self) -> Result<PathBuf, Failure> {
        let lang = self.screen.lang;
        let progress = Progress::writing(self.rows, self.screen);
        let staging = Staging {
            cast: MEMBERS.iter().map(|member| &member.role).collect(),
            rows: self.rows,
            from: self.time.today().plus(-PAST),
            days: u16::try_from(PAST + AHEAD).unwrap_or(u16::MAX),
            rush: u16::try_from(PAST).unwrap_or(0),
            output: self.settings.data.join(LOG),
        };
        let written = generate::stage(&staging, &mut |done, all| {
            progress.at(done, all);
            !self.stopping.has_begun()
        });
        progress.done();
        written.map_err(|error| Failure::new(lang.of(error.to_string(), error.chinese())))?;
        let ends_at = Instant(self.time.midnight.0 + i64::from(AHEAD) * DAY);
        let path = staging.output;
        let added = agency::add_scenes(&path, self.time.begins_at, ends_at);
        added.map_err(|error| {
            let path = path.display();
            Failure::new(lang.of(
                format!("{path}: cannot be written: {error}"),
                format!("{path}：无法写入：{error}"),
            ))
        })?;
        Ok(path)
    }

    fn open(&self) -> Result<(Store, Claim), Failure> {
        serve::open(self.settings, self.screen.lang)
    }

    /// Makes known who there is: shops, persons, the panel of a shop, and whoever signs in, whose
    /// password is returned.
    fn people(&self, store: &Store) -> Result<Secret, Failure> {
        let lang = self.screen.lang;
        let everything = Scope::everything();
        let today = self.time.today();
        let since = Instant(self.time.midnight.0 - i64::from(PAST) * DAY);
        let password = new_password()?;
        let hash = password::hash(&password).map_err(Failure::new)?;
        let name = lang.of("Demo", "演示").to_owned();
        let make = || -> store::Result<()> {
            let owner = (Role::Owner, Reach::Everything);
            let link = store.make_link(&everything, since, owner, since + Span(DAY))?;
            let new = SignUp { login: LOGIN.to_owned(), name, password: hash };
            store.sign_up(since, &link, new)?;
            for member in &MEMBERS {
                store.put_shop(&everything, since, member.entry(today.plus(-PAST)))?;
            }
            for person in agency::persons() {
                store.put_person(&everything, since, person)?;
            }
            Ok(())
        };
        make().map_err(|error| told(&error, lang))?;
        self.panels(store)?;
        Ok(password)
    }

    /// Keeps the figures of shops of which there is nothing but the panel.
    fn panels(&self, store: &Store) -> Result<(), Failure> {
        let lang = self.screen.lang;
        let everything = Scope::everything();
        let read_at = Instant(self.time.midnight.0 + 9 * HOUR);
        for member in MEMBERS.iter().filter(|member| member.fed == Fed::Panel) {
            let csv = agency::panel(&member.role, (self.time.today(), PAST));
            let panel = intake::panel::parse(csv.as_bytes(), "panel.csv").map_err(|problems| {
                let problems = problems.iter().map(|problem| problem.message(lang.intake()));
                Failure::new(problems.collect::<Vec<_>>().join("\n"))
            })?;
            let kept = ingest::panels::keep(store, &everything, (read_at, &TYPED), panel);
            kept.map_err(|error| told(&error, lang))?;
            let feed = Feed {
                platform: member.role.platform.to_owned(),
                shop: member.role.shop.to_owned(),
                feed: "panel".to_owned(),
                grade: desk::Grade::Panel.word().to_owned(),
                last_fact_at: None,
                last_heard_at: Some(read_at),
            };
            store.hear(&everything, vec![feed]).map_err(|error| told(&error, lang))?;
        }
        Ok(())
    }

    /// Says where the demo is, who signs in, and what there is to see.
    fn greet(&self, address: &str, password: &Secret) -> Result<(), Failure> {
        let lang = self.screen.lang;
        let is_shifted = self.time.shift.0 != 0;
        let password = password.reveal();
        let night = match is_shifted {
            true => lang.of(
                "\nIt is night in China, when nobody must be answered within minutes: the demo's \
                 clock began at 14:30.",
                "\n中国现在是夜间，没有几分钟内必须回复的要求：演示的时钟从 14:30 开始。",
            ),
            false => "",
        };
        let end = match self.is_temporary {
            true => lang.of("Ctrl-C stops it and removes all of it.", "按 Ctrl-C 停止并全部删除。"),
            false => lang.of("Ctrl-C stops it.", "按 Ctrl-C 停止。"),
        };
        print(&lang.of(
            format!(
                "\nYingda's demo is ready at {address}\n\n  login     {LOGIN}\n  password  \
                 {password}\n\nTwelve shops on eight platforms, a month of chats, today three \
                 times as many as usual, and more by the second. All of it is made up.{night}\n\n\
                 Overview: a shop that is barred from campaigns, one close to its line, one that \
                 works at night, one fed daily, one by its panel alone, one by nobody.\nWaiting: \
                 who waits now, and who for too long. From any figure a click leads to the \
                 messages behind it.\n\n{end}"
            ),
            format!(
                "\n应答演示已就绪：{address}\n\n  登录名  {LOGIN}\n  密码    {password}\n\n八个平台\
                 的十二家店铺，一个月的聊天，今天的咨询量是平时的三倍，并且不断有新消息。全部内容\
                 均为虚构。{night}\n\n总览：一家店因不达标不能报名活动，一家接近标准线，一家在夜间营\
                 业，一家每天导入一次，一家只有面板数字，一家没有数据。\n待回复：谁在等，谁等得太久。\
                 点击任何指标，都能看到背后的消息。\n\n{end}"
            ),
        ))
    }
}

fn thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Failure> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map_err(Failure::new)
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(Failure::new)
}

/// Letters and digits that cannot be taken for one another: 32 of them, so that each of a byte's
/// values stands for one as often as for any other.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Four groups of four: 80 bits.
fn new_password() -> Result<Secret, Failure> {
    let chance = secret::random::<16>().map_err(Failure::new)?;
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    let groups = chance.chunks(4).map(|group| group.iter().map(letter).collect::<String>());
    Ok(Secret::from(groups.collect::<Vec<_>>().join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_are_looked_at_by_day() {
        // 2026-11-22T00:00:00+08:00
        let midnight = Instant(1_795_276_800_000);
        let time =
            |hour: i64, minute: i64| Time::at(Instant(midnight.0 + hour * HOUR + minute * 60_000));
        assert_eq!(time(9, 0).shift, Span(0));
        assert_eq!(time(21, 59).shift, Span(0));
        assert_eq!(time(3, 30).shift, Span(11 * HOUR));
        assert_eq!(time(22, 0).shift, Span(-7 * HOUR - HOUR / 2));
        for (hour, minute) in [(0, 0), (8, 59), (22, 0), (23, 59)] {
            let time = time(hour, minute);
            assert_eq!(time.begins_at, Instant(midnight.0 + 14 * HOUR + HOUR / 2));
            assert_eq!(time.midnight, midnight);
        }
        assert_eq!(time(12, 0).today().to_string(), "2026-11-22");
    }

    #[test]
    fn passwords_may_be_passwords() {
        let (one, other) = (new_password().expect("one"), new_password().expect("another"));
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 19);
        assert_eq!(password::check_new(one.reveal(), LOGIN), Ok(()));
    }
}
