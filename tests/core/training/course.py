"""The course's training loop by automatic differentiation, in float64, for the engine's tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch

from softmax_core.data import Dataset, epoch_order
from softmax_core.training import Experiment, RateChange, Variant


@dataclass
class Trajectory:
    weights: torch.Tensor
    bias: torch.Tensor
    losses: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)


def pixels_of(images: torch.Tensor, experiment: Experiment) -> torch.Tensor:
    pixels = images.reshape(len(images), -1).double()
    if experiment.pixel_scale == "raw":
        return pixels
    pixels = pixels / 255
    if experiment.pixel_scale == "standardized":
        return (pixels - pixels.mean()) / pixels.std(correction=0)
    return pixels


def loss_of(logits: torch.Tensor, labels: torch.Tensor, variant: Variant) -> torch.Tensor:
    rows = torch.arange(len(labels))
    if variant.softmax == "naive":
        exponentials = torch.exp(logits)
        probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
        if (amount := variant.label_smoothing) > 0:
            one_hot = torch.nn.functional.one_hot(labels, 10)
            label = (1 - amount) * one_hot + amount / 10
            return -(label * probabilities.log()).sum(dim=1).mean()
        cross_entropy = -torch.log(probabilities[rows, labels])
    else:
        probabilities = torch.softmax(logits, dim=1)
        cross_entropy = -torch.log_softmax(logits, dim=1)[rows, labels]
    if variant.label_smoothing > 0:
        smoothing = variant.label_smoothing
        return torch.nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    if variant.loss == "cross_entropy":
        return cross_entropy.mean()
    one_hot = torch.nn.functional.one_hot(labels, 10)
    return 0.5 * (probabilities - one_hot).square().sum(dim=1).mean()


def course_loop(
    experiment: Experiment, position: int, dataset: Dataset, changes: list[RateChange]
) -> Trajectory:
    """Train one variant of the experiment alone, by autograd and torch's own SGD."""
    variant = experiment.variants[position]
    generator = torch.Generator().manual_seed(experiment.seed)
    start = torch.randn((10, 784), generator=generator).double() * variant.init_std
    weights, bias = start.requires_grad_(), torch.zeros(10, dtype=torch.float64, requires_grad=True)
    groups: list[dict[str, Any]] = [
        {"params": [weights], "weight_decay": variant.weight_decay},
        {"params": [bias]},
    ]
    updater = torch.optim.SGD(
        groups,
        lr=variant.learning_rate,
        momentum=variant.momentum,
    )
    pixels, labels = pixels_of(dataset.train.images, experiment), dataset.train.labels
    total = math.ceil(len(labels) / experiment.batch_size) * experiment.epochs
    found, step, rate = Trajectory(weights, bias), 0, variant.learning_rate
    for epoch in range(1, experiment.epochs + 1):
        order = epoch_order(experiment.seed, epoch, len(labels))
        for chosen in order.split(experiment.batch_size):
            for change in changes:
                if change.step == step and change.variant == position:
                    rate = change.learning_rate
            cosine = 0.5 * (1 + math.cos(math.pi * step / total))
            for group in updater.param_groups:
                group["lr"] = rate * (cosine if experiment.schedule == "cosine" else 1.0)
            updater.zero_grad()
            loss = loss_of(pixels[chosen] @ weights.T + bias, labels[chosen], variant)
            loss.backward()
            found.losses.append(loss.item())
            assert weights.grad is not None
            assert bias.grad is not None
            gradients = torch.cat([weights.grad.flatten(), bias.grad])
            found.gradient_norms.append(gradients.norm().item())
            updater.step()
            step += 1
    found.weights, found.bias = weights.detach(), bias.detach()
    return found
