//! A server without sockets, over a store in a folder of its own. Every answer is held against the
//! description, and no answer may hold a secret that was not made by it.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use desk::{Desk, Rulesets};
use facts::Instant;
use figures::InvalidReplies;
use ingest::Keeper;
use ingest::connectors::Connectors;
use serde_json::{Value, json};
use server::api::{self, Services};
use server::clock::Clock;
use server::events::Hub;
use server::feed::Stored;
use server::health::Readiness;
use server::listen::Peer;
use server::metrics::Metrics;
use server::settings::Settings;
use server::signin::{link, session};
use server::stopping::Stopping;
use store::{
    Backend, Grant, MasterKey, Opening, Reach, Role, Scope, Secret, ShopKey, SignUp, SqliteFile,
    Store,
};
use tower::ServiceExt;

/// When a site begins: 2026-06-01T10:00:00+08:00.
pub(crate) const BEGIN: i64 = 1_780_279_200_000;

/// The address that calls come from.
pub(crate) const HERE: [u8; 4] = [203, 0, 113, 9];

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A desk over a store without facts, for routes that are not about it.
fn still_desk(store: &Store) -> Desk {
    static RULES: LazyLock<Rulesets> = LazyLock::new(|| {
        let catalogue = rulebook::Catalogue::shipped();
        Rulesets::of(catalogue, facts::Day(20_000), |_| facts::MessageFlags(0)).unwrap()
    });
    let (now, tell) = (Arc::new(|| Instant(BEGIN)), Box::new(|_: &ShopKey, _| {}));
    let (store, rules) = (store.clone(), RULES.clone());
    let opening = desk::Opening { store, rules, now, tell, calling: None };
    Desk::open(opening).unwrap()
}

