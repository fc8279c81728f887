"""The class as its teacher sees it: the board, the questions, the limits, what to take away."""
