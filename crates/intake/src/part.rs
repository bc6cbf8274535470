//! Parts of archives: facts in one Parquet file, their texts in another.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::column::Column;
use crate::error::Error;
use crate::parquet::{Batches, Decoder, Index, load};
use crate::read::Sink;
use crate::row::Raw;
use crate::source::Part;

/// Rows decoded at a time.
const BATCH: usize = 8 * 1024;

/// One of the files of a part.
struct Half {
    name: Arc<str>,
    batches: Batches,
    columns: Vec<(Column, Decoder)>,
}

impl Half {
    fn open(
        path: &Path,
        rows: Option<&[Range<u64>]>,
        sink: &mut Sink<'_>,
        is_wanted: impl Fn(Column) -> bool,
    ) -> Result<(Self, Index), Error> {
        let name: Arc<str> = path.display().to_string().into();
        let opening = |error| Error::Open { source: name.clone(), error };
        let file = File::open(path).map_err(opening)?;
        let index = Index::load_part(&file, name.clone(), rows.is_some())?;
        let wanted = index.columns(is_wanted);
        index.check_types(&wanted, &mut |warning| sink.warn(warning))?;
        let batches = match rows {
            None => index.batches(file, &wanted, BATCH, None)?,
            Some(rows) => index.some_batches(file, &wanted, BATCH, rows)?,
        };
        let columns = wanted.iter().map(|(column, _)| (*column, Decoder::default())).collect();
        Ok((Self { name, batches, columns }, index))
    }

    /// Loads the next rows; how many.
    fn next(&mut self) -> Result<usize, Error> {
        let Some(batch) = self.batches.next()? else { return Ok(0) };
        load(&batch, &mut self.columns, &self.name)?;
        Ok(batch.num_rows())
    }
}

/// Reads a part, or some rows of it.
pub(crate) fn read(part: &Part, sink: &mut Sink<'_>) -> Result<(), Error> {
    let rows = part.rows.as_deref();
    let needs_seq = sink.needs_seq();
    let is_wanted = |column| column != Column::Text && (needs_seq || column != Column::Seq);
    let (mut facts, index) = Half::open(&part.path, rows, sink, is_wanted)?;
    let needs_text = sink.needs_text(index.layout.place(Column::Id).is_some());
    let mut texts = match &part.text {
        Some(path) if needs_text => {
            Some(Half::open(path, rows, sink, |column| column == Column::Text)?.0)
        }
        _ => None,
    };
    let all = std::iter::once(0..index.rows()).filter(|_| rows.is_none());
    let mut lines = rows
        .unwrap_or(&[])
        .iter()
        .cloned()
        .chain(all)
        .flat_map(|range| range.start + 1..range.end + 1);
    let mut done = 0u64;
    loop {
        let n = facts.next()?;
        if let Some(texts) = &mut texts
            && texts.next()? != n
        {
            let detail = "it has not as many texts as there are facts".into();
            return Err(Error::Damaged { source: texts.name.clone(), format: "Parquet", detail });
        }
        if n == 0 {
            break;
        }
        let columns = || facts.columns.iter().chain(texts.iter().flat_map(|texts| &texts.columns));
        let maybe_nul = columns().any(|(_, decoder)| decoder.has_nul());
        let mut raw = Raw { maybe_nul, ..Raw::default() };
        for i in 0..n {
            for (column, decoder) in columns() {
                raw.set(*column, decoder.field(i));
            }
            sink.row(lines.next().unwrap_or(0), &raw)?;
        }
        done += n as u64;
        let bytes = u128::from(index.size) * u128::from(done) / u128::from(index.rows().max(1));
        sink.set_bytes(bytes as u64);
    }
    sink.set_bytes(index.size);
    Ok(())
}
