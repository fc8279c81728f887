"""Fashion-MNIST: find it, verify it, read it."""
