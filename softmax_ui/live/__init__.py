"""What moves on the page of a run: made once for all who watch, and fetched by their browsers."""
