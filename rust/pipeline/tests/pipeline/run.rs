//! What a run reads, drops and writes.

use std::fs;

use assay_pipeline::{ErrorKind, Silent, run};
use assay_schema::{Across, SourceReport};

use crate::world::{Recorder, World, full_recipe, jsonl, one_source, prose, recipe};

fn losses(report: &SourceReport) -> Vec<(&str, &str, u64)> {
    let pairs = report.stages.iter().flat_map(|stage| {
        let dropped = stage.dropped.iter();
        dropped.map(|(reason, n)| (stage.stage.as_str(), reason.as_str(), *n))
    });
    pairs.collect()
}

#[test]
fn every_document_is_accounted_for() {
    let world = World::full();
    let manifest = world.run(&full_recipe()).unwrap();
    let [first, second] = manifest.sources.as_slice() else {
        panic!()
    };
    assert_eq!(first.read.documents, 64);
    assert_eq!(first.kept.documents, 60);
    let found = losses(first);
    assert_eq!(found[0].0, "filter:gopher-quality");
    assert_eq!(found[0].2, 1);
    assert_eq!(
        found[1..],
        [
            ("decontaminate", "target", 1),
            ("exact", "duplicate", 1),
            ("near", "near-duplicate", 1)
        ]
    );
    assert_eq!((second.read.documents, second.kept.documents), (50, 40));
    assert_eq!(losses(second), [("exact", "duplicate", 10)]);
    assert_eq!(manifest.evals[0].kept.documents, 10);
    for report in manifest.sources.iter().chain(&manifest.evals) {
        assert!(report.accounts_for_every_document());
        assert_eq!(
            report.stages.last().unwrap().bytes_out,
            report.kept.text_bytes
        );
        assert_eq!(report.read.text_bytes, report.stages[0].bytes_in);
        for pair in report.stages.windows(2) {
            assert_eq!(pair[0].documents_out, pair[1].documents_in);
            assert_eq!(pair[0].bytes_out, pair[1].bytes_in);
        }
    }
}

#[test]
fn sources_can_be_deduplicated_apart() {
    let world = World::full();
    let mut recipe = full_recipe();
    recipe.dedup.across = Across::Apart;
    let manifest = world.run(&recipe).unwrap();
    assert_eq!(manifest.sources[1].kept.documents, 50);
}

/// Documents of the second source that stay, where ten of its fifty are in the first, too.
fn second_kept(dedup: &str, across: bool) -> u64 {
    let world = World::full();
    let recipe = recipe(&format!(
        "[dedup]\nacross = {across}\n{dedup}\n\
         [[source]]\nname = \"first\"\npath = \"first.jsonl\"\n\
         [[source]]\nname = \"second\"\npath = \"second.jsonl\"\n"
    ));
    let manifest = world.run(&recipe).unwrap();
    assert!(
        manifest
            .sources
            .iter()
            .all(SourceReport::accounts_for_every_document)
    );
    manifest.sources[1].kept.documents
}

#[test]
fn every_stage_compares_across_sources_or_apart() {
    for dedup in [
        "exact = true\nnear = false",
        "exact = false\nnear = true",
        "exact = false\nnear = { keep = \"first\" }",
        "exact = false\nnear = { keep = \"longest\" }",
        "exact = false\nnear = false\nparagraphs = true",
        "exact = false\nnear = false\nsubstrings = true",
    ] {
        assert_eq!(second_kept(dedup, true), 40, "{dedup}");
        assert_eq!(second_kept(dedup, false), 50, "{dedup}");
    }
}

#[test]
fn stages_can_be_turned_off() {
    let world = World::full();
    let mut recipe = full_recipe();
    recipe.dedup.exact = None;
    recipe.dedup.near = None;
    recipe.decontaminate = None;
    let manifest = world.run(&recipe).unwrap();
    assert_eq!(manifest.sources[1].kept.documents, 50);
    let stages = |source: &SourceReport| -> Vec<String> {
        source
            .stages
            .iter()
            .map(|stage| stage.stage.clone())
            .collect()
    };
    assert_eq!(
        stages(&manifest.sources[0]),
        ["filter:gopher-quality", "tokenize"]
    );
    assert_eq!(stages(&manifest.sources[1]), ["tokenize"]);
}

