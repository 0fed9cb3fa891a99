"""The all-MiniLM-L6-v2 network as an ONNX graph, written from its safetensors weights.

One text goes in as token ids, its unit-length vector comes out, and one for each token: pooling and normalisation are
part of the graph. There is no batch and hence no padding and no mask; activations are quantised by what one text needs,
never by its neighbours.
It does not know where the weights come from or where the graph is kept.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from vectorstore.errors import EmbedderError

Precision = Literal["fp32", "int8"]
Weights = Mapping[str, NDArray[np.float32]]

LAYERS = 6
TOKEN_LAYER = 4  # after which a token's vector still tells what the word means here, and not yet what the text is about
HEADS = 12
WIDTH = 384
EPSILON = 1e-12  # layer_norm_eps of the model's own configuration
OPSET = 20  # the first with Gelu
IR_VERSION = 9  # the one of that opset, so that older runtimes can read the graph


def read_weights(safetensors: bytes) -> Weights:
    """Return the float32 tensors of a safetensors file by name, as views of its bytes."""
    if sys.byteorder != "little":
        raise EmbedderError(
            "The embedded model runs on little-endian machines only.", "Set FOOTNOTE_EMBEDDER to openai:MODEL."
        )
    start = 8 + int.from_bytes(safetensors[:8], "little")
    weights = {}
    for name, tensor in json.loads(safetensors[8:start]).items():
        if name != "__metadata__" and tensor["dtype"] == "F32":
            first, last = tensor["data_offsets"]
            data = np.frombuffer(safetensors, np.float32, (last - first) // 4, start + first)
            weights[name] = data.reshape(tensor["shape"])
    return weights


def build_graph(weights: Weights, precision: Precision) -> bytes:
    """Return the serialised model: input `tokens` (n,) int64; outputs, float32 of unit length, `vector` (384,),
    `states` (n, 384) of a middle layer and `ends` (n, 384) of the last."""
    serialised: bytes = _Writer(weights, precision).model().SerializeToString()
    return serialised


class _Writer:
    """Writes the nodes of a BERT encoder one after the other; each method returns the name of its output."""

    def __init__(self, weights: Weights, precision: Precision) -> None:
        self.weights = weights
        self.quantised = precision == "int8"
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        hidden = self.embeddings()
        for layer in range(LAYERS):
            hidden = self.encoder(f"encoder.layer.{layer}", hidden)
            if layer + 1 == TOKEN_LAYER:
                self.node("LpNormalization", hidden, output="states", axis=1, p=2)
        self.node("LpNormalization", hidden, output="ends", axis=1, p=2)
        mean = self.node("ReduceMean", hidden, self.constant("first_axis", np.array([0])), keepdims=0)
        self.node("LpNormalization", mean, output="vector", axis=0, p=2)
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["n"])],
            [
                helper.make_tensor_value_info("vector", TensorProto.FLOAT, [WIDTH]),
                helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", WIDTH]),
                helper.make_tensor_value_info("ends", TensorProto.FLOAT, ["n", WIDTH]),
            ],
            self.initializers,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        if self.quantised:
            opsets.append(helper.make_opsetid("com.microsoft", 1))
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

    def embeddings(self) -> str:
        """Words plus positions; the segment is always the first, so its row is added to the positions beforehand."""
        places = self.weights["embeddings.position_embeddings.weight"]
        segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        length = self.node("Shape", "tokens")
        zero, one = self.constant("zero", np.array([0])), self.constant("one", np.array([1]))
        positions = self.node("Slice", self.constant("positions", places + segment), zero, length, zero, one)
        summed = self.node("Add", self.words(), positions)
        return self.normalised("embeddings.LayerNorm", summed)

    def words(self) -> str:
        table = self.weights["embeddings.word_embeddings.weight"]
        if not self.quantised:
            return self.node("Gather", self.constant("words", table), "tokens")
        rows, scales = _quantise(table, axis=1)
        gathered = self.node("Gather", self.constant("words", rows), "tokens")
        gathered_scales = self.node("Gather", self.constant("word_scales", scales), "tokens")
        return self.node("Mul", self.node("Cast", gathered, to=TensorProto.FLOAT), gathered_scales)

    def encoder(self, name: str, hidden: str) -> str:
        attended = self.linear(f"{name}.attention.output.dense", self.attention(f"{name}.attention.self", hidden))
        hidden = self.normalised(f"{name}.attention.output.LayerNorm", self.node("Add", hidden, attended))
        widened = self.node("Gelu", self.linear(f"{name}.intermediate.dense", hidden))
        narrowed = self.linear(f"{name}.output.dense", widened)
        return self.normalised(f"{name}.output.LayerNorm", self.node("Add", hidden, narrowed))

    def attention(self, name: str, hidden: str) -> str:
        by_head = self.constant("by_head", np.array([0, HEADS, WIDTH // HEADS]))
        joined = self.constant("joined", np.array([0, WIDTH]))
        scale = self.constant("scale", np.array(1 / math.sqrt(WIDTH // HEADS), np.float32))
        query, key, value = (
            self.node("Reshape", self.linear(f"{name}.{role}", hidden), by_head) for role in ("query", "key", "value")
        )
        scores = self.node(
            "MatMul", self.node("Transpose", query, perm=[1, 0, 2]), self.node("Transpose", key, perm=[1, 2, 0])
        )
        shares = self.node("Softmax", self.node("Mul", scores, scale), axis=-1)
        mixed = self.node("MatMul", shares, self.node("Transpose", value, perm=[1, 0, 2]))
        return self.node("Reshape", self.node("Transpose", mixed, perm=[1, 0, 2]), joined)

    def linear(self, name: str, hidden: str) -> str:
        weight, bias = self.weights[f"{name}.weight"].T, self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        if not self.quantised:
            return self.node("Add", self.node("MatMul", hidden, self.constant(f"{name}.weight", weight)), bias)
        columns, scales = _quantise(weight, axis=0)
        return self.node(
            "DynamicQuantizeMatMul",
            hidden,
            self.constant(f"{name}.weight", columns),
            self.constant(f"{name}.scales", scales.ravel()),
            "",  # no zero point: the weights are symmetric
            bias,
            domain="com.microsoft",
        )

    def normalised(self, name: str, hidden: str) -> str:
        scale = self.constant(f"{name}.weight", self.weights[f"{name}.weight"])
        bias = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", hidden, scale, bias, epsilon=EPSILON)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if all(tensor.name != name for tensor in self.initializers):
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output


def _quantise(matrix: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return the matrix in int8 and the scales that undo it: symmetric, one scale for all that lies along `axis`."""
    scales = np.abs(matrix).max(axis=axis, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    return np.round(matrix / scales).astype(np.int8), scales
