//! What callers are told who ask for something that does not fit, and how lists are narrowed.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use store::{Grant, Reach, Role};

use crate::site::{Answer, By, HERE, Site, only};

/// What no sentence for people holds: words of readers for machines, and types of the program.
const FOREIGN: &[&str] = &[
    "deserialize",
    "unknown variant",
    "unknown field",
    "missing field",
    "invalid type",
    "u32",
    "i64",
    "usize",
    "struct ",
    "invalid digit",
    "ContentRefDeserializer",
    "enum ",
];

fn detail(answer: &Answer) -> &str {
    let detail = answer.json["detail"].as_str().unwrap_or_else(|| panic!("{answer:?}"));
    assert!(FOREIGN.iter().all(|word| !detail.contains(word)), "{detail}");
    detail
}

/// Both languages' sentences, and the place.
async fn told(site: &Site, call: (&str, &str), by: By<'_>, body: &Value) -> [String; 2] {
    let (method, path) = call;
    let mark = if path.contains('?') { '&' } else { '?' };
    let mut texts = Vec::new();
    for lang in ["en", "zh"] {
        let body = (!body.is_null()).then_some(body);
        let answer = site.call(method, &format!("{path}{mark}lang={lang}"), by, body).await;
        let expected = if body.is_some() { "unfit-body" } else { "bad-parameter" };
        assert_eq!(answer.problem(), expected, "{answer:?}");
        if body.is_some() {
            assert!(answer.json["line"].is_u64() && answer.json["byte"].is_u64(), "{answer:?}");
        }
        texts.push(detail(&answer).to_owned());
    }
    let [en, zh] = [texts.remove(0), texts.remove(0)];
    assert!(en.is_ascii() && !zh.is_ascii(), "{en} {zh}");
    assert!(!zh.contains("expected") && !zh.contains("found"), "{zh}");
    [en, zh]
}

/// A call that does not fit, its body, and what it is told in English and Chinese.
type Case = ((&'static str, &'static str), Value, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let row = json!({ "shop": "s", "metric": "taobao/x", "value": "1", "samples": "123" });
    let jd = json!({
        "kind": "jd", "shop": "s", "vender": "1", "app_key": "k", "app_secret": "s",
        "access_token": "a", "every_seconds": "sixty",
    });
    let shop = "/v1/shops/taobao/s";
    vec![
        (
            ("PUT", shop),
            json!({ "levels": [{ "level": "5" }] }),
            "`levels[0].level`: found a text, expected a whole number",
            "`levels[0].level`：发现文本，应为整数",
        ),
        (
            ("PUT", shop),
            json!({ "account_capacities": { "a": -1 } }),
            "`account_capacities.a`: found -1, expected a whole number from 0 to 4294967295",
            "`account_capacities.a`：发现 -1，应为 0 至 4294967295 之间的整数",
        ),
        (
            ("PUT", shop),
            json!({ "closed": [{ "from": "2026-06-01" }] }),
            "`closed[0].from`: expected an instant with its offset",
            "`closed[0].from`：应为带时区偏移的时刻",
        ),
        (("PUT", shop), json!({ "nam": "x" }), "is `name` meant?", "没有键 `nam`；是否为 `name`"),
        (("PUT", shop), json!("x"), "found a text, expected an object", "发现文本，应为对象"),
        (
            ("POST", "/v1/users"),
            json!({ "role": "boss" }),
            "`role`: expected `owner`",
            "应为 `owner`",
        ),
        (("POST", "/v1/users"), json!({ "role": "owner" }), "`reach` is missing", "缺少 `reach`"),
        (
            ("POST", "/v1/observed"),
            json!([row]),
            "`[0].samples`: found a text, expected a whole number, 0 or more",
            "`[0].samples`：发现文本，应为不小于 0 的整数",
        ),
        (
            ("PUT", "/v1/connectors/x"),
            jd,
            "`every_seconds`: found a text, expected a whole number from 0 to 4294967295",
            "`every_seconds`：发现文本，应为 0 至 4294967295 之间的整数",
        ),
        (
            ("PUT", "/v1/connectors/x"),
            json!({ "kind": "taobao" }),
            "`kind`: found `taobao`, expected one of `jd`, `wecom`, `chatwoot`",
            "`kind`：发现 `taobao`，应为下列之一：`jd`、`wecom`、`chatwoot`",
        ),
        (("PUT", "/v1/connectors/x"), json!({}), "`kind` is missing", "缺少 `kind`"),
        (
            ("GET", "/v1/shops?limit=x"),
            Value::Null,
            "`limit`: found `x`, expected a whole number, 0 or more",
            "`limit`：发现 `x`，应为不小于 0 的整数",
        ),
        (
            ("DELETE", "/v1/observed?platform=x&shop=s&metric=m&to=2026-06-01&from=x"),
            Value::Null,
            "`from`: expected a day",
            "`from`：应为日期",
        ),
        (("DELETE", "/v1/observed"), Value::Null, "`platform` is missing", "缺少 `platform`"),
        (("DELETE", "/v1/tokens/x"), Value::Null, "found `x`, expected a whole", "应为整数"),
    ]
}

