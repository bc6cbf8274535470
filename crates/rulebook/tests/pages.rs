//! The pages of the shipped catalogue are those under `docs/reference/metrics`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rulebook::{Catalogue, Lang, pages};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/metrics")
}

fn written() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder()).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_pages_are_up_to_date() {
    let expected: BTreeMap<String, String> =
        pages(Catalogue::shipped()).into_iter().map(|page| (page.path, page.text)).collect();
    let written = written();
    for (path, text) in &expected {
        let is_same = written.get(path) == Some(text);
        assert!(is_same, "docs/reference/metrics/{path}: run `cargo xtask docs`");
    }
    for path in written.keys() {
        assert!(expected.contains_key(path), "docs/reference/metrics/{path}: no metric has it");
    }
}

/// Every metric has both pages; each tells every edition, source, open reading with its answers,
/// and every worked case.
#[test]
fn a_page_tells_everything_that_a_rulebook_holds() {
    let catalogue = Catalogue::shipped();
    let pages = pages(catalogue);
    for metric in catalogue.metrics() {
        for (extension, lang) in [(".md", Lang::En), (".zh-CN.md", Lang::Zh)] {
            let path = format!("{}{extension}", metric.id);
            let text = &pages.iter().find(|page| page.path == path).unwrap().text;
            let has = |part: &str| assert!(text.contains(part), "{path}: {part}");
            has(metric.summary.get(lang));
            for edition in &metric.editions {
                has(&edition.revision());
                if let Some(note) = &edition.note {
                    has(note.get(lang));
                }
                for key in &edition.sources {
                    has(catalogue.source(key).unwrap().place.get(lang));
                }
                for reading in &edition.open {
                    has(reading.question.get(lang));
                    reading.names().for_each(|name| has(&format!("`{name}`")));
                }
            }
            let cases = catalogue.cases(&metric.id).unwrap();
            cases.lines().filter(|line| line.starts_with("# ")).for_each(|line| {
                has(&format!("##{line}"));
            });
        }
    }
}

/// An answer that says nothing else than ours would be no alternative.
#[test]
fn every_alternative_says_what_it_changes() {
    for page in pages(Catalogue::shipped()) {
        assert!(!page.text.contains("`: <br>") && !page.text.contains("`:  |"), "{}", page.path);
    }
}
