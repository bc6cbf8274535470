//! What is wrong with a file: where, what was found, what was expected, what to type.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::text::{Lang, Text};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $en:literal, $zh:literal;)+) => {
        /// The stable code of a kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name),+ }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code as printed, as `Y003`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// What the code stands for, in one language.
            #[must_use]
            pub const fn meaning(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$name, Lang::En) => $en, (Self::$name, Lang::Zh) => $zh),+
                }
            }
        }
    };
}

codes! {
    /// The text is not TOML.
    Syntax = "Y001", "the text is not TOML", "不是合法的 TOML";
    /// A key is given twice.
    Duplicate = "Y002", "a key is given twice", "同一个键写了两次";
    /// No such key.
    UnknownKey = "Y003", "there is no such key", "没有这个键";
    /// A required key is missing.
    MissingKey = "Y004", "a required key is missing", "缺少必填的键";
    /// A value has the wrong type.
    WrongType = "Y005", "a value has the wrong type", "值的类型不对";
    /// A word is not in the list of a key.
    UnknownWord = "Y006", "a word is not one of those allowed", "不是允许的词";
    /// Not a length of time.
    Length = "Y007", "a text is not a length of time", "不是时长";
    /// Not a time of day.
    TimeOfDay = "Y008", "a text is not a time of day", "不是一天里的时刻";
    /// Not a calendar day.
    Date = "Y009", "a value is not a calendar day", "不是日历上的一天";
    /// A number is out of range.
    Range = "Y010", "a number is out of range", "数字超出范围";
    /// Hours are out of order, overlap, are empty or incomplete.
    Hours = "Y011", "hours are out of order, overlap or are incomplete", "时段颠倒、重叠或不完整";
    /// Two things have one id.
    SameId = "Y012", "two things have one id", "两处用了同一个标识";
    /// Days are out of order.
    Order = "Y013", "days or editions are out of order", "日期或版本的先后不对";
    /// No such reading.
    UnknownReading = "Y014", "there is no such reading", "没有这个读法";
    /// A switch of a reading is not usable.
    Switch = "Y015", "the switch of a reading is not usable", "读法的开关不可用";
    /// Too many combinations of readings.
    Combinations = "Y016", "too many combinations of open readings", "可选读法的组合太多";
    /// Axes contradict each other.
    Contradiction = "Y017", "axes contradict each other", "各项设置互相矛盾";
    /// A key has no effect here.
    NoEffect = "Y018", "a key has no effect here", "这个键在这里不起作用";
    /// No such source.
    UnknownSource = "Y019", "there is no such source", "没有这个来源";
    /// Something that must not be empty is.
    Empty = "Y020", "something is empty that must not be", "不应为空";
    /// The file is not UTF-8.
    Encoding = "Y021", "the file is not UTF-8", "文件不是 UTF-8 编码";
    /// The file is not where a rulebook file belongs.
    Place = "Y022", "the file is not where it belongs", "文件放错了位置";
    /// No such special period.
    UnknownPeriod = "Y023", "there is no such special period", "没有这个特殊时期";
    /// No such time zone.
    UnknownZone = "Y024", "there is no such time zone", "没有这个时区";
    /// The metric's platform has no file.
    NoPlatform = "Y025", "the platform of a metric is not described", "指标所属的平台没有说明文件";
    /// An id is not written as ids are.
    Id = "Y026", "an id is not written as ids are", "标识的写法不对";
    /// There is no such metric, or no such edition of it.
    UnknownMetric = "Y027", "there is no such metric or edition", "没有这个指标或版本";
    /// Not a line of a standard.
    Line = "Y028", "a text is not a line", "不是一条线";
    /// Not penalty points.
    Points = "Y029", "a text is not points", "不是扣分";
    /// No such season.
    UnknownSeason = "Y030", "there is no such season", "没有这个时期";
}

/// Another place that a problem has to do with, in the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is there.
    pub label: Text,
}

/// One problem of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem.
    pub code: Code,
    /// Number of the file in [`Diagnostics::files`].
    pub file: usize,
    /// Where, as bytes of the file's text.
    pub span: Range<usize>,
    /// What was found.
    pub title: Text,
    /// What was expected there.
    pub label: Text,
    /// What to do. Absent: the label says it.
    pub help: Option<Text>,
    /// Other places that it has to do with.
    pub also: Vec<Note>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, span: Range<usize>, title: Text, label: Text) -> Self {
        Self { code, file: 0, span, title, label, help: None, also: Vec::new() }
    }

    pub(crate) fn help(mut self, en: impl Into<String>, zh: impl Into<String>) -> Self {
        self.help = Some(Text::new(en, zh));
        self
    }

    pub(crate) fn also(
        mut self,
        span: Range<usize>,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) -> Self {
        self.also.push(Note { span, label: Text::new(en, zh) });
        self
    }
}

/// A text for the two languages out of two format strings, English first. Both may name any of
/// the values.
macro_rules! say {
    ($en:literal, $zh:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = $value;)*
        $crate::text::Text::new(format!($en), format!($zh))
    }};
}
pub(crate) use say;

/// A file as it was read, for the lines that diagnostics show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path it was given under.
    pub path: String,
    /// Its text; where it is not UTF-8, with replacement characters.
    pub text: String,
}

/// Whether diagnostics are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paint {
    /// Plain text.
    #[default]
    Plain,
    /// Terminal colours.
    Coloured,
}

/// All problems of some files, in the order of the files and of the bytes in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The files that were read.
    pub files: Vec<File>,
    /// The problems; empty: everything is right.
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All problems with the lines that they are in, a blank line between two; empty when nothing
    /// is wrong.
    #[must_use]
    pub fn render(&self, lang: Lang, paint: Paint) -> String {
        let renderer = match paint {
            Paint::Plain => Renderer::plain(),
            Paint::Coloured => Renderer::styled(),
        };
        let rendered: Vec<String> =
            self.list.iter().map(|found| self.render_one(found, lang, &renderer)).collect();
        rendered.join("\n\n")
    }

    fn render_one(&self, found: &Diagnostic, lang: Lang, renderer: &Renderer) -> String {
        let (error, help) = match lang {
            Lang::En => ("error", "help"),
            Lang::Zh => ("错误", "办法"),
        };
        let title = Level::ERROR.with_name(error).primary_title(found.title.get(lang));
        let mut group = annotate_snippets::Group::with_title(title.id(found.code.id()));
        if let Some(file) = self.files.get(found.file) {
            let primary = AnnotationKind::Primary
                .span(within(&file.text, &found.span))
                .label(found.label.get(lang));
            let others = found.also.iter().map(|note| {
                AnnotationKind::Context
                    .span(within(&file.text, &note.span))
                    .label(note.label.get(lang))
            });
            group = group.element(
                Snippet::source(file.text.as_str())
                    .path(file.path.as_str())
                    .annotation(primary)
                    .annotations(others),
            );
        }
        if let Some(text) = &found.help {
            group = group.element(Level::HELP.with_name(help).message(text.get(lang)));
        }
        renderer.render(&[group])
    }
}

/// A span cut to the text and to character boundaries, so that any span can be shown.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.min(text.len()));
    start..end.max(start)
}

impl fmt::Display for Diagnostics {
    /// Plain, in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Lang::En, Paint::Plain))
    }
}

impl std::error::Error for Diagnostics {}
