//! The parallel half of deduplication: makes from one text what will be compared with others.

use assay_dedup::{
    MinHasher, PassageHasher, Passages, Signature, Sketch, exact_hash, raw_hash, sketch,
};
use assay_schema::{Exact, Recipe, Substring};

use crate::stages::multi_pass::MultiPassStages;

/// Makes the fingerprints of documents.
pub(crate) struct Fingerprinter {
    exact: Option<Exact>,
    near: Option<MinHasher>,
    paragraphs: Option<PassageHasher>,
    substrings: Option<Substring>,
}

/// What the deduplication stages compare of one document, as far as this pass needs it.
pub(crate) struct Fingerprint {
    pub(crate) exact: Option<u128>,
    pub(crate) signature: Option<Signature>,
    pub(crate) passages: Option<Passages>,
    pub(crate) sketch: Option<Sketch>,
}

impl Fingerprinter {
    /// For a pass over the documents in which `multi_pass` stages decide or collect.
    pub(crate) fn new(recipe: &Recipe, multi_pass: &MultiPassStages) -> Self {
        let dedup = &recipe.dedup;
        let near = dedup
            .near
            .as_ref()
            .filter(|_| multi_pass.needs_signatures());
        let substrings = dedup
            .substrings
            .as_ref()
            .filter(|_| multi_pass.substrings_collect());
        let paragraphs = dedup
            .paragraphs
            .as_ref()
            .filter(|_| !multi_pass.ends_with_near());
        Self {
            exact: dedup.exact.clone(),
            near: near.map(|settings| MinHasher::new(settings, recipe.seed)),
            paragraphs: paragraphs.map(|settings| PassageHasher::new(settings, recipe.seed)),
            substrings: substrings.cloned(),
        }
    }

    pub(crate) fn fingerprint(&self, text: &str) -> Fingerprint {
        let exact = |exact: &Exact| content_hash(exact, text);
        let signature = |hasher: &MinHasher| hasher.signature(text);
        let passages = |hasher: &PassageHasher| hasher.passages(text);
        let sketch = |settings: &Substring| sketch(settings, text);
        Fingerprint {
            exact: self.exact.as_ref().map(exact),
            signature: self.near.as_ref().map(signature),
            passages: self.paragraphs.as_ref().map(passages),
            sketch: self.substrings.as_ref().map(sketch),
        }
    }
}

fn content_hash(settings: &Exact, text: &str) -> u128 {
    if settings.normalized {
        exact_hash(text)
    } else {
        raw_hash(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_hashed_only_in_passes_that_come_to_them() {
        let recipe = Recipe::from_toml(
            "schema_version = 1\noutput = \"o\"\ndecisions = true\n\
             [dedup.near]\nkeep = \"longest\"\n[dedup.paragraphs]\n\
             [[source]]\nname = \"a\"\npath = \"a\"\n",
            "recipe",
        )
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let hashed = |stages: &MultiPassStages| {
            let fingerprint = Fingerprinter::new(&recipe, stages).fingerprint("one\n\ntwo");
            (
                fingerprint.signature.is_some(),
                fingerprint.passages.is_some(),
            )
        };
        let collecting = MultiPassStages::first(&recipe, folder.path()).unwrap();
        assert_eq!(hashed(&collecting), (true, false));
        let verifying = collecting.next(&recipe, folder.path()).unwrap();
        assert_eq!(hashed(&verifying), (false, false));
        let deciding = verifying.next(&recipe, folder.path()).unwrap();
        assert_eq!(hashed(&deciding), (false, true));
    }
}
