//! The laws, one per file, and the list of them.

pub(crate) mod anchored;
pub(crate) mod broken;
pub(crate) mod chinchilla;
pub(crate) mod chinchilla_repetition;
pub(crate) mod coupled;
pub(crate) mod kaplan;
pub(crate) mod m4;
pub(crate) mod power;
pub(crate) mod rectified;
pub(crate) mod repetition;
pub(crate) mod tied;

use crate::error::SolveError;
use crate::law::Law;

/// Names of all laws.
pub const LAWS: [&str; 11] = [
    "power",
    "anchored",
    "rectified",
    "broken",
    "m4",
    "repetition",
    "chinchilla",
    "tied",
    "kaplan",
    "coupled",
    "chinchilla-repetition",
];

/// Work to be done with a law whatever it is.
pub(crate) trait WithLaw {
    type Output;

    fn call<L: Law<P>, const P: usize>(self, law: L) -> Self::Output;
}

/// Does `work` with the law called `name`, whose formula has the constants `constants`.
pub(crate) fn with_law<W: WithLaw>(
    name: &str,
    constants: &[f64],
    work: W,
) -> Result<W::Output, SolveError> {
    let output = match (name, constants) {
        ("anchored", &[anchor]) => work.call(anchored::Anchored { anchor }),
        ("power", []) => work.call(power::Power),
        ("rectified", []) => work.call(rectified::Rectified),
        ("broken", []) => work.call(broken::Broken),
        ("m4", []) => work.call(m4::M4),
        ("repetition", []) => work.call(repetition::Repetition),
        ("chinchilla", []) => work.call(chinchilla::Chinchilla),
        ("tied", []) => work.call(tied::Tied),
        ("kaplan", []) => work.call(kaplan::Kaplan),
        ("coupled", []) => work.call(coupled::Coupled),
        ("chinchilla-repetition", []) => work.call(chinchilla_repetition::ChinchillaRepetition),
        _ if LAWS.contains(&name) => {
            return Err(SolveError::Constants {
                law: name.to_owned(),
                expected: usize::from(name == "anchored"),
                found: constants.len(),
            });
        }
        _ => return Err(SolveError::UnknownLaw(name.to_owned())),
    };
    Ok(output)
}
