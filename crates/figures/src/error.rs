//! Why nothing can be counted as it was asked for.

use intake::Lang;
use rulebook::{Metric, Text};

use crate::otherwise;

/// How whoever asks spells what they ask with: a command line otherwise than a request.
#[derive(Clone, Copy, Debug)]
pub struct Spelling {
    /// An option by its name: `as-of` as `--as-of`, or as `as_of`.
    pub option: fn(&str) -> String,
    /// What lists the metrics, in English and Chinese.
    pub rules: [&'static str; 2],
    /// What shows a metric with its editions and open readings, in English and Chinese.
    pub rules_of: [&'static str; 2],
    /// The registry, in English and Chinese.
    pub registry: [&'static str; 2],
}

/// Why nothing can be counted as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// There is no such metric.
    UnknownMetric {
        /// As it was asked for.
        metric: String,
        /// The id of a metric that is spelt much alike.
        nearest: Option<String>,
    },
    /// A metric has no such edition.
    UnknownEdition {
        /// The metric.
        metric: String,
        /// The edition that was asked for.
        edition: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// No metric that would be counted has the edition.
    EditionOfNone(String),
    /// No metric that would be counted takes a limit.
    LimitOfNone(String),
    /// What was typed for a reading is no answer to one.
    BadReading(String),
    /// The reading is not open in any edition that would be counted.
    ReadingNotOpen(String),
    /// An open reading of a standard has no such answer.
    UnknownAnswer {
        /// The reading.
        reading: String,
        /// The answer that was asked for.
        answer: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// What was typed is neither a day nor an instant.
    BadInstant(String),
    /// What was typed is no day.
    BadDay {
        /// For which option.
        option: &'static str,
        /// What was typed.
        text: String,
    },
    /// The first day comes after the last.
    DaysReversed {
        /// The first day, as it was asked for.
        from: String,
        /// The last one.
        to: String,
    },
    /// What was typed is no limit.
    BadLimit(String),
    /// What was typed is no other limit, or are no other hours, to count by.
    BadOtherwise {
        /// For which option.
        option: &'static str,
        /// What was typed.
        text: String,
    },
    /// A metric whose figure no other limit would change.
    NoLimitToChange(String),
    /// What was typed is none of the words that stand for something.
    BadWord {
        /// For which option.
        option: &'static str,
        /// What was typed.
        text: String,
        /// The words.
        known: Vec<String>,
    },
    /// The log has no such shop.
    UnknownShop {
        /// As it was asked for.
        shop: String,
        /// The platform, and some of its shops that the log has; absent: on any platform.
        platform: Option<(String, Vec<String>)>,
    },
    /// The log has no such buyer.
    UnknownBuyer(String),
    /// The log has no such account.
    UnknownAccount(String),
    /// The log has no message of this id in the shop.
    UnknownMessage(String),
    /// The metric says nothing of this log.
    NothingToExplain(String),
    /// A rule that contradicts itself.
    Contradiction {
        /// The metric.
        metric: String,
        /// Its edition.
        edition: String,
        /// What is wrong, in English.
        problem: String,
    },
    /// Too many lists of replies that rules look past.
    TooManyLists,
    /// What else is wrong with a rulebook.
    Rulebook(Text),
}

impl Error {
    pub(crate) fn unknown_edition(metric: &Metric, edition: &str) -> Self {
        let known = metric.editions.iter().map(|one| one.id.clone()).collect();
        Self::UnknownEdition { metric: metric.id.clone(), edition: edition.into(), known }
    }

    /// What is wrong with a rulebook, from what says it in a language.
    pub(crate) fn rulebook(message: impl Fn(rulebook::Lang) -> String) -> Self {
        Self::Rulebook(Text::new(message(rulebook::Lang::En), message(rulebook::Lang::Zh)))
    }

    /// The option at fault by its name, as `as-of`; `None`: it is none of them.
    #[must_use]
    pub const fn option(&self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownMetric { .. } => "metric",
            Self::UnknownEdition { .. } | Self::EditionOfNone(_) => "edition",
            Self::LimitOfNone(_) | Self::BadLimit(_) => "limit",
            Self::BadReading(_) | Self::ReadingNotOpen(_) | Self::UnknownAnswer { .. } => "reading",
            Self::BadInstant(_) => "as-of",
            Self::BadDay { option, .. }
            | Self::BadWord { option, .. }
            | Self::BadOtherwise { option, .. } => option,
            Self::NoLimitToChange(_) => otherwise::WITHIN,
            Self::DaysReversed { .. } => "from",
            Self::UnknownShop { .. } => "shop",
            Self::UnknownBuyer(_) => "buyer",
            Self::UnknownAccount(_) => "account",
            Self::UnknownMessage(_) => "id",
            Self::NothingToExplain(_) => "metric",
            Self::Contradiction { .. } | Self::TooManyLists | Self::Rulebook(_) => return None,
        })
    }

    /// What was found, what was expected and what to do, without a full stop.
    ///
    /// # Example
    ///
    /// ```
    /// use figures::{Error, Spelling};
    /// let spelling = Spelling {
    ///     option: |name| format!("--{name}"),
    ///     rules: ["`yingda rules`"; 2],
    ///     rules_of: ["`yingda rules METRIC`", "`yingda rules 指标`"],
    ///     registry: ["the registry", "店铺登记"],
    /// };
    /// let error = Error::BadDay { option: "day", text: "June".into() };
    /// assert_eq!(
    ///     error.message(intake::Lang::En, &spelling),
    ///     "--day `June`: expected a calendar day, as `2026-06-03`"
    /// );
    /// ```
    #[must_use]
    pub fn message(&self, lang: Lang, spelling: &Spelling) -> String {
        let Spelling { rules: [rules_en, rules_zh], rules_of: [rules_of_en, rules_of_zh], .. } =
            spelling;
        let option = self.option().map_or_else(String::new, spelling.option);
        match self {
            Self::UnknownMetric { metric, nearest } => {
                let hint = did_you_mean(nearest.as_deref());
                let (en, zh) = (hint.en, hint.zh);
                lang.of(
                    format!("no metric `{metric}`{en}; {rules_en} lists them"),
                    format!("没有指标 `{metric}`{zh}；可用 {rules_zh} 列出"),
                )
            }
            Self::UnknownEdition { metric, edition, known } => {
                let list = quoted(known, lang);
                lang.of(
                    format!("{metric} has no edition `{edition}`; it has {list}"),
                    format!("{metric} 没有 `{edition}` 这一版；现有 {list}"),
                )
            }
            Self::EditionOfNone(id) => lang.of(
                format!("{option} `{id}`: no metric of the log's platforms has it; see {rules_en}"),
                format!("{option} `{id}`：日志所涉平台的指标都没有这一版；可用 {rules_zh} 查看"),
            ),
            Self::LimitOfNone(limit) => lang.of(
                format!("{option} {limit}: no metric counted here takes a limit; `generic/*` do"),
                format!("{option} {limit}：此处统计的指标都不能改时限；`generic/*` 可以"),
            ),
            Self::BadReading(text) => lang.of(
                format!("{option} `{text}`: expected READING=ANSWER, as `R6=drop`"),
                format!("{option} `{text}`：应为 读法=选项，如 `R6=drop`"),
            ),
            Self::ReadingNotOpen(reading) => lang.of(
                format!(
                    "{option} {reading}: is not open in any edition counted here; \
                     {rules_of_en} lists the open ones"
                ),
                format!(
                    "{option} {reading}：此处所用的各版中没有这个可选读法；可用 {rules_of_zh} 查看"
                ),
            ),
            Self::UnknownAnswer { reading, answer, known } => {
                let list = quoted(known, lang);
                lang.of(
                    format!("{option} {reading}: no answer `{answer}`; there are {list}"),
                    format!("{option} {reading}：没有 `{answer}` 这个选项；可选 {list}"),
                )
            }
            Self::NothingToExplain(metric) => lang.of(
                format!("{metric}: nothing to explain in this log"),
                format!("{metric}：该日志中没有可说明的内容"),
            ),
            Self::Contradiction { metric, edition, problem } => lang.of(
                format!("{metric} {edition}: {problem}"),
                format!("{metric} {edition}：设置互相矛盾：{problem}"),
            ),
            Self::TooManyLists => lang.of(
                "the rulebooks have more than 8 different lists of `invalid-replies`; share some"
                    .to_owned(),
                "规则文件中不同的 `invalid-replies` 列表超过 8 个；请合并一些".to_owned(),
            ),
            Self::Rulebook(text) => text.get(lang_of_rulebook(lang)).to_owned(),
            other => other.typed(lang, &option),
        }
    }

    /// What is wrong with what was typed for an option.
    fn typed(&self, lang: Lang, option: &str) -> String {
        match self {
            Self::BadInstant(text) => lang.of(
                format!(
                    "{option} `{text}`: expected a day (`2026-06-04`) or an instant with offset \
                     (`2026-06-03T18:00:00+08:00`)"
                ),
                format!(
                    "{option} `{text}`：应为日期（`2026-06-04`）或带时区的时刻\
                     （`2026-06-03T18:00:00+08:00`）"
                ),
            ),
            Self::BadDay { text, .. } => lang.of(
                format!("{option} `{text}`: expected a calendar day, as `2026-06-03`"),
                format!("{option} `{text}`：应为日期，如 `2026-06-03`"),
            ),
            Self::DaysReversed { from, to } => lang.of(
                format!("{option} {from}: comes after the last day, {to}; swap the two"),
                format!("{option} {from}：晚于最后一天 {to}；请对调"),
            ),
            Self::BadLimit(text) => lang.of(
                format!("{option} `{text}`: expected a number with ms, s, m or h, as `60s`"),
                format!("{option} `{text}`：应为数字加 ms、s、m 或 h，如 `60s`"),
            ),
            Self::BadOtherwise { option: otherwise::HOURS, text } => lang.of(
                format!("{option} `{text}`: expected hours of the day, as `08:00-22:00`"),
                format!("{option} `{text}`：应为一天中的时段，如 `08:00-22:00`"),
            ),
            Self::BadOtherwise { text, .. } => lang.of(
                format!("{option} `{text}`: expected a number with ms, s, m or h, as `60s`"),
                format!("{option} `{text}`：应为数字加 ms、s、m 或 h，如 `60s`"),
            ),
            Self::NoLimitToChange(metric) => lang.of(
                format!("{option}: no limit bears on the figure of {metric}; ask without it"),
                format!("{option}：{metric} 的数值不取决于时限；请去掉该参数"),
            ),
            Self::BadWord { text, known, .. } => {
                let list = quoted(known, lang);
                lang.of(
                    format!("{option} `{text}`: expected one of {list}"),
                    format!("{option} `{text}`：应为 {list} 之一"),
                )
            }
            Self::UnknownShop { shop, platform: Some((platform, known)) } => {
                let known = known.join(" ");
                lang.of(
                    format!("{option} `{shop}`: no such shop on {platform}; the log has {known}"),
                    format!("{option} `{shop}`：{platform} 上没有这个店铺；日志中有 {known}"),
                )
            }
            Self::UnknownShop { shop, platform: None } => lang.of(
                format!("{option} `{shop}`: the log has no such shop"),
                format!("{option} `{shop}`：日志中没有这个店铺"),
            ),
            Self::UnknownBuyer(buyer) => lang.of(
                format!("{option} `{buyer}`: the log has no such buyer"),
                format!("{option} `{buyer}`：日志中没有这个买家"),
            ),
            Self::UnknownAccount(account) => lang.of(
                format!("{option} `{account}`: the log has no such account"),
                format!("{option} `{account}`：日志中没有这个账号"),
            ),
            Self::UnknownMessage(id) => lang.of(
                format!("{option} `{id}`: the log has no such message in this shop"),
                format!("{option} `{id}`：该店铺的日志中没有这条消息"),
            ),
            _ => String::new(),
        }
    }
}

/// The rulebook's name of a language.
pub(crate) fn lang_of_rulebook(lang: Lang) -> rulebook::Lang {
    lang.of(rulebook::Lang::En, rulebook::Lang::Zh)
}

/// Asks whether another word was meant; empty where there is none.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> Text {
    nearest.map_or_else(Text::default, |id| {
        Text::new(format!("; did you mean `{id}`?"), format!("；是否为 `{id}`？"))
    })
}

fn quoted(names: &[String], lang: Lang) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(lang.of(", ", "、"))
}
