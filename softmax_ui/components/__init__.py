"""Custom components, one folder each: a typed Python function beside its browser side."""
