"""The records that all parts of assay exchange: a base, a run, a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from assay.errors import DataError
from assay.files import digest, read_bytes, write_atomic

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "BASE",
    "CONTROL",
    "INTEGRATION",
    "REPLAY",
    "BaseSpec",
    "BlendMember",
    "Measurement",
    "PackingMethod",
    "Role",
    "RunSpec",
    "parse_measurements",
    "read_measurements",
    "rebuilt",
    "write_measurements",
]

CONTROL = "control"
"""Name under which the matched anneal on replay alone appears beside the sources."""
BASE = "base"
"""Name under which the unannealed base model appears in measurements."""
INTEGRATION = "integration"
"""Name of the runs that try a chosen blend before its text is paid for."""
REPLAY = "replay"
"""Name of the general text that is blended into every anneal."""

Role = Literal["target", "guard"]
PackingMethod = Literal["concatenate", "best-fit", "pad"]
"""How documents become sequences; see docs/sequences.md."""
Record = TypeVar("Record")


@dataclass(frozen=True, kw_only=True)
class BaseSpec:
    """The built-in base: a tiny Llama-architecture model pre-trained on the replay text."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocab_size: int
    sequence_tokens: int
    tokens: int
    """Tokens to pre-train on, repetitions counted."""
    learning_rate: float
    """Constant after the warm-up: the base stays in its stable phase, ready to be annealed."""
    warmup_steps: int
    batch_sequences: int
    seed: int
    threads: int
    """CPU threads; sums are split by it, so other threads give other last bits."""
    replay_sha256: str
    tokenizer_sha256: str

    @property
    def params(self) -> int:
        """Parameters; the head is tied to the embedding and counts once."""
        layer = 4 * self.hidden**2 + 3 * self.hidden * self.ffn + 2 * self.hidden
        return self.vocab_size * self.hidden + self.layers * layer + self.hidden

    @property
    def sha256(self) -> str:
        """Digest that names the base in the cache and in every run."""
        return digest(asdict(self))


@dataclass(frozen=True, kw_only=True)
class BlendMember:
    """What a run draws from one source, alone or as a member of a blend."""

    name: str
    """Name of the source."""
    candidate_sequences: int
    """Sequences drawn from it."""
    unique_sequences: int
    """Different sequences among them."""
    fill: float
    """Mean share of a sequence of it that holds tokens."""
    sha256: str
    """Digest of its token store."""


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """One anneal, completely: two runs with equal specs have equal weights, bit for bit.

    Sizes are in sequences of ``sequence_tokens`` tokens; ``control`` runs have no candidate.
    """

    source: str
    """Name of the candidate source or of the blend, or ``control``."""
    seed: int
    """Replica: decides the subset of the source and the order of the data."""
    steps: int
    batch_sequences: int
    sequence_tokens: int
    candidate_sequences: int
    """Sequences drawn from the candidate; the rest of the run is replay."""
    unique_sequences: int
    """Different candidate sequences among them."""
    replay_unique_sequences: int
    """Different replay sequences among the rest."""
    learning_rate: float
    """Rate at the start; it decays linearly to zero over ``steps``."""
    warmup_steps: int
    precision: Literal["float32", "bfloat16"]
    study_seed: int
    base_sha256: str
    candidate_sha256: str
    """Digest of the source's token store; empty for the control and for a blend."""
    replay_sha256: str
    tokenizer_sha256: str
    packing: PackingMethod = "concatenate"
    candidate_fill: float = 1.0
    """Mean share of a candidate sequence that holds tokens; the rest is padding."""
    replay_fill: float = 1.0
    """Mean share of a replay sequence that holds tokens."""
    members: tuple[BlendMember, ...] = ()
    """The sources of a blend, whose sequences add up to those of the candidate; else empty."""

    def __post_init__(self) -> None:
        """Check that the members of a blend are all of it.

        Raises
        ------
        DataError
            If their sequences do not add up to those of the run.
        """
        for name in ("candidate_sequences", "unique_sequences"):
            total = sum(getattr(member, name) for member in self.members)
            if self.members and total != getattr(self, name):
                raise DataError(
                    f'the blend "{self.source}" has {name} = {getattr(self, name)}, and those of '
                    f"its members sum to {total}: run `assay plan` again"
                )

    @property
    def drawn(self) -> tuple[BlendMember, ...]:
        """What the run draws beside replay: the members of a blend, one source, or nothing."""
        if self.members or not self.candidate_sequences:
            return self.members
        alone = BlendMember(
            name=self.source,
            candidate_sequences=self.candidate_sequences,
            unique_sequences=self.unique_sequences,
            fill=self.candidate_fill,
            sha256=self.candidate_sha256,
        )
        return (alone,)

    @property
    def sequences(self) -> int:
        """Sequences trained on, candidate and replay."""
        return self.steps * self.batch_sequences

    @property
    def tokens(self) -> int:
        """Positions trained on, candidate, replay and padding: the budget of the run."""
        return self.sequences * self.sequence_tokens

    @property
    def candidate_tokens(self) -> int:
        """Candidate tokens trained on, repetitions counted, padding not; the mean where padded."""
        counts = (m.candidate_sequences * self.sequence_tokens * m.fill for m in self.drawn)
        return round(sum(counts))

    @property
    def unique_tokens(self) -> int:
        """Different candidate tokens trained on, padding not counted; the mean where padded."""
        counts = (m.unique_sequences * self.sequence_tokens * m.fill for m in self.drawn)
        return round(sum(counts))

    @property
    def epochs(self) -> float:
        """Passes over the unique candidate tokens, in the mean of a blend; 1 without candidate."""
        return self.candidate_sequences / self.unique_sequences if self.unique_sequences else 1.0

    @property
    def key(self) -> str:
        """Name of the run: source, budget, seed, and the digest of the whole spec."""
        return f"{self.source}-{self.tokens}-s{self.seed}-{digest(self.to_dict())[:12]}"

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as a plain dictionary, without the fields that equal their default.

        A field that is added later, with a default, then leaves the names of earlier runs alone.
        """
        defaults = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != defaults[name]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RunSpec:
        """Build a spec from a dictionary that :meth:`to_dict` made.

        Raises
        ------
        DataError
            If a field is unknown, or one without a default is missing; if the members of a blend
            are not all of it.
        """
        exact = _exact_fields(cls, values)
        members = (_exact_fields(BlendMember, each) for each in exact.get("members", ()))
        exact["members"] = tuple(BlendMember(**each) for each in members)
        return cls(**exact)


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The loss of one run on one evaluation set, with what was trained on to get it."""

    run: str
    """Key of the run; ``base`` for the unannealed base model."""
    source: str
    """Source or blend, ``control``, or ``base``."""
    tokens: int
    """Positions trained on in the anneal, candidate, replay and padding."""
    candidate_tokens: int
    unique_tokens: int
    epochs: float
    steps: int
    seed: int
    evaluation: str
    """Name of the evaluation set."""
    role: Role
    evaluation_sha256: str
    """Digest of the frozen windows: measurements compare only where it is equal."""
    loss: float
    """Nats per token."""
    loss_se: float
    """Standard error of ``loss`` over documents, in nats per token."""
    bits_per_byte: float
    top1: float
    """Share of tokens whose most likely prediction is right."""
    windows: int
    eval_tokens: int
    eval_bytes: int


