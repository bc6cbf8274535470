//! What goes wrong, as callers are told: RFC 9457, in the caller's language.
//!
//! [`Kind`] is the one table: code, status, title, what to do. A handler returns a [`Problem`];
//! the outermost layer of [`crate::shell`] writes it out, because only there are the language and
//! the request's id known. What is not a caller's business (why the disk failed) goes to the log.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder};

use crate::language::{self, Lang};

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// How the `type` of every problem begins; the code follows.
pub const TYPE: &str = "urn:yingda:problem:";

/// How `instance` begins; the request's id follows.
pub const INSTANCE: &str = "urn:yingda:request:";

/// A kind of problem: its code, its status, its title and what to do, in English and Chinese.
struct Entry {
    code: &'static str,
    status: StatusCode,
    title: [&'static str; 2],
    action: [&'static str; 2],
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $status:ident
        $en:literal $zh:literal, $action_en:literal $action_zh:literal;)*) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$name => Entry {
                        code: $code,
                        status: StatusCode::$status,
                        title: [$en, $zh],
                        action: [$action_en, $action_zh],
                    },)*
                }
            }
        }
    };
}

kinds! {
    /// The request is no HTTP that can be answered.
    BadRequest = "bad-request" BAD_REQUEST
        "The request cannot be read" "无法读取请求",
        "Look at `detail`, correct the request and send it again."
        "请按 `detail` 修正请求后重发。";
    /// A part of the path or query is not what it should be.
    BadParameter = "bad-parameter" BAD_REQUEST
        "A parameter does not fit" "参数不符合要求",
        "Look at `detail` and at the API's description for what is expected."
        "请按 `detail` 及接口说明检查参数。";
    /// The body is broken: nothing of it was taken.
    BrokenBody = "broken-body" BAD_REQUEST
        "The body is broken; none of it was accepted" "请求正文损坏；未接收其中任何内容",
        "Fix the body as `detail` says, at `line` and `byte` if given, and send all of it again."
        "请按 `detail` 修正正文（若给出 `line` 与 `byte`，即在该处），然后整体重发。";
    /// The body is whole and does not say what it should.
    UnfitBody = "unfit-body" UNPROCESSABLE_ENTITY
        "The body does not fit" "请求正文不符合要求",
        "Look at `detail` and at the API's description for what is expected."
        "请按 `detail` 及接口说明检查正文。";
    /// Nobody is signed in.
    SignInNeeded = "sign-in-needed" UNAUTHORIZED
        "Sign in first" "请先登录",
        "Sign in, or send a valid token as `Authorization: Bearer yd_…`."
        "请登录，或以 `Authorization: Bearer yd_…` 发送有效令牌。";
    /// A sign-in was refused. Which part of it was wrong is not said.
    SignInFailed = "sign-in-failed" UNAUTHORIZED
        "The sign-in was refused" "登录未通过",
        "Check login and password, and the one-time code where a second factor is set."
        "请检查登录名和密码；设有两步验证的还须检查动态验证码。";
    /// A link for a sign-up or a new password that does not work.
    LinkOver = "link-over" GONE
        "The link does not work" "链接无效",
        "A link works once and for a day: ask an owner for a new one."
        "链接只能使用一次，且一天内有效；请向所有者索取新链接。";
    /// The caller may not do this.
    NotAllowed = "not-allowed" FORBIDDEN
        "You may not do this" "没有权限",
        "Ask an owner for the role or the shop that this requires."
        "请向所有者申请所需的角色或店铺权限。";
    /// Who is signed in gave another password than their own.
    WrongPassword = "wrong-password" FORBIDDEN
        "The password is wrong" "密码不正确",
        "Enter the password that you sign in with."
        "请输入登录所用的密码。";
    /// A page of somebody else tried to act for the signed-in user.
    OtherOrigin = "other-origin" FORBIDDEN
        "The request comes from another site" "请求来自其他站点",
        "Open the console at its own address and try again; programs use tokens."
        "请从控制台自己的地址打开后重试；程序请使用令牌。";
    /// What a platform posts is not signed as was agreed with it.
    WrongSignature = "wrong-signature" FORBIDDEN
        "The call does not come from the platform" "请求并非来自该平台",
        "Look at `detail`; compare the connector's settings with those on the platform's page."
        "请查看 `detail`，并核对接入设置与平台页面上的设置。";
    /// There is nothing here.
    NotFound = "not-found" NOT_FOUND
        "There is nothing here" "此处没有内容",
        "Check the address; `/v1/openapi.json` lists all addresses."
        "请检查地址；`/v1/openapi.json` 列出全部接口。";
    /// Not with this method.
    MethodNotAllowed = "method-not-allowed" METHOD_NOT_ALLOWED
        "This address does not take that method" "此地址不支持该方法",
        "Use one of the methods in the header `Allow`."
        "请使用响应头 `Allow` 中的方法。";
    /// It cannot be done as things stand.
    Conflict = "conflict" CONFLICT
        "This conflicts with what is already there" "与现有状态冲突",
        "Look at `detail`; choose another name, or first change what stands in the way."
        "请查看 `detail`：换一个名称，或先更改妨碍操作的设置。";
    /// The client sent too slowly.
    TooSlow = "too-slow" REQUEST_TIMEOUT
        "The request took too long to arrive" "请求发送超时",
        "Send it again; send less at a time where the connection is slow."
        "请重发；连接较慢时请减少每次发送的内容。";
    /// The body, or the number of rows in it, is beyond a limit.
    TooLarge = "too-large" PAYLOAD_TOO_LARGE
        "The request is too large; none of it was accepted" "请求过大；未接收其中任何内容",
        "Split it into several requests."
        "请拆分为多次请求。";
    /// The body is of a type or coding that is not read here.
    UnsupportedType = "unsupported-type" UNSUPPORTED_MEDIA_TYPE
        "This type of body is not supported here" "不支持这种类型的正文",
        "Use a `Content-Type` and a `Content-Encoding` that `detail` names."
        "请使用 `detail` 所列的 `Content-Type` 与 `Content-Encoding`。";
    /// The caller asks for more than there is room for at the moment.
    TooMany = "too-many" TOO_MANY_REQUESTS
        "Too much at once" "请求过于频繁",
        "Wait as long as `Retry-After` says and send it again."
        "请等待 `Retry-After` 所示的秒数后重发。";
    /// The request's address and headers are beyond the limit.
    HeadersTooLarge = "headers-too-large" REQUEST_HEADER_FIELDS_TOO_LARGE
        "The headers are too large" "请求头过大",
        "Send fewer or shorter headers; clear the site's cookies in a browser."
        "请减少或缩短请求头；浏览器请清除本站的 Cookie。";
    /// We are wrong.
    Internal = "internal" INTERNAL_SERVER_ERROR
        "The server made a mistake" "服务器出错",
        "Try again; if it persists, report the request's id in `instance`."
        "请重试；若仍出现，请报告 `instance` 中的请求编号。";
    /// The server starts or stops, or took too long.
    Busy = "busy" SERVICE_UNAVAILABLE
        "The server is busy" "服务器繁忙",
        "Wait as long as `Retry-After` says and send it again."
        "请等待 `Retry-After` 所示的秒数后重发。";
}

