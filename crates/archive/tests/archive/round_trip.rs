//! An archive has the facts of its logs, each once, in their order.

use crate::folder::{Folder, How, files, pack, parts, read, sources};
use crate::logs::{Dice, Kind, logs};

const KIND: Kind = Kind { rows: 400, days: 3, ids: 50, seq: true, texts: true, rubbish: true };

fn check(texts: &[String], how: How) {
    let folder = Folder::new();
    let (log, expected_rejected, duplicates) = read(&sources(texts), false);
    let (packed, rejected) = pack(&sources(texts), &folder.join("a"), how).expect("packed");
    assert_eq!(rejected, expected_rejected);
    assert_eq!(packed.manifest.rejected, rejected.len() as u64);
    assert_eq!(packed.manifest.duplicates, duplicates);
    let (archived, rejected, duplicates) = read(&parts(&folder.join("a")), true);
    assert_eq!((rejected.len(), duplicates), (0, 0));
    assert_eq!(archived, log);
}

#[test]
fn an_archive_has_the_facts_of_its_logs() {
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let kind = Kind {
            ids: [0, 50, 100][dice.below(3) as usize],
            seq: dice.percent(50),
            texts: dice.percent(50),
            rubbish: dice.percent(50),
            ..KIND
        };
        let n_logs = 1 + dice.below(3) as usize;
        check(&logs(&mut dice, n_logs, kind), How::default());
    }
}

/// With next to no memory, days are cut into ranges and marks of rows go to the disk.
#[test]
fn little_memory_gives_the_same_bytes() {
    for seed in 0..8 {
        let mut dice = Dice::new(1_000 + seed);
        let kind = Kind { rows: 9_000, days: 2, seq: seed % 2 == 0, ..KIND };
        let texts = logs(&mut dice, 1 + seed as usize % 2, kind);
        let folder = Folder::new();
        let (plenty, little) = (folder.join("plenty"), folder.join("little"));
        pack(&sources(&texts), &plenty, How::default()).expect("packed");
        let how = How { memory: 256 << 10, threads: 1, stop_after: None };
        pack(&sources(&texts), &little, how).expect("packed");
        assert_eq!(files(&plenty), files(&little), "seed {seed}");
        check(&texts, how);
    }
}

#[test]
fn packing_again_does_nothing_and_other_logs_are_refused() {
    let folder = Folder::new();
    let path = folder.join("a");
    let texts = logs(&mut Dice::new(7), 2, KIND);
    pack(&sources(&texts), &path, How::default()).expect("packed");
    let before = files(&path);
    let (again, rejected) = pack(&sources(&texts), &path, How::default()).expect("there");
    assert!(again.was_there && rejected.is_empty());
    assert_eq!(files(&path), before);
    let other = pack(&sources(&texts[..1]), &path, How::default()).expect_err("refused");
    assert!(matches!(other, archive::Error::OtherSources { unfinished: false, .. }), "{other}");
    assert_eq!(files(&path), before);
}

#[test]
fn a_folder_with_other_things_is_refused() {
    let folder = Folder::new();
    let path = folder.join("a");
    std::fs::create_dir(&path).expect("a folder");
    std::fs::write(path.join("note.txt"), "mine").expect("a file");
    let texts = logs(&mut Dice::new(7), 1, KIND);
    let error = pack(&sources(&texts), &path, How::default()).expect_err("refused");
    assert!(matches!(error, archive::Error::NotEmpty { .. }), "{error}");
}

/// Archives are logs too: packing one gives the same facts, and the same again with another log.
#[test]
fn an_archive_can_be_packed() {
    let folder = Folder::new();
    let mut dice = Dice::new(11);
    let texts = logs(&mut dice, 2, Kind { seq: false, rubbish: false, ids: 100, ..KIND });
    pack(&sources(&texts[..1]), &folder.join("one"), How::default()).expect("packed");
    let mut both = parts(&folder.join("one"));
    both.extend(sources(&texts[1..]));
    pack(&both, &folder.join("both"), How::default()).expect("packed");
    let (expected, ..) = read(&sources(&texts), false);
    let (archived, ..) = read(&parts(&folder.join("both")), true);
    let sorted = |threads: crate::folder::Threads| {
        threads
            .into_iter()
            .map(|(key, mut facts)| {
                facts.sort();
                (key, facts)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(sorted(archived), sorted(expected));
}
