//! Running other programs.

use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use crate::console;

/// A step that did not work, and why.
#[derive(Debug)]
pub struct Failure {
    step: String,
    reason: String,
}

/// The result of a step.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// The failure of `step`.
    pub fn new(step: &str, reason: impl Into<String>) -> Self {
        Self {
            step: step.to_owned(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed at `{}`: {}", self.step, self.reason)
    }
}

/// Run a step to its end, with its output on the terminal and its time after it.
pub fn run(step: &str, command: &mut Command) -> Result<()> {
    timed(step, || {
        let status = command
            .status()
            .map_err(|e| not_started(step, command, &e))?;
        check(step, command, status)
    })
}

/// Run a step like [`run`], and return what it printed on standard output and how it ended.
pub fn run_and_read(step: &str, command: &mut Command) -> Result<(String, Result<()>)> {
    timed(step, || {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| not_started(step, command, &e))?;
        let text = match child.stdout.take() {
            Some(pipe) => tee(pipe).map_err(|e| Failure::new(step, e.to_string()))?,
            None => String::new(),
        };
        let status = child
            .wait()
            .map_err(|e| Failure::new(step, e.to_string()))?;
        Ok((text, check(step, command, status)))
    })
}

/// Run a program quietly and return its standard output; its errors are in the failure.
pub fn output(step: &str, command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|e| not_started(step, command, &e))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(
        step,
        format!("{}: {}", ended(command, output.status), errors.trim()),
    ))
}

/// Become the program: signals and the exit code are its own. Returns only if it cannot start.
pub fn replace(step: &str, command: &mut Command) -> Failure {
    let error = command.exec();
    not_started(step, command, &error)
}

/// Do some work as a step, with its time after it.
pub fn timed<T>(step: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    console::begin(step);
    let start = Instant::now();
    let result = work()?;
    console::end(step, start.elapsed());
    Ok(result)
}

fn tee(mut pipe: impl Read) -> std::io::Result<String> {
    let mut all = Vec::new();
    let mut chunk = [0; 8192];
    let mut terminal = std::io::stdout();
    loop {
        let n = pipe.read(&mut chunk)?;
        if n == 0 {
            return Ok(String::from_utf8_lossy(&all).into_owned());
        }
        all.extend_from_slice(&chunk[..n]);
        terminal.write_all(&chunk[..n])?;
        terminal.flush()?;
    }
}

fn check(step: &str, command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(step, ended(command, status)))
}

fn ended(command: &Command, status: ExitStatus) -> String {
    format!("{} ended with {status}", shown(command))
}

fn not_started(step: &str, command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(step, format!("{} did not start: {error}", shown(command)))
}

fn shown(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_step_prints_is_read_even_when_it_fails() {
        let (text, result) = run_and_read("step", &mut shell("echo halfway; exit 4")).unwrap();
        assert_eq!(text, "halfway\n");
        assert!(result.unwrap_err().to_string().contains("failed at `step`"));
    }

    #[test]
    fn a_failed_program_is_quoted() {
        let failure = output("ask", &mut shell("echo no such thing >&2; exit 1")).unwrap_err();
        assert!(failure.to_string().contains("no such thing"));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = run("go", &mut Command::new("no-such-program")).unwrap_err();
        assert!(
            failure
                .to_string()
                .contains("no-such-program did not start")
        );
    }
}
