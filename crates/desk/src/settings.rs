//! What people set about alerts: ladders, quiet hours, channels.

use std::collections::BTreeSet;

use facts::{Span, Zone};
use live::Threshold;
use live::alert::standing::Limits;
use live::alert::{InQuiet, Policy, Quiet, Recipient, Rung};
use serde::{Deserialize, Serialize};
use store::ShopKey;
use utoipa::ToSchema;

use crate::checkpoint::NamedTo;

/// What stands in the place of a secret when settings are shown; put back, it keeps the secret.
pub const MASKED: &str = "***";

/// How people are told of buyers who wait. The default: the usual ladder, told to nobody but those
/// who listen to events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertSettings {
    /// Ladders. Of those for a shop the first holds; the usual one where there is none.
    #[serde(default)]
    pub ladders: Vec<Ladder>,
    /// Ways to people.
    #[serde(default)]
    pub channels: Vec<ChannelSettings>,
    /// How people are told of lines. Of those for a shop the first holds; where there is none,
    /// everything is told to the supervisors, and five misses are few.
    #[serde(default)]
    pub lines: Vec<LineAlerts>,
    /// When one is warned under a rule, each rule once. Where it is not said: at 100 seconds, as
    /// 千牛 warns, and at half the limit where the limit is 100 seconds or less.
    #[serde(default)]
    pub warnings: Vec<RuleWarning>,
}

/// When one is warned under a rule, in all its editions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleWarning {
    /// The metric, such as `jd/first-reply-30s`.
    pub metric: String,
    /// How many seconds a buyer has waited then: 1 to 86400. Absent: one is never warned. Where no
    /// reply would be in time by then, the limit alone is told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after_seconds: Option<u32>,
}

/// How people are told of how shops stand under the lines of their platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineAlerts {
    /// For which shops; absent: for all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shops: Option<Vec<ShopName>>,
    /// What is told; absent: everything. Empty: nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tells: Option<Vec<LineEvent>>,
    /// So many further misses or fewer are few: 0 to 1000000.
    #[serde(default = "few")]
    pub few: u64,
    /// Who is told; supervisors where it says the account.
    #[serde(default = "supervisors")]
    pub to: WhoIsTold,
}

const fn few() -> u64 {
    5
}

const fn supervisors() -> WhoIsTold {
    WhoIsTold::Supervisors
}

impl Default for LineAlerts {
    fn default() -> Self {
        Self { shops: None, tells: None, few: few(), to: supervisors() }
    }
}

impl LineAlerts {
    pub(crate) const fn limits(&self) -> Limits {
        Limits { few: self.few }
    }

    pub(crate) fn tells(&self, event: LineEvent) -> bool {
        self.tells.as_ref().is_none_or(|tells| tells.contains(&event))
    }
}

/// What is told of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineEvent {
    /// It is held, and is not if all that is open becomes misses.
    AboutToFall,
    /// It is missed.
    Fallen,
    /// It is held again.
    Recovered,
    /// Few further misses are left.
    HeadroomLow,
    /// A consequence begins, or is announced.
    Begins,
    /// A consequence no longer stands.
    Lifted,
}

impl LineEvent {
    /// In one word, as settings have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AboutToFall => "about_to_fall",
            Self::Fallen => "fallen",
            Self::Recovered => "recovered",
            Self::HeadroomLow => "headroom_low",
            Self::Begins => "begins",
            Self::Lifted => "lifted",
        }
    }
}

/// A shop by platform and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShopName {
    /// The platform.
    pub platform: String,
    /// The shop.
    pub shop: String,
}

fn is_for(shops: Option<&[ShopName]>, key: &ShopKey) -> bool {
    shops.is_none_or(|shops| {
        shops.iter().any(|one| one.platform == key.platform && one.shop == key.shop)
    })
}

