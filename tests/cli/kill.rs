//! Ctrl-C and kill -9 at any moment, then the same command again.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::World;

const RUN: [&str; 4] = ["run", "recipe.toml", "--no-progress", "--threads=1"];

/// Enough for a run to take a while.
const DOCUMENTS: u64 = 2000;

/// Into so many parts the time of a run is divided, at whose ends runs are killed.
const KILLS: u32 = 10;

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

/// Kills runs of a recipe, each a little later than the one before, until one ends by itself; it
/// must end as if nothing had happened.
fn survives_kills(make: impl Fn() -> World) {
    let undisturbed = make();
    let began = Instant::now();
    assert!(undisturbed.run(&RUN).status.success());
    let whole = began.elapsed();
    let world = make();
    let mut killed = 0;
    for kills in 1.. {
        let mut child = start(&world);
        std::thread::sleep(whole * kills / KILLS);
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
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
fn a_killed_run_with_checkpoints_ends_with_the_same_bytes() {
    survives_kills(|| {
        let world = World::with_documents(4 * DOCUMENTS);
        world.edit_recipe(
            "[[source]]",
            "documents = { shard_mib = 1 }\ndecisions = true\n[dedup]\nexact = true\n[[source]]",
        );
        world
    });
}

#[test]
fn a_killed_run_of_several_passes_ends_with_the_same_bytes() {
    survives_kills(|| {
        let world = World::with_documents(DOCUMENTS);
        world.edit_recipe(
            "[[source]]",
            "documents = true\ndecisions = true\n[dedup]\nnear = { keep = \"longest\" }\n\
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
