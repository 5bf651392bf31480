//! The binary assay-corpus: hands the arguments and Ctrl-C to the library, which does the rest.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn main() -> ExitCode {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    // Without a handler Ctrl-C ends the process at once, which loses no finished work either.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            end_now();
        }
    });
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let code = assay_cli::run("assay-corpus", &arguments, &|| {
        interrupted.load(Ordering::Relaxed)
    });
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The second Ctrl-C does not wait for the end of a batch.
#[allow(clippy::exit, reason = "the binary may end its own process")]
fn end_now() -> ! {
    std::process::exit(assay_cli::INTERRUPTED)
}
