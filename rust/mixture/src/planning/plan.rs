//! What a run draws from each source, before anything is drawn.

use assay_schema::{MixturePhase, MixtureRecipe, MixtureSource, Packing};

use crate::drawing::order::{Order, Phase, parts, phases_of};
use crate::drawing::quota::quotas;
use crate::error::MixtureError;
use crate::planning::store::MixtureStore;
use crate::planning::supply::Supply;

/// The phases of a run and what it draws from each source.
///
/// Stores are in the order of the recipe's sources. No token is read and nothing is written; the
/// names of files are left out. Memory is that of the sources and of one window of packing.
///
/// # Errors
/// [`MixtureError`] when the stores cannot give what the recipe asks for.
pub fn plan(
    recipe: &MixtureRecipe,
    stores: &[MixtureStore],
) -> Result<(Vec<MixturePhase>, Vec<MixtureSource>), MixtureError> {
    let supplies: Vec<Supply<'_>> = recipe
        .sources
        .iter()
        .zip(stores)
        .map(|(input, store)| Supply::new(recipe, input.unique_tokens, store))
        .collect::<Result<_, _>>()?;
    let token_phases = token_phases(recipe, stores)?;
    let quotas = token_quotas(recipe, &token_phases)?;
    let phases: Vec<MixturePhase> = token_phases
        .into_iter()
        .map(|phase| sequence_phase(recipe, &supplies, phase))
        .collect::<Result<_, _>>()?;
    let drawn = drawn(&phases)?;
    let sources = (0..supplies.len()).map(|source| {
        let max_epochs = recipe.sources[source].max_epochs.or(recipe.max_epochs);
        supplies[source].report(quotas[source], drawn[source], max_epochs)
    });
    Ok((phases, sources.collect::<Result<_, _>>()?))
}

/// The phases with the recipe's weights, which are shares of tokens.
fn token_phases(
    recipe: &MixtureRecipe,
    stores: &[MixtureStore],
) -> Result<Vec<Phase>, MixtureError> {
    let sequences = recipe.tokens / u64::from(recipe.sequence_tokens);
    if recipe.phases.is_empty() {
        let weights = recipe
            .sources
            .iter()
            .map(|source| source.weight.unwrap_or(0.0));
        let weights = weights.collect();
        return Ok(vec![Phase { sequences, weights }]);
    }
    let mut start = 0;
    let mut phases = Vec::new();
    for (place, phase) in recipe.phases.iter().enumerate() {
        let known = || stores.iter().map(|store| store.name.clone());
        let unknown = |name: &&String| known().all(|other| other != **name);
        if let Some(name) = phase.weights.keys().find(unknown) {
            return Err(MixtureError::UnknownSource {
                phase: place + 1,
                name: name.clone(),
                known: known().collect(),
            });
        }
        let end = (phase.until * sequences as f64).round() as u64;
        let weight = |name: String| phase.weights.get(&name).copied().unwrap_or(0.0);
        phases.push(Phase {
            sequences: end - start,
            weights: known().map(weight).collect(),
        });
        start = end;
    }
    Ok(phases)
}

/// The planned tokens of each source.
fn token_quotas(recipe: &MixtureRecipe, phases: &[Phase]) -> Result<Vec<u64>, MixtureError> {
    let mut shares = vec![0.0; recipe.sources.len()];
    for phase in phases {
        for (share, part) in shares.iter_mut().zip(parts(&phase.weights)?) {
            *share += phase.sequences as f64 * part as f64;
        }
    }
    quotas(&shares, recipe.tokens)
}