/// The steps by which people are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// For which shops; absent: for all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shops: Option<Vec<ShopName>>,
    /// The steps.
    pub rungs: Vec<LadderRung>,
    /// For how many seconds an alert waits for others to join it: 0 to 300.
    #[serde(default = "five")]
    pub merge_seconds: u32,
    /// Hours in which nobody is told; absent: there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quiet: Option<QuietHours>,
}

const fn five() -> u32 {
    5
}

/// A step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderRung {
    /// What leads to it.
    pub on: On,
    /// How many seconds after that the buyer must still wait: 0 to 86400.
    #[serde(default)]
    pub after_seconds: u32,
    /// Who is told.
    pub to: WhoIsTold,
}

/// What leads to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// A buyer has waited for as long as the rule's warning says.
    Warning,
    /// No reply is in time any more.
    Limit,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhoIsTold {
    /// The account in charge; the supervisors where none is known.
    Account,
    /// The supervisors.
    Supervisors,
    /// The owner.
    Owner,
}

/// Hours in which nobody is told, by the shop's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin, as `23:00`.
    pub from: String,
    /// When they end; not after `from`: on the next day.
    pub until: String,
    /// Whether alerts are dropped in them, and not told when they are over.
    #[serde(default)]
    pub drops: bool,
}

/// A way to people.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// What people call it; each channel another.
    pub name: String,
    /// What it is.
    pub kind: ChannelKind,
    /// The robot's or hook's whole address. It holds a token: shown as `***`.
    #[serde(default)]
    pub url: String,
    /// The signing secret; empty: none. Shown as `***`.
    #[serde(default)]
    pub secret: String,
    /// A word that every message must hold; empty: none.
    #[serde(default)]
    pub keyword: String,
    /// The mail account; of mail alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mail: Option<MailAccount>,
    /// The languages of its messages.
    #[serde(default)]
    pub languages: Tongues,
    /// Whether buyers' names are shown. Messages of today name none.
    #[serde(default)]
    pub shows_buyers: bool,
    /// Which alerts it tells, by who is told; empty: all.
    #[serde(default)]
    pub to: Vec<WhoIsTold>,
    /// Of which shops; absent: of all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shops: Option<Vec<ShopName>>,
    /// Accounts and the ids under which the channel knows who holds them.
    #[serde(default)]
    pub mentions: std::collections::BTreeMap<String, String>,
}

impl std::fmt::Debug for ChannelSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelSettings").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A DingTalk robot.
    DingTalk,
    /// A Feishu or Lark robot.
    Feishu,
    /// A WeCom group robot.
    WeCom,
    /// Mail.
    Mail,
    /// A signed webhook.
    Webhook,
}

/// The languages of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tongues {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
    /// Chinese, then English.
    Both,
}

/// A mail account to send from, and whom to send to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailAccount {
    /// The mail server's name.
    pub host: String,
    /// Its port; with 465 all is encrypted from the start, with others after asking for it.
    pub port: u16,
    /// The user; empty: nobody is asked for.
    #[serde(default)]
    pub user: String,
    /// The sender.
    pub from: String,
    /// The receivers.
    pub to: Vec<String>,
}

/// What is wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSettings {
    /// In English: where, what was found, what was expected.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

fn bad(en: String, zh: String) -> BadSettings {
    BadSettings { en, zh }
}