/// Connectors that take what comes in, and ask nobody.
fn connectors(store: &Store, desk: &Arc<Desk>) -> Connectors {
    let invalid = InvalidReplies::default();
    let keeper = Keeper::new(store.clone(), Arc::clone(desk), invalid);
    Connectors::open(keeper, Arc::new(|| Instant(BEGIN)), true, None).unwrap()
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By<'a> {
    /// Nobody, from our own pages.
    Nobody,
    /// A user by the secret of their session, from our own pages.
    User(&'a str),
    /// The same from a page of somebody else.
    Tricked(&'a str),
    /// A program by its token.
    Token(&'a str),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The code of a problem.
    pub(crate) fn problem(&self) -> &str {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        self.json["type"].as_str().unwrap().strip_prefix("urn:yingda:problem:").unwrap()
    }

    /// The secret of the session that the answer hands out.
    pub(crate) fn session(&self) -> String {
        let cookie = self.header("set-cookie").unwrap_or_else(|| panic!("{self:?}"));
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"), "{cookie}");
        cookie.split([';', '=']).nth(1).unwrap().to_owned()
    }

    /// What a list has under a key.
    pub(crate) fn items(&self, key: &str) -> Vec<Value> {
        let items = self.json["items"].as_array().unwrap_or_else(|| panic!("{self:?}"));
        items.iter().map(|item| item[key].clone()).collect()
    }
}

/// A reach of shops of Taobao.
pub(crate) fn only(shops: &[&str]) -> Reach {
    Reach::Shops(shops.iter().map(|shop| ShopKey::new("taobao", shop)).collect())
}

/// A server.
pub(crate) struct Site {
    pub(crate) store: Store,
    pub(crate) desk: Arc<Desk>,
    app: Router,
    now: Arc<AtomicI64>,
    description: Value,
    /// What must be in no answer.
    secrets: Mutex<Vec<String>>,
    _folder: Folder,
}

impl Site {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("yingda-people-{}-{n}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let file = SqliteFile::new(path.join("yingda.db"));
        let master = MasterKey::parse(&"5a".repeat(32)).unwrap();
        let opening = Opening { readers: 2, ..Opening::new(Backend::Sqlite(file), master) };
        let store = Store::open(&opening).unwrap();
        let (now, stopping) = (Arc::new(AtomicI64::new(BEGIN)), Stopping::default());
        let language = intake::Lang::En;
        let settings = Settings { language, data: path.clone(), ..Settings::default() };
        let clock = now.clone();
        let desk = Arc::new(still_desk(&store));
        let services = Services {
            connectors: connectors(&store, &desk),
            feed: Arc::new(Stored::new(store.clone(), Arc::clone(&desk))),
            desk: Arc::clone(&desk),
            store: store.clone(),
            clock: Clock::new(move || Instant(clock.load(Ordering::Relaxed))),
            hub: Hub::new(4, 4, stopping.clone()).unwrap(),
            readiness: Readiness::new(stopping),
            metrics: Arc::new(Metrics::default()),
        };
        let app = api::router(&settings, services).unwrap();
        let description = serde_json::to_value(api::description()).unwrap();
        let secrets = Mutex::default();
        Self { store, desk, app, now, description, secrets, _folder: Folder(path) }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant(self.now.load(Ordering::Relaxed))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn description(&self) -> &Value {
        &self.description
    }

    /// From now on no answer may hold this.
    pub(crate) fn hide(&self, secret: &str) {
        self.secrets.lock().unwrap().push(secret.to_owned());
    }

    /// A user who signed up, by number; nobody knows their password.
    pub(crate) fn user(&self, login: &str, role: Role, reach: Reach) -> i64 {
        let (all, now) = (Scope::everything(), self.now());
        let link = self.store.make_link(&all, now, (role, reach), link::expires_at(now)).unwrap();
        let (login, name) = (login.to_owned(), "王".to_owned());
        let new = SignUp { login, name, password: Secret::from("no hash") };
        self.store.sign_up(now, &link, new).unwrap()
    }

    /// A new session of a user.
    pub(crate) fn session(&self, user: i64) -> String {
        let (now, until) = (self.now(), session::expires_at(self.now()));
        self.store.begin_session(now, user, until).unwrap().reveal().to_owned()
    }

    /// A new user's session.
    pub(crate) fn signed_in(&self, login: &str, role: Role, reach: Reach) -> String {
        self.session(self.user(login, role, reach))
    }

    /// A token.
    pub(crate) fn token(&self, grants: &[Grant], reach: Reach) -> String {
        let made = self.store.make_token(&Scope::everything(), self.now(), "t", (grants, reach));
        made.unwrap().1.reveal().to_owned()
    }

    pub(crate) async fn get(&self, path: &str, by: By<'_>) -> Answer {
        self.call("GET", path, by, None).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, by: By<'_>, body: Value) -> Answer {
        self.call(method, path, by, Some(&body)).await
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        by: By<'_>,
        body: Option<&Value>,
    ) -> Answer {
        self.call_from(HERE.into(), method, path, by, body).await
    }

    pub(crate) async fn call_from(
        &self,
        from: IpAddr,
        method: &str,
        path: &str,
        by: By<'_>,
        body: Option<&Value>,
    ) -> Answer {
        let text = body.map(|body| ("application/json", body.to_string()));
        self.calling(from, (method, path), by, text).await
    }

    /// Sends a file.
    pub(crate) async fn upload(&self, path: &str, by: By<'_>, file: &str) -> Answer {
        let body = Some(("application/octet-stream", file.to_owned()));
        self.calling(HERE.into(), ("POST", path), by, body).await
    }

    async fn calling(
        &self,
        from: IpAddr,
        (method, path): (&str, &str),
        by: By<'_>,
        body: Option<(&str, String)>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        request = match by {
            By::Nobody => request.header("sec-fetch-site", "same-origin"),
            By::User(secret) => request
                .header("sec-fetch-site", "same-origin")
                .header("cookie", format!("yingda={secret}")),
            By::Tricked(secret) => request
                .header("sec-fetch-site", "cross-site")
                .header("cookie", format!("yingda={secret}")),
            By::Token(secret) => request.header("authorization", format!("Bearer {secret}")),
        };
        if let Some((content_type, _)) = &body {
            request = request.header("content-type", *content_type);
        }
        let text = body.map_or_else(String::new, |(_, text)| text);
        let request = request.body(Body::from(text)).unwrap();
        self.exchange(from, request).await
    }

    /// Sends a request as it is.
    pub(crate) async fn exchange(&self, from: IpAddr, mut request: Request<Body>) -> Answer {
        let (method, path) = (request.method().to_string(), request.uri().to_string());
        let (method, path) = (method.as_str(), path.as_str());
        request.extensions_mut().insert(Peer(SocketAddr::new(from, 50_000)));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let status = parts.status.as_u16();
        let answer = Answer { status, headers: parts.headers, json, text: text.clone() };
        for secret in self.secrets.lock().unwrap().iter() {
            assert!(!text.contains(secret), "{method} {path}: {text}");
        }
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{method} {path}");
        self.holds_against_description(method, path, &answer);
        answer
    }

    /// The operation that answers a path.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap();
        let paths = self.description["paths"].as_object().unwrap();
        let fits = |template: &str| {
            let (a, b): (Vec<_>, Vec<_>) =
                (template.split('/').collect(), path.split('/').collect());
            let same = |(a, b): (&&str, &&str)| a == b || a.starts_with('{');
            a.len() == b.len() && a.iter().zip(&b).all(same)
        };
        let item = paths.iter().find(|(template, _)| fits(template))?.1;
        item.get(method.to_lowercase())
    }

    fn holds_against_description(&self, method: &str, path: &str, answer: &Answer) {
        let operation = self.operation(method, path);
        let operation = operation.unwrap_or_else(|| panic!("{method} {path} is not described"));
        let response = &operation["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{method} {path}: {answer:?} is not described");
        if answer.header("content-type") == Some("application/problem+json") {
            let text = response["description"].as_str().unwrap();
            assert!(text.contains(&format!("`{}`", answer.problem())), "{method} {path}: {text}");
        } else if answer.status != 204 {
            let schema = &response["content"]["application/json"]["schema"];
            self.fits(schema, &answer.json, &format!("{method} {path}"));
        }
    }

    /// Whether a value has what its schema says it has, and no more.
    fn fits(&self, schema: &Value, value: &Value, place: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            let schema = &self.description["components"]["schemas"][name];
            assert!(schema.is_object(), "{place}: no schema {name}");
            return self.fits(schema, value, place);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let keys = |part: &Value| -> Vec<String> {
                let name = part["$ref"].as_str().and_then(|name| name.rsplit('/').next());
                let part = match name {
                    Some(name) => &self.description["components"]["schemas"][name],
                    None => part,
                };
                part["properties"].as_object().unwrap().keys().cloned().collect()
            };
            let known: Vec<String> = parts.iter().flat_map(keys).collect();
            let found = value.as_object().unwrap();
            assert!(found.keys().all(|key| known.contains(key)), "{place}: {value}");
            return;
        }
        if let (Some(properties), Some(found)) =
            (schema["properties"].as_object(), value.as_object())
        {
            for (key, value) in found {
                let schema = properties.get(key).unwrap_or_else(|| panic!("{place}: {key}"));
                self.fits(schema, value, &format!("{place} {key}"));
            }
            for key in schema["required"].as_array().into_iter().flatten() {
                assert!(found.contains_key(key.as_str().unwrap()), "{place}: no {key}");
            }
        }
        if let (Some(items), Some(found)) = (schema.get("items"), value.as_array()) {
            found.iter().for_each(|value| self.fits(items, value, place));
        }
    }
}

/// A body with a password, which no answer may ever hold.
pub(crate) fn sign_in(login: &str, password: &str) -> Value {
    json!({ "login": login, "password": password })
}
