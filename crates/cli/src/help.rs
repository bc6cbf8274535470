//! `--help` in the user's language.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command};
use server::settings::Unit;

use crate::lang::Lang;

/// Puts Chinese in the place of the English help where the user reads Chinese: by `--lang zh`
/// anywhere in the call, else by locale.
pub(crate) fn localised(command: Command) -> Command {
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    match asked_for(&arguments).unwrap_or_else(Lang::from_locale) {
        Lang::En => command,
        Lang::Zh => chinese(command),
    }
}

/// What is wrong with a call, in Chinese; `None` where the user reads English, or it is no mistake
/// but a wish (help, version).
pub(crate) fn mistake(error: &clap::Error) -> Option<String> {
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let lang = asked_for(&arguments).unwrap_or_else(Lang::from_locale);
    (lang == Lang::Zh && error.use_stderr()).then(|| mistake_in_chinese(error))
}

fn mistake_in_chinese(error: &clap::Error) -> String {
    let of = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(list)) => {
            list.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let found = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 要有值"),
        ErrorKind::InvalidValue => format!("{argument} 不能是“{value}”"),
        ErrorKind::ValueValidation => format!("{argument} 的值“{value}”不对"),
        ErrorKind::UnknownArgument => format!("没有参数 {argument}"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令“{}”", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::MissingSubcommand => "要写一个命令".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!("{argument} 不能和 {} 一起用", of(ContextKind::PriorArg))
        }
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文字".to_owned(),
        _ => format!("{argument} 的写法不对"),
    };
    let mut text = format!("错误：{found}");
    let hints = [
        ("可选：", of(ContextKind::ValidValue)),
        ("是不是想写 ", of(ContextKind::SuggestedArg)),
        ("是不是想写 ", of(ContextKind::SuggestedValue)),
        ("是不是想写 ", of(ContextKind::SuggestedSubcommand)),
    ];
    for (before, hint) in hints {
        if !hint.is_empty() {
            let mark = if before.starts_with('是') { "？" } else { "" };
            text.push_str(&format!("\n  {before}{hint}{mark}"));
        }
    }
    let usage = of(ContextKind::Usage);
    let usage = usage.trim_start_matches("Usage:").trim();
    if !usage.is_empty() {
        text.push_str(&format!("\n\n用法：{usage}"));
    }
    text.push_str("\n\n各命令的参数见 `--help`。");
    text
}

fn asked_for(arguments: &[String]) -> Option<Lang> {
    let after = arguments.iter().position(|argument| argument == "--lang");
    let separate = after.and_then(|i| arguments.get(i + 1)).map(String::as_str);
    let joined = arguments.iter().find_map(|argument| argument.strip_prefix("--lang="));
    match joined.or(separate)? {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

fn chinese(command: Command) -> Command {
    let about = about(command.get_name());
    let name = command.get_name().to_owned();
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let is_root = command.get_name() == "yingda";
    let has_positionals = command.get_positionals().next().is_some();
    let mut command = command
        .mut_args(|arg| {
            let text = help(&name, arg.get_id().as_str());
            let arg = if arg.get_action().takes_values() {
                arg.hide_possible_values(true).hide_default_value(true)
            } else {
                arg
            };
            match text {
                Some(text) => arg.help(text).long_help(None::<&str>),
                None => arg,
            }
        })
        .disable_help_flag(true)
        .disable_version_flag(true)
        .help_template(template(!names.is_empty(), has_positionals));
    if let Some(about) = about {
        command = command.about(about).long_about(None::<&str>);
    }
    command = command.arg(
        clap::Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助"),
    );
    if is_root {
        let version = clap::Arg::new("version").short('V').long("version");
        command = command.arg(version.action(ArgAction::Version).help("显示版本"));
    }
    if !names.is_empty() {
        command = command.disable_help_subcommand(true);
    }
    for name in names {
        command = command.mut_subcommand(name, chinese);
    }
    command
}

const fn template(has_commands: bool, has_positionals: bool) -> &'static str {
    if has_commands {
        "{about-with-newline}\n用法：{usage}\n\n命令：\n{subcommands}\n\n选项：\n{options}"
    } else if !has_positionals {
        "{about-with-newline}\n用法：{usage}\n\n选项：\n{options}"
    } else {
        "{about-with-newline}\n用法：{usage}\n\n参数：\n{positionals}\n\n选项：\n{options}"
    }
}

fn about(name: &str) -> Option<&'static str> {
    Some(match name {
        "yingda" => "应答：按各平台规则精确统计客服回复指标，逐条给出依据",
        "measure" => "从聊天日志统计指标",
        "standing" => "哪些店铺达标、不达标，有什么后果，还有多少余量",
        "explain" => "列出指标背后的每个轮次，以及判定它的条款",
        "rules" => "查看规则目录，或某一指标",
        "check" => "检查规则文件、店铺登记、映射方案、日志和面板数字",
        "calibrate" => "找出能还原平台面板数字的读法",
        "generate" => "由种子生成仿真日志",
        "serve" => "启动服务器",
        "pack" => "把日志改写成便于快速读取的归档",
        "demo" => "用虚构的代运营公司启动服务器，供人试看",
        "import" => "把日志发送到运行中的服务器",
        "replay" => "把日志当作正在发生，发送到运行中的服务器",
        "backup" => "把服务器保存的全部数据备份到一个文件",
        "restore" => "从备份恢复到新的数据文件夹",
        "user" => "邀请、列出、停用、重置用户",
        "invite" => "生成一次性注册链接",
        "list" => "列出用户",
        "disable" => "停用用户，并结束其全部会话",
        "allow" => "重新允许用户登录",
        "sign-out" => "结束用户的全部会话",
        "reset" => "使用户的密码和两步验证失效，并生成一次性链接供其设置新密码",
        _ => return None,
    })
}

