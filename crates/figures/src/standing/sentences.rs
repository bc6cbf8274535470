//! Standings in words, in the user's language.

use facts::Day;
use intake::Lang;
use metric::{
    Active, Consequence, Figure, Hits, Lasts, Line, Minimum, Misses, Ratio, Role, Unassessed,
    Verdict,
};

use super::assess::{Projection, Room, Row};
use super::daily::Origin;
use crate::error::{Spelling, lang_of_rulebook};
use crate::shown;

pub(crate) fn value(value: Option<Ratio>, figure: Figure, lang: Lang) -> String {
    shown::value(value, figure, lang)
}

pub(crate) fn days(from: Day, to: Day) -> String {
    if from == to { from.to_string() } else { format!("{from} … {to}") }
}

/// The verdict in one word, as the mark of a row.
#[must_use]
pub fn verdict(row: &Row<'_>, lang: Lang) -> &'static str {
    match (row.verdict, row.standard.role) {
        (Verdict::Pass, Role::Notice) => lang.of("met", "达到"),
        (Verdict::Fail, Role::Notice) => lang.of("not met", "未达到"),
        (Verdict::Pass, _) => lang.of("PASS", "达标"),
        (Verdict::Fail, Role::Gate) => lang.of("CLOSED", "不够门槛"),
        (Verdict::Fail, _) => lang.of("FAIL", "不达标"),
        (Verdict::Unassessed(Unassessed::NoLine), _) => lang.of("notice", "提示"),
        (Verdict::Unassessed(_), _) => lang.of("not assessed", "未考核"),
    }
}

/// Why a check says neither yes nor no.
pub(crate) fn reason(reason: Unassessed, row: &Row<'_>, lang: Lang, spelling: &Spelling) -> String {
    let [registry_en, registry_zh] = spelling.registry;
    let text = match reason {
        Unassessed::NoSamples => lang.of("there are no samples", "没有样本"),
        Unassessed::BelowMinimum => {
            let least = row.minimum.map_or(1, Minimum::least);
            let has = row.window.samples().unwrap_or(0);
            return lang.of(
                format!("{has} samples; at least {least} are needed"),
                format!("只有 {has} 个样本，满 {least} 个才考核"),
            );
        }
        Unassessed::Condition => lang.of("does not apply to this shop", "不适用于该店铺"),
        Unassessed::UnknownCondition => {
            return lang.of(
                format!(
                    "it is not known whether this applies to the shop: neither {registry_en} nor \
                     the log says so"
                ),
                format!("不知道是否适用于该店铺：{registry_zh}或日志没有说明"),
            );
        }
        Unassessed::NotInForce => lang.of("not in force", "未施行"),
        Unassessed::Season => lang.of("out of season", "不在该时期内"),
        Unassessed::SpecialPeriod => {
            lang.of("all samples fall in a special period", "样本都在特殊时期内，不计")
        }
        Unassessed::NoData => lang.of("nothing is known of these days", "这些天没有任何数据"),
        Unassessed::NoLine => lang.of("no line is stated", "没有写明标准线"),
    };
    text.to_owned()
}

/// A consequence with its amount, and whether it is sure.
pub(crate) fn consequence(one: &Consequence, lang: Lang) -> String {
    rulebook::consequence_words(one, lang_of_rulebook(lang))
}

/// What stands: consequences that began on one day and end alike, in one sentence.
pub(crate) fn active(row: &Row<'_>, lang: Lang) -> Vec<String> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for active in &row.consequences {
        let Some(one) = row.standard.consequences.get(active.consequence) else { continue };
        let span = span(active, one, lang);
        let what = consequence(one, lang);
        match groups.iter_mut().find(|(known, _)| *known == span) {
            Some((_, list)) => list.push(what),
            None => groups.push((span, vec![what])),
        }
    }
    let sentence = |(span, list): (String, Vec<String>)| {
        format!("{}{}{span}", list.join(lang.of(", ", "、")), lang.of(": ", "："))
    };
    groups.into_iter().map(sentence).collect()
}

/// From when to when a consequence stands, and what lifts it.
fn span(active: &Active, one: &Consequence, lang: Lang) -> String {
    let since = active.since;
    match (one.lasts, active.until) {
        (Lasts::Once, _) => lang.of(format!("on {since}"), format!("{since}")),
        (_, Some(until)) => {
            lang.of(format!("from {since} to {until}"), format!("{since} 至 {until}"))
        }
        (Lasts::Passes(needed), None) => {
            let line = one.recovery.map_or(String::new(), |line| {
                lang.of(format!(" with {line}"), format!("（{line}）"))
            });
            let so_far = active.passes;
            if needed <= 1 {
                lang.of(
                    format!("since {since}, until the next check that passes{line}"),
                    format!("{since} 起，至下一次达标{line}的检查为止"),
                )
            } else {
                lang.of(
                    format!(
                        "since {since}, until {needed} checks in a row pass{line}, {so_far} so far"
                    ),
                    format!("{since} 起，连续 {needed} 次检查达标{line}才解除，已 {so_far} 次"),
                )
            }
        }
        (Lasts::Days(_), None) => lang.of(format!("since {since}"), format!("{since} 起")),
    }
}

