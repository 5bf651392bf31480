//! Lanes against the standard library, derivatives against differences, sums against slow sums.

use proptest::prelude::*;
use pulp::{Simd, WithSimd};

use crate::data::{Data, Points, Space, padded};
use crate::law::Law;
use crate::laws::chinchilla::Chinchilla;
use crate::laws::{LAWS, WithLaw, with_law};
use crate::linear::{dot, eigen, solve_definite};
use crate::objective::{Evaluate, Sums};
use crate::simd_dispatch::{Arch, WithArch};
use crate::simd_math::Lanes;

/// Applies a function of lanes to numbers.
struct Apply<'a> {
    values: &'a [f64],
    function: Function,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Exp,
    ExpM1,
    Ln,
    Softplus,
}

impl WithSimd for Apply<'_> {
    type Output = Vec<f64>;

    fn with_simd<S: Simd>(self, simd: S) -> Vec<f64> {
        let mut out = padded(self.values, 1.0);
        for raw in S::as_mut_simd_f64s(&mut out).0 {
            let x = Lanes::new(simd, *raw);
            *raw = match self.function {
                Function::Exp => x.exp(),
                Function::ExpM1 => x.exp_m1(),
                Function::Ln => x.ln(),
                Function::Softplus => x.logistic().0,
            }
            .raw;
        }
        out.truncate(self.values.len());
        out
    }
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs()
}

proptest! {
    #[test]
    fn exponentials_agree_with_the_standard_library(x in -700.0..700.0, small in -1.0..1.0) {
        for arch in [Arch::Baseline, Arch::Best] {
            let apply = |function, value| {
                arch.call(OnArch(Apply { values: &[value], function }))[0]
            };
            prop_assert!(close(apply(Function::Exp, x), x.exp(), 1e-15));
            prop_assert!(close(apply(Function::ExpM1, small), small.exp_m1(), 1e-15));
            prop_assert!(close(apply(Function::ExpM1, small * 1e-9), (small * 1e-9).exp_m1(), 1e-15));
            prop_assert!(close(apply(Function::Softplus, small), small.exp().ln_1p(), 1e-15));
        }
    }

    #[test]
    fn the_logarithm_agrees_with_the_standard_library(power in -300.0..300.0_f64, near in 0.5..2.0) {
        for arch in [Arch::Baseline, Arch::Best] {
            for x in [10_f64.powf(power), near] {
                let found = arch.call(OnArch(Apply { values: &[x], function: Function::Ln }))[0];
                prop_assert!(close(found, x.ln(), 1e-15), "{x}: {found}");
            }
        }
    }

    #[test]
    fn derivatives_agree_with_differences(
        law in 0..LAWS.len(),
        logs in prop::array::uniform6(-0.7..0.7_f64),
        y in prop::array::uniform5(2.0..6.0_f64),
        loss: bool,
    ) {
        let constants: &[f64] = if LAWS[law] == "anchored" { &[6.3] } else { &[] };
        let space = if loss { Space::Loss } else { Space::Log };
        let checked = with_law(LAWS[law], constants, Differences { logs, y, space });
        prop_assert_eq!(checked, Ok(Ok(())), "{}", LAWS[law]);
    }
}

