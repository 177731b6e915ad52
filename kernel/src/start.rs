//! From the boot core's first Rust code to the program, and from its end to the machine's.

use core::ffi::{c_char, c_void};
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

use alloc::vec::Vec;

use crate::abi::{HERMIT_PRIO_DEFAULT, HermitCloneArgs, HermitStartInfo};
use crate::arch::{self, apic, cpu, idt, interrupts, irq, smp, timer, trap};
use crate::boot::BootInfo;
use crate::sched::{self, Thread};
use crate::{console, drivers, firmware, fs, log, mm};

/// The first thread's stack is at least of this size: Linux's usual limit.
const MAIN_STACK_LEAST: usize = 8 << 20;

/// And at most of this one, so that an endless recursion is found before long.
const MAIN_STACK_MOST: usize = 1 << 30;

/// Size of the first thread's stack: an eighth of memory, since programs that keep arrays on it are run with
/// `ulimit -s unlimited` elsewhere. It is backed as it is used, so it takes nothing from those that do not.
fn main_stack_size() -> usize {
    let memory = mm::kernel::statistics().total * mm::FRAME_SIZE / 8;
    let size = memory.clamp(MAIN_STACK_LEAST, MAIN_STACK_MOST);
    size & !(mm::LARGE_SIZE - 1)
}

unsafe extern "C" {
    /// The program's first function: libc-shim's.
    fn __hermit_start(info: *const HermitStartInfo) -> !;
}

/// Sets the machine up and becomes the boot core's idle thread.
pub fn boot_core(boot: &'static BootInfo) -> ! {
    console::init(boot.flag("verbose"));
    // Before the most: an emulator translates code anew for a processor with other features.
    let features = cpu::detect();
    cpu::enable();
    mm::init(boot);
    let platform = firmware::find(boot.rsdp);
    idt::init();
    set_up(&platform, &features);
    log!(
        "{} of {} cores, {} kHz",
        arch::core_count(),
        platform.cores().count(),
        timer::tsc_khz()
    );
    match Thread::create(&main_thread(), None) {
        Ok(thread) => thread.start(),
        Err(error) => panic!("no first thread: {error:?}"),
    }
    sched::idle()
}

fn set_up(platform: &firmware::Platform, features: &cpu::Features) {
    let ready = apic::init(platform.local_apic, features.x2apic).and_then(|()| irq::init(platform));
    if let Err(error) = ready {
        panic!("no interrupt controller: {error:?}");
    }
    apic::enable(idt::SPURIOUS_VECTOR);
    timer::init(features);
    // SAFETY: the boot core, once, on the boot stack.
    unsafe { smp::set_up_core(0) };
    trap::init();
    sched::init();
    smp::start(platform);
}

fn main_thread() -> HermitCloneArgs {
    HermitCloneArgs {
        entry: Some(first_thread),
        arg: ptr::null_mut(),
        stack: ptr::null_mut(),
        stack_size: main_stack_size(),
        tls: ptr::null_mut(),
        child_tid: ptr::null_mut(),
        priority: HERMIT_PRIO_DEFAULT,
        flags: 0,
        affinity: 0,
        signal_mask: 0,
    }
}

/// Arguments and environment as C strings, in one array as the System V psABI (3.4.1) has them on a new
/// program's stack: arguments, null, environment, null, an empty auxiliary vector. Returns the number of
/// arguments and where the two lists begin.
fn strings(
    arguments: impl Iterator<Item = Vec<u8>>,
    environment: impl Iterator<Item = Vec<u8>>,
) -> (i32, *mut *mut c_char, *mut *mut c_char) {
    let string = |mut string: Vec<u8>| {
        string.push(0);
        string.leak().as_mut_ptr().cast()
    };
    let mut pointers: Vec<*mut c_char> = arguments.map(string).collect();
    let count = pointers.len();
    pointers.push(ptr::null_mut());
    pointers.extend(environment.map(string));
    pointers.extend([ptr::null_mut(); 3]);
    let argv = pointers.leak();
    let envp = argv[count + 1..].as_mut_ptr();
    (count as i32, argv.as_mut_ptr(), envp)
}

/// The first thread.
unsafe extern "C" fn first_thread(_: *mut c_void) {
    drivers::init();
    let program = fs::init();
    let (argc, argv, envp) = strings(program.arguments(), program.environment());
    let (stack, stack_size) = arch::current().own_stack();
    let info = HermitStartInfo {
        argc,
        argv,
        envp,
        stack: stack as *mut c_void,
        stack_size,
    };
    // SAFETY: the program's entry takes this.
    unsafe { __hermit_start(&info) }
}

/// Ends the program: its output is written, then the host learns the status.
pub fn exit(status: u8) -> ! {
    finish();
    leave(status)
}

/// Brings what the program left behind to the host: output, and files that it mapped.
pub fn finish() {
    crate::mm::shared::write_all_back();
    console::finish();
}

/// Tells the host the status and ends the machine.
pub fn leave(status: u8) -> ! {
    static LEFT: AtomicBool = AtomicBool::new(false);
    interrupts::disable();
    if !LEFT.swap(true, Ordering::SeqCst) {
        console::control(format_args!("exit {status}"));
        console::drain();
        arch::power::off(status);
    }
    interrupts::halt()
}

/// The kernel has found a bug in itself.
pub fn panic(info: &PanicInfo<'_>) -> ! {
    static PANICKED: AtomicBool = AtomicBool::new(false);
    interrupts::disable();
    if !PANICKED.swap(true, Ordering::SeqCst) {
        // PanicInfo's own form has two lines, a record has one.
        match info.location() {
            Some(place) => console::control(format_args!("panic at {place}: {}", info.message())),
            None => console::control(format_args!("panic {}", info.message())),
        }
        console::drain();
        arch::power::off(125);
    }
    interrupts::halt()
}