impl AlertSettings {
    /// # Errors
    ///
    /// [`BadSettings`], the first there is.
    ///
    /// # Example
    ///
    /// ```
    /// let settings: desk::AlertSettings = serde_json::from_str(
    ///     r#"{"ladders": [{"rungs": [], "quiet": {"from": "23:00", "until": "8 am"}}]}"#,
    /// ).unwrap();
    /// assert!(settings.check().unwrap_err().en.contains("8 am"));
    /// ```
    pub fn check(&self) -> Result<(), BadSettings> {
        for (n, ladder) in (1..).zip(&self.ladders) {
            ladder.check(n)?;
        }
        if let Some(lines) = self.lines.iter().find(|lines| lines.few > 1_000_000) {
            let few = lines.few;
            return Err(bad(
                format!("`lines`: found `few` = {few}, expected 0 to 1000000"),
                format!("`lines`：`few` 为 {few}，应为 0 至 1000000"),
            ));
        }
        let mut warned = BTreeSet::new();
        for RuleWarning { metric, after_seconds } in &self.warnings {
            if !warned.insert(metric) {
                return Err(bad(
                    format!("`warnings`: `{metric}` is there twice"),
                    format!("`warnings`：`{metric}` 出现了两次"),
                ));
            }
            if let Some(found) = after_seconds.filter(|n| !(1..=86_400).contains(n)) {
                return Err(bad(
                    format!(
                        "`warnings`: found `after_seconds` = {found} for `{metric}`, expected 1 to \
                         86400"
                    ),
                    format!(
                        "`warnings`：`{metric}` 的 `after_seconds` 为 {found}，应为 1 至 86400"
                    ),
                ));
            }
        }
        let mut names = BTreeSet::new();
        for channel in &self.channels {
            let name = &channel.name;
            if name.trim().is_empty() || name.len() > 64 || !names.insert(name.as_str()) {
                return Err(bad(
                    format!("channel `{name}`: expected a name of its own of 1 to 64 bytes"),
                    format!("通道 `{name}`：名称应各不相同，长度为 1 至 64 字节"),
                ));
            }
            channel.check()?;
        }
        Ok(())
    }

    /// What the audit log says of them: everything but secrets.
    pub(crate) fn told(&self) -> String {
        // Made of texts and numbers, it always becomes JSON.
        serde_json::to_string(&self.masked()).unwrap_or_default()
    }

    /// The settings without their secrets.
    #[must_use]
    pub fn masked(&self) -> Self {
        let mut shown = self.clone();
        for channel in &mut shown.channels {
            for secret in [&mut channel.url, &mut channel.secret] {
                if !secret.is_empty() {
                    MASKED.clone_into(secret);
                }
            }
        }
        shown
    }

    /// Puts the secrets of channels of the same name and kind where they are masked, as long as
    /// they go where they went: who may set channels may not send their secrets elsewhere.
    #[must_use]
    pub fn unmasked(mut self, known: &Self) -> Self {
        for channel in &mut self.channels {
            let is_same =
                |one: &&ChannelSettings| one.name == channel.name && one.kind == channel.kind;
            let Some(known) = known.channels.iter().find(is_same) else { continue };
            if channel.url == MASKED {
                known.url.clone_into(&mut channel.url);
            }
            if channel.secret == MASKED && channel.goes_where(known) {
                known.secret.clone_into(&mut channel.secret);
            }
        }
        self
    }

    /// At which wait one is warned under a metric's rules: `Some(None)` never, `None` as usual.
    pub(crate) fn warning(&self, metric: &str) -> Option<Option<Span>> {
        let own = self.warnings.iter().find(|one| one.metric == metric)?;
        Some(own.after_seconds.map(|n| Span::seconds(n.into())))
    }

    /// How people of a shop are told of lines.
    pub(crate) fn lines(&self, key: &ShopKey) -> LineAlerts {
        let own = self.lines.iter().find(|one| is_for(one.shops.as_deref(), key));
        own.cloned().unwrap_or_default()
    }

    /// How people of a shop are told.
    pub(crate) fn policy(&self, key: &ShopKey, zone: &Zone) -> Policy {
        let own = self.ladders.iter().find(|one| is_for(one.shops.as_deref(), key));
        own.map_or_else(|| Policy::usual(zone.clone()), |ladder| ladder.policy(zone))
    }
}

