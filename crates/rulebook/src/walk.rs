//! Walks a TOML table along the key table: unknown and missing keys, types, words, units.

use std::ops::Range;

use metric::{
    BelowMinimum, Day, Line, Over, Period, PointsClass, Rule, Span, SpecialPeriod, Unanswered,
};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, say};
use crate::keys::{
    self, AXES, BELOW_MINIMUM_WORDS, BILINGUAL, Key, Kind, Need, PERIOD_WORDS, UNANSWERED_WORDS,
};
use crate::standard_keys::{HALF_MONTH, points};
use crate::text::Text;
use crate::units;

/// A value that is what its key wants.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Bilingual(Text),
    Word(&'static str),
    Words(Vec<&'static str>),
    Texts(Vec<(String, Range<usize>)>),
    Flag(bool),
    Whole(i64),
    Length(Option<Span>),
    Day(Day),
    Time(i64),
    Intervals(Vec<(i64, i64)>),
    Unanswered(Unanswered),
    Period(Period),
    BelowMinimum(BelowMinimum),
    /// A share as a fraction.
    Percent(u32, u32),
    /// Special periods as written.
    Periods(WhichPeriods),
    /// Special periods as the platform defines them.
    Special(Vec<SpecialPeriod>),
    Table(Block),
    Tables(Vec<Block>),
    Named(Vec<Named>),
    Line(Line),
    /// The class, and tenths of a point.
    Points(Option<PointsClass>, u32),
    Over(Over),
    DayPairs(Vec<(Day, Day)>),
    MonthDayPairs(Vec<MonthDayPair>),
}

/// First and last `(month, day)`.
pub(crate) type MonthDayPair = ((u8, u8), (u8, u8));

/// Which special periods of the platform a rule takes.
#[derive(Clone, Debug)]
pub(crate) enum WhichPeriods {
    All,
    None,
    Ids(Vec<(String, Range<usize>)>),
}

/// A table under a name that the writer chose.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    pub(crate) block: Block,
}

/// A walked table.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Its header, or the whole of an inline table.
    pub(crate) span: Range<usize>,
    pub(crate) found: Vec<Found>,
}

/// A key of a walked table with a usable value.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) key: &'static Key,
    pub(crate) key_span: Range<usize>,
    pub(crate) value_span: Range<usize>,
    pub(crate) value: Value,
}

