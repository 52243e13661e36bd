"""What every test shares."""

from __future__ import annotations

from hypothesis import settings

# A machine shared with other work is slow at random; time is no property of the rules.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")
