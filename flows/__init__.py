"""When things run: the catalogue of jobs and what fires them."""
