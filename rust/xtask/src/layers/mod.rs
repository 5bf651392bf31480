//! Checks that the modules of each crate keep an order: arrows of imports run one way.
//!
//! Three things are faults: files that import each other in a circle; an import from a module that
//! stands above, such as a re-export in `lib.rs`; and an import against the layers that the
//! crate's `Cargo.toml` declares (see `order.rs`). Imports for tests do not count.

mod arrows;
mod circles;
mod names;
mod order;
mod survey;
mod tokens;
mod tree;
#[cfg(test)]
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use crate::console;
use crate::process::{Failure, Result, timed};
use crate::repo;
use survey::Survey;

const STEP: &str = "layers";

/// Check all crates as a step of the tests, which prints nothing but faults.
pub fn check() -> Result<()> {
    timed(STEP, || judge(&surveys()?))
}

/// Check all crates, and print a table of what was counted in each.
pub fn show() -> Result<()> {
    let surveys = surveys()?;
    console::say(&table(&surveys));
    judge(&surveys)
}

fn judge(surveys: &[Survey]) -> Result<()> {
    let faults: Vec<&str> = surveys
        .iter()
        .flat_map(|survey| survey.faults.iter().map(String::as_str))
        .collect();
    for fault in &faults {
        console::complain(fault);
    }
    match faults.len() {
        0 => Ok(()),
        1 => Err(Failure::new(STEP, "1 fault, named above")),
        count => Err(Failure::new(STEP, format!("{count} faults, named above"))),
    }
}

fn surveys() -> Result<Vec<Survey>> {
    let crates = crates(&repo::path("rust"))?;
    crates.iter().map(|folder| survey(folder)).collect()
}

fn survey(folder: &Path) -> Result<Survey> {
    let shown = folder.strip_prefix(repo::root()).unwrap_or(folder);
    Survey::of_crate(folder, &shown.to_string_lossy())
        .map_err(|e| Failure::new(STEP, format!("{}: {e}", shown.display())))
}

/// The folders that hold a crate, in order of their names.
fn crates(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .map_err(|e| Failure::new(STEP, format!("{}: {e}", folder.display())))?;
    let mut crates: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .collect();
    crates.sort();
    Ok(crates)
}

/// A line for every crate, and their sum.
fn table(surveys: &[Survey]) -> String {
    let mut sum = Survey {
        name: "all".to_owned(),
        ..Survey::default()
    };
    let mut text = format!(
        "{:<16}{:>8}{:>8}{:>9}{:>9}{:>8}\n",
        "", "files", "arrows", "back up", "circles", "faults"
    );
    for survey in surveys {
        text.push_str(&row(survey));
        sum.files += survey.files;
        sum.arrows += survey.arrows;
        sum.back_up += survey.back_up;
        sum.circles += survey.circles;
        sum.faults.extend_from_slice(&survey.faults);
    }
    text.push_str(row(&sum).trim_end());
    text
}

fn row(survey: &Survey) -> String {
    format!(
        "{:<16}{:>8}{:>8}{:>9}{:>9}{:>8}\n",
        survey.name,
        survey.files,
        survey.arrows,
        survey.back_up,
        survey.circles,
        survey.faults.len()
    )
}
