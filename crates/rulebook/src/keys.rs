//! The one table of keys: name, type, default, meaning. The walker, the editors' schema and the
//! reference are made of it.

use metric::{
    AnsweredLater, AtLimit, Author, BelowMinimum, BotOnly, ClosedShop, Effect, Figure, Flagged,
    Form, Hours, HoursEnd, HoursTest, Inner, Judge, LeftMessage, NoReplyNeeded, Outside, Per,
    Period, Recalled, Rule, Sample, Settle, Transfer, Unanswered, Unsolved, Which,
};

use crate::edition::{Confidence, KindOfDay};
use crate::platform::SourceConfidence;
use crate::units::DAY_MS;
use crate::walk::Value;

/// One key of one table.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name within its table.
    pub(crate) name: &'static str,
    /// What its value is.
    pub(crate) kind: Kind,
    pub(crate) need: Need,
    /// What holds without it, as a rulebook would write it.
    pub(crate) default: &'static str,
    /// A value as a rulebook would write it.
    pub(crate) example: &'static str,
    /// For axes: where it has an effect.
    pub(crate) applies: Applies,
    /// For axes: puts a checked value into a rule.
    pub(crate) set: Option<fn(&mut Rule, &Value)>,
    pub(crate) en: &'static str,
    pub(crate) zh: &'static str,
}

/// Whether a key must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

/// What a key's value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A text that is not empty.
    Text,
    /// An id: lower-case letters, digits, `-` and `.`.
    Id,
    /// `{ zh, en }`.
    Bilingual,
    /// The same, or one text as it is, whoever reads it: the title of a document, an address.
    AsItIs,
    /// One word of a list.
    Word(fn() -> Vec<&'static str>),
    /// Distinct words of a list.
    Words(fn() -> Vec<&'static str>),
    /// Texts that are not empty themselves; at least one, or any number.
    Texts {
        at_least: usize,
    },
    Flag,
    /// A whole number from..=to.
    Whole(i64, i64),
    /// A length of time above zero, or `none` where that is allowed.
    Length {
        none: bool,
    },
    Date,
    TimeOfDay,
    /// `[["09:00", "12:00"], …]`.
    Intervals,
    /// `miss`, `drop`, `hit` or `{ counts = "600s" }`.
    Unanswered,
    /// `day`, `week`, `month` or a table of [`PERIOD`].
    Period,
    /// `not-assessed`, `{ samples }` or `{ value }`.
    BelowMinimum,
    /// `57%`.
    Percent,
    /// `platform`, `none` or a list of ids.
    SpecialPeriods,
    /// A table of these keys.
    Table(&'static [Key]),
    /// A table of these keys, or one word instead.
    TableOr(&'static str, &'static [Key]),
    /// An array of tables of the keys of these lists.
    Tables(&'static [&'static [Key]]),
    /// A table of tables of these keys, under names that the writer chooses.
    Named(&'static [Key]),
    /// A table of axes, under names that the writer chooses.
    Patches,
    /// A line of a standard, as `>= 70%`.
    Line,
    /// Penalty points, as `A0.5`.
    Points,
    /// The days that a check of a standard looks at: as `Period`, or `half-month`.
    Over,
    /// `[[2026-02-15, 2026-02-23], …]`.
    DayPairs,
    /// `[["11-01", "11-11"], …]`.
    MonthDayPairs,
}

/// Where an axis has an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applies {
    Always,
    /// Samples that are conversations or buyer-days.
    Grouped,
    /// Samples of accounts.
    Accounts,
    /// Samples made of ratings.
    Ratings,
    /// Means of the fastest.
    Fastest,
    /// Rules with a minimum.
    Minimum,
    /// Rules with hours.
    Hours,
    /// Rules that look at conversations.
    Conversations,
    /// Rules with a limit.
    Limit,
    /// Rules that settle open samples.
    Settled,
    /// Rules that settle open samples as unanswered and keep them.
    KeptUnanswered,
}

impl Applies {
    /// Whether the axis has an effect on this rule.
    pub(crate) fn holds(self, rule: &Rule) -> bool {
        match self {
            Self::Always => true,
            Self::Grouped => matches!(rule.sample, Sample::Conversation | Sample::BuyerDay),
            Self::Accounts => rule.per == Per::Account,
            Self::Ratings => rule.opens() == Inner::Rating,
            Self::Fastest => rule.figure == Figure::MeanFastest,
            Self::Minimum => rule.minimum.is_some(),
            Self::Hours => rule.hours.is_some(),
            Self::Conversations => rule.needs_conversations(),
            Self::Limit => rule.within.is_some() || rule.answer_by.is_some(),
            Self::Settled => rule.settle != Settle::Never,
            Self::KeptUnanswered => {
                rule.settle != Settle::Never && rule.unanswered != Unanswered::Drop
            }
        }
    }

    /// English and Chinese: where it has an effect.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Always => ("every rule", "所有规则"),
            Self::Grouped => {
                ("`conversation` and `buyer-day` samples", "`conversation` 和 `buyer-day` 样本")
            }
            Self::Accounts => ("`per = \"account\"`", "`per = \"account\"`"),
            Self::Ratings => ("samples made of ratings", "由评价构成的样本"),
            Self::Fastest => ("`figure = \"mean-fastest\"`", "`figure = \"mean-fastest\"`"),
            Self::Minimum => ("rules with `minimum`", "有 `minimum` 的规则"),
            Self::Hours => ("rules with `hours`", "有 `hours` 的规则"),
            Self::Conversations => (
                "rules that look at conversations (conversation samples, hours tested at the \
                 conversation, `bot-only`, `left-message`)",
                "要看会话的规则（会话样本、按会话判时段、`bot-only`、`left-message`）",
            ),
            Self::Limit => ("rules with a limit", "有时限的规则"),
            Self::Settled => ("`settle` other than `never`", "`settle` 不是 `never`"),
            Self::KeptUnanswered => (
                "rules that keep unanswered samples (`unanswered` other than `drop`)",
                "保留未回复样本的规则（`unanswered` 不是 `drop`）",
            ),
        }
    }
}

