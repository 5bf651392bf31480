//! Makes a mixture: plans it from token stores and weights, packs sequences, and writes it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use assay_corpus::{AtomicDir, CorpusError, sha256_file};
use assay_mixture::{
    HEADER, MIXTURE, MixtureError, MixtureReader, MixtureStore, StoreReader, write_pieces,
};
use assay_schema::{
    Mixture, MixtureInput, MixtureRecipe, Packing, SCHEMA_VERSION, SchemaError, TokenDtype,
    TokenStore,
};

use crate::error::PipelineError;
use crate::manifest::{MIXTURE_DIGEST, VERSION, digest_line, mixture_recipe_sha256};
use crate::observer::Observer;

/// What errors call a recipe that is not a file.
const ORIGIN: &str = "the recipe of the mixture";

/// Plans a mixture and writes nothing: the manifest without the files of pieces.
///
/// Relative paths of the recipe start from `base`.
///
/// # Errors
/// [`PipelineError`] when the stores are missing or damaged, do not fit together or cannot give
/// what the recipe asks for.
pub fn plan_mixture(
    recipe: &MixtureRecipe,
    base: &Path,
    observer: &dyn Observer,
) -> Result<Mixture, PipelineError> {
    Ok(PlannedMixture::open(recipe, base, observer)?.manifest)
}

/// Writes a mixture and returns its manifest.
///
/// Relative paths of the recipe start from `base`. The folder appears whole or not at all. If
/// it holds the same mixture already, it is left as it is; another mixture is replaced.
///
/// # Errors
/// The errors of [`plan_mixture`]; [`PipelineError::ForeignOutput`] when the output holds anything
/// else.
pub fn mix(
    recipe: &MixtureRecipe,
    base: &Path,
    observer: &dyn Observer,
) -> Result<Mixture, PipelineError> {
    let planned = PlannedMixture::open(recipe, base, observer)?;
    check_output(&planned.output)?;
    if let Some(finished) = planned.finished() {
        return Ok(finished);
    }
    planned.write(observer)
}

/// A recipe with its stores opened and its plan made.
struct PlannedMixture {
    output: PathBuf,
    stores: Vec<MixtureStore>,
    manifest: Mixture,
}

impl PlannedMixture {
    fn open(
        recipe: &MixtureRecipe,
        base: &Path,
        observer: &dyn Observer,
    ) -> Result<Self, PipelineError> {
        recipe.validate(ORIGIN).map_err(PipelineError::Recipe)?;
        let output = base.join(&recipe.output);
        let mut stores = Vec::new();
        for source in &recipe.sources {
            observer.check()?;
            stores.push(open_store(source, base, &output)?);
        }
        let recipe = named(recipe, &stores).map_err(PipelineError::Recipe)?;
        let first = check_tokenizers(&stores)?;
        let (phases, sources) = assay_mixture::plan(&recipe, &stores)?;
        let manifest = Mixture {
            schema_version: SCHEMA_VERSION,
            assay_version: VERSION.to_owned(),
            recipe_sha256: mixture_recipe_sha256(&recipe),
            tokenizer_sha256: first.tokenizer_sha256,
            vocab_size: first.vocab_size,
            separator_id: first.separator_id,
            dtype: TokenDtype::for_vocabulary(first.vocab_size),
            packing: recipe.packing,
            seed: recipe.seed,
            sequence_tokens: recipe.sequence_tokens,
            sequences: phases.iter().map(|phase| phase.sequences).sum(),
            phases,
            sources,
            recipe,
        };
        Ok(Self {
            output,
            stores,
            manifest,
        })
    }

    /// The manifest of the output, if that is the same mixture and none of its files is cut off.
    fn finished(&self) -> Option<Mixture> {
        let reader = MixtureReader::open(&self.output).ok()?;
        let mut planned = reader.header().clone();
        for source in &mut planned.sources {
            (source.pieces, source.piece_ends) = (None, None);
        }
        (planned == self.manifest).then(|| reader.header().clone())
    }

    fn write(mut self, observer: &dyn Observer) -> Result<Mixture, PipelineError> {
        let folder = AtomicDir::create(&self.output)?;
        let Mixture {
            packing,
            sequence_tokens,
            ..
        } = self.manifest;
        if packing != Packing::Concatenate {
            for (store, source) in self.stores.iter().zip(&mut self.manifest.sources) {
                observer.check()?;
                let (reader, path) = (&store.reader, folder.path());
                let (pieces, ends) =
                    write_pieces(packing, reader, sequence_tokens, path, &store.name)?;
                (source.pieces, source.piece_ends) = (Some(pieces), Some(ends));
            }
        }
        let written = self.manifest.validate(MIXTURE);
        written.map_err(PipelineError::Recipe)?;
        let text = self.manifest.to_json();
        let digest = digest_line(MIXTURE, text.as_bytes());
        for (name, text) in [(MIXTURE_DIGEST, &digest), (MIXTURE, &text)] {
            let path = folder.path().join(name);
            fs::write(&path, text).map_err(|error| CorpusError::write(&path, error))?;
        }
        folder.commit()?;
        Ok(self.manifest)
    }
}

