//! Standards: the line that a figure must hold, when it is checked, for whom, and what follows.
//!
//! A standard is data, as a [`crate::Rule`] is. What a row of checks makes of it is
//! [`crate::Standing`]; how far a figure is from its line is [`crate::Headroom`].

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use facts::{Day, ShopEntry, words};

use crate::rule::{Figure, Period};
use crate::tally::Ratio;

/// A line that a platform draws through a metric, with everything that hangs on it.
///
/// # Example
///
/// Taote: a day below 40 % demotes the shop on the next day, until a day of 40 % or more.
///
/// ```
/// use metric::{Begins, Consequence, Lasts, Period, Role, Sanction, Standard};
/// let mut taote = Standard::new("day", "taote/reply-3m", Role::Requirement);
/// taote.lines = vec![">= 40%".parse().unwrap()];
/// taote.consequences = vec![Consequence::new(Sanction::Demotion, Lasts::UNTIL_PASS)];
/// let day = Period::Days { days: 1, lag: 1 };
/// let check = "2026-06-03".parse().unwrap();
/// let (from, to) = taote.window(day, check).unwrap();
/// assert_eq!((from.to_string(), to.to_string()), ("2026-06-02".into(), "2026-06-02".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Its id within the platform.
    pub id: String,
    /// The metric it is about, as `taobao/human-reply-3m`. Only carried.
    pub metric: String,
    /// The edition to count under, whatever the day. Absent: the edition of each data day.
    pub edition: Option<String>,
    /// What it is for.
    pub role: Role,
    /// The days that a check looks at. Absent: the metric's own period.
    pub over: Option<Over>,
    /// The lines: of a grade several, best first; else one. None: the figure is told, and nothing
    /// is judged, which only a notice may.
    pub lines: Vec<Line>,
    /// Fewer samples are not assessed. Absent: the metric's own minimum.
    pub minimum: Option<Minimum>,
    /// On which days it is checked.
    pub rhythm: Rhythm,
    /// A check looks at its own window and those of the days before it, this many in all, and
    /// each must pass. 1: its own alone.
    pub each_of: u16,
    /// The first day in force. Of natural weeks, halves and months it is a data day, and cuts the
    /// one it lies in; of trailing windows it is the first check day. Absent: not documented.
    pub from: Option<Day>,
    /// The last day in force, included, as [`Standard::from`]. Absent: still in force.
    pub to: Option<Day>,
    /// What must hold of the shop, all of it.
    pub conditions: Vec<Condition>,
    /// The window's last data day must lie in one of these. Empty: any day.
    pub seasons: Vec<Season>,
    /// The window's last data day must lie in none of these.
    pub except_seasons: Vec<Season>,
    /// What follows when it fails.
    pub consequences: Vec<Consequence>,
}

impl Standard {
    /// A standard without a line that is checked daily over the metric's own period.
    #[must_use]
    pub fn new(id: &str, metric: &str, role: Role) -> Self {
        Self {
            id: id.into(),
            metric: metric.into(),
            edition: None,
            role,
            over: None,
            lines: Vec::new(),
            minimum: None,
            rhythm: Rhythm::Daily,
            each_of: 1,
            from: None,
            to: None,
            conditions: Vec::new(),
            seasons: Vec::new(),
            except_seasons: Vec::new(),
            consequences: Vec::new(),
        }
    }

    /// The days it looks at, `own` being the metric's period.
    #[must_use]
    pub fn over(&self, own: Period) -> Over {
        self.over.unwrap_or(Over::Period(own))
    }

    /// First and last data day (both included) of the window that a check on a day looks at;
    /// `None` where the standard is not in force.
    #[must_use]
    pub fn window(&self, own: Period, check: Day) -> Option<(Day, Day)> {
        let over = self.over(own);
        let (from, to) = over.ending(check);
        if over.is_natural() {
            return self.cut(from, to);
        }
        self.cut(check, check).map(|_| (from, to))
    }

