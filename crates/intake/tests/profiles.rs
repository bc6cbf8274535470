//! Sources of other shapes become exactly these facts.
#![allow(clippy::unwrap_used)]

mod workbook;

use encoding_rs::GB18030;
use facts::{FactKind, Log};
use intake::{Error, Lang, Options, Profile, Report, Source, read};
use workbook::{C, xlsx};

fn profile(name: &str, set: &[(&str, &str)]) -> Profile {
    let mut profile = Profile::shipped(name).unwrap();
    for (key, value) in set {
        profile.set(key, value).unwrap();
    }
    profile
}

fn source(name: &str, bytes: impl AsRef<[u8]>) -> Source {
    Source::Bytes { name: name.into(), bytes: bytes.as_ref().into() }
}

/// What became of sources: facts, rejected rows and warnings in words, and the report.
struct Outcome {
    facts: Vec<String>,
    rejected: Vec<String>,
    warnings: Vec<String>,
    report: Report,
}

fn outcome(profile: Profile, sources: &[Source]) -> Result<Outcome, Error> {
    let options = Options {
        keep_text: true,
        keep_id: true,
        keep_origin: true,
        profile: Some(profile),
        ..Options::default()
    };
    let mut rejected = Vec::new();
    let (log, report) = read(sources, &options, &mut |row| {
        let column = row.column.map_or("-", |column| column.name());
        rejected.push(format!("{}:{} {column} {}", row.source, row.line, row.reason.code()));
        assert!(!row.message(Lang::En).is_empty() && !row.message(Lang::Zh).is_empty());
        Ok(())
    })?;
    assert_eq!(report.rows, report.facts + report.duplicates + report.rejected);
    let facts = (0..log.len() as u32).map(|row| in_words(&log, row)).collect();
    let warnings = report.warnings.iter().map(|warning| warning.message(Lang::En)).collect();
    Ok(Outcome { facts, rejected, warnings, report })
}

fn good(profile: Profile, bytes: impl AsRef<[u8]>) -> Outcome {
    outcome(profile, &[source("x", bytes)]).unwrap()
}

/// Time of day in Shanghai, buyer, what happened, and what else there is.
fn in_words(log: &Log, row: u32) -> String {
    let fact = log.fact(row);
    let wall = facts::Zone::fixed(8 * 3_600_000).local(fact.at);
    let s = wall.ms / 1_000;
    let mut words = format!("{} {:02}:{:02}:{:02}", wall.day, s / 3_600, s / 60 % 60, s % 60);
    let i = row as usize;
    let thread = log.threads.get(log.thread[i] as usize);
    words += &format!(" {}", thread.map_or("-", |thread| log.buyers.name(thread.buyer)));
    if fact.kind == FactKind::Message {
        words += &format!(" {}", fact.author.word());
        if fact.form.word() != "text" {
            words += &format!(" {}", fact.form.word());
        }
    } else {
        words += &format!(" {}", fact.kind.word());
    }
    let extra = log.extra.get(&row).map_or("", |extra| &extra.reference);
    let more = [
        ("by=", log.accounts.name(fact.account.0)),
        ("from=", log.accounts.name(fact.from_account.0)),
        ("conv=", log.conversations.name(fact.conversation.0)),
        ("id=", log.id.as_ref().map_or("", |ids| &ids[i])),
        ("ref=", extra),
    ];
    for (key, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
        words += &format!(" {key}{value}");
    }
    if let Some(text) = log.text.as_ref().and_then(|text| text[i].as_deref()) {
        words += &format!(" {text:?}");
    }
    words
}

const SHOP: &[(&str, &str)] = &[("shop", "s1")];
const SHOP_AND_PLATFORM: &[(&str, &str)] = &[("shop", "s1"), ("platform", "taobao")];

const CLIPBOARD: &str = "昨天的记录\r
某店:服务助手 2026-5-1 08:59:58\r
您好，欢迎光临\r
tb1232026-5-1 09:00:00\r
在吗\r
这件有货吗\r
\r
未读\r
由 服务助手 转交给 某店:小美\r
某店:小美 2026-5-1 09:00:30\r
有的\r
已读\r
tb123\r
2026-5-1 09:01:00\r
https://item.taobao.com/item.htm?id=1\r
tb123撤回了一条消息\r
某店:小美 --> tb123 2026-5-1 09:02:10\r
这款也有\r
某店:小美撤回了一条消息\r
由 服务助手 转交给 某店:小丽\r
原因：【离线留言自动分配】\r
说一句没有时间的话\r
tb999 2026-5-1 09:03:00\r
我也问问\r
tb123 2026-13-1 09:04:00\r
谢谢\r
某店 2026-5-1 09:05:00\r
[图片]\r
";

