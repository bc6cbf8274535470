//! Mail over SMTP.
//!
//! One mail to all addresses of the channel. A mail server that refuses one of them refuses the
//! mail: use a distribution list, or a channel each.

use std::time::Duration;

use facts::Instant;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport, Tokio1Executor};

use crate::Secret;
use crate::address::AddressProblem;
use crate::channel::{Attempt, Channel, Pace};
use crate::failure::{Failure, Reason};
use crate::http::{Http, is_tls};
use crate::lang::Languages;
use crate::message::{Batch, Buyers};
use crate::page::{PLAIN, body, cut, link, title, usable_link};

/// The longest text in bytes.
const MAX_TEXT: usize = 64 << 10;
/// The longest subject in bytes.
const MAX_SUBJECT: usize = 400;

/// Mail servers think badly of whoever sends in bursts.
const PACE: Pace = Pace { burst: 5, every: Duration::from_secs(6) };

/// How a connection to a mail server is kept secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually on port 465.
    #[default]
    Tls,
    /// TLS after asking for it, usually on port 587; without it nothing is sent.
    StartTls,
    /// None at all; only where the policy allows plain connections.
    Plain,
}

/// A mail account to send from, and whom to send to.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What it calls out through: its policy, names, roots and limits.
    pub http: Http,
    /// The mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub security: Security,
    /// User and password; absent: none are asked for.
    pub login: Option<(String, Secret)>,
    /// The sender, as `应答 <alert@example.com>`.
    pub from: String,
    /// The receivers.
    pub to: Vec<String>,
    /// The languages of its messages.
    pub languages: Languages,
    /// Whether it shows buyers.
    pub buyers: Buyers,
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

impl Mail {
    fn message(&self, batch: &Batch, now: Instant) -> Result<lettre::Message, Failure> {
        let bad_address = |_| Failure::never(Reason::MailAddress);
        let from: Mailbox = self.from.parse().map_err(bad_address)?;
        let subject = title(batch, self.languages, self.buyers, PLAIN);
        let mut text = body(batch, self.languages, self.buyers, PLAIN, MAX_TEXT);
        if let Some(link) = usable_link(link(batch)) {
            text = format!("{text}\n\n{link}");
        }
        // The same at every attempt, so that a mail that arrives twice is known to be one.
        let id = crate::webhook::header_text(batch.id()).replace('@', "%40");
        let date = u64::try_from(now.0).unwrap_or(0);
        let date = std::time::UNIX_EPOCH + Duration::from_millis(date);
        let mut builder: MessageBuilder = lettre::Message::builder()
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .date(date)
            .from(from)
            .subject(cut(&subject, MAX_SUBJECT))
            .header(ContentType::TEXT_PLAIN);
        if self.to.is_empty() {
            return Err(Failure::never(Reason::MailAddress));
        }
        for to in &self.to {
            builder = builder.to(to.parse().map_err(bad_address)?);
        }
        builder.body(text).map_err(|_| Failure::never(Reason::MailAddress))
    }

    /// A transport to the address that was checked; the certificate is held against the name.
    async fn transport(&self) -> Result<Transport, Failure> {
        let outside = &self.http.outside;
        let never = |problem| Failure::never(Reason::Address(problem));
        let found = outside.policy.look_up(&*outside.lookup, &self.host).await;
        let found = found.map_err(|problem| match problem {
            AddressProblem::Unknown => Failure::later(Reason::Address(problem)),
            problem => never(problem),
        })?;
        let address = found.first().ok_or_else(|| never(AddressProblem::Unknown))?;
        let tls = match self.security {
            Security::Tls => Tls::Wrapper(self.tls()?),
            Security::StartTls => Tls::Required(self.tls()?),
            Security::Plain if outside.policy.plain => Tls::None,
            Security::Plain => return Err(never(AddressProblem::Scheme)),
        };
        let mut builder = Transport::builder_dangerous(address.to_string())
            .port(self.port)
            .tls(tls)
            .timeout(Some(self.http.limits.connect));
        if let Some((user, password)) = &self.login {
            let login = Credentials::new(user.clone(), password.reveal().to_owned());
            builder = builder.credentials(login);
        }
        Ok(builder.build())
    }

    fn tls(&self) -> Result<TlsParameters, Failure> {
        let failed = |_| Failure::never(Reason::Tls);
        let mut builder = TlsParameters::builder(self.host.clone())
            .certificate_store(CertificateStore::WebpkiRoots);
        for root in self.http.outside.roots.iter() {
            builder =
                builder.add_root_certificate(Certificate::from_der(root.clone()).map_err(failed)?);
        }
        builder.build().map_err(failed)
    }
}

impl Channel for Mail {
    fn send<'a>(&'a self, batch: &'a Batch, now: Instant) -> Attempt<'a> {
        Box::pin(async move {
            let message = self.message(batch, now)?;
            let sending = async {
                let transport = self.transport().await?;
                transport.send(message).await.map(drop).map_err(|error| failure(&error))
            };
            let result = tokio::time::timeout(self.http.limits.whole, sending).await;
            result.unwrap_or(Err(Failure::later(Reason::Timeout)))
        })
    }

    fn pace(&self) -> Pace {
        PACE
    }
}

/// What the mail server's answer asks for. Its text is not kept: it often repeats addresses.
fn failure(error: &SmtpError) -> Failure {
    let code = error.status().map_or(0, u16::from);
    match error {
        // A wrong password does not become right, whatever class of code it comes with.
        _ if matches!(code, 530 | 534 | 535 | 538) => Failure::never(Reason::Mail(code)),
        _ if error.is_permanent() => Failure::never(Reason::Mail(code)),
        _ if error.is_transient() => Failure::later(Reason::Mail(code)),
        _ if error.is_timeout() => Failure::later(Reason::Timeout),
        _ if error.is_tls() || is_tls(error) => Failure::later(Reason::Tls),
        // It speaks another dialect than we do: no mechanism in common, no STARTTLS.
        _ if error.is_client() => Failure::never(Reason::Mail(0)),
        _ if error.is_response() => Failure::later(Reason::Mail(0)),
        _ if connecting(error) => Failure::later(Reason::Connect),
        _ => Failure::later(Reason::HungUp),
    }
}

fn connecting(error: &SmtpError) -> bool {
    use std::io::ErrorKind;
    let source = std::error::Error::source(error);
    let inner = source.and_then(|source| source.downcast_ref::<std::io::Error>());
    inner.is_some_and(|inner| {
        matches!(
            inner.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::NetworkUnreachable
                | ErrorKind::HostUnreachable
                | ErrorKind::AddrNotAvailable
        )
    })
}
