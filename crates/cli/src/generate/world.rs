//! The shops, the people who answer for them, and the days they live through.

use facts::Day;

use super::cast::Role;
use super::dice::{Dice, key};
use super::settings::Settings;

/// One minute in milliseconds.
pub(super) const MINUTE: i64 = 60_000;
/// One hour in milliseconds.
pub(super) const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub(super) const DAY: i64 = 24 * HOUR;
/// Every shop is in Shanghai: milliseconds east of UTC.
pub(super) const OFFSET: i64 = 8 * HOUR;

/// How many consults begin in each half hour, relative to each other: quiet nights, peaks at ten,
/// in the afternoon and at nine in the evening.
const CURVE: [u64; 48] = [
    26, 20, 14, 11, 8, 6, 5, 4, 4, 4, 5, 6, 8, 11, 16, 22, 32, 42, 56, 66, 76, 78, 70, 62, 54, 52,
    54, 58, 68, 72, 73, 70, 64, 58, 54, 50, 46, 46, 50, 58, 74, 80, 84, 82, 74, 62, 48, 36,
];

/// The same for shops whose buyers come in the evening and at night.
const NIGHT_CURVE: [u64; 48] = [
    70, 62, 52, 40, 28, 18, 10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 8, 10, 14, 20, 26, 32, 40, 48, 60, 68, 76, 80, 84, 84, 80, 76,
];

/// How much slower people answer in each hour, in percent.
const PRESSURE: [i64; 24] = [
    150, 160, 170, 180, 180, 170, 150, 120, 90, 95, 125, 115, 105, 100, 115, 120, 105, 95, 90, 105,
    135, 145, 125, 130,
];

/// What a platform's own software does with a consult.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habits {
    /// Conversations have an id, and are closed.
    pub(super) conversations: bool,
    /// Passing a buyer to a human, or into the queue for one, is recorded.
    pub(super) handover: bool,
    /// Nobody there means a leave-message.
    pub(super) leave_messages: bool,
    /// Being put in charge is recorded.
    pub(super) assigned: bool,
}

impl Habits {
    /// The habits of a platform, by its word; those of an unknown one are the plainest.
    pub(super) fn of(platform: &str) -> Self {
        let (conversations, handover, leave_messages, assigned) = match platform {
            "douyin" => (true, true, false, true),
            "jd" => (true, true, true, true),
            "kuaishou" | "xiaohongshu" => (true, true, false, true),
            "pinduoduo" => (false, true, false, true),
            "taobao" | "tmall" => (false, false, false, true),
            _ => (false, false, false, false),
        };
        Self { conversations, handover, leave_messages, assigned }
    }
}

/// A shop.
#[derive(Clone, Debug)]
pub(super) struct Shop {
    /// Position in [`Settings::platforms`].
    pub(super) platform: u16,
    /// What the platform does.
    pub(super) habits: Habits,
    /// A bot answers first.
    pub(super) bot: bool,
    /// A bot helps the people (assisted mode).
    pub(super) assist: bool,
    /// A welcome text is switched on.
    pub(super) welcome: bool,
    /// How many accounts there are.
    pub(super) staff: u16,
    /// How many buyers it has.
    pub(super) buyers: u64,
    /// Who it is; `None`: a made-up one.
    pub(super) role: Option<&'static Role>,
}

impl Shop {
    /// How often something that should not happen does, where `usual` is usual.
    pub(super) fn neglected(&self, usual: u64) -> u64 {
        self.role.map_or(usual, |role| usual * role.neglect / 100)
    }

    /// Whether hardly any question is left open.
    pub(super) fn is_well_run(&self) -> bool {
        self.role.is_some_and(|role| role.neglect < 50)
    }

    fn is_nightly(&self) -> bool {
        self.role.is_some_and(|role| role.is_nightly)
    }
}

/// The hours of one account on one day, in milliseconds since that day's midnight; a night shift
/// ends after 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// Coming online.
    pub(super) on: i64,
    /// Going for a meal.
    pub(super) pause: i64,
    /// Coming back.
    pub(super) back: i64,
    /// Going offline.
    pub(super) off: i64,
}

impl Shift {
    fn holds(&self, t: i64) -> bool {
        (self.on <= t && t < self.pause) || (self.back <= t && t < self.off)
    }
}

/// Everything that does not change while the log is written.
pub(super) struct World {
    seed: u64,
    first: Day,
    /// By number; number 0 is the first.
    pub(super) shops: Vec<Shop>,
    sizes: Vec<u64>,
    curve: Vec<u64>,
    night_curve: Vec<u64>,
    n_buyers: u64,
    rush: Option<u16>,
}

