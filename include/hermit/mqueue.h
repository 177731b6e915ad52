/* Made from kernel/src/abi/mqueue.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_MQUEUE_H
#define HERMIT_MQUEUE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * What a queue is like: `struct mq_attr`.
 */
typedef struct HermitMqAttr {
  /**
   * `O_NONBLOCK` or 0: of the descriptor.
   */
  int64_t flags;
  /**
   * How many messages the queue holds.
   */
  int64_t max_messages;
  /**
   * How many bytes a message can have.
   */
  int64_t message_size;
  /**
   * How many messages there are.
   */
  int64_t messages;
} HermitMqAttr;

/**
 * What `sys_mq_notify` registers; the kernel keeps it and does not look at it.
 */
typedef struct HermitMqEvent {
  /**
   * The caller's.
   */
  uint64_t words[16];
} HermitMqEvent;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens a queue, or makes it with `O_CREAT`, permissions `mode` (less the mask of `sys_umask`) and the
 * limits of `*attributes` (null: 10 messages of 8192 bytes); returns a descriptor.
 *
 * # Errors
 * `EINVAL`: no such access mode, limits that no queue can have (65536 messages of 16 MiB), or a name
 * without a slash at its beginning. `EACCES`: another slash in the name. `ENAMETOOLONG`: more than 255
 * bytes. `EEXIST`, `ENOENT`, `EMFILE`, `ENOSPC`, `EFAULT`.
 *
 * Serves POSIX `mq_open`.
 */
int32_t sys_mq_open(const char *name,
                    uint32_t flags,
                    uint32_t mode,
                    const struct HermitMqAttr *attributes);

/**
 * Removes a queue's name; those who have it open go on.
 *
 * # Errors
 * `ENOENT`, `ENAMETOOLONG`, `EACCES`, `EINVAL`, `EFAULT`.
 *
 * Serves POSIX `mq_unlink`.
 */
int32_t sys_mq_unlink(const char *name);

/**
 * Sends a message of `len` bytes with `priority`; waits while the queue is full, at most until `deadline`.
 * Returns 1 if the event that was registered is due: it is stored in `*event`, and the caller sees to it.
 * Else 0.
 *
 * # Errors
 * `EBADF` (also: not open for writing), `EMSGSIZE`, `EINVAL` (priority of 32768 or more), `EAGAIN`
 * (`O_NONBLOCK`), `ETIMEDOUT`, `EINTR`, `ENOMEM`, `EFAULT`.
 *
 * Serves POSIX `mq_send`, `mq_timedsend`.
 */
int32_t sys_mq_send(int32_t fd,
                    const uint8_t *message,
                    size_t len,
                    uint32_t priority,
                    uint64_t deadline,
                    struct HermitMqEvent *event);

/**
 * Receives the oldest of the messages with the highest priority, which is stored in `*priority` unless
 * that is null; waits while there is none, at most until `deadline`. Returns the message's length.
 *
 * # Errors
 * `EBADF` (also: not open for reading), `EMSGSIZE` (`len` is less than the queue's messages can have),
 * `EAGAIN` (`O_NONBLOCK`), `ETIMEDOUT`, `EINTR`, `EFAULT`.
 *
 * Serves POSIX `mq_receive`, `mq_timedreceive`.
 */
ptrdiff_t sys_mq_receive(int32_t fd,
                         uint8_t *message,
                         size_t len,
                         uint32_t *priority,
                         uint64_t deadline);

/**
 * Stores what a queue is like in `*old`, then sets the descriptor's `O_NONBLOCK` as `new->flags` says. Either
 * may be null.
 *
 * # Errors
 * `EBADF`, `EINVAL` (other flags), `EFAULT`.
 *
 * Serves POSIX `mq_getattr`, `mq_setattr`.
 */
int32_t sys_mq_attributes(int32_t fd,
                          const struct HermitMqAttr *new_,
                          struct HermitMqAttr *old);

/**
 * Registers an event that `sys_mq_send` returns, once, when a message comes to the empty queue and nobody
 * waits for it; null takes away what was registered through this opening, as closing it does.
 *
 * # Errors
 * `EBADF`, `EBUSY` (one is registered), `EFAULT`.
 *
 * Serves POSIX `mq_notify`.
 */
int32_t sys_mq_notify(int32_t fd,
                      const struct HermitMqEvent *event);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_MQUEUE_H */
