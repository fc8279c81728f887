"""Softmax, its derivatives, and softmax regression from scratch."""
