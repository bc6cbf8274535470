//! A first look: the server with a made-up agency; in the terminal figures of a small log, the
//! proof of one, and what to try next.

use std::env;
use std::process::{Command, ExitCode};

use crate::console;
use crate::program::Profile;
use crate::step::{Report, installed, say};

const LOG: &str = "examples/small-shop.csv";

/// What is shown: a title in English and Chinese, and the arguments of `yingda`.
const SHOWN: &[(&str, &str, &[&str])] = &[
    (
        "Figures of four small shops on three days",
        "四家小店三天的指标",
        &["measure", LOG, "--by", "shop,day"],
    ),
    (
        "Why 87.50 %: the rounds that one Taobao shop missed on the first day",
        "为什么是 87.50 %：其中一家淘宝店第一天未达标的轮次",
        &[
            "explain",
            LOG,
            "--metric",
            "taobao/human-reply-3m",
            "--shop",
            "green-tea",
            "--day",
            "2026-06-01",
            "--verdict",
            "miss",
            "--text",
        ],
    ),
    (
        "Where a Pinduoduo shop stands against its platform's lines, and how much room is left",
        "一家拼多多店按平台标准达不达标，还有多少余量",
        &[
            "standing",
            LOG,
            "--shop",
            "home-best",
            "--metric",
            "pinduoduo/human-reply-3m,pinduoduo/reply-60m",
        ],
    ),
];

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// The server and its pages.
    Server,
    /// Tables in the terminal.
    Terminal,
}

/// Without Node there are no pages.
const NO_NODE: [&str; 2] = [
    "The server's pages need Node 20.19 or later with npm (https://nodejs.org), which is not here: \
     this is what the terminal shows. `yingda demo` starts the server without pages.",
    "服务器的页面需要 Node 20.19 或更高版本和 npm（https://nodejs.org），这里没有：以下是终端中的内容。\
     `yingda demo` 可以启动没有页面的服务器。",
];

/// Builds `yingda` and runs it; fails when any call does.
pub(crate) fn run(look: Look, lang: Option<&str>) -> ExitCode {
    let chinese = lang.map_or_else(locale_is_chinese, |lang| lang == "zh");
    let has_node = installed("node") && installed("npm");
    let look = match look {
        Look::Server if !has_node => {
            say(NO_NODE[usize::from(chinese)]);
            Look::Terminal
        }
        look => look,
    };
    if look == Look::Server {
        let mut report = Report::default();
        console::build(&mut report);
        if report.has_failed() {
            return report.close();
        }
    }
    let profile = Profile::Release;
    if !succeeds(&mut profile.command()) {
        return ExitCode::FAILURE;
    }
    let done = match look {
        Look::Server => becomes(server(profile, chinese)),
        Look::Terminal => show(profile, chinese),
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Goes on as another program, where the system can: then Ctrl-C reaches it alone.
#[cfg(unix)]
fn becomes(mut command: Command) -> bool {
    use std::os::unix::process::CommandExt;
    // It comes back only where it failed.
    let error = command.exec();
    say(&format!("{command:?}: {error}"));
    false
}

#[cfg(not(unix))]
fn becomes(mut command: Command) -> bool {
    succeeds(&mut command)
}

/// The server with the agency, which runs until it is stopped.
fn server(profile: Profile, chinese: bool) -> Command {
    let mut command = Command::new(profile.program());
    command.args(["demo", "--lang", if chinese { "zh" } else { "en" }]);
    command
}

/// Starts the server with the agency, has it look whether everything is there, and stops it.
pub(crate) fn check(profile: Profile, chinese: bool) -> bool {
    let mut command = server(profile, chinese);
    // A twentieth of the facts, on a port that is free.
    succeeds(command.args(["--check", "--rows", "25k", "--listen", "127.0.0.1:0"]))
}

/// Runs the program as it was built; whether every call succeeded.
pub(crate) fn show(profile: Profile, chinese: bool) -> bool {
    let program = profile.program();
    for (english, title, arguments) in SHOWN {
        say(&format!("\n# {}", if chinese { title } else { english }));
        say(&format!("$ yingda {}\n", arguments.join(" ")));
        let mut shown = Command::new(&program);
        shown.args(*arguments).args(["--lang", if chinese { "zh" } else { "en" }]);
        if !succeeds(&mut shown) {
            return false;
        }
    }
    say(&next(chinese, &program.display().to_string()));
    true
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

/// What to try next: arguments of `yingda`, what they show in English and in Chinese.
const NEXT: &[(&str, &str, &str)] = &[
    ("demo", "the server with an agency of twelve shops", "带十二家店铺的服务器"),
    ("rules", "which metrics there are, and by what rules", "有哪些指标，各按什么规则"),
    (
        "explain examples/small-shop.csv -m taobao/human-reply-3m --shop green-tea --buyer t1003",
        "what became of every message of one buyer",
        "一位买家每条消息的去向",
    ),
    (
        "measure examples/small-shop.csv --by shop,account,day",
        "a line for each account and day",
        "每个客服账号每天一行",
    ),
    (
        "measure examples/small-shop.csv --band",
        "how far the figures hang on readings that are still open",
        "指标随可选读法变动的范围",
    ),
    (
        "standing examples/small-shop.csv",
        "where every shop stands, what follows, and how much room is left",
        "每家店达不达标、有什么后果、还有多少余量",
    ),
    (
        "generate --rows 10M --shops 1000 --days 30 -o big.parquet",
        "ten million facts, to see how fast they are counted",
        "一千万条事实，看看统计有多快",
    ),
];

fn next(chinese: bool, program: &str) -> String {
    let mut text = format!("\n# {}", if chinese { "接下来可以试试" } else { "What to try next" });
    for (arguments, english, shown) in NEXT {
        let what = if chinese { shown } else { english };
        text.push_str(&format!("\n\n# {what}\n$ {program} {arguments}"));
    }
    let readme = if chinese { "每家店演示什么" } else { "What each shop shows" };
    text.push_str(&format!("\n\n# {readme}: examples/README.md"));
    text
}
