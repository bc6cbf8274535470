//! From decoded columns to columns of facts.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};
use facts::{Author, Chunk, ChunkThread, FactKind, Form, OutOfIds, Rating, Registry, ThreadId};
use hashbrown::HashMap;

use super::names::{NamedShop, Names};
use super::{Needs, Piece};
use crate::column::Column;
use crate::error::Error;
use crate::fill::UNSOLVED;
use crate::parquet::{Coded, Decoder, same_buffers};
use crate::reject::Rejected;
use crate::row::{Field, Raw, UNSET, check};

/// A row that is no fact of any thread.
const NO_THREAD: u32 = ThreadId::NONE.0;

/// A word that is in no list.
const NO_WORD: u8 = u8::MAX;

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

/// Makes [`Chunk`]s of the batches of one piece.
pub(super) struct Assembly<'a> {
    registry: &'a Registry,
    names: &'a Names,
    needs: Needs,
    decoders: Vec<(Column, Decoder)>,
    /// By column, where texts stand for numbers.
    lists: [List; Column::ALL.len()],
    piece: Piece,
}

/// The distinct texts of a column, and what each of them stands for.
#[derive(Default)]
struct List {
    /// The dictionary that `numbers` is about, where the column has one.
    held: Option<StringArray>,
    numbers: Vec<u32>,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(registry: &'a Registry, names: &'a Names, needs: Needs) -> Self {
        Self {
            registry,
            names,
            needs,
            decoders: Vec::new(),
            lists: std::array::from_fn(|_| List::default()),
            piece: Piece::default(),
        }
    }

    pub(super) fn finish(mut self) -> Piece {
        let greatest = self.decoders.iter().filter(|(column, _)| *column == Column::At);
        self.piece.greatest = greatest.filter_map(|(_, decoder)| decoder.greatest()).max();
        self.piece
    }

    /// Takes the columns of a batch, and makes facts of its rows.
    pub(super) fn chunk(
        &mut self,
        batch: &RecordBatch,
        wanted: &[Column],
        origin: &Origin,
    ) -> Result<Chunk, Error> {
        if self.decoders.is_empty() {
            self.decoders = wanted.iter().map(|column| (*column, Decoder::default())).collect();
        }
        crate::parquet::load(batch, &mut self.decoders, &origin.source)?;
        let n = batch.num_rows();
        self.piece.rows += n as u64;
        let mut rows = Rows { chunk: Chunk::default(), skipped: None };
        rows.chunk.first_row = origin.first_row;
        rows.chunk.at = self.instants(n);
        rows.chunk.author = self.words::<Author>(Column::Author, n).unwrap_or_else(|| vec![0; n]);
        rows.chunk.kind = self.words::<FactKind>(Column::Fact, n);
        rows.chunk.form = self.words::<Form>(Column::Kind, n);
        if self.may_have_bad_rows(&rows.chunk) {
            self.look_at_rows(&mut rows, origin)?;
        }
        self.assign_threads(&mut rows)?;
        self.number_columns(&mut rows.chunk)?;
        self.note_quarters(&rows);
        if !self.needs.form {
            rows.chunk.form = None;
        }
        Ok(rows.chunk)
    }

    fn decoder(&self, column: Column) -> Option<&Decoder> {
        self.decoders.iter().find(|(own, _)| *own == column).map(|(_, decoder)| decoder)
    }

