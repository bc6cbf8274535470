//! The JSON Schema for editors and the reference of keys, out of the table of keys.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::keys::{
    AXES, BELOW_MINIMUM, BELOW_MINIMUM_WORDS, BILINGUAL, COUNTS, EDITION, Key, Kind, METRIC, Need,
    PERIOD, PERIOD_WORDS, PLATFORM, READING, SOURCE, SOURCES, SPECIAL_PERIOD, UNANSWERED_WORDS,
    names,
};
use crate::standard_keys::{
    CONSEQUENCE, GRADE, HALF_MONTH, SEASON, STANDARD, STANDARD_PATCH, STANDARD_READING, STANDARDS,
};
use crate::text::Lang;

/// The JSON Schema (draft 7) of `rule.toml`, for editors that read a `#:schema` line.
///
/// Descriptions are in English and Chinese. It knows keys, types and words; what axes mean to each
/// other only the checker knows.
///
/// # Example
///
/// ```
/// assert!(rulebook::schema().contains("\"conversation-start\""));
/// ```
#[must_use]
pub fn schema() -> String {
    document("A metric and its editions (rule.toml)", &[METRIC])
}

/// The JSON Schema of `platform.toml`: see [`schema`].
#[must_use]
pub fn platform_schema() -> String {
    document("A platform (platform.toml)", &[PLATFORM])
}

/// The JSON Schema of `sources.toml`: see [`schema`].
#[must_use]
pub fn sources_schema() -> String {
    document("The sources of rulebooks (sources.toml)", &[SOURCES])
}

/// The JSON Schema of `standards.toml`: see [`schema`].
#[must_use]
pub fn standards_schema() -> String {
    document("The standards of a platform (standards.toml)", &[STANDARDS])
}

