// Package fold is what a module of others would be: it lies in the vendor folder.
package fold

import "strings"

// Words splits a line into its words of ASCII letters, in lower case.
func Words(line string) []string {
	return strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
		return r < 'a' || r > 'z'
	})
}
