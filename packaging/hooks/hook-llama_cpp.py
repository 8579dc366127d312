"""llama.cpp is loaded by its path from llama_cpp/lib; `freeze.py` puts its libraries there, one of each."""

binaries = []
datas = []
