// The texts of error numbers. Releases of libgo have them in files that differ.

package syscall

import "unsafe"

// The C library's GNU form: it returns the text, in buf or elsewhere.
//extern strerror_r
func gnuStrerror(errnum _C_int, buf *byte, size Size_t) *byte

// Errstr has the text as Go's messages begin: "bad file descriptor", but "RPC timed out".
func Errstr(errnum int) string {
	buf := make([]byte, 128)
	text := unsafe.Slice(gnuStrerror(_C_int(errnum), &buf[0], Size_t(len(buf))), len(buf))
	n := 0
	for n < len(text) && text[n] != 0 {
		n++
	}
	text = append([]byte(nil), text[:n]...)
	if n > 1 && 'A' <= text[0] && text[0] <= 'Z' && 'a' <= text[1] && text[1] <= 'z' {
		text[0] += 'a' - 'A'
	}
	return string(text)
}
