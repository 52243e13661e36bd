"""What every verb stands on: who acts, the step taken, the notice written, the messages queued."""
