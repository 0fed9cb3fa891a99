"""The pages: Gradio inside our own FastAPI application. Knows the Assistant, and nothing of how it finds or answers."""
