//! Filling a log row by row.

use facts::{
    Author, Extra, FactKind, Form, Interner, Log, MessageFlags, OutOfIds, Rating, Shop, ShopId,
    Thread, ThreadId,
};
use hashbrown::HashMap;

use crate::identity::{Identities, Numbers, Place, Verdict};
use crate::read::Options;
use crate::row::{Name, Row, UNSET};

/// The number of the name that a column had last: neighbours often share theirs.
#[derive(Default)]
struct Last {
    text: String,
    number: Option<u32>,
}

impl Last {
    /// The number of a name; 0 for none, which is right for names in which 0 is none.
    fn number(&mut self, name: Name<'_>, names: &mut Interner) -> Result<u32, OutOfIds> {
        match name {
            Name::None => Ok(0),
            Name::Known(number) => Ok(number),
            Name::Text(text, Some(slot)) => {
                slot.set(names.number(text)?);
                Ok(slot.get())
            }
            Name::Text(text, None) => self.look_up(text, names),
        }
    }

    fn look_up(&mut self, text: &str, names: &mut Interner) -> Result<u32, OutOfIds> {
        if let Some(number) = self.number
            && self.text == text
        {
            return Ok(number);
        }
        let number = names.number(text)?;
        self.text.clear();
        self.text.push_str(text);
        self.number = Some(number);
        Ok(number)
    }
}

/// The last names of each numbered column.
#[derive(Default)]
struct LastNames {
    platform: Last,
    shop: Last,
    buyer: Last,
    conversation: Last,
    account: Last,
    from_account: Last,
}

