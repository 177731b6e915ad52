//! QEMU's command line for one run.
//!
//! Pure but for [`kvm_works`]: options and descriptor numbers in, words out. What each machine needs to
//! boot quickly, and how it was measured, is told in docs/hermit-run.md.

use crate::archive::descriptor_path;
use crate::failure::Failure;
use crate::mounts::{self, Mount};
use crate::options::{Accel, Machine, Options};
use crate::sys::Terminal;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Descriptors that QEMU inherits.
#[derive(Clone, Copy, Debug)]
pub struct Descriptors {
    /// COM1: kernel log and control records.
    pub serial: i32,
    /// Standard input, output and error.
    pub streams: [i32; 3],
    /// The archive.
    pub archive: i32,
}

/// Names of the virtio-serial ports, in the order of `Descriptors::streams`; port numbers from 1.
const PORTS: [&str; 3] = ["stdin", "stdout", "stderr"];

/// microvm's virtio-mmio transports: transport `n` is at `BASE + n * SIZE` and has interrupt `IRQ + n`
/// of the (only) I/O APIC, as long as neither ACPI nor a second I/O APIC is asked for.
const MMIO_BASE: u64 = 0xfeb0_0000;
const MMIO_SIZE: u64 = 512;
const MMIO_IRQ: u64 = 5;
/// How many transports there are, of as many as there are interrupts.
const MMIO_SLOTS: usize = 8;
/// Transport of the console; mounts are on the next ones.
const CONSOLE_SLOT: u64 = 0;

/// Most folders that a guest can see: as many as microvm has transports left.
pub const MAX_MOUNTS: usize = MMIO_SLOTS - 1;

/// Whether KVM can be used. The device alone proves nothing: nested without the processor's help it
/// interprets kernel code instruction by instruction, and not all of it.
pub fn kvm_works() -> bool {
    if OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/kvm")
        .is_err()
    {
        return false;
    }
    // The first processor's flags are near the beginning; all of the file takes milliseconds on large hosts.
    let mut text = Vec::new();
    let Ok(file) = std::fs::File::open("/proc/cpuinfo") else {
        return false;
    };
    if file.take(16 << 10).read_to_end(&mut text).is_err() {
        return false;
    }
    has_virtualisation(&String::from_utf8_lossy(&text))
}

fn has_virtualisation(cpuinfo: &str) -> bool {
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"));
    flags.is_some_and(|line| {
        line.split_ascii_whitespace()
            .any(|flag| flag == "vmx" || flag == "svm")
    })
}

/// Decides between KVM and TCG; complains about a KVM that was asked for and is not there.
pub fn choose_accel(options: &Options) -> Result<Accel, Failure> {
    match options.accel {
        Accel::Auto if options.icount => Ok(Accel::Tcg),
        Accel::Auto => Ok(if kvm_works() { Accel::Kvm } else { Accel::Tcg }),
        Accel::Tcg => Ok(Accel::Tcg),
        Accel::Kvm => match OpenOptions::new().read(true).write(true).open("/dev/kvm") {
            Ok(_) => Ok(Accel::Kvm),
            Err(error) => Err(Failure::own(format!(
                "--accel kvm: cannot open /dev/kvm: {}; --accel tcg needs no hardware",
                crate::failure::reason(&error)
            ))),
        },
    }
}

/// What the host is like at this moment, as far as the command depends on it.
#[derive(Clone, Debug)]
pub struct Host<'a> {
    /// KVM or TCG.
    pub accel: Accel,
    /// What QEMU inherits.
    pub fds: Descriptors,
    /// Where the debugger will come.
    pub gdb_port: Option<u16>,
    /// The folders that the guest sees.
    pub mounts: &'a [Mount],
    /// The user's terminal.
    pub terminal: Terminal,
}