const CLIPBOARD_FACTS: &[&str] = &[
    "2026-05-01 08:59:58 tb123 bot by=服务助手 \"您好，欢迎光临\"",
    "2026-05-01 09:00:00 tb123 buyer \"在吗\\n这件有货吗\"",
    "2026-05-01 09:00:00 tb123 transferred by=小美 from=服务助手",
    "2026-05-01 09:00:30 tb123 agent by=小美 \"有的\"",
    "2026-05-01 09:01:00 tb123 buyer product-card \"https://item.taobao.com/item.htm?id=1\"",
    "2026-05-01 09:01:00 tb123 recalled",
    "2026-05-01 09:02:10 tb123 agent by=小美 \"这款也有\"",
    "2026-05-01 09:02:10 tb123 recalled by=小美",
    "2026-05-01 09:02:10 tb123 assigned by=小丽",
    "2026-05-01 09:05:00 tb123 agent image by=某店 \"[图片]\"",
];

#[test]
fn a_chat_from_the_clipboard() {
    let found = good(profile("qianniu-clipboard", SHOP), CLIPBOARD);
    assert_eq!(found.facts, CLIPBOARD_FACTS);
    let rejected =
        ["x:1 at undated", "x:22 at undated", "x:23 author second-buyer", "x:25 at bad-time"];
    assert_eq!(found.rejected, rejected);
    assert!(matches!(&found.warnings[..], [one] if one.starts_with("2 `recalled`")));
}

#[test]
fn an_encoding_is_found() {
    let (gb, _, _) = GB18030.encode(CLIPBOARD);
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(CLIPBOARD.encode_utf16().flat_map(u16::to_le_bytes));
    let mut utf16_be = vec![0xfe, 0xff];
    utf16_be.extend(CLIPBOARD.encode_utf16().flat_map(u16::to_be_bytes));
    let marked = [b"\xef\xbb\xbf", CLIPBOARD.as_bytes()].concat();
    let cases: [(&str, &[u8]); 5] = [
        ("UTF-8", CLIPBOARD.as_bytes()),
        ("UTF-8 BOM", &marked),
        ("GB18030", &gb),
        ("UTF-16LE", &utf16),
        ("UTF-16BE", &utf16_be),
    ];
    for (name, bytes) in cases {
        let found = good(profile("qianniu-clipboard", SHOP), bytes);
        assert_eq!(found.facts, CLIPBOARD_FACTS, "{name}");
        assert_eq!(found.report.sources[0].mapping.as_ref().unwrap().encoding, name);
    }
    // A bad byte spoils its own message only.
    let mut damaged = gb.to_vec();
    let at = damaged.windows(2).rposition(|pair| pair == b"\r\n").unwrap();
    damaged[at - 3] = 0xff;
    let found = good(profile("qianniu-clipboard", SHOP), &damaged);
    assert!(found.rejected.iter().any(|row| row.ends_with("invalid-utf8")), "{:?}", found.rejected);
}

#[test]
fn a_shops_own_name_is_told_with_the_call() {
    let text = "某店 2026-5-1 09:00:00\n你好\ntb1 2026-5-1 09:00:05\n在\n\
                他店:阿花 2026-5-1 09:00:09\n同行\n";
    let found = good(profile("qianniu-clipboard", SHOP), text);
    assert_eq!(found.facts.len(), 2);
    assert_eq!(found.rejected, ["x:3 author second-buyer"]);
    let set = [("shop", "s1"), ("seller", "某店")];
    let found = good(profile("qianniu-clipboard", &set), text);
    let expected = [
        "2026-05-01 09:00:00 tb1 agent by=某店 \"你好\"",
        "2026-05-01 09:00:05 tb1 buyer \"在\"",
        "2026-05-01 09:00:09 tb1 merchant by=阿花 \"同行\"",
    ];
    assert_eq!(found.facts, expected);
}

