//! How cargo and the compiler are called.

use std::process::Command;

use crate::process::{Failure, Result, output};
use crate::{python, repo};

/// A cargo command at the root, which finds the Python of `.venv` where it links to Python.
pub fn command(args: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .args(args)
        .current_dir(repo::root())
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
