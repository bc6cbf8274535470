//! What a rule cannot say: axes that contradict each other, and axes without effect.

use metric::{
    AnsweredLater, Effect, Figure, HoursTest, Inner, Judge, Outside, Per, Plan, Rule, Sample,
    Settle, Transfer, Unanswered,
};

use crate::diagnostic::say;
use crate::text::Text;

/// Axes that contradict each other.
pub(crate) struct Contradiction {
    /// The axes that it is about; the first that the writer wrote is shown.
    pub(crate) keys: &'static [&'static str],
    /// What does not go together, and why.
    pub(crate) title: Text,
    /// What to write.
    pub(crate) help: Text,
}

/// All contradictions of a rule, in the order of the axes.
pub(crate) fn contradictions(rule: &Rule) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut add = |wrong: bool, keys, title, help| {
        if wrong {
            found.push(Contradiction { keys, title, help });
        }
    };
    let grouped = matches!(rule.sample, Sample::Conversation | Sample::BuyerDay);
    let is_mean = rule.figure.is_mean();
    let needs_answers = rule.opens() != Inner::Rating && rule.unanswered != Unanswered::Hit;
    add(
        needs_answers && !rule.authors.contains(&Effect::Answers),
        &["authors"],
        say!(
            "no author answers, so that no sample could be a hit",
            "没有任何发言者算回复，样本永远不会达标"
        ),
        say!(
            "write `authors = {{ agent = \"answers\" }}`",
            "写 `authors = {{ agent = \"answers\" }}`"
        ),
    );
    add(
        grouped && is_mean && rule.judge != Judge::First,
        &["judge", "figure"],
        say!(
            "the mean of a `{sample}` is that of its first question: `{judge}` judges hits",
            "`{sample}` 的平均等待取第一次提问：`{judge}` 是判断达标与否的",
            sample = rule.sample.word(),
            judge = rule.judge.word(),
        ),
        say!("write `judge = \"first\"`, or count rounds", "写 `judge = \"first\"`，或按轮次计数"),
    );
    add(
        rule.figure == Figure::MeanAnswered && matches!(rule.unanswered, Unanswered::Counts(_)),
        &["unanswered", "figure"],
        say!(
            "the mean over answered samples leaves unanswered ones out, whatever they count",
            "只对已回复样本取平均时，未回复的样本怎么计都不起作用"
        ),
        say!(
            "write `figure = \"mean\"`, or `unanswered = \"drop\"`",
            "写 `figure = \"mean\"`，或 `unanswered = \"drop\"`"
        ),
    );
    add(
        grouped && rule.judge == Judge::Mean && rule.within.is_none(),
        &["judge", "within"],
        say!("a mean wait is judged by a limit, and there is none", "按平均等待判定要有时限"),
        say!("write `within = \"180s\"`", "写 `within = \"180s\"`"),
    );
    limits(rule, &mut add);
    lengths(rule, &mut add);
    settling(rule, grouped, &mut add);
    hours(rule, &mut add);
    found.extend(engine(rule).filter(|_| found.is_empty()));
    found
}

/// A share without a limit is meant only when it is said: forgetting `within` would make every
/// answer a hit.
pub(crate) fn forgotten_limit(rule: &Rule, is_said: bool) -> Option<Contradiction> {
    let is_forgotten = !is_said
        && rule.figure.is_share()
        && rule.within.is_none()
        && rule.answer_by.is_none()
        && rule.opens() != Inner::Rating;
    is_forgotten.then(|| Contradiction {
        keys: &["within", "figure"],
        title: say!("a share needs a limit", "比率类指标必须有时限"),
        help: say!(
            "write `within = \"180s\"`, or `within = \"none\"` where answered at all is on time",
            "写 `within = \"180s\"`；有回复即达标的写 `within = \"none\"`"
        ),
    })
}

/// What the engine itself refuses, should the list above lag behind it: nothing that it cannot
/// count is ever accepted.
fn engine(rule: &Rule) -> Option<Contradiction> {
    let error = Plan::check(rule).err()?;
    Some(Contradiction {
        keys: &["sample"],
        title: say!("the axes exclude each other: {error}", "各项设置互相排斥：{error}"),
        help: say!("change one of the axes that it names", "请改动其中一项"),
    })
}

