//! What `{ target … }` and `dg-require-effective-target` ask, answered for Hermit.

use super::directive::split;
use sdk::{Result, fail};

/// The name that triplet patterns are held against. Tests for Linux and its C library want interfaces
/// that Hermit has too; what is not there shows as a failure.
const TRIPLET: &str = "x86_64-pc-linux-gnu";

/// Effective targets, and whether they are there. The processor is QEMU's, with AVX2.
const EFFECTIVE: &[(&str, bool)] = &[
    ("__float128", true),
    ("aarch64_tiny", false),
    ("alias", true),
    ("broken_cplxf_arg", false),
    ("avx", true),
    ("avx2", true),
    ("avx2_runtime", true),
    ("avx512f", false),
    ("avx512f_runtime", false),
    ("avx_runtime", true),
    ("c99_runtime", true),
    ("cpuid_runtime", true),
    ("correct_iso_cpp_string_wchar_protos", true),
    ("cxx11_abi", true),
    ("dfp", true),
    ("dummy_wcsftime", false),
    ("exceptions_enabled", true),
    // One program in one address space: no shared objects, and no other process.
    ("dlopen", false),
    ("fork", false),
    ("fpic", false),
    ("fd_truncate", true),
    ("fopenmp", true),
    ("fortran_large_int", true),
    ("fortran_integer_16", true),
    ("fortran_large_real", true),
    ("fortran_largest_fp_has_sqrt", true),
    ("fortran_real_10", true),
    ("fortran_real_16", true),
    ("fortran_real_c_float128", true),
    // libstdc++ is configured without Linux's.
    ("futex", false),
    ("gthreads", true),
    ("ia32", false),
    ("ieee_floats", true),
    ("ilp32", false),
    ("inf", true),
    ("int128", true),
    // A macro of later standards.
    ("issignaling", false),
    ("large_double", true),
    ("large_long_double", true),
    ("lax_strtofp", false),
    ("llp64", false),
    ("longlong64", true),
    ("lp64", true),
    ("libatomic_available", true),
    ("lto", true),
    ("net_ts_ip", true),
    ("newlib", false),
    ("offload_device", false),
    ("offload_device_any_intel_mic", false),
    ("offload_device_nonshared_as", false),
    // Without a device, target regions run on the host.
    ("offload_device_shared_as", true),
    ("offload_target_amdgcn", false),
    ("offload_target_any", false),
    ("offload_target_nvptx", false),
    ("offloading_enabled", false),
    ("openacc_host_selected", false),
    ("openacc_nvidia_accel_selected", false),
    ("openacc_radeon_accel_selected", false),
    ("pthread", true),
    ("pthread_h", true),
    ("random_device", true),
    ("run_expensive_tests", false),
    ("shared", false),
    ("simulator", false),
    ("size32plus", true),
    ("sse2_runtime", true),
    ("sse4_runtime", true),
    // Needs a library of its own, which is not built.
    ("stacktrace", false),
    ("static_libgfortran", true),
    ("std_allocator_new", true),
    ("stdint_types", true),
    ("sync_char_short", true),
    ("sync_int_long", true),
    ("tbb_backend", false),
    ("tls", true),
    ("tls_native", true),
    ("tls_runtime", true),
    ("vect_double", true),
    ("vect_intdouble_cvt", true),
    ("vect_simd_clones", true),
    ("wchar", true),
    ("weak_undefined", true),
];

/// What `dg-require-NAME` asks, and whether it is there.
const REQUIRED: &[(&str, bool)] = &[
    ("alias", true),
    ("atomic-builtins", true),
    ("binary-io", true),
    ("c-std", true),
    ("cmath", true),
    ("cstdint", true),
    ("cxa-atexit", true),
    // A whole run of the suite with -D_GLIBCXX_DEBUG, or with the parallel mode.
    ("debug-mode", false),
    ("parallel-mode", false),
    ("fileio", true),
    ("filesystem-ts", true),
    ("fork", false),
    ("gthreads", true),
    ("gthreads-timed", true),
    ("little-endian", true),
    ("mkfifo", true),
    ("normal-mode", true),
    ("nprocs", true),
    ("sched-yield", true),
    ("sharedlib", false),
    ("sleep", true),
    ("string-conversions", true),
    ("swprintf", true),
    ("thread-fence", true),
    ("time", true),
    ("visibility", true),
    ("weak", true),
];

/// Whether what `{ dg-require-NAME ARGUMENT }` asks is there; `None` if it is not known.
pub fn required(name: &str, argument: &str) -> Option<bool> {
    match name {
        // There is one locale.
        "namedlocale" => Some(["C", "POSIX"].contains(&argument)),
        // libstdc++ is configured for a C library whose iconv() it does not ask for.
        "iconv" => Some(false),
        _ => {
            let known = REQUIRED.iter().find(|(known, _)| *known == name);
            known.map(|(_, there)| *there)
        }
    }
}

/// Of a C++ standard, as in `-std=c++2a`: 20.
pub fn year(name: &str) -> Option<u32> {
    match name {
        // Before all others.
        "98" | "03" => Some(0),
        "0x" => Some(11),
        "1y" => Some(14),
        "1z" => Some(17),
        "2a" => Some(20),
        "2b" => Some(23),
        number => number.parse().ok(),
    }
}