#[test]
fn a_chat_without_its_buyer_is_rejected() {
    let text = "某店:小美 2026-5-1 09:00:00\n你好\n";
    let found = good(profile("qianniu-clipboard", SHOP), text);
    assert_eq!(found.rejected, ["x:1 buyer missing-value"]);
    let set = [("shop", "s1"), ("buyer", "tb1")];
    assert_eq!(good(profile("qianniu-clipboard", &set), text).facts.len(), 1);
}

#[test]
fn a_chat_from_the_web_page() {
    let text = "09:00:00\n早\ntb1\n2026-05-01\n09:00:01\n在吗\n想问一下\ntb1\n09:00:20\n\
                请在客户端查看原始聊天记录，网页版无法展示\n某店:小美\n09:00:40\n\
                tb1撤回了一条消息\ntb1\n09:01:00\n某店:小美\n2026年5月2日\n09:00:00\n好的\ntb1\n\
                某店:小美撤回了一条消息\n09:01:00\n\
                由 服务助手 转交给 某店:小丽\n原因：【分流】\n";
    let found = good(profile("qianniu-web", SHOP), text);
    let expected = [
        "2026-05-01 09:00:01 tb1 buyer \"在吗\\n想问一下\"",
        "2026-05-01 09:00:20 tb1 agent other by=小美 \
         \"请在客户端查看原始聊天记录，网页版无法展示\"",
        "2026-05-01 09:00:40 tb1 recalled",
        "2026-05-01 09:01:00 tb1 agent other by=小美",
        "2026-05-02 09:00:00 tb1 buyer \"好的\"",
        "2026-05-02 09:00:00 tb1 recalled by=小美",
        "2026-05-02 09:01:00 tb1 transferred by=小丽 from=服务助手",
    ];
    assert_eq!(found.facts, expected);
    assert_eq!(found.rejected, ["x:1 at undated"]);
}

#[test]
fn a_table_with_one_message_a_row() {
    let text = "客服聊天记录导出\n\
                发送时间\t买家昵称\t发送者\t角色\t消息内容\t消息类型\t会话ID\t备注\n\
                2026-05-01 09:00:00\ttb1\ttb1\t\t在吗\t\tc1\t\n\
                2026/5/1 9:00:20\ttb1\t某店:小美\t客服\t您好\t文本\tc1\tx\n\
                2026-05-01 09:00:25\ttb1\t某店:服务助手\t客服\t推荐\t商品卡片\tc1\t\n\
                46143.375\ttb1\t\t系统\t提醒\t\tc1\t\n\
                2026-05-01 09:01:00\ttb1\t路人\t\t?\t\tc1\t\n\
                2026-05-01 09:01:00\ttb1\t\t店长\t?\t\tc1\t\n\
                2026-05-01 09:01:00\ttb1\t\t客服\t?\t语言\tc1\t\n\
                昨天\ttb1\t\t客服\t?\t\tc1\t\n\
                \t\t\t\t\t\t\t\n\
                2026-05-01 09:02:00\ttb1\t\n";
    let found = good(profile("messages", SHOP_AND_PLATFORM), text);
    let expected = [
        "2026-05-01 09:00:00 tb1 buyer conv=c1 \"在吗\"",
        "2026-05-01 09:00:20 tb1 agent by=小美 conv=c1 \"您好\"",
        "2026-05-01 09:00:25 tb1 bot product-card by=服务助手 conv=c1 \"推荐\"",
        "2026-05-01 09:00:00 tb1 system conv=c1 \"提醒\"",
    ];
    assert_eq!(found.facts, expected);
    let rejected = [
        "x:7 author no-author",
        "x:8 author unmapped-word",
        "x:9 kind unmapped-word",
        "x:10 at bad-time",
        "x:12 - field-count",
    ];
    assert_eq!(found.rejected, rejected);
    let mapping = found.report.sources[0].mapping.clone().unwrap();
    assert_eq!((mapping.header, mapping.unused), (Some(2), vec!["备注".to_owned()]));
    assert!(mapping.matched.contains(&("发送时间".into(), "at")));
}

#[test]
fn what_is_given_with_the_call_stands_before_the_row() {
    let text = "time,platform,shop,buyer,role,content\n\
                2026-05-01 09:00:00,jd,s9,b1,customer,hi\n";
    let found = good(profile("messages", &[]), text);
    assert_eq!(found.facts, ["2026-05-01 09:00:00 b1 buyer \"hi\""]);
    let set = [("buyer", "b2"), ("zone", "UTC"), ("account", "a1")];
    let found = good(profile("messages", &set), text);
    assert_eq!(found.facts, ["2026-05-01 17:00:00 b2 buyer by=a1 \"hi\""]);
    let missing = "time,buyer,role\n2026-05-01 09:00:00,b1,customer\n";
    let error = outcome(profile("messages", SHOP), &[source("x.csv", missing)]).err().unwrap();
    let said = error.message(Lang::En);
    assert!(said.contains("`platform`") && !said.contains("`shop`"), "{said}");
}

