//! Headroom and projections against counting one sample, or one day, after another.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use metric::{
    Day, Effects, Figure, Headroom, Hits, Line, Minimum, Misses, Over, Period, Rhythm, Role, Sides,
    Span, Standard, Trailing, Unanswered, Unassessed, Verdict, first_check, recent_level,
    worst_days,
};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn line(&mut self, figure: Figure) -> Line {
        let comparison = [">=", ">", "<=", "<"][self.roll(4) as usize];
        let value = match figure {
            Figure::Share => {
                format!("{}%", [0, 33, 40, 50, 55, 70, 90, 95, 100][self.roll(9) as usize])
            }
            _ => format!("{}s", [0, 1, 40, 90, 180, 600, 660][self.roll(7) as usize]),
        };
        format!("{comparison} {value}").parse().unwrap()
    }

    fn minimum(&mut self) -> Option<Minimum> {
        let n = self.roll(40) as u32;
        match self.roll(3) {
            0 => None,
            1 => Some(Minimum::AtLeast(n)),
            _ => Some(Minimum::MoreThan(n)),
        }
    }
}

fn judged(line: Line, minimum: Option<Minimum>, sides: Sides) -> Verdict {
    let mut standard = Standard::new("x", "x/y", Role::Requirement);
    standard.lines = vec![line];
    standard.judge(sides.value(), Some(sides.samples), minimum)
}

/// The window after `n` more samples of one kind.
fn after(sides: Sides, n: u64, num: i64) -> Sides {
    let n = n as i64;
    Sides { num: sides.num + n * num, den: sides.den + n, samples: sides.samples + n as u64 }
}

/// The largest number of misses up to 3000 that keeps it from failing at every step.
fn misses_by_counting(
    line: Line,
    minimum: Option<Minimum>,
    sides: Sides,
    wait: i64,
) -> Option<Misses> {
    let fails = |n| judged(line, minimum, after(sides, n, wait)) == Verdict::Fail;
    if fails(0) {
        return None;
    }
    Some(match (1..=3_000).find(|n| fails(*n)) {
        Some(n) => Misses::AtMost(n - 1),
        None => Misses::Unlimited,
    })
}

fn hits_by_counting(line: Line, minimum: Option<Minimum>, sides: Sides, add: i64) -> Option<Hits> {
    if judged(line, minimum, sides) != Verdict::Fail {
        return None;
    }
    let passes = |n: &u64| judged(line, minimum, after(sides, *n, add)) == Verdict::Pass;
    Some((1..=30_000).find(passes).map_or(Hits::Never, Hits::After))
}

#[test]
fn shares_have_the_headroom_that_counting_finds() {
    let mut dice = Dice(1);
    for _ in 0..6_000 {
        let den = dice.roll(60) as i64;
        let num = dice.roll(den as u64 + 1) as i64;
        let sides = Sides { num, den, samples: den as u64 };
        let (line, minimum) = (dice.line(Figure::Share), dice.minimum());
        let found =
            Headroom::of(&line, minimum, sides, Effects::of(Figure::Share, Unanswered::Miss));
        let what = format!("{line} {minimum:?} {num}/{den}");
        assert_eq!(found.misses, misses_by_counting(line, minimum, sides, 0), "{what}");
        assert_eq!(found.hits, hits_by_counting(line, minimum, sides, 1), "{what}");
        let least = minimum.map_or(1, Minimum::least);
        assert_eq!(found.until_assessed, least.saturating_sub(sides.samples));
    }
}

#[test]
fn means_have_the_headroom_that_counting_finds() {
    let mut dice = Dice(2);
    let unanswered = Unanswered::Counts(Span::seconds(600));
    for _ in 0..4_000 {
        let den = dice.roll(40) as i64;
        let num = den * dice.roll(700) as i64 * 1_000;
        let sides = Sides { num, den, samples: den as u64 };
        let (line, minimum) = (dice.line(Figure::Mean), dice.minimum());
        let found = Headroom::of(&line, minimum, sides, Effects::of(Figure::Mean, unanswered));
        let what = format!("{line} {minimum:?} {num}/{den}");
        assert_eq!(found.misses, misses_by_counting(line, minimum, sides, 600_000), "{what}");
        let hits = hits_by_counting(line, minimum, sides, 0);
        assert_eq!(found.hits, hits, "{what}");
    }
}

