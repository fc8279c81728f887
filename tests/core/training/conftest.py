import pytest

from softmax_core.data import Dataset, load_fashion_mnist
from softmax_core.data.dataset import Split


@pytest.fixture(scope="session")
def fashion() -> Dataset:
    """The real data set."""
    return load_fashion_mnist()


@pytest.fixture(scope="session")
def slice_of_fashion(fashion: Dataset) -> Dataset:
    """The first pictures of the real data set: enough to learn from, quick to go through."""
    return Dataset(
        Split(fashion.train.images[:1000], fashion.train.labels[:1000]),
        Split(fashion.test.images[:300], fashion.test.labels[:300]),
    )
