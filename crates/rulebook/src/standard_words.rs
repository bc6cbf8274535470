//! What a standard says, in words: one place for pages, the terminal and standings.

use metric::{
    Amount, Begins, Condition, Consequence, Lasts, Minimum, Over, Period, PointsClass, Rhythm,
    Role, Sanction, Standard,
};

use crate::standards::NamedStandard;
use crate::text::Lang;

const fn of(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn said(lang: Lang, en: String, zh: String) -> String {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// What a platform does.
#[must_use]
pub const fn sanction_words(what: Sanction, lang: Lang) -> &'static str {
    let (en, zh) = match what {
        Sanction::Reminder => ("a reminder", "提醒"),
        Sanction::Warning => ("a warning", "警告"),
        Sanction::PublicWarning => ("a public warning", "公示警告"),
        Sanction::Points => ("points", "扣分"),
        Sanction::Fine => ("a fine", "罚款"),
        Sanction::Demotion => ("demotion of the shop", "店铺降权"),
        Sanction::NoNewListing => ("no new goods", "禁止上新"),
        Sanction::NoListing => ("no goods put on sale", "禁止上架"),
        Sanction::Delisting => ("goods taken off sale", "商品下架"),
        Sanction::NoCampaign => ("no marketing activity", "不能参加营销活动"),
        Sanction::RemovedFromResources => ("goods removed from resource positions", "移除资源位"),
        Sanction::AdsRemoved => ("advertisements removed", "移除广告"),
        Sanction::LabelRemoved => ("the label is removed", "取消标识"),
        Sanction::FlowLimit => ("limited traffic", "限流"),
        Sanction::Study => ("compulsory study", "强制学习"),
        Sanction::PayoutDelay => ("delayed payouts", "延长账期"),
        Sanction::Supervision => ("supervision of the shop", "店铺监管"),
        Sanction::Deposit => ("the deposit is forfeited", "罚没保证金"),
        Sanction::Suspended => ("the shop is shut away", "关小黑屋"),
        Sanction::Violation => ("counts as a violation", "计为违规"),
        Sanction::MonthlyAssessment => ("the natural month is assessed too", "增加自然月考核"),
    };
    of(lang, en, zh)
}

/// A number of points or money in words.
fn amount_words(amount: Amount, lang: Lang) -> String {
    let tenths = |n: u32| match n % 10 {
        0 => (n / 10).to_string(),
        rest => format!("{}.{rest}", n / 10),
    };
    match amount {
        Amount::Points { class, tenths: n, week_cap } => {
            let class = class.map_or("", PointsClass::word);
            let cap = week_cap.map_or(String::new(), |cap| {
                let cap = tenths(cap);
                let zh = format!("，每周最多 {class}{cap}");
                said(lang, format!(", at most {class}{cap} a week"), zh)
            });
            format!("{class}{}{cap}", tenths(n))
        }
        Amount::Yuan(from, to) if from == to => {
            said(lang, format!("{from} yuan"), format!("{from} 元"))
        }
        Amount::Yuan(from, to) => {
            said(lang, format!("{from} to {to} yuan"), format!("{from} 至 {to} 元"))
        }
    }
}

/// A consequence with its amount, and whether it is sure.
///
/// # Example
///
/// ```
/// use metric::{Amount, Consequence, Lasts, Sanction};
/// use rulebook::{Lang, consequence_words};
/// let mut fine = Consequence::new(Sanction::Fine, Lasts::Once);
/// fine.amount = Some(Amount::Yuan(1_000, 1_000));
/// assert_eq!(consequence_words(&fine, Lang::En), "a fine (1000 yuan)");
/// ```
#[must_use]
pub fn consequence_words(one: &Consequence, lang: Lang) -> String {
    let mut text = sanction_words(one.what, lang).to_owned();
    if let Some(found) = one.amount {
        let (open, close) = (of(lang, " (", "（"), of(lang, ")", "）"));
        text = format!("{text}{open}{}{close}", amount_words(found, lang));
    }
    if one.may { said(lang, format!("possibly {text}"), format!("可能{text}")) } else { text }
}

/// A consequence with when it begins and how long it lasts.
fn consequence_in_full(one: &Consequence, lang: Lang) -> String {
    let mut parts = vec![consequence_words(one, lang)];
    match one.begins {
        Begins::After(0) => {}
        Begins::After(days) => {
            parts.push(said(lang, format!("{days} days after"), format!("{days} 天后开始")));
        }
        Begins::OnDay(day) => {
            parts.push(said(lang, format!("on the next {day}th"), format!("其后的 {day} 日开始")));
        }
    }
    let line = one.recovery.map_or(String::new(), |line| {
        said(lang, format!(" with `{line}`"), format!("（`{line}`）"))
    });
    match one.lasts {
        Lasts::Once => {}
        Lasts::Days(days) => parts.push(said(lang, format!("{days} days"), format!("{days} 天"))),
        Lasts::Passes(1) => parts.push(said(
            lang,
            format!("until the next check that passes{line}"),
            format!("至下一次达标{line}的检查为止"),
        )),
        Lasts::Passes(n) => parts.push(said(
            lang,
            format!("until {n} checks in a row pass{line}"),
            format!("连续 {n} 次检查达标{line}才解除"),
        )),
    }
    let often =
        [(one.repeated, "failing check", "次不达标"), (one.combined, "violation", "次违规")];
    let often: Vec<String> = often
        .into_iter()
        .filter_map(|(often, en, zh)| {
            let metric::Often { at_least, days } = often?;
            let plural = if at_least == 1 { "" } else { "s" };
            let en = format!("{at_least} {en}{plural} in {days} days");
            Some(said(lang, en, format!("{days} 天内 {at_least} {zh}")))
        })
        .collect();
    if !often.is_empty() {
        let either = often.join(of(lang, " or ", "或"));
        parts.push(said(lang, format!("only at {either}"), format!("仅当{either}")));
    }
    for (day, en, zh) in [(one.from, "from", "起"), (one.to, "to", "止")] {
        parts.extend(day.map(|day| said(lang, format!("{en} {day}"), format!("{day} {zh}"))));
    }
    parts.join(of(lang, ", ", "，"))
}

fn role_words(role: Role, lang: Lang) -> &'static str {
    let (en, zh) = match role {
        Role::Requirement => ("must be held", "必须达到"),
        Role::Gate => ("a gate for those who apply", "报名门槛"),
        Role::Grade => ("grades", "分级"),
        Role::Notice => ("told, decides nothing", "提示，不作判定"),
    };
    of(lang, en, zh)
}

