//! Writes the pages that are made from lists in this crate: `cargo xtask docs` runs it.

use std::path::Path;
use std::process::ExitCode;

use intake::Lang;
use server::{problem, settings};

fn main() -> ExitCode {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "docs".into());
    let pages = [
        ("problems.md", problem::page(Lang::En)),
        ("problems.zh-CN.md", problem::page(Lang::Zh)),
        ("settings.md", settings::page::render(Lang::En)),
        ("settings.zh-CN.md", settings::page::render(Lang::Zh)),
    ];
    for (name, text) in pages {
        if std::fs::write(Path::new(&folder).join(name), text).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
