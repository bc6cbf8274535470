//! The axes of a rule in words: one sentence for each value, in both languages.
//!
//! [`axes_of`] says what a rule holds; this table says what it means. A key without an entry is
//! still shown, by its key and value; a test holds the table complete.

use std::borrow::Cow;

use metric::{Inner, Rule};

use crate::axes::axes_of;
use crate::keys::axis;
use crate::text::Lang;

/// The parts in which a rule is told, in the order in which a reader asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What a sample is.
    Counted,
    /// When.
    Hours,
    /// Whose messages answer it.
    Answers,
    /// How long it may take, and what becomes of what is not answered.
    Limit,
    /// What is left out.
    LeftOut,
    /// What is published, over which days, from how many samples.
    Published,
    /// What this table does not know.
    Other,
}

impl Part {
    /// Every part, in order.
    pub const ALL: [Self; 7] = [
        Self::Counted,
        Self::Hours,
        Self::Answers,
        Self::Limit,
        Self::LeftOut,
        Self::Published,
        Self::Other,
    ];

    /// Its heading.
    #[must_use]
    pub const fn heading(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::Counted => ("what counts", "计什么"),
            Self::Hours => ("hours", "时段"),
            Self::Answers => ("who answers", "谁的回复算数"),
            Self::Limit => ("limit", "时限"),
            Self::LeftOut => ("what does not count", "不计什么"),
            Self::Published => ("what is published", "公布什么"),
            Self::Other => ("more", "其他"),
        };
        match lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// One axis of a rule in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisWords {
    /// The part of the rule that it belongs to.
    pub part: Part,
    /// Its key, as `hours.test`.
    pub key: &'static str,
    /// A sentence.
    pub sentence: String,
}

/// What a rule says, axis by axis, in the order of its parts. Axes that have no effect on this
/// rule, and values that go without saying (no cap, no forms ignored), are left out.
///
/// # Example
///
/// ```
/// use rulebook::{Lang, words_of};
/// let rule = metric::Rule::new(metric::Sample::Message);
/// let words = words_of(&rule, Lang::En);
/// assert_eq!(words[0].sentence, "Every buyer message is a sample.");
/// assert!(words.iter().any(|axis| axis.sentence == "Limit: 3 min."));
/// ```
#[must_use]
pub fn words_of(rule: &Rule, lang: Lang) -> Vec<AxisWords> {
    let is_rated = rule.opens() == Inner::Rating;
    let mut all: Vec<AxisWords> = axes_of(rule)
        .into_iter()
        .filter(|(key, _)| axis(key).is_none_or(|axis| axis.applies.holds(rule)))
        .filter(|(key, _)| !is_rated || !entry(key).is_some_and(Entry::is_of_replies))
        .filter_map(|(key, value)| {
            let sentence = sentence(key, &value, lang)?;
            Some(AxisWords { part: entry(key).map_or(Part::Other, |e| e.part), key, sentence })
        })
        .collect();
    all.sort_by_key(|axis| axis.part);
    all
}

/// The name of an axis; the key itself where it has none.
///
/// # Example
///
/// ```
/// use rulebook::{Lang, axis_name};
/// assert_eq!(axis_name("at-limit", Lang::En), "exactly the limit");
/// assert_eq!(axis_name("at-limit", Lang::Zh), "恰好等于时限");
/// ```
#[must_use]
pub fn axis_name(key: &str, lang: Lang) -> &str {
    entry(key).map_or(key, |entry| pick(entry.name, lang))
}

/// One axis with its words.
struct Entry {
    key: &'static str,
    part: Part,
    /// English and Chinese.
    name: (&'static str, &'static str),
    /// Values that have a sentence of their own; empty: it goes without saying.
    values: &'static [(&'static str, &'static str, &'static str)],
    /// All other values, with `{}` where the value goes.
    other: (&'static str, &'static str),
    /// How the value is put there.
    shown: fn(&str, Lang) -> Option<String>,
}

impl Entry {
    /// Whether it says nothing where ratings are counted, which nobody replies to.
    fn is_of_replies(&self) -> bool {
        matches!(self.part, Part::Answers | Part::Limit) || self.key == "recalled"
    }
}

