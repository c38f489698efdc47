# Language level, warnings, sanitizers and the compiler cache.
option(PARLEY_TESTS "Build the tests" ON)
option(PARLEY_BENCH "Build the benchmarks" OFF)
option(PARLEY_FUZZ "Offer the target fuzz" OFF)
set(PARLEY_SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
# Line tables only: coroutine-heavy objects link several times faster without full variable locations.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Werror)
# g++ 12 reports these inside the standard library and coroutine frames where nothing is wrong.
add_compile_options(-Wno-maybe-uninitialized -Wno-restrict $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)

if(PARLEY_SANITIZE)
  add_compile_options(-fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PARLEY_SANITIZE})
  if(PARLEY_SANITIZE MATCHES thread)
    add_compile_options(-Wno-tsan)  # Asio's fences, which it cannot follow
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers are only cacheable when the preprocessor keeps the #pragma and ccache may look past the macros
  # they were made with; without both, every single compilation is refused as uncacheable.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
