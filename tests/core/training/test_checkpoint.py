import json
import math

import torch
from safetensors.torch import save

from softmax_core.training import Checkpoint


def test_bytes_keep_every_bit_also_of_what_diverged():
    weights = torch.randn(2, 10, 784)
    weights[1] = math.nan
    checkpoint = Checkpoint(
        step=7,
        weights=weights,
        bias=torch.full((2, 10), -0.0),
        weights_velocity=torch.full((2, 10, 784), 1e-40),
        bias_velocity=torch.full((2, 10), math.inf),
        learning_rates=[0.1, 1 / 3],
        loss_sum=[0.1 + 0.2, math.nan],
        correct=[3.0, 0.0],
        seen=512,
    )
    back = Checkpoint.from_bytes(checkpoint.to_bytes())
    for name in ("weights", "bias", "weights_velocity", "bias_velocity"):
        before, after = getattr(checkpoint, name), getattr(back, name)
        assert torch.equal(before.view(torch.int32), after.view(torch.int32))
    assert (back.step, back.seen, back.correct) == (7, 512, [3.0, 0.0])
    assert back.learning_rates == [0.1, 1 / 3]
    assert (back.experiment, back.data) == (None, None)
    assert back.loss_sum[0] == 0.1 + 0.2
    assert math.isnan(back.loss_sum[1])


def test_the_file_is_a_safetensors_file():
    w, b, w_velocity, b_velocity = (torch.zeros(1, 10) for _ in range(4))
    blob = Checkpoint(0, w, b, w_velocity, b_velocity, [0.1], [0.0], [0.0], 0).to_bytes()
    header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
    assert set(header) == {
        "__metadata__",
        "weights",
        "bias",
        "weights_velocity",
        "bias_velocity",
    }


def test_a_file_of_an_older_version_has_no_fingerprints():
    w, b, w_velocity, b_velocity = (torch.zeros(1, 10) for _ in range(4))
    checkpoint = Checkpoint(0, w, b, w_velocity, b_velocity, [0.1], [0.0], [0.0], 0, "one", "two")
    assert Checkpoint.from_bytes(checkpoint.to_bytes()).experiment == "one"
    assert Checkpoint.from_bytes(checkpoint.to_bytes()).data == "two"
    numbers = {"step": 3, "learning_rates": [0.1], "loss_sum": [1.5], "correct": [2.0], "seen": 12}
    tensors = {"weights": w, "bias": b, "weights_velocity": w_velocity, "bias_velocity": b_velocity}
    older = save(tensors, metadata={"checkpoint": json.dumps(numbers)})
    back = Checkpoint.from_bytes(older)
    assert (back.step, back.seen, back.experiment, back.data) == (3, 12, None, None)
