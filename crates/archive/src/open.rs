//! Reading an archive: which file has what.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use crate::error::Error;
use crate::manifest::{FileEntry, KEY_SHOPS, Manifest, PartEntry, ShopEntry};
use crate::pack::path_in;
use crate::verify;

/// An archive that is there and whole, as far as its manifest tells.
#[derive(Clone, Debug)]
pub struct Archive {
    folder: PathBuf,
    manifest: Manifest,
}

impl Archive {
    /// Opens the archive in a folder. Only the manifest is read.
    ///
    /// # Errors
    ///
    /// [`Error`] for a folder that is no archive, or not a finished one, and for a manifest that
    /// cannot be read.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Ok(Self { folder: folder.to_path_buf(), manifest: verify::manifest(folder)? })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The parts, by day, then number.
    #[must_use]
    pub fn parts(&self) -> &[PartEntry] {
        &self.manifest.parts
    }

    /// Where a file of the archive lies.
    #[must_use]
    pub fn path(&self, file: &FileEntry) -> PathBuf {
        path_in(&self.folder, &file.path)
    }

    /// The shops of a part, in the order of their rows, from the part's footer.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read.
    pub fn shops(&self, part: &PartEntry) -> Result<Vec<ShopEntry>, Error> {
        let path = self.path(&part.file);
        shops(&path, &footer(&path)?)
    }
}

/// The footer of a file.
pub(crate) fn footer(path: &Path) -> Result<ParquetMetaData, Error> {
    let file = File::open(path).map_err(Error::io(path))?;
    ParquetMetaDataReader::new().parse_and_finish(&file).map_err(|e| Error::damaged(path, e))
}

/// A value of the footer by its key.
pub(crate) fn value<'m>(footer: &'m ParquetMetaData, key: &str) -> Option<&'m str> {
    let pairs = footer.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
}

/// The shops that a footer tells of.
pub(crate) fn shops(path: &Path, footer: &ParquetMetaData) -> Result<Vec<ShopEntry>, Error> {
    let missing = || Error::damaged(path, format!("its footer has no `{KEY_SHOPS}`"));
    let text = value(footer, KEY_SHOPS).ok_or_else(missing)?;
    serde_json::from_str(text).map_err(|error| Error::damaged(path, error))
}
