//! Makes clusters from groups of documents with an equal band, and chooses who stays of each.

use crate::error::DedupError;
use crate::near::minhash::estimate;
use crate::near::signatures::Signatures;
use crate::near::union_find::UnionFind;

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// The first document of its cluster, counted from zero.
    pub cluster: u32,
    /// The document of its cluster that stays; itself for one that stays.
    pub kept: u32,
    /// The estimated Jaccard similarity to the document that stays; it may be below the threshold
    /// where further documents connect the two.
    pub similarity: f32,
}

/// The second half of the work: from groups with an equal band to clusters.
#[derive(Debug)]
pub(super) struct Linking {
    pub(super) threshold: f64,
    /// Estimates that differ from the threshold by less do not decide.
    pub(super) margin: f64,
    /// Pairs that are not decided.
    pub(super) open: Vec<(u32, u32)>,
    pub(super) ranks: Vec<u64>,
    pub(super) sets: UnionFind,
    pub(super) signatures: Signatures,
}

impl Linking {
    /// Joins the sets of similar documents of a group.
    pub(super) fn link(&mut self, group: &[u32]) -> Result<(), DedupError> {
        for (place, document) in group.iter().enumerate() {
            let mut values: Option<Vec<u16>> = None;
            for earlier in &group[..place] {
                if self.sets.connected(*earlier, *document) {
                    continue;
                }
                let values = match &mut values {
                    Some(values) => values,
                    none => none.insert(self.signatures.get(*document)?.to_vec()),
                };
                let similarity = estimate(values, self.signatures.get(*earlier)?);
                if similarity >= self.threshold + self.margin {
                    self.sets.join(*earlier, *document);
                } else if similarity >= self.threshold - self.margin {
                    self.open.push((*earlier, *document));
                }
            }
        }
        Ok(())
    }

    /// What became of each document, in order.
    pub(super) fn members(mut self) -> Result<Vec<Member>, DedupError> {
        let ranks = &self.ranks;
        let documents = 0..ranks.len() as u32;
        // For each first document of a cluster, the best one.
        let mut best: Vec<u32> = documents.clone().collect();
        for document in documents.clone() {
            let cluster = self.sets.find(document) as usize;
            if ranks[document as usize] > ranks[best[cluster] as usize] {
                best[cluster] = document;
            }
        }
        documents
            .map(|document| {
                let cluster = self.sets.find(document);
                let kept = best[cluster as usize];
                let similarity = if kept == document {
                    1.0
                } else {
                    let values = self.signatures.get(document)?.to_vec();
                    estimate(&values, self.signatures.get(kept)?) as f32
                };
                Ok(Member {
                    cluster,
                    kept,
                    similarity,
                })
            })
            .collect()
    }
}
