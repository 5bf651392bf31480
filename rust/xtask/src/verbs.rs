//! The verbs of `cargo x`, in one list.

use std::process::{Command, ExitCode};

use crate::process::{Failure, Result, replace, run};
use crate::{cargo, console, layers, lint, python, repo, setup, test};

/// Something `cargo x` can do.
pub struct Verb {
    name: &'static str,
    summary: &'static str,
    takes_args: bool,
    action: fn(&[String]) -> Result<ExitCode>,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "setup",
        summary: "make .venv and install the packages and assay itself into it",
        takes_args: false,
        action: |_| done(setup::everything()),
    },
    Verb {
        name: "demo",
        summary: "run the built-in study; further words go to `assay demo`",
        takes_args: true,
        action: demo,
    },
    Verb {
        name: "test",
        summary: "run every check and every test, fast ones first",
        takes_args: false,
        action: |_| done(test::all()),
    },
    Verb {
        name: "lint",
        summary: "run the checks that need no built wheel: formats, layers, lints, types",
        takes_args: false,
        action: |_| done(lint::all()),
    },
    Verb {
        name: "layers",
        summary: "count imports inside each crate, and name those that run the wrong way",
        takes_args: false,
        action: |_| done(layers::show()),
    },
    Verb {
        name: "schema",
        summary: "write the JSON schemas in python/assay/schema, from rust/schema and the study file",
        takes_args: false,
        action: |_| done(schema()),
    },
    Verb {
        name: "build",
        summary: "build the wheel into target/wheels",
        takes_args: false,
        action: |_| done(build()),
    },
    Verb {
        name: "binary",
        summary: "build the standalone program assay-corpus, statically linked on Linux",
        takes_args: false,
        action: |_| done(binary()),
    },
];

impl Verb {
    /// Do it, after checking that no argument is left unread.
    pub fn run(&self, args: &[String]) -> Result<ExitCode> {
        match args.first() {
            Some(odd) if !self.takes_args => Err(Failure::new(
                self.name,
                format!("takes no arguments, found {odd:?}"),
            )),
            _ => (self.action)(args),
        }
    }
}

/// The verb of that name.
pub fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name)
}

/// The list of verbs, a line each.
pub fn help() -> String {
    let mut text = String::from("usage: cargo x VERB\n\nverbs:\n");
    for verb in VERBS {
        text.push_str(&format!("  {:<8}{}\n", verb.name, verb.summary));
    }
    text.push_str("  help    print this list");
    text
}

fn done(result: Result<()>) -> Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}

fn demo(args: &[String]) -> Result<ExitCode> {
    setup::installed(&["train", "report"])?;
    let mut command = Command::new(python::tool("assay"));
    command.arg("demo").args(args);
    Err(replace("demo", &mut command))
}

/// The formats of the engine come from its types, those that people write in TOML for assay from
/// the models of the installed package.
fn schema() -> Result<()> {
    let folder = repo::path("python/assay/schema");
    run(
        "schemas of the engine",
        cargo::command(&[
            "run",
            "--quiet",
            "--package=assay-schema",
            "--example=write_schemas",
        ])
        .arg(&folder),
    )?;
    setup::installed(&[])?;
    run(
        "schemas of the study",
        python::command("python")
            .args(["-m", "assay.study.schemas"])
            .arg(&folder),
    )
}

fn build() -> Result<()> {
    python::ensure()?;
    let wheel = setup::wheel()?;
    console::say(&wheel.display().to_string());
    Ok(())
}

/// A target named on the command line keeps the flag from the build scripts and macros.
fn binary() -> Result<()> {
    let host = cargo::host_triple()?;
    let mut command = cargo::command(&[
        "build",
        "--locked",
        "--release",
        "--package=assay-cli",
        "--bin=assay-corpus",
        "--target",
        &host,
    ]);
    if host.contains("linux") {
        command.env("RUSTFLAGS", "-C target-feature=+crt-static");
    }
    run("binary", &mut command)?;
    let built = repo::target().join(&host).join("release/assay-corpus");
    console::say(&built.display().to_string());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_found_and_listed_under_its_name() {
        for verb in VERBS {
            assert!(find(verb.name).is_some_and(|found| found.name == verb.name));
            assert!(help().contains(&format!("\n  {} ", verb.name)));
        }
        assert!(find("tset").is_none());
    }

    #[test]
    fn a_verb_without_arguments_refuses_one() {
        let refused = find("lint").map(|verb| verb.run(&["--fix".into()]));
        let message = refused.and_then(|r| r.err()).map(|e| e.to_string());
        assert!(message.is_some_and(|m| m.contains("\"--fix\"")));
    }
}
