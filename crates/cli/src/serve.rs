//! `yingda serve`: the server, from its settings to its end.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{ArgMatches, Args, Command};
use desk::{Calling, Desk, Rulesets};
use facts::Instant;
use figures::InvalidReplies;
use ingest::Keeper;
use ingest::connectors::Connectors;
use ingest::watch::{Watcher, Watching};
use rulebook::Catalogue;
use server::api::{self, Services};
use server::clock::Clock;
use server::events::Hub;
use server::feed::Stored;
use server::health::Readiness;
use server::listen::Listener;
use server::metrics::Metrics;
use server::publish::publisher;
use server::settings::{Form, Given, Settings, UNITS};
use server::signin::link;
use server::stopping::Stopping;
use store::{MasterKey, Opening, Reach, Role, Scope, Store};
use tokio::runtime::Runtime;
use tokio::task::block_in_place;

use crate::clock::Stopwatch;
use crate::data::{Claim, Place};
use crate::failure::Failure;
use crate::interrupt::{self, INTERRUPTED};
use crate::lang::Lang;
use crate::phrases;
use crate::retention::{self, Days};
use crate::screen::Screen;

/// Days before today that are counted live: the longest published period, a quarter, and some.
const DAYS_BACK: i32 = 100;

/// Events that are kept for those who come back after a moment.
const EVENTS: usize = 8_192;

/// Start the server.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Settings (TOML) [default: yingda.toml in the working folder, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Adds a flag for each setting.
pub(crate) fn with_settings(command: Command) -> Command {
    command.mut_subcommand("serve", |mut serve| {
        for unit in UNITS {
            let flag = unit.flag();
            let long = flag.trim_start_matches('-').to_owned();
            let arg = clap::Arg::new(unit.key).long(long).value_name("VALUE").help(unit.en);
            serve = serve.arg(match unit.form {
                Form::YesNo => arg.num_args(0..=1).default_missing_value("true"),
                Form::Shift(_) => arg.allow_hyphen_values(true),
                _ => arg,
            });
        }
        serve
    })
}

/// The settings that were typed, as flags with values.
pub(crate) fn typed(found: &ArgMatches) -> Vec<(String, String)> {
    let Some(("serve", found)) = found.subcommand() else { return Vec::new() };
    let value = |key: &str| found.get_one::<String>(key).cloned();
    UNITS.iter().filter_map(|unit| Some((unit.flag(), value(unit.key)?))).collect()
}

/// Runs the server until it is told to stop.
pub(crate) fn run(
    args: &ServeArgs,
    flags: Vec<(String, String)>,
    screen: &Screen,
) -> Result<(), Failure> {
    let settings = settings(args.config.as_deref(), flags, screen.lang)?;
    begin(&settings, screen.lang)?.block_on(serve(&settings, screen))
}

/// What everything of a server runs on, with its log.
pub(crate) fn begin(settings: &Settings, lang: Lang) -> Result<Runtime, Failure> {
    server::logs::log_panics();
    let logs = server::logs::dispatch(settings.log_format, settings.log_level, std::io::stderr);
    // The only one, and nobody set it yet.
    let _ = tracing::dispatcher::set_global_default(logs);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| {
        Failure::new(
            lang.of(
                format!("the server cannot start: {error}"),
                format!("服务器无法启动：{error}"),
            ),
        )
    })
}

/// What the file, the environment and the flags say together.
pub(crate) fn settings(
    config: Option<&Path>,
    flags: Vec<(String, String)>,
    lang: Lang,
) -> Result<Settings, Failure> {
    let usual = Path::new("yingda.toml");
    let path = config.or_else(|| usual.exists().then_some(usual));
    let text = path.map(|path| {
        std::fs::read_to_string(path).map_err(|error| {
            Failure::new(lang.of(
                format!("{}: cannot be read: {error}", path.display()),
                format!("{}：无法读取：{error}", path.display()),
            ))
        })
    });
    let text = text.transpose()?;
    let name = path.map(|path| path.display().to_string()).unwrap_or_default();
    let given = Given {
        file: text.as_deref().map(|text| (name.as_str(), text)),
        environment: environment(),
        flags,
    };
    Settings::read(&given).map_err(|wrong| {
        let lines = wrong.iter().map(|one| one.message(lang.intake()));
        Failure::new(lines.collect::<Vec<_>>().join("\n"))
    })
}