impl Kind {
    /// The stable code, at the end of `type`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.entry().status
    }

    /// What happened, in general.
    #[must_use]
    pub const fn title(self, lang: Lang) -> &'static str {
        self.entry().title[lang_place(lang)]
    }

    /// What the caller can do.
    #[must_use]
    pub const fn action(self, lang: Lang) -> &'static str {
        self.entry().action[lang_place(lang)]
    }

    /// The kind of an answer that was made by somebody who knows of no kinds.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let known = Self::ALL.iter().find(|kind| kind.status() == status);
        known.copied().unwrap_or(match status.is_client_error() {
            true => Self::BadRequest,
            false => Self::Internal,
        })
    }
}

const fn lang_place(lang: Lang) -> usize {
    match lang {
        Lang::En => 0,
        Lang::Zh => 1,
    }
}

/// A place in a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BodyPlace {
    /// The line, from 1.
    pub line: u64,
    /// The byte of the line, from 1.
    pub byte: u64,
}

/// One of several things that are wrong with a text within the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the text.
    pub place: BodyPlace,
    /// A stable code.
    pub code: &'static str,
    /// What was found, what was expected, what to do, in English.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    detail: Option<[String; 2]>,
    place: Option<BodyPlace>,
    faults: Vec<Fault>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of which nothing more is said.
    ///
    /// # Example
    ///
    /// ```
    /// use server::problem::{Kind, Problem};
    /// let problem = Problem::new(Kind::Busy).retry_after(2);
    /// assert_eq!(problem.kind().status(), 503);
    /// ```
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, detail: None, place: None, faults: Vec::new(), retry_after: None }
    }

    /// Says what exactly is wrong, in English and Chinese.
    #[must_use]
    pub fn detail(self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { detail: Some([en.into(), zh.into()]), ..self }
    }

    /// Says where in the body.
    #[must_use]
    pub fn at(self, place: BodyPlace) -> Self {
        Self { place: Some(place), ..self }
    }

    /// Says all that is wrong with a text within the body.
    #[must_use]
    pub fn faults(self, faults: Vec<Fault>) -> Self {
        Self { faults, ..self }
    }

    /// Says after how many seconds to come again.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// What kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The answer's body.
    #[must_use]
    pub fn body(&self, lang: Lang, request: &str) -> ProblemBody {
        let detail = self.detail.as_ref().map(|texts| texts[lang_place(lang)].clone());
        ProblemBody {
            r#type: format!("{TYPE}{}", self.kind.code()),
            title: self.kind.title(lang).to_owned(),
            status: self.kind.status().as_u16(),
            detail,
            action: self.kind.action(lang).to_owned(),
            instance: format!("{INSTANCE}{request}"),
            line: self.place.map(|place| place.line),
            byte: self.place.map(|place| place.byte),
            faults: self.faults.iter().map(|fault| fault.body(lang)).collect(),
        }
    }

    /// The whole answer. `old` is the one it takes the place of, whose `Allow` stays.
    pub(crate) fn answer(&self, lang: Lang, request: &str, old: &Response) -> Response {
        // A body of texts and numbers always becomes JSON.
        let json = serde_json::to_vec(&self.body(lang, request)).unwrap_or_default();
        let mut response = (self.kind.status(), json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language::word(lang)));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = old.headers().get(header::ALLOW) {
            headers.insert(header::ALLOW, allow.clone());
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind.status() == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"yingda\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// A bare answer that carries the problem to the outermost layer, which writes it out.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Problems as the API's description has them: kinds of one status are one answer.
pub(crate) fn describe(kinds: &[Kind]) -> BTreeMap<String, RefOr<Described>> {
    let mut texts: BTreeMap<u16, String> = BTreeMap::new();
    for kind in kinds {
        let text = texts.entry(kind.status().as_u16()).or_default();
        if !text.is_empty() {
            text.push_str(" / ");
        }
        text.push_str(&format!("{} (`{}`)", kind.title(Lang::En), kind.code()));
    }
    let answer = |text: String| {
        let schema = Ref::from_schema_name("Problem");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new().description(text).content(MEDIA_TYPE, content).build()
    };
    texts.into_iter().map(|(status, text)| (status.to_string(), answer(text).into())).collect()
}

/// Declares a list of problems that the description of an operation names.
macro_rules! described {
    ($(#[$doc:meta])* $name:ident: [$($kind:ident),+ $(,)?]) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::response::Response>,
            > {
                $crate::problem::describe(&[$($crate::problem::Kind::$kind),+])
            }
        }
    };
}
pub(crate) use described;

/// A problem as it is sent: RFC 9457, with what to do and, for bodies, where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The kind, stable: `urn:yingda:problem:` and a code.
    pub r#type: String,
    /// What happened, in general.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What to do.
    pub action: String,
    /// The request: `urn:yingda:request:` and its id, as in the header `X-Request-Id`.
    pub instance: String,
    /// The line of the body, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The byte of the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
    /// All that is wrong with a text within the body; absent where no such text is at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub faults: Vec<FaultBody>,
}