    /// The window whose last data day is `day`, as far as it has come: of natural weeks and months
    /// the part up to that day. `None` where the standard is not in force.
    #[must_use]
    pub fn window_to_date(&self, own: Period, day: Day) -> Option<(Day, Day)> {
        let over = self.over(own);
        let (from, to) = over.to_date(day);
        if over.is_natural() { self.cut(from, to) } else { self.cut(day, day).map(|_| (from, to)) }
    }

    fn cut(&self, from: Day, to: Day) -> Option<(Day, Day)> {
        let from = self.from.map_or(from, |first| first.max(from));
        let to = self.to.map_or(to, |last| last.min(to));
        (from <= to).then_some((from, to))
    }

    /// Whether the season is right for a window that ends on this data day.
    #[must_use]
    pub fn is_in_season(&self, day: Day) -> bool {
        let within = |seasons: &[Season]| seasons.iter().any(|season| season.contains(day));
        (self.seasons.is_empty() || within(&self.seasons)) && !within(&self.except_seasons)
    }
}

words! {
    /// What a standard is for.
    Role {
        /// It must be held.
        Requirement = "requirement",
        /// It must be held by those who apply for something.
        Gate = "gate",
        /// Several lines, each a grade.
        Grade = "grade",
        /// It is told, and decides nothing.
        Notice = "notice",
    }
}

words! {
    /// How a figure is held against a line. Strictness matters at the line itself.
    Comparison {
        /// Not below it.
        AtLeast = ">=",
        /// Above it.
        MoreThan = ">",
        /// Not above it.
        AtMost = "<=",
        /// Below it.
        LessThan = "<",
    }
}

words! {
    /// What a line is a value of.
    Unit {
        /// A share; the value is a pure number.
        Share = "share",
        /// A mean wait; the value is in milliseconds.
        Length = "length",
    }
}

impl Unit {
    /// The unit of what a figure publishes; `None` for a count.
    #[must_use]
    pub fn of(figure: Figure) -> Option<Self> {
        if figure.is_mean() {
            Some(Self::Length)
        } else if figure.is_share() {
            Some(Self::Share)
        } else {
            None
        }
    }
}

/// A line: what must hold of a figure, exactly.
///
/// # Example
///
/// ```
/// use metric::{Line, Ratio};
/// let line: Line = ">= 70%".parse().unwrap();
/// assert!(line.holds(Ratio { num: 70, den: 100 }));
/// assert!(!line.holds(Ratio { num: 69_999, den: 100_000 }));
/// let strict: Line = "< 40s".parse().unwrap();
/// assert!(!strict.holds(Ratio { num: 40_000, den: 1 }));
/// assert_eq!(strict.to_string(), "< 40s");
/// assert!("70%".parse::<Line>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// How the figure is held against the value.
    pub comparison: Comparison,
    /// The value, at least 0: a share, or milliseconds.
    pub value: Ratio,
    /// Which of the two.
    pub unit: Unit,
}

/// The text is not a line as `>= 70%` or `< 40s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine;

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a line as `>= 70%` or `< 40s`")
    }
}

impl core::error::Error for BadLine {}

impl Line {
    /// Whether a figure holds the line. Compared exactly, before any rounding.
    #[must_use]
    pub fn holds(&self, figure: Ratio) -> bool {
        let order = figure.compare(self.value);
        match self.comparison {
            Comparison::AtLeast => order.is_ge(),
            Comparison::MoreThan => order.is_gt(),
            Comparison::AtMost => order.is_le(),
            Comparison::LessThan => order.is_lt(),
        }
    }
}

/// The longest length of a line: 31 days.
const LONGEST_MS: i64 = 31 * 86_400_000;

impl FromStr for Line {
    type Err = BadLine;

