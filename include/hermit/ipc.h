/* Made from kernel/src/abi/ipc.rs by `cargo run -p headers`: do not edit. */

#ifndef HERMIT_IPC_H
#define HERMIT_IPC_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/**
 * `IPC_RMID`: removes it.
 */
#define HERMIT_IPC_RMID 0

/**
 * `IPC_SET`: sets owner, mode and, of a queue, its capacity.
 */
#define HERMIT_IPC_SET 1

/**
 * `IPC_STAT`: tells about it.
 */
#define HERMIT_IPC_STAT 2

/**
 * `GETPID`: who used a semaphore last.
 */
#define HERMIT_SEM_GETPID 11

/**
 * `GETVAL`: the value of a semaphore.
 */
#define HERMIT_SEM_GETVAL 12

/**
 * `GETALL`: all values.
 */
#define HERMIT_SEM_GETALL 13

/**
 * `GETNCNT`: how many wait for a semaphore to rise.
 */
#define HERMIT_SEM_GETNCNT 14

/**
 * `GETZCNT`: how many wait for a semaphore to be 0.
 */
#define HERMIT_SEM_GETZCNT 15

/**
 * `SETVAL`: sets a value.
 */
#define HERMIT_SEM_SETVAL 16

/**
 * `SETALL`: sets all values.
 */
#define HERMIT_SEM_SETALL 17

/**
 * Whose something is: `struct ipc_perm`.
 */
typedef struct HermitIpcPermissions {
  /**
   * Owner.
   */
  uint32_t uid;
  /**
   * Group.
   */
  uint32_t gid;
  /**
   * Who made it.
   */
  uint32_t creator_uid;
  /**
   * The group of who made it.
   */
  uint32_t creator_gid;
  /**
   * Permission bits; of shared memory also `01000`: it goes with the last attachment.
   */
  uint32_t mode;
  /**
   * Its key.
   */
  int32_t key;
} HermitIpcPermissions;

/**
 * A message queue: `struct msqid_ds`.
 */
typedef struct HermitMessageQueue {
  /**
   * Whose it is.
   */
  struct HermitIpcPermissions permissions;
  /**
   * Messages in it.
   */
  uint64_t messages;
  /**
   * Bytes that it holds at most.
   */
  uint64_t capacity;
  /**
   * Bytes in it.
   */
  uint64_t bytes;
  /**
   * Who sent the last message.
   */
  int32_t last_sender;
  /**
   * Who received the last message.
   */
  int32_t last_receiver;
  /**
   * When that was sent, in seconds since 1970.
   */
  int64_t sent;
  /**
   * When that was received.
   */
  int64_t received;
  /**
   * When it was made or set.
   */
  int64_t changed;
} HermitMessageQueue;

/**
 * One operation: `struct sembuf`.
 */
typedef struct HermitSemaphoreOperation {
  /**
   * Which semaphore.
   */
  uint16_t number;
  /**
   * What is added; 0: waits until it is 0.
   */
  int16_t operation;
  /**
   * `IPC_NOWAIT`, `SEM_UNDO`.
   */
  int16_t flags;
} HermitSemaphoreOperation;

/**
 * Shared memory: `struct shmid_ds`.
 */
typedef struct HermitSharedMemory {
  /**
   * Whose it is.
   */
  struct HermitIpcPermissions permissions;
  /**
   * Bytes.
   */
  uint64_t size;
  /**
   * When it was attached last, in seconds since 1970.
   */
  int64_t attached_at;
  /**
   * When it was detached last.
   */
  int64_t detached_at;
  /**
   * When it was made or set.
   */
  int64_t changed;
  /**
   * Who made it.
   */
  int32_t creator;
  /**
   * Who attached or detached it last.
   */
  int32_t last_user;
  /**
   * How often it is attached.
   */
  uint64_t attached;
} HermitSharedMemory;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Finds or makes a message queue; returns its id.
 *
 * # Errors
 * `ENOENT`, `EEXIST`, `ENOSPC`, `ENOMEM`.
 *
 * Serves `msgget`.
 */
int32_t sys_msgget(int32_t key, uint32_t flags);

