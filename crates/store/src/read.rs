//! How facts are read back.

use std::collections::BTreeMap;

use facts::{
    Account, Author, Conversation, Extra, Fact, FactKind, Form, Instant, Log, Mark, MessageFlags,
    Shop, ShopId, Thread, ThreadId,
};
use hashbrown::HashMap;

use crate::error::{Error, Result};
use crate::known::HashKey;
use crate::names::Names;
use crate::piece::{Piece, decode_threads};
use crate::row::Arrival;
use crate::scope::{Grant, Scope};
use crate::secret::TextKey;
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
        self.read(|connection| {
            let mut reading = Reading::new(Buyers::AsStored);
            let Some(place) = place(connection, select.platform, select.shop)? else {
                return Ok(Log::new());
            };
            let buyers = buyers(connection, place, select.buyer)?;
            reading.names.refresh(connection, &self.0.keys.flags)?;
            reading.buyers = buyers;
            reading.fill(connection, (select.between.0.0, select.between.1.0))?;
            let texts = if select.texts {
                opened(connection, &self.0.keys.master, &reading)?
            } else {
                HashMap::new()
            };
            reading.log(&texts, select.texts)
        })
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

/// What stands for buyers in a log.
#[derive(Clone, Copy)]
pub(crate) enum Buyers<'a> {
    /// Their ids.
    AsStored,
    /// Names that nobody can trace back once the buyer is erased.
    Pseudonyms(&'a HashKey),
}

