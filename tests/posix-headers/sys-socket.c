#include <sys/socket.h>
#include "check.h"

CONSTANTS(
	SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM, SOL_SOCKET, SO_ACCEPTCONN, SO_BROADCAST, SO_DEBUG,
	SO_DONTROUTE, SO_ERROR, SO_KEEPALIVE, SO_LINGER, SO_OOBINLINE, SO_RCVBUF, SO_RCVLOWAT, SO_RCVTIMEO,
	SO_REUSEADDR, SO_SNDBUF, SO_SNDLOWAT, SO_SNDTIMEO, SO_TYPE, SOMAXCONN, MSG_CTRUNC, MSG_DONTROUTE, MSG_EOR,
	MSG_OOB, MSG_NOSIGNAL, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, SHUT_RD,
	SHUT_RDWR, SHUT_WR, SCM_RIGHTS)
TYPE(socklen_t)
TYPE(sa_family_t)
TYPE(size_t)
TYPE(ssize_t)
TYPE(struct iovec)
MEMBER(struct sockaddr, sa_family)
MEMBER(struct sockaddr, sa_data)
MEMBER(struct sockaddr_storage, ss_family)
MEMBER(struct msghdr, msg_name)
MEMBER(struct msghdr, msg_namelen)
MEMBER(struct msghdr, msg_iov)
MEMBER(struct msghdr, msg_iovlen)
MEMBER(struct msghdr, msg_control)
MEMBER(struct msghdr, msg_controllen)
MEMBER(struct msghdr, msg_flags)
MEMBER(struct cmsghdr, cmsg_len)
MEMBER(struct cmsghdr, cmsg_level)
MEMBER(struct cmsghdr, cmsg_type)
MEMBER(struct linger, l_onoff)
MEMBER(struct linger, l_linger)
