# CMake's toolchain file for Hermit: -DCMAKE_TOOLCHAIN_FILE=…/hermit.cmake, or the variable of that name
# in the environment, as `x86_64-hermit-env` sets it. Languages are looked at when a project enables them.

set(CMAKE_SYSTEM_NAME Hermit)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# This file is PREFIX/share/hermit-sdk/cmake/hermit.cmake, wherever PREFIX is.
get_filename_component(_hermit_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(_hermit_tool "${_hermit_prefix}/bin/x86_64-hermit")
set(HERMIT_SYSROOT "${_hermit_prefix}/x86_64-hermit")

# Platform/Hermit.cmake.
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")

# A caller's choice stays: -DCMAKE_C_COMPILER=x86_64-hermit-clang.
foreach(_hermit_pair C:gcc CXX:g++ Fortran:gfortran ASM:gcc)
  string(REPLACE ":" ";" _hermit_pair "${_hermit_pair}")
  list(GET _hermit_pair 0 _hermit_language)
  list(GET _hermit_pair 1 _hermit_compiler)
  if(NOT CMAKE_${_hermit_language}_COMPILER)
    set(CMAKE_${_hermit_language}_COMPILER "${_hermit_tool}-${_hermit_compiler}")
  endif()
endforeach()

foreach(_hermit_name AR RANLIB NM STRIP OBJCOPY OBJDUMP READELF ADDR2LINE)
  string(TOLOWER "${_hermit_name}" _hermit_program)
  set(CMAKE_${_hermit_name} "${_hermit_tool}-${_hermit_program}" CACHE FILEPATH "for Hermit")
endforeach()
foreach(_hermit_language C CXX Fortran)
  set(CMAKE_${_hermit_language}_COMPILER_AR "${_hermit_tool}-gcc-ar" CACHE FILEPATH "for Hermit")
  set(CMAKE_${_hermit_language}_COMPILER_RANLIB "${_hermit_tool}-gcc-ranlib" CACHE FILEPATH "for Hermit")
endforeach()
set(PKG_CONFIG_EXECUTABLE "${_hermit_tool}-pkg-config" CACHE FILEPATH "for Hermit")

# try_run, add_test and custom commands: a program of this project runs in the guest.
set(CMAKE_CROSSCOMPILING_EMULATOR "${_hermit_tool}-exec")

# Programs are the host's; headers, libraries and packages the sysroot's, and those of the folders that the
# user names.
set(CMAKE_FIND_ROOT_PATH "${HERMIT_SYSROOT}" ${CMAKE_PREFIX_PATH} ${CMAKE_STAGING_PREFIX})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# An mpicc in PATH is the host's. A project that brings an MPI for Hermit says so with OFF.
if(NOT DEFINED CMAKE_DISABLE_FIND_PACKAGE_MPI)
  set(CMAKE_DISABLE_FIND_PACKAGE_MPI ON)
endif()