#[tokio::test]
async fn what_does_not_fit_is_told_in_words_for_people() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&owner);
    for (call, body, en, zh) in cases() {
        let [told_en, told_zh] = told(&site, call, by, &body).await;
        assert!(told_en.contains(en), "{call:?}: {told_en}");
        assert!(told_zh.contains(zh), "{call:?}: {told_zh}");
    }
}

#[tokio::test]
async fn a_place_in_a_body_is_named_and_its_texts_are_not_repeated() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    ["hello from a buyer", "appsecret1", "13800138000"].iter().for_each(|text| site.hide(text));
    let put = async |path: &str, text: &str| {
        let request = Request::builder().method("PUT").uri(path).header("host", "localhost");
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header("cookie", format!("yingda={owner}"));
        let request = request.header("content-type", "application/json; charset=utf-8");
        site.exchange(HERE.into(), request.body(Body::from(text.to_owned())).unwrap()).await
    };
    let place = |answer: &Answer| (answer.json["line"].as_u64(), answer.json["byte"].as_u64());
    let text = "{\"name\": \"n\",\n \"levels\": [ {\"level\": \"hello from a buyer\"} ]}";
    let answer = put("/v1/shops/taobao/s", text).await;
    assert_eq!((answer.problem(), place(&answer)), ("unfit-body", (Some(2), Some(24))));
    let text = "{\"kind\": \"chatwoot\",\n \"secret\": 13800138000}";
    let answer = put("/v1/connectors/x", text).await;
    assert_eq!((answer.problem(), place(&answer)), ("unfit-body", (Some(2), Some(12))));
    assert_eq!(detail(&answer), "`secret`: found a whole number, expected a text");
    for broken in ["{\"name\": \"appsecret1\"", "{\"name\" \"appsecret1\"}", ""] {
        let answer = put("/v1/shops/taobao/s?lang=zh", broken).await;
        assert_eq!(answer.problem(), "broken-body");
        assert!(detail(&answer).starts_with("正文不是 JSON："), "{answer:?}");
        assert!(answer.json["byte"].is_u64());
    }
}

#[tokio::test]
async fn a_parameter_that_a_route_does_not_know_is_refused() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&owner);
    for (path, near) in [
        ("/v1/alerts?shp=s1", "shop"),
        ("/v1/audit?whom=1", "who"),
        ("/v1/figures?platform=taobao&shop=s1&metrc=x", "metric"),
        ("/v1/platforms?langg=zh", "lang"),
        ("/v1/shops/taobao/s1?lan=zh", "lang"),
    ] {
        let [en, zh] = told(&site, ("GET", path), by, &Value::Null).await;
        assert!(en.contains(&format!("is `{near}` meant?")), "{path}: {en}");
        assert!(zh.contains(&format!("是否为 `{near}`？")), "{path}: {zh}");
    }
    // Every route knows the names that it is described with, and no other.
    let described = site.description()["paths"].as_object().unwrap();
    for (path, item) in described.iter().filter(|(path, _)| path.starts_with("/v1/")) {
        if path.contains("/connectors/{name}/") || path == "/v1/events" || item["get"].is_null() {
            continue;
        }
        let plain = path.replace(['{', '}'], "");
        let names = item["get"]["parameters"].as_array().into_iter().flatten();
        let names = names.filter(|one| one["in"] == "query");
        let query: Vec<String> =
            names.map(|one| format!("{}=x", one["name"].as_str().unwrap())).collect();
        let answer = site.get(&format!("{plain}?{}", query.join("&")), by).await;
        assert!(!answer.text.contains("there is no parameter"), "{path}: {answer:?}");
        let answer = site.get(&format!("{plain}?nothing_of_this_name=x"), by).await;
        assert_eq!(answer.problem(), "bad-parameter", "{path}");
    }
    let other = "/v1/connectors/x/wecom?msg_signature=s&timestamp=1&nonce=2&echostr=e&theirs=1";
    assert_eq!(site.get(other, By::Nobody).await.problem(), "not-found");
}

