"""The words of the logit board, in the reader's language."""

from __future__ import annotations

from softmax_ui.text import _


def board_labels() -> dict[str, str]:
    """Return every text that the board shows or speaks, under the name that its script knows."""
    return {**_rows(), **_numbers(), **_jacobian(), **_experiments()}


def _rows() -> dict[str, str]:
    """Return the words of the tools and of the rows, those that a screen reader says too."""
    return {
        "presets": _("Examples to begin with"),
        "classes": _("Number of classes"),
        "fewer_classes": _("One class fewer"),
        "more_classes": _("One class more"),
        "new_class": _("class {number}"),
        "paste": _("Paste numbers"),
        "paste_field": _("A row of logits: commas, spaces, lines, JSON, a printed array or tensor"),
        "paste_show": _("Show them"),
        "copy_link": _("Copy link"),
        "copied": _("Copied"),
        "copy_failed": _("Copy it from the address bar"),
        "uniform": _("uniform"),
        "near_tie": _("near tie"),
        "one_hot": _("one-hot"),
        "hundred": _("±100"),
        "random": _("random"),
        "target": _("Target: the true class"),
        "target_head": _("target ·"),
        "target_hint": _(
            "Fill a ring to make its class the target t: the loss and ∂L/∂o are about it. Press "
            "it again for no target."
        ),
        "class_head": _("class"),
        "logit_head": _("logit o"),
        "probability_head": _("probability p"),
        "rank_head": _("rank"),
        "name_of": _("Name of class {number}"),
        "logit_of": _("Logit of {name}"),
        "logit_spoken": _("{logit}, probability {probability}"),
        "target_is": _("Make {name} the target"),
        "masked": _("−∞: this class is masked, its probability is 0"),
        "misread": _(
            "“{text}” is not a number, so the field shows what it was. Write one such as 0.5, 1/2, "
            "50%, 1e-3 or ln 10; a logit may be -inf."
        ),
        "ambiguous": _("“{text}” can be read in two ways. Which one is meant?"),
        "out_of_range": _(
            "“{text}” is out of the range from {low} to {high}: the nearest end is taken."
        ),
        "last_finite": _("At least one logit has to be finite, so this one cannot be −∞ too."),
    }


def _numbers() -> dict[str, str]:
    """Return the words of the totals and of the knobs."""
    return {
        "entropy": _("entropy"),
        "nats": _("nats ="),
        "bits": _("bits"),
        "perplexity": _("perplexity"),
        "largest": _("largest p"),
        "loss": _("loss"),
        "temperature": _("temperature"),
        "cold": _("T → 0: all on the largest"),
        "hot": _("T → ∞: uniform"),
        "shift": _("common shift"),
        "shift_hint": _("Move it: no probability will change."),
        "nothing_moved": _("No probability has changed."),
        "hardly_moved": _("No probability has changed by more than {change}."),
        "scale_logits": _("Scale the logits"),
        "agrees": _(
            "Checked by softmax_core in Python: no probability differs by more than {apart}."
        ),
        "agrees_exactly": _("Checked by softmax_core in Python: the same to the last bit."),
    }


def _jacobian() -> dict[str, str]:
    """Return the words of the Jacobian and of the derivation of one of its entries."""
    return {
        "jacobian": _("Jacobian"),
        "jacobian_grid": _("Jacobian matrix; the arrow keys move from entry to entry"),
        "heat_hint": _("Point at a cell or tap it: its value is derived below."),
        "sums_zero": _(
            "Each row and each column adds up to 0 (largest rounding error: {worst}), "
            "and the matrix is symmetric: the dashed cell has the same value."
        ),
        "meaning_same": _("How the probability of {row} responds to its own logit."),
        "meaning_other": _("How the probability of {row} responds to the logit of {column}."),
        "meaning_heated": _(
            "With T = {temperature}, its response to o itself is 1/T of that: {value}."
        ),
        "step_quotient": _("Write the probability as a quotient."),
        "step_parts_same": _("Numerator and denominator both change with this logit."),
        "step_parts_other": _("Only the denominator changes with this logit."),
        "step_rule": _("Apply the quotient rule."),
        "step_split": _("Split the fraction."),
        "step_name": _("Each quotient is a probability."),
        "step_count": _("line {step} of {total}"),
        "first_step": _("Begin the derivation again"),
        "previous_step": _("One line back"),
        "next_step": _("Next line"),
        "cell_spoken": _("{row} by {column}: {value}"),
    }


def _experiments() -> dict[str, str]:
    """Return the words of the four experiments."""
    return {
        "descent": _("Descend"),
        "choose_target": _("Choose a target: the ring before a class's name."),
        "learning_rate": _("learning rate"),
        "smoothing": _("label smoothing"),
        "smoothing_hint": _("At ε = 0 the label is one-hot: no finite logits are the best."),
        "best_gap": _(
            "The dark lines are the label y = (1 − ε) onehot + ε/n. The loss is smallest where "
            "o(t) is {gap} above each other logit."
        ),
        "step": _("One step (S)"),
        "ten_steps": _("Ten steps"),
        "walk_back": _("Back to the start"),
        "walk_hint": _(
            "Each step subtracts η times the gradient from the logits, along the arrows."
        ),
        "steps_taken": _("Steps: {count}. The loss went from {before} to {after}."),
        "loss_curve": _("The loss after each step"),
        "push": _("Push one logit"),
        "push_class": _("The logit to push"),
        "push_by": _("Push by δ"),
        "predicted": _("J δ predicts"),
        "real": _("what happens"),
        "push_chart": _("Predicted and real change of each probability"),
        "push_hint": _(
            "Move δ, and see how far the Jacobian's straight line is from what really happens."
        ),
        "push_told": _(
            "{name}: {predicted} predicted, {real} in fact. All errors together: {error}, {ratio} "
            "times those of half the push."
        ),
        "push_error": _("The error of the prediction for each δ"),
        "simplex": _("The simplex"),
        "simplex_picture": _("A triangle; the point in it is the distribution"),
        "simplex_hint": _("Three probabilities are a point in a triangle. Drag it."),
        "sample": _("Draw from it"),
        "draw_one": _("1 draw"),
        "draw_hundred": _("100 draws"),
        "draw_many": _("10,000 draws"),
        "clear": _("Clear"),
        "sample_chart": _("How often each class was drawn, beside its probability"),
        "sample_hint": _(
            "The lines are the probabilities; draw, and watch the bars approach them."
        ),
        "sample_told": _(
            "Draws: {total}. No share is farther than {worst} percentage points from its "
            "probability; the distance shrinks like 1/√draws (now {expected} points)."
        ),
    }
