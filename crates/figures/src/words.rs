//! Verdicts, endings and notes in words, each with the clause of the rule that it rests on.

use facts::{Author, FactKind};
use intake::Lang;
use metric::{Ending, Inner, Note, Outcome, Reason, Rule};
use rulebook::Confidence;

use crate::selection::Chosen;

/// A clause of a rule: its key in the rulebook, and the reading behind it where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The key.
    pub key: &'static str,
    /// The id of the reading, as `R6`.
    pub reading: Option<&'static str>,
}

impl Clause {
    /// The clause as an edition has it: without a reading that the edition does not rest on, and
    /// without a limit where there is none.
    #[must_use]
    pub fn under(self, chosen: &Chosen) -> Self {
        let has_limit = chosen.rule.within.is_some() || chosen.rule.answer_by.is_some();
        let key = if self.key == "within" && !has_limit { "figure" } else { self.key };
        let rests_on = |id: &&str| chosen.edition.readings.iter().any(|reading| reading == id);
        Self { key, reading: self.reading.filter(rests_on) }
    }
}

const fn clause(key: &'static str, reading: &'static str) -> Clause {
    Clause { key, reading: if reading.is_empty() { None } else { Some(reading) } }
}

/// The clause by which a fact was used or set aside.
pub(crate) const fn clause_of_note(note: Note) -> Clause {
    match note {
        Note::Opens => clause("sample", "R7"),
        Note::Joins => clause("sample", "R7"),
        Note::NotFirst => clause("judge", "R30"),
        Note::OutsideHours => clause("hours", "R3"),
        Note::ConversationOutsideHours => clause("hours.test", "R18"),
        Note::FormIgnored => clause("ignore-forms", ""),
        Note::Answers | Note::NothingOpen => clause("authors", ""),
        Note::AuthorIgnored => clause("authors", "R10"),
        Note::InvalidReply => clause("invalid-replies", ""),
        Note::BotRemoves | Note::BotNothingOpen | Note::BotAfterHuman => clause("authors", "R9"),
        Note::HumanStage => clause("authors", "R9"),
        Note::TakesCharge => clause("per", "R12"),
        Note::Splits | Note::TransferOnly => clause("transfer", "R11"),
        Note::Recalls | Note::RecallsNothingOpen => clause("recalled", "R25"),
        Note::Closes => clause("conversation", "R19"),
        Note::LeavesMessage => clause("conversation.left-message", ""),
        Note::UpholdsReport => clause("report-days", ""),
        Note::FlagsBuyer => clause("flagged", ""),
        Note::AsksForHuman => clause("inner", ""),
        Note::MarksNoReply | Note::MarksNothingOpen => clause("no-reply-needed", ""),
        Note::Rates | Note::RatesWithoutStars => clause("satisfied", ""),
        Note::SendsRating => clause("hours.test", ""),
        Note::NotUsed | Note::NotASample => clause("sample", ""),
        Note::NotYet => clause("as-of", ""),
    }
}

/// The clause by which a message of an author that does not count was set aside.
pub(crate) const fn clause_of_ignored(author: Author) -> Clause {
    match author {
        Author::Assist => clause("authors", "R29"),
        Author::Bot => clause("authors", "R9"),
        _ => clause("authors", "R10"),
    }
}

/// The clause by which a sample came to its verdict.
pub(crate) const fn clause_of_ending(ending: Ending, outcome: Outcome) -> Clause {
    match (ending, outcome) {
        (_, Outcome::Dropped(Reason::ZeroSecond)) => clause("drop-below", ""),
        (_, Outcome::Dropped(Reason::CrossDay)) => clause("answered-later", "R6"),
        (Ending::Answered, _) => clause("within", "R1"),
        (Ending::DayEnd, _) => clause("unanswered", "R6"),
        (Ending::Deadline, _) => clause("settle", ""),
        (Ending::PassedOn, _) => clause("transfer", "R11"),
        (Ending::BotReply, _) => clause("authors", "R9"),
        (Ending::Open, _) => clause("within", "R24"),
        (Ending::Inner, _) => clause("judge", ""),
        (Ending::BotOnly, _) => clause("conversation.bot-only", "R33"),
        (Ending::LeftMessage, _) => clause("conversation.left-message", ""),
        (Ending::Excluded, Outcome::Dropped(reason)) => match reason {
            Reason::Reported => clause("report-days", ""),
            Reason::Flagged => clause("flagged", ""),
            Reason::ClosedShop => clause("closed-shop", ""),
            Reason::SpecialPeriod => clause("special-periods", ""),
            _ => clause("own-accounts", ""),
        },
        (Ending::Excluded, _) => clause("own-accounts", ""),
        (Ending::Rated, _) => clause("satisfied", ""),
        (Ending::OutsideHours, _) => clause("hours.outside", ""),
    }
}

