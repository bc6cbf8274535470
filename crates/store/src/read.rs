//! How facts are read back.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use facts::{
    Account, Author, Conversation, Extra, Fact, FactKind, Form, Instant, Log, Mark, MessageFlags,
    Shop, ShopId, Thread, ThreadId,
};
use hashbrown::HashMap;

use crate::archived::{Archived, OF_SHOP, OpenText, archived_days};
use crate::error::{Error, Result};
use crate::names::Names;
use crate::phrases::Phrases;
use crate::piece::{Piece, decode_threads};
use crate::row::Arrival;
use crate::scope::{Grant, Scope};
use crate::secret::{MasterKey, TextKey};
use crate::sql::{Connection, all, args, first};
use crate::store::Store;
use crate::texts::{self, Private};
use crate::threads::place;

/// Facts in columns, in the order of their arrival. Accounts and conversations are numbers of the
/// [`Names`] that were read with them.
#[derive(Clone, Debug)]
pub struct Stored {
    piece: Piece,
    accounts: Vec<u32>,
    from_accounts: Vec<u32>,
    conversations: Vec<u32>,
}

impl Stored {
    fn new(mut piece: Piece, names: &mut Names) -> Result<Self> {
        if let Some(flags) = &names.flags {
            flags.read(&mut piece.flags);
        }
        let [accounts, from_accounts, conversations] = names.numbering.columns(&piece)?;
        Ok(Self { piece, accounts, from_accounts, conversations })
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.piece.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When a fact arrived.
    #[must_use]
    pub fn arrival(&self, row: usize) -> Arrival {
        Arrival(self.piece.arrival[row])
    }

    /// Whose thread a fact belongs to; the facts of a shop have a thread of their own
    /// ([`Names::is_of_shop`]).
    #[must_use]
    pub fn thread(&self, row: usize) -> ThreadId {
        ThreadId(self.piece.thread[row])
    }

    /// The source's own order, where it gave one.
    #[must_use]
    pub fn seq(&self, row: usize) -> Option<i64> {
        self.piece.seq[row]
    }

    /// When a fact was learned; as it happened where the source gave no other instant.
    #[must_use]
    pub fn seen_at(&self, row: usize) -> Instant {
        Instant(self.piece.seen_at[row].unwrap_or(self.piece.at[row]))
    }

    /// A message's id; empty: none.
    #[must_use]
    pub fn id(&self, row: usize) -> &str {
        self.piece.id(row)
    }

    /// On a recall, or a mark of needing no reply, the id of the message; empty: none.
    #[must_use]
    pub fn reference(&self, row: usize) -> &str {
        self.piece.rare(row).map_or("", |rare| &rare.reference)
    }

    /// An observed figure's metric and value, or a rating's word; empty: none.
    #[must_use]
    pub fn value(&self, row: usize) -> &str {
        self.piece.rare(row).map_or("", |rare| &rare.value)
    }

    /// A rating's stars.
    pub(crate) fn stars(&self, row: usize) -> Option<u8> {
        Some(self.piece.stars[row]).filter(|stars| *stars != 0)
    }

    /// When a fact was learned, where the source gave another instant than that of the fact.
    pub(crate) fn own_seen_at(&self, row: usize) -> Option<Instant> {
        self.piece.seen_at[row].map(Instant)
    }

    /// A fact as a row of a log.
    fn line(&self, row: usize) -> Line<'_> {
        Line {
            fact: self.fact(row),
            seq: self.seq(row),
            seen_at: self.seen_at(row),
            id: self.id(row),
            reference: self.reference(row),
            value: self.value(row),
            stars: self.piece.stars[row],
        }
    }

    /// The fact as counting needs it. Its row is its place here; it has no mark: who knows both
    /// the message and its recall connects them.
    #[must_use]
    pub fn fact(&self, row: usize) -> Fact {
        let piece = &self.piece;
        let kind = FactKind::from_code(piece.kind[row]).unwrap_or(FactKind::Message);
        Fact {
            at: Instant(piece.at[row]),
            row: row as u32,
            account: Account(self.accounts[row]),
            from_account: Account(self.from_accounts[row]),
            conversation: Conversation(self.conversations[row]),
            mark: Mark::NONE,
            kind,
            author: Author::from_code(piece.author[row]).unwrap_or(Author::System),
            form: Form::from_code(piece.form[row]).unwrap_or(Form::Other),
            flags: MessageFlags(piece.flags[row]),
            rating: piece.rating(row),
        }
    }
}