fn document(title: &str, keys: &[&'static [Key]]) -> String {
    let mut document = Map::new();
    document.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    document.insert("title".into(), title.into());
    if let Json::Object(object) = object(keys, Need::Required) {
        document.extend(object);
    }
    let mut text = format!("{:#}", Json::Object(document));
    text.push('\n');
    text
}

/// A table of these keys and no others.
fn object(keys: &[&'static [Key]], need: Need) -> Json {
    let all = || keys.iter().copied().flatten();
    let properties: Map<String, Json> =
        all().map(|key| (key.name.to_owned(), property(key, need))).collect();
    let required: Vec<&str> = all()
        .filter(|key| need == Need::Required && key.need == Need::Required)
        .map(|key| key.name)
        .collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

fn property(key: &Key, need: Need) -> Json {
    let mut description = format!("{}\n\n{}", key.en, key.zh);
    if !key.default.is_empty() {
        let _ = write!(description, "\n\ndefault 默认: {}", key.default);
    }
    let mut property = Map::new();
    property.insert("description".into(), description.into());
    if let Json::Object(object) = shape(key.kind, need) {
        property.extend(object);
    }
    Json::Object(property)
}

fn words(words: &[&str]) -> Json {
    json!({ "type": "string", "enum": words })
}

fn shape(kind: Kind, need: Need) -> Json {
    const TIME: &str = "^([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{3})?)?$";
    let whole = Need::Required;
    match kind {
        Kind::Text => json!({ "type": "string", "minLength": 1 }),
        Kind::Id => json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" }),
        Kind::Bilingual => object(&[BILINGUAL], whole),
        Kind::AsItIs => {
            let text = json!({ "type": "string", "minLength": 1 });
            json!({ "anyOf": [text, object(&[BILINGUAL], whole)] })
        }
        Kind::Word(list) => words(&list()),
        Kind::Words(list) => {
            json!({ "type": "array", "uniqueItems": true, "items": words(&list()) })
        }
        Kind::Texts { at_least } => json!({
            "type": "array",
            "uniqueItems": true,
            "minItems": at_least,
            "items": { "type": "string", "minLength": 1 },
        }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Kind::Length { none: false } => {
            json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h)$" })
        }
        Kind::Length { none: true } => {
            json!({ "type": "string", "pattern": "^([0-9]+(ms|s|m|h)|none)$" })
        }
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::TimeOfDay => json!({ "type": "string", "pattern": TIME }),
        Kind::Intervals => {
            let time = json!({ "type": "string", "pattern": TIME });
            let pair = json!({ "type": "array", "minItems": 2, "maxItems": 2, "items": time });
            json!({ "type": "array", "minItems": 1, "items": pair })
        }
        Kind::Unanswered => either(words(&names(UNANSWERED_WORDS)), object(&[COUNTS], whole)),
        Kind::Period => either(words(&names(PERIOD_WORDS)), object(&[PERIOD], whole)),
        Kind::BelowMinimum => {
            either(words(&names(BELOW_MINIMUM_WORDS)), object(&[BELOW_MINIMUM], whole))
        }
        Kind::Percent => json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%$" }),
        Kind::SpecialPeriods => {
            either(words(&["platform", "none"]), shape(Kind::Texts { at_least: 0 }, need))
        }
        Kind::Table(keys) => object(&[keys], need),
        Kind::TableOr(word, keys) => either(words(&[word]), object(&[keys], need)),
        Kind::Tables(keys) => {
            json!({ "type": "array", "minItems": 1, "items": object(keys, need) })
        }
        Kind::Named(keys) => named(object(&[keys], need)),
        Kind::Patches => named(object(&[AXES], Need::Optional)),
        Kind::Line => json!({
            "type": "string",
            "pattern": "^(>=|>|<=|<) ?[0-9]+(\\.[0-9]+)? ?(%|ms|s|m|h)$",
        }),
        Kind::Points => json!({ "type": "string", "pattern": "^[AB]?[0-9]+(\\.[0-9])?$" }),
        Kind::Over => {
            let mut all = names(PERIOD_WORDS);
            all.push(HALF_MONTH);
            either(words(&all), object(&[PERIOD], whole))
        }
        Kind::DayPairs => pairs(json!({ "type": "string", "format": "date" })),
        Kind::MonthDayPairs => {
            pairs(json!({ "type": "string", "pattern": "^[01][0-9]-[0-3][0-9]$" }))
        }
    }
}

fn pairs(of: Json) -> Json {
    let pair = json!({ "type": "array", "minItems": 2, "maxItems": 2, "items": of });
    json!({ "type": "array", "minItems": 1, "items": pair })
}

fn either(one: Json, other: Json) -> Json {
    json!({ "anyOf": [one, other] })
}

fn named(each: Json) -> Json {
    json!({ "type": "object", "minProperties": 1, "additionalProperties": each })
}

/// The reference of all keys of rulebooks, as Markdown, in one language.
///
/// # Example
///
/// ```
/// use rulebook::{Lang, reference};
/// assert!(reference(Lang::En).contains("| `conversation.gap` |"));
/// assert!(reference(Lang::Zh).contains("| `conversation.gap` |"));
/// ```
#[must_use]
pub fn reference(lang: Lang) -> String {
    let mut text = String::new();
    let (title, intro, head) = match lang {
        Lang::En => (
            "# Keys of rulebooks",
            "Lengths of time are whole numbers with `ms`, `s`, `m` or `h`; times of day are local; \
             days are written without quotes. Unknown keys are errors.",
            "| key | value | default | on | meaning |",
        ),
        Lang::Zh => (
            "# 规则文件的键",
            "时长写作整数加 `ms`、`s`、`m` 或 `h`；时刻是当地时刻；日期不加引号。未知的键是错误。",
            "| 键 | 值 | 默认 | 适用 | 含义 |",
        ),
    };
    let _ = writeln!(text, "{title}\n\n{intro}");
    let sections: [(&str, &str, &[&'static [Key]]); 10] = [
        ("`rule.toml`", "`rule.toml`", &[METRIC]),
        ("`[[edition]]`", "`[[edition]]`", &[EDITION, AXES]),
        ("`[edition.reading.…]`", "`[edition.reading.…]`", &[READING]),
        (
            "`platform.toml`, `[[special-period]]`",
            "`platform.toml`、`[[special-period]]`",
            &[PLATFORM, SPECIAL_PERIOD],
        ),
        (
            "`standards.toml`, `[[standard]]`",
            "`standards.toml`、`[[standard]]`",
            &[STANDARDS, STANDARD],
        ),
        ("`[[standard.consequence]]`", "`[[standard.consequence]]`", &[CONSEQUENCE]),
        ("`[[standard.grade]]`", "`[[standard.grade]]`", &[GRADE]),
        (
            "`[standard.reading.…]`, and what an alternative may change",
            "`[standard.reading.…]`，以及其他答案可以改动的内容",
            &[STANDARD_READING, STANDARD_PATCH],
        ),
        ("`standards.toml`: `[[season]]`", "`standards.toml`：`[[season]]`", &[SEASON]),
        ("`sources.toml`: `[[source]]`", "`sources.toml`：`[[source]]`", &[SOURCE]),
    ];
    for (en, zh, keys) in sections {
        let heading = if lang == Lang::En { en } else { zh };
        let _ = writeln!(text, "\n## {heading}\n\n{head}\n|---|---|---|---|---|");
        for key in keys.iter().copied().flatten() {
            row(&mut text, key, "", lang);
        }
    }
    text
}

fn row(text: &mut String, key: &Key, prefix: &str, lang: Lang) {
    let (value_en, value_zh) = key.kind.expected();
    let (on_en, on_zh) = key.applies.words();
    let (value, on, meaning, required, such_as) = match lang {
        Lang::En => (value_en, on_en, key.en, "required", " For example "),
        Lang::Zh => (value_zh, on_zh, key.zh, "必填", "例如 "),
    };
    let default = match (key.need, key.default) {
        (Need::Required, _) => required.to_owned(),
        (Need::Optional, "") => "–".to_owned(),
        (Need::Optional, default) => format!("`{default}`"),
    };
    let path = format!("{prefix}{}", key.name);
    let _ = writeln!(
        text,
        "| `{path}` | {} | {default} | {on} | {meaning}{such_as}`{}` |",
        value.trim(),
        key.example
    );
    if let Kind::Table(keys) | Kind::TableOr(_, keys) = key.kind {
        for inner in keys {
            row(text, inner, &format!("{path}."), lang);
        }
    }
}
