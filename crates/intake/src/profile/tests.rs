#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn every_shipped_profile_is_read_and_every_file_is_shipped() {
    let mut names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    for (name, text) in SHIPPED {
        if let Err(wrong) = Profile::parse(text.as_bytes(), name) {
            panic!("{wrong}");
        }
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.strip_suffix(".toml").expect("only profiles").to_owned())
        .collect();
    files.sort();
    names.sort_unstable();
    assert_eq!(names, files);
}

/// Everything that can be wrong, in one file, told at once.
const WRONG: &str = include_str!("../../../../fuzz/intake-corpus/profile/no-keys.toml");

#[test]
fn all_problems_are_told_at_once() {
    let wrong = Profile::parse(WRONG.as_bytes(), "mine.toml").unwrap_err();
    insta::assert_snapshot!(wrong.render(Lang::En));
    insta::assert_snapshot!(wrong.render(Lang::Zh));
}

#[test]
fn a_table_needs_its_columns_and_a_text_has_none() {
    let said = |text: &str| {
        let wrong = Profile::parse(text.as_bytes(), "mine.toml").unwrap_err();
        wrong.items.iter().map(|item| item.problem.message(Lang::En)).collect::<Vec<_>>()
    };
    let name = "name = { zh = 'x', en = 'x' }\n";
    assert_eq!(
        said(&format!("{name}format = 'csv'")),
        ["the file has no `time`", "the file has no `columns`",]
    );
    let pair = "rows = 'question-and-answer'\nformat = 'csv'\ntime = 'excel'\n[columns]\nid = 'a'";
    assert_eq!(
        said(&format!("{name}{pair}")),
        ["`columns` without `answer_text`", "`columns` without `at`",]
    );
    let text = "format = 'jd'\nskip_sheets = ['a']";
    assert_eq!(said(&format!("{name}{text}")), ["`skip_sheets` means nothing for this `format`",]);
}
