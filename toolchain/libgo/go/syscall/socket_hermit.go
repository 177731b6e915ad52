// Addresses of sockets, as the sysroot's headers have them.

package syscall

const (
	SizeofSockaddrInet4 = 16
	SizeofSockaddrInet6 = 28
	SizeofSockaddrUnix  = 110
)

type RawSockaddr struct {
	Family uint16
	Data   [14]int8
}

type RawSockaddrInet4 struct {
	Family uint16
	Port   uint16
	Addr   [4]byte
	Zero   [8]uint8
}

func (sa *RawSockaddrInet4) setLen() Socklen_t { return SizeofSockaddrInet4 }

type RawSockaddrInet6 struct {
	Family   uint16
	Port     uint16
	Flowinfo uint32
	Addr     [16]byte
	Scope_id uint32
}

func (sa *RawSockaddrInet6) setLen() Socklen_t { return SizeofSockaddrInet6 }

type RawSockaddrUnix struct {
	Family uint16
	Path   [108]int8
}

func (sa *RawSockaddrUnix) setLen(int) {}

func (sa *RawSockaddrUnix) getLen() (int, error) {
	n := 0
	for n < len(sa.Path) && sa.Path[n] != 0 {
		n++
	}
	return n, nil
}

func (sa *RawSockaddrUnix) adjustAbstract(sl Socklen_t) Socklen_t { return sl }

// BindToDevice binds a socket to a network device.
func BindToDevice(fd int, device string) error { return ENOSYS }

func anyToSockaddrOS(rsa *RawSockaddrAny) (Sockaddr, error) { return nil, EAFNOSUPPORT }

// GetsockoptIPv6MTUInfo asks for a path's greatest packet.
func GetsockoptIPv6MTUInfo(fd, level, opt int) (*IPv6MTUInfo, error) { return nil, ENOSYS }