/// Which facts of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select<'a> {
    /// The platform's word.
    pub platform: &'a str,
    /// The shop.
    pub shop: &'a str,
    /// One buyer's thread alone; absent: all, and the shop's own facts.
    pub buyer: Option<&'a str>,
    /// The first instant, and the first after the last.
    pub between: (Instant, Instant),
    /// Whether texts, orders and money are read too, for which the scope must allow texts.
    pub texts: bool,
}

impl<'a> Select<'a> {
    /// All facts of a shop, without texts.
    #[must_use]
    pub fn shop(platform: &'a str, shop: &'a str) -> Self {
        let between = (Instant(i64::MIN), Instant(i64::MAX));
        Self { platform, shop, buyer: None, between, texts: false }
    }
}

/// Takes a segment's first and last number and the threads it has facts of.
type TakeThreads<'a> = dyn FnMut((Arrival, Arrival), &[u32]) + 'a;

impl Store {
    /// Hands on all facts in reach that arrived after a number, in the order of their arrival,
    /// some ten thousand at a time, and returns the number of the newest fact of the log. What
    /// arrives meanwhile is not among them.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], what the database says, and what `take` returns.
    pub fn since(
        &self,
        scope: &Scope,
        after: Arrival,
        names: &mut Names,
        take: &mut dyn FnMut(&Names, &Stored) -> Result<()>,
    ) -> Result<Arrival> {
        scope.needs(Grant::Read)?;
        self.read(|connection| {
            names.refresh(connection, &self.0.keys.flags)?;
            let in_reach = names.in_reach(scope.reach());
            let newest = first(connection, "SELECT arrivals FROM standing", &[], |r| r.int())?;
            // Segments do not overlap: the one with the number is the last that begins before it.
            let segments = "SELECT threads, facts FROM segments
                            WHERE first >= COALESCE((SELECT MAX(first) FROM segments
                                                     WHERE first <= $1), 0)
                            ORDER BY first";
            connection.each(segments, args![after.0 as i64], &mut |mut row| {
                let piece = Piece::decode(&row.bytes()?, &row.bytes()?)?;
                let mut stays = Vec::with_capacity(piece.len());
                for (thread, arrival) in piece.thread.iter().zip(&piece.arrival) {
                    let place = names.place_of(*thread)? as usize;
                    stays.push(in_reach.get(place) == Some(&true) && *arrival > after.0);
                }
                let stored = Stored::new(kept(piece, &stays)?, names)?;
                if stored.is_empty() { Ok(()) } else { take(names, &stored) }
            })?;
            Ok(Arrival(newest.unwrap_or(0) as u64))
        })
    }

