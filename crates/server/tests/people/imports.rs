//! Files: sent, looked at, imported; and rules that are tried on what they brought.

use serde_json::{Value, json};
use store::{Reach, Role, Scope};

use crate::site::{Answer, By, Site, only};

const RULE: &str = include_str!("../../../../rulebooks/taobao/human-reply-3m/rule.toml");

/// Three questions of 31 May 2026: answered after 20 s, after 100 s and not at all; and a row that
/// is none.
const LOG: &str = "\
at,platform,shop,buyer,author,account,id,text
2026-05-31T09:00:00+08:00,taobao,s1,b1,buyer,,m1,在吗
2026-05-31T09:00:20+08:00,taobao,s1,b1,agent,s1:a,m2,在的
2026-05-31T10:00:00+08:00,taobao,s1,b2,buyer,,m3,发货了吗
2026-05-31T10:01:40+08:00,taobao,s1,b2,agent,s1:a,m4,已发
2026-05-31T11:00:00+08:00,taobao,s1,b3,buyer,,m5,退款
yesterday,taobao,s1,b3,buyer,,m6,退款
";

async fn sent(site: &Site, by: By<'_>, name: &str, file: &str) -> String {
    let answer = site.upload(&format!("/v1/imports?name={name}"), by, file).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json["state"], "waiting");
    answer.json["id"].as_str().unwrap().to_owned()
}

