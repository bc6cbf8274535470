//! Chance out of integers: the same seed rolls the same on every machine.

/// `2^(1/2)`, `2^(1/4)`, … as parts of 65,536: a power of two with a fraction is their product.
const ROOTS_OF_TWO: [u64; 12] = [
    92_682, 77_936, 71_468, 68_438, 66_971, 66_250, 65_892, 65_714, 65_625, 65_580, 65_558, 65_547,
];

/// The natural logarithm of two, in parts of 65,536.
const LN_2: u64 = 45_426;

/// Scrambles a number so that neighbours share nothing (SplitMix64's finaliser).
pub(super) const fn scramble(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// One number out of three: the seed of whatever the other two name.
pub(super) const fn key(seed: u64, a: u64, b: u64) -> u64 {
    let x =
        scramble(seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_add(a.wrapping_mul(0xd6e8_feb8_6659_fd93));
    scramble(scramble(x).wrapping_add(b.wrapping_mul(0xa076_1d64_78bd_642f)))
}

/// A run of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The run that a seed and two names begin.
    pub(super) const fn new(seed: u64, a: u64, b: u64) -> Self {
        Self(key(seed, a, b))
    }

    /// 64 random bits.
    pub(super) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// A number in `0..n`; 0 for `n` 0.
    pub(super) const fn below(&mut self, n: u64) -> u64 {
        ((self.bits() as u128 * n as u128) >> 64) as u64
    }

    /// A number in `from..until`; `from` when that is empty.
    pub(super) fn between(&mut self, from: i64, until: i64) -> i64 {
        from + self.below(u64::try_from(until - from).unwrap_or(0)) as i64
    }

    /// True `n` times out of ten thousand.
    pub(super) const fn chance(&mut self, n: u64) -> bool {
        self.below(10_000) < n
    }

    /// How many throws until one stops (`n` times out of ten thousand), at most `most`, at least 1.
    pub(super) fn throws(&mut self, n: u64, most: u32) -> u32 {
        let mut count = 1;
        while count < most && !self.chance(n) {
            count += 1;
        }
        count
    }

    /// The position in a table of cumulated weights, whose last entry is their sum.
    pub(super) fn pick(&mut self, cumulated: &[u64]) -> usize {
        let total = cumulated.last().copied().unwrap_or(0);
        let at = self.below(total);
        cumulated.partition_point(|sum| *sum <= at)
    }

    /// A wait without memory (exponential) of this mean.
    pub(super) fn exponential(&mut self, mean: i64) -> i64 {
        let bits = self.bits() | 1;
        let halvings = u64::from(bits.leading_zeros());
        let mantissa = (bits << halvings) >> 47;
        let log = ((halvings + 1) << 16) - log2_fraction(mantissa);
        ((mean as u64).saturating_mul((log * LN_2) >> 16) >> 16) as i64
    }

    /// A log-normal wait: `median` times two to the power of a bell curve whose deviation is
    /// `spread` thousandths.
    pub(super) fn log_normal(&mut self, median: i64, spread: i64) -> i64 {
        // Twelve uniform numbers of 16 bits: their sum is a bell curve of deviation 65,536.
        let mut bell = -6 * 65_536;
        for _ in 0..3 {
            let bits = self.bits();
            let sum =
                (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
            bell += sum as i64;
        }
        scale_by_power_of_two(median, bell * spread / 1_000)
    }
}

/// The fraction of the binary logarithm of `mantissa / 65,536`, in parts of 65,536; `mantissa` is
/// in `65,536..131,072`.
const fn log2_fraction(mantissa: u64) -> u64 {
    let mut m = mantissa;
    let mut log = 0;
    let mut bit = 0x8000;
    while bit >= 0x10 {
        m = (m * m) >> 16;
        if m >= 1 << 17 {
            m >>= 1;
            log |= bit;
        }
        bit >>= 1;
    }
    log
}

/// `value * 2^(exponent / 65,536)`, for exponents within ±20 powers.
fn scale_by_power_of_two(value: i64, exponent: i64) -> i64 {
    let whole = (exponent >> 16).clamp(-20, 20);
    let mut scaled = (value as u64) << 16;
    for (i, root) in ROOTS_OF_TWO.iter().enumerate() {
        if exponent & (0x8000 >> i) != 0 {
            scaled = (scaled >> 16) * root + (((scaled & 0xffff) * root) >> 16);
        }
    }
    if whole >= 0 { (scaled >> 16 << whole) as i64 } else { (scaled >> 16 >> -whole) as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_rolls_the_same() {
        let mut dice = Dice::new(1, 2, 3);
        let rolled: Vec<u64> = (0..4).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(rolled, [917_990, 576_609, 106_512, 767_536]);
        assert_ne!(Dice::new(1, 2, 3).bits(), Dice::new(1, 3, 2).bits());
        assert_ne!(Dice::new(1, 2, 3).bits(), Dice::new(2, 2, 3).bits());
    }

    #[test]
    fn waits_without_memory_have_their_mean_and_their_median() {
        let mut dice = Dice::new(7, 0, 0);
        let mut waits: Vec<i64> = (0..100_000).map(|_| dice.exponential(10_000)).collect();
        waits.sort_unstable();
        let mean = waits.iter().sum::<i64>() / 100_000;
        assert!((9_900..10_100).contains(&mean), "{mean}");
        assert!((6_850..7_010).contains(&waits[50_000]), "{}", waits[50_000]);
        assert!(waits[0] >= 0 && waits[99_999] > 80_000);
    }

    #[test]
    fn log_normal_waits_have_their_median_and_a_long_tail() {
        let mut dice = Dice::new(7, 0, 1);
        let mut waits: Vec<i64> = (0..100_000).map(|_| dice.log_normal(10_000, 1_000)).collect();
        waits.sort_unstable();
        let at = |percent: usize| waits[percent * 1_000];
        assert!((9_850..10_150).contains(&at(50)), "{}", at(50));
        assert!((19_500..20_500).contains(&at(84)), "one deviation is one doubling: {}", at(84));
        assert!((4_850..5_200).contains(&at(16)), "{}", at(16));
    }

    #[test]
    fn throws_stop_and_never_pass_the_most() {
        let mut dice = Dice::new(7, 0, 2);
        let throws: Vec<u32> = (0..10_000).map(|_| dice.throws(5_000, 4)).collect();
        assert_eq!((throws.iter().min(), throws.iter().max()), (Some(&1), Some(&4)));
        let ones = throws.iter().filter(|n| **n == 1).count();
        assert!((4_800..5_200).contains(&ones), "{ones}");
    }

    #[test]
    fn a_pick_follows_the_weights() {
        let mut dice = Dice::new(7, 0, 3);
        let mut seen = [0u32; 3];
        for _ in 0..10_000 {
            seen[dice.pick(&[1, 1, 4])] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((2_300..2_700).contains(&seen[0]), "{seen:?}");
    }
}
