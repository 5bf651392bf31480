//! Progress on standard error: a bar on a terminal, plain lines elsewhere.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use assay_pipeline::{Event, Observer};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// Rejected lines that are shown for each source; the manifest counts all of them.
const REJECTED_SHOWN: u64 = 10;

/// Time between two plain lines about the same source.
const PLAIN_INTERVAL: Duration = Duration::from_secs(30);

const TEMPLATE: &str = "{prefix} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} eta {eta} {msg}";

/// Shows the progress of a run on standard error, and stops the run when it is interrupted.
pub struct Watch<'a> {
    shown: bool,
    bar: ProgressBar,
    interrupted: &'a dyn Fn() -> bool,
    rejected: Cell<u64>,
    last_line: Cell<Instant>,
}

impl<'a> Watch<'a> {
    /// Watches a run; `interrupted` is asked between batches, and true stops it.
    pub fn new(show: bool, interrupted: &'a dyn Fn() -> bool) -> Self {
        let terminal = show && io::stderr().is_terminal();
        let bar = if terminal {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        Self {
            shown: show,
            bar,
            interrupted,
            rejected: Cell::new(0),
            last_line: Cell::new(Instant::now()),
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: &str) {
        self.last_line.set(Instant::now());
        if self.shown {
            // Progress that cannot be shown must not stop the work.
            self.bar.suspend(|| {
                let _ = writeln!(io::stderr(), "{text}");
            });
        }
    }

    fn started(&self, input_bytes: u64, index_bytes_per_document: u64, slow_tokenizer: bool) {
        let mut text = format!("reading {} in all", HumanBytes(input_bytes));
        if index_bytes_per_document > 0 {
            let memory = HumanBytes(1000 * index_bytes_per_document);
            text +=
                &format!("; deduplication takes up to {memory} of memory per 1,000 documents kept");
        }
        self.line(&text);
        if slow_tokenizer {
            self.line("no fast path for this tokenizer: it takes 20 to 40 times as long");
        }
    }

    fn opened(&self, name: &str, input_bytes: u64) {
        self.rejected.set(0);
        self.bar.reset();
        self.bar.set_length(input_bytes);
        self.bar.set_prefix(name.to_owned());
        if self.bar.is_hidden() {
            self.line(&format!("{name}: reading {}", HumanBytes(input_bytes)));
        }
    }

    fn advanced(&self, name: &str, bytes_read: u64, documents: u64, kept: u64) {
        self.moved(
            name,
            bytes_read,
            &format!("{kept} of {documents} documents kept"),
        );
    }

    fn read(&self, name: &str, bytes_read: u64, documents: u64) {
        self.moved(name, bytes_read, &format!("{documents} documents"));
    }

    fn moved(&self, name: &str, bytes_read: u64, message: &str) {
        self.bar.set_position(bytes_read);
        self.bar.set_message(message.to_owned());
        if self.bar.is_hidden() && self.last_line.get().elapsed() >= PLAIN_INTERVAL {
            let read = HumanBytes(bytes_read);
            self.line(&format!("{name}: {read} read, {message}"));
        }
    }

    fn rejected(&self, error: &dyn std::fmt::Display) {
        let count = self.rejected.get() + 1;
        self.rejected.set(count);
        if count <= REJECTED_SHOWN {
            self.line(&format!("rejected: {error}"));
        } else if count == REJECTED_SHOWN + 1 {
            self.line("rejected: more lines, counted in the manifest");
        }
    }
}

impl Observer for Watch<'_> {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Started {
                input_bytes,
                index_bytes_per_document,
                slow_tokenizer,
            } => self.started(*input_bytes, *index_bytes_per_document, *slow_tokenizer),
            Event::Opened { name, input_bytes } => self.opened(name, *input_bytes),
            Event::Resumed { name, documents } => {
                self.line(&format!("{name}: goes on after {documents} documents"));
            }
            Event::Advanced {
                name,
                bytes_read,
                documents,
                kept,
            } => self.advanced(name, *bytes_read, *documents, *kept),
            Event::Read {
                name,
                bytes_read,
                documents,
            } => self.read(name, *bytes_read, *documents),
            Event::Rejected { error } => self.rejected(error),
            Event::Finished { report, reused } => {
                let how = if *reused {
                    "was finished before"
                } else {
                    "finished"
                };
                let (kept, read) = (report.kept.documents, report.read.documents);
                self.line(&format!(
                    "{}: {how}: {kept} of {read} documents kept",
                    report.name
                ));
            }
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        (self.interrupted)()
    }
}
