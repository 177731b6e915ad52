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
    ("avx", true),
    ("avx2", true),
    ("avx2_runtime", true),
    ("avx512f", false),
    ("avx512f_runtime", false),
    ("avx_runtime", true),
    ("c99_runtime", true),
    ("cpuid_runtime", true),
    // One program in one address space: no shared objects, and no other process.
    ("dlopen", false),
    ("fork", false),
    ("fpic", false),
    ("fopenmp", true),
    ("fortran_large_int", true),
    ("fortran_large_real", true),
    ("fortran_real_10", true),
    ("fortran_real_16", true),
    ("fortran_real_c_float128", true),
    ("ia32", false),
    ("ilp32", false),
    ("inf", true),
    ("int128", true),
    ("large_double", true),
    ("large_long_double", true),
    ("longlong64", true),
    ("lp64", true),
    ("lto", true),
    ("offload_device", false),
    ("offload_device_any_intel_mic", false),
    ("offload_device_nonshared_as", false),
    ("offload_device_shared_as", false),
    ("offload_target_amdgcn", false),
    ("offload_target_any", false),
    ("offload_target_nvptx", false),
    ("offloading_enabled", false),
    ("openacc_host_selected", false),
    ("openacc_nvidia_accel_selected", false),
    ("openacc_radeon_accel_selected", false),
    ("pthread", true),
    ("pthread_h", true),
    ("run_expensive_tests", false),
    ("shared", false),
    ("size32plus", true),
    ("sse2_runtime", true),
    ("sse4_runtime", true),
    ("sync_char_short", true),
    ("sync_int_long", true),
    ("tls", true),
    ("tls_native", true),
    ("tls_runtime", true),
    ("vect_simd_clones", true),
    ("wchar", true),
    ("weak_undefined", true),
];

/// Whether an effective target is there; `None` for one that is not known.
pub fn effective(name: &str, language: &str) -> Option<bool> {
    if ["c", "c++", "fortran", "go"].contains(&name) {
        return Some(name == language);
    }
    let known = EFFECTIVE.iter().find(|(known, _)| *known == name);
    known.map(|(_, there)| *there)
}

/// Whether a selector names us: triplet patterns and effective targets, any of which is enough, with
/// `!`, `&&`, `||` and braces; what `xfail` says is no part of it.
pub fn selects(selector: &str, language: &str) -> Result<bool> {
    let words = split(selector);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let before_xfail = words
        .iter()
        .position(|w| *w == "xfail")
        .unwrap_or(words.len());
    let mut result = false;
    for words in words[..before_xfail].split(|w| *w == "||") {
        result |= all(words, language)?;
    }
    Ok(result)
}

/// Words between `||`: joined by `&&`, or a list of which one is enough.
fn all(words: &[&str], language: &str) -> Result<bool> {
    let mut result = true;
    for part in words.split(|w| *w == "&&") {
        result &= match part {
            [] => true,
            ["!", rest @ ..] => !one(&rest.join(" "), language)?,
            list => {
                let mut any = false;
                for word in list {
                    any |= one(word, language)?;
                }
                any
            }
        };
    }
    Ok(result)
}

fn one(word: &str, language: &str) -> Result<bool> {
    if word.contains(' ') {
        return selects(word, language);
    }
    if word.matches('-').count() >= 2 || word.contains('*') {
        return Ok(fits(word, TRIPLET));
    }
    match effective(word, language) {
        Some(there) => Ok(there),
        None => fail(format!("target '{word}' is not known")),
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
        let yes = |s| assert_eq!(selects(s, "c"), Ok(true), "{s}");
        let no = |s| assert_eq!(selects(s, "c"), Ok(false), "{s}");
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
        no("{ { i?86-*-* x86_64-*-* } && ia32 }");
        no("! lp64");
        assert!(selects("warp_drive", "c").is_err());
    }
}
