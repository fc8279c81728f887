"""The class, as its teacher sees it: the board, the questions, the limits, and what to take away."""