type Add<'a> = dyn FnMut(bool, &'static [&'static str], Text, Text) + 'a;

fn lengths(rule: &Rule, add: &mut Add<'_>) {
    let below = rule.drop_below.zip(rule.within).is_some_and(|(drop, within)| drop > within);
    add(
        below,
        &["drop-below", "within"],
        say!("every sample on time would be left out", "所有按时回复的样本都会被剔除"),
        say!("write a `drop-below` below `within`", "`drop-below` 应小于 `within`"),
    );
    let capped = rule.cap.zip(rule.within).is_some_and(|(cap, within)| cap < within);
    add(
        rule.figure.is_share() && capped,
        &["cap", "within"],
        say!("a wait that counts as `cap` would look on time", "按 `cap` 计的等待会显得没有超时"),
        say!("write a `cap` of at least `within`", "`cap` 不应小于 `within`"),
    );
}

/// Two limits, said before anything that follows from either.
fn limits(rule: &Rule, add: &mut Add<'_>) {
    add(
        rule.within.is_some() && rule.answer_by.is_some(),
        &["within", "answer-by"],
        say!("there are two limits", "写了两个时限"),
        say!("keep `within` or `answer-by`", "`within` 和 `answer-by` 只留一个"),
    );
}

fn settling(rule: &Rule, grouped: bool, add: &mut Add<'_>) {
    add(
        rule.settle == Settle::Deadline && rule.within.is_none() && rule.answer_by.is_none(),
        &["settle", "within"],
        say!("samples settle at their deadline, but there is no limit", "在期限结算，却没有时限"),
        say!("write `within`, or `settle = \"day-end\"`", "写 `within`，或 `settle = \"day-end\"`"),
    );
    add(
        rule.sample == Sample::BuyerDay && rule.settle != Settle::DayEnd,
        &["settle", "sample"],
        say!("a buyer-day ends with the day", "买家日到当天结束为止"),
        say!("write `settle = \"day-end\"`", "写 `settle = \"day-end\"`"),
    );
    add(
        rule.sample == Sample::BuyerDay && rule.needs_conversations(),
        &["conversation.bot-only", "conversation.left-message", "hours.test", "sample"],
        say!(
            "a buyer-day is cut by midnight and cannot depend on a conversation",
            "买家日按午夜划分，不能取决于会话"
        ),
        say!(
            "write `sample = \"conversation\"`, or leave the key out",
            "写 `sample = \"conversation\"`，或去掉这个键"
        ),
    );
    add(
        grouped && rule.answered_later == AnsweredLater::Drop,
        &["answered-later", "sample"],
        say!(
            "a `{sample}` cannot wait for a reply on a later day",
            "`{sample}` 不能等之后某天的回复",
            sample = rule.sample.word(),
        ),
        say!("leave `answered-later` out, or count rounds", "去掉 `answered-later`，或按轮次计数"),
    );
    add(
        rule.sample == Sample::Conversation
            && rule.per == Per::Account
            && rule.transfer == Transfer::Splits,
        &["transfer", "per"],
        say!(
            "a conversation is judged as one: a transfer cannot split it",
            "会话整体判定，转交不能把它拆开"
        ),
        say!(
            "write `transfer = \"carries\"`, or `per = \"shop\"`",
            "写 `transfer = \"carries\"`，或 `per = \"shop\"`"
        ),
    );
}

fn hours(rule: &Rule, add: &mut Add<'_>) {
    let Some(hours) = &rule.hours else { return };
    let by_conversation = matches!(hours.test, HoursTest::ConversationStart | HoursTest::ToHuman);
    add(
        by_conversation && rule.per == Per::Account,
        &["hours.test", "per"],
        say!(
            "the start of a conversation belongs to no account: a transfer opens samples later",
            "会话的开始不属于任何账号，而转交会在之后另开样本"
        ),
        say!(
            "write `test = \"question\"`, or `per = \"shop\"`",
            "写 `test = \"question\"`，或 `per = \"shop\"`"
        ),
    );
    add(
        hours.test == HoursTest::ToHuman && rule.sample != Sample::Conversation,
        &["hours.test", "sample"],
        say!(
            "only conversations are tested by when they were passed to a human",
            "只有会话能以转人工的时刻判断"
        ),
        say!(
            "write `sample = \"conversation\"`, or another `test`",
            "写 `sample = \"conversation\"`，或换一个 `test`"
        ),
    );
    add(
        by_conversation && hours.outside == Outside::CountsWhenAnsweredInside,
        &["hours.outside", "hours.test"],
        say!(
            "messages outside the hours can count later only where the question is tested",
            "只有以提问时刻判断时，时段外的消息才可能之后计入"
        ),
        say!(
            "write `test = \"question\"`, or leave `outside` out",
            "写 `test = \"question\"`，或去掉 `outside`"
        ),
    );
}