#[tokio::test]
async fn a_cursor_of_no_list_is_refused() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    for list in ["waiting", "alerts", "audit", "overview", "shops", "feeds", "users", "accounts"] {
        let answer = site.get(&format!("/v1/{list}?after=zzz"), By::User(&owner)).await;
        assert_eq!(answer.problem(), "bad-parameter", "{list}");
        assert!(detail(&answer).contains("`after`"));
    }
}

#[tokio::test]
async fn lists_are_narrowed_to_what_is_asked_for() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    site.user("viewer", Role::Viewer, only(&["s1"]));
    let by = By::User(&owner);
    for (path, client, group) in
        [("taobao/s1", "c1", "north"), ("taobao/s2", "c2", "north"), ("jd/s1", "c2", "south")]
    {
        let body = json!({ "client": client, "groups": [group] });
        let put = site.send("PUT", &format!("/v1/shops/{path}"), by, body).await;
        assert_eq!(put.status, 200);
    }
    let count = async |path: &str| {
        let answer = site.get(path, by).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json["items"].as_array().unwrap().len()
    };
    for (query, n) in [
        ("", 3),
        ("platform=taobao", 2),
        ("shop=s1", 2),
        ("platform=jd&shop=s1", 1),
        ("platform=jd&shop=s2", 0),
        ("group=north", 2),
        ("client=c2", 2),
        ("group=north&client=c2", 1),
    ] {
        assert_eq!(count(&format!("/v1/shops?{query}")).await, n, "{query}");
        // A shop without chats does not stand anywhere.
        count(&format!("/v1/overview?{query}")).await;
    }
    for list in ["waiting", "alerts", "feeds", "accounts"] {
        assert_eq!(count(&format!("/v1/{list}?platform=taobao&shop=s1")).await, 0, "{list}");
    }
    assert_eq!(count("/v1/alerts?state=sent").await, 0);
    assert_eq!(site.get("/v1/alerts?state=gone", by).await.problem(), "bad-parameter");
    assert_eq!(count("/v1/users?role=viewer").await, 1);
    assert_eq!(count("/v1/users?role=agent").await, 0);
    let [en, zh] = told(&site, ("GET", "/v1/users?role=x"), by, &Value::Null).await;
    assert!(en.contains("`viewer`") && zh.contains("`viewer`"));
    let shops = site.get("/v1/audit?platform=taobao&limit=1", by).await;
    assert_eq!(shops.items("shop"), ["s2"], "newest first");
    let next = shops.json["next"].as_str().unwrap();
    let shops = site.get(&format!("/v1/audit?platform=taobao&limit=1&after={next}"), by).await;
    assert_eq!((shops.items("shop"), &shops.json["next"]), (vec![json!("s1")], &Value::Null));
    let who = shops.items("who")[0].as_str().unwrap().replace(' ', "%20");
    let what = shops.items("what")[0].as_str().unwrap().replace(' ', "%20");
    assert_eq!(count(&format!("/v1/audit?who={who}&what={what}&shop=s1")).await, 2);
    assert_eq!(count("/v1/audit?who=user%20999").await, 0);
}

#[tokio::test]
async fn accounts_say_who_holds_them() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let viewer = site.signed_in("viewer", Role::Viewer, only(&["s1"]));
    let by = By::User(&owner);
    let account = |shop: &str, account: &str, until: Value| {
        let mut holding = json!({ "platform": "taobao", "shop": shop, "account": account });
        holding["until"] = until;
        holding
    };
    let body = json!({ "accounts": [
        account("s1", "a1", Value::Null), account("s2", "a2", "2026-06-01".into()),
    ] });
    assert_eq!(site.send("PUT", "/v1/persons/w", by, body).await.status, 200);
    let all = site.get("/v1/accounts", by).await;
    assert_eq!(all.items("account"), ["a1", "a2"]);
    assert_eq!(all.items("person"), [json!("w"), Value::Null], "until today, it was theirs");
    assert_eq!(all.items("presence"), [Value::Null, Value::Null]);
    assert_eq!(site.get("/v1/accounts?shop=s2", by).await.items("account"), ["a2"]);
    let theirs = site.get("/v1/accounts", By::User(&viewer)).await;
    assert_eq!(theirs.items("account"), ["a1"]);
    let page = site.get("/v1/accounts?limit=1", by).await;
    let next = page.json["next"].as_str().unwrap().replace('\t', "%09");
    let page = site.get(&format!("/v1/accounts?after={next}"), by).await;
    assert_eq!(page.items("account"), ["a2"]);
}

