//! Predictions beside fastText's own, and damaged models.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::error::ModelError;
use super::model::Model;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fasttext");

#[derive(serde::Deserialize)]
struct Expected {
    texts: Vec<String>,
    /// By model, for each text the probability of each label.
    models: BTreeMap<String, Vec<BTreeMap<String, f32>>>,
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(FOLDER).join(name)).unwrap()
}

fn read(bytes: &[u8]) -> Result<Model, ModelError> {
    Model::read(bytes, bytes.len() as u64)
}

#[test]
fn probabilities_are_those_of_fasttext() {
    let expected: Expected = serde_json::from_slice(&bytes("expected.json")).unwrap();
    for (name, predictions) in &expected.models {
        let model = Model::open(&Path::new(FOLDER).join(name)).unwrap();
        for (text, prediction) in expected.texts.iter().zip(predictions) {
            let found = model.probabilities(text);
            for (label, probability) in model.labels().iter().zip(found) {
                // fastText leaves out labels below its floor, 1e-5.
                let (expected, tolerance) = match prediction.get(label) {
                    Some(expected) => (*expected, 2e-6),
                    None => (0.0, 1.1e-5),
                };
                let difference = (probability - expected).abs();
                assert!(
                    difference <= tolerance,
                    "{name} {text:?} {label}: {probability} != {expected}"
                );
            }
        }
    }
}

#[test]
fn other_files_are_refused() {
    assert!(read(b"").is_err());
    assert!(
        read(b"{\"text\": \"no model\"}\n")
            .unwrap_err()
            .to_string()
            .contains("the first number")
    );
    let mut model = bytes("one-vs-all.bin");
    model.push(0);
    assert!(
        read(&model)
            .unwrap_err()
            .to_string()
            .contains("followed by more data")
    );
    model.pop();
    // Version, and kind of model.
    for place in [4, 40] {
        let mut changed = model.clone();
        changed[place] = 1;
        assert!(read(&changed).is_err());
    }
    assert!(Model::open(Path::new("/no/such/model.bin")).is_err());
}

#[test]
fn a_model_cut_anywhere_is_refused() {
    for name in ["one-vs-all.bin", "quantised.ftz"] {
        let model = bytes(name);
        let step = 1 + model.len() / 1500;
        for end in (0..model.len()).step_by(step) {
            assert!(read(&model[..end]).is_err(), "{name} cut at {end}");
        }
    }
}

proptest! {
    #[test]
    fn a_damaged_model_is_refused_or_works(
        name in prop::sample::select(vec!["hierarchical.bin", "quantised.ftz", "softmax.bin"]),
        changes in prop::collection::vec((0.0..1.0, any::<u8>()), 1..4),
        in_head: bool,
    ) {
        let mut model = bytes(name);
        for (place, byte) in changes {
            let span = if in_head { 400 } else { model.len() };
            model[(place * span as f64) as usize] = byte;
        }
        if let Ok(model) = read(&model) {
            let found = model.probabilities("the house of stone über das été");
            prop_assert_eq!(found.len(), model.labels().len());
        }
    }
}
