//! The list of all settings.

use std::path::PathBuf;

use super::form::{self, Form};
use super::{LogFormat, LogLevel, Unit};
use crate::language;
use crate::secret::Secret;

/// Puts a value where it belongs; `false`: there is none.
fn put<T>(place: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *place = value;
            true
        }
        None => false,
    }
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn shown(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

const POSTGRES: &[&str] = &["postgres://", "postgresql://"];
const WEB: &[&str] = &["https://", "http://"];
const LANGUAGES: &[&str] = &["zh", "en"];
const FORMATS: &[&str] = &["plain", "json"];
const LEVELS: &[&str] = &["error", "warn", "info", "debug"];

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;
/// Ten years: no log reaches further back, and no calendar further ahead.
const MOST_SHIFT: u64 = 87_600 * HOUR;

/// A limit in bytes: where it is, and its range.
macro_rules! size {
    ($key:literal, $place:ident, $min:expr, $max:expr, $en:literal, $zh:literal) => {
        Unit {
            key: $key,
            form: Form::Bytes($min, $max),
            is_secret: false,
            en: $en,
            zh: $zh,
            set: |s, text| put(&mut s.limits.$place, form::bytes(text, $min, $max)),
            show: |s| Some(form::show_bytes(s.limits.$place)),
        }
    };
}

/// A limit that is a number: where it is, and its range.
macro_rules! number {
    ($key:literal, $place:ident, $min:expr, $max:expr, $en:literal, $zh:literal) => {
        Unit {
            key: $key,
            form: Form::Count($min, $max),
            is_secret: false,
            en: $en,
            zh: $zh,
            set: |s, text| put(&mut s.limits.$place, form::count(text, $min, $max)),
            show: |s| Some(s.limits.$place.to_string()),
        }
    };
}

/// A wait: where it is, and its range in milliseconds.
macro_rules! wait {
    ($key:literal, $place:ident, $min:expr, $max:expr, $en:literal, $zh:literal) => {
        Unit {
            key: $key,
            form: Form::Time($min, $max),
            is_secret: false,
            en: $en,
            zh: $zh,
            set: |s, text| put(&mut s.timeouts.$place, form::time(text, $min, $max)),
            show: |s| Some(form::show_time(s.timeouts.$place)),
        }
    };
}

/// Every setting, in the order of the page.
pub const UNITS: &[Unit] = &[
    Unit {
        key: "data",
        form: Form::Path,
        is_secret: false,
        en: "The folder with everything that lasts: the database, keys, the archive. Made where \
             there is none.",
        zh: "存放全部持久数据的文件夹：数据库、密钥、归档。不存在时自动创建。",
        set: |s, text| put(&mut s.data, path(text)),
        show: |s| shown(Some(&s.data)),
    },
    Unit {
        key: "listen",
        form: Form::Address,
        is_secret: false,
        en: "Where to listen. An address beyond this machine needs `tls.certificate` and \
             `tls.key`, or `behind-proxy`.",
        zh: "监听的地址。监听本机以外的地址时，须设置 `tls.certificate` 与 `tls.key`，或 \
             `behind-proxy`。",
        set: |s, text| put(&mut s.listen, form::address(text)),
        show: |s| Some(s.listen.to_string()),
    },
    Unit {
        key: "public-address",
        form: Form::Url(WEB),
        is_secret: false,
        en: "How people reach the server; it stands in links and decides whether cookies are \
             marked secure. Without it, the address listened on.",
        zh: "用户访问服务器的地址；用于生成链接，并决定 Cookie 是否标记为 Secure。未设置时为监听\
             地址。",
        set: |s, text| {
            let url = form::url(text, WEB).map(|url| url.trim_end_matches('/').to_owned());
            put(&mut s.public_address, url.map(Some))
        },
        show: |s| s.public_address.clone(),
    },
    Unit {
        key: "behind-proxy",
        form: Form::YesNo,
        is_secret: false,
        en: "A proxy in front takes care of TLS: the server may then listen beyond this machine \
             without a certificate, and believes `X-Forwarded-For` of `trusted-proxies`.",
        zh: "前面有负责 TLS 的反向代理：此时服务器可不带证书监听本机以外的地址，并采信 \
             `trusted-proxies` 发来的 `X-Forwarded-For`。",
        set: |s, text| put(&mut s.behind_proxy, form::yes_no(text)),
        show: |s| Some(s.behind_proxy.to_string()),
    },
    Unit {
        key: "trusted-proxies",
        form: Form::Networks,
        is_secret: false,
        en: "Addresses of proxies whose `X-Forwarded-For` is believed, with `behind-proxy`.",
        zh: "在 `behind-proxy` 下，采信其 `X-Forwarded-For` 的代理地址。",
        set: |s, text| put(&mut s.trusted_proxies, form::networks(text)),
        show: |s| {
            let names: Vec<String> = s.trusted_proxies.iter().map(ToString::to_string).collect();
            Some(names.join(", "))
        },
    },
    Unit {
        key: "tls.certificate",
        form: Form::Path,
        is_secret: false,
        en: "The server's certificate chain, PEM. Together with `tls.key` it turns TLS on.",
        zh: "服务器证书链（PEM）。与 `tls.key` 一同设置即启用 TLS。",
        set: |s, text| put(&mut s.tls_certificate, path(text).map(Some)),
        show: |s| shown(s.tls_certificate.as_ref()),
    },
    Unit {
        key: "tls.key",
        form: Form::Path,
        is_secret: false,
        en: "The certificate's private key, PEM, without a passphrase.",
        zh: "证书的私钥（PEM，无口令）。",
        set: |s, text| put(&mut s.tls_key, path(text).map(Some)),
        show: |s| shown(s.tls_key.as_ref()),
    },
    Unit {
        key: "database",
        form: Form::Url(POSTGRES),
        is_secret: true,
        en: "A PostgreSQL database in place of SQLite in the data folder. As it holds a password, \
             prefer the file or the environment: everybody on a machine can see flags. Beyond this \
             machine it is reached under TLS; `?sslrootcert=FILE` names another root than \
             Mozilla's, and `?sslmode=disable` does without. One server uses it at a time.",
        zh: "用 PostgreSQL 数据库代替数据文件夹中的 SQLite。其中含有密码，请优先写在文件或环境变量\
             中：命令行参数对本机所有用户可见。连接本机以外的数据库使用 TLS；`?sslrootcert=文件` 指定 \
             Mozilla 根证书以外的根证书，`?sslmode=disable` 则不用 TLS。同一时间只由一台服务端使用。",
        set: |s, text| {
            let url = form::url(text, POSTGRES);
            put(&mut s.database, url.map(|url| Some(Secret::from(url))))
        },
        show: |s| s.database.as_ref().map(|url| url.reveal().to_owned()),
    },
    Unit {
        key: "archive.after-days",
        form: Form::Count(130, 36_500),
        is_secret: false,
        en: "After how many days the facts of a day move from the database to the archive, the \
             folder `archive` of the data folder, which `yingda measure` reads. What comes later \
             for such a day is counted at once, and joins it within the hour.",
        zh: "多少天后，一天的事实从数据库移入归档，即数据文件夹中的 `archive`，\
             `yingda measure` 可直接读取。之后补到的事实立即计入，并在一小时内并入归档。",
        set: |s, text| {
            let days = form::count(text, 130, 36_500).and_then(|n| u32::try_from(n).ok());
            put(&mut s.archive_after_days, days)
        },
        show: |s| Some(s.archive_after_days.to_string()),
    },
    Unit {
        key: "retention.days",
        form: Form::Count(1, 36_500),
        is_secret: false,
        en: "For how many days facts are kept, those in the archive too. Without it, for ever.",
        zh: "事实保留的天数，包括已归档的。未设置时永久保留。",
        set: |s, text| {
            let days = form::count(text, 1, 36_500).and_then(|n| u32::try_from(n).ok());
            put(&mut s.retention_days, days.map(Some))
        },
        show: |s| s.retention_days.map(|days| days.to_string()),
    },
    Unit {
        key: "retention.texts",
        form: Form::Count(1, 36_500),
        is_secret: false,
        en: "For how many days texts, orders and money are kept. Without it, as long as facts.",
        zh: "文本、订单与金额保留的天数。未设置时与事实一同保留。",
        set: |s, text| {
            let days = form::count(text, 1, 36_500).and_then(|n| u32::try_from(n).ok());
            put(&mut s.retention_texts, days.map(Some))
        },
        show: |s| s.retention_texts.map(|days| days.to_string()),
    },
    Unit {
        key: "retention.audit",
        form: Form::Count(1, 36_500),
        is_secret: false,
        en: "For how many days the audit log is kept. Without it, for ever.",
        zh: "审计日志保留的天数。未设置时永久保留。",
        set: |s, text| {
            let days = form::count(text, 1, 36_500).and_then(|n| u32::try_from(n).ok());
            put(&mut s.retention_audit, days.map(Some))
        },
        show: |s| s.retention_audit.map(|days| days.to_string()),
    },
    Unit {
        key: "watch.folder",
        form: Form::Path,
        is_secret: false,
        en: "A folder whose files are taken in: logs, chats of any profile, figures off panels. \
             Without it, none is watched.",
        zh: "监视的文件夹，其中的文件会被导入：日志、各种映射方案的聊天记录、面板数字。\
             未设置时不监视。",
        set: |s, text| put(&mut s.watch_folder, path(text).map(Some)),
        show: |s| shown(s.watch_folder.as_ref()),
    },
    Unit {
        key: "watch.every",
        form: Form::Time(100, HOUR),
        is_secret: false,
        en: "How often the watched folder is looked through. A file is taken when it did not \
             change from one look to the next.",
        zh: "查看监视文件夹的间隔。文件在相邻两次查看之间没有变化时才会被导入。",
        set: |s, text| put(&mut s.watch_every, form::time(text, 100, HOUR)),
        show: |s| Some(form::show_time(s.watch_every)),
    },
    Unit {
        key: "connectors.plain",
        form: Form::YesNo,
        is_secret: false,
        en: "Connectors may call addresses without TLS, as of a gateway on this machine.",
        zh: "允许接入调用不带 TLS 的地址，如本机上的网关。",
        set: |s, text| put(&mut s.connectors_plain, form::yes_no(text)),
        show: |s| Some(s.connectors_plain.to_string()),
    },
    Unit {
        key: "alerts.networks",
        form: Form::Networks,
        is_secret: false,
        en: "Private networks and addresses that robots, webhooks and mail servers may be in. \
             Without it, alerts go to the Internet alone.",
        zh: "允许发送告警的内网地址与网段（机器人、Webhook、邮件服务器）。未设置时只能发往公网。",
        set: |s, text| put(&mut s.calls_networks, form::networks(text)),
        show: |s| {
            let names: Vec<String> = s.calls_networks.iter().map(ToString::to_string).collect();
            (!names.is_empty()).then(|| names.join(", "))
        },
    },
    Unit {
        key: "alerts.plain",
        form: Form::YesNo,
        is_secret: false,
        en: "Alerts may be sent without TLS, as to a webhook within the office.",
        zh: "允许不经 TLS 发送告警，如发往办公网内的 Webhook。",
        set: |s, text| put(&mut s.calls_plain, form::yes_no(text)),
        show: |s| Some(s.calls_plain.to_string()),
    },
    Unit {
        key: "language",
        form: Form::Word(LANGUAGES),
        is_secret: false,
        en: "The language of answers to whoever asks for none.",
        zh: "对未声明语言的访问者使用的语言。",
        set: |s, text| {
            let known = LANGUAGES.contains(&text);
            put(&mut s.language, language::from_word(text).filter(|_| known))
        },
        show: |s| Some(language::word(s.language).to_owned()),
    },
    Unit {
        key: "clock-shift",
        form: Form::Shift(MOST_SHIFT),
        is_secret: false,
        en: "How far the server's clock goes ahead of the machine's. For trials: a night can be \
             looked at by day, and a day by night. Everything goes by it, from deadlines to the \
             six digits of a second factor.",
        zh: "服务器时钟比本机时钟快多少。供试用：白天可看夜间，夜间可看白天。截止时间、两步验证的\
             六位数字等一切均以此为准。",
        set: |s, text| put(&mut s.clock_shift, form::shift(text, MOST_SHIFT)),
        show: |s| (s.clock_shift.0 != 0).then(|| form::show_shift(s.clock_shift)),
    },
    Unit {
        key: "log.format",
        form: Form::Word(FORMATS),
        is_secret: false,
        en: "How log lines are written: for people, or one JSON object a line.",
        zh: "日志格式：供人阅读（plain），或每行一个 JSON 对象（json）。",
        set: |s, text| {
            let format = match text {
                "plain" => Some(LogFormat::Plain),
                "json" => Some(LogFormat::Json),
                _ => None,
            };
            put(&mut s.log_format, format)
        },
        show: |s| {
            let word = match s.log_format {
                LogFormat::Plain => "plain",
                LogFormat::Json => "json",
            };
            Some(word.to_owned())
        },
    },
    Unit {
        key: "log.level",
        form: Form::Word(LEVELS),
        is_secret: false,
        en: "From which level on lines are logged; requests are `info`.",
        zh: "记录日志的最低级别；请求属于 `info`。",
        set: |s, text| put(&mut s.log_level, level(text)),
        show: |s| Some(level_word(s.log_level).to_owned()),
    },
    size!(
        "limits.body",
        body,
        KIB,
        GIB,
        "The greatest body of a request, as sent.",
        "请求正文的最大字节数（按传输时计）。"
    ),
    size!(
        "limits.unpacked",
        unpacked,
        KIB,
        GIB,
        "The greatest body of a request, unpacked.",
        "请求正文解压后的最大字节数。"
    ),
    number!(
        "limits.rows",
        rows,
        1,
        1_000_000,
        "The most rows in one request.",
        "一次请求的最多行数。"
    ),
    size!(
        "limits.held",
        held,
        MIB,
        64 * GIB,
        "Bytes of bodies that are held at the same time, over all requests; beyond it, callers \
         are asked to come again.",
        "所有请求同时占用的正文字节数；超过时请调用方稍后再试。"
    ),
    number!(
        "limits.requests",
        requests,
        1,
        100_000,
        "The most requests under way; beyond it, callers are asked to come again.",
        "同时处理的最多请求数；超过时请调用方稍后再试。"
    ),
    number!(
        "limits.connections",
        connections,
        1,
        1_000_000,
        "The most open connections; more wait until one closes.",
        "同时打开的最多连接数；更多的连接须等待。"
    ),
    size!(
        "limits.headers",
        headers,
        8 * KIB,
        MIB,
        "The greatest size of a request's headers.",
        "请求头的最大字节数。"
    ),
    number!(
        "limits.streams",
        streams,
        1,
        100_000,
        "The most streams of events that are open.",
        "同时打开的最多事件流数。"
    ),
    wait!(
        "timeouts.headers",
        headers,
        100,
        HOUR,
        "How long a client may take for the greeting of a connection, and for the headers of a \
         request.",
        "客户端完成连接握手及发完请求头的时限。"
    ),
    wait!(
        "timeouts.piece",
        piece,
        100,
        HOUR,
        "How long a client may pause within a body, and how long it may leave an answer untaken.",
        "客户端发送正文时的最长停顿，以及不接收应答的最长时间。"
    ),
    wait!(
        "timeouts.request",
        request,
        100,
        HOUR,
        "How long a request may take until its answer begins.",
        "从收到请求到开始应答的时限。"
    ),
    wait!(
        "timeouts.idle",
        idle,
        SECOND,
        24 * HOUR,
        "After how long a connection on which nothing moves is closed. Streams of events move \
         every 15 seconds.",
        "连接上无任何数据往来多久后关闭。事件流每 15 秒至少有一次数据。"
    ),
    wait!(
        "timeouts.stop",
        stop,
        100,
        HOUR,
        "How long requests under way may take to end when the server stops.",
        "服务器停止时，等待处理中请求结束的时限。"
    ),
];

fn level(word: &str) -> Option<LogLevel> {
    Some(match word {
        "error" => LogLevel::Error,
        "warn" => LogLevel::Warn,
        "info" => LogLevel::Info,
        "debug" => LogLevel::Debug,
        _ => return None,
    })
}

fn level_word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    }
}