/// The room that is left, or what restores the figure.
pub(crate) fn room(row: &Row<'_>, room: &Room, lang: Lang) -> Option<String> {
    let head = &room.headroom;
    let span = days(room.from, room.to);
    let samples = room.samples;
    let mut text = match (head.misses, head.hits) {
        (Some(Misses::Unlimited), _) => lang.of(
            "no number of misses makes it fail".to_owned(),
            "再多未达标也不会不合格".to_owned(),
        ),
        (Some(Misses::AtMost(0)), _) => {
            lang.of("the next miss makes it fail".to_owned(), "再有一个未达标就不合格".to_owned())
        }
        (Some(Misses::AtMost(1)), _) => {
            lang.of("one more miss is allowed".to_owned(), "还可以有 1 个未达标".to_owned())
        }
        (Some(Misses::AtMost(n)), _) => {
            lang.of(format!("{n} more misses are allowed"), format!("还可以有 {n} 个未达标"))
        }
        (None, Some(Hits::After(n))) if row.figure == Figure::Share => {
            lang.of(format!("{n} hits in a row restore it"), format!("连续 {n} 个达标可恢复"))
        }
        (None, Some(Hits::After(n))) if row.figure.is_mean() => {
            let replies = match n {
                1 => "one immediate reply".to_owned(),
                n => format!("{n} immediate replies"),
            };
            lang.of(
                format!("it takes at least {replies} to restore it"),
                format!("至少要 {n} 次立即回复才能恢复"),
            )
        }
        (None, Some(Hits::After(n))) => lang.of(
            format!("{n} in a row without a miss restore it"),
            format!("连续 {n} 个不出问题可恢复"),
        ),
        (None, Some(Hits::Never)) => lang.of(
            "no run of hits restores it in this window".to_owned(),
            "在这个窗口内，再多达标也无法恢复".to_owned(),
        ),
        (None, None) => return None,
    };
    let n = head.until_assessed;
    if n > 0 && row.minimum.map_or(1, Minimum::least) > 1 {
        text += &lang
            .of(format!("; assessed after {n} more samples"), format!("；再有 {n} 个样本才考核"));
    }
    Some(if room.is_closed {
        lang.of(
            format!("{text}, when it closed ({span}, {samples} samples)"),
            format!("{text}，按该窗口结束时（{span}，{samples} 个样本）"),
        )
    } else {
        lang.of(
            format!("{text} ({span}, {samples} samples so far)"),
            format!("{text}（{span}，目前 {samples} 个样本）"),
        )
    })
}

/// What comes at the recent level, and which days leave.
pub(crate) fn projection(row: &Row<'_>, ahead: &Projection, lang: Lang) -> Vec<String> {
    let level = value(Some(ahead.level), row.figure, lang);
    let n = ahead.level_days;
    let at = lang.of(
        format!("at the level of the last {n} days with samples ({level})"),
        format!("若保持最近 {n} 个有样本的日子的水平（{level}）"),
    );
    let mut lines = vec![match (row.by_figure, ahead.passes_on, ahead.fails_on) {
        (Verdict::Fail, Some(day), _) => {
            lang.of(format!("{at}, it passes on {day}"), format!("{at}，{day} 达标"))
        }
        (Verdict::Fail, None, _) => {
            lang.of(format!("{at}, it never passes"), format!("{at}，永远不会达标"))
        }
        (_, _, Some(day)) => {
            lang.of(format!("{at}, it fails on {day}"), format!("{at}，{day} 起不达标"))
        }
        _ => lang.of(format!("{at}, it keeps passing"), format!("{at}，会一直达标")),
    }];
    if !ahead.worst.is_empty() {
        let each = ahead.worst.iter().map(|bad| {
            let shown = value(bad.sides.value(), row.figure, lang);
            let (day, leaves) = (bad.day, bad.leaves);
            lang.of(format!("{day} ({shown}) on {leaves}"), format!("{day}（{shown}）于 {leaves}"))
        });
        let each: Vec<String> = each.collect();
        lines.push(lang.of(
            format!("the worst days leave the window: {}", each.join(", ")),
            format!("最差的日子移出窗口：{}", each.join("，")),
        ));
    }
    lines
}

