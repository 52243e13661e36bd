"""Accounts: who may sign in, and what no post says of them."""
