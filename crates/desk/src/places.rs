//! Where the facts of each thread are in the log, so that one thread can be read without the rest.

use store::Arrival;

/// So many arrivals are one block: as many as the store keeps together at most.
const BLOCK: u32 = 12;

/// Which blocks of arrivals hold facts of which threads.
///
/// Sorted runs of pairs, each at least twice as long as the one after it: eight bytes for each
/// thread and block in which it has facts, whatever their number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    runs: Vec<Vec<u64>>,
}

/// Where facts of threads are, on the way into [`Places`].
#[derive(Debug, Default)]
pub(crate) struct Whereabouts(Vec<u64>);

impl Whereabouts {
    /// Threads of which there are facts within a range of arrivals.
    pub(crate) fn add(&mut self, threads: &[u32], (first, last): (Arrival, Arrival)) {
        for block in first.0 >> BLOCK..=last.0 >> BLOCK {
            self.0.extend(threads.iter().map(|thread| pair(*thread, block << BLOCK)));
        }
    }

    pub(crate) fn places(self) -> Places {
        let mut run = self.0;
        run.sort_unstable();
        run.dedup();
        run.shrink_to_fit();
        Places { runs: if run.is_empty() { Vec::new() } else { vec![run] } }
    }
}

fn pair(thread: u32, arrival: u64) -> u64 {
    // Blocks of 2^12 in 32 bits: numbers up to 2^44, of which a million a second last half a year
    // of nothing but facts; what is beyond shares the last block.
    u64::from(thread) << 32 | (arrival >> BLOCK).min(u64::from(u32::MAX))
}

impl Places {
    /// Learns of facts: thread and number of each.
    pub(crate) fn add(&mut self, facts: impl IntoIterator<Item = (u32, u64)>) {
        let mut run: Vec<u64> =
            facts.into_iter().map(|(thread, arrival)| pair(thread, arrival)).collect();
        run.sort_unstable();
        run.dedup();
        while let Some(last) = self.runs.pop_if(|last| last.len() < 2 * run.len()) {
            run.extend(last);
            run.sort_unstable();
            run.dedup();
        }
        if !run.is_empty() {
            self.runs.push(run);
        }
    }

    /// The ranges of arrivals in which a thread has facts, in order, apart from each other; both
    /// ends included. Empty: it has none.
    pub(crate) fn of(&self, thread: u32) -> Vec<(Arrival, Arrival)> {
        ranges(self.pairs(thread, thread).map(block).collect())
    }

    /// The ranges in which any of some threads has facts.
    pub(crate) fn of_all(&self, threads: impl Iterator<Item = u32>) -> Vec<(Arrival, Arrival)> {
        ranges(threads.flat_map(|thread| self.pairs(thread, thread).map(block)).collect())
    }

    /// The ranges in which any thread with a number from `from` on and below `until` has facts.
    pub(crate) fn of_range(&self, from: u32, until: u32) -> Vec<(Arrival, Arrival)> {
        match until.checked_sub(1).filter(|last| *last >= from) {
            Some(last) => ranges(self.pairs(from, last).map(block).collect()),
            None => Vec::new(),
        }
    }

    /// The threads that have facts in the block of a number or later: all with facts after it, and
    /// some with facts a little before it.
    pub(crate) fn threads_after(&self, number: u64) -> impl Iterator<Item = u32> {
        let first = number >> BLOCK;
        let all = self.runs.iter().flatten();
        all.filter(move |pair| block(**pair) >= first).map(|pair| (*pair >> 32) as u32)
    }

    /// The pairs of threads from one to another, both included, run by run.
    fn pairs(&self, from: u32, to: u32) -> impl Iterator<Item = u64> {
        let (first, last) = (u64::from(from) << 32, u64::from(to) << 32 | 0xffff_ffff);
        self.runs.iter().flat_map(move |run| {
            let start = run.partition_point(|pair| *pair < first);
            run[start..].iter().copied().take_while(move |pair| *pair <= last)
        })
    }
}

fn block(pair: u64) -> u64 {
    pair & 0xffff_ffff
}

/// The ranges of arrivals that blocks are, in order, apart from each other.
fn ranges(mut blocks: Vec<u64>) -> Vec<(Arrival, Arrival)> {
    blocks.sort_unstable();
    blocks.dedup();
    let mut ranges: Vec<(Arrival, Arrival)> = Vec::new();
    for block in blocks {
        let (from, until) = (block << BLOCK, (block << BLOCK) | ((1 << BLOCK) - 1));
        match ranges.last_mut() {
            Some((_, end)) if end.0 + 1 == from => *end = Arrival(until),
            _ => ranges.push((Arrival(from), Arrival(until))),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_found_in_every_block_that_it_is_in() {
        let mut places = Places::default();
        // Thread 0 in each block, thread 7 in blocks 3, 4 and 9, in many small additions.
        for arrival in 0..10 * 4096_u64 {
            let thread = match arrival {
                13_000 | 13_001 | 16_500 | 37_000 => 7,
                _ => 0,
            };
            places.add([(thread, arrival)]);
        }
        let ranges = |places: &Places, thread| {
            let plain = |(from, until): (Arrival, Arrival)| (from.0, until.0);
            places.of(thread).into_iter().map(plain).collect::<Vec<_>>()
        };
        assert_eq!(ranges(&places, 0), [(0, 40_959)]);
        assert_eq!(ranges(&places, 7), [(12_288, 20_479), (36_864, 40_959)]);
        assert_eq!(ranges(&places, 8), []);
        let lengths: Vec<usize> = places.runs.iter().map(Vec::len).collect();
        assert!(lengths.windows(2).all(|pair| pair[0] >= 2 * pair[1]), "{lengths:?}");
        assert!(lengths.iter().sum::<usize>() < 40, "{lengths:?}");
    }
}
