//! Every stage as a command: what it drops, and that nothing is lost on the way.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::process::Stdio;

use serde_json::Value;

use crate::samples::STAGES;
use crate::world::{World, text};

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// What the manifest says of the one source, after checking that it adds up.
fn source(manifest: &Value) -> &Value {
    let source = &manifest["sources"][0];
    let sum = |counts: &Value| {
        counts
            .as_object()
            .unwrap()
            .values()
            .map(number)
            .sum::<u64>()
    };
    let stages = source["stages"].as_array().unwrap();
    let dropped: u64 = stages.iter().map(|stage| sum(&stage["dropped"])).sum();
    let kept = &source["kept"];
    let told = number(&kept["documents"]) + dropped + sum(&source["rejected"]);
    assert_eq!(number(&source["read"]["documents"]), told);
    assert_eq!(source["read"]["text_bytes"], stages[0]["bytes_in"]);
    assert_eq!(kept["text_bytes"], stages.last().unwrap()["bytes_out"]);
    for pair in stages.windows(2) {
        assert_eq!(pair[0]["documents_out"], pair[1]["documents_in"]);
        assert_eq!(pair[0]["bytes_out"], pair[1]["bytes_in"]);
    }
    source
}

#[test]
fn each_stage_finds_what_it_looks_for() {
    let mut found = String::new();
    for stage in STAGES {
        let world = World::with_samples();
        world.stage(stage, &["--decisions"]);
        let _ = writeln!(found, "{}", stage.join(" "));
        for (id, verdict, reason) in world.decisions() {
            if verdict != "kept" {
                let _ = writeln!(found, "  {id}: {verdict} {reason}");
            }
        }
    }
    insta::assert_snapshot!(found);
}

