"""The text that is sent to a language model, one file a message. Data, no code."""
