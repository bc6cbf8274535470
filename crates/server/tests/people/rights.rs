//! Who may what: every route by every role, and the refusals.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use store::{Grant, Reach, Role, Scope};

use crate::site::{By, Site, only};

/// Tags of the routes that this test is about.
const TAGS: &[&str] = &[
    "sign-in",
    "me",
    "users",
    "tokens",
    "audit",
    "shops",
    "persons",
    "overrides",
    "feeds",
    "observed",
    "connectors",
    "imports",
];

/// A call of a route, and who may make it by the initials of roles; `*`: also nobody.
struct Row(&'static str, &'static str, &'static str, Option<Value>, &'static str);

/// What WeCom would call, with nothing in it that is right.
const ONE_OBSERVED: &str =
    "/v1/observed?platform=taobao&shop=s1&metric=taobao/x&from=2026-05-31&to=2026-05-31";
const ASKS_OF_WECOM: &str = "/v1/connectors/x/wecom?msg_signature=s&timestamp=1&nonce=2&echostr=e";

fn table() -> Vec<Row> {
    let connector = json!({ "kind": "chatwoot", "secret": "s" });
    let reach = json!([{ "platform": "taobao", "shop": "s1" }]);
    let shop = "/v1/shops/{platform}/{shop}";
    let own = "/v1/shops/taobao/s1";
    let password = json!({ "password": "x" });
    let rule = json!({ "platform": "taobao", "shop": "s1", "metric": "taobao/x", "text": null });
    let draft = json!({ "metric": "taobao/x", "text": "x = 1" });
    vec![
        Row("POST", "/v1/sign-in", "", Some(json!({ "login": "x", "password": "x" })), "*"),
        Row("POST", "/v1/sign-up", "", None, "*"),
        Row("POST", "/v1/reset", "", Some(json!({ "secret": "x", "password": "x" })), "*"),
        Row("POST", "/v1/sign-out", "", None, "osav"),
        Row("GET", "/v1/me", "", None, "osav"),
        Row("PUT", "/v1/me/password", "", Some(json!({ "current": "x", "new": "y" })), "osav"),
        Row("POST", "/v1/me/totp", "", Some(password.clone()), "osav"),
        Row("DELETE", "/v1/me/totp", "", Some(password), "osav"),
        Row("GET", "/v1/users", "", None, "o"),
        Row("POST", "/v1/users", "", Some(json!({ "role": "viewer", "reach": reach })), "o"),
        Row("PATCH", "/v1/users/{number}", "/v1/users/999", Some(json!({})), "o"),
        Row("POST", "/v1/users/{number}/reset", "/v1/users/999/reset", None, "o"),
        Row("GET", "/v1/tokens", "", None, "o"),
        Row(
            "POST",
            "/v1/tokens",
            "",
            Some(json!({ "name": "t", "grants": ["read"], "reach": reach })),
            "o",
        ),
        Row("DELETE", "/v1/tokens/{number}", "/v1/tokens/999", None, "o"),
        Row("GET", "/v1/audit", "", None, "o"),
        Row("GET", "/v1/shops", "", None, "osav"),
        Row("PUT", shop, own, Some(json!({ "name": "n" })), "os"),
        Row("GET", shop, own, None, "osav"),
        Row("DELETE", shop, own, None, "os"),
        Row("DELETE", "/v1/buyers/{platform}/{shop}/{buyer}", "/v1/buyers/taobao/s1/b", None, "o"),
        Row("GET", "/v1/persons", "", None, "osav"),
        Row("PUT", "/v1/persons/{id}", "/v1/persons/w", Some(json!({ "accounts": [] })), "os"),
        Row("GET", "/v1/persons/{id}", "/v1/persons/w", None, "osav"),
        Row("GET", "/v1/accounts", "", None, "osav"),
        Row("GET", "/v1/overrides", "", None, "osav"),
        Row("PUT", "/v1/overrides", "", Some(rule.clone()), "os"),
        Row("POST", "/v1/overrides/trial", "", Some(rule), "os"),
        Row("POST", "/v1/overrides/check", "", Some(draft), "os"),
        Row("GET", "/v1/imports", "", None, "os"),
        Row("POST", "/v1/imports", "/v1/imports?name=a.csv", Some(json!({})), "os"),
        Row("GET", "/v1/imports/{id}", "/v1/imports/x", None, "os"),
        Row("DELETE", "/v1/imports/{id}", "/v1/imports/x", None, "os"),
        Row("POST", "/v1/imports/{id}/preview", "/v1/imports/x/preview", Some(json!({})), "os"),
        Row("POST", "/v1/imports/{id}/start", "/v1/imports/x/start", Some(json!({})), "os"),
        Row("GET", "/v1/imports/{id}/rejected", "/v1/imports/x/rejected", None, "os"),
        Row("GET", "/v1/feeds", "", None, "osav"),
        Row("GET", "/v1/observed", "", None, "osav"),
        Row("POST", "/v1/observed", "", Some(json!([])), "os"),
        Row("DELETE", "/v1/observed", ONE_OBSERVED, None, "os"),
        Row("GET", "/v1/connectors", "", None, "o"),
        Row("GET", "/v1/connectors/{name}", "/v1/connectors/x", None, "o"),
        Row("PUT", "/v1/connectors/{name}", "/v1/connectors/x", Some(connector), "o"),
        Row("DELETE", "/v1/connectors/{name}", "/v1/connectors/x", None, "o"),
        Row("GET", "/v1/connectors/{name}/wecom", ASKS_OF_WECOM, None, "*"),
        Row("POST", "/v1/connectors/{name}/wecom", ASKS_OF_WECOM, None, "*"),
        Row("POST", "/v1/connectors/{name}/chatwoot", "/v1/connectors/x/chatwoot", None, "*"),
    ]
}

