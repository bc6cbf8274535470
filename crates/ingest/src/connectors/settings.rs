//! What a connector is told: whom to ask, as whom, and how often.

use std::fmt;
use std::net::IpAddr;

use connect::chatwoot::{Chatwoot, Trust};
use connect::jd::{App, Credentials, Performance, Reach, Sessions, TOKENS, Tokens};
use connect::wecom::{Callback, Corp, Service};
use connect::{Http, Secret, jd, wecom};
use facts::Span;
use intake::Profile;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What stands in the place of a secret that is shown: given back, it stays as it is.
pub const MASKED: &str = "***";

/// The longest text of a setting, in bytes.
const LONGEST: usize = 1_024;

/// What a connector is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ConnectorSettings {
    /// JD's customer service (京东咚咚).
    Jd(JdSettings),
    /// WeCom's customer service (微信客服).
    Wecom(WecomSettings),
    /// Chatwoot's webhooks.
    Chatwoot(ChatwootSettings),
}

/// JD: an application that a shop has authorised. Secrets are shown as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JdSettings {
    /// The shop's id in facts.
    pub shop: String,
    /// The shop's number at JD (`venderId`).
    pub vender: String,
    /// The application's key.
    pub app_key: String,
    /// The application's secret.
    pub app_secret: String,
    /// The token of the shop's authorisation.
    pub access_token: String,
    /// The token that renews it; absent: a person authorises again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Sessions and chat logs are asked for one by one, where `dongdong-chat-details` is not
    /// allowed.
    #[serde(default)]
    pub one_by_one: bool,
    /// Also what JD says of the waiters, once a day.
    #[serde(default)]
    pub performance: bool,
    /// How far each window reaches back, in minutes: 1 to 10080, usually 120. A session that stays
    /// open for longer loses its end.
    #[serde(default = "two_hours")]
    pub look_back_minutes: u32,
    /// How many days back the first call begins: 0 to 90, usually 1.
    #[serde(default = "one")]
    pub days_back: u32,
    /// How often it is asked, in seconds: 1 to 86400, usually 300.
    #[serde(default = "five_minutes")]
    pub every_seconds: u32,
    /// Where JD's interfaces lie; absent: at JD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// WeCom: an account of the customer service. Secrets are shown as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WecomSettings {
    /// The corporation's id.
    pub corp_id: String,
    /// The secret of the customer service.
    pub secret: String,
    /// The account (`open_kfid`).
    pub account: String,
    /// The shop's id in facts; absent: the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// The Token of the callback, with `encoding_aes_key`; absent: there is no callback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_token: Option<String>,
    /// The `EncodingAESKey` of the callback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding_aes_key: Option<String>,
    /// How often it is asked without a callback, in seconds: 1 to 86400, usually 600.
    #[serde(default = "ten_minutes")]
    pub every_seconds: u32,
    /// Where WeCom's interfaces lie; absent: at WeCom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// Chatwoot: a webhook. Secrets are shown as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatwootSettings {
    /// The webhook's secret; absent: events are known by the addresses that they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The addresses that unsigned events may come from.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The shop's id in facts; absent: the inbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
}

const fn one() -> u32 {
    1
}

const fn two_hours() -> u32 {
    120
}

const fn five_minutes() -> u32 {
    300
}

const fn ten_minutes() -> u32 {
    600
}

/// What is wrong with settings, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadConnector {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

fn bad(en: impl Into<String>, zh: impl Into<String>) -> BadConnector {
    BadConnector { en: en.into(), zh: zh.into() }
}

impl fmt::Debug for ConnectorSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Most of it is secret.
        write!(f, "ConnectorSettings({})", self.kind())
    }
}

