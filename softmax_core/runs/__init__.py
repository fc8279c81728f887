"""Runs: experiments that were started, and the store that keeps them."""
