//! A CMake project in C, on a system that has no compiler of another language.

use sdk::Result;

use super::{must_have, said};
use crate::tree::Tree;

/// It needs OpenMP and threads, can do without MPI, and its test is a program that must run in the guest.
const PROJECT: &str = "\
cmake_minimum_required(VERSION 3.13)
project(sample C)
find_package(OpenMP REQUIRED)
find_package(Threads REQUIRED)
find_package(MPI)
if(MPI_FOUND)
  message(FATAL_ERROR \"an MPI of the host\")
endif()
add_executable(sample main.c)
target_link_libraries(sample OpenMP::OpenMP_C Threads::Threads)
enable_testing()
add_test(NAME adds COMMAND sample)
set_tests_properties(adds PROPERTIES PASS_REGULAR_EXPRESSION \"Hermit says 3\")
";

const PROGRAM: &str = "\
#include <omp.h>
#include <stdio.h>
#include <sys/utsname.h>

int main(void)
{
	struct utsname system;
	int sum = 0;
	#pragma omp parallel for reduction(+ : sum) num_threads(2)
	for (int i = 0; i < 3; i++)
		sum += i;
	uname(&system);
	printf(\"%s says %d\\n\", system.sysname, sum);
}
";

/// What builds it, which the SDK itself does not bring.
pub const TOOLS: &str = "cmake make";

/// Configures, builds and tests it as the ordinary user.
pub fn c_project(tree: &Tree) -> Result<()> {
    for (file, text) in [("CMakeLists.txt", PROJECT), ("main.c", PROGRAM)] {
        let line = format!("mkdir -p sample && cat > sample/{file} <<'END'\n{text}END\n");
        said(&mut tree.user(&line))?;
    }
    let build = "set -e; cd sample; x86_64-hermit-env cmake -S . -B build; cmake --build build; \
                 ctest --test-dir build --output-on-failure";
    must_have(&said(&mut tree.user(build))?, "100% tests passed")
}
