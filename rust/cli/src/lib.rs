//! The command line of the corpus engine, as a library and as the binary assay-corpus.
//!
//! [`run`] does what the arguments say and returns the exit code; it never ends the process, so
//! that the Python extension can call it too. `parse` reads what was typed; every verb has a file
//! in `commands`, with its arguments and what it does. `args` has the arguments that verbs share.

mod args;
mod commands;
mod exit_code;
mod failure;
mod parse;
mod printer;
mod progress;
mod run_recipe;

use std::ffi::OsString;
use std::io::{self, Write};

use crate::exit_code::ExitCode;

pub use progress::Watch;

/// Exit code of a run that Ctrl-C stopped.
pub const INTERRUPTED: i32 = ExitCode::Interrupted.number();

/// Runs the command line and returns its exit code.
///
/// `program` is what help and errors call the program; `arguments` do not include it.
/// `interrupted` is asked between batches of documents, on this thread; true stops a run in a
/// state from which the same command continues.
pub fn run(program: &'static str, arguments: &[OsString], interrupted: &dyn Fn() -> bool) -> i32 {
    let command = match parse::parse(program, arguments) {
        Ok(command) => command,
        Err(error) => {
            // Nothing useful to do if standard output or standard error is closed.
            let _ = error.print();
            return error.exit_code();
        }
    };
    match command.run(interrupted) {
        Ok(()) => ExitCode::Done.number(),
        Err(failure) if failure.is_closed_pipe() => ExitCode::Done.number(),
        Err(failure) => {
            // Nothing useful to do if standard error is closed.
            let _ = writeln!(io::stderr(), "{program}: {failure}");
            failure.exit_code().number()
        }
    }
}