impl Block {
    pub(crate) fn get(&self, name: &str) -> Option<&Found> {
        self.found.iter().find(|found| found.key.name == name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match &self.get(name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn bilingual(&self, name: &str) -> Option<&Text> {
        match &self.get(name)?.value {
            Value::Bilingual(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn word(&self, name: &str) -> Option<&'static str> {
        match self.get(name)?.value {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn day(&self, name: &str) -> Option<Day> {
        match self.get(name)?.value {
            Value::Day(day) => Some(day),
            _ => None,
        }
    }

    pub(crate) fn whole(&self, name: &str) -> Option<i64> {
        match self.get(name)?.value {
            Value::Whole(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn line(&self, name: &str) -> Option<Line> {
        match self.get(name)?.value {
            Value::Line(line) => Some(line),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|found| matches!(found.value, Value::Flag(true)))
    }

    pub(crate) fn texts(&self, name: &str) -> &[(String, Range<usize>)] {
        match self.get(name).map(|found| &found.value) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(crate) fn tables(&self, name: &str) -> &[Block] {
        match self.get(name).map(|found| &found.value) {
            Some(Value::Tables(tables)) => tables,
            _ => &[],
        }
    }

    pub(crate) fn named(&self, name: &str) -> &[Named] {
        match self.get(name).map(|found| &found.value) {
            Some(Value::Named(named)) => named,
            _ => &[],
        }
    }

    /// Where a key is, or the block itself where the key is absent.
    pub(crate) fn place(&self, name: &str) -> Range<usize> {
        self.get(name).map_or(self.span.clone(), |found| found.key_span.clone())
    }
}

/// An axis with its value, under its whole path as `hours.test`.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) path: String,
    pub(crate) key: &'static Key,
    pub(crate) value: Value,
    pub(crate) span: Range<usize>,
}

impl Setting {
    pub(crate) fn apply(&self, rule: &mut Rule) {
        if let Some(set) = self.key.set {
            set(rule, &self.value);
        }
    }
}

/// The axes of a block, flattened, in the order of the key table: later ones build on earlier ones.
pub(crate) fn settings(block: &Block) -> Vec<Setting> {
    let mut settings = Vec::new();
    flatten(block, AXES, "", &mut settings);
    settings
}

fn flatten(block: &Block, keys: &'static [Key], prefix: &str, into: &mut Vec<Setting>) {
    for key in keys {
        let Some(found) = block.get(key.name) else { continue };
        let path = format!("{prefix}{}", key.name);
        match (&found.value, key.kind) {
            (Value::Table(inner), Kind::Table(keys) | Kind::TableOr(_, keys)) => {
                flatten(inner, keys, &format!("{path}."), into);
            }
            (value, _) => {
                into.push(Setting { path, key, value: value.clone(), span: found.key_span.clone() })
            }
        }
    }
}

/// Whether missing keys are reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completeness {
    Whole,
    /// A patch, or a file whose syntax is broken.
    Partial,
}

/// Collects problems while walking.
pub(crate) struct Walker<'a> {
    pub(crate) problems: &'a mut Vec<Diagnostic>,
    pub(crate) completeness: Completeness,
}

impl Walker<'_> {
    /// Walks a table whose keys are those of the given lists.
    pub(crate) fn table(
        &mut self,
        table: &DeTable<'_>,
        span: Range<usize>,
        keys: &[&'static [Key]],
    ) -> Block {
        let all = || keys.iter().copied().flatten();
        let mut found = Vec::new();
        let mut seen = Vec::new();
        for (name, value) in table {
            match all().find(|key| key.name == &**name.get_ref()) {
                Some(key) => {
                    seen.push(key.name);
                    let checked = self.value(key, value);
                    found.extend(checked.map(|checked| Found {
                        key,
                        key_span: name.span(),
                        value_span: value.span(),
                        value: checked,
                    }));
                }
                None => self.unknown_key(name, all().map(|key| key.name).collect()),
            }
        }
        if self.completeness == Completeness::Whole {
            for key in all() {
                if key.need == Need::Required && !seen.contains(&key.name) {
                    self.missing_key(key, span.clone());
                }
            }
        }
        found.sort_by_key(|found| found.key_span.start);
        Block { span, found }
    }

    fn unknown_key(&mut self, name: &Spanned<std::borrow::Cow<'_, str>>, known: Vec<&str>) {
        let found = shown(name.get_ref());
        let problem = Diagnostic::new(
            Code::UnknownKey,
            name.span(),
            say!("there is no key `{found}` here", "这里没有 `{found}` 这个键"),
            say!("not a known key", "未知的键"),
        );
        self.problems.push(match units::closest(name.get_ref(), known.iter().copied()) {
            Some(close) => {
                problem.help(format!("did you mean `{close}`?"), format!("是不是想写 `{close}`？"))
            }
            None => problem.help(
                format!("the keys here are {}", quoted(&known, ", ")),
                format!("这里可用的键：{}", quoted(&known, "、")),
            ),
        });
    }

    fn missing_key(&mut self, key: &'static Key, span: Range<usize>) {
        let line = match key.kind {
            Kind::Tables(_) | Kind::Named(_) => key.example.to_owned(),
            _ => format!("{} = {}", key.name, key.example),
        };
        self.problems.push(
            Diagnostic::new(
                Code::MissingKey,
                span,
                say!("`{key}` is missing", "缺少 `{key}`", key = key.name),
                say!("`{key}` is required here", "这里必须写 `{key}`", key = key.name),
            )
            .help(format!("for example `{line}`"), format!("例如 `{line}`")),
        );
    }

    fn value(&mut self, key: &'static Key, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        let span = value.span();
        match (key.kind, value.get_ref()) {
            (Kind::Text, DeValue::String(text)) => self.text(key, text, span),
            (Kind::Id, DeValue::String(text)) => self.id(text, span),
            (Kind::Bilingual | Kind::AsItIs, DeValue::Table(table)) => self.bilingual(table, span),
            (Kind::AsItIs, DeValue::String(text)) => self.as_it_is(key, text, span),
            (Kind::Word(words), DeValue::String(text)) => {
                self.word(key, text, span, &words()).map(Value::Word)
            }
            (Kind::Words(words), DeValue::Array(array)) => self.words(key, array, &words()),
            (Kind::Texts { at_least }, DeValue::Array(array)) => {
                self.texts(key, array, span, at_least).map(Value::Texts)
            }
            (Kind::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
            (Kind::Whole(from, to), DeValue::Integer(number)) => {
                self.whole(key, number, span, from, to)
            }
            (Kind::Length { none }, DeValue::String(text)) => self.length(key, text, span, none),
            (Kind::Date, DeValue::Datetime(date)) => match units::day(date) {
                Some(day) => Some(Value::Day(day)),
                None => self.bad_date(key, span),
            },
            (Kind::Date, DeValue::String(_)) => self.quoted_date(key, span),
            (Kind::TimeOfDay, DeValue::String(text)) => self.time(text, span).map(Value::Time),
            (Kind::Intervals, DeValue::Array(array)) => self.intervals(key, array, span),
            (Kind::Unanswered, DeValue::String(text)) => {
                self.either(key, text, span, UNANSWERED_WORDS).map(Value::Unanswered)
            }
            (Kind::Unanswered, DeValue::Table(table)) => self.counts(table, span),
            (Kind::Period, DeValue::String(text)) => {
                self.either(key, text, span, PERIOD_WORDS).map(Value::Period)
            }
            (Kind::Period, DeValue::Table(table)) => self.period(key, table, span),
            (Kind::BelowMinimum, DeValue::String(text)) => {
                self.either(key, text, span, BELOW_MINIMUM_WORDS).map(Value::BelowMinimum)
            }
            (Kind::BelowMinimum, DeValue::Table(table)) => self.below_minimum(key, table, span),
            (Kind::Percent, DeValue::String(text)) => self.percent(key, text, span),
            (Kind::SpecialPeriods, DeValue::String(text)) => self.which_periods(key, text, span),
            (Kind::SpecialPeriods, DeValue::Array(array)) => {
                let ids = self.texts(key, array, span, 0)?;
                Some(Value::Periods(WhichPeriods::Ids(ids)))
            }
            (Kind::Table(keys) | Kind::TableOr(_, keys), DeValue::Table(table)) => {
                Some(Value::Table(self.table(table, span, &[keys])))
            }
            (Kind::TableOr(word, _), DeValue::String(text)) => {
                self.word(key, text, span, &[word]).map(Value::Word)
            }
            (Kind::Tables(keys), DeValue::Array(array)) => self.tables(key, array, span, keys),
            (Kind::Named(keys), DeValue::Table(table)) => self.named(key, table, span, &[keys]),
            (Kind::Patches, DeValue::Table(table)) => self.patches(key, table, span),
            (kind, value) => self.standard_value(key, kind, value, span),
        }
    }

    /// The values that only standards have.
    fn standard_value(
        &mut self,
        key: &'static Key,
        kind: Kind,
        value: &DeValue<'_>,
        span: Range<usize>,
    ) -> Option<Value> {
        match (kind, value) {
            (Kind::Line, DeValue::String(text)) => self.line(key, text, span),
            (Kind::Points, DeValue::String(text)) => self.points(key, text, span),
            (Kind::Over, DeValue::String(text)) if text == HALF_MONTH => {
                Some(Value::Over(Over::HalfMonth))
            }
            (Kind::Over, DeValue::String(text)) => {
                let mut words = keys::names(PERIOD_WORDS);
                words.push(HALF_MONTH);
                let word = self.word(key, text, span, &words)?;
                let found = PERIOD_WORDS.iter().find(|(name, _)| *name == word);
                found.map(|(_, period)| Value::Over(Over::Period(*period)))
            }
            (Kind::Over, DeValue::Table(table)) => match self.period(key, table, span)? {
                Value::Period(period) => Some(Value::Over(Over::Period(period))),
                _ => None,
            },
            (Kind::DayPairs, DeValue::Array(array)) => {
                let day = |value: &DeValue<'_>| match value {
                    DeValue::Datetime(date) => units::day(date),
                    _ => None,
                };
                self.pairs(key, array, span, day).map(Value::DayPairs)
            }
            (Kind::MonthDayPairs, DeValue::Array(array)) => {
                let month_day = |value: &DeValue<'_>| value.as_str().and_then(units::month_day);
                self.pairs(key, array, span, month_day).map(Value::MonthDayPairs)
            }
            (_, other) => self.wrong_type(key, other.type_str(), span),
        }
    }

    fn line(&mut self, key: &Key, text: &str, span: Range<usize>) -> Option<Value> {
        if let Ok(line) = text.parse() {
            return Some(Value::Line(line));
        }
        self.problems.push(
            Diagnostic::new(
                Code::Line,
                span,
                say!("`{found}` is not a line", "`{found}` 不是一条线", found = shown(text)),
                say!(
                    "expected `>=`, `>`, `<=` or `<` and a share (`70%`) or a length (`40s`)",
                    "应为 `>=`、`>`、`<=` 或 `<`，加比率（`70%`）或时长（`40s`）"
                ),
            )
            .help(
                format!("for example `{} = \">= 70%\"`", key.name),
                format!("例如 `{} = \">= 70%\"`", key.name),
            ),
        );
        None
    }

    fn points(&mut self, key: &Key, text: &str, span: Range<usize>) -> Option<Value> {
        if let Some((class, tenths)) = points(text) {
            return Some(Value::Points(class, tenths));
        }
        self.problems.push(Diagnostic::new(
            Code::Points,
            span,
            say!("`{found}` is not points", "`{found}` 不是扣分", found = shown(text)),
            say!(
                "expected `{example}`: a class where there are classes, at most one decimal",
                "应如 `{example}`：有类别的写类别，最多一位小数",
                example = key.example.trim_matches('"')
            ),
        ));
        None
    }

    /// Pairs of days, each pair a list of two.
    fn pairs<T>(
        &mut self,
        key: &'static Key,
        array: &[Spanned<DeValue<'_>>],
        span: Range<usize>,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<Vec<(T, T)>> {
        let mut pairs = Vec::new();
        for item in array {
            let ends = match item.get_ref().as_array().map(|pair| &pair[..]) {
                Some([from, to]) => read(from.get_ref()).zip(read(to.get_ref())),
                _ => None,
            };
            let Some(ends) = ends else {
                self.problems.push(Diagnostic::new(
                    Code::Date,
                    item.span(),
                    say!("`{key}` holds something else", "`{key}` 里有别的内容", key = key.name),
                    say!(
                        "expected the first and the last day, as `{example}`",
                        "应为第一天和最后一天，如 `{example}`",
                        example = key.example
                    ),
                ));
                return None;
            };
            pairs.push(ends);
        }
        if pairs.is_empty() {
            return self.empty(key, span);
        }
        Some(pairs)
    }

    fn text(&mut self, key: &Key, text: &str, span: Range<usize>) -> Option<Value> {
        if text.trim().is_empty() {
            return self.empty(key, span);
        }
        Some(Value::Text(text.to_owned()))
    }

    fn id(&mut self, text: &str, span: Range<usize>) -> Option<Value> {
        if is_id(text) {
            return Some(Value::Text(text.to_owned()));
        }
        self.problems.push(bad_id(text, span));
        None
    }

    fn bilingual(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<Value> {
        // Both languages are needed even inside a patch-like table.
        let block = self.table(table, span, &[BILINGUAL]);
        let text = Text::new(block.text("en")?, block.text("zh")?);
        Some(Value::Bilingual(text))
    }

    fn as_it_is(&mut self, key: &Key, text: &str, span: Range<usize>) -> Option<Value> {
        if text.trim().is_empty() {
            return self.empty(key, span);
        }
        Some(Value::Bilingual(Text::new(text, text)))
    }

    fn word<'w>(
        &mut self,
        key: &Key,
        text: &str,
        span: Range<usize>,
        words: &[&'w str],
    ) -> Option<&'w str> {
        let known = words.iter().find(|word| **word == text);
        if known.is_none() {
            self.unknown_word(key, text, span, words);
        }
        known.copied()
    }

    fn unknown_word(&mut self, key: &Key, text: &str, span: Range<usize>, words: &[&str]) {
        let problem = Diagnostic::new(
            Code::UnknownWord,
            span,
            say!(
                "`{key}` cannot be `{found}`",
                "`{key}` 不能是 `{found}`",
                key = key.name,
                found = shown(text)
            ),
            say!(
                "expected one of {en}",
                "应为 {zh} 之一",
                en = quoted(words, ", "),
                zh = quoted(words, "、")
            ),
        );
        self.problems.push(match units::closest(text, words.iter().copied()) {
            Some(close) => {
                problem.help(format!("did you mean `{close}`?"), format!("是不是想写 `{close}`？"))
            }
            None => problem,
        });
    }

    fn words(
        &mut self,
        key: &Key,
        array: &[Spanned<DeValue<'_>>],
        words: &[&'static str],
    ) -> Option<Value> {
        let mut found: Vec<&'static str> = Vec::new();
        let mut complete = true;
        for item in array {
            let DeValue::String(text) = item.get_ref() else {
                self.wrong_item(key, item);
                complete = false;
                continue;
            };
            match self.word(key, text, item.span(), words) {
                Some(word) if found.contains(&word) => {
                    self.twice(word, item.span());
                    complete = false;
                }
                Some(word) => found.push(word),
                None => complete = false,
            }
        }
        complete.then_some(Value::Words(found))
    }

    fn texts(
        &mut self,
        key: &Key,
        array: &[Spanned<DeValue<'_>>],
        span: Range<usize>,
        at_least: usize,
    ) -> Option<Vec<(String, Range<usize>)>> {
        let mut found: Vec<(String, Range<usize>)> = Vec::new();
        let mut complete = true;
        for item in array {
            match item.get_ref() {
                DeValue::String(text) if text.trim().is_empty() => {
                    self.empty::<()>(key, item.span());
                    complete = false;
                }
                DeValue::String(text) if found.iter().any(|(seen, _)| *seen == **text) => {
                    self.twice(text, item.span());
                    complete = false;
                }
                DeValue::String(text) => found.push((text.to_string(), item.span())),
                _ => {
                    self.wrong_item(key, item);
                    complete = false;
                }
            }
        }
        if array.len() < at_least {
            self.empty::<()>(key, span);
            return None;
        }
        complete.then_some(found)
    }

    fn twice(&mut self, text: &str, span: Range<usize>) {
        self.problems.push(Diagnostic::new(
            Code::SameId,
            span,
            say!("`{text}` is listed twice", "`{text}` 列了两次", text = shown(text)),
            say!("already listed", "前面已经列过"),
        ));
    }

    fn whole(
        &mut self,
        key: &Key,
        number: &DeInteger<'_>,
        span: Range<usize>,
        from: i64,
        to: i64,
    ) -> Option<Value> {
        let value = i64::from_str_radix(number.as_str(), number.radix()).ok();
        match value.filter(|value| (from..=to).contains(value)) {
            Some(value) => Some(Value::Whole(value)),
            None => {
                self.problems.push(Diagnostic::new(
                    Code::Range,
                    span,
                    say!("`{key}` is out of range", "`{key}` 超出范围", key = key.name),
                    say!(
                        "expected a whole number from {from} to {to}",
                        "应为 {from} 到 {to} 的整数"
                    ),
                ));
                None
            }
        }
    }

    fn length(&mut self, key: &Key, text: &str, span: Range<usize>, none: bool) -> Option<Value> {
        if none && text == "none" {
            return Some(Value::Length(None));
        }
        match units::length(text) {
            Some(ms) if ms > 0 => return Some(Value::Length(Some(Span(ms)))),
            Some(_) => self.problems.push(Diagnostic::new(
                Code::Range,
                span,
                say!("`{key}` is zero", "`{key}` 是零", key = key.name),
                say!("expected more than zero", "应大于零"),
            )),
            None => self.problems.push(
                Diagnostic::new(
                    Code::Length,
                    span,
                    say!("`{key}` is not a length of time", "`{key}` 不是时长", key = key.name),
                    say!(
                        "expected a whole number with `ms`, `s`, `m` or `h`, at most 31 days",
                        "应为整数加 `ms`、`s`、`m` 或 `h`，最多 31 天"
                    ),
                )
                .help(
                    format!("three minutes are written `{} = \"180s\"`", key.name),
                    format!("三分钟写作 `{} = \"180s\"`", key.name),
                ),
            ),
        }
        None
    }

    fn bad_date(&mut self, key: &Key, span: Range<usize>) -> Option<Value> {
        self.problems.push(Diagnostic::new(
            Code::Date,
            span,
            say!("`{key}` is not a calendar day", "`{key}` 不是日历上的一天", key = key.name),
            say!(
                "expected a day without a time, as `2022-03-01`",
                "应为不带时间的日期，如 `2022-03-01`"
            ),
        ));
        None
    }

    fn quoted_date(&mut self, key: &Key, span: Range<usize>) -> Option<Value> {
        self.problems.push(
            Diagnostic::new(
                Code::Date,
                span,
                say!(
                    "`{key}` is a text, not a calendar day",
                    "`{key}` 是文字，不是日期",
                    key = key.name
                ),
                say!("expected a day without quotes", "应为不加引号的日期"),
            )
            .help(
                format!("write `{} = 2022-03-01`", key.name),
                format!("写作 `{} = 2022-03-01`", key.name),
            ),
        );
        None
    }

    fn time(&mut self, text: &str, span: Range<usize>) -> Option<i64> {
        let time = units::time_of_day(text);
        if time.is_none() {
            self.problems.push(Diagnostic::new(
                Code::TimeOfDay,
                span,
                say!("`{found}` is not a time of day", "`{found}` 不是时刻", found = shown(text)),
                say!(
                    "expected `HH:MM` or `HH:MM:SS`, up to `24:00`",
                    "应为 `HH:MM` 或 `HH:MM:SS`，最晚 `24:00`"
                ),
            ));
        }
        time
    }

    fn intervals(
        &mut self,
        key: &'static Key,
        array: &[Spanned<DeValue<'_>>],
        span: Range<usize>,
    ) -> Option<Value> {
        let mut intervals = Vec::new();
        for item in array {
            let ends = match item.get_ref().as_array().map(|pair| &pair[..]) {
                Some([from, to]) => from.get_ref().as_str().zip(to.get_ref().as_str()),
                _ => None,
            };
            let Some((from, to)) = ends else {
                self.wrong_type::<()>(key, item.get_ref().type_str(), item.span());
                return None;
            };
            let from = self.time(from, item.span());
            let to = self.time(to, item.span());
            intervals.push((from?, to?));
        }
        if intervals.is_empty() {
            return self.empty(key, span);
        }
        Some(Value::Intervals(intervals))
    }

    /// One of the words that stand for a value of their own, or else a table.
    fn either<T: Copy>(
        &mut self,
        key: &Key,
        text: &str,
        span: Range<usize>,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let word = self.word(key, text, span, &keys::names(words))?;
        words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
    }

    fn counts(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<Value> {
        match self.complete(table, span, keys::COUNTS).get("counts")?.value {
            Value::Length(Some(length)) => Some(Value::Unanswered(Unanswered::Counts(length))),
            _ => None,
        }
    }

    fn period(&mut self, key: &Key, table: &DeTable<'_>, span: Range<usize>) -> Option<Value> {
        let n_before = self.problems.len();
        let block = self.complete(table, span.clone(), keys::PERIOD);
        if self.problems.len() > n_before {
            return None;
        }
        let number = |name| match block.get(name)?.value {
            Value::Whole(number) => u32::try_from(number).ok(),
            _ => None,
        };
        let short = |name| number(name).and_then(|n| u16::try_from(n).ok());
        let until = block.get("until").is_some();
        let parts = (short("days"), short("lag"), until, short("months"), number("samples"));
        let period = match parts {
            (Some(days), Some(lag), false, None, None) => Period::Days { days, lag },
            (Some(days), None, true, None, None) => Period::ToLastSample { days },
            (None, None, false, Some(months), None) => Period::Months { months },
            (None, None, false, None, Some(samples)) => Period::LastSamples { samples },
            _ => {
                return self.incomplete(
                    key,
                    span,
                    say!(
                        "expected `days` with `lag`, `days` with `until`, `months` or `samples`",
                        "应为 `days` 加 `lag`、`days` 加 `until`、`months` 或 `samples`"
                    ),
                );
            }
        };
        Some(Value::Period(period))
    }

    fn below_minimum(
        &mut self,
        key: &Key,
        table: &DeTable<'_>,
        span: Range<usize>,
    ) -> Option<Value> {
        let n_before = self.problems.len();
        let block = self.complete(table, span.clone(), keys::BELOW_MINIMUM);
        if self.problems.len() > n_before {
            return None;
        }
        let value = |name| block.get(name).map(|found| &found.value);
        let below = match (value("samples"), value("value")) {
            (Some(Value::Whole(samples)), None) => {
                BelowMinimum::LastSamples(u32::try_from(*samples).ok()?)
            }
            (None, Some(Value::Percent(num, den))) => BelowMinimum::Value { num: *num, den: *den },
            _ => {
                let expected = say!("expected `samples` or `value`", "应为 `samples` 或 `value`");
                return self.incomplete(key, span, expected);
            }
        };
        Some(Value::BelowMinimum(below))
    }

    /// A small table whose keys are right, but not together.
    fn incomplete<T>(&mut self, key: &Key, span: Range<usize>, label: Text) -> Option<T> {
        let title =
            say!("`{key}` is not one way to say it", "`{key}` 的写法不成立", key = key.name);
        self.problems.push(Diagnostic::new(Code::MissingKey, span, title, label).help(
            format!("for example `{} = {}`", key.name, key.example),
            format!("例如 `{} = {}`", key.name, key.example),
        ));
        None
    }

    fn percent(&mut self, key: &Key, text: &str, span: Range<usize>) -> Option<Value> {
        if let Some((num, den)) = units::percent(text) {
            return Some(Value::Percent(num, den));
        }
        let title = say!("`{found}` is not a share", "`{found}` 不是比率", found = shown(text));
        let label = say!("expected 0% to 100%", "应为 0% 到 100%");
        self.problems.push(Diagnostic::new(Code::Range, span, title, label).help(
            format!("for example `{} = {}`", key.name, key.example),
            format!("例如 `{} = {}`", key.name, key.example),
        ));
        None
    }

    /// A small table that is needed whole, even inside a patch.
    fn complete(&mut self, table: &DeTable<'_>, span: Range<usize>, keys: &'static [Key]) -> Block {
        Walker { problems: &mut *self.problems, completeness: Completeness::Whole }.table(
            table,
            span,
            &[keys],
        )
    }

    fn which_periods(&mut self, key: &Key, text: &str, span: Range<usize>) -> Option<Value> {
        let word = self.word(key, text, span, &["platform", "none"])?;
        let which = if word == "none" { WhichPeriods::None } else { WhichPeriods::All };
        Some(Value::Periods(which))
    }

    fn tables(
        &mut self,
        key: &'static Key,
        array: &[Spanned<DeValue<'_>>],
        span: Range<usize>,
        keys: &[&'static [Key]],
    ) -> Option<Value> {
        let mut blocks = Vec::new();
        for item in array {
            match item.get_ref() {
                DeValue::Table(table) => blocks.push(self.table(table, item.span(), keys)),
                _ => self.wrong_item(key, item),
            }
        }
        if array.is_empty() {
            return self.empty(key, span);
        }
        Some(Value::Tables(blocks))
    }

    fn named(
        &mut self,
        key: &'static Key,
        table: &DeTable<'_>,
        span: Range<usize>,
        keys: &[&'static [Key]],
    ) -> Option<Value> {
        let mut named = Vec::new();
        for (name, value) in table {
            match value.get_ref() {
                DeValue::Table(inner) => named.push(Named {
                    name: name.get_ref().to_string(),
                    span: name.span(),
                    block: self.table(inner, value.span(), keys),
                }),
                _ => self.wrong_item(key, value),
            }
        }
        if table.is_empty() {
            return self.empty(key, span);
        }
        named.sort_by_key(|named| named.span.start);
        Some(Value::Named(named))
    }

    fn patches(
        &mut self,
        key: &'static Key,
        table: &DeTable<'_>,
        span: Range<usize>,
    ) -> Option<Value> {
        Walker { problems: &mut *self.problems, completeness: Completeness::Partial }.named(
            key,
            table,
            span,
            &[AXES],
        )
    }

    fn empty<T>(&mut self, key: &Key, span: Range<usize>) -> Option<T> {
        self.problems.push(Diagnostic::new(
            Code::Empty,
            span,
            say!("`{key}` is empty", "`{key}` 是空的", key = key.name),
            say!("expected something here", "这里应有内容"),
        ));
        None
    }

    fn wrong_item(&mut self, key: &Key, item: &Spanned<DeValue<'_>>) {
        let (en, zh) = match key.kind {
            Kind::Tables(_) | Kind::Named(_) | Kind::Patches => ("a table", "表"),
            _ => ("a text", "文字"),
        };
        let found = item.get_ref().type_str();
        self.problems.push(Diagnostic::new(
            Code::WrongType,
            item.span(),
            say!(
                "`{key}` holds {found}",
                "`{key}` 里有{zh}",
                key = key.name,
                zh = type_zh(found),
                found = with_article(found)
            ),
            say!("expected {en}", "应为{zh}"),
        ));
    }

    fn wrong_type<T>(&mut self, key: &Key, found: &str, span: Range<usize>) -> Option<T> {
        let (en, zh) = key.kind.expected();
        self.problems.push(
            Diagnostic::new(
                Code::WrongType,
                span,
                say!(
                    "`{key}` cannot be {found}",
                    "`{key}` 不能是{zh}",
                    key = key.name,
                    zh = type_zh(found),
                    found = with_article(found)
                ),
                say!("expected {en}", "应为{zh}"),
            )
            .help(
                format!("for example `{} = {}`", key.name, key.example),
                format!("例如 `{} = {}`", key.name, key.example),
            ),
        );
        None
    }
}

impl Kind {
    /// English and Chinese: what a value of this kind is.
    pub(crate) fn expected(self) -> (String, String) {
        let words = |words: Vec<&str>| {
            (format!("one of {}", quoted(&words, ", ")), format!(" {} 之一", quoted(&words, "、")))
        };
        let (en, zh) = match self {
            Self::Text | Self::Id => ("a text", "文字"),
            Self::Bilingual => ("a table with `zh` and `en`", "含 `zh` 和 `en` 的表"),
            Self::AsItIs => {
                ("a text, or a table with `zh` and `en`", "文字，或含 `zh` 和 `en` 的表")
            }
            Self::Word(list) => return words(list()),
            Self::Words(list) => {
                let (en, zh) = words(list());
                return (format!("a list, each {en}"), format!("列表，每项为{zh}"));
            }
            Self::Texts { .. } => ("a list of texts", "文字列表"),
            Self::Flag => ("`true` or `false`", " `true` 或 `false`"),
            Self::Whole(from, to) => {
                return (
                    format!("a whole number from {from} to {to}"),
                    format!(" {from} 到 {to} 的整数"),
                );
            }
            Self::Length { none: false } => ("a length of time", "时长"),
            Self::Length { none: true } => ("a length of time or `none`", "时长或 `none`"),
            Self::Date => ("a calendar day without quotes", "不加引号的日期"),
            Self::TimeOfDay => ("a time of day", "时刻"),
            Self::Intervals => ("a list of pairs of times of day", "时刻对的列表"),
            Self::Unanswered => (
                "`miss`, `drop`, `hit` or a table with `counts`",
                " `miss`、`drop`、`hit` 或含 `counts` 的表",
            ),
            Self::Period => (
                "`day`, `week`, `month` or a table: `days` with `lag` or `until`, `months`, or \
                 `samples`",
                " `day`、`week`、`month` 或表：`days` 加 `lag` 或 `until`、`months`、`samples`",
            ),
            Self::BelowMinimum => (
                "`not-assessed` or a table with `samples` or `value`",
                " `not-assessed` 或含 `samples` 或 `value` 的表",
            ),
            Self::Percent => ("a share as `57%`", "比率，如 `57%`"),
            Self::SpecialPeriods => {
                ("`platform`, `none` or a list of ids", " `platform`、`none` 或标识列表")
            }
            Self::Table(_) | Self::Named(_) | Self::Patches => ("a table", "表"),
            Self::TableOr(word, _) => {
                return (format!("a table or `{word}`"), format!("表或 `{word}`"));
            }
            Self::Tables(_) => ("an array of tables", "表的数组"),
            Self::Line => ("a comparison and a share or a length", "比较符加比率或时长"),
            Self::Points => ("points, with a class where there are classes", "扣分（可带类别）"),
            Self::Over => (
                "`day`, `week`, `half-month`, `month` or a table with `days` and `lag`",
                " `day`、`week`、`half-month`、`month` 或含 `days` 和 `lag` 的表",
            ),
            Self::DayPairs => ("a list of pairs of days", "日期对的列表"),
            Self::MonthDayPairs => ("a list of pairs of `\"MM-DD\"`", " `\"月-日\"` 对的列表"),
        };
        (en.to_owned(), zh.to_owned())
    }
}

/// Whether a text can be an id: lower-case letters, digits, `-`, `.`, not at the ends.
pub(crate) fn is_id(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().all(|byte| inside(byte) || byte == b'-' || byte == b'.')
        && text.bytes().next().is_some_and(inside)
        && text.bytes().last().is_some_and(inside)
}

/// The problem of an id that is not written as ids are.
pub(crate) fn bad_id(text: &str, span: Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::Id,
        span,
        say!("`{found}` is not an id", "`{found}` 不能作标识", found = shown(text)),
        say!(
            "expected lower-case letters, digits, `-` and `.`",
            "应由小写字母、数字、`-` 和 `.` 组成"
        ),
    )
}

/// A text of the file in a message: on one line, and not longer than people read.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let line: String = text.chars().take(MOST).map(plain).collect();
    if text.chars().count() > MOST { format!("{line}…") } else { line }
}

/// Words in backticks with something between them.
pub(crate) fn quoted(words: &[&str], comma: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(comma)
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {}", if kind == "string" { "text" } else { kind })
}

fn type_zh(kind: &str) -> &'static str {
    match kind {
        "string" => "文字",
        "integer" => "整数",
        "float" => "小数",
        "boolean" => "真假值",
        "datetime" => "日期或时刻",
        "array" => "列表",
        _ => "表",
    }
}
