//! The task runner behind `cargo x`. Standard library only, so that it starts in seconds.
//!
//! Every verb makes what it needs first: a virtual environment in `.venv`, the packages, the
//! wheel. What is up to date is left alone.

mod cargo;
mod console;
mod counts;
mod digest;
mod layers;
mod lint;
mod process;
mod python;
mod repo;
mod setup;
mod stamps;
mod test;
mod verbs;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match args.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &args[..]),
    };
    if matches!(verb, "help" | "-h" | "--help") {
        console::say(&verbs::help());
        return ExitCode::SUCCESS;
    }
    let Some(verb) = verbs::find(verb) else {
        console::complain(&format!(
            "there is no verb {verb:?}: `cargo x help` lists them"
        ));
        return ExitCode::from(2);
    };
    match verb.run(rest) {
        Ok(code) => code,
        Err(failure) => {
            console::complain(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}
