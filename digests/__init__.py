"""The news half of Heatwire: from an archive of articles to rendered messages."""
