"""The training page before a run: presets, the experiment's form, the start button."""
