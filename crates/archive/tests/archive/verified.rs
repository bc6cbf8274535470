//! What is wrong with an archive is found and located.

use archive::{MEMORY, Problem, Wrong, verify};

use crate::folder::{Folder, How, pack, sources};
use crate::logs::{Dice, Kind, logs};

const KIND: Kind = Kind { rows: 300, days: 3, ids: 60, seq: true, texts: true, rubbish: false };

fn packed() -> Folder {
    let folder = Folder::new();
    let texts = logs(&mut Dice::new(3), 2, KIND);
    pack(&sources(&texts), &folder.join("a"), How::default()).expect("packed");
    folder
}

fn problems(folder: &Folder) -> Vec<Problem> {
    verify(&folder.join("a"), &folder.join(""), MEMORY, 2).expect("an archive").problems
}

#[test]
fn what_was_packed_is_whole() {
    assert_eq!(problems(&packed()), []);
}

#[test]
fn a_changed_byte_is_found_in_every_file() {
    for name in ["part-0.parquet", "text-0.parquet"] {
        let folder = packed();
        let path = folder.join("a").join("day=2026-06-02").join(name);
        let mut bytes = std::fs::read(&path).expect("a part");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).expect("written");
        let found = problems(&folder);
        assert!(
            matches!(&found[..], [Problem { path: p, wrong: Wrong::File(_), .. }] if *p == path)
        );
    }
}

#[test]
fn a_missing_file_and_a_wrong_count_are_found() {
    let folder = packed();
    let path = folder.join("a").join("day=2026-06-03").join("part-0.parquet");
    std::fs::remove_file(&path).expect("removed");
    assert!(matches!(&problems(&folder)[..], [Problem { wrong: Wrong::File(_), .. }]));
    let folder = packed();
    let manifest = folder.join("a").join("archive.json");
    let text = std::fs::read_to_string(&manifest).expect("a manifest");
    let flagged = text.find("\"message\": ").expect("counts");
    let text = format!("{}\"message\": 1{}", &text[..flagged], &text[flagged + 11..]);
    std::fs::write(&manifest, text).expect("written");
    let found = problems(&folder);
    assert!(matches!(&found[..], [Problem { wrong: Wrong::Counts, .. }]), "{found:?}");
}