/// A log that is being filled.
pub(crate) struct Filling<'a> {
    options: &'a Options,
    log: Log,
    identities: Identities,
    last: LastNames,
    shops: HashMap<u64, u32>,
    threads: HashMap<u64, u32>,
    last_shop: Option<(u64, u32)>,
    /// For each buyer the shop it was last seen with, and their thread: most buyers have one.
    last_thread: Vec<(u32, u32)>,
    /// Rows of facts that refer to a message by its id: `recalled`, `no-reply-needed`.
    recalls: Vec<u32>,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(options: &'a Options, n_sources: u32) -> Self {
        let mut log = Log::new();
        log.origin = options.keep_origin.then(Vec::new);
        log.text = options.keep_text.then(Vec::new);
        log.id = options.keep_id.then(Vec::new);
        Self {
            options,
            log,
            identities: Identities::new(if options.is_archive { 1 } else { n_sources }),
            last: LastNames::default(),
            shops: HashMap::new(),
            threads: HashMap::new(),
            last_shop: None,
            last_thread: Vec::new(),
            recalls: Vec::new(),
        }
    }

    /// Whether texts are needed of a source, given whether it has ids.
    pub(crate) fn needs_text(&self, has_ids: bool) -> bool {
        self.options.keep_text
            || self.options.text_flags.is_some()
            || (has_ids && !self.options.is_archive)
            || self.identities.compares_sources()
    }

    /// Makes room for rows that are about to come.
    pub(crate) fn reserve(&mut self, rows: usize) {
        let log = &mut self.log;
        log.at.reserve(rows);
        for column in [&mut log.thread, &mut log.shop, &mut log.conversation, &mut log.account] {
            column.reserve(rows);
        }
        log.kind.reserve(rows);
        log.author.reserve(rows);
    }

    /// Adds a row unless it was read before.
    pub(crate) fn push(&mut self, row: &Row<'_>, place: Place) -> Result<Verdict, OutOfIds> {
        let next = u32::try_from(self.log.len()).ok().filter(|n| *n < u32::MAX).ok_or(OutOfIds)?;
        let numbers = self.numbers(row)?;
        let verdict = self.identities.judge(row, numbers, place, next);
        match verdict {
            Verdict::New => self.add(row, numbers, place, next)?,
            Verdict::Duplicate => self.learned_earlier(row, numbers),
            Verdict::Conflict(..) => {}
        }
        Ok(verdict)
    }

    /// A fact was learned when its first copy was, whichever copy is read first. Copies without
    /// an id are told by their contents alone, which do not say what row the first one became.
    fn learned_earlier(&mut self, row: &Row<'_>, numbers: Numbers) {
        let Some(seen_at) = &mut self.log.seen_at else { return };
        if row.id.is_empty() {
            return;
        }
        let known = self.identities.row_of(numbers.platform, numbers.shop, row.id);
        if let Some(known) = known.and_then(|known| seen_at.get_mut(known as usize)) {
            *known = (*known).min(row.seen_at.unwrap_or(row.at).0);
        }
    }

    fn numbers(&mut self, row: &Row<'_>) -> Result<Numbers, OutOfIds> {
        let Self { last, log, .. } = self;
        let buyer = match row.buyer {
            Name::None => UNSET,
            buyer => last.buyer.number(buyer, &mut log.buyers)?,
        };
        Ok(Numbers {
            platform: last.platform.number(row.platform, &mut log.platforms)?,
            shop: last.shop.number(row.shop, &mut log.shop_names)?,
            buyer,
            conversation: last.conversation.number(row.conversation, &mut log.conversations)?,
            account: last.account.number(row.account, &mut log.accounts)?,
            from_account: last.from_account.number(row.from_account, &mut log.accounts)?,
        })
    }

    fn add(
        &mut self,
        row: &Row<'_>,
        numbers: Numbers,
        place: Place,
        next: u32,
    ) -> Result<(), OutOfIds> {
        let shop = self.shop(numbers)?;
        let thread = self.thread(shop, numbers.buyer)?;
        if matches!(row.fact, FactKind::Recalled | FactKind::NoReplyNeeded) {
            self.recalls.push(next);
        }
        let log = &mut self.log;
        push_unusual(&mut log.from_account, numbers.from_account, 0, next);
        push_unusual(&mut log.form, row.form.code(), Form::Text.code(), next);
        push_known(&mut log.seq, row.seq, i64::from(next), next, i64::from);
        let at = &log.at;
        let seen_at = row.seen_at.map(|seen| seen.0);
        push_known(&mut log.seen_at, seen_at, row.at.0, next, |i| at[i as usize]);
        push_flags(&mut log.flags, judge(row, self.options), next);
        push_unusual(&mut log.rating, rating(row).code(), Rating::NONE.code(), next);
        log.at.push(row.at.0);
        log.thread.push(thread);
        log.shop.push(shop);
        log.conversation.push(numbers.conversation);
        log.account.push(numbers.account);
        log.kind.push(row.fact.code());
        log.author.push(row.author.code());
        if let Some(origin) = &mut log.origin {
            origin.push((place.part, place.line));
        }
        if let Some(texts) = &mut log.text {
            texts.push((!row.text.is_empty()).then(|| row.text.into()));
        }
        if let Some(ids) = &mut log.id {
            ids.push(row.id.into());
        }
        if row.stars.is_some()
            || !(row.reference.is_empty() && row.amount.is_empty() && row.value.is_empty())
        {
            log.extra.insert(next, extra(row));
        }
        Ok(())
    }

    fn shop(&mut self, numbers: Numbers) -> Result<u32, OutOfIds> {
        let key = pair(numbers.platform, numbers.shop);
        if let Some((_, shop)) = self.last_shop.filter(|(last, _)| *last == key) {
            return Ok(shop);
        }
        let shops = &mut self.log.shops;
        let shop = match self.shops.get(&key) {
            Some(shop) => *shop,
            None => {
                let next = u32::try_from(shops.len()).map_err(|_| OutOfIds)?;
                shops.push(Shop { platform: numbers.platform, name: numbers.shop });
                self.shops.insert(key, next);
                next
            }
        };
        self.last_shop = Some((key, shop));
        Ok(shop)
    }

    fn thread(&mut self, shop: u32, buyer: u32) -> Result<u32, OutOfIds> {
        if buyer == UNSET {
            return Ok(ThreadId::NONE.0);
        }
        let i = buyer as usize;
        if let Some(&(last_shop, thread)) = self.last_thread.get(i)
            && last_shop == shop
        {
            return Ok(thread);
        }
        let threads = &mut self.log.threads;
        let key = pair(shop, buyer);
        let thread = match self.threads.get(&key) {
            Some(thread) => *thread,
            None => {
                let next = u32::try_from(threads.len()).map_err(|_| OutOfIds)?;
                threads.push(Thread { shop: ShopId(shop), buyer });
                self.threads.insert(key, next);
                next
            }
        };
        if self.last_thread.len() <= i {
            self.last_thread.resize(i + 1, (UNSET, UNSET));
        }
        self.last_thread[i] = (shop, thread);
        Ok(thread)
    }

    /// The log, and how many recalls name a message that is not in it.
    pub(crate) fn finish(mut self) -> (Log, u64) {
        let unmatched = self.mark_recalls();
        (self.log, unmatched)
    }

    /// Gives every recalled message and its recalls the same mark.
    fn mark_recalls(&mut self) -> u64 {
        let mut unmatched = 0;
        let mut next = 1;
        for &recall in &self.recalls {
            let message = self.recalled_message(recall);
            let Some(message) = message else {
                unmatched += 1;
                continue;
            };
            let n_rows = self.log.at.len();
            let marks = self.log.mark.get_or_insert_with(|| vec![0; n_rows]);
            if marks[message as usize] == 0 {
                marks[message as usize] = next;
                next += 1;
            }
            marks[recall as usize] = marks[message as usize];
        }
        unmatched
    }

    fn recalled_message(&self, recall: u32) -> Option<u32> {
        let shop = self.log.shops.get(self.log.shop[recall as usize] as usize)?;
        let id = &self.log.extra.get(&recall)?.reference;
        if id.is_empty() {
            return None;
        }
        let row = self.identities.row_of(shop.platform, shop.name, id)?;
        (self.log.kind[row as usize] == FactKind::Message.code()).then_some(row)
    }

    /// How many facts there are so far.
    pub(crate) fn len(&self) -> u64 {
        self.log.len() as u64
    }
}

