//! All rulebooks together: platforms, metrics, sources, worked cases.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use metric::{Condition, SpecialPeriod};

use crate::compile::{self, Known};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, File, say};
use crate::edition::{Edition, Metric};
use crate::platform::{self, Platform, Source};
use crate::shipped::SHIPPED;
use crate::standards::{self, NamedSeason, NamedStandard};
use crate::walk::shown;

/// Platforms and metrics with everything that they rest on.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    platforms: Vec<Platform>,
    metrics: Vec<Metric>,
    sources: Vec<Source>,
    cases: Vec<(String, String)>,
    seasons: Vec<NamedSeason>,
    standards: Vec<NamedStandard>,
}

/// What was read, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Everything that is right. A file with a problem contributes nothing.
    pub catalogue: Catalogue,
    /// What is wrong; empty: everything was read.
    pub diagnostics: Diagnostics,
}

impl Loaded {
    /// The catalogue when nothing is wrong.
    ///
    /// # Errors
    ///
    /// The diagnostics when anything is.
    pub fn into_result(self) -> Result<Catalogue, Diagnostics> {
        if self.diagnostics.is_empty() { Ok(self.catalogue) } else { Err(self.diagnostics) }
    }
}

impl Catalogue {
    /// The catalogue that is built in.
    ///
    /// # Example
    ///
    /// ```
    /// let catalogue = rulebook::Catalogue::shipped();
    /// let taobao = catalogue.platform("taobao").unwrap();
    /// assert_eq!((taobao.name.zh.as_str(), taobao.time_zone.as_str()), ("淘宝", "Asia/Shanghai"));
    /// ```
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED_CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
            let files = SHIPPED.iter().map(|(path, text)| (*path, text.as_bytes()));
            Catalogue::from_files(files).catalogue
        });
        &SHIPPED_CATALOGUE
    }

    /// A catalogue out of files alone: `(path, bytes)`, in the order in which it shall list them.
    ///
    /// The last parts of a path say what a file is: `sources.toml`, `<platform>/platform.toml`,
    /// `<platform>/standards.toml`, `<platform>/<metric>/rule.toml`,
    /// `<platform>/<metric>/cases.md`. Other files are looked past unless they are TOML, which is a
    /// problem.
    ///
    /// # Example
    ///
    /// ```
    /// use rulebook::{Catalogue, Lang, Paint};
    /// let loaded = Catalogue::from_files([("x/platform.toml", "nam = 1")]);
    /// let text = loaded.diagnostics.render(Lang::En, Paint::Plain);
    /// assert!(text.contains("x/platform.toml:1:1"));
    /// assert!(text.contains("did you mean `name`?"));
    /// ```
    #[must_use]
    pub fn from_files<P, B>(files: impl IntoIterator<Item = (P, B)>) -> Loaded
    where
        P: AsRef<str>,
        B: AsRef<[u8]>,
    {
        Self::default().extended(files)
    }

    /// This catalogue with more files: those of the same platform, metric or source replace it.
    ///
    /// # Example
    ///
    /// A shop's own variant of a shipped rule needs only the one file.
    ///
    /// ```
    /// use rulebook::Catalogue;
    /// let text = r#"
    ///     name = { zh = "一分钟回复", en = "reply within a minute" }
    ///     summary = { zh = "每轮一分钟", en = "each round within a minute" }
    ///     [[edition]]
    ///     id = "own"
    ///     source = ["own-definition"]
    ///     confidence = "reading"
    ///     sample = "round"
    ///     authors = { agent = "answers" }
    ///     within = "60s"
    ///     figure = "share"
    ///     period = "day"
    /// "#;
    /// let loaded = Catalogue::shipped().extended([("generic/reply-1m/rule.toml", text)]);
    /// let catalogue = loaded.into_result().unwrap();
    /// assert!(catalogue.metric("generic/reply-1m").is_some());
    /// assert!(catalogue.metric("generic/reply").is_some());
    /// ```
    #[must_use]
    pub fn extended<P, B>(&self, files: impl IntoIterator<Item = (P, B)>) -> Loaded
    where
        P: AsRef<str>,
        B: AsRef<[u8]>,
    {
        let mut loader = Loader { catalogue: self.clone(), list: Vec::new(), files: Vec::new() };
        for (path, bytes) in files {
            loader.add(path.as_ref(), bytes.as_ref());
        }
        loader.load()
    }

    /// The platform of an id, `None` when there is none.
    #[must_use]
    pub fn platform(&self, id: &str) -> Option<&Platform> {
        self.platforms.iter().find(|platform| platform.id == id)
    }

    /// All platforms, in the order read.
    pub fn platforms(&self) -> impl Iterator<Item = &Platform> {
        self.platforms.iter()
    }

    /// The metric of an id as `taobao/human-reply-3m`, `None` when there is none.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.id == id)
    }

    /// All metrics, in the order read.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.iter()
    }

    /// The metrics of a platform, in the order read.
    pub fn metrics_of(&self, platform: &str) -> impl Iterator<Item = &Metric> {
        self.metrics.iter().filter(move |metric| metric.platform == platform)
    }

    /// The source of a key, `None` when there is none.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.key == key)
    }

    /// All sources, in the order read.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter()
    }

    /// The standards of a platform, in the order read.
    ///
    /// # Example
    ///
    /// ```
    /// let catalogue = rulebook::Catalogue::shipped();
    /// let standard = catalogue.standards("taote").next().unwrap();
    /// assert_eq!(standard.standard.metric, "taote/reply-3m");
    /// assert_eq!(standard.standard.lines[0].to_string(), ">= 40%");
    /// ```
    pub fn standards(&self, platform: &str) -> impl Iterator<Item = &NamedStandard> {
        self.standards.iter().filter(move |standard| standard.platform == platform)
    }

    /// What shops of a platform may be enrolled in beside its special periods: that which lines of
    /// its standards ask for, sorted.
    ///
    /// # Example
    ///
    /// ```
    /// let catalogue = rulebook::Catalogue::shipped();
    /// assert_eq!(catalogue.enrolments("tmall"), ["pet-advisor"]);
    /// assert!(catalogue.enrolments("jd").is_empty());
    /// ```
    #[must_use]
    pub fn enrolments(&self, platform: &str) -> Vec<&str> {
        let conditions = self.standards(platform).flat_map(|one| &one.standard.conditions);
        let asked = conditions.filter_map(|condition| match condition {
            Condition::Enrolled(id) | Condition::NotEnrolled(id) => Some(id.as_str()),
            Condition::LevelAtLeast(_) | Condition::Industry(_) | Condition::Orders(_) => None,
        });
        let periods = self.platform(platform).map(|one| one.special_periods.as_slice());
        let periods = periods.unwrap_or_default();
        let others = asked.filter(|id| periods.iter().all(|one| one.period.id != *id));
        others.collect::<BTreeSet<&str>>().into_iter().collect()
    }

    /// The seasons of a platform, in the order read.
    pub fn seasons(&self, platform: &str) -> impl Iterator<Item = &NamedSeason> {
        self.seasons.iter().filter(move |season| season.platform == platform)
    }

    /// The worked cases of a metric, as Markdown; `None` when it has none.
    #[must_use]
    pub fn cases(&self, metric: &str) -> Option<&str> {
        self.cases.iter().find(|(id, _)| id == metric).map(|(_, text)| text.as_str())
    }
}

