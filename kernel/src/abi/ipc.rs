//! XSI interprocess communication: message queues, semaphore sets and shared memory with keys.
//!
//! Flags, commands and structures are Linux's; so are the limits: messages of at most 8192 bytes, 32000
//! semaphores in a set, 500 operations at once, values up to 32767. Key 0 (`IPC_PRIVATE`) always makes
//! something new. An unknown id is `EINVAL`.

use alloc::vec::Vec;

use super::HERMIT_NO_DEADLINE;
use crate::arch::uaccess::{copy_in, copy_out, read, write};
use crate::errno::{self, Errno, Result};
use crate::fs::user::User;
use crate::ipc::semaphores::{MOST_OPERATIONS, Question};
use crate::ipc::{memory, messages, patience, semaphores};
use crate::signal::{self, Restart};

/// `IPC_RMID`: removes it.
pub const HERMIT_IPC_RMID: i32 = 0;
/// `IPC_SET`: sets owner, mode and, of a queue, its capacity.
pub const HERMIT_IPC_SET: i32 = 1;
/// `IPC_STAT`: tells about it.
pub const HERMIT_IPC_STAT: i32 = 2;
/// `GETPID`: who used a semaphore last.
pub const HERMIT_SEM_GETPID: i32 = 11;
/// `GETVAL`: the value of a semaphore.
pub const HERMIT_SEM_GETVAL: i32 = 12;
/// `GETALL`: all values.
pub const HERMIT_SEM_GETALL: i32 = 13;
/// `GETNCNT`: how many wait for a semaphore to rise.
pub const HERMIT_SEM_GETNCNT: i32 = 14;
/// `GETZCNT`: how many wait for a semaphore to be 0.
pub const HERMIT_SEM_GETZCNT: i32 = 15;
/// `SETVAL`: sets a value.
pub const HERMIT_SEM_SETVAL: i32 = 16;
/// `SETALL`: sets all values.
pub const HERMIT_SEM_SETALL: i32 = 17;

/// Whose something is: `struct ipc_perm`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitIpcPermissions {
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Who made it.
    pub creator_uid: u32,
    /// The group of who made it.
    pub creator_gid: u32,
    /// Permission bits; of shared memory also `01000`: it goes with the last attachment.
    pub mode: u32,
    /// Its key.
    pub key: i32,
}

impl HermitIpcPermissions {
    /// Takes over what `IPC_SET` sets.
    pub(crate) fn set(&mut self, new: &HermitIpcPermissions) {
        self.uid = new.uid;
        self.gid = new.gid;
        self.mode = self.mode & !0o777 | new.mode & 0o777;
    }
}

/// A message queue: `struct msqid_ds`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitMessageQueue {
    /// Whose it is.
    pub permissions: HermitIpcPermissions,
    /// Messages in it.
    pub messages: u64,
    /// Bytes that it holds at most.
    pub capacity: u64,
    /// Bytes in it.
    pub bytes: u64,
    /// Who sent the last message.
    pub last_sender: i32,
    /// Who received the last message.
    pub last_receiver: i32,
    /// When that was sent, in seconds since 1970.
    pub sent: i64,
    /// When that was received.
    pub received: i64,
    /// When it was made or set.
    pub changed: i64,
}

/// A set of semaphores: `struct semid_ds`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitSemaphoreSet {
    /// Whose it is.
    pub permissions: HermitIpcPermissions,
    /// When it was used last, in seconds since 1970.
    pub used: i64,
    /// When it was made or set.
    pub changed: i64,
    /// How many there are.
    pub count: u64,
}

/// One operation: `struct sembuf`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitSemaphoreOperation {
    /// Which semaphore.
    pub number: u16,
    /// What is added; 0: waits until it is 0.
    pub operation: i16,
    /// `IPC_NOWAIT`, `SEM_UNDO`.
    pub flags: i16,
}

/// Shared memory: `struct shmid_ds`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HermitSharedMemory {
    /// Whose it is.
    pub permissions: HermitIpcPermissions,
    /// Bytes.
    pub size: u64,
    /// When it was attached last, in seconds since 1970.
    pub attached_at: i64,
    /// When it was detached last.
    pub detached_at: i64,
    /// When it was made or set.
    pub changed: i64,
    /// Who made it.
    pub creator: i32,
    /// Who attached or detached it last.
    pub last_user: i32,
    /// How often it is attached.
    pub attached: u64,
}

