//! Why a value does not fit, in own sentences: what a reader of texts for machines would say names
//! types of the program, and in one language.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Between the parts of a sentence that is given in both languages, where one text alone goes.
const BETWEEN: char = '\u{1f}';

/// The longest name out of a request that an answer repeats, in characters.
const LONGEST: usize = 40;

/// A step from a value to one within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To what a key of an object has.
    Key(String),
    /// To an item of a list, from 0.
    Item(usize),
}

/// What does not fit, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// From the innermost outwards.
    steps: Vec<Step>,
    en: String,
    zh: String,
}

/// A sentence in both languages as the one text that a `Deserialize` can fail with.
pub(crate) fn said<E: de::Error>(en: &str, zh: &str) -> E {
    E::custom(format_args!("{en}{BETWEEN}{zh}"))
}

impl Misfit {
    fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { steps: Vec::new(), en: en.into(), zh: zh.into() }
    }

    /// Another thing was found than was expected.
    pub(super) fn found([en, zh]: [&str; 2], expected: &str) -> Self {
        let [expected_en, expected_zh] = in_words(expected);
        Self::new(
            format!("found {en}, expected {expected_en}"),
            format!("发现{zh}，应为{expected_zh}"),
        )
    }

    /// Under a key another word was found than those that are known.
    pub(crate) fn no_word(key: &str, found: &str, known: &'static [&'static str]) -> Self {
        let misfit: Self = de::Error::unknown_variant(found, known);
        misfit.within(Step::Key(key.to_owned()))
    }

    /// The same, one step further out.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The steps to the place, from the outermost inwards.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.steps.iter().rev().cloned().collect()
    }

    /// Where and what, in English and Chinese.
    pub(super) fn sentences(&self) -> [String; 2] {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Key(key) if path.is_empty() => path += &plain(key),
                Step::Key(key) => path += &format!(".{}", plain(key)),
                Step::Item(n) => path += &format!("[{n}]"),
            }
        }
        match path.is_empty() {
            true => [self.en.clone(), self.zh.clone()],
            false => [format!("`{path}`: {}", self.en), format!("`{path}`：{}", self.zh)],
        }
    }
}

