//! Rows of the canonical log, as text.

use facts::{Author, FactKind, Form, Instant, NewFact, Zone};

/// The columns of the canonical log, in the order written here.
pub const HEADER: [&str; 17] = [
    "at",
    "platform",
    "shop",
    "buyer",
    "conversation",
    "fact",
    "author",
    "kind",
    "account",
    "from_account",
    "id",
    "seq",
    "text",
    "stars",
    "ref",
    "amount",
    "value",
];

/// One row of a log. An empty text means that the row has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it happened.
    pub at: Instant,
    /// The platform's word.
    pub platform: String,
    /// The shop id.
    pub shop: String,
    /// The buyer id; empty for facts about accounts and about the shop.
    pub buyer: String,
    /// The conversation id.
    pub conversation: String,
    /// What happened.
    pub fact: FactKind,
    /// Who wrote a message; `None` on other facts.
    pub author: Option<Author>,
    /// The form of a message.
    pub form: Form,
    /// The account concerned.
    pub account: String,
    /// The passing account of a transfer.
    pub from_account: String,
    /// The message id.
    pub id: String,
    /// The source's own order.
    pub seq: Option<u32>,
    /// The text of a message.
    pub text: String,
    /// A rating.
    pub stars: Option<u8>,
    /// The id of the message or order concerned.
    pub reference: String,
    /// Money.
    pub amount: String,
    /// An observed figure's metric and value.
    pub value: String,
}

impl Row {
    /// The row as feeds give it; nothing is judged of its text.
    #[must_use]
    pub fn fact(&self) -> NewFact<'_> {
        NewFact {
            author: self.author.unwrap_or(Author::System),
            form: self.form,
            stars: self.stars,
            seq: self.seq.map(i64::from),
            buyer: &self.buyer,
            conversation: &self.conversation,
            account: &self.account,
            from_account: &self.from_account,
            id: &self.id,
            text: &self.text,
            reference: &self.reference,
            amount: &self.amount,
            value: &self.value,
            ..NewFact::event(self.at, &self.platform, &self.shop, self.fact)
        }
    }

    /// The cells in the order of [`HEADER`]. The instant is in RFC 3339 with the zone's offset;
    /// the words `message` and `text`, which may be left out, are left out.
    #[must_use]
    pub fn cells(&self, zone: &Zone) -> [String; HEADER.len()] {
        let fact = if self.fact == FactKind::Message { "" } else { self.fact.word() };
        let form = if self.form == Form::Text { "" } else { self.form.word() };
        [
            rfc3339(self.at, zone),
            self.platform.clone(),
            self.shop.clone(),
            self.buyer.clone(),
            self.conversation.clone(),
            fact.to_owned(),
            self.author.map_or(String::new(), |author| author.word().to_owned()),
            form.to_owned(),
            self.account.clone(),
            self.from_account.clone(),
            self.id.clone(),
            self.seq.map_or(String::new(), |seq| seq.to_string()),
            self.text.clone(),
            self.stars.map_or(String::new(), |stars| stars.to_string()),
            self.reference.clone(),
            self.amount.clone(),
            self.value.clone(),
        ]
    }
}

/// An instant in RFC 3339 with milliseconds and the zone's offset at that instant.
fn rfc3339(at: Instant, zone: &Zone) -> String {
    let local = zone.local(at);
    let (s, ms) = (local.ms / 1_000, local.ms % 1_000);
    let minutes = zone.offset(at) / 60_000;
    let (sign, offset) = if minutes < 0 { ('-', -minutes) } else { ('+', minutes) };
    format!(
        "{}T{:02}:{:02}:{:02}.{ms:03}{sign}{:02}:{:02}",
        local.day,
        s / 3_600,
        s / 60 % 60,
        s % 60,
        offset / 60,
        offset % 60,
    )
}

/// Rows as a canonical CSV file: UTF-8, a header, `\n`, quotes where a cell needs them.
#[must_use]
pub fn to_csv(rows: &[Row], zone: &Zone) -> String {
    let mut text = HEADER.join(",");
    text.push('\n');
    for row in rows {
        let cells = row.cells(zone).map(|cell| quoted(&cell));
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
