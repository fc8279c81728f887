"""The logit playground: the board's presets, pasted numbers, and what stands below it."""