const fn pick(words: (&'static str, &'static str), lang: Lang) -> &'static str {
    match lang {
        Lang::En => words.0,
        Lang::Zh => words.1,
    }
}

fn entry(key: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.key == key)
}

/// `None`: it goes without saying.
fn sentence(key: &str, value: &str, lang: Lang) -> Option<String> {
    let Some(entry) = entry(key) else { return Some(format!("`{key}`: `{value}`")) };
    if let Some((_, en, zh)) = entry.values.iter().find(|(known, _, _)| *known == value) {
        let words = pick((en, zh), lang);
        return (!words.is_empty()).then(|| words.to_owned());
    }
    let shown = (entry.shown)(value, lang).map_or(Cow::Borrowed(value), Cow::Owned);
    let other = pick(entry.other, lang);
    if other.is_empty() {
        let name = pick(entry.name, lang);
        return Some(match lang {
            Lang::En => format!("{name}: {value}."),
            Lang::Zh => format!("{name}：{value}。"),
        });
    }
    Some(other.replacen("{}", &shown, 1))
}

/// A value as it stands.
fn as_is(_: &str, _: Lang) -> Option<String> {
    None
}

/// `180s` as `3 min`.
pub(crate) fn length(value: &str, lang: Lang) -> Option<String> {
    let value = value.strip_prefix("counts ").unwrap_or(value);
    let (digits, unit) = value.split_at(value.find(|c: char| !c.is_ascii_digit())?);
    let n: u64 = digits.parse().ok()?;
    let (n, en, zh) = match unit {
        "ms" => (n, "ms", "毫秒"),
        "s" if n >= 3_600 && n.is_multiple_of(3_600) => (n / 3_600, "h", "小时"),
        "s" if n >= 60 && n.is_multiple_of(60) => (n / 60, "min", "分钟"),
        "s" => (n, "s", "秒"),
        _ => return None,
    };
    Some(match lang {
        Lang::En => format!("{n} {en}"),
        Lang::Zh => format!("{n}{zh}"),
    })
}

/// `08:00-12:00 13:00-18:00` as people write it.
fn intervals(value: &str, lang: Lang) -> Option<String> {
    let comma = pick((", ", "、"), lang);
    let all: Vec<String> = value.split(' ').map(|one| one.replacen('-', "–", 1)).collect();
    Some(all.join(comma))
}

/// `agent=answers bot=removes auto=ignored`, by what they do.
fn authors(value: &str, lang: Lang) -> Option<String> {
    let mut parts = Vec::new();
    for (effect, en, zh) in EFFECTS {
        let names: Vec<&str> = value
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .filter(|(_, found)| found == effect)
            .map(|(author, _)| author_name(author, lang))
            .collect();
        if !names.is_empty() {
            let names = names.join(pick((", ", "、"), lang));
            parts.push(pick((en, zh), lang).replacen("{}", &names, 1));
        }
    }
    (!parts.is_empty()).then(|| parts.join(pick((" ", ""), lang)))
}

const EFFECTS: &[(&str, &str, &str)] = &[
    ("answers", "Counted as a reply: {}.", "算有效回复：{}。"),
    (
        "removes",
        "Takes the open sample out of both sides while no human takes part: {}.",
        "人工介入之前回复的，该样本分子分母都不计：{}。",
    ),
    ("ignored", "Not counted as a reply: {}.", "不算回复：{}。"),
];

fn author_name(word: &str, lang: Lang) -> &str {
    let found = AUTHORS.iter().find(|(author, _, _)| *author == word);
    found.map_or(word, |(_, en, zh)| pick((en, zh), lang))
}

const AUTHORS: &[(&str, &str, &str)] = &[
    ("agent", "agents", "人工客服"),
    ("assist", "assisted mode", "智能辅助"),
    ("bot", "full-auto bots", "全自动机器人"),
    ("auto", "welcome and away texts", "欢迎语、离开语等自动回复"),
    ("system", "the platform's notices", "系统消息"),
    ("staff", "the platform's staff", "平台小二"),
    ("merchant", "other merchant accounts", "商家账号"),
];

