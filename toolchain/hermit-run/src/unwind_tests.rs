//! The unwinder on a program that the host's compiler makes at test time, with a dump made by hand.

use super::*;
use object::ObjectSymbol;
use std::path::PathBuf;
use std::process::Command;

/// Functions whose frames are known: `outer` calls `middle`, which keeps rbp in its frame and calls
/// `inner`; `start` is the outermost; `bare` has no frame information.
const PROGRAM: &str = r"
        .text
        .globl start, outer, middle, inner, bare
start:  .cfi_startproc
        .cfi_undefined rip
        call outer
back_in_start:
        hlt
        .cfi_endproc
outer:  .cfi_startproc
        sub $24, %rsp
        .cfi_adjust_cfa_offset 24
        call middle
back_in_outer:
        add $24, %rsp
        .cfi_adjust_cfa_offset -24
        ret
        .cfi_endproc
middle: .cfi_startproc
        push %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbp, 0
        mov %rsp, %rbp
        .cfi_def_cfa_register rbp
        sub $4096, %rsp
        call inner
back_in_middle:
        leave
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
inner:  .cfi_startproc
        push %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset rbx, 0
        nop
in_inner:
        ud2
        .cfi_endproc
bare:   nop
in_bare:
        ud2
";

struct Built {
    bytes: Vec<u8>,
}

impl Built {
    fn new(name: &str) -> Self {
        let base =
            std::env::temp_dir().join(format!("hermit-run-unwind-{}-{name}", std::process::id()));
        let (source, output): (PathBuf, PathBuf) =
            (base.with_extension("s"), base.with_extension("elf"));
        std::fs::write(&source, PROGRAM).unwrap();
        let status = Command::new("gcc")
            .args([
                "-nostdlib",
                "-static",
                "-no-pie",
                "-Wl,-Ttext=0x100000,-e,start",
                "-Wa,--gdwarf-4",
                "-o",
            ])
            .args([&output, &source])
            .status()
            .expect("gcc is needed for this test");
        assert!(status.success());
        let bytes = std::fs::read(&output).unwrap();
        let _ = std::fs::remove_file(source);
        let _ = std::fs::remove_file(output);
        Built { bytes }
    }

    fn file(&self) -> object::File<'_> {
        object::File::parse(&self.bytes[..]).unwrap()
    }

    fn address(&self, name: &str) -> u64 {
        let file = self.file();
        file.symbols()
            .find(|symbol| symbol.name() == Ok(name))
            .unwrap()
            .address()
    }

    fn walk(&self, fault: &Fault) -> (Vec<u64>, bool) {
        let (frames, complete) = Unwinder::new(&self.file()).walk(fault);
        (frames.iter().map(|frame| frame.pc).collect(), complete)
    }

    /// The thread as it is at `in_inner`.
    fn in_inner(&self) -> Fault {
        let rsp = 0x7000_0000;
        let mut stack = vec![0u8; 8 + 8 + 4096];
        let frame = rsp + stack.len() as u64; // middle's rbp
        stack[8..16].copy_from_slice(&self.address("back_in_middle").to_le_bytes());
        for value in [
            0,
            self.address("back_in_outer"),
            1,
            2,
            3,
            self.address("back_in_start"),
        ] {
            stack.extend(value.to_le_bytes());
        }
        let mut fault = Fault {
            rip: self.address("in_inner"),
            ..Fault::default()
        };
        fault.registers[RSP] = Some(rsp);
        fault.registers[RBP] = Some(frame);
        fault.registers[RIP] = Some(fault.rip);
        // In lines, as the kernel sends it.
        for (at, line) in (rsp..).step_by(64).zip(stack.chunks(64)) {
            fault.stack.insert(at, line.to_vec());
        }
        fault
    }

    fn all_of(&self) -> Vec<u64> {
        [
            "in_inner",
            "back_in_middle",
            "back_in_outer",
            "back_in_start",
        ]
        .map(|name| self.address(name))
        .to_vec()
    }
}

#[test]
fn by_frame_information() {
    let built = Built::new("cfi");
    assert_eq!(built.walk(&built.in_inner()), (built.all_of(), true));
}

