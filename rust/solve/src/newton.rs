//! One search for the minimum: damped Newton steps within a box.

use crate::linear::{Matrix, dot, eigen, solve_definite};
use crate::objective::Sums;

const FIRST_DAMPING: f64 = 1e-4;
const LEAST_DAMPING: f64 = 1e-12;
const MOST_DAMPING: f64 = 1e12;
const LONGEST_STEP: f64 = 2.0;
/// Below this share of the objective an expected gain drowns in rounding.
const SETTLED: f64 = 1e-10;
const ROUNDING: f64 = 1e-14;
/// Steps of a short search.
const SHORT: usize = 20;
const WIDENING: f64 = 4.0;
const LOOSE: f64 = 1e-4;
pub(crate) const GOOD_ENOUGH: f64 = 1e-6;
/// Least share of the expected gain that two steps together must bring.
const WORTH: f64 = 0.1;
const TINY: f64 = 1e-30;
/// Half the square of a rounding error of a residual, amply.
const NOTHING: f64 = 1e-30;
const LEAST_CURVATURE: f64 = 1e-14;

/// Where a search may go and when it ends.
pub(crate) struct Search<const P: usize> {
    pub(crate) low: [f64; P],
    pub(crate) high: [f64; P],
    /// The search ends when a step expects to gain less than this share of the objective.
    pub(crate) tolerance: f64,
    pub(crate) iterations: usize,
    /// Sum of the weights.
    pub(crate) weight: f64,
}

/// Where a search ended.
#[derive(Clone, Copy)]
pub(crate) struct Found<const P: usize> {
    pub(crate) logs: [f64; P],
    pub(crate) objective: f64,
    /// The gain that a further step expects, as a share of the objective.
    pub(crate) expected: f64,
}

impl<const P: usize> Search<P> {
    /// Descends from `start`; `evaluate` gives the objective for a delta, with its derivatives.
    ///
    /// Most searches are short. Where few residuals are within delta, the objective has a kink at
    /// nearly every residual, and a search can take many small steps from one to the next: it then
    /// goes through minima for wider deltas.
    pub(crate) fn descend(
        &self,
        start: [f64; P],
        delta: f64,
        evaluate: impl Fn(&[f64; P], f64) -> Sums<P>,
    ) -> Found<P> {
        let at = |wide: f64| {
            let evaluate = &evaluate;
            move |logs: &[f64; P]| evaluate(logs, wide)
        };
        let short = self.iterations.min(SHORT);
        let first = self.newton(self.clip(start), self.tolerance, short, at(delta));
        let spread = first.objective / (delta * self.weight);
        let done = first.expected <= self.tolerance || self.iterations <= short;
        if done || !spread.is_finite() {
            return first;
        }
        let mut wide = delta;
        while wide < 2.0 * spread {
            wide *= WIDENING;
        }
        let mut logs = first.logs;
        while wide > delta {
            logs = self.newton(logs, LOOSE, short, at(wide)).logs;
            wide /= WIDENING;
        }
        let last = self.newton(logs, self.tolerance, self.iterations, at(delta));
        if last.objective <= first.objective {
            return last;
        }
        // The detour led to a worse minimum: take the long way.
        self.newton(first.logs, self.tolerance, self.iterations, at(delta))
    }

    fn newton(
        &self,
        mut logs: [f64; P],
        tolerance: f64,
        iterations: usize,
        evaluate: impl Fn(&[f64; P]) -> Sums<P>,
    ) -> Found<P> {
        let mut here = evaluate(&logs);
        let mut damping = FIRST_DAMPING;
        let mut expected = f64::INFINITY;
        for _ in 0..iterations {
            let step = self.step(&logs, &here, damping);
            expected = if step.decrement <= NOTHING * self.weight {
                0.0
            } else {
                step.decrement / here.value
            };
            if expected <= tolerance || damping >= MOST_DAMPING {
                break;
            }
            let reached = self.moved(&logs, &step);
            let there = evaluate(&reached);
            let slack = if expected <= SETTLED { ROUNDING } else { 0.0 };
            if there.value <= here.value * (1.0 + slack) {
                (logs, here) = (reached, there);
                damping = (damping * 0.1).max(LEAST_DAMPING);
                continue;
            }
            // A step up the wall of a curved valley is forgiven if the next comes out below.
            let beyond = self.moved(&reached, &self.step(&reached, &there, damping));
            let second = evaluate(&beyond);
            // Little gained: the pair leads back to where it began, from kink to kink.
            if here.value - second.value < WORTH * step.decrement {
                damping *= 10.0;
            }
            if second.value < here.value {
                (logs, here) = (beyond, second);
            }
        }
        Found {
            logs,
            objective: here.value,
            expected,
        }
    }

    fn moved(&self, logs: &[f64; P], step: &Step<P>) -> [f64; P] {
        self.clip(std::array::from_fn(|j| logs[j] + step.change[j]))
    }

    fn clip(&self, logs: [f64; P]) -> [f64; P] {
        std::array::from_fn(|j| logs[j].max(self.low[j]).min(self.high[j]))
    }

    fn step(&self, logs: &[f64; P], here: &Sums<P>, damping: f64) -> Step<P> {
        let Sums {
            mut gradient,
            mut hessian,
            ..
        } = *here;
        let mut largest = TINY;
        for j in 0..P {
            let held = (logs[j] <= self.low[j] && gradient[j] >= 0.0)
                || (logs[j] >= self.high[j] && gradient[j] <= 0.0);
            if held {
                gradient[j] = 0.0;
                for k in 0..P {
                    hessian[j][k] = 0.0;
                    hessian[k][j] = 0.0;
                }
            }
            largest = hessian[j][j].abs().max(largest);
        }
        let mut step = damped(&hessian, &gradient, damping, largest);
        let length = step.change.iter().fold(TINY, |most, x| x.abs().max(most));
        if length > LONGEST_STEP {
            step.change = step.change.map(|x| x * LONGEST_STEP / length);
        }
        step
    }
}

struct Step<const P: usize> {
    change: [f64; P],
    /// The gain that an undamped step expects: half the squared Newton decrement.
    decrement: f64,
}

/// The step against `gradient`, with the curvatures of the Hessian taken by absolute value.
fn damped<const P: usize>(
    hessian: &Matrix<P>,
    gradient: &[f64; P],
    damping: f64,
    largest: f64,
) -> Step<P> {
    let undamped = solve_definite(hessian, LEAST_CURVATURE * largest, gradient);
    let change = solve_definite(hessian, damping * largest, gradient);
    if let (Some(undamped), Some(change)) = (undamped, change) {
        return Step {
            change: change.map(|x| -x),
            decrement: 0.5 * dot(&undamped, gradient),
        };
    }
    let (values, vectors) = eigen(hessian);
    let largest = values.iter().fold(TINY, |most, x| x.abs().max(most));
    let (mut change, mut decrement) = ([0.0; P], 0.0);
    for (q, value) in values.iter().enumerate() {
        let curvature = value.abs().max(LEAST_CURVATURE * largest);
        let direction: [f64; P] = std::array::from_fn(|j| vectors[j][q]);
        let along = dot(&direction, gradient);
        decrement += 0.5 * along * along / curvature;
        for j in 0..P {
            change[j] -= direction[j] * along / (curvature + damping * largest);
        }
    }
    Step { change, decrement }
}
