//! Connectors of a running server: what they are told, how they stand, and their loops.
//!
//! What they are told is sealed in the store, since most of it is secret. A loop brings page after
//! page, keeps its rows, and only then where to go on; a problem is answered as `connect` says:
//! again and later each time, after a while, or not before a person did something.

mod poll;
mod settings;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connect::chatwoot::Chatwoot;
use connect::wecom::{Callback, Event};
use connect::{Http, Limits, Secret};
use desk::{Grade, Now, Stamp};
use facts::Instant;
use intake::Lang;
use serde::Serialize;
use store::Scope;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use utoipa::ToSchema;

use crate::keeper::{Amounts, Failed, Keeper, NotTaken};

pub use connect::chatwoot::{Call as ChatwootCall, MAX_BODY as CHATWOOT_BODY};
pub use connect::wecom::Query as WecomQuery;
pub use connect::wecom::callback::MAX_BODY as WECOM_BODY;
pub use settings::{
    BadConnector, ChatwootSettings, ConnectorSettings, JdSettings, MASKED, WecomSettings,
};

use settings::Built;

/// Under which name settings are sealed.
const SEALED: &str = "connectors";
/// What cursors are kept under.
const CURSORS: &str = "connector";
/// China's offset from UTC, in which times are told.
const CHINA_MS: i64 = 28_800_000;
/// The most connectors.
const MOST: usize = 1_000;

/// A connector as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ConnectorNow {
    /// What it is called; its feeds too.
    pub name: String,
    /// What it was told, secrets as `***`.
    pub settings: ConnectorSettings,
    /// `working`; `waiting`: it failed and tries again; `stopped`: a person has to do something.
    pub state: &'static str,
    /// When it succeeded last, with or without facts; null: not since the server's start.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_success_at: Option<Stamp>,
    /// What went wrong last; null: nothing since the server's start.
    pub last_problem: Option<ConnectorProblem>,
    /// Facts that it brought since the server's start and that were new.
    pub accepted: u64,
    /// Facts that it brought and that were known.
    pub repeats: u64,
    /// Rows that are no facts; the log says why.
    pub rejected: u64,
}

/// What went wrong with a connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConnectorProblem {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Stamp,
    /// What happened and what to do, in English.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

/// Why settings were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unset {
    /// Something is wrong with them.
    Bad(BadConnector),
    /// They could not be stored.
    Store(store::Error),
}

/// Why something that came in was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotReceived {
    /// No connector of this name receives it.
    Absent,
    /// It is not what it should be, or from somebody else: HTTP's status, English, Chinese.
    Refused(u16, &'static str, &'static str),
    /// Its rows could not be kept; the log says why. It may be sent again.
    Failed,
}

/// How a connector stands.
#[derive(Debug, Default)]
struct State {
    is_stopped: bool,
    last_success_at: Option<Instant>,
    last_problem: Option<(Instant, [String; 2])>,
    /// Whether the last thing that happened is the problem.
    is_failing: bool,
    amounts: Amounts,
}

/// What a connector and its loop share.
struct Shared {
    name: String,
    keeper: Keeper,
    now: Now,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn succeeded(&self) {
        let now = (self.now)();
        let mut state = self.state();
        state.last_success_at = Some(now);
        state.is_failing = false;
    }

    fn failed(&self, words: [String; 2], is_stopped: bool) {
        let now = (self.now)();
        tracing::warn!(connector = self.name, problem = words[0], is_stopped, "a connector failed");
        let mut state = self.state();
        state.last_problem = Some((now, words));
        state.is_failing = true;
        state.is_stopped = is_stopped;
    }

