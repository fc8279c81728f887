"""Everything that is seen, a room each; what a room may import stands in docs/architecture.md.

`softmax_core` is imported, never the other way round. A new screen goes into `screens`, a group of
controls that two screens share into `widgets`, what is asked of a link into `addresses`.
"""
