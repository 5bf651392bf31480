//! The one place that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::time::Duration;

/// Print a line of the answer.
pub fn say(text: &str) {
    println!("{text}");
}

/// Announce a step that may take a while.
pub fn begin(step: &str) {
    println!("==> {step}");
}

/// Close a step with the time it took.
pub fn end(step: &str, took: Duration) {
    println!("==> {step}: done in {:.1} s", took.as_secs_f64());
}

/// Print an error.
pub fn complain(text: &str) {
    eprintln!("cargo x: {text}");
}
