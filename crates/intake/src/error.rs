//! What stops a whole reading.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::Lang;
use crate::column::Column;
use crate::lang::quoted;
use crate::reject::Rejected;

/// A source that cannot be read as a log, or a reading that had to stop.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be opened.
    Open {
        /// The source.
        source: Arc<str>,
        /// What the system says.
        error: io::Error,
    },
    /// The path is a folder.
    Folder {
        /// The source.
        source: Arc<str>,
    },
    /// Reading failed on the way.
    Read {
        /// The source.
        source: Arc<str>,
        /// What the system says.
        error: io::Error,
    },
    /// The source has no bytes, or only blank lines.
    Empty {
        /// The source.
        source: Arc<str>,
    },
    /// The first line names no column of a log.
    NoHeader {
        /// The source.
        source: Arc<str>,
        /// The character that seems to separate fields instead of a comma.
        separator: Option<char>,
    },
    /// The header lacks columns that every log needs.
    MissingColumns {
        /// The source.
        source: Arc<str>,
        /// Each with a column of the file that may be it.
        columns: Vec<(Column, Option<String>)>,
    },
    /// The header names a column twice.
    RepeatedColumn {
        /// The source.
        source: Arc<str>,
        /// The column.
        column: Column,
    },
    /// A column of a Parquet file has a type that cannot hold it.
    ColumnType {
        /// The source.
        source: Arc<str>,
        /// The column.
        column: Column,
        /// Its type in the file.
        found: String,
        /// The types that it may have.
        expected: &'static str,
    },
    /// The source has no column, and the profile no constant, for what every fact needs.
    Unmapped {
        /// The source.
        source: Arc<str>,
        /// Each thing needed with the names that its column may have.
        needed: Vec<(&'static str, Vec<String>)>,
    },
    /// The source is not of the form that the profile reads.
    OtherForm {
        /// The source.
        source: Arc<str>,
        /// The form that the profile reads, as `format` in the profile says it.
        expected: &'static str,
    },
    /// The bytes are of a kind that is not a log.
    NotALog {
        /// The source.
        source: Arc<str>,
        /// The kind.
        found: Foreign,
    },
    /// The text is not UTF-8.
    Encoding {
        /// The source.
        source: Arc<str>,
        /// The name of the encoding that it seems to be in, as `iconv` knows it.
        encoding: &'static str,
    },
    /// The source ends too early.
    Truncated {
        /// The source.
        source: Arc<str>,
        /// The format that was cut.
        format: &'static str,
    },
    /// The source is damaged.
    Damaged {
        /// The source.
        source: Arc<str>,
        /// The format that it claims to be.
        format: &'static str,
        /// What the decoder says.
        detail: String,
    },
    /// A line that does not end within any sensible length.
    EndlessLine {
        /// The source.
        source: Arc<str>,
        /// The line on which it begins, from 1.
        line: u64,
        /// How many bytes were read of it.
        read: u64,
    },
    /// A Parquet file from a pipe that is too large to hold in memory.
    TooLargeForPipe {
        /// The source.
        source: Arc<str>,
        /// The limit in bytes.
        limit: u64,
    },
    /// A row was rejected and the reading is strict.
    Strict(Rejected),
    /// Rejected rows could not be handed on.
    Rejects(io::Error),
    /// Facts could not be handed on.
    Take(io::Error),
    /// More rows or names than the log can number.
    TooMany,
}

/// Kinds of bytes that are known and are not a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// A zip archive, which `.xlsx` files are too.
    Zip,
    /// An old Excel or Word file.
    OldOffice,
    /// A SQLite database.
    Sqlite,
    /// A PDF.
    Pdf,
    /// Compressed with bzip2.
    Bzip2,
    /// Compressed with xz.
    Xz,
    /// An Arrow or Feather file.
    ArrowFile,
    /// One JSON list instead of lines of objects.
    JsonList,
    /// Compressed twice, or Parquet inside a compressed file.
    Nested,
    /// A list of rejected rows that an earlier reading wrote.
    Rejects,
    /// Bytes that are no text.
    Binary,
}

