//! The columns of the log and the text of each in a row.

use facts::{FactKind, Instant, Zone};
use intake::Column;

use super::consult::{Row, Topic};
use super::dice::key;
use super::phrases::phrase;
use super::settings::Settings;
use super::world::{OFFSET, Shop, World};

/// Columns that made-up logs never have: nobody else numbered or saw them, and nothing is read off
/// a panel.
const NEVER: [Column; 3] = [Column::Seq, Column::SeenAt, Column::Value];

/// The columns of a log with these settings, in the order in which they are written.
pub(super) fn columns(settings: &Settings) -> Vec<Column> {
    Column::ALL
        .into_iter()
        .filter(|column| !NEVER.contains(column))
        .filter(|column| *column != Column::Text || settings.text)
        .collect()
}

/// Whether a column's value is a number in JSON.
pub(super) const fn is_number(column: Column) -> bool {
    matches!(column, Column::Stars)
}

/// Writes values as text.
pub(super) struct Writer<'a> {
    settings: &'a Settings,
    world: &'a World,
}

impl<'a> Writer<'a> {
    /// A writer of the facts of these shops.
    pub(super) const fn new(settings: &'a Settings, world: &'a World) -> Self {
        Self { settings, world }
    }

    /// Appends the value of a column; nothing where the row has none.
    pub(super) fn append(&self, row: &Row, column: Column, out: &mut Vec<u8>) {
        match column {
            Column::At => instant(row.at, out),
            Column::Platform => out.extend_from_slice(self.platform(row).as_bytes()),
            Column::Shop => match self.shop(row.shop).role {
                Some(role) => out.extend_from_slice(role.shop.as_bytes()),
                None => digits(1_000_000 + u64::from(row.shop), 7, out),
            },
            Column::Buyer if row.buyer != 0 => {
                out.push(b'u');
                digits(row.buyer.into(), 9, out);
            }
            Column::Conversation if row.conversation != 0 => {
                out.push(b'c');
                digits(row.day.into(), 4, out);
                digits(row.consult.into(), 9, out);
                digits(row.conversation.into(), 1, out);
            }
            Column::Fact => out.extend_from_slice(row.kind.word().as_bytes()),
            Column::Author => {
                let word = row.message.map_or("", |(author, _)| author.word());
                out.extend_from_slice(word.as_bytes());
            }
            Column::Kind => {
                let word = row.message.map_or("", |(_, form)| form.word());
                out.extend_from_slice(word.as_bytes());
            }
            Column::Account => self.account(row.shop, row.account, out),
            Column::FromAccount => self.account(row.shop, row.from_account, out),
            Column::Id if row.message.is_some() && (self.settings.ids || row.named) => {
                name(b'm', row, row.n, out);
            }
            Column::Text if row.topic != Topic::None => {
                let seed = key(self.settings.seed, u64::from(row.day), row.consult.into());
                out.extend_from_slice(phrase(row.topic, seed ^ u64::from(row.n)).as_bytes());
            }
            Column::Stars if row.stars != 0 => digits(row.stars.into(), 1, out),
            Column::Ref => {
                if let Some(n) = row.refers {
                    name(if is_trade(row.kind) { b'o' } else { b'm' }, row, n, out);
                }
            }
            Column::Amount if row.cents != 0 => amount(row.cents, out),
            _ => {}
        }
    }

    fn shop(&self, number: u32) -> &Shop {
        &self.world.shops[number as usize]
    }

    fn platform(&self, row: &Row) -> &str {
        &self.settings.platforms[usize::from(self.shop(row.shop).platform)]
    }

    fn account(&self, shop: u32, number: u16, out: &mut Vec<u8>) {
        let Some(role) = self.shop(shop).role else { return account(shop, number, out) };
        let name = usize::from(number).checked_sub(1).and_then(|number| role.account(number));
        out.extend_from_slice(name.unwrap_or_default().as_bytes());
    }
}

/// Whether `ref` names an order.
const fn is_trade(kind: FactKind) -> bool {
    use FactKind as K;
    matches!(kind, K::Ordered | K::Paid | K::Shipped | K::RefundAsked | K::Refunded | K::Reviewed)
}

/// The id of a message or an order: the consult's day and number, its own number.
fn name(prefix: u8, row: &Row, n: u16, out: &mut Vec<u8>) {
    out.push(prefix);
    digits(row.day.into(), 4, out);
    digits(row.consult.into(), 9, out);
    digits(n.into(), 4, out);
}

fn account(shop: u32, number: u16, out: &mut Vec<u8>) {
    if number != 0 {
        digits(1_000_000 + u64::from(shop), 7, out);
        out.push(b':');
        digits(number.into(), if number < 100 { 2 } else { 5 }, out);
    }
}

fn amount(cents: u32, out: &mut Vec<u8>) {
    let yuan = u64::from(cents / 100);
    digits(yuan, yuan.checked_ilog10().unwrap_or(0) + 1, out);
    out.push(b'.');
    digits((cents % 100).into(), 2, out);
}

/// An instant as RFC 3339, on the clocks of Shanghai.
pub(super) fn instant(at: i64, out: &mut Vec<u8>) {
    let local = Zone::fixed(OFFSET).local(Instant(at));
    let (year, month, day) = local.day.date();
    digits(u64::try_from(year).unwrap_or(0), 4, out);
    out.push(b'-');
    digits(month.into(), 2, out);
    out.push(b'-');
    digits(day.into(), 2, out);
    out.push(b'T');
    let ms = local.ms as u64;
    digits(ms / 3_600_000, 2, out);
    out.push(b':');
    digits(ms / 60_000 % 60, 2, out);
    out.push(b':');
    digits(ms / 1_000 % 60, 2, out);
    out.push(b'.');
    digits(ms % 1_000, 3, out);
    out.extend_from_slice(b"+08:00");
}

/// The last `width` digits of a number.
fn digits(mut n: u64, width: u32, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + width as usize, b'0');
    for byte in out[start..].iter_mut().rev() {
        *byte = b'0' + (n % 10) as u8;
        n /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn values_are_written_as_the_log_has_them() {
        let at = |ms: i64| written(|out| instant(ms, out));
        assert_eq!(at(1_780_243_200_007), "2026-06-01T00:00:00.007+08:00");
        assert_eq!(at(1_780_243_199_999), "2026-05-31T23:59:59.999+08:00");
        assert_eq!(written(|out| amount(5, out)), "0.05");
        assert_eq!(written(|out| amount(123_450, out)), "1234.50");
        assert_eq!(written(|out| account(7, 3, out)), "1000007:03");
        assert_eq!(written(|out| account(7, 20_000, out)), "1000007:20000");
        assert_eq!(written(|out| account(7, 0, out)), "");
    }
}
