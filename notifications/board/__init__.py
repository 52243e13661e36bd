"""晒单: what was published, as pages, data and a feed that any web server can carry."""
