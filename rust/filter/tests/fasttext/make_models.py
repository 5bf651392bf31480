"""Makes the models beside this file, and what fastText predicts with them (expected.json).

Run by hand: ``pip install fasttext-wheel "numpy<2" && python make_models.py`` (the wheel
fasttext-numpy2-wheel 0.9.2 trains on memory that it has not cleared). The texts are drawn
from a few words of three languages, so that the models are small. Training on one thread is
repeatable on one machine; on another, models and predictions may differ and still belong
together.
"""

import json
import random
from pathlib import Path

import fasttext

HERE = Path(__file__).parent
WORDS = {
    "en": "the of and to that with have this from they which their water house stone never",
    "fr": "le la les des une que pour dans avec été très où garçon maison pierre jamais",
    "de": "der die das und nicht mit über für eine schön Straße wasser haus stein niemals",
}
TEXTS = [
    "",
    " \t ",
    "the house of stone",
    "la maison de pierre où le garçon",
    "das schöne haus über der straße",
    "The  House\nof stone\r\n\r\nand\x0bwater\x0c\x00never",
    "unknown words only xyzzy plugh",
    "été 日本語 Straße 🦀 naïve",
    "__label__en the house __label__unknown",
    "the house </s> und nicht mit die das",
    "a",
    "é",
    "x" * 300,
    "the water and the house und die maison " * 60,
]


def main() -> None:
    """Trains, saves and predicts."""
    draw = random.Random(1)
    lines = HERE / "training.txt"
    with lines.open("w", encoding="utf-8") as file:
        for _ in range(600):
            label = draw.choices(list(WORDS), [5, 3, 2])[0]
            words = draw.choices(WORDS[label].split(), k=draw.randint(3, 9))
            file.write(f"__label__{label} {' '.join(words)}\n")
    common = {"input": str(lines), "thread": 1, "minCount": 1, "lr": 0.5, "verbose": 0}
    characters = {"minn": 2, "maxn": 4}
    models = {
        "softmax.bin": fasttext.train_supervised(
            dim=5, bucket=300, epoch=5, **characters, **common
        ),
        "hierarchical.bin": fasttext.train_supervised(
            dim=4, bucket=100, wordNgrams=3, epoch=2, loss="hs", **common
        ),
        "one-vs-all.bin": fasttext.train_supervised(dim=3, epoch=2, loss="ova", **common),
    }
    pruned = fasttext.train_supervised(
        dim=5, bucket=400, wordNgrams=2, epoch=5, **characters, **common
    )
    pruned.quantize(input=str(lines), cutoff=320, qnorm=True, retrain=False, dsub=2)
    models["quantised.ftz"] = pruned
    lines.unlink()
    expected = {}
    for name, model in models.items():
        model.save_model(str(HERE / name))
        model = fasttext.load_model(str(HERE / name))
        predictions = [model.predict(text.replace("\n", " "), k=-1) for text in TEXTS]
        expected[name] = [
            dict(
                zip(
                    [label.removeprefix("__label__") for label in labels],
                    map(float, scores),
                    strict=True,
                )
            )
            for labels, scores in predictions
        ]
    document = {"texts": TEXTS, "models": expected}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    (HERE / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