def write_measurements(path: Path, measurements: Iterable[Measurement]) -> None:
    """Write measurements as a parquet table with one column per field, atomically."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([asdict(m) for m in measurements], schema=_measurement_schema())
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    write_atomic(path, sink.getvalue().to_pybytes())


def read_measurements(path: Path) -> list[Measurement]:
    """Read the table that :func:`write_measurements` wrote.

    Raises
    ------
    DataError
        If the file is missing or is not a table of measurements.
    """
    return parse_measurements(read_bytes(path, "assay evaluate"), path)


def parse_measurements(data: bytes, path: Path) -> list[Measurement]:
    """Parse the bytes of the table ``path``; errors as in :func:`read_measurements`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(pa.BufferReader(data)).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} is not a parquet table: {error}") from None
    return [Measurement(**_exact_fields(Measurement, row)) for row in rows]


def _measurement_schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {"str": pa.string(), "Role": pa.string(), "int": pa.int64(), "float": pa.float64()}
    return pa.schema([(f.name, kinds[str(f.type)]) for f in fields(Measurement)])


def _exact_fields(cls: type, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {f.name for f in fields(cls)}
    needed = {f.name for f in fields(cls) if f.default is MISSING}
    odd = (set(values) - known) | (needed - set(values))
    if odd:
        raise DataError(
            f"a {cls.__name__} record has missing or unknown fields: {', '.join(sorted(odd))}"
        )
    return dict(values)


def rebuilt(kind: type[Record], values: Mapping[str, Any], what: str, remedy: str) -> Record:
    """Rebuild a record of dataclasses from plain values, also after a trip through JSON.

    Raises
    ------
    DataError
        If the values are not those of ``what``; the message ends with the ``remedy``.
    """
    from pydantic import TypeAdapter, ValidationError

    if not isinstance(values, Mapping):
        raise DataError(f"not {what}: found {type(values).__name__}: {remedy}")
    try:
        return TypeAdapter(kind).validate_python(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(f"not {what}: {where}: {first['msg']}: {remedy}") from None
