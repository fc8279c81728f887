"""Figures: arrays, records and translated labels in, a plotly Figure out; never Streamlit."""