/**
 * Sends the message of `len` bytes behind the type, a long, at `message`; waits for room.
 *
 * # Errors
 * `EINVAL` (also: the type is not positive, or too long), `EAGAIN` (`IPC_NOWAIT`), `EIDRM`, `EINTR`,
 * `EFAULT`, `ENOMEM`.
 *
 * Serves `msgsnd`.
 */
int32_t sys_msgsnd(int32_t id,
                   const int64_t *message,
                   size_t len,
                   uint32_t flags);

/**
 * Receives a message of at most `len` bytes to behind the type at `message`; returns its length. `wanted`: 0
 * the first, positive the first of that type, negative the first of the lowest type up to its amount.
 *
 * # Errors
 * `EINVAL`, `E2BIG` (too long, without `MSG_NOERROR`), `ENOMSG` (`IPC_NOWAIT`), `EIDRM`, `EINTR`, `EFAULT`.
 *
 * Serves `msgrcv`.
 */
ptrdiff_t sys_msgrcv(int32_t id,
                     int64_t *message,
                     size_t len,
                     int64_t wanted,
                     uint32_t flags);

/**
 * Controls a message queue: `HERMIT_IPC_…`.
 *
 * # Errors
 * `EINVAL`, `EPERM` (too large a capacity), `EFAULT`.
 *
 * Serves `msgctl`.
 */
int32_t sys_msgctl(int32_t id, int32_t command, struct HermitMessageQueue *about);

/**
 * Finds or makes a set of `count` semaphores; returns its id.
 *
 * # Errors
 * `EINVAL` (none, too many, or more than there are), `ENOENT`, `EEXIST`, `ENOSPC`, `ENOMEM`.
 *
 * Serves `semget`.
 */
int32_t sys_semget(int32_t key, int32_t count, uint32_t flags);

/**
 * Does all operations at once, waiting until that can be, at most until `deadline` (monotonic nanoseconds).
 *
 * # Errors
 * `EINVAL` (also: no operation), `E2BIG` (too many), `EFBIG` (no such semaphore), `ERANGE`, `EAGAIN`
 * (`IPC_NOWAIT`, or the deadline has come), `EIDRM`, `EINTR`, `EFAULT`, `ENOMEM`.
 *
 * Serves `semop`, `semtimedop`.
 */
int32_t sys_semop(int32_t id,
                  const struct HermitSemaphoreOperation *operations,
                  size_t count,
                  uint64_t deadline);

/**
 * Controls a set of semaphores, or one of them: `HERMIT_IPC_…` and `HERMIT_SEM_…`. `argument` is C's
 * `union semun`.
 *
 * # Errors
 * `EINVAL`, `ERANGE` (no value), `EFAULT`.
 *
 * Serves `semctl`.
 */
int32_t sys_semctl(int32_t id,
                   int32_t number,
                   int32_t command,
                   size_t argument);

/**
 * Finds or makes shared memory; returns its id.
 *
 * # Errors
 * `EINVAL` (no size, or more than there is), `ENOENT`, `EEXIST`, `ENOSPC`, `ENOMEM`.
 *
 * Serves `shmget`.
 */
int32_t sys_shmget(int32_t key, size_t size, uint32_t flags);

/**
 * Maps shared memory, anywhere if `address` is 0, and returns the address.
 *
 * # Errors
 * `EINVAL` (also: unaligned without `SHM_RND`, or something is there), `ENOMEM`.
 *
 * Serves `shmat`.
 */
ptrdiff_t sys_shmat(int32_t id, size_t address, uint32_t flags);

/**
 * Takes away what [`sys_shmat`] mapped at an address.
 *
 * # Errors
 * `EINVAL`, `ENOMEM`.
 *
 * Serves `shmdt`.
 */
int32_t sys_shmdt(size_t address);

/**
 * Controls shared memory: `HERMIT_IPC_…`.
 *
 * # Errors
 * `EINVAL`, `EFAULT`.
 *
 * Serves `shmctl`.
 */
int32_t sys_shmctl(int32_t id, int32_t command, struct HermitSharedMemory *about);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HERMIT_IPC_H */
