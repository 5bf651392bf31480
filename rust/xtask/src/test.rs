//! Every check and every test, fast ones first; the first failure stops.

use std::path::Path;
use std::process::Command;

use crate::counts::{self, Counts};
use crate::process::{Failure, Result, run, run_and_read};
use crate::{cargo, console, layers, lint, python, repo, setup};

/// Folders whose tests need no torch, apart from those below them that do.
const WITHOUT_TORCH: &[&str] = &["tests/regressions", "tests/python", "tests/parity"];

/// Tests that need torch. With ASSAY_TEST_WITHOUT_TORCH set, tests/conftest.py leaves
/// them out and hides torch from the rest.
const WITH_TORCH: &[&str] = &[
    "tests/python/anneal",
    "tests/python/base/test_load.py",
    "tests/python/evaluate",
    "tests/python/demo",
    "tests/kernels",
    "tests/regressions/bases",
];

/// Run everything, and print the sum of all tests.
pub fn all() -> Result<()> {
    let mut total = Counts::default();
    let result = every_step(&mut total);
    console::say(&format!("{} passed, {} failed", total.passed, total.failed));
    result
}

fn every_step(total: &mut Counts) -> Result<()> {
    python::ensure()?;
    setup::packages(&["dev"])?;
    lint::formats()?;
    layers::check()?;
    lint::clippy()?;
    counted("Rust tests", &mut rust_tests(), total)?;
    let wheel = setup::wheel()?;
    setup::installed(&["train", "report", "dev"])?;
    lint::types()?;
    run(
        "stubs of assay._core",
        python::command("python").args(["-m", "mypy.stubtest", "assay._core"]),
    )?;
    counted(
        "Python tests without torch",
        pytest(WITHOUT_TORCH, &wheel).env("ASSAY_TEST_WITHOUT_TORCH", "1"),
        total,
    )?;
    counted(
        "Python tests with torch",
        &mut pytest(WITH_TORCH, &wheel),
        total,
    )?;
    counted(
        "package tests",
        &mut pytest(&["tests/package"], &wheel),
        total,
    )
}

/// The extension module is left out: it links to Python only when Python loads it.
fn rust_tests() -> Command {
    cargo::command(&["test", "--locked", "--workspace", "--exclude=assay-py"])
}

/// Tests of the installed wheel, a thread each, with caches of their own.
fn pytest(folders: &[&str], wheel: &Path) -> Command {
    let mut command = python::command("pytest");
    command
        .args(folders)
        .env("OMP_NUM_THREADS", "1")
        .env("OMP_WAIT_POLICY", "PASSIVE")
        .env("GOMP_SPINCOUNT", "0")
        .env("ASSAY_CACHE", repo::target().join("test-cache"))
        .env("ASSAY_WHEEL", wheel);
    command
}

/// Run a step and add up its tests.
fn counted(step: &str, command: &mut Command, total: &mut Counts) -> Result<()> {
    let (text, result) = run_and_read(step, command)?;
    let counts = counts::of_output(&text);
    *total += counts;
    result?;
    some_ran(step, counts)
}

/// A step that ran no test has failed.
fn some_ran(step: &str, counts: Counts) -> Result<()> {
    if counts.passed == 0 {
        return Err(Failure::new(step, "no test ran"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_without_tests_fails() {
        let result = some_ran("step", counts::of_output("no tests ran in 0.1s"));
        assert!(result.unwrap_err().to_string().contains("no test ran"));
        assert!(some_ran("step", counts::of_output("1 passed in 0.1s")).is_ok());
    }

    #[test]
    fn the_folders_that_need_torch_are_the_ones_that_conftest_leaves_out() {
        let conftest = std::fs::read_to_string(repo::path("tests/conftest.py")).unwrap();
        for folder in WITH_TORCH {
            let relative = folder.trim_start_matches("tests/");
            assert!(conftest.contains(&format!("\"{relative}\"")), "{folder}");
        }
    }
}
