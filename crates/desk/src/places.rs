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
        let (first, last) = (u64::from(thread) << 32, u64::from(thread) << 32 | 0xffff_ffff);
        let mut blocks = Vec::new();
        for run in &self.runs {
            let from = run.partition_point(|pair| *pair < first);
            let found = run[from..].iter().take_while(|pair| **pair <= last);
            blocks.extend(found.map(|pair| pair & 0xffff_ffff));
        }
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
