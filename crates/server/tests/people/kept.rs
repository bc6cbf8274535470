//! What is kept of shops, persons and their own rules, and the log of who changed it.

use serde_json::{Value, json};
use store::{Reach, Role, Scope};

use crate::site::{By, Site, only};

const RULE: &str = include_str!("../../../../rulebooks/taobao/human-reply-3m/rule.toml");

fn shop() -> Value {
    json!({
        "name": "旗舰店",
        "client": "ACME",
        "groups": ["north"],
        "levels": [{ "from": null, "level": 2 }, { "from": "2026-01-01", "level": 3 }],
        "enrolled": { "cny-2026": false },
        "closed": [{
            "from": "2026-02-16T00:00:00.000+08:00",
            "until": "2026-02-18T00:00:00.000+08:00"
        }],
        "own_accounts": ["b9"],
        "account_grades": { "a1": "senior" },
        "account_capacities": { "a1": 8 }
    })
}

#[tokio::test]
async fn a_shop_comes_back_as_it_was_put() {
    let site = Site::new();
    let session = site.signed_in("owner", Role::Owner, Reach::Everything);
    let viewer = site.signed_in("viewer", Role::Viewer, Reach::Everything);
    let (by, path) = (By::User(&session), "/v1/shops/taobao/%E5%BA%97%2F1");
    let mut expected = shop();
    expected["platform"] = json!("taobao");
    expected["shop"] = json!("店/1");
    let lines = || site.store.audit(&Scope::everything(), 0, 100).unwrap().len();
    let before = lines();
    for _ in 0..2 {
        let answer = site.send("PUT", path, by, shop()).await;
        assert_eq!((answer.status, &answer.json), (200, &expected));
    }
    assert_eq!(lines() - before, 1, "the same again is no change");
    assert_eq!(site.get(path, by).await.json, expected);
    let seen = site.get(path, By::User(&viewer)).await.json;
    assert_eq!(seen["own_accounts"], Value::Null, "a viewer sees no buyer's id");
    assert_eq!(site.get("/v1/shops", By::User(&viewer)).await.items("own_accounts"), [Value::Null]);
    let instant = "2026-02-16T00:00:00+08:00";
    for wrong in [
        json!({ "nmae": "x" }),
        json!({ "levels": [{ "from": null, "level": 1 }, { "from": null, "level": 2 }] }),
        json!({ "levels": [{ "from": "2026-02-30", "level": 1 }] }),
        json!({ "closed": [{ "from": instant, "until": instant }] }),
        json!({ "closed": [{ "from": "2026-02-16", "until": instant }] }),
    ] {
        for lang in ["en", "zh"] {
            let path = format!("{path}?lang={lang}");
            let answer = site.send("PUT", &path, by, wrong.clone()).await;
            assert_eq!(answer.problem(), "unfit-body");
            let detail = answer.json["detail"].as_str().unwrap();
            assert!(lang == "en" || !detail.is_ascii(), "{detail}");
        }
    }
    assert_eq!(site.send("PUT", "/v1/shops/jd/a%09b", by, json!({})).await.problem(), "unfit-body");
    assert_eq!(site.call("DELETE", path, by, None).await.status, 204);
    assert_eq!(site.call("DELETE", path, by, None).await.problem(), "not-found");
    assert_eq!(site.get(path, by).await.problem(), "not-found");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let site = Site::new();
    let session = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&session);
    for key in ["taobao/b", "jd/z", "taobao/a", "jd/%2F", "taobao/%E5%BA%97"] {
        let path = format!("/v1/shops/{key}");
        assert_eq!(site.send("PUT", &path, by, json!({})).await.status, 200);
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/shops?limit=2".to_owned());
    loop {
        let page = site.get(&path, by).await;
        assert!(page.items("shop").len() <= 2);
        seen.extend(page.items("shop"));
        let Some(next) = page.json["next"].as_str() else { break };
        let next = next.replace('店', "%E5%BA%97");
        path = format!("/v1/shops?limit=2&after={next}");
    }
    assert_eq!(seen, ["/", "z", "a", "b", "店"]);
    for wrong in ["limit=0", "limit=1001", "limit=x", "after=x"] {
        let answer = site.get(&format!("/v1/shops?{wrong}&lang=zh"), by).await;
        assert_eq!(answer.problem(), "bad-parameter", "{wrong}");
        assert!(!answer.json["detail"].as_str().unwrap().is_ascii(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_shop_of_a_misspelt_platform_is_kept_and_told() {
    let site = Site::new();
    let session = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&session);
    for (lang, told) in [
        ("en", "platform `taobo`: no rulebook, nothing is counted; did you mean `taobao`?"),
        ("zh", "平台 `taobo`：没有规则，不统计；是否为 `taobao`？"),
    ] {
        let path = format!("/v1/shops/taobo/s1?lang={lang}");
        let put = site.send("PUT", &path, by, json!({ "name": "n" })).await;
        assert_eq!((put.status, &put.json["notice"]), (200, &told.into()));
    }
    let put = site.send("PUT", "/v1/shops/taobao/s1", by, json!({ "name": "n" })).await;
    assert_eq!(put.json["notice"], Value::Null);
    assert_eq!(site.get("/v1/shops", by).await.items("platform"), ["taobao", "taobo"]);
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    let site = Site::new();
    let session = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&session);
    for name in ["a", "b", "c"] {
        site.send("PUT", "/v1/shops/taobao/s1", by, json!({ "name": name })).await;
        site.send("PUT", "/v1/shops/taobao/s2", by, json!({ "name": name })).await;
    }
    let first = site.get("/v1/audit?limit=2", by).await;
    assert_eq!(first.items("shop"), ["s2", "s1"]);
    assert_eq!(first.items("who"), ["user 1", "user 1"]);
    assert_eq!(first.items("was"), ["b /  / ", "b /  / "]);
    let next = first.json["next"].as_str().unwrap();
    let second = site.get(&format!("/v1/audit?limit=1000&after={next}"), by).await;
    assert_eq!(second.json["next"], Value::Null);
    let numbers: Vec<i64> = second.items("number").iter().map(|n| n.as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..numbers[0] + 1).rev().collect::<Vec<_>>());
    let part = site.signed_in("part", Role::Owner, only(&["s1"]));
    let seen = site.get("/v1/audit", By::User(&part)).await;
    assert_eq!(seen.items("shop"), ["s1"; 3]);
    let signed_in = site.get("/v1/audit?what=signed+in&who=user+2", by).await;
    assert_eq!(signed_in.items("who"), ["user 2"]);
    // Pages of what is asked for, whatever lies between.
    let page = site.get("/v1/audit?platform=taobao&shop=s2&limit=2", by).await;
    assert_eq!(page.items("shop"), ["s2", "s2"]);
    let next = page.json["next"].as_str().unwrap();
    let page = site.get(&format!("/v1/audit?shop=s2&limit=2&after={next}"), by).await;
    assert_eq!((page.items("shop"), &page.json["next"]), (vec!["s2".into()], &Value::Null));
    let theirs = site.get("/v1/audit?shop=s2", By::User(&part)).await;
    assert_eq!(theirs.items("shop"), [Value::Null; 0]);
}

#[tokio::test]
async fn a_person_holds_accounts_for_days() {
    let site = Site::new();
    let session = site.signed_in("boss", Role::Supervisor, Reach::Everything);
    let (by, path) = (By::User(&session), "/v1/persons/%E7%8E%8B");
    let account = |shop: &str, from: Value, until: Value| {
        json!({
            "platform": "taobao", "shop": shop, "account": "a1", "from": from, "until": until
        })
    };
    let accounts = json!([
        account("s1", Value::Null, json!("2026-05-01")),
        account("s2", json!("2026-05-01"), Value::Null),
    ]);
    let put =
        async |accounts: &Value| site.send("PUT", path, by, json!({ "accounts": accounts })).await;
    let expected = json!({ "id": "王", "accounts": accounts });
    assert_eq!(put(&accounts).await.json, expected);
    assert_eq!(site.get(path, by).await.json, expected);
    let one = site.signed_in("one", Role::Viewer, only(&["s2"]));
    let seen = site.get(path, By::User(&one)).await;
    assert_eq!(seen.json["accounts"].as_array().unwrap().len(), 1);
    for wrong in [
        json!([account("s1", json!("2026-05-02"), json!("2026-05-02"))]),
        json!([account("", Value::Null, Value::Null)]),
        json!([{ "platform": "taobao", "shop": "s1" }]),
        json!(null),
    ] {
        assert_eq!(put(&wrong).await.problem(), "unfit-body");
    }
    assert_eq!(put(&json!([])).await.json["accounts"], json!([]));
    assert_eq!(site.get(path, by).await.problem(), "not-found");
}

#[tokio::test]
async fn a_shops_own_rule_is_checked_before_it_is_kept() {
    let site = Site::new();
    let session = site.signed_in("boss", Role::Supervisor, Reach::Everything);
    let by = By::User(&session);
    let metric = "taobao/human-reply-3m";
    let put = async |text: Value, lang: &str| {
        let body = json!({ "platform": "taobao", "shop": "s1", "metric": metric, "text": text });
        site.send("PUT", &format!("/v1/overrides?lang={lang}"), by, body).await
    };
    let number = |answer: crate::site::Answer| answer.json["number"].clone();
    assert_eq!(number(put(Value::Null, "en").await), Value::Null);
    for _ in 0..2 {
        assert_eq!(number(put(json!(RULE), "en").await), 1);
    }
    let broken = RULE.replacen("sample = ", "\nsampel = ", 1);
    let line = broken[..broken.find("sampel").unwrap()].matches('\n').count() + 1;
    for (lang, word) in [("en", "expected"), ("zh", "键")] {
        let answer = put(json!(broken), lang).await;
        assert_eq!((answer.status, answer.problem()), (422, "unfit-body"));
        let faults = answer.json["faults"].as_array().unwrap();
        let fault = faults.iter().find(|fault| fault["code"] == "Y003").unwrap();
        assert_eq!((&fault["line"], &fault["byte"]), (&json!(line), &json!(1)));
        let messages: String = faults.iter().map(|fault| fault["message"].to_string()).collect();
        assert!(messages.contains("sampel"), "{messages}");
        assert!(lang == "en" || messages.contains(word), "{messages}");
    }
    assert_eq!(put(json!("x = ["), "en").await.json["faults"][0]["code"], "Y001");
    assert_eq!(number(put(Value::Null, "en").await), 2);
    let body = json!({ "group": "north", "metric": metric, "text": RULE });
    assert_eq!(number(site.send("PUT", "/v1/overrides", by, body).await), 3);
    for (platform, shop, group, metric) in [
        (json!("taobao"), json!("s1"), json!("north"), metric),
        (json!("taobao"), Value::Null, Value::Null, metric),
        (Value::Null, Value::Null, Value::Null, metric),
        (json!("jd"), json!("s1"), Value::Null, metric),
        (json!("taobao"), json!("s1"), Value::Null, "taobao"),
    ] {
        let body = json!({
            "platform": platform, "shop": shop, "group": group, "metric": metric, "text": RULE
        });
        assert_eq!(site.send("PUT", "/v1/overrides", by, body).await.problem(), "unfit-body");
    }
    let body = json!({ "platform": "taobao", "shop": "s1", "metric": metric });
    let silent = site.send("PUT", "/v1/overrides", by, body).await;
    assert_eq!(silent.problem(), "unfit-body", "nothing is withdrawn by leaving the text out");
    let list = site.get("/v1/overrides", by).await;
    assert_eq!(list.items("stands"), [false, true, true]);
    assert_eq!(list.items("group"), [Value::Null, Value::Null, json!("north")]);
    assert_eq!(list.items("text"), [json!(RULE), Value::Null, json!(RULE)]);
    let one = site.signed_in("one", Role::Viewer, only(&["s1"]));
    assert_eq!(site.get("/v1/overrides", By::User(&one)).await.items("number"), [1, 2]);
}
