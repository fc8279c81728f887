"""The map of the note: for each formula its page, its function and its test.

`docs/the-note.md` is this table in Markdown; `python -m softmax_ui.screens.lesson.note_map` writes
it anew, and a test fails where a name in it does not exist or the file differs from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from softmax_ui.pages import GRADIENT, LESSON, PLAYGROUND, PRECISION, TRAINING, Page
from softmax_ui.questions.parts import FORMULAS

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "the-note.md"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the map.

    Attributes:
        note: the note's section.
        latex: the formula or, between backticks, the code.
        page: where to play with it.
        step: the lesson's section.
        function: the dotted name of what computes it.
        test: a test's file and name, as pytest takes it.
    """

    note: str
    latex: str
    page: Page
    step: str
    function: str
    test: str


_F: Final = FORMULAS

ENTRIES: Final = (
    Entry("1.1", _F["f_one_hot"], LESSON, "categories",
          "softmax_core.training.objectives.Objectives.measure",
          "tests/core/test_the_note.py::test_a_soft_answer_is_a_distribution_and_goes_to_one_hot_as_logits_are_scaled"),
    Entry("1.1", _F["f_linear"], LESSON, "network", "softmax_core.linear.linear",
          "tests/core/test_linear.py::test_it_is_nn_linear_with_the_weights_turned"),
    Entry("1.2", _F["f_softmax"], PLAYGROUND, "softmax", "softmax_core.softmax",
          "tests/core/test_activations.py::test_any_row_is_as_accurate_as_promised"),
    Entry("1.2", _F["f_monotone"], PLAYGROUND, "softmax", "softmax_core.distributions.rank",
          "tests/core/test_the_note.py::test_the_order_of_the_logits_is_the_order_of_the_probabilities"),
    Entry("1.2", _F["f_invariance"], PLAYGROUND, "softmax", "softmax_core.softmax",
          "tests/core/test_the_note.py::test_the_same_number_added_to_each_logit_changes_nothing"),
    Entry("1.3", r"\frac{\partial p_i}{\partial o_i} = p_i - p_i^2", PLAYGROUND, "jacobian",
          "softmax_core.derivation.jacobian_entry",
          "tests/core/test_derivation.py::test_every_line_has_the_value_of_the_matrix"),
    Entry("1.3", r"\frac{\partial p_i}{\partial o_j} = -p_i p_j", PLAYGROUND, "jacobian",
          "softmax_core.derivation.jacobian_entry",
          "tests/core/test_derivation.py::test_every_line_has_the_value_of_the_matrix"),
    Entry("1.3", _F["f_jacobian"], PLAYGROUND, "jacobian", "softmax_core.softmax_jacobian",
          "tests/core/test_derivatives.py::test_jacobian_is_what_autograd_finds"),
    Entry("1.3", _F["f_half_norm"], GRADIENT, "norm", "softmax_core.half_l1_norm",
          "tests/core/test_derivatives.py::test_half_l1_norm_is_half_the_sum_of_the_jacobians_entries"),
    Entry("1.4", _F["f_cross_entropy"], PLAYGROUND, "loss", "softmax_core.cross_entropy",
          "tests/core/test_losses.py::test_cross_entropy_is_as_accurate_as_promised"),
    Entry("1.4", _F["f_gradient"], GRADIENT, "gradient", "softmax_core.cross_entropy_gradient",
          "tests/core/test_losses.py::test_gradients_are_what_autograd_finds"),
    Entry("1.4", _F["f_step"], PLAYGROUND, "gradient", "softmax_core.descent.descend",
          "tests/core/test_descent.py::test_the_walk_is_that_of_torchs_optimiser"),
    Entry("1.4", r"y = (1 - \varepsilon)\,\mathrm{onehot}(t) + \varepsilon / n", PLAYGROUND,
          "smoothing",
          "softmax_core.label_smoothing.smoothed_cross_entropy",
          "tests/core/test_label_smoothing.py::test_the_gradient_is_autograds_of_torchs_loss"),
    Entry("1.4", r"p = \mathrm{softmax}(o / T)", TRAINING, "calibration",
          "softmax_core.calibration.fit_temperature",
          "tests/core/test_calibration.py::test_the_fitted_temperature_is_mpmaths"),
    Entry("1.4", _F["f_calibration_error"], TRAINING, "calibration",
          "softmax_core.calibration.expected_calibration_error",
          "tests/core/test_calibration.py::test_the_expected_error_is_that_of_torchmetrics"),
    Entry("2", "`load_data_fashion_mnist(batch_size)`", TRAINING, "data",
          "softmax_core.from_scratch.load",
          "tests/core/test_from_scratch.py::test_each_picture_comes_once_an_epoch"),
    Entry("2.1", "`W, b`", TRAINING, "parameters", "softmax_core.training.parameters.Parameters",
          "tests/core/training/test_engine.py::test_every_variant_follows_the_autograd_loop_of_the_course"),
    Entry("2.2", "`softmax(X)`", PRECISION, "softmax_code", "softmax_core.naive_softmax",
          "tests/core/test_activations.py::test_naive_softmax_is_the_notes_formula"),
    Entry("2.3", "`net(X)`", TRAINING, "net",
          "softmax_core.training.parameters.Parameters.logits",
          "tests/core/training/test_engine.py::test_every_variant_follows_the_autograd_loop_of_the_course"),
    Entry("2.3", "`cross_entropy(y_hat, y)`", PRECISION, "loss_code",
          "softmax_core.naive_cross_entropy",
          "tests/core/test_losses.py::test_naive_cross_entropy_is_the_notes_and_breaks_with_it"),
    Entry("2.4", "`accuracy(y_hat, y)`", TRAINING, "accuracy", "softmax_core.accuracy",
          "tests/core/test_metrics.py::test_accuracy_is_a_share_not_the_notes_count"),
    Entry("2.4", "`Accumulator(n)`", TRAINING, "accumulator", "softmax_core.Accumulator",
          "tests/core/test_metrics.py::test_accumulator_adds_side_by_side"),
    Entry("2.4", "`evaluate_accuracy(net, data_iter)`", TRAINING, "evaluate",
          "softmax_core.training.evaluation.evaluate",
          "tests/core/training/test_engine.py::test_validation_pictures_are_held_out_and_measured"),
    Entry("TODO", _F["f_update"], TRAINING, "updater",
          "softmax_core.from_scratch.step_by_hand",
          "tests/core/test_from_scratch.py::test_the_step_by_the_formula_is_the_step_of_autograd"),
    Entry("TODO", r"\eta < 2 / \lambda", TRAINING, "updater",
          "softmax_core.curvature.largest_curvature",
          "tests/core/test_curvature.py::test_descent_grows_above_the_speed_limit_and_shrinks_below_it"),
    Entry("TODO", "`train_epoch`", TRAINING, "epoch", "softmax_core.training.Training",
          "tests/core/training/test_engine.py::test_an_epochs_training_figures_are_its_minibatches_weighted_by_their_size"),
    Entry("TODO", "`train`", TRAINING, "training", "softmax_core.training.train",
          "tests/core/training/test_engine.py::test_the_courses_settings_land_in_the_measured_band"),
    Entry("TODO", "`predict`", TRAINING, "prediction", "softmax_core.confusion_matrix",
          "tests/core/test_metrics.py::test_confusion_matrix_has_a_row_for_each_true_class"),
    Entry("TODO", r"o_k = c\,W_{0,k} \cdot x + \sum_i (A_{ik}\, x_i \cdot x + B_{ik})", TRAINING,
          "prediction", "softmax_core.training.attribution.attribute",
          "tests/core/training/test_attribution.py::test_weights_and_logits_are_the_sums_over_the_training_pictures"),
    Entry("TODO", r"(o_k - o_j) / \lVert W_k - W_j \rVert", TRAINING, "prediction",
          "softmax_core.flips.smallest_flip",
          "tests/core/test_flips.py::test_without_bounds_it_is_the_distance_to_the_nearest_plane"),
)  # fmt: skip


