//! Arithmetic on several floating-point numbers at once, with the exponential and the logarithm.
//!
//! The standard library's `exp` and `ln` work on one number and stop a loop from vectorising.

use std::ops::{Add, Div, Mul, Neg, Sub};

use pulp::Simd;

/// One SIMD register of `f64`.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<S: Simd> {
    simd: S,
    pub(crate) raw: S::f64s,
}

const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Added and taken away again, it rounds to a whole number.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// `2^20`: a number of this size has its units in the lowest bit of its upper half.
const UPPER_UNITS: f64 = 1_048_576.0;
const SMALLEST: f64 = -708.0;
const LARGEST: f64 = 709.0;
const ONE_BITS: u64 = 0x3FF0_0000_0000_0000;
const EXPONENT_BITS: u64 = 0xFFF0_0000_0000_0000;
/// From the upper bits of the square root of a half to those of one.
const TO_ONE: u64 = 0x0009_5F62_0000_0000;
const BIAS: f64 = 1023.0;

/// `1 / k!` from `k = 13` down to 2.
const FACTORIALS: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
];

/// `1 / (2 k + 1)` from `k = 9` down to 1.
const ODD: [f64; 9] = [
    1.0 / 19.0,
    1.0 / 17.0,
    1.0 / 15.0,
    1.0 / 13.0,
    1.0 / 11.0,
    1.0 / 9.0,
    1.0 / 7.0,
    1.0 / 5.0,
    1.0 / 3.0,
];

impl<S: Simd> Lanes<S> {
    #[inline(always)]
    pub(crate) fn new(simd: S, raw: S::f64s) -> Self {
        Self { simd, raw }
    }

    #[inline(always)]
    pub(crate) fn splat(simd: S, value: f64) -> Self {
        Self::new(simd, simd.splat_f64s(value))
    }

    /// The same number in every lane.
    #[inline(always)]
    pub(crate) fn constant(self, value: f64) -> Self {
        Self::splat(self.simd, value)
    }

    /// `self * factor + term`, rounded once where the processor can.
    #[inline(always)]
    pub(crate) fn mul_add(self, factor: Self, term: Self) -> Self {
        // Instruction sets with small registers may lack the fused product, and then a slow function
        // takes its place.
        if size_of::<S::f64s>() <= 16 {
            return self * factor + term;
        }
        let raw = self.simd.mul_add_f64s(self.raw, factor.raw, term.raw);
        Self::new(self.simd, raw)
    }

    #[inline(always)]
    pub(crate) fn abs(self) -> Self {
        Self::new(self.simd, self.simd.abs_f64s(self.raw))
    }

    #[inline(always)]
    pub(crate) fn max(self, other: Self) -> Self {
        Self::new(self.simd, self.simd.max_f64s(self.raw, other.raw))
    }

    #[inline(always)]
    pub(crate) fn min(self, other: Self) -> Self {
        Self::new(self.simd, self.simd.min_f64s(self.raw, other.raw))
    }

    /// This number where `self <= limit`, elsewhere zero.
    #[inline(always)]
    pub(crate) fn where_at_most(self, size: Self, limit: Self) -> Self {
        let mask = self.simd.less_than_or_equal_f64s(size.raw, limit.raw);
        let zero = self.simd.splat_f64s(0.0);
        Self::new(self.simd, self.simd.select_f64s(mask, self.raw, zero))
    }

    /// Sum over the lanes.
    #[inline(always)]
    pub(crate) fn sum(self) -> f64 {
        self.simd.reduce_sum_f64s(self.raw)
    }

    /// Largest of the lanes.
    #[inline(always)]
    pub(crate) fn largest(self) -> f64 {
        self.simd.reduce_max_f64s(self.raw)
    }

    /// The polynomial with these coefficients, the highest power first: even and odd powers apart,
    /// so that the two chains of products run beside each other.
    #[inline(always)]
    fn polynomial<const N: usize>(self, coefficients: &[f64; N]) -> Self {
        let square = self * self;
        let mut first = self.constant(coefficients[0]);
        let mut second = self.constant(coefficients[1]);
        for i in 2..N {
            let next = self.constant(coefficients[i]);
            if i % 2 == 0 {
                first = first.mul_add(square, next);
            } else {
                second = second.mul_add(square, next);
            }
        }
        if N.is_multiple_of(2) {
            first.mul_add(self, second)
        } else {
            second.mul_add(self, first)
        }
    }