/// What one program is held against.
pub struct Target {
    /// What `{ target c++ }` asks.
    pub language: &'static str,
    /// Its C++ standard.
    pub standard: u32,
}

impl Target {
    /// Whether an effective target is there.
    pub fn effective(&self, name: &str) -> Result<bool> {
        if ["c", "c++", "fortran", "go"].contains(&name) {
            return Ok(name == self.language);
        }
        if let Some(asked) = name.strip_prefix("c++") {
            let (asked, holds): (&str, fn(&u32, &u32) -> bool) = match asked.split_once('_') {
                Some((asked, "only")) => (asked, u32::eq),
                Some((asked, "down")) => (asked, u32::le),
                _ => (asked, u32::ge),
            };
            if let Some(asked) = year(asked) {
                return Ok(self.language == "c++" && holds(&self.standard, &asked));
            }
        }
        match EFFECTIVE.iter().find(|(known, _)| *known == name) {
            Some((_, there)) => Ok(*there),
            None => fail(format!("effective target '{name}' is not known")),
        }
    }

    /// Whether the `target SELECTOR` in a directive, if it has one, names us.
    pub fn applies(&self, words: &str) -> Result<bool> {
        match words.trim_start().strip_prefix("target") {
            Some(selector) => self.selects(selector),
            None => Ok(true),
        }
    }

    /// Whether the `xfail SELECTOR` in a directive, if it has one, names us.
    pub fn fails(&self, words: &str) -> Result<bool> {
        let words = split(words);
        match words.iter().position(|word| word == "xfail") {
            Some(at) => self.selects(&words[at + 1..].join(" ")),
            None => Ok(false),
        }
    }

    /// Whether a selector names us: triplet patterns and effective targets, any of which is enough, with
    /// `!`, `&&`, `||` and braces; what `xfail` says is no part of it.
    pub fn selects(&self, selector: &str) -> Result<bool> {
        let words = split(selector);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let before_xfail = words
            .iter()
            .position(|w| *w == "xfail")
            .unwrap_or(words.len());
        let mut result = false;
        for words in words[..before_xfail].split(|w| *w == "||") {
            result |= self.all(words)?;
        }
        Ok(result)
    }

    /// Words between `||`: joined by `&&`, or a list of which one is enough.
    fn all(&self, words: &[&str]) -> Result<bool> {
        let mut result = true;
        for part in words.split(|w| *w == "&&") {
            result &= match part {
                [] => true,
                ["!", rest @ ..] => !self.one(&rest.join(" "))?,
                list => {
                    let mut any = false;
                    for word in list {
                        any |= self.one(word)?;
                    }
                    any
                }
            };
        }
        Ok(result)
    }

    fn one(&self, word: &str) -> Result<bool> {
        if word.contains(' ') {
            return self.selects(word);
        }
        if word.matches('-').count() >= 2 || word.contains('*') {
            return Ok(fits(word, TRIPLET));
        }
        self.effective(word)
    }
}

/// Tcl's `string match` with `*`, `?` and `[…]` read as one character.
fn fits(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = rest.as_str();
            (0..=text.len()).any(|at| text.get(at..).is_some_and(|tail| fits(rest, tail)))
        }
        Some(c) => {
            let mut tail = text.chars();
            let mut pattern = rest.as_str();
            if c == '[' {
                pattern = pattern.split_once(']').map_or("", |(_, after)| after);
            }
            tail.next().is_some_and(|t| c == '?' || c == '[' || c == t)
                && fits(pattern, tail.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors() {
        let target = |language, standard| Target { language, standard };
        let yes = |s| assert_eq!(target("c", 17).selects(s), Ok(true), "{s}");
        let no = |s| assert_eq!(target("c", 17).selects(s), Ok(false), "{s}");
        yes("*-*-*");
        yes("i?86-*-* x86_64-*-*");
        yes("{ { i?86-*-* x86_64-*-* } && lp64 }");
        yes("{ ! run_expensive_tests }");
        yes("*-*-linux* *-*-gnu* *-*-freebsd*");
        yes("c");
        yes("{ ia32 || lp64 }");
        yes("lp64 xfail *-*-*");
        no("alpha*-*-*");
        no("c++");
        no("c++11");
        no("{ { i?86-*-* x86_64-*-* } && ia32 }");
        no("! lp64");
        assert!(target("c", 17).selects("warp_drive").is_err());

        let cxx = |standard, s| target("c++", standard).applies(s);
        assert_eq!(cxx(17, "target c++11"), Ok(true));
        assert_eq!(cxx(17, "target { c++11 && { ! c++2a } }"), Ok(true));
        assert_eq!(cxx(20, "target { c++11 && { ! c++2a } }"), Ok(false));
        assert_eq!(cxx(14, "target { c++11_only || c++14_only }"), Ok(true));
        assert_eq!(cxx(17, "target c++14_down"), Ok(false));
        assert_eq!(cxx(17, "xfail *-*-*"), Ok(true));
        let fails = |s| target("c++", 17).fails(s);
        assert_eq!(fails("target c++11 xfail *-*-*"), Ok(true));
        assert_eq!(fails("xfail arm*-*-elf lax_strtofp"), Ok(false));
        assert_eq!(fails("xfail { ! { *-*-linux* *-*-gnu* } }"), Ok(false));
    }
}
