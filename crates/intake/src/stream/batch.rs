//! From decoded columns to columns of facts.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};
use arrow::buffer::ScalarBuffer;
use facts::{
    Author, Chunk, ChunkThread, FactKind, Form, OutOfIds, Rating, Registry, ThreadId, ThreadKey,
};
use hashbrown::HashMap;

use super::marks::{Identified, Marks};
use super::names::{NamedShop, Names};
use super::{Needs, Piece};
use crate::column::Column;
use crate::error::Error;
use crate::fill::UNSOLVED;
use crate::parquet::{Coded, Decoder, same_buffers};
use crate::reject::{Reason, Rejected};
use crate::row::{Field, Raw, Row, UNSET, check};

/// A row that is no fact of any thread.
const NO_THREAD: u32 = ThreadId::NONE.0;

/// A word that is in no list.
pub(super) const NO_WORD: u8 = u8::MAX;

/// Milliseconds of a quarter of an hour.
const QUARTER: i64 = 900_000;

/// A quarter that no instant lies in.
const NO_QUARTER: i64 = i64::MIN;

/// Where a batch stands.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) source_number: usize,
    pub(super) source: Arc<str>,
    /// The row of the source before the first one of the batch, from 1.
    pub(super) line_before: u64,
    /// Number of the first row over all sources.
    pub(super) first_row: u32,
}

impl Origin {
    /// A row of the batch that is no fact.
    fn rejected(&self, row: usize, column: Column, reason: crate::Reason) -> (u32, Rejected) {
        let rejected = Rejected {
            source_number: self.source_number,
            source: self.source.clone(),
            line: self.line_before + row as u64 + 1,
            column: Some(column),
            reason,
        };
        (self.first_row + row as u32, rejected)
    }
}

/// Makes [`Chunk`]s of the batches of one piece.
pub(super) struct Assembly<'a> {
    registry: &'a Registry,
    names: &'a Names,
    needs: Needs,
    marks: &'a Marks,
    decoders: Vec<(Column, Decoder)>,
    /// By column, where texts stand for numbers.
    lists: [List; Column::ALL.len()],
    finding: Finding,
    /// What was put together so far.
    chunk: Chunk,
    piece: Piece,
    identified: Identified,
}

/// The distinct texts of a column, and what each of them stands for.
#[derive(Default)]
struct List {
    /// The dictionary that `numbers` is about, where the column has one.
    held: Option<StringArray>,
    numbers: Vec<u32>,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(
        registry: &'a Registry,
        names: &'a Names,
        needs: Needs,
        marks: &'a Marks,
    ) -> Self {
        Self {
            registry,
            names,
            needs,
            marks,
            decoders: Vec::new(),
            lists: std::array::from_fn(|_| List::default()),
            finding: Finding::default(),
            chunk: Chunk::default(),
            piece: Piece::default(),
            identified: Identified::default(),
        }
    }

    /// What the piece amounted to.
    pub(super) fn finish(mut self) -> (Piece, Identified) {
        self.piece.greatest = self.decoder(Column::At).and_then(Decoder::greatest);
        (self.piece, self.identified)
    }

    /// The rows among the `n` from `first` on whose contents have to be told, counted from `first`.
    pub(super) fn candidates(&self, first: u32, n: usize) -> Vec<u32> {
        self.marks.candidates(first, n)
    }

    /// Takes note of such a row, the `number`-th of all: of what it says, or that it is no fact.
    pub(super) fn identify(
        &mut self,
        values: Option<&Row<'_>>,
        (source, number): (usize, u32),
        line: u64,
    ) {
        match values {
            Some(values) => {
                self.marks.identify(values, (source, number), line, &mut self.identified);
            }
            None => self.identified.unfit.push(number),
        }
    }

    /// How many rows were put together since the last were taken.
    pub(super) fn len(&self) -> usize {
        self.chunk.len()
    }

    /// Takes out what was put together. `next` gives its room to what follows.
    pub(super) fn take(&mut self, next: Chunk) -> Chunk {
        self.finding.begin_chunk();
        std::mem::replace(&mut self.chunk, next)
    }

