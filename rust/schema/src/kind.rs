//! The formats by name: every kind of document is parsed, checked and written here.

use crate::error::SchemaError;
use crate::export::Export;
use crate::manifest::Manifest;
use crate::mixture::{Mixture, MixtureRecipe};
use crate::recipe::Recipe;
use crate::store::TokenStore;
use crate::text::{parse_json, parse_toml, to_json};

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A recipe.
    Recipe,
    /// A manifest.
    Manifest,
    /// The header of a token store.
    TokenStore,
    /// The recipe of a mixture.
    MixtureRecipe,
    /// The manifest of a mixture.
    Mixture,
    /// The record of an export.
    Export,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Recipe,
        Self::Manifest,
        Self::TokenStore,
        Self::MixtureRecipe,
        Self::Mixture,
        Self::Export,
    ];

    /// The kind's name: `recipe`, `manifest`, `token-store`, `mixture-recipe`, `mixture` or
    /// `export`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recipe => "recipe",
            Self::Manifest => "manifest",
            Self::TokenStore => "token-store",
            Self::MixtureRecipe => "mixture-recipe",
            Self::Mixture => "mixture",
            Self::Export => "export",
        }
    }

    /// The kind with this name.
    ///
    /// # Errors
    /// [`SchemaError::Kind`] when there is none.
    pub fn from_name(name: &str) -> Result<Self, SchemaError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| SchemaError::Kind {
                found: name.to_owned(),
            })
    }

    /// The same document as canonical JSON with every default filled in.
    ///
    /// # Errors
    /// [`SchemaError`] naming the line or key that is wrong.
    pub fn canonical(self, json: &str) -> Result<String, SchemaError> {
        let origin = self.name();
        match self {
            Self::Recipe => Ok(Recipe::from_json(json, origin)?.to_json()),
            Self::Manifest => Ok(Manifest::from_json(json, origin)?.to_json()),
            Self::TokenStore => Ok(TokenStore::from_json(json, origin)?.to_json()),
            Self::MixtureRecipe => Ok(MixtureRecipe::from_json(json, origin)?.to_json()),
            Self::Mixture => Ok(Mixture::from_json(json, origin)?.to_json()),
            Self::Export => Ok(Export::from_json(json, origin)?.to_json()),
        }
    }
}

/// The JSON schemas of every kind: name and indented text.
pub fn json_schemas() -> Vec<(&'static str, String)> {
    let schemas = [
        (Kind::Recipe, schemars::schema_for!(Recipe)),
        (Kind::Manifest, schemars::schema_for!(Manifest)),
        (Kind::TokenStore, schemars::schema_for!(TokenStore)),
        (Kind::MixtureRecipe, schemars::schema_for!(MixtureRecipe)),
        (Kind::Mixture, schemars::schema_for!(Mixture)),
        (Kind::Export, schemars::schema_for!(Export)),
    ];
    schemas
        .into_iter()
        .map(|(kind, schema)| (kind.name(), to_json(&schema)))
        .collect()
}

macro_rules! json_document {
    ($type:ty) => {
        impl $type {
            /// Parses and checks JSON text; `origin` names it in errors.
            ///
            /// # Errors
            /// [`SchemaError`] naming the line or key that is wrong.
            pub fn from_json(text: &str, origin: &str) -> Result<Self, SchemaError> {
                let value: Self = parse_json(text, origin)?;
                value.validate(origin)?;
                Ok(value)
            }

            /// Canonical JSON: every key present, in the order of the type, indented, with a
            /// final newline.
            pub fn to_json(&self) -> String {
                to_json(self)
            }
        }
    };
}

json_document!(Recipe);
json_document!(Manifest);
json_document!(TokenStore);
json_document!(MixtureRecipe);
json_document!(Mixture);
json_document!(Export);

macro_rules! toml_document {
    ($type:ty) => {
        impl $type {
            /// Parses and checks TOML text; `origin` names the file in errors.
            ///
            /// # Errors
            /// [`SchemaError`] naming the line or key that is wrong.
            pub fn from_toml(text: &str, origin: &str) -> Result<Self, SchemaError> {
                let value: Self = parse_toml(text, origin)?;
                value.validate(origin)?;
                Ok(value)
            }
        }
    };
}

toml_document!(Recipe);
toml_document!(MixtureRecipe);
