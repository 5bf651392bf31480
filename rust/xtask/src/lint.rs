//! Checks that need no built wheel.

use crate::process::{Result, run};
use crate::{cargo, layers, python, setup};

/// Every check that needs no built wheel.
pub fn all() -> Result<()> {
    python::ensure()?;
    setup::packages(&["train", "report", "dev"])?;
    formats()?;
    layers::check()?;
    clippy()?;
    types()
}

/// Formats of both languages, and the lints that take a second.
pub fn formats() -> Result<()> {
    run(
        "cargo fmt",
        &mut cargo::command(&["fmt", "--all", "--check"]),
    )?;
    run("ruff check", python::command("ruff").arg("check"))?;
    run(
        "ruff format",
        python::command("ruff").args(["format", "--check"]),
    )
}

/// The lints of Rust.
pub fn clippy() -> Result<()> {
    let mut command = cargo::command(&["clippy", "--locked", "--workspace", "--all-targets"]);
    run("clippy", command.args(["--", "-D", "warnings"]))
}

/// The types of Python.
pub fn types() -> Result<()> {
    run("mypy", &mut python::command("mypy"))
}