    /// Makes facts of the rows of a batch.
    pub(super) fn add(
        &mut self,
        batch: &RecordBatch,
        wanted: &[Column],
        origin: &Origin,
    ) -> Result<(), Error> {
        if self.decoders.is_empty() {
            self.decoders = wanted.iter().map(|column| (*column, Decoder::default())).collect();
        }
        crate::parquet::load(batch, &mut self.decoders, &origin.source)?;
        self.assemble(batch.num_rows(), None, origin)
    }

    /// Makes facts of rows that were checked one by one, but for those that were rejected; gives
    /// their columns back.
    pub(super) fn add_checked(
        &mut self,
        columns: Vec<(Column, Decoder)>,
        n: usize,
        rejected: &[u32],
        origin: &Origin,
    ) -> Result<Vec<(Column, Decoder)>, Error> {
        self.decoders = columns;
        self.assemble(n, Some(rejected), origin)?;
        Ok(std::mem::take(&mut self.decoders))
    }

    /// Takes note of a row that is no fact, the `number`-th of all.
    pub(super) fn reject(
        &mut self,
        (source_number, source): (usize, &Arc<str>),
        (number, line): (u32, u64),
        column: Option<Column>,
        reason: Reason,
    ) {
        let source = source.clone();
        let rejected = Rejected { source_number, source, line, column, reason };
        self.piece.rejected.push((number, rejected));
    }

    /// Makes facts of the rows that were decoded. `rejected` are those that are none, where that
    /// was found out before.
    fn assemble(
        &mut self,
        n: usize,
        rejected: Option<&[u32]>,
        origin: &Origin,
    ) -> Result<(), Error> {
        self.piece.rows += n as u64;
        let mut rows = Rows {
            n,
            at: instants(self.decoder(Column::At), n),
            author: self.words::<Author>(Column::Author).unwrap_or_else(|| vec![0; n]),
            kind: self.words::<FactKind>(Column::Fact),
            form: self.words::<Form>(Column::Kind),
            skipped: None,
            left_out: self.marks.left_out(origin.first_row, n),
        };
        if rejected.is_none() {
            self.identify_rows(n, origin);
        }
        if rejected.is_some_and(|rows| !rows.is_empty()) || self.may_have_bad_rows(&rows) {
            self.look_at_rows(&mut rows, rejected, origin)?;
        }
        if self.chunk.is_empty() {
            self.chunk.first_row = origin.first_row;
        }
        let before = self.chunk.thread.len();
        self.assign_threads(&rows)?;
        for row in &rows.left_out {
            self.chunk.thread[before + *row as usize] = NO_THREAD;
        }
        self.leave_out_later(&rows, before, origin);
        self.number_columns(&rows)?;
        self.note_quarters(&rows);
        let before = self.chunk.at.len();
        append(&mut self.chunk.mark, self.marks.of(origin.first_row, n), before, n);
        append(&mut self.chunk.kind, rows.kind, before, n);
        append(&mut self.chunk.form, rows.form.filter(|_| self.needs.form), before, n);
        self.chunk.at.extend_from_slice(&rows.at);
        self.chunk.author.extend_from_slice(&rows.author);
        Ok(())
    }

    /// Takes facts out of their threads that were learned too late.
    fn leave_out_later(&mut self, rows: &Rows, before: usize, origin: &Origin) {
        let Some(known_by) = self.needs.known_by else { return };
        let Some(seen_at) = self.decoder(Column::SeenAt) else { return };
        let seen_at = instants(Some(seen_at), rows.n);
        let mut threads = Vec::new();
        for row in self.marks.known(origin.first_row, rows.n) {
            threads.push((before + row, self.chunk.thread[before + row]));
        }
        // Where it is not said when a fact was learned, that was when it happened.
        let later = (0..rows.n).filter(|row| seen_at[*row] >= known_by.0);
        later.for_each(|row| self.chunk.thread[before + row] = NO_THREAD);
        threads.into_iter().for_each(|(row, thread)| self.chunk.thread[row] = thread);
    }

    /// Takes note of what rows say whose ids others have too.
    fn identify_rows(&mut self, n: usize, origin: &Origin) {
        let candidates = self.candidates(origin.first_row, n);
        if candidates.is_empty() {
            return;
        }
        let maybe_nul = self.decoders.iter().any(|(_, decoder)| decoder.has_nul());
        let decoders = std::mem::take(&mut self.decoders);
        for row in candidates {
            let mut raw = Raw { maybe_nul, ..Raw::default() };
            for (column, decoder) in &decoders {
                raw.set(*column, decoder.field(row as usize));
            }
            let number = (origin.source_number, origin.first_row + row);
            let line = origin.line_before + u64::from(row) + 1;
            self.identify(check(&raw).ok().as_ref(), number, line);
        }
        self.decoders = decoders;
    }

