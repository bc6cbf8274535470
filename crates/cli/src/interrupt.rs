//! Stopping on Ctrl-C: what is half written is taken away, and the user is told.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::screen::Screen;

/// The exit code of a program that was interrupted, as shells count it: 128 and SIGINT's number.
pub(crate) const INTERRUPTED: i32 = 130;

/// Files and folders that are being written under a name of their own until they are complete.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or folder that is taken away when the program is interrupted, as long as this is held.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    pub(crate) fn new(path: &Path) -> Self {
        unfinished().push(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// Takes away what is unfinished.
pub(crate) fn take_away() {
    for path in unfinished().iter() {
        // Nothing is left to be done about what cannot be removed.
        let _ = match path.is_dir() {
            true => std::fs::remove_dir_all(path),
            false => std::fs::remove_file(path),
        };
    }
}

/// Stops the program on Ctrl-C, SIGTERM or a closed terminal: at once, since figures are printed
/// only when they are complete and what takes long can be taken up again.
pub(crate) fn install(screen: &Screen) {
    let screen = *screen;
    // Without a handler the system stops the program, which is well enough.
    let _ = ctrlc::set_handler(move || {
        take_away();
        if screen.progress {
            // The bar's line.
            let _ = write!(std::io::stderr(), "\r\u{1b}[2K");
        }
        screen.error(screen.lang.of("stopped", "已中止"));
        std::process::exit(INTERRUPTED);
    });
}
