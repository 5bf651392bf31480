//! Commands that fail: one line that says what to do, and the right exit code.

use std::fs;

use crate::world::World;

/// Runs the recipe, which must fail and leave no output.
fn run_fails(world: &World) -> (i32, String) {
    let (code, message) = world.fails(&["run", "recipe.toml", "--no-progress"]);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.starts_with("assay-corpus: "), "{message}");
    assert!(!world.path().join("out").exists(), "an output was left");
    (code, message)
}

#[test]
fn a_misspelt_key_is_named_with_its_line() {
    let world = World::new();
    world.edit_recipe("filters", "filtres");
    let (code, message) = run_fails(&world);
    assert_eq!(code, 2);
    assert!(
        message.contains("recipe.toml:8: unknown field `filtres`"),
        "{message}"
    );
    assert!(message.contains("`filters`"), "{message}");
}

#[test]
fn a_missing_recipe_is_usage() {
    let (code, message) = World::new().fails(&["run", "gone.toml"]);
    assert_eq!(code, 2);
    assert!(message.contains("gone.toml: cannot be read"), "{message}");
}

#[test]
fn a_wrong_argument_is_usage() {
    for arguments in [
        &["run"][..],
        &["run", "recipe.toml", "--thread", "2"],
        &["walk"],
        &[],
    ] {
        let (code, message) = World::new().fails(arguments);
        assert_eq!(code, 2);
        assert!(message.contains("Usage: assay-corpus"), "{message}");
    }
}

#[test]
fn a_separator_outside_the_vocabulary_is_usage() {
    let world = World::new();
    world.edit_recipe("output", "separator = \"</s>\"\noutput");
    let (code, message) = run_fails(&world);
    assert_eq!(code, 2);
    assert!(message.contains("</s>"), "{message}");
}

#[test]
fn a_missing_input_is_bad_data() {
    let world = World::new();
    fs::remove_file(world.path().join("web.jsonl")).unwrap();
    let (code, message) = run_fails(&world);
    assert_eq!(code, 3);
    assert!(
        message.contains("web.jsonl: no such file or folder"),
        "{message}"
    );
}

#[test]
fn a_bad_line_is_bad_data() {
    let world = World::new();
    world.write("target.jsonl", b"{\"text\": \"fine\"}\nnonsense\n");
    let (code, message) = run_fails(&world);
    assert_eq!(code, 3);
    assert!(
        message.contains("target.jsonl:2: not a JSON object"),
        "{message}"
    );
}

#[test]
fn rejected_lines_are_shown_and_the_run_goes_on() {
    let world = World::new();
    world.edit_recipe("output", "on_bad_line = \"reject\"\noutput");
    let good = fs::read(world.path().join("web.jsonl")).unwrap();
    world.write(
        "web.jsonl",
        &[&good[..], &b"nonsense\n".repeat(15)].concat(),
    );
    let output = world.run(&["run", "recipe.toml"]);
    assert!(output.status.success());
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(shown.contains("web.jsonl:43: not a JSON object"), "{shown}");
    assert_eq!(shown.matches("rejected: web.jsonl").count(), 10, "{shown}");
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.contains("15 rejected: not-json"), "{summary}");
}

#[test]
fn a_truncated_archive_is_bad_data() {
    use std::io::Write;
    let world = World::new();
    world.edit_recipe("web.jsonl", "web.jsonl.gz");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let text = fs::read(world.path().join("web.jsonl")).unwrap();
    encoder.write_all(&text).unwrap();
    let bytes = encoder.finish().unwrap();
    world.write("web.jsonl.gz", &bytes[..bytes.len() - 3]);
    let (code, message) = world.fails(&["run", "recipe.toml", "--no-progress"]);
    assert_eq!(code, 3);
    assert!(
        message.contains("web.jsonl.gz: the gzip data ends too early"),
        "{message}"
    );
    // The evaluation set was finished before, so the next run needs not repeat it.
    world.write("web.jsonl.gz", &bytes);
    let output = world.run(&["run", "recipe.toml"]);
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(shown.contains("target: was finished before"), "{shown}");
}

#[test]
fn a_changed_output_fails_verification() {
    let world = World::new();
    assert!(world.run(&["run", "recipe.toml"]).status.success());
    let tokens = world.path().join("out/web/tokens-00000.bin");
    let mut bytes = fs::read(&tokens).unwrap();
    bytes[10] ^= 1;
    fs::write(&tokens, bytes).unwrap();
    let (code, message) = world.fails(&["verify", "out"]);
    assert_eq!(code, 3);
    assert!(message.contains("tokens-00000.bin"), "{message}");
    assert_eq!(world.fails(&["verify", "nowhere"]).0, 3);
}
