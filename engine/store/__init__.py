"""Tables, claims, the journal and migrations."""
