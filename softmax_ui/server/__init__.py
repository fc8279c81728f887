"""The ASGI side: routes that are not Streamlit's, sockets, and a tidy end. It draws no page."""
