//! Reading an archive: which file has what.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use crate::error::Error;
use crate::manifest::{FileEntry, KEY_SHOPS, Manifest, PartEntry, ShopEntry, ShopName};
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

    /// A shop of a part, from the part's footer; `None`: the part has no fact of it.
    ///
    /// # Errors
    ///
    /// [`Error`] for a file that cannot be read.
    pub fn shop(
        &self,
        part: &PartEntry,
        platform: &str,
        shop: &str,
    ) -> Result<Option<ShopEntry>, Error> {
        shop_in(&self.folder, part, platform, shop)
    }
}

/// A shop of a part of the archive in a folder; `None`: the part has no fact of it.
pub(crate) fn shop_in(
    folder: &Path,
    part: &PartEntry,
    platform: &str,
    shop: &str,
) -> Result<Option<ShopEntry>, Error> {
    let name = |name: &ShopName| (name.platform.clone(), name.shop.clone());
    let wanted = (platform.to_owned(), shop.to_owned());
    if wanted < name(&part.first) || name(&part.last) < wanted {
        return Ok(None);
    }
    let path = path_in(folder, &part.file.path);
    let footer = footer(&path)?;
    // Looking for the line is quicker than understanding all of them. A name has no line
    // break, so that nothing else looks like the beginning of a line.
    let beginning = ShopEntry::beginning(platform, shop);
    let mut lines = lines(&path, &footer)?.lines();
    let line = lines.find(|line| line.starts_with(&beginning));
    let entry = line.map(serde_json::from_str).transpose();
    entry.map_err(|error| Error::damaged(&path, error))
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

fn lines<'m>(path: &Path, footer: &'m ParquetMetaData) -> Result<&'m str, Error> {
    let missing = || Error::damaged(path, format!("its footer has no `{KEY_SHOPS}`"));
    value(footer, KEY_SHOPS).ok_or_else(missing)
}

/// The shops that a footer tells of.
pub(crate) fn shops(path: &Path, footer: &ParquetMetaData) -> Result<Vec<ShopEntry>, Error> {
    let entry = |line: &str| serde_json::from_str(line).map_err(|e| Error::damaged(path, e));
    lines(path, footer)?.lines().map(entry).collect()
}
