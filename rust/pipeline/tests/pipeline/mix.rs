//! Mixtures, read back sequence by sequence.

use std::fs;
use std::path::Path;

use assay_mixture::{MixtureReader, StoreSettings, StoreWriter, draw};
use assay_pipeline::{Silent, mix};
use assay_schema::{Mixture, MixtureRecipe};

const LENGTH: usize = 16;
const SEPARATOR: u32 = 0;

/// Writes a store of documents of every length from none up, and returns all its tokens.
fn store(folder: &Path, name: &str, documents: u64) -> Vec<u32> {
    let folder = folder.join(name);
    fs::create_dir(&folder).unwrap();
    let settings = StoreSettings {
        name: name.to_owned(),
        tokenizer_sha256: "ab".repeat(32),
        vocab_size: 100_000,
        separator_id: SEPARATOR,
        bytes: false,
    };
    let mut writer = StoreWriter::create(&folder, settings).unwrap();
    let mut all = Vec::new();
    for document in 0..documents {
        let token = |place| 1 + (draw(document, name, place) % 99_999) as u32;
        let tokens: Vec<u32> = (0..draw(9, name, document) % 50).map(token).collect();
        writer.push(&tokens, 0, None).unwrap();
        all.extend(tokens);
        all.push(SEPARATOR);
    }
    writer.finish().unwrap();
    all
}

fn mixed(folder: &Path, packing: &str, tokens: u64) -> Mixture {
    let text = format!(
        "schema_version = 1\noutput = \"{packing}\"\nsequence_tokens = {LENGTH}\ntokens = {tokens}\n\
         packing = \"{packing}\"\n\
         [[source]]\nstore = \"a\"\nweight = 2\n[[source]]\nstore = \"b\"\nweight = 1\n"
    );
    let recipe = MixtureRecipe::from_toml(&text, "mixture.toml").unwrap();
    mix(&recipe, folder, &Silent).unwrap()
}

/// Documents cut into parts that fit a sequence.
fn parts(tokens: &[u32]) -> Vec<&[u32]> {
    let documents = tokens.split_inclusive(|token| *token == SEPARATOR);
    documents
        .flat_map(|document| document.chunks(LENGTH))
        .collect()
}

#[test]
fn concatenated_sequences_are_the_stream_cut_up() {
    let folder = tempfile::tempdir().unwrap();
    let stores = ["a", "b"].map(|name| store(folder.path(), name, 60));
    let mixture = mixed(folder.path(), "concatenate", 8_000);
    let reader = MixtureReader::open(&folder.path().join("concatenate")).unwrap();
    assert_eq!(reader.header(), &mixture);
    let mut tokens = Vec::new();
    let mut count = 0;
    for draw in reader.draws() {
        reader.read(&draw, &mut tokens).unwrap();
        let start = draw.sequence as usize * LENGTH;
        assert_eq!(tokens, stores[draw.source as usize][start..start + LENGTH]);
        count += 1;
    }
    assert_eq!(count, 500);
}

#[test]
fn packed_sequences_hold_every_part_of_every_document_once() {
    let folder = tempfile::tempdir().unwrap();
    let stores = ["a", "b"].map(|name| store(folder.path(), name, 60));
    for packing in ["best-fit", "pad"] {
        // Enough for the first pass over both.
        let mixture = mixed(folder.path(), packing, 8_000);
        let reader = MixtureReader::open(&folder.path().join(packing)).unwrap();
        let mut found = [Vec::new(), Vec::new()];
        let mut tokens = Vec::new();
        for draw in reader.draws().filter(|draw| draw.epoch == 0) {
            reader.read(&draw, &mut tokens).unwrap();
            assert_eq!(tokens.len(), LENGTH);
            let content = reader.pieces(&draw).unwrap();
            let mut rest = &tokens[..];
            for piece in content {
                let (part, after) = rest.split_at(piece.tokens as usize);
                found[draw.source as usize].push(part.to_vec());
                rest = after;
            }
            assert!(rest.iter().all(|token| *token == SEPARATOR));
        }
        for (source, (mut found, all)) in found.into_iter().zip(&stores).enumerate() {
            assert!(mixture.sources[source].whole_epochs >= 1);
            let mut expected = parts(all);
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{packing}");
        }
    }
}

#[test]
fn a_mixture_of_changed_stores_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let _ = ["a", "b"].map(|name| store(folder.path(), name, 60));
    let _ = mixed(folder.path(), "best-fit", 8_000);
    let output = folder.path().join("best-fit");
    let message = || MixtureReader::open(&output).unwrap_err().to_string();
    let pieces = output.join("a.pieces.bin");
    let good = fs::read(&pieces).unwrap();
    fs::write(&pieces, &good[1..]).unwrap();
    assert!(message().contains("a.pieces.bin: "), "{}", message());
    fs::write(&pieces, good).unwrap();
    fs::remove_dir_all(folder.path().join("b")).unwrap();
    let _ = store(folder.path(), "b", 61);
    assert!(message().contains("store.json: sha256 "), "{}", message());
}
