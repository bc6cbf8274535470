//! Looking whether an archive is what its manifest says.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::Error;
use crate::layout;
use crate::manifest::{FileEntry, Manifest};
use crate::pack::{hash, path_in};

/// Reads the manifest of an archive.
pub(crate) fn manifest(folder: &Path) -> Result<Manifest, Error> {
    let path = folder.join(layout::MANIFEST);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let unfinished = layout::unfinished(folder).is_dir();
            return Err(Error::NoArchive { folder: folder.to_path_buf(), unfinished });
        }
        Err(error) => return Err(Error::io(&path)(error)),
    };
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| Error::damaged(&path, error))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version > u64::from(layout::VERSION) => {
            return Err(Error::Newer { path, version: version as u32 });
        }
        _ => {}
    }
    serde_json::from_value(value).map_err(|error| Error::damaged(&path, error))
}

/// Compares the checksums of all files.
pub(crate) fn files(folder: &Path, manifest: &Manifest) -> Result<(), Error> {
    let files = manifest.parts.iter().flat_map(|part| std::iter::once(&part.file).chain(&part.text));
    for file in files {
        check(folder, file)?;
    }
    Ok(())
}

fn check(folder: &Path, entry: &FileEntry) -> Result<(), Error> {
    let path = path_in(folder, &entry.path);
    let file = File::open(&path).map_err(Error::io(&path))?;
    let (bytes, sha256) = hash(file).map_err(Error::io(&path))?;
    if bytes != entry.bytes {
        let detail = format!("it has {bytes} bytes, the manifest says {}", entry.bytes);
        return Err(Error::damaged(&path, detail));
    }
    if sha256 != entry.sha256 {
        return Err(Error::damaged(&path, "its SHA-256 is not the manifest's"));
    }
    Ok(())
}
