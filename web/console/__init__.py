"""The console (工作台): pages and acts, each declared once for browsers and programs alike."""
