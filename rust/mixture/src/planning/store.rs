//! A store of a mixture, as its recipe and its manifest name it.

use crate::store::reader::StoreReader;

/// A store that a recipe names.
#[derive(Debug)]
pub struct MixtureStore {
    /// Name of the source.
    pub name: String,
    /// Its folder, relative to the mixture's.
    pub path: String,
    /// SHA-256 of its header.
    pub sha256: String,
    /// The store.
    pub reader: StoreReader,
}