impl Ladder {
    fn check(&self, n: usize) -> Result<(), BadSettings> {
        let times = self.quiet.iter().flat_map(|quiet| [&quiet.from, &quiet.until]);
        if let Some(wrong) = times.into_iter().find(|text| time_of(text).is_none()) {
            return Err(bad(
                format!("ladder {n}: found the time `{wrong}`, expected one as `23:00`"),
                format!("第 {n} 条升级规则：时间 `{wrong}` 不对，应如 `23:00`"),
            ));
        }
        let is_long = |rung: &LadderRung| rung.after_seconds > 86_400;
        if self.merge_seconds > 300 || self.rungs.iter().any(is_long) || self.rungs.len() > 20 {
            return Err(bad(
                format!(
                    "ladder {n}: expected `merge_seconds` of 0 to 300, `after_seconds` of 0 to \
                     86400, and 20 rungs at most"
                ),
                format!(
                    "第 {n} 条升级规则：`merge_seconds` 应为 0 至 300，`after_seconds` 应为 0 至 \
                     86400，最多 20 级"
                ),
            ));
        }
        Ok(())
    }

    fn policy(&self, zone: &Zone) -> Policy {
        let rung = |rung: &LadderRung| Rung {
            on: match rung.on {
                On::Warning => Threshold::Warning(0),
                On::Limit => Threshold::Limit,
            },
            after: Span::seconds(rung.after_seconds.into()),
            to: match rung.to {
                WhoIsTold::Account => Recipient::InCharge,
                WhoIsTold::Supervisors => Recipient::Supervisors,
                WhoIsTold::Owner => Recipient::Owner,
            },
        };
        let quiet = self.quiet.as_ref().and_then(|quiet| {
            Some(Quiet {
                from: time_of(&quiet.from)?,
                until: time_of(&quiet.until)?,
                then: if quiet.drops { InQuiet::Dropped } else { InQuiet::Held },
            })
        });
        Policy {
            rungs: self.rungs.iter().map(rung).collect(),
            merge: Span::seconds(self.merge_seconds.into()),
            quiet,
            zone: zone.clone(),
        }
    }
}

/// Milliseconds since midnight of a time as `23:00`.
fn time_of(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, below: i64| {
        let is_short = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|n| is_short && *n < below)
    };
    Some((number(hour, 24)? * 60 + number(minute, 60)?) * 60_000)
}

impl ChannelSettings {
    /// Whether it tells an alert.
    pub(crate) fn tells(&self, key: &ShopKey, to: &NamedTo) -> bool {
        let to = match to {
            NamedTo::Account { .. } => WhoIsTold::Account,
            NamedTo::Supervisors | NamedTo::Group { .. } => WhoIsTold::Supervisors,
            NamedTo::Owner => WhoIsTold::Owner,
        };
        is_for(self.shops.as_deref(), key) && (self.to.is_empty() || self.to.contains(&to))
    }

    /// Whether it calls the same address, or signs in to the same mail account, as another one.
    fn goes_where(&self, other: &Self) -> bool {
        let account = |mail: &MailAccount| (mail.host.clone(), mail.port, mail.user.clone());
        self.url == other.url && self.mail.as_ref().map(account) == other.mail.as_ref().map(account)
    }

