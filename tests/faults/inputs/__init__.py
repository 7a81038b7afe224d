"""Uploads as no one should send them, and what each must come to: the list "Bad input" of docs/faults.md."""
