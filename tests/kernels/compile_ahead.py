"""Compile the shipped kernels for cards that are not here; print one JSON row for each.

Run as a program, without ``TRITON_INTERPRET``: one process is either interpreter or compiler.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from assay.kernels.linear_token_loss import triton_impl
from assay.kernels.linear_token_loss.triton_impl import FLOAT32, HALF, Config

_CUOBJDUMP = Path(triton.__file__).parent / "backends/nvidia/bin/cuobjdump"
_POINTERS = ("hidden", "weight", "bias")
_INTEGERS = ("n_tokens", "n_vocab", "dim", "tiles_per_range", "n_ranges", "ignore_index")


def _signature(kernel: Any, dtype: str, constants: dict[str, Any]) -> dict[str, str]:
    def kind(name: str) -> str:
        if name in constants:
            return "constexpr"
        if name in _POINTERS:
            return f"*{dtype}"
        if name == "targets":
            return "*i64"
        if name in _INTEGERS:
            return "i32"
        return "fp32" if name in ("softcap", "scale") else "*fp32"

    return {name: kind(name) for name in kernel.arg_names}


def _compile(
    kernel: Any, capability: int, dtype: str, constants: dict[str, Any], config: Config
) -> Any:
    signature = _signature(kernel, dtype, constants)
    aligned = {
        (i,): [["tt.divisibility", 16]]
        for i, name in enumerate(signature)
        if signature[name].startswith("*") or name == "dim"
    }
    source = ASTSource(fn=kernel, signature=signature, constexprs=constants, attrs=aligned)
    options = {"num_warps": config.warps, "num_stages": config.stages, "enable_fp_fusion": True}
    return triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)


def _resources(cubin: bytes) -> dict[str, int]:
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(cubin)
        file.flush()
        command = [_CUOBJDUMP, "--dump-resource-usage", file.name]
        usage = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        command = [_CUOBJDUMP, "--dump-sass", file.name]
        sass = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    numbers = dict(re.findall(r"(REG|STACK|LOCAL):(\d+)", usage))
    spills = len(re.findall(r"\b(?:STL|LDL)\b", sass))
    products = len(re.findall(r"\b(?:HGMMA|HMMA)\b", sass))
    return {k.lower(): int(v) for k, v in numbers.items()} | {
        "spills": spills,
        "tensor_core_products": products,
    }


def _variants() -> Iterator[tuple[str, Any, str, dict[str, Any], Config]]:
    variants = (
        ("plain", "bf16", HALF, False, True),
        ("every option, ragged", "bf16", HALF, True, False),
        ("every option, ragged", "fp32", FLOAT32, True, False),
    )
    for name, dtype, config, everything, even in variants:
        sizes = asdict(config)
        tiles = {name.upper(): sizes[name] for name in ("tokens", "vocab", "depth")}
        flags = dict.fromkeys(("HAS_BIAS", "HAS_SOFTCAP", "ENTROPY", "STATS"), everything)
        constants = {**flags, "EVEN": even, "UPCAST": False, **tiles}
        yield name, triton_impl._partials, dtype, constants, config
    constants = {"ENTROPY": True, "STATS": True, "ROWS": 128}
    merge = Config(tokens=128, vocab=0, depth=0, warps=4, stages=3)
    yield "merge", triton_impl._merge, "fp32", constants, merge


def main() -> None:
    """Compile every variant for every card and print the table as JSON."""
    rows = [
        {"name": name, "dtype": dtype, "capability": capability}
        | {"shared": kernel.metadata.shared}
        | _resources(kernel.asm["cubin"])
        for name, function, dtype, constants, config in _variants()
        for capability in (80, 90)
        for kernel in [_compile(function, capability, dtype, constants, config)]
    ]
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