    fn from_str(text: &str) -> Result<Self, BadLine> {
        let text = text.trim();
        // `>=` before `>`: the longer word first.
        let found = [">=", "<=", ">", "<"].iter().find_map(|word| {
            text.strip_prefix(word).map(|rest| (Comparison::from_word(word), rest.trim()))
        });
        let Some((Some(comparison), rest)) = found else { return Err(BadLine) };
        let split = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(BadLine)?;
        let (number, unit) = rest.split_at(split);
        let (digits, scale) = decimal(number).ok_or(BadLine)?;
        let factor = match unit.trim() {
            "%" => {
                let value = Ratio { num: digits, den: 100 * scale };
                let is_share = digits <= 100 * scale;
                return is_share
                    .then_some(Self { comparison, value, unit: Unit::Share })
                    .ok_or(BadLine);
            }
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(BadLine),
        };
        let scaled = digits.checked_mul(factor).ok_or(BadLine)?;
        if scaled % scale != 0 || scaled / scale > LONGEST_MS {
            return Err(BadLine);
        }
        let value = Ratio { num: scaled / scale, den: 1 };
        Ok(Self { comparison, value, unit: Unit::Length })
    }
}

/// A decimal number without sign as a whole number and the power of ten to divide it by.
fn decimal(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_written = !whole.is_empty() && (text.len() == whole.len()) == fraction.is_empty();
    if !is_written || whole.len() > 9 || fraction.len() > 6 {
        return None;
    }
    let mut number = 0i64;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(byte - b'0');
    }
    Some((number, 10i64.pow(fraction.len() as u32)))
}

impl fmt::Display for Line {
    /// As a rulebook would write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.comparison.word();
        if self.unit == Unit::Length {
            let ms = self.value.num / self.value.den.max(1);
            return match ms % 1_000 {
                0 => write!(f, "{word} {}s", ms / 1_000),
                _ => write!(f, "{word} {ms}ms"),
            };
        }
        let millionths = i128::from(self.value.num) * 100_000_000 / i128::from(self.value.den);
        write!(f, "{word} {}", millionths / 1_000_000)?;
        let mut rest = millionths % 1_000_000;
        let mut width = 6;
        while rest > 0 && rest % 10 == 0 {
            rest /= 10;
            width -= 1;
        }
        if rest > 0 {
            write!(f, ".{rest:0width$}")?;
        }
        f.write_str("%")
    }
}

/// How many samples there must be for a check to be assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Minimum {
    /// This many or more (`大于等于100`).
    AtLeast(u32),
    /// More than this many (`超过100`).
    MoreThan(u32),
}

impl Minimum {
    /// The least number of samples that is assessed, at least 1: no samples have no value.
    #[must_use]
    pub fn least(self) -> u64 {
        match self {
            Self::AtLeast(n) => u64::from(n).max(1),
            Self::MoreThan(n) => u64::from(n) + 1,
        }
    }
}

/// The days that a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Over {
    /// A period as metrics have them.
    Period(Period),
    /// The 1st to the 15th of a month, or the 16th to its last day.
    HalfMonth,
}

impl Over {
    /// First and last data day (both included) of what a check on this day looks at.
    ///
    /// # Example
    ///
    /// Gold sellers are assessed by halves of months (1 to 15 April, shown on the 16th).
    ///
    /// ```
    /// use metric::{Day, Over};
    /// let (from, to) = Over::HalfMonth.ending("2021-04-16".parse().unwrap());
    /// assert_eq!((from.to_string(), to.to_string()), ("2021-04-01".into(), "2021-04-15".into()));
    /// ```
    #[must_use]
    pub fn ending(self, check: Day) -> (Day, Day) {
        match self {
            Self::Period(period) => period.ending(check),
            Self::HalfMonth => {
                let start = half_start(check);
                (half_start(start.plus(-1)), start.plus(-1))
            }
        }
    }

    /// The window whose last data day is `day`, as far as it has come.
    #[must_use]
    pub fn to_date(self, day: Day) -> (Day, Day) {
        let first = match self {
            Self::HalfMonth => half_start(day),
            Self::Period(Period::Days { days, .. }) => day.plus(1 - i32::from(days.max(1))),
            Self::Period(Period::Week) => day.plus(-i32::from(day.weekday())),
            Self::Period(Period::Months { months }) => {
                (1..months.max(1)).fold(day.month_start(), |first, _| first.plus(-1).month_start())
            }
            // The samples say how far back it goes.
            Self::Period(other) => other.ending(day.plus(1)).0,
        };
        (first, day)
    }

