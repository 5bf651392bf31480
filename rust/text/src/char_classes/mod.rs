//! Classes of characters as Python and spaCy have them, from one table of Unicode 14.

pub(crate) mod lookup;
pub(crate) mod table;
