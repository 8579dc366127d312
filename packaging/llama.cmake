# Read by CMake at llama.cpp's own `project()` line, after llama-cpp-python has switched its command-line helpers on: the
# program uses libllama alone, and without the helpers (and the vision library on top of them) 83 files are compiled
# instead of 193.
set(LLAMA_BUILD_COMMON OFF CACHE BOOL "Build llama.cpp common library" FORCE)
