//! Where facts and figures come from, and how old they are.

use axum::body::Body;
use axum::http::Request;
use desk::Grade;
use facts::{Instant, Log, Registry};
use figures::standing::{Assessment, Evidence, Query, Standing};
use figures::{InvalidReplies, RuleChoice, counting, shown, standing};
use intake::panel;
use rulebook::Catalogue;
use serde_json::{Value, json};
use store::{Grant, Reach, Role, Scope, ShopKey};

use crate::site::{Answer, BEGIN, By, HERE, Site, only};

fn shop(name: &str) -> ShopKey {
    ShopKey::new("taobao", name)
}

/// What a figure of a shop says that it rests on.
async fn under(site: &Site, by: By<'_>, path: &str, shop: &str) -> Vec<Value> {
    let answer = site.get(&format!("{path}?platform=taobao&shop={shop}"), by).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.items("fed")
}

#[tokio::test]
async fn a_misspelt_platform_is_told_once_and_counted() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let row = |id: &str, platform: &str| {
        json!({
            "at": "2026-06-01T09:00:00+08:00", "platform": platform, "shop": "s1", "buyer": "b1",
            "author": "buyer", "id": id,
        })
    };
    let body = json!([row("m1", "taobao"), row("m2", "taobo"), row("m3", "taobo")]);
    for (lang, message) in [
        ("en", "platform `taobo`: no rulebook, nothing is counted; did you mean `taobao`?"),
        ("zh", "平台 `taobo`：没有规则，不统计；是否为 `taobao`？"),
    ] {
        let path = format!("/v1/facts?lang={lang}");
        let answer = site.send("POST", &path, By::User(&owner), body.clone()).await;
        let told = json!([{ "platform": "taobo", "rows": 2, "message": message }]);
        assert_eq!((answer.status, &answer.json["unknown_platforms"]), (200, &told), "{answer:?}");
        assert_eq!(answer.json["rejected"], 0, "it is kept");
    }
    let right = json!([row("m4", "taobao")]);
    let answer = site.send("POST", "/v1/facts", By::User(&owner), right).await;
    assert_eq!(answer.json["unknown_platforms"], json!([]));
}

#[tokio::test]
async fn every_feed_is_shown_with_its_age_to_those_in_reach() {
    let site = Site::new();
    let at = |ms: i64| Some(Instant(BEGIN - ms));
    site.desk.heard(("import", Grade::Daily), &[(shop("s1"), at(86_400_000)), (shop("s2"), at(5))]);
    site.desk.heard(("jd", Grade::Live), &[(shop("s2"), None)]);
    site.desk.heard(("panel", Grade::Panel), &[(shop("s3"), at(60_000))]);
    // A panel under the name of a feed of facts does not make a panel of it.
    site.desk.heard(("jd", Grade::Panel), &[(shop("s2"), at(7))]);
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let feeds = site.get("/v1/feeds", By::User(&owner)).await;
    let first = json!({
        "platform": "taobao", "shop": "s1", "feed": "import", "grade": "daily",
        "last_fact_at": "2026-05-31T10:00:00.000+08:00",
        "last_heard_at": "2026-06-01T10:00:00.000+08:00", "age_ms": 0, "behind_ms": 86_400_000,
    });
    assert_eq!(feeds.json["items"][0], first);
    let told: Vec<[Value; 3]> = feeds.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ["shop", "grade", "behind_ms"].map(|key| one[key].clone()))
        .collect();
    let expected = json!([
        ["s1", "daily", 86_400_000],
        ["s2", "daily", 5],
        ["s2", "live", 7],
        ["s3", "panel", 60_000],
    ]);
    assert_eq!(json!(told), expected);
    let part = site.signed_in("part", Role::Viewer, only(&["s3"]));
    assert_eq!(site.get("/v1/feeds", By::User(&part)).await.items("shop"), ["s3"]);
    let page = site.get("/v1/feeds?limit=3", By::User(&owner)).await;
    assert_eq!(page.items("shop").len(), 3);
    assert!(page.json["next"].is_string());
}

