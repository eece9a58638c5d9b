"""Many runs: the grid, engines, the results table and the comparison."""
