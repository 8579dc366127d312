# Read by CMake at llama.cpp's own `project()` line, after llama-cpp-python has switched its command-line helpers on: the
# program uses libllama and libmtmd alone, and without the helpers 136 files are compiled instead of 193.
set(LLAMA_BUILD_COMMON OFF CACHE BOOL "Build llama.cpp common library" FORCE)