#[tokio::test]
async fn every_figure_says_what_it_rests_on() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&owner);
    for name in ["s1", "s2"] {
        let body = json!([{ "at": "2026-06-01T09:00:00+08:00" }]);
        assert_ne!(site.send("POST", "/v1/observed", by, body).await.status, 200);
        let mut batch = store::Batch::default();
        let author = facts::Author::Buyer;
        let message = facts::NewFact::message(Instant(BEGIN - 9_000), "taobao", name, author);
        batch.push(&facts::NewFact { buyer: "b1", id: name, ..message });
        site.store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
    }
    site.desk.heard(("import", Grade::Daily), &[(shop("s1"), Some(Instant(BEGIN - 9_000)))]);
    site.desk.heard(("panel", Grade::Panel), &[(shop("s1"), None), (shop("s2"), None)]);
    for path in ["/v1/figures", "/v1/standing"] {
        let fed = under(&site, by, path, "s1").await;
        assert!(!fed.is_empty());
        for one in &fed {
            assert_eq!((&one["grade"], &one["behind_ms"]), (&json!("daily"), &json!(9_000)));
            assert_eq!((&one["feed"], &one["age_ms"]), (&json!("import"), &json!(0)));
        }
        // Facts that came before feeds were kept, and a panel that no count rests on.
        let fed = under(&site, by, path, "s2").await;
        assert!(!fed.is_empty() && fed.iter().all(Value::is_null), "{path}: {fed:?}");
    }
}

const PANEL: &str = "shop,metric,from,to,value,samples,captured_at\n\
    s1,taobao/human-reply-3m,2026-05-02,2026-05-31,96.11%,1234,\n\
    s1,taobao/human-reply-3m,2026-05-02,2026-05-31,95.00%,1200,2026-05-31T20:00:00+08:00\n\
    s1,taobao/human-reply-3m,2026-05-31,2026-05-31,18/20,,\n";

async fn post(site: &Site, by: &str, kind: &str, body: &'static [u8]) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri("/v1/observed")
        .header("host", "localhost")
        .header("authorization", format!("Bearer {by}"))
        .header("content-type", kind)
        .body(Body::from(body))
        .unwrap();
    site.exchange(HERE.into(), request).await
}

fn counts(answer: &Answer) -> [u64; 5] {
    assert_eq!(answer.status, 200, "{answer:?}");
    let keys = ["rows", "accepted", "duplicate", "replaced", "rejected"];
    keys.map(|key| answer.json[key].as_u64().unwrap())
}

#[tokio::test]
async fn a_panel_stands_where_facts_do_not_reach_as_on_the_command_line() {
    let site = Site::new();
    let token = site.token(&[Grant::Feed, Grant::Read], only(&["s1"]));
    let by = By::Token(&token);
    let sent = post(&site, &token, "text/csv; charset=utf-8", PANEL.as_bytes()).await;
    assert_eq!(counts(&sent), [3, 3, 0, 0, 0]);
    let again = post(&site, &token, "text/csv", PANEL.as_bytes()).await;
    assert_eq!(counts(&again), [3, 0, 3, 0, 0]);

    let catalogue = Catalogue::shipped();
    let read = panel::parse(PANEL.as_bytes(), "panel.csv").unwrap();
    let (mut log, registry) = (Log::default(), Registry::default());
    standing::add_shops(&mut log, &read).unwrap();
    let as_of = Some(shown::rfc3339_utc(site.now()));
    let rules = RuleChoice { as_of, ..RuleChoice::default() };
    let query = Query { rules: &rules, metrics: &[], as_told: false, band: true };
    let assessment = Assessment::prepare(catalogue, &log, &query).unwrap();
    let count = |counted: &[counting::Counted]| {
        let grouping = counting::Grouping::default();
        counting::count((&log, &registry), counted, grouping, &|_| {})
    };
    let evidence = Evidence { log: &log, registry: &registry, panel: &read };
    let invalid = InvalidReplies::of(catalogue).unwrap();
    let rows = assessment.rows(evidence, &invalid, &[true], &count).unwrap();
    let found = site.get("/v1/standing?platform=taobao&shop=s1", by).await;
    let found = found.json["items"].as_array().unwrap();
    assert_eq!(found.len(), rows.len());
    let mut n_observed = 0;
    for (row, found) in rows.iter().zip(found) {
        let line = serde_json::to_value(Standing::of(row)).unwrap();
        for key in ["source", "samples", "verdict", "from", "to", "days_known"] {
            assert_eq!(found[key], line[key], "{key}");
        }
        assert_eq!(found["ratio"], line["value"]);
        if found["source"] == "observed" {
            n_observed += 1;
            assert_eq!(found["fed"]["grade"], "panel", "{found}");
        } else {
            assert_eq!(found["fed"], Value::Null, "{found}");
        }
    }
    assert!(n_observed > 0, "{found:?}");
}

