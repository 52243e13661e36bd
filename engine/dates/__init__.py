"""Dates and the clocks behind them: set, met, moved, stopped, put off by those who may."""