/// `30 days, lag 1` with its days.
fn period(value: &str, lang: Lang) -> Option<String> {
    if let Some(months) = value.strip_suffix(" months") {
        return Some(match lang {
            Lang::En => format!("the last {months} whole calendar months"),
            Lang::Zh => format!("最近 {months} 个自然月"),
        });
    }
    if let Some(days) = value.strip_suffix(" days to the last sample") {
        return Some(match lang {
            Lang::En => format!("{days} days, the last of which is that of the last sample"),
            Lang::Zh => format!("截至最近一个样本当天的 {days} 天"),
        });
    }
    if let Some(samples) = last_samples(value, lang) {
        return Some(samples);
    }
    let (days, lag) = value.split_once(" days, lag ")?;
    let (days, lag): (u32, u32) = (days.parse().ok()?, lag.parse().ok()?);
    let first = (lag + days).checked_sub(1)?;
    Some(match (lang, days) {
        (Lang::En, 1) => format!("each natural day (T-{lag})"),
        (Lang::Zh, 1) => format!("每个自然日（T-{lag}）"),
        (Lang::En, _) => format!("{days} days, T-{first} to T-{lag}"),
        (Lang::Zh, _) => format!("{days} 天，T-{first} 至 T-{lag}"),
    })
}

/// `last 10 samples`.
fn last_samples(value: &str, lang: Lang) -> Option<String> {
    let samples = value.strip_prefix("last ")?.strip_suffix(" samples")?;
    Some(match lang {
        Lang::En => format!("the last {samples} samples, on whatever days"),
        Lang::Zh => format!("最近 {samples} 个样本，不论哪天"),
    })
}

/// The last samples, or a fixed share as `57/100`.
fn below_minimum(value: &str, lang: Lang) -> Option<String> {
    last_samples(value, lang).or_else(|| {
        Some(match lang {
            Lang::En => format!("the fixed value {value}"),
            Lang::Zh => format!("固定值 {value}"),
        })
    })
}

macro_rules! entry {
    ($key:literal, $part:ident, $en:literal, $zh:literal, [$($value:tt),* $(,)?]) => {
        entry!($key, $part, $en, $zh, [$($value),*], ("", ""), as_is)
    };
    ($key:literal, $part:ident, $en:literal, $zh:literal, [$($value:tt),* $(,)?],
     $other:expr, $shown:expr) => {
        Entry {
            key: $key,
            part: Part::$part,
            name: ($en, $zh),
            values: &[$($value),*],
            other: $other,
            shown: $shown,
        }
    };
}

