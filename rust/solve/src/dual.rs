//! Dual numbers: values that carry their first and second derivatives by the logarithms of `P`
//! parameters, as the `Jet` of Ceres carries the first.

use std::ops::{Add, Mul, Neg, Sub};

use pulp::Simd;

use crate::simd_math::Lanes;

/// A value with its gradient and Hessian; of the Hessian only `[i][j]` with `j <= i` is kept.
#[derive(Clone, Copy)]
pub(crate) struct Dual<S: Simd, const P: usize> {
    pub(crate) value: Lanes<S>,
    pub(crate) gradient: [Lanes<S>; P],
    pub(crate) hessian: [[Lanes<S>; P]; P],
}

impl<S: Simd, const P: usize> Dual<S, P> {
    /// A number that does not depend on the parameters.
    #[inline(always)]
    pub(crate) fn constant(value: Lanes<S>) -> Self {
        let zero = value.constant(0.0);
        Self {
            value,
            gradient: [zero; P],
            hessian: [[zero; P]; P],
        }
    }

    /// `f(self)`, given `f` and its first two derivatives at the value.
    #[inline(always)]
    pub(crate) fn chain(self, f: Lanes<S>, first: Lanes<S>, second: Lanes<S>) -> Self {
        let mut out = Self::constant(f);
        for i in 0..P {
            let bent = second * self.gradient[i];
            out.gradient[i] = first * self.gradient[i];
            for j in 0..=i {
                out.hessian[i][j] = first.mul_add(self.hessian[i][j], bent * self.gradient[j]);
            }
        }
        out
    }

    #[inline(always)]
    pub(crate) fn exp(self) -> Self {
        let f = self.value.exp();
        self.chain(f, f, f)
    }

    /// `exp(self) - 1`.
    #[inline(always)]
    pub(crate) fn exp_m1(self) -> Self {
        let f = self.value.exp_m1();
        let first = f + f.constant(1.0);
        self.chain(f, first, first)
    }

    #[inline(always)]
    pub(crate) fn ln(self) -> Self {
        let first = self.value.constant(1.0) / self.value;
        self.chain(self.value.ln(), first, -(first * first))
    }

    #[inline(always)]
    pub(crate) fn recip(self) -> Self {
        let f = self.value.constant(1.0) / self.value;
        let square = f * f;
        self.chain(f, -square, (f + f) * square)
    }

    /// `ln(1 + exp(self))`.
    #[inline(always)]
    pub(crate) fn softplus(self) -> Self {
        let (f, first, rest) = self.value.logistic();
        self.chain(f, first, first * rest)
    }

    /// `1 / (1 + exp(-self))`.
    #[inline(always)]
    pub(crate) fn sigmoid(self) -> Self {
        let (_, f, rest) = self.value.logistic();
        let first = f * rest;
        self.chain(f, first, first * (rest - f))
    }

    /// Multiplied by a number that does not depend on the parameters.
    #[inline(always)]
    pub(crate) fn times(mut self, factor: Lanes<S>) -> Self {
        self.value = self.value * factor;
        for i in 0..P {
            self.gradient[i] = self.gradient[i] * factor;
            for j in 0..=i {
                self.hessian[i][j] = self.hessian[i][j] * factor;
            }
        }
        self
    }

    /// Increased by a number that does not depend on the parameters.
    #[inline(always)]
    pub(crate) fn plus(mut self, term: Lanes<S>) -> Self {
        self.value = self.value + term;
        self
    }
}

impl<S: Simd, const P: usize> Add for Dual<S, P> {
    type Output = Self;

    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        self.value = self.value + other.value;
        for i in 0..P {
            self.gradient[i] = self.gradient[i] + other.gradient[i];
            for j in 0..=i {
                self.hessian[i][j] = self.hessian[i][j] + other.hessian[i][j];
            }
        }
        self
    }
}

impl<S: Simd, const P: usize> Neg for Dual<S, P> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.times(self.value.constant(-1.0))
    }
}

impl<S: Simd, const P: usize> Sub for Dual<S, P> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<S: Simd, const P: usize> Mul for Dual<S, P> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let mut out = Self::constant(self.value * other.value);
        for i in 0..P {
            out.gradient[i] = self
                .value
                .mul_add(other.gradient[i], other.value * self.gradient[i]);
            for j in 0..=i {
                let crossed = self.gradient[i]
                    .mul_add(other.gradient[j], self.gradient[j] * other.gradient[i]);
                let own = other.value.mul_add(self.hessian[i][j], crossed);
                out.hessian[i][j] = self.value.mul_add(other.hessian[i][j], own);
            }
        }
        out
    }
}
