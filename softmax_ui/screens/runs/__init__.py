"""All runs: the list, a card for each, comparison, import and report."""
