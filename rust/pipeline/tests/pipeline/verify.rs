//! Verification finds any change.

use std::fs;

use assay_corpus::hexadecimal;
use assay_pipeline::{ErrorKind, PipelineError, Silent, Verified, verify};
use assay_schema::Recipe;
use sha2::{Digest, Sha256};

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

/// An output as it was written before the key `near` had its name.
#[test]
fn an_output_with_the_old_key_of_near_is_verified_and_reused() {
    let world = World::full();
    let manifest = world.run(&full_recipe()).unwrap();
    let placeless = Recipe {
        output: String::new(),
        ..manifest.recipe.clone()
    };
    let old = |text: &str| text.replace("\n    \"near\": ", "\n    \"minhash\": ");
    let sha256 = |text: &str| hexadecimal(&Sha256::digest(text));
    let text = fs::read_to_string(world.output().join("manifest.json")).unwrap();
    let text = text.replace("\"near\": {", "\"minhash\": {");
    assert!(text.contains("\"minhash\": {"));
    let text = text.replace(&manifest.recipe_sha256, &sha256(&old(&placeless.to_json())));
    world.write("out/manifest.json", text.as_bytes());
    let digest = format!("{}  manifest.json\n", sha256(&text));
    world.write("out/manifest.sha256", digest.as_bytes());
    verify(&world.output(), &Silent).unwrap();
    let again = world.run(&full_recipe()).unwrap();
    assert_ne!(again.recipe_sha256, manifest.recipe_sha256);
    assert_eq!(again.sources, manifest.sources);
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