    /// The instants; `i64::MIN` where there is none.
    fn instants(&self, n: usize) -> Vec<i64> {
        let Some(decoder) = self.decoder(Column::At) else { return vec![i64::MIN; n] };
        match decoder.integers() {
            Some(integers) if integers.null_count() == 0 => integers.values().to_vec(),
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

    /// The byte codes of a column of words; [`NO_WORD`] for one that is not in its list, 0 for
    /// none. `None`: the column is not there, or every row has the first word of its list.
    fn words<W: Word>(&mut self, column: Column, n: usize) -> Option<Vec<u8>> {
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
        debug_assert_eq!(words.len(), n);
        (column == Column::Author || words.iter().any(|word| *word != 0)).then_some(words)
    }

    /// Whether some row may be no fact, or one without a buyer.
    fn may_have_bad_rows(&self, chunk: &Chunk) -> bool {
        let in_range = |at: &i64| crate::instant::in_range(*at).is_ok();
        let has_gaps =
            |column: Column| self.decoder(column).is_none_or(|decoder| decoder.has_gaps());
        !chunk.at.iter().all(in_range)
            || chunk.kind.is_some()
            || chunk.author.contains(&NO_WORD)
            || chunk.form.as_ref().is_some_and(|forms| forms.contains(&NO_WORD))
            || [Column::Platform, Column::Shop, Column::Buyer].into_iter().any(has_gaps)
            || self.decoders.iter().any(|(_, decoder)| decoder.has_nul())
    }

    /// Looks at every row by itself: leaves out those that are no facts, and tells why; and finds
    /// those without a buyer.
    fn look_at_rows(&mut self, rows: &mut Rows, origin: &Origin) -> Result<(), Error> {
        let n = rows.chunk.len();
        let gaps = |column: Column| {
            self.decoder(column).filter(|decoder| decoder.has_gaps()).map(|d| d.coded().codes)
        };
        let required = [gaps(Column::Platform), gaps(Column::Shop)];
        let buyers = match self.decoder(Column::Buyer) {
            Some(_) => gaps(Column::Buyer),
            None => Some(vec![UNSET; n]),
        };
        let is_missing = |codes: &Option<Vec<u32>>, i: usize| {
            codes.as_ref().is_some_and(|codes| codes[i] == UNSET)
        };
        let maybe_nul = self.decoders.iter().any(|(_, decoder)| decoder.has_nul());
        let mut skipped = vec![Skip::No; n];
        let mut rejected = Vec::new();
        let mut n_recalls = 0;
        for (i, skip) in skipped.iter_mut().enumerate() {
            let kind = rows.chunk.kind.as_ref().map_or(0, |kinds| kinds[i]);
            let is_message = kind == FactKind::Message.code();
            let fact = FactKind::from_code(kind);
            let about_account = fact.is_some_and(FactKind::about_account);
            let about_shop = fact.is_some_and(FactKind::about_shop);
            let form = rows.chunk.form.as_ref().map_or(0, |forms| forms[i]);
            let has_no_buyer = is_missing(&buyers, i);
            let is_wrong = fact.is_none()
                || maybe_nul
                || required.iter().any(|codes| is_missing(codes, i))
                || crate::instant::in_range(rows.chunk.at[i]).is_err()
                || (is_message && (rows.chunk.author[i] == NO_WORD || form == NO_WORD))
                || (has_no_buyer && !about_account && !about_shop);
            if is_wrong && let Err((column, reason)) = self.check(i, maybe_nul) {
                *skip = Skip::Rejected;
                let line = origin.line_before + i as u64 + 1;
                let source = origin.source.clone();
                let source_number = origin.source_number;
                let column = Some(column);
                rejected.push(Rejected { source_number, source, line, column, reason });
                continue;
            }
            let refers = [FactKind::Recalled.code(), FactKind::NoReplyNeeded.code()];
            n_recalls += u64::from(refers.contains(&kind));
            if about_account || has_no_buyer {
                *skip = Skip::NoThread;
            }
            if !is_message {
                rows.chunk.author[i] = Author::System.code();
                if let Some(forms) = &mut rows.chunk.form {
                    forms[i] = Form::Text.code();
                }
            }
        }
        self.piece.recalls += n_recalls;
        self.piece.rejected.extend(rejected);
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

    fn assign_threads(&mut self, rows: &mut Rows) -> Result<(), Error> {
        let n = rows.chunk.len();
        let coded = |column| self.decoder(column).map(Decoder::coded);
        let (Some(platforms), Some(shops)) = (coded(Column::Platform), coded(Column::Shop)) else {
            rows.chunk.thread = vec![NO_THREAD; n];
            return Ok(());
        };
        let buyers = coded(Column::Buyer);
        let mut finding = Finding {
            registry: self.registry,
            names: self.names,
            shops: HashMap::new(),
            threads: HashMap::new(),
            recent: vec![(UNSET, UNSET, NO_THREAD); buyers.as_ref().map_or(0, |b| b.n_texts())],
            found: Vec::new(),
        };
        let mut thread = vec![NO_THREAD; n];
        let no_skips: &[Skip] = &[];
        let skipped = rows.skipped.as_deref().unwrap_or(no_skips);
        for (i, thread) in thread.iter_mut().enumerate() {
            let (platform, shop) = (platforms.codes[i], shops.codes[i]);
            let skip = skipped.get(i).copied().unwrap_or(Skip::No);
            if skip == Skip::Rejected {
                continue;
            }
            let buyer = match &buyers {
                Some(buyers) if skip == Skip::No => buyers.codes[i],
                _ => {
                    finding.shop((platform, shop), &platforms, &shops)?;
                    continue;
                }
            };
            let (p, s, recent) = finding.recent[buyer as usize];
            *thread = if (p, s) == (platform, shop) {
                recent
            } else {
                let text = buyers.as_ref().map_or("", |buyers| buyers.text(buyer));
                let shop = finding.shop((platform, shop), &platforms, &shops)?;
                finding.thread((platform, shops.codes[i]), buyer, text, shop)?
            };
        }
        rows.chunk.thread = thread;
        rows.chunk.threads = finding.found;
        Ok(())
    }

    /// Numbers accounts and conversations, and reads ratings, as far as they are needed.
    fn number_columns(&mut self, chunk: &mut Chunk) -> Result<(), Error> {
        let names = self.names;
        if self.needs.account {
            chunk.account = self.numbers(Column::Account, |texts| names.accounts(texts))?;
            chunk.from_account =
                self.numbers(Column::FromAccount, |texts| names.accounts(texts))?;
        }
        if self.needs.conversation {
            chunk.conversation =
                self.numbers(Column::Conversation, |texts| names.conversations(texts))?;
        }
        if self.needs.rating && self.decoder(Column::Stars).is_some() {
            chunk.rating = chunk.kind.as_ref().map(|kinds| self.ratings(kinds));
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
        for (i, at) in rows.chunk.at.iter().enumerate() {
            let quarter = at.div_euclid(QUARTER);
            if quarter == last || skipped.is_some_and(|skipped| skipped[i] == Skip::Rejected) {
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

/// The rows of a batch on their way.
struct Rows {
    chunk: Chunk,
    /// Absent: every row is a fact of a thread.
    skipped: Option<Vec<Skip>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skip {
    No,
    /// The fact has no buyer.
    NoThread,
    /// The row is no fact.
    Rejected,
}

/// Finds the thread of each row of a batch.
struct Finding<'a> {
    registry: &'a Registry,
    names: &'a Names,
    shops: HashMap<(u32, u32), NamedShop>,
    threads: HashMap<(u32, u32, u32), u32>,
    /// By buyer: the platform and the shop it was last seen with, and their thread. Most buyers
    /// have one shop.
    recent: Vec<(u32, u32, u32)>,
    found: Vec<ChunkThread>,
}

impl Finding<'_> {
    fn shop(
        &mut self,
        key: (u32, u32),
        platforms: &Coded<'_>,
        shops: &Coded<'_>,
    ) -> Result<NamedShop, OutOfIds> {
        if let Some(known) = self.shops.get(&key) {
            return Ok(*known);
        }
        let named = self.names.shop(platforms.text(key.0), shops.text(key.1), self.registry)?;
        self.shops.insert(key, named);
        Ok(named)
    }

    fn thread(
        &mut self,
        (platform, shop): (u32, u32),
        buyer: u32,
        text: &str,
        named: NamedShop,
    ) -> Result<u32, OutOfIds> {
        let next = u32::try_from(self.found.len()).map_err(|_| OutOfIds)?;
        let thread = *self.threads.entry((platform, shop, buyer)).or_insert(next);
        if thread == next {
            let entry = named.entry.and_then(|entry| self.registry.shops.get(entry as usize));
            let is_own =
                |entry: &facts::ShopEntry| entry.own_accounts.iter().any(|own| own.buyer == text);
            self.found.push(ChunkThread {
                key: self.names.key(named.shop, text),
                shop: named.shop,
                platform: named.platform,
                entry: named.entry,
                is_own: entry.is_some_and(is_own),
            });
        }
        self.recent[buyer as usize] = (platform, shop, thread);
        Ok(thread)
    }
}

/// A closed list of words.
trait Word {
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
