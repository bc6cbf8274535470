//! What a writer of rulebooks reads when something is wrong.
#![allow(clippy::unwrap_used)]

use rulebook::{Catalogue, Lang, Paint};

const HEAD: &str = "name = { zh = \"甲\", en = \"X\" }\nsummary = { zh = \"乙\", en = \"Y\" }\n\n\
    [[edition]]\nid = \"one\"\nsource = [\"own-definition\"]\nconfidence = \"reading\"\n";
const AXES: &str = "sample = \"round\"\nauthors = { agent = \"answers\" }\nfigure = \"share\"\n\
    period = \"day\"\n";

/// What is said of an edition with these lines after its sources.
fn said(lines: &str, lang: Lang) -> String {
    let text = format!("{HEAD}{lines}");
    let loaded = Catalogue::shipped().extended([("generic/x/rule.toml", text)]);
    loaded.diagnostics.render(lang, Paint::Plain)
}

#[test]
fn a_length_in_words() {
    let lines = format!("{AXES}within = \"三分钟\" # 三分钟，应为 180s\n");
    insta::assert_snapshot!(said(&lines, Lang::En), @r##"
    error[Y007]: `within` is not a length of time
      --> generic/x/rule.toml:12:10
       |
    12 | within = "三分钟" # 三分钟，应为 180s
       |          ^^^^^^^^ expected a whole number with `ms`, `s`, `m` or `h`, at most 31 days
       |
       = help: three minutes are written `within = "180s"`
    "##);
    insta::assert_snapshot!(said(&lines, Lang::Zh), @r##"
    错误[Y007]: `within` 不是时长
      --> generic/x/rule.toml:12:10
       |
    12 | within = "三分钟" # 三分钟，应为 180s
       |          ^^^^^^^^ 应为整数加 `ms`、`s`、`m` 或 `h`，最多 31 天
       |
       = 办法: 三分钟写作 `within = "180s"`
    "##);
}

/// The mark stands under the value although the comment before it is wide.
#[test]
fn a_wide_line() {
    let lines =
        format!("{AXES}hours = {{ from = \"八点\", to = \"二十三点\" }} # 时段\nwithin = \"3m\"\n");
    insta::assert_snapshot!(said(&lines, Lang::Zh), @r##"
    错误[Y008]: `八点` 不是时刻
      --> generic/x/rule.toml:12:18
       |
    12 | hours = { from = "八点", to = "二十三点" } # 时段
       |                  ^^^^^^ 应为 `HH:MM` 或 `HH:MM:SS`，最晚 `24:00`

    错误[Y008]: `二十三点` 不是时刻
      --> generic/x/rule.toml:12:29
       |
    12 | hours = { from = "八点", to = "二十三点" } # 时段
       |                               ^^^^^^^^^^ 应为 `HH:MM` 或 `HH:MM:SS`，最晚 `24:00`
    "##);
}

#[test]
fn a_misspelt_key_and_word() {
    let lines = format!("{AXES}witin = \"180s\"\nwithin = \"180s\"\nper = \"acount\"\n");
    insta::assert_snapshot!(said(&lines, Lang::En), @r##"
    error[Y003]: there is no key `witin` here
      --> generic/x/rule.toml:12:1
       |
    12 | witin = "180s"
       | ^^^^^ not a known key
       |
       = help: did you mean `within`?

    error[Y006]: `per` cannot be `acount`
      --> generic/x/rule.toml:14:7
       |
    14 | per = "acount"
       |       ^^^^^^^^ expected one of `shop`, `account`
       |
       = help: did you mean `account`?
    "##);
}

#[test]
fn a_key_given_twice_shows_both() {
    let lines = format!(
        "{AXES}hours = {{ from = \"08:00\", to = \"23:00\" }}\n\
         within = \"180s\"\nwithin = \"60s\" # 改了\n"
    );
    insta::assert_snapshot!(said(&lines, Lang::En), @r##"
    error[Y002]: `within` is given twice
      --> generic/x/rule.toml:14:1
       |
    13 | within = "180s"
       | ------ first given here
    14 | within = "60s" # 改了
       | ^^^^^^ given again here
       |
       = help: keep one of the two
    "##);
    insta::assert_snapshot!(said(&lines, Lang::Zh), @r##"
    错误[Y002]: `within` 写了两次
      --> generic/x/rule.toml:14:1
       |
    13 | within = "180s"
       | ------ 第一次写在这里
    14 | within = "60s" # 改了
       | ^^^^^^ 这里又写了一次
       |
       = 办法: 两处只留一处
    "##);
}

#[test]
fn missing_keys() {
    let lines = "sample = \"round\"\nfigure = \"share\"\n";
    insta::assert_snapshot!(said(lines, Lang::En), @r##"
    error[Y004]: `authors` is missing
     --> generic/x/rule.toml:4:1
      |
    4 | [[edition]]
      | ^^^^^^^^^^^ `authors` is required here
      |
      = help: for example `authors = { agent = "answers", bot = "removes" }`

    error[Y004]: `period` is missing
     --> generic/x/rule.toml:4:1
      |
    4 | [[edition]]
      | ^^^^^^^^^^^ `period` is required here
      |
      = help: for example `period = { days = 30, lag = 1 }`
    "##);
}

#[test]
fn no_toml() {
    let lines = format!("{AXES}within = 三分钟\nper = \"shop\nrecalled = \"stay\"\n");
    insta::assert_snapshot!(said(&lines, Lang::En), @r##"
    error[Y001]: the text is not TOML: string values must be quoted, expected literal string
      --> generic/x/rule.toml:12:10
       |
    12 | within = 三分钟
       |          ^^^^^^ not understood from here

    error[Y001]: the text is not TOML: invalid basic string, expected `"`
      --> generic/x/rule.toml:13:12
       |
    13 | per = "shop
       |            ^ not understood from here

    error[Y006]: `recalled` cannot be `stay`
      --> generic/x/rule.toml:14:12
       |
    14 | recalled = "stay"
       |            ^^^^^^ expected one of `never-sent`, `stays`
       |
       = help: did you mean `stays`?
    "##);
    insta::assert_snapshot!(said(&lines, Lang::Zh), @r##"
    错误[Y001]: 不是合法的 TOML：文字要加引号，应为 单引号文字
      --> generic/x/rule.toml:12:10
       |
    12 | within = 三分钟
       |          ^^^^^^ 从这里起无法理解

    错误[Y001]: 不是合法的 TOML：双引号文字不合法，应为 `"`
      --> generic/x/rule.toml:13:12
       |
    13 | per = "shop
       |            ^ 从这里起无法理解

    错误[Y006]: `recalled` 不能是 `stay`
      --> generic/x/rule.toml:14:12
       |
    14 | recalled = "stay"
       |            ^^^^^^ 应为 `never-sent`、`stays` 之一
       |
       = 办法: 是不是想写 `stays`？
    "##);
}

#[test]
fn a_share_without_a_limit() {
    insta::assert_snapshot!(said(AXES, Lang::En), @r##"
    error[Y017]: a share needs a limit
      --> generic/x/rule.toml:10:1
       |
    10 | figure = "share"
       | ^^^^^^ does not go together
       |
       = help: write `within = "180s"`, or `within = "none"` where answered at all is on time
    "##);
    insta::assert_snapshot!(said(AXES, Lang::Zh), @r##"
    错误[Y017]: 比率类指标必须有时限
      --> generic/x/rule.toml:10:1
       |
    10 | figure = "share"
       | ^^^^^^ 互相矛盾
       |
       = 办法: 写 `within = "180s"`；有回复即达标的写 `within = "none"`
    "##);
}

#[test]
fn a_key_without_effect() {
    let lines = format!("{AXES}within = \"180s\"\njudge = \"any\"\n");
    insta::assert_snapshot!(said(&lines, Lang::En), @r##"
    error[Y018]: `judge` has no effect here
      --> generic/x/rule.toml:13:1
       |
    13 | judge = "any"
       | ^^^^^ bears only on `conversation` and `buyer-day` samples
       |
       = help: leave it out
    "##);
}

#[test]
fn readings_that_exclude_each_other() {
    let lines = format!(
        "{AXES}within = \"180s\"\nper = \"account\"\n\
         hours = {{ from = \"08:00\", to = \"23:00\" }}\n\
         readings = [\"R1\", \"R18\"]\n\n\
         [edition.reading.R1]\nquestion = {{ zh = \"问\", en = \"q\" }}\nchoice = \"on-time\"\n\
         alternative.late = {{ at-limit = \"late\" }}\n\n\
         [edition.reading.R18]\nquestion = {{ zh = \"问\", en = \"q\" }}\nchoice = \"question\"\n\
         alternative.start = {{ hours = {{ test = \"conversation-start\" }} }}\n"
    );
    insta::assert_snapshot!(said(&lines, Lang::En), @r##"
    error[Y017]: the start of a conversation belongs to no account: a transfer opens samples later
      --> generic/x/rule.toml:25:13
       |
    25 | alternative.start = { hours = { test = "conversation-start" } }
       |             ^^^^^ with `R18=start`
       |
       = help: write `test = "question"`, or `per = "shop"`
    "##);
    insta::assert_snapshot!(said(&lines, Lang::Zh), @r##"
    错误[Y017]: 会话的开始不属于任何账号，而转交会在之后另开样本
      --> generic/x/rule.toml:25:13
       |
    25 | alternative.start = { hours = { test = "conversation-start" } }
       |             ^^^^^ 选 `R18=start` 时
       |
       = 办法: 写 `test = "question"`，或 `per = "shop"`
    "##);
}

#[test]
fn editions_out_of_order() {
    let text = format!(
        "{HEAD}{AXES}within = \"180s\"\n\n\
         [[edition]]\nfrom = 2022-03-01\nsource = [\"own-definition\"]\n\
         confidence = \"reading\"\n{AXES}within = \"60s\"\n\n\
         [[edition]]\nfrom = 2021-03-01\nsource = [\"own-defintion\"]\n\
         confidence = \"reading\"\n{AXES}within = \"60s\"\n"
    );
    let loaded = Catalogue::shipped().extended([("generic/x/rule.toml", text)]);
    insta::assert_snapshot!(loaded.diagnostics.render(Lang::En, Paint::Plain), @r##"
    error[Y013]: editions are out of order
      --> generic/x/rule.toml:25:1
       |
    15 | from = 2022-03-01
       | ---- after this edition
    ...
    25 | from = 2021-03-01
       | ^^^^ expected a later day
       |
       = help: write dated editions from the earliest to the latest, then those `as-told`

    error[Y019]: there is no source `own-defintion`
      --> generic/x/rule.toml:26:11
       |
    26 | source = ["own-defintion"]
       |           ^^^^^^^^^^^^^^^ not in `sources.toml`
       |
       = help: did you mean `own-definition`?
    "##);
    assert!(loaded.catalogue.metric("generic/x").is_none());
}

#[test]
fn not_utf8() {
    let mut bytes = HEAD.as_bytes().to_vec();
    bytes.extend(b"sample = \"\xb2\xe2\"\n");
    let loaded = Catalogue::shipped().extended([("generic/x/rule.toml", bytes)]);
    insta::assert_snapshot!(loaded.diagnostics.render(Lang::En, Paint::Plain), @r##"
    error[Y021]: the file is not UTF-8
     --> generic/x/rule.toml:8:11
      |
    8 | sample = "��"
      |           ^ not UTF-8 from here
      |
      = help: save it as UTF-8
    "##);
}

#[test]
fn a_file_in_the_wrong_place() {
    let loaded = Catalogue::shipped().extended([("rule.toml", HEAD)]);
    insta::assert_snapshot!(loaded.diagnostics.render(Lang::Zh, Paint::Plain), @r##"
    错误[Y022]: 从路径看不出这是什么文件
     --> rule.toml:1:1
      |
    1 | name = { zh = "甲", en = "X" }
      | ^ 应为 `<平台>/<指标>/rule.toml`、`<平台>/platform.toml` 或 `sources.toml`
      |
      = 办法: 请移动或改名
    "##);
}

#[test]
fn colours_are_only_added_on_request() {
    let loaded = Catalogue::shipped().extended([("rule.toml", HEAD)]);
    assert!(!loaded.diagnostics.to_string().contains('\u{1b}'));
    assert!(loaded.diagnostics.render(Lang::En, Paint::Coloured).contains('\u{1b}'));
}

#[test]
fn picks_that_an_edition_does_not_allow() {
    let taobao = Catalogue::shipped().metric("taobao/human-reply-3m").unwrap();
    let edition = taobao.edition("2022-03-01").unwrap();
    let said = |picks: &[(&str, &str)], lang| edition.rule(picks).unwrap_err().message(lang);
    let mut all = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        all.push(said(&[("R7", "x")], lang));
        all.push(said(&[("R13", "first")], lang));
        all.push(said(&[("R6", "forget")], lang));
        all.push(said(&[("R6", "drop"), ("R6", "miss")], lang));
    }
    insta::assert_snapshot!(all.join("\n").replace("; open are", ";\n  open are"), @r##"
    reading `R7` is not open in this edition: it has no switch here;
      open are `R1`, `R2`, `R3`, `R6`, `R9`, `R11`, `R25`
    reading `R13` is not open in this edition: it does not bear on it;
      open are `R1`, `R2`, `R3`, `R6`, `R9`, `R11`, `R25`
    reading `R6` has no answer `forget`: pick one of `miss`, `drop-if-answered-later`, `drop`
    reading `R6` is picked twice: pick one answer
    读法 `R7` 在这一版里不可选（没有开关）；可选的有：`R1`、`R2`、`R3`、`R6`、`R9`、`R11`、`R25`
    读法 `R13` 在这一版里不可选（与它无关）；可选的有：`R1`、`R2`、`R3`、`R6`、`R9`、`R11`、`R25`
    读法 `R6` 没有 `forget` 这个选项：请从 `miss`、`drop-if-answered-later`、`drop` 中选
    读法 `R6` 选了两次：只能选一个
    "##);
}
