//! The stages that see all documents before they decide about any.
//!
//! A run with such stages reads its input several times, and every time takes the documents through
//! all stages before them. Only what these stages collect is kept between two passes, which bounds
//! memory and disk at the price of time.

use std::iter::Peekable;
use std::path::Path;

use assay_dedup::{
    Clusters, DedupError, Member, NgramCheck, NgramSet, Removal, Removals, Storage, SubstringIndex,
};
use assay_schema::Recipe;

const MIB: u64 = 1 << 20;

/// How far the clusters of near-duplicates are.
pub(crate) enum Near {
    /// The recipe keeps no clusters.
    Off,
    /// Signatures come in.
    Collecting(Clusters),
    /// Documents with links that their signatures leave open are compared by their n-grams.
    Verifying(Links),
    /// The members tell what becomes of each document, in the same order.
    Deciding(Members),
}

/// How far the search for repeated substrings is.
pub(crate) enum Substrings {
    /// The stage is not part of the recipe, or its turn has not come.
    Off,
    /// Texts come in.
    Collecting(SubstringIndex),
    /// The cuts tell what goes of each document, in the same order.
    Deciding(Cuts),
}

/// The two multi-pass stages, as far as they are in one pass.
pub(crate) struct MultiPassStages {
    pub(crate) near: Near,
    pub(crate) substrings: Substrings,
}

/// How many passes over the documents a recipe needs: two more for clusters, one for substrings.
pub(crate) fn passes(recipe: &Recipe) -> usize {
    let near = recipe.dedup.near.as_ref();
    let clusters = near.is_some_and(|near| near.keep.is_some());
    1 + 2 * usize::from(clusters) + usize::from(recipe.dedup.substrings.is_some())
}

impl MultiPassStages {
    /// For recipes with neither stage, and for the pass before either begins.
    pub(crate) fn off() -> Self {
        Self {
            near: Near::Off,
            substrings: Substrings::Off,
        }
    }

    /// The stages of the first pass; temporary files go to `folder`.
    pub(crate) fn first(recipe: &Recipe, folder: &Path) -> Result<Self, DedupError> {
        let mut stages = Self::off();
        let near = recipe.dedup.near.as_ref();
        match near.and_then(|near| Some((near, near.keep?))) {
            Some((settings, keep)) => {
                let storage = Storage::Disk {
                    folder: folder.to_owned(),
                    memory_bytes: recipe.dedup.memory_mib.saturating_mul(MIB),
                };
                stages.near = Near::Collecting(Clusters::new(settings, keep, &storage)?);
            }
            None => stages.begin_substrings(recipe, folder)?,
        }
        Ok(stages)
    }

    /// The stages of the pass after this one: what collected decides, and the next one collects.
    pub(crate) fn next(self, recipe: &Recipe, folder: &Path) -> Result<Self, DedupError> {
        let mut stages = Self::off();
        match self.near {
            Near::Off => {}
            Near::Collecting(clusters) => {
                stages.near = Near::Verifying(Links::new(clusters.verify()?));
            }
            Near::Verifying(links) => {
                let members = links.verification.finish()?;
                stages.near = Near::Deciding(Members::new(members));
                stages.begin_substrings(recipe, folder)?;
            }
            Near::Deciding(members) => stages.near = Near::Deciding(members.again()),
        }
        if let Substrings::Collecting(index) = self.substrings {
            stages.substrings = Substrings::Deciding(Cuts::new(index.finish()?));
        }
        Ok(stages)
    }

    fn begin_substrings(&mut self, recipe: &Recipe, folder: &Path) -> Result<(), DedupError> {
        if let Some(settings) = &recipe.dedup.substrings {
            let memory = recipe.dedup.memory_mib.saturating_mul(MIB);
            self.substrings =
                Substrings::Collecting(SubstringIndex::new(settings, folder, memory)?);
        }
        Ok(())
    }

    /// Whether a pass compares signatures: clusters that collected them need no more.
    pub(crate) fn needs_signatures(&self) -> bool {
        matches!(self.near, Near::Off | Near::Collecting(_))
    }

    /// Whether a pass ends with near-duplicates: what later stages would do in it is lost.
    pub(crate) fn ends_with_near(&self) -> bool {
        matches!(self.near, Near::Collecting(_) | Near::Verifying(_))
    }

    /// Whether texts are to be sketched.
    pub(crate) fn substrings_collect(&self) -> bool {
        matches!(self.substrings, Substrings::Collecting(_))
    }
}

/// Links between near-duplicates that signatures leave open, checked document by document.
pub(crate) struct Links {
    verification: NgramCheck,
    needed: Peekable<std::vec::IntoIter<u32>>,
    next: u32,
}

impl Links {
    fn new(verification: NgramCheck) -> Self {
        let needed: Vec<u32> = verification.needed().collect();
        Self {
            verification,
            needed: needed.into_iter().peekable(),
            next: 0,
        }
    }

    /// Compares the next document, whose n-grams are made if it has an open link.
    pub(crate) fn next(&mut self, ngrams: impl FnOnce() -> NgramSet) {
        let number = self.next;
        self.next += 1;
        if self.needed.next_if_eq(&number).is_some() {
            self.verification.give(number, ngrams());
        }
    }
}

/// The members of clusters, document by document.
pub(crate) struct Members {
    all: Vec<Member>,
    next: u32,
}

impl Members {
    fn new(all: Vec<Member>) -> Self {
        Self { all, next: 0 }
    }

    fn again(self) -> Self {
        Self::new(self.all)
    }

    /// The similarity of the next document to the one that stays in its place; none if it stays.
    pub(crate) fn next(&mut self) -> Option<f64> {
        let number = self.next;
        self.next += 1;
        let member = self.all.get(number as usize)?;
        (member.kept != number).then_some(f64::from(member.similarity))
    }
}

/// What is cut, document by document.
pub(crate) struct Cuts {
    removals: Peekable<Removals>,
    next: u64,
}

impl Cuts {
    fn new(removals: Removals) -> Self {
        Self {
            removals: removals.peekable(),
            next: 0,
        }
    }

    /// What is cut out of the next document.
    pub(crate) fn next(&mut self) -> Result<Removal, DedupError> {
        let number = self.next;
        self.next += 1;
        let mine = |found: &Result<(u64, Removal), DedupError>| match found {
            Ok((document, _)) => *document == number,
            Err(_) => true,
        };
        match self.removals.next_if(mine) {
            None => Ok(Removal::Nothing),
            Some(found) => found.map(|(_, removal)| removal),
        }
    }
}
