//! Ways to people: a queue for each channel that was set up.

use std::sync::Arc;

use notify::{
    Buyers, Channel, DingTalk, Feishu, Http, Languages, Limits, Mail, Message, Outcome, Policy,
    Queue, Secret, Settings, State, WeCom, Webhook, World, mail, wecom,
};
use store::{ShopKey, StepState};
use tokio::runtime::Handle;

use crate::checkpoint::NamedTo;
use crate::settings::{AlertSettings, ChannelKind, ChannelSettings, Tongues};

/// What becomes of a step that was sent: alert, step with channel, and how it stands.
pub(crate) type Settle = Arc<dyn Fn(&str, &str, StepState) + Send + Sync>;

/// Separates an alert's name from its step's in the id of a message: neither has a line end.
const BETWEEN: char = '\n';

/// The channels in use.
#[derive(Default)]
pub(crate) struct Senders {
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
        let started = settings.channels.iter().map(|one| {
            let settle = Arc::clone(&outside.settle);
            let report = Box::new(move |outcome: Outcome| report(&settle, &outcome));
            let world = Arc::clone(&outside.world);
            let (queue, worker) =
                Queue::new(channel(one, &http), Settings::default(), world, report);
            outside.handle.spawn(worker.run());
            (one.clone(), queue)
        });
        Self { channels: started.collect() }
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
        message.id = format!("{alert}{BETWEEN}{step}");
        if let NamedTo::Account { account } = to {
            message.mention.extend(settings.mentions.get(account).cloned());
        }
        queue.push(message);
        true
    }
}

/// Notes the last outcome of messages.
fn report(settle: &Settle, outcome: &Outcome) {
    let state = match outcome.state {
        State::Retrying { .. } => return,
        State::Sent { .. } => StepState::Sent,
        // The next message says that there was one more.
        State::Counted => StepState::Noted,
        State::GivenUp { attempts, ref reason } => {
            tracing::warn!(attempts, ?reason, "an alert could not be sent");
            StepState::Failed
        }
    };
    for id in &outcome.ids {
        if let Some((alert, step)) = id.split_once(BETWEEN) {
            settle(alert, step, state);
        }
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
