//! What every request goes through: problems, languages, headers, limits, logs, the description.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;
use server::extract::{Json, Path, Query};
use server::metrics::Metrics;
use server::settings::{LogFormat, LogLevel, Settings};
use server::shell::{Shell, wrap};
use server::stopping::Stopping;
use tokio::sync::Notify;

use crate::client::{Answer, exchange, request};
use crate::site::{Site, settings};

#[tokio::test]
async fn what_is_not_there_is_a_problem_in_the_callers_language() {
    let site = Site::start(&settings()).await;
    let answer = site.get("/nowhere", &[]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (404, "not-found"));
    assert_eq!(answer.json()["title"], "There is nothing here");
    assert_eq!(answer.header("content-language"), Some("en"));
    let answer = site.get("/nowhere?lang=zh", &["accept-language: en"]).await;
    assert_eq!(answer.json()["title"], "此处没有内容");
    assert_eq!(answer.header("content-language"), Some("zh"));
    // Who follows a link to nothing is told by the console.
    let answer = site.get("/nowhere", &["accept: text/html,*/*;q=0.8"]).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    let answer = site.get("/v1/nowhere", &["accept: text/html"]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (404, "not-found"));
    let answer = exchange(site.address, &request("DELETE", "/v1/facts", &[], b"")).await;
    assert_eq!((answer.status, answer.problem().as_str()), (405, "method-not-allowed"));
    assert_eq!(answer.header("allow"), Some("POST"));
}

#[tokio::test]
async fn every_answer_has_its_id_and_the_headers_that_protect_browsers() {
    let site = Site::start(&settings()).await;
    let mut ids = BTreeSet::new();
    for path in ["/healthz", "/nowhere", "/v1/events"] {
        let answer = site.get(path, &["x-request-id: mine"]).await;
        assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("strict-transport-security"), None, "not over plain HTTP");
    }
    assert!(!ids.contains("mine"));
}

