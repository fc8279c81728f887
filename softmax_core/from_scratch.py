"""Softmax regression from scratch, as short as one would write it, and once with torch's parts.

The lesson shows these functions and runs them line by line. The training engine
(`softmax_core.training`) computes the same for up to 16 variants at once, many times as fast. W has
a column for each class, (d, q), as in the note; `nn.Linear` and the engine store its transpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from softmax_core.metrics import Accumulator

Minibatches = Iterable[tuple[Tensor, Tensor]]
"""Pictures X, (n, …), and labels y, (n,), a pair for each minibatch."""


def load(images: Tensor, labels: Tensor, batch_size: int, seed: int) -> Minibatches:
    """Make minibatches of pictures, in another order in each epoch.

    Args:
        images: bytes, (N, height, width).
        labels: class indices, (N,).
        batch_size: n; the last minibatch may be smaller.
        seed: determines the order.

    Returns:
        Minibatches X, (n, height, width) in [0, 1], and y, (n,).

    Example:
        >>> loader = load(torch.zeros(5, 2, 2, dtype=torch.uint8), torch.arange(5), 2, seed=0)
        >>> [len(y) for X, y in loader]
        [2, 2, 1]

    Source: *Dive into Deep Learning*, the section on the image classification data set.
    """
    pixels = images.float() / 255
    dataset = TensorDataset(pixels, labels)
    order = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size, shuffle=True, generator=order)


def first_minibatch(loader: Minibatches) -> tuple[Tensor, Tensor]:
    """Read one minibatch and flatten its pictures.

    Args:
        loader: minibatches X, (n, height, width), and y, (n,).

    Returns:
        X with a row a picture, (n, height · width), and y, (n,).

    Example:
        >>> X, y = first_minibatch([(torch.zeros(2, 28, 28), torch.tensor([0, 1]))])
        >>> X.shape
        torch.Size([2, 784])
    """
    X, y = next(iter(loader))
    flat = X.reshape(len(X), -1)
    return flat, y


def initial_parameters(num_inputs: int, num_outputs: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw the weights at random and set the biases to 0.

    W ~ N(0, 0.01²), b = 0

    Args:
        num_inputs: d, the pixels of a picture.
        num_outputs: q, the classes.
        seed: determines W.

    Returns:
        W, (d, q), and b, (q,), both with a gradient.

    Example:
        >>> W, b = initial_parameters(784, 10, seed=0)
        >>> W.shape, b.shape
        (torch.Size([784, 10]), torch.Size([10]))

    Source: the note, section 2.1.
    """
    dice = torch.Generator().manual_seed(seed)
    W = torch.normal(0, 0.01, (num_inputs, num_outputs), generator=dice, requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    return W, b


def softmax(logits: Tensor) -> Tensor:
    """Turn each row of logits into probabilities.

    p_i = exp(o_i - m) / Σ_j exp(o_j - m), m = max_j o_j

    Args:
        logits: (n, q).

    Returns:
        Probabilities, (n, q); each row sums to 1.

    Example:
        >>> softmax(torch.tensor([[200.0, 0.0]]))
        tensor([[1., 0.]])

    Source: the note, section 2.2, with the largest logit subtracted.
    """
    shifted = logits - logits.max(dim=1, keepdim=True).values
    exps = torch.exp(shifted)
    row_sums = exps.sum(dim=1, keepdim=True)
    return exps / row_sums


def net(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Compute the logits of a minibatch.

    O = X W + b

    Args:
        X: pictures, (n, …), d pixels each.
        W: (d, q).
        b: (q,), added to each row.

    Returns:
        Logits, (n, q).

    Example:
        >>> net(torch.ones(2, 2, 2), torch.ones(4, 3), torch.zeros(3)).shape
        torch.Size([2, 3])

    Source: the note, section 2.3, which applies softmax here already.
    """
    X = X.reshape(-1, W.shape[0])
    products = X @ W
    return products + b


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Compute the mean loss of a minibatch, from logits.

    L = -(1/n) Σ log softmax(o)_y

    Args:
        logits: (n, q).
        y: class indices, (n,).

    Returns:
        One number, ().

    Example:
        >>> cross_entropy(torch.tensor([[0.0, -104.0, 0.0]]), torch.tensor([1]))
        tensor(104.6931)

    Source: the note, section 2.3, with log-sum-exp and the mean.
    """
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_sums = shifted.exp().sum(dim=1, keepdim=True).log()
    log_p = shifted - log_sums
    losses = -log_p[range(len(y)), y]
    return losses.mean()


def accuracy(scores: Tensor, y: Tensor) -> float:
    """Compute the share of correct predictions.

    Args:
        scores: logits or probabilities, (n, q).
        y: class indices, (n,).

    Returns:
        A number from 0 to 1.

    Example:
        >>> accuracy(torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]), torch.tensor([0, 2]))
        0.5

    Source: the note, section 2.4, which returns the count.
    """
    predicted = scores.argmax(dim=1)
    is_right = predicted == y
    return is_right.double().mean().item()


def evaluate_accuracy(data: Minibatches, W: Tensor, b: Tensor) -> float:
    """Compute the accuracy on all minibatches.

    Args:
        data: minibatches X, y.
        W: (d, q).
        b: (q,).

    Returns:
        A number from 0 to 1.

    Example:
        >>> evaluate_accuracy([(torch.eye(2), torch.tensor([0, 1]))], torch.eye(2), torch.zeros(2))
        1.0

    Source: the note, section 2.4.
    """
    metric = Accumulator(2)
    with torch.no_grad():
        for X, y in data:
            right = accuracy(net(X, W, b), y) * len(y)
            metric.add(right, len(y))  # → metric.data
    return metric[0] / metric[1]


def sgd(params: Sequence[Tensor], lr: float) -> None:
    """Take one step against the gradient and set the gradient to 0.

    w ← w - η ∂L/∂w

    Args:
        params: tensors whose gradient has been computed.
        lr: η, the learning rate.

    Example:
        >>> w = torch.tensor(1.0, requires_grad=True)
        >>> (2 * w).backward()
        >>> sgd([w], lr=0.1)
        >>> w.item(), w.grad.item()
        (0.800000011920929, 0.0)

    Source: *Dive into Deep Learning*, `sgd`; the note ends before it.
    """
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad.zero_()


def step(X: Tensor, y: Tensor, W: Tensor, b: Tensor, lr: float) -> Tensor:
    """Take one step of training by autograd: forward, loss, gradient, update.

    Args:
        X: pictures, (n, …).
        y: class indices, (n,).
        W: (d, q); is changed.
        b: (q,); is changed.
        lr: η, the learning rate.

    Returns:
        The loss before the step, ().

    Example:
        >>> W, b = torch.zeros(1, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
        >>> step(torch.ones(1, 1), torch.tensor([0]), W, b, lr=1.0).item(), W.tolist()
        (0.6931471824645996, [[0.5, -0.5]])
    """
    logits = net(X, W, b)
    loss = cross_entropy(logits, y)
    loss.backward()  # → W.grad
    sgd([W, b], lr)  # → W
    return loss.detach()


def step_by_hand(X: Tensor, y: Tensor, W: Tensor, b: Tensor, lr: float) -> tuple[Tensor, Tensor]:
    """Take the same step by the formula, without autograd.

    W ← W - η Xᵀ(P - Y) / n, b ← b - η mean(P - Y)

    Args:
        X: pictures, (n, …).
        y: class indices, (n,).
        W: (d, q).
        b: (q,).
        lr: η, the learning rate.

    Returns:
        The new W, (d, q), and b, (q,).

    Example:
        >>> step_by_hand(
        ...     torch.ones(1, 1), torch.tensor([0]), torch.zeros(1, 2), torch.zeros(2), lr=1.0
        ... )[0]
        tensor([[ 0.5000, -0.5000]])
    """
    X = X.reshape(-1, W.shape[0])
    P = softmax(X @ W + b)
    Y = nn.functional.one_hot(y, W.shape[1])
    W_grad = X.T @ (P - Y) / len(y)
    b_grad = (P - Y).mean(dim=0)
    return W - lr * W_grad, b - lr * b_grad


def train_epoch(data: Minibatches, W: Tensor, b: Tensor, lr: float) -> tuple[float, float]:
    """Take one step for each minibatch.

    Args:
        data: minibatches X, y.
        W: (d, q); is changed.
        b: (q,); is changed.
        lr: η, the learning rate.

    Returns:
        The mean loss and the accuracy, each minibatch measured before its step.

    Example:
        >>> W, b = torch.zeros(1, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
        >>> train_epoch([(torch.ones(1, 1), torch.tensor([0]))], W, b, lr=1.0)
        (0.6931471824645996, 1.0)

    Source: *Dive into Deep Learning*, `train_epoch_ch3`.
    """
    metric = Accumulator(3)
    for X, y in data:
        logits = net(X, W, b)
        loss = cross_entropy(logits, y)
        loss.backward()  # → b.grad
        sgd([W, b], lr)  # → b
        right = accuracy(logits, y) * len(y)
        metric.add(loss.item() * len(y), right, len(y))  # → metric.data
    return metric[0] / metric[2], metric[1] / metric[2]


def train(
    train_data: Minibatches, test_data: Minibatches, W: Tensor, b: Tensor, lr: float, epochs: int
) -> list[tuple[float, float, float]]:
    """Train for some epochs.

    Args:
        train_data: minibatches to learn from.
        test_data: minibatches that are only measured.
        W: (d, q); is changed.
        b: (q,); is changed.
        lr: η, the learning rate.
        epochs: how often all minibatches come by.

    Returns:
        Of each epoch the mean loss, the accuracy and the accuracy on the test data.

    Example:
        >>> W, b = torch.zeros(2, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
        >>> data = [(torch.eye(2), torch.tensor([1, 0]))]
        >>> train(data, data, W, b, lr=1.0, epochs=1)
        [(0.6931471824645996, 0.5, 1.0)]

    Source: *Dive into Deep Learning*, `train_ch3`.
    """
    history = []
    for _epoch in range(epochs):
        loss, share = train_epoch(train_data, W, b, lr)
        test_share = evaluate_accuracy(test_data, W, b)
        history.append((loss, share, test_share))  # → history[-1]
    return history


def predict(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Predict the class of each picture.

    Args:
        X: pictures, (n, …).
        W: (d, q).
        b: (q,).

    Returns:
        Class indices, (n,).

    Example:
        >>> predict(torch.eye(2), torch.eye(2), torch.zeros(2))
        tensor([0, 1])
    """
    logits = net(X, W, b)
    return logits.argmax(dim=1)


def concise(data: Minibatches, W: Tensor, b: Tensor, lr: float) -> nn.Linear:
    """Train for one epoch with torch's layer, loss and optimiser.

    Args:
        data: minibatches X, y.
        W: the initial weights, (d, q).
        b: the initial biases, (q,).
        lr: η, the learning rate.

    Returns:
        The layer; its `weight` is the transpose of W, (q, d).

    Example:
        >>> data = [(torch.ones(1, 1), torch.tensor([0]))]
        >>> concise(data, torch.zeros(1, 2), torch.zeros(2), lr=1.0).weight.tolist()
        [[0.5], [-0.5]]

    Source: *Dive into Deep Learning*, the concise implementation.
    """
    model = nn.Linear(*W.shape)
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    model.load_state_dict({"weight": W.T, "bias": b})  # → model.weight
    for X, y in data:
        loss = loss_of(model(X.flatten(1)), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()  # → model.weight
    return model


def share_by_minibatch(scores: Tensor, y: Tensor, batch_size: int) -> float:
    """Compute an accuracy a minibatch at a time, with an `Accumulator`.

    Args:
        scores: logits or probabilities, (N, q).
        y: class indices, (N,).
        batch_size: the rows of a minibatch; the last one may have fewer.

    Returns:
        The accuracy on all rows.

    Example:
        >>> share_by_minibatch(torch.eye(3), torch.tensor([0, 1, 0]), batch_size=2)
        0.6666666666666666
    """
    metric = Accumulator(2)
    for rows, labels in zip(scores.split(batch_size), y.split(batch_size), strict=True):
        right = accuracy(rows, labels) * len(labels)
        metric.add(right, len(labels))  # → metric.data
    return metric[0] / metric[1]


def hold_out(y: Tensor, count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Divide the training pictures at random: some to learn from, some to choose by.

    Args:
        y: the labels of all training pictures, (N,).
        count: how many are held out.
        seed: determines which.

    Returns:
        The positions of the pictures to learn from, (N - count,), and of those held out, (count,).

    Example:
        >>> kept, held_out = hold_out(torch.zeros(6), 2, seed=0)
        >>> len(kept), len(held_out)
        (4, 2)
    """
    dice = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(y), generator=dice)
    kept = order[count:]
    held_out = order[:count]
    return kept, held_out