/// The environment, without the one variable that is a client's.
fn environment() -> Vec<(String, String)> {
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| name != "YINGDA_TOKEN").collect()
}

async fn serve(settings: &Settings, screen: &Screen) -> Result<(), Failure> {
    let lang = screen.lang;
    let failed = |error: store::Error| store_failed(&error, lang);
    let stopping = Stopping::default();
    stop_on_signals(&stopping);
    let listener = Listener::bind(settings)
        .await
        .map_err(|error| Failure::new(error.message(lang.intake())))?;
    // Cookies are told apart by the port, also by one that was free.
    let settings = &Settings { listen: listener.address(), ..settings.clone() };
    // A client of PostgreSQL waits in a runtime of its own, which may not be begun inside this one.
    let (store, _claim) = block_in_place(|| open(settings, lang))?;
    let clock = Clock::shifted(settings.clock_shift);
    if settings.clock_shift.0 != 0 {
        tracing::warn!(milliseconds = settings.clock_shift.0, "the clock is shifted");
    }
    let hub = hub(settings, &stopping)?;
    let began = Stopwatch::start();
    let desk = {
        let (store, clock, hub) = (store.clone(), clock.clone(), hub.clone());
        let calling = calling(settings);
        tokio::task::spawn_blocking(move || open_desk(store, &clock, hub, calling, lang)).await
    };
    let desk = desk.map_err(|error| Failure::new(error.to_string()))??;
    tracing::info!(
        facts = desk.number(),
        milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "counted what is stored"
    );
    let parts = Parts { settings, store, desk: Arc::new(desk), clock, hub, stopping };
    parts
        .serve(listener, lang, |parts, listener| {
            let greet = || greet(settings, listener, &parts.store, parts.clock.now(), screen);
            block_in_place(greet).map_err(failed)
        })
        .await
}

/// Where a server tells what happens.
pub(crate) fn hub(settings: &Settings, stopping: &Stopping) -> Result<Hub, Failure> {
    let hub = Hub::new(EVENTS, settings.limits.streams, stopping.clone());
    hub.map_err(|error| Failure::new(error.to_string()))
}

/// What a server is put together of.
pub(crate) struct Parts<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) store: Store,
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Clock,
    pub(crate) hub: Hub,
    pub(crate) stopping: Stopping,
}

impl Parts<'_> {
    /// Answers until the server stops. `greet` is called when everything is ready, and says so.
    pub(crate) async fn serve(
        self,
        listener: Listener,
        lang: Lang,
        greet: impl FnOnce(&Self, &Listener) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let metrics = Arc::new(Metrics::default());
        let readiness = Readiness::new(self.stopping.clone());
        self.desk.tell_while({
            let hub = self.hub.clone();
            Box::new(move || hub.is_heard())
        });
        let brought = bring_in(self.settings, (&self.store, &self.desk), &self.clock, lang).await?;
        let services = Services {
            store: self.store.clone(),
            feed: Arc::new(Stored::new(self.store.clone(), Arc::clone(&self.desk))),
            desk: Arc::clone(&self.desk),
            connectors: brought.connectors.clone(),
            clock: self.clock.clone(),
            hub: self.hub.clone(),
            readiness: readiness.clone(),
            metrics: Arc::clone(&metrics),
        };
        let app = api::router(self.settings, services);
        let app = app.map_err(|error| Failure::new(error.to_string()))?;
        greet(&self, &listener)?;
        let (kept, desk) = (self.store.clone(), Arc::downgrade(&self.desk));
        let days = Days::of(self.settings);
        tokio::spawn(retention::keep(kept, desk, self.clock.clone(), days, self.stopping.clone()));
        readiness.begin();
        listener.serve(app, metrics, self.stopping.clone()).await;
        // What is being taken in is broken off, and begun anew after the next start.
        brought.connectors.stop();
        drop(brought);
        // The last one who holds it: its thread stores how things stand, and ends.
        drop(self.desk);
        Ok(())
    }
}

