/* Made from kernel/src/abi/socket.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_SOCKET_H
#define HERMIT_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <hermit/file.h>

/**
 * Out-of-band data: there is none.
 */
#define HERMIT_MSG_OOB 1

/**
 * What is received stays.
 */
#define HERMIT_MSG_PEEK 2

/**
 * The message was longer than the room for it.
 */
#define HERMIT_MSG_TRUNC 32

/**
 * Does not wait.
 */
#define HERMIT_MSG_DONTWAIT 64

/**
 * Waits for all that was asked for.
 */
#define HERMIT_MSG_WAITALL 256

/**
 * No `SIGPIPE`.
 */
#define HERMIT_MSG_NOSIGNAL 16384

/**
 * What [`sys_sendmsg`] sends and [`sys_recvmsg`] receives: `struct msghdr`.
 */
typedef struct HermitMessage {
  /**
   * Address of the other side, or null.
   */
  void *name;
  /**
   * Its length, or room for it.
   */
  uint32_t name_len;
  /**
   * Pieces of memory.
   */
  HermitIovec *pieces;
  /**
   * How many.
   */
  size_t piece_count;
  /**
   * Ancillary data: none is received, and none can be sent.
   */
  void *control;
  /**
   * Its length.
   */
  size_t control_len;
  /**
   * `HERMIT_MSG_…` of what was received.
   */
  int32_t flags;
} HermitMessage;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Makes a socket; returns the new descriptor.
 *
 * # Errors
 * `EAFNOSUPPORT`, `EPROTOTYPE`, `EPROTONOSUPPORT`, `EMFILE`, `ENOMEM`.
 *
 * Serves `socket`.
 */
int32_t sys_socket(int32_t family, uint32_t kind, int32_t protocol);

/**
 * Makes two sockets that are connected with each other; `AF_UNIX` only.
 *
 * # Errors
 * Those of [`sys_socket`], `EOPNOTSUPP` (another family), `EFAULT`.
 *
 * Serves `socketpair`.
 */
int32_t sys_socketpair(int32_t family, uint32_t kind, int32_t protocol, int32_t *fds);

/**
 * Gives a socket an address.
 *
 * # Errors
 * `EINVAL` (has one already, or no address), `EAFNOSUPPORT`, `EADDRINUSE`, `EADDRNOTAVAIL`, `EFAULT`,
 * `ENOMEM`; for a path those of `sys_mknodat`.
 *
 * Serves `bind`.
 */
int32_t sys_bind(int32_t fd,
                 const void *name,
                 uint32_t len);

/**
 * Lets others connect; about `backlog` of them wait to be accepted.
 *
 * # Errors
 * `EOPNOTSUPP` (datagrams), `EINVAL` (connected, or of `AF_UNIX` without an address).
 *
 * Serves `listen`.
 */
int32_t sys_listen(int32_t fd, int32_t backlog);

/**
 * Takes the first of those who wait to be connected, waiting for one; stores where it is unless `name` is
 * null. Returns the new descriptor. `flags`: `O_CLOEXEC`, `O_NONBLOCK`.
 *
 * # Errors
 * `EOPNOTSUPP` (datagrams), `EINVAL` (does not listen), `EAGAIN`, `EINTR`, `EMFILE`, `EFAULT`.
 *
 * Serves `accept`, `accept4`.
 */
int32_t sys_accept(int32_t fd,
                   void *name,
                   uint32_t *len,
                   uint32_t flags);

/**
 * Connects a socket; waits while the other side has no room for one more. Of a datagram socket it says where
 * messages go; an address of family 0 takes that back.
 *
 * # Errors
 * `ECONNREFUSED`, `EISCONN`, `EPROTOTYPE`, `ENETUNREACH`, `EAFNOSUPPORT`, `EINVAL`, `EAGAIN` (there is no
 * room, with `O_NONBLOCK`), `EINTR`, `EFAULT`; for a path those of finding a file.
 *
 * Serves `connect`.
 */
int32_t sys_connect(int32_t fd,
                    const void *name,
                    uint32_t len);

/**
 * Stores the address of a socket.
 *
 * # Errors
 * `EFAULT`, `EINVAL`.
 *
 * Serves `getsockname`.
 */
int32_t sys_getsockname(int32_t fd, void *name, uint32_t *len);

/**
 * Stores the address to which a socket is connected.
 *
 * # Errors
 * `ENOTCONN`, `EFAULT`, `EINVAL`.
 *
 * Serves `getpeername`.
 */
int32_t sys_getpeername(int32_t fd, void *name, uint32_t *len);

/**
 * Ends receiving (0), sending (1) or both (2).
 *
 * # Errors
 * `ENOTCONN`, `EINVAL`.
 *
 * Serves `shutdown`.
 */
int32_t sys_shutdown(int32_t fd, uint32_t which);

/**
 * Sends a message, or bytes; returns how many. `flags`: `HERMIT_MSG_DONTWAIT`, `HERMIT_MSG_NOSIGNAL`.
 *
 * # Errors
 * `ENOTCONN`, `EDESTADDRREQ`, `EISCONN`, `EPIPE`, `EMSGSIZE`, `ECONNREFUSED`, `EAGAIN`, `EINTR`, `EFAULT`,
 * `EOPNOTSUPP` (ancillary data, other flags), `ENOMEM`; with an address those of [`sys_connect`].
 *
 * Serves `send`, `sendto`, `sendmsg`.
 */
ptrdiff_t sys_sendmsg(int32_t fd,
                      const struct HermitMessage *message,
                      uint32_t flags);

/**
 * Receives a message, or bytes; returns how many, 0 at the end. Stores in `message` where it came from, with
 * the length of that, and `HERMIT_MSG_TRUNC` if there was more. `flags`: `HERMIT_MSG_DONTWAIT`,
 * `HERMIT_MSG_PEEK`, `HERMIT_MSG_WAITALL`; with `HERMIT_MSG_TRUNC` the length of the whole message is returned.
 *
 * # Errors
 * `ENOTCONN`, `EAGAIN`, `EINTR`, `EFAULT`, `EINVAL`, `EOPNOTSUPP` (other flags).
 *
 * Serves `recv`, `recvfrom`, `recvmsg`.
 */
ptrdiff_t sys_recvmsg(int32_t fd,
                      struct HermitMessage *message,
                      uint32_t flags);

/**
 * Sets an option.
 *
 * # Errors
 * `ENOPROTOOPT`, `EINVAL` (too short), `EDOM`, `EFAULT`, `ENOMEM`.
 *
 * Serves `setsockopt`.
 */
int32_t sys_setsockopt(int32_t fd, int32_t level, int32_t name, const void *value, uint32_t len);

/**
 * Stores as much of an option's value as `*len` says, and its length.
 *
 * # Errors
 * `ENOPROTOOPT`, `EINVAL`, `EFAULT`.
 *
 * Serves `getsockopt`.
 */
int32_t sys_getsockopt(int32_t fd, int32_t level, int32_t name, void *value, uint32_t *len);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_SOCKET_H */
