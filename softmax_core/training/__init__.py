"""Softmax regression, trained in lockstep."""
