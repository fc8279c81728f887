"""Labelled pictures: find them, verify them, read them, and put them in order.

Data sets, the files and the network behind them, uploaded pictures, and the order of minibatches
live here; nothing that trains, starts threads or keeps runs does.

Start with `load_fashion_mnist`. It takes the four files from the data folder, from Debian's package
`dataset-fashion-mnist`, or from torchvision's mirror, in this order, and verifies their sha256.
"""

from softmax_core.data.dataset import (
    CLASS_NAMES,
    FASHION_MNIST,
    Dataset,
    Description,
    Split,
    check_dataset,
)
from softmax_core.data.fashion_mnist import DataStatus, data_status, load_fashion_mnist
from softmax_core.data.files import OnProgress
from softmax_core.data.minibatches import epoch_order, split_validation
from softmax_core.folders import data_folder

__all__ = [
    "CLASS_NAMES",
    "FASHION_MNIST",
    "DataStatus",
    "Dataset",
    "Description",
    "OnProgress",
    "Split",
    "check_dataset",
    "data_folder",
    "data_status",
    "epoch_order",
    "load_fashion_mnist",
    "split_validation",
]
