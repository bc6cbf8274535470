//! Signing up, in and out; passwords and second factors.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use server::settings::{LogFormat, LogLevel};
use server::signin::link::LIFE_MS;
use server::signin::session::IDLE_MS;
use server::signin::throttle::{FIRST_WAIT_MS, FREE_BY_ACCOUNT, FREE_BY_ADDRESS};
use sha1::Sha1;
use store::{Reach, Role, Scope, UserAccess};

use crate::site::{By, Site, only, sign_in};

const PASSWORD: &str = "correct horse";

/// The secret of a link that an owner made for somebody.
async fn invited(site: &Site, owner: &str, body: &Value) -> String {
    let made = site.call("POST", "/v1/users", By::User(owner), Some(body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let secret = made.json["secret"].as_str().unwrap().to_owned();
    assert_eq!(made.json["url"], format!("/sign-up#{secret}"));
    assert_eq!(made.json["expires_at"], "2026-06-02T10:00:00.000+08:00");
    secret
}

fn sign_up(secret: &str, login: &str, password: &str) -> Value {
    json!({ "secret": secret, "login": login, "name": "李", "password": password })
}

/// A user with [`PASSWORD`], signed up as people do, and their session.
async fn joined(site: &Site, login: &str, role: &str) -> String {
    let owner = site.signed_in(&format!("owner of {login}"), Role::Owner, Reach::Everything);
    let link = invited(site, &owner, &json!({ "role": role, "reach": "everything" })).await;
    let body = sign_up(&link, login, PASSWORD);
    let answer = site.send("POST", "/v1/sign-up", By::Nobody, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    site.hide(PASSWORD);
    answer.session()
}

#[tokio::test]
async fn an_invited_user_signs_up_once_in_time() {
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let reach = json!([{ "platform": "taobao", "shop": "s1" }]);
    let link = invited(&site, &owner, &json!({ "role": "agent", "reach": reach })).await;
    site.hide(&link);
    site.hide(PASSWORD);
    let up = async |secret: &str, login: &str, password: &str| {
        let body = sign_up(secret, login, password);
        site.send("POST", "/v1/sign-up", By::Nobody, body).await
    };
    // What is mended leaves the link as it was.
    assert_eq!(up(&link, "li", "short").await.problem(), "unfit-body");
    assert_eq!(up(&link, "owner", PASSWORD).await.problem(), "conflict");
    assert_eq!(up(&link, "\u{7}", PASSWORD).await.problem(), "unfit-body");
    let answer = up(&link, "Li@Shop.cn", PASSWORD).await;
    assert_eq!(answer.status, 201);
    let me = site.get("/v1/me", By::User(&answer.session())).await;
    assert_eq!(
        (&me.json["user"]["login"], &me.json["user"]["role"]),
        (&"li@shop.cn".into(), &"agent".into())
    );
    assert_eq!(me.json["reach"], reach);
    assert_eq!(up(&link, "wang", PASSWORD).await.problem(), "link-over");
    assert_eq!(up("guess", "wang", PASSWORD).await.problem(), "link-over");
    let late = invited(&site, &owner, &json!({ "role": "owner", "reach": "everything" })).await;
    site.pass(LIFE_MS);
    assert_eq!(up(&late, "wang", PASSWORD).await.status, 410);
    let again = site.send("POST", "/v1/sign-in", By::Nobody, sign_in("LI@shop.cn ", PASSWORD));
    assert_eq!(again.await.status, 200);
    let audit = site.store.audit(&Scope::everything(), 0, 100).unwrap();
    let text = format!("{audit:?}");
    assert!(text.contains("user signed up") && !text.contains(PASSWORD) && !text.contains(&link));
}

#[tokio::test]
async fn who_was_reset_chooses_a_password_once() {
    let site = Site::new();
    let session = joined(&site, "wang", "agent").await;
    let owner = site.signed_in("owner", Role::Owner, Reach::Everything);
    let number = site.store.credentials("wang").unwrap().unwrap().user;
    let path = format!("/v1/users/{number}/reset");
    let made = site.call("POST", &path, By::User(&owner), None).await;
    assert_eq!(made.status, 201, "{made:?}");
    let link = made.json["secret"].as_str().unwrap().to_owned();
    assert_eq!(made.json["url"], format!("/reset#{link}"));
    assert_eq!(made.json["expires_at"], "2026-06-02T10:00:00.000+08:00");
    site.hide(&link);
    assert_eq!(site.get("/v1/me", By::User(&session)).await.problem(), "sign-in-needed");
    let enter = async |password: &str| {
        let body = sign_in("wang", password);
        site.send("POST", "/v1/sign-in", By::Nobody, body).await
    };
    assert_eq!(enter(PASSWORD).await.problem(), "sign-in-failed");
    assert_eq!(enter("").await.problem(), "sign-in-failed");
    let choose = async |link: &str, password: &str| {
        let body = json!({ "secret": link, "password": password });
        site.send("POST", "/v1/reset", By::Nobody, body).await
    };
    let new = "battery staple";
    site.hide(new);
    assert_eq!(choose(&link, "short").await.problem(), "unfit-body");
    assert_eq!(choose(&link, "my wang wang").await.problem(), "unfit-body", "like the login");
    assert_eq!(choose("guess", new).await.problem(), "link-over");
    let chosen = choose(&link, new).await;
    assert_eq!(chosen.status, 200, "{chosen:?}");
    let me = site.get("/v1/me", By::User(&chosen.session())).await;
    assert_eq!(me.json["user"]["login"], "wang");
    assert_eq!(choose(&link, new).await.problem(), "link-over");
    assert_eq!(enter(PASSWORD).await.problem(), "sign-in-failed");
    assert_eq!(enter(new).await.status, 200);
    let late = site.call("POST", &path, By::User(&owner), None).await;
    site.pass(LIFE_MS);
    assert_eq!(choose(late.json["secret"].as_str().unwrap(), new).await.status, 410);
    let text = format!("{:?}", site.store.audit(&Scope::everything(), 0, 100).unwrap());
    assert!(text.contains("user reset") && !text.contains(&link) && !text.contains(new), "{text}");
}

#[tokio::test]
async fn links_cannot_be_guessed_by_trying() {
    let site = Site::new();
    let up = async |n: u32| {
        let body = sign_up(&format!("guess {n}"), "li", PASSWORD);
        site.send("POST", "/v1/sign-up", By::Nobody, body).await.status
    };
    for n in 0..FREE_BY_ADDRESS {
        assert_eq!(up(n).await, 410);
    }
    assert_eq!(up(99).await, 429);
    let body = json!({ "secret": "guess", "password": PASSWORD });
    assert_eq!(site.send("POST", "/v1/reset", By::Nobody, body).await.status, 429);
    let site = Site::new();
    for n in 0..=FREE_BY_ADDRESS {
        let body = json!({ "secret": format!("guess {n}"), "password": PASSWORD });
        let status = site.send("POST", "/v1/reset", By::Nobody, body).await.status;
        assert_eq!(status, if n < FREE_BY_ADDRESS { 410 } else { 429 });
    }
}

#[tokio::test]
async fn what_was_wrong_with_a_sign_in_is_not_said() {
    let site = Site::new();
    joined(&site, "li", "viewer").await;
    joined(&site, "gone", "viewer").await;
    let users = site.store.users(&Scope::everything()).unwrap();
    let gone = users.iter().find(|user| user.login == "gone").unwrap().number;
    let all = Scope::everything();
    site.store.set_access(&all, site.now(), gone, UserAccess::Disabled).unwrap();
    for (lang, title) in [("en", "The sign-in was refused"), ("zh", "登录未通过")] {
        let path = format!("/v1/sign-in?lang={lang}");
        let mut told = Vec::new();
        for (login, password) in
            [("li", "wrong horse"), ("nobody", PASSWORD), ("gone", PASSWORD), ("", "")]
        {
            let answer = site.send("POST", &path, By::Nobody, sign_in(login, password)).await;
            assert_eq!((answer.status, answer.problem()), (401, "sign-in-failed"));
            assert!(answer.header("set-cookie").is_none());
            assert!(answer.header("www-authenticate").is_some());
            let mut json = answer.json;
            json["instance"] = Value::Null;
            told.push(json);
        }
        assert_eq!(told[0]["title"], title);
        assert!(told.iter().all(|json| *json == told[0]), "{told:?}");
    }
    let digits = json!({ "login": "li", "password": 13_800_138_000_i64 });
    let answer = site.send("POST", "/v1/sign-in", By::Nobody, digits).await;
    assert_eq!(answer.problem(), "unfit-body");
    assert!(!answer.json.to_string().contains("138"), "{answer:?}");
    // The refusals of known logins are written down by somebody whom the answer does not wait for.
    let refused = async {
        loop {
            let lines = site.store.audit(&all, 0, 100).unwrap();
            let lines: Vec<_> =
                lines.iter().filter(|line| line.what == "sign-in refused").collect();
            if lines.len() == 2 {
                break assert!(lines.iter().all(|line| line.subject == "li"), "{lines:?}");
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), refused).await.unwrap();
}

#[tokio::test]
async fn guessing_waits_by_account_and_by_address() {
    let site = Site::new();
    joined(&site, "li", "viewer").await;
    let enter = async |from: [u8; 4], login: &str, password: &str| {
        let body = sign_in(login, password);
        site.call_from(from.into(), "POST", "/v1/sign-in", By::Nobody, Some(&body)).await
    };
    for _ in 0..FREE_BY_ACCOUNT {
        assert_eq!(enter([198, 51, 100, 1], "li", "wrong horse").await.status, 401);
    }
    let answer = enter([198, 51, 100, 2], "LI", PASSWORD).await;
    assert_eq!((answer.problem(), answer.header("retry-after")), ("too-many", Some("2")));
    site.pass(FIRST_WAIT_MS);
    assert_eq!(enter([198, 51, 100, 2], "li", PASSWORD).await.status, 200);
    assert_eq!(enter([198, 51, 100, 2], "li", "wrong horse").await.status, 401, "forgotten");
    for n in 0..FREE_BY_ADDRESS {
        assert_eq!(enter([198, 51, 100, 3], &format!("n{n}"), "x").await.status, 401);
    }
    assert_eq!(enter([198, 51, 100, 3], "li", PASSWORD).await.problem(), "too-many");
    assert_eq!(enter([198, 51, 100, 4], "li", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_session_ends_when_it_should() {
    let site = Site::new();
    let number = site.user("li", Role::Viewer, Reach::Everything);
    let status = async |session: &str| site.get("/v1/me", By::User(session)).await.status;
    let (one, two, three) = (site.session(number), site.session(number), site.session(number));
    let out = site.call("POST", "/v1/sign-out", By::User(&one), None).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!([status(&one).await, status(&two).await], [401, 200]);
    let out = site.call("POST", "/v1/sign-out?everywhere=true", By::User(&two), None).await;
    assert_eq!(out.status, 204);
    assert_eq!([status(&two).await, status(&three).await], [401, 401]);
    let idle = site.session(number);
    site.pass(IDLE_MS - 1);
    assert_eq!(status(&idle).await, 200);
    site.pass(IDLE_MS - 1);
    assert_eq!(status(&idle).await, 200, "it was used");
    site.pass(IDLE_MS);
    assert_eq!(status(&idle).await, 401);
}

#[tokio::test]
async fn a_new_password_ends_all_sessions() {
    let site = Site::new();
    let session = joined(&site, "wanglili", "viewer").await;
    let number = site.store.credentials("wanglili").unwrap().unwrap().user;
    let other = site.session(number);
    let put = async |current: &str, new: &str| {
        let body = json!({ "current": current, "new": new });
        site.send("PUT", "/v1/me/password", By::User(&session), body).await
    };
    let new = "battery staple";
    site.hide(new);
    assert_eq!(put("wrong horse", new).await.problem(), "wrong-password");
    assert_eq!(put(PASSWORD, "my wanglili").await.problem(), "unfit-body");
    let answer = put(PASSWORD, new).await;
    assert_eq!(answer.status, 200);
    for ended in [&session, &other] {
        assert_eq!(site.get("/v1/me", By::User(ended)).await.status, 401);
    }
    assert_eq!(site.get("/v1/me", By::User(&answer.session())).await.status, 200);
    let enter = async |password: &str| {
        site.send("POST", "/v1/sign-in", By::Nobody, sign_in("wanglili", password)).await.status
    };
    assert_eq!([enter(PASSWORD).await, enter(new).await], [401, 200]);
}

/// The code of a key (32 letters and digits) at a moment, as an app shows it: RFC 6238.
fn code(key: &str, ms: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = String::new();
    for letter in key.chars() {
        bits += &format!("{:05b}", letters.find(letter).unwrap());
    }
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&bytes).unwrap();
    mac.update(&(ms / 30_000).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[tokio::test]
async fn a_second_factor_is_needed_once_set_and_a_code_counts_once() {
    let site = Site::new();
    let session = joined(&site, "li", "viewer").await;
    let post = async |body: Value| site.send("POST", "/v1/me/totp", By::User(&session), body).await;
    assert_eq!(post(json!({ "password": "wrong horse" })).await.problem(), "wrong-password");
    let proposed = post(json!({ "password": PASSWORD })).await;
    let key = proposed.json["key"].as_str().unwrap().to_owned();
    assert_eq!(proposed.json["is_set"], false);
    let url = proposed.json["url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Yingda:li?secret=") && url.contains(&key));
    site.hide(&key);
    let now = code(&key, site.now().0);
    let wrong = if now == "000000" { "000001" } else { "000000" };
    for bad in [json!(wrong), json!(""), Value::Null] {
        let body = json!({ "password": PASSWORD, "key": key, "code": bad });
        assert_eq!(post(body).await.problem(), "unfit-body");
    }
    let set = post(json!({ "password": PASSWORD, "key": key, "code": now })).await;
    assert_eq!((set.status, &set.json["is_set"]), (200, &true.into()));
    let me = site.get("/v1/me", By::User(&session)).await;
    assert_eq!(me.json["user"]["has_totp"], true);

    let enter = async |code: Option<&str>| {
        let body = json!({ "login": "li", "password": PASSWORD, "totp": code });
        site.send("POST", "/v1/sign-in", By::Nobody, body).await.status
    };
    assert_eq!(enter(None).await, 401);
    assert_eq!(enter(Some(&now)).await, 401, "it confirmed the key");
    site.pass(30_000);
    let next = code(&key, site.now().0);
    let (a, b) = tokio::join!(enter(Some(&next)), enter(Some(&next)));
    assert_eq!(a + b, 200 + 401, "one code lets one in");
    assert_eq!(enter(Some(&next)).await, 401);

    let delete = async |password: &str| {
        let body = json!({ "password": password });
        site.send("DELETE", "/v1/me/totp", By::User(&session), body).await.status
    };
    assert_eq!([delete("wrong horse").await, enter(None).await], [403, 401]);
    assert_eq!([delete(PASSWORD).await, delete(PASSWORD).await], [204, 204]);
    assert_eq!(enter(None).await, 200);
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
async fn no_log_line_holds_a_secret() {
    let lines = Lines::default();
    let writer = lines.clone();
    let logs = server::logs::dispatch(LogFormat::Json, LogLevel::Debug, move || writer.clone());
    // With one alone, whoever reaches a line first decides for all threads whether it is heard.
    let _other = server::logs::dispatch(LogFormat::Json, LogLevel::Debug, std::io::sink);
    let _logging = tracing::dispatcher::set_default(&logs);
    let site = Site::new();
    let owner = site.signed_in("owner", Role::Owner, only(&["s1"]));
    let reach = json!([{ "platform": "taobao", "shop": "s1" }]);
    let link = invited(&site, &owner, &json!({ "role": "owner", "reach": reach })).await;
    let body = sign_up(&link, "li@shop.cn", PASSWORD);
    let session = site.send("POST", "/v1/sign-up", By::Nobody, body).await.session();
    let body = sign_in("li@shop.cn", "hunter2hunter2");
    site.send("POST", "/v1/sign-in", By::Nobody, body).await;
    let body = json!({ "name": "t", "grants": ["read"], "reach": reach });
    let made = site.send("POST", "/v1/tokens", By::User(&session), body).await;
    let token = made.json["token"].as_str().unwrap();
    site.get("/v1/me", By::Token(token)).await;
    site.get("/v1/persons/13800138000", By::Token(token)).await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.lines().count() >= 6, "{text}");
    let secrets =
        [&link, &session, &owner, token, PASSWORD, "hunter2", "13800138000", "li@shop.cn"];
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
