package x509

// Where a program's certificates of authorities are looked for: mount or put them there.
var certFiles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"}

var certDirectories = []string{"/etc/ssl/certs"}
