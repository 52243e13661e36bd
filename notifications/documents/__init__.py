"""Notices as official documents: .docx after GB/T 9704-2012."""
