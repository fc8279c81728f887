"""The mistakes that the note's code makes or invites, executed so that they can be seen.

Nothing else in the package calls these functions; they are shown beside the correct ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from softmax_core import from_scratch
from softmax_core.activations import naive_softmax
from softmax_core.losses import cross_entropy, naive_cross_entropy


def add_bias(minibatch: int, bias_shape: Sequence[int], classes: int = 10) -> tuple[int, ...]:
    """Add a bias of any shape to a minibatch's products X W, as torch does.

    O = X W + b, shapes (n, classes) + bias_shape by broadcasting

    Args:
        minibatch: n, the pictures in the minibatch.
        bias_shape: the shape of b.
        classes: the number of classes.

    Returns:
        The shape of O; that torch computes it does not mean that it is correct.

    Raises:
        RuntimeError: from torch, if the shapes do not broadcast.

    Example:
        >>> add_bias(10, (10, 10))
        (10, 10)

    Source: the note, section 2.1, which says that b is in R^(10 x 10).
    """
    return tuple((torch.zeros(minibatch, classes) + torch.zeros(*bias_shape)).shape)


def naive_loss_and_gradient(logits: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the note's loss and its gradient by autograd.

    L = -log(exp(o_t) / Σ_j exp(o_j)), and ∂L/∂o by the chain rule through this formula

    Args:
        logits: o, floating, (n,).
        target: the class index, ().

    Returns:
        L, (), and its gradient, (n,): inf and nan where the note's code has them.

    Example:
        >>> loss, gradient = naive_loss_and_gradient(
        ...     torch.tensor([0.0, -100.0, 0.0]), torch.tensor(1)
        ... )
        >>> loss.isfinite().item(), gradient.isfinite().all().item()
        (True, False)

    Source: the note, sections 2.2 and 2.3.
    """
    leaf = logits.detach().clone().requires_grad_()
    loss = naive_cross_entropy(naive_softmax(leaf), target)
    (gradient,) = torch.autograd.grad(loss, leaf)
    return loss.detach(), gradient


def loss_of_probabilities(probabilities: Tensor, target: Tensor) -> Tensor:
    """Pass probabilities to a loss that expects logits, such as `nn.CrossEntropyLoss`.

    L = -log softmax(p)_t: softmax is applied twice

    Args:
        probabilities: p, floating, (…, n), in place of logits.
        target: class indices, (…).

    Returns:
        One loss per row, (…); at least ln(e + n - 1) - 1, even for a perfect prediction.

    Example:
        >>> loss_of_probabilities(torch.eye(10)[0], torch.tensor(0))
        tensor(1.4612)

    Source: the note, section 2.3, whose `net` returns probabilities.
    """
    return cross_entropy(probabilities, target)


def least_loss_of_probabilities(classes: int) -> float:
    """Compute the minimum of `loss_of_probabilities`, reached by a perfect prediction.

    -log softmax(onehot(t))_t = ln(e + n - 1) - 1

    Args:
        classes: n.

    Returns:
        The least loss, in nats.

    Example:
        >>> round(least_loss_of_probabilities(10), 3)
        1.461
    """
    return math.log(math.e + classes - 1) - 1


def backward_of_a_vector(loss: Tensor) -> str:
    """Call `backward()` on a loss that is not reduced.

    Args:
        loss: any floating tensor.

    Returns:
        The error message of torch, or "" if there is none.

    Example:
        >>> backward_of_a_vector(torch.tensor([2.3026, 0.6931]))
        'grad can be implicitly created only for scalar outputs'

    Source: the note, section 2.3, whose `cross_entropy` returns a vector.
    """
    leaf = loss.detach().clone().requires_grad_()
    try:
        (leaf * 1.0).backward()  # type: ignore[no-untyped-call]
    except RuntimeError as refusal:
        return str(refusal)
    return ""


