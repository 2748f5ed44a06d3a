"""From a fire time, an operator's word or a preview to messages owed: the one way into the outbox for digests."""