/// The columns as the public set of citizens' letters has them; the rows are made up.
#[test]
fn questions_and_answers_with_every_kind_of_time() {
    let header =
        ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"];
    let rows = vec![
        header.map(C::T).to_vec(),
        vec![
            C::F(1.0),
            C::T("u1"),
            C::N,
            C::T("2026/5/1 9:32:09"),
            C::T("问一"),
            C::T("答一"),
            C::T("2026/5/9 9:00:00"),
        ],
        vec![C::F(2.0), C::S(0), C::N, C::D(46143.5), C::T("问二"), C::S(1), C::F(46144.25)],
        vec![C::F(3.0), C::S(0), C::N, C::T("46143.5"), C::T("问三")],
        vec![C::F(4.0), C::S(0), C::N, C::D(46143.5), C::T("问四"), C::T("答四")],
        vec![C::F(5.0), C::S(0), C::N, C::E, C::T("问五"), C::T("答五"), C::D(46144.0)],
        vec![],
        vec![C::N, C::N, C::T("合计")],
    ];
    let bytes = xlsx(&[("Sheet1", rows, &[])], &["u2", "答二"]);
    let found = good(profile("question-answer", SHOP_AND_PLATFORM), bytes);
    let expected = [
        "2026-05-01 09:32:09 u1 buyer id=1 \"问一\"",
        "2026-05-09 09:00:00 u1 agent ref=1 \"答一\"",
        "2026-05-01 12:00:00 u2 buyer id=2 \"问二\"",
        "2026-05-02 06:00:00 u2 agent ref=2 \"答二\"",
        "2026-05-01 12:00:00 u2 buyer id=3 \"问三\"",
        "2026-05-01 12:00:00 u2 buyer id=4 \"问四\"",
        "2026-05-02 00:00:00 u2 agent ref=5 \"答五\"",
    ];
    assert_eq!(found.facts, expected);
    let rejected = ["x[Sheet1]:5 at missing-value", "x[Sheet1]:6 at cell-error"];
    assert_eq!(found.rejected, rejected);
}

#[test]
fn an_answer_without_a_time_of_its_own_comes_at_once() {
    let text = "时间,买家,问题,回答\n2026-05-01 09:00:00,b1,问,答\n2026-05-01 09:01:00,b1,问,\n";
    let found = good(profile("question-answer", SHOP_AND_PLATFORM), text);
    let expected = [
        "2026-05-01 09:00:00 b1 buyer \"问\"",
        "2026-05-01 09:00:00 b1 agent \"答\"",
        "2026-05-01 09:01:00 b1 buyer \"问\"",
    ];
    assert_eq!(found.facts, expected);
}

#[test]
fn a_workbook_with_a_sheet_a_customer() {
    let header =
        ["客户名", "消息序号", "发送时间", "发送内容", "发送账号", "账号类型"].map(C::T).to_vec();
    let one = vec![
        header.clone(),
        vec![
            C::T("tb1"),
            C::F(1.0),
            C::T("2026-05-01 09:00:00"),
            C::T("在吗"),
            C::T("tb1"),
            C::T("客户"),
        ],
        vec![C::N, C::F(2.0), C::D(46143.375), C::T("推荐"), C::T("某店:服务助手"), C::T("客服")],
        vec![C::N, C::F(3.0), C::D(46143.5), C::T("您好"), C::T("某店:小美"), C::T("客服")],
    ];
    let two = vec![
        header,
        vec![C::T("tb2"), C::F(1.0), C::T("五月一日"), C::T("在吗"), C::T("tb2"), C::T("客户")],
    ];
    let summary = vec![vec![C::T("客户名"), C::T("发送时间")], vec![C::T("tb1"), C::F(3.0)]];
    let sheets = [("tb1", one, &["A2:A4"] as &[_]), ("导出汇总", summary, &[]), ("tb2", two, &[])];
    let found = good(profile("qianniu-xlsx", SHOP), xlsx(&sheets, &[]));
    let expected = [
        "2026-05-01 09:00:00 tb1 buyer \"在吗\"",
        "2026-05-01 09:00:00 tb1 bot by=服务助手 \"推荐\"",
        "2026-05-01 12:00:00 tb1 agent by=小美 \"您好\"",
    ];
    assert_eq!(found.facts, expected);
    assert_eq!(found.rejected, ["x[tb2]:2 at bad-time"]);
    let names: Vec<&str> = found.report.sources.iter().map(|source| &*source.name).collect();
    assert_eq!(names, ["x[tb1]", "x[tb2]"]);
    assert_eq!(found.warnings, ["x: passed over, being no facts: 1 × `导出汇总`"]);
}