impl World {
    /// Makes the shops; `consults` is about how many there will be in all.
    pub(super) fn new(settings: &Settings, consults: u64) -> Self {
        let n = u64::from(settings.shops);
        // Zipf: the shop of rank r gets 1/r of what the largest gets.
        let weight = |shop: u64| match settings.cast.get(shop as usize) {
            Some(role) => role.size,
            None => (1 << 40) / (rank(settings.seed, shop, n) + 1),
        };
        let total = (0..n).map(weight).sum::<u64>().max(1);
        let days = u64::from(settings.days);
        let shops = (0..n)
            .map(|shop| {
                let share = u128::from(consults) * u128::from(weight(shop)) / u128::from(total);
                match settings.cast.get(shop as usize) {
                    Some(role) => open_staged(settings, role, share as u64),
                    None => open_shop(settings, shop, share as u64, days),
                }
            })
            .collect();
        Self {
            seed: settings.seed,
            first: settings.from,
            shops,
            sizes: cumulate((0..n).map(weight)),
            curve: cumulate(CURVE.iter().copied()),
            night_curve: cumulate(NIGHT_CURVE.iter().copied()),
            n_buyers: (consults / 2).clamp(1_000, 999_999_999),
            rush: settings.rush,
        }
    }

    /// The seed of everything.
    pub(super) const fn seed(&self) -> u64 {
        self.seed
    }

    /// A shop for one more consult: large shops more often.
    pub(super) fn any_shop(&self, dice: &mut Dice) -> u32 {
        dice.pick(&self.sizes) as u32
    }

    /// A time of day for one more consult of a shop, in milliseconds since midnight.
    pub(super) fn any_time(&self, shop: u32, dice: &mut Dice) -> i64 {
        let is_nightly = self.shops[shop as usize].is_nightly();
        let curve = if is_nightly { &self.night_curve } else { &self.curve };
        dice.pick(curve) as i64 * 30 * MINUTE + dice.between(0, 30 * MINUTE)
    }

    /// One of a shop's buyers, from 1: some return often. Shops have buyers in common.
    pub(super) fn any_buyer(&self, shop: u32, dice: &mut Dice) -> u32 {
        let pool = self.shops[shop as usize].buyers;
        let nth = dice.below(pool).min(dice.below(pool));
        (key(self.seed ^ 0xb0b, u64::from(shop), nth) % self.n_buyers) as u32 + 1
    }

    /// Midnight of a day, in milliseconds since the epoch.
    pub(super) fn midnight(&self, day: u16) -> i64 {
        i64::from(self.first.plus(i32::from(day)).0) * DAY - OFFSET
    }

    /// The hours of an account (from 0) on a day; `None` on its day off.
    pub(super) fn shift(&self, shop: u32, account: u16, day: u16) -> Option<Shift> {
        let Shop { staff, role, .. } = self.shops[shop as usize];
        let weekday = i64::from(self.first.plus(i32::from(day)).weekday());
        let days_off = if staff < 4 { 1 } else { 2 };
        let has_days_off = staff > 1 && (role.is_none() || staff >= 4);
        if has_days_off && (3 * i64::from(account) + weekday) % 7 < days_off {
            return None;
        }
        let mut dice =
            Dice::new(key(self.seed, 0x5417, u64::from(day)), u64::from(shop), account.into());
        let (on, off) = match account % 4 {
            n if let Some(role) = role => match (role.is_nightly, n % 2) {
                (true, 0) => (16 * HOUR - 20 * MINUTE, 26 * HOUR),
                (true, _) => (20 * HOUR, 29 * HOUR),
                (false, 0) => (8 * HOUR - 15 * MINUTE, 18 * HOUR),
                (false, _) => (11 * HOUR, 24 * HOUR),
            },
            _ if staff == 1 => (9 * HOUR, 22 * HOUR),
            _ if staff >= 12 && account % 12 == 11 => (23 * HOUR, 32 * HOUR),
            0 => (8 * HOUR, 17 * HOUR),
            1 => (14 * HOUR, 23 * HOUR),
            2 => (10 * HOUR, 19 * HOUR),
            _ => (15 * HOUR, 24 * HOUR),
        };
        let on = on + dice.between(-10 * MINUTE, 10 * MINUTE);
        let off = off + dice.between(-10 * MINUTE, 10 * MINUTE);
        let pause = (on + off) / 2 + dice.between(-40 * MINUTE, 40 * MINUTE);
        let back = pause + dice.between(25 * MINUTE, 60 * MINUTE);
        Some(Shift { on, pause, back, off })
    }