#[test]
fn every_document_is_accounted_for() {
    for stage in STAGES {
        let world = World::with_samples();
        let manifest = world.stage(stage, &["--decisions"]);
        let source = source(&manifest);
        let (kept, decisions) = (world.kept(), world.decisions());
        assert_eq!(number(&source["read"]["documents"]), decisions.len() as u64);
        let stays = |verdict: &str| verdict == "kept" || verdict == "changed";
        let expected = decisions.iter().filter(|(_, verdict, _)| stays(verdict));
        let expected: Vec<_> = expected.map(|(id, ..)| id).collect();
        assert_eq!(kept.iter().map(|(id, _)| id).collect::<Vec<_>>(), expected);
        let bytes: usize = kept.iter().map(|(_, text)| text.len()).sum();
        assert_eq!(
            number(&source["kept"]["text_bytes"]),
            bytes as u64,
            "{stage:?}"
        );
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for stage in STAGES {
        let outputs = ["--threads=1", "--threads=2", "--threads=8"].map(|threads| {
            let world = World::with_samples();
            world.stage(stage, &["--decisions", threads]);
            world.files()
        });
        assert!(
            outputs[0] == outputs[1] && outputs[1] == outputs[2],
            "{stage:?}"
        );
    }
}

#[test]
fn decisions_alone_are_those_beside_documents() {
    for stage in STAGES {
        let (with, alone) = (World::with_samples(), World::with_samples());
        with.stage(stage, &["--decisions"]);
        alone.stage(stage, &["--only-decisions"]);
        assert!(with.decisions() == alone.decisions(), "{stage:?}");
        assert!(alone.kept().is_empty(), "{stage:?}");
    }
}

#[test]
fn every_format_holds_the_same_documents() {
    let expected = World::with_samples();
    expected.stage(STAGES[0], &[]);
    let expected = expected.kept();
    assert!(!expected.is_empty());
    for format in ["jsonl", "jsonl.gz", "jsonl.zst", "parquet", "arrow"] {
        let world = World::with_samples();
        world.stage(STAGES[0], &["--format", format]);
        assert!(world.kept() == expected, "{format}");
        let file = format!("out/documents/documents-00000.{format}");
        let again = ["exact", &file, "--output=again", "--no-progress"];
        assert!(world.run(&again).status.success(), "{format} is not read");
    }
}

#[test]
fn other_fields_stay_with_their_document() {
    let world = World::with_samples();
    world.stage(&["exact", "in"], &[]);
    let line = fs::read(world.path().join("out/documents/documents-00000.jsonl")).unwrap();
    assert!(text(&line).starts_with(&text(&fs::read(world.path().join("in/00.jsonl")).unwrap())));
}

#[test]
fn a_dry_run_tells_what_a_run_would_do_and_writes_nothing() {
    for stage in STAGES {
        let world = World::with_samples();
        let dry = world.stage(stage, &["--dry-run", "--decisions"]);
        assert!(!world.path().join("out").exists(), "{stage:?}");
        let manifest = world.stage(stage, &["--decisions"]);
        let (told, done) = (&dry["sources"][0], source(&manifest));
        assert_eq!(told["documents"], 68.0, "{stage:?}");
        let kept = told["kept"].as_f64().unwrap() * 68.0;
        assert!(
            (kept - number(&done["kept"]["documents"]) as f64).abs() < 1e-6,
            "{stage:?}"
        );
        let files = ["documents", "decisions"].map(|kind| done[kind].as_array().unwrap().iter());
        let bytes = files.into_iter().flatten();
        let bytes: u64 = bytes.map(|file| number(&file["bytes"])).sum();
        let told = told["output_bytes"].as_f64().unwrap();
        // The sample's files have other names in its table of decisions.
        assert!(
            (told - bytes as f64).abs() < 0.1 * bytes as f64,
            "{stage:?}: {told} {bytes}"
        );
    }
}

#[test]
fn a_dry_run_for_a_person() {
    let world = World::with_samples();
    let output = world.run(&["exact", "in", "--output=out", "--dry-run", "--no-progress"]);
    let shown = text(&output.stdout);
    assert!(
        shown.starts_with("documents: about 68 documents, 97.1% of them kept"),
        "{shown}"
    );
    assert!(
        shown.contains("  2.9% dropped by exact: duplicate"),
        "{shown}"
    );
    assert!(shown.ends_with("nothing was written\n"), "{shown}");
}

#[test]
fn globs_and_standard_input_are_inputs() {
    let folder = World::with_samples();
    folder.stage(&["exact", "in"], &[]);
    let glob = World::with_samples();
    glob.stage(&["exact", "in/0*.jsonl", "in/1*.jsonl"], &[]);
    assert!(glob.kept() == folder.kept());

    let piped = World::with_samples();
    let all: Vec<u8> = (0..18)
        .flat_map(|n| piped.read(&format!("in/{n:02}.jsonl")).unwrap_or_default())
        .collect();
    piped.write("all.jsonl", &all);
    let input = File::open(piped.path().join("all.jsonl")).unwrap();
    let mut command = piped.command(&["exact", "-", "--output=out", "--no-progress"]);
    let output = command.stdin(Stdio::from(input)).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(piped.kept() == folder.kept());
}

#[test]
fn standard_input_cannot_be_read_twice() {
    let world = World::with_samples();
    for arguments in [
        &["substrings", "-"][..],
        &["near", "-", "--set=keep=longest"],
        &["exact", "-", "-"],
        &["decontaminate", "-", "--evals=-"],
        &["exact", "-", "--dry-run"],
    ] {
        let all = [arguments, &["--output=out", "--no-progress"]].concat();
        let mut command = world.command(&all);
        let input = File::open(world.path().join("in/00.jsonl")).unwrap();
        let output = command.stdin(Stdio::from(input)).output().unwrap();
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains("standard input"), "{message}");
        assert!(!world.path().join("out").exists());
    }
}

#[test]
fn bad_lines_stop_a_stage_or_are_counted() {
    let world = World::with_samples();
    let good = world.read("in/00.jsonl").unwrap();
    world.write("in/00.jsonl", &[&b"{\"id\": 7}\n"[..], &good].concat());
    let (code, message) = world.fails(&["exact", "in", "--output=out", "--no-progress"]);
    assert_eq!(code, 3);
    assert!(message.contains("in/00.jsonl:1: "), "{message}");
    let manifest = world.stage(&["exact", "in"], &["--reject-bad", "--decisions"]);
    assert_eq!(
        source(&manifest)["rejected"],
        serde_json::json!({"no-text": 1})
    );
    assert_eq!(world.decisions()[0].1, "rejected");
}

