//! Which files a folder or a pattern stands for.

use std::fs;
use std::path::Path;

use assay_corpus::{CorpusError, list_inputs};

use crate::world::World;

const INPUTS: [&str; 6] = [
    "a.json",
    "b.jsonl.zst",
    "c.parquet",
    "d.arrow",
    "sub/a.jsonl",
    "z.ndjson.gz",
];

fn world() -> World {
    let world = World::new();
    fs::create_dir(world.path().join("sub")).unwrap();
    for name in INPUTS
        .iter()
        .chain(&["README.md", ".hidden.jsonl", "a.csv.gz"])
    {
        world.write(name, b"");
    }
    world
}

fn listed(world: &World, path: &str) -> Vec<String> {
    let found = list_inputs(&world.path().join(path)).unwrap();
    let inside = found
        .iter()
        .map(|path| path.strip_prefix(world.path()).unwrap());
    inside
        .map(|path| path.to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_folder_gives_its_inputs_in_order() {
    assert_eq!(listed(&world(), ""), INPUTS);
}

#[test]
fn a_pattern_gives_what_it_matches_in_order() {
    let world = world();
    assert_eq!(listed(&world, "*.json*"), ["a.json", "b.jsonl.zst"]);
    assert_eq!(
        listed(&world, "**/a.*"),
        ["a.csv.gz", "a.json", "sub/a.jsonl"]
    );
    assert_eq!(listed(&world, "s?b"), ["sub/a.jsonl"]);
    for (pattern, message) in [("*.txt", "no such file"), ("[", "not a pattern")] {
        let error = list_inputs(&world.path().join(pattern)).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn a_name_with_wild_cards_stands_for_itself() {
    let world = world();
    world.write("[a].jsonl", b"");
    assert_eq!(listed(&world, "[a].jsonl"), ["[a].jsonl"]);
}

#[test]
fn standard_input_stands_for_itself() {
    assert_eq!(list_inputs(Path::new("-")).unwrap(), [Path::new("-")]);
}

#[test]
fn a_folder_without_inputs_and_a_missing_path_are_errors() {
    let world = World::new();
    world.write("README.md", b"");
    let error = list_inputs(world.path()).unwrap_err();
    assert!(matches!(error, CorpusError::EmptyFolder { .. }), "{error}");
    let error = list_inputs(Path::new("no/such.jsonl")).unwrap_err();
    assert!(
        error.to_string().starts_with("no/such.jsonl: no such file"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_an_error_and_a_second_way_is_not() {
    use std::os::unix::fs::symlink;
    let world = world();
    symlink(world.path().join("sub"), world.path().join("again")).unwrap();
    assert!(listed(&world, "").contains(&"again/a.jsonl".to_owned()));
    symlink(world.path(), world.path().join("sub/up")).unwrap();
    let error = list_inputs(world.path()).unwrap_err();
    assert!(matches!(error, CorpusError::LinkLoop { .. }), "{error}");
    let error = list_inputs(&world.path().join("s*")).unwrap_err();
    assert!(matches!(error, CorpusError::LinkLoop { .. }), "{error}");
}
