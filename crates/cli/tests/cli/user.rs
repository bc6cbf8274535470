//! `yingda user`.

use facts::Instant;
use secret::Secret;
use store::{Scope, SignUp, Store};

use crate::binary::{Folder, lines, stderr, stdout, yingda};
use crate::standin::{now, open_store};

/// Signs somebody up by the link that was printed.
fn sign_up(store: &Store, printed: &str, login: &str) -> Result<i64, store::Error> {
    let link = Secret::from(printed.trim().rsplit_once('#').expect("a secret").1);
    let password = Secret::from("$argon2id$x");
    let new = SignUp { login: login.to_owned(), name: "A".to_owned(), password };
    store.sign_up(now(), &link, new)
}

#[test]
fn users_are_invited_listed_and_shut_out() {
    let folder = Folder::new("user");
    let data = folder.path().join("data");
    drop(open_store(&data));
    let data_text = data.to_str().expect("UTF-8").to_owned();
    let user =
        |arguments: &[&str]| yingda(&[&["user"], arguments, &["--data", &data_text]].concat());
    let nobody = user(&["list"]);
    assert!(stderr(&nobody).contains("nobody signed up yet"), "{}", stderr(&nobody));
    let owner = user(&["invite", "--role", "owner"]);
    assert!(owner.status.success(), "{}", stderr(&owner));
    assert!(stdout(&owner).starts_with("http://127.0.0.1:8788/sign-up#"), "{}", stdout(&owner));
    assert!(stderr(&owner).contains("every shop") && !stderr(&owner).contains('#'));
    let agent = user(&["invite", "--role", "agent", "--shop", "taobao/s1", "--shop", "jd/a/b"]);
    let store = open_store(&data);
    sign_up(&store, &stdout(&owner), "boss").expect("a user");
    sign_up(&store, &stdout(&owner), "again").expect_err("once only");
    let number = sign_up(&store, &stdout(&agent), "staff").expect("a user");
    let until = Instant(now().0 + 60_000);
    store.begin_session(now(), number, until).expect("a session");
    drop(store);

    let listed = lines(&user(&["list", "--format", "json"]));
    let told = |n: usize| {
        let one = &listed[n];
        format!("{} {} {} {}", one["login"], one["role"], one["shops"], one["disabled_at"])
    };
    assert_eq!(told(0), r#""boss" "owner" null null"#);
    let shops = r#"[{"platform":"taobao","shop":"s1"},{"platform":"jd","shop":"a/b"}]"#;
    assert_eq!(told(1), format!(r#""staff" "agent" {shops} null"#));
    assert!(stdout(&user(&["list"])).contains("taobao/s1, jd/a/b"));

    assert_eq!(stdout(&user(&["sign-out", "staff"])), "staff: 1 sessions ended\n");
    assert_eq!(stdout(&user(&["sign-out", "2"])), "staff: 0 sessions ended\n");
    assert!(stdout(&user(&["disable", "staff"])).contains("may not sign in any more"));
    assert!(lines(&user(&["list", "--format", "json"]))[1]["disabled_at"].is_string());
    assert!(stdout(&user(&["allow", "staff"])).contains("may sign in again"));
    assert_eq!(user(&["disable", "boss"]).status.code(), Some(2), "the last who may do everything");
    assert!(stderr(&user(&["disable", "who"])).contains("no user `who`"));
}

#[test]
fn a_locked_out_owner_is_helped_at_the_terminal() {
    let folder = Folder::new("user-reset");
    let data = folder.path().join("data");
    drop(open_store(&data));
    let data_text = data.to_str().expect("UTF-8").to_owned();
    let user =
        |arguments: &[&str]| yingda(&[&["user"], arguments, &["--data", &data_text]].concat());
    let invited = user(&["invite", "--role", "owner"]);
    let store = open_store(&data);
    let number = sign_up(&store, &stdout(&invited), "boss").expect("a user");
    let everything = Scope::everything();
    store.set_totp(&everything, now(), number, Some(Secret::from("KEY"))).expect("a factor");
    let session = store.begin_session(now(), number, Instant(now().0 + 60_000)).expect("a session");
    drop(store);

    let reset = user(&["reset", "boss", "--hours", "2"]);
    assert!(reset.status.success(), "{}", stderr(&reset));
    assert!(stdout(&reset).starts_with("http://127.0.0.1:8788/reset#"), "{}", stdout(&reset));
    assert!(stderr(&reset).contains("within 2 hours") && !stderr(&reset).contains('#'));
    assert!(stderr(&user(&["reset", "who"])).contains("no user `who`"));
    let store = open_store(&data);
    assert_eq!(store.credentials("boss"), Ok(None), "the old password is gone");
    assert_eq!(store.session(now(), &session, 60_000), Ok(None));
    let link = stdout(&reset);
    let link = Secret::from(link.trim().rsplit_once('#').expect("a secret").1);
    let password = Secret::from("$argon2id$y");
    assert_eq!(store.take_reset(now(), &link, password), Ok(number));
    let credentials = store.credentials("boss").expect("read").expect("a user");
    assert_eq!((credentials.password.reveal(), credentials.totp), ("$argon2id$y", None));
}

#[test]
fn what_cannot_be_done_is_told() {
    let folder = Folder::new("user-wrong");
    let data = folder.path().join("data");
    let data_text = data.to_str().expect("UTF-8").to_owned();
    let user =
        |arguments: &[&str]| yingda(&[&["user"], arguments, &["--data", &data_text]].concat());
    assert!(stderr(&user(&["list"])).contains("there is no database"));
    drop(open_store(&data));
    let shop = user(&["invite", "--role", "agent", "--shop", "s1"]);
    assert!(stderr(&shop).contains("`--shop s1`: expected PLATFORM/SHOP"), "{}", stderr(&shop));
    assert_eq!(user(&["invite", "--role", "boss"]).status.code(), Some(2));
    let lock = std::fs::File::create(data.join("yingda.lock")).expect("a file");
    lock.lock().expect("a lock");
    assert!(stderr(&user(&["list"])).contains("console or its API"));
    drop(lock);
    std::fs::remove_file(data.join("yingda.key")).expect("removed");
    assert!(stderr(&user(&["list"])).contains("there is no key"));
    assert!(!data.join("yingda.key").exists(), "no new key for old data");
}
