# gateway_library(name SOURCES file... [DEPENDS target...])
#
# One static library per folder of gateway/, named parley_<name>, reusing the precompiled headers of parley_base.
function(gateway_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(parley_${name} STATIC ${ARG_SOURCES})
  target_include_directories(parley_${name} PUBLIC ${CMAKE_SOURCE_DIR}/gateway)
  target_link_libraries(parley_${name} PUBLIC ${ARG_DEPENDS})
  if(NOT name STREQUAL "base")
    target_link_libraries(parley_${name} PUBLIC parley_base)
    target_precompile_headers(parley_${name} REUSE_FROM parley_base)
  endif()
endfunction()

# gateway_test(name SOURCES file... [DEPENDS target...])
#
# One GoogleTest binary, registered with CTest as a whole and labelled with the folder below tests/ it lives in. It runs
# in the repository's root; no path is compiled in, so that clones share the compiler cache.
function(gateway_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/gateway ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE PARLEY_SOURCE_DIR=".")
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} parley_base GTest::gmock GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/unit)
  file(RELATIVE_PATH where ${CMAKE_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  string(REGEX MATCH "^[^/]+" label "${where}")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${label}" TIMEOUT 300)
endfunction()

# Adds the named folders that hold a CMakeLists.txt.
function(add_folders)
  foreach(folder ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()
