import pytest
import torch

from softmax_core.training.pictures import Pictures, pixel_moments

PIXELS = ALWAYS_ON = 784
WIDTH = 800


def make(pixel_scale, fashion, largest=4):
    images, labels = fashion.train.images[:10], fashion.train.labels[:10]
    return Pictures(images, labels, pixel_scale, pixel_moments(images), largest)


def test_unit_pixels_times_their_scale_are_what_to_tensor_gives(fashion):
    pictures = make("unit", fashion)
    rows = pictures.at(torch.tensor([3, 0, 7]))
    expected = fashion.train.images[[3, 0, 7]].reshape(3, 784).float() / 255
    torch.testing.assert_close(rows[:, :PIXELS] * pictures.scale, expected, rtol=1e-6, atol=0.0)


@pytest.mark.parametrize("pixel_scale", ["unit", "raw", "standardized"])
def test_one_column_is_always_on_and_the_rest_off(fashion, pixel_scale):
    pictures = make(pixel_scale, fashion)
    for rows in (pictures.at(torch.tensor([1])), pictures.between(2, 6)[0]):
        assert rows.shape[1] == WIDTH
        assert (rows[:, ALWAYS_ON] * pictures.scale == 1.0).all()
        assert not rows[:, ALWAYS_ON + 1 :].any()


def test_standardized_pixels_have_mean_0_and_deviation_1(fashion):
    rows, _ = make("standardized", fashion, largest=10).between(0, 10)
    pixels = rows[:, :PIXELS].double()
    assert pixels.mean().item() == pytest.approx(0.0, abs=1e-6)
    assert pixels.std(correction=0).item() == pytest.approx(1.0, abs=1e-6)


def test_the_moments_of_the_training_set_are_the_published_ones(fashion):
    # The mean and deviation that every Fashion-MNIST example normalises with.
    mean, deviation = pixel_moments(fashion.train.images)
    assert (round(mean, 4), round(deviation, 4)) == (0.2860, 0.3530)