    /// As [`Store::since`], but the next `most` numbers alone. Returns the number up to which facts
    /// were handed on, and whether there are later ones.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], what the database says, and what `take` returns.
    pub fn next(
        &self,
        scope: &Scope,
        (after, most): (Arrival, u64),
        names: &mut Names,
        take: &mut dyn FnMut(&Names, Stored) -> Result<()>,
    ) -> Result<(Arrival, bool)> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            names.refresh(connection, &self.0.keys.flags)?;
            let newest = first(connection, "SELECT arrivals FROM standing", &[], |r| r.int())?;
            let newest = newest.unwrap_or(0) as u64;
            let until = after.0.saturating_add(most).min(newest);
            if until > after.0 {
                let range = [(Arrival(after.0 + 1), Arrival(until))];
                within_ranges(connection, &range, &|_| true, names, take)?;
            }
            Ok((Arrival(until.max(after.0)), until < newest))
        })
    }

    /// The facts of one thread that arrived within some ranges (both ends included, in order, apart
    /// from each other), in the order of their arrival. Who knows where a thread's facts are need
    /// not look through the whole log.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the thread's shop is out of reach, and what the database says.
    pub fn thread(
        &self,
        scope: &Scope,
        thread: ThreadId,
        within: &[(Arrival, Arrival)],
        names: &mut Names,
    ) -> Result<Vec<Stored>> {
        scope.needs(Grant::Read)?;
        self.read(|connection| {
            names.refresh(connection, &self.0.keys.flags)?;
            let in_reach = names.in_reach(scope.reach());
            let place = names.place_of(thread.0)? as usize;
            if in_reach.get(place) != Some(&true) {
                return Err(Error::Denied);
            }
            let mut found = Vec::new();
            let is_wanted = |one: u32| one == thread.0;
            within_ranges(connection, within, &is_wanted, names, &mut |_, stored| {
                found.push(stored);
                Ok(())
            })?;
            Ok(found)
        })
    }

    /// Hands on the facts of many threads that arrived within some ranges, as [`Store::thread`]
    /// does those of one.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach, what the database says, and what `take`
    /// returns.
    pub fn threads(
        &self,
        scope: &Scope,
        is_wanted: &dyn Fn(ThreadId) -> bool,
        within: &[(Arrival, Arrival)],
        names: &mut Names,
        take: &mut dyn FnMut(&Names, Stored) -> Result<()>,
    ) -> Result<()> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            names.refresh(connection, &self.0.keys.flags)?;
            let is_wanted = |one: u32| is_wanted(ThreadId(one));
            within_ranges(connection, within, &is_wanted, names, take)
        })
    }

    /// Hands on, for each segment of the log in order, its first and last number and the threads
    /// it has facts of, without reading these. Returns the number of the newest fact.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when not every shop is in reach, and what the database says.
    pub fn whereabouts(
        &self,
        scope: &Scope,
        names: &mut Names,
        take: &mut TakeThreads<'_>,
    ) -> Result<Arrival> {
        scope.needs_everything(Grant::Read)?;
        self.read(|connection| {
            names.refresh(connection, &self.0.keys.flags)?;
            let newest = first(connection, "SELECT arrivals FROM standing", &[], |r| r.int())?;
            let segments = "SELECT first, last, threads FROM segments ORDER BY first";
            connection.each(segments, &[], &mut |mut row| {
                let range = (Arrival(row.int()? as u64), Arrival(row.int()? as u64));
                take(range, &decode_threads(&row.bytes()?)?);
                Ok(())
            })?;
            Ok(Arrival(newest.unwrap_or(0) as u64))
        })
    }

    /// The facts of a shop or of one buyer as a log, its rows in the order of arrival;
    /// [`Log::by_thread`] has the total order. Recalled messages are marked.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the shop is out of reach, or texts are asked for and not allowed.
    pub fn log(&self, scope: &Scope, select: &Select<'_>) -> Result<Log> {
        scope.needs_shop(Grant::Read, select.platform, select.shop)?;
        if select.texts {
            scope.needs(Grant::Texts)?;
        }
        // Files of the archive stay while they are read.
        let shelf = self.0.shelf.as_ref();
        let _reading = shelf.map(|one| one.reading.read().unwrap_or_else(PoisonError::into_inner));
        self.read(|connection| {
            let Some(place) = place(connection, select.platform, select.shop)? else {
                return Ok(Log::new());
            };
            let mut reading = Reading::new(buyers(connection, place, select.buyer)?);
            let mut filling = Filling::new(select.texts);
            self.fill_archived(connection, select, &mut reading, &mut filling)?;
            reading.names.refresh(connection, &self.0.keys.flags)?;
            reading.fill(connection, (select.between.0.0, select.between.1.0))?;
            let texts = if select.texts {
                opened(connection, &self.0.keys.master, &reading)?
            } else {
                HashMap::new()
            };
            reading.log(filling, &texts)
        })
    }

    /// Begins a log with what is archived of it.
    fn fill_archived(
        &self,
        connection: &mut dyn Connection,
        select: &Select<'_>,
        reading: &mut Reading,
        filling: &mut Filling,
    ) -> Result<()> {
        let days = archived_days(connection)?;
        if days.is_empty() {
            return Ok(());
        }
        let keys = &self.0.keys;
        let threads = reading.buyers.keys().copied();
        let phrases = Phrases::load(connection)?;
        let archived = Archived::new(self.shelf()?, (phrases, &keys.flags), threads, &keys.hash);
        let wanted = Wanted {
            shop: [select.platform, select.shop],
            of_one_buyer: select.buyer.is_some(),
            between: (select.between.0.0, select.between.1.0),
        };
        let Reading { names, buyers, .. } = reading;
        let mut opening = Keyring::new(connection, &keys.master);
        for (number, day) in &days {
            let mut open = |thread: u32, arrival, sealed: &[u8]| {
                let is_wanted = buyers.contains_key(&thread);
                if is_wanted { opening.open(thread, arrival, sealed) } else { Ok(None) }
            };
            let open = select.texts.then_some(&mut open as &mut OpenText<'_>);
            let mut take = |thread: Option<u32>, line: &Line<'_>, private: Option<&Private>| {
                let number = thread.unwrap_or(OF_SHOP);
                let buyer = buyers.get(&number).map_or("", String::as_str);
                let thread = filling.thread(number, [select.platform, select.shop, buyer])?;
                filling.row(line, thread, private);
                Ok(())
            };
            archived.read((*number, day), &wanted, (&mut names.numbering, open), &mut take)?;
        }
        Ok(())
    }

    /// The buyer of a thread, for showing them to somebody. `None`: the thread is a shop's own,
    /// out of reach, or unknown.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn buyer(&self, scope: &Scope, thread: ThreadId) -> Result<Option<String>> {
        scope.needs(Grant::Read)?;
        let found = self.read(|connection| {
            let one = "SELECT p.platform, p.shop, t.buyer FROM threads t
                       JOIN places p ON p.number = t.place WHERE t.number = $1";
            first(connection, one, args![i64::from(thread.0)], |row| {
                Ok((row.text()?, row.text()?, row.text()?))
            })
        })?;
        Ok(found
            .filter(|(platform, shop, buyer)| {
                scope.reach().has(platform, shop) && !buyer.is_empty()
            })
            .map(|(_, _, buyer)| buyer))
    }
}

