//! Notes inside `.venv` of what was done last, so that it is not done twice.

use std::fs;
use std::path::PathBuf;

use crate::process::{Failure, Result};
use crate::python;

/// Do the work unless it was done for this same digest, and note that it was.
pub fn once(step: &str, digest: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if is_current(step, digest) {
        return Ok(());
    }
    forget(step);
    work()?;
    note(step, digest)
}

/// Whether the step was last done for this digest.
pub fn is_current(step: &str, digest: &str) -> bool {
    fs::read_to_string(file(step)).is_ok_and(|noted| noted == digest)
}

/// Forget that the step was done.
pub fn forget(step: &str) {
    let _ = fs::remove_file(file(step));
}

/// Note that the step was done for this digest.
pub fn note(step: &str, digest: &str) -> Result<()> {
    let file = file(step);
    let folder = file.parent().unwrap_or(&file);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, digest))
        .map_err(|e| Failure::new(step, format!("cannot write {}: {e}", file.display())))
}

fn file(step: &str) -> PathBuf {
    python::venv().join("stamps").join(step)
}