fn judge(row: &Row<'_>, options: &Options) -> Option<u8> {
    let judged =
        row.fact == FactKind::Message && row.author != Author::Buyer && !row.text.is_empty();
    let MessageFlags(flags) = options.text_flags.as_ref().filter(|_| judged)?(row.text);
    Some(flags)
}

/// The words in the `value` column of a rating whose problem the buyer marked as unsolved.
pub(crate) const UNSOLVED: [&str; 2] = ["unsolved", "未解决"];

fn rating(row: &Row<'_>) -> Rating {
    match row.stars.filter(|_| row.fact == FactKind::Rated) {
        Some(stars) => Rating::new(stars, UNSOLVED.contains(&row.value.trim())),
        None => Rating::NONE,
    }
}

fn extra(row: &Row<'_>) -> Extra {
    Extra {
        stars: row.stars,
        reference: row.reference.into(),
        amount: row.amount.into(),
        value: row.value.into(),
    }
}

fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// Adds a value to a column that exists from its first unusual value on.
fn push_unusual<T: Copy + PartialEq>(column: &mut Option<Vec<T>>, value: T, usual: T, next: u32) {
    if column.is_some() || value != usual {
        column.get_or_insert_with(|| vec![usual; next as usize]).push(value);
    }
}

/// Adds a value to a column that exists from the first row on that has one; rows without one get
/// a value that stands for it.
fn push_known(
    column: &mut Option<Vec<i64>>,
    value: Option<i64>,
    otherwise: i64,
    next: u32,
    before: impl Fn(u32) -> i64,
) {
    if value.is_some() || column.is_some() {
        column
            .get_or_insert_with(|| (0..next).map(before).collect())
            .push(value.unwrap_or(otherwise));
    }
}

/// Adds what was judged of a text to a column that exists from the first judged text on.
fn push_flags(column: &mut Option<Vec<u8>>, flags: Option<u8>, next: u32) {
    if flags.is_some() || column.is_some() {
        column.get_or_insert_with(|| vec![0; next as usize]).push(flags.unwrap_or(0));
    }
}