#[test]
fn a_workbook_with_a_whole_chat_in_a_cell() {
    let chat = "2026-05-01 09:00:00\ntb1：在吗\n有货吗\n2026-05-01 09:00:10\n某店:小美：有的：三件\n\
                2026-05-01 09:00:20\n没有发送者";
    let rows = vec![
        vec![C::T("客户ID"), C::T("聊天记录")],
        vec![C::T("tb1"), C::T(chat)],
        vec![C::T("tb2"), C::T("早\n2026-05-01 10:00:00\ntb3：在吗")],
    ];
    let bytes = xlsx(&[("Sheet1", rows, &[])], &[]);
    let found = good(profile("qianniu-xlsx-transcript", SHOP), bytes);
    let expected = [
        "2026-05-01 09:00:00 tb1 buyer \"在吗\\n有货吗\"",
        "2026-05-01 09:00:10 tb1 agent by=小美 \"有的：三件\"",
    ];
    assert_eq!(found.facts, expected);
    let rejected = [
        "x[Sheet1]:2 author no-author",
        "x[Sheet1]:3 at undated",
        "x[Sheet1]:3 author second-buyer",
    ];
    assert_eq!(found.rejected, rejected);
}

#[test]
fn jd_sessions_and_chat_logs() {
    let sessions = include_str!("../../../fuzz/intake-corpus/jd/ok-sessions.json");
    let found = good(profile("jd-dongdong", SHOP), sessions);
    let expected = [
        "2026-05-01 09:00:01 c1 buyer conv=r1 id=u1 \"在吗\"",
        "2026-05-01 09:00:02 c1 bot by=bot7 conv=r1 id=u2 \"您好\"",
        "2026-05-01 09:01:00 c1 closed conv=r1",
        "2026-05-01 09:01:00 c1 to-human conv=m1",
        "2026-05-01 09:01:00 c1 assigned by=w1 conv=m1",
        "2026-05-01 09:03:00 c1 transferred by=w2 from=w1 conv=m1",
        "2026-05-01 23:00:00 x2 left-message conv=m2",
    ];
    assert_eq!((found.facts, found.rejected), (expected.map(String::from).to_vec(), vec![]));
}

#[test]
fn jd_messages_that_are_recalled_assisted_or_broken() {
    let logs = include_str!("../../../fuzz/intake-corpus/jd/ok-messages.json");
    let found = good(profile("jd-dongdong", SHOP), logs);
    let expected = [
        "2026-05-01 09:01:05 c1 assist by=w1 conv=m1 id=u3 \"辅助\"",
        "2026-05-01 09:01:06 c1 buyer image conv=m1 id=u4",
        "2026-05-01 09:01:30 c1 recalled conv=m1 ref=u4",
    ];
    assert_eq!(found.facts, expected);
    let rejected = [
        "x:6 at missing-part",
        "x:7 at bad-time",
        "x:8 - unknown-record",
        "x:9 buyer missing-value",
    ];
    assert_eq!(found.rejected, rejected);
    assert_eq!(found.warnings, [""; 0]);
}

#[test]
fn jds_older_chat_logs_and_failed_calls() {
    let pages = include_str!("../../../fuzz/intake-corpus/jd/ok-legacy-pages.json");
    let found = good(profile("jd-dongdong", SHOP), pages);
    assert_eq!(found.facts, ["2026-05-01 09:01:05 c1 agent by=w1 conv=m1 \"好\""]);
    assert_eq!(found.rejected, ["x:2 - failed-call", "x:4 - not-json", "x:5 - not-an-object"]);
}

