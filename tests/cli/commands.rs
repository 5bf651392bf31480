//! Commands that succeed.

use std::process::Stdio;

use crate::world::{World, text, transcript};

#[test]
fn help() {
    insta::assert_snapshot!(transcript(&World::new().run(&["--help"])));
}

/// Ctrl-C ends with 130 in `kill`, a full disk with 1 in `disk_full`.
#[test]
fn the_help_lists_the_exit_codes_there_are() {
    let help = text(&World::new().run(&["--help"]).stdout);
    let codes = help
        .lines()
        .find_map(|line| line.strip_prefix("exit codes: "));
    let codes = codes.unwrap().split(", ");
    let numbers: Vec<_> = codes.map(|code| code.split(' ').next().unwrap()).collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "130"]);
}

#[test]
fn help_of_run() {
    insta::assert_snapshot!(transcript(&World::new().run(&["run", "--help"])));
}

#[test]
fn filters() {
    insta::assert_snapshot!(transcript(&World::new().run(&["filters"])));
    let json = text(&World::new().run(&["filters", "--json"]).stdout);
    let rules: Vec<String> = serde_json::from_str(&json).unwrap();
    assert!(rules.contains(&"gopher-quality".to_owned()));
}

#[test]
fn version() {
    let output = World::new().run(&["--version"]);
    let expected = format!("assay-corpus {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn run_and_verify() {
    let world = World::new();
    insta::assert_snapshot!("run", transcript(&world.run(&["run", "recipe.toml"])));
    insta::assert_snapshot!("run_again", transcript(&world.run(&["run", "recipe.toml"])));
    insta::assert_snapshot!("verify", transcript(&world.run(&["verify", "out"])));
}

#[test]
fn json_is_the_manifest() {
    let world = World::new();
    let output = world.run(&[
        "run",
        "recipe.toml",
        "--json",
        "--no-progress",
        "--threads",
        "1",
    ]);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(
        output.stdout,
        world.files()[std::path::Path::new("manifest.json")]
    );
    assert_eq!(
        world.run(&["verify", "out", "--json"]).stdout,
        output.stdout
    );
}

#[test]
fn paths_start_from_the_folder_of_the_recipe() {
    let world = World::new();
    let recipe = world.path().join("recipe.toml");
    let mut command = world.command(&["run", &recipe.to_string_lossy()]);
    assert!(command.current_dir("/").output().unwrap().status.success());
    assert!(world.path().join("out/manifest.json").is_file());
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let world = World::new();
    let mut command = world.command(&["run", "recipe.toml", "--json", "--no-progress"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