    fn check(&self) -> Result<(), BadSettings> {
        let name = &self.name;
        let is_masked = self.url == MASKED || self.secret == MASKED;
        if is_masked {
            return Err(bad(
                format!(
                    "channel `{name}`: `***` stands for a secret that is not known, or that is \
                     for another address or mail account; give it"
                ),
                format!(
                    "通道 `{name}`：`***` 所代表的密钥不存在，或属于另一地址、另一邮箱账号；请重新填写"
                ),
            ));
        }
        match (self.kind, &self.mail) {
            (ChannelKind::Mail, None) => Err(bad(
                format!("channel `{name}`: expected `mail` with host, port, from and to"),
                format!("通道 `{name}`：缺少 `mail`（host、port、from、to）"),
            )),
            (ChannelKind::Mail, Some(mail)) if mail.to.is_empty() => Err(bad(
                format!("channel `{name}`: expected at least one receiver in `mail.to`"),
                format!("通道 `{name}`：`mail.to` 至少要有一位收件人"),
            )),
            (ChannelKind::Mail, Some(_)) => Ok(()),
            (_, Some(_)) => Err(bad(
                format!("channel `{name}`: `mail` is for channels of kind `mail`"),
                format!("通道 `{name}`：`mail` 只用于邮件通道"),
            )),
            (_, None) if !self.url.starts_with("https://") && !self.url.starts_with("http://") => {
                Err(bad(
                    format!("channel `{name}`: expected `url` with the robot's whole address"),
                    format!("通道 `{name}`：`url` 应为机器人的完整地址"),
                ))
            }
            (ChannelKind::Webhook, None) if self.secret.len() < 16 => Err(bad(
                format!("channel `{name}`: expected a `secret` of at least 16 bytes"),
                format!("通道 `{name}`：`secret` 至少要有 16 字节"),
            )),
            (_, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(json: &str) -> ChannelSettings {
        serde_json::from_str(json).expect("a channel")
    }

    #[test]
    fn secrets_are_masked_and_come_back() {
        let robot = r#"{"name": "r", "kind": "ding_talk", "url": "https://x/?t=1", "secret": "s"}"#;
        let known = AlertSettings { channels: vec![channel(robot)], ..AlertSettings::default() };
        let shown = known.masked();
        assert_eq!((&*shown.channels[0].url, &*shown.channels[0].secret), (MASKED, MASKED));
        assert_eq!(shown.clone().unmasked(&known), known);
        // Of another kind, or unknown, nothing comes back.
        assert!(shown.clone().unmasked(&AlertSettings::default()).check().is_err());
        let mut other = shown;
        other.channels[0].kind = ChannelKind::Feishu;
        assert!(other.unmasked(&known).check().is_err());
        // Nor at another address, or for another mail account.
        let mut elsewhere = known.masked();
        elsewhere.channels[0].url = "https://elsewhere.example/".to_owned();
        assert!(elsewhere.unmasked(&known).check().unwrap_err().en.contains("another address"));
        let mail = r#"{"name": "m", "kind": "mail", "secret": "p", "mail":
            {"host": "a", "port": 465, "user": "u", "from": "f@a", "to": ["t@a"]}}"#;
        let known = AlertSettings { channels: vec![channel(mail)], ..AlertSettings::default() };
        assert_eq!(known.masked().unmasked(&known), known);
        let mut elsewhere = known.masked();
        elsewhere.channels[0].mail.as_mut().unwrap().host = "b".to_owned();
        assert!(elsewhere.unmasked(&known).check().is_err());
        assert!(!format!("{known:?}").contains("t=1"));
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        for (json, expected) in [
            (r#"{"name": "a", "kind": "mail"}"#, "`mail` with host"),
            (r#"{"name": "a", "kind": "feishu"}"#, "`url`"),
            (r#"{"name": "a", "kind": "webhook", "url": "https://x", "secret": "x"}"#, "16 bytes"),
            (r#"{"name": " ", "kind": "feishu", "url": "https://x"}"#, "a name of its own"),
        ] {
            let settings =
                AlertSettings { channels: vec![channel(json)], ..AlertSettings::default() };
            let told = settings.check().expect_err("refused");
            assert!(told.en.contains(expected), "{}", told.en);
        }
        for text in ["24:00", "7:00", "07:60", "0700", "+7:00"] {
            assert_eq!(time_of(text), None, "{text}");
        }
        assert_eq!(time_of("23:30"), Some(84_600_000));
    }

    #[test]
    fn the_first_ladder_of_a_shop_holds() {
        let settings: AlertSettings = serde_json::from_str(
            r#"{"ladders": [
                {"shops": [{"platform": "jd", "shop": "s"}], "rungs": [], "merge_seconds": 9},
                {"rungs": [{"on": "limit", "to": "owner"}]}
            ]}"#,
        )
        .expect("settings");
        let zone = Zone::fixed(0);
        let of = |shop| settings.policy(&ShopKey::new("jd", shop), &zone);
        assert_eq!((of("s").merge, of("s").rungs.len()), (Span::seconds(9), 0));
        assert_eq!(of("t").rungs[0].to, Recipient::Owner);
    }
}