    fn decoder(&self, column: Column) -> Option<&Decoder> {
        self.decoders.iter().find(|(own, _)| *own == column).map(|(_, decoder)| decoder)
    }

    /// The byte codes of a column of words; [`NO_WORD`] for one that is not in its list, 0 for
    /// none. `None`: the column is not there, or every row has the first word of its list.
    fn words<W: Word>(&self, column: Column) -> Option<Vec<u8>> {
        let coded = self.decoder(column)?.coded();
        let codes: Vec<u8> = coded
            .texts()
            .map(|text| match text {
                "" => 0,
                text => W::code_of(text).unwrap_or(NO_WORD),
            })
            .collect();
        let has_nulls = coded.codes.contains(&UNSET);
        if !has_nulls && column != Column::Author && codes.iter().all(|code| *code == 0) {
            return None;
        }
        let none = if column == Column::Author { NO_WORD } else { 0 };
        let word = |code: u32| codes.get(code as usize).copied().unwrap_or(none);
        let words: Vec<u8> = coded.codes.iter().map(|code| word(*code)).collect();
        (column == Column::Author || words.iter().any(|word| *word != 0)).then_some(words)
    }

    /// Whether some row may be no fact, or one without a buyer.
    fn may_have_bad_rows(&self, rows: &Rows) -> bool {
        let in_range = |at: &i64| crate::instant::in_range(*at).is_ok();
        let has_gaps =
            |column: Column| self.decoder(column).is_none_or(|decoder| decoder.has_gaps());
        !rows.at.iter().all(in_range)
            || rows.kind.is_some()
            || rows.author.contains(&NO_WORD)
            || rows.form.as_ref().is_some_and(|forms| forms.contains(&NO_WORD))
            || [Column::Platform, Column::Shop, Column::Buyer].into_iter().any(has_gaps)
            || self.has_odd_values()
    }

    /// Whether a value of a column that is only checked, or a null byte, may make a row no fact.
    fn has_odd_values(&self) -> bool {
        let is_odd = |column: Column, is_right: fn(i64) -> bool| {
            self.decoder(column).is_some_and(|decoder| match decoder.integers() {
                Some(integers) => integers.iter().flatten().any(|value| !is_right(value)),
                None => true,
            })
        };
        is_odd(Column::Stars, |stars| (1..=5).contains(&stars))
            || is_odd(Column::SeenAt, |at| crate::instant::in_range(at).is_ok())
            || self.decoders.iter().any(|(_, decoder)| decoder.has_nul())
    }

    /// Looks at every row by itself: leaves out those that are no facts, and tells why; and finds
    /// those without a buyer.
    fn look_at_rows(
        &mut self,
        rows: &mut Rows,
        rejected: Option<&[u32]>,
        origin: &Origin,
    ) -> Result<(), Error> {
        let n = rows.n;
        let mut known = rejected.unwrap_or_default().iter().copied().peekable();
        let gaps = |column: Column| {
            self.decoder(column).filter(|decoder| decoder.has_gaps()).map(|d| d.coded().codes)
        };
        let required = [gaps(Column::Platform), gaps(Column::Shop)];
        let buyers = match self.decoder(Column::Buyer) {
            Some(_) => gaps(Column::Buyer),
            None => Some(vec![UNSET; n].into()),
        };
        let maybe_nul = self.decoders.iter().any(|(_, decoder)| decoder.has_nul());
        let has_odd_values = self.has_odd_values();
        let mut skipped = vec![Skip::No; n];
        rows.left_out.iter().for_each(|row| skipped[*row as usize] = Skip::Rejected);
        let marks = self.marks.of(origin.first_row, n);
        let mut found = Vec::new();
        let mut n_recalls = 0;
        for (i, skip) in skipped.iter_mut().enumerate() {
            if known.next_if_eq(&(i as u32)).is_some() {
                *skip = Skip::Rejected;
                continue;
            }
            let kind = rows.kind.as_ref().map_or(0, |kinds| kinds[i]);
            let is_message = kind == FactKind::Message.code();
            let fact = FactKind::from_code(kind);
            let about_account = fact.is_some_and(FactKind::about_account);
            let about_shop = fact.is_some_and(FactKind::about_shop);
            let form = rows.form.as_ref().map_or(0, |forms| forms[i]);
            let has_no_buyer = is_missing(&buyers, i);
            let may_be_wrong = fact.is_none()
                || has_odd_values
                || required.iter().any(|codes| is_missing(codes, i))
                || crate::instant::in_range(rows.at[i]).is_err()
                || (is_message && (rows.author[i] == NO_WORD || form == NO_WORD))
                || (has_no_buyer && !about_account && !about_shop);
            if rejected.is_none()
                && may_be_wrong
                && let Err((column, reason)) = self.check(i, maybe_nul)
            {
                *skip = Skip::Rejected;
                found.push(origin.rejected(i, column, reason));
                continue;
            }
            // It is a fact, but one that was there before.
            if *skip == Skip::Rejected {
                continue;
            }
            let is_found = marks.as_ref().is_some_and(|marks| marks[i] != 0);
            n_recalls += u64::from(refers(kind) && !is_found);
            if about_account || has_no_buyer {
                *skip = Skip::NoThread;
            }
            if !is_message {
                rows.clear_words(i);
            }
        }
        self.piece.recalls += n_recalls;
        self.piece.rejected.extend(found);
        rows.skipped = Some(skipped);
        Ok(())
    }

