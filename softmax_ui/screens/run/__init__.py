"""One run: its controls, its views, and the story of a single picture."""
