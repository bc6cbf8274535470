//! Callbacks: WeCom asks whether an address is ours, and then posts that there is news.
//!
//! The news itself is fetched with [`super::Service`]. A callback that is played back makes one
//! fetch what is there anyway; its time is therefore not held against a clock.

use facts::Instant;
use intake::Lang;

use super::{crypto, xml};
use crate::Secret;

/// The largest body of a callback in bytes.
pub const MAX_BODY: usize = 64 << 10;

/// What a callback's address has behind the question mark.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// `msg_signature`.
    pub msg_signature: &'a str,
    /// `timestamp`.
    pub timestamp: &'a str,
    /// `nonce`.
    pub nonce: &'a str,
}

/// The `EncodingAESKey` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadKey;

impl std::fmt::Display for BadKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected an `EncodingAESKey`: 43 letters and digits")
    }
}

impl std::error::Error for BadKey {}

/// Why a callback is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is too large.
    TooLong,
    /// It is not the XML of a callback.
    NotXml,
    /// Its signature is wrong.
    Signature,
    /// It cannot be decrypted.
    Sealed,
    /// It is meant for another corporation.
    Receiver,
}

impl Refused {
    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::TooLong => 413,
            Self::NotXml => 400,
            Self::Signature | Self::Sealed | Self::Receiver => 403,
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn message(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::TooLong => ("the callback is larger than 64 KiB", "回调超过 64 KiB"),
            Self::NotXml => ("expected the XML of a callback", "应为回调的 XML"),
            Self::Signature => (
                "the signature is wrong: check the callback's Token",
                "签名不正确：请检查回调 Token",
            ),
            Self::Sealed => (
                "it cannot be decrypted: check the EncodingAESKey",
                "无法解密：请检查 EncodingAESKey",
            ),
            Self::Receiver => (
                "it is meant for another corporation: check the corporation's id",
                "接收方不符：请检查企业 ID",
            ),
        };
        if lang == Lang::En { en } else { zh }
    }
}

/// What a callback says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// There is news for a customer service account: fetch it.
    News {
        /// The account, `open_kfid`.
        account: String,
        /// A token that makes fetching less restricted, for 10 minutes.
        token: Secret,
        /// When WeCom says it happened; absent: it does not say.
        at: Option<Instant>,
    },
    /// Something else, by its name.
    Other(String),
}

/// Checks and opens the callbacks of one corporation.
#[derive(Clone)]
pub struct Callback {
    token: Secret,
    key: [u8; 32],
    receiver: String,
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Callback").field("receiver", &self.receiver).finish_non_exhaustive()
    }
}

impl Callback {
    /// Callbacks with a Token and an `EncodingAESKey` as WeCom's page shows them, for the
    /// corporation's id (of a suite: the suite's).
    ///
    /// # Errors
    ///
    /// [`BadKey`].
    ///
    /// # Example
    ///
    /// WeCom's own sample.
    ///
    /// ```
    /// use connect::{Secret, wecom::{Callback, Query}};
    /// let key = Secret::from("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C");
    /// let callback = Callback::new(Secret::from("QDG6eK"), &key, "wx5823bf96d3bd56c7")?;
    /// let query = Query {
    ///     msg_signature: "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    ///     timestamp: "1409659589",
    ///     nonce: "263014780",
    /// };
    /// let echo = [
    ///     "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4R",
    ///     "Pcs8TgAE7OaBO+FZXvnaqQ==",
    /// ];
    /// assert_eq!(callback.echo(&query, &echo.concat()).unwrap(), "1616140317555161061");
    /// # Ok::<(), connect::wecom::BadKey>(())
    /// ```
    pub fn new(
        token: Secret,
        encoding_aes_key: &Secret,
        receiver: impl Into<String>,
    ) -> Result<Self, BadKey> {
        let key = crypto::key(encoding_aes_key.reveal()).ok_or(BadKey)?;
        Ok(Self { token, key, receiver: receiver.into() })
    }

    /// Answers WeCom's question whether the address is ours: the text to send back.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub fn echo(&self, query: &Query<'_>, echostr: &str) -> Result<String, Refused> {
        let message = self.open(query, echostr)?;
        String::from_utf8(message).map_err(|_| Refused::Sealed)
    }

    /// Opens what was posted. Answer with status 200 and no body.
    ///
    /// # Errors
    ///
    /// [`Refused`].
    pub fn event(&self, query: &Query<'_>, body: &[u8]) -> Result<Event, Refused> {
        if body.len() > MAX_BODY {
            return Err(Refused::TooLong);
        }
        let outer = xml::elements(body).ok_or(Refused::NotXml)?;
        let sealed = text(&outer, "Encrypt").ok_or(Refused::NotXml)?;
        let inner = self.open(query, sealed)?;
        let inner = xml::elements(&inner).ok_or(Refused::NotXml)?;
        let name = text(&inner, "Event").or_else(|| text(&inner, "MsgType")).unwrap_or_default();
        if name != "kf_msg_or_event" {
            return Ok(Event::Other(name.chars().take(64).collect()));
        }
        let needed = |key| text(&inner, key).map(str::trim).filter(|text| !text.is_empty());
        let account = needed("OpenKfId").ok_or(Refused::NotXml)?.to_owned();
        let token = Secret::from(needed("Token").ok_or(Refused::NotXml)?);
        let at = needed("CreateTime").and_then(|text| text.parse::<i64>().ok());
        let at = at.and_then(|seconds| seconds.checked_mul(1_000)).map(Instant);
        Ok(Event::News { account, token, at })
    }

    fn open(&self, query: &Query<'_>, sealed: &str) -> Result<Vec<u8>, Refused> {
        let Query { msg_signature, timestamp, nonce } = *query;
        let expected = crypto::signature(self.token.reveal(), timestamp, nonce, sealed);
        if !crypto::same(&expected, msg_signature) {
            return Err(Refused::Signature);
        }
        let (message, receiver) = crypto::open(&self.key, sealed).ok_or(Refused::Sealed)?;
        if receiver != self.receiver.as_bytes() {
            return Err(Refused::Receiver);
        }
        Ok(message)
    }
}

