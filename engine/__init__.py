"""The domain of supervision. It knows no mail, no web, no scheduler and no clock."""
