//! Platforms, and the sources that rulebooks name.

use std::ops::Range;

use metric::SpecialPeriod;

use crate::compile::unknown_source;
use crate::diagnostic::{Code, Diagnostic, say};
use crate::keys::{PLATFORM, SOURCES};
use crate::text::Text;
use crate::toml_file;
use crate::walk::{Block, bad_id, is_id, shown};
use crate::zone::{UnknownZone, zone_transitions};

/// A platform.
#[derive(Clone, Debug)]
pub struct Platform {
    /// The id, as `taobao`.
    pub id: String,
    /// The name.
    pub name: Text,
    /// The IANA name of the time zone in which its days and hours are meant.
    pub time_zone: String,
    /// Dated periods in which samples of some shops do not count.
    pub special_periods: Vec<NamedPeriod>,
}

impl Platform {
    /// The offsets of the platform's time zone: see [`zone_transitions`].
    ///
    /// # Errors
    ///
    /// [`UnknownZone`]; a checked rulebook has none.
    pub fn transitions(&self) -> Result<Vec<(i64, i64)>, UnknownZone> {
        zone_transitions(&self.time_zone)
    }
}

/// A special period with its name and sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPeriod {
    /// Its id and days, as rules carry them.
    pub period: SpecialPeriod,
    /// Its name.
    pub name: Text,
    /// Keys of [`crate::Catalogue::source`].
    pub sources: Vec<String>,
    /// What a reader should know. Absent: nothing.
    pub note: Option<Text>,
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The key that rulebooks name it by.
    pub key: String,
    /// Its title, in its own language where it has one.
    pub title: Text,
    /// Where it is: an address, or words.
    pub place: Text,
    /// Its date as it prints it, or `undated`.
    pub date: String,
    /// How near it is to the platform.
    pub confidence: SourceConfidence,
}

/// How near a source is to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceConfidence {
    /// The platform's own text, read directly.
    Official,
    /// The platform's text, re-published by somebody else.
    Reposted,
    /// An article; it may be wrong or recycled.
    Article,
    /// Seen on a panel or in public code: evidence, not a definition.
    Capture,
    /// Our own definition.
    Own,
}

impl SourceConfidence {
    /// Every value with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("official", Self::Official),
        ("reposted", Self::Reposted),
        ("article", Self::Article),
        ("capture", Self::Capture),
        ("own", Self::Own),
    ];

    /// The word used in rulebooks.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Reposted => "reposted",
            Self::Article => "article",
            Self::Capture => "capture",
            Self::Own => "own",
        }
    }
}

/// Reads `platform.toml`. `None` when anything is wrong with it.
pub(crate) fn read_platform(
    id: &str,
    text: &str,
    sources: &[Source],
    problems: &mut Vec<Diagnostic>,
) -> Option<Platform> {
    let n_before = problems.len();
    if !is_id(id) {
        problems.push(bad_id(id, 0..0));
    }
    let (block, _) = toml_file::read(text, PLATFORM, problems);
    let time_zone = block.text("time-zone").unwrap_or_default().to_owned();
    if let Some(found) = block.get("time-zone")
        && zone_transitions(&time_zone).is_err()
    {
        problems.push(
            Diagnostic::new(
                Code::UnknownZone,
                found.value_span.clone(),
                say!(
                    "no time zone is called `{zone}`",
                    "没有名为 `{zone}` 的时区",
                    zone = shown(&time_zone)
                ),
                say!("expected an IANA name", "应为 IANA 名称"),
            )
            .help("for China write `\"Asia/Shanghai\"`", "中国写 `\"Asia/Shanghai\"`"),
        );
    }
    let special_periods = read_periods(block.tables("special-period"), sources, problems);
    let name = block.bilingual("name").cloned().unwrap_or_default();
    let platform = Platform { id: id.to_owned(), name, time_zone, special_periods };
    (problems.len() == n_before).then_some(platform)
}

fn read_periods(
    blocks: &[Block],
    sources: &[Source],
    problems: &mut Vec<Diagnostic>,
) -> Vec<NamedPeriod> {
    let mut periods: Vec<NamedPeriod> = Vec::new();
    for block in blocks {
        for (key, span) in block.texts("source") {
            unknown_source(key, span, sources, problems);
        }
        let (Some(id), Some(from), Some(to)) =
            (block.text("id"), block.day("from"), block.day("to"))
        else {
            continue;
        };
        if to < from {
            problems.push(Diagnostic::new(
                Code::Order,
                block.place("to"),
                say!("`to` ({to}) is before `from` ({from})", "`to`（{to}）早于 `from`（{from}）"),
                say!("expected the same day or a later one", "应为同一天或更晚"),
            ));
        }
        if periods.iter().any(|known| known.period.id == id) {
            problems.push(same_id(id, block.place("id")));
        }
        periods.push(NamedPeriod {
            period: SpecialPeriod { id: id.to_owned(), from, to },
            name: block.bilingual("name").cloned().unwrap_or_default(),
            sources: block.texts("source").iter().map(|(key, _)| key.clone()).collect(),
            note: block.bilingual("note").cloned(),
        });
    }
    periods
}

/// Reads `sources.toml`: the sources with which nothing is wrong.
pub(crate) fn read_sources(text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Source> {
    let (block, _) = toml_file::read(text, SOURCES, problems);
    let mut sources: Vec<Source> = Vec::new();
    for block in block.tables("source") {
        let text = |name| block.text(name).map(str::to_owned);
        let confidence = block.word("confidence").and_then(|word| {
            SourceConfidence::WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
        });
        let source = || {
            Some(Source {
                key: text("key")?,
                title: block.bilingual("title")?.clone(),
                place: block.bilingual("where")?.clone(),
                date: text("date")?,
                confidence: confidence?,
            })
        };
        let Some(source) = source() else { continue };
        if sources.iter().any(|known| known.key == source.key) {
            problems.push(same_id(&source.key, block.place("key")));
        } else {
            sources.push(source);
        }
    }
    sources
}

fn same_id(id: &str, span: Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::SameId,
        span,
        say!("`{id}` is given twice", "`{id}` 出现了两次", id = shown(id)),
        say!("already used above", "前面已经用过"),
    )
}
