"""后见: what another policy would have sent, held against the past as it was recorded."""