impl Row {
    fn path(&self) -> &'static str {
        if self.2.is_empty() { self.1 } else { self.2 }
    }
}

#[test]
fn the_table_has_every_route() {
    let site = Site::new();
    let mut described = BTreeSet::new();
    for (path, item) in site.description()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let tag = operation["tags"][0].as_str().unwrap();
            if TAGS.contains(&tag) {
                described.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    let rows = table();
    let known: BTreeSet<_> = rows.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
    assert_eq!(described, known);
}

#[tokio::test]
async fn every_role_may_what_the_table_says() {
    let site = Site::new();
    let users: Vec<(Role, i64)> = Role::ALL
        .iter()
        .map(|role| (*role, site.user(role.word(), *role, Reach::Everything)))
        .collect();
    for row in table() {
        let (method, path) = (row.0, row.path());
        let nobody = site.call(method, path, By::Nobody, row.3.as_ref()).await;
        if row.4 == "*" {
            assert!(!matches!(nobody.status, 403), "{method} {path}: {nobody:?}");
            continue;
        }
        assert_eq!(nobody.problem(), "sign-in-needed", "{method} {path}");
        for (role, user) in &users {
            // A session of its own: some calls end it.
            let session = site.session(*user);
            let answer = site.call(method, path, By::User(&session), row.3.as_ref()).await;
            let problem = match answer.status {
                200..300 => "",
                _ => answer.problem(),
            };
            match row.4.contains(&role.word()[..1]) {
                true => assert!(
                    !matches!(problem, "not-allowed" | "sign-in-needed" | "other-origin"),
                    "{method} {path} {role:?}: {answer:?}"
                ),
                false => assert_eq!(problem, "not-allowed", "{method} {path} {role:?}"),
            }
            site.pass(60 * 60_000);
        }
    }
}

#[tokio::test]
async fn pages_of_others_change_nothing() {
    let site = Site::new();
    let owner = site.user("owner", Role::Owner, Reach::Everything);
    let lines = site.store.audit(&Scope::everything(), 0, 1_000).unwrap().len();
    let receives = |row: &Row| row.1.starts_with("/v1/connectors/{name}/");
    for row in table().into_iter().filter(|row| row.0 != "GET" && !receives(row)) {
        let session = site.session(owner);
        let answer = site.call(row.0, row.path(), By::Tricked(&session), row.3.as_ref()).await;
        let expected = if row.3.is_none() && row.1 == "/v1/sign-up" {
            // It has no body; what is refused first does not matter.
            ["unsupported-type", "other-origin"]
        } else {
            ["other-origin"; 2]
        };
        assert!(expected.contains(&answer.problem()), "{} {}", row.0, row.1);
    }
    let changes = site.store.audit(&Scope::everything(), 0, 1_000).unwrap();
    let signed_in = changes[lines..].iter().filter(|line| line.what == "signed in").count();
    assert_eq!(changes.len() - lines, signed_in);
}

#[tokio::test]
async fn a_shop_out_of_reach_is_as_if_it_were_not() {
    let site = Site::new();
    let put = async |by: By<'_>, shop: &str| {
        site.send("PUT", &format!("/v1/shops/taobao/{shop}"), by, json!({ "name": shop })).await
    };
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    put(By::User(&owner), "s2").await;
    let session = site.signed_in("li", Role::Supervisor, only(&["s1"]));
    let by = By::User(&session);
    assert_eq!(put(by, "s1").await.status, 200);
    assert_eq!(put(by, "s2").await.problem(), "not-allowed");
    for shop in ["s2", "s3"] {
        let path = format!("/v1/shops/taobao/{shop}");
        assert_eq!(site.get(&path, by).await.problem(), "not-allowed");
        assert_eq!(site.call("DELETE", &path, by, None).await.problem(), "not-allowed");
    }
    assert_eq!(site.get("/v1/shops", by).await.items("shop"), ["s1"]);
    assert_eq!(site.get("/v1/shops/jd/s1", by).await.problem(), "not-allowed");
    let body = json!({ "platform": "taobao", "shop": "s2", "metric": "taobao/x", "text": null });
    assert_eq!(site.send("PUT", "/v1/overrides", by, body).await.problem(), "not-allowed");
    let body = json!({ "group": "north", "metric": "taobao/x", "text": null });
    assert_eq!(site.send("PUT", "/v1/overrides", by, body).await.problem(), "not-allowed");
    let account = json!({ "platform": "taobao", "shop": "s2", "account": "a1" });
    let body = json!({ "accounts": [account] });
    assert_eq!(site.send("PUT", "/v1/persons/w", by, body.clone()).await.problem(), "not-allowed");
    assert_eq!(site.send("PUT", "/v1/persons/w", By::User(&owner), body).await.status, 200);
    assert_eq!(site.get("/v1/persons/w", by).await.problem(), "not-found");
    assert_eq!(site.get("/v1/persons", by).await.items("id"), [Value::Null; 0]);
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let site = Site::new();
    let part = site.signed_in("part", Role::Owner, only(&["s1"]));
    let first = site.user("first", Role::Owner, Reach::Everything);
    let by = By::User(&part);
    let one = json!([{ "platform": "taobao", "shop": "s1" }]);
    let two = json!([{ "platform": "taobao", "shop": "s1" }, { "platform": "jd", "shop": "s1" }]);
    for (reach, status) in [(&one, 201), (&two, 403), (&json!("everything"), 403)] {
        let body = json!({ "role": "viewer", "reach": reach });
        assert_eq!(site.send("POST", "/v1/users", by, body).await.status, status);
        let body = json!({ "name": "t", "grants": ["read"], "reach": reach });
        assert_eq!(site.send("POST", "/v1/tokens", by, body).await.status, status);
    }
    let path = format!("/v1/users/{first}");
    let body = json!({ "disabled": true });
    assert_eq!(site.send("PATCH", &path, by, body).await.problem(), "not-found");
    let managing = site.token(&[Grant::Manage], Reach::Everything);
    let by = By::Token(&managing);
    let body = json!({ "name": "t", "grants": ["feed"], "reach": one });
    assert_eq!(site.send("POST", "/v1/tokens", by, body).await.problem(), "not-allowed");
    let body = json!({ "role": "owner", "reach": one });
    assert_eq!(site.send("POST", "/v1/users", by, body).await.problem(), "not-allowed");
    let body = json!({ "disabled": true });
    assert_eq!(site.send("PATCH", &path, by, body).await.problem(), "not-allowed");
}