    /// What is wrong with a row, by the checks that every row of every format undergoes.
    fn check(&self, i: usize, maybe_nul: bool) -> Result<(), (Column, crate::Reason)> {
        let mut raw = Raw { maybe_nul, ..Raw::default() };
        for (column, decoder) in &self.decoders {
            raw.set(*column, decoder.field(i));
        }
        check(&raw).map(|_| ())
    }

    fn assign_threads(&mut self, rows: &Rows) -> Result<(), Error> {
        let decoder = |column| self.decoders.iter().find(|(own, _)| *own == column);
        let coded = |column| decoder(column).map(|(_, decoder)| decoder.coded());
        let threads = &mut self.chunk.thread;
        let (Some(platforms), Some(shops)) = (coded(Column::Platform), coded(Column::Shop)) else {
            threads.resize(threads.len() + rows.n, NO_THREAD);
            return Ok(());
        };
        let buyers = coded(Column::Buyer);
        let texts = Texts { platforms, shops, buyers };
        self.finding.begin_batch(&texts, &self.chunk.threads);
        let names = (self.names, self.registry);
        let (finding, found) = (&mut self.finding, &mut self.chunk.threads);
        match (&rows.skipped, &texts.buyers) {
            (None, Some(buyers)) => {
                let only = only(&texts.platforms.codes);
                let codes = texts.platforms.codes.iter().zip(&*texts.shops.codes);
                for ((platform, shop), buyer) in codes.zip(&*buyers.codes) {
                    let shop = match only {
                        Some(platform) => finding.shop_of(platform, *shop, &texts, names)?,
                        None => finding.shop((*platform, *shop), &texts, names)?,
                    };
                    threads.push(finding.thread(shop, *buyer, &texts, names, found)?);
                }
            }
            (skipped, buyers) => {
                for i in 0..rows.n {
                    let shop = (texts.platforms.codes[i], texts.shops.codes[i]);
                    let skip = skipped.as_ref().map_or(Skip::No, |skipped| skipped[i]);
                    threads.push(match (skip, buyers) {
                        (Skip::Rejected, _) => NO_THREAD,
                        (Skip::No, Some(buyers)) => {
                            let shop = finding.shop(shop, &texts, names)?;
                            finding.thread(shop, buyers.codes[i], &texts, names, found)?
                        }
                        _ => {
                            finding.shop(shop, &texts, names)?;
                            NO_THREAD
                        }
                    });
                }
            }
        }
        Ok(())
    }

