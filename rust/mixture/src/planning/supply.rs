//! What one source can give, and what a run takes of it.

use assay_schema::{MANY_EPOCHS, MixtureRecipe, MixtureSource, Packing};

use crate::drawing::draws::{shuffle, subset};
use crate::error::MixtureError;
use crate::packing::concatenate;
use crate::packing::pack::pack;
use crate::planning::store::MixtureStore;

/// A source with what its packing gives.
pub(crate) struct Supply<'a> {
    store: &'a MixtureStore,
    packing: Packing,
    seed: u64,
    sequence_tokens: u32,
    available: u64,
    /// Tokens without padding of all sequences.
    tokens: u64,
    pub(crate) unique: u64,
    /// Tokens without padding of the unique sequences.
    pub(crate) unique_tokens: u64,
}

impl<'a> Supply<'a> {
    pub(crate) fn new(
        recipe: &MixtureRecipe,
        unique_tokens: Option<u64>,
        store: &'a MixtureStore,
    ) -> Result<Self, MixtureError> {
        let mut supply = Self {
            store,
            packing: recipe.packing,
            seed: recipe.seed,
            sequence_tokens: recipe.sequence_tokens,
            available: 0,
            tokens: 0,
            unique: 0,
            unique_tokens: 0,
        };
        (supply.available, supply.tokens) = supply.count_all()?;
        if supply.available == 0 {
            return Err(MixtureError::TooShort {
                name: store.name.clone(),
                tokens: store.reader.header().tokens,
                sequence_tokens: recipe.sequence_tokens,
            });
        }
        supply.unique = match unique_tokens {
            None => supply.available,
            Some(tokens) => supply.sequences_of(tokens)?,
        };
        supply.unique_tokens = supply.tokens_of_first(supply.unique, 0)?;
        Ok(supply)
    }

    /// Whole sequences that hold this many tokens on average.
    fn sequences_of(&self, tokens: u64) -> Result<u64, MixtureError> {
        let name = || self.store.name.clone();
        let total = self.store.reader.header().tokens;
        if tokens > total {
            return Err(MixtureError::UniqueTokens {
                name: name(),
                asked: tokens,
                tokens: total,
            });
        }
        let sequences = u128::from(tokens) * u128::from(self.available) / u128::from(self.tokens);
        match (sequences as u64).min(self.available) {
            0 => Err(MixtureError::Unique {
                name: name(),
                unique: 0,
                available: self.available,
            }),
            unique => Ok(unique),
        }
    }

    /// All sequences, and their tokens without padding.
    fn count_all(&self) -> Result<(u64, u64), MixtureError> {
        if self.packing == Packing::Concatenate {
            let total = self.store.reader.header().tokens;
            let available = concatenate::available(total, self.sequence_tokens);
            return Ok((available, available * u64::from(self.sequence_tokens)));
        }
        self.count(|_| true)
    }

    /// Sequences for which `counts` is true, and their tokens without padding.
    fn count(&self, counts: impl Fn(u64) -> bool) -> Result<(u64, u64), MixtureError> {
        let (mut sequence, mut counted, mut tokens) = (0, 0, 0);
        pack(
            self.packing,
            &self.store.reader,
            self.sequence_tokens,
            &mut |pieces| {
                if counts(sequence) {
                    counted += 1;
                    tokens += pieces
                        .iter()
                        .map(|piece| u64::from(piece.tokens))
                        .sum::<u64>();
                }
                sequence += 1;
                Ok(())
            },
        )?;
        Ok((counted, tokens))
    }

    /// Tokens without padding of the first sequences that an epoch draws.
    fn tokens_of_first(&self, count: u64, epoch: u64) -> Result<u64, MixtureError> {
        if self.packing == Packing::Concatenate {
            return Ok(count * u64::from(self.sequence_tokens));
        }
        if count == self.available {
            return Ok(self.tokens);
        }
        let name = &self.store.name;
        let subset = subset(self.seed, name, self.available);
        let shuffle = (epoch > 0).then(|| shuffle(self.seed, name, epoch, self.unique));
        let is_drawn = |sequence| {
            let place = subset.place_of(sequence);
            place < self.unique
                && shuffle
                    .as_ref()
                    .map_or(place, |shuffle| shuffle.place_of(place))
                    < count
        };
        Ok(self.count(is_drawn)?.1)
    }

    /// What a run takes from the source if it draws this many sequences.
    pub(crate) fn report(
        &self,
        quota_tokens: u64,
        drawn: u64,
        max_epochs: Option<u32>,
    ) -> Result<MixtureSource, MixtureError> {
        if let Some(max_epochs) = max_epochs
            && u128::from(drawn) > u128::from(max_epochs) * u128::from(self.unique)
        {
            return Err(MixtureError::Repeats {
                name: self.store.name.clone(),
                drawn,
                unique: self.unique,
                max_epochs,
            });
        }
        let (whole_epochs, rest) = (drawn / self.unique, drawn % self.unique);
        let last_epoch_tokens = match rest {
            0 => 0,
            rest => self.tokens_of_first(rest, whole_epochs)?,
        };
        let positions = self.available as f64 * f64::from(self.sequence_tokens);
        Ok(MixtureSource {
            name: self.store.name.clone(),
            store: self.store.path.clone(),
            store_sha256: self.store.sha256.clone(),
            store_tokens: self.store.reader.header().tokens,
            available: self.available,
            fill: six_decimals(self.tokens as f64 / positions),
            unique: self.unique,
            unique_tokens: self.unique_tokens,
            quota_tokens,
            sequences: drawn,
            tokens: whole_epochs * self.unique_tokens + last_epoch_tokens,
            whole_epochs,
            last_epoch_tokens,
            epochs: six_decimals(drawn as f64 / self.unique as f64),
            many_epochs: drawn > u64::from(MANY_EPOCHS) * self.unique,
            pieces: None,
            piece_ends: None,
        })
    }
}

fn six_decimals(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
