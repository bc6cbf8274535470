//! Standards as they are read, and what a writer of them reads when something is wrong.
#![allow(clippy::unwrap_used)]

use metric::{Condition, Lasts, Minimum, Often, Over, Period, Rhythm, Role};
use rulebook::{Catalogue, Lang, Paint};

const HEAD: &str = "[[standard]]\nid = \"x\"\nname = { zh = \"甲\", en = \"X\" }\n\
    source = [\"own-definition\"]\nconfidence = \"reading\"\n";

/// What is said of a standard with these lines after its sources.
fn said(lines: &str, lang: Lang) -> String {
    let text = format!("{HEAD}{lines}");
    let loaded = Catalogue::shipped().extended([("taote/standards.toml", text)]);
    loaded.diagnostics.render(lang, Paint::Plain)
}

#[test]
fn a_line_without_a_comparison() {
    let lines = "metric = \"taote/reply-3m\"\nline = \"40%\" # 四成\n";
    insta::assert_snapshot!(said(lines, Lang::En), @r##"
    error[Y028]: `40%` is not a line
     --> taote/standards.toml:7:8
      |
    7 | line = "40%" # 四成
      |        ^^^^^ expected `>=`, `>`, `<=` or `<` and a share (`70%`) or a length (`40s`)
      |
      = help: for example `line = ">= 70%"`
    "##);
    insta::assert_snapshot!(said(lines, Lang::Zh), @r##"
    错误[Y028]: `40%` 不是一条线
     --> taote/standards.toml:7:8
      |
    7 | line = "40%" # 四成
      |        ^^^^^ 应为 `>=`、`>`、`<=` 或 `<`，加比率（`70%`）或时长（`40s`）
      |
      = 办法: 例如 `line = ">= 70%"`
    "##);
}

#[test]
fn a_line_in_another_unit() {
    let lines = "metric = \"taote/reply-3m\"\nline = \"< 40s\"\n";
    insta::assert_snapshot!(said(lines, Lang::En), @r##"
    error[Y017]: the line is not in the unit of `taote/reply-3m`
     --> taote/standards.toml:7:1
      |
    7 | line = "< 40s"
      | ^^^^ does not go together
      |
      = help: write a share, as `>= 70%`
    "##);
}

#[test]
fn a_misspelt_metric_and_sanction() {
    let lines = "metric = \"taote/reply-3\"\nline = \">= 40%\"\n\
        [[standard.consequence]]\nwhat = \"demotion\"\nlasts = \"while-failng\"\n";
    insta::assert_snapshot!(said(lines, Lang::En), @r##"
    error[Y027]: there is no metric `taote/reply-3` here
     --> taote/standards.toml:6:10
      |
    6 | metric = "taote/reply-3"
      |          ^^^^^^^^^^^^^^^ not in the rulebooks
      |
      = help: did you mean `taote/reply-3m`?

    error[Y006]: `lasts` cannot be `while-failng`
      --> taote/standards.toml:10:9
       |
    10 | lasts = "while-failng"
       |         ^^^^^^^^^^^^^^ expected one of `once`, `while-failing`
       |
       = help: did you mean `while-failing`?
    "##);
    let other = "metric = \"taobao/human-reply-3m\"\nline = \">= 40%\"\n";
    insta::assert_snapshot!(said(other, Lang::Zh), @r##"
    错误[Y027]: 这里没有 `taobao/human-reply-3m`
     --> taote/standards.toml:6:10
      |
    6 | metric = "taobao/human-reply-3m"
      |          ^^^^^^^^^^^^^^^^^^^^^^^ 规则里没有
      |
      = 办法: 现有：`taote/reply-3m`
    "##);
}

#[test]
fn a_month_that_is_checked_every_day() {
    let lines = "metric = \"taote/reply-3m\"\nline = \">= 40%\"\nover = \"month\"\n";
    insta::assert_snapshot!(said(lines, Lang::En), @r##"
    error[Y017]: what it looks at changes `monthly`, and is checked `daily`
     --> taote/standards.toml:8:1
      |
    8 | over = "month"
      | ^^^^ does not go together
      |
      = help: write `check = "monthly"`
    "##);
    insta::assert_snapshot!(said(lines, Lang::Zh), @r##"
    错误[Y017]: 所看的窗口按 `monthly` 更换，却按 `daily` 检查
     --> taote/standards.toml:8:1
      |
    8 | over = "month"
      | ^^^^ 互相矛盾
      |
      = 办法: 写 `check = "monthly"`
    "##);
}

#[test]
fn a_season_that_is_not_there() {
    let lines = "metric = \"taote/reply-3m\"\nline = \">= 40%\"\nseason = [\"double-11\"]\n";
    insta::assert_snapshot!(said(lines, Lang::En), @r##"
    error[Y030]: there is no season `double-11`
     --> taote/standards.toml:8:11
      |
    8 | season = ["double-11"]
      |           ^^^^^^^^^^^ not in this file
    "##);
}

/// Every key of the right file of the corpus arrives where it belongs.
#[test]
fn every_key_arrives() {
    let files = [
        (
            "sources.toml",
            "[[source]]\nkey = 'S1'\ntitle = 'one'\nwhere = { zh = '此处', en = 'here' }\n\
             date = 'undated'\nconfidence = 'article'\n",
        ),
        ("x/platform.toml", "name = { zh = '甲', en = 'X' }\ntime-zone = 'Asia/Shanghai'\n"),
        (
            "x/y/rule.toml",
            "name = { zh = '甲', en = 'X' }\nsummary = { zh = '乙', en = 'Y' }\n[[edition]]\n\
             id = 'one'\nsource = ['S1']\nconfidence = 'article'\nsample = 'round'\n\
             authors.agent = 'answers'\nwithin = '180s'\nfigure = 'share'\nperiod = 'day'\n",
        ),
        ("x/standards.toml", include_str!("../../../fuzz/rulebook-corpus/standards-right.toml")),
    ];
    let catalogue = Catalogue::from_files(files).into_result().unwrap();
    let source = catalogue.source("S1").unwrap();
    let in_both =
        |text: &rulebook::Text| [Lang::En, Lang::Zh].map(|lang| text.get(lang).to_owned());
    assert_eq!(in_both(&source.title), ["one", "one"]);
    assert_eq!(in_both(&source.place), ["here", "此处"]);
    let all: Vec<_> = catalogue.standards("x").collect();
    let one = &all[0].standard;
    assert_eq!((one.id.as_str(), one.metric.as_str(), one.role), ("one", "x/y", Role::Requirement));
    assert_eq!(one.minimum, Some(Minimum::AtLeast(100)));
    assert_eq!(one.conditions.len(), 5);
    assert_eq!(one.conditions[4], Condition::Orders(10));
    assert_eq!(one.seasons[0].id, "sale");
    let kinds: Vec<String> = one
        .consequences
        .iter()
        .map(|c| {
            format!("{} {:?} {:?} {:?} may {}", c.what.word(), c.amount, c.begins, c.lasts, c.may)
        })
        .collect();
    insta::assert_snapshot!(kinds.join("\n"), @r##"
    points Some(Points { class: Some(A), tenths: 5, week_cap: Some(50) }) OnDay(20) Once may false
    fine Some(Yuan(1000, 3000)) After(1) Once may true
    demotion None After(0) Passes(3) may false
    flow-limit None After(0) Days(3) may false
    "##);
    assert_eq!(one.consequences[0].to, Some("2022-09-30".parse().unwrap()));
    assert_eq!(one.consequences[1].repeated, Some(Often { at_least: 2, days: 30 }));
    assert_eq!(one.consequences[1].combined, Some(Often { at_least: 1, days: 30 }));
    assert_eq!(one.consequences[2].recovery, Some("> 75%".parse().unwrap()));
    let others: Vec<_> = all[0].open[0].alternatives.iter().map(|(_, other)| other).collect();
    assert_eq!(others[0].minimum, Some(Minimum::MoreThan(100)));
    assert_eq!(others[1].lines[0].to_string(), "> 70%");
    let grades = &all[1].standard;
    assert_eq!(grades.over, Some(Over::HalfMonth));
    assert_eq!(grades.except_seasons.len(), 1);
    assert_eq!((grades.lines.len(), all[1].grades[1].en.as_str()), (2, "good"));
    let gate = &all[2].standard;
    assert_eq!((gate.each_of, gate.rhythm), (3, Rhythm::OnApplication));
    assert_eq!(gate.consequences[0].lasts, Lasts::Once);
    let told = &all[3].standard;
    assert_eq!(told.rhythm, Rhythm::Monthly { day: 20 });
    assert_eq!(told.over, Some(Over::Period(Period::MONTH)));
    assert!(told.lines.is_empty());
}

/// A file of one's own replaces the standards of its platform, and no others.
#[test]
fn standards_of_ones_own() {
    let text = format!("{HEAD}metric = \"taote/reply-3m\"\nline = \">= 99%\"\n");
    let loaded = Catalogue::shipped().extended([("taote/standards.toml", text)]);
    let catalogue = loaded.into_result().unwrap();
    assert_eq!(catalogue.standards("taote").count(), 1);
    assert_eq!(
        catalogue.standards("taobao").count(),
        Catalogue::shipped().standards("taobao").count()
    );
}
