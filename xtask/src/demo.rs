//! A first look: figures of a small log, the proof of one, and what to try next.

use std::env;
use std::process::{Command, ExitCode};

use crate::generated;
use crate::step::say;

const LOG: &str = "examples/small-shop.csv";

/// What is shown: a title in English and Chinese, and the arguments of `yingda`.
const SHOWN: &[(&str, &str, &[&str])] = &[
    (
        "Figures of three days in four small shops",
        "四家小店三天的指标",
        &["measure", LOG, "--as-of", "2026-06-04"],
    ),
    (
        "Why: every round of one Taobao shop on the first day, with its verdict",
        "为什么：其中一家淘宝店第一天的每一轮对话和判定",
        &[
            "explain",
            LOG,
            "--metric",
            "taobao/human-reply-3m",
            "--shop",
            "green-tea",
            "--day",
            "2026-06-01",
        ],
    ),
];

/// Builds `yingda` and runs it; fails when any call does.
pub(crate) fn run(lang: Option<&str>) -> ExitCode {
    let chinese = lang.map_or_else(locale_is_chinese, |lang| lang == "zh");
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--quiet", "--package", "yingda"]);
    if !succeeds(&mut build) {
        return ExitCode::FAILURE;
    }
    let program = generated::program();
    for (english, title, arguments) in SHOWN {
        say(&format!("\n# {}", if chinese { title } else { english }));
        say(&format!("$ yingda {}\n", arguments.join(" ")));
        let mut shown = Command::new(&program);
        shown.args(*arguments).args(["--lang", if chinese { "zh" } else { "en" }]);
        if !succeeds(&mut shown) {
            return ExitCode::FAILURE;
        }
    }
    say(&next(chinese, &program.display().to_string()));
    ExitCode::SUCCESS
}

fn succeeds(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) if status.success() => true,
        Ok(status) => {
            say(&format!("{command:?}: {status}"));
            false
        }
        Err(error) => {
            say(&format!("{command:?}: {error}"));
            false
        }
    }
}

fn locale_is_chinese() -> bool {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
    locale.is_some_and(|locale| locale.to_lowercase().starts_with("zh"))
}

fn next(chinese: bool, program: &str) -> String {
    let [title, rules, days, json, large, readme] = if chinese {
        [
            "接下来可以试试",
            "有哪些指标，各按什么规则",
            "每天、每个客服账号一行",
            "给程序读",
            "造一千万条消息，看看有多快",
            "每家店演示什么",
        ]
    } else {
        [
            "What to try next",
            "which metrics there are, and by what rules",
            "a line for each day and account",
            "for programs",
            "make ten million facts, and see how fast they are counted",
            "what each shop shows",
        ]
    };
    format!(
        "\n# {title}\n\
         {program} rules                                    # {rules}\n\
         {program} measure {LOG} --by shop,account,day      # {days}\n\
         {program} measure {LOG} --format json              # {json}\n\
         {program} generate --rows 10M -o big.parquet       # {large}\n\
         examples/README.md                                 # {readme}"
    )
}