/// What a path says that a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Sources,
    Platform(String),
    Standards(String),
    Rule(String, String),
    Cases(String, String),
    Misplaced,
    Nothing,
}

fn what(path: &str) -> What {
    let parts: Vec<&str> =
        path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
    let own = |part: &str| part.to_owned();
    match parts[..] {
        [.., "sources.toml"] => What::Sources,
        [.., platform, "platform.toml"] => What::Platform(own(platform)),
        [.., platform, "standards.toml"] => What::Standards(own(platform)),
        [.., platform, metric, "rule.toml"] => What::Rule(own(platform), own(metric)),
        [.., platform, metric, "cases.md"] => What::Cases(own(platform), own(metric)),
        [.., name] if name.ends_with(".toml") => What::Misplaced,
        _ => What::Nothing,
    }
}

struct Loader {
    catalogue: Catalogue,
    list: Vec<Diagnostic>,
    files: Vec<(File, What)>,
}

impl Loader {
    fn add(&mut self, path: &str, bytes: &[u8]) {
        let number = self.files.len();
        let mut what = what(path);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                if what != What::Nothing {
                    self.problem(number, not_utf8(error.valid_up_to()));
                }
                what = What::Nothing;
                String::from_utf8_lossy(bytes).into_owned()
            }
        };
        if what == What::Misplaced {
            self.problem(number, misplaced());
        }
        let is_repeated = !matches!(what, What::Nothing | What::Misplaced)
            && self.files.iter().any(|(_, earlier)| *earlier == what);
        if is_repeated {
            self.problem(number, repeated());
        }
        self.files.push((File { path: path.to_owned(), text }, what));
    }

    fn problem(&mut self, file: usize, mut problem: Diagnostic) {
        problem.file = file;
        self.list.push(problem);
    }

    /// Sources first, because platforms name them; then platforms, because rules name both.
    fn load(mut self) -> Loaded {
        let files = std::mem::take(&mut self.files);
        for (number, (file, what)) in files.iter().enumerate() {
            if *what == What::Sources {
                let mut problems = Vec::new();
                for source in platform::read_sources(&file.text, &mut problems) {
                    replace(&mut self.catalogue.sources, source, |source| &source.key);
                }
                self.problems(number, problems);
            }
        }
        for (number, (file, what)) in files.iter().enumerate() {
            if let What::Platform(id) = what {
                let mut problems = Vec::new();
                let sources = &self.catalogue.sources;
                let found = platform::read_platform(id, &file.text, sources, &mut problems);
                if let Some(found) = found {
                    replace(&mut self.catalogue.platforms, found, |platform| &platform.id);
                }
                self.problems(number, problems);
            }
        }
        for (number, (file, what)) in files.iter().enumerate() {
            match what {
                What::Rule(platform, metric) => self.rule(number, file, platform, metric),
                What::Cases(platform, metric) => {
                    let cases = (format!("{platform}/{metric}"), file.text.clone());
                    replace(&mut self.catalogue.cases, cases, |cases| &cases.0);
                }
                _ => {}
            }
        }
        for (number, (file, what)) in files.iter().enumerate() {
            if let What::Rule(platform, metric) = what {
                self.take_editions(number, file, &format!("{platform}/{metric}"));
            }
        }
        // Standards last, because they name metrics.
        for (number, (file, what)) in files.iter().enumerate() {
            if let What::Standards(platform) = what {
                self.standards(number, file, platform);
            }
        }
        self.list.sort_by_key(|problem| (problem.file, problem.span.start));
        let files = files.into_iter().map(|(file, _)| file).collect();
        let diagnostics = Diagnostics { files, list: self.list };
        Loaded { catalogue: self.catalogue, diagnostics }
    }

    fn problems(&mut self, file: usize, problems: Vec<Diagnostic>) {
        for problem in problems {
            self.problem(file, problem);
        }
    }

    fn standards(&mut self, number: usize, file: &File, platform: &str) {
        let mut problems = Vec::new();
        if self.catalogue.platform(platform).is_none() {
            problems.push(no_platform(platform));
        }
        let catalogue = &self.catalogue;
        let known = standards::Known { metrics: &catalogue.metrics, sources: &catalogue.sources };
        let found = standards::read(platform, &file.text, &known, &mut problems);
        if let Some((seasons, standards)) = found.filter(|_| problems.is_empty()) {
            self.catalogue.seasons.retain(|season| season.platform != platform);
            self.catalogue.seasons.extend(seasons);
            self.catalogue.standards.retain(|standard| standard.platform != platform);
            self.catalogue.standards.extend(standards);
        }
        self.problems(number, problems);
    }

    fn rule(&mut self, number: usize, file: &File, platform: &str, metric: &str) {
        let mut problems = Vec::new();
        let known = Known {
            platform: self.catalogue.platforms.iter().find(|known| known.id == platform),
            sources: &self.catalogue.sources,
        };
        if known.platform.is_none() {
            problems.push(no_platform(platform));
        }
        let found = compile::metric(platform, metric, &file.text, &known, &mut problems);
        if let Some(found) = found.filter(|_| problems.is_empty()) {
            replace(&mut self.catalogue.metrics, found, |metric| &metric.id);
        }
        self.problems(number, problems);
    }

    /// Gives a metric that is the same as another that one's editions.
    fn take_editions(&mut self, number: usize, file: &File, id: &str) {
        let Some(i) = self.catalogue.metrics.iter().position(|metric| metric.id == id) else {
            return;
        };
        let Some(name) = self.catalogue.metrics[i].same_as.clone() else { return };
        let other = self.catalogue.metric(&name).filter(|other| other.same_as.is_none());
        let platforms = |other: &Metric| {
            let own = self.catalogue.platform(&self.catalogue.metrics[i].platform)?;
            Some((own, self.catalogue.platform(&other.platform)?))
        };
        let found = other.and_then(|other| {
            let (own, others) = platforms(other)?;
            Some((other.options.clone(), adopted(other, own, others)))
        });
        match found {
            Some((options, editions)) => {
                let metric = &mut self.catalogue.metrics[i];
                metric.options = options;
                metric.editions = editions;
            }
            None => {
                self.catalogue.metrics.remove(i);
                let at = file.text.find(&name).unwrap_or(0);
                self.problem(number, no_metric(&name, at..at + name.len()));
            }
        }
    }
}

