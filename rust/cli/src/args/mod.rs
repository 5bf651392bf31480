//! Groups of arguments that several verbs share; what one verb alone is told stands in its file.

pub(crate) mod inputs;
pub(crate) mod progress;
pub(crate) mod run_options;
pub(crate) mod settings;
