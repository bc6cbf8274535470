//! Ways to people: a queue for each channel that was set up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use facts::Instant;
use hashbrown::HashMap;
use notify::{
    Batch, Buyers, Channel, DingTalk, Feishu, Http, Lang, Languages, Limits, Mail, Message,
    Outcome, Policy, Queue, Reason, Secret, Settings, State, Text, Urgency, WeCom, Webhook, World,
    mail, wecom,
};
use store::{ShopKey, StepState};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::checkpoint::NamedTo;
use crate::settings::{AlertSettings, ChannelKind, ChannelSettings, Tongues};

/// What becomes of a step that was sent: alert, step with channel, and how it stands.
pub(crate) type Settle = Arc<dyn Fn(&str, &str, Became) + Send + Sync>;

/// What became of a step, and why where it failed: in English and in Chinese.
pub(crate) type Became = (StepState, Option<[String; 2]>);

/// The alert and the step behind each message's id, until its last outcome.
type Steps = Arc<Mutex<HashMap<String, (String, String)>>>;

/// The channels in use.
#[derive(Default)]
pub(crate) struct Senders {
    steps: Steps,
    channels: Vec<(ChannelSettings, Queue)>,
}

/// What is needed to call out.
#[derive(Clone)]
pub(crate) struct Outside {
    pub(crate) handle: Handle,
    pub(crate) policy: Policy,
    pub(crate) world: Arc<dyn World>,
    pub(crate) settle: Settle,
}

impl Senders {
    /// Channels as the settings have them; what waits in others is sent before they end.
    pub(crate) fn new(settings: &AlertSettings, outside: &Outside) -> Self {
        let http = match Http::new(outside.policy.clone(), Limits::default()) {
            Ok(http) => http,
            Err(error) => {
                tracing::error!(%error, "no channel can be used");
                return Self::default();
            }
        };
        let steps = Steps::default();
        let started = settings.channels.iter().map(|one| {
            let (settle, steps) = (Arc::clone(&outside.settle), Arc::clone(&steps));
            let name = one.name.clone();
            let report = Box::new(move |outcome: Outcome| report(&settle, &steps, &name, &outcome));
            let world = Arc::clone(&outside.world);
            let (queue, worker) =
                Queue::new(channel(one, &http), Settings::default(), world, report);
            outside.handle.spawn(worker.run());
            (one.clone(), queue)
        });
        let channels = started.collect();
        Self { steps, channels }
    }

    /// The channels that tell an alert.
    pub(crate) fn of(&self, key: &ShopKey, to: &NamedTo) -> Vec<String> {
        let telling = self.channels.iter().filter(|(one, _)| one.tells(key, to));
        telling.map(|(one, _)| one.name.clone()).collect()
    }

    /// Hands a message to a channel; `false`: there is none of that name any more.
    pub(crate) fn send(
        &self,
        name: &str,
        (alert, step): (&str, &str),
        to: &NamedTo,
        mut message: Message,
    ) -> bool {
        let Some((settings, queue)) = self.channels.iter().find(|(one, _)| one.name == name) else {
            return false;
        };
        message.id = message_id(alert, step);
        let names = (alert.to_owned(), step.to_owned());
        lock(&self.steps).insert(message.id.clone(), names);
        if let NamedTo::Account { account } = to {
            message.mention.extend(settings.mentions.get(account).cloned());
        }
        queue.push(message);
        true
    }
}

fn lock(steps: &Steps) -> MutexGuard<'_, HashMap<String, (String, String)>> {
    steps.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The id of the message of a step: the same whenever it is sent, and fit for any header.
fn message_id(alert: &str, step: &str) -> String {
    let hash = Secret::from(format!("{alert}\n{step}").as_str()).hash();
    let digits = hash.0[..12].iter().map(|byte| format!("{byte:02x}"));
    format!("a-{}", digits.collect::<String>())
}

/// Notes the last outcome of messages.
fn report(settle: &Settle, steps: &Steps, channel: &str, outcome: &Outcome) {
    let became = match outcome.state {
        State::Retrying { .. } => return,
        State::Sent { .. } => (StepState::Sent, None),
        // The next message says that there was one more.
        State::Counted => (StepState::Counted, None),
        State::GivenUp { attempts, ref reason } => {
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| reason.message(lang));
            tracing::warn!(attempts, channel, reason = en, "an alert could not be sent");
            (StepState::Failed, Some([en, zh]))
        }
    };
    for id in &outcome.ids {
        let names = lock(steps).remove(id);
        if let Some((alert, step)) = names {
            settle(&alert, &step, became.clone());
        }
    }
}