#[tokio::test]
async fn nobody_resets_who_has_more_nor_themselves() {
    let site = Site::new();
    let first = site.user("first", Role::Owner, Reach::Everything);
    let (staff, elsewhere) = (
        site.user("li", Role::Agent, only(&["s1"])),
        site.user("wang", Role::Agent, only(&["s2"])),
    );
    let reset = async |by: By<'_>, user: i64| {
        site.call("POST", &format!("/v1/users/{user}/reset?lang=zh"), by, None).await
    };
    let part = site.signed_in("part", Role::Owner, only(&["s1"]));
    assert_eq!(reset(By::User(&part), first).await.problem(), "not-found");
    assert_eq!(reset(By::User(&part), elsewhere).await.problem(), "not-found");
    let supervisor = site.signed_in("zhou", Role::Supervisor, Reach::Everything);
    assert_eq!(reset(By::User(&supervisor), staff).await.problem(), "not-allowed");
    let managing = site.token(&[Grant::Manage], Reach::Everything);
    assert_eq!(reset(By::Token(&managing), first).await.problem(), "not-allowed");
    let own = site.session(first);
    let refused = reset(By::User(&own), first).await;
    assert_eq!(refused.problem(), "not-allowed");
    assert!(refused.json["detail"].as_str().unwrap().contains("不能重置自己"), "{refused:?}");
    assert_eq!(site.get("/v1/me", By::User(&own)).await.status, 200, "nothing happened");
    assert_eq!(reset(By::User(&part), staff).await.status, 201);
    assert_eq!(reset(By::User(&own), 999).await.problem(), "not-found");
}

