"""How good the answers are: question sets, scores, runs that are kept and compared, and proposed questions."""
