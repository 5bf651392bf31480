//! The virtual environment in `.venv`, and the Python it is made from.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, Result, output, run};
use crate::repo;

const STEP: &str = "virtual environment";
const OLDEST: (u32, u32) = (3, 11);
const NAMES: &[&str] = &["python3.13", "python3.12", "python3.11", "python3"];
const ASK: &str = "import sys, venv, ensurepip; print(*sys.version_info[:2])";

/// Major and minor version, or why there is none to be had.
type Version = std::result::Result<(u32, u32), String>;

/// The folder of the virtual environment.
pub fn venv() -> PathBuf {
    repo::path(".venv")
}

/// A program of the virtual environment.
pub fn tool(name: &str) -> PathBuf {
    venv().join("bin").join(name)
}

/// A command that runs a program of the virtual environment at the root, and only with what is
/// installed there.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(tool(program));
    command
        .current_dir(repo::root())
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME");
    command
}

/// Make the virtual environment, unless it is there and works.
pub fn ensure() -> Result<()> {
    let ours = tool("python");
    if ours.exists() && version(&ours.to_string_lossy()).is_ok_and(|found| found >= OLDEST) {
        return Ok(());
    }
    if venv().exists() {
        fs::remove_dir_all(venv()).map_err(|e| Failure::new(STEP, format!("old .venv: {e}")))?;
    }
    let python = find()?;
    run(STEP, Command::new(python).args(["-m", "venv"]).arg(venv()))
}

/// The first Python that will do: the one in the variable PYTHON, and no other, where it is set.
fn find() -> Result<String> {
    let names = match std::env::var("PYTHON") {
        Ok(name) => vec![name],
        Err(_) => NAMES.iter().map(|name| (*name).to_owned()).collect(),
    };
    choose(&names, version)
}

fn choose(names: &[String], version: impl Fn(&str) -> Version) -> Result<String> {
    let mut found = Vec::new();
    for name in names {
        match version(name) {
            Ok(number) if number >= OLDEST => return Ok(name.clone()),
            Ok((major, minor)) => found.push(format!("{name} is {major}.{minor}")),
            Err(reason) => found.push(format!("{name}: {reason}")),
        }
    }
    let (major, minor) = OLDEST;
    Err(Failure::new(
        STEP,
        format!(
            "no Python >= {major}.{minor} with venv ({}); install one, or name it: \
             PYTHON=path/to/python cargo x ...",
            found.join("; ")
        ),
    ))
}

/// The version of a Python that has `venv` and `ensurepip`, or why there is none.
fn version(python: &str) -> Version {
    let text = output(STEP, Command::new(python).args(["-c", ASK])).map_err(|failure| {
        let reason = failure.to_string();
        let lacks = ["venv", "ensurepip"]
            .into_iter()
            .find(|module| reason.contains(&format!("No module named '{module}'")));
        lacks.map_or("not found".to_owned(), |module| {
            format!("its module {module} is not installed")
        })
    })?;
    let mut numbers = text.split_whitespace().map_while(|word| word.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) => Ok((major, minor)),
        _ => Err(format!("answered {:?}", text.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose_among(versions: &[(&str, Version)]) -> Result<String> {
        let names: Vec<String> = versions.iter().map(|(name, _)| (*name).into()).collect();
        choose(&names, |name| {
            let (_, version) = versions.iter().find(|(n, _)| *n == name).unwrap();
            version.clone()
        })
    }

    #[test]
    fn the_first_that_is_new_enough_wins() {
        let chosen = choose_among(&[
            ("python3.13", Err("not found".into())),
            ("python3.9", Ok((3, 9))),
            ("python3.12", Ok((3, 12))),
            ("python3.11", Ok((3, 11))),
        ]);
        assert_eq!(chosen.unwrap(), "python3.12");
    }

    #[test]
    fn without_any_the_error_says_what_was_found_and_what_to_do() {
        let error = choose_among(&[
            ("python3.11", Err("its module venv is not installed".into())),
            ("python3", Ok((3, 10))),
        ]);
        let message = error.unwrap_err().to_string();
        for part in [
            "python3 is 3.10",
            "python3.11: its module venv is not installed",
            "PYTHON=",
        ] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_not_a_python() {
        assert_eq!(version("no-such-python"), Err("not found".to_owned()));
    }
}
