//! The console's files, as `console/dist` has them: a table that [`assets`](src/assets.rs) gives
//! out. Where they were not built the table is empty; nothing is built here, for a compiler must
//! need neither Node nor a network.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let dist = here.join("../../console/dist");
    let mut files = Vec::new();
    if dist.is_dir() {
        // Of a folder that is not there Cargo would think that it changed, each time.
        writeln!(io::stdout(), "cargo::rerun-if-changed={}", dist.display())?;
        collect(&dist, "", &mut files)?;
    }
    writeln!(io::stdout(), "cargo::rerun-if-changed=build.rs")?;
    files.sort();
    let mut table = String::from("&[\n");
    for (name, path) in &files {
        // Debug quotes as Rust does.
        let line = writeln!(table, "    ({name:?}, include_bytes!({path:?}).as_slice()),");
        line.map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("console.rs"), table)
}

/// The packed files of a folder with their names from `/` on, without `.gz`.
fn collect(folder: &Path, under: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() && !name.starts_with('.') {
            collect(&path, &format!("{under}/{name}"), files)?;
        } else if let Some(name) = name.strip_suffix(".gz") {
            files.push((format!("{under}/{name}"), path.canonicalize()?));
        }
    }
    Ok(())
}
