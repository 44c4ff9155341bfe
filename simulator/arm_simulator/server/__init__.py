"""The HTTP server: routing, messages, the command line and the control interface."""
