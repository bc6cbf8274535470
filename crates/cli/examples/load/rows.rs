//! The rows that are sent and written.

use std::fmt::Write as _;

use facts::{Author, Instant, NewFact};

/// Buyers who talk at a time.
const TALKING: u64 = 2_000;
/// Shops among which buyers are spread.
const SHOPS: u64 = 20;

/// Rows by number.
pub(crate) struct Rows {
    /// What ids and buyers begin with: rows of another name are others.
    name: String,
    per_buyer: u64,
    at: Box<dyn Fn(u64) -> i64 + Send + Sync>,
    /// Buyers ask, and nobody answers.
    only_questions: bool,
}

/// Texts of a row, used again for the next.
#[derive(Default)]
pub(crate) struct Texts {
    shop: String,
    buyer: String,
    id: String,
    conversation: String,
    text: String,
}

impl Rows {
    /// As they happen: all within the last second, each question answered.
    pub(crate) fn live(now: Instant) -> Self {
        let name = format!("l{}-", now.0);
        let at = Box::new(move |row| now.0 - 1_000 + (row % 1_000) as i64);
        Self { name, per_buyer: 30, at, only_questions: false }
    }

    /// Thirty days up to an hour ago.
    pub(crate) fn history(now: Instant, n: u64, per_buyer: u64) -> Self {
        const DAYS_MS: i128 = 30 * 86_400_000;
        let start = now.0 - DAYS_MS as i64 - 3_600_000;
        let at =
            Box::new(move |row| start + (i128::from(row) * DAYS_MS / i128::from(n.max(1))) as i64);
        Self { name: "h".to_owned(), per_buyer, at, only_questions: false }
    }

    /// Questions, each of another buyer.
    pub(crate) fn questions(name: &str, at: impl Fn(u64) -> i64 + Send + Sync + 'static) -> Self {
        let (name, at) = (name.to_owned(), Box::new(at));
        Self { name, per_buyer: 1, at, only_questions: true }
    }

    /// Hands on a row.
    pub(crate) fn fact(&self, row: u64, texts: &mut Texts, take: &mut dyn FnMut(&NewFact<'_>)) {
        let Texts { shop, buyer, id, conversation, text } = texts;
        for text in [&mut *shop, &mut *buyer, &mut *id, &mut *conversation, &mut *text] {
            text.clear();
        }
        let whose = match self.only_questions {
            true => row,
            false => row / (self.per_buyer * TALKING) * TALKING + row % TALKING,
        };
        let name = &self.name;
        // Writing to a text does not fail.
        let _ = write!(shop, "s{}", whose % SHOPS);
        let _ = write!(buyer, "tb{name}{whose:09}");
        let _ = write!(conversation, "c{name}{whose:09}");
        let _ = write!(id, "m{name}{row:012}");
        let _ = write!(
            text,
            "亲，这件衣服{row}号有货，今天下单明天发货，七天无理由退换，请您放心购买，\
             有问题随时联系"
        );
        let asks = self.only_questions || (row / TALKING).is_multiple_of(2);
        let author = if asks { Author::Buyer } else { Author::Agent };
        take(&NewFact {
            buyer,
            id,
            conversation,
            account: if asks { "" } else { "店铺:小王" },
            text,
            ..NewFact::message(Instant((self.at)(row)), "taobao", shop, author)
        });
    }
}