    /// Whether it is a natural week, half or month, which does not move with the day.
    #[must_use]
    pub const fn is_natural(self) -> bool {
        matches!(self, Self::HalfMonth | Self::Period(Period::Week | Period::Months { .. }))
    }

    /// Of a window of several days that moves with the day: how many days, and its lag.
    #[must_use]
    pub const fn trailing(self) -> Option<(u16, u16)> {
        match self {
            Self::Period(Period::Days { days, lag }) if days > 1 => Some((days, lag)),
            _ => None,
        }
    }
}

fn half_start(day: Day) -> Day {
    let first = day.month_start();
    if day.0 - first.0 >= 15 { first.plus(15) } else { first }
}

/// On which days a standard is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rhythm {
    /// Every day.
    Daily,
    /// On Mondays, the day after a week ends.
    Weekly,
    /// On the 1st and the 16th.
    HalfMonthly,
    /// On this day of every month, 1 to 31; in a shorter month on its last day.
    Monthly {
        /// The day of the month.
        day: u8,
    },
    /// Whenever the shop applies for something: on any day.
    OnApplication,
}

impl Rhythm {
    /// Whether the standard is checked on a day.
    #[must_use]
    pub fn checks_on(self, day: Day) -> bool {
        let of_month = day.0 - day.month_start().0 + 1;
        match self {
            Self::Daily | Self::OnApplication => true,
            Self::Weekly => day.weekday() == 0,
            Self::HalfMonthly => of_month == 1 || of_month == 16,
            Self::Monthly { day: wanted } => {
                let is_last = day.plus(1).month_start() == day.plus(1);
                of_month == i32::from(wanted) || (is_last && of_month < i32::from(wanted))
            }
        }
    }

    /// The last check day up to and including a day.
    #[must_use]
    pub fn last_check(self, day: Day) -> Day {
        (0..31).map(|n| day.plus(-n)).find(|day| self.checks_on(*day)).unwrap_or(day)
    }

    /// The first check day after a day.
    #[must_use]
    pub fn next_check(self, day: Day) -> Day {
        (1..=31).map(|n| day.plus(n)).find(|day| self.checks_on(*day)).unwrap_or(day.plus(1))
    }
}

/// What must hold of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The platform's seller level is at least this.
    LevelAtLeast(i64),
    /// The industry is one of these.
    Industry(Vec<String>),
    /// The shop is enrolled in this.
    Enrolled(String),
    /// The shop is not enrolled in this.
    NotEnrolled(String),
    /// At least this many orders in the days of the window.
    Orders(u32),
}

/// Whether something holds, as far as is known. What is not known is not a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nothing says.
    Unknown,
}

impl Holds {
    const fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

impl Condition {
    /// Whether it holds of a shop on a check day.
    ///
    /// `entry` is what the registry knows of the shop, `orders` how many orders it had in the
    /// window; both absent where nothing is known.
    ///
    /// # Example
    ///
    /// ```
    /// use metric::{Condition, Holds};
    /// let level = Condition::LevelAtLeast(5);
    /// let day = "2026-07-01".parse().unwrap();
    /// assert_eq!(level.holds(None, day, None), Holds::Unknown);
    /// ```
    #[must_use]
    pub fn holds(&self, entry: Option<&ShopEntry>, day: Day, orders: Option<u64>) -> Holds {
        let enrolled = |id: &String| {
            let found = entry?.enrolments.iter().find(|one| one.period == *id);
            found.map(|one| one.enrolled)
        };
        Holds::of(match self {
            Self::LevelAtLeast(least) => entry.and_then(|entry| {
                let level = entry.levels.iter().rfind(|(from, _)| *from <= day);
                level.map(|(_, level)| level >= least)
            }),
            Self::Industry(list) => entry
                .filter(|entry| !entry.industry.is_empty())
                .map(|entry| list.contains(&entry.industry)),
            Self::Enrolled(id) => enrolled(id),
            Self::NotEnrolled(id) => enrolled(id).map(|enrolled| !enrolled),
            Self::Orders(least) => orders.map(|orders| orders >= u64::from(*least)),
        })
    }
}

/// Named days of a platform: promotions, festivals.
///
/// # Example
///
/// ```
/// use metric::Season;
/// let year_end = Season {
///     id: "year-end".into(),
///     dated: Vec::new(),
///     yearly: vec![((12, 30), (1, 2))],
/// };
/// assert!(year_end.contains("2027-01-01".parse().unwrap()));
/// assert!(!year_end.contains("2027-01-03".parse().unwrap()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Season {
    /// Its id within the platform.
    pub id: String,
    /// First and last local day, both included.
    pub dated: Vec<(Day, Day)>,
    /// Every year: first and last `(month, day)`, both included; over New Year where the last
    /// comes before the first.
    pub yearly: Vec<((u8, u8), (u8, u8))>,
}

