//! A server for tests: people are in a store in a folder of its own, facts in memory.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use ::figures::InvalidReplies;
use axum::Router;
use desk::{Desk, Rulesets};
use facts::Instant;
use ingest::Keeper;
use ingest::connectors::Connectors;
use server::api::{self, Services};
use server::caller::{Caller, Later, Reach, ShopKey};
use server::clock::Clock;
use server::events::Hub;
use server::feed::{Feed, FeedError, Outcome, Refusal};
use server::health::Readiness;
use server::listen::{Listener, Stopped};
use server::metrics::Metrics;
use server::role::{Grant, Role};
use server::secret::Secret;
use server::settings::Settings;
use server::signin::{link, session};
use server::stopping::Stopping;
use store::{Backend, Batch, MasterKey, NewFact, Opening, Scope, SignUp, SqliteFile, Store};
use tokio::task::JoinHandle;

use crate::client::{Answer, exchange, request};

/// Facts by their ids; rows without one are always new.
#[derive(Default)]
pub(crate) struct Memory {
    ids: Mutex<HashSet<String>>,
    pub(crate) texts: Mutex<Vec<String>>,
}

impl Feed for Memory {
    fn append<'a>(
        &'a self,
        _caller: &'a Caller,
        _origin: server::feed::Origin,
        rows: Batch,
    ) -> Later<'a, Result<Vec<Outcome>, FeedError>> {
        Box::pin(async move {
            if rows.iter().any(|row| row.id == "busy") {
                return Err(FeedError::Busy { retry_after: 7 });
            }
            let mut ids = self.ids.lock().unwrap();
            let mut texts = self.texts.lock().unwrap();
            let keep = |row: NewFact<'_>| {
                if row.id == "taken" {
                    return Outcome::Refused(Refusal {
                        column: Some(intake::Column::Id),
                        code: "id-conflict",
                        en: "found other contents".into(),
                        zh: "内容不同".into(),
                    });
                }
                if !row.id.is_empty() && !ids.insert(row.id.to_owned()) {
                    return Outcome::Duplicate;
                }
                texts.push(row.text.to_owned());
                Outcome::Accepted
            };
            Ok(rows.iter().map(keep).collect())
        })
    }
}

/// A folder that goes when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("yingda-served-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// An empty store in it.
    pub(crate) fn store(&self) -> Store {
        let file = SqliteFile::new(self.0.join("yingda.db"));
        let master = MasterKey::parse(&"5a".repeat(32)).unwrap();
        let opening = Opening { readers: 1, ..Opening::new(Backend::Sqlite(file), master) };
        Store::open(&opening).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What time it is at a site.
pub(crate) const NOW: Instant = Instant(1_000);

/// The session of a user who has just signed up as an owner.
fn owner(store: &Store) -> Secret {
    let all = Scope::everything();
    let given = (Role::Owner, Reach::Everything);
    let link = store.make_link(&all, NOW, given, link::expires_at(NOW)).unwrap();
    let [login, name] = ["owner", "王"].map(str::to_owned);
    let password = Secret::from("no hash");
    let user = store.sign_up(NOW, &link, SignUp { login, name, password }).unwrap();
    store.begin_session(NOW, user, session::expires_at(NOW)).unwrap()
}

/// A desk over an empty store, for routes that are not about it.
pub(crate) fn still_desk(store: &Store) -> Desk {
    let (catalogue, first) = (rulebook::Catalogue::shipped(), facts::Day(0));
    let rules = Rulesets::of(catalogue, first, |_| facts::MessageFlags(0)).unwrap();
    let tell = Box::new(|_: &ShopKey, _| {});
    let (store, now) = (store.clone(), Arc::new(|| NOW));
    let opening = desk::Opening { store, rules, now, tell, calling: None };
    Desk::open(opening).unwrap()
}

/// Connectors that ask nobody.
pub(crate) fn connectors(store: &Store, desk: &Arc<Desk>) -> Connectors {
    let keeper = Keeper::new(store.clone(), Arc::clone(desk), InvalidReplies::default());
    Connectors::open(keeper, Arc::new(|| NOW), true, None).unwrap()
}

/// A server that runs.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    _folder: Folder,
    pub(crate) feeding: Secret,
    pub(crate) watching: Secret,
    pub(crate) owner: Secret,
    pub(crate) memory: Arc<Memory>,
    pub(crate) hub: Hub,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stopping: Stopping,
    pub(crate) running: JoinHandle<Stopped>,
}

/// Settings for a port that is free.
pub(crate) fn settings() -> Settings {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Settings { listen, language: intake::Lang::En, ..Settings::default() }
}

impl Site {
    pub(crate) async fn start(settings: &Settings) -> Self {
        Self::start_with(settings, |routes| routes).await
    }

    /// A server with more routes than there are.
    pub(crate) async fn start_with(settings: &Settings, more: fn(Router) -> Router) -> Self {
        let folder = Folder::new();
        let store = folder.store();
        let token = |name: &str, grants: &[Grant]| {
            let reach = Reach::Shops(vec![ShopKey::new("taobao", "s1")]);
            store.make_token(&Scope::everything(), NOW, name, (grants, reach)).unwrap().1
        };
        let feeding = token("feeding", &[Grant::Feed]);
        let watching = token("watching", &[Grant::Read, Grant::Texts]);
        let owner = owner(&store);
        let (memory, stopping) = (Arc::new(Memory::default()), Stopping::default());
        let hub = Hub::new(16, settings.limits.streams, stopping.clone()).unwrap();
        let readiness = Readiness::new(stopping.clone());
        let metrics = Arc::new(Metrics::default());
        let desk = Arc::new(still_desk(&store));
        let services = Services {
            connectors: connectors(&store, &desk),
            desk,
            store,
            feed: memory.clone(),
            clock: Clock::new(|| NOW),
            hub: hub.clone(),
            readiness: readiness.clone(),
            metrics: metrics.clone(),
        };
        let listener = Listener::bind(settings).await.unwrap();
        let address = listener.address();
        let app = more(api::router(settings, services).unwrap());
        let running = tokio::spawn(listener.serve(app, metrics.clone(), stopping.clone()));
        Self {
            address,
            _folder: folder,
            feeding,
            watching,
            owner,
            memory,
            hub,
            readiness,
            metrics,
            stopping,
            running,
        }
    }

    pub(crate) async fn get(&self, path: &str, headers: &[&str]) -> Answer {
        exchange(self.address, &request("GET", path, headers, b"")).await
    }

    pub(crate) async fn send(&self, headers: &[&str], body: &[u8]) -> Answer {
        let token = format!("authorization: Bearer {}", self.feeding.reveal());
        let headers = [&[token.as_str()], headers].concat();
        exchange(self.address, &request("POST", "/v1/facts", &headers, body)).await
    }
}
