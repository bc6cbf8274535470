//! Chats with one buyer, whose names tell who is who.

use facts::{Author, FactKind};

use super::Profile;
use super::draft::Draft;
use super::sender::{Known, Parties, Party};
use crate::MAX_LINE;
use crate::column::Column;
use crate::error::Error;
use crate::read::Sink;
use crate::reject::Reason;

/// Facts that are held until the buyer is known; more are given up.
const MAX_HELD: usize = 10_000;

/// A chat that is being read.
pub(super) struct Chat<'p> {
    profile: &'p Profile,
    template: Draft<'static>,
    parties: Parties,
    /// Facts from before the first message that names the buyer, with their lines.
    held: Vec<(u64, Draft<'static>)>,
    held_bytes: usize,
    last_at: Option<i64>,
}

/// A message as a chat shows it.
pub(super) struct Said<'a> {
    /// Who wrote it.
    pub(super) name: &'a str,
    /// To whom, where the chat says so.
    pub(super) to: Option<&'a str>,
    pub(super) at: Result<i64, Reason>,
    pub(super) text: &'a str,
    pub(super) line: u64,
}

/// Something that happened beside the messages.
pub(super) enum Notice<'a> {
    /// Somebody took a message back.
    Recall(&'a str),
    /// The buyer was handed over.
    HandOver {
        from: &'a str,
        to: &'a str,
        /// Nobody was in charge before: the platform distributed what was left.
        distributed: bool,
    },
}

impl<'p> Chat<'p> {
    /// A chat whose facts have the template's values, among them the buyer where it is known.
    pub(super) fn new(profile: &'p Profile, template: Draft<'static>) -> Self {
        let given = profile.constant(Column::Buyer).map(|constant| constant.value.as_str());
        let buyer = given.or(template.get(Column::Buyer)).map(str::to_owned);
        let parties = Parties::with(buyer);
        Self { profile, template, parties, held: Vec::new(), held_bytes: 0, last_at: None }
    }

    /// Takes a message.
    pub(super) fn said(&mut self, said: &Said<'_>, sink: &mut Sink<'_>) -> Result<(), Error> {
        let at = match &said.at {
            Ok(at) => *at,
            Err(reason) => return sink.reject(said.line, Some(Column::At), reason.clone()),
        };
        self.last_at = Some(at);
        let (known, buyer) = match self.author(said) {
            Ok(found) => found,
            Err(reason) => return sink.reject(said.line, Some(Column::Author), reason),
        };
        let mut draft = self.draft(Draft::message(known.author, at));
        if let Some(account) = known.account {
            draft.text(Column::Account, account);
        }
        if let Some(kind) = self.kind(said.text) {
            draft.text(Column::Kind, kind);
        }
        draft.text(Column::Text, said.text.to_owned());
        if let Some(buyer) = buyer {
            draft.text(Column::Buyer, buyer);
            return draft.give(self.profile, said.line, sink);
        }
        self.give(draft, said.line, sink)
    }