    /// `2^k` and `2^k (exp(r) - 1)` with `exp(self) = 2^k exp(r)` and `|r|` at most `ln(2) / 2`.
    #[inline(always)]
    fn exp_parts(self) -> (Self, Self) {
        let simd = self.simd;
        let x = self
            .max(self.constant(SMALLEST))
            .min(self.constant(LARGEST));
        let round = self.constant(ROUND);
        let k = x.mul_add(self.constant(std::f64::consts::LOG2_E), round) - round;
        let r = k.mul_add(
            self.constant(-LN_2_LOW),
            k.mul_add(self.constant(-LN_2_HIGH), x),
        );
        let less_one = (r * r).mul_add(r.polynomial(&FACTORIALS), r);
        let upper: S::u32s = pulp::cast((k + self.constant(1.5 * UPPER_UNITS)).raw);
        let shifted = simd.wrapping_dyn_shl_u32s(upper, simd.splat_u32s(20));
        let bits = simd.add_u64s(pulp::cast(shifted), simd.splat_u64s(ONE_BITS));
        let scale = Self::new(simd, simd.transmute_f64s_u64s(bits));
        (scale, scale * less_one)
    }

    /// The exponential; arguments are limited to -708..709.
    #[inline(always)]
    pub(crate) fn exp(self) -> Self {
        let (scale, rest) = self.exp_parts();
        scale + rest
    }

    /// `exp(self) - 1` without cancellation near zero.
    #[inline(always)]
    pub(crate) fn exp_m1(self) -> Self {
        let (scale, rest) = self.exp_parts();
        rest + (scale - self.constant(1.0))
    }

    /// The natural logarithm of positive normal numbers.
    #[inline(always)]
    pub(crate) fn ln(self) -> Self {
        let simd = self.simd;
        let bits = simd.transmute_u64s_f64s(self.raw);
        let moved = simd.add_u64s(bits, simd.splat_u64s(TO_ONE));
        let exponent = simd.and_u64s(moved, simd.splat_u64s(EXPONENT_BITS));
        let reduced = simd.add_u64s(simd.sub_u64s(bits, exponent), simd.splat_u64s(ONE_BITS));
        let m = Self::new(simd, simd.transmute_f64s_u64s(reduced));
        let units: S::u64s =
            pulp::cast(simd.wrapping_dyn_shr_u32s(pulp::cast(exponent), simd.splat_u32s(20)));
        let k = simd.or_u64s(units, simd.splat_u64s(UPPER_UNITS.to_bits()));
        let k = Self::new(simd, simd.transmute_f64s_u64s(k)) - self.constant(UPPER_UNITS + BIAS);
        let f = m - self.constant(1.0);
        let s = f / (f + self.constant(2.0));
        let z = s * s;
        let twice = s + s;
        let tail = (twice * z).mul_add(z.polynomial(&ODD), k * self.constant(LN_2_LOW));
        k.mul_add(self.constant(LN_2_HIGH), twice + tail)
    }

    /// `ln(1 + exp(self))`, `1 / (1 + exp(-self))` and `1 / (1 + exp(self))`.
    #[inline(always)]
    pub(crate) fn logistic(self) -> (Self, Self, Self) {
        let (zero, one) = (self.constant(0.0), self.constant(1.0));
        let less = (-self.abs()).exp();
        let larger = one / (one + less);
        let smaller = less * larger;
        let negative = self.simd.less_than_f64s(self.raw, zero.raw);
        let pick =
            |a: Self, b: Self| Self::new(self.simd, self.simd.select_f64s(negative, a.raw, b.raw));
        let softplus = self.max(zero) + (one + less).ln();
        (softplus, pick(smaller, larger), pick(larger, smaller))
    }
}

impl<S: Simd> Add for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::new(self.simd, self.simd.add_f64s(self.raw, other.raw))
    }
}

impl<S: Simd> Sub for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::new(self.simd, self.simd.sub_f64s(self.raw, other.raw))
    }
}

impl<S: Simd> Mul for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self::new(self.simd, self.simd.mul_f64s(self.raw, other.raw))
    }
}

impl<S: Simd> Div for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self::new(self.simd, self.simd.div_f64s(self.raw, other.raw))
    }
}

impl<S: Simd> Neg for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self::new(self.simd, self.simd.neg_f64s(self.raw))
    }
}
