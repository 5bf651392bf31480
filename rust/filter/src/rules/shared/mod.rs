//! Code that several rules share.

pub(crate) mod prose_checks;
pub(crate) mod scorer;
