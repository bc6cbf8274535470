//! What goes wrong with archives.

use std::io;
use std::path::{Path, PathBuf};

use intake::Lang;

/// An archive that cannot be made or read.
#[derive(Debug)]
pub enum Error {
    /// A source is no log or cannot be read.
    Intake(intake::Error),
    /// A file or folder of the archive cannot be read or written.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file of the archive is not what it should be.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found, in English: a decoder's words or ours.
        detail: String,
    },
    /// The archive was made by a newer version.
    Newer {
        /// The manifest.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The folder is an archive of other sources.
    OtherSources {
        /// The folder.
        folder: PathBuf,
        /// The sources that it was made from.
        made_from: Vec<String>,
        /// Whether it was not finished.
        unfinished: bool,
    },
    /// The folder holds other things.
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// Another pack is at work in the folder.
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder is no archive, or not a finished one.
    NoArchive {
        /// The folder.
        folder: PathBuf,
        /// Whether a pack began there.
        unfinished: bool,
    },
    /// A source lies in the folder that is to be written.
    SourceInside {
        /// The source.
        source: PathBuf,
    },
    /// Stopped on purpose, by a test.
    Stopped,
}

impl Error {
    /// What the system says of a file or folder.
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |error| Self::Io { path, error }
    }

    /// What is wrong with a file.
    pub(crate) fn damaged(path: &Path, detail: impl ToString) -> Self {
        Self::Damaged { path: path.to_path_buf(), detail: detail.to_string() }
    }

    /// The message: where, what was found, what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let of = |en: String, zh: String| of(lang, en, zh);
        match self {
            Self::Intake(error) => error.message(lang),
            Self::Io { path, error } => {
                let path = path.display();
                of(format!("{path}: {error}"), format!("{path}：{error}"))
            }
            Self::Damaged { path, detail } => {
                let path = path.display();
                of(
                    format!("{path}: the archive is damaged: {detail}; pack the logs again"),
                    format!("{path}：归档已损坏：{detail}；请重新打包日志"),
                )
            }
            Self::Newer { path, version } => {
                let path = path.display();
                of(
                    format!("{path}: made by a newer version of yingda (layout {version})"),
                    format!("{path}：由更新版本的 yingda 写成（布局 {version}）"),
                )
            }
            Self::OtherSources { folder, made_from, unfinished } => {
                other_sources(folder, made_from, *unfinished, lang)
            }
            Self::NotEmpty { folder } => {
                let folder = folder.display();
                of(
                    format!("{folder}: is not empty and no archive; name an empty or new folder"),
                    format!("{folder}：不是空文件夹，也不是归档；请给出空的或新的文件夹"),
                )
            }
            Self::Busy { folder } => {
                let folder = folder.display();
                of(
                    format!("{folder}: another `yingda pack` is at work in it"),
                    format!("{folder}：另一个 `yingda pack` 正在写这个文件夹"),
                )
            }
            Self::NoArchive { folder, unfinished } => no_archive(folder, *unfinished, lang),
            Self::SourceInside { source } => {
                let source = source.display();
                of(
                    format!("{source}: lies in the folder that is to be written"),
                    format!("{source}：位于要写入的文件夹之内"),
                )
            }
            Self::Stopped => of("stopped".into(), "已停止".into()),
        }
    }
}

fn of(lang: Lang, en: String, zh: String) -> String {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn other_sources(folder: &Path, made_from: &[String], unfinished: bool, lang: Lang) -> String {
    let (folder, made_from) = (folder.display(), made_from.join(", "));
    if unfinished {
        of(
            lang,
            format!(
                "{folder}: an unfinished pack of other logs ({made_from}); finish it with those, \
                 or delete `.unfinished` in it and pack again"
            ),
            format!(
                "{folder}：有一次未完成的打包，所用日志不同（{made_from}）；请用那些日志完成它，\
                 或删除其中的 `.unfinished` 后重新打包"
            ),
        )
    } else {
        of(
            lang,
            format!(
                "{folder}: an archive of other logs ({made_from}); pack into another folder; the \
                 archive itself may be one of the logs"
            ),
            format!(
                "{folder}：是其他日志的归档（{made_from}）；请打包到另一个文件夹，\
                 归档本身也可以作为日志之一"
            ),
        )
    }
}

fn no_archive(folder: &Path, unfinished: bool, lang: Lang) -> String {
    let folder = folder.display();
    if unfinished {
        of(
            lang,
            format!(
                "{folder}: a pack that was not finished; call `yingda pack` again with the same \
                 logs"
            ),
            format!("{folder}：打包尚未完成；请用同样的日志再次运行 `yingda pack`"),
        )
    } else {
        of(
            lang,
            format!("{folder}: is no archive: it has no `archive.json`"),
            format!("{folder}：不是归档：其中没有 `archive.json`"),
        )
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Error {}

impl From<intake::Error> for Error {
    fn from(error: intake::Error) -> Self {
        Self::Intake(error)
    }
}