    /// Numbers accounts and conversations, and reads ratings, as far as they are needed.
    fn number_columns(&mut self, rows: &Rows) -> Result<(), Error> {
        let (names, n, before) = (self.names, rows.n, self.chunk.at.len());
        if self.needs.account {
            let numbers = self.numbers(Column::Account, |texts| names.accounts(texts))?;
            append(&mut self.chunk.account, numbers, before, n);
            let numbers = self.numbers(Column::FromAccount, |texts| names.accounts(texts))?;
            append(&mut self.chunk.from_account, numbers, before, n);
        }
        if self.needs.conversation {
            let numbers = self.numbers(Column::Conversation, |texts| names.conversations(texts))?;
            append(&mut self.chunk.conversation, numbers, before, n);
        }
        if self.needs.rating && self.decoder(Column::Stars).is_some() {
            let ratings = rows.kind.as_ref().map(|kinds| self.ratings(kinds));
            append(&mut self.chunk.rating, ratings, before, n);
        }
        Ok(())
    }

    /// The numbers of a column's texts, 0 for none; `None` where no row has one.
    fn numbers(
        &mut self,
        column: Column,
        number: impl Fn(&mut dyn Iterator<Item = &str>) -> Result<Vec<u32>, OutOfIds>,
    ) -> Result<Option<Vec<u32>>, Error> {
        let Some((_, decoder)) = self.decoders.iter().find(|(own, _)| *own == column) else {
            return Ok(None);
        };
        let coded = decoder.coded();
        let list = &mut self.lists[column as usize];
        if !list.is_about(&coded) {
            list.numbers.clear();
            list.held = coded.dictionary().cloned();
        }
        let known = list.numbers.len();
        list.numbers.extend(number(&mut coded.texts().skip(known))?);
        if list.numbers.iter().all(|number| *number == 0) {
            return Ok(None);
        }
        let number = |code: &u32| list.numbers.get(*code as usize).copied().unwrap_or(0);
        Ok(Some(coded.codes.iter().map(number).collect()))
    }

    fn ratings(&self, kinds: &[u8]) -> Vec<u8> {
        let rating = |i: usize| {
            if kinds[i] != FactKind::Rated.code() {
                return Rating::NONE;
            }
            let stars = match self.decoder(Column::Stars).map(|stars| stars.field(i)) {
                Some(Field::Integer(stars)) => u8::try_from(stars).ok(),
                Some(Field::Text(text) | Field::Coded(text, _)) => text.parse().ok(),
                _ => None,
            };
            let value = match self.decoder(Column::Value).map(|value| value.field(i)) {
                Some(Field::Text(text) | Field::Coded(text, _)) => text,
                _ => "",
            };
            stars.map_or(Rating::NONE, |stars| Rating::new(stars, UNSOLVED.contains(&value.trim())))
        };
        (0..kinds.len()).map(|i| rating(i).code()).collect()
    }

    fn note_quarters(&mut self, rows: &Rows) {
        let mut last = NO_QUARTER;
        let skipped = rows.skipped.as_deref();
        for (i, at) in rows.at.iter().enumerate() {
            let quarter = at.div_euclid(QUARTER);
            if quarter == last
                || skipped.is_some_and(|skipped| skipped[i] == Skip::Rejected)
                || rows.left_out.binary_search(&(i as u32)).is_ok()
            {
                continue;
            }
            last = quarter;
            self.piece.quarters.insert(quarter);
        }
    }
}

impl List {
    /// Whether the numbers are about these texts, or the first of them.
    fn is_about(&self, coded: &Coded<'_>) -> bool {
        match (&self.held, coded.dictionary()) {
            (Some(held), Some(other)) => same_buffers(held, other),
            (None, None) => coded.grows(),
            _ => false,
        }
    }
}

/// Whether a row has no text, by the codes of a column that has gaps.
fn is_missing(codes: &Option<Cow<'_, [u32]>>, row: usize) -> bool {
    codes.as_ref().is_some_and(|codes| codes[row] == UNSET)
}

/// Whether a fact refers to a message.
fn refers(kind: u8) -> bool {
    [FactKind::Recalled.code(), FactKind::NoReplyNeeded.code()].contains(&kind)
}

/// The code that all rows have; `None` where they differ.
fn only(codes: &[u32]) -> Option<u32> {
    let first = *codes.first()?;
    codes.iter().all(|code| *code == first).then_some(first)
}

/// Adds values, or as many zeros, to a column that exists from its first value on.
fn append<T: Copy + Default>(
    column: &mut Option<Vec<T>>,
    values: Option<Vec<T>>,
    before: usize,
    n: usize,
) {
    match (column, values) {
        (None, None) => {}
        (Some(column), None) => column.resize(before + n, T::default()),
        (Some(column), Some(values)) => column.extend_from_slice(&values),
        (column @ None, Some(values)) => {
            let mut all = vec![T::default(); before];
            all.extend_from_slice(&values);
            *column = Some(all);
        }
    }
}

