//! What has to be reached, and whether it was.

use super::party::{Measured, Text};

/// Something that a case has to reach; parties by their place in the case.
#[derive(Clone, Debug)]
pub(crate) enum Bar {
    /// The first party is quicker than the second, this many times.
    Faster { ours: usize, peer: usize, times: f64 },
    /// The first party takes at most so many times as long as the second.
    Within { ours: usize, base: usize, times: f64 },
    /// The party takes less than so many milliseconds.
    Quick { ours: usize, ms: f64 },
    /// The party's peak memory is below so many MiB.
    Small { ours: usize, mib: f64 },
}

/// A bar held against what was measured.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    /// What was asked.
    pub(crate) asked: Text,
    /// What was measured; absent: it could not be.
    pub(crate) found: Option<String>,
    /// Whether that is enough.
    pub(crate) met: bool,
}

impl Bar {
    /// Holds the bar against a case's measurements.
    pub(crate) fn judge(&self, all: &[Measured]) -> Verdict {
        let ratio = |slow: usize, fast: usize| Some(seconds(&all[slow])? / seconds(&all[fast])?);
        let (en, zh) = (|i: usize| all[i].name.en.as_str(), |i: usize| all[i].name.zh.as_str());
        let (asked, found, met) = match *self {
            Self::Faster { ours, peer, times } => {
                let asked = Text::new(
                    format!("{}: {times}× as fast as {}", en(ours), en(peer)),
                    format!("{}：速度为{}的{times}倍", zh(ours), zh(peer)),
                );
                let found = ratio(peer, ours);
                (asked, found.map(|r| format!("{r:.1}×")), found.is_some_and(|r| r >= times))
            }
            Self::Within { ours, base, times } => {
                let asked = Text::new(
                    format!("{}: at most {times}× the time of {}", en(ours), en(base)),
                    format!("{}：用时至多为{}的{times}倍", zh(ours), zh(base)),
                );
                let found = ratio(ours, base);
                (asked, found.map(|r| format!("{r:.2}×")), found.is_some_and(|r| r <= times))
            }
            Self::Quick { ours, ms } => {
                let asked = Text::new(
                    format!("{}: below {ms} ms", en(ours)),
                    format!("{}：低于{ms}毫秒", zh(ours)),
                );
                let found = seconds(&all[ours]).map(|s| s * 1_000.0);
                (asked, found.map(|t| format!("{t:.0} ms")), found.is_some_and(|t| t < ms))
            }
            Self::Small { ours, mib } => {
                let asked = Text::new(
                    format!("{}: peak memory below {mib} MiB", en(ours)),
                    format!("{}：内存峰值低于{mib} MiB", zh(ours)),
                );
                let found = all[ours].peak_mib.filter(|_| all[ours].missing.is_none());
                (asked, found.map(|m| format!("{m:.0} MiB")), found.is_some_and(|m| m < mib))
            }
        };
        Verdict { asked, found, met }
    }
}

/// The median seconds of a party that was measured.
pub(crate) fn seconds(measured: &Measured) -> Option<f64> {
    if measured.missing.is_some() { None } else { median(&measured.seconds) }
}

/// The middle of some numbers, the mean of both middles of an even count.
pub(crate) fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = sorted[(sorted.len() - 1) / 2];
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, seconds: &[f64], peak_mib: f64) -> Measured {
        Measured {
            name: Text::same(name),
            seconds: seconds.to_vec(),
            peak_mib: Some(peak_mib),
            digest: None,
            version: None,
            form: None,
            missing: None,
        }
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 9.0]), Some(3.0));
    }

    #[test]
    fn bars_are_met_at_their_limit_and_not_beyond() {
        let all = [measured("ours", &[0.5], 100.0), measured("theirs", &[2.0, 1.0, 2.0], 300.0)];
        let met = |bar: Bar| bar.judge(&all).met;
        assert!(met(Bar::Faster { ours: 0, peer: 1, times: 4.0 }));
        assert!(!met(Bar::Faster { ours: 0, peer: 1, times: 4.1 }));
        assert!(met(Bar::Within { ours: 1, base: 0, times: 4.0 }));
        assert!(!met(Bar::Within { ours: 1, base: 0, times: 3.9 }));
        assert!(met(Bar::Quick { ours: 0, ms: 501.0 }) && !met(Bar::Quick { ours: 0, ms: 500.0 }));
        assert!(met(Bar::Small { ours: 0, mib: 101.0 }));
        assert!(!met(Bar::Small { ours: 0, mib: 100.0 }));
        let found = Bar::Faster { ours: 0, peer: 1, times: 3.0 }.judge(&all).found;
        assert_eq!(found.as_deref(), Some("4.0×"));
    }

    #[test]
    fn what_was_not_measured_meets_nothing() {
        let mut all = [measured("ours", &[0.5], 100.0)];
        all[0].missing = Some(Text::same("not there yet"));
        for bar in [Bar::Quick { ours: 0, ms: 9e9 }, Bar::Small { ours: 0, mib: 9e9 }] {
            let verdict = bar.judge(&all);
            assert_eq!((verdict.found, verdict.met), (None, false));
        }
    }
}