/// The other metric's editions with the special periods of this metric's platform where they had
/// those of their own.
fn adopted(other: &Metric, own: &Platform, others: &Platform) -> Vec<Edition> {
    let periods = |platform: &Platform| -> Vec<SpecialPeriod> {
        platform.special_periods.iter().map(|named| named.period.clone()).collect()
    };
    let (own, others) = (periods(own), periods(others));
    let mut editions = other.editions.clone();
    for edition in &mut editions {
        if edition.rule.special_periods == others {
            edition.rule.special_periods.clone_from(&own);
        }
    }
    editions
}

/// Puts an item in the place of the one with the same key, else at the end.
fn replace<T>(items: &mut Vec<T>, item: T, key: impl Fn(&T) -> &String) {
    match items.iter().position(|known| key(known) == key(&item)) {
        Some(i) => items[i] = item,
        None => items.push(item),
    }
}

fn not_utf8(at: usize) -> Diagnostic {
    Diagnostic::new(
        Code::Encoding,
        at..at,
        say!("the file is not UTF-8", "文件不是 UTF-8 编码"),
        say!("not UTF-8 from here", "从这里起不是 UTF-8"),
    )
    .help("save it as UTF-8", "请另存为 UTF-8")
}

fn misplaced() -> Diagnostic {
    Diagnostic::new(
        Code::Place,
        0..0,
        say!("the path does not say what the file is", "从路径看不出这是什么文件"),
        say!(
            "expected `<platform>/<metric>/rule.toml`, `<platform>/platform.toml`, `sources.toml`",
            "应为 `<平台>/<指标>/rule.toml`、`<平台>/platform.toml` 或 `sources.toml`"
        ),
    )
    .help("move or rename it", "请移动或改名")
}

