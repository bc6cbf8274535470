//! The three robots against servers of this machine that check and answer as the real ones do.
#![allow(clippy::unwrap_used)]

mod standin;

use std::time::Duration;

use facts::{Instant, Span};
use notify::wecom::Form;
use notify::{
    Batch, Buyers, Channel, DingTalk, Failure, Feishu, Http, Languages, Limits, Message, Policy,
    Reason, Retry, Secret, Text, Urgency, Value, WeCom, dingtalk, feishu,
};
use standin::{Answer, Request, Server};

const NOW: Instant = Instant(1_800_000_000_123);

fn http() -> Http {
    within(Limits::default())
}

fn within(limits: Limits) -> Http {
    let policy = Policy { plain: true, networks: vec!["127.0.0.0/8".parse().unwrap()] };
    Http::new(policy, limits).unwrap()
}

fn batch() -> Batch {
    let title = Text::new("{shop}：{n} 位买家在等", "{shop}: {n} buyers are waiting")
        .with("shop", Value::Name("旗舰店<@all>".into()))
        .with("n", Value::Count(10));
    let line = Text::new("{who} 已等 {wait}", "{who} has waited for {wait}")
        .with("who", Value::Buyer("小王".into()))
        .with("wait", Value::Span(Span(95_000)));
    let mut message = Message::new("m-1", NOW, Urgency::Warning, title).line(line);
    message.link = Some("https://yingda.example/waiting".into());
    message.mention = vec!["u1".into()];
    Batch::of(message)
}

fn long() -> Batch {
    let mut batch = batch();
    for _ in 0..400 {
        let line = Text::new("第 {n} 位“买家”", "buyer \"no\" {n}").with("n", Value::Count(7));
        batch.messages[0].lines.push(line);
    }
    batch
}

fn dingtalk(url: String) -> DingTalk {
    DingTalk {
        http: http(),
        url: Secret::from(url),
        secret: Some(Secret::from("SECabc")),
        keyword: Some("应答".into()),
        languages: Languages::Zh,
        buyers: Buyers::Hidden,
    }
}

/// Answers as DingTalk does: 200 in all cases, with the verdict in the body.
fn as_dingtalk(request: &Request) -> Answer {
    let known = request.query("access_token").as_deref() == Some("good");
    let ms: Option<i64> = request.query("timestamp").and_then(|text| text.parse().ok());
    let signed = ms.is_some_and(|ms| {
        let recent = (ms - NOW.0).abs() < 3_600_000;
        recent && request.query("sign") == Some(dingtalk::sign("SECabc", ms))
    });
    let json = request.json();
    let text = json["markdown"]["text"].as_str().unwrap_or_default();
    Answer::json(match () {
        () if !known => r#"{"errcode":300005,"errmsg":"token is not exist"}"#,
        () if !signed => r#"{"errcode":310000,"errmsg":"sign not match, more: [https://x]"}"#,
        () if !text.contains("应答") => {
            r#"{"errcode":310000,"errmsg":"keywords not in content"}"#
        }
        () if json["msgtype"] != "markdown" => r#"{"errcode":400105,"errmsg":"unsupported"}"#,
        () => r#"{"errcode":0,"errmsg":"ok"}"#,
    })
}

#[tokio::test]
async fn dingtalk_takes_what_is_signed_and_holds_the_keyword() {
    let server = Server::start(as_dingtalk).await;
    let robot = dingtalk(server.url("/robot/send?access_token=good"));
    assert_eq!(robot.send(&batch(), NOW).await, Ok(()));
    let request = &server.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("content-type"), Some("application/json; charset=utf-8"));
    let json = request.json();
    let text = json["markdown"]["text"].as_str().unwrap();
    assert_eq!(
        text,
        "#### 旗舰店＜＠all＞：10 位买家在等\n\n- 一位买家 已等 1 分 35 秒\n\n\
         [打开 Open](https://yingda.example/waiting)\n\n@u1\n\n应答"
    );
    assert_eq!(json["at"]["atUserIds"][0], "u1");
    assert_eq!(json["at"]["isAtAll"], false);
    assert_eq!(robot.send(&long(), NOW).await, Ok(()), "the keyword is not cut off");
    assert!(server.requests()[1].json()["markdown"]["text"].as_str().unwrap().len() <= 5_000);
}

