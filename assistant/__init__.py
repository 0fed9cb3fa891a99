"""Questions, papers and answers over a library of scientific papers."""
