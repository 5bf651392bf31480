//! `export`: what it prints, and what it refuses.

use std::fs;

use serde_json::Value;

use crate::world::{World, text, transcript};

/// A recipe that was run: its source `web` is a token store.
fn finished() -> World {
    let world = World::new();
    assert!(
        world
            .run(&["run", "recipe.toml", "--no-progress"])
            .status
            .success()
    );
    world
}

const EXPORT: [&str; 5] = ["export", "out/web", "-o", "exported", "--no-progress"];

fn to(format: &'static str) -> Vec<&'static str> {
    [&EXPORT[..], &["--format", format]].concat()
}

#[test]
fn what_was_written_and_what_loads_it() {
    let mut shown = String::new();
    for format in ["olmo", "megatron", "nanotron", "parquet", "arrow", "mds"] {
        let world = finished();
        shown += &transcript(&world.run(&to(format)));
        shown += "\n";
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn the_record_is_what_json_prints() {
    let world = finished();
    let arguments = [&to("nanotron")[..], &["--json", "--tokenizer-name=mine"]].concat();
    let output = world.run(&arguments);
    let record = world.read("exported/export.json").unwrap();
    assert_eq!(text(&output.stdout), text(&record));
    let record: Value = serde_json::from_slice(&record).unwrap();
    assert_eq!(record["tokenizer_name"], "mine");
    assert_eq!(record["source"]["name"], "web");
    let metadata = world.read("exported/00000.ds.metadata").unwrap();
    assert!(text(&metadata).starts_with("mine|2\n"));
}

#[test]
fn nothing_is_replaced() {
    let world = finished();
    fs::create_dir(world.path().join("exported")).unwrap();
    assert!(world.run(&to("mds")).status.success());
    let before = world.read("exported/index.json").unwrap();
    let (code, message) = world.fails(&to("olmo"));
    assert_eq!(code, 2);
    assert!(message.contains("exported: exists"), "{message}");
    assert_eq!(world.read("exported/index.json").unwrap(), before);
}

#[test]
fn wrong_arguments_are_usage() {
    let world = finished();
    for (arguments, expected) in [
        (to("webdataset"), "[possible values: olmo, megatron,"),
        (
            vec!["export", "out", "-o", "exported", "--format", "mds"],
            "out: no store.json and no mixture.json: name the folder",
        ),
        (
            [&to("megatron")[..], &["--shard-tokens", "9"]].concat(),
            "shard_tokens is 9, but megatron is one file",
        ),
        (
            [&to("nanotron")[..], &["--tokenizer-name", "a|b"]].concat(),
            "tokenizer_name is \"a|b\"",
        ),
    ] {
        let (code, message) = world.fails(&arguments);
        assert_eq!(code, 2, "{message}");
        assert!(message.contains(expected), "{message}");
        assert!(!world.path().join("exported").exists());
    }
}

#[test]
fn a_damaged_store_is_bad_data_and_leaves_nothing() {
    let tokens = "out/web/tokens-00000.bin";
    for (truncated, expected) in [(false, "sha256"), (true, "100 bytes, expected")] {
        let world = finished();
        let mut bytes = world.read(tokens).unwrap();
        if truncated {
            bytes.truncate(100);
        } else {
            bytes[0] ^= 1;
        }
        world.write(tokens, &bytes);
        let (code, message) = world.fails(&to("parquet"));
        assert_eq!((code, message.lines().count()), (3, 1), "{message}");
        assert!(message.contains(tokens), "{message}");
        assert!(message.contains(expected), "{message}");
        let names = fs::read_dir(world.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().all(|name| !name.contains("exported")));
    }
}

#[test]
fn a_mixture_is_exported_and_verified_first() {
    let world = finished();
    let recipe = "schema_version = 1\noutput = \"mixed\"\npacking = \"best-fit\"\n\
                  sequence_tokens = 100\ntokens = 20000\n[[source]]\nstore = \"out/web\"\nweight = 1\n";
    world.write("mix.toml", recipe.as_bytes());
    assert!(world.run(&["mix", "mix.toml"]).status.success());
    let export = ["export", "mixed", "-o", "exported", "--format", "nanotron"];
    let output = world.run(&[&export[..], &["--no-progress"]].concat());
    let shown = text(&output.stdout);
    assert!(
        shown.starts_with("200 sequences, 20,000 tokens in 2 files"),
        "{shown}"
    );
    assert!(shown.contains("sequence_length: 99"), "{shown}");
    fs::remove_dir_all(world.path().join("exported")).unwrap();
    for file in [
        "mixed/mixture.json",
        "mixed/web.pieces.bin",
        "out/web/tokens-00000.bin",
    ] {
        let whole = world.read(file).unwrap();
        let mut bytes = whole.clone();
        let at = bytes.len() - 3;
        bytes[at] ^= 1;
        world.write(file, &bytes);
        let (code, message) = world.fails(&export);
        assert_eq!(code, 3, "{message}");
        assert!(message.contains(file), "{message}");
        assert!(!world.path().join("exported").exists());
        world.write(file, &whole);
    }
}

#[test]
fn a_changed_export_fails_verification() {
    let world = finished();
    assert!(world.run(&to("olmo")).status.success());
    let whole = text(&world.run(&["verify", "exported"]).stdout);
    assert!(
        whole.starts_with("exported: every digest agrees: 40 items"),
        "{whole}"
    );
    let mut tokens = world.read("exported/part-00000.npy").unwrap();
    tokens[7] ^= 1;
    world.write("exported/part-00000.npy", &tokens);
    let (code, message) = world.fails(&["verify", "exported"]);
    assert_eq!(code, 3);
    assert!(message.contains("exported/part-00000.npy"), "{message}");
    assert!(message.contains("the one in export.json"), "{message}");
}
