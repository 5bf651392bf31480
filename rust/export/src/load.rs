//! The lines of an engine's configuration that load an export.
//!
//! DIR stands for the export's folder; TOKENIZER, SEQUENCE and BATCH are for the reader to fill in.
//! Every line that tells the engine how wide a token is stands there because the engine would guess
//! or assume it, and train on noise where it is wrong.

use assay_schema::{ExportDtype, ExportFormat, ExportSource};

use crate::settings::Settings;

/// The lines for this export.
pub(crate) fn load_lines(
    settings: &Settings,
    dtype: ExportDtype,
    source: &ExportSource,
) -> Vec<String> {
    let tokenizer = settings.tokenizer_name.as_deref().unwrap_or("TOKENIZER");
    let text = match settings.format {
        ExportFormat::Olmo => olmo(dtype, source),
        ExportFormat::Megatron => megatron(dtype, tokenizer, source),
        ExportFormat::Nanotron => nanotron(dtype, tokenizer, source),
        ExportFormat::Parquet => PARQUET.to_owned(),
        ExportFormat::Arrow => ARROW.to_owned(),
        ExportFormat::Mds => mds(dtype),
    };
    text.lines().map(str::to_owned).collect()
}

const PARQUET: &str = r#"from datasets import load_dataset
dataset = load_dataset("parquet", data_files="DIR/*.parquet", split="train")
# dataset[0]["input_ids"]: a list of int32"#;

const ARROW: &str = r#"from datasets import load_from_disk
dataset = load_from_disk("DIR")
# dataset[0]["input_ids"]: a list of int32"#;

fn olmo(dtype: ExportDtype, source: &ExportSource) -> String {
    let (sequence, dtype) = (sequence(source), dtype.name());
    let (vocab_size, separator) = (source.vocab_size, source.separator_id);
    format!(
        r#"from olmo_core.data import NumpyFSLDatasetConfig, NumpyDatasetDType, TokenizerConfig
dataset = NumpyFSLDatasetConfig(
    paths=["DIR/part-*.npy"], expand_glob=True, sequence_length={sequence},
    dtype=NumpyDatasetDType.{dtype},  # guessed from vocab_size where it is left out
    tokenizer=TokenizerConfig(vocab_size={vocab_size}, eos_token_id={separator}, pad_token_id={separator}),
)"#
    )
}

fn megatron(dtype: ExportDtype, tokenizer: &str, source: &ExportSource) -> String {
    let (sequence, dtype) = (sequence(source), dtype.name());
    format!(
        "--data-path DIR/tokens --split 100,0,0 --seq-length {sequence} \\
--tokenizer-type HuggingFaceTokenizer --tokenizer-model {tokenizer}
# tokens.idx says that tokens are {dtype}; Megatron shuffles documents and samples by --seed"
    )
}

fn nanotron(dtype: ExportDtype, tokenizer: &str, source: &ExportSource) -> String {
    let (vocab_size, width) = (source.vocab_size, dtype.bytes());
    // nanotron reads one token more than its sequence_length and goes on after that.
    let sequence = match source.sequence_tokens {
        Some(tokens) => tokens.saturating_sub(1).to_string(),
        None => sequence(source),
    };
    format!(
        "data_stages:
  - name: training
    start_training_step: 1
    data:
      seed: 42
      dataset:
        dataset_folder: [DIR]
        tokenizer_name: {tokenizer}
        vocab_size: {vocab_size}
        token_size_in_bytes: {width}
tokens:
  sequence_length: {sequence}  # each sample is one token longer"
    )
}

fn mds(dtype: ExportDtype) -> String {
    let dtype = dtype.name();
    format!(
        r#"from streaming import StreamingDataset
dataset = StreamingDataset(local="DIR", shuffle=False, batch_size=BATCH)
# dataset[0]["tokens"]: a numpy array of {dtype}; torch models take it as .astype("int64")"#
    )
}

fn sequence(source: &ExportSource) -> String {
    match source.sequence_tokens {
        Some(tokens) => tokens.to_string(),
        None => "SEQUENCE".to_owned(),
    }
}