/// One thing that is wrong with a text within the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultBody {
    /// The line of the text, from 1.
    pub line: u64,
    /// The byte of the line, from 1.
    pub byte: u64,
    /// A stable code.
    pub code: String,
    /// What was found, what was expected, what to do.
    pub message: String,
}

impl Fault {
    fn body(&self, lang: Lang) -> FaultBody {
        FaultBody {
            line: self.place.line,
            byte: self.place.byte,
            code: self.code.to_owned(),
            message: language::of(lang, &self.en, &self.zh).clone(),
        }
    }
}

/// The page of all kinds in a language, Markdown.
///
/// # Example
///
/// ```
/// assert!(server::problem::page(intake::Lang::En).contains("## `too-large` (413)"));
/// ```
#[must_use]
pub fn page(lang: Lang) -> String {
    let mut page = String::from(language::of(lang, PAGE, PAGE_ZH));
    for kind in Kind::ALL {
        let (code, status) = (kind.code(), kind.status().as_u16());
        let (title, action) = (kind.title(lang), kind.action(lang));
        let end = language::of(lang, ".", "。");
        page += &format!("\n## `{code}` ({status})\n\n{title}{end} {action}\n");
    }
    page
}

const PAGE: &str = "\
# Problems

<!-- Made by `cargo xtask docs` from the table of kinds; a test compares it. -->

