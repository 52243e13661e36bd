"""Moving an installation's whole store into another database, without changing a value."""
