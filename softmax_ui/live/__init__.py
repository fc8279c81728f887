"""What moves on a run's page, made once for all who watch; no Streamlit element is drawn here."""
