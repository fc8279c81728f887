"""A folder a page: what the page shows, in the order of its table of contents.

No screen imports another: what two of them need lies in `widgets` or further down.
"""
