//! Keys of `standards.toml`: the same table as [`crate::keys`], for standards and seasons.

use metric::{PointsClass, Role, Sanction};

use crate::edition::Confidence;
use crate::keys::{Key, Kind, names};

/// The words of `check`.
pub(crate) const RHYTHMS: &[&str] =
    &["daily", "weekly", "half-monthly", "monthly", "on-application"];

/// The words of `over` that are no period of a metric.
pub(crate) const HALF_MONTH: &str = "half-month";

/// The words of `lasts`.
pub(crate) const LASTS: &[&str] = &["once", "while-failing"];

/// Keys of `standards.toml`.
pub(crate) const STANDARDS: &[Key] = &[
    Key::new(
        "season",
        Kind::Tables(&[SEASON]),
        "Named days that standards refer to.",
        "标准所引用的、有名称的日子。",
    )
    .example("[[season]]"),
    Key::new("standard", Kind::Tables(&[STANDARD]), "The standards.", "各项标准。")
        .required()
        .example("[[standard]]"),
];

/// Keys of a season.
pub(crate) const SEASON: &[Key] = &[
    Key::new("id", Kind::Id, "The id that standards name.", "标准引用它的标识。")
        .required()
        .example("\"double-11\""),
    Key::new("name", Kind::Bilingual, "Its name.", "名称。")
        .required()
        .example("{ zh = \"…\", en = \"…\" }"),
    Key::new(
        "dated",
        Kind::DayPairs,
        "First and last local day of each time, both included.",
        "每一次的第一天和最后一天（都含）。",
    )
    .example("[[2026-02-15, 2026-02-23]]"),
    Key::new(
        "yearly",
        Kind::MonthDayPairs,
        "First and last day of every year, both included; it may go over New Year.",
        "每年的第一天和最后一天（都含），可以跨年。",
    )
    .example("[[\"11-01\", \"11-11\"]]"),
    SOURCE,
    NOTE,
];

const SOURCE: Key = Key::new(
    "source",
    Kind::Texts { at_least: 1 },
    "Keys of `sources.toml` that it rests on.",
    "依据的来源（`sources.toml` 里的键）。",
)
.required()
.example("[\"S-TT\"]");

const NOTE: Key = Key::new("note", Kind::Bilingual, "What a reader should know.", "补充说明。")
    .example("{ zh = \"…\", en = \"…\" }");

const LINE: Key = Key::new(
    "line",
    Kind::Line,
    "What must hold of the figure: `>=`, `>`, `<=` or `<`, and a share or a length.",
    "数值必须满足的条件：`>=`、`>`、`<=` 或 `<`，加比率或时长。",
)
.example("\">= 70%\"");

const MINIMUM: Key = Key::new(
    "minimum",
    Kind::Whole(1, 1_000_000),
    "Fewer samples than this are not assessed; absent: the metric's own minimum.",
    "样本少于这个数不考核；不写：用指标自己的最少样本数。",
)
.example("100");

const MINIMUM_ABOVE: Key = Key::new(
    "minimum-above",
    Kind::Whole(0, 1_000_000),
    "Only more samples than this are assessed, instead of `minimum`.",
    "样本超过这个数才考核，代替 `minimum`。",
)
.example("100");

const FROM: Key = Key::new(
    "from",
    Kind::Date,
    "The first day in force: a data day of natural weeks and months, which it cuts; else the \
     first check day.",
    "施行的第一天：自然周、自然月是数据日（所在的那一期从它起算），其余是首个检查日。",
)
.example("2022-07-06");

const TO: Key = Key::new(
    "to",
    Kind::Date,
    "The last day in force, included, as `from`.",
    "施行的最后一天（含），含义同 `from`。",
)
.example("2023-03-23");

