"""What each field of an experiment is, for whoever meets its name here for the first time."""

from __future__ import annotations

from typing import Final

from softmax_ui.text import N_, Names

explanation: Final = Names[str](
    {
        "variants": N_(
            "How many models are trained side by side, on the same minibatches in the same order; "
            "only their settings differ."
        ),
        "epochs": N_("How many times the training goes through all its pictures."),
        "batch_size": N_(
            "How many pictures go into one step; the gradient is their mean. With fewer it is "
            "noisier, and an epoch has more steps."
        ),
        "seed": N_(
            "Decides the random initial weights and the order of the pictures. The same seed gives "
            "the same run; another shows what was chance."
        ),
        "pixel_scale": N_(
            "How a grey value becomes a number. 0 to 1: divided by 255, as in the course. 0 to "
            "255: as it is, which makes logits 255 times as large. Standardized: also less the "
            "mean of all training pixels, and divided by their standard deviation."
        ),
        "schedule": N_(
            "Constant: η stays as it is. Cosine decay: η falls along half a cosine from its value "
            "to 0 at the last step."
        ),
        "validation_size": N_(
            "How many pictures of the training set are held out: the model is measured on them "
            "and never trained on them. The course holds out none and looks at the test set "
            "instead; to choose settings, hold some out, for example 10,000."
        ),
        "name": N_(
            "The variant's name in the curves and in the list of runs. If you leave it empty, it "
            "is named by the settings that differ."
        ),
        "learning_rate": N_(
            "How far a step goes against the gradient: W ← W − η · gradient. Too small is slow; "
            "too large jumps about, or diverges."
        ),
        "loss": N_(
            "What the training minimizes. Cross-entropy: −ln of the probability of the true "
            "class. Squared error: half the squared distance of p from the one-hot label."
        ),
        "init_std": N_("The standard deviation of the initial weights; the biases start at 0."),
        "momentum": N_(
            "Keeps a share µ of the step before: v ← µ · v + gradient, W ← W − η · v. With 0 each "
            "step forgets the last; with 0.9 steps in one direction add up to ten times their size."
        ),
        "weight_decay": N_(
            "Pulls the weights towards 0: λ · W is added to their gradient, not to that of the "
            "biases. 0 is off."
        ),
        "softmax": N_(
            "Stable subtracts the largest logit first; naive is exp(o) / Σ exp(o), the note's."
        ),
        "label_smoothing": N_(
            "Makes cross-entropy aim at a label that leaves every class a small share: 1 − ε + ε/n "
            "for the true class, ε/n for each other. The logits then stay finite. 0 is off."
        ),
    }
)
"""The fields of `Experiment`, then those of `Variant`."""