/// The help of an argument of a command by its id; `None` where the English one stays.
fn help(command: &str, id: &str) -> Option<&'static str> {
    Some(match (command, id) {
        ("standing", "metric") => "只看这些指标的标准 [默认：日志中各平台的全部标准]",
        ("standing", "format") => "输出格式：table（默认）、json、csv",
        ("standing", "observed") => {
            "从平台面板抄下的数字（CSV 或 xlsx），用于日志没有覆盖的日子；没有日志也可以"
        }
        ("explain", "metric") => "哪个指标，如 `taobao/human-reply-3m`",
        ("explain", "shop") => "哪个店铺",
        ("explain", "text") => "显示消息文字",
        ("check", "text") => "预览中显示消息文字",
        ("explain", "format") => "输出格式：table（默认）、json",
        ("calibrate", "metric") => "只看这些指标",
        ("calibrate", "format") => "输出格式：table（默认）、json、csv",
        ("rules", "metrics") => "指标，如 `taobao/human-reply-3m`，或平台，如 `taobao`",
        ("rules", "platform") => "只看这些平台的指标",
        ("rules", "format") => "输出格式：table（默认）、json",
        ("generate", "output") => {
            "写到哪个文件：`.csv`、`.jsonl`（均可再加 `.gz`、`.zst`）或 `.parquet`；`-` 为标准输出（CSV）[默认 -]"
        }
        ("import", "panel") => "平台面板上读到的数字：CSV 或工作簿（.xlsx）；可重复",
        ("replay", "from") => "从日志的这一时刻开始，如 `2026-06-01T09:00:00+08:00`",
        ("backup", "output") => "写到哪个文件；不得已存在",
        ("backup", "server") => {
            "运行中的服务器的地址，如 `https://yingda.example.com`，代替其数据文件夹"
        }
        ("restore", "backup") => "`yingda backup` 写出的文件",
        ("invite", "shop") => "只限这个店铺，如 `taobao/123`；可重复 [默认：全部店铺]",
        ("list", "format") => "输出格式：table（默认）、json",
        ("pack", "output") => "归档文件夹：空的或新的，或者同样的日志已经打包进去的",
        ("demo", "data") => "把数据保留在这个空的或新的文件夹 [默认：临时文件夹，结束时删除]",
        ("demo", "rows") => "日志有多少条事实 [默认 500k]",
        ("serve", "config") => "设置文件（TOML）[默认：当前目录的 yingda.toml，如有]",
        ("serve", key) if Unit::of_key(key).is_some() => {
            Unit::of_key(key).map(|unit| unit.text(intake::Lang::Zh))?
        }
        _ => return anywhere(id),
    })
}