/// Keys of a standard.
pub(crate) const STANDARD: &[Key] = &[
    Key::new("id", Kind::Id, "Its id within the platform.", "在平台内的标识。")
        .required()
        .example("\"reply-3m-2023\""),
    Key::new("name", Kind::Bilingual, "Its name.", "名称。")
        .required()
        .example("{ zh = \"…\", en = \"…\" }"),
    Key::new("metric", Kind::Text, "The metric, with its platform.", "指标（带平台）。")
        .required()
        .example("\"taote/reply-3m\""),
    Key::new(
        "edition",
        Kind::Id,
        "The edition to count under, whatever the day; absent: that of each data day.",
        "不论日期都按这一版统计；不写：按每个数据日所施行的版本。",
    )
    .example("\"as-told\""),
    Key::new("role", Kind::Word(|| names(Role::WORDS)), "What it is for.", "用途。")
        .default("\"requirement\"")
        .example("\"gate\""),
    LINE,
    Key::new(
        "grade",
        Kind::Tables(&[GRADE]),
        "The lines of a grade, best first, instead of `line`.",
        "各个等级的线，从最好的写起，代替 `line`。",
    )
    .example("[[standard.grade]]"),
    Key::new(
        "over",
        Kind::Over,
        "The days that a check looks at; absent: the metric's own period.",
        "一次检查所看的日子；不写：指标自己的周期。",
    )
    .example("{ days = 30, lag = 1 }"),
    MINIMUM,
    MINIMUM_ABOVE,
    Key::new(
        "check",
        Kind::Word(|| RHYTHMS.to_vec()),
        "When it is checked: every day, the day after a week (half month, month) ends, or whenever \
         the shop applies for something.",
        "何时检查：每天、周（半月、月）结束的次日，或报名时。",
    )
    .default("\"daily\"")
    .example("\"monthly\""),
    Key::new(
        "check-day",
        Kind::Whole(1, 31),
        "Of monthly checks the day of the next month.",
        "每月检查时，在次月的哪一天。",
    )
    .default("1")
    .example("20"),
    Key::new(
        "each-of",
        Kind::Whole(2, 31),
        "Each of this many days' windows up to the check must pass.",
        "截至检查日，连续这么多天的窗口每一个都须达标。",
    )
    .example("3"),
    FROM,
    TO,
    Key::new(
        "as-told",
        Kind::Flag,
        "An article's claim: assessed only on request.",
        "文章里的说法：只应要求才考核。",
    )
    .default("false")
    .example("true"),
    Key::new(
        "level-at-least",
        Kind::Whole(0, 1_000),
        "Only shops of this seller level or more.",
        "只对这个等级及以上的店铺。",
    )
    .example("5"),
    Key::new(
        "industry",
        Kind::Texts { at_least: 1 },
        "Only shops of one of these industries.",
        "只对这些行业的店铺。",
    )
    .example("[\"pets\"]"),
    Key::new(
        "enrolled",
        Kind::Id,
        "Only shops enrolled in this.",
        "只对报名（属于）这一项的店铺。",
    )
    .example("\"pet-advisor\""),
    Key::new(
        "not-enrolled",
        Kind::Id,
        "Only shops that are not enrolled in this.",
        "只对没有报名这一项的店铺。",
    )
    .example("\"pet-advisor\""),
    Key::new(
        "orders-at-least",
        Kind::Whole(1, 1_000_000),
        "Only shops with this many orders in the days of the window.",
        "只对窗口内订单不少于这个数的店铺。",
    )
    .example("10"),
    Key::new(
        "season",
        Kind::Texts { at_least: 1 },
        "Only windows whose last data day lies in one of these seasons.",
        "只看最后一个数据日在这些时期内的窗口。",
    )
    .example("[\"double-11\"]"),
    Key::new(
        "except-season",
        Kind::Texts { at_least: 1 },
        "Not windows whose last data day lies in one of these seasons.",
        "不看最后一个数据日在这些时期内的窗口。",
    )
    .example("[\"double-11\"]"),
    Key::new(
        "consequence",
        Kind::Tables(&[CONSEQUENCE]),
        "What follows when it fails.",
        "不达标的后果。",
    )
    .example("[[standard.consequence]]"),
    SOURCE,
    Key::new(
        "confidence",
        Kind::Word(|| names(Confidence::WORDS)),
        "How sure it is: the platform's own text, a repost of it, an article, or our reading.",
        "可信程度：平台原文、转载、文章，或我们的读法。",
    )
    .required()
    .example("\"reposted\""),
    NOTE,
    Key::new(
        "reading",
        Kind::Named(STANDARD_READING),
        "What the sources leave open, each with its answers: `[standard.reading.recovery-at-40]`.",
        "来源没有说清的地方及其各种答案：`[standard.reading.recovery-at-40]`。",
    )
    .example("[standard.reading.recovery-at-40]"),
];

/// Keys of one line of a grade.
pub(crate) const GRADE: &[Key] = &[
    Key::new("name", Kind::Bilingual, "The name of the grade.", "等级名称。")
        .required()
        .example("{ zh = \"优秀\", en = \"excellent\" }"),
    LINE.required(),
];

const OFTEN: &[Key] = &[
    Key::new("at-least", Kind::Whole(1, 1_000), "How many.", "多少次。").required().example("2"),
    Key::new(
        "days",
        Kind::Whole(1, 366),
        "Within how many days, that of the check included.",
        "在多少天内（含检查当天）。",
    )
    .required()
    .example("30"),
];

