//! Documents with something for every stage to find, in several files.

use std::fs;
use std::path::Path;

use assay_corpus::{Fields, Reader};
use serde_json::{Value, json};

use crate::world::World;

/// Files, more than are judged in one step.
pub const FILES: u64 = 20;

/// Each stage command, with the arguments that make it find something in `in/`.
pub const STAGES: [&[&str]; 11] = [
    &[
        "filter",
        "in",
        "--filter=pii",
        "--filter={ rule = \"length\", min_words = 5 }",
    ],
    &["exact", "in"],
    &["near", "in"],
    &["near", "in", "--set=threshold=0.8", "--set=unit=character"],
    &["near", "in", "--set=keep=first"],
    &["near", "in", "--set=keep=longest"],
    &["near", "in", "--set=keep=highest_score"],
    &["paragraphs", "in"],
    &["substrings", "in", "--set=length=100"],
    &[
        "decontaminate",
        "in",
        "--evals=one.jsonl",
        "--evals=two.jsonl",
    ],
    &[
        "decontaminate",
        "in",
        "--evals=one.jsonl",
        "--set=action=cut",
        "--set=min_words_left=5",
    ],
];

/// So many words that look random, the same for the same number.
fn words(number: u64, count: u64) -> String {
    let word = |place: u64| {
        let mixed = (number * 1024 + place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ mixed >> 31).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        format!("{:x}", mixed >> 48)
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// Documents of three paragraphs, and what the stages look for.
fn documents() -> Vec<Value> {
    let text = |n| [words(n, 40), words(1000 + n, 40), words(2000 + n, 40)].join("\n\n");
    let mut documents: Vec<Value> = (0..60)
        .map(
            |n| json!({"id": format!("plain-{n}"), "text": text(n), "score": 1.5, "domain": "web"}),
        )
        .collect();
    let mut add = |id: &str, text: String, score: f64| {
        documents.push(json!({"id": id, "text": text, "score": score, "domain": "book"}));
    };
    add("copy", text(3), 0.0);
    add("shouted", text(4).to_uppercase(), 0.0);
    add("longer", format!("{} at the end", text(5)), 9.0);
    add("shorter", text(6)[4..].to_owned(), -1.0);
    add(
        "paragraph",
        format!("{}\n\n{}", words(2007, 40), words(3000, 40)),
        0.0,
    );
    add(
        "mail",
        format!("write to ann@example.org {}", words(3001, 40)),
        0.0,
    );
    add("short", "too short".to_owned(), 0.0);
    add(
        "leak",
        format!("{} {}", words(3002, 30), words(9000, 30)),
        0.0,
    );
    documents
}

impl World {
    /// A folder `in` of documents, and the evaluation sets `one.jsonl` and `two.jsonl`.
    pub fn with_samples() -> Self {
        let world = Self::new();
        fs::create_dir(world.path().join("in")).unwrap();
        let documents = documents();
        let size = documents.len().div_ceil(FILES as usize);
        for (number, part) in documents.chunks(size).enumerate() {
            let lines: String = part.iter().map(|line| format!("{line}\n")).collect();
            world.write(&format!("in/{number:02}.jsonl"), lines.as_bytes());
        }
        for (name, number) in [("one.jsonl", 9000), ("two.jsonl", 1008)] {
            let line = format!("{}\n", json!({"text": words(number, 30)}));
            world.write(name, line.as_bytes());
        }
        world
    }

    /// Runs a stage, which must succeed, into the folder `out`; gives its manifest.
    pub fn stage(&self, arguments: &[&str], more: &[&str]) -> Value {
        let common = ["--output=out", "--json", "--no-progress"];
        let all: Vec<&str> = [arguments, &common, more].concat();
        let output = self.run(&all);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{all:?}: {message}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Identifier and text of every document in the output, in order.
    pub fn kept(&self) -> Vec<(String, String)> {
        let mut kept = Vec::new();
        for (name, _) in self.files() {
            if name.to_string_lossy().starts_with("documents/documents-") {
                each(
                    &self.path().join("out").join(name),
                    "text",
                    |id, text, _| {
                        kept.push((id, text));
                    },
                );
            }
        }
        kept
    }

    /// Identifier, verdict and reason of every row of the table of decisions.
    pub fn decisions(&self) -> Vec<(String, String, String)> {
        let mut rows = Vec::new();
        let table = self.path().join("out/documents/decisions-00000.parquet");
        each(&table, "verdict", |id, verdict, reason| {
            rows.push((id, verdict, reason));
        });
        rows
    }
}

/// Reads a table or documents: identifier, the named field, and the field `reason`.
fn each(path: &Path, text: &str, mut use_row: impl FnMut(String, String, String)) {
    let fields = Fields {
        text: text.to_owned(),
        id: "id".to_owned(),
        max_line_bytes: 1 << 20,
    };
    let mut reader = Reader::open(path, &fields).unwrap();
    while let Some(batch) = reader.next_batch().unwrap() {
        for index in 0..batch.len() {
            let record = batch.record(index).unwrap();
            let reason = record.field("reason");
            let reason = reason
                .as_ref()
                .and_then(|value| value.as_str())
                .unwrap_or("");
            let id = record.id.as_deref().unwrap_or("").to_owned();
            use_row(id, record.text.clone().into_owned(), reason.to_owned());
        }
    }
}
