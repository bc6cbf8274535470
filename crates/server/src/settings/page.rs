//! The page of all settings.

use super::{Settings, UNITS};
use crate::language::{self, Lang};

/// The page in a language, Markdown, made from the list of units and their defaults.
///
/// # Example
///
/// ```
/// let page = server::settings::page::render(intake::Lang::En);
/// assert!(page.contains("## `tls.certificate`"));
/// ```
#[must_use]
pub fn render(lang: Lang) -> String {
    let of = |en: &'static str, zh: &'static str| language::of(lang, en, zh);
    let mut page = String::from(of(HEAD, HEAD_ZH));
    let defaults = Settings::default();
    for unit in UNITS {
        page += &format!("\n## `{}`\n\n{}\n\n", unit.key, unit.text(lang));
        let default = match unit.shown(&defaults) {
            Some(value) => format!("`{value}`"),
            None => of("none", "无").to_owned(),
        };
        let secret = match unit.is_secret {
            true => of(" A secret: never shown or logged.", "机密：不显示，不写入日志。"),
            false => "",
        };
        let (form, default_word, end) =
            (unit.form.expected(lang), of("Default", "默认"), of(".", "。"));
        let (colon, pause) = (of(": ", "："), of(". ", "。"));
        let form_word = of("Value", "取值");
        page += &format!(
            "{form_word}{colon}{form}{pause}{default_word}{colon}{default}{end}{secret}\n\n"
        );
        let (flag, variable) = (unit.flag(), unit.variable());
        page += &match lang {
            Lang::En => format!("Flag `{flag}`, variable `{variable}`.\n"),
            Lang::Zh => format!("命令行参数 `{flag}`，环境变量 `{variable}`。\n"),
        };
    }
    page
}

const HEAD: &str = "\
# Settings of the server

<!-- Made by `cargo xtask docs` from the list of settings; a test compares it. -->

What `yingda serve` is told. `yingda serve --help` lists the same as flags.

Each setting can stand in a file (TOML), in the environment, or on the command line. The command
line stands before the environment, the environment before the file. A key such as `log.level` is
`level` in the table `[log]`, and also `log.level = …` at the top. An unknown name is an error, and
all errors are told at once.

Times are written as `500ms`, `10s`, `5m` or `1h`, sizes as `512KiB` or `8MiB`.

```toml
listen = \"127.0.0.1:8788\"

[log]
format = \"json\"
```
";

const HEAD_ZH: &str = "\
# 服务器设置

<!-- 由 `cargo xtask docs` 根据设置列表生成；有测试比对。 -->

`yingda serve` 的全部设置；`yingda serve --help` 以命令行参数列出同样的内容。

每项设置可写在文件（TOML）、环境变量或命令行参数中。命令行优先于环境变量，环境变量优先于文件。
`log.level` 这样的键即表 `[log]` 中的 `level`，也可在顶层写作 `log.level = …`。
未知的名称是错误，所有错误一次列出。

时长写作 `500ms`、`10s`、`5m` 或 `1h`，大小写作 `512KiB` 或 `8MiB`。

```toml
listen = \"127.0.0.1:8788\"

[log]
format = \"json\"
```
";
