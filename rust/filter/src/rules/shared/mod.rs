//! What several rules do alike.

pub(crate) mod prose_checks;
pub(crate) mod scorer;