    /// Keeps the rows of a page, away from the threads that answer. Everything is durable then.
    async fn keep<C: Send + 'static>(
        self: &Arc<Self>,
        page: connect::Page<C>,
    ) -> Result<C, Failed> {
        let shared = Arc::clone(self);
        let work = move || {
            let mut report = |one: &NotTaken| {
                let [_, line, column, reason, ..] = one.fields(&shared.name, Lang::En);
                let connector = &shared.name;
                tracing::warn!(connector, line, column, reason, "a row is no fact");
                Ok(())
            };
            let source = (&page.source, page.profile.as_ref());
            let feed = (shared.name.as_str(), Grade::Live);
            let amounts = shared.keeper.take(feed, source, &mut report)?;
            let mut state = shared.state();
            state.amounts.accepted += amounts.accepted;
            state.amounts.repeats += amounts.repeats;
            state.amounts.rejected += amounts.rejected;
            drop(state);
            Ok(page.cursor)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Failed::Stopped)?
    }
}

/// What a connector that runs takes from outside.
enum Inlet {
    /// Nothing.
    None,
    /// WeCom's callbacks, which wake the loop.
    Wecom(Option<Callback>, String, watch::Sender<Option<Secret>>),
    /// Chatwoot's events.
    Chatwoot(Box<Mutex<Chatwoot>>),
}

/// A connector, for as long as its settings hold.
struct Running {
    settings: ConnectorSettings,
    shared: Arc<Shared>,
    inlet: Inlet,
    task: Option<AbortHandle>,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Running {
    fn now(&self) -> ConnectorNow {
        let state = self.shared.state();
        let stamp = |at| Stamp { at, offset: CHINA_MS };
        ConnectorNow {
            name: self.shared.name.clone(),
            settings: self.settings.masked(),
            state: match (state.is_stopped, state.is_failing) {
                (true, _) => "stopped",
                (false, true) => "waiting",
                (false, false) => "working",
            },
            last_success_at: state.last_success_at.map(stamp),
            last_problem: state.last_problem.as_ref().map(|(at, [en, zh])| ConnectorProblem {
                at: stamp(*at),
                en: en.clone(),
                zh: zh.clone(),
            }),
            accepted: state.amounts.accepted,
            repeats: state.amounts.repeats,
            rejected: state.amounts.rejected,
        }
    }
}

/// All connectors of a server.
#[derive(Clone)]
pub struct Connectors(Arc<Inner>);

struct Inner {
    keeper: Keeper,
    now: Now,
    http: Http,
    /// Where loops run; absent: none do.
    runtime: Option<Handle>,
    /// Held while settings change.
    changing: Mutex<()>,
    running: Mutex<BTreeMap<String, Arc<Running>>>,
}

impl std::fmt::Debug for Connectors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connectors(..)")
    }
}

/// The settings of all connectors, by name.
type All = BTreeMap<String, ConnectorSettings>;

impl Connectors {
    /// Starts the connectors that the store knows. `plain` allows addresses without TLS, as of a
    /// gateway on this machine; without a runtime nothing is asked, and what comes in is taken all
    /// the same. Blocks.
    ///
    /// # Errors
    ///
    /// What the store says; [`store::Error::Damaged`] where the settings cannot be read.
    pub fn open(
        keeper: Keeper,
        now: Now,
        plain: bool,
        runtime: Option<Handle>,
    ) -> store::Result<Self> {
        // It fails only where TLS has no provider, which is built in.
        let http = Http::new(Limits::default(), plain)
            .map_err(|_| store::Error::Damaged { what: "the set-up of TLS" })?;
        let (changing, running) = (Mutex::default(), Mutex::default());
        let inner = Inner { keeper, now, http, runtime, changing, running };
        let all = Self(Arc::new(inner));
        for (name, settings) in all.stored()? {
            match all.start(&name, settings) {
                Ok(running) => drop(all.running().insert(name, running)),
                // What was taken once is taken again, but for a newer program that wants more.
                Err(bad) => tracing::error!(connector = name, problem = bad.en, "not started"),
            }
        }
        Ok(all)
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Running>>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, name: &str) -> Option<Arc<Running>> {
        self.running().get(name).cloned()
    }

