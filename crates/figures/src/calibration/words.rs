//! A calibration in words.

use intake::Lang;

use super::{Calibrated, EDITION, MOST, State, Verdict, Why};
use crate::shown::seconds;
use metric::Ratio;

impl State {
    /// What became of an answer, in one word.
    #[must_use]
    pub fn words(self, lang: Lang) -> &'static str {
        let (en, zh) = match self {
            Self::Confirmed => ("confirmed", "证实"),
            Self::Undecided => ("undecided", "未定"),
            Self::Refuted => ("refuted", "排除"),
            Self::Leading => ("leading", "领先"),
            Self::Behind => ("behind", "落后"),
        };
        lang.of(en, zh)
    }
}

impl Why {
    /// In one word, as data has it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownMetric => "unknown-metric",
            Self::NoShop => "no-shop",
            Self::NoAccount => "no-account",
            Self::Days(..) => "not-covered",
            Self::Unit => "unit",
            Self::NoEdition => "no-edition",
        }
    }

    /// Why a figure was compared with nothing.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Days(from, to) => lang.of(
                format!("the logs have this shop from {from} to {to} only"),
                format!("日志中这个店铺只有 {from} 至 {to}"),
            ),
            Self::UnknownMetric => {
                lang.of("no rulebook has this metric", "规则中没有这个指标").to_owned()
            }
            Self::NoShop => lang.of("the logs have no such shop", "日志中没有这个店铺").to_owned(),
            Self::NoAccount => {
                lang.of("the logs have no such account", "日志中没有这个账号").to_owned()
            }
            Self::Unit => lang
                .of(
                    "the value has another unit than the metric: a wait is written `10.6s` or \
                     `0.37min`, a share `97.41%`, `0.9741` or `18/20`",
                    "数值的单位与指标不符：等待写作 `10.6s` 或 `0.37min`，\
                     比率写作 `97.41%`、`0.9741` 或 `18/20`",
                )
                .to_owned(),
            Self::NoEdition => lang
                .of("no edition is in force on the logs' days", "日志各日没有生效的版本")
                .to_owned(),
        }
    }
}

impl Verdict {
    /// What a candidate makes of a round, with the wait where it counts.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let word = match (lang, self.word) {
            (Lang::En, word) => word,
            (Lang::Zh, "not-counted") => "不看",
            (Lang::Zh, "answered") => "已回复",
            (Lang::Zh, "hit") => "达标",
            (Lang::Zh, "miss") => "不达标",
            (Lang::Zh, "unanswered") => "未回复",
            (Lang::Zh, "pending") => "等待中",
            (Lang::Zh, _) => "不计",
        };
        let wait = self.wait_ms.map(|ms| seconds(Ratio { num: ms, den: 1 }));
        wait.map_or_else(|| word.to_owned(), |wait| format!("{word} {wait}"))
    }
}

/// What a question is called: a reading by its id.
#[must_use]
pub fn question_name(id: &str, lang: Lang) -> String {
    if id == EDITION { lang.of("edition", "版本").to_owned() } else { id.to_owned() }
}

impl Calibrated<'_> {
    /// How many figures the best candidate reproduces and which it is, and how many others do:
    /// a sentence each, without full stops.
    #[must_use]
    pub fn summary(&self, lang: Lang) -> [String; 2] {
        let (n, all) = (self.findings.n_reproduced, self.compared.len());
        let best = self.told(self.findings.best, lang);
        let first = lang.of(
            format!("{n} of {all} figures reproduced; best candidate: {best}"),
            format!("{all} 个数字中还原 {n} 个；最佳：{best}"),
        );
        let (counted, possible) = (self.candidates.all.len(), self.candidates.n_possible);
        let cap = if counted < possible {
            lang.of(
                format!(" (of {possible}; at most {MOST} are counted)"),
                format!("（共 {possible} 种，最多统计 {MOST} 种）"),
            )
        } else {
            String::new()
        };
        let tied = self.findings.leading.len();
        let second = match self.findings.reproducing.len() {
            0 => lang.of(
                format!(
                    "none of {counted} candidates{cap} reproduces every figure; \
                     {tied} come equally near"
                ),
                format!("{counted} 种统计方法{cap}都不能还原全部数字；{tied} 种同样接近"),
            ),
            1 => lang.of(
                format!("the only one of {counted} candidates{cap} that reproduces every figure"),
                format!("{counted} 种统计方法{cap}中唯一能还原全部数字的"),
            ),
            several => lang.of(
                format!(
                    "{several} of {counted} candidates{cap} reproduce every figure: \
                     they fit equally"
                ),
                format!("{counted} 种统计方法{cap}中有 {several} 种都能还原全部数字，不分高下"),
            ),
        };
        [first, second]
    }

    /// The edition of a candidate and its answers that are not our own.
    fn told(&self, candidate: usize, lang: Lang) -> String {
        let policy = self.candidates.policy(candidate);
        let edition = &policy.name;
        let in_force = if policy.in_force {
            ""
        } else {
            lang.of(" (not in force then)", "（当时未生效）")
        };
        let unusual: Vec<String> = self
            .candidates
            .unusual(candidate)
            .into_iter()
            .map(|(reading, answer)| format!("{reading}={answer}"))
            .collect();
        let unusual = if unusual.is_empty() {
            lang.of("our own readings", "我们的读法").to_owned()
        } else {
            unusual.join(" ")
        };
        lang.of(
            format!("edition {edition}{in_force}, {unusual}"),
            format!("{edition} 版{in_force}，{unusual}"),
        )
    }

    /// What there is to say where undecided readings hang together; `None`: they do not.
    #[must_use]
    pub fn dependence(&self, lang: Lang) -> Option<&'static str> {
        let is_undecided = |question: &&super::Question| {
            question.answers.iter().any(|(_, state)| *state == State::Undecided)
        };
        let n = self.findings.questions.iter().filter(is_undecided).count();
        (n > 1 && !self.is_product()).then(|| {
            lang.of(
                "the undecided readings hang together: not every mixture of them fits",
                "未定的读法互相牵连，并非任意搭配都能还原",
            )
        })
    }

    /// What no round of the log tells apart, as `R6=drop`; `None`: nothing.
    #[must_use]
    pub fn untold(&self, lang: Lang) -> Option<String> {
        let untold = &self.rounds.untold;
        let names: Vec<String> =
            untold.iter().map(|(id, answer)| format!("{id}={answer}")).collect();
        let names = names.join(" ");
        (!untold.is_empty()).then(|| {
            lang.of(
                format!("no round of these logs tells apart: {names}"),
                format!("日志中没有任何轮次能区分：{names}"),
            )
        })
    }
}