impl ConnectorSettings {
    /// Its word: `jd`, `wecom`, `chatwoot`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Jd(_) => "jd",
            Self::Wecom(_) => "wecom",
            Self::Chatwoot(_) => "chatwoot",
        }
    }

    /// Every secret, by name.
    fn secrets(&mut self) -> Vec<(&'static str, &mut String)> {
        match self {
            Self::Jd(jd) => {
                let own =
                    [("app_secret", &mut jd.app_secret), ("access_token", &mut jd.access_token)];
                own.into_iter().chain(secret("refresh_token", &mut jd.refresh_token)).collect()
            }
            Self::Wecom(wecom) => [("secret", &mut wecom.secret)]
                .into_iter()
                .chain(secret("callback_token", &mut wecom.callback_token))
                .chain(secret("encoding_aes_key", &mut wecom.encoding_aes_key))
                .collect(),
            Self::Chatwoot(chatwoot) => {
                secret("secret", &mut chatwoot.secret).into_iter().collect()
            }
        }
    }

    /// The same with stars for secrets.
    #[must_use]
    pub fn masked(&self) -> Self {
        let mut shown = self.clone();
        shown.secrets().into_iter().for_each(|(_, text)| MASKED.clone_into(text));
        shown
    }

    /// Where it calls, if not at the usual place.
    fn base(&self) -> Option<&str> {
        match self {
            Self::Jd(jd) => jd.base.as_deref(),
            Self::Wecom(wecom) => wecom.base.as_deref(),
            Self::Chatwoot(_) => None,
        }
    }

    /// Puts the secrets that there were in the place of stars, as long as they go where they went:
    /// who may set a connector may not learn its secrets by calling another host with them.
    ///
    /// # Errors
    ///
    /// [`BadConnector`] where there was none, or where `base` is another.
    pub(crate) fn unmasked(mut self, old: Option<&Self>) -> Result<Self, BadConnector> {
        let is_elsewhere = old.is_some_and(|old| old.base() != self.base());
        let mut old = old.cloned();
        let mut known = old.as_mut().map(Self::secrets).unwrap_or_default();
        for (name, text) in self.secrets() {
            if *text != MASKED {
                continue;
            }
            if is_elsewhere {
                return Err(bad(
                    format!("`{name}`: `base` is another than before; give the secret again"),
                    format!("`{name}`：`base` 已更改，请重新填写密钥"),
                ));
            }
            match known.iter_mut().find(|(known, _)| *known == name) {
                Some((_, secret)) => text.clone_from(secret),
                None => {
                    return Err(bad(
                        format!("`{name}`: there is none yet that could stay; give it"),
                        format!("`{name}`：尚无可保留的值，请填写"),
                    ));
                }
            }
        }
        Ok(self)
    }
}

fn secret<'a>(
    name: &'static str,
    text: &'a mut Option<String>,
) -> Option<(&'static str, &'a mut String)> {
    text.as_mut().map(|text| (name, text))
}

/// What runs by settings.
pub(crate) enum Built {
    Jd(Box<BuiltJd>),
    Wecom(Box<BuiltWecom>),
    Chatwoot(Box<Chatwoot>),
}

pub(crate) struct BuiltJd {
    pub(crate) sessions: Sessions,
    pub(crate) performance: Option<Performance>,
    pub(crate) days_back: u32,
    pub(crate) vender: String,
    pub(crate) shop: String,
}

pub(crate) struct BuiltWecom {
    pub(crate) service: Service,
    pub(crate) callback: Option<Callback>,
    /// Names the account among all.
    pub(crate) place: String,
    pub(crate) account: String,
    pub(crate) shop: String,
}

/// Told of every renewal of JD's tokens.
pub(crate) type Renewed = Box<dyn Fn(&Tokens) + Send + Sync>;

fn text(name: &str, value: &str) -> Result<(), BadConnector> {
    if value.is_empty() || value.len() > LONGEST || value.contains(char::is_control) {
        return Err(bad(
            format!("`{name}`: expected 1 to {LONGEST} bytes without control characters"),
            format!("`{name}`：应为 1 至 {LONGEST} 字节，不含控制字符"),
        ));
    }
    Ok(())
}

fn number(name: &str, value: u32, min: u32, max: u32) -> Result<(), BadConnector> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(bad(
        format!("`{name}` is {value}; expected {min} to {max}"),
        format!("`{name}` 为 {value}，应为 {min} 至 {max}"),
    ))
}

fn shipped(name: &str, shop: Option<&str>) -> Result<Profile, BadConnector> {
    let missing = || bad(format!("no profile `{name}`"), format!("没有映射方案 `{name}`"));
    let mut profile = Profile::shipped(name).ok_or_else(missing)?;
    if let Some(shop) = shop {
        text("shop", shop)?;
        profile.set("shop", shop).map_err(|problem| {
            bad(problem.message(intake::Lang::En), problem.message(intake::Lang::Zh))
        })?;
    }
    Ok(profile)
}

fn refused(problem: connect::Problem) -> BadConnector {
    let [en, zh] = [intake::Lang::En, intake::Lang::Zh].map(|lang| problem.reason.message(lang));
    bad(format!("`base`: {en}"), format!("`base`：{zh}"))
}

impl ConnectorSettings {
    /// How often the other side is asked.
    pub(crate) const fn every_seconds(&self) -> u32 {
        match self {
            Self::Jd(jd) => jd.every_seconds,
            Self::Wecom(wecom) => wecom.every_seconds,
            Self::Chatwoot(_) => 0,
        }
    }

    /// Looks at everything, and builds what runs by it.
    ///
    /// # Errors
    ///
    /// [`BadConnector`].
    pub(crate) fn build(&self, http: &Http, renewed: Renewed) -> Result<Built, BadConnector> {
        match self {
            Self::Jd(jd) => jd.build(http, renewed),
            Self::Wecom(wecom) => wecom.build(http),
            Self::Chatwoot(chatwoot) => chatwoot.build(),
        }
    }
}