#[tokio::test]
async fn dingtalk_refuses_for_reasons_that_are_told_apart() {
    let server = Server::start(as_dingtalk).await;
    let never = |reason| Err(Failure::never(reason));
    let good = || dingtalk(server.url("/robot/send?access_token=good"));
    let other = dingtalk(server.url("/robot/send?access_token=bad"));
    assert_eq!(other.send(&batch(), NOW).await, never(Reason::Token(300_005)));
    let unsigned = DingTalk { secret: None, ..good() };
    assert_eq!(unsigned.send(&batch(), NOW).await, never(Reason::Signature(310_000)));
    let late = good().send(&batch(), NOW + Span(3_600_000)).await;
    assert_eq!(late, never(Reason::Signature(310_000)));
    let silent = DingTalk { keyword: None, ..good() };
    assert_eq!(silent.send(&batch(), NOW).await, never(Reason::Keyword(310_000)));
}

fn feishu(url: String, secret: &str) -> Feishu {
    Feishu {
        http: http(),
        url: Secret::from(url),
        secret: Some(Secret::from(secret)),
        keyword: None,
        languages: Languages::Both,
        buyers: Buyers::Shown,
    }
}

fn as_feishu(request: &Request) -> Answer {
    let json = request.json();
    let seconds = json["timestamp"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0);
    let signed = json["sign"] == feishu::sign("key", seconds).as_str();
    if request.body.len() > 20 << 10 || json["msg_type"] != "post" {
        return Answer::status(400, r#"{"code":9499,"msg":"Bad Request","data":{}}"#);
    }
    if !signed || (seconds - NOW.0 / 1_000).abs() > 3_600 {
        return Answer::json(
            r#"{"code":19021,"msg":"sign match fail or timestamp is not within"}"#,
        );
    }
    Answer::json(r#"{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}"#)
}

#[tokio::test]
async fn feishu_takes_both_languages_within_its_size() {
    let server = Server::start(as_feishu).await;
    let bot = feishu(server.url("/open-apis/bot/v2/hook/abc"), "key");
    assert_eq!(bot.send(&batch(), NOW).await, Ok(()));
    let json = server.requests()[0].json();
    assert_eq!(json["timestamp"], "1800000000");
    let zh = &json["content"]["post"]["zh_cn"];
    assert_eq!(zh["title"], "旗舰店＜@all＞：10 位买家在等");
    assert_eq!(zh["content"][0][0]["text"], "- 小王 已等 1 分 35 秒");
    let en = &json["content"]["post"]["en_us"];
    assert_eq!(en["content"][1][0]["href"], "https://yingda.example/waiting");
    assert_eq!(en["content"][2][0]["user_id"], "u1");
    assert_eq!(bot.send(&long(), NOW).await, Ok(()));
    let wrong = feishu(server.url("/open-apis/bot/v2/hook/abc"), "other");
    let expected = Err(Failure::never(Reason::Signature(19_021)));
    assert_eq!(wrong.send(&batch(), NOW).await, expected);
}

fn wecom(url: String, form: Form) -> WeCom {
    let (http, languages) = (http(), Languages::Both);
    WeCom { http, url: Secret::from(url), form, languages, buyers: Buyers::Hidden }
}

fn as_wecom(request: &Request) -> Answer {
    let json = request.json();
    let (kind, max) = match json["msgtype"].as_str() {
        Some("markdown") => ("markdown", 4_096),
        Some("text") => ("text", 2_048),
        _ => return Answer::json(r#"{"errcode":40008,"errmsg":"invalid message type"}"#),
    };
    let text = json[kind]["content"].as_str().unwrap_or_default();
    Answer::json(match request.query("key").as_deref() {
        Some("good") if text.is_empty() || text.len() > max => {
            r#"{"errcode":45002,"errmsg":"content size out of limit"}"#
        }
        Some("good") => r#"{"errcode":0,"errmsg":"ok"}"#,
        _ => r#"{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}"#,
    })
}

#[tokio::test]
async fn wecom_takes_both_forms_within_their_sizes() {
    let server = Server::start(as_wecom).await;
    for form in [Form::Markdown, Form::Text] {
        let robot = wecom(server.url("/cgi-bin/webhook/send?key=good"), form);
        assert_eq!(robot.send(&batch(), NOW).await, Ok(()));
        assert_eq!(robot.send(&long(), NOW).await, Ok(()));
    }
    let requests = server.requests();
    let markdown = requests[0].json();
    let markdown = markdown["markdown"]["content"].as_str().unwrap();
    assert!(markdown.ends_with("(https://yingda.example/waiting)\n<@u1>"), "{markdown}");
    assert!(markdown.contains("**旗舰店＜＠all＞：10 位买家在等 / 旗舰店"), "{markdown}");
    assert_eq!(requests[2].json()["text"]["mentioned_list"][0], "u1");
    let wrong = wecom(server.url("/cgi-bin/webhook/send?key=x"), Form::Markdown);
    let expected = Err(Failure::never(Reason::Token(93_000)));
    assert_eq!(wrong.send(&batch(), NOW).await, expected);
}

#[tokio::test]
async fn codes_say_whether_to_try_again() {
    let minutes = |n: u64| Retry::After(Duration::from_secs(60 * n));
    let cases = [
        (
            0,
            r#"{"errcode":130101,"errmsg":"send too fast"}"#,
            Reason::TooMany(130_101),
            minutes(10),
        ),
        (0, r#"{"errcode":-1,"errmsg":"system busy"}"#, Reason::Busy(-1), Retry::Later),
        (0, r#"{"errcode":400013,"errmsg":"group"}"#, Reason::Gone(400_013), Retry::Never),
        (0, r#"{"errcode":310000,"errmsg":"ip 1.1.1.1"}"#, Reason::Sender(310_000), Retry::Never),
        (0, r#"{"errcode":310000,"errmsg":"?"}"#, Reason::Security(310_000), Retry::Never),
        (0, r#"{"errcode":99,"errmsg":"?"}"#, Reason::Unknown(99), Retry::Later),
        (1, r#"{"code":11232,"msg":"frequency"}"#, Reason::TooMany(11_232), Retry::Later),
        (1, r#"{"code":9499,"msg":"Too Many Request"}"#, Reason::TooMany(9_499), Retry::Later),
        (1, r#"{"code":9499,"msg":"bad"}"#, Reason::Content(9_499), Retry::Never),
        (1, r#"{"code":19007,"msg":"bot"}"#, Reason::Gone(19_007), Retry::Never),
        (1, r#"{"code":19022,"msg":"ip"}"#, Reason::Sender(19_022), Retry::Never),
        (2, r#"{"errcode":45009,"errmsg":"freq"}"#, Reason::TooMany(45_009), minutes(1)),
    ];
    for (which, body, reason, retry) in cases {
        let server = Server::start(move |_| Answer::json(body)).await;
        let robots: [Box<dyn Channel>; 3] = [
            Box::new(dingtalk(server.url("/"))),
            Box::new(feishu(server.url("/"), "key")),
            Box::new(wecom(server.url("/"), Form::Text)),
        ];
        let result = robots[which].send(&batch(), NOW).await;
        assert_eq!(result, Err(Failure { reason, retry }), "{body}");
    }
}

#[tokio::test]
async fn answers_that_are_none_are_failures() {
    let header = |seconds: &str| vec![("retry-after", seconds.to_owned())];
    let later = Failure::later;
    let cases = [
        (Answer::json("<html>"), later(Reason::NoVerdict)),
        (Answer::json(""), later(Reason::NoVerdict)),
        (Answer::json("{}"), later(Reason::NoVerdict)),
        (Answer::json(r#"{"errcode":"0"}"#), later(Reason::NoVerdict)),
        (Answer::json(" ".repeat(100_000)), later(Reason::AnswerTooLong)),
        (Answer::HangUp, later(Reason::HungUp)),
        (Answer::Broken, later(Reason::HungUp)),
        (Answer::status(502, "bad gateway"), later(Reason::Status(502))),
        (Answer::status(404, ""), Failure::never(Reason::Status(404))),
        (
            Answer::Http(429, header("7"), Vec::new()),
            Failure::after(Reason::Status(429), Duration::from_secs(7)),
        ),
    ];
    for (answer, expected) in cases {
        let said = format!("{answer:?}");
        let server = Server::start(move |_| answer.clone()).await;
        let result = wecom(server.url("/?key=good"), Form::Markdown).send(&batch(), NOW).await;
        assert_eq!(result, Err(expected), "{}", &said[..said.len().min(80)]);
    }
    let server = Server::start(|_| Answer::Silence).await;
    let impatient = within(Limits { whole: Duration::from_millis(50), ..Limits::default() });
    let robot = WeCom { http: impatient, ..wecom(server.url("/"), Form::Markdown) };
    assert_eq!(robot.send(&batch(), NOW).await, Err(later(Reason::Timeout)));
    let url = server.url("/?key=good");
    drop(server);
    let result = wecom(url, Form::Markdown).send(&batch(), NOW).await;
    assert!(matches!(result, Err(Failure { reason: Reason::Connect | Reason::HungUp, .. })));
}

#[tokio::test]
async fn secrets_are_shown_nowhere() {
    let server = Server::start(|_| Answer::HangUp).await;
    let robot = dingtalk(server.url("/robot/send?access_token=TOKEN123"));
    let failure = robot.send(&batch(), NOW).await.unwrap_err();
    let strict = Http::new(Policy::default(), Limits::default()).unwrap();
    let refused = DingTalk { http: strict, ..robot.clone() };
    let refused = refused.send(&batch(), NOW).await.unwrap_err();
    let shown = format!("{robot:?} {failure:?} {refused:?} {} {}", failure.reason, refused.reason);
    for secret in ["TOKEN123", "SECabc", "access_token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