fn repeated() -> Diagnostic {
    Diagnostic::new(
        Code::SameId,
        0..0,
        say!("another of these files has the same name", "这些文件里有两个同名"),
        say!("the second of the two", "两个中的第二个"),
    )
    .help("leave one of them out", "只留一个")
}

fn no_metric(id: &str, span: std::ops::Range<usize>) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownMetric,
        span,
        say!("there is no metric `{id}`", "没有指标 `{id}`", id = shown(id)),
        say!("expected one with editions of its own", "应为有自己版本的指标"),
    )
    .help("name it as `taobao/human-reply-3m`", "写成 `taobao/human-reply-3m` 这样")
}

fn no_platform(platform: &str) -> Diagnostic {
    Diagnostic::new(
        Code::NoPlatform,
        0..0,
        say!("the platform `{platform}` is not described", "平台 `{platform}` 没有说明文件"),
        say!("a rule of this platform", "这个平台的规则"),
    )
    .help(
        format!("write `{platform}/platform.toml` with its name and time zone"),
        format!("写一个 `{platform}/platform.toml`，包含名称和时区"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_parts_of_a_path_say_what_it_is() {
        let rule = What::Rule("taobao".into(), "reply".into());
        for path in
            ["taobao/reply/rule.toml", "./a/taobao/reply/rule.toml", "taobao\\reply\\rule.toml"]
        {
            assert_eq!(what(path), rule, "{path}");
        }
        assert_eq!(what("sources.toml"), What::Sources);
        assert_eq!(what("taobao/platform.toml"), What::Platform("taobao".into()));
        assert_eq!(what("taobao/standards.toml"), What::Standards("taobao".into()));
        for path in ["rule.toml", "reply/rule.toml", "platform.toml", "taobao/x.toml"] {
            assert_eq!(what(path), What::Misplaced, "{path}");
        }
        assert_eq!(what("rule.schema.json"), What::Nothing);
        assert_eq!(what(""), What::Nothing);
    }
}
