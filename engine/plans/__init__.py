"""How a unit means to do it: broken down, planned backwards, laid down as a plan."""
