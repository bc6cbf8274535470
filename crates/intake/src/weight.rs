//! How much memory a log takes that is held as columns.

use std::fs::File;

use crate::column::Column;
use crate::parquet::Index;
use crate::source::{Form, Source, form};

/// Bytes of a row: its columns, its places in the arrangement by thread, its share of the names.
const ROW: u64 = 64;

/// Bytes of a row's id beside that: what tells repeats from facts.
const ID: u64 = 56;

/// Bytes of a row in a text, commas and all, that is not packed.
const LINE: u64 = 90;

/// How much smaller packed texts are.
const PACKED: u64 = 8;

/// About how many bytes of memory a file takes when [`crate::read()`] holds it; `None` where
/// nothing is known of it before it is read (a pipe, a file that cannot be opened).
#[must_use]
pub fn weight(source: &Source) -> Option<u64> {
    let Source::File(path) = source else { return None };
    let size = std::fs::metadata(path).ok().filter(|found| found.is_file())?.len();
    let lines = size / LINE;
    match form(path) {
        Form::Plain => Some(lines * (ROW + ID)),
        Form::Packed => Some(PACKED * lines * (ROW + ID)),
        Form::Parquet => {
            let index = Index::load(&File::open(path).ok()?, "".into(), &mut |_| {}).ok()?;
            let id = index.layout.place(Column::Id).filter(|place| !index.is_empty(*place));
            Some(index.rows() * (ROW + id.map_or(0, |_| ID)))
        }
    }
}