async fn imported(site: &Site, by: By<'_>, id: &str, reading: Value) -> Answer {
    let begun = site.send("POST", &format!("/v1/imports/{id}/start"), by, reading).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    loop {
        let answer = site.get(&format!("/v1/imports/{id}"), by).await;
        if answer.json["state"] != "running" {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

fn counts(answer: &Answer) -> Vec<u64> {
    let keys = ["rows", "accepted", "duplicate", "rejected"];
    keys.iter().map(|key| answer.json[key].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_looked_at_imported_once_and_audited() {
    let site = Site::new();
    let session = site.signed_in("boss", Role::Supervisor, Reach::Everything);
    let by = By::User(&session);
    let id = sent(&site, by, "..%2Fmay.csv", LOG).await;
    let path = format!("/v1/imports/{id}");
    let looked = site.send("POST", &format!("{path}/preview?lang=zh"), by, json!({})).await;
    assert_eq!((looked.status, &looked.json["encoding"]), (200, &json!("UTF-8")));
    assert_eq!(looked.json["rows"][1][7], "在吗");
    let first = &looked.json["items"][0];
    assert_eq!(
        (&first["fits"], &first["facts"], &first["rejected"]),
        (&json!(true), &json!(5), &json!(1))
    );
    assert_eq!(first["rejects"][0]["line"], 7);
    assert!(!looked.text.contains("yingda-people"), "no message says where the file lies");
    assert_eq!(
        site.store.log(&Scope::everything(), &store::Select::shop("taobao", "s1")).unwrap().len(),
        0
    );
    let reading = json!({ "profile": "canonical" });
    let done = imported(&site, by, &id, reading.clone()).await;
    assert_eq!((&done.json["state"], counts(&done)), (&json!("done"), vec![6, 5, 0, 1]));
    let rejected = site.get(&format!("{path}/rejected"), by).await;
    assert_eq!(rejected.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(rejected.text.starts_with("\u{feff}source,line,column,reason,found,expected,row\r\n"));
    let row = LOG.lines().nth(6).unwrap();
    assert!(rejected.text.contains("may.csv,7,at,") && rejected.text.contains(row), "{rejected:?}");
    let again = site.send("POST", &format!("{path}/start"), by, reading.clone()).await;
    assert_eq!(again.problem(), "conflict");
    let other = sent(&site, by, "again.csv", LOG).await;
    let done = imported(&site, by, &other, reading).await;
    assert_eq!(counts(&done), [6, 0, 5, 1], "the same rows count once");
    assert_eq!(site.get("/v1/imports", by).await.items("name").len(), 2);
    // The line is written right after the last row.
    let line = loop {
        let lines = site.store.audit(&Scope::everything(), 0, 1_000).unwrap();
        match lines.into_iter().find(|line| line.what == "import") {
            Some(line) => break line,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(line.subject, "may.csv");
    assert!(line.becomes.unwrap().contains("5 accepted, 0 duplicate, 1 rejected"));
    assert_eq!(site.call("DELETE", &path, by, None).await.status, 204);
    assert_eq!(site.get(&path, by).await.problem(), "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_by_a_profile_of_its_own_and_for_shops_in_reach_alone() {
    let site = Site::new();
    let session = site.signed_in("li", Role::Supervisor, only(&["s1"]));
    let by = By::User(&session);
    let table = "什么时候;客人;谁;说了什么\n2026-05-31 09:00;小林;小林;在吗\n\
                 2026-05-31 09:01;小林;店:甲;在的\n";
    let id = sent(&site, by, "x.csv", table).await;
    let path = format!("/v1/imports/{id}");
    let looked = site.send("POST", &format!("{path}/preview"), by, json!({})).await;
    let fits = looked.items("fits");
    assert!(fits.iter().all(|fits| *fits == json!(false)), "{looked:?}");
    assert_eq!(looked.json["rows"][0], json!(["什么时候", "客人", "谁", "说了什么"]));
    let text = "name = { zh = \"x\", en = \"x\" }\nformat = \"table\"\n\
                time = [\"%Y-%m-%d %H:%M\"]\n\
                [columns]\nat = \"什么时候\"\nbuyer = \"客人\"\nsender = \"谁\"\ntext = \"说了什么\"\n\
                [authors]\npatterns = [{ like = \"{any}:{account}\", author = \"agent\" }]\n\
                otherwise = \"buyer\"\n";
    let mut reading = json!({ "text": text, "set": { "platform": "taobao" } });
    let looked = site.send("POST", &format!("{path}/preview"), by, reading.clone()).await;
    assert_eq!(looked.json["items"][0]["needs"], json!(["shop"]));
    assert_eq!(
        (&looked.json["items"][0]["facts"], &looked.json["items"][0]["first"][0]["shop"]),
        (&json!(2), &json!("?"))
    );
    for (shop, counts_expected) in [("s2", [2, 0, 0, 2]), ("s1", [2, 2, 0, 0])] {
        reading["set"]["shop"] = json!(shop);
        let id = sent(&site, by, "x.csv", table).await;
        let done = imported(&site, by, &id, reading.clone()).await;
        assert_eq!(counts(&done), counts_expected, "{shop}");
    }
    for wrong in [
        json!({ "text": "fromat = 1" }),
        json!({ "profile": "nonesuch" }),
        json!({ "profile": "messages", "set": { "shpo": "x" } }),
        json!({ "profle": "messages" }),
    ] {
        let answer = site.send("POST", &format!("{path}/preview"), by, wrong).await;
        assert_eq!(answer.problem(), "unfit-body");
    }
    // Nobody else sees it.
    let other = site.signed_in("wang", Role::Owner, Reach::Everything);
    assert_eq!(site.get(&path, By::User(&other)).await.problem(), "not-found");
    assert!(site.get("/v1/imports", By::User(&other)).await.items("id").is_empty());
}

/// Standard, verdict and value.
type Stands = Vec<[Value; 3]>;

async fn standings(site: &Site, by: By<'_>, metric: &str) -> Stands {
    let path = format!("/v1/standing?platform=taobao&shop=s1&metric={metric}");
    let rows = site.get(&path, by).await.json["items"].as_array().unwrap().clone();
    let plain = |row: &Value| ["standard", "verdict", "value"].map(|key| row[key].clone());
    rows.iter().map(plain).collect()
}

fn tried_standings(answer: &Answer, side: &str) -> Stands {
    let rows = answer.json["standings"].as_array().unwrap().clone();
    let plain = |row: &Value| {
        let (verdict, value) = (row[side]["verdict"].clone(), row[side]["value"].clone());
        [row["standard"].clone(), verdict, value]
    };
    rows.iter().map(plain).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_on_the_shops_own_days_before_it_is_kept() {
    let site = Site::new();
    let session = site.signed_in("boss", Role::Supervisor, Reach::Everything);
    let by = By::User(&session);
    let id = sent(&site, by, "may.csv", LOG).await;
    imported(&site, by, &id, json!({ "profile": "canonical" })).await;
    let metric = "taobao/human-reply-3m";
    let stricter = RULE.replace("within = \"180s\"", "within = \"60s\"");
    let tried = async |text: Value| {
        let body = json!({ "platform": "taobao", "shop": "s1", "metric": metric, "text": text });
        site.send("POST", "/v1/overrides/trial", by, body).await
    };
    let answer = tried(json!(stricter)).await;
    assert_eq!(
        (&answer.json["from"], &answer.json["to"]),
        (&json!("2026-05-03"), &json!("2026-06-01"))
    );
    let days = answer.json["days"].as_array().unwrap();
    let counted = days.iter().find(|day| day["day"] == "2026-05-31").unwrap();
    let of = |figure: &Value| [&figure["hits"], &figure["samples"]].map(|n| n.as_u64().unwrap());
    assert_eq!((of(&counted["now"]), of(&counted["then"])), ([2, 3], [1, 3]));
    assert_eq!(of(&answer.json["whole"]["then"]), [1, 3]);
    let said = |key: &str| answer.json[key].to_string();
    assert!(
        said("falls_away").contains("3 min") && said("comes_in").contains("1 min"),
        "{answer:?}"
    );
    // The standing under either is that of the standing itself.
    let (now, then) = (tried_standings(&answer, "now"), tried_standings(&answer, "then"));
    assert!(!now.is_empty() && now != then, "{answer:?}");
    assert_eq!(standings(&site, by, metric).await, now);
    // Nothing is in force by being tried.
    let nothing = tried(Value::Null).await;
    assert_eq!(of(&nothing.json["whole"]["now"]), [2, 3]);
    assert_eq!(nothing.json["comes_in"], json!([]));
    let body = json!({ "platform": "taobao", "shop": "s1", "metric": metric, "text": stricter });
    assert_eq!(site.send("PUT", "/v1/overrides", by, body).await.status, 200);
    assert_eq!(standings(&site, by, metric).await, then);
    let kept = tried(Value::Null).await;
    assert_eq!((of(&kept.json["whole"]["now"]), of(&kept.json["whole"]["then"])), ([1, 3], [2, 3]));
    let broken = stricter.replacen("sample = ", "sampel = ", 1);
    assert_eq!(tried(json!(broken)).await.problem(), "unfit-body");
    let draft = |text: &str| json!({ "metric": metric, "text": text });
    let checked = site.send("POST", "/v1/overrides/check", by, draft(&broken)).await;
    let faults = checked.json["faults"].as_array().unwrap();
    let fault = faults.iter().find(|fault| fault["code"] == "Y003").unwrap();
    let line = broken[..broken.find("sampel").unwrap()].matches('\n').count() + 1;
    assert_eq!(
        (&fault["line"], &fault["byte"], &fault["bytes"]),
        (&json!(line), &json!(1), &json!(6))
    );
    let checked = site.send("POST", "/v1/overrides/check", by, draft(&stricter)).await;
    assert_eq!(checked.json["faults"], json!([]));
    assert!(checked.json["words"].to_string().contains("1 min"));
    let rule = format!("/v1/rules/{metric}?of_platform=taobao&shop=s1");
    let rule = site.get(&rule, by).await;
    assert_eq!((&rule.json["is_own"], &rule.json["text"]), (&json!(true), &json!(stricter)));
    let shipped = site.get(&format!("/v1/rules/{metric}"), by).await;
    assert_eq!((&shipped.json["is_own"], &shipped.json["text"]), (&json!(false), &json!(RULE)));
}