/// The rows of a batch on their way.
struct Rows {
    n: usize,
    at: ScalarBuffer<i64>,
    author: Vec<u8>,
    kind: Option<Vec<u8>>,
    form: Option<Vec<u8>>,
    /// Absent: every row is a fact of a thread, but for those that are left out.
    skipped: Option<Vec<Skip>>,
    /// Rows that repeat others, sorted.
    left_out: Vec<u32>,
}

impl Rows {
    /// Clears the words that only messages have.
    fn clear_words(&mut self, row: usize) {
        self.author[row] = Author::System.code();
        if let Some(forms) = &mut self.form {
            forms[row] = Form::Text.code();
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skip {
    No,
    /// The fact has no buyer.
    NoThread,
    /// The row is no fact, or repeats one.
    Rejected,
}

/// The texts of a batch by which threads are told apart.
struct Texts<'b> {
    platforms: Coded<'b>,
    shops: Coded<'b>,
    buyers: Option<Coded<'b>>,
}

/// Finds the thread of each row, by the codes of its texts.
#[derive(Default)]
struct Finding {
    /// The dictionaries that codes are about.
    held: [Option<StringArray>; 3],
    /// By the codes of platform and shop: the shop's place in `shops`.
    places: HashMap<(u32, u32), u32>,
    shops: Vec<NamedShop>,
    /// The codes of the last shop, and its place.
    last: Option<((u32, u32), u32)>,
    /// By the place of the shop and the code of the buyer: the threads of buyers that were seen
    /// with another shop since.
    threads: HashMap<(u32, u32), u32>,
    /// By buyer: the place of the shop it was last seen with, and their thread. Most buyers have
    /// one shop.
    recent: Vec<(u32, u32)>,
    /// The threads of the present chunk by their keys, once codes changed their meaning in it: a
    /// thread is listed once.
    by_key: Option<HashMap<ThreadKey, u32>>,
    /// By the code of the shop its place, where all rows of the batch have the same platform.
    of_code: Vec<u32>,
}

const NOT_SEEN: (u32, u32) = (UNSET, NO_THREAD);

impl Finding {
    /// Threads are numbered anew.
    fn begin_chunk(&mut self) {
        self.by_key = None;
        self.forget_codes();
    }

    fn forget_codes(&mut self) {
        self.threads.clear();
        self.recent.fill(NOT_SEEN);
    }

    /// Forgets what codes stood for where they stand for something else now.
    fn begin_batch(&mut self, texts: &Texts<'_>, found: &[ChunkThread]) {
        let all = [Some(&texts.platforms), Some(&texts.shops), texts.buyers.as_ref()];
        let is_same = |(held, coded): (&Option<StringArray>, &Option<&Coded<'_>>)| {
            let Some(coded) = coded else { return true };
            match (held, coded.dictionary()) {
                (Some(held), Some(other)) => same_buffers(held, other),
                (None, None) => coded.grows(),
                _ => false,
            }
        };
        if !self.held.iter().zip(&all).all(is_same) {
            self.held = all.map(|coded| coded.and_then(Coded::dictionary).cloned());
            self.places.clear();
            self.shops.clear();
            self.last = None;
            self.forget_codes();
            if self.by_key.is_none() && !found.is_empty() {
                let numbered = (0u32..).zip(found).map(|(number, thread)| (thread.key, number));
                self.by_key = Some(numbered.collect());
            }
        }
        let n_buyers = texts.buyers.as_ref().map_or(0, Coded::n_texts);
        self.recent.resize(n_buyers, NOT_SEEN);
        self.of_code.clear();
    }

    /// The place of a shop in `shops`.
    fn shop(
        &mut self,
        key: (u32, u32),
        texts: &Texts<'_>,
        (names, registry): (&Names, &Registry),
    ) -> Result<u32, OutOfIds> {
        if let Some((last, place)) = self.last
            && last == key
        {
            return Ok(place);
        }
        let place = match self.places.get(&key) {
            Some(known) => *known,
            None => {
                let (platform, shop) = (texts.platforms.text(key.0), texts.shops.text(key.1));
                let place = u32::try_from(self.shops.len()).map_err(|_| OutOfIds)?;
                self.shops.push(names.shop(platform, shop, registry)?);
                self.places.insert(key, place);
                place
            }
        };
        self.last = Some((key, place));
        Ok(place)
    }

    /// The place of a shop, by its code alone: all rows of the batch have this platform.
    #[inline(always)]
    fn shop_of(
        &mut self,
        platform: u32,
        shop: u32,
        texts: &Texts<'_>,
        names: (&Names, &Registry),
    ) -> Result<u32, OutOfIds> {
        match self.of_code.get(shop as usize) {
            Some(place) if *place != UNSET => Ok(*place),
            _ => {
                self.of_code.resize(texts.shops.n_texts(), UNSET);
                let place = self.shop((platform, shop), texts, names)?;
                self.of_code[shop as usize] = place;
                Ok(place)
            }
        }
    }

    #[inline(always)]
    fn thread(
        &mut self,
        shop: u32,
        buyer: u32,
        texts: &Texts<'_>,
        names: (&Names, &Registry),
        found: &mut Vec<ChunkThread>,
    ) -> Result<u32, OutOfIds> {
        let recent = self.recent[buyer as usize];
        if recent.0 == shop {
            return Ok(recent.1);
        }
        self.look_up(shop, buyer, texts, names, found)
    }

    #[inline(never)]
    fn look_up(
        &mut self,
        shop: u32,
        buyer: u32,
        texts: &Texts<'_>,
        names: (&Names, &Registry),
        found: &mut Vec<ChunkThread>,
    ) -> Result<u32, OutOfIds> {
        let recent = self.recent[buyer as usize];
        let known = if recent == NOT_SEEN {
            None
        } else {
            self.threads.insert((recent.0, buyer), recent.1);
            self.threads.get(&(shop, buyer)).copied()
        };
        let thread = match known {
            Some(thread) => thread,
            None => self.list(shop, buyer, texts, names, found)?,
        };
        self.recent[buyer as usize] = (shop, thread);
        Ok(thread)
    }

    /// The number of a thread that these codes have not met: a new one, unless other codes met it.
    fn list(
        &mut self,
        shop: u32,
        buyer: u32,
        texts: &Texts<'_>,
        (names, registry): (&Names, &Registry),
        found: &mut Vec<ChunkThread>,
    ) -> Result<u32, OutOfIds> {
        let next = u32::try_from(found.len()).map_err(|_| OutOfIds)?;
        let named = self.shops[shop as usize];
        let text = texts.buyers.as_ref().map_or("", |buyers| buyers.text(buyer));
        let key = names.key(named.shop, text);
        if let Some(by_key) = &mut self.by_key {
            let thread = *by_key.entry(key).or_insert(next);
            if thread != next {
                return Ok(thread);
            }
        }
        let entry = named.entry.and_then(|entry| registry.shops.get(entry as usize));
        let is_own =
            |entry: &facts::ShopEntry| entry.own_accounts.iter().any(|own| own.buyer == text);
        found.push(ChunkThread {
            key,
            shop: named.shop,
            platform: named.platform,
            entry: named.entry,
            is_own: entry.is_some_and(is_own),
        });
        Ok(next)
    }
}

/// The instants of a column; `i64::MIN` where there is none.
pub(super) fn instants(decoder: Option<&Decoder>, n: usize) -> ScalarBuffer<i64> {
    let Some(decoder) = decoder else { return vec![i64::MIN; n].into() };
    match decoder.integers() {
        Some(integers) if integers.null_count() == 0 => integers.values().clone(),
        _ => (0..n)
            .map(|i| match decoder.field(i) {
                Field::Integer(ms) => ms,
                Field::Text(text) | Field::Coded(text, _) => {
                    crate::instant::parse(text).map_or(i64::MIN, |at| at.0)
                }
                _ => i64::MIN,
            })
            .collect(),
    }
}

/// A closed list of words.
pub(super) trait Word {
    fn code_of(text: &str) -> Option<u8>;
}

impl Word for Author {
    fn code_of(text: &str) -> Option<u8> {
        Self::from_word(text).map(Self::code)
    }
}

impl Word for FactKind {
    fn code_of(text: &str) -> Option<u8> {
        Self::from_word(text).map(Self::code)
    }
}

impl Word for Form {
    fn code_of(text: &str) -> Option<u8> {
        Self::from_word(text).map(Self::code)
    }
}