proptest! {
    #[test]
    fn the_objective_agrees_with_a_loop_over_the_points(
        runs in prop::collection::vec((0.05..20.0_f64, 0.05..20.0_f64, 2.0..6.0_f64, 0_u8..4), 1..30),
        logs in prop::array::uniform5(-1.0..1.0_f64),
        delta in 1e-3..1.0_f64,
    ) {
        let x: Vec<f64> = runs.iter().map(|run| run.0).chain(runs.iter().map(|run| run.1)).collect();
        let target: Vec<f64> = runs.iter().map(|run| run.2.ln()).collect();
        let weights: Vec<f64> = runs.iter().map(|run| f64::from(run.3)).collect();
        let [e, a, b, alpha, beta] = logs.map(f64::exp);
        let mut slow = 0.0;
        for (n, d, loss, count) in &runs {
            let fitted = e + a * n.powf(-alpha) + b * d.powf(-beta);
            let size = (loss.ln() - fitted.ln()).abs();
            let huber = if size <= delta { size * size / 2.0 } else { delta * (size - delta / 2.0) };
            slow += f64::from(*count) * huber;
        }
        let data = Data {
            points: &Points::new(&x, runs.len()),
            target: &padded(&target, 0.0),
            weights: &padded(&weights, 0.0),
            space: Space::Log,
        };
        for arch in [Arch::Baseline, Arch::Best] {
            let evaluate = Evaluate { law: Chinchilla, data: &data, logs: &logs, delta };
            let found = arch.call(OnArch(evaluate)).value;
            prop_assert!((found - slow).abs() <= 1e-13 * (slow + delta), "{found} {slow}");
        }
    }

    #[test]
    fn linear_systems_are_solved(entries in prop::array::uniform16(-1.0..1.0_f64)) {
        let full: [[f64; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| entries[4 * i + j]));
        let square: [[f64; 4]; 4] =
            std::array::from_fn(|i| std::array::from_fn(|j| dot(&full[i], &full[j])));
        let right = full[0];
        let x = solve_definite(&square, 0.1, &right).ok_or(TestCaseError::fail("definite"))?;
        for i in 0..4 {
            prop_assert!((dot(&square[i], &x) + 0.1 * x[i] - right[i]).abs() < 1e-12);
        }
        let (values, vectors) = eigen(&square);
        for i in 0..4 {
            for j in 0..4 {
                let sum: f64 = (0..4).map(|q| vectors[i][q] * values[q] * vectors[j][q]).sum();
                prop_assert!((sum - square[i][j]).abs() < 1e-13);
            }
        }
    }
}

#[test]
fn a_matrix_that_is_not_definite_is_refused() {
    assert_eq!(
        solve_definite(&[[1.0, 0.0], [2.0, 1.0]], 0.0, &[1.0, 1.0]),
        None
    );
}

/// Work for one instruction set.
struct OnArch<W>(W);

impl<W: WithSimd> WithArch for OnArch<W> {
    type Output = W::Output;

    fn call<S: Simd>(self, simd: S) -> W::Output {
        simd.vectorize(self.0)
    }
}

/// Compares the derivatives of the least-squares objective of a law with differences.
struct Differences {
    logs: [f64; 6],
    y: [f64; 5],
    space: Space,
}

impl WithLaw for Differences {
    type Output = Result<(), String>;

    fn call<L: Law<P>, const P: usize>(self, law: L) -> Self::Output {
        Arch::Best.call(OfLaw::<L, P> { law, case: self })
    }
}

struct OfLaw<L, const P: usize> {
    law: L,
    case: Differences,
}

const STEP: f64 = 1e-5;

impl<L: Law<P>, const P: usize> WithArch for OfLaw<L, P> {
    type Output = Result<(), String>;

    fn call<S: Simd>(self, simd: S) -> Self::Output {
        let law = self.law;
        let x = [
            0.2, 0.5, 1.1, 2.3, 4.0, 1.7, 3.0, 1.3, 2.1, 1.0, 1.0, 2.0, 4.0, 1.5, 3.0,
        ];
        let points = Points::new(&x[..5 * L::PREDICTORS], 5);
        let target = padded(&self.case.y.map(f64::ln), 0.0);
        let weights = padded(&[1.0, 2.0, 0.5, 1.0, 3.0], 0.0);
        let data = Data {
            points: &points,
            target: &target,
            weights: &weights,
            space: self.case.space,
        };
        let logs: [f64; P] = std::array::from_fn(|j| self.case.logs[j]);
        let at = |logs: &[f64; P]| -> Sums<P> {
            let data = &data;
            simd.vectorize(Evaluate {
                law,
                data,
                logs,
                delta: 1e6,
            })
        };
        let here = at(&logs);
        for j in 0..P {
            let (mut ahead, mut behind) = (logs, logs);
            ahead[j] += STEP;
            behind[j] -= STEP;
            let (ahead, behind) = (at(&ahead), at(&behind));
            let size = here.value + ahead.gradient[j].abs() + here.hessian[j][j].abs() + 1.0;
            compare(
                "gradient",
                here.gradient[j],
                ahead.value - behind.value,
                size,
            )?;
            for k in 0..P {
                let change = ahead.gradient[k] - behind.gradient[k];
                let size = size + here.gradient[k].abs() + here.hessian[k][k].abs();
                compare("Hessian", here.hessian[j.max(k)][j.min(k)], change, size)?;
            }
        }
        Ok(())
    }
}

fn compare(name: &str, found: f64, change: f64, size: f64) -> Result<(), String> {
    let expected = change / (2.0 * STEP);
    if (found - expected).abs() <= 1e-6 * size {
        return Ok(());
    }
    Err(format!("{name}: {found}, by differences {expected}"))
}