impl Season {
    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        let (_, month, of_month) = day.date();
        let at = (month as u8, of_month as u8);
        let in_year = |(from, to): &((u8, u8), (u8, u8))| {
            if from <= to { *from <= at && at <= *to } else { *from <= at || at <= *to }
        };
        self.dated.iter().any(|(from, to)| *from <= day && day <= *to)
            || self.yearly.iter().any(in_year)
    }
}

words! {
    /// What a platform does to a shop.
    Sanction {
        /// It says so.
        Reminder = "reminder",
        /// It warns.
        Warning = "warning",
        /// It warns where everybody sees it.
        PublicWarning = "public-warning",
        /// Penalty points.
        Points = "points",
        /// Money.
        Fine = "fine",
        /// The shop is shown lower or less (降权).
        Demotion = "demotion",
        /// No new goods (禁止上新).
        NoNewListing = "no-new-listing",
        /// Goods cannot be put on sale (禁止上架).
        NoListing = "no-listing",
        /// Goods are taken off sale (下架).
        Delisting = "delisting",
        /// No marketing activity.
        NoCampaign = "no-campaign",
        /// Goods are taken out of resource positions.
        RemovedFromResources = "removed-from-resources",
        /// Advertisements are taken down.
        AdsRemoved = "ads-removed",
        /// A label is taken away.
        LabelRemoved = "label-removed",
        /// Traffic is limited.
        FlowLimit = "flow-limit",
        /// Rules must be studied.
        Study = "study",
        /// Payouts are delayed.
        PayoutDelay = "payout-delay",
        /// The shop is supervised.
        Supervision = "supervision",
        /// The deposit is forfeited.
        Deposit = "deposit",
        /// The shop is shut away (小黑屋).
        Suspended = "suspended",
        /// It counts as a violation (违规).
        Violation = "violation",
        /// The natural month is assessed too.
        MonthlyAssessment = "monthly-assessment",
    }
}

words! {
    /// The class of penalty points.
    PointsClass {
        /// 一般违规 on Taobao and Tmall, A on Douyin.
        A = "A",
        /// The severe class.
        B = "B",
    }
}

/// How much of a consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Amount {
    /// Penalty points, in tenths.
    Points {
        /// Their class. Absent: the platform has one kind.
        class: Option<PointsClass>,
        /// How many tenths of a point each time.
        tenths: u32,
        /// At most so many tenths in a natural week. Absent: no such limit is told.
        week_cap: Option<u32>,
    },
    /// Yuan, from the least to the most that is told.
    Yuan(u32, u32),
}

/// When a consequence begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Begins {
    /// So many days after the failing check; 0: on that day.
    After(u16),
    /// On the first day with this number in its month, from the failing check on.
    OnDay(u8),
}

impl Begins {
    /// The first day of a consequence of a check that failed on a day.
    #[must_use]
    pub fn day(self, check: Day) -> Day {
        match self {
            Self::After(days) => check.plus(i32::from(days)),
            Self::OnDay(wanted) => {
                let on = Rhythm::Monthly { day: wanted };
                if on.checks_on(check) { check } else { on.next_check(check) }
            }
        }
    }
}

/// How long a consequence lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lasts {
    /// It happens, and is over.
    Once,
    /// So many days, at least 1. A failing check while it runs begins them anew.
    Days(u16),
    /// Until this many assessed checks in a row pass, at least 1.
    Passes(u16),
}

