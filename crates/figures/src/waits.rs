//! How waits are distributed: how many answered samples waited how long.

/// How many answered samples waited how long.
///
/// # Example
///
/// ```
/// use figures::Waits;
/// // Against a limit of three minutes.
/// let waits = Waits::of(&[4_000, 9_000, 180_000, 200_000], &[180_000]);
/// let counted: u64 = waits.bins.iter().map(|bin| bin.n).sum();
/// assert_eq!(counted, 4);
/// // The limit is the end of a bin, so that no bin lies on both of its sides.
/// let of_limit = waits.bins.iter().find(|bin| bin.to_ms == Some(180_000)).unwrap();
/// assert_eq!((of_limit.over_ms, of_limit.n), (Some(120_000), 1));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// By length, without gaps; empty: nothing was answered.
    pub bins: Vec<Bin>,
    /// The limits of the rules that were counted, in milliseconds, the shortest first; empty: they
    /// have none.
    pub limits_ms: Vec<i64>,
}

/// Answered samples whose waits are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// They waited longer than this, in milliseconds; absent: it is the first bin.
    pub over_ms: Option<i64>,
    /// They waited so long at most; absent: it is the last bin, of all longer waits.
    pub to_ms: Option<i64>,
    /// How many they are.
    pub n: u64,
}

/// Ends of bins, in seconds: fine where limits of platforms lie, coarse beyond.
const ENDS: [i64; 23] = [
    5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 480, 600, 900, 1_800, 3_600, 7_200, 14_400,
    28_800, 43_200, 86_400, 172_800,
];

impl Waits {
    /// The distribution of waits in milliseconds, sorted, against limits.
    #[must_use]
    pub fn of(sorted: &[i64], limits_ms: &[i64]) -> Self {
        let mut limits_ms = limits_ms.to_vec();
        limits_ms.sort_unstable();
        limits_ms.dedup();
        let Some(longest) = sorted.last() else { return Self { bins: Vec::new(), limits_ms } };
        let mut ends: Vec<i64> = ENDS.iter().map(|seconds| seconds * 1_000).collect();
        ends.extend(&limits_ms);
        ends.sort_unstable();
        ends.dedup();
        // As far as waits or limits reach: behind that every bin is empty.
        let reach = limits_ms.last().map_or(*longest, |limit| *limit.max(longest));
        let n = ends.partition_point(|end| *end < reach);
        ends.truncate(n + 1);
        let below = |end: i64| sorted.partition_point(|wait| *wait <= end);
        let mut bins = Vec::with_capacity(ends.len() + 1);
        let (mut over_ms, mut before) = (None, 0);
        for end in ends {
            let upto = below(end);
            bins.push(Bin { over_ms, to_ms: Some(end), n: (upto - before) as u64 });
            (over_ms, before) = (Some(end), upto);
        }
        if before < sorted.len() {
            bins.push(Bin { over_ms, to_ms: None, n: (sorted.len() - before) as u64 });
        }
        Self { bins, limits_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_is_in_one_bin() {
        let mut waits: Vec<i64> = (0..4_000).map(|n: i64| n * n * 13 % 400_000_000).collect();
        waits.sort_unstable();
        let found = Waits::of(&waits, &[180_000, 30_500, 180_000]);
        assert_eq!(found.limits_ms, [30_500, 180_000]);
        let mut over = None;
        for bin in &found.bins {
            assert_eq!(bin.over_ms, over);
            let is_in = |wait: &&i64| {
                bin.over_ms.is_none_or(|over| over < **wait)
                    && bin.to_ms.is_none_or(|to| **wait <= to)
            };
            assert_eq!(bin.n, waits.iter().filter(is_in).count() as u64, "{bin:?}");
            over = bin.to_ms;
        }
        assert_eq!(over, None, "the longest waits are beyond the last end");
        assert_eq!(found.bins.iter().map(|bin| bin.n).sum::<u64>(), 4_000);
    }

    #[test]
    fn without_answers_there_is_no_distribution() {
        assert_eq!(Waits::of(&[], &[180_000]).bins, []);
        let short = Waits::of(&[0], &[]);
        assert_eq!(short.bins, [Bin { over_ms: None, to_ms: Some(5_000), n: 1 }]);
    }
}
