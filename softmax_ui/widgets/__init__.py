"""Groups of controls that several screens use; what one screen alone uses stays with it."""