/// Whether what a schema describes is an object, whichever of its forms is taken.
fn is_object(site: &Site, schema: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return is_object(site, &site.description()["components"]["schemas"][name]);
    }
    let forms = schema["oneOf"].as_array().or(schema["allOf"].as_array());
    match forms {
        Some(forms) => forms.iter().all(|form| is_object(site, form)),
        None => schema["type"] == "object",
    }
}

/// Every call of the description whose body is an object, with a path that fits.
fn calls_with_an_object(site: &Site) -> Vec<(String, String)> {
    let mut calls = Vec::new();
    for (path, item) in site.description()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            // What a platform posts is judged by its signature first, and read in its own way.
            if !is_object(site, schema) || path.ends_with("/chatwoot") {
                continue;
            }
            let parts = path.split('/').map(|part| match part {
                "{platform}" => "taobao",
                "{number}" => "1",
                part if part.starts_with('{') => "x",
                part => part,
            });
            let path = parts.collect::<Vec<_>>().join("/");
            calls.push((method.to_uppercase(), path));
        }
    }
    calls
}

#[tokio::test]
async fn a_list_is_no_object() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let calls = calls_with_an_object(&site);
    assert!(calls.len() > 15, "{calls:?}");
    for (method, path) in &calls {
        // What a struct would take for the values of its keys, and an enum for its tag.
        for list in [json!([]), json!(["x", "x", "x"]), json!(["chatwoot", "x"])] {
            let call = (method.as_str(), path.as_str());
            let [en, zh] = told(&site, call, By::User(&owner), &list).await;
            assert_eq!(en, "found a list, expected an object", "{method} {path}");
            assert_eq!(zh, "发现列表，应为对象", "{method} {path}");
        }
    }
    let shop = ("PUT", "/v1/shops/taobao/s");
    let within = json!({ "levels": [["2026-06-01", 5]] });
    let [en, _] = told(&site, shop, By::User(&owner), &within).await;
    assert_eq!(en, "`levels[0]`: found a list, expected an object");
}

#[tokio::test]
async fn who_may_not_is_told_what_it_needs() {
    let site = Site::new();
    let agent = site.signed_in("agent", Role::Agent, only(&["s1"]));
    let part = site.signed_in("part", Role::Owner, only(&["s1"]));
    let program = site.token(&[Grant::Read], Reach::Everything);
    for (by, method, path, en, zh) in [
        (
            By::User(&agent),
            "GET",
            "/v1/users",
            "this needs the permission `change-users`: a role of `owner`, or a token with `manage`",
            "需要权限 `change-users`：角色 `owner`，或带有 `manage` 的令牌",
        ),
        (By::User(&agent), "GET", "/v1/shops/taobao/s2", "not one that you reach", "不在您可访问"),
        (By::User(&part), "GET", "/v1/connectors", "who reach every shop", "可访问全部店铺"),
        (By::Token(&program), "POST", "/v1/sign-out", "users who signed in", "已登录的用户"),
    ] {
        for (lang, text) in [("en", en), ("zh", zh)] {
            let answer = site.call(method, &format!("{path}?lang={lang}"), by, None).await;
            assert_eq!(answer.problem(), "not-allowed", "{path}");
            assert!(detail(&answer).contains(text), "{answer:?}");
        }
    }
}

#[test]
fn files_are_described_as_binary() {
    let site = Site::new();
    let operation = &site.description()["paths"]["/v1/backup"]["post"];
    let schema = &operation["responses"]["200"]["content"]["application/vnd.sqlite3"]["schema"];
    assert_eq!(schema, &json!({ "type": "string", "format": "binary" }));
}