#[test]
fn a_mean_without_a_length_for_unanswered_has_no_misses_to_tell() {
    let sides = Sides { num: 1_000, den: 1, samples: 1 };
    for (figure, unanswered) in [
        (Figure::Mean, Unanswered::Drop),
        (Figure::Mean, Unanswered::Miss),
        (Figure::MeanAnswered, Unanswered::Miss),
    ] {
        let line = "< 40s".parse().unwrap();
        assert_eq!(Headroom::of(&line, None, sides, Effects::of(figure, unanswered)).misses, None);
    }
}

/// Exactly on the line, and nothing at all.
#[test]
fn at_the_line_and_at_zero() {
    let effects = Effects::of(Figure::Share, Unanswered::Miss);
    let of = |line: &str, num, den| {
        Headroom::of(&line.parse().unwrap(), None, Sides { num, den, samples: den as u64 }, effects)
    };
    assert_eq!(of(">= 40%", 40, 100).misses, Some(Misses::AtMost(0)));
    assert_eq!(of("> 40%", 40, 100).hits, Some(Hits::After(1)));
    assert_eq!(of(">= 90%", 0, 0).misses, Some(Misses::AtMost(0)));
    assert_eq!(of(">= 90%", 0, 0).until_assessed, 1);
    assert_eq!(of(">= 100%", 9, 10).hits, Some(Hits::Never));
    assert_eq!(of(">= 0%", 0, 10).misses, Some(Misses::Unlimited));
    let hundred = Headroom::of(
        &">= 70%".parse().unwrap(),
        Some(Minimum::AtLeast(100)),
        Sides { num: 20, den: 60, samples: 60 },
        effects,
    );
    // 39 misses more, and it is still below the minimum.
    assert_eq!((hundred.until_assessed, hundred.misses), (40, Some(Misses::AtMost(39))));
}

/// Days ahead counted one by one, in a denominator that makes every day whole.
fn passes_by_walking(
    line: Line,
    minimum: Option<Minimum>,
    trailing: Trailing,
    daily: &BTreeMap<Day, Sides>,
    today: Day,
    wanted: Verdict,
) -> Option<Day> {
    let recent: Vec<&Sides> = daily
        .range(..today)
        .rev()
        .map(|(_, sides)| sides)
        .filter(|s| s.samples > 0)
        .take(7)
        .collect();
    let n = recent.len() as i64;
    let mut days: BTreeMap<Day, Sides> = daily
        .range(..today)
        .map(|(day, s)| {
            (*day, Sides { num: s.num * n, den: s.den * n, samples: s.samples * n as u64 })
        })
        .collect();
    let mut sum = Sides::default();
    for sides in recent {
        sum.num += sides.num;
        sum.den += sides.den;
        sum.samples += sides.samples;
    }
    for ahead in 0..100 {
        days.insert(today.plus(ahead), sum);
    }
    let scaled = minimum.map(|minimum| Minimum::AtLeast((minimum.least() * n as u64) as u32));
    (1..=i32::from(trailing.days + trailing.lag)).map(|n| today.plus(n)).find(|check| {
        let mut window = Sides::default();
        for n in 0..i32::from(trailing.days) {
            let day = check.plus(-i32::from(trailing.lag) - n);
            let sides = days.get(&day).copied().unwrap_or_default();
            window.num += sides.num;
            window.den += sides.den;
            window.samples += sides.samples;
        }
        judged(line, scaled, window) == wanted
    })
}

#[test]
fn the_stated_day_is_the_first_on_which_the_window_passes() {
    let mut dice = Dice(3);
    let (mut found, mut never) = (0, 0);
    for _ in 0..4_000 {
        let trailing = Trailing { days: 2 + dice.roll(30) as u16, lag: 1 + dice.roll(6) as u16 };
        let today = Day(20_500);
        let mut daily = BTreeMap::new();
        for n in 1..=dice.roll(45) as i32 {
            let den = if dice.roll(4) == 0 { 0 } else { dice.roll(50) as i64 };
            let num = dice.roll(den as u64 + 1) as i64;
            daily.insert(today.plus(-n), Sides { num, den, samples: den as u64 });
        }
        // What is of today and later is not known yet, and not looked at.
        daily.insert(today, Sides { num: 0, den: 9, samples: 9 });
        let (line, minimum) = (dice.line(Figure::Share), dice.minimum());
        let Some(level) = recent_level(&daily, today) else { continue };
        for (passes, wanted) in [(true, Verdict::Pass), (false, Verdict::Fail)] {
            let stated = first_check(&line, minimum, trailing, &daily, level, today, passes);
            let walked = passes_by_walking(line, minimum, trailing, &daily, today, wanted);
            assert_eq!(stated, walked, "{line} {minimum:?} {trailing:?}");
            found += usize::from(stated.is_some());
            never += usize::from(stated.is_none());
        }
    }
    assert!(found > 1_000 && never > 1_000, "{found} {never}: both must happen");
}