#[test]
fn wecom_messages_and_events() {
    let page = include_str!("../../../fuzz/intake-corpus/wecom/ok-pages.jsonl");
    let found = good(profile("wecom-sync-msg", &[]), page);
    let expected = [
        "2026-05-01 09:00:00 u1 buyer id=m1 \"在吗\"",
        "2026-05-01 09:00:01 u1 assigned by=zs id=e1",
        "2026-05-01 09:00:10 u1 agent image by=zs id=m2",
        "2026-05-01 09:00:20 u1 transferred by=ls from=zs id=e2",
        "2026-05-01 09:00:30 u1 recalled id=e3 ref=m1",
        "2026-05-01 09:00:40 u1 closed by=ls id=e4",
        "2026-05-01 09:00:50 - offline by=ls id=e5",
    ];
    assert_eq!(found.facts, expected);
    let rejected = ["x:10 author no-author", "x:11 fact unknown-record", "x:12 - failed-call"];
    assert_eq!(found.rejected, rejected);
    assert_eq!(found.warnings, ["x: passed over, being no facts: 1 × `enter_session`"]);
}

#[test]
fn objects_whose_keys_are_mapped() {
    let toml = r#"
        name = { zh = "自定义", en = "mine" }
        format = "json"
        time = ["epoch-ms", "rfc3339"]
        [columns]
        at = "ts"
        buyer = ["user.id", "uid"]
        author = "from"
        text = "body"
        id = "mid"
        [authors.words]
        c = "buyer"
        a = "agent"
    "#;
    let mut mine = Profile::parse(toml.as_bytes(), "mine.toml").unwrap();
    for (key, value) in SHOP_AND_PLATFORM {
        mine.set(key, value).unwrap();
    }
    let text = r#"{"data":{"items":[
        {"ts":1777597200000,"user":{"id":12345678901234567890},"from":"c","body":"在吗","mid":7},
        {"ts":"2026-05-01T01:00:05Z","uid":"u2","from":"a","body":null},
        {"ts":"上午","uid":"u2","from":"a"},
        {"ts":1777597200000,"uid":"u2","from":"z"}]}}"#;
    let found = good(mine, text);
    let expected = [
        "2026-05-01 09:00:00 12345678901234567890 buyer id=7 \"在吗\"",
        "2026-05-01 09:00:05 u2 agent",
    ];
    assert_eq!(found.facts, expected);
    assert_eq!(found.rejected, ["x:4 at bad-time", "x:5 author unmapped-word"]);
}

#[test]
fn chatwoot_events() {
    let events = include_str!("../../../fuzz/intake-corpus/chatwoot/ok-events.jsonl");
    let found = good(profile("chatwoot-webhook", &[]), events);
    let expected = [
        "2026-05-01 09:00:00 55 buyer conv=7 id=1 \"hi\"",
        "2026-05-01 09:00:01 55 auto conv=7 id=2 \"welcome\"",
        "2026-05-01 09:00:02 55 bot by=9 conv=7 id=3 \"b\"",
        "2026-05-01 09:00:04 55 agent image by=2 conv=7 id=5",
        "2026-05-01 09:00:08 55 recalled conv=7 ref=5",
        "2026-05-01 09:01:00 55 to-human conv=7",
        "2026-05-01 09:01:00 55 assigned by=2 conv=7",
        "2026-05-01 09:01:00 55 closed conv=7",
    ];
    assert_eq!(found.facts, expected);
    assert_eq!(found.report.duplicates, 1);
    let rejected = ["x:13 fact unknown-record", "x:14 - not-json", "x:15 author no-author"];
    assert_eq!(found.rejected, rejected);
    assert_eq!(found.warnings.len(), 3, "{:?}", found.warnings);
}

/// The same chat copied twice, the second time with what came after it.
#[test]
fn overlapping_sources_do_not_count_twice() {
    let early = "tb1 2026-5-1 09:00:00\n在吗\ntb1 2026-5-1 09:00:00\n在吗\n";
    let late = format!("{early}某店:小美 2026-5-1 09:00:30\n在\n");
    let sources = [source("a", early), source("b", &late), source("c", early)];
    let found = outcome(profile("qianniu-clipboard", SHOP), &sources).unwrap();
    assert_eq!((found.report.facts, found.report.duplicates), (3, 4));
    let rows = |n: usize| -> Vec<u8> {
        let row = |text| vec![C::T("tb1"), C::T("2026-05-01 09:00:00"), C::T(text), C::T("买家")];
        let all = [row("一"), row("一"), row("二")];
        let header = ["客户名", "发送时间", "发送内容", "账号类型"].map(C::T).to_vec();
        let rows = std::iter::once(header).chain(all.into_iter().take(n)).collect();
        xlsx(&[("tb1", rows, &[])], &[])
    };
    let sources = [source("a.xlsx", rows(2)), source("b.xlsx", rows(3))];
    let found = outcome(profile("qianniu-xlsx", SHOP), &sources).unwrap();
    assert_eq!((found.report.facts, found.report.duplicates), (3, 2));
}