const ENTRIES: &[Entry] = &[
    entry!(
        "sample",
        Counted,
        "sample",
        "样本",
        [
            ("message", "Every buyer message is a sample.", "每条买家消息是一个样本。"),
            (
                "round",
                "Rounds: from the buyer's first unanswered message to the first counted reply.",
                "按对话轮次：从买家第一句未回复的话，到第一句有效回复。"
            ),
            ("rating", "Each rating of a buyer is a sample.", "每次评价是一个样本。"),
            ("conversation", "Each conversation is one sample.", "每次会话是一个样本。"),
            ("buyer-day", "Each buyer is one sample a local day.", "每个买家每天是一个样本。"),
        ]
    ),
    entry!(
        "per",
        Counted,
        "whose",
        "归属",
        [
            ("shop", "Samples belong to the shop.", "样本算在店铺名下。"),
            (
                "account",
                "Samples belong to the account that was in charge.",
                "样本算在当时接待的账号名下。"
            ),
        ]
    ),
    entry!(
        "inner",
        Counted,
        "judged from",
        "判定依据",
        [
            ("none", "", ""),
            ("message", "It is judged from every buyer message in it.", "由其中每条买家消息判定。"),
            ("round", "It is judged from the rounds in it.", "由其中各轮次判定。"),
            (
                "request",
                "It is judged from the request for a human, time in the queue included.",
                "由转人工的请求判定，含排队时间。"
            ),
            ("rating", "It is judged from the ratings in it.", "由其中的评价判定。"),
        ]
    ),
    entry!(
        "judge",
        Counted,
        "verdict",
        "判定方式",
        [
            ("none", "", ""),
            ("all", "Any miss in it makes it a miss.", "其中有一次不达标即不达标。"),
            ("any", "One hit in it makes it a hit.", "其中有一次达标即达标。"),
            ("first", "Only the first in it counts.", "只看其中第一个。"),
            (
                "mean",
                "It is on time when its mean wait is within the limit and nothing in it is \
                 unanswered.",
                "平均等待在时限内且没有未回复的，即达标。"
            ),
        ]
    ),
    entry!(
        "which",
        Counted,
        "which messages",
        "哪些消息",
        [
            ("every", "", ""),
            (
                "first-of-day",
                "Only a buyer's first message of each day opens a sample.",
                "只有买家每天的第一句话成为样本。"
            ),
        ]
    ),
    entry!(
        "satisfied",
        Counted,
        "satisfied from",
        "满意的星数",
        [],
        ("A rating of at least {} stars is a hit.", "至少 {} 星算满意（达标）。"),
        as_is
    ),
    entry!(
        "unsolved",
        Counted,
        "marked as unsolved",
        "标记为未解决",
        [
            (
                "counts",
                "A rating marked as unsolved counts by its stars.",
                "标记为“未解决”的评价照星数算。"
            ),
            ("miss", "A rating marked as unsolved is a miss.", "标记为“未解决”的评价算不达标。"),
        ]
    ),
    entry!(
        "hours",
        Hours,
        "hours",
        "时段",
        [("whole-day", "The whole day counts.", "全天都计。")],
        ("Local hours: {}.", "当地时间 {}。"),
        intervals
    ),
    entry!(
        "hours.test",
        Hours,
        "tested instant",
        "判时段的时刻",
        [
            ("question", "The question must lie in them.", "看提问的时刻是否在时段内。"),
            (
                "conversation-start",
                "The start of the conversation must lie in them.",
                "看会话开始的时刻是否在时段内。"
            ),
            (
                "to-human",
                "The conversation's first hand-over to a human must lie in them.",
                "看会话首次转人工的时刻是否在时段内。"
            ),
            (
                "rating-sent",
                "The instant at which the rating was asked for must lie in them.",
                "看发出邀评的时刻是否在时段内。"
            ),
        ]
    ),
    entry!(
        "hours.end",
        Hours,
        "end of the hours",
        "时段结束时刻",
        [
            ("open", "Their end itself is outside.", "结束时刻本身不算在内。"),
            ("closed", "Their end itself is inside.", "结束时刻本身算在内。"),
        ]
    ),
    entry!(
        "hours.outside",
        Hours,
        "outside the hours",
        "时段外",
        [
            ("unseen", "Questions outside them are not seen.", "时段外的提问不计。"),
            (
                "counts-when-answered-inside",
                "Questions outside them count when they are answered inside.",
                "时段外的提问，若在时段内得到回复则计入。"
            ),
            (
                "misses",
                "A conversation that begins outside them is a miss.",
                "时段外开始的会话算不达标。"
            ),
        ]
    ),
    entry!("authors", Answers, "authors", "发言者", [], ("{}", "{}"), authors),
    entry!(
        "bot-stage",
        Answers,
        "in the bot stage",
        "机器人阶段",
        [("as authors", "", "")],
        ("Before a human takes part: {}", "人工介入之前：{}"),
        authors
    ),
    entry!(
        "ignore-forms",
        Answers,
        "forms not seen",
        "不看的消息形式",
        [("[]", "", "")],
        ("Not seen at all are messages of the forms {}.", "完全不看这些形式的消息：{}。"),
        as_is
    ),
    entry!(
        "invalid-replies",
        Answers,
        "invalid replies",
        "无效回复",
        [("[]", "", "")],
        (
            "Replies that say no more than one of these are looked past: {}.",
            "整条内容是这些话的回复无效：{}。"
        ),
        as_is
    ),
    entry!(
        "within",
        Limit,
        "limit",
        "时限",
        [("none", "There is no limit on the wait.", "不设等待时限。")],
        ("Limit: {}.", "时限：{}。"),
        length
    ),
    entry!(
        "answer-by",
        Limit,
        "limit by the clock",
        "按钟点的时限",
        [("none", "", "")],
        ("To be answered by {}.", "须在这一钟点前回复：{}。"),
        as_is
    ),
    entry!(
        "at-limit",
        Limit,
        "exactly the limit",
        "恰好等于时限",
        [
            ("on-time", "A wait of exactly the limit is on time.", "恰好等于时限算按时。"),
            ("late", "A wait of exactly the limit is late.", "恰好等于时限算超时。"),
        ]
    ),
    entry!(
        "unanswered",
        Limit,
        "unanswered",
        "未回复",
        [
            ("miss", "A sample without a counted reply is a miss.", "没有有效回复算不达标。"),
            (
                "drop",
                "A sample without a counted reply leaves both sides.",
                "没有有效回复的样本，分子分母都不计。"
            ),
            ("hit", "A sample without a counted reply is a hit.", "没有有效回复算达标。"),
        ],
        ("A sample without a counted reply counts as a wait of {}.", "没有有效回复按等待 {} 计。"),
        length
    ),
    entry!(
        "answered-later",
        Limit,
        "answered on a later day",
        "跨日回复",
        [
            ("nothing", "A reply on a later day changes nothing.", "之后某天的回复不改变结果。"),
            (
                "drop",
                "An unanswered sample that gets a counted reply on a later day leaves both sides.",
                "未回复的样本若在之后某天得到有效回复，分子分母都不计。"
            ),
        ]
    ),
    entry!(
        "cap",
        Limit,
        "cap",
        "封顶",
        [("none", "", "")],
        ("A wait of more than {} counts as that.", "等待超过 {} 的按此计。"),
        length
    ),
    entry!(
        "drop-below",
        LeftOut,
        "too fast",
        "过快的回复",
        [("none", "", "")],
        ("Samples answered in less than {} leave both sides.", "回复快于 {} 的样本不计。"),
        length
    ),
    entry!(
        "settle",
        Limit,
        "settled",
        "结算",
        [
            (
                "day-end",
                "An open sample is settled as unanswered at local midnight.",
                "当日 24 点仍未回复的，按未回复结算。"
            ),
            (
                "deadline",
                "An open sample is settled as unanswered when its limit has passed.",
                "过了时限仍未回复的，按未回复结算。"
            ),
            (
                "never",
                "An open sample waits until a counted reply comes.",
                "一直等到有效回复为止。"
            ),
        ]
    ),
    entry!(
        "figure",
        Published,
        "figure",
        "数值",
        [
            (
                "share",
                "The share of hits: hits over all samples.",
                "达标比率：达标的样本除以全部样本。"
            ),
            (
                "miss-share",
                "The share of misses: misses over all samples.",
                "不达标比率：不达标的样本除以全部样本。"
            ),
            ("mean", "The mean wait over all samples.", "全部样本的平均等待。"),
            (
                "mean-fastest",
                "The mean wait over the fastest of the answered samples.",
                "已回复样本中最快的一部分的平均等待。"
            ),
            ("mean-answered", "The mean wait over the answered samples.", "已回复样本的平均等待。"),
            ("count", "The number of samples.", "样本个数。"),
        ]
    ),
    entry!(
        "fastest",
        Published,
        "the fastest",
        "最快的部分",
        [],
        ("Of the answered samples the fastest {} % are averaged.", "取已回复样本中最快的 {}%。"),
        as_is
    ),
    entry!(
        "transfer",
        Limit,
        "transfer",
        "转接",
        [
            (
                "splits",
                "A transfer without a reply leaves the passing account an unanswered sample and \
                 opens a new one for the receiving account.",
                "没有回复就转接：转出账号记一个未回复样本，转入账号开始新样本。"
            ),
            ("carries", "A transfer does not end an open sample.", "转接不影响等待中的样本。"),
        ]
    ),
    entry!(
        "conversation.gap",
        Counted,
        "gap between conversations",
        "会话间隔",
        [],
        (
            "Without a conversation id, a silence of more than {} begins a new conversation.",
            "没有会话标识时，沉默超过 {} 就是新会话。"
        ),
        length
    ),
    entry!(
        "conversation.continues",
        Counted,
        "continued after closing",
        "关闭后延续",
        [("none", "A closed conversation has ended.", "会话关闭即结束。")],
        (
            "A buyer message within {} of its closing continues a conversation.",
            "会话关闭后 {} 内再来的买家消息仍算原会话。"
        ),
        length
    ),
    entry!(
        "conversation.bot-only",
        LeftOut,
        "bot-only conversations",
        "纯机器人会话",
        [
            ("counts", "", ""),
            (
                "dropped",
                "Conversations in which a bot wrote and no human took part are left out.",
                "有机器人发言且没有人工介入的会话不计。"
            ),
        ]
    ),
    entry!(
        "conversation.left-message",
        LeftOut,
        "leave-messages",
        "离线留言",
        [
            ("nothing", "", ""),
            (
                "dropped",
                "Conversations that became a leave-message are left out.",
                "转为留言的会话不计。"
            ),
            (
                "miss",
                "A conversation that became a leave-message is a miss.",
                "转为留言的会话算不达标。"
            ),
        ]
    ),
    entry!(
        "recalled",
        LeftOut,
        "recalled messages",
        "撤回的消息",
        [
            (
                "never-sent",
                "A message that was recalled before it was answered was never sent.",
                "回复之前撤回的消息视为未发送。"
            ),
            ("stays", "A recalled message counts all the same.", "撤回的消息照样计。"),
        ]
    ),
    entry!(
        "no-reply-needed",
        LeftOut,
        "no reply needed",
        "无需回复",
        [
            ("nothing", "", ""),
            (
                "removes",
                "An open message that the shop marks as needing no reply was never sent.",
                "商家标记为“无需回复”的未回复消息视为未发送。"
            ),
        ]
    ),
    entry!(
        "report-days",
        LeftOut,
        "upheld reports",
        "举报成立",
        [("0", "", "")],
        (
            "An upheld report sets aside the buyer's samples of the {} days before.",
            "举报成立，此前 {} 天该买家的样本不计。"
        ),
        as_is
    ),
    entry!(
        "flagged",
        LeftOut,
        "flagged buyers",
        "异常账号",
        [
            ("counts", "", ""),
            (
                "dropped",
                "Buyers that the platform flagged as abnormal are left out.",
                "平台判为异常的买家不计。"
            ),
        ]
    ),
    entry!(
        "closed-shop",
        LeftOut,
        "closed shop",
        "店铺打烊",
        [
            (
                "counts",
                "Samples that begin while the shop is closed count.",
                "店铺打烊期间开始的样本照样计。"
            ),
            (
                "dropped",
                "Samples that begin while the shop is closed are left out.",
                "店铺打烊期间开始的样本不计。"
            ),
        ]
    ),
    entry!(
        "special-periods",
        LeftOut,
        "special periods",
        "特殊时期",
        [("none", "", "")],
        (
            "Left out for shops that are known not to be enrolled: {}.",
            "已知未报名的店铺，这些时期的样本不计：{}。"
        ),
        as_is
    ),
    entry!(
        "period",
        Published,
        "period",
        "周期",
        [
            (
                "week",
                "Over the last whole week, Monday to Sunday.",
                "按上一个自然周（周一至周日）。"
            ),
            ("month", "Over the last whole calendar month.", "按上一个自然月。"),
        ],
        ("Over {}.", "周期：{}。"),
        period
    ),
    entry!(
        "minimum",
        Published,
        "minimum",
        "最少样本",
        [("none", "No minimum of samples.", "不设最少样本数。")],
        (
            "Fewer than {} samples in the period: not assessed; the figure is shown all the same.",
            "周期内样本少于 {} 个不考核；数字照样显示。"
        ),
        as_is
    ),
    entry!(
        "below-minimum",
        Published,
        "below the minimum",
        "样本不足时",
        [],
        ("With fewer, the platform takes: {}.", "不足时平台取：{}。"),
        below_minimum
    ),
];

