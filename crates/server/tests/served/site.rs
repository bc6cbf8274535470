//! A server for tests: everything that lasts is in memory.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use facts::Instant;
use server::api::{self, Services};
use server::caller::{Caller, Identify, Later, Reach, ShopKey, Unavailable, Who};
use server::clock::Clock;
use server::events::Hub;
use server::feed::{Feed, FeedError, Outcome, Refusal, Rows};
use server::health::Readiness;
use server::listen::{Listener, Stopped};
use server::metrics::Metrics;
use server::role::{Permission, Permissions, Role};
use server::secret::{Secret, SecretHash};
use server::settings::Settings;
use server::signin::{session, token};
use server::stopping::Stopping;
use tokio::task::JoinHandle;

use crate::client::{Answer, exchange, request};

/// Callers by the hashes of their secrets.
#[derive(Default)]
pub(crate) struct People(Mutex<Vec<(SecretHash, Caller)>>);

impl People {
    fn add(&self, secret: &Secret, caller: Caller) {
        self.0.lock().unwrap().push((secret.hash(), caller));
    }

    fn find(&self, secret: &Secret, is_token: bool) -> Option<Caller> {
        let people = self.0.lock().unwrap();
        let fits = |caller: &Caller| matches!(caller.who, Who::Token(_)) == is_token;
        let found = people.iter().find(|(hash, who)| *hash == secret.hash() && fits(who));
        found.map(|(_, caller)| caller.clone())
    }
}

impl Identify for People {
    fn session<'a>(
        &'a self,
        _now: Instant,
        secret: &'a Secret,
    ) -> Later<'a, Result<Option<Caller>, Unavailable>> {
        Box::pin(async move { Ok(self.find(secret, false)) })
    }

    fn token<'a>(
        &'a self,
        _now: Instant,
        secret: &'a Secret,
    ) -> Later<'a, Result<Option<Caller>, Unavailable>> {
        Box::pin(async move { Ok(self.find(secret, true)) })
    }
}

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
        rows: Rows,
    ) -> Later<'a, Result<Vec<Outcome>, FeedError>> {
        Box::pin(async move {
            if rows.iter().any(|row| row.id == "busy") {
                return Err(FeedError::Busy { retry_after: 7 });
            }
            let mut ids = self.ids.lock().unwrap();
            let mut texts = self.texts.lock().unwrap();
            let keep = |row: intake::json_row::CheckedRow<'_>| {
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

/// A server that runs.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
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
        let people = People::default();
        let only = |name| Reach::Shops(vec![ShopKey::new("taobao", name)]);
        let feeding = token::generate().unwrap().0;
        let permissions = Permissions::of(&[Permission::SendFacts]);
        people.add(&feeding, Caller { who: Who::Token(1), permissions, reach: only("s1") });
        let watching = token::generate().unwrap().0;
        let permissions = Role::Agent.permissions();
        people.add(&watching, Caller { who: Who::Token(2), permissions, reach: only("s1") });
        let owner = session::Session::begin(1, Instant(0)).unwrap().1;
        let permissions = Role::Owner.permissions();
        people.add(&owner, Caller { who: Who::User(1), permissions, reach: Reach::Everything });
        let (memory, stopping) = (Arc::new(Memory::default()), Stopping::default());
        let hub = Hub::new(16, settings.limits.streams, stopping.clone()).unwrap();
        let readiness = Readiness::new(stopping.clone());
        let metrics = Arc::new(Metrics::default());
        let services = Services {
            identify: Arc::new(people),
            feed: memory.clone(),
            clock: Clock::new(|| Instant(1_000)),
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