#[test]
fn what_is_no_such_source_ends_in_an_error() {
    let zip = workbook::zip(&[("a.txt".into(), "x".into())]);
    let book = xlsx(&[("S", vec![vec![C::T("客户ID"), C::T("聊天记录")]], &[])], &[]);
    let cut = &book[..book.len() / 2];
    let cases: Vec<(&str, &[u8], &str)> = vec![
        ("messages", b"", "is empty"),
        ("messages", b"\n \r\n", "is empty"),
        ("messages", b"a,b,c\n1,2,3\n", "finds no `at` (a column at, 时间"),
        ("messages", &zip, "not readable as xlsx"),
        ("messages", cut, "not readable as xlsx"),
        ("messages", b"%PDF-1.4 ...", "is no log: found a PDF"),
        ("messages", b"\xd0\xcf\x11\xe0 ....", "an old Excel"),
        ("messages", b"caf\xe9,\xfc\xff,\xe4\n", "seems to be in ISO-8859-1"),
        ("qianniu-xlsx", b"a,b\n", "is not what the profile reads (`xlsx`)"),
        ("qianniu-xlsx", &book, "finds no `at`"),
        ("qianniu-clipboard", &book, "is not what the profile reads (`qianniu-clipboard`)"),
        ("qianniu-xlsx-transcript", &book, "`shop` (pass `--set shop=…`)"),
    ];
    for (name, bytes, expected) in cases {
        let set: &[_] = if name == "qianniu-xlsx-transcript" { &[] } else { SHOP_AND_PLATFORM };
        let error = outcome(profile(name, set), &[source("x", bytes)]).err().expect(expected);
        let said = error.message(Lang::En);
        assert!(said.contains(expected), "{name}: {said}");
        assert!(!error.message(Lang::Zh).is_empty());
    }
    for name in ["qianniu-clipboard", "jd-dongdong"] {
        let error = outcome(profile(name, &[]), &[source("x", "x")]).err().unwrap();
        assert!(error.message(Lang::En).contains("`--set shop=…`"));
    }
}

#[test]
fn what_cannot_be_given_is_told() {
    let mut profile = Profile::shipped("messages").unwrap();
    let said = |problem: intake::profile::SetProblem| problem.message(Lang::En);
    assert!(said(profile.set("shpo", "s1").unwrap_err()).contains("did you mean `shop`?"));
    for (key, value) in [("zone", "Mars"), ("encoding", "big5"), ("author", "boss"), ("shop", "")] {
        assert!(said(profile.set(key, value).unwrap_err()).starts_with(&format!("`{key}` cannot")));
    }
    assert_eq!(Profile::suggestion("mesages"), Some("messages"));
    assert!(Profile::shipped("mine").is_none());
}

/// A panel may be a workbook: texts keep what the panel printed, numbers are taken as written.
#[test]
fn a_panel_in_a_workbook() {
    let header = ["店铺", "指标", "开始日期", "结束日期", "数值", "样本数"].map(C::T).to_vec();
    let row = |value: C, samples: C| {
        let (from, to) = (C::T("2026-07-03"), C::T("2026-08-01"));
        vec![C::T("s1"), C::T("taobao/human-reply-3m"), from, to, value, samples]
    };
    let rows = vec![header, row(C::T("99.85%"), C::F(1_234.0)), row(C::T("viel"), C::T(""))];
    let other = vec![
        vec![C::T("shop"), C::T("metric"), C::T("day"), C::T("value")],
        vec![C::T("s2"), C::T("jd/reply-time"), C::T("2026-08-01"), C::T("10.5s")],
    ];
    let bytes = xlsx(&[("淘宝", rows, &[]), ("jd", other, &[])], &[]);
    let book = |bytes: &[u8]| {
        let source = Source::Bytes { name: "panel.xlsx".into(), bytes: bytes.to_vec() };
        intake::workbook::Workbook::open(&source).unwrap()
    };
    let read = intake::panel::from_workbook(&mut book(&bytes), "panel.xlsx").unwrap().unwrap();
    let figures: Vec<String> = read
        .figures
        .iter()
        .map(|one| format!("{} {} {} {:?}", one.shop, one.metric, one.value, one.samples))
        .collect();
    assert_eq!(
        figures,
        ["s1 taobao/human-reply-3m 99.85% Some(1234)", "s2 jd/reply-time 10.5s None"]
    );
    assert_eq!(read.rejected, 1);
    let told = read.problems[0].message(intake::Lang::En);
    assert!(told.starts_with("panel.xlsx[淘宝]:3: `value`"), "{told}");
    let wrong = xlsx(&[("x", vec![vec![C::T("指标"), C::T("谁")]], &[])], &[]);
    let problems = intake::panel::from_workbook(&mut book(&wrong), "x.xlsx").unwrap().unwrap_err();
    assert!(problems.len() >= 3, "an unknown column, and three missing: {problems:?}");
}