#[cfg(test)]
mod tests {
    use metric::{Hours, HoursEnd, HoursTest, Outside, Sample};

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::keys::{AXES, Key, Kind, UNANSWERED_WORDS};

    /// A rule with hours, so that every axis has a value.
    fn full() -> Rule {
        let hours = Hours {
            intervals: vec![(8 * 3_600_000, 23 * 3_600_000)],
            test: HoursTest::Question,
            end: HoursEnd::Open,
            outside: Outside::Unseen,
        };
        Rule { hours: Some(hours), ..Rule::new(Sample::Conversation) }
    }

    #[test]
    fn every_axis_has_words() {
        let keys = axes_of(&full()).into_iter().map(|(key, _)| key);
        // Some axes are written only where they matter: the table of keys has them all.
        for key in keys.chain(AXES.iter().map(|key| key.name)) {
            let is_table = key == "conversation";
            assert!(is_table || entry(key).is_some(), "`{key}`: give it words in axis_words.rs");
        }
    }

    /// Words of values, walked out of the table of keys.
    fn words_of_key(key: &Key, prefix: &str, found: &mut Vec<(String, &'static str)>) {
        let path = format!("{prefix}{}", key.name);
        match key.kind {
            Kind::Word(list) if prefix != "authors." && prefix != "bot-stage." => {
                found.extend(list().into_iter().map(|word| (path.clone(), word)));
            }
            Kind::Unanswered => {
                found.extend(UNANSWERED_WORDS.iter().map(|(word, _)| (path.clone(), *word)));
            }
            Kind::Table(keys) | Kind::TableOr(_, keys) => {
                keys.iter().for_each(|key| words_of_key(key, &format!("{path}."), found));
            }
            _ => {}
        }
    }

    #[test]
    fn every_word_of_an_axis_has_a_sentence() {
        let mut found = Vec::new();
        AXES.iter().for_each(|key| words_of_key(key, "", &mut found));
        assert!(found.len() > 40);
        for (key, word) in &found {
            let entry = entry(key).unwrap_or_else(|| panic!("`{key}`: give it words"));
            let has = entry.values.iter().any(|(value, _, _)| value == word);
            assert!(has, "`{key}` = `{word}`: give it a sentence in axis_words.rs");
        }
    }

    #[test]
    fn sentences_are_sentences_in_both_languages() {
        for metric in Catalogue::shipped().metrics() {
            for combination in metric.editions.iter().flat_map(|one| one.combinations()) {
                for said in words_of(&combination.rule, Lang::En) {
                    assert!(said.sentence.ends_with('.'), "{}: {}", said.key, said.sentence);
                    assert!(said.part != Part::Other, "{}", said.key);
                }
                for said in words_of(&combination.rule, Lang::Zh) {
                    assert!(said.sentence.ends_with('。'), "{}: {}", said.key, said.sentence);
                }
            }
        }
    }

    #[test]
    fn values_are_told_as_people_write_them() {
        let told = |key, value| sentence(key, value, Lang::En).unwrap();
        assert_eq!(told("within", "90s"), "Limit: 90 s.");
        assert_eq!(told("within", "3600s"), "Limit: 1 h.");
        assert_eq!(
            told("hours", "09:00-12:00 13:00-18:00"),
            "Local hours: 09:00–12:00, 13:00–18:00."
        );
        assert_eq!(told("period", "30 days, lag 6"), "Over 30 days, T-35 to T-6.");
        assert_eq!(
            told("unanswered", "counts 600s"),
            "A sample without a counted reply counts as a wait of 10 min."
        );
        assert_eq!(
            told("period", "180 days to the last sample"),
            "Over 180 days, the last of which is that of the last sample."
        );
        assert_eq!(
            told("below-minimum", "last 10 samples"),
            "With fewer, the platform takes: the last 10 samples, on whatever days."
        );
        assert_eq!(told("unheard-of", "x"), "`unheard-of`: `x`");
        assert_eq!(sentence("cap", "none", Lang::En), None);
        assert_eq!(sentence("within", "180s", Lang::Zh).unwrap(), "时限：3分钟。");
    }
}
