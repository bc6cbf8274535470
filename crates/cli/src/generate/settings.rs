//! What is to be generated, checked.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use facts::Day;

use super::cast::Role;

/// Platforms whose habits are known, in the order in which they take turns by default.
const BY_DEFAULT: [&str; 5] = ["taobao", "taote", "douyin", "pinduoduo", "jd"];

/// Platforms that may be asked for.
const KNOWN: [&str; 9] =
    ["taobao", "tmall", "taote", "douyin", "pinduoduo", "jd", "kuaishou", "xiaohongshu", "generic"];

/// Write a made-up log of chats that looks like a real one
#[derive(Args, Clone, Debug)]
pub(crate) struct GenerateArgs {
    /// How many facts: `250000`, `10_000_000`, `1e6`, `10M`, `50万`
    #[arg(long, value_name = "N", default_value = "100k")]
    rows: String,
    /// How many shops; few of them are large
    #[arg(long, value_name = "N", default_value = "20")]
    shops: String,
    /// How many days
    #[arg(long, value_name = "N", default_value = "7")]
    days: String,
    /// The first day
    #[arg(long, value_name = "DATE", default_value = "2026-06-01")]
    from: String,
    /// Platforms of the shops, which take turns
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', default_values = BY_DEFAULT)]
    platform: Vec<String>,
    /// The same seed writes the same bytes
    #[arg(long, value_name = "S", default_value = "1")]
    seed: String,
    /// Sorted by time, or each day by shop, buyer and time
    #[arg(long, value_enum, default_value = "time")]
    order: Order,
    /// Give every message an id [default: in CSV and JSON Lines; in Parquet only messages that
    /// another fact refers to]
    #[arg(long, overrides_with = "no_ids")]
    ids: bool,
    /// Give an id only to messages that another fact refers to
    #[arg(long)]
    no_ids: bool,
    /// Give messages short Chinese texts
    #[arg(long)]
    text: bool,
    /// How many rows a row group of Parquet holds
    #[arg(long, value_name = "N", default_value = "1M")]
    row_group: String,
    /// The log to write, `.csv`, `.jsonl` (both also `.gz`, `.zst`) or `.parquet`; `-`: CSV on
    /// standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
}

/// In which order facts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// All facts by their instant.
    Time,
    /// Within each local day by shop, buyer and instant.
    Clustered,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Columns.
    Parquet,
}

/// How a text form is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    Plain,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// Arguments that passed every check.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) rows: u64,
    pub(super) shops: u32,
    pub(super) days: u16,
    pub(super) from: Day,
    pub(super) platforms: Vec<String>,
    pub(super) seed: u64,
    pub(super) order: Order,
    pub(super) ids: bool,
    pub(super) text: bool,
    pub(super) row_group: u64,
    /// `None`: standard output.
    pub(super) output: Option<PathBuf>,
    pub(super) format: Format,
    pub(super) packing: Packing,
    /// The shops; empty: made-up ones.
    pub(super) cast: Vec<&'static Role>,
    /// A day, from 0, with three times as many consults as usual.
    pub(super) rush: Option<u16>,
}