/// The help of an argument that means the same in every command.
fn anywhere(id: &str) -> Option<&'static str> {
    Some(match id {
        "lang" => "输出语言：zh 或 en [默认：随系统语言]",
        "color" => "何时使用颜色：auto（默认，仅终端）、always、never",
        "quiet" => "不显示进度和提示",
        "threads" => "用几个线程 [默认：与核数相同]",
        "version" => "显示版本",
        "logs" => {
            "日志：CSV、JSON Lines（均可 .gz、.zst）、Parquet，或 `yingda pack` 写出的文件夹；`-` 为标准输入"
        }
        "verify" => "不打包，只检查某个文件夹中的归档是否完好",
        "strict" => "遇到第一行无效数据即停止",
        "rejected" => {
            "被拒的行写到哪里 [默认：日志旁的 LOG.rejected.csv；标准输入为当前目录的 stdin.rejected.csv]"
        }
        "registry" => "店铺登记（TOML）：等级、打烊、报名、自有账号等",
        "metric" => "哪些指标，如 `taobao/human-reply-3m` [默认：日志中各平台的全部指标]",
        "shop" => "只看这些店铺",
        "by" => "分组：shop 店铺（默认）、account 账号、day 每日、hour 小时",
        "band" => "给出所有可选读法下的最低值和最高值",
        "as_told" => "也考核只有文章提到的标准",
        "no_band" => "只按我们自己的读法统计，较快；不给区间",
        "percentiles" => "已回复样本等待时间的中位数、第 90 和第 99 百分位",
        "format" => "输出格式：table（默认）、json、csv、parquet",
        "output" => "写到哪个文件 [默认：标准输出]",
        "rulebooks" => "自己的规则文件夹，补充或替换自带规则",
        "edition" => "不论日期，一律按某一版统计（版本号，或 `as-told`）",
        "observed" => {
            "从平台面板抄下的数字（CSV：shop、metric、day 或 from 与 to、value）；日志中的 `observed` 也会用上"
        }
        "rounds" => "每个指标最多列出多少个判定不同的轮次 [默认 20]",
        "rules_on" => "不论日期，一律按这一天生效的版本统计：按下月的规则谁会不达标？",
        "between" => "某日之后、另一日（含）之前有哪些变动",
        "cases" => "同时列出全部实例",
        "pages" => "把参考页面（Markdown，中英文）写到某个文件夹",
        "reading" => "改用另一种读法，如 `R6=drop`；可重复",
        "limit" => "可设时限的指标（`generic/*`）的时限，如 `60s`、`24h`",
        "as_of" => "在哪一天（或带时区的时刻）查看 [默认：日志最后一条的次日，此时全部已结算]",
        "day" => "只看这一天",
        "buyer" => "只看这位买家，并列出其全部事实的去向",
        "id" => "只看这条消息所在的买家，并标出这条消息",
        "account" => "只看这个账号",
        "verdict" => "只看这种判定：hit、miss、unanswered、dropped、pending",
        "facts" => "列出每条事实的去向，包括不属于任何样本的",
        "text" => "给消息写上简短的中文文字",
        "schema" => "打印规则文件的 JSON Schema，供编辑器使用",
        "keys" => "打印规则语言的全部键",
        "files" => "规则文件、店铺登记、映射方案（TOML）、日志、面板数字（CSV），或规则文件夹",
        "profile" => {
            "其他形式的记录如何读取：自带映射方案的名称（见 `yingda check --profiles`）或自己的文件"
        }
        "set" => "每行固定的取值，优先于来源，如 `shop=s1`；可重复",
        "profiles" => "列出自带的映射方案",
        "rows" => "多少条事实：`250000`、`1e6`、`10M`、`50万` [默认 100k]",
        "shops" => "多少个店铺；大店只有少数 [默认 20]",
        "days" => "多少天 [默认 7]",
        "from" => "第一天 [默认 2026-06-01]",
        "platform" => "店铺轮流属于哪些平台 [默认 taobao,taote,douyin,pinduoduo,jd]",
        "seed" => "同一种子写出同样的字节 [默认 1]",
        "order" => "time 按时间排序（默认），或 clustered 每天按店铺、买家、时间排序",
        "ids" => "每条消息都给 id",
        "no_ids" => "只给被其他事实引用的消息 id",
        "row_group" => "Parquet 每个行组多少行 [默认 1M]",
        _ => return of_servers(id),
    })
}

/// The help of an argument of the commands that have to do with a server.
fn of_servers(id: &str) -> Option<&'static str> {
    Some(match id {
        "server" => "服务器地址，如 `https://yingda.example.com`",
        "token_file" => "存有令牌的文件 [默认：环境变量 YINGDA_TOKEN]",
        "ca" => "除公共根证书外，服务器证书可依据的证书（PEM）",
        "plain_http" => "在本机以外也不经 TLS 发送令牌",
        "receipt" => "把发送了什么、结果如何写成 JSON 回执",
        "speed" => "比实际快多少倍，如 `60`、`1.5`；`max` 为服务器所能接受的最快速度 [默认 1]",
        "new_ids" => "给消息换新的 id，使同一日志可再次回放",
        "data" => "服务器的数据文件夹 [默认：依设置，否则为 yingda-data]",
        "database" => {
            "代替数据文件夹中数据库的 PostgreSQL；其中含有密码，请优先用环境变量 YINGDA_DATABASE"
        }
        "config" => "服务器的设置文件（TOML）[默认：当前目录的 yingda.toml，如有]",
        "key" => "被备份的服务器的密钥文件，将复制到数据文件夹",
        "role" => "角色：owner、supervisor、agent、viewer",
        "listen" => "监听地址 [默认：127.0.0.1:8788；端口被占用时另选空闲端口]",
        "check" => "启动、检查各项内容是否齐全，然后停止；不齐全时退出码为 1",
        "hours" => "链接在多少小时内有效 [默认 24]",
        "login" => "用户的登录名或编号",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn every_argument_has_chinese_help() {
        let command = Cli::command();
        let inner = command.get_subcommands().flat_map(|sub| sub.get_subcommands());
        let all = std::iter::once(&command).chain(command.get_subcommands()).chain(inner);
        for sub in all {
            assert!(about(sub.get_name()).is_some(), "{}", sub.get_name());
            for arg in sub.get_arguments() {
                assert!(
                    help(sub.get_name(), arg.get_id().as_str()).is_some(),
                    "{} {}",
                    sub.get_name(),
                    arg.get_id()
                );
            }
        }
    }

    #[test]
    fn the_translated_command_is_consistent() {
        Cli::command().debug_assert();
        chinese(Cli::command()).debug_assert();
    }
}
