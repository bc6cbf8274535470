//! What goes wrong with a store.

use std::fmt;

/// Why an operation of the store failed. No message holds a buyer's id or text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// More is waiting to be written than the queue holds: try again in a moment.
    Busy,
    /// The store was closed, or its writer ended.
    Stopped,
    /// The database could not do what it was asked to.
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the database says.
        detail: String,
    },
    /// PostgreSQL lets nobody in by this address.
    NoAccess {
        /// Why, and what to do.
        en: &'static str,
        /// The same in Chinese.
        zh: &'static str,
    },
    /// A file cannot be read or written.
    File {
        /// The file.
        path: String,
        /// What the system says.
        detail: String,
    },
    /// The archive of closed days cannot be read or written.
    Archive {
        /// Where, and what was found, in English.
        en: String,
        /// The same in Chinese.
        zh: String,
    },
    /// A file is no sound backup.
    Backup {
        /// What was found, and what to do, in English.
        en: String,
        /// The same in Chinese.
        zh: String,
    },
    /// The database was written by a newer version.
    Newer {
        /// The version of its tables.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// Another process has the database open.
    InUse,
    /// Another server works with the PostgreSQL database.
    Served,
    /// What was to be filled holds something.
    NotEmpty,
    /// The key file is not the one that the database was written with, or is no key at all.
    WrongKey,
    /// What is stored is not what was written.
    Damaged {
        /// What was being read.
        what: &'static str,
    },
    /// The caller may not do this, or not with this shop.
    Denied,
    /// There is no such thing, or none that the caller may see.
    Absent {
        /// What was looked for.
        what: &'static str,
    },
    /// There is one already.
    Exists {
        /// What there is.
        what: &'static str,
    },
    /// Nobody would be left who may do everything.
    LastOwner,
    /// A value that cannot be stored.
    Unfit {
        /// What was given.
        what: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// The address of a database is none.
    Address {
        /// What is wrong with it.
        detail: String,
    },
}

impl Error {
    /// What a database says while something is being done.
    pub(crate) fn database(doing: &'static str, detail: impl ToString) -> Self {
        Self::Database { doing, detail: detail.to_string() }
    }

    /// What the system says of a file.
    pub(crate) fn file(path: &std::path::Path, detail: impl ToString) -> Self {
        Self::File { path: path.display().to_string(), detail: detail.to_string() }
    }

    /// What is wrong with the archive.
    pub(crate) fn archive(error: &archive::Error) -> Self {
        if let archive::Error::Damaged { path, detail } = error {
            // No logs are there to be packed again.
            let path = path.display();
            let en = format!("{path} is damaged: {detail}; restore a backup");
            return Self::Archive {
                en, zh: format!("{path} 已损坏：{detail}；请从备份恢复")
            };
        }
        let [en, zh] = [intake::Lang::En, intake::Lang::Zh].map(|lang| error.message(lang));
        Self::Archive { en, zh }
    }

    /// The message in Chinese; [`fmt::Display`] has the English one.
    ///
    /// # Example
    ///
    /// ```
    /// assert!(store::Error::Busy.zh().contains("稍后"));
    /// ```
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Busy => "待写入的数据过多，请稍后重试".into(),
            Self::Stopped => "数据存储已停止，请重新启动服务".into(),
            Self::Database { doing, detail } => {
                format!("数据库出错（{doing}）：{detail}；请检查磁盘空间和数据库服务后重试")
            }
            Self::NoAccess { zh, .. } => format!("PostgreSQL：{zh}"),
            Self::File { path, detail } => {
                format!("无法读写 `{path}`：{detail}；请检查路径和权限")
            }
            Self::Archive { zh, .. } => format!("归档：{zh}"),
            Self::Backup { zh, .. } => zh.clone(),
            Self::Newer { found, known } => format!(
                "数据库由更新的版本写入（表结构 {found}，本程序最高支持 {known}）；请使用新版程序"
            ),
            Self::InUse => "另一个进程正在使用该数据库；请先停止它".into(),
            Self::Served => "另一台服务器正在使用该 PostgreSQL 数据库，两台会重复统计和提醒；\
                             请先停止它，或使用另一个数据库"
                .into(),
            Self::NotEmpty => "目标不为空；请恢复到新的数据目录或空数据库".into(),
            Self::WrongKey => "密钥文件与数据库不符；请放回写入该数据库时使用的密钥文件".into(),
            Self::Damaged { what } => {
                format!("存储的数据已损坏（{what}）；请从备份恢复")
            }
            Self::Denied => "没有权限，或不能访问该店铺".into(),
            Self::Absent { what } => format!("没有这样的{}", zh_name(what)),
            Self::Exists { what } => format!("{}已存在", zh_name(what)),
            Self::LastOwner => "这是最后一位可访问全部店铺的所有者；请先指定另一位".into(),
            Self::Unfit { what, expected } => {
                format!("{}不合要求，应为：{}", zh_name(what), zh_expected(expected))
            }
            Self::Address { detail } => {
                format!("数据库地址有误：{detail}；应形如 postgres://用户@主机/数据库")
            }
        }
    }
}

