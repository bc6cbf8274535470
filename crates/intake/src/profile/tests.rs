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
