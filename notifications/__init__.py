"""How a notice becomes words, a document, a message and a delivery."""