    /// Whether an account (from 0) is at work at an instant.
    pub(super) fn at_work(&self, shop: u32, account: u16, at: i64) -> bool {
        let since = at - self.midnight(0);
        let day = since.div_euclid(DAY);
        let time = since.rem_euclid(DAY);
        let holds = |day: i64, time: i64| {
            u16::try_from(day)
                .ok()
                .and_then(|day| self.shift(shop, account, day))
                .is_some_and(|shift| shift.holds(time))
        };
        holds(day, time) || (time < 9 * HOUR && holds(day - 1, time + DAY))
    }

    /// Somebody at work at an instant, from 0; `None` when nobody is.
    pub(super) fn anybody(&self, shop: u32, at: i64, dice: &mut Dice) -> Option<u16> {
        let staff = self.shops[shop as usize].staff;
        for _ in 0..4 {
            let account = dice.below(staff.into()) as u16;
            if self.at_work(shop, account, at) {
                return Some(account);
            }
        }
        let start = dice.below(staff.into()) as u16;
        (start..staff).chain(0..start).find(|account| self.at_work(shop, *account, at))
    }

    /// How long an account (from 0) takes to answer at an instant, as a median in milliseconds.
    pub(super) fn pace(&self, shop: u32, account: u16, at: i64) -> i64 {
        let mut dice = Dice::new(self.seed ^ 0xace, u64::from(shop), account.into());
        let own = if dice.chance(600) {
            dice.between(90_000, 200_000)
        } else {
            dice.log_normal(24_000, 700).clamp(6_000, 120_000)
        };
        let hour = (at + OFFSET).rem_euclid(DAY) / HOUR;
        let usual = own * PRESSURE[hour as usize] / 100;
        self.shops[shop as usize].role.map_or(usual, |role| usual * role.pace / 100)
    }

    /// How busy a day is, relative to others: weekends, promotion days, chance.
    pub(super) fn bustle(&self, day: u16) -> u64 {
        let date = self.first.plus(i32::from(day));
        let (_, month, day_of_month) = date.date();
        let promotion = match (month, day_of_month) {
            _ if self.rush == Some(day) => 300,
            (6, 18) | (11, 11) => 300,
            (12, 12) => 220,
            (6, 16 | 17 | 19) | (11, 9 | 10 | 12) | (3, 8) | (9, 9) => 170,
            (6, 1..=3) | (11, 1..=3) => 130,
            _ => 100,
        };
        let week = if date.weekday() >= 5 { 112 } else { 100 };
        promotion * week * Dice::new(self.seed, 0xda7, u64::from(day)).between(90, 111) as u64
    }
}

/// The rank of a shop by size, from 0: a permutation of `0..n`, so that numbers say nothing.
fn rank(seed: u64, shop: u64, n: u64) -> u64 {
    // A step that has no factor in common with n visits every rank once.
    let mut step = key(seed, 0x9a7, n) % n + 1;
    while greatest_common_divisor(step, n) != 1 {
        step = step % n + 1;
    }
    ((u128::from(shop) * u128::from(step) + u128::from(key(seed, 0x9a8, n) % n)) % u128::from(n))
        as u64
}

const fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn cumulate(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    weights
        .scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

/// A shop that gets about `consults` over all days; platforms take turns over the sizes.
fn open_shop(settings: &Settings, shop: u64, consults: u64, days: u64) -> Shop {
    let platform =
        rank(settings.seed, shop, settings.shops.into()) % settings.platforms.len() as u64;
    let mut dice = Dice::new(settings.seed, 0x5409, shop);
    // One account answers some hundred consults in a shift, and works five days of seven.
    let staff = (consults / days / 70).clamp(1, 20_000) as u16;
    Shop {
        platform: platform as u16,
        habits: Habits::of(&settings.platforms[platform as usize]),
        bot: dice.chance(5_500),
        assist: dice.chance(3_000),
        welcome: dice.chance(6_000),
        staff,
        buyers: (consults * 7 / 10).max(3),
        role: None,
    }
}

/// A shop of a cast that gets about `consults` over all days.
fn open_staged(settings: &Settings, role: &'static Role, consults: u64) -> Shop {
    let platform = settings.platforms.iter().position(|name| name == role.platform);
    Shop {
        platform: platform.unwrap_or(0) as u16,
        habits: Habits::of(role.platform),
        bot: role.bot,
        assist: role.assist,
        welcome: role.welcome,
        staff: role.accounts.len().max(1) as u16,
        buyers: (consults * 7 / 10).max(3),
        role: Some(role),
    }
}
