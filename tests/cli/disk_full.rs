//! Writes that the system refuses: a limit on file sizes stands in for a full disk.

#![cfg(unix)]

use std::process::Command;

use crate::world::{BINARY, World, text};

#[test]
fn a_refused_write_leaves_nothing_half_written() {
    let world = World::with_documents(2000);
    // So many blocks hold every file of the evaluation set but not the tokens of the source.
    let script = format!("ulimit -f 16; trap '' XFSZ; exec {BINARY} run recipe.toml --no-progress");
    let limited = Command::new("sh")
        .args(["-c", &script])
        .current_dir(world.path())
        .output();
    let output = limited.unwrap();
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("cannot be written"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(!world.path().join("out/web").exists());
    assert!(!world.path().join("out/.web.partial").exists());
    assert!(!world.path().join("out/manifest.json").exists());

    assert!(world.run(&["run", "recipe.toml"]).status.success());
    assert!(world.run(&["verify", "out"]).status.success());
}
