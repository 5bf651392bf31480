//! From the hidden vector to a probability for each label.

use super::matrix::Matrix;
use super::settings::Loss;

/// fastText adds this before it takes a logarithm, and reports the exponential of that.
const LOG_FLOOR: f64 = 1e-5;

/// The last layer of a model.
#[derive(Debug)]
pub(super) struct Output {
    matrix: Matrix,
    labels: usize,
    decisions: Decisions,
}

#[derive(Debug)]
enum Decisions {
    /// Pairs of nodes, of which the second is taken with the probability that the row of the
    /// pair gives. Nodes are numbered labels first, then pairs; the root is the last.
    Tree(Vec<[usize; 2]>),
    Independent,
    Softmax,
}

impl Output {
    /// The output of a model whose labels were seen `label_counts` times; `matrix` has a row for
    /// each.
    pub(super) fn new(matrix: Matrix, loss: Loss, label_counts: &[i64]) -> Self {
        let decisions = match loss {
            Loss::HierarchicalSoftmax => Decisions::Tree(huffman(label_counts)),
            Loss::Independent => Decisions::Independent,
            Loss::Softmax => Decisions::Softmax,
        };
        Self {
            matrix,
            labels: label_counts.len(),
            decisions,
        }
    }

    /// The probability of each label as fastText reports it: a hundred-thousandth too high, so
    /// that a certain label has 1.00001.
    pub(super) fn probabilities(&self, hidden: &[f32]) -> Vec<f32> {
        match &self.decisions {
            Decisions::Tree(pairs) => self.down_the_tree(pairs, hidden),
            Decisions::Independent => self.reported(self.scores(hidden).map(tabled_sigmoid)),
            Decisions::Softmax => {
                let scores: Vec<f32> = self.scores(hidden).collect();
                let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let powers: Vec<f32> = scores.iter().map(|score| (score - largest).exp()).collect();
                let sum: f32 = powers.iter().sum();
                self.reported(powers.iter().map(|power| power / sum))
            }
        }
    }

    fn scores(&self, hidden: &[f32]) -> impl Iterator<Item = f32> {
        (0..self.labels).map(|row| self.matrix.dot_row(row, hidden))
    }

    fn reported(&self, probabilities: impl Iterator<Item = f32>) -> Vec<f32> {
        probabilities
            .map(|probability| floored_log(probability).exp())
            .collect()
    }

    /// Multiplies the decisions from the root to each label: parents have larger numbers.
    fn down_the_tree(&self, pairs: &[[usize; 2]], hidden: &[f32]) -> Vec<f32> {
        let mut logs = vec![0_f32; self.labels + pairs.len()];
        for (row, pair) in pairs.iter().enumerate().rev() {
            let second = sigmoid(self.matrix.dot_row(row, hidden));
            let here = logs[self.labels + row];
            logs[pair[0]] = here + floored_log(1.0 - second);
            logs[pair[1]] = here + floored_log(second);
        }
        logs.truncate(self.labels);
        logs.into_iter().map(f32::exp).collect()
    }
}

fn floored_log(probability: f32) -> f32 {
    (f64::from(probability) + LOG_FLOOR).ln() as f32
}

fn sigmoid(score: f32) -> f32 {
    (1.0 / (1.0 + f64::from((-score).exp()))) as f32
}

/// The sigmoid of the next smaller of 512 places between -8 and 8, as fastText reads it from a
/// table.
fn tabled_sigmoid(score: f32) -> f32 {
    const STEPS: f32 = 512.0;
    const LARGEST: f32 = 8.0;
    if score < -LARGEST {
        0.0
    } else if score > LARGEST {
        1.0
    } else {
        let step = ((score + LARGEST) * STEPS / LARGEST / 2.0).floor();
        sigmoid(step * 2.0 * LARGEST / STEPS - LARGEST)
    }
}

/// The Huffman tree over labels with these counts, which do not rise: pairs of nodes, made from
/// the rarest.
fn huffman(counts: &[i64]) -> Vec<[usize; 2]> {
    let labels = counts.len();
    let mut weights = counts.to_vec();
    let mut pairs = Vec::with_capacity(labels.saturating_sub(1));
    let (mut next_label, mut next_pair) = (labels, labels);
    while pairs.len() + 1 < labels {
        let made = weights.len();
        let mut take = || {
            let pair = (next_pair < made).then_some(next_pair);
            let label = next_label.checked_sub(1);
            match (label, pair) {
                (Some(label), Some(pair)) if weights[label] >= weights[pair] => {
                    next_pair += 1;
                    pair
                }
                (Some(label), _) => {
                    next_label = label;
                    label
                }
                (None, _) => {
                    next_pair += 1;
                    next_pair - 1
                }
            }
        };
        let pair = [take(), take()];
        weights.push(weights[pair[0]].saturating_add(weights[pair[1]]));
        pairs.push(pair);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_labels_are_deep() {
        assert_eq!(huffman(&[5]), [] as [[usize; 2]; 0]);
        assert_eq!(huffman(&[5, 3]), [[1, 0]]);
        assert_eq!(huffman(&[9, 3, 2, 1]), [[3, 2], [4, 1], [5, 0]]);
        assert_eq!(huffman(&[1, 1, 1, 1]), [[3, 2], [1, 0], [4, 5]]);
    }

    #[test]
    fn the_tabled_sigmoid_is_near_the_true_one() {
        for score in [-9.0, -8.0, -0.01, 0.0, 0.5, 7.99, 8.0, 9.0_f32] {
            assert!((tabled_sigmoid(score) - sigmoid(score)).abs() < 0.008);
        }
        assert!(tabled_sigmoid(f32::NAN).is_nan());
    }
}