/// Facts of threads within ranges of arrivals; segments without any are not decoded.
fn within_ranges(
    connection: &mut dyn Connection,
    within: &[(Arrival, Arrival)],
    is_wanted: &dyn Fn(u32) -> bool,
    names: &mut Names,
    take: &mut dyn FnMut(&Names, Stored) -> Result<()>,
) -> Result<()> {
    for (from, until) in within {
        let until_arrival = i64::try_from(until.0).unwrap_or(i64::MAX);
        let segments = "SELECT threads, facts FROM segments
                        WHERE first >= COALESCE((SELECT MAX(first) FROM segments
                                                 WHERE first <= $1), 0)
                        AND first <= $2 ORDER BY first";
        let range = args![from.0 as i64, until_arrival];
        connection.each(segments, range, &mut |mut row| {
            let threads = row.bytes()?;
            if !decode_threads(&threads)?.iter().any(|one| is_wanted(*one)) {
                return Ok(());
            }
            let piece = Piece::decode(&threads, &row.bytes()?)?;
            let stays: Vec<bool> = (piece.thread.iter().zip(&piece.arrival))
                .map(|(one, arrival)| is_wanted(*one) && (from.0..=until.0).contains(arrival))
                .collect();
            let stored = Stored::new(kept(piece, &stays)?, names)?;
            if stored.is_empty() { Ok(()) } else { take(names, stored) }
        })?;
    }
    Ok(())
}

fn kept(piece: Piece, stays: &[bool]) -> Result<Piece> {
    if stays.iter().all(|stays| *stays) {
        return Ok(piece);
    }
    let mut builder = crate::piece::Builder::new();
    builder.extend(&piece, |row| stays[row])?;
    Ok(builder.finish())
}

fn buyers(
    connection: &mut dyn Connection,
    place: u32,
    buyer: Option<&str>,
) -> Result<BTreeMap<u32, String>> {
    let place = i64::from(place);
    let pair = |row: &mut crate::sql::Row| Ok((row.int()? as u32, row.text()?));
    let found = match buyer {
        Some(buyer) => {
            let one = "SELECT number, buyer FROM threads WHERE place = $1 AND buyer = $2";
            all(connection, one, args![place, buyer], pair)?
        }
        None => {
            let every = "SELECT number, buyer FROM threads WHERE place = $1";
            all(connection, every, args![place], pair)?
        }
    };
    Ok(found.into_iter().collect())
}

/// A fact as a row of a log needs it, wherever it comes from.
pub(crate) struct Line<'a> {
    pub(crate) fact: Fact,
    pub(crate) seq: Option<i64>,
    pub(crate) seen_at: Instant,
    pub(crate) id: &'a str,
    /// The message that a recall, or a mark of needing no reply, is about; empty: none.
    pub(crate) reference: &'a str,
    pub(crate) value: &'a str,
    /// 0: none.
    pub(crate) stars: u8,
}

/// Which facts of archived days.
pub(crate) struct Wanted<'a> {
    /// Platform and shop.
    pub(crate) shop: [&'a str; 2],
    /// Whether the facts of one buyer alone are.
    pub(crate) of_one_buyer: bool,
    /// The first instant, and the first after the last.
    pub(crate) between: (i64, i64),
}

