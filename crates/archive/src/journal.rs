//! What of a pack is done: small files under `.unfinished`, each written whole or not at all.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// The journal of a pack.
pub(crate) struct Journal {
    folder: PathBuf,
    /// Steps done by this call, and after how many a test wants it to stop.
    steps: AtomicU64,
    stop_after: Option<u64>,
}

impl Journal {
    pub(crate) fn new(folder: PathBuf, stop_after: Option<u64>) -> Self {
        Self { folder, steps: AtomicU64::new(0), stop_after }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A place at which a pack may be interrupted as well as anywhere.
    pub(crate) fn step(&self) -> Result<(), Error> {
        let done = self.steps.fetch_add(1, Ordering::Relaxed);
        if self.stop_after.is_some_and(|after| done >= after) {
            Err(Error::Stopped)
        } else {
            Ok(())
        }
    }

    /// An entry; `None`: what it is about is not done.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let path = self.folder.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(entry) => Ok(Some(entry)),
                Err(error) => Err(Error::damaged(&path, error)),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(&path)(error)),
        }
    }

    /// Notes what is done.
    pub(crate) fn write(&self, name: &str, entry: &impl Serialize) -> Result<(), Error> {
        self.step()?;
        write_whole(&self.folder, name, &json(entry, &self.folder.join(name))?)?;
        self.step()
    }
}

/// An entry as text, one key a line where lines help readers.
pub(crate) fn json(entry: &impl Serialize, path: &Path) -> Result<Vec<u8>, Error> {
    let mut text = serde_json::to_vec(entry).map_err(|error| Error::damaged(path, error))?;
    text.push(b'\n');
    Ok(text)
}

/// Writes a file that appears under its name only when it is complete.
pub(crate) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let draft = folder.join(format!("{name}.draft"));
    let write = || {
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(Error::io(&draft))?;
    let path = folder.join(name);
    std::fs::rename(&draft, &path).map_err(Error::io(&path))?;
    sync_folder(folder)
}

/// Makes the names in a folder last. Not every system can; where it cannot, they mostly do.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io(folder))
    } else {
        Ok(())
    }
}