/// One text out of which [`de::Error::custom`] makes the same misfit again.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{BETWEEN}{}", self.en, self.zh)?;
        for step in &self.steps {
            match step {
                Step::Key(key) => write!(f, "{BETWEEN}.{}", key.replace(BETWEEN, " "))?,
                Step::Item(n) => write!(f, "{BETWEEN}{n}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(text: T) -> Self {
        let text = text.to_string();
        let mut parts = text.split(BETWEEN);
        let (Some(en), Some(zh)) = (parts.next(), parts.next()) else {
            // Somebody else's sentence: in one language, and about the program.
            return Self::new("the value does not fit", "值不符合要求");
        };
        let step = |part: &str| match part.strip_prefix('.') {
            Some(key) => Step::Key(key.to_owned()),
            None => Step::Item(part.parse().unwrap_or(0)),
        };
        Self { steps: parts.map(step).collect(), ..Self::new(en, zh) }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::found(kind(&found), &expected.to_string())
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let number = match found {
            Unexpected::Unsigned(n) => Some(n.to_string()),
            Unexpected::Signed(n) => Some(n.to_string()),
            _ => None,
        };
        match number {
            Some(n) => Self::found([&n, &format!(" {n}")], &expected.to_string()),
            None => Self::found(kind(&found), &expected.to_string()),
        }
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let text = expected.to_string();
        let found = [format!("a list of {length}"), format!("含 {length} 项的列表")];
        match text.contains(BETWEEN) {
            true => Self::found([&found[0], &found[1]], &text),
            false => Self::new(
                format!("found {}, expected another number of items", found[0]),
                format!("发现{}，项数不符", found[1]),
            ),
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let (variant, known) = (plain(variant), quoted(expected, ", "));
        Self::new(
            format!("found `{variant}`, expected one of {known}"),
            format!("发现 `{variant}`，应为下列之一：{}", quoted(expected, "、")),
        )
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let name = plain(field);
        if expected.is_empty() {
            return Self::new(
                format!("there is no key `{name}`; expected none"),
                format!("没有键 `{name}`；此处不应有键"),
            );
        }
        let (meant_en, meant_zh) = match nearest(field, expected.iter().copied()) {
            Some(near) => (format!("; is `{near}` meant?"), format!("；是否为 `{near}`？")),
            None => (";".to_owned(), "；".to_owned()),
        };
        Self::new(
            format!("there is no key `{name}`{meant_en} Known are {}", quoted(expected, ", ")),
            format!("没有键 `{name}`{meant_zh}可用的键：{}", quoted(expected, "、")),
        )
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing"), format!("缺少 `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(
            format!("`{field}` is given twice; keep one"),
            format!("`{field}` 重复给出；请只保留一处"),
        )
    }
}

/// What kind of thing was found. Never the thing itself: it may be a buyer's text, or a secret.
fn kind(found: &Unexpected<'_>) -> [&'static str; 2] {
    match found {
        Unexpected::Bool(_) => ["true or false", " true 或 false"],
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => ["a whole number", "整数"],
        Unexpected::Float(_) => ["a number that is not whole", "非整数"],
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => ["a text", "文本"],
        Unexpected::Unit | Unexpected::Option => ["null", " null"],
        Unexpected::Seq => ["a list", "列表"],
        Unexpected::Map => ["an object", "对象"],
        _ => ["another kind of value", "其他类型的值"],
    }
}

/// What a reader says that it expects, in plain words.
fn in_words(expected: &str) -> [String; 2] {
    if let Some((en, zh)) = expected.split_once(BETWEEN) {
        return [en.to_owned(), zh.to_owned()];
    }
    let range = |low: i128, high: i128| {
        [format!("a whole number from {low} to {high}"), format!(" {low} 至 {high} 之间的整数")]
    };
    let [en, zh] = match expected {
        "u8" => return range(0, u8::MAX.into()),
        "u16" => return range(0, u16::MAX.into()),
        "u32" => return range(0, u32::MAX.into()),
        "i8" => return range(i8::MIN.into(), i8::MAX.into()),
        "i16" => return range(i16::MIN.into(), i16::MAX.into()),
        "i32" => return range(i32::MIN.into(), i32::MAX.into()),
        "u64" | "usize" | "u128" => ["a whole number, 0 or more", "不小于 0 的整数"],
        "i64" | "isize" | "i128" => ["a whole number", "整数"],
        "f32" | "f64" => ["a number", "数字"],
        "a boolean" => ["true or false", " true 或 false"],
        "unit" | "a unit" => ["null", " null"],
        "a sequence" => ["a list", "列表"],
        "a map" | "map" | "an object" => ["an object", "对象"],
        "a character" => ["a text of one character", "单个字符"],
        "a string" | "a borrowed string" | "variant identifier" | "field identifier" => {
            ["a text", "文本"]
        }
        _ if expected.starts_with("struct ") || expected.contains("tagged enum") => {
            ["an object", "对象"]
        }
        _ if expected.starts_with("enum ") || expected == "string or map" => ["a text", "文本"],
        _ if expected.starts_with("tuple") || expected.starts_with("an array") => {
            ["a list", "列表"]
        }
        _ => ["what the API's description says", "接口说明所列的值"],
    };
    [en.to_owned(), zh.to_owned()]
}

/// Names in a row.
pub(super) fn quoted(names: &[&str], between: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(between)
}

/// A name as an answer may repeat it: short, and nothing that could steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    let is_plain = |c: &char| !c.is_control() && *c != '`';
    let mut short: String = text.chars().filter(is_plain).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        short.push('…');
    }
    short
}

/// The known name that a misspelt one most likely means.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 64 {
        return None;
    }
    let measured = known.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let near = measured.filter(|(distance, other)| *distance <= (other.len() / 3).max(1));
    near.min_by_key(|(distance, _)| *distance).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use serde::de::Error as _;

    use super::*;

    #[test]
    fn a_misfit_goes_through_one_text_and_back() {
        let misfit =
            Misfit::missing_field("to").within(Step::Item(2)).within(Step::Key("x".into()));
        assert_eq!(Misfit::custom(&misfit), misfit);
        let [en, zh] = misfit.sentences();
        assert_eq!((&*en, &*zh), ("`x[2]`: `to` is missing", "`x[2]`：缺少 `to`"));
        let [en, zh] = said::<Misfit>("expected a day", "应为日期").sentences();
        assert_eq!((&*en, &*zh), ("expected a day", "应为日期"));
        let [en, zh] = Misfit::custom("struct Foo broke").sentences();
        assert!(!en.contains("Foo") && !zh.contains("Foo"), "{en} {zh}");
    }

    #[test]
    fn misspelt_names_are_recognised() {
        let known = ["metric", "from", "to"];
        assert_eq!(nearest("metrc", known.into_iter()), Some("metric"));
        assert_eq!(nearest("whatever", known.into_iter()), None);
    }
}
