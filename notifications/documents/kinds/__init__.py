"""What each kind of document says, from the same views as the mails."""
