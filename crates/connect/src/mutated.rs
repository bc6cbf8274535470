//! Bytes that are nearly what they should be.

use proptest::prelude::*;

/// One change of some bytes.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Set(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

impl Change {
    pub(crate) fn apply(&self, bytes: &mut Vec<u8>) {
        let n = bytes.len();
        match self {
            Self::Set(i, byte) if n > 0 => bytes[i.index(n)] = *byte,
            Self::Set(..) => {}
            Self::Insert(i, more) => {
                let i = i.index(n + 1);
                bytes.splice(i..i, more.iter().copied());
            }
            Self::Remove(i, len) => {
                let i = i.index(n + 1);
                bytes.drain(i..(i + len).min(n));
            }
            Self::Repeat(i, len) => {
                let i = i.index(n + 1);
                let part = bytes[i..(i + len).min(n)].to_vec();
                bytes.splice(i..i, part);
            }
            Self::Cut(i) => bytes.truncate(i.index(n + 1)),
        }
    }
}

/// Pieces that JSON and XML give a meaning to.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"-1",
    b"1e999",
    b"9999999999999999999",
    b"\\u",
    b"\0",
    b"\xff",
    b"<",
    b"</",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<!DOCTYPE x>",
    b"&#0;",
];

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(i, byte)| Change::Set(i, byte)),
        (index(), prop::sample::select(PIECES)).prop_map(|(i, p)| Change::Insert(i, p.to_vec())),
        (index(), 1usize..40).prop_map(|(i, n)| Change::Remove(i, n)),
        (index(), 1usize..200).prop_map(|(i, n)| Change::Repeat(i, n)),
        index().prop_map(Change::Cut),
    ]
}
