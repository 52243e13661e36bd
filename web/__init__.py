"""The console, the public board and the HTTP API."""
