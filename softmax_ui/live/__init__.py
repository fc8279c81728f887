"""The moving parts of a run's page, made once for all who watch; draws no Streamlit element."""
