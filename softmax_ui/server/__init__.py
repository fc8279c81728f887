"""The ASGI side: routes that are not Streamlit's, sockets, and shutdown. It draws no page."""
