//! Connectors: who sets them, and what is shown of them.

use serde_json::{Value, json};
use store::{Grant, Reach, Role, Scope};

use crate::site::{By, Site, only};

fn jd() -> Value {
    json!({
        "kind": "jd", "shop": "jd-1", "vender": "1001", "app_key": "key1",
        "app_secret": "appsecret1", "access_token": "access1", "refresh_token": "refresh1",
    })
}

#[tokio::test]
async fn secrets_go_in_and_never_out() {
    let site = Site::new();
    ["appsecret1", "access1", "refresh1", "access2"].iter().for_each(|secret| site.hide(secret));
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&owner);
    let shown = site.send("PUT", "/v1/connectors/main", by, jd()).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let settings = &shown.json["settings"];
    for key in ["app_secret", "access_token", "refresh_token"] {
        assert_eq!(settings[key], "***");
    }
    assert_eq!((&settings["kind"], &settings["every_seconds"]), (&json!("jd"), &json!(300)));
    assert_eq!(shown.json["state"], "working");
    assert_eq!(
        (&shown.json["last_success_at"], &shown.json["last_problem"]),
        (&Value::Null, &Value::Null)
    );
    // Given back as it is shown, with one secret that is new.
    let mut again = settings.clone();
    again["access_token"] = "access2".into();
    again["every_seconds"] = 60.into();
    assert_eq!(site.send("PUT", "/v1/connectors/main", by, again).await.status, 200);
    let stored = site.store.sealed(&Scope::everything(), "connectors").unwrap().unwrap();
    let stored: Value = serde_json::from_str(stored.reveal()).unwrap();
    let expected = json!({
        "kind": "jd", "shop": "jd-1", "vender": "1001", "app_key": "key1",
        "app_secret": "appsecret1", "access_token": "access2", "refresh_token": "refresh1",
        "one_by_one": false, "performance": false, "look_back_minutes": 120, "days_back": 1,
        "every_seconds": 60,
    });
    assert_eq!(stored["main"], expected);
    assert_eq!(site.get("/v1/connectors", by).await.items("name"), ["main"]);
    let audit = site.store.audit(&Scope::everything(), 0, 1_000).unwrap();
    let told: Vec<&str> = audit
        .iter()
        .filter(|line| line.subject == "connectors")
        .filter_map(|line| line.becomes.as_deref())
        .collect();
    assert_eq!(told, ["main: jd", "main: jd"]);
    let gone = site.call("DELETE", "/v1/connectors/main", by, None).await;
    assert_eq!(gone.status, 204);
    let gone = site.call("DELETE", "/v1/connectors/main", by, None).await;
    assert_eq!(gone.problem(), "not-found");
    assert_eq!(site.get("/v1/connectors/main", by).await.problem(), "not-found");
    let stored = site.store.sealed(&Scope::everything(), "connectors").unwrap().unwrap();
    assert_eq!(stored.reveal(), "{}");
}

#[tokio::test]
async fn settings_that_do_not_fit_change_nothing() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&owner);
    let with = |key: &str, value: Value| {
        let mut settings = jd();
        settings[key] = value;
        settings
    };
    let wecom = |key: &str, value: &str| {
        let mut settings =
            json!({ "kind": "wecom", "corp_id": "ww1", "secret": "s", "account": "kf1" });
        settings[key] = value.into();
        settings
    };
    for wrong in [
        json!({}),
        json!({ "kind": "taobao" }),
        json!({ "kind": "jd" }),
        with("shop", "".into()),
        with("vender", "a\nb".into()),
        with("app_secret", "***".into()),
        with("every_seconds", 0.into()),
        with("look_back_minutes", 10_081.into()),
        with("base", "ftp://x".into()),
        with("base", "file:///etc/passwd".into()),
        with("bse", "https://x".into()),
        wecom("callback_token", "only one of the two"),
        wecom("corp_id", ""),
        json!({ "kind": "chatwoot" }),
        json!({ "kind": "chatwoot", "addresses": ["somewhere"] }),
        json!({ "kind": "chatwoot", "addresses": ["192.0.2.1"], "secret": "s" }),
    ] {
        let answer = site.send("PUT", "/v1/connectors/x?lang=zh", by, wrong.clone()).await;
        assert_eq!(answer.problem(), "unfit-body", "{wrong}");
    }
    for name in ["A", "a_b", "%E5%BA%97", &"x".repeat(33)] {
        let path = format!("/v1/connectors/{name}");
        assert_eq!(site.send("PUT", &path, by, jd()).await.problem(), "unfit-body", "{name}");
    }
    assert_eq!(site.get("/v1/connectors", by).await.json["items"], json!([]));
    assert_eq!(site.store.sealed(&Scope::everything(), "connectors").unwrap(), None);
}

#[tokio::test]
async fn only_who_reaches_every_shop_sees_connectors() {
    let site = Site::new();
    let part = site.signed_in("part", Role::Owner, only(&["s1"]));
    let managing = site.token(&[Grant::Manage], Reach::Everything);
    let settings = site.token(&[Grant::Settings], Reach::Everything);
    for (by, may_read) in
        [(By::User(&part), false), (By::Token(&managing), true), (By::Token(&settings), false)]
    {
        let put = site.send("PUT", "/v1/connectors/main", by, jd()).await;
        assert_eq!(put.problem(), "not-allowed", "{by:?}");
        let list = site.get("/v1/connectors", by).await;
        assert_eq!(list.status == 200, may_read, "{by:?}");
    }
    let both = site.token(&[Grant::Manage, Grant::Settings], Reach::Everything);
    assert_eq!(site.send("PUT", "/v1/connectors/main", By::Token(&both), jd()).await.status, 200);
}

#[tokio::test]
async fn what_nobody_signed_is_refused_before_it_is_read() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&owner);
    let chatwoot = json!({ "kind": "chatwoot", "secret": "hooksecret" });
    site.send("PUT", "/v1/connectors/desk", by, chatwoot).await;
    let listed = json!({ "kind": "chatwoot", "addresses": ["203.0.113.9"] });
    site.send("PUT", "/v1/connectors/listed", by, listed).await;
    let post = async |name: &str, body: Value| {
        site.send("POST", &format!("/v1/connectors/{name}/chatwoot"), By::Nobody, body).await
    };
    assert_eq!(post("desk", json!({})).await.problem(), "wrong-signature");
    assert_eq!(post("none", json!({})).await.problem(), "not-found");
    assert_eq!(post("listed", json!({})).await.status, 200, "it comes from where it may");
    let large = json!({ "x": "x".repeat(1 << 20) });
    assert_eq!(post("desk", large).await.problem(), "too-large");
    let query = "msg_signature=s&timestamp=1&nonce=2&echostr=e";
    let wecom = format!("/v1/connectors/desk/wecom?{query}");
    assert_eq!(site.get(&wecom, By::Nobody).await.problem(), "not-found");
    let bare = site.get("/v1/connectors/desk/wecom", By::Nobody).await;
    assert_eq!(bare.problem(), "bad-parameter");
    let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    let settings = json!({
        "kind": "wecom", "corp_id": "ww1", "secret": "s", "account": "kf1",
        "callback_token": "t", "encoding_aes_key": key,
    });
    assert_eq!(site.send("PUT", "/v1/connectors/kf", by, settings).await.status, 200);
    let wecom = format!("/v1/connectors/kf/wecom?{query}");
    assert_eq!(site.get(&wecom, By::Nobody).await.problem(), "wrong-signature");
    let posted = site.call("POST", &wecom, By::Nobody, Some(&json!({}))).await;
    assert_eq!(posted.problem(), "bad-request", "it is no XML");
}