/// Keys of a consequence.
pub(crate) const CONSEQUENCE: &[Key] = &[
    Key::new("what", Kind::Word(|| names(Sanction::WORDS)), "What follows.", "是什么后果。")
        .required()
        .example("\"demotion\""),
    Key::new(
        "points",
        Kind::Points,
        "How many points each time, with their class where there are classes.",
        "每次扣多少分；分类别的写上类别。",
    )
    .example("\"A0.5\""),
    Key::new(
        "week-cap",
        Kind::Points,
        "At most so many points in a natural week.",
        "一个自然周最多扣多少分。",
    )
    .example("\"A5\""),
    Key::new("yuan", Kind::Whole(1, 10_000_000), "How much money.", "多少钱。").example("1000"),
    Key::new(
        "yuan-to",
        Kind::Whole(1, 10_000_000),
        "The most, where the text gives a range from `yuan`.",
        "若是一个范围，最多多少（从 `yuan` 起）。",
    )
    .example("3000"),
    Key::new(
        "may",
        Kind::Flag,
        "The platform may do it, or may not.",
        "平台可以这样做，不一定做。",
    )
    .default("false")
    .example("true"),
    Key::new(
        "begins-after",
        Kind::Whole(0, 366),
        "How many days after the failing check it begins.",
        "在不达标的检查之后多少天开始。",
    )
    .default("0")
    .example("1"),
    Key::new(
        "begins-on",
        Kind::Whole(1, 31),
        "It begins on the next such day of a month, instead of `begins-after`.",
        "从下一个这样的日子（每月几日）开始，代替 `begins-after`。",
    )
    .example("20"),
    Key::new(
        "lasts",
        Kind::Word(|| LASTS.to_vec()),
        "Whether it happens once, or stands until the next check that passes.",
        "只发生一次，还是持续到下一次达标的检查。",
    )
    .default("\"once\"")
    .example("\"while-failing\""),
    Key::new("lasts-days", Kind::Whole(1, 3_660), "It lasts so many days.", "持续多少天。")
        .example("30"),
    Key::new(
        "until-passes",
        Kind::Whole(1, 366),
        "It lasts until so many checks in a row pass.",
        "持续到连续多少次检查达标。",
    )
    .example("3"),
    Key::new(
        "recovery",
        Kind::Line,
        "What must hold for a check to lift it, where that is not the standard's own line.",
        "解除所需满足的条件，与标准自己的线不同时才写。",
    )
    .example("\"> 40%\""),
    Key::new(
        "repeated",
        Kind::Table(OFTEN),
        "Only after so many failing checks, this one included.",
        "不达标（含本次）到这么多次才会。",
    )
    .example("{ at-least = 2, days = 30 }"),
    Key::new(
        "combined",
        Kind::Table(OFTEN),
        "Only together with so many violations of the shop; with `repeated`, either is enough.",
        "同时店铺另有这么多次违规才会；与 `repeated` 同写时，满足其一即可。",
    )
    .example("{ at-least = 1, days = 30 }"),
    Key::new("from", Kind::Date, "Only for checks from this day on.", "只对这一天起的检查。")
        .example("2022-10-01"),
    Key::new(
        "to",
        Kind::Date,
        "Only for checks up to this day, included.",
        "只对到这一天为止（含）的检查。",
    )
    .example("2022-09-30"),
];

/// Keys of an open reading of a standard.
pub(crate) const STANDARD_READING: &[Key] = &[
    Key::new("question", Kind::Bilingual, "The question.", "问题。")
        .required()
        .example("{ zh = \"…\", en = \"…\" }"),
    Key::new(
        "choice",
        Kind::Id,
        "The name of our answer, which the standard itself expresses.",
        "我们所选答案的名称（即标准本身）。",
    )
    .required()
    .example("\"at-least\""),
    Key::new(
        "alternative",
        Kind::Named(STANDARD_PATCH),
        "The other answers by name, each with what it changes.",
        "其他答案：名称，以及它改动的内容。",
    )
    .required()
    .example("{ above = { recovery = \"> 40%\" } }"),
];

/// What another answer may change.
pub(crate) const STANDARD_PATCH: &[Key] = &[
    LINE,
    MINIMUM,
    MINIMUM_ABOVE,
    Key::new(
        "recovery",
        Kind::Line,
        "The recovery line of every consequence that waits for passes.",
        "所有要等达标才解除的后果的恢复线。",
    )
    .example("\"> 40%\""),
];

/// A number of points as a rulebook writes it: an optional class, and at most one decimal.
pub(crate) fn points(text: &str) -> Option<(Option<PointsClass>, u32)> {
    let class = PointsClass::ALL.iter().find(|class| text.starts_with(class.word())).copied();
    let number = class.map_or(text, |class| &text[class.word().len()..]);
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(tenth) || whole.len() > 4 || tenth.len() != 1 {
        return None;
    }
    let tenths = whole.parse::<u32>().ok()? * 10 + tenth.parse::<u32>().ok()?;
    (tenths > 0).then_some((class, tenths))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_a_class_and_a_decimal() {
        assert_eq!(points("A0.5"), Some((Some(PointsClass::A), 5)));
        assert_eq!(points("B4"), Some((Some(PointsClass::B), 40)));
        assert_eq!(points("2"), Some((None, 20)));
        for bad in ["", "A", "C4", "-1", "0", "A0.0", "1.25", "1.", ".5", "4A", "99999", "四"] {
            assert_eq!(points(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_key_is_described_in_both_languages_and_has_an_example() {
        let tables = [STANDARDS, SEASON, STANDARD, GRADE, OFTEN, CONSEQUENCE];
        for key in tables.into_iter().chain([STANDARD_READING, STANDARD_PATCH]).flatten() {
            assert!(key.en.ends_with(['.', '`', ']']), "{}", key.name);
            assert!(key.zh.ends_with('。'), "{}", key.name);
            assert!(!key.example.is_empty(), "{}", key.name);
        }
    }
}
