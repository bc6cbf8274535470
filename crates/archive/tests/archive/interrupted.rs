//! A pack that was interrupted goes on where it was, and gives the same bytes.

use crate::folder::{Folder, How, files, pack, sources};
use crate::logs::{Dice, Kind, logs};

const KIND: Kind = Kind { rows: 300, days: 3, ids: 60, seq: true, texts: true, rubbish: true };

#[test]
fn wherever_it_stops_the_next_call_gives_the_same_bytes() {
    let texts = logs(&mut Dice::new(3), 2, KIND);
    let whole = Folder::new();
    let (_, expected_rejected) =
        pack(&sources(&texts), &whole.join("a"), How::default()).expect("packed");
    let expected = files(&whole.join("a"));
    for steps in 0.. {
        let folder = Folder::new();
        let path = folder.join("a");
        let how = How { stop_after: Some(steps), ..How::default() };
        match pack(&sources(&texts), &path, how) {
            Ok(_) => {
                assert!(steps > 15, "only {steps} steps");
                break;
            }
            Err(archive::Error::Stopped) => {}
            Err(other) => panic!("{other}"),
        }
        let (packed, rejected) = pack(&sources(&texts), &path, How::default()).expect("goes on");
        assert_eq!(files(&path), expected, "after {steps} steps");
        assert!(packed.was_there || rejected == expected_rejected, "after {steps} steps");
    }
}

#[test]
fn one_step_at_a_time_it_comes_to_its_end() {
    let texts = logs(&mut Dice::new(5), 2, KIND);
    let (whole, folder) = (Folder::new(), Folder::new());
    pack(&sources(&texts), &whole.join("a"), How::default()).expect("packed");
    let path = folder.join("a");
    // Each call does some steps again to see what is done, and must get further.
    let finishes = (0..200).any(|steps| {
        let how = How { stop_after: Some(3 + steps / 8), threads: 1, ..How::default() };
        pack(&sources(&texts), &path, how).is_ok()
    });
    assert!(finishes);
    assert_eq!(files(&path), files(&whole.join("a")));
}

#[test]
fn an_unfinished_pack_of_other_logs_is_refused() {
    let texts = logs(&mut Dice::new(5), 2, KIND);
    let folder = Folder::new();
    let path = folder.join("a");
    let how = How { stop_after: Some(6), ..How::default() };
    pack(&sources(&texts), &path, how).expect_err("stopped");
    let error = pack(&sources(&texts[1..]), &path, How::default()).expect_err("refused");
    assert!(matches!(error, archive::Error::OtherSources { unfinished: true, .. }), "{error}");
    let error = archive::Archive::open(&path).expect_err("unfinished");
    assert!(matches!(error, archive::Error::NoArchive { unfinished: true, .. }), "{error}");
}
