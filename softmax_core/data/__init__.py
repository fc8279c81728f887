"""Labelled pictures: find them, verify them, read them, and put them in order.

Data sets, the files and the network behind them, uploaded pictures, and the order of minibatches
live here; nothing that trains, starts runs or keeps them does.

Start with `load`: a data set by its word, as "fashion-mnist", or of a file or a folder. The four
files of Fashion-MNIST come from the data folder, from Debian's package `dataset-fashion-mnist`, or
from torchvision's mirror, in this order, and their sha256 is verified. `from_folder`,
`from_arrays`, `from_csv`, `from_npz`, `from_idx` and `from_parquet` make a data set of one's own,
and tell what was left out.
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
from softmax_core.data.importing import Imported, from_arrays, from_folder, preview, subset
from softmax_core.data.loading import import_from, load
from softmax_core.data.minibatches import epoch_order, split_validation
from softmax_core.data.saving import save
from softmax_core.data.shelf import Shelf
from softmax_core.data.sources import ImportLimits, LeftOut
from softmax_core.data.tables import from_csv, from_idx, from_npz, from_parquet
from softmax_core.folders import data_folder

__all__ = [
    "CLASS_NAMES",
    "FASHION_MNIST",
    "DataStatus",
    "Dataset",
    "Description",
    "ImportLimits",
    "Imported",
    "LeftOut",
    "OnProgress",
    "Shelf",
    "Split",
    "check_dataset",
    "data_folder",
    "data_status",
    "epoch_order",
    "from_arrays",
    "from_csv",
    "from_folder",
    "from_idx",
    "from_npz",
    "from_parquet",
    "import_from",
    "load",
    "load_fashion_mnist",
    "preview",
    "save",
    "split_validation",
    "subset",
]
