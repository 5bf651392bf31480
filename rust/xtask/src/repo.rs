//! Where things are, and how cargo is called.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Result, output};
use crate::python;

/// The root of the repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// A path inside the repository.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| path("target"), PathBuf::from)
}

/// A cargo command at the root, which finds the Python of `.venv` where it links to Python.
pub fn cargo(args: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(root())
        .env("PYO3_PYTHON", python::tool("python"));
    command
}

/// The platform that this machine compiles for, such as `x86_64-unknown-linux-gnu`.
pub fn host_triple() -> Result<String> {
    let text = output("host platform", Command::new("rustc").arg("-vV"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("host platform", format!("rustc -vV names none: {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_folder_of_the_workspace() {
        assert!(path("Cargo.lock").is_file());
        assert!(path("rust/xtask/Cargo.toml").is_file());
    }
}