/// Stored facts of threads that happened between two instants, in the order of their arrival.
pub(crate) fn between(
    connection: &mut dyn Connection,
    (from, until): (i64, i64),
    is_wanted: &dyn Fn(u32) -> bool,
    names: &mut Names,
) -> Result<Vec<Stored>> {
    let segments = "SELECT threads, facts FROM segments
                    WHERE at_max >= $1 AND at_min < $2 ORDER BY first";
    let mut pieces = Vec::new();
    connection.each(segments, args![from, until], &mut |mut row| {
        let threads = row.bytes()?;
        if !decode_threads(&threads)?.iter().any(|thread| is_wanted(*thread)) {
            return Ok(());
        }
        let piece = Piece::decode(&threads, &row.bytes()?)?;
        let stays: Vec<bool> = (piece.at.iter().zip(&piece.thread))
            .map(|(at, thread)| (from..until).contains(at) && is_wanted(*thread))
            .collect();
        let stored = Stored::new(kept(piece, &stays)?, names)?;
        if !stored.is_empty() {
            pieces.push(stored);
        }
        Ok(())
    })?;
    Ok(pieces)
}

/// Facts of some threads on their way into a log.
struct Reading {
    names: Names,
    /// The threads that are read, with their buyers.
    buyers: BTreeMap<u32, String>,
    pieces: Vec<Stored>,
}

impl Reading {
    fn new(buyers: BTreeMap<u32, String>) -> Self {
        Self { names: Names::default(), buyers, pieces: Vec::new() }
    }

    /// Reads the facts of the threads between two instants.
    fn fill(&mut self, connection: &mut dyn Connection, range: (i64, i64)) -> Result<()> {
        let Self { names, buyers, pieces } = self;
        *pieces = between(connection, range, &|thread| buyers.contains_key(&thread), names)?;
        Ok(())
    }

    /// The log, behind what was filled in already.
    fn log(self, mut filling: Filling, texts: &HashMap<u64, Private>) -> Result<Log> {
        for stored in &self.pieces {
            for row in 0..stored.len() {
                let number = stored.thread(row).0;
                let key = self.names.place(self.names.place_of(number)?)?;
                let buyer = self.buyers.get(&number).map_or("", String::as_str);
                let thread = filling.thread(number, [&key.platform, &key.shop, buyer])?;
                filling.row(&stored.line(row), thread, texts.get(&stored.arrival(row).0));
            }
        }
        filling.log.accounts = self.names.numbering.accounts;
        filling.log.conversations = self.names.numbering.conversations;
        Ok(filling.finish())
    }
}

/// A log that is being filled.
#[derive(Default)]
struct Filling {
    log: Log,
    /// By the store's numbers: shop, and thread of the log.
    threads: HashMap<u32, (u32, u32)>,
    shops: HashMap<(u32, u32), u32>,
    has_texts: bool,
    /// Messages by shop and id, for what refers to them.
    messages: HashMap<(u32, Box<str>), u32>,
    referring: Vec<u32>,
}

impl Filling {
    fn new(has_texts: bool) -> Self {
        Self { log: Log::new(), has_texts, ..Self::default() }
    }

    /// The shop and the thread of the log for a thread of the store.
    fn thread(&mut self, number: u32, [platform, shop, buyer]: [&str; 3]) -> Result<(u32, u32)> {
        if let Some(known) = self.threads.get(&number) {
            return Ok(*known);
        }
        let numbered = |error| Error::database("numbering names", error);
        let log = &mut self.log;
        let platform = log.platforms.number(platform).map_err(numbered)?;
        let name = log.shop_names.number(shop).map_err(numbered)?;
        let shops = &mut log.shops;
        let shop = *self.shops.entry((platform, name)).or_insert_with(|| {
            shops.push(Shop { platform, name });
            shops.len() as u32 - 1
        });
        let thread = if buyer.is_empty() {
            ThreadId::NONE.0
        } else {
            let buyer = log.buyers.number(buyer).map_err(numbered)?;
            log.threads.push(Thread { shop: ShopId(shop), buyer });
            log.threads.len() as u32 - 1
        };
        self.threads.insert(number, (shop, thread));
        Ok((shop, thread))
    }

