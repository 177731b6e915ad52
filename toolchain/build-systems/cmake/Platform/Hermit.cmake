# What CMake knows of Hermit: POSIX, and one static image.

set(UNIX 1)
set(HERMIT 1)
# add_library(… SHARED) makes a static library, with a word of warning from CMake.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(CMAKE_DL_LIBS "")
set(CMAKE_EXECUTABLE_FORMAT ELF)
set(CMAKE_FIND_LIBRARY_PREFIXES lib)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)

# Below CMAKE_FIND_ROOT_PATH: the sysroot has `include` and `lib` at its top, a project's own prefix too.
set(CMAKE_SYSTEM_PREFIX_PATH /)
set(CMAKE_SYSTEM_INCLUDE_PATH /include)
set(CMAKE_SYSTEM_LIBRARY_PATH /lib)

# What is installed without another word is found by the compilers, pkg-config and find_package.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX "${HERMIT_SYSROOT}" CACHE PATH "where `cmake --install` puts things" FORCE)
endif()

# CMake itself starts a test in the guest only where its COMMAND is the name of a target. Many projects give
# the path of the program, or use the older add_test(TEST PROGRAM …); here these come to the guest too.
# Inside CMake the original command is called _add_test then.
if(NOT COMMAND _add_test)
  cmake_policy(PUSH)
  cmake_policy(VERSION 3.18)
  function(add_test)
    set(_words "")
    set(_at_command OFF)
    foreach(_index RANGE 1 ${ARGC})
      math(EXPR _index "${_index} - 1")
      set(_word "${ARGV${_index}}")
      if(_index EQUAL 0 AND NOT _word STREQUAL "NAME")
        string(APPEND _words "NAME [==[${_word}]==] COMMAND ")
        set(_at_command ON)
        continue()
      endif()
      # A name alone may be a target, which CMake knows only later.
      if(_at_command AND _word MATCHES "/|^\\$<TARGET_FILE:")
        string(APPEND _words "[==[${CMAKE_CROSSCOMPILING_EMULATOR}]==] ")
      endif()
      set(_at_command OFF)
      if(_word STREQUAL "COMMAND" AND ARGV0 STREQUAL "NAME")
        set(_at_command ON)
      endif()
      string(APPEND _words "[==[${_word}]==] ")
    endforeach()
    cmake_language(EVAL CODE "_add_test(${_words})")
  endfunction()
  cmake_policy(POP)
endif()
