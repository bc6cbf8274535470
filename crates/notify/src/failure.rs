//! Why a message did not arrive, in both languages and without secrets.

use std::fmt;
use std::time::Duration;

use crate::address::AddressProblem;
use crate::lang::Lang;

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub reason: Reason,
    /// Whether another attempt makes sense.
    pub retry: Retry,
}

/// Whether another attempt makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Not before a person has changed something.
    Never,
    /// Whenever it is convenient.
    Later,
    /// Not before so much time has passed.
    After(Duration),
}

impl Failure {
    /// A failure that may pass.
    #[must_use]
    pub const fn later(reason: Reason) -> Self {
        Self { reason, retry: Retry::Later }
    }

    /// A failure that will not pass by itself.
    #[must_use]
    pub const fn never(reason: Reason) -> Self {
        Self { reason, retry: Retry::Never }
    }

    /// A failure that may pass after some time.
    #[must_use]
    pub const fn after(reason: Reason, wait: Duration) -> Self {
        Self { reason, retry: Retry::After(wait) }
    }
}

/// Why an attempt failed, or why there was none. No text of the other side is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The address is none that may be called.
    Address(AddressProblem),
    /// No connection came about.
    Connect,
    /// The certificate of the other side is not trusted, or TLS failed otherwise.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection broke off.
    HungUp,
    /// The answer is larger than any such answer.
    AnswerTooLong,
    /// The answer has this HTTP status.
    Status(u16),
    /// The answer does not say whether the message was taken.
    NoVerdict,
    /// Too many messages in a short time; the code, where there is one.
    TooMany(i64),
    /// The service is overloaded or out of order.
    Busy(i64),
    /// The signature is wrong: the signing secret, or this machine's clock.
    Signature(i64),
    /// The message lacks the keyword that the robot asks for.
    Keyword(i64),
    /// This machine's public address is not on the robot's list.
    Sender(i64),
    /// The address of the robot is wrong: its token or key is not known.
    Token(i64),
    /// The robot was removed or switched off, or its group is gone.
    Gone(i64),
    /// What the message says or how it is made is not accepted.
    Content(i64),
    /// Signature, keyword or sender: the code does not say which.
    Security(i64),
    /// A code without a known meaning.
    Unknown(i64),
    /// The mail server's verdict; 0 where it gave none.
    Mail(u16),
    /// A mail address is none.
    MailAddress,
    /// It came too late to be of use.
    Expired,
    /// The service was stopped before it could be sent.
    Stopped,
}

impl Reason {
    /// What happened and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = self.words();
        let text = lang.of(en, zh);
        match self.code() {
            Some(code) => {
                lang.of(format!("{text} (code {code})"), format!("{text}（代码 {code}）"))
            }
            None => match self {
                Self::Address(problem) => problem.message(lang),
                _ => text.to_owned(),
            },
        }
    }

    /// The code that the other side gave; absent: it gave none.
    #[must_use]
    pub const fn code(&self) -> Option<i64> {
        match self {
            Self::TooMany(code)
            | Self::Busy(code)
            | Self::Signature(code)
            | Self::Keyword(code)
            | Self::Sender(code)
            | Self::Token(code)
            | Self::Gone(code)
            | Self::Content(code)
            | Self::Security(code)
            | Self::Unknown(code) => Some(*code),
            Self::Status(code) | Self::Mail(code) if *code > 0 => Some(*code as i64),
            _ => None,
        }
    }

    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Address(_) => ("", ""),
            Self::Connect => {
                ("no connection: check address and network", "无法连接：请检查地址与网络")
            }
            Self::Tls => (
                "TLS failed: the certificate is not trusted or not valid now",
                "TLS 失败：证书不受信任或已失效",
            ),
            Self::Timeout => ("no answer in time", "未及时得到应答"),
            Self::HungUp => ("the connection broke off", "连接中断"),
            Self::AnswerTooLong => ("the answer is too long", "应答过长"),
            Self::Status(300..=399) => (
                "the address redirects, which is not followed: give the final address",
                "该地址要求跳转，不予跟随：请填写最终地址",
            ),
            Self::Status(_) => ("refused with an HTTP status", "被拒绝，HTTP 状态异常"),
            Self::NoVerdict => (
                "the answer does not say whether the message was taken: check the address",
                "应答未说明是否收下消息：请检查地址",
            ),
            Self::TooMany(_) => ("too many messages in a short time", "发送过于频繁"),
            Self::Busy(_) => ("the service is busy or out of order", "对方服务繁忙或故障"),
            Self::Signature(_) => (
                "the signature is not accepted: check the signing secret and this machine's clock",
                "签名未通过：请检查加签密钥与本机时间",
            ),
            Self::Keyword(_) => (
                "the message lacks the robot's keyword: set it for this channel",
                "消息不含机器人要求的关键词：请在此渠道填写关键词",
            ),
            Self::Sender(_) => (
                "this machine's address is not on the robot's list: add it there",
                "本机公网地址不在机器人的 IP 白名单中：请添加",
            ),
            Self::Token(_) => {
                ("the robot is not known: copy its address again", "机器人地址无效：请重新复制")
            }
            Self::Gone(_) => {
                ("the robot or its group is gone or switched off", "机器人或所在群已删除或停用")
            }
            Self::Content(_) => ("the message is not accepted", "消息内容或格式未被接受"),
            Self::Security(_) => (
                "the robot's security settings refuse it: keyword, signature or address list",
                "未通过机器人的安全设置：关键词、加签或 IP 白名单",
            ),
            Self::Unknown(_) => ("refused for an unknown reason", "被拒绝，原因未知"),
            Self::Mail(421 | 450..=452) => ("the mail server is busy", "邮件服务器繁忙"),
            Self::Mail(530 | 534 | 535 | 538) => {
                ("the mail server refuses user or password", "邮件服务器不接受用户名或密码")
            }
            Self::Mail(_) => ("the mail server refuses the mail", "邮件服务器拒收"),
            Self::MailAddress => ("a mail address is not valid", "邮件地址无效"),
            Self::Expired => ("it came too late to be of use", "已过时效，不再发送"),
            Self::Stopped => ("the service was stopped", "服务已停止"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}
