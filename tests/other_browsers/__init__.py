"""Firefox and WebKit, as far as they differ: `make test-browsers`."""