def descend_a_line(
    slope: float, *, start: float, learning_rate: float, steps: int, zeroed: bool
) -> list[float]:
    """Minimise L = slope · w by autograd, with or without zeroing the gradient.

    w ← w - η ∂L/∂w; torch adds each new gradient to the old one unless it is zeroed

    Args:
        slope: ∂L/∂w, a constant.
        start: the initial w.
        learning_rate: η.
        steps: number of updates.
        zeroed: whether the gradient is zeroed after each update.

    Returns:
        w at the start and after each step, `steps` + 1 numbers.

    Example:
        >>> descend_a_line(2.0, start=1.0, learning_rate=0.25, steps=2, zeroed=False)
        [1.0, 0.5, -0.5]

    Source: the TODO of the note: the updater and `grad.zero_()`.
    """
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    walked = [w.item()]
    for _ in range(steps):
        (slope * w).backward()  # type: ignore[no-untyped-call]
        gradient = w.grad
        assert gradient is not None
        with torch.no_grad():
            w -= learning_rate * gradient
        if zeroed:
            gradient.zero_()
        walked.append(w.item())
    return walked


def count_right(scores: Tensor, labels: Tensor) -> float:
    """Count the correct predictions, which the note calls accuracy.

    Σ [argmax scores = label]

    Args:
        scores: floating, (N, n).
        labels: class indices, (N,).

    Returns:
        The count, not the share.

    Example:
        >>> count_right(torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]), torch.tensor([0, 2]))
        1.0

    Source: the note, section 2.4.
    """
    return float((scores.argmax(dim=1) == labels).sum())


def mean_of_means(right: Sequence[int], sizes: Sequence[int]) -> tuple[float, float]:
    """Compute the mean of the minibatch accuracies, and the accuracy on all pictures.

    (1/B) Σ_b right_b / size_b   against   Σ_b right_b / Σ_b size_b

    Args:
        right: number of correct predictions in each minibatch.
        sizes: number of pictures in each minibatch.

    Returns:
        The mean of the means, and the accuracy.

    Example:
        >>> mean_of_means([8, 0], [8, 2])
        (0.5, 0.8)
    """
    means = [count / size for count, size in zip(right, sizes, strict=True)]
    return sum(means) / len(means), sum(right) / sum(sizes)


@lru_cache(maxsize=8)
def memorize_noise(pictures: int, seed: int = 0) -> tuple[float, float]:
    """Train on random pictures with random labels, from which nothing can be learned.

    Args:
        pictures: number of pictures, of 784 random pixels each.
        seed: determines pixels and labels.

    Returns:
        The accuracy on them after 150 steps, and on as many new ones.

    Example:
        >>> seen, new = memorize_noise(50)
        >>> seen, new < 0.3
        (1.0, True)

    Source: Zhang et al. (2017), *Understanding deep learning requires rethinking generalization*.
    """
    dice = torch.Generator().manual_seed(seed)
    X = torch.rand(2 * pictures, 784, generator=dice)
    y = torch.randint(10, (2 * pictures,), generator=dice)
    W, b = torch.zeros(784, 10, requires_grad=True), torch.zeros(10, requires_grad=True)
    seen, new = slice(pictures), slice(pictures, None)
    for _ in range(150):
        from_scratch.step(X[seen], y[seen], W, b, lr=0.02)
    logits = from_scratch.net(X, W, b)
    known, unknown = (from_scratch.accuracy(logits[each], y[each]) for each in (seen, new))
    return known, unknown


@lru_cache(maxsize=8)
def best_of_equals(models: int, pictures: int, share: float, seed: int = 0) -> float:
    """Measure models that are all equally good on a test set, and report the best of them.

    max over models of (right answers) / pictures, right answers ~ Binomial(pictures, share)

    Args:
        models: how many are tried, say with different learning rates.
        pictures: the size of the test set.
        share: the accuracy that each of them has on all pictures there could be.
        seed: determines which pictures each gets right.

    Returns:
        The accuracy that is reported.

    Example:
        >>> best_of_equals(10, 10_000, 0.83) > 0.83
        True
    """
    dice = torch.Generator().manual_seed(seed)
    right = torch.rand(models, pictures, generator=dice) < share
    return right.double().mean(dim=1).max().item()
