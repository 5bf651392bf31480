//! A run that was stopped goes on, and ends as if it had not been.

use std::fs;

use assay_pipeline::{ErrorKind, PipelineError, run};

use assay_schema::{Across, Documents, Keep, Recipe, RepeatedParagraphs, Substring};

use crate::world::{Recorder, World, full_recipe, jsonl, prose};

#[test]
fn a_run_stopped_anywhere_ends_with_the_same_bytes() {
    let undisturbed = World::full();
    let recorder = Recorder::new();
    run(&full_recipe(), undisturbed.path(), 1, &recorder).unwrap();
    let polls = recorder.asked.get();
    assert!(polls >= 6, "a batch and an end for each of three: {polls}");
    for stop_after in 0..polls {
        let world = World::full();
        let recorder = Recorder::stopping_after(stop_after);
        let error = run(&full_recipe(), world.path(), 1, &recorder).unwrap_err();
        assert!(matches!(error, PipelineError::Cancelled));
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(!world.output().join("manifest.json").exists());
        world.run(&full_recipe()).unwrap();
        assert!(
            world.files() == undisturbed.files(),
            "stopped after {stop_after}"
        );
    }
}

/// Two alternatives to each other beside a first source, and every output.
fn alternatives_world() -> (World, Recipe) {
    let world = World::full();
    let third: Vec<String> = (80..120).map(|n| prose(n, 120)).collect();
    world.write("third.jsonl", jsonl(&third).as_bytes());
    let mut recipe = full_recipe();
    let mut third = recipe.sources[1].clone();
    "third".clone_into(&mut third.name);
    third.path = vec!["third.jsonl".to_owned()];
    recipe.sources.push(third);
    recipe.dedup.across = Across::Named(vec!["first".to_owned()]);
    recipe.documents = Some(Documents::default());
    recipe.decisions = true;
    (world, recipe)
}

#[test]
fn alternatives_stopped_anywhere_end_with_the_same_bytes() {
    let (undisturbed, recipe) = alternatives_world();
    let recorder = Recorder::new();
    run(&recipe, undisturbed.path(), 1, &recorder).unwrap();
    let polls = recorder.asked.get();
    assert!(polls >= 8, "a batch and an end for each of four: {polls}");
    for stop_after in 0..polls {
        let (world, recipe) = alternatives_world();
        run(
            &recipe,
            world.path(),
            1,
            &Recorder::stopping_after(stop_after),
        )
        .unwrap_err();
        world.run(&recipe).unwrap();
        let same = world.files() == undisturbed.files();
        assert!(same, "stopped after {stop_after}");
    }
}

#[test]
fn what_alternatives_need_of_finished_sources_is_made_again_when_it_is_lost() {
    let (undisturbed, recipe) = alternatives_world();
    undisturbed.run(&recipe).unwrap();
    for (lost, reused) in [
        ("second.kept", vec!["target", "first"]),
        ("first.kept", vec!["target"]),
        ("first.index/exact.bin", vec!["target"]),
        ("first.index/kept.bin", vec!["target"]),
    ] {
        let (world, recipe) = alternatives_world();
        // Two polls for the evaluation set, and two for each of two sources.
        let stopped = Recorder::stopping_after(6);
        run(&recipe, world.path(), 1, &stopped).unwrap_err();
        let path = world.output().join(".work").join(lost);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let recorder = Recorder::new();
        run(&recipe, world.path(), 1, &recorder).unwrap();
        assert_eq!(*recorder.reused.borrow(), reused, "{lost}");
        assert!(world.files() == undisturbed.files(), "{lost}");
    }
}

/// The full recipe with the stages that need several passes, and every output.
fn passes_recipe(across: bool) -> Recipe {
    let mut recipe = full_recipe();
    recipe.dedup.across = if across { Across::All } else { Across::Apart };
    recipe.dedup.near.as_mut().unwrap().keep = Some(Keep::Longest);
    recipe.dedup.paragraphs = Some(RepeatedParagraphs::default());
    recipe.dedup.substrings = Some(Substring::default());
    recipe.documents = Some(Documents::default());
    recipe.decisions = true;
    recipe
}

