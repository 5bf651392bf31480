//! `tokenize`: the same tokens however the documents are laid out, and what a store says of them.

use std::fs;

use serde_json::Value;

use crate::world::{World, text};

const TOKENIZE: &[&str] = &[
    "--tokenizer=tokenizer.json",
    "--output=out",
    "--no-progress",
];

/// Tokenises inputs into a new output and returns the manifest.
fn tokenize(world: &World, inputs: &[&str], more: &[&str]) -> Value {
    let _ = fs::remove_dir_all(world.path().join("out"));
    let arguments = [&["tokenize", "--json"], inputs, TOKENIZE, more].concat();
    let output = world.run(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn store(world: &World) -> [Vec<u8>; 3] {
    ["store.json", "tokens-00000.bin", "documents-00000.bin"]
        .map(|name| world.read(&format!("out/documents/{name}")).unwrap())
}

#[test]
fn threads_and_files_change_no_token() {
    let world = World::with_documents(300);
    tokenize(&world, &["web.jsonl"], &["--threads=1"]);
    let expected = store(&world);
    for threads in ["--threads=2", "--threads=8"] {
        tokenize(&world, &["web.jsonl"], &[threads]);
        assert!(store(&world) == expected, "{threads}");
    }
    let lines = text(&world.read("web.jsonl").unwrap());
    fs::create_dir(world.path().join("parts")).unwrap();
    let lines: Vec<_> = lines.lines().collect();
    for (number, part) in lines.chunks(70).enumerate() {
        world.write(&format!("parts/{number}.jsonl"), part.join("\n").as_bytes());
    }
    tokenize(&world, &["parts"], &[]);
    assert!(store(&world) == expected);
}

#[test]
fn the_summary_tells_bytes_per_token() {
    let world = World::with_documents(300);
    let manifest = tokenize(&world, &["web.jsonl"], &["--name=web"]);
    let store = &manifest["sources"][0]["store"];
    assert_eq!(store["name"], "web");
    assert_eq!(store["tokenizer_sha256"], manifest["tokenizer"]["sha256"]);
    let (bytes, tokens) = (&store["text_bytes"], &store["tokens"]);
    let ratio = bytes.as_f64().unwrap() / tokens.as_f64().unwrap();
    let arguments = [&["tokenize", "web.jsonl", "--name=web"], TOKENIZE].concat();
    let summary = text(&world.run(&arguments).stdout);
    assert!(summary.contains(&format!(" {ratio:.2}\n")), "{summary}");
}

#[test]
fn special_tokens_are_text_unless_asked_for() {
    let world = World::new();
    world.write("one.jsonl", br#"{"text": "a<|endoftext|>b"}"#);
    let count = |more: &[&str]| {
        let manifest = tokenize(&world, &["one.jsonl"], more);
        manifest["sources"][0]["store"]["tokens"].as_u64().unwrap()
    };
    assert!(count(&[]) > 4);
    assert_eq!(count(&["--parse-special-tokens"]), 4);
}

#[test]
fn documents_without_a_token_or_of_many_are_tokenised() {
    let world = World::new();
    let long = format!(
        "{{\"text\": \"{}\"}}\n{{\"text\": \"\"}}\n",
        "word ".repeat(4 << 20)
    );
    world.write("two.jsonl", long.as_bytes());
    let manifest = tokenize(&world, &["two.jsonl"], &[]);
    let store = &manifest["sources"][0]["store"];
    assert_eq!(store["documents"], 2);
    assert_eq!(store["text_bytes"], 20 << 20);
}