#[test]
fn the_record_alone_gives_the_place() {
    let built = Built::new("alone");
    let fault = Fault {
        rip: 0x100abc,
        ..Fault::default()
    };
    assert_eq!(built.walk(&fault), (vec![0x100abc], false));
}

#[test]
fn a_call_to_a_bad_address() {
    let built = Built::new("wild");
    let mut fault = built.in_inner();
    // As if inner had called it: the return address is on top of the stack.
    let rsp = fault.registers[RSP].unwrap() - 8;
    fault
        .stack
        .insert(rsp, built.address("in_inner").to_le_bytes().to_vec());
    fault.registers[RSP] = Some(rsp);
    for wild in [0, 0xdead_0000, u64::MAX] {
        fault.registers[RIP] = Some(wild);
        let mut expected = vec![wild];
        expected.extend(built.all_of());
        assert_eq!(built.walk(&fault), (expected, true));
    }
}

#[test]
fn functions_without_frame_information() {
    let built = Built::new("bare");
    let mut fault = built.in_inner();
    // bare, called by inner instead of ud2.
    let rsp = fault.registers[RSP].unwrap() - 8;
    fault
        .stack
        .insert(rsp, built.address("in_inner").to_le_bytes().to_vec());
    fault.registers[RSP] = Some(rsp);
    fault.registers[RIP] = Some(built.address("in_bare"));
    let mut expected = vec![built.address("in_bare")];
    expected.extend(built.all_of());
    assert_eq!(built.walk(&fault), (expected, true));
    // With rubbish on top of the stack the frame pointer leads to middle's caller.
    fault.stack.insert(rsp, vec![0xee; 8]);
    let expected = ["in_bare", "back_in_outer", "back_in_start"]
        .map(|name| built.address(name))
        .to_vec();
    assert_eq!(built.walk(&fault), (expected, true));
}

#[test]
fn a_cut_dump_ends_the_walk() {
    let built = Built::new("cut");
    let whole = built.in_inner();
    let mut known = 0;
    for kept in 0..whole.stack.len() {
        let stack = whole
            .stack
            .iter()
            .take(kept)
            .map(|(&at, line)| (at, line.clone()))
            .collect();
        let (frames, complete) = built.walk(&Fault {
            stack,
            ..whole.clone()
        });
        assert!(!complete && frames.len() >= known);
        assert_eq!(frames[..], built.all_of()[..frames.len()]);
        known = frames.len();
    }
    // The return address of the innermost function is in the first line, middle's is in the last.
    assert_eq!(known, 2);
}

#[test]
fn rubbish_is_survived() {
    let built = Built::new("rubbish");
    let file = built.file();
    let unwinder = Unwinder::new(&file);
    let whole = built.in_inner();
    let code = 0x100000..0x100100u64;
    let mut state = 7u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..5000 {
        let mut fault = whole.clone();
        for line in fault.stack.values_mut() {
            let at = (random() as usize % (line.len() - 7)) & !7;
            let value = match random() % 3 {
                0 => random(),
                1 => 0x7000_0000 + random() % 4200,
                _ => code.start + random() % 0x100,
            };
            line[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        let register = random() as usize % 17;
        fault.registers[register] = [
            None,
            Some(random()),
            Some(0x7000_0000 + random() % 4200),
            Some(code.start + random() % 256),
        ][random() as usize % 4];
        let (frames, _) = unwinder.walk(&fault);
        assert!(!frames.is_empty() && frames.len() <= MAX_FRAMES);
    }
}

#[test]
fn damaged_frame_information_is_survived() {
    let built = Built::new("damaged");
    let place = built
        .file()
        .section_by_name(".eh_frame")
        .unwrap()
        .file_range()
        .unwrap();
    let fault = built.in_inner();
    for at in place.0..place.0 + place.1 {
        for value in [0, 1, 0x0f, 0x16, 0x7f, 0x80, 0xff] {
            let mut bytes = built.bytes.clone();
            bytes[at as usize] = value;
            let Ok(file) = object::File::parse(&bytes[..]) else {
                continue;
            };
            let (frames, _) = Unwinder::new(&file).walk(&fault);
            assert_eq!(frames[0].pc, built.address("in_inner"));
        }
    }
}
