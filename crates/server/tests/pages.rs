//! Pages that are made from lists are what the lists make.

use std::path::Path;

use intake::Lang;
use server::{problem, settings};

#[test]
fn no_page_is_stale() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for (name, page) in [
        ("problems.md", problem::page(Lang::En)),
        ("problems.zh-CN.md", problem::page(Lang::Zh)),
        ("settings.md", settings::page::render(Lang::En)),
        ("settings.zh-CN.md", settings::page::render(Lang::Zh)),
    ] {
        let found = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(found == page, "docs/{name} is stale: run `cargo xtask docs`");
    }
}