fn text<'a>(elements: &'a [(String, String)], name: &str) -> Option<&'a str> {
    elements.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mutated::change;
    use crate::wecom::crypto::tests::{seal, seal_bytes};

    const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
    const CORP: &str = "wx5823bf96d3bd56c7";

    fn callback() -> Callback {
        Callback::new(Secret::from("QDG6eK"), &Secret::from(KEY), CORP).unwrap()
    }

    fn key() -> [u8; 32] {
        crypto::key(KEY).unwrap()
    }

    /// Takes a sealed text as if WeCom had signed it.
    fn post(sealed: &str) -> Result<Event, Refused> {
        let signature = crypto::signature("QDG6eK", "1", "2", sealed);
        let query = Query { msg_signature: &signature, timestamp: "1", nonce: "2" };
        let body = format!("<xml><ToUserName>x</ToUserName><Encrypt>{sealed}</Encrypt></xml>");
        callback().event(&query, body.as_bytes())
    }

    const NEWS: &str = "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\
        <CreateTime>1348831860</CreateTime><MsgType><![CDATA[event]]></MsgType>\
        <Event><![CDATA[kf_msg_or_event]]></Event><Token><![CDATA[ENCtoken]]></Token>\
        <OpenKfId><![CDATA[wkkf1]]></OpenKfId></xml>";

    /// WeCom's published sample.
    #[test]
    fn the_published_echo_comes_out() {
        let query = Query {
            msg_signature: "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
            timestamp: "1409659589",
            nonce: "263014780",
        };
        let echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4R\
                    Pcs8TgAE7OaBO+FZXvnaqQ==";
        assert_eq!(callback().echo(&query, echo).as_deref(), Ok("1616140317555161061"));
        let wrong = Query { nonce: "263014781", ..query };
        assert_eq!(callback().echo(&wrong, echo), Err(Refused::Signature));
    }

    #[test]
    fn news_is_opened() {
        let expected = Event::News {
            account: "wkkf1".into(),
            token: Secret::from("ENCtoken"),
            at: Some(Instant(1_348_831_860_000)),
        };
        assert_eq!(post(&seal(&key(), NEWS.as_bytes(), CORP)), Ok(expected));
        let other = "<xml><Event>subscribe</Event></xml>";
        let found = post(&seal(&key(), other.as_bytes(), CORP));
        assert_eq!(found, Ok(Event::Other("subscribe".into())));
    }

    #[test]
    fn what_is_not_from_wecom_is_refused() {
        let sealed = seal(&key(), NEWS.as_bytes(), CORP);
        let good = crypto::signature("QDG6eK", "1", "2", &sealed);
        let body = format!("<xml><Encrypt>{sealed}</Encrypt></xml>");
        let query = |msg_signature, nonce| Query { msg_signature, timestamp: "1", nonce };
        let event = |query: &Query<'_>, body: &str| callback().event(query, body.as_bytes());
        assert!(event(&query(&good, "2"), &body).is_ok());
        assert_eq!(event(&query(&good, "3"), &body), Err(Refused::Signature));
        assert_eq!(event(&query("", "2"), &body), Err(Refused::Signature));
        assert_eq!(event(&query(&good[1..], "2"), &body), Err(Refused::Signature));
        assert_eq!(event(&query(&good, "2"), "<xml></xml>"), Err(Refused::NotXml));
        let large = " ".repeat(MAX_BODY + 1);
        assert_eq!(event(&query(&good, "2"), &large), Err(Refused::TooLong));
        let other_corp = post(&seal(&key(), NEWS.as_bytes(), "wx0"));
        assert_eq!(other_corp, Err(Refused::Receiver));
        let other_key = post(&seal(&[9; 32], NEWS.as_bytes(), CORP));
        assert_eq!(other_key, Err(Refused::Sealed));
        let no_account = NEWS.replace("OpenKfId", "X");
        assert_eq!(post(&seal(&key(), no_account.as_bytes(), CORP)), Err(Refused::NotXml));
    }

    #[test]
    fn keys_are_shown_nowhere() {
        let shown = format!("{:?}", callback());
        assert!(!shown.contains("QDG6eK") && !shown.contains("key"), "{shown}");
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// No bytes make it panic: bodies, sealed texts and what is in them.
        #[test]
        fn mutated_callbacks_are_refused_or_read(
            changes in prop::collection::vec(change(), 1..4),
            random in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mutate = |text: &str| {
                let mut bytes = text.as_bytes().to_vec();
                changes.iter().for_each(|change| change.apply(&mut bytes));
                bytes
            };
            let _ = post(&seal(&key(), &mutate(NEWS), CORP));
            let mut blocks = random.clone();
            blocks.resize(random.len() / 16 * 16, 0);
            let _ = post(&seal_bytes(&key(), blocks));
            let sealed = seal(&key(), NEWS.as_bytes(), CORP);
            let _ = post(&String::from_utf8_lossy(&mutate(&sealed)));
            let query = Query { msg_signature: "x", timestamp: "1", nonce: "2" };
            let _ = callback().event(&query, &random);
            let _ = xml::elements(&mutate(NEWS));
        }
    }
}