/// These calls are not taken up again after a handler, whatever `SA_RESTART` says, as on Linux.
fn once<T>(mut call: impl FnMut() -> Result<T>) -> Result<T> {
    signal::interruptible(Restart::Never, || signal::deferred(&mut call))
}

/// Finds or makes a message queue; returns its id.
///
/// # Errors
/// `ENOENT`, `EEXIST`, `ENOSPC`, `ENOMEM`.
///
/// Serves `msgget`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_msgget(key: i32, flags: u32) -> i32 {
    errno::number(messages::get(key, flags))
}

/// Sends the message of `len` bytes behind the type, a long, at `message`; waits for room.
///
/// # Errors
/// `EINVAL` (also: the type is not positive, or too long), `EAGAIN` (`IPC_NOWAIT`), `EIDRM`, `EINTR`,
/// `EFAULT`, `ENOMEM`.
///
/// Serves `msgsnd`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_msgsnd(id: i32, message: *const i64, len: usize, flags: u32) -> i32 {
    errno::status(once(|| {
        let queue = messages::find(id)?;
        let kind = read(message)?;
        let bytes = message.wrapping_add(1).cast::<u8>();
        queue.send(kind, &mut User::new(bytes.cast_mut(), len), patience(flags))
    }))
}

/// Receives a message of at most `len` bytes to behind the type at `message`; returns its length. `wanted`: 0
/// the first, positive the first of that type, negative the first of the lowest type up to its amount.
///
/// # Errors
/// `EINVAL`, `E2BIG` (too long, without `MSG_NOERROR`), `ENOMSG` (`IPC_NOWAIT`), `EIDRM`, `EINTR`, `EFAULT`.
///
/// Serves `msgrcv`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_msgrcv(
    id: i32,
    message: *mut i64,
    len: usize,
    wanted: i64,
    flags: u32,
) -> isize {
    errno::value(once(|| {
        if len > isize::MAX as usize {
            return Err(Errno::EINVAL);
        }
        let queue = messages::find(id)?;
        // Looked at before a message is taken.
        write(message, 0)?;
        let bytes = message.wrapping_add(1).cast::<u8>();
        let mut to = User::new(bytes, len);
        let (count, kind) = queue.receive(&mut to, wanted, flags, patience(flags))?;
        write(message, kind)?;
        Ok(count)
    }))
}

/// Controls a message queue: `HERMIT_IPC_…`.
///
/// # Errors
/// `EINVAL`, `EPERM` (too large a capacity), `EFAULT`.
///
/// Serves `msgctl`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_msgctl(id: i32, command: i32, about: *mut HermitMessageQueue) -> i32 {
    let control = || match command {
        HERMIT_IPC_RMID => messages::remove(id),
        HERMIT_IPC_SET => messages::find(id)?.set(&read(about.cast_const())?),
        HERMIT_IPC_STAT => write(about, messages::find(id)?.told()),
        _ => Err(Errno::EINVAL),
    };
    errno::status(control())
}

/// Finds or makes a set of `count` semaphores; returns its id.
///
/// # Errors
/// `EINVAL` (none, too many, or more than there are), `ENOENT`, `EEXIST`, `ENOSPC`, `ENOMEM`.
///
/// Serves `semget`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_semget(key: i32, count: i32, flags: u32) -> i32 {
    errno::number(semaphores::get(key, count, flags))
}

/// Does all operations at once, waiting until that can be, at most until `deadline` (monotonic nanoseconds).
///
/// # Errors
/// `EINVAL` (also: no operation), `E2BIG` (too many), `EFBIG` (no such semaphore), `ERANGE`, `EAGAIN`
/// (`IPC_NOWAIT`, or the deadline has come), `EIDRM`, `EINTR`, `EFAULT`, `ENOMEM`.
///
/// Serves `semop`, `semtimedop`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_semop(
    id: i32,
    operations: *const HermitSemaphoreOperation,
    count: usize,
    deadline: u64,
) -> i32 {
    errno::status(once(|| {
        if count == 0 {
            return Err(Errno::EINVAL);
        }
        if count > MOST_OPERATIONS {
            return Err(Errno::E2BIG);
        }
        let set = semaphores::find(id)?;
        let mut list = Vec::new();
        list.try_reserve_exact(count).map_err(|_| Errno::ENOMEM)?;
        for at in 0..count {
            list.push(read(operations.wrapping_add(at))?);
        }
        set.operate(&list, (deadline != HERMIT_NO_DEADLINE).then_some(deadline))
    }))
}

