"""Compile the shipped kernels for cards that are not here; print one JSON row for each.

Run as a program, without ``TRITON_INTERPRET``: one process is either interpreter or compiler. With
``--update`` the rows replace those of the same Triton in ``resources.json``, the table that the
tests compare with.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from check.kernels import module

backward_waves = module("linear_token_loss.backward_waves")
hopper = module("linear_token_loss.hopper")
shared = module("linear_token_loss.shared")
tiles = module("linear_token_loss.tiles")
triton_impl = module("linear_token_loss.triton_impl")

TABLE = Path(__file__).with_name("resources.json")
_CUOBJDUMP = Path(triton.__file__).parent / "backends/nvidia/bin/cuobjdump"
_POINTERS = ("hidden", "weight", "bias", "out")
_INTEGERS = (
    "n_tokens",
    "n_vocab",
    "dim",
    "tiles_per_range",
    "n_ranges",
    "ignore_index",
    "out_stride",
)
_OPTIONS = ("HAS_BIAS", "HAS_SOFTCAP", "HAS_SCALE", "ENTROPY", "STATS", "RAGGED")


@dataclass(frozen=True)
class Variant:
    """One kernel as it may be launched."""

    name: str
    kernel: Any
    dtype: str
    config: Any
    options: tuple[str, ...]
    capability: int
    even: bool = True
    ones: bool = False
    """Compile for integers of 1, which Triton makes constants where it may."""

    def constants(self) -> dict[str, Any]:
        """Return the compile-time arguments."""
        values = {
            **{name: name in self.options for name in _OPTIONS},
            "EVEN": self.even,
            "TMA": self.capability == 90 and self.dtype == "bf16",
            "SPECIALIZE": self.config.specialize,
            "UPCAST": False,
            "TOKENS": self.config.tokens,
            "VOCAB": self.config.vocab,
            "DEPTH": self.config.depth,
            "ROWS": 128,
        }
        if self.ones:
            made = (p.name for p in self.kernel.params if not p.do_not_specialize)
            values |= {name: 1 for name in made if name in _INTEGERS}
        return {name: values[name] for name in self.kernel.arg_names if name in values}

    def compile(self) -> Any:
        """Compile; the result has ``asm`` and ``metadata``."""
        constants = self.constants()
        signature = {name: self._type(name, constants) for name in self.kernel.arg_names}
        aligned = {
            (i,): [["tt.divisibility", 16]]
            for i, name in enumerate(signature)
            if signature[name].startswith("*") or name in ("dim", "out_stride")
        }
        source = ASTSource(fn=self.kernel, signature=signature, constexprs=constants, attrs=aligned)
        options = {
            "num_warps": self.config.warps,
            "num_stages": self.config.stages,
            "enable_fp_fusion": True,
        }
        return triton.compile(
            source, target=GPUTarget("cuda", self.capability, 32), options=options
        )

    def _type(self, name: str, constants: dict[str, Any]) -> str:
        if name in constants:
            return "constexpr"
        if name in _POINTERS:
            return f"*{self.dtype}"
        if name in _INTEGERS:
            return "i32"
        return "*i64" if name == "targets" else "fp32" if name in ("softcap", "scale") else "*fp32"


def _variants() -> Iterator[Variant]:
    every = _OPTIONS
    wide = ("HAS_SCALE", "STATS", "RAGGED")
    for capability in (80, 90):
        # On sm_90 this path is for what the other cannot load: depths that are no multiple of 8.
        for dtype, config in (("bf16", shared.HALF), ("fp32", shared.FLOAT32)):
            yield Variant(
                "portable, every option",
                triton_impl._partials,
                dtype,
                config,
                every,
                capability,
                False,
            )
        gradients = tiles.GRADIENTS if capability == 90 else shared.HALF
        yield Variant(
            "gradients, every option",
            backward_waves._logit_gradients,
            "bf16",
            gradients,
            every,
            capability,
        )
    yield Variant("portable", triton_impl._partials, "bf16", shared.HALF, wide, 80)
    merge = shared.Config(tokens=128, vocab=0, depth=0, warps=4, stages=3)
    yield Variant("merge", triton_impl._merge, "fp32", merge, every, 90)
    for name, config in tiles.CONFIGS.items():
        yield Variant(name, hopper._partials, "bf16", config, wide, 90)
    title = f"{tiles.NARROW}, every option"
    yield Variant(title, hopper._partials, "bf16", tiles.CONFIGS[tiles.NARROW], every, 90)


def _row(variant: Variant) -> dict[str, Any]:
    compiled = variant.compile()
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(compiled.asm["cubin"])
        file.flush()
        usage = _dump("--dump-resource-usage", file.name)
        sass = _dump("--dump-sass", file.name)
    numbers = dict(re.findall(r"(REG|STACK|LOCAL):(\d+)", usage))
    return {
        "name": variant.name,
        "dtype": variant.dtype,
        "capability": variant.capability,
        "shared": compiled.metadata.shared,
        **{name.lower(): int(value) for name, value in numbers.items()},
        "spills": len(re.findall(r"\b(?:STL|LDL)\b", sass)),
        "mma": len(re.findall(r"\bHMMA\b", sass)),
        "wgmma": len(re.findall(r"\bHGMMA\b", sass)),
        "tma": len(re.findall(r"\bUTMALDG\b", sass)),
        "specialised": len(re.findall(r"\bUSETMAXREG\b", sass)),
    }


def _dump(what: str, cubin: str) -> str:
    command = [_CUOBJDUMP, what, cubin]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Compile every variant and print the rows as JSON."""
    rows = [_row(variant) for variant in _variants()]
    for variant in _variants():
        if variant.capability == 80 or variant.name == "merge":
            replace(variant, ones=True).compile()  # one word, one column, one range
    if "--update" in sys.argv:
        table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
        table[triton.__version__] = rows
        lines = ",\n".join(
            f'"{version}": [\n' + ",\n".join(map(json.dumps, table[version])) + "\n]"
            for version in sorted(table)
        )
        TABLE.write_text("{\n" + lines + "\n}\n")
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