impl Foreign {
    fn words(self) -> [&'static str; 4] {
        match self {
            Self::Zip => [
                "a zip archive or an .xlsx workbook",
                "unpack it; a workbook is read with `--profile`",
                "zip 压缩包或 .xlsx 工作簿",
                "请解压；工作簿请用 `--profile` 读取",
            ],
            Self::OldOffice => [
                "an old Excel or Word file",
                "save the sheet as CSV UTF-8",
                "旧版 Excel 或 Word 文件",
                "请将工作表另存为 CSV UTF-8",
            ],
            Self::Sqlite => [
                "a SQLite database",
                "export the table as CSV",
                "SQLite 数据库",
                "请将表导出为 CSV",
            ],
            Self::Pdf => ["a PDF", "export the data as CSV", "PDF 文件", "请将数据导出为 CSV"],
            Self::Bzip2 => [
                "compressed with bzip2",
                "unpack it, or compress it with gzip or zstd",
                "bzip2 压缩文件",
                "请解压，或改用 gzip 或 zstd 压缩",
            ],
            Self::Xz => [
                "compressed with xz",
                "unpack it, or compress it with gzip or zstd",
                "xz 压缩文件",
                "请解压，或改用 gzip 或 zstd 压缩",
            ],
            Self::ArrowFile => [
                "an Arrow or Feather file",
                "save it as Parquet",
                "Arrow 或 Feather 文件",
                "请另存为 Parquet",
            ],
            Self::JsonList => [
                "one JSON list",
                "write one object on each line, for example with `jq -c '.[]'`",
                "一个 JSON 列表",
                "请改为每行一个对象，例如用 `jq -c '.[]'`",
            ],
            Self::Nested => [
                "a compressed file inside a compressed file",
                "unpack the outer one",
                "压缩文件中的压缩文件",
                "请先解开外层",
            ],
            Self::Rejects => [
                "a list of rejected rows from an earlier reading",
                "pass the log itself",
                "先前读取时写下的被拒行列表",
                "请给出日志本身",
            ],
            Self::Binary => [
                "bytes that are no text",
                "pass a log in CSV, JSON Lines or Parquet",
                "非文本的字节",
                "请给出 CSV、JSON Lines 或 Parquet 格式的日志",
            ],
        }
    }
}

impl Error {
    /// The message: where, what was found, what was expected, what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Open { source, error } => lang.of(
                format!("{source}: cannot open: {error}"),
                format!("{source}：无法打开：{error}"),
            ),
            Self::Read { source, error } => lang.of(
                format!("{source}: reading failed: {error}"),
                format!("{source}：读取失败：{error}"),
            ),
            Self::Folder { source } => lang.of(
                format!("{source}: is a folder; pass the files in it"),
                format!("{source}：是文件夹；请给出其中的文件"),
            ),
            Self::Empty { source } => lang.of(
                format!("{source}: is empty; a log has at least a header"),
                format!("{source}：是空的；日志至少要有表头"),
            ),
            Self::NoHeader { source, separator } => no_header(source, *separator, lang),
            Self::MissingColumns { source, columns } => missing_columns(source, columns, lang),
            Self::RepeatedColumn { source, column } => {
                let name = column.name();
                lang.of(
                    format!("{source}: the header names the column `{name}` twice; keep one"),
                    format!("{source}：表头中 `{name}` 列出现两次；请只保留一个"),
                )
            }
            Self::ColumnType { source, column, found, expected } => {
                let name = column.name();
                lang.of(
                    format!("{source}: column `{name}` is of type {found}, expected {expected}"),
                    format!("{source}：`{name}` 列的类型为 {found}，应为 {expected}"),
                )
            }
            Self::Unmapped { source, needed } => unmapped(source, needed, lang),
            Self::OtherForm { source, expected } => other_form(source, expected, lang),
            Self::NotALog { source, found } => {
                let [en, do_en, zh, do_zh] = found.words();
                lang.of(
                    format!("{source}: is no log: found {en}; {do_en}"),
                    format!("{source}：不是日志：发现{zh}；{do_zh}"),
                )
            }
            Self::Encoding { source, encoding } => encoding_message(source, encoding, lang),
            Self::Strict(rejected) => rejected.message(lang),
            Self::Take(error) => not_kept(error, lang),
            Self::Rejects(error) => not_written(error, lang),
            Self::TooMany => lang
                .of(
                    "the log holds more than four billion rows or names; split it by date",
                    "日志超过四十亿行或名称；请按日期拆分",
                )
                .into(),
            Self::Truncated { source, format } => lang.of(
                format!("{source}: the {format} data ends too early; copy or export it again"),
                format!("{source}：{format} 数据不完整，提前结束；请重新复制或导出"),
            ),
            Self::Damaged { source, format, detail } => lang.of(
                format!("{source}: not readable as {format}: {detail}"),
                format!("{source}：无法按 {format} 读取：{detail}"),
            ),
            Self::EndlessLine { source, line, read } => endless_line(source, *line, *read, lang),
            Self::TooLargeForPipe { source, limit } => lang.of(
                format!("{source}: Parquet from a pipe may have {limit} bytes; pass the file"),
                format!("{source}：经管道读取的 Parquet 至多 {limit} 字节；请直接给出文件"),
            ),
        }
    }
}