    /// What is stored of all of them.
    fn stored(&self) -> store::Result<All> {
        let sealed = self.0.keeper.store().sealed(&Scope::everything(), SEALED)?;
        let Some(text) = sealed else { return Ok(All::new()) };
        let damaged = |_| store::Error::Damaged { what: "the settings of connectors" };
        serde_json::from_str(text.reveal()).map_err(damaged)
    }

    fn put_stored(&self, scope: &Scope, all: &All, told: &str) -> store::Result<()> {
        // Made of texts and numbers, it always becomes JSON.
        let text = Secret::from(serde_json::to_string(all).unwrap_or_default());
        self.0.keeper.store().put_sealed(scope, (self.0.now)(), SEALED, (&text, (None, told)))
    }

    /// How all of them stand, by name.
    #[must_use]
    pub fn list(&self) -> Vec<ConnectorNow> {
        self.running().values().map(|one| one.now()).collect()
    }

    /// How one stands; `None`: there is none of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<ConnectorNow> {
        Some(self.find(name)?.now())
    }

    /// Sets a connector, new or known, and starts it. Secrets that are shown as stars stay as they
    /// are. Blocks.
    ///
    /// # Errors
    ///
    /// [`Unset`]; then everything is as before.
    pub fn put(
        &self,
        scope: &Scope,
        name: &str,
        given: ConnectorSettings,
    ) -> Result<ConnectorNow, Unset> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=32).contains(&name.len()) || !name.chars().all(plain) {
            return Err(Unset::Bad(BadConnector {
                en: "a connector's name has 1 to 32 small letters, digits and `-`".to_owned(),
                zh: "接入名称应为 1 至 32 个小写字母、数字或 `-`".to_owned(),
            }));
        }
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = self.stored().map_err(Unset::Store)?;
        let settings = given.unmasked(all.get(name)).map_err(Unset::Bad)?;
        if !all.contains_key(name) && all.len() >= MOST {
            return Err(Unset::Bad(BadConnector {
                en: format!("there are {MOST} connectors, which are the most"),
                zh: format!("接入已达上限 {MOST} 个"),
            }));
        }
        // It is built once before it is stored, so that nothing is stored that does not run.
        settings.build(&self.0.http, Box::new(|_| {})).map_err(Unset::Bad)?;
        all.insert(name.to_owned(), settings.clone());
        let told = format!("{name}: {}", settings.kind());
        self.put_stored(scope, &all, &told).map_err(Unset::Store)?;
        // The former one ends first: two loops would keep two cursors.
        self.running().remove(name);
        let running = self.start(name, settings).map_err(Unset::Bad)?;
        let now = running.now();
        self.running().insert(name.to_owned(), running);
        Ok(now)
    }

    /// Removes a connector; `false`: there was none. How far it read stays known. Blocks.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn remove(&self, scope: &Scope, name: &str) -> store::Result<bool> {
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = self.stored()?;
        if all.remove(name).is_none() {
            return Ok(false);
        }
        self.put_stored(scope, &all, &format!("{name}: removed"))?;
        self.running().remove(name);
        Ok(true)
    }

    /// Ends all loops.
    pub fn stop(&self) {
        self.0.keeper.stop();
        self.running().clear();
    }

    fn start(&self, name: &str, settings: ConnectorSettings) -> Result<Arc<Running>, BadConnector> {
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            keeper: self.0.keeper.clone(),
            now: Arc::clone(&self.0.now),
            state: Mutex::default(),
        });
        let built = settings.build(&self.0.http, self.keeps_tokens(name))?;
        let every = Duration::from_secs(u64::from(settings.every_seconds()));
        let spawn = |task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
            Some(self.0.runtime.as_ref()?.spawn(task).abort_handle())
        };
        let (inlet, task) = match built {
            Built::Jd(jd) => {
                (Inlet::None, spawn(Box::pin(poll::jd(Arc::clone(&shared), *jd, every))))
            }
            Built::Wecom(mut wecom) => {
                let (sender, news) = watch::channel(None);
                let callback = wecom.callback.take();
                let inlet = Inlet::Wecom(callback, wecom.account.clone(), sender);
                let task = poll::wecom(Arc::clone(&shared), *wecom, every, news);
                (inlet, spawn(Box::pin(task)))
            }
            Built::Chatwoot(chatwoot) => (Inlet::Chatwoot(Box::new(Mutex::new(*chatwoot))), None),
        };
        Ok(Arc::new(Running { settings, shared, inlet, task }))
    }

    /// Stores JD's new tokens: the former ones may not be valid any more.
    fn keeps_tokens(&self, name: &str) -> settings::Renewed {
        let (inner, name) = (Arc::downgrade(&self.0), name.to_owned());
        Box::new(move |tokens| {
            let Some(inner) = inner.upgrade() else { return };
            let (all, name, tokens) = (Self(inner), name.clone(), tokens.clone());
            let Some(runtime) = all.0.runtime.clone() else { return };
            runtime.spawn_blocking(move || {
                let _changing = all.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
                let renewed = all.stored().and_then(|mut stored| {
                    let Some(ConnectorSettings::Jd(jd)) = stored.get_mut(&name) else {
                        return Ok(());
                    };
                    tokens.access.reveal().clone_into(&mut jd.access_token);
                    jd.refresh_token = tokens.refresh.map(|token| token.reveal().to_owned());
                    let told = format!("{name}: tokens renewed");
                    all.put_stored(&Scope::everything(), &stored, &told)
                });
                if let Err(error) = renewed {
                    tracing::error!(%error, connector = name, "new tokens could not be stored");
                }
            });
        })
    }

    /// Answers WeCom's question whether the address is ours.
    ///
    /// # Errors
    ///
    /// [`NotReceived`].
    pub fn wecom_echo(
        &self,
        name: &str,
        query: &WecomQuery<'_>,
        echostr: &str,
    ) -> Result<String, NotReceived> {
        let running = self.find(name).ok_or(NotReceived::Absent)?;
        let Inlet::Wecom(Some(callback), ..) = &running.inlet else {
            return Err(NotReceived::Absent);
        };
        callback.echo(query, echostr).map_err(refused_callback)
    }

    /// Takes a callback of WeCom; the loop brings the news.
    ///
    /// # Errors
    ///
    /// [`NotReceived`].
    pub fn wecom_event(
        &self,
        name: &str,
        query: &WecomQuery<'_>,
        body: &[u8],
    ) -> Result<(), NotReceived> {
        let running = self.find(name).ok_or(NotReceived::Absent)?;
        let Inlet::Wecom(Some(callback), own, news) = &running.inlet else {
            return Err(NotReceived::Absent);
        };
        // One address is told of all accounts of the corporation.
        if let Event::News { account, token, .. } =
            callback.event(query, body).map_err(refused_callback)?
            && account == *own
        {
            news.send_replace(Some(token));
        }
        Ok(())
    }

    /// Takes an event of Chatwoot. Its facts are durable when this returns.
    ///
    /// # Errors
    ///
    /// [`NotReceived`].
    pub async fn chatwoot_event(
        &self,
        name: &str,
        call: &ChatwootCall<'_>,
    ) -> Result<(), NotReceived> {
        let running = self.find(name).ok_or(NotReceived::Absent)?;
        let Inlet::Chatwoot(chatwoot) = &running.inlet else { return Err(NotReceived::Absent) };
        let locked = || chatwoot.lock().unwrap_or_else(PoisonError::into_inner);
        let received = locked().receive(call, (self.0.now)());
        let page = received.map_err(|refused| {
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| refused.message(lang));
            NotReceived::Refused(refused.status(), en, zh)
        })?;
        let Some(page) = page else { return Ok(()) };
        if let Err(failed) = running.shared.keep(page).await {
            running.shared.failed(poll::words(&failed), false);
            return Err(NotReceived::Failed);
        }
        running.shared.succeeded();
        locked().kept(call);
        Ok(())
    }
}

fn refused_callback(refused: connect::wecom::Refused) -> NotReceived {
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| refused.message(lang));
    NotReceived::Refused(refused.status(), en, zh)
}