    /// Whether a text is the name of somebody in the chat.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.parties.buyer.as_deref() == Some(name) || self.profile.senders.of_name(name).is_some()
    }

    /// Who wrote, and the buyer where the message itself tells.
    fn author(&mut self, said: &Said<'_>) -> Result<(Known, Option<String>), Reason> {
        let buyer = Known { author: Author::Buyer, account: None, buyer: None };
        let senders = &self.profile.senders;
        if said.name.is_empty() {
            return Err(Reason::NoAuthor);
        }
        let Some(to) = said.to else {
            return match self.parties.of(said.name, senders) {
                Party::Buyer => Ok((buyer, None)),
                Party::Other(known) => Ok((known, None)),
                Party::Second => Err(Reason::SecondBuyer),
            };
        };
        // An arrow names both sides: one of them must be known to be the shop's.
        let is_shop = |known: &Known| known.author != Author::Buyer;
        let (from, to_known) = (senders.of_name(said.name), senders.of_name(to));
        match (from.filter(is_shop), to_known.filter(is_shop)) {
            (Some(from), None) => Ok((from, Some(to.into()))),
            (None, Some(_)) => Ok((buyer, Some(said.name.into()))),
            _ if self.parties.buyer.as_deref() == Some(said.name) => {
                Ok((buyer, Some(said.name.into())))
            }
            _ => Err(Reason::NoAuthor),
        }
    }

    /// Takes a notice; without a time of its own it has that of the message before it.
    pub(super) fn notice(
        &mut self,
        notice: &Notice<'_>,
        at: Option<i64>,
        line: u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let Some(at) = at.or(self.last_at) else {
            return sink.reject(line, Some(Column::At), Reason::Undated);
        };
        self.last_at = Some(at);
        let draft = match notice {
            Notice::Recall(name) => {
                let mut draft = self.draft(Draft::new(FactKind::Recalled, at));
                // "You" is whoever copied the chat: somebody of the shop, whose name is not told.
                if !matches!(*name, "" | "你" | "您" | "对方" | "买家")
                    && let Party::Other(known) = self.parties.of(name, &self.profile.senders)
                {
                    draft.text(Column::Account, known.account.unwrap_or_default());
                }
                draft
            }
            Notice::HandOver { from, to, distributed } => {
                let kind = if *distributed { FactKind::Assigned } else { FactKind::Transferred };
                let mut draft = self.draft(Draft::new(kind, at));
                draft.text(Column::Account, self.account(to));
                if !distributed {
                    draft.text(Column::FromAccount, self.account(from));
                }
                draft
            }
        };
        self.give(draft, line, sink)
    }

    /// A draft with what the template has beside.
    fn draft(&self, draft: Draft<'static>) -> Draft<'static> {
        let mut draft = draft;
        draft.fill_from(&self.template);
        draft
    }

    /// An account as the log has it, without the shop's name before it.
    fn account(&self, name: &str) -> String {
        let known = self.profile.senders.of_name(name).and_then(|known| known.account);
        known.unwrap_or_else(|| name.to_owned())
    }

    fn give(
        &mut self,
        mut draft: Draft<'static>,
        line: u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let Some(buyer) = self.parties.buyer.clone() else {
            self.held_bytes += draft.get(Column::Text).map_or(0, str::len);
            self.held.push((line, draft));
            if self.held.len() >= MAX_HELD || self.held_bytes as u64 > MAX_LINE {
                return self.flush(sink);
            }
            return Ok(());
        };
        self.flush(sink)?;
        draft.text(Column::Buyer, buyer);
        draft.give(self.profile, line, sink)
    }

    /// Gives what was held: to the buyer, or, where none was named, to be rejected.
    fn flush(&mut self, sink: &mut Sink<'_>) -> Result<(), Error> {
        self.held_bytes = 0;
        for (line, mut draft) in std::mem::take(&mut self.held) {
            draft.text(Column::Buyer, self.parties.buyer.clone().unwrap_or_default());
            draft.give(self.profile, line, sink)?;
        }
        Ok(())
    }

    /// Ends the chat.
    pub(super) fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), Error> {
        self.flush(sink)
    }

    /// The form of a message by its whole text; `None`: words.
    fn kind(&self, text: &str) -> Option<&'static str> {
        let text = text.trim();
        if text.is_empty() {
            // A picture, a sticker or a card leaves no words behind.
            return Some("other");
        }
        self.profile.kinds.exact(text).or_else(|| {
            let is_url = text.starts_with("http://") || text.starts_with("https://");
            let one = is_url && !text.contains(char::is_whitespace) && text.is_ascii();
            let is_item = text.contains("item.taobao.com/") || text.contains("detail.tmall.com/");
            one.then_some(if is_item { "product-card" } else { "link" })
        })
    }
}
