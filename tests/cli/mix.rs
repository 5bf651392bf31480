//! Mixtures of token stores.

use std::fs;

use crate::world::{World, transcript};

const MIXTURE: &str = "\
schema_version = 1
output = \"mixture\"
seed = 7
sequence_tokens = 64
tokens = 40_000
packing = \"best-fit\"

[[source]]
store = \"out/web\"
weight = 3

[[source]]
name = \"textbook\"
store = \"out/target\"
weight = 1
";

/// A world whose sources are prepared, with the recipe of a mixture.
fn prepared() -> World {
    let world = World::new();
    assert!(world.run(&["run", "recipe.toml"]).status.success());
    world.write("mixture.toml", MIXTURE.as_bytes());
    world
}

fn edit(world: &World, from: &str, to: &str) {
    assert!(MIXTURE.contains(from));
    world.write("mixture.toml", MIXTURE.replacen(from, to, 1).as_bytes());
}

/// The files of the mixture by name.
fn files(world: &World) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(world.path().join("mixture")).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn help_of_mix() {
    insta::assert_snapshot!(transcript(&World::new().run(&["mix", "--help"])));
}

#[test]
fn mix_and_verify() {
    let world = prepared();
    let dry = world.run(&["mix", "mixture.toml", "--dry-run"]);
    insta::assert_snapshot!("dry_run", transcript(&dry));
    assert!(!world.path().join("mixture").exists());
    insta::assert_snapshot!("mix", transcript(&world.run(&["mix", "mixture.toml"])));
    insta::assert_snapshot!(
        "verify_mixture",
        transcript(&world.run(&["verify", "mixture"]))
    );
    insta::assert_snapshot!(
        "verify_store",
        transcript(&world.run(&["verify", "out/web"]))
    );
    let names: Vec<_> = files(&world).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "mixture.json",
            "mixture.sha256",
            "textbook.pieces.bin",
            "textbook.sequences.bin",
            "web.pieces.bin",
            "web.sequences.bin"
        ]
    );
}

#[test]
fn the_same_mixture_is_left_and_another_replaces_it() {
    let world = prepared();
    let json = world.run(&["mix", "mixture.toml", "--json"]).stdout;
    assert_eq!(json, world.read("mixture/mixture.json").unwrap());
    let first = files(&world);
    let written = || {
        fs::metadata(world.path().join("mixture/mixture.json"))
            .unwrap()
            .modified()
    };
    let time = written().unwrap();
    assert_eq!(world.run(&["mix", "mixture.toml", "--json"]).stdout, json);
    assert_eq!(written().unwrap(), time);
    world.write("mixture/web.pieces.bin", b"cut off");
    assert!(world.run(&["mix", "mixture.toml"]).status.success());
    assert_eq!(files(&world), first);
    edit(&world, "best-fit", "concatenate");
    assert!(world.run(&["mix", "mixture.toml"]).status.success());
    assert_eq!(files(&world).len(), 2);
}

#[test]
fn any_changed_byte_is_found() {
    let world = prepared();
    assert!(world.run(&["mix", "mixture.toml"]).status.success());
    let stores = ["out/web/tokens-00000.bin", "out/target/store.json"].map(str::to_owned);
    let own = files(&world)
        .into_iter()
        .map(|(name, _)| format!("mixture/{name}"));
    for name in own.chain(stores) {
        let original = world.read(&name).unwrap();
        let mut changed = original.clone();
        let last = changed.len() - 3;
        changed[last] ^= 1;
        world.write(&name, &changed);
        let (code, message) = world.fails(&["verify", "mixture"]);
        assert_eq!(code, 3, "{name}: {message}");
        world.write(&name, &original);
    }
    assert!(world.run(&["verify", "mixture"]).status.success());
}

#[test]
fn a_truncated_shard_is_named() {
    let world = prepared();
    let tokens = world.read("out/web/tokens-00000.bin").unwrap();
    world.write("out/web/tokens-00000.bin", &tokens[..tokens.len() - 2]);
    let (code, message) = world.fails(&["mix", "mixture.toml"]);
    assert_eq!(code, 3);
    assert!(message.contains("tokens-00000.bin: "), "{message}");
    assert!(message.contains("expected"), "{message}");
}

#[test]
fn what_the_recipe_cannot_mean_is_named() {
    let cases = [
        (
            "weight = 3",
            "weight = -3",
            "source with store \"out/web\": weight is -3",
        ),
        (
            "seed = 7",
            "max_epochs = 1",
            "web: 468 sequences are to be drawn of ",
        ),
        (
            "weight = 3",
            "weight = 3\nunique_tokens = 9999",
            "unique_tokens is 9999, and its store",
        ),
        (
            "name = \"textbook\"",
            "name = \"web\"",
            "source.name is \"web\" twice",
        ),
        (
            "sequence_tokens = 64",
            "sequence_tokens = 0",
            "sequence_tokens is 0",
        ),
    ];
    for (from, to, expected) in cases {
        let world = prepared();
        edit(&world, from, to);
        let (code, message) = world.fails(&["mix", "mixture.toml"]);
        assert_eq!(code, 2, "{message}");
        assert!(message.contains(expected), "{message}");
        assert!(!world.path().join("mixture").exists());
    }
}

#[test]
fn a_store_of_another_tokenizer_is_named() {
    let world = prepared();
    let header = String::from_utf8(world.read("out/target/store.json").unwrap()).unwrap();
    let at = header.find("tokenizer_sha256").unwrap() + 20;
    let other = format!("{}{}{}", &header[..at], "0".repeat(64), &header[at + 64..]);
    world.write("out/target/store.json", other.as_bytes());
    let (code, message) = world.fails(&["mix", "mixture.toml"]);
    assert_eq!(code, 2);
    assert!(message.contains("textbook: tokenizer 0000"), "{message}");
}

#[test]
fn a_store_cannot_name_files_elsewhere() {
    let world = prepared();
    let header = String::from_utf8(world.read("out/web/store.json").unwrap()).unwrap();
    let other = header.replacen("\"web\"", "\"../web\"", 1);
    world.write("out/web/store.json", other.as_bytes());
    let (code, message) = world.fails(&["mix", "mixture.toml"]);
    assert_eq!(code, 2);
    assert!(message.contains("source.name is \"../web\""), "{message}");
}

#[test]
fn a_folder_of_something_else_is_not_replaced() {
    let world = prepared();
    edit(&world, "output = \"mixture\"", "output = \"out\"");
    let (code, message) = world.fails(&["mix", "mixture.toml"]);
    assert_eq!(code, 2);
    assert!(
        message.contains("not empty and not written by assay"),
        "{message}"
    );
}