/// The first signal lets what is under way end, the second does not.
pub(crate) fn stop_on_signals(stopping: &Stopping) {
    let stopping = stopping.clone();
    let is_second = AtomicBool::new(false);
    // Without a handler the system stops the program; nothing acknowledged is lost by that.
    let _ = ctrlc::set_handler(move || {
        if is_second.swap(true, Ordering::Relaxed) {
            interrupt::take_away();
            std::process::exit(INTERRUPTED);
        }
        stopping.begin();
    });
}

fn store_failed(error: &store::Error, lang: Lang) -> Failure {
    Failure::new(lang.of(error.to_string(), error.zh()))
}

/// The store that the settings name; the data folder is made where there is none.
pub(crate) fn open(settings: &Settings, lang: Lang) -> Result<(Store, Claim), Failure> {
    let folder = &settings.data;
    make_private(folder).map_err(|error| {
        let folder = folder.display();
        Failure::new(lang.of(
            format!("{folder}: the data folder cannot be made: {error}"),
            format!("{folder}：无法创建数据文件夹：{error}"),
        ))
    })?;
    let failed = |error: store::Error| store_failed(&error, lang);
    let place = Place::new(settings.clone());
    let claim = place.claim(lang.of("stop it first", "请先停止它"), lang)?;
    let master = MasterKey::of_file(&place.key()).map_err(failed)?;
    let catalogue = Catalogue::shipped();
    let invalid = InvalidReplies::of(catalogue).map_err(|error| Failure::of(&error, lang))?;
    let lists = phrases::lists(catalogue, &invalid);
    let archive = Some(place.archive());
    let opening = Opening { serves: true, lists, archive, ..Opening::new(place.backend(), master) };
    let store = Store::open(&opening).map_err(failed)?;
    Ok((store, claim))
}

/// Makes a folder that nobody else can look into.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// How channels call out.
pub(crate) fn calling(settings: &Settings) -> Calling {
    let networks = settings.calls_networks.iter();
    // Both are ranges of addresses, written alike.
    let networks = networks.filter_map(|network| network.to_string().parse().ok());
    let policy = notify::Policy { plain: settings.calls_plain, networks: networks.collect() };
    // Only how long a channel waits before it tries again hangs on it.
    let chance = || secret::random().map_or(0, u64::from_ne_bytes);
    Calling { runtime: tokio::runtime::Handle::current(), policy, chance }
}

/// Counts what is stored, and begins to watch.
pub(crate) fn open_desk(
    store: Store,
    clock: &Clock,
    hub: Hub,
    calling: Calling,
    lang: Lang,
) -> Result<Desk, Failure> {
    let now = clock.now();
    // Days are those of China here: which day is the first that is watched need not be exact.
    let first = facts::Zone::fixed(28_800_000).day(now).plus(-DAYS_BACK);
    let catalogue = Catalogue::shipped();
    let invalid = InvalidReplies::of(catalogue);
    let invalid = invalid.map_err(|error| Failure::of(&error, lang))?;
    let rules = Rulesets::of(catalogue, first, |list| invalid.flag(list));
    let rules = rules.map_err(|error| Failure::new(error.to_string()))?;
    let rules = rules.counted_by(program());
    let clock = clock.clone();
    let now = Arc::new(move || clock.now());
    let tell = publisher(hub);
    let opening = desk::Opening { store, rules, now, tell, calling: Some(calling) };
    Desk::open(opening).map_err(|error| store_failed(&error, lang))
}

/// What brings facts in by itself, for as long as it is held.
struct BroughtIn {
    connectors: Connectors,
    _watching: Option<Watching>,
}

