"""What KMS records: a journal of calls and events, and what they would cost."""
