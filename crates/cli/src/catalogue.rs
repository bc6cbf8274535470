//! The rulebooks that are counted with.

use std::path::Path;

use rulebook::Catalogue;

use crate::failure::Failure;
use crate::lang::Lang;

/// The shipped rulebooks, with those of a folder in their place or beside them.
pub(crate) fn of(folder: Option<&Path>, lang: Lang) -> Result<Catalogue, Failure> {
    let Some(folder) = folder else { return Ok(Catalogue::shipped().clone()) };
    let files = crate::check::rulebook_files(folder, lang)?;
    let loaded = Catalogue::shipped().extended(files);
    if !loaded.diagnostics.is_empty() {
        return Err(Failure::new(lang.of(
            format!("{}: has problems; `yingda check` shows them", folder.display()),
            format!("{}：有问题；请用 `yingda check` 查看", folder.display()),
        )));
    }
    Ok(loaded.catalogue)
}