/// What is said of a row, a sentence a line: the figure first.
#[must_use]
pub fn lines(row: &Row<'_>, lang: Lang, spelling: &Spelling) -> Vec<String> {
    let mut lines = vec![figure_line(row, lang)];
    if row.window.origin == Origin::Observed {
        lines.push(lang.of("from the platform's panel", "取自平台面板").to_owned());
    }
    if let Verdict::Unassessed(why) = row.verdict {
        lines.push(reason(why, row, lang, spelling));
        if row.by_figure == Verdict::Fail {
            lines.push(lang.of("by the figure alone it would fail", "仅看数值则不达标").to_owned());
        } else if row.by_figure == Verdict::Pass {
            lines.push(lang.of("by the figure alone it would pass", "仅看数值则达标").to_owned());
        }
    }
    if row.window.days_known < row.window.days() && row.window.days_known > 0 {
        let (known, days) = (row.window.days_known, row.window.days());
        lines.push(lang.of(
            format!("{known} of these {days} days are known"),
            format!("这 {days} 天中只知道 {known} 天"),
        ));
    }
    lines.extend(band_line(row, lang));
    lines.extend(consequence_lines(row, lang));
    if let Some(text) = row.headroom.as_ref().and_then(|left| room(row, left, lang)) {
        lines.push(lang.of(format!("room: {text}"), format!("余量：{text}")));
    }
    if let Some(ahead) = &row.projection {
        lines.extend(projection(row, ahead, lang));
    }
    for (reading, answer) in &row.differs {
        lines.push(lang.of(
            format!("different under `{reading}={answer}`"),
            format!("若 `{reading}={answer}` 则结果不同"),
        ));
    }
    lines
}

/// What the band says, where it says more than the figure.
fn band_line(row: &Row<'_>, lang: Lang) -> Option<String> {
    let (low, high) = row.window.band()?;
    let crosses = row.crosses == Some(true);
    if row.window.origin == Origin::Observed {
        let text = lang.of(
            "the line lies within the rounding of the printed value: more decimal places would \
             tell",
            "标准线就在显示成这样的数值之间：要更多位数才能判断",
        );
        return crosses.then(|| text.to_owned());
    }
    let (low, high) = (value(Some(low), row.figure, lang), value(Some(high), row.figure, lang));
    let decide = if crosses {
        lang.of(": the readings decide", "：达不达标取决于读法")
    } else {
        ""
    };
    (low != high || crosses).then(|| {
        lang.of(
            format!("{low} … {high} depending on the open readings{decide}"),
            format!("各种可选读法下 {low} … {high}{decide}"),
        )
    })
}

fn figure_line(row: &Row<'_>, lang: Lang) -> String {
    let value = value(row.window.value(), row.figure, lang);
    let samples = row
        .window
        .samples()
        .map_or(String::new(), |n| lang.of(format!(" of {n} samples"), format!("（{n} 个样本）")));
    let lines: Vec<String> = row.standard.lines.iter().map(Line::to_string).collect();
    let line = match (&lines[..], row.standard.role, row.line_held) {
        ([], ..) => String::new(),
        (_, Role::Grade, Some(held)) => {
            let name =
                row.named.grades.get(held).map_or("", |name| name.get(lang_of_rulebook(lang)));
            lang.of(
                format!(", grade {name} ({})", lines[held]),
                format!("，等级 {name}（{}）", lines[held]),
            )
        }
        (all, ..) => {
            lang.of(format!(", line {}", all.join(" / ")), format!("，标准 {}", all.join(" / ")))
        }
    };
    let mut span = days(row.window.from, row.window.to);
    if row.standard.each_of > 1 {
        let n = row.standard.each_of;
        span += &lang.of(format!(" (of {n} that must each pass)"), format!("（{n} 天须各自达标）"));
    }
    format!("{value}{samples}{line}{}{span}", lang.of(", ", "，"))
}

fn consequence_lines(row: &Row<'_>, lang: Lang) -> Vec<String> {
    let mut lines = active(row, lang);
    let is_told = match row.standard.role {
        Role::Gate => row.verdict == Verdict::Fail,
        Role::Notice => {
            matches!(row.verdict, Verdict::Fail | Verdict::Unassessed(Unassessed::NoLine))
        }
        Role::Requirement | Role::Grade => false,
    };
    lines = lines.into_iter().map(|text| format!("→ {text}")).collect();
    // Gates and notices bring nothing by themselves: what hangs on them is told.
    if is_told && !row.standard.consequences.is_empty() {
        let all: Vec<String> =
            row.standard.consequences.iter().map(|one| consequence(one, lang)).collect();
        let all = all.join(lang.of(", ", "、"));
        lines.push(match row.standard.role {
            Role::Gate => format!("→ {all}"),
            _ => lang.of(
                format!("penalties named in the text: {all}"),
                format!("原文所列的处罚：{all}"),
            ),
        });
    }
    lines
}
