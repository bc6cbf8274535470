//! Whether the demo has what it says, as somebody sees it who signs in.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use secret::Secret;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::client;
use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::lang::Lang;

/// How long facts are waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often one looks for them.
const LOOK: Duration = Duration::from_millis(250);

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    shops: usize,
    platforms: usize,
    /// Shops with a figure over a whole period.
    with_past: usize,
    waiting: usize,
    overdue: u64,
    alerts: usize,
    /// Facts came in meanwhile.
    is_live: bool,
}

impl Found {
    /// Whether it is everything that the demo says.
    pub(super) fn is_everything(&self) -> bool {
        self.shops == super::MEMBERS.len()
            && self.platforms >= 5
            && self.with_past >= 5
            && self.waiting > 0
            && self.overdue > 0
            && self.alerts > 0
            && self.is_live
    }

    /// One line for people.
    pub(super) fn words(&self, lang: Lang) -> String {
        let Self { shops, platforms, with_past, waiting, overdue, alerts, is_live } = *self;
        let come =
            if is_live { lang.of("come in", "有") } else { lang.of("do not come in", "无") };
        lang.of(
            format!(
                "{shops} shops on {platforms} platforms, {with_past} with figures of a period; \
                 {waiting} buyers wait, {overdue} for too long; {alerts} alerts; facts {come}"
            ),
            format!(
                "{platforms} 个平台的 {shops} 家店铺，{with_past} 家有周期指标；{waiting} 位买家在等，\
                 其中 {overdue} 位超时；{alerts} 条提醒；新事实：{come}"
            ),
        )
    }
}

/// Signs in and looks around.
pub(super) fn look(
    address: &str,
    (login, password): (&str, &Secret),
    lang: Lang,
) -> Result<Found, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let http = reqwest::Client::builder().tls_backend_preconfigured(client::tls(None, lang)?);
    let http = http.no_proxy().build().map_err(Failure::new)?;
    let mut visitor =
        Visitor { runtime: runtime.map_err(Failure::new)?, http, address, cookie: String::new() };
    visitor.sign_in(login, password)?;
    let overview = visitor.get("/v1/overview")?;
    let shops = items(&overview);
    let platforms: BTreeSet<&str> =
        shops.iter().filter_map(|shop| shop["platform"].as_str()).collect();
    let has_past = |shop: &&Value| {
        let metrics = shop["metrics"].as_array().map(Vec::as_slice).unwrap_or_default();
        metrics.iter().any(|metric| !metric["period"]["value"].is_null())
    };
    let began = Stopwatch::start();
    let newest = newest(&overview);
    let mut is_live = false;
    while !is_live && began.elapsed() < PATIENCE {
        std::thread::sleep(LOOK);
        is_live = self::newest(&visitor.get("/v1/overview")?) > newest;
    }
    let found = Found {
        shops: shops.len(),
        platforms: platforms.len(),
        with_past: shops.iter().filter(has_past).count(),
        waiting: items(&visitor.get("/v1/waiting")?).len(),
        overdue: shops.iter().filter_map(|shop| shop["queue"]["overdue"].as_u64()).sum(),
        alerts: items(&visitor.get("/v1/alerts")?).len(),
        is_live,
    };
    Ok(found)
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// When the newest fact happened that a feed gave.
fn newest(overview: &Value) -> Option<String> {
    let feeds = items(overview).iter().filter_map(|shop| shop["feeds"].as_array()).flatten();
    feeds.filter_map(|feed| feed["last_fact_at"].as_str()).max().map(str::to_owned)
}

/// Somebody with a browser's manners.
struct Visitor<'a> {
    runtime: Runtime,
    http: reqwest::Client,
    address: &'a str,
    cookie: String,
}

impl Visitor<'_> {
    fn sign_in(&mut self, login: &str, password: &Secret) -> Result<(), Failure> {
        let body = json!({ "login": login, "password": password.reveal() }).to_string();
        let url = format!("{}/v1/sign-in", self.address);
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json");
        let request = request.header(ORIGIN, self.address).body(body);
        let answer = self.runtime.block_on(async { request.send().await?.error_for_status() });
        let answer = answer.map_err(Failure::new)?;
        let cookie = answer.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let pair = cookie.and_then(|cookie| cookie.split(';').next());
        self.cookie = pair.unwrap_or_default().to_owned();
        Ok(())
    }

    fn get(&self, path: &str) -> Result<Value, Failure> {
        let request = self.http.get(format!("{}{path}", self.address));
        let request = request.header(COOKIE, &self.cookie);
        let text = self.runtime.block_on(async {
            let answer = request.send().await?.error_for_status()?;
            answer.text().await
        });
        serde_json::from_str(&text.map_err(Failure::new)?).map_err(Failure::new)
    }
}
