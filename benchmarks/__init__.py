"""Speed, measured side by side: ours against stated baselines, in one run on one machine."""
