//! When the next attempt may be: the bucket that keeps a channel below its limit, and the wait
//! after failures. Both are told the time and chance.

use std::time::Duration;

use crate::channel::Pace;

/// A bucket of tokens; an attempt takes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    pace: Pace,
    tokens: u32,
    /// Since when the present number has been in it.
    since: Duration,
}

impl Bucket {
    /// A full bucket. Times are counted from any one instant.
    pub(crate) fn new(pace: Pace) -> Self {
        let burst = pace.burst.max(1);
        Self { pace: Pace { burst, ..pace }, tokens: burst, since: Duration::ZERO }
    }

    /// Takes a token; else how long it takes until there is one.
    pub(crate) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let every = self.pace.every;
        let passed = now.saturating_sub(self.since);
        let drops = passed.as_nanos().checked_div(every.as_nanos()).unwrap_or(u128::MAX);
        let missing = self.pace.burst - self.tokens;
        if drops >= u128::from(missing) {
            self.tokens = self.pace.burst;
            self.since = now;
        } else {
            // Less than the burst, which is a `u32`.
            let drops = u32::try_from(drops).unwrap_or(missing);
            self.tokens += drops;
            self.since += every * drops;
        }
        if self.tokens == 0 {
            return Err(every.saturating_sub(now.saturating_sub(self.since)));
        }
        self.tokens -= 1;
        Ok(())
    }
}

/// How often and when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// After so many attempts it is given up; at least one.
    pub attempts: u32,
    /// The wait after the first failure; each further one doubles it.
    pub first: Duration,
    /// The longest wait that is not asked for by the other side.
    pub longest: Duration,
    /// The longest wait that the other side may ask for.
    pub asked: Duration,
}

impl Default for Retries {
    /// Nine attempts within about four to eight minutes: what is answered within three would be
    /// of no use later.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { attempts: 9, first: seconds(2), longest: seconds(300), asked: seconds(3_600) }
    }
}

impl Retries {
    /// The wait after the `n`-th failure, from 1: between half of it and all of it, by chance, so
    /// that what failed together does not come again together. What the other side asks for is
    /// the least.
    pub(crate) fn wait(&self, n: u32, asked: Option<Duration>, chance: u64) -> Duration {
        let doubled = 1u32.checked_shl(n.saturating_sub(1)).unwrap_or(u32::MAX);
        let whole = self.first.saturating_mul(doubled).min(self.longest);
        let half = whole / 2;
        let millis = u64::try_from(half.as_millis()).unwrap_or(u64::MAX);
        let wait = half + Duration::from_millis(chance % millis.saturating_add(1));
        wait.max(asked.unwrap_or_default().min(self.asked))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::channel::TWENTY_A_MINUTE;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_bucket_fills_again_and_not_over() {
        let mut bucket = Bucket::new(Pace { burst: 2, every: MS(100) });
        let take = |bucket: &mut Bucket, ms| bucket.take(MS(ms));
        assert_eq!(take(&mut bucket, 0), Ok(()));
        assert_eq!(take(&mut bucket, 0), Ok(()));
        assert_eq!(take(&mut bucket, 30), Err(MS(70)));
        assert_eq!(take(&mut bucket, 100), Ok(()));
        assert_eq!(take(&mut bucket, 100), Err(MS(100)));
        assert_eq!(take(&mut bucket, 10_000), Ok(()));
        assert_eq!(take(&mut bucket, 10_000), Ok(()));
        assert_eq!(take(&mut bucket, 10_000), Err(MS(100)));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// However attempts fall, no robot's limit is reached in any minute or second.
        #[test]
        fn no_window_holds_more_than_allowed(gaps in prop::collection::vec(0u64..3_000, 1..200)) {
            let feishu = Pace { burst: 3, every: MS(700) };
            for (pace, window, most) in [
                (TWENTY_A_MINUTE, 60_000, 20),
                (feishu, 60_000, 100),
                (feishu, 1_000, 5),
            ] {
                let mut bucket = Bucket::new(pace);
                let (mut now, mut taken) = (0, Vec::new());
                for gap in &gaps {
                    now += gap;
                    if bucket.take(MS(now)).is_ok() {
                        taken.push(now);
                    }
                }
                for (i, start) in taken.iter().enumerate() {
                    let n = taken[i..].iter().filter(|at| **at < start + window).count();
                    prop_assert!(n <= most, "{n} in {window} ms");
                }
            }
        }
    }

    #[test]
    fn waits_double_up_to_a_limit_and_heed_what_is_asked() {
        let retries = Retries::default();
        let bounds = |n| (retries.wait(n, None, 0), retries.wait(n, None, u64::MAX));
        assert_eq!(bounds(1).0, MS(1_000));
        assert!(bounds(1).1 <= MS(2_000) && bounds(2).0 == MS(2_000));
        assert_eq!(bounds(100).0, MS(150_000));
        assert!(bounds(u32::MAX).1 <= MS(300_000));
        assert_eq!(retries.wait(1, Some(MS(60_000)), 7), MS(60_000));
        assert_eq!(retries.wait(8, Some(MS(1)), 0), MS(128_000));
        let never_ending = Some(Duration::from_secs(u64::MAX));
        assert_eq!(retries.wait(1, never_ending, 0), MS(3_600_000));
    }
}