impl JdSettings {
    fn build(&self, http: &Http, renewed: Renewed) -> Result<Built, BadConnector> {
        let texts = [
            ("shop", &self.shop),
            ("vender", &self.vender),
            ("app_key", &self.app_key),
            ("app_secret", &self.app_secret),
            ("access_token", &self.access_token),
        ];
        texts.into_iter().try_for_each(|(name, value)| text(name, value))?;
        number("look_back_minutes", self.look_back_minutes, 1, 10_080)?;
        number("days_back", self.days_back, 0, 90)?;
        number("every_seconds", self.every_seconds, 1, 86_400)?;
        let secret = |text: &String| Secret::from(text.as_str());
        let credentials =
            Credentials { app_key: self.app_key.clone(), app_secret: secret(&self.app_secret) };
        let tokens = Tokens {
            access: secret(&self.access_token),
            refresh: self.refresh_token.as_ref().map(secret),
        };
        let base = self.base.as_deref();
        let places = (base.unwrap_or(jd::HOST), base.unwrap_or(TOKENS));
        let app = App::new(http.clone(), places, credentials, tokens, renewed).map_err(refused)?;
        let app = Arc::new(app);
        let (vender, shop) = (self.vender.clone(), self.shop.clone());
        let performance = self.performance.then(|| Performance {
            app: Arc::clone(&app),
            vender: vender.clone(),
            shop: shop.clone(),
        });
        let sessions = Sessions {
            app,
            vender: vender.clone(),
            reach: if self.one_by_one { Reach::Sessions } else { Reach::Details },
            look_back: Span::seconds(60 * i64::from(self.look_back_minutes)),
            profile: shipped("jd-dongdong", Some(&self.shop))?,
        };
        let days_back = self.days_back;
        Ok(Built::Jd(Box::new(BuiltJd { sessions, performance, days_back, vender, shop })))
    }
}

impl WecomSettings {
    fn build(&self, http: &Http) -> Result<Built, BadConnector> {
        let texts =
            [("corp_id", &self.corp_id), ("secret", &self.secret), ("account", &self.account)];
        texts.into_iter().try_for_each(|(name, value)| text(name, value))?;
        number("every_seconds", self.every_seconds, 1, 86_400)?;
        let callback = match (&self.callback_token, &self.encoding_aes_key) {
            (None, None) => None,
            (Some(token), Some(key)) => {
                text("callback_token", token)?;
                let (token, key) = (Secret::from(token.as_str()), Secret::from(key.as_str()));
                let callback = Callback::new(token, &key, &self.corp_id).map_err(|_| {
                    bad(
                        "`encoding_aes_key`: expected 43 letters and digits",
                        "`encoding_aes_key`：应为 43 个字母与数字",
                    )
                })?;
                Some(callback)
            }
            _ => {
                return Err(bad(
                    "`callback_token` and `encoding_aes_key`: expected both or neither",
                    "`callback_token` 与 `encoding_aes_key`：应同时给出，或都不给出",
                ));
            }
        };
        let base = self.base.as_deref().unwrap_or(wecom::HOST);
        let secret = Secret::from(self.secret.as_str());
        let corp = Corp::new(http.clone(), base, &self.corp_id, secret).map_err(refused)?;
        let profile = shipped("wecom-sync-msg", self.shop.as_deref())?;
        Ok(Built::Wecom(Box::new(BuiltWecom {
            service: Service::new(Arc::new(corp), &self.account, profile),
            callback,
            place: format!("{}/{}", self.corp_id, self.account),
            account: self.account.clone(),
            shop: self.shop.clone().unwrap_or_else(|| self.account.clone()),
        })))
    }
}

impl ChatwootSettings {
    fn build(&self) -> Result<Built, BadConnector> {
        let trust = match (&self.secret, &self.addresses[..]) {
            (Some(secret), []) => {
                text("secret", secret)?;
                Trust::Signed(Secret::from(secret.as_str()))
            }
            (None, [_, ..]) => {
                let known: Result<Vec<IpAddr>, _> =
                    self.addresses.iter().map(|address| address.parse()).collect();
                Trust::From(known.map_err(|_| {
                    bad(
                        "`addresses`: expected addresses such as `192.0.2.1`",
                        "`addresses`：应为 `192.0.2.1` 这样的地址",
                    )
                })?)
            }
            _ => {
                return Err(bad(
                    "expected either `secret`, as events are signed with, or `addresses`, where \
                     they are not signed",
                    "应给出 `secret`（事件有签名），或 `addresses`（事件没有签名），二者取一",
                ));
            }
        };
        let profile = shipped("chatwoot-webhook", self.shop.as_deref())?;
        Ok(Built::Chatwoot(Box::new(Chatwoot::new(trust, profile))))
    }
}
