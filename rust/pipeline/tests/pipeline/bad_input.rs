//! Bad input is a named error or a counted rejection, and leaves nothing half-written.

use std::io::Write;

use assay_pipeline::{ErrorKind, run};
use assay_schema::{OnBadLine, Recipe};

use crate::world::{Recorder, World, full_recipe, jsonl, one_source, prose, recipe};

/// The message of a run that must fail for bad data.
fn bad_data(world: &World, recipe: &Recipe) -> String {
    let error = world.fails(recipe);
    assert_eq!(error.kind(), ErrorKind::Data, "{error}");
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{message}\nexpected: {part}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let message = bad_data(&World::new(), &one_source("gone.jsonl"));
    assert_says(&message, &["gone.jsonl: no such file or folder"]);
}

#[test]
fn a_missing_tokenizer_is_named() {
    let world = World::full();
    let mut recipe = full_recipe();
    recipe.tokenizer = Some("gone.json".to_owned());
    assert_says(&bad_data(&world, &recipe), &["gone.json"]);
}

#[test]
fn an_empty_source_is_named() {
    let world = World::new();
    world.write("a.jsonl", b"\n  \n");
    assert_says(
        &bad_data(&world, &one_source("a.jsonl")),
        &["a: no document in a.jsonl"],
    );
}

#[test]
fn a_source_of_which_nothing_is_left_says_where_it_went() {
    let world = World::new();
    world.write(
        "a.jsonl",
        jsonl(&["short".to_owned(), "text".to_owned()]).as_bytes(),
    );
    let filters = "filters = [{ rule = \"length\", min_words = 9 }]";
    let recipe = recipe(&format!(
        "[[source]]\nname = \"a\"\npath = \"a.jsonl\"\n{filters}\n"
    ));
    let message = bad_data(&world, &recipe);
    assert_says(
        &message,
        &["a: none of its 2 documents is left", "filter:length"],
    );
}

#[test]
fn truncated_files_are_named_wherever_they_end() {
    let text = jsonl(&(0..20).map(|n| prose(n, 20)).collect::<Vec<_>>());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let compressed = [
        ("a.jsonl.gz", gzip.finish().unwrap()),
        ("a.jsonl.zst", zstd::encode_all(text.as_bytes(), 3).unwrap()),
    ];
    for (name, bytes) in compressed {
        for length in [0, 1, 9, bytes.len() / 2, bytes.len() - 5, bytes.len() - 1] {
            let world = World::new();
            world.write(name, &bytes[..length]);
            assert_says(
                &bad_data(&world, &one_source(name)),
                &[name, "ends too early"],
            );
        }
        let world = World::new();
        world.write(name, &bytes);
        assert_eq!(
            world.run(&one_source(name)).unwrap().sources[0]
                .read
                .documents,
            20
        );
    }
}

#[test]
fn bad_lines_are_named_by_file_and_line() {
    for (bad, reason) in [
        (&b"{\"text\": \"\xff\"}"[..], "not valid UTF-8"),
        (b"nonsense", "not a JSON object"),
        (b"{\"body\": \"a\"}", "no \"text\" field"),
        (b"{\"text\": 3}", "holds a number"),
    ] {
        let world = World::new();
        let good = jsonl(&[prose(1, 20)]);
        world.write(
            "a.jsonl",
            &[good.as_bytes(), bad, b"\n", good.as_bytes()].concat(),
        );
        assert_says(
            &bad_data(&world, &one_source("a.jsonl")),
            &["a.jsonl:2: ", reason],
        );
    }
}

#[test]
fn rejected_lines_are_counted_by_reason() {
    let world = World::new();
    let good = jsonl(&(0..5).map(|n| prose(n, 20)).collect::<Vec<_>>());
    let bad = b"\xff\nnonsense\n[]\n{}\n{\"text\": null}\n";
    let long = format!("{{\"text\": \"{}\"}}\n", "x".repeat(5000));
    world.write("a.jsonl", &[good.as_bytes(), bad, long.as_bytes()].concat());
    let mut recipe = one_source("a.jsonl");
    recipe.on_bad_line = OnBadLine::Reject;
    recipe.max_line_bytes = 4000;
    let recorder = Recorder::new();
    let manifest = run(&recipe, world.path(), 1, &recorder).unwrap();
    let report = &manifest.sources[0];
    let rejected: Vec<_> = report
        .rejected
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    let expected = [
        ("line-too-long", 1),
        ("no-text", 1),
        ("not-json", 2),
        ("not-utf8", 1),
        ("text-not-string", 1),
    ];
    assert_eq!(rejected, expected);
    assert_eq!((report.read.documents, report.kept.documents), (11, 5));
    assert!(report.accounts_for_every_document());
    assert!(recorder.rejected.borrow()[1].contains("a.jsonl:7: not a JSON object"));
}

#[test]
fn bad_lines_of_an_evaluation_set_follow_the_same_policy() {
    let world = World::full();
    world.write(
        "eval.jsonl",
        (jsonl(&[prose(1000, 80)]) + "nonsense\n").as_bytes(),
    );
    let mut recipe = full_recipe();
    assert_says(&bad_data(&world, &recipe), &["eval.jsonl:2: "]);
    recipe.on_bad_line = OnBadLine::Reject;
    let manifest = world.run(&recipe).unwrap();
    assert_eq!(manifest.evals[0].rejected["not-json"], 1);
}

#[test]
fn a_separator_outside_the_vocabulary_is_named() {
    let world = World::full();
    let mut recipe = full_recipe();
    recipe.separator = "</s>".into();
    let error = world.fails(&recipe);
    assert_eq!(error.kind(), ErrorKind::Recipe);
    assert_says(
        &error.to_string(),
        &["separator is \"</s>\"", "tokenizer.json"],
    );
}

#[test]
fn an_error_after_a_finished_source_keeps_it() {
    let world = World::full();
    world.write("second.jsonl", b"nonsense\n");
    world.run(&full_recipe()).unwrap_err();
    world.write("second.jsonl", jsonl(&[prose(77, 120)]).as_bytes());
    let recorder = Recorder::new();
    run(&full_recipe(), world.path(), 1, &recorder).unwrap();
    assert_eq!(*recorder.reused.borrow(), ["target", "first"]);
}
