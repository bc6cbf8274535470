//! Facts of a day in memory, brought into their order.

use std::sync::Arc;

use arrow::array::{Array, StringArray};
use facts::{Interner, OutOfIds};
use intake::gather::{Facts, Integers, N_NAMES, N_TEXTS, NameColumn, Names, TextColumn, Texts};

use crate::block::has;

/// Facts of one day, or of a range of it.
pub(crate) struct Rows {
    /// Milliseconds since the day began.
    pub(crate) at: Vec<u32>,
    pub(crate) fact: Vec<u8>,
    pub(crate) author: Vec<u8>,
    pub(crate) kind: Vec<u8>,
    pub(crate) stars: Vec<u8>,
    pub(crate) seq: Option<Integers>,
    pub(crate) seen_at: Option<Integers>,
    /// How facts of the same thread and instant are ordered; absent: in the order added.
    tie: Option<Vec<i64>>,
    /// Numbered columns: before [`Rows::sort`] in the order met, afterwards by name. 0: none.
    pub(crate) names: [Vec<u32>; N_NAMES],
    lists: [Interner; N_NAMES],
    /// The names by number once sorted.
    pub(crate) sorted: [Arc<StringArray>; N_NAMES],
    pub(crate) texts: [Texts; N_TEXTS],
    /// Which columns the day has.
    has: u32,
}

/// What is known of facts beside themselves while they are added.
pub(crate) struct Adding<'a> {
    /// Which of them are added; absent: all.
    pub(crate) which: Option<&'a [u32]>,
    /// Of each fact, how it is ordered among those of its instant.
    pub(crate) tie: Option<&'a [i64]>,
}