/// How long a test may take.
const TEST: Duration = Duration::from_secs(20);

/// What became of a test message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Why it was not taken, in English and in Chinese; absent: the other side took it.
    pub failed: Option<[String; 2]>,
}

impl Tested {
    /// Of a desk that calls nobody.
    pub(crate) fn silent() -> Self {
        let [en, zh] = ["this server sends nothing", "此服务器不对外发送"];
        Self { failed: Some([en.to_owned(), zh.to_owned()]) }
    }

    fn of(reason: &Reason) -> Self {
        Self { failed: Some([Lang::En, Lang::Zh].map(|lang| reason.message(lang))) }
    }
}

/// Sends one message by a channel, and waits for what becomes of it.
pub(crate) fn test(settings: &ChannelSettings, outside: &Outside, now: Instant) -> Tested {
    let Ok(http) = Http::new(outside.policy.clone(), Limits::default()) else {
        return Tested::silent();
    };
    let channel = channel(settings, &http);
    let title = Text::new("测试消息：通道可用", "A test: this channel works");
    let id = message_id("test", &format!("{} {}", settings.name, now.0));
    let batch = Batch::of(Message::new(id, now, Urgency::Notice, title));
    let sent = outside.handle.block_on(async { timeout(TEST, channel.send(&batch, now)).await });
    match sent {
        Ok(Ok(())) => Tested { failed: None },
        Ok(Err(failure)) => Tested::of(&failure.reason),
        Err(_) => Tested::of(&Reason::Timeout),
    }
}

fn channel(settings: &ChannelSettings, http: &Http) -> Box<dyn Channel> {
    let http = http.clone();
    let languages = match settings.languages {
        Tongues::Zh => Languages::Zh,
        Tongues::En => Languages::En,
        Tongues::Both => Languages::Both,
    };
    let buyers = if settings.shows_buyers { Buyers::Shown } else { Buyers::Hidden };
    let url = Secret::from(settings.url.as_str());
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let secret = given(&settings.secret).map(|text| Secret::from(text.as_str()));
    let keyword = given(&settings.keyword);
    match settings.kind {
        ChannelKind::DingTalk => {
            Box::new(DingTalk { http, url, secret, keyword, languages, buyers })
        }
        ChannelKind::Feishu => Box::new(Feishu { http, url, secret, keyword, languages, buyers }),
        ChannelKind::WeCom => {
            Box::new(WeCom { http, url, form: wecom::Form::default(), languages, buyers })
        }
        ChannelKind::Webhook => {
            Box::new(Webhook { http, url, secret: secret.unwrap_or_else(|| "".into()), buyers })
        }
        ChannelKind::Mail => {
            let account = settings.mail.as_ref();
            let text = |part: fn(&crate::settings::MailAccount) -> &str| {
                account.map(part).unwrap_or_default().to_owned()
            };
            let port = account.map_or(465, |account| account.port);
            let user = given(&text(|account| &account.user));
            Box::new(Mail {
                http,
                host: text(|account| &account.host),
                port,
                security: if port == 465 { mail::Security::Tls } else { mail::Security::StartTls },
                login: user.zip(secret),
                from: text(|account| &account.from),
                to: account.map(|account| account.to.clone()).unwrap_or_default(),
                languages,
                buyers,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Still;

    impl World for Still {
        fn now(&self) -> Instant {
            Instant(0)
        }

        fn chance(&self) -> u64 {
            0
        }
    }

    #[test]
    fn a_test_that_does_not_arrive_says_why_in_both_languages() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let outside = Outside {
            handle: runtime.handle().clone(),
            policy: Policy::default(),
            world: Arc::new(Still),
            settle: Arc::new(|_, _, _| ()),
        };
        // Nothing of this machine is called.
        let json = r#"{"name": "a", "kind": "feishu", "url": "https://127.0.0.1/hook/x"}"#;
        let settings: ChannelSettings = serde_json::from_str(json).unwrap();
        let [en, zh] = test(&settings, &outside, Instant(0)).failed.unwrap();
        assert!(en.is_ascii() && !zh.is_ascii(), "{en} {zh}");
        assert!(!en.contains("hook"), "no part of the address is told: {en}");
    }
}
