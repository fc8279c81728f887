"""The vanishing gradient: the board of scales, the race, and the numbers in its prose."""