#[tokio::test]
async fn the_server_is_ready_when_told_and_not_while_it_stops() {
    let site = Site::start(&settings()).await;
    assert_eq!(site.get("/healthz", &[]).await.status, 200);
    let answer = site.get("/readyz", &[]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (503, "busy"));
    site.readiness.begin();
    assert_eq!(site.get("/readyz", &[]).await.status, 200);
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_for_those_who_may() {
    let site = Site::start(&settings()).await;
    site.get("/nowhere", &[]).await;
    let text = site.get("/metrics", &[]).await;
    let expected = "yingda_requests_total{route=\"none\",method=\"GET\",class=\"4xx\"} 1\n";
    assert!(text.text().contains(expected), "{}", text.text());
    assert!(text.text().contains("yingda_requests_under_way 1\n"));
    let forwarded = "x-forwarded-for: 203.0.113.9";
    assert_eq!(site.get("/metrics", &[forwarded]).await.problem(), "sign-in-needed");
    let feeding = format!("authorization: Bearer {}", site.feeding.reveal());
    assert_eq!(site.get("/metrics", &[forwarded, &feeding]).await.problem(), "not-allowed");
    let reading = format!("authorization: Bearer {}", site.watching.reveal());
    assert_eq!(site.get("/metrics", &[forwarded, &reading]).await.status, 200);
    let owner = format!("cookie: yingda={}", site.owner.reveal());
    assert_eq!(site.get("/metrics", &[forwarded, &owner]).await.status, 200);
}

#[derive(Deserialize)]
struct Wanted {
    days: u8,
}

async fn parameters(Path(_): Path<u8>, Query(wanted): Query<Wanted>) -> String {
    wanted.days.to_string()
}

async fn body(Json(wanted): Json<Wanted>) -> String {
    wanted.days.to_string()
}

/// Routes of the test's own, with the same layers.
async fn own(settings: &Settings, routes: Router) -> std::net::SocketAddr {
    let metrics = Arc::new(Metrics::default());
    let app = wrap(routes, &Shell::new(settings, metrics.clone()).unwrap());
    let listener = server::listen::Listener::bind(settings).await.unwrap();
    let address = listener.address();
    tokio::spawn(listener.serve(app, metrics, Stopping::default()));
    address
}

#[tokio::test]
async fn parts_that_do_not_fit_and_panics_are_problems() {
    let routes = Router::new()
        .route("/p/{n}", get(parameters))
        .route("/body", post(body))
        .route("/panic", get(async || -> () { panic!("buyer said 在吗") }));
    let address = own(&settings(), routes).await;
    let ask = async |method: &str, path: &str, headers: &[&str], body: &str| {
        exchange(address, &request(method, path, headers, body.as_bytes())).await
    };
    assert_eq!(ask("GET", "/p/1?days=3", &[], "").await.text(), "3");
    for path in ["/p/1?days=x", "/p/1", "/p/x?days=3"] {
        assert_eq!(ask("GET", path, &[], "").await.problem(), "bad-parameter", "{path}");
    }
    let json = &["content-type: application/json"][..];
    assert_eq!(ask("POST", "/body", json, "{\"days\":3}").await.text(), "3");
    assert_eq!(ask("POST", "/body", json, "{\"days\":").await.problem(), "broken-body");
    assert_eq!(ask("POST", "/body", json, "{\"days\":\"x\"}").await.problem(), "unfit-body");
    assert_eq!(ask("POST", "/body", &[], "{}").await.problem(), "unsupported-type");
    let large = format!("{{\"days\":3,\"x\":\"{}\"}}", "x".repeat(3 << 20));
    assert_eq!(ask("POST", "/body", json, &large).await.problem(), "too-large");
    let answer = ask("GET", "/panic", &[], "").await;
    assert_eq!((answer.status, answer.problem().as_str()), (500, "internal"));
    assert!(!answer.text().contains("在吗"));
}

#[tokio::test]
async fn more_requests_than_places_are_asked_to_come_again() {
    let mut settings = settings();
    settings.limits.requests = 1;
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (entered, go) = (entered.clone(), go.clone());
        async move || {
            entered.notify_one();
            go.notified().await;
            "done"
        }
    };
    let address = own(&settings, Router::new().route("/slow", get(slow))).await;
    let ask = move || async move { exchange(address, &request("GET", "/slow", &[], b"")).await };
    let first = tokio::spawn(ask());
    entered.notified().await;
    let answer = ask().await;
    assert_eq!((answer.status, answer.problem().as_str()), (429, "too-many"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    go.notify_one();
    assert_eq!(first.await.unwrap().text(), "done");
}

#[tokio::test(start_paused = true)]
async fn a_request_has_an_end() {
    let never = async || std::future::pending::<()>().await;
    let address = own(&settings(), Router::new().route("/never", get(never))).await;
    let answer = exchange(address, &request("GET", "/never", &[], b"")).await;
    assert_eq!(answer.problem(), "busy");
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn log_lines_tell_of_requests_and_not_of_what_is_in_them() {
    let lines = Lines::default();
    let writer = lines.clone();
    let logs = server::logs::dispatch(LogFormat::Json, LogLevel::Debug, move || writer.clone());
    // With one alone, whoever reaches a line first decides for all threads whether it is heard.
    let _other = server::logs::dispatch(LogFormat::Json, LogLevel::Debug, std::io::sink);
    let _logging = tracing::dispatcher::set_default(&logs);
    let site = Site::start(&settings()).await;
    let answer = site
        .send(
            &["content-type: application/x-ndjson", "cookie: yingda=hush"],
            "{\"text\":\"在吗\"}".as_bytes(),
        )
        .await;
    site.get("/v1/facts/13800138000?phone=13800138000&lang=zh", &[]).await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let requests: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"] == "request")
        .collect();
    assert_eq!(requests.len(), 2, "{text}");
    assert_eq!(requests[0]["id"], answer.header("x-request-id").unwrap());
    assert_eq!(requests[0]["route"], "/v1/facts");
    assert_eq!((&requests[0]["status"], &requests[1]["status"]), (&200.into(), &404.into()));
    assert_eq!(requests[0]["client"], "127.0.0.1");
    for secret in ["在吗", "hush", "13800138000", &site.feeding.reveal()[3..]] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// Whether the description has an answer.
fn described(description: &Value, method: &str, route: &str, answer: &Answer) -> bool {
    let status = answer.status.to_string();
    let operation = &description["paths"][route][method];
    let response = &operation["responses"][&status];
    let media_type = answer.header("content-type").unwrap_or_default();
    match media_type {
        "application/problem+json" => {
            let schema = &response["content"][media_type]["schema"]["$ref"];
            let code = answer.problem();
            let named = response["description"]
                .as_str()
                .is_some_and(|text| text.contains(&format!("`{code}`")));
            schema == "#/components/schemas/Problem" && named
        }
        _ => response.is_object(),
    }
}

#[tokio::test]
async fn the_description_has_every_route_and_every_answer() {
    let site = Site::start(&settings()).await;
    let answer = site.get("/v1/openapi.json", &[]).await;
    let description = answer.json();
    assert_eq!(description["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    let paths = description["paths"].as_object().unwrap();
    for route in ["/healthz", "/metrics", "/readyz", "/v1/events", "/v1/facts", "/v1/shops"] {
        assert!(paths.contains_key(route), "{route}");
    }
    let token = format!("authorization: Bearer {}", site.feeding.reveal());
    let agent = format!("authorization: Bearer {}", site.watching.reveal());
    let cookie = format!("cookie: yingda={}", site.owner.reveal());
    let (lines, forwarded) = ("content-type: application/x-ndjson", "via: 1.1 proxy");
    let calls: [(&str, &str, &[&str], &str); 14] = [
        ("get", "/healthz", &[], ""),
        ("get", "/readyz", &[], ""),
        ("get", "/metrics", &[], ""),
        ("get", "/metrics", &[forwarded], ""),
        ("get", "/metrics", &[forwarded, &token], ""),
        ("get", "/v1/events", &[], ""),
        ("get", "/v1/events", &[&token], ""),
        ("post", "/v1/facts", &[], "{}"),
        ("post", "/v1/facts", &[&agent, lines], "{}"),
        ("post", "/v1/facts", &[&cookie, lines], "{}"),
        ("post", "/v1/facts", &[&token], "{}"),
        ("post", "/v1/facts", &[&token, lines], "{"),
        ("post", "/v1/facts", &[&token, lines], "{}"),
        ("post", "/v1/facts", &[&token, lines, "content-length: 99999999"], "{}"),
    ];
    for (method, route, headers, body) in calls {
        let bytes = request(&method.to_uppercase(), route, headers, body.as_bytes());
        let answer = exchange(site.address, &bytes).await;
        let is_described = described(&description, method, route, &answer);
        assert!(is_described, "{method} {route}: {} {}", answer.status, answer.text());
    }
    for item in description["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for status in ["500", "503"] {
                assert!(operation["responses"][status].is_object(), "{operation}");
            }
        }
    }
}