impl Key {
    pub(crate) const fn new(
        name: &'static str,
        kind: Kind,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            need: Need::Optional,
            default: "",
            example: "",
            applies: Applies::Always,
            set: None,
            en,
            zh,
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }

    pub(crate) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    pub(crate) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    const fn on(mut self, applies: Applies) -> Self {
        self.applies = applies;
        self
    }

    const fn sets(mut self, set: fn(&mut Rule, &Value)) -> Self {
        self.set = Some(set);
        self
    }
}

/// The words of a list of words with meanings.
pub(crate) fn names<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(word, _)| *word).collect()
}

/// Puts the meaning of a word into its slot.
fn pick<T: Copy>(words: &[(&'static str, T)], value: &Value, slot: &mut T) {
    if let Value::Word(word) = value
        && let Some((_, meaning)) = words.iter().find(|(name, _)| name == word)
    {
        *slot = *meaning;
    }
}

fn effect(rule: &mut Rule, author: Author, value: &Value) {
    pick(Effect::WORDS, value, &mut rule.authors[author as usize]);
}

fn length(value: &Value, slot: &mut Option<metric::Span>) {
    if let Value::Length(length) = value {
        *slot = *length;
    }
}

fn hours(rule: &mut Rule) -> &mut Hours {
    rule.hours.get_or_insert_with(|| Hours {
        intervals: vec![(0, DAY_MS)],
        test: HoursTest::Question,
        end: HoursEnd::Open,
        outside: Outside::Unseen,
    })
}

/// Keys of `rule.toml` itself.
pub(crate) const METRIC: &[Key] = &[
    Key::new("name", Kind::Bilingual, "The name of the metric.", "指标名称。")
        .required()
        .example("{ zh = \"旺旺3分钟人工响应率\", en = \"3-minute human reply rate\" }"),
    Key::new(
        "summary",
        Kind::Bilingual,
        "What counts and what does not, in a few sentences.",
        "用几句话写明什么计入、什么不计入。",
    )
    .required()
    .example("{ zh = \"…\", en = \"…\" }"),
    Key::new(
        "options",
        Kind::Words(|| vec!["within"]),
        "What a caller may set: `within`, the limit.",
        "调用者可以改的项：`within`（时限）。",
    )
    .default("[]")
    .example("[\"within\"]"),
    Key::new(
        "edition",
        Kind::Tables(&[EDITION, AXES]),
        "The editions: dated ones in order, then those counted on request. Needed unless `same-as` \
         is given.",
        "各个版本：按日期先后，最后是只应要求计算的版本。没有 `same-as` 时必填。",
    )
    .example("[[edition]]"),
    Key::new(
        "same-as",
        Kind::Text,
        "A metric of another platform whose editions hold here too, with this platform's special \
         periods.",
        "另一平台的指标：其各个版本在这里同样适用，特殊时期按本平台。",
    )
    .example("\"taobao/human-reply-3m\""),
];

/// Keys of an edition that are not axes. The axes ([`AXES`]) are keys of an edition too.
pub(crate) const EDITION: &[Key] = &[
    Key::new(
        "id",
        Kind::Id,
        "The edition's id; without it the day of `from`, or `as-told`.",
        "版本标识；不写时用 `from` 的日期，或 `as-told`。",
    )
    .example("\"2023-01-09\""),
    Key::new(
        "from",
        Kind::Date,
        "The first data day; absent: the start is not documented: every earlier day is covered.",
        "第一个数据日；不写：开始日期没有记载，之前的每一天都适用。",
    )
    .example("2022-03-01"),
    Key::new("announced", Kind::Date, "When it was announced.", "公示日期。").example("2022-02-20"),
    Key::new("effective", Kind::Date, "When the text took effect.", "规则生效日期。")
        .example("2022-03-01"),
    Key::new("enforced", Kind::Date, "When consequences began.", "开始处罚的日期。")
        .example("2022-04-01"),
    Key::new(
        "as-told",
        Kind::Flag,
        "An article's variant: never in force by date, counted only on request.",
        "文章里的说法：从不按日期生效，只应要求计算。",
    )
    .default("false")
    .example("true"),
    Key::new(
        "source",
        Kind::Texts { at_least: 1 },
        "Keys of `sources.toml` that it rests on.",
        "依据的来源（`sources.toml` 里的键）。",
    )
    .required()
    .example("[\"S-TM-EXP\"]"),
    Key::new(
        "confidence",
        Kind::Word(|| names(Confidence::WORDS)),
        "How sure it is: the platform's own text, a repost of it, an article, or our reading.",
        "可信程度：平台原文、转载、文章，或我们的读法。",
    )
    .required()
    .example("\"official\""),
    Key::new("note", Kind::Bilingual, "What a reader should know beside the axes.", "补充说明。")
        .example("{ zh = \"…\", en = \"…\" }"),
    Key::new(
        "refresh",
        Kind::Tables(&[REFRESH]),
        "How often the platform shows the figure anew; absent: not documented.",
        "平台多久刷新一次所显示的数；不写：没有记载。",
    )
    .example("[{ every = \"24h\" }]"),
    Key::new(
        "readings",
        Kind::Texts { at_least: 0 },
        "All readings that it rests on: `R1` to `R34`, or names in lower case.",
        "依据的全部读法：`R1` 至 `R34`，或小写的名称。",
    )
    .default("[]")
    .example("[\"R1\", \"R6\"]"),
    Key::new(
        "reading",
        Kind::Named(READING),
        "The readings that are still open, each a switch: `[edition.reading.R6]`.",
        "仍未定论的读法，每个是一个开关：`[edition.reading.R6]`。",
    )
    .example("[edition.reading.R6]"),
];

/// Keys of `refresh = [{ … }]`.
pub(crate) const REFRESH: &[Key] = &[
    Key::new("every", Kind::Length { none: false }, "The shortest interval.", "最短间隔。")
        .required()
        .example("\"24h\""),
    Key::new(
        "grade",
        Kind::Id,
        "For accounts of this grade, as the registry names it; absent: all.",
        "适用的客服等级（店铺登记里的名称）；不写：全部。",
    )
    .example("\"senior\""),
    Key::new(
        "days",
        Kind::Word(|| names(KindOfDay::WORDS)),
        "On working days, or on days off; absent: on all.",
        "工作日还是休息日；不写：每天。",
    )
    .example("\"workday\""),
];

/// Keys of an open reading.
pub(crate) const READING: &[Key] = &[
    Key::new("question", Kind::Bilingual, "The question.", "问题。")
        .required()
        .example("{ zh = \"…\", en = \"…\" }"),
    Key::new(
        "choice",
        Kind::Id,
        "The name of our answer, which the edition's own axes express.",
        "我们所选答案的名称（即本版各项设置）。",
    )
    .required()
    .example("\"miss\""),
    Key::new(
        "alternative",
        Kind::Patches,
        "The other answers by name, each a table of axes that it changes.",
        "其他答案：名称，以及它改动的各项设置。",
    )
    .required()
    .example("{ drop = { unanswered = \"drop\" } }"),
];

const HOURS: &[Key] = &[
    Key::new("from", Kind::TimeOfDay, "Where the hours begin, included.", "时段开始（含）。")
        .example("\"08:00\"")
        .sets(|rule, value| {
            if let Value::Time(from) = value {
                let hours = hours(rule);
                let until = hours.intervals.last().map_or(DAY_MS, |last| last.1);
                hours.intervals = vec![(*from, until)];
            }
        }),
    Key::new(
        "to",
        Kind::TimeOfDay,
        "Where the hours end, not included unless `end` says so; up to `24:00`.",
        "时段结束（不含，除非 `end` 另写）；最晚 `24:00`。",
    )
    .example("\"23:00\"")
    .sets(|rule, value| {
        if let Value::Time(to) = value {
            let hours = hours(rule);
            let from = hours.intervals.first().map_or(0, |first| first.0);
            hours.intervals = vec![(from, *to)];
        }
    }),
    Key::new(
        "intervals",
        Kind::Intervals,
        "Several times a day, in order, instead of `from` and `to`.",
        "一天里的多个时段，按先后写，代替 `from` 和 `to`。",
    )
    .example("[[\"09:00\", \"12:00\"], [\"13:00\", \"18:00\"]]")
    .sets(|rule, value| {
        if let Value::Intervals(intervals) = value {
            hours(rule).intervals.clone_from(intervals);
        }
    }),
    Key::new(
        "test",
        Kind::Word(|| names(HoursTest::WORDS)),
        "Which instant must lie in the hours.",
        "用哪个时刻判断是否在时段内。",
    )
    .default("\"question\"")
    .example("\"conversation-start\"")
    .on(Applies::Hours)
    .sets(|rule, value| {
        if let Some(hours) = &mut rule.hours {
            pick(HoursTest::WORDS, value, &mut hours.test);
        }
    }),
    Key::new(
        "end",
        Kind::Word(|| names(HoursEnd::WORDS)),
        "Whether the end itself is inside.",
        "结束时刻本身是否算在内。",
    )
    .default("\"open\"")
    .example("\"closed\"")
    .on(Applies::Hours)
    .sets(|rule, value| {
        if let Some(hours) = &mut rule.hours {
            pick(HoursEnd::WORDS, value, &mut hours.end);
        }
    }),
    Key::new(
        "outside",
        Kind::Word(|| names(Outside::WORDS)),
        "What becomes of buyer messages outside the hours where the question is tested; `misses`: \
         a conversation begun outside them is a miss.",
        "以提问时刻判断时，时段外的买家消息怎么算；`misses`：时段外开始的会话算不达标。",
    )
    .default("\"unseen\"")
    .example("\"counts-when-answered-inside\"")
    .on(Applies::Hours)
    .sets(|rule, value| {
        if let Some(hours) = &mut rule.hours {
            pick(Outside::WORDS, value, &mut hours.outside);
        }
    }),
];

macro_rules! author {
    ($name:literal, $variant:ident, $en:literal, $zh:literal) => {
        Key::new($name, Kind::Word(|| names(Effect::WORDS)), $en, $zh)
            .default("\"ignored\"")
            .example("\"answers\"")
            .sets(|rule, value| effect(rule, Author::$variant, value))
    };
}

const AUTHORS: &[Key] = &[
    author!("agent", Agent, "A person who works for the shop.", "人工客服。"),
    author!("assist", Assist, "A bot's text in assisted mode.", "智能辅助（机器人拟稿）。"),
    author!("bot", Bot, "A bot on its own.", "全自动机器人。"),
    author!("auto", Auto, "Welcome and away texts.", "欢迎语、离开语等自动回复。"),
    author!("system", System, "The platform's own notices.", "平台的系统消息。"),
    author!("staff", Staff, "The platform's staff.", "平台小二。"),
    author!("merchant", Merchant, "Own other accounts, other merchants.", "商家账号。"),
];

/// Declares what an author's message does in the bot stage.
macro_rules! bot_stage_author {
    ($name:literal, $author:ident, $en:literal, $zh:literal) => {
        Key::new($name, Kind::Word(|| names(Effect::WORDS)), $en, $zh).example("\"answers\"").sets(
            |rule, value| {
                let author = Author::$author as usize;
                let mut effect = rule.authors[author];
                pick(Effect::WORDS, value, &mut effect);
                rule.bot_stage_authors[author] = Some(effect);
            },
        )
    };
}

const BOT_STAGE: &[Key] = &[
    bot_stage_author!("bot", Bot, "A bot on its own.", "全自动机器人。"),
    bot_stage_author!("auto", Auto, "Welcome and away texts.", "欢迎语、离开语等自动回复。"),
    bot_stage_author!("system", System, "The platform's own notices.", "平台的系统消息。"),
    bot_stage_author!("staff", Staff, "The platform's staff.", "平台小二。"),
    bot_stage_author!("merchant", Merchant, "Own other accounts, other merchants.", "商家账号。"),
];

fn answer_by(rule: &mut Rule) -> &mut metric::AnswerBy {
    rule.answer_by.get_or_insert(metric::AnswerBy { cycle: 0, by: 0 })
}

const ANSWER_BY: &[Key] = &[
    Key::new(
        "cycle",
        Kind::TimeOfDay,
        "When the day's cycle of questions ends and the next begins.",
        "每天提问周期的分界时刻。",
    )
    .required()
    .example("\"18:00\"")
    .sets(|rule, value| {
        if let Value::Time(cycle) = value {
            answer_by(rule).cycle = *cycle;
        }
    }),
    Key::new(
        "by",
        Kind::TimeOfDay,
        "The time of day by which to answer: the first such after the cycle's end.",
        "最晚回复时刻：周期结束后的第一个这一时刻。",
    )
    .required()
    .example("\"19:00\"")
    .sets(|rule, value| {
        if let Value::Time(by) = value {
            answer_by(rule).by = *by;
        }
    }),
];

const CONVERSATION: &[Key] = &[
    Key::new(
        "gap",
        Kind::Length { none: false },
        "Without a conversation id, a longer silence begins a new conversation.",
        "没有会话标识时，沉默超过这个时长就是新会话。",
    )
    .default("\"1800s\"")
    .example("\"30m\"")
    .on(Applies::Conversations)
    .sets(|rule, value| {
        if let Value::Length(Some(gap)) = value {
            rule.conversation.gap = *gap;
        }
    }),
    Key::new(
        "continues",
        Kind::Length { none: true },
        "A buyer message within this time of `closed` continues the conversation.",
        "会话关闭后在这个时长内再来的买家消息仍算原会话。",
    )
    .default("\"none\"")
    .example("\"10m\"")
    .on(Applies::Conversations)
    .sets(|rule, value| length(value, &mut rule.conversation.continues)),
    Key::new(
        "bot-only",
        Kind::Word(|| names(BotOnly::WORDS)),
        "A conversation in which a bot wrote and that never left the bot stage.",
        "有机器人发言且始终没有进入人工阶段的会话。",
    )
    .default("\"counts\"")
    .example("\"dropped\"")
    .sets(|rule, value| pick(BotOnly::WORDS, value, &mut rule.conversation.bot_only)),
    Key::new(
        "left-message",
        Kind::Word(|| names(LeftMessage::WORDS)),
        "A conversation that became a leave-message.",
        "转为离线留言的会话。",
    )
    .default("\"nothing\"")
    .example("\"dropped\"")
    .sets(|rule, value| pick(LeftMessage::WORDS, value, &mut rule.conversation.left_message)),
];

/// The axes: keys of an edition, and of the alternatives of its readings. They are put into the
/// rule in this order.
pub(crate) const AXES: &[Key] = &[
    Key::new(
        "sample",
        Kind::Word(|| names(Sample::WORDS)),
        "What is counted: every buyer message, rounds, ratings, conversations, or buyers a day.",
        "计数单位：每条买家消息、对话轮次、评价、会话，或每个买家每天。",
    )
    .required()
    .example("\"round\"")
    .sets(|rule, value| pick(Sample::WORDS, value, &mut rule.sample)),
    Key::new("per", Kind::Word(|| names(Per::WORDS)), "Whose sample it is.", "样本算在谁名下。")
        .default("\"shop\"")
        .example("\"account\"")
        .sets(|rule, value| pick(Per::WORDS, value, &mut rule.per)),
    Key::new(
        "inner",
        Kind::Word(|| names(Inner::WORDS)),
        "What a grouped sample is judged from: its messages, its rounds, the request for a human \
         (time in the queue included), or its ratings.",
        "会话或买家日由什么来判定：消息、轮次、转人工的请求（含排队）或评价。",
    )
    .default("\"round\"")
    .example("\"message\"")
    .on(Applies::Grouped)
    .sets(|rule, value| pick(Inner::WORDS, value, &mut rule.inner)),
    Key::new(
        "judge",
        Kind::Word(|| names(Judge::WORDS)),
        "How the inner samples make the verdict: any miss spoils it (`all`), one hit saves it \
         (`any`), only the `first`, or their `mean` wait.",
        "怎样由内部样本得出结论：一次超时即不达标（`all`）、一次达标即可（`any`）、只看第一次\
         （`first`）、看平均等待（`mean`）。",
    )
    .default("\"all\"")
    .example("\"first\"")
    .on(Applies::Grouped)
    .sets(|rule, value| pick(Judge::WORDS, value, &mut rule.judge)),
    Key::new(
        "which",
        Kind::Word(|| names(Which::WORDS)),
        "Which of a buyer's messages open samples of their own.",
        "买家的哪些消息各成一个样本。",
    )
    .default("\"every\"")
    .example("\"first-of-day\"")
    .sets(|rule, value| pick(Which::WORDS, value, &mut rule.which)),
    Key::new(
        "satisfied",
        Kind::Whole(1, 5),
        "How many stars at least make a satisfied buyer: a hit.",
        "至少几星算满意（达标）。",
    )
    .default("4")
    .example("4")
    .on(Applies::Ratings)
    .sets(|rule, value| {
        if let Value::Whole(stars) = value {
            rule.satisfied = u8::try_from(*stars).unwrap_or(u8::MAX);
        }
    }),
    Key::new(
        "unsolved",
        Kind::Word(|| names(Unsolved::WORDS)),
        "What becomes of a rating whose problem the buyer marked as unsolved.",
        "买家标记为“未解决”的评价怎么算。",
    )
    .default("\"counts\"")
    .example("\"miss\"")
    .on(Applies::Ratings)
    .sets(|rule, value| pick(Unsolved::WORDS, value, &mut rule.unsolved)),
    Key::new(
        "hours",
        Kind::TableOr("whole-day", HOURS),
        "The local hours in which a sample counts.",
        "计入考核的当地时段。",
    )
    .default("\"whole-day\"")
    .example("{ from = \"08:00\", to = \"23:00\", test = \"question\" }")
    .sets(|rule, value| {
        if let Value::Word(_) = value {
            rule.hours = None;
        }
    }),
    Key::new(
        "authors",
        Kind::Table(AUTHORS),
        "What a message of each author does: it `answers`, is `ignored`, or `removes` the open \
         sample in the bot stage. Authors that are not named are ignored.",
        "各类发言者的消息起什么作用：算回复（`answers`）、不算（`ignored`）、在机器人阶段把样本剔除\
         （`removes`）。没有写的一律不算。",
    )
    .required()
    .example("{ agent = \"answers\", bot = \"removes\" }"),
    Key::new(
        "bot-stage",
        Kind::Table(BOT_STAGE),
        "Authors whose messages do something else before a human takes part, and what.",
        "人工介入之前作用不同的发言者，以及起什么作用。",
    )
    .example("{ auto = \"answers\" }"),
    Key::new(
        "ignore-forms",
        Kind::Words(|| Form::ALL.iter().map(|form| form.word()).collect()),
        "Forms of messages that are not seen at all.",
        "完全不看的消息形式。",
    )
    .default("[]")
    .example("[\"red-packet\"]")
    .sets(|rule, value| {
        if let Value::Words(words) = value {
            rule.forms_ignored = words.iter().filter_map(|word| Form::from_word(word)).collect();
        }
    }),
    Key::new(
        "invalid-replies",
        Kind::Texts { at_least: 0 },
        "Replies that are looked past when their whole text is one of these.",
        "整条内容是这些话的回复无效，继续等下一条。",
    )
    .default("[]")
    .example("[\"稍等\"]")
    .sets(|rule, value| {
        if let Value::Texts(texts) = value {
            rule.invalid_replies = texts.iter().map(|(text, _)| text.clone()).collect();
        }
    }),
    Key::new(
        "within",
        Kind::Length { none: true },
        "The limit. A share needs one, or `answer-by`, or `within = \"none\"` written out: \
         answered at all is on time.",
        "时限。比率类指标须有它或 `answer-by`，或写明 `within = \"none\"`：\
         有回复即达标。",
    )
    .default("\"none\"")
    .example("\"180s\"")
    .sets(|rule, value| length(value, &mut rule.within)),
    Key::new(
        "answer-by",
        Kind::Table(ANSWER_BY),
        "A limit by the clock instead of `within`: questions of a daily cycle, and the time by \
         which to answer them.",
        "按钟点的时限，代替 `within`：每天一个提问周期，周期内的提问须在某时刻前回复。",
    )
    .example("{ cycle = \"18:00\", by = \"19:00\" }"),
    Key::new(
        "at-limit",
        Kind::Word(|| names(AtLimit::WORDS)),
        "Whether a wait of exactly the limit is on time.",
        "等待恰好等于时限是否达标。",
    )
    .default("\"on-time\"")
    .example("\"late\"")
    .on(Applies::Limit)
    .sets(|rule, value| pick(AtLimit::WORDS, value, &mut rule.at_limit)),
    Key::new(
        "unanswered",
        Kind::Unanswered,
        "What becomes of a sample without a counted reply.",
        "没有得到有效回复的样本怎么算。",
    )
    .default("\"miss\"")
    .example("{ counts = \"600s\" }")
    .on(Applies::Settled)
    .sets(|rule, value| {
        if let Value::Unanswered(unanswered) = value {
            rule.unanswered = *unanswered;
        }
    }),
    Key::new(
        "answered-later",
        Kind::Word(|| names(AnsweredLater::WORDS)),
        "What becomes of an unanswered sample when a counted reply comes on a later day.",
        "未回复的样本在之后某天得到回复时怎么算。",
    )
    .default("\"nothing\"")
    .example("\"drop\"")
    .on(Applies::KeptUnanswered)
    .sets(|rule, value| pick(AnsweredLater::WORDS, value, &mut rule.answered_later)),
    Key::new(
        "cap",
        Kind::Length { none: true },
        "A longer wait counts as this one.",
        "更长的等待按这个时长计。",
    )
    .default("\"none\"")
    .example("\"600s\"")
    .sets(|rule, value| length(value, &mut rule.cap)),
    Key::new(
        "drop-below",
        Kind::Length { none: true },
        "Samples answered faster than this are left out of both sides.",
        "回复快于这个时长的样本，分子分母都不计。",
    )
    .default("\"none\"")
    .example("\"1s\"")
    .sets(|rule, value| length(value, &mut rule.drop_below)),
    Key::new(
        "settle",
        Kind::Word(|| names(Settle::WORDS)),
        "When an open sample is settled as unanswered.",
        "什么时候把未回复的样本结算。",
    )
    .default("\"day-end\"")
    .example("\"deadline\"")
    .sets(|rule, value| pick(Settle::WORDS, value, &mut rule.settle)),
    Key::new(
        "figure",
        Kind::Word(|| names(Figure::WORDS)),
        "What is published: the share of hits or of misses, a mean wait (over all samples, over \
         answered ones, over the fastest of them), or a count.",
        "公布什么：达标比率或不达标比率、平均等待（全部样本、已回复样本、其中最快的一部分），或个数。",
    )
    .required()
    .example("\"share\"")
    .sets(|rule, value| pick(Figure::WORDS, value, &mut rule.figure)),
    Key::new(
        "fastest",
        Kind::Whole(1, 100),
        "The share of answered samples, in percent, whose waits are averaged, the shortest first.",
        "参与平均的已回复样本占百分之几，从最快的取起。",
    )
    .default("90")
    .example("90")
    .on(Applies::Fastest)
    .sets(|rule, value| {
        if let Value::Whole(percent) = value {
            rule.fastest = u8::try_from(*percent).unwrap_or(u8::MAX);
        }
    }),
    Key::new(
        "transfer",
        Kind::Word(|| names(Transfer::WORDS)),
        "What a transfer does to an open sample of an account.",
        "转交对账号名下未回复的样本有什么影响。",
    )
    .default("\"splits\"")
    .example("\"carries\"")
    .on(Applies::Accounts)
    .sets(|rule, value| pick(Transfer::WORDS, value, &mut rule.transfer)),
    Key::new(
        "conversation",
        Kind::Table(CONVERSATION),
        "Where conversations begin and end, and which are assessed.",
        "会话从哪里到哪里，哪些会话参与考核。",
    )
    .example("{ gap = \"30m\" }"),
    Key::new(
        "recalled",
        Kind::Word(|| names(Recalled::WORDS)),
        "What becomes of a message that is recalled before it was answered.",
        "回复之前撤回的消息怎么算。",
    )
    .default("\"never-sent\"")
    .example("\"stays\"")
    .sets(|rule, value| pick(Recalled::WORDS, value, &mut rule.recalled)),
    Key::new(
        "no-reply-needed",
        Kind::Word(|| names(NoReplyNeeded::WORDS)),
        "What becomes of an open message that the shop marks as needing no reply.",
        "商家标记为“无需回复”的未回复消息怎么算。",
    )
    .default("\"nothing\"")
    .example("\"removes\"")
    .sets(|rule, value| pick(NoReplyNeeded::WORDS, value, &mut rule.no_reply_needed)),
    Key::new(
        "report-days",
        Kind::Whole(0, 365),
        "An upheld report sets aside the buyer's samples of this many days before its day.",
        "举报成立时，成立日之前多少天内该买家的样本不计。",
    )
    .default("0")
    .example("7")
    .sets(|rule, value| {
        if let Value::Whole(days) = value {
            rule.report_days = u16::try_from(*days).unwrap_or(u16::MAX);
        }
    }),
    Key::new(
        "flagged",
        Kind::Word(|| names(Flagged::WORDS)),
        "What becomes of a buyer account that the platform flagged as abnormal.",
        "被平台判为异常的买家账号怎么算。",
    )
    .default("\"counts\"")
    .example("\"dropped\"")
    .sets(|rule, value| pick(Flagged::WORDS, value, &mut rule.flagged)),
    Key::new(
        "closed-shop",
        Kind::Word(|| names(ClosedShop::WORDS)),
        "What becomes of samples that begin while the shop is closed.",
        "店铺打烊期间开始的样本怎么算。",
    )
    .default("\"dropped\"")
    .example("\"counts\"")
    .sets(|rule, value| pick(ClosedShop::WORDS, value, &mut rule.closed_shop)),
    Key::new(
        "special-periods",
        Kind::SpecialPeriods,
        "In which special periods samples of some shops do not count: those of the platform, \
         none, or some by id.",
        "哪些特殊时期内部分店铺的样本不计：平台的全部、都不、或按标识列出。",
    )
    .default("\"platform\"")
    .example("[\"cny-2023\"]")
    .sets(|rule, value| {
        if let Value::Special(periods) = value {
            rule.special_periods.clone_from(periods);
        }
    }),
    Key::new(
        "period",
        Kind::Period,
        "Over which days the platform publishes the figure.",
        "平台按哪些天公布这个数。",
    )
    .required()
    .example("{ days = 30, lag = 1 }")
    .sets(|rule, value| {
        if let Value::Period(period) = value {
            rule.period = *period;
        }
    }),
    Key::new(
        "minimum",
        Kind::Whole(1, 1_000_000),
        "Fewer samples than this in the period: not assessed. It never blanks a figure.",
        "周期内样本少于这个数不考核；数字照样显示。",
    )
    .example("100")
    .sets(|rule, value| {
        if let Value::Whole(minimum) = value {
            rule.minimum = u32::try_from(*minimum).ok();
        }
    }),
    Key::new(
        "below-minimum",
        Kind::BelowMinimum,
        "What the platform takes where there are fewer samples than `minimum`: nothing, the last \
         samples on whatever days, or a fixed value.",
        "样本少于 `minimum` 时平台取什么：不考核、不论哪天的最近若干个样本，或一个固定值。",
    )
    .default("\"not-assessed\"")
    .example("{ samples = 10 }")
    .on(Applies::Minimum)
    .sets(|rule, value| {
        if let Value::BelowMinimum(below) = value {
            rule.below_minimum = *below;
        }
    }),
];

/// The axis of a path as `hours.test`, `None` when there is none.
pub(crate) fn axis(path: &str) -> Option<&'static Key> {
    let mut keys = AXES;
    let mut parts = path.split('.').peekable();
    loop {
        let name = parts.next()?;
        let key = keys.iter().find(|key| key.name == name)?;
        if parts.peek().is_none() {
            return Some(key);
        }
        keys = match key.kind {
            Kind::Table(keys) | Kind::TableOr(_, keys) => keys,
            _ => return None,
        };
    }
}

/// Keys of `period = { … }`: `days` with `lag` or `until`, or `months`, or `samples`.
pub(crate) const PERIOD: &[Key] = &[
    Key::new("days", Kind::Whole(1, 366), "How many local days.", "多少天。").example("30"),
    Key::new(
        "lag",
        Kind::Whole(0, 366),
        "How many days before the day on which one looks the last one is; 1 is yesterday.",
        "最后一天在查看日之前多少天；1 是昨天。",
    )
    .example("1"),
    Key::new(
        "until",
        Kind::Word(|| vec!["last-sample"]),
        "The last day is that of the last sample, instead of `lag`.",
        "最后一天是最近一个样本的那天，代替 `lag`。",
    )
    .example("\"last-sample\""),
    Key::new("months", Kind::Whole(1, 120), "How many whole calendar months.", "多少个自然月。")
        .example("3"),
    Key::new(
        "samples",
        Kind::Whole(1, 1_000_000),
        "How many last samples, on whatever days.",
        "最近多少个样本，不论哪天。",
    )
    .example("10"),
];

/// Keys of `below-minimum = { … }`: one of the two.
pub(crate) const BELOW_MINIMUM: &[Key] = &[
    Key::new(
        "samples",
        Kind::Whole(1, 1_000_000),
        "So many last samples, on whatever days.",
        "最近多少个样本，不论哪天。",
    )
    .example("10"),
    Key::new("value", Kind::Percent, "A fixed share.", "固定的比率。").example("\"57%\""),
];

/// Keys of `unanswered = { … }`.
pub(crate) const COUNTS: &[Key] = &[Key::new(
    "counts",
    Kind::Length { none: false },
    "It counts as a wait of this length.",
    "按这个等待时长计。",
)
.required()
.example("\"600s\"")];

/// Keys of `{ zh, en }`.
pub(crate) const BILINGUAL: &[Key] = &[
    Key::new("zh", Kind::Text, "Chinese, simplified.", "简体中文。").required().example("\"…\""),
    Key::new("en", Kind::Text, "English.", "英文。").required().example("\"…\""),
];

/// Keys of `platform.toml`.
pub(crate) const PLATFORM: &[Key] = &[
    Key::new("name", Kind::Bilingual, "The platform's name.", "平台名称。")
        .required()
        .example("{ zh = \"淘宝\", en = \"Taobao\" }"),
    Key::new(
        "time-zone",
        Kind::Text,
        "The IANA name of the zone in which days and hours are meant.",
        "日期和时段所用时区的 IANA 名称。",
    )
    .required()
    .example("\"Asia/Shanghai\""),
    Key::new(
        "special-period",
        Kind::Tables(&[SPECIAL_PERIOD]),
        "Dated periods in which samples of some shops do not count.",
        "部分店铺的样本不计的特殊时期。",
    )
    .example("[[special-period]]"),
];

/// Keys of a special period.
pub(crate) const SPECIAL_PERIOD: &[Key] = &[
    Key::new("id", Kind::Id, "The id that enrolments name.", "报名记录所用的标识。")
        .required()
        .example("\"cny-2026\""),
    Key::new("name", Kind::Bilingual, "Its name.", "名称。")
        .required()
        .example("{ zh = \"…\", en = \"…\" }"),
    Key::new("from", Kind::Date, "The first local day.", "第一天。")
        .required()
        .example("2026-02-15"),
    Key::new("to", Kind::Date, "The last local day, included.", "最后一天（含）。")
        .required()
        .example("2026-02-23"),
    Key::new(
        "source",
        Kind::Texts { at_least: 1 },
        "Keys of `sources.toml`.",
        "来源（`sources.toml` 里的键）。",
    )
    .required()
    .example("[\"S-TM-CNY26\"]"),
    Key::new("note", Kind::Bilingual, "What a reader should know.", "补充说明。")
        .example("{ zh = \"…\", en = \"…\" }"),
];

/// Keys of `sources.toml`.
pub(crate) const SOURCES: &[Key] =
    &[Key::new("source", Kind::Tables(&[SOURCE]), "The sources.", "来源。")
        .required()
        .example("[[source]]")];

/// Keys of a source.
pub(crate) const SOURCE: &[Key] = &[
    Key::new("key", Kind::Text, "The key that rulebooks name it by.", "规则里引用它的键。")
        .required()
        .example("\"S-TM-EXP\""),
    Key::new("title", Kind::AsItIs, "Its title.", "标题。").required().example("\"…\""),
    Key::new("where", Kind::AsItIs, "Where it is.", "在哪里。").required().example("\"https://…\""),
    Key::new("date", Kind::Text, "Its date as printed, or `undated`.", "所印日期，或 `undated`。")
        .required()
        .example("\"2026-02-24\""),
    Key::new(
        "confidence",
        Kind::Word(|| names(SourceConfidence::WORDS)),
        "How near it is to the platform.",
        "离平台原文有多近。",
    )
    .required()
    .example("\"official\""),
];

/// The periods that have a word.
pub(crate) const PERIOD_WORDS: &[(&str, Period)] =
    &[("day", Period::Days { days: 1, lag: 1 }), ("week", Period::Week), ("month", Period::MONTH)];

/// The answers of `below-minimum` that have a word.
pub(crate) const BELOW_MINIMUM_WORDS: &[(&str, BelowMinimum)] =
    &[("not-assessed", BelowMinimum::NotAssessed)];

/// The answers of `unanswered` that have a word.
pub(crate) const UNANSWERED_WORDS: &[(&str, Unanswered)] =
    &[("miss", Unanswered::Miss), ("drop", Unanswered::Drop), ("hit", Unanswered::Hit)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_author_but_the_buyer_has_a_key() {
        let keys: Vec<&str> = AUTHORS.iter().map(|key| key.name).collect();
        let authors: Vec<&str> = Author::ALL
            .iter()
            .filter(|author| **author != Author::Buyer)
            .map(|author| author.word())
            .collect();
        assert_eq!(keys, authors);
    }

    #[test]
    fn every_key_is_described_in_both_languages_and_has_an_example() {
        let tables = [METRIC, EDITION, READING, AXES, HOURS, AUTHORS, CONVERSATION, PERIOD];
        let more =
            [REFRESH, BELOW_MINIMUM, COUNTS, BILINGUAL, PLATFORM, SPECIAL_PERIOD, SOURCES, SOURCE];
        for key in tables.into_iter().chain(more).flatten() {
            assert!(key.en.ends_with('.'), "{}", key.name);
            assert!(key.zh.ends_with('。'), "{}", key.name);
            assert!(!key.example.is_empty(), "{}", key.name);
        }
    }
}