fn over_words(over: Option<Over>, lang: Lang) -> String {
    match over {
        None => of(lang, "over the metric's own period", "按指标自身的周期").to_owned(),
        Some(Over::HalfMonth) => of(lang, "over half a month", "按半个月").to_owned(),
        Some(Over::Period(period)) => match period {
            Period::Days { days: 1, lag: 1 } => of(lang, "over the day before", "按前一天").into(),
            Period::Days { days, lag } => said(
                lang,
                format!("over {days} days, the last of them T-{lag}"),
                format!("按 {days} 天，最后一天为 T-{lag}"),
            ),
            Period::Week => of(lang, "over a natural week", "按自然周").to_owned(),
            Period::Months { months: 1 } => of(lang, "over a natural month", "按自然月").to_owned(),
            Period::Months { months } => {
                said(lang, format!("over {months} natural months"), format!("按 {months} 个自然月"))
            }
            Period::ToLastSample { days } => said(
                lang,
                format!("over {days} days to the last sample"),
                format!("按截至最近样本的 {days} 天"),
            ),
            Period::LastSamples { samples } => said(
                lang,
                format!("over the last {samples} samples"),
                format!("按最近 {samples} 个样本"),
            ),
        },
    }
}

fn rhythm_words(rhythm: Rhythm, lang: Lang) -> String {
    let (en, zh) = match rhythm {
        Rhythm::Daily => ("checked daily", "每天检查"),
        Rhythm::Weekly => ("checked on Mondays", "每周一检查"),
        Rhythm::HalfMonthly => ("checked on the 1st and the 16th", "每月 1 日和 16 日检查"),
        Rhythm::OnApplication => ("checked on application", "报名时检查"),
        Rhythm::Monthly { day } => {
            let en = format!("checked on day {day} of the month");
            return said(lang, en, format!("每月 {day} 日检查"));
        }
    };
    of(lang, en, zh).to_owned()
}

