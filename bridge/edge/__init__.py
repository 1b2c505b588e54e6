"""HTTP in, HTTP out. Views read the request, call one flow, and answer; they decide nothing."""
