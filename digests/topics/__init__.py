"""The tree of topics, and the topic that a person meant."""
