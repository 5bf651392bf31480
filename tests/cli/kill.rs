//! Ctrl-C and kill -9 at any moment, then the same command again.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::World;

const RUN: [&str; 4] = ["run", "recipe.toml", "--no-progress", "--threads=1"];

/// Enough for a run to take a while.
const DOCUMENTS: u64 = 2000;

fn start(world: &World) -> Child {
    let mut command = world.command(&RUN);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    let number = child.id().to_string();
    let status = Command::new("kill")
        .args(["-s", name, &number])
        .status()
        .unwrap();
    assert!(status.success());
}

/// Kills runs of a recipe at several moments; the next run must end as if nothing had happened.
fn survives_kills(make: fn() -> World) {
    let undisturbed = make();
    let began = Instant::now();
    assert!(undisturbed.run(&RUN).status.success());
    let whole = began.elapsed();
    let world = make();
    let mut killed = 0;
    for tenths in [1, 3, 5, 7, 9] {
        let mut child = start(&world);
        std::thread::sleep(whole * tenths / 10);
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
    }
    assert!(killed > 0, "every run ended before it could be killed");
    assert!(world.run(&RUN).status.success());
    assert!(world.files() == undisturbed.files());
}

#[test]
fn a_killed_run_ends_with_the_same_bytes() {
    survives_kills(|| World::with_documents(DOCUMENTS));
}

#[test]
fn a_killed_run_of_several_passes_ends_with_the_same_bytes() {
    survives_kills(|| {
        let world = World::with_documents(DOCUMENTS);
        world.edit_recipe(
            "[[source]]",
            "documents = true\ndecisions = true\n[dedup]\nminhash = { keep = \"longest\" }\n\
             paragraphs = true\nsubstrings = true\n[[source]]",
        );
        world
    });
}

#[test]
fn ctrl_c_stops_with_130_and_the_next_run_ends_the_work() {
    let world = World::with_documents(DOCUMENTS);
    let mut child = start(&world);
    // Interrupted once work has begun: the handler is set before the folder is made.
    while !world.path().join("out/.work").exists() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!world.path().join("out/manifest.json").exists());
    assert!(world.run(&RUN).status.success());
    assert!(world.run(&["verify", "out"]).status.success());
}