impl Rows {
    /// No facts yet, of a day that has these columns, as [`has`]. `ties`: facts of the same
    /// instant have an order of their own.
    pub(crate) fn new(has: u32, ties: bool) -> Self {
        let integers = |bit: u32| (has & bit != 0).then(Integers::default);
        Self {
            at: Vec::new(),
            fact: Vec::new(),
            author: Vec::new(),
            kind: Vec::new(),
            stars: Vec::new(),
            seq: integers(has::SEQ),
            seen_at: integers(has::SEEN_AT),
            tie: ties.then(Vec::new),
            names: Default::default(),
            lists: std::array::from_fn(|_| Interner::with_none()),
            sorted: std::array::from_fn(|_| Arc::new(StringArray::new_null(0))),
            texts: Default::default(),
            has,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.at.len()
    }

    pub(crate) fn has_name(&self, column: NameColumn) -> bool {
        self.has & has::name(column as usize) != 0
    }

    pub(crate) fn has_text(&self, column: TextColumn) -> bool {
        self.has & has::text(column as usize) != 0
    }

    pub(crate) fn has(&self, bit: u32) -> bool {
        self.has & bit != 0
    }

    /// Adds facts of the day that begins at this instant.
    pub(crate) fn add(
        &mut self,
        facts: &Facts,
        adding: &Adding<'_>,
        day_start: i64,
    ) -> Result<(), OutOfIds> {
        let all: Vec<u32>;
        let which = match adding.which {
            Some(which) => which,
            None => {
                all = (0..facts.len() as u32).collect();
                &all
            }
        };
        let each = which.iter().map(|i| *i as usize);
        self.at.extend(each.clone().map(|i| (facts.at[i] - day_start) as u32));
        for (to, from) in [
            (&mut self.fact, &facts.fact),
            (&mut self.author, &facts.author),
            (&mut self.kind, &facts.kind),
            (&mut self.stars, &facts.stars),
        ] {
            to.extend(each.clone().map(|i| from[i]));
        }
        for (to, from) in [(&mut self.seq, &facts.seq), (&mut self.seen_at, &facts.seen_at)] {
            let Some(to) = to else { continue };
            let value = |i: usize| from.as_ref().map_or((0, false), |c| (c.values[i], c.known[i]));
            to.values.extend(each.clone().map(|i| value(i).0));
            to.known.extend(each.clone().map(|i| value(i).1));
        }
        if let Some(tie) = &mut self.tie {
            tie.extend(each.clone().map(|i| adding.tie.map_or(i as i64, |tie| tie[i])));
        }
        for column in 0..N_NAMES {
            if self.has & has::name(column) == 0 {
                continue;
            }
            let Names { numbers, list } = &facts.names[column];
            let own = list.iter().map(|name| self.lists[column].number(name));
            let own = own.collect::<Result<Vec<u32>, _>>()?;
            self.names[column].extend(each.clone().map(|i| own[numbers[i] as usize]));
        }
        for column in 0..N_TEXTS {
            if self.has & has::text(column) != 0 {
                let (to, from) = (&mut self.texts[column], &facts.texts[column]);
                each.clone().for_each(|i| to.push(from.get(i)));
            }
        }
        Ok(())
    }

    /// Numbers names by their order, and tells the order of the facts: platform, shop, buyer,
    /// instant, then as the source numbers them, else as they were added.
    pub(crate) fn sort(&mut self) -> Vec<u32> {
        for column in 0..N_NAMES {
            let list = std::mem::take(&mut self.lists[column]);
            let mut order: Vec<u32> = (0..list.len() as u32).collect();
            order.sort_unstable_by_key(|number| list.name(*number));
            let mut ranks = vec![0; order.len()];
            for (rank, number) in (0..).zip(&order) {
                ranks[*number as usize] = rank;
            }
            self.names[column].iter_mut().for_each(|number| *number = ranks[*number as usize]);
            let names = order.iter().map(|number| Some(list.name(*number)));
            self.sorted[column] = Arc::new(names.collect());
        }
        let mut order = self.by_thread_and_instant();
        if let Some(tie) = &self.tie {
            let same = |a: &u32, b: &u32| self.place(*a) == self.place(*b);
            for run in order.chunk_by_mut(same) {
                run.sort_by_key(|row| tie[*row as usize]);
            }
        }
        order
    }

    /// The name of a number, once sorted.
    pub(crate) fn name(&self, column: usize, number: u32) -> &str {
        if number == 0 { "" } else { self.sorted[column].value(number as usize) }
    }

    /// The platforms of the facts, once sorted.
    pub(crate) fn platforms(&self) -> impl Iterator<Item = &str> {
        self.sorted[NameColumn::Platform as usize].iter().flatten().filter(|name| !name.is_empty())
    }

    /// What a row is sorted by.
    fn place(&self, row: u32) -> (u32, u32, u32, u32) {
        let row = row as usize;
        let name = |column: NameColumn| self.names[column as usize].get(row).copied().unwrap_or(0);
        let (platform, shop) = (name(NameColumn::Platform), name(NameColumn::Shop));
        (platform, shop, name(NameColumn::Buyer), self.at[row])
    }

    fn by_thread_and_instant(&self) -> Vec<u32> {
        let bits = |column: NameColumn| {
            let n = self.sorted[column as usize].len();
            usize::BITS - n.leading_zeros()
        };
        let (shop_bits, buyer_bits) = (bits(NameColumn::Shop), bits(NameColumn::Buyer));
        let (at_bits, row_bits) = (27, 32);
        if bits(NameColumn::Platform) + shop_bits + buyer_bits + at_bits + row_bits > u128::BITS {
            let mut order: Vec<u32> = (0..self.len() as u32).collect();
            order.sort_by_key(|row| self.place(*row));
            return order;
        }
        let key = |row: u32| {
            let (platform, shop, buyer, at) = self.place(row);
            let thread = (u128::from(platform) << shop_bits | u128::from(shop)) << buyer_bits
                | u128::from(buyer);
            (thread << at_bits | u128::from(at)) << row_bits | u128::from(row)
        };
        let mut keys: Vec<u128> = (0..self.len() as u32).map(key).collect();
        keys.sort_unstable();
        keys.into_iter().map(|key| key as u32).collect()
    }

    /// Some facts by themselves, once sorted.
    pub(crate) fn take(&self, which: &[u32], day_start: i64) -> Result<Facts, OutOfIds> {
        let mut facts = Facts::new(0, 0);
        let each = which.iter().map(|row| *row as usize);
        facts.row = (0..which.len() as u32).collect();
        facts.line = vec![0; which.len()];
        facts.at = each.clone().map(|i| i64::from(self.at[i]) + day_start).collect();
        for (to, from) in [
            (&mut facts.fact, &self.fact),
            (&mut facts.author, &self.author),
            (&mut facts.kind, &self.kind),
            (&mut facts.stars, &self.stars),
        ] {
            *to = each.clone().map(|i| from[i]).collect();
        }
        for (to, from) in [(&mut facts.seq, &self.seq), (&mut facts.seen_at, &self.seen_at)] {
            *to = from.as_ref().map(|from| Integers {
                values: each.clone().map(|i| from.values[i]).collect(),
                known: each.clone().map(|i| from.known[i]).collect(),
            });
        }
        for column in 0..N_NAMES {
            let Names { numbers, list } = &mut facts.names[column];
            for i in each.clone() {
                let number = self.names[column].get(i).copied().unwrap_or(0);
                numbers.push(list.number(self.name(column, number))?);
            }
        }
        for column in 0..N_TEXTS {
            for i in each.clone() {
                let has = self.has & has::text(column) != 0;
                facts.texts[column].push(if has { self.texts[column].get(i) } else { "" });
            }
        }
        Ok(facts)
    }
}