def table(headings: tuple[str, ...], pages: Mapping[Page, str], sections: Mapping[str, str]) -> str:
    """Return the map as a Markdown table; each page and each section has its cell in Markdown."""
    lines = ["| " + " | ".join(headings) + " |", "|:--" * len(headings) + "|"]
    for entry in ENTRIES:
        what = entry.latex if entry.latex.startswith("`") else f"${_inline(entry.latex)}$"
        cells = (
            entry.note,
            what,
            sections[entry.step],
            pages[entry.page],
            f"`{entry.function}`",
            f"`{entry.test}`",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _inline(latex: str) -> str:
    """Escape a formula for a table's cell, which a bar would end."""
    return latex.replace(r"\left|", r"\left\vert ").replace(r"\right|", r"\right\vert ")


def document() -> str:
    """Return the text of docs/the-note.md."""
    headings = ("Note", "Formula or code", "Lesson", "Page", "Function", "Test")
    paths = {entry.page: f"`{entry.page.script}`" for entry in ENTRIES}
    sections = {entry.step: f"`?step={entry.step}`" for entry in ENTRIES}
    return (
        "# The note, formula by formula\n\n"
        "Softmax Explorer grew out of a note on softmax and softmax regression. This is where each "
        "of its formulas went: the page to play with it, the function that computes it, the test "
        f"that holds it. The lesson (`{LESSON.script}`) goes through all of them in order.\n\n"
        "The table is written by `python -m softmax_ui.screens.lesson.note_map`; a test checks "
        "that each name in it exists.\n\n" + table(headings, paths, sections) + "\n"
    )


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
