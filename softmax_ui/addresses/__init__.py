"""What a page shows, in its URL and back: the kinds of value, one table of settings a page.

Nothing is drawn here; numbers that a person types or pastes are read here and nowhere else.
"""