/// What became of a fact.
#[must_use]
pub fn note_words(note: Note, lang: Lang) -> &'static str {
    let (en, zh) = match note {
        Note::Opens => ("opens a sample", "开始计时"),
        Note::Joins => (
            "belongs to the open round: the clock runs from its first question",
            "并入已开始的轮次，从首问起计时",
        ),
        Note::NotFirst => ("not the first question: only the first counts", "不是首问，只计首问"),
        Note::OutsideHours => ("outside the hours: not seen", "不在考核时段内，不计"),
        Note::ConversationOutsideHours => (
            "its conversation began outside the hours: not seen",
            "会话发起时间不在考核时段内，不计",
        ),
        Note::FormIgnored => ("a form of message that is not seen", "此类消息不计"),
        Note::Answers => ("counted reply: ends the wait", "有效回复，停止计时"),
        Note::NothingOpen => {
            ("counted reply, but nothing was waiting", "有效回复，但当时没有待回复的消息")
        }
        Note::AuthorIgnored => ("messages of this author do not count", "该类作者的消息不计"),
        Note::InvalidReply => {
            ("perfunctory reply: waits for the next valid one", "敷衍回复无效，继续等待有效回复")
        }
        Note::BotRemoves => (
            "bot stage: the open sample is left out of both sides",
            "机器人阶段：该样本不计入分子分母",
        ),
        Note::BotNothingOpen => {
            ("bot stage: nothing was waiting", "机器人阶段：当时没有待回复的消息")
        }
        Note::BotAfterHuman => {
            ("human stage: a bot's reply does not count", "人工阶段：机器人回复不计，继续计时")
        }
        Note::HumanStage => ("enters the human stage", "进入人工阶段"),
        Note::TakesCharge => ("puts the account in charge", "由该账号接待"),
        Note::Splits => (
            "passed on without a reply: a new sample begins",
            "未回复即转接：原样本未回复，新样本开始",
        ),
        Note::TransferOnly => ("passed on; no sample is split", "转接，不影响样本"),
        Note::Recalls => {
            ("takes the open message back: as if never sent", "撤回未回复的消息：视为未发送")
        }
        Note::RecallsNothingOpen => ("recalls nothing that was waiting", "撤回的不是待回复的消息"),
        Note::Closes => ("closes the conversation", "会话关闭"),
        Note::LeavesMessage => ("becomes a leave-message", "转为留言"),
        Note::UpholdsReport => {
            ("report upheld: the days before are set aside", "举报成立：此前数日不计")
        }
        Note::FlagsBuyer => ("buyer flagged as abnormal: set aside", "买家账号异常：不计"),
        Note::AsksForHuman => ("asks for a human: the clock starts", "请求人工，开始计时"),
        Note::MarksNoReply => {
            ("needs no reply: the open message is taken away", "标记无需回复：该消息不计")
        }
        Note::MarksNothingOpen => ("marks nothing that was waiting", "标记的不是待回复的消息"),
        Note::Rates => ("a rating: judged by its stars", "评价：按星级判定"),
        Note::RatesWithoutStars => ("a rating without stars: not counted", "没有星级的评价，不计"),
        Note::SendsRating => ("the rating card was sent", "发出邀评"),
        Note::NotASample => ("not what this rule counts", "不是该规则统计的对象"),
        Note::NotUsed => ("the rule does not look at facts of this kind", "该规则不看此类事实"),
        Note::NotYet => ("not known yet at the time of the measurement", "统计时点尚未发生或未知"),
    };
    lang.of(en, zh)
}

/// How a sample ended.
#[must_use]
pub fn ending_words(ending: Ending, lang: Lang) -> &'static str {
    let (en, zh) = match ending {
        Ending::Answered => ("answered", "已回复"),
        Ending::DayEnd => ("no counted reply by midnight", "当日 24 点前无有效回复"),
        Ending::Deadline => ("no counted reply by the limit", "时限内无有效回复"),
        Ending::PassedOn => ("passed on without a reply", "未回复即转接"),
        Ending::BotReply => ("answered by a bot in the bot stage", "机器人阶段由机器人回复"),
        Ending::Open => ("still open", "仍在等待"),
        Ending::Inner => ("judged from what is inside", "由其中各条判定"),
        Ending::BotOnly => ("its conversation never left the bot stage", "会话始终处于机器人阶段"),
        Ending::LeftMessage => ("its conversation became a leave-message", "会话转为留言"),
        Ending::Excluded => ("set aside", "不纳入考核"),
        Ending::Rated => ("rated by the buyer", "买家评价"),
        Ending::OutsideHours => ("its conversation began outside the hours", "会话在时段外开始"),
    };
    lang.of(en, zh)
}

