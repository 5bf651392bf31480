"""How far a point fit can be trusted: resampled runs, the scatter of runs, the law's own error."""