#[tokio::test]
async fn users_change_and_one_owner_stays() {
    let site = Site::new();
    let first = site.user("first", Role::Owner, Reach::Everything);
    let (li, session) = (site.user("li", Role::Agent, Reach::Everything), site.session(first));
    let theirs = site.session(li);
    let by = By::User(&session);
    let patch = async |user: i64, body: Value| {
        site.send("PATCH", &format!("/v1/users/{user}?lang=zh"), by, body).await
    };
    for body in [
        json!({ "disabled": true }),
        json!({ "role": "viewer" }),
        json!({ "reach": [] }),
        json!({ "role": "owner", "reach": [{ "platform": "jd", "shop": "s" }] }),
    ] {
        let answer = patch(first, body).await;
        assert_eq!((answer.status, answer.problem()), (409, "conflict"));
        assert!(answer.json["detail"].as_str().unwrap().contains("最后一位"), "{answer:?}");
    }
    let one = json!([{ "platform": "taobao", "shop": "s1" }]);
    let answer = patch(li, json!({ "reach": one })).await;
    assert_eq!((&answer.json["role"], &answer.json["reach"]), (&"agent".into(), &one));
    let me = site.get("/v1/me", By::User(&theirs)).await;
    assert_eq!(me.json["reach"], one, "their session follows at once");
    let answer = patch(li, json!({ "disabled": true })).await;
    assert_eq!(answer.json["disabled_at"], "2026-06-01T10:00:00.000+08:00");
    assert_eq!(site.get("/v1/me", By::User(&theirs)).await.problem(), "sign-in-needed");
    let answer = patch(li, json!({ "disabled": false, "role": "owner", "reach": "everything" }));
    assert_eq!(answer.await.json["disabled_at"], Value::Null);
    assert_eq!(patch(first, json!({ "role": "viewer" })).await.status, 200);
    assert_eq!(patch(li, json!({})).await.problem(), "not-allowed", "not any more");
    let session = site.session(li);
    let by = By::User(&session);
    assert_eq!(site.get("/v1/users", by).await.items("role"), ["viewer", "owner"]);
    for body in [json!({ "rol": "viewer" }), json!({ "role": "boss" }), json!({ "reach": "all" })] {
        let path = format!("/v1/users/{first}");
        assert_eq!(site.send("PATCH", &path, by, body).await.problem(), "unfit-body");
    }
    assert_eq!(site.send("PATCH", "/v1/users/x", by, json!({})).await.problem(), "bad-parameter");
    assert_eq!(site.send("PATCH", "/v1/users/9", by, json!({})).await.problem(), "not-found");
}

#[tokio::test]
async fn a_token_may_what_it_was_given_until_it_is_revoked() {
    let site = Site::new();
    let session = site.signed_in("owner", Role::Owner, Reach::Everything);
    let by = By::User(&session);
    let one = json!([{ "platform": "taobao", "shop": "s1" }]);
    let body = json!({ "name": "bi", "grants": ["read", "read"], "reach": one });
    let made = site.send("POST", "/v1/tokens", by, body).await;
    let token = made.json["token"].as_str().unwrap().to_owned();
    site.hide(&token);
    let me = site.get("/v1/me", By::Token(&token)).await;
    assert_eq!((&me.json["user"], &me.json["reach"]), (&Value::Null, &one));
    let expected = ["read-figures", "read-queue", "read-alerts", "read-metrics"];
    assert_eq!(me.json["permissions"], json!(expected));
    // A program has neither session nor password.
    for (method, path, body) in [
        ("POST", "/v1/sign-out", None),
        ("PUT", "/v1/me/password", Some(json!({ "current": "x", "new": "y" }))),
        ("POST", "/v1/me/totp", Some(json!({ "password": "x" }))),
        ("DELETE", "/v1/me/totp", Some(json!({ "password": "x" }))),
    ] {
        let answer = site.call(method, path, By::Token(&token), body.as_ref()).await;
        assert_eq!(answer.problem(), "not-allowed", "{method} {path}");
    }
    let list = site.get("/v1/tokens", by).await;
    assert_eq!(list.items("grants"), [json!(["read"])]);
    assert_eq!(list.items("revoked_at"), [Value::Null]);
    let path = format!("/v1/tokens/{}", made.json["number"]);
    for _ in 0..2 {
        assert_eq!(site.call("DELETE", &path, by, None).await.status, 204);
    }
    assert_eq!(site.get("/v1/me", By::Token(&token)).await.problem(), "sign-in-needed");
    assert_ne!(site.get("/v1/tokens", by).await.items("revoked_at"), [Value::Null]);
    for body in [
        json!({ "name": "", "grants": ["read"], "reach": one }),
        json!({ "name": "t", "grants": [], "reach": one }),
        json!({ "name": "t", "grants": ["all"], "reach": one }),
        json!({ "name": "t", "grants": ["read"] }),
        json!({ "name": "t", "grants": ["read"], "reach": [{ "platform": "jd", "shop": "a\tb" }] }),
    ] {
        let answer = site.send("POST", "/v1/tokens?lang=zh", by, body).await;
        assert_eq!((answer.status, answer.problem()), (422, "unfit-body"));
        let detail = answer.json["detail"].as_str().unwrap();
        assert!(!detail.is_ascii() && !detail.contains("expected"), "{detail}");
    }
}