/// A phase with weights that count sequences: a source whose sequences hold less is drawn more
/// often.
fn sequence_phase(
    recipe: &MixtureRecipe,
    supplies: &[Supply<'_>],
    phase: Phase,
) -> Result<MixturePhase, MixtureError> {
    let mut weights = phase.weights;
    if recipe.packing != Packing::Concatenate {
        for (weight, supply) in weights.iter_mut().zip(supplies) {
            *weight *= supply.unique as f64 / supply.unique_tokens as f64;
        }
    }
    Ok(MixturePhase {
        sequences: phase.sequences,
        weights: parts(&weights)?,
    })
}

/// How many sequences of each source the whole run draws.
fn drawn(phases: &[MixturePhase]) -> Result<Vec<u64>, MixtureError> {
    let mut order = Order::new(&phases_of(phases))?;
    order.skip_to(order.total());
    let sources = 0..phases.first().map_or(0, |phase| phase.weights.len());
    Ok(sources.map(|source| order.taken(source)).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use assay_schema::MixtureInput;
    use proptest::prelude::*;

    use super::*;
    use crate::drawing::draws::{Draws, SourceRow};
    use crate::packing::pack::pack;
    use crate::store::reader::StoreReader;
    use crate::store::writer::tests::{settings, writer};

    fn store(folder: &Path, name: &str, lengths: &[usize]) -> MixtureStore {
        let folder = folder.join(name);
        let mut writer = writer(&folder, settings(300, false), 40);
        for length in lengths {
            writer.push(&vec![7; *length], 0, None).unwrap();
        }
        writer.finish().unwrap();
        MixtureStore {
            name: name.to_owned(),
            path: String::new(),
            sha256: String::new(),
            reader: StoreReader::open(&folder).unwrap(),
        }
    }

    fn recipe(packing: Packing, sequences: u64, weights: &[f64]) -> MixtureRecipe {
        let input = |weight: &f64| MixtureInput {
            name: None,
            store: "store".to_owned(),
            weight: Some(*weight),
            unique_tokens: None,
            max_epochs: None,
        };
        MixtureRecipe {
            schema_version: 1,
            output: "mixture".to_owned(),
            seed: 5,
            sequence_tokens: 8,
            tokens: 8 * sequences,
            packing,
            max_epochs: None,
            sources: weights.iter().map(input).collect(),
            phases: Vec::new(),
        }
    }

    fn packings() -> impl Strategy<Value = Packing> {
        prop_oneof![
            Just(Packing::Concatenate),
            Just(Packing::BestFit),
            Just(Packing::Pad)
        ]
    }

    /// Content tokens of each sequence of a store.
    fn contents(packing: Packing, store: &MixtureStore) -> Vec<u64> {
        let mut contents = Vec::new();
        pack(packing, &store.reader, 8, &mut |pieces| {
            contents.push(pieces.iter().map(|piece| u64::from(piece.tokens)).sum());
            Ok(())
        })
        .unwrap();
        contents
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_plan_is_what_the_draws_use(
            packing in packings(), lengths in prop::collection::vec(0_usize..30, 5..30),
            sequences in 1_u64..60, weight in 0.1..10.0, unique in 9_u64..40,
        ) {
            let parent = tempfile::tempdir().unwrap();
            let names = ["a", "b"];
            let stores = names.map(|name| store(parent.path(), name, &lengths));
            let total = stores[1].reader.header().tokens;
            prop_assume!(total > 8);
            let mut recipe = recipe(packing, sequences, &[weight, 1.0]);
            recipe.sources[1].unique_tokens = Some(unique.min(total));
            let (phases, sources) = match plan(&recipe, &stores) {
                Err(MixtureError::Unique { .. }) => return Ok(()),
                planned => planned.unwrap(),
            };
            let row = |source: &MixtureSource| SourceRow {
                name: source.name.clone(),
                available: source.available,
                unique: source.unique,
            };
            let rows: Vec<_> = sources.iter().map(row).collect();
            let contents = [0, 1].map(|source: usize| contents(packing, &stores[source]));
            let mut used = [vec![0; 61], vec![0; 61]];
            for draw in Draws::new(recipe.seed, &rows, &phases_of(&phases)).unwrap() {
                let source = draw.source as usize;
                used[source][draw.epoch as usize] += contents[source][draw.sequence as usize];
            }
            for (source, used) in sources.iter().zip(used) {
                let whole = source.whole_epochs as usize;
                prop_assert!(used[..whole].iter().all(|tokens| *tokens == source.unique_tokens));
                prop_assert_eq!(used[whole], source.last_epoch_tokens);
                prop_assert_eq!(used.iter().sum::<u64>(), source.tokens);
            }
            let quotas: u64 = sources.iter().map(|source| source.quota_tokens).sum();
            prop_assert_eq!(quotas, recipe.tokens);
        }
    }

    #[test]
    fn shares_are_of_tokens_whatever_the_padding() {
        let parent = tempfile::tempdir().unwrap();
        // Sequences of 8 and of 2 tokens.
        let stores = [
            store(parent.path(), "a", &[7; 50]),
            store(parent.path(), "b", &[1; 50]),
        ];
        let (_, sources) = plan(&recipe(Packing::Pad, 1_000, &[1.0, 1.0]), &stores).unwrap();
        assert_eq!((sources[0].sequences, sources[1].sequences), (200, 800));
        assert_eq!((sources[0].tokens, sources[1].tokens), (1_600, 1_600));
        assert_eq!((sources[0].fill, sources[1].fill), (1.0, 0.25));
        assert_eq!((sources[0].epochs, sources[0].many_epochs), (4.0, false));
        assert_eq!((sources[1].epochs, sources[1].many_epochs), (16.0, true));
    }

    #[test]
    fn what_cannot_be_given_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let stores = [store(parent.path(), "a", &[15; 4])];
        let message = |change: &dyn Fn(&mut MixtureRecipe)| {
            let mut recipe = recipe(Packing::Concatenate, 14, &[1.0]);
            change(&mut recipe);
            plan(&recipe, &stores).unwrap_err().to_string()
        };
        let found = message(&|recipe| recipe.max_epochs = Some(1));
        assert!(found.starts_with("a: 14 sequences are to be drawn of 7 different ones, in 2.00 "));
        let found = message(&|recipe| recipe.sources[0].max_epochs = Some(1));
        assert!(found.contains("max_epochs is 1"), "{found}");
        let found = message(&|recipe| recipe.sources[0].unique_tokens = Some(65));
        assert!(
            found.contains("unique_tokens is 65, and its store has 64 tokens"),
            "{found}"
        );
        let found = message(&|recipe| recipe.sources[0].unique_tokens = Some(7));
        assert!(found.starts_with("a: 0 unique sequences of 7"), "{found}");
        let found = message(&|recipe| recipe.sequence_tokens = 64);
        assert!(
            found.starts_with("a: 64 tokens make no sequence of 64"),
            "{found}"
        );
        let found = message(&|recipe| {
            recipe.phases = vec![assay_schema::PhaseInput {
                until: 1.0,
                weights: [("web".to_owned(), 1.0)].into(),
            }];
        });
        assert_eq!(
            found,
            "phase 1 weighs \"web\", which is no source: name one of a"
        );
    }

    #[test]
    fn phases_end_at_whole_sequences() {
        let parent = tempfile::tempdir().unwrap();
        let stores = [
            store(parent.path(), "a", &[90]),
            store(parent.path(), "b", &[90]),
        ];
        let mut recipe = recipe(Packing::Concatenate, 10, &[0.0, 0.0]);
        let phase = |until, name: &str| assay_schema::PhaseInput {
            until,
            weights: [(name.to_owned(), 3.0)].into(),
        };
        recipe.phases = vec![phase(0.26, "a"), phase(1.0, "b")];
        let (phases, sources) = plan(&recipe, &stores).unwrap();
        assert_eq!((phases[0].sequences, phases[1].sequences), (3, 7));
        assert_eq!(phases[1].weights, [0, 1 << 52]);
        assert_eq!((sources[0].sequences, sources[1].quota_tokens), (3, 56));
    }
}
