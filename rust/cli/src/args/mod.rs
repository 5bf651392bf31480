//! Groups of arguments that several verbs share. The arguments of one verb alone are in its file.

pub(crate) mod inputs;
pub(crate) mod progress;
pub(crate) mod run_options;
pub(crate) mod settings;