#[tokio::test]
async fn figures_off_panels_are_kept_listed_and_corrected() {
    let site = Site::new();
    let token = site.token(&[Grant::Feed, Grant::Read], only(&["s1", "s2"]));
    let by = By::Token(&token);
    let send = async |body: Value| site.send("POST", "/v1/observed", by, body).await;
    let row = |shop: &str, value: &str| {
        let metric = "taobao/human-reply-3m";
        json!({ "shop": shop, "metric": metric, "day": "2026-05-31", "value": value })
    };
    let mut own = row("s2", "0.9");
    own["account"] = "s2:a".into();
    own["captured_at"] = "2026-06-01T09:00:00+08:00".into();
    own["samples"] = 10.into();
    let body = json!([row("s1", "97.41%"), row("s3", "97.41%"), row("s1", "12s"), own]);
    let answer = send(body).await;
    assert_eq!(counts(&answer), [4, 2, 0, 0, 2]);
    let lines: Vec<&Value> =
        answer.json["problems"].as_array().unwrap().iter().map(|one| &one["line"]).collect();
    assert_eq!(lines, [2, 3]);
    assert_eq!(answer.json["problems"][0]["column"], "shop");
    assert_eq!(counts(&send(json!([row("s1", "97.42%")])).await), [1, 0, 0, 1, 0]);
    let audit = site.store.audit(&Scope::everything(), 0, 1_000).unwrap();
    let line = audit.iter().rev().find(|line| line.what == "panel figure").unwrap();
    assert_eq!((line.was.as_deref(), line.becomes.as_deref()), (Some("97.41%"), Some("97.42%")));
    let list = site.get("/v1/observed", by).await;
    let expected = json!([
        {
            "platform": "taobao", "shop": "s1", "account": null,
            "metric": "taobao/human-reply-3m", "from": "2026-05-31", "to": "2026-05-31",
            "value": "97.42%", "samples": null, "captured_at": null, "source": "panel",
        },
        {
            "platform": "taobao", "shop": "s2", "account": "s2:a",
            "metric": "taobao/human-reply-3m", "from": "2026-05-31", "to": "2026-05-31",
            "value": "0.9", "samples": 10, "captured_at": "2026-06-01T09:00:00.000+08:00",
            "source": "panel",
        },
    ]);
    assert_eq!(list.json["items"], expected);
    assert_eq!(site.get("/v1/observed?shop=s2", by).await.items("shop"), ["s2"]);
    let other = site.token(&[Grant::Read], only(&["s2"]));
    assert_eq!(site.get("/v1/observed", By::Token(&other)).await.items("shop"), ["s2"]);
    assert_eq!(site.get("/v1/feeds", by).await.items("grade"), ["panel", "panel"]);

    let one = "/v1/observed?platform=taobao&shop=s2&account=s2:a&metric=taobao/human-reply-3m\
               &from=2026-05-31&to=2026-05-31";
    let seen = format!("{one}&captured_at=2026-06-01T01:00:00Z");
    let remove = async |path: &str, by| site.send("DELETE", path, by, Value::Null).await.status;
    assert_eq!(remove(one, by).await, 404, "another one");
    let of_s1 = site.token(&[Grant::Feed], only(&["s1"]));
    assert_eq!(remove(&seen, By::Token(&of_s1)).await, 403);
    assert_eq!((remove(&seen, by).await, remove(&seen, by).await), (204, 404));
    assert_eq!(site.get("/v1/observed", by).await.items("shop"), ["s1"]);
}

