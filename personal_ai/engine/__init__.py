"""llama.cpp, and the only importer of it."""
