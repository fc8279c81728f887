"""Everything that is seen: pages call it, and it calls softmax_core, never the other way round."""