#[test]
fn a_bad_day_is_in_the_last_check_before_it_leaves_and_not_in_the_next() {
    let trailing = Trailing { days: 30, lag: 6 };
    let period = metric::Period::Days { days: 30, lag: 6 };
    let line: Line = ">= 70%".parse().unwrap();
    let check: Day = "2021-12-22".parse().unwrap();
    let (from, to) = period.ending(check);
    let mut daily: BTreeMap<Day, Sides> = BTreeMap::new();
    for n in 0..30 {
        let num = if n % 7 == 3 { 10 - i64::from(n) / 7 } else { 20 };
        daily.insert(from.plus(n), Sides { num, den: 20, samples: 20 });
    }
    let worst = worst_days(&line, trailing, &daily, (from, to), 3);
    assert_eq!(worst.len(), 3);
    assert_eq!(worst[0].day, from.plus(24), "the worst comes first");
    for bad in worst {
        assert!(!line.holds(bad.sides.value().unwrap()));
        assert!(period.ending(bad.leaves.plus(-1)).0 == bad.day);
        assert!(period.ending(bad.leaves).0 > bad.day);
    }
}

#[test]
fn a_window_without_samples_is_not_assessed() {
    let line: Line = ">= 70%".parse().unwrap();
    assert_eq!(judged(line, None, Sides::default()), Verdict::Unassessed(Unassessed::NoSamples));
    assert!(recent_level(&BTreeMap::new(), Day(0)).is_none());
}

/// The window that headroom looks at on a day is the one that is checked when the day has closed:
/// of every kind of period, cut by the days in force or not.
#[test]
fn the_window_to_date_becomes_the_window_that_is_checked() {
    let mut dice = Dice(4);
    let mut n = 0;
    for _ in 0..3_000 {
        let (days, lag) = (1 + dice.roll(60) as u16, dice.roll(9) as u16);
        let (over, rhythm) = match dice.roll(5) {
            0 => (Over::Period(Period::Week), Rhythm::Weekly),
            1 => (Over::HalfMonth, Rhythm::HalfMonthly),
            2 => (Over::Period(Period::MONTH), Rhythm::Monthly { day: 1 }),
            3 => (Over::Period(Period::Months { months: 3 }), Rhythm::Monthly { day: 1 }),
            _ => (Over::Period(Period::Days { days, lag }), Rhythm::Daily),
        };
        let lag = over.trailing().map_or(1, |(_, lag)| i32::from(lag));
        let mut standard = Standard::new("x", "x/y", Role::Requirement);
        (standard.over, standard.rhythm) = (Some(over), rhythm);
        let day = |dice: &mut Dice| Some(Day(20_000 + dice.roll(900) as i32));
        if over.is_natural() && dice.roll(2) == 0 {
            standard.from = day(&mut dice);
        }
        let own = Period::Days { days: 1, lag: 1 };
        let check = rhythm.next_check(Day(20_000 + dice.roll(900) as i32));
        let Some((from, to)) = standard.window(own, check) else { continue };
        n += 1;
        if over.trailing().is_none() && !over.is_natural() {
            continue;
        }
        assert_eq!(to, check.plus(-lag), "{over:?} {check}");
        assert_eq!(standard.window_to_date(own, to), Some((from, to)), "{over:?} {check}");
        // A day before it closes, the natural ones have the same first day.
        if over.is_natural() && from < to {
            assert_eq!(standard.window_to_date(own, to.plus(-1)), Some((from, to.plus(-1))));
        }
    }
    assert!(n > 1_500, "{n}");
}
