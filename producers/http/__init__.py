"""One request and its answer: connections, SSRF guard, politeness, robots.txt, decompression, failure codes."""
