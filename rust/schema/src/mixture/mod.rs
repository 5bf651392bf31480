//! Mixtures: the recipe that asks for one, and the manifest that records it.

mod manifest;
mod recipe;

pub use manifest::{MANY_EPOCHS, Mixture, MixtureFile, MixturePhase, MixtureSource};
pub use recipe::{MixtureInput, MixtureRecipe, Packing, PhaseInput};