/// Who wrote a JD message is told by a mark; one that is neither yes nor no is not guessed.
#[test]
fn a_jd_message_of_neither_side_is_left_out() {
    let marks = ["true", "0", "2", "[]"];
    let message = |(at, mark)| {
        format!(
            "{{\"sid\":\"m1\",\"customer\":\"c1\",\"waiter\":\"w1\",\"waiterSend\":{mark},\
             \"createdTime\":\"2026-05-01 09:00:00\",\"content\":\"x\",\"uuid\":\"u{at}\"}}\n"
        )
    };
    let all: String = marks.into_iter().enumerate().map(message).collect();
    let found = good(profile("jd-dongdong", SHOP), all);
    let authors: Vec<&str> = found.facts.iter().filter_map(|fact| fact.split(' ').nth(3)).collect();
    assert_eq!(authors, ["agent", "buyer"]);
    assert_eq!(found.rejected, ["x:3 author no-author", "x:4 author no-author"]);
}

#[test]
fn rows_stand_beside_why_they_were_rejected() {
    let row = |time, text| vec![C::T("tb1"), C::T(time), C::T(text), C::T("买家")];
    let header = || ["客户名", "发送时间", "发送内容", "账号类型"].map(C::T).to_vec();
    let first = vec![header(), row("2026-05-01 09:00:00", "在吗")];
    let second = vec![header(), row("昨天", "=1+1"), row("前天", "\"发\",了吗")];
    let bytes = xlsx(&[("周一", first, &[]), ("周二", second, &[])], &[]);
    let folder = std::env::temp_dir().join(format!("yingda-originals-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (list, to) = (folder.join("rejected.csv"), folder.join("rejected.new"));
    let (source, profile) = (source("x.xlsx", bytes), profile("qianniu-xlsx", SHOP));
    let mut files = intake::RejectsFiles::single(1, list.clone(), Lang::En);
    let rejected = outcome(profile.clone(), std::slice::from_ref(&source)).unwrap().rejected;
    assert!(rejected.len() == 2 && rejected[1].starts_with("x.xlsx[周二]:3"), "{rejected:?}");
    // A row that no reading found, as one that the store refuses, has nothing beside it.
    for fields in [
        ["x.xlsx[周二]", "2", "at", "bad-time", "some other text", "a time"],
        ["x.xlsx[周二]", "3", "at", "bad-time", "some other text", "a time"],
        ["x.xlsx", "9", "id", "id-conflict", "=x", ""],
    ] {
        files.write_fields(0, &fields.map(str::to_owned)).unwrap();
    }
    files.finish().unwrap();
    intake::add_originals(&list, &to, &source, Some(&profile)).unwrap();
    let text = std::fs::read_to_string(&to).unwrap();
    let rows: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(rows[0], "\u{feff}source,line,column,reason,found,expected,row");
    assert!(
        rows[1].starts_with("x.xlsx[周二],2,at,") && rows[1].ends_with(",tb1\t昨天\t=1+1\t买家")
    );
    assert!(rows[2].ends_with(",\"tb1\t前天\t\"\"发\"\",了吗\t买家\""), "{}", rows[2]);
    assert_eq!(rows[3], "x.xlsx,9,id,id-conflict,'=x,,");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing else is left");
    std::fs::remove_dir_all(&folder).unwrap();
}