/// Watches the folder, and starts the connectors.
async fn bring_in(
    settings: &Settings,
    (store, desk): (&Store, &Arc<Desk>),
    clock: &Clock,
    lang: Lang,
) -> Result<BroughtIn, Failure> {
    let now: desk::Now = {
        let clock = clock.clone();
        Arc::new(move || clock.now())
    };
    // Each has a keeper of its own, which it stops when it ends.
    let watching = watch(settings, keeper(store, desk, lang)?, Arc::clone(&now), lang)?;
    let (keeper, plain) = (keeper(store, desk, lang)?, settings.connectors_plain);
    let runtime = Some(tokio::runtime::Handle::current());
    let open = move || Connectors::open(keeper, now, plain, runtime);
    let opened = tokio::task::spawn_blocking(open).await;
    let opened = opened.map_err(|error| Failure::new(error.to_string()))?;
    let connectors = opened.map_err(|error| store_failed(&error, lang))?;
    Ok(BroughtIn { connectors, _watching: watching })
}

/// What keeps facts that the server brings in by itself.
fn keeper(store: &Store, desk: &Arc<Desk>, lang: Lang) -> Result<Keeper, Failure> {
    let invalid = InvalidReplies::of(Catalogue::shipped());
    let invalid = invalid.map_err(|error| Failure::of(&error, lang))?;
    Ok(Keeper::new(store.clone(), Arc::clone(desk), invalid))
}

/// Watches the folder of the settings; `None`: they name none.
fn watch(
    settings: &Settings,
    keeper: Keeper,
    now: desk::Now,
    lang: Lang,
) -> Result<Option<Watching>, Failure> {
    let Some(folder) = &settings.watch_folder else { return Ok(None) };
    let failed = |error: std::io::Error| {
        let folder = folder.display();
        Failure::new(lang.of(
            format!("{folder}: the folder cannot be watched: {error}"),
            format!("{folder}：无法监视文件夹：{error}"),
        ))
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let watcher = Watcher::new(keeper, folder.clone(), settings.language, now);
    Watching::start(watcher, settings.watch_every).map(Some).map_err(failed)
}

/// What tells this program from one that may count otherwise: its file, as far as it can be seen.
fn program() -> String {
    let file = std::env::current_exe().and_then(|path| path.metadata());
    let changed = file.as_ref().ok().and_then(|file| file.modified().ok());
    format!("{} {:?} {changed:?}", env!("CARGO_PKG_VERSION"), file.map(|file| file.len()).ok())
}

/// Says where the server is and, at the first start, how the owner signs up. The link is printed,
/// never logged.
fn greet(
    settings: &Settings,
    listener: &Listener,
    store: &Store,
    now: Instant,
    screen: &Screen,
) -> store::Result<()> {
    let lang = screen.lang;
    let scheme = if settings.has_tls() { "https" } else { "http" };
    let own = format!("{scheme}://{}", listener.address());
    let address = settings.public_address.as_deref().unwrap_or(&own);
    let mut lines = vec![lang.of(
        format!("Yingda is ready at {address} (stop it with Ctrl-C)"),
        format!("应答已就绪：{address}（按 Ctrl-C 停止）"),
    )];
    lines.extend(listener.notice(lang.intake()));
    if !store.has_users()? {
        let given = (Role::Owner, Reach::Everything);
        let secret = store.make_link(&Scope::everything(), now, given, link::expires_at(now))?;
        let url = link::url(address, &secret);
        lines.push(lang.of(
            format!(
                "Nobody has signed up yet. The owner does so here, once, within a day:\n  {}",
                url.reveal()
            ),
            format!(
                "尚无用户。请所有者在一天内打开此链接注册（仅可使用一次）：\n  {}",
                url.reveal()
            ),
        ));
    }
    let mut out = std::io::stdout().lock();
    for line in lines {
        // Nobody reads it where the output is closed.
        let _ = writeln!(out, "{line}");
    }
    if !std::io::stdout().is_terminal() {
        let _ = out.flush();
    }
    Ok(())
}
