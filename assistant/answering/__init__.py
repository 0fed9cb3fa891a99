"""Evidence -> statements and citations."""
