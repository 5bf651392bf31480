//! Verification finds any change.

use std::fs;

use assay_pipeline::{ErrorKind, PipelineError, Silent, Verified, verify};

use crate::world::{Recorder, World, full_recipe};

#[test]
fn an_untouched_output_is_verified() {
    let world = World::full();
    let manifest = world.run(&full_recipe()).unwrap();
    let verified = verify(&world.output(), &Silent).unwrap();
    assert_eq!(verified, Verified::Output(Box::new(manifest)));
}

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    let world = World::full();
    world.run(&full_recipe()).unwrap();
    let files = world.files();
    assert_eq!(files.len(), 2 + 3 + 3 + 4, "{:?}", files.keys());
    for (name, good) in files {
        let path = world.output().join(&name);
        for place in [0, good.len() / 2, good.len() - 1] {
            let mut bytes = good.clone();
            bytes[place] ^= 1;
            fs::write(&path, &bytes).unwrap();
            let error = verify(&world.output(), &Silent).expect_err("a changed file was verified");
            assert_eq!(error.kind(), ErrorKind::Data, "{error}");
        }
        fs::write(&path, &good).unwrap();
    }
    verify(&world.output(), &Silent).unwrap();
}

#[test]
fn a_lost_file_is_named() {
    let world = World::full();
    world.run(&full_recipe()).unwrap();
    for name in world.files().into_keys() {
        let path = world.output().join(&name);
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let error = verify(&world.output(), &Silent).expect_err("a lost file was not missed");
        let message = error.to_string();
        assert!(message.contains(&*name.to_string_lossy()), "{message}");
        fs::write(&path, &bytes).unwrap();
    }
}

#[test]
fn a_stopped_output_is_not_verified() {
    let world = World::full();
    world.run(&full_recipe()).unwrap();
    fs::remove_file(world.output().join("manifest.json")).unwrap();
    assert!(verify(&world.output(), &Silent).is_err());
    assert!(verify(world.path(), &Silent).is_err());
}

#[test]
fn verification_can_be_stopped() {
    let world = World::full();
    world.run(&full_recipe()).unwrap();
    let error = verify(&world.output(), &Recorder::stopping_after(1)).unwrap_err();
    assert!(matches!(error, PipelineError::Cancelled), "{error}");
}
