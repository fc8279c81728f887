"""Groups of widgets that belong together."""