fn zh_name(what: &'static str) -> &'static str {
    match what {
        "alert" => "提醒",
        "archived day" => "已归档的日期",
        "buyer" => "买家",
        "grants" => "令牌权限",
        "list of phrases" => "短语表",
        "link" => "注册链接",
        "login" => "登录名",
        "metric" => "指标",
        "name" => "名称",
        "observed figure" => "面板数据",
        "override" => "规则覆盖",
        "person" => "人员",
        "reach" => "店铺范围",
        "session" => "会话",
        "shop" => "店铺",
        "token" => "令牌",
        "user" => "用户",
        other => other,
    }
}

fn zh_expected(expected: &'static str) -> &'static str {
    match expected {
        "1 to 128 bytes without control characters" => "1 至 128 字节，不含控制字符",
        "a platform and a shop id" => "平台和店铺编号",
        "a metric's id such as `taobao/human-reply-3m`" => {
            "形如 `taobao/human-reply-3m` 的指标编号"
        }
        "an id" => "编号",
        "an instant before that of every fact that is still stored" => "早于所有仍存储的事实的时刻",
        "at least one" => "至少一项",
        "at most four billion of them" => "最多四十亿个",
        "eight lists at most over time" => "历来至多八份",
        "the folder of the archive" => "归档文件夹",
        "no account of the shop itself" => "不是店铺自己的账号",
        "shops without control characters" => "不含控制字符的店铺",
        other => other,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too much is waiting to be written; try again in a moment"),
            Self::Stopped => f.write_str("the store has stopped; start the server again"),
            Self::Database { doing, detail } => write!(
                f,
                "the database failed while {doing}: {detail}; look at the disk's free space and \
                 at the database's service, then try again"
            ),
            Self::NoAccess { en, .. } => write!(f, "PostgreSQL: {en}"),
            Self::File { path, detail } => {
                write!(f, "cannot read or write `{path}`: {detail}; check the path and its rights")
            }
            Self::Archive { en, .. } => write!(f, "the archive: {en}"),
            Self::Backup { en, .. } => f.write_str(en),
            Self::Newer { found, known } => write!(
                f,
                "the database was written by a newer version (tables {found}, this program knows \
                 up to {known}); use the newer program"
            ),
            Self::InUse => f.write_str("another process uses the database; stop it first"),
            Self::Served => f.write_str(
                "another server works with this PostgreSQL database, and two would count and \
                 alert twice; stop it first, or use another database",
            ),
            Self::NotEmpty => f.write_str(
                "the target is not empty; restore into a new data folder or an empty database",
            ),
            Self::WrongKey => f.write_str(
                "the key file does not belong to the database; put back the key file it was \
                 written with",
            ),
            Self::Damaged { what } => {
                write!(f, "stored data is damaged ({what}); restore a backup")
            }
            Self::Denied => f.write_str("this is not allowed, or not for this shop"),
            Self::Absent { what } => write!(f, "there is no such {what}"),
            Self::Exists { what } => write!(f, "the {what} exists already"),
            Self::LastOwner => f.write_str(
                "this is the last owner who reaches every shop; make somebody else one first",
            ),
            Self::Unfit { what, expected } => {
                write!(f, "the {what} cannot be stored; expected {expected}")
            }
            Self::Address { detail } => write!(
                f,
                "the database's address is wrong: {detail}; expected one like \
                 `postgres://user@host/database`"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// What operations of the store return.
pub type Result<T> = std::result::Result<T, Error>;