impl Lasts {
    /// While it fails: until the next check that passes.
    pub const UNTIL_PASS: Self = Self::Passes(1);
}

/// Only when it failed often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Often {
    /// At least so many.
    pub at_least: u16,
    /// In the last so many days, that of the failing check included.
    pub days: u16,
}

/// What follows a failing check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// What.
    pub what: Sanction,
    /// How much. Absent: the word says all.
    pub amount: Option<Amount>,
    /// The platform may do it, or may not; else it follows.
    pub may: bool,
    /// When it begins.
    pub begins: Begins,
    /// How long it lasts.
    pub lasts: Lasts,
    /// With [`Lasts::Passes`]: a check counts as passing when this holds too. Absent: when the
    /// standard's own line does.
    pub recovery: Option<Line>,
    /// Only after so many failing checks, this one included. With [`Consequence::combined`]:
    /// either is enough.
    pub repeated: Option<Often>,
    /// Only together with so many violations of the shop.
    pub combined: Option<Often>,
    /// Only for checks from this day on. Absent: from the first.
    pub from: Option<Day>,
    /// Only for checks up to this day, included. Absent: to the last.
    pub to: Option<Day>,
}

impl Consequence {
    /// A consequence that follows every failing check, from its day on.
    #[must_use]
    pub const fn new(what: Sanction, lasts: Lasts) -> Self {
        Self {
            what,
            amount: None,
            may: false,
            begins: Begins::After(0),
            lasts,
            recovery: None,
            repeated: None,
            combined: None,
            from: None,
            to: None,
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;
    use std::vec;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn window(standard: &Standard, own: Period, check: &str) -> Option<(String, String)> {
        let (from, to) = standard.window(own, day(check))?;
        Some((from.to_string(), to.to_string()))
    }

    #[test]
    fn lines_are_exact_and_print_as_written() {
        for text in [">= 70%", "> 55%", "<= 90s", "< 40s", ">= 97.5%", "< 1500ms", ">= 0%"] {
            assert_eq!(text.parse::<Line>().expect("a line").to_string(), text);
        }
        let minutes: Line = "<3m".parse().expect("a line");
        assert_eq!(
            (minutes.value, minutes.to_string()),
            (Ratio { num: 180_000, den: 1 }, "< 180s".into())
        );
        let exact: Line = "> 33.333333 %".parse().expect("a line");
        assert!(exact.holds(Ratio { num: 1, den: 3 }));
        assert!(!exact.holds(Ratio { num: 33_333_333, den: 100_000_000 }));
        let bad = ["", ">", ">=", ">= 70", "70%", "= 70%", ">= 101%", ">= -1%", ">= 1.%", ">= .5%"];
        for text in
            bad.into_iter().chain(["< 745h", ">= 1.2345678%", ">= ７０%", "< 1d", "< 0.5ms"])
        {
            assert_eq!(text.parse::<Line>(), Err(BadLine), "{text}");
        }
    }

    /// Comparison at the line itself: TT-EX-02 is `>=`, the gates of PDD-EX-07 are `>`.
    #[test]
    fn strictness_matters_at_the_line() {
        let on = Ratio { num: 2, den: 5 };
        let holds = |text: &str| text.parse::<Line>().expect("a line").holds(on);
        assert_eq!([">= 40%", "> 40%", "<= 40%", "< 40%"].map(holds), [true, false, true, false]);
    }

    /// TB-EX-21: in force from 2022-07-06, by natural months: the first cycle is cut by it.
    #[test]
    fn the_first_month_is_cut_by_the_first_day_in_force() {
        let mut standard = Standard::new("2022", "taobao/human-reply-3m", Role::Requirement);
        standard.over = Some(Over::Period(Period::MONTH));
        standard.rhythm = Rhythm::Monthly { day: 1 };
        standard.from = Some(day("2022-07-06"));
        standard.to = Some(day("2023-03-23"));
        let own = Period::Days { days: 30, lag: 1 };
        let pair = |from: &str, to: &str| Some((from.to_string(), to.to_string()));
        assert_eq!(window(&standard, own, "2022-07-01"), None);
        assert_eq!(window(&standard, own, "2022-08-01"), pair("2022-07-06", "2022-07-31"));
        assert_eq!(window(&standard, own, "2022-09-01"), pair("2022-08-01", "2022-08-31"));
        assert_eq!(window(&standard, own, "2023-04-01"), pair("2023-03-01", "2023-03-23"));
        assert_eq!(window(&standard, own, "2023-05-01"), None);
    }

    /// TB-EX-27: checked daily from 2023-03-24 over the thirty days before, which it does not cut.
    #[test]
    fn a_trailing_window_is_not_cut() {
        let mut standard = Standard::new("2023", "taobao/human-reply-3m", Role::Requirement);
        standard.from = Some(day("2023-03-24"));
        let own = Period::Days { days: 30, lag: 1 };
        assert_eq!(window(&standard, own, "2023-03-23"), None);
        let pair = Some(("2023-02-22".to_string(), "2023-03-23".to_string()));
        assert_eq!(window(&standard, own, "2023-03-24"), pair);
    }

    #[test]
    fn halves_of_months_meet() {
        let pairs = [
            ("2021-04-16", "2021-04-01", "2021-04-15"),
            ("2021-05-01", "2021-04-16", "2021-04-30"),
            ("2021-05-15", "2021-04-16", "2021-04-30"),
            ("2021-03-01", "2021-02-16", "2021-02-28"),
        ];
        for (check, from, to) in pairs {
            assert_eq!(Over::HalfMonth.ending(day(check)), (day(from), day(to)), "{check}");
        }
        assert_eq!(
            Over::HalfMonth.to_date(day("2021-04-20")),
            (day("2021-04-16"), day("2021-04-20"))
        );
    }

    #[test]
    fn checks_fall_on_their_days() {
        let twentieth = Rhythm::Monthly { day: 20 };
        assert_eq!(twentieth.last_check(day("2026-03-19")), day("2026-02-20"));
        assert_eq!(twentieth.last_check(day("2026-03-20")), day("2026-03-20"));
        let last = Rhythm::Monthly { day: 31 };
        assert_eq!(last.next_check(day("2026-02-01")), day("2026-02-28"));
        assert_eq!(last.next_check(day("2026-02-28")), day("2026-03-31"));
        assert_eq!(Rhythm::Weekly.last_check(day("2026-11-21")), day("2026-11-16"));
        assert_eq!(Rhythm::HalfMonthly.next_check(day("2026-11-21")), day("2026-12-01"));
        assert_eq!(Begins::OnDay(20).day(day("2026-03-20")), day("2026-03-20"));
        assert_eq!(Begins::OnDay(20).day(day("2026-03-21")), day("2026-04-20"));
    }

    #[test]
    fn what_the_registry_does_not_say_is_unknown() {
        let mut entry = ShopEntry::default();
        let on = day("2026-07-01");
        let conditions = [
            Condition::LevelAtLeast(5),
            Condition::Industry(vec!["pets".into()]),
            Condition::Enrolled("x".into()),
            Condition::NotEnrolled("x".into()),
            Condition::Orders(10),
        ];
        for condition in &conditions {
            assert_eq!(condition.holds(Some(&entry), on, None), Holds::Unknown);
        }
        entry.levels = vec![(day("2026-07-02"), 9)];
        assert_eq!(conditions[0].holds(Some(&entry), on, None), Holds::Unknown, "not yet");
        entry.levels = vec![(day("2026-01-01"), 5), (day("2026-06-30"), 4)];
        assert_eq!(conditions[0].holds(Some(&entry), on, None), Holds::No);
        assert_eq!(conditions[0].holds(Some(&entry), day("2026-06-29"), None), Holds::Yes);
        entry.enrolments = vec![facts::Enrolment { period: "x".into(), enrolled: false }];
        assert_eq!(conditions[2].holds(Some(&entry), on, None), Holds::No);
        assert_eq!(conditions[3].holds(Some(&entry), on, None), Holds::Yes);
        assert_eq!(conditions[4].holds(None, on, Some(10)), Holds::Yes);
        assert_eq!(conditions[4].holds(None, on, Some(9)), Holds::No);
    }
}