/// Why no log was written.
#[derive(Debug)]
pub(crate) enum GenerateError {
    /// An option is not a whole number in its range.
    Number {
        /// The option as typed.
        option: &'static str,
        /// What was typed.
        found: String,
        /// The least that is allowed.
        least: u64,
        /// The most that is allowed.
        most: u64,
    },
    /// `--from` is not a day.
    Day {
        /// What was typed.
        found: String,
    },
    /// `--platform` names none that is known.
    Platform {
        /// What was typed.
        found: String,
    },
    /// The file's name says no form.
    Extension {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be written.
    Write {
        /// The file; `None`: standard output.
        path: Option<PathBuf>,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl GenerateError {
    /// What was found, what was expected, what to do, in Chinese.
    pub(crate) fn chinese(&self) -> String {
        match self {
            Self::Number { option, found, least, most } => format!(
                "`{option}` 的值是 `{found}`，应为 {least} 到 {most} 的整数，\
                 例如 `{least}`、`1e3`、`10k`、`1万`",
            ),
            Self::Day { found } => format!(
                "`--from` 的值是 `{found}`，应为 1992-01-01 到 2099-12-31 的日期，例如 `2026-06-01`",
            ),
            Self::Platform { found } => {
                format!("`--platform` 里没有平台 `{found}`，可选：{}", KNOWN.join("、"))
            }
            Self::Extension { path } => format!(
                "`{}` 的扩展名看不出格式，请用 .csv、.jsonl（可再加 .gz 或 .zst）或 .parquet，\
                 或用 `-` 写到标准输出",
                path.display(),
            ),
            Self::Write { path: Some(path), cause } => {
                format!("`{}` 写不进去：{cause}；请检查目录、权限和磁盘空间", path.display())
            }
            Self::Write { path: None, cause } => format!("标准输出写不进去：{cause}"),
        }
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number { option, found, least, most } => write!(
                f,
                "`{option}` is `{found}`; expected a whole number from {least} to {most}, \
                 such as `{least}`, `1e3`, `10k`",
            ),
            Self::Day { found } => write!(
                f,
                "`--from` is `{found}`; expected a day from 1992-01-01 to 2099-12-31, \
                 such as `2026-06-01`",
            ),
            Self::Platform { found } => {
                write!(f, "`--platform` names `{found}`; expected one of {}", KNOWN.join(", "))
            }
            Self::Extension { path } => write!(
                f,
                "the name `{}` does not say a form; end it in .csv, .jsonl (then .gz or .zst if \
                 it shall be packed) or .parquet, or write `-` for standard output",
                path.display(),
            ),
            Self::Write { path: Some(path), cause } => write!(
                f,
                "cannot write `{}`: {cause}; check the folder, its permissions and the space left",
                path.display(),
            ),
            Self::Write { path: None, cause } => {
                write!(f, "cannot write to standard output: {cause}")
            }
        }
    }
}

impl std::error::Error for GenerateError {}

impl GenerateArgs {
    /// Checks every argument.
    pub(super) fn check(&self) -> Result<Settings, GenerateError> {
        let shops = ranged("--shops", &self.shops, 1, 1_000_000)?;
        let days = ranged("--days", &self.days, 1, 3_660)?;
        let (output, format, packing) = target(&self.output)?;
        Ok(Settings {
            rows: ranged("--rows", &self.rows, 1, 10_000_000_000)?,
            shops: u32::try_from(shops).unwrap_or(u32::MAX),
            days: u16::try_from(days).unwrap_or(u16::MAX),
            from: first_day(&self.from)?,
            platforms: known_platforms(&self.platform)?,
            seed: ranged("--seed", &self.seed, 0, u64::MAX)?,
            order: self.order,
            ids: self.ids || (!self.no_ids && format != Format::Parquet),
            text: self.text,
            row_group: ranged("--row-group", &self.row_group, 1_000, 100_000_000)?,
            output,
            format,
            packing,
            cast: Vec::new(),
            rush: None,
        })
    }
}

fn ranged(option: &'static str, text: &str, least: u64, most: u64) -> Result<u64, GenerateError> {
    whole_number(text).filter(|n| (least..=most).contains(n)).ok_or_else(|| GenerateError::Number {
        option,
        found: text.to_owned(),
        least,
        most,
    })
}

/// A whole number as people write them: `250000`, `10_000`, `1e6`, `2.5M`, `50万`.
pub(crate) fn whole_number(text: &str) -> Option<u64> {
    let end =
        text.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(text.len());
    let (mantissa, unit) = text.split_at(end);
    let zeros: u32 = match unit {
        "" => 0,
        "k" | "K" => 3,
        "万" => 4,
        "M" | "m" => 6,
        "亿" => 8,
        "G" | "g" => 9,
        _ => unit.strip_prefix(['e', 'E'])?.parse().ok().filter(|zeros| *zeros <= 19)?,
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !whole.starts_with(|c: char| c.is_ascii_digit()) || fraction.contains('.') {
        return None;
    }
    let digits: String = [whole, fraction].concat().chars().filter(|c| *c != '_').collect();
    let decimals = u32::try_from(fraction.chars().filter(|c| *c != '_').count()).ok()?;
    let n: u64 = digits.parse().ok()?;
    n.checked_mul(10u64.checked_pow(zeros.checked_sub(decimals)?)?)
}

fn first_day(text: &str) -> Result<Day, GenerateError> {
    let wrong = || GenerateError::Day { found: text.to_owned() };
    let day: Day = text.parse().map_err(|_| wrong())?;
    // Shanghai has been eight hours ahead without a change since the end of 1991.
    if (1992..=2099).contains(&day.date().0) { Ok(day) } else { Err(wrong()) }
}

fn known_platforms(names: &[String]) -> Result<Vec<String>, GenerateError> {
    let mut platforms: Vec<String> = Vec::new();
    for name in names {
        if !KNOWN.contains(&name.as_str()) {
            return Err(GenerateError::Platform { found: name.clone() });
        }
        if !platforms.contains(name) {
            platforms.push(name.clone());
        }
    }
    if platforms.is_empty() {
        return Err(GenerateError::Platform { found: String::new() });
    }
    Ok(platforms)
}

fn target(path: &Path) -> Result<(Option<PathBuf>, Format, Packing), GenerateError> {
    if path.as_os_str() == "-" {
        return Ok((None, Format::Csv, Packing::Plain));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let name = name.unwrap_or_default();
    let (stem, packing) = match name.rsplit_once('.') {
        Some((stem, "gz")) => (stem, Packing::Gzip),
        Some((stem, "zst")) => (stem, Packing::Zstd),
        _ => (name.as_str(), Packing::Plain),
    };
    let format = match (stem.rsplit_once('.'), packing) {
        (Some((_, "csv")), _) => Format::Csv,
        (Some((_, "jsonl" | "ndjson")), _) => Format::JsonLines,
        (Some((_, "parquet")), Packing::Plain) => Format::Parquet,
        _ => return Err(GenerateError::Extension { path: path.to_owned() }),
    };
    Ok((Some(path.to_owned()), format, packing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = [
            ("1", Some(1)),
            ("10_000_000", Some(10_000_000)),
            ("1e6", Some(1_000_000)),
            ("1E3", Some(1_000)),
            ("2.5M", Some(2_500_000)),
            ("50万", Some(500_000)),
            ("1亿", Some(100_000_000)),
            ("10k", Some(10_000)),
            ("1.5", None),
            ("1.0005k", None),
            ("", None),
            ("k", None),
            ("_1", None),
            ("-1", None),
            ("1e", None),
            ("1e99", None),
            ("99999999999999999999", None),
            ("1.2.3M", None),
            ("十", None),
        ];
        for (text, expected) in read {
            assert_eq!(whole_number(text), expected, "{text}");
        }
    }

    #[test]
    fn the_name_says_the_form() {
        let form =
            |name: &str| target(Path::new(name)).map(|(_, format, packing)| (format, packing));
        assert_eq!(form("-").ok(), Some((Format::Csv, Packing::Plain)));
        assert_eq!(form("a.CSV.GZ").ok(), Some((Format::Csv, Packing::Gzip)));
        assert_eq!(form("x/a.jsonl.zst").ok(), Some((Format::JsonLines, Packing::Zstd)));
        assert_eq!(form("a.parquet").ok(), Some((Format::Parquet, Packing::Plain)));
        for wrong in ["a", "a.gz", "a.parquet.gz", "a.xlsx", "a.gz/"] {
            let error = form(wrong).expect_err(wrong);
            assert!(error.chinese().contains(".parquet"), "{error}");
        }
    }

    #[test]
    fn days_and_platforms_are_checked() {
        assert!(first_day("2026-06-01").is_ok());
        for wrong in ["2026-06-31", "1991-01-01", "2100-01-01", "tomorrow"] {
            assert!(first_day(wrong).is_err(), "{wrong}");
        }
        let names = |list: &[&str]| {
            known_platforms(&list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(names(&["jd", "douyin", "jd"]).ok(), Some(vec!["jd".into(), "douyin".into()]));
        assert!(names(&["ebay"]).expect_err("unknown").to_string().contains("`ebay`"));
        assert!(names(&[]).is_err());
    }
}