/// Why a sample is outside both sides.
#[must_use]
pub fn reason_words(reason: Reason, lang: Lang) -> &'static str {
    let (en, zh) = match reason {
        Reason::Bot => ("bot", "机器人接待"),
        Reason::Unanswered => ("unanswered", "未回复"),
        Reason::CrossDay => ("answered on a later day", "跨日回复"),
        Reason::ZeroSecond => ("answered in no time", "零秒回复"),
        Reason::LeftMessage => ("leave-message", "留言"),
        Reason::Reported => ("buyer reported", "举报成立"),
        Reason::Flagged => ("buyer flagged", "异常账号"),
        Reason::OwnAccount => ("own account", "自有账号"),
        Reason::ClosedShop => ("shop closed", "店铺打烊"),
        Reason::SpecialPeriod => ("special period", "特殊时期"),
    };
    lang.of(en, zh)
}

/// A verdict in one word.
#[must_use]
pub fn verdict_words(outcome: Outcome, rule: &Rule, lang: Lang) -> &'static str {
    let is_rated = rule.opens() == Inner::Rating;
    let (en, zh) = match outcome {
        Outcome::Hit | Outcome::Late if rule.figure.is_mean() => ("counted", "计入"),
        Outcome::Hit if is_rated => ("satisfied", "满意"),
        Outcome::Late if is_rated => ("UNSATISFIED", "不满意"),
        Outcome::Hit => ("on time", "达标"),
        Outcome::Late => ("LATE", "超时"),
        Outcome::Unanswered => ("UNANSWERED", "未回复"),
        Outcome::Pending => ("pending", "等待中"),
        Outcome::Dropped(_) => ("left out", "不计"),
    };
    lang.of(en, zh)
}

/// How sure a text is.
#[must_use]
pub fn confidence_words(confidence: Confidence, lang: Lang) -> &'static str {
    let (en, zh) = match confidence {
        Confidence::Official => ("official", "官方原文"),
        Confidence::Reposted => ("reposted", "转载"),
        Confidence::Article => ("article", "文章"),
        Confidence::Reading => ("our reading", "我们的读法"),
    };
    lang.of(en, zh)
}

/// Who wrote.
#[must_use]
pub fn author_words(author: Author, lang: Lang) -> &'static str {
    let (en, zh) = match author {
        Author::Buyer => ("buyer", "买家"),
        Author::Agent => ("agent", "人工客服"),
        Author::Assist => ("assist", "智能辅助"),
        Author::Bot => ("bot", "机器人"),
        Author::Auto => ("auto", "自动回复"),
        Author::System => ("system", "系统"),
        Author::Staff => ("staff", "平台小二"),
        Author::Merchant => ("merchant", "商家账号"),
    };
    lang.of(en, zh)
}

/// What happened.
#[must_use]
pub fn fact_words(kind: FactKind, lang: Lang) -> &'static str {
    let zh = match kind {
        FactKind::Message => "消息",
        FactKind::ToHuman => "转人工",
        FactKind::Queued => "排队",
        FactKind::Assigned => "分配",
        FactKind::Transferred => "转接",
        FactKind::LeftMessage => "留言",
        FactKind::Closed => "会话关闭",
        FactKind::RatingSent => "邀评",
        FactKind::Rated => "评价",
        FactKind::Recalled => "撤回",
        FactKind::Reported => "举报",
        FactKind::ReportUpheld => "举报成立",
        FactKind::Flagged => "标记异常",
        FactKind::NoReplyNeeded => "无需回复",
        FactKind::Online => "上线",
        FactKind::Busy => "忙碌",
        FactKind::Away => "离开",
        FactKind::Offline => "离线",
        FactKind::Ordered => "下单",
        FactKind::Paid => "付款",
        FactKind::Shipped => "发货",
        FactKind::RefundAsked => "申请退款",
        FactKind::Refunded => "退款",
        FactKind::Reviewed => "评论",
        FactKind::Violation => "违规",
        FactKind::Observed => "面板数值",
    };
    lang.of(kind.word(), zh)
}
