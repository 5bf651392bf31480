//! Fits of one law to many data sets that share their predictors.

use pulp::Simd;

use crate::broadcast::Rows;
use crate::data::{Data, Points, Space, padded};
use crate::error::{SolveError, expect};
use crate::law::Law;
use crate::laws::{WithLaw, with_law};
use crate::newton::{Found, GOOD_ENOUGH, Search};
use crate::objective::{Evaluate, Sums};
use crate::parallel;
use crate::simd_dispatch::{Arch, WithArch};

/// A batch of fits: a search from each start. All parameters are natural and positive.
pub struct Batch<'a> {
    /// Name of the law.
    pub law: &'a str,
    /// Constants of its formula.
    pub constants: &'a [f64],
    /// Predictors, one after the other, of as many points each as there are losses.
    pub x: &'a [f64],
    /// Losses.
    pub y: Rows<'a>,
    /// How much each point counts.
    pub weights: Option<Rows<'a>>,
    /// Huber's delta.
    pub delta: f64,
    /// What residuals are differences of.
    pub space: Space,
    /// Where the searches start.
    pub starts: Rows<'a>,
    /// How many searches there are.
    pub count: usize,
    /// Lower bounds.
    pub low: Rows<'a>,
    /// Upper bounds; a parameter with equal bounds is held.
    pub high: Rows<'a>,
    /// Mean and precision of the logarithms of the parameters.
    pub prior: Option<(Rows<'a>, Rows<'a>)>,
    /// A search ends when a step expects to gain less than this share of its objective.
    pub tolerance: f64,
    /// Most steps of one descent.
    pub iterations: usize,
}

impl Batch<'_> {
    fn check(&self, parameters: usize, predictors: usize) -> Result<(), SolveError> {
        expect("x", self.x.len(), predictors * self.y.width())?;
        expect("starts", self.starts.width(), parameters)?;
        expect("lower bounds", self.low.width(), parameters)?;
        expect("upper bounds", self.high.width(), parameters)?;
        if let Some(weights) = &self.weights {
            expect("weights", weights.width(), self.y.width())?;
        }
        if let Some((mean, precision)) = &self.prior {
            expect("mean of the prior", mean.width(), parameters)?;
            expect("precision of the prior", precision.width(), parameters)?;
        }
        Ok(())
    }
}

/// Where the searches ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solved {
    /// Natural parameters, row by row.
    pub params: Vec<f64>,
    /// Objectives.
    pub objective: Vec<f64>,
    /// Whether each search reached an optimum.
    pub converged: Vec<bool>,
    /// Which parameters ended on a bound, row by row.
    pub at_bound: Vec<bool>,
}

/// Minimises the objective of every data set of the batch.
///
/// # Errors
///
/// If there is no such law, or it has another number of parameters or predictors.
pub fn minimise(batch: &Batch<'_>, arch: Arch) -> Result<Solved, SolveError> {
    with_law(batch.law, batch.constants, Minimise { batch, arch })?
}

struct Minimise<'a> {
    batch: &'a Batch<'a>,
    arch: Arch,
}

impl WithLaw for Minimise<'_> {
    type Output = Result<Solved, SolveError>;

    fn call<L: Law<P>, const P: usize>(self, law: L) -> Self::Output {
        let batch = self.batch;
        batch.check(P, L::PREDICTORS)?;
        Ok(self.arch.call(OnArch::<L, P> { batch, law }))
    }
}

struct OnArch<'a, L, const P: usize> {
    batch: &'a Batch<'a>,
    law: L,
}

impl<L: Law<P>, const P: usize> WithArch for OnArch<'_, L, P> {
    type Output = Solved;

    fn call<S: Simd>(self, simd: S) -> Solved {
        let Self { batch, law } = self;
        let points = Points::new(batch.x, batch.y.width());
        let found = parallel::rows(
            batch.count,
            || Scratch::new(batch),
            |scratch, i| {
                scratch.load(batch, i);
                let data = Data {
                    points: &points,
                    target: &scratch.target,
                    weights: &scratch.weights,
                    space: batch.space,
                };
                solve_row::<S, L, P>(simd, law, batch, &data, i)
            },
        );
        collect(&found)
    }
}

/// Targets and weights of the data set that a worker is at.
struct Scratch {
    target: Vec<f64>,
    weights: Vec<f64>,
}

impl Scratch {
    fn new(batch: &Batch<'_>) -> Self {
        let mut new = Self {
            target: Vec::new(),
            weights: Vec::new(),
        };
        new.read(batch, 0);
        new
    }

    /// Reads what differs between data sets.
    fn load(&mut self, batch: &Batch<'_>, i: usize) {
        if !batch.y.shared() || batch.weights.is_some_and(|weights| !weights.shared()) {
            self.read(batch, i);
        }
    }

    fn read(&mut self, batch: &Batch<'_>, i: usize) {
        let y = batch.y.row(i);
        if self.target.is_empty() || !batch.y.shared() {
            self.target = padded(y, y[0]);
            if batch.space == Space::Log {
                self.target.iter_mut().for_each(|y| *y = y.ln());
            }
        }
        self.weights = match batch.weights {
            Some(weights) => padded(weights.row(i), 0.0),
            None => padded(&vec![1.0; y.len()], 0.0),
        };
    }
}

fn solve_row<S: Simd, L: Law<P>, const P: usize>(
    simd: S,
    law: L,
    batch: &Batch<'_>,
    data: &Data<'_>,
    i: usize,
) -> (Found<P>, [bool; P]) {
    let search = Search::<P> {
        low: batch.low.array(i).map(f64::ln),
        high: batch.high.array(i).map(f64::ln),
        tolerance: batch.tolerance,
        iterations: batch.iterations,
        weight: data.weights.iter().sum(),
    };
    let prior = batch
        .prior
        .map(|(mean, precision)| (mean.array::<P>(i), precision.array::<P>(i)));
    let start = batch.starts.array(i).map(f64::ln);
    let found = search.descend(start, batch.delta, |logs, delta| {
        let mut sums = simd.vectorize(Evaluate {
            law,
            data,
            logs,
            delta,
        });
        if let Some((mean, precision)) = &prior {
            add_prior(&mut sums, logs, mean, precision);
        }
        sums
    });
    let at_bound =
        std::array::from_fn(|j| found.logs[j] <= search.low[j] || found.logs[j] >= search.high[j]);
    (found, at_bound)
}

fn add_prior<const P: usize>(
    sums: &mut Sums<P>,
    logs: &[f64; P],
    mean: &[f64; P],
    precision: &[f64; P],
) {
    for j in 0..P {
        let off = logs[j] - mean[j];
        sums.value += 0.5 * precision[j] * off * off;
        sums.gradient[j] += precision[j] * off;
        sums.hessian[j][j] += precision[j];
    }
}

fn collect<const P: usize>(found: &[(Found<P>, [bool; P])]) -> Solved {
    Solved {
        params: found
            .iter()
            .flat_map(|(row, _)| row.logs.map(f64::exp))
            .collect(),
        objective: found.iter().map(|(row, _)| row.objective).collect(),
        converged: found
            .iter()
            .map(|(row, _)| row.expected <= GOOD_ENOUGH)
            .collect(),
        at_bound: found.iter().flat_map(|(_, at_bound)| *at_bound).collect(),
    }
}