#[test]
fn the_tokens_are_those_of_the_documents() {
    let world = World::new();
    world.write(
        "a.jsonl",
        jsonl(&["ab".to_owned(), "é".to_owned()]).as_bytes(),
    );
    let recipe = recipe("[[eval]]\nname = \"a\"\npath = \"a.jsonl\"\n");
    let manifest = world.run(&recipe).unwrap();
    let store = &manifest.evals[0].store.as_ref().unwrap();
    let shard = &store.shards[0];
    let folder = world.output().join("a");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let separator = manifest.tokenizer.as_ref().unwrap().separator_id;
    let tokens: Vec<u16> = read(&shard.tokens_file)
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    assert_eq!(tokens.len() as u64, store.tokens);
    assert_eq!(
        tokens
            .iter()
            .filter(|token| u32::from(**token) == separator)
            .count(),
        2
    );
    let ends: Vec<u64> = read(&shard.documents_file)
        .chunks(8)
        .map(|word| u64::from_le_bytes(word.try_into().unwrap()))
        .collect();
    assert_eq!(ends, [3, 2, store.tokens, 4]);
    let bytes = read(shard.bytes_file.as_ref().unwrap());
    let bytes: Vec<u32> = bytes
        .chunks(4)
        .map(|word| u32::from_le_bytes(word.try_into().unwrap()))
        .collect();
    assert_eq!(bytes[..3], [1, 1, 0]);
    assert_eq!(u64::from(bytes.iter().sum::<u32>()), store.text_bytes);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let outputs = [1, 4].map(|threads| {
        let world = World::full();
        // Several batches, so that the boundaries between them matter.
        let many: Vec<String> = (0..4400).map(|n| prose(n % 4300, 15)).collect();
        world.write("second.jsonl", jsonl(&many).as_bytes());
        run(&full_recipe(), world.path(), threads, &Silent).unwrap();
        world.files()
    });
    assert!(outputs[0] == outputs[1]);
}

#[test]
fn folders_are_read_in_order_of_their_names() {
    let world = World::new();
    fs::create_dir(world.path().join("in")).unwrap();
    for name in ["b", "a"] {
        world.write(
            &format!("in/{name}.jsonl"),
            jsonl(&[prose(1, 40) + name]).as_bytes(),
        );
    }
    let manifest = world.run(&one_source("in")).unwrap();
    let paths = manifest.sources[0]
        .inputs
        .iter()
        .map(|input| input.path.as_str());
    assert_eq!(paths.collect::<Vec<_>>(), ["in/a.jsonl", "in/b.jsonl"]);
    assert_eq!(manifest.sources[0].inputs[0].documents, 1);
}

#[test]
fn a_finished_output_is_left_as_it_is() {
    let world = World::full();
    let manifest = world.run(&full_recipe()).unwrap();
    let store = world.output().join("first/store.json");
    let written = fs::metadata(&store).unwrap().modified().unwrap();
    let recorder = Recorder::new();
    let again = run(&full_recipe(), world.path(), 1, &recorder).unwrap();
    assert_eq!(again, manifest);
    assert_eq!(*recorder.reused.borrow(), ["target", "first", "second"]);
    assert_eq!(fs::metadata(&store).unwrap().modified().unwrap(), written);
}

#[test]
fn a_changed_input_or_recipe_is_done_again() {
    let world = World::full();
    world.run(&full_recipe()).unwrap();
    let text = jsonl(&(300..320).map(|n| prose(n, 120)).collect::<Vec<_>>());
    world.write("second.jsonl", text.as_bytes());
    let changed = world.run(&full_recipe()).unwrap();
    assert_eq!(changed.sources[1].kept.documents, 20);

    let mut without = full_recipe();
    without.sources.remove(0);
    let changed = world.run(&without).unwrap();
    assert_eq!(changed.sources.len(), 1);
    assert!(
        !world.output().join("first").exists(),
        "the old store was left"
    );
    let fresh = World::full();
    fresh.write("second.jsonl", text.as_bytes());
    fresh.run(&without).unwrap();
    assert!(fresh.files() == world.files());
}

#[test]
fn an_output_that_is_not_ours_is_not_touched() {
    let world = World::full();
    fs::create_dir(world.output()).unwrap();
    world.write("out/thesis.tex", b"years of work");
    let error = world.run(&full_recipe()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Recipe);
    assert!(
        error.to_string().contains("not written by assay"),
        "{error}"
    );
    assert_eq!(world.files().len(), 1);
}

#[test]
fn two_runs_cannot_write_the_same_output() {
    let world = World::full();
    fs::create_dir_all(world.output().join(".work")).unwrap();
    let lock = fs::File::create(world.output().join(".work/lock")).unwrap();
    lock.lock().unwrap();
    let error = world.run(&full_recipe()).unwrap_err();
    assert!(
        error.to_string().contains("another run is writing here"),
        "{error}"
    );
}
