//! Commands that change nothing.

use serde_json::Value;

use crate::world::{World, text, transcript};

fn json(world: &World, arguments: &[&str]) -> Value {
    let output = world.run(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn stats() {
    let world = World::new();
    world.write(
        "a.jsonl",
        "{\"text\": \"one two\\nthree\"}\nnonsense\n{\"text\": \"é\"}\n".as_bytes(),
    );
    let found = json(&world, &["stats", "a.jsonl", "--json", "--no-progress"]);
    for (name, count) in [
        ("documents", 2),
        ("text_bytes", 15),
        ("characters", 14),
        ("words", 4),
        ("lines", 3),
        ("longest", 13),
    ] {
        assert_eq!(found[name], count, "{name}");
    }
    assert_eq!(found["percentiles"]["50"], 2);
    assert_eq!(found["percentiles"]["99"], 13);
    assert_eq!(found["bad"], serde_json::json!({"not-json": 1}));
    let shown = transcript(&world.run(&["stats", "a.jsonl", "--no-progress"]));
    insta::assert_snapshot!(shown);
}

#[test]
fn a_sample_is_some_whole_lines_in_order() {
    let world = World::with_samples();
    let sample = |seed: &str, n: &str| {
        let output = world.run(&["sample", "in", "-n", n, "--seed", seed, "--no-progress"]);
        assert!(output.status.success());
        text(&output.stdout)
    };
    let all = sample("0", "1000");
    let expected: String = (0..17)
        .map(|n| text(&world.read(&format!("in/{n:02}.jsonl")).unwrap()))
        .collect();
    assert!(all == expected);
    let some = sample("7", "5");
    assert_eq!(some.lines().count(), 5);
    let mut rest = all.lines();
    assert!(some.lines().all(|line| rest.any(|other| other == line)));
    assert_eq!(some, sample("7", "5"));
    assert_ne!(some, sample("8", "5"));
    assert_eq!(sample("0", "0"), "");
    world.write("in/00.jsonl", b"nonsense\n");
    let output = world.run(&["sample", "in", "--no-progress"]);
    assert_eq!(text(&output.stdout).lines().count(), 10);
    let note = "drawn from 64 documents; bad lines left out: 1\n";
    assert_eq!(text(&output.stderr), note);
}

#[test]
fn differences_are_counted_and_shown() {
    let world = World::with_samples();
    let run = |rule: &str, output: &str| {
        let arguments = [
            "filter",
            "in",
            "--only-decisions",
            "--no-progress",
            "--output",
        ];
        let rule = format!("--filter={{ rule = \"length\", {rule} }}");
        assert!(
            world
                .run(&[&arguments[..], &[output, &rule]].concat())
                .status
                .success()
        );
    };
    run("min_words = 5", "short");
    run("max_words = 100", "long");
    let shown = transcript(&world.run(&["diff", "short", "long"]));
    insta::assert_snapshot!(shown);
    let same = json(&world, &["diff", "short", "short", "--json"]);
    assert_eq!(same["changes"], serde_json::json!([]));
    assert_eq!(same["same"], 68);
}

#[test]
fn differences_need_decisions_about_the_same_documents() {
    let world = World::with_samples();
    let run = |arguments: &[&str]| {
        let all = [&["exact", "--no-progress"], arguments].concat();
        assert!(world.run(&all).status.success());
    };
    run(&["in", "--output=without"]);
    run(&["in", "--output=with", "--decisions"]);
    run(&[
        "in/01.jsonl",
        "in/00.jsonl",
        "--output=turned",
        "--decisions",
    ]);
    run(&[
        "in/01.jsonl",
        "in/03.jsonl",
        "one.jsonl",
        "--output=part",
        "--decisions",
    ]);
    let (code, message) = world.fails(&["diff", "with", "without"]);
    assert_eq!(code, 2);
    assert!(
        message.contains("without: written without decisions"),
        "{message}"
    );
    let (code, message) = world.fails(&["diff", "with", "turned"]);
    assert_eq!(code, 2);
    assert!(message.contains("in another order"), "{message}");
    assert_eq!(world.fails(&["diff", "with", "nowhere"]).0, 3);
    let part = json(&world, &["diff", "with", "part", "--json"]);
    assert_eq!(
        (&part["same"], &part["only_first"], &part["only_second"]),
        (&8.into(), &60.into(), &1.into())
    );
}

#[test]
fn a_report_tells_losses_by_reason_and_field_with_texts() {
    let world = World::with_samples();
    world.write("in/00.jsonl", b"nonsense\n");
    let stage = [
        "filter",
        "in",
        "--filter={ rule = \"length\", min_words = 100 }",
    ];
    world.stage(&stage, &["--decisions", "--reject-bad"]);
    let arguments = ["report", "out", "--by", "domain", "--no-progress"];
    let shown = transcript(&world.run(&arguments));
    insta::assert_snapshot!(shown);
    let found = json(&world, &[&arguments[..], &["--json"]].concat());
    let losses = found[0]["losses"].as_array().unwrap();
    assert_eq!(losses.len(), 2, "{found}");
    assert_eq!(losses[0]["reason"], "too-few-words");
    assert_eq!(losses[0]["by"], serde_json::json!({"book": 4}));
    assert_eq!(losses[0]["examples"].as_array().unwrap().len(), 3);
}

#[test]
fn a_report_needs_decisions_and_the_same_inputs() {
    let world = World::with_samples();
    world.stage(&["exact", "in"], &[]);
    let (code, message) = world.fails(&["report", "out", "--no-progress"]);
    assert_eq!(code, 2);
    assert!(message.contains("written without decisions"), "{message}");
    world.stage(&["exact", "in"], &["--decisions"]);
    let good = world.read("in/03.jsonl").unwrap();
    let turned = text(&good).replace("domain", "Domain");
    let more = [&b"\n"[..], &good].concat();
    for other in [turned.as_bytes(), &more, &good[..good.len() / 2 + 1]] {
        world.write("in/03.jsonl", other);
        let (code, message) = world.fails(&["report", "out", "--no-progress"]);
        assert_eq!(code, 3);
        assert!(
            message.contains("in/03.jsonl: other documents"),
            "{message}"
        );
    }
}

#[test]
fn features_of_every_document_and_of_bad_lines() {
    let world = World::with_samples();
    world.write("in/00.jsonl", b"nonsense\n");
    let arguments = ["features", "in", "--output=table.parquet", "--no-progress"];
    let length = "--filter={ rule = \"length\", min_words = 5, max_lines = 9 }";
    let all = [&arguments[..], &[length, "--filter=fineweb"]].concat();
    let shown = transcript(&world.run(&all));
    insta::assert_snapshot!(shown);
    let fields = assay_corpus::Fields {
        text: "file".to_owned(),
        id: "id".to_owned(),
        max_line_bytes: 1 << 20,
    };
    let path = world.path().join("table.parquet");
    let mut reader = assay_corpus::Reader::open(&path, &fields).unwrap();
    let batch = reader.next_batch().unwrap().unwrap();
    let words = |row| {
        batch
            .record(row)
            .unwrap()
            .field("length.words")
            .and_then(|value| value.as_f64())
    };
    assert_eq!(
        (words(0), words(1), words(batch.len() - 2)),
        (None, Some(120.0), Some(2.0))
    );

    world.write("hosts.txt", b"example.org\n");
    let list = "--filter={ rule = \"url-list\", domains = \"hosts.txt\" }";
    let (code, message) = world.fails(&[&arguments[..], &[list]].concat());
    assert_eq!(code, 2);
    assert!(
        message.contains("filter:url-list: compare no number"),
        "{message}"
    );
}

#[test]
fn the_curve_of_settings() {
    let world = World::new();
    let shown = transcript(&world.run(&["curve", "--set", "threshold=0.8"]));
    insta::assert_snapshot!(shown);
    let found = json(
        &world,
        &["curve", "--set=bands=20", "--set=rows=5", "--json"],
    );
    assert_eq!((&found["bands"], &found["rows"]), (&20.into(), &5.into()));
    let (code, message) = world.fails(&["curve", "--set", "bands=20"]);
    assert_eq!(code, 2);
    assert!(message.contains("bands and rows, or neither"), "{message}");
}
