//! Why a connector got nothing, in both languages and without secrets.

use std::fmt;
use std::time::Duration;

/// Language of a message.
pub use intake::Lang;

/// A call that brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub reason: Reason,
    /// What is to be done.
    pub action: Action,
}

/// What is to be done about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask again, later each time.
    Again,
    /// Ask again, not before so much time has passed.
    After(Duration),
    /// Stop and tell a person: by itself it will not pass.
    Person,
}

/// Why a call brought nothing. No text of the other side is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The address is none that may be called.
    Address,
    /// No connection came about.
    Connect,
    /// The certificate of the other side is not trusted, or TLS failed otherwise.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection broke off.
    HungUp,
    /// The answer is larger than so many bytes.
    TooLong(usize),
    /// The answer has this HTTP status.
    Status(u16),
    /// The answer is no JSON.
    NotJson,
    /// The answer lacks what every such answer has, or contradicts itself.
    Unexpected(&'static str),
    /// Too many calls.
    TooMany(i64),
    /// The platform is overloaded or out of order.
    Busy(i64),
    /// The access token is not valid, and a new one did not help or could not be had.
    Token(i64),
    /// The application or its secret is not known.
    Credentials(i64),
    /// The signature is wrong: the application's secret, or this machine's clock.
    Signature(i64),
    /// The application may not do this.
    Permission(i64),
    /// The call has to come from another place: from JD's own cloud, or a listed address.
    Place(i64),
    /// The customer service account is not known or not the application's.
    Account(i64),
    /// What was asked for is not accepted.
    Arguments(i64),
    /// A code without a known meaning.
    Unknown(i64),
}

impl Problem {
    pub(crate) const fn again(reason: Reason) -> Self {
        Self { reason, action: Action::Again }
    }

    pub(crate) const fn after(reason: Reason, wait: Duration) -> Self {
        Self { reason, action: Action::After(wait) }
    }

    pub(crate) const fn person(reason: Reason) -> Self {
        Self { reason, action: Action::Person }
    }
}

impl Reason {
    /// The code that the other side gave; absent: it gave none.
    #[must_use]
    pub const fn code(&self) -> Option<i64> {
        match self {
            Self::TooMany(code)
            | Self::Busy(code)
            | Self::Token(code)
            | Self::Credentials(code)
            | Self::Signature(code)
            | Self::Permission(code)
            | Self::Place(code)
            | Self::Account(code)
            | Self::Arguments(code)
            | Self::Unknown(code) => Some(*code),
            Self::Status(code) => Some(*code as i64),
            _ => None,
        }
    }

    /// What happened and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let (en, zh) = self.words();
        let text = if lang == Lang::En { en } else { zh };
        match (self.code(), self, lang) {
            (Some(code), _, Lang::En) => format!("{text} (code {code})"),
            (Some(code), ..) => format!("{text}（代码 {code}）"),
            (None, Self::TooLong(limit), _) => format!("{text} {limit}"),
            (None, Self::Unexpected(what), _) => format!("{text} `{what}`"),
            _ => text.to_owned(),
        }
    }

    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Address => ("the address is not an https URL", "地址不是 https URL"),
            Self::Connect => {
                ("no connection: check network and address", "无法连接：请检查网络与地址")
            }
            Self::Tls => ("TLS failed: the certificate is not trusted", "TLS 失败：证书不受信任"),
            Self::Timeout => ("no answer in time", "未及时得到应答"),
            Self::HungUp => ("the connection broke off", "连接中断"),
            Self::TooLong(_) => {
                ("the answer is larger than the limit in bytes:", "应答超出长度限制（字节）：")
            }
            Self::Status(_) => ("the answer has an HTTP status of failure", "HTTP 状态异常"),
            Self::NotJson => ("the answer is not JSON", "应答不是 JSON"),
            Self::Unexpected(_) => {
                ("the answer lacks or contradicts", "应答缺少以下内容或与其矛盾：")
            }
            Self::TooMany(_) => ("too many calls", "调用过于频繁"),
            Self::Busy(_) => ("the platform is busy or out of order", "平台繁忙或故障"),
            Self::Token(_) => (
                "the access token is not valid: authorise the application again",
                "访问令牌无效：请重新授权",
            ),
            Self::Credentials(_) => (
                "the application or its secret is not known: check both",
                "应用标识或密钥不正确：请检查",
            ),
            Self::Signature(_) => (
                "the signature is not accepted: check the application's secret and the clock",
                "签名未通过：请检查应用密钥与本机时间",
            ),
            Self::Permission(_) => (
                "the application may not do this: apply for the permission on the platform",
                "应用没有此权限：请在平台申请",
            ),
            Self::Place(_) => (
                "the platform takes this call from its own cloud or from listed addresses only",
                "平台只接受来自其云内或白名单地址的调用",
            ),
            Self::Account(_) => (
                "the customer service account is not known or not this application's",
                "客服账号不存在或不属于此应用",
            ),
            Self::Arguments(_) => {
                ("the platform does not accept what was asked for", "请求参数未被接受")
            }
            Self::Unknown(_) => {
                ("the platform refused for an unknown reason", "平台拒绝，原因未知")
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Problem {}