#[test]
fn wrong_settings_are_usage() {
    for (arguments, expected) in [
        (
            &["near", "in", "--set=threshhold=0.8"][..],
            "unknown field `threshhold`",
        ),
        (&["near", "in", "--set=threshold=1.5"], "threshold is 1.5"),
        (
            &["near", "in", "--set=threshold"],
            "--set threshold: expected KEY=VALUE",
        ),
        (
            &["near", "in", "--set=keep=shortest"],
            "unknown variant `shortest`",
        ),
        (&["exact", "in", "--set=ngram=5"], "unknown field `ngram`"),
        (
            &["substrings", "in", "--set=length=5"],
            "length is 5, expected at least 16",
        ),
        (
            &["filter", "in", "--filter=gopher"],
            "unknown variant `gopher`",
        ),
        (
            &["filter", "in", "--filter=length"],
            "length is without bounds",
        ),
        (&["filter", "in", "--filter={rule=}"], "--filter {rule=}"),
        (
            &["filter", "in", "--filter=c4", "--set=a=1"],
            "--filter '{ rule = \"...\", a = ... }'",
        ),
        (&["exact", "in", "--format=csv"], "unknown variant `csv`"),
        (&["exact", "in", "--shard-mib=0"], "shard_mib is 0"),
    ] {
        let world = World::with_samples();
        let all = [arguments, &["--output=out", "--no-progress"]].concat();
        let (code, message) = world.fails(&all);
        assert_eq!((code, message.lines().count()), (2, 1), "{message}");
        assert!(
            message.contains(expected),
            "{message}\nexpected: {expected}"
        );
        // There is no file to look up a line in.
        assert!(!message.contains("command line:1"), "{message}");
        assert!(!world.path().join("out").exists());
    }
}

#[test]
fn an_output_of_something_else_is_left_alone() {
    let world = World::with_samples();
    fs::create_dir(world.path().join("out")).unwrap();
    world.write("out/thesis.tex", b"years of work");
    let (code, message) = world.fails(&["exact", "in", "--output=out", "--no-progress"]);
    assert_eq!(code, 2);
    assert!(message.contains("not written by assay"), "{message}");
    assert_eq!(world.files().len(), 1);
}

#[test]
fn another_stage_into_the_same_output_replaces_it() {
    let world = World::with_samples();
    for stage in STAGES {
        world.stage(stage, &["--decisions"]);
        let fresh = World::with_samples();
        fresh.stage(stage, &["--decisions"]);
        assert!(world.files() == fresh.files(), "{stage:?}");
        assert_eq!(world.folders(), fresh.folders(), "{stage:?}");
    }
}

#[test]
fn a_changed_list_of_a_filter_is_noticed() {
    let world = World::with_samples();
    let lines = "{\"text\": \"one\", \"url\": \"http://a.org/\"}\n{\"text\": \"two\", \"url\": \"http://b.org/\"}\n";
    world.write("web.jsonl", lines.as_bytes());
    let stage = [
        "filter",
        "web.jsonl",
        "--filter={ rule = \"url-list\", domains = \"hosts.txt\" }",
    ];
    for (host, left) in [("a.org\n", "two"), ("b.org\n", "one")] {
        world.write("hosts.txt", host.as_bytes());
        world.stage(&stage, &[]);
        assert_eq!(world.kept(), [(String::new(), left.to_owned())]);
    }
}

#[test]
fn a_changed_byte_in_documents_or_decisions_fails_verification() {
    let world = World::with_samples();
    world.stage(STAGES[0], &["--decisions"]);
    assert!(world.run(&["verify", "out"]).status.success());
    for file in ["documents-00000.jsonl", "decisions-00000.parquet"] {
        let name = format!("out/documents/{file}");
        let good = world.read(&name).unwrap();
        let mut bytes = good.clone();
        bytes[good.len() / 2] ^= 1;
        world.write(&name, &bytes);
        let (code, message) = world.fails(&["verify", "out"]);
        assert_eq!(code, 3);
        assert!(message.contains(file), "{message}");
        world.write(&name, &good);
    }
}

#[test]
fn the_limit_of_memory_changes_no_document() {
    for stage in [
        &["near", "web.jsonl", "--set=keep=first"],
        &["substrings", "web.jsonl", "--set=length=100"],
    ] {
        let outputs = ["--memory=1", "--memory=1024"].map(|memory| {
            // More entries than one MiB holds.
            let world = World::with_documents(8_000);
            world.stage(stage, &["--decisions", memory]);
            let mut files = world.files();
            files.retain(|name, _| name.starts_with("documents"));
            files
        });
        assert!(
            outputs[0] == outputs[1] && outputs[0].len() == 2,
            "{stage:?}"
        );
    }
}