#[test]
fn several_passes_stopped_anywhere_end_with_the_same_bytes() {
    for recipe in [passes_recipe(true), passes_recipe(false)] {
        let undisturbed = World::full();
        let recorder = Recorder::new();
        run(&recipe, undisturbed.path(), 1, &recorder).unwrap();
        let polls = recorder.asked.get();
        assert!(
            polls >= 18,
            "two for the evaluation set and for each pass: {polls}"
        );
        for stop_after in 0..polls {
            let world = World::full();
            run(
                &recipe,
                world.path(),
                1,
                &Recorder::stopping_after(stop_after),
            )
            .unwrap_err();
            world.run(&recipe).unwrap();
            let same = world.files() == undisturbed.files();
            assert!(same, "stopped after {stop_after}");
        }
    }
}

#[test]
fn what_is_finished_is_not_repeated() {
    let world = World::full();
    // Two polls for the evaluation set, two for the first source.
    run(
        &full_recipe(),
        world.path(),
        1,
        &Recorder::stopping_after(4),
    )
    .unwrap_err();
    let recorder = Recorder::new();
    run(&full_recipe(), world.path(), 1, &recorder).unwrap();
    assert_eq!(*recorder.reused.borrow(), ["target", "first"]);
}

#[test]
fn what_changed_meanwhile_is_repeated_with_all_that_depends_on_it() {
    let undisturbed = World::full();
    let changed = jsonl(&(40..55).map(|n| prose(n, 120)).collect::<Vec<_>>());
    undisturbed.write("first.jsonl", changed.as_bytes());
    undisturbed.run(&full_recipe()).unwrap();

    let world = World::full();
    run(
        &full_recipe(),
        world.path(),
        1,
        &Recorder::stopping_after(4),
    )
    .unwrap_err();
    world.write("first.jsonl", changed.as_bytes());
    let recorder = Recorder::new();
    run(&full_recipe(), world.path(), 1, &recorder).unwrap();
    assert_eq!(*recorder.reused.borrow(), ["target"]);
    assert!(world.files() == undisturbed.files());
}

#[test]
fn lost_indexes_are_made_again() {
    let undisturbed = World::full();
    undisturbed.run(&full_recipe()).unwrap();
    let world = World::full();
    run(
        &full_recipe(),
        world.path(),
        1,
        &Recorder::stopping_after(4),
    )
    .unwrap_err();
    let index = world.output().join(".work/first.index/near.bin");
    let bytes = fs::read(&index).unwrap();
    fs::write(&index, &bytes[..bytes.len() / 2]).unwrap();
    world.run(&full_recipe()).unwrap();
    assert!(world.files() == undisturbed.files());
}

#[test]
fn what_a_killed_run_left_is_cleared() {
    let undisturbed = World::full();
    undisturbed.run(&full_recipe()).unwrap();
    let world = World::full();
    run(
        &full_recipe(),
        world.path(),
        1,
        &Recorder::stopping_after(4),
    )
    .unwrap_err();
    fs::create_dir(world.output().join(".second.partial")).unwrap();
    world.write("out/.second.partial/tokens-00000.bin", b"half");
    fs::create_dir(world.output().join(".gone.partial")).unwrap();
    world.run(&full_recipe()).unwrap();
    assert!(world.files() == undisturbed.files());
    assert!(!world.output().join(".gone.partial").exists());
}

#[test]
fn a_run_killed_at_its_very_end_is_tidied() {
    let world = World::full();
    world.run(&full_recipe()).unwrap();
    let finished = world.files();
    fs::create_dir(world.output().join(".work")).unwrap();
    world.write("out/.work/lock", b"");
    world.run(&full_recipe()).unwrap();
    assert!(world.files() == finished);
}