/// The words of the command, QEMU's name first.
pub fn command(options: &Options, host: &Host) -> Vec<OsString> {
    let fds = host.fds;
    let mut words: Vec<OsString> = vec![options.qemu.clone()];
    let mut add = |text: &str| words.extend(text.split(' ').map(OsString::from));
    add(match options.machine {
        Machine::Microvm => {
            "-M microvm,acpi=off,ioapic2=off,pit=off,pic=off,rtc=on,isa-serial=on,auto-kernel-cmdline=off \
             -global virtio-mmio.force-legacy=false"
        }
        Machine::Q35 => "-M q35,usb=off,vmport=off",
        Machine::Pc => "-M pc,usb=off,vmport=off",
    });
    add("-nodefaults -no-user-config -no-reboot -display none -monitor none");
    add(match host.accel {
        Accel::Kvm => "-accel kvm -cpu host",
        // MTTCG and instruction counting exclude each other.
        _ if options.icount => "-accel tcg,thread=single -cpu max -icount shift=0,sleep=off",
        _ => "-accel tcg,thread=multi -cpu max",
    });
    add(&format!(
        "-smp {} -m size={}K",
        options.cpus,
        options.memory >> 10
    ));
    add(&format!(
        "-chardev socket,id=com1,fd={} -serial chardev:com1",
        fds.serial
    ));
    add("-device isa-debug-exit,iobase=0xf4,iosize=0x04");
    // Without max_ports the device has 64 queues instead of 10, which the guest would have to look through.
    add(&match options.machine {
        Machine::Microvm => {
            format!("-device virtio-serial-device,bus=virtio-mmio-bus.{CONSOLE_SLOT},max_ports=4")
        }
        _ => "-device virtio-serial-pci,disable-legacy=on,max_ports=4".into(),
    });
    for (number, (name, fd)) in PORTS.iter().zip(fds.streams).enumerate() {
        add(&format!("-chardev socket,id={name},fd={fd}"));
        add(&format!(
            "-device virtserialport,chardev={name},name=hermit.{name},nr={}",
            number + 1
        ));
    }
    for (index, mount) in host.mounts.iter().enumerate() {
        words.extend(mount_words(options.machine, index, mount));
    }
    let mut add = |text: &str| words.extend(text.split(' ').map(OsString::from));
    if let Some(port) = host.gdb_port {
        add(&format!("-S -gdb tcp:127.0.0.1:{port}"));
    }
    words.extend(["-kernel".into(), options.program.clone().into_os_string()]);
    words.extend([
        "-initrd".into(),
        descriptor_path(fds.archive).into_os_string(),
    ]);
    words.extend(["-append".into(), parameters(options, host).into()]);
    words.extend(options.qemu_args.iter().cloned());
    words
}

/// The words for one folder: QEMU's own 9P server on it, and the device that leads there.
fn mount_words(machine: Machine, index: usize, mount: &Mount) -> [OsString; 4] {
    // Files that the guest makes belong to whoever runs hermit-run; folders on several of the host's file
    // systems get numbers that differ.
    let mut server = OsString::from(format!("local,id=mount{index},path="));
    // A comma is written twice.
    let path = mount.host.as_os_str().as_bytes();
    let path: Vec<u8> = path
        .iter()
        .flat_map(|&b| std::iter::repeat_n(b, if b == b',' { 2 } else { 1 }))
        .collect();
    server.push(OsString::from_vec(path));
    server.push(",security_model=none,multidevs=remap");
    if mount.read_only {
        server.push(",readonly=on");
    }
    let tag = mounts::tag(index);
    let device = match machine {
        Machine::Microvm => format!(
            "virtio-9p-device,bus=virtio-mmio-bus.{},fsdev=mount{index},mount_tag={tag}",
            CONSOLE_SLOT + 1 + index as u64
        ),
        _ => format!("virtio-9p-pci,disable-legacy=on,fsdev=mount{index},mount_tag={tag}"),
    };
    ["-fsdev".into(), server, "-device".into(), device.into()]
}