Every error of the server is `application/problem+json` (RFC 9457). `type` is
`urn:yingda:problem:` and one of the codes below, `instance` is `urn:yingda:request:` and the
request's id, which is in the header `X-Request-Id` and in the log too. `title`, `detail` and
`action` are in English or Chinese, by `?lang=` or `Accept-Language`. Where a place in a body is at
fault, `line` and `byte` say which; where a text within the body is, `faults` lists all that is
wrong with it, each with its own place.
";

const PAGE_ZH: &str = "\
# 错误种类

<!-- 由 `cargo xtask docs` 根据种类表生成；有测试比对。 -->

服务器的每个错误都是 `application/problem+json`（RFC 9457）。`type` 为 `urn:yingda:problem:`
加下列代码之一，`instance` 为 `urn:yingda:request:` 加请求编号，该编号也在响应头 `X-Request-Id`
与日志中。`title`、`detail`、`action` 依 `?lang=` 或 `Accept-Language` 为中文或英文。
若正文某处有误，`line` 与 `byte` 指出位置；若正文所含的文本有误，`faults` 列出其全部问题及各自位置。
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_says_what_happened_and_what_to_do_in_both_languages() {
        let codes: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| (kind.title(lang), kind.action(lang)));
            assert!(en.0.is_ascii() && !zh.0.is_ascii() && !zh.1.is_ascii(), "{kind:?}");
            assert!(en.1.ends_with('.') && zh.1.ends_with('。'), "{kind:?}");
        }
    }

    #[test]
    fn bare_statuses_become_kinds() {
        assert_eq!(Kind::of_status(StatusCode::NOT_FOUND), Kind::NotFound);
        assert_eq!(Kind::of_status(StatusCode::IM_A_TEAPOT), Kind::BadRequest);
        assert_eq!(Kind::of_status(StatusCode::BAD_GATEWAY), Kind::Internal);
    }
}