/// Facts of some threads on their way into a log.
pub(crate) struct Reading<'a> {
    pub(crate) names: Names,
    /// The threads that are read, with their buyers.
    pub(crate) buyers: BTreeMap<u32, String>,
    shown: Buyers<'a>,
    pieces: Vec<Stored>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(shown: Buyers<'a>) -> Self {
        Self { names: Names::default(), buyers: BTreeMap::new(), shown, pieces: Vec::new() }
    }

    /// Reads the facts of the threads between two instants.
    pub(crate) fn fill(
        &mut self,
        connection: &mut dyn Connection,
        (from, until): (i64, i64),
    ) -> Result<()> {
        let segments = "SELECT threads, facts FROM segments
                        WHERE at_max >= $1 AND at_min < $2 ORDER BY first";
        connection.each(segments, args![from, until], &mut |mut row| {
            let threads = row.bytes()?;
            if !decode_threads(&threads)?.iter().any(|thread| self.buyers.contains_key(thread)) {
                return Ok(());
            }
            let piece = Piece::decode(&threads, &row.bytes()?)?;
            let stays: Vec<bool> = (0..piece.len())
                .map(|row| {
                    (from..until).contains(&piece.at[row])
                        && self.buyers.contains_key(&piece.thread[row])
                })
                .collect();
            let stored = Stored::new(kept(piece, &stays)?, &mut self.names)?;
            if !stored.is_empty() {
                self.pieces.push(stored);
            }
            Ok(())
        })
    }

    fn shown(&self, thread: u32) -> String {
        let buyer = self.buyers.get(&thread).map_or("", String::as_str);
        match self.shown {
            Buyers::AsStored => buyer.to_owned(),
            Buyers::Pseudonyms(_) if buyer.is_empty() => String::new(),
            Buyers::Pseudonyms(hash) => hash.pseudonym(thread),
        }
    }

    /// The log. `has_texts`: texts were asked for.
    fn log(self, texts: &HashMap<u64, Private>, has_texts: bool) -> Result<Log> {
        let order: Vec<(usize, usize)> = (0..self.pieces.len())
            .flat_map(|n| (0..self.pieces[n].len()).map(move |row| (n, row)))
            .collect();
        self.log_in(&order, texts, has_texts)
    }

    /// The log, its rows by platform, shop, buyer, instant and order.
    pub(crate) fn sorted_log(self) -> Result<Log> {
        let mut keyed = Vec::new();
        for (n, piece) in self.pieces.iter().enumerate() {
            for row in 0..piece.len() {
                let thread = piece.thread(row).0;
                let shop = self.names.place(self.names.place_of(thread)?)?;
                let at = piece.piece.at[row];
                let tie = piece.seq(row).unwrap_or(piece.arrival(row).0 as i64);
                let place = (shop.platform.as_str(), shop.shop.as_str(), self.shown(thread));
                keyed.push((place, at, tie, piece.arrival(row), (n, row)));
            }
        }
        keyed.sort_unstable();
        let order: Vec<(usize, usize)> = keyed.into_iter().map(|(.., row)| row).collect();
        self.log_in(&order, &HashMap::new(), false)
    }

    fn log_in(
        self,
        order: &[(usize, usize)],
        texts: &HashMap<u64, Private>,
        has_texts: bool,
    ) -> Result<Log> {
        let mut filling = Filling { has_texts, ..Filling::default() };
        filling.log = Log::new();
        for (n, row) in order {
            let (stored, row) = (&self.pieces[*n], *row);
            let number = stored.thread(row).0;
            let thread = match filling.threads.get(&number) {
                Some(thread) => *thread,
                None => {
                    let key = self.names.place(self.names.place_of(number)?)?;
                    filling.thread(number, [&key.platform, &key.shop, &self.shown(number)])?
                }
            };
            let private = texts.get(&stored.arrival(row).0);
            filling.row(stored, row, thread, private);
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
    fn thread(&mut self, number: u32, [platform, shop, buyer]: [&str; 3]) -> Result<(u32, u32)> {
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

    fn row(
        &mut self,
        stored: &Stored,
        row: usize,
        (shop, thread): (u32, u32),
        private: Option<&Private>,
    ) {
        let log = &mut self.log;
        let next = log.len() as u32;
        let (fact, piece) = (stored.fact(row), &stored.piece);
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
        log.seen_at.get_or_insert_default().push(stored.seen_at(row).0);
        log.id.get_or_insert_default().push(stored.id(row).into());
        if let Some(seq) = stored.seq(row)
            && log.seq.is_none()
        {
            let mut rows: Vec<i64> = (0..i64::from(next)).collect();
            rows.push(seq);
            log.seq = Some(rows);
        } else if let Some(seqs) = &mut log.seq {
            seqs.push(stored.seq(row).unwrap_or(i64::from(next)));
        }
        if self.has_texts {
            let text = private.map(|private| private.text.clone()).filter(|text| !text.is_empty());
            log.text.get_or_insert_default().push(text);
        }
        let open = stored.reference(row);
        let extra = Extra {
            stars: (piece.stars[row] != 0).then_some(piece.stars[row]),
            reference: match private {
                Some(private) if open.is_empty() => private.reference.clone(),
                _ => open.into(),
            },
            amount: private.map(|private| private.amount.clone()).unwrap_or_default(),
            value: stored.value(row).into(),
        };
        if extra != Extra::default() {
            log.extra.insert(next, extra);
        }
        if fact.kind == FactKind::Message && !stored.id(row).is_empty() {
            self.messages.insert((shop, stored.id(row).into()), next);
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
    master: &crate::secret::MasterKey,
    reading: &Reading<'_>,
) -> Result<HashMap<u64, Private>> {
    let mut found = HashMap::new();
    let mut keys: HashMap<u32, Option<TextKey>> = HashMap::new();
    let arrivals =
        |stored: &Stored| (stored.piece.arrival[0], stored.piece.arrival.last().copied());
    for stored in &reading.pieces {
        let (first_of, last) = arrivals(stored);
        let last = last.unwrap_or(first_of);
        let parts = "SELECT sealed FROM texts WHERE last >= $1 AND first <= $2 ORDER BY first";
        let parts = all(connection, parts, args![first_of as i64, last as i64], |r| r.bytes())?;
        for part in parts {
            texts::each(&part, &mut |arrival, thread, sealed| {
                if stored.piece.arrival.binary_search(&arrival).is_err() {
                    return Ok(());
                }
                let key = match keys.get(&thread) {
                    Some(key) => key.clone(),
                    None => {
                        let key = key_of(connection, master, thread)?;
                        keys.insert(thread, key.clone());
                        key
                    }
                };
                // Without its key a text is forgotten, which is no damage.
                if let Some(key) = key {
                    found.insert(arrival, Private::open(sealed, &key, arrival)?);
                }
                Ok(())
            })?;
        }
    }
    Ok(found)
}

fn key_of(
    connection: &mut dyn Connection,
    master: &crate::secret::MasterKey,
    thread: u32,
) -> Result<Option<TextKey>> {
    let one = "SELECT sealing_key FROM threads WHERE number = $1";
    let sealed = first(connection, one, args![i64::from(thread)], |row| row.maybe_bytes())?;
    sealed.flatten().map(|sealed| TextKey::opened(&sealed, master, thread)).transpose()
}