    fn row(&mut self, line: &Line<'_>, (shop, thread): (u32, u32), private: Option<&Private>) {
        let log = &mut self.log;
        let next = log.len() as u32;
        let fact = line.fact;
        log.at.push(fact.at.0);
        log.thread.push(thread);
        log.shop.push(shop);
        log.conversation.push(fact.conversation.0);
        log.account.push(fact.account.0);
        log.from_account.get_or_insert_default().push(fact.from_account.0);
        log.kind.push(fact.kind.code());
        log.author.push(fact.author.code());
        log.form.get_or_insert_default().push(fact.form.code());
        log.flags.get_or_insert_default().push(fact.flags.0);
        log.rating.get_or_insert_default().push(fact.rating.code());
        log.seen_at.get_or_insert_default().push(line.seen_at.0);
        log.id.get_or_insert_default().push(line.id.into());
        if let Some(seq) = line.seq
            && log.seq.is_none()
        {
            let mut rows: Vec<i64> = (0..i64::from(next)).collect();
            rows.push(seq);
            log.seq = Some(rows);
        } else if let Some(seqs) = &mut log.seq {
            seqs.push(line.seq.unwrap_or(i64::from(next)));
        }
        if self.has_texts {
            let text = private.map(|private| private.text.clone()).filter(|text| !text.is_empty());
            log.text.get_or_insert_default().push(text);
        }
        let open = line.reference;
        let extra = Extra {
            stars: (line.stars != 0).then_some(line.stars),
            reference: match private {
                Some(private) if open.is_empty() => private.reference.clone(),
                _ => open.into(),
            },
            amount: private.map(|private| private.amount.clone()).unwrap_or_default(),
            value: line.value.into(),
        };
        if extra != Extra::default() {
            log.extra.insert(next, extra);
        }
        if fact.kind == FactKind::Message && !line.id.is_empty() {
            self.messages.insert((shop, line.id.into()), next);
        } else if !open.is_empty() {
            self.referring.push(next);
        }
    }

    /// Gives every message and what refers to it the same mark.
    fn finish(self) -> Log {
        let Self { mut log, messages, referring, .. } = self;
        for row in referring {
            let shop = log.shop[row as usize];
            let Some(extra) = log.extra.get(&row) else { continue };
            let Some(message) = messages.get(&(shop, extra.reference.clone())) else { continue };
            let n_rows = log.at.len();
            let marks = log.mark.get_or_insert_with(|| vec![0; n_rows]);
            marks[*message as usize] = message + 1;
            marks[row as usize] = message + 1;
        }
        log
    }
}

/// Texts of the rows that were read, by arrival.
fn opened(
    connection: &mut dyn Connection,
    master: &MasterKey,
    reading: &Reading,
) -> Result<HashMap<u64, Private>> {
    let mut found = HashMap::new();
    let mut keyring = Keyring::new(connection, master);
    for stored in &reading.pieces {
        let arrivals = &stored.piece.arrival;
        let (first_of, last) = (arrivals[0], arrivals.last().copied().unwrap_or(arrivals[0]));
        let parts = "SELECT sealed FROM texts WHERE last >= $1 AND first <= $2 ORDER BY first";
        let range = args![first_of as i64, last as i64];
        for part in all(keyring.connection, parts, range, |row| row.bytes())? {
            texts::each(&part, &mut |arrival, thread, sealed| {
                if arrivals.binary_search(&arrival).is_ok()
                    && let Some(private) = keyring.open(thread, arrival, sealed)?
                {
                    found.insert(arrival, private);
                }
                Ok(())
            })?;
        }
    }
    Ok(found)
}

/// Keys of threads, each looked up once.
struct Keyring<'a> {
    connection: &'a mut dyn Connection,
    master: &'a MasterKey,
    keys: HashMap<u32, Option<TextKey>>,
}

impl<'a> Keyring<'a> {
    fn new(connection: &'a mut dyn Connection, master: &'a MasterKey) -> Self {
        Self { connection, master, keys: HashMap::new() }
    }

    /// Opens what was sealed; `None`: without its key it is forgotten, which is no damage.
    fn open(&mut self, thread: u32, arrival: u64, sealed: &[u8]) -> Result<Option<Private>> {
        let key = match self.keys.get(&thread) {
            Some(key) => key,
            None => {
                let key = key_of(self.connection, self.master, thread)?;
                self.keys.entry(thread).or_insert(key)
            }
        };
        key.as_ref().map(|key| Private::open(sealed, key, arrival)).transpose()
    }
}

fn key_of(
    connection: &mut dyn Connection,
    master: &MasterKey,
    thread: u32,
) -> Result<Option<TextKey>> {
    let one = "SELECT sealing_key FROM threads WHERE number = $1";
    let sealed = first(connection, one, args![i64::from(thread)], |row| row.maybe_bytes())?;
    sealed.flatten().map(|sealed| TextKey::opened(&sealed, master, thread)).transpose()
}
