//! From a bare clone to an installed assay: packages, wheel, installation.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, Result, output, run};
use crate::{digest, python, repo, stamps};

/// Lists the requirements of pyproject.toml: the build tool's, or the core's and those of extras.
const READ_REQUIREMENTS: &str = "
import sys, tomllib
with open('pyproject.toml', 'rb') as file:
    text = tomllib.load(file)
project = text['project']
groups = {'build': text['build-system']['requires'], 'core': project['dependencies']}
groups.update(project['optional-dependencies'])
for name in sys.argv[1:]:
    print(*groups[name], sep='\\n')
";

/// Make everything: all packages and the wheel, installed.
pub fn everything() -> Result<()> {
    installed(&["train", "report", "dev"])
}

/// Make sure that the wheel of these very sources is installed, with the packages of the extras.
pub fn installed(extras: &[&str]) -> Result<()> {
    python::ensure()?;
    packages(extras)?;
    let wheel = wheel()?;
    stamps::once("installed", &sources()?, || {
        run(
            "install the wheel",
            pip(&["--force-reinstall", "--no-deps"]).arg(&wheel),
        )
    })
}

/// Make sure that the packages which assay needs, and those of the extras, are installed.
pub fn packages(extras: &[&str]) -> Result<()> {
    let mut groups = vec!["core"];
    groups.extend(extras);
    install_groups(&groups)
}

/// Build the wheel, unless it is there for these very sources, and return its path.
pub fn wheel() -> Result<PathBuf> {
    install_groups(&["build"])?;
    let folder = repo::target().join("wheels");
    if only_wheel(&folder).is_err() {
        stamps::forget("wheel");
    }
    stamps::once("wheel", &sources()?, || {
        remove_wheels(&folder);
        let mut maturin = python::command("maturin");
        maturin.args(["build", "--release", "--locked", "--interpreter"]);
        maturin.arg(python::tool("python"));
        run("build the wheel", maturin.arg("--out").arg(&folder))
    })?;
    only_wheel(&folder)
}

/// Install what is listed in pyproject.toml for these groups and was not installed for that list.
fn install_groups(groups: &[&str]) -> Result<()> {
    upgrade_pip()?;
    let mut wanted = Vec::new();
    let mut lists = Vec::new();
    for group in groups {
        let list = requirements(group)?;
        let digest = digest::of_text(&list);
        if !stamps::is_current(&format!("packages-{group}"), &digest) {
            wanted.push((format!("packages-{group}"), digest));
        }
        lists.push(list);
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let list = lists.concat();
    run(
        &format!("install packages ({})", groups.join(", ")),
        pip(&[]).args(list.lines()),
    )?;
    wanted
        .iter()
        .try_for_each(|(step, digest)| stamps::note(step, digest))
}

fn upgrade_pip() -> Result<()> {
    stamps::once("pip", "upgraded", || {
        run("upgrade pip", pip(&["--upgrade"]).arg("pip"))
    })
}

fn requirements(group: &str) -> Result<String> {
    output(
        "read pyproject.toml",
        python::command("python").args(["-c", READ_REQUIREMENTS, group]),
    )
}

fn pip(options: &[&str]) -> Command {
    let mut command = python::command("python");
    command.args(["-m", "pip", "install"]).args(options);
    command
}

fn sources() -> Result<String> {
    digest::of_sources(repo::root()).map_err(|e| Failure::new("read the sources", e.to_string()))
}

fn only_wheel(folder: &PathBuf) -> Result<PathBuf> {
    let mut wheels = wheels(folder);
    match (wheels.pop(), wheels.pop()) {
        (Some(wheel), None) => Ok(wheel),
        (one, _) => Err(Failure::new(
            "build the wheel",
            format!(
                "{} holds {} wheels, not one",
                folder.display(),
                if one.is_some() { "several" } else { "no" }
            ),
        )),
    }
}

fn remove_wheels(folder: &PathBuf) {
    for wheel in wheels(folder) {
        let _ = fs::remove_file(wheel);
    }
}

fn wheels(folder: &PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "whl"))
        .collect()
}