fn open_store(
    source: &MixtureInput,
    base: &Path,
    output: &Path,
) -> Result<MixtureStore, PipelineError> {
    let folder = base.join(&source.store);
    let reader = StoreReader::open(&folder)?;
    let name = source.name.as_ref().unwrap_or(&reader.header().name);
    Ok(MixtureStore {
        name: name.clone(),
        path: relative(&real(output), &real(&folder)),
        sha256: sha256_file(&folder.join(HEADER))?,
        reader,
    })
}

/// The recipe with the name of every source filled in.
fn named(recipe: &MixtureRecipe, stores: &[MixtureStore]) -> Result<MixtureRecipe, SchemaError> {
    let mut recipe = recipe.clone();
    for (source, store) in recipe.sources.iter_mut().zip(stores) {
        source.name = Some(store.name.clone());
    }
    recipe.validate(ORIGIN)?;
    Ok(recipe)
}

/// The header of the first store, whose tokenizer and separator all others have.
fn check_tokenizers(stores: &[MixtureStore]) -> Result<TokenStore, MixtureError> {
    let describe = |header: &TokenStore| {
        let TokenStore {
            tokenizer_sha256,
            vocab_size,
            separator_id,
            ..
        } = header;
        format!("{tokenizer_sha256} with {vocab_size} tokens and separator {separator_id}")
    };
    let (first, others) = stores
        .split_first()
        .ok_or(MixtureError::NoWeight { count: 0 })?;
    let expected = describe(first.reader.header());
    for store in others {
        let found = describe(store.reader.header());
        if found != expected {
            return Err(MixtureError::Tokenizer {
                name: store.name.clone(),
                found,
                first: first.name.clone(),
                expected,
            });
        }
    }
    Ok(first.reader.header().clone())
}

/// Refuses to replace a folder that holds anything but a mixture.
fn check_output(output: &Path) -> Result<(), PipelineError> {
    let foreign = || PipelineError::ForeignOutput {
        path: output.to_owned(),
    };
    let entries = match fs::read_dir(output) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Err(foreign()),
        Err(error) => return Err(CorpusError::read(output, error).into()),
    };
    for entry in entries {
        let entry = entry.map_err(|error| CorpusError::read(output, error))?;
        let file_name = entry.file_name();
        let name = file_name.to_string_lossy();
        let ours = name == MIXTURE
            || name == MIXTURE_DIGEST
            || name.ends_with(".pieces.bin")
            || name.ends_with(".sequences.bin");
        if !ours {
            return Err(foreign());
        }
    }
    Ok(())
}

/// The absolute path without links and dots, as far as it is there.
fn real(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if parent.as_os_str().is_empty() => {
            real(Path::new(".")).join(name)
        }
        (Some(parent), Some(name)) => real(parent).join(name),
        _ => path.to_owned(),
    }
}

/// How `to` is reached from the folder `from`, both without links and dots.
fn relative(from: &Path, to: &Path) -> String {
    let same = from.components().zip(to.components());
    let same = same.take_while(|(from, to)| from == to).count();
    if same == 0 {
        return to.to_string_lossy().into_owned();
    }
    let up = from.components().skip(same).map(|_| "..".to_owned());
    let name = |part: Component<'_>| part.as_os_str().to_string_lossy().into_owned();
    let down = to.components().skip(same).map(name);
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_output_that_cannot_be_read_is_not_called_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let looping = folder.path().join("loop");
        std::os::unix::fs::symlink(&looping, &looping).unwrap();
        let error = check_output(&looping).unwrap_err();
        assert!(matches!(error, PipelineError::Corpus(_)), "{error}");
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = check_output(&file).unwrap_err();
        assert!(
            matches!(error, PipelineError::ForeignOutput { .. }),
            "{error}"
        );
    }

    #[test]
    fn stores_are_reached_from_the_mixture() {
        let found = |from, to| relative(Path::new(from), Path::new(to));
        assert_eq!(found("/a/mixture", "/a/out/web"), "../out/web");
        assert_eq!(found("/a/b/mixture", "/c"), "../../../c");
        assert_eq!(found("/a", "/a/web"), "web");
        assert_eq!(
            real(Path::new("not there/deeper")),
            real(Path::new(".")).join("not there/deeper")
        );
    }
}