/// Controls a set of semaphores, or one of them: `HERMIT_IPC_…` and `HERMIT_SEM_…`. `argument` is C's
/// `union semun`.
///
/// # Errors
/// `EINVAL`, `ERANGE` (no value), `EFAULT`.
///
/// Serves `semctl`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_semctl(id: i32, number: i32, command: i32, argument: usize) -> i32 {
    errno::number(semaphore_control(id, number, command, argument))
}

fn semaphore_control(id: i32, number: i32, command: i32, argument: usize) -> Result<i32> {
    let set = semaphores::find(id)?;
    let question = match command {
        HERMIT_SEM_GETPID => Question::User,
        HERMIT_SEM_GETVAL => Question::Value,
        HERMIT_SEM_GETNCNT => Question::Rising,
        HERMIT_SEM_GETZCNT => Question::Zero,
        HERMIT_IPC_RMID => return semaphores::remove(id).map(|()| 0),
        HERMIT_IPC_SET => {
            set.set(&read(argument as *const HermitSemaphoreSet)?);
            return Ok(0);
        }
        HERMIT_IPC_STAT => {
            return write(argument as *mut HermitSemaphoreSet, set.told()).map(|()| 0);
        }
        HERMIT_SEM_GETALL => {
            let values = set.values();
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
            return copy_out(argument as *mut u8, &bytes).map(|()| 0);
        }
        HERMIT_SEM_SETALL => {
            let mut bytes = alloc::vec![0; set.count() * 2];
            copy_in(&mut bytes, argument as *const u8)?;
            let value = |pair: &[u8]| u16::from_ne_bytes([pair[0], pair[1]]);
            let values: Vec<u16> = bytes.chunks_exact(2).map(value).collect();
            return set.set_values(0, &values).map(|()| 0);
        }
        HERMIT_SEM_SETVAL => {
            let value = u16::try_from(argument as i32).map_err(|_| Errno::ERANGE)?;
            return set.set_values(number, &[value]).map(|()| 0);
        }
        _ => return Err(Errno::EINVAL),
    };
    set.ask(number, question)
}

/// Finds or makes shared memory; returns its id.
///
/// # Errors
/// `EINVAL` (no size, or more than there is), `ENOENT`, `EEXIST`, `ENOSPC`, `ENOMEM`.
///
/// Serves `shmget`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_shmget(key: i32, size: usize, flags: u32) -> i32 {
    errno::number(memory::get(key, size, flags))
}

/// Maps shared memory, anywhere if `address` is 0, and returns the address.
///
/// # Errors
/// `EINVAL` (also: unaligned without `SHM_RND`, or something is there), `ENOMEM`.
///
/// Serves `shmat`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_shmat(id: i32, address: usize, flags: u32) -> isize {
    errno::value(memory::attach(id, address, flags))
}

/// Takes away what [`sys_shmat`] mapped at an address.
///
/// # Errors
/// `EINVAL`, `ENOMEM`.
///
/// Serves `shmdt`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_shmdt(address: usize) -> i32 {
    errno::status(memory::detach(address))
}

/// Controls shared memory: `HERMIT_IPC_…`.
///
/// # Errors
/// `EINVAL`, `EFAULT`.
///
/// Serves `shmctl`.
#[cfg_attr(panic = "abort", unsafe(no_mangle))]
pub extern "C" fn sys_shmctl(id: i32, command: i32, about: *mut HermitSharedMemory) -> i32 {
    let control = || match command {
        HERMIT_IPC_RMID => memory::remove(id),
        HERMIT_IPC_SET => {
            memory::find(id)?.set(&read(about.cast_const())?);
            Ok(())
        }
        HERMIT_IPC_STAT => write(about, memory::find(id)?.told()),
        _ => Err(Errno::EINVAL),
    };
    errno::status(control())
}