fn not_kept(error: &io::Error, lang: Lang) -> String {
    lang.of(format!("the facts could not be kept: {error}"), format!("无法保存读到的事实：{error}"))
}

fn not_written(error: &io::Error, lang: Lang) -> String {
    lang.of(
        format!("rejected rows could not be written: {error}"),
        format!("无法写出被拒的行：{error}"),
    )
}

fn endless_line(source: &str, line: u64, read: u64, lang: Lang) -> String {
    lang.of(
        format!(
            "{source}:{line}: a line without an end: {read} bytes read; \
             is a quote left open here?"
        ),
        format!("{source}:{line}: 此行没有结尾：已读 {read} 字节；此处是否漏了闭合引号？"),
    )
}

fn no_header(source: &str, separator: Option<char>, lang: Lang) -> String {
    match separator {
        Some(c) => lang.of(
            format!("{source}:1: fields seem to be separated by {c:?}; write commas"),
            format!("{source}:1: 字段似乎以 {c:?} 分隔；请改用逗号"),
        ),
        None => lang.of(
            format!(
                "{source}:1: the first line names no column of a log; begin the file with a \
                 header such as `at,platform,shop,buyer,author`"
            ),
            format!(
                "{source}:1: 第一行没有日志的列名；请以表头开头，\
                 例如 `at,platform,shop,buyer,author`"
            ),
        ),
    }
}

fn missing_columns(source: &str, columns: &[(Column, Option<String>)], lang: Lang) -> String {
    let each = columns.iter().map(|(column, like)| match like {
        Some(like) => lang.of(
            format!("`{}` (is it {}?)", column.name(), quoted(like)),
            format!("`{}`（是否为 {}？）", column.name(), quoted(like)),
        ),
        None => format!("`{}`", column.name()),
    });
    let list = each.collect::<Vec<_>>().join(lang.of(", ", "、"));
    lang.of(
        format!("{source}:1: the header lacks {list}; add or rename the columns"),
        format!("{source}:1: 表头缺少 {list}；请补上或改名"),
    )
}

fn other_form(source: &str, expected: &str, lang: Lang) -> String {
    lang.of(
        format!("{source}: is not what the profile reads (`{expected}`); pass another one"),
        format!("{source}：不是该映射方案读取的形式（`{expected}`）；请改用其他方案"),
    )
}

fn unmapped(source: &str, needed: &[(&str, Vec<String>)], lang: Lang) -> String {
    let each = needed.iter().map(|(what, names)| match names.as_slice() {
        [] => lang.of(
            format!("`{what}` (pass `--set {what}=…`)"),
            format!("`{what}`（请加 `--set {what}=…`）"),
        ),
        names => {
            let names = names.join(lang.of(", ", "、"));
            let (set_en, set_zh) = match *what {
                "platform" | "shop" => {
                    (format!(", or `--set {what}=…`"), format!("，或加 `--set {what}=…`"))
                }
                _ => Default::default(),
            };
            lang.of(
                format!("`{what}` (a column {names}{set_en})"),
                format!("`{what}`（列：{names}{set_zh}）"),
            )
        }
    });
    let list = each.collect::<Vec<_>>().join(lang.of("; ", "；"));
    lang.of(
        format!("{source}: the profile finds no {list}"),
        format!("{source}：映射方案找不到 {list}"),
    )
}

fn encoding_message(source: &str, encoding: &str, lang: Lang) -> String {
    lang.of(
        format!(
            "{source}: seems to be in {encoding}, expected UTF-8; convert it, for example \
             `iconv -f {encoding} -t UTF-8`, or save it as CSV UTF-8"
        ),
        format!(
            "{source}：编码似乎是 {encoding}，应为 UTF-8；请转换，例如 \
             `iconv -f {encoding} -t UTF-8`，或另存为 CSV UTF-8"
        ),
    )
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Open { error, .. }
            | Self::Read { error, .. }
            | Self::Rejects(error)
            | Self::Take(error) => Some(error),
            _ => None,
        }
    }
}

impl From<facts::OutOfIds> for Error {
    fn from(_: facts::OutOfIds) -> Self {
        Self::TooMany
    }
}
