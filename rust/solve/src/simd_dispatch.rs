//! Which instructions the inner loops use, chosen when the program runs.

use pulp::{Scalar128b, Simd};

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// What every processor of the platform has had for long (SSE 4.2 on x86-64).
    Baseline,
    /// The best that this processor has.
    Best,
}

/// Work that vectorises.
pub(crate) trait WithArch {
    type Output;

    fn call<S: Simd>(self, simd: S) -> Self::Output;
}

impl Arch {
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn call<W: WithArch>(self, work: W) -> W::Output {
        use pulp::x86::{V2, V3};
        if self == Self::Best
            && let Some(simd) = V3::try_new()
        {
            return work.call(simd);
        }
        match V2::try_new() {
            Some(simd) => work.call(simd),
            None => work.call(Scalar128b),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) fn call<W: WithArch>(self, work: W) -> W::Output {
        work.call(Scalar128b)
    }
}