/// The boot parameters (docs/boot-parameters.md).
fn parameters(options: &Options, host: &Host) -> String {
    let terminal = &host.terminal;
    let mut list = Vec::new();
    if options.machine == Machine::Microvm {
        for slot in CONSOLE_SLOT..=CONSOLE_SLOT + host.mounts.len() as u64 {
            let (base, irq) = (MMIO_BASE + slot * MMIO_SIZE, MMIO_IRQ + slot);
            list.push(format!("virtio_mmio.device={MMIO_SIZE}@{base:#x}:{irq}"));
        }
    }
    for (index, mount) in host.mounts.iter().enumerate() {
        list.push(mounts::parameter(index, mount));
    }
    if options.icount {
        // With shift=0 an instruction is a nanosecond and the time-stamp counter counts nanoseconds.
        list.push("freq=1000".into());
    }
    if terminal.is != [false; 3] {
        // So that isatty() is true of them in the guest and standard output is buffered by lines.
        let fds: String = (0..3)
            .filter(|&fd| terminal.is[fd])
            .map(|fd| fd.to_string())
            .collect();
        list.push(format!("tty={}x{}:{fds}", terminal.columns, terminal.rows));
        let settings = terminal.settings.as_ref();
        list.extend(settings.map(|settings| format!("termios={settings}")));
    }
    if options.verbose {
        list.push("verbose".into());
    }
    list.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FDS: Descriptors = Descriptors {
        serial: 4,
        streams: [5, 6, 7],
        archive: 8,
    };

    fn host(accel: Accel) -> Host<'static> {
        Host {
            accel,
            fds: FDS,
            gdb_port: None,
            mounts: &[],
            terminal: Terminal::default(),
        }
    }

    fn line(options: &Options, accel: Accel) -> String {
        let words = command(options, &host(accel));
        words
            .iter()
            .map(|word| word.to_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn some() -> Options {
        Options {
            program: "a b".into(),
            ..Options::default()
        }
    }

    #[test]
    fn the_default_machine() {
        let line = line(&some(), Accel::Tcg);
        assert!(
            line.starts_with("qemu-system-x86_64 -M microvm,acpi=off,"),
            "{line}"
        );
        assert!(line.contains(" -global virtio-mmio.force-legacy=false "));
        assert!(line.contains(" -accel tcg,thread=multi -cpu max -smp 1 -m size=1048576K "));
        assert!(line.contains(" -chardev socket,id=stderr,fd=7 -device virtserialport,chardev=stderr,name=hermit.stderr,nr=3 "));
        assert!(line.ends_with(
            " -kernel a b -initrd /proc/self/fd/8 -append virtio_mmio.device=512@0xfeb00000:5"
        ));
    }

    #[test]
    fn other_machines_have_pci() {
        for (machine, name) in [(Machine::Q35, "q35"), (Machine::Pc, "pc")] {
            let line = line(
                &Options {
                    machine,
                    verbose: true,
                    ..some()
                },
                Accel::Kvm,
            );
            assert!(line.contains(&format!("-M {name},")));
            assert!(line.contains("-accel kvm -cpu host"));
            assert!(line.contains("virtio-serial-pci,disable-legacy=on"));
            assert!(line.ends_with("-append verbose"), "{line}");
        }
    }

    #[test]
    fn counting_instructions() {
        let options = Options {
            icount: true,
            qemu_args: vec!["-d".into(), "int".into()],
            ..some()
        };
        assert_eq!(choose_accel(&options), Ok(Accel::Tcg));
        let line = line(&options, Accel::Tcg);
        assert!(line.contains("-accel tcg,thread=single -cpu max -icount shift=0,sleep=off"));
        assert!(line.ends_with("freq=1000 -d int"), "{line}");
    }

    #[test]
    fn a_debugger() {
        let host = Host {
            gdb_port: Some(1234),
            ..host(Accel::Tcg)
        };
        let words = command(&some(), &host);
        assert!(
            words
                .windows(3)
                .any(|three| three == ["-S", "-gdb", "tcp:127.0.0.1:1234"])
        );
    }

    #[test]
    fn terminals() {
        let given = |is| {
            let terminal = Terminal {
                is,
                columns: 132,
                rows: 50,
                settings: is[0].then(|| "1,2,3,4,05".to_owned()),
            };
            let options = Options {
                machine: Machine::Pc,
                ..some()
            };
            let host = Host {
                terminal,
                ..host(Accel::Tcg)
            };
            parameters(&options, &host)
        };
        assert_eq!(
            given([true, true, true]),
            "tty=132x50:012 termios=1,2,3,4,05"
        );
        assert_eq!(
            given([true, false, true]),
            "tty=132x50:02 termios=1,2,3,4,05"
        );
        assert_eq!(given([false; 3]), "");
    }

    #[test]
    fn folders() {
        let mounts = [
            Mount {
                host: "/a,b".into(),
                guest: b"/data".to_vec(),
                read_only: false,
            },
            Mount {
                host: "/c".into(),
                guest: b"/x y:%".to_vec(),
                read_only: true,
            },
        ];
        let line = |machine| {
            let options = Options { machine, ..some() };
            let host = Host {
                mounts: &mounts,
                ..host(Accel::Tcg)
            };
            let words = command(&options, &host);
            words.join(" ".as_ref()).into_string().unwrap()
        };
        let microvm = line(Machine::Microvm);
        assert!(microvm.contains(
            " -fsdev local,id=mount0,path=/a,,b,security_model=none,multidevs=remap \
             -device virtio-9p-device,bus=virtio-mmio-bus.1,fsdev=mount0,mount_tag=hermit0 \
             -fsdev local,id=mount1,path=/c,security_model=none,multidevs=remap,readonly=on \
             -device virtio-9p-device,bus=virtio-mmio-bus.2,fsdev=mount1,mount_tag=hermit1 "
        ));
        assert!(microvm.ends_with(
            "virtio_mmio.device=512@0xfeb00000:5 virtio_mmio.device=512@0xfeb00200:6 \
             virtio_mmio.device=512@0xfeb00400:7 mount=hermit0:/data mount=hermit1:/x%20y%3a%25:ro"
        ));
        let q35 = line(Machine::Q35);
        assert!(q35.contains("virtio-9p-pci,disable-legacy=on,fsdev=mount1,mount_tag=hermit1"));
    }

    #[test]
    fn virtualisation_is_a_word_of_its_own() {
        assert!(has_virtualisation(
            "processor\t: 0\nflags\t\t: fpu vmx sse\n"
        ));
        assert!(has_virtualisation("flags\t\t: fpu svm\n"));
        assert!(!has_virtualisation(
            "flags\t\t: fpu svm_lock vmx_flags\nmodel name: vmx\n"
        ));
        assert!(!has_virtualisation(""));
    }
}