fn condition_words(condition: &Condition, lang: Lang) -> String {
    match condition {
        Condition::LevelAtLeast(level) => {
            said(lang, format!("level {level} or more"), format!("等级不低于 {level}"))
        }
        Condition::Industry(list) => {
            let list = list.join(of(lang, " or ", "、"));
            said(lang, format!("industry {list}"), format!("行业：{list}"))
        }
        Condition::Enrolled(id) => {
            said(lang, format!("enrolled in `{id}`"), format!("已加入 `{id}`"))
        }
        Condition::NotEnrolled(id) => {
            said(lang, format!("not enrolled in `{id}`"), format!("未加入 `{id}`"))
        }
        Condition::Orders(n) => {
            said(lang, format!("{n} orders or more"), format!("订单不少于 {n} 个"))
        }
    }
}

fn lines_words(named: &NamedStandard, lang: Lang) -> Option<String> {
    let standard = &named.standard;
    let lines: Vec<String> = standard
        .lines
        .iter()
        .enumerate()
        .map(|(i, line)| match named.grades.get(i) {
            Some(name) => format!("{} `{line}`", name.get(lang)),
            None => format!("`{line}`"),
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join(of(lang, ", ", "，")))
}

/// A standard in sentences: its line, when and for whom it is checked, and one for each
/// consequence. Without its name and note.
///
/// # Example
///
/// ```
/// use rulebook::{Catalogue, Lang, standard_words};
/// let catalogue = Catalogue::shipped();
/// let taote = catalogue.standards("taote").next().unwrap();
/// let words = standard_words(taote, Lang::En);
/// assert!(words[0].starts_with("`>= 40%`, must be held, over the day before, checked daily"));
/// assert!(words[1].starts_with("demotion of the shop, until the next check that passes"));
/// ```
#[must_use]
pub fn standard_words(named: &NamedStandard, lang: Lang) -> Vec<String> {
    let standard: &Standard = &named.standard;
    let mut parts: Vec<String> = lines_words(named, lang).into_iter().collect();
    parts.push(role_words(standard.role, lang).to_owned());
    parts.push(over_words(standard.over, lang));
    parts.push(rhythm_words(standard.rhythm, lang));
    if standard.each_of > 1 {
        let n = standard.each_of;
        parts.push(said(lang, format!("each of {n} checks"), format!("{n} 次检查每次都要")));
    }
    match standard.minimum {
        None => {}
        Some(Minimum::AtLeast(n)) => {
            parts.push(said(lang, format!("from {n} samples on"), format!("满 {n} 个样本才考核")));
        }
        Some(Minimum::MoreThan(n)) => {
            let en = format!("with more than {n} samples");
            parts.push(said(lang, en, format!("超过 {n} 个样本才考核")));
        }
    }
    parts.extend(standard.conditions.iter().map(|one| condition_words(one, lang)));
    for (seasons, en, zh) in
        [(&standard.seasons, "in", "仅限"), (&standard.except_seasons, "not in", "不含")]
    {
        let ids: Vec<String> = seasons.iter().map(|season| format!("`{}`", season.id)).collect();
        if !ids.is_empty() {
            let ids = ids.join(of(lang, " or ", "、"));
            parts.push(said(lang, format!("{en} {ids}"), format!("{zh} {ids}")));
        }
    }
    if let Some(edition) = &standard.edition {
        let en = format!("counted under edition `{edition}`");
        parts.push(said(lang, en, format!("按 `{edition}` 版统计")));
    }
    for (day, en, zh) in [(standard.from, "from", "起"), (standard.to, "to", "止")] {
        parts.extend(day.map(|day| said(lang, format!("{en} {day}"), format!("{day} {zh}"))));
    }
    let mut all = vec![parts.join(of(lang, ", ", "，"))];
    all.extend(standard.consequences.iter().map(|one| consequence_in_full(one, lang)));
    all
}