#[tokio::test]
async fn a_check_says_what_would_become_of_figures_and_keeps_nothing() {
    let site = Site::new();
    let token = site.token(&[Grant::Feed, Grant::Read], only(&["s1"]));
    let by = By::Token(&token);
    let metric = "taobao/human-reply-3m";
    let row = |day: &str, value: &str| {
        let mut row = json!({ "shop": "s1", "metric": metric, "day": day });
        row["value"] = value.into();
        row
    };
    let check = async |body: Value| site.send("POST", "/v1/observed?check=true", by, body).await;
    let body = json!([row("2026-05-31", "97.41%"), row("2026-05-32", "97,41%")]);
    let answer = check(body).await;
    assert_eq!(counts(&answer), [2, 1, 0, 0, 1]);
    let columns: Vec<&Value> =
        answer.json["problems"].as_array().unwrap().iter().map(|one| &one["column"]).collect();
    assert_eq!(columns, ["day", "value"]);
    let message = answer.json["problems"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("found `2026-05-32`, expected a calendar day"), "{message}");
    assert!(site.store.observed(&Scope::everything()).unwrap().is_empty());
    assert!(site.get("/v1/feeds", by).await.items("grade").is_empty());
    let kept = site.send("POST", "/v1/observed", by, json!([row("2026-05-31", "97.41%")])).await;
    assert_eq!(counts(&kept), [1, 1, 0, 0, 0]);
    let both = json!([row("2026-05-31", "97.41%"), row("2026-05-30", "97.41%")]);
    assert_eq!(counts(&check(both).await), [2, 1, 1, 0, 0]);
    assert_eq!(counts(&check(json!([row("2026-05-31", "97.4%")])).await), [1, 0, 0, 1, 0]);
    // Who may not read is not told what is known.
    let feeding = site.token(&[Grant::Feed], only(&["s1"]));
    let refused = site.send("POST", "/v1/observed?check=true", By::Token(&feeding), json!([]));
    assert_eq!(refused.await.problem(), "not-allowed");
}

#[tokio::test]
async fn what_is_no_panel_is_refused_as_a_whole() {
    let site = Site::new();
    let token = site.token(&[Grant::Feed], Reach::Everything);
    let by = By::Token(&token);
    let send = async |body: Value| site.send("POST", "/v1/observed?lang=zh", by, body).await;
    for body in [json!({}), json!([{ "shop": "s1" }]), json!([{ "metrc": "x" }]), json!([7])] {
        assert_eq!(send(body).await.problem(), "unfit-body");
    }
    let wrong = post(&site, &token, "text/csv", b"shop,metrc,day,value\n").await;
    assert_eq!(
        (wrong.problem(), wrong.json["faults"].as_array().unwrap().len()),
        ("unfit-body", 2)
    );
    assert_eq!(post(&site, &token, "application/json", b"[{").await.problem(), "broken-body");
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(post(&site, &token, xlsx, b"PK\x03\x04 no").await.problem(), "broken-body");
    assert_eq!(post(&site, &token, "text/plain", b"x").await.problem(), "unsupported-type");
    let large = Box::leak(vec![b' '; 300 << 10].into_boxed_slice());
    assert_eq!(post(&site, &token, xlsx, large).await.problem(), "too-large");
    let long = format!("/v1/observed?feed={}", "x".repeat(65));
    assert_eq!(site.send("POST", &long, by, json!([])).await.problem(), "bad-parameter");
    assert_eq!(counts(&send(json!([])).await), [0; 5]);
    assert!(site.store.observed(&Scope::everything()).unwrap().is_empty());
}
