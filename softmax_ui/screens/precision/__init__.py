"""Numerical precision: two lines of code in four types, case by case."""
