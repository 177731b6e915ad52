//! Walks the stack of a dead thread: from the dumped registers and memory, by the call-frame
//! information of the image.
//!
//! The dump may be cut short, the stack overwritten and the instruction pointer wild, so each step is
//! checked: the frame must lie above the one before, and code addresses must lie in the image's code.
//! Where an address has no frame information, the frame pointer and the top of the stack are tried.

use crate::record::Fault;
use gimli::{
    BaseAddresses, CfaRule, CieOrFde, DebugFrame, EhFrame, Encoding, EndianSlice, EvaluationResult,
    Format, LittleEndian, Register, RegisterRule, UnwindContext, UnwindExpression, UnwindOffset,
    UnwindSection, Value,
};
use object::{Object, ObjectSection, ObjectSegment};
use std::ops::Range;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// DWARF numbers of the registers that matter here.
const RBX: usize = 3;
const RBP: usize = 6;
const RSP: usize = 7;
const RIP: usize = 16;
/// rbx, rbp, r12–r15: a function that says nothing about them has not changed them.
const CALLEE_SAVED: [usize; 6] = [RBX, RBP, 12, 13, 14, 15];
/// More frames than this are a runaway recursion or a loop.
const MAX_FRAMES: usize = 512;
/// Operations of one expression; real ones have about ten.
const MAX_OPERATIONS: u32 = 1000;

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The instruction: where it died, or the one that a call returns to.
    pub pc: u64,
    /// Whether `pc` is a return address, so that the call is before it.
    pub is_return: bool,
}

impl Frame {
    /// An address inside the instruction that this frame is at.
    pub fn lookup(&self) -> u64 {
        self.pc.saturating_sub(u64::from(self.is_return))
    }
}

/// The call-frame information of an image.
pub struct Unwinder<'a> {
    eh_frame: EhFrame<Slice<'a>>,
    debug_frame: DebugFrame<Slice<'a>>,
    bases: BaseAddresses,
    /// Function ranges: start, end, section, offset of the entry; sorted by start.
    index: Vec<(u64, u64, Source, usize)>,
    code: Vec<Range<u64>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    EhFrame,
    DebugFrame,
}

type Registers = [Option<u64>; 17];

/// A section's bytes, as far as they can be had.
pub fn section<'a>(file: &object::File<'a>, name: &str) -> &'a [u8] {
    let found = file.section_by_name(name);
    found.and_then(|section| section.data().ok()).unwrap_or(&[])
}

impl<'a> Unwinder<'a> {
    /// Reads the frame information of `file`.
    pub fn new(file: &object::File<'a>) -> Self {
        let address = |name| {
            file.section_by_name(name)
                .map_or(0, |section| section.address())
        };
        let bases = BaseAddresses::default()
            .set_eh_frame(address(".eh_frame"))
            .set_text(address(".text"));
        let mut eh_frame = EhFrame::new(section(file, ".eh_frame"), LittleEndian);
        eh_frame.set_address_size(8);
        let mut debug_frame = DebugFrame::new(section(file, ".debug_frame"), LittleEndian);
        debug_frame.set_address_size(8);
        let executable = |segment: &object::Segment| matches!(segment.flags(), object::SegmentFlags::Elf { p_flags, .. } if p_flags.0 & object::elf::PF_X.0 != 0);
        let range = |segment: object::Segment| {
            let start = segment.address();
            start..start.saturating_add(segment.size())
        };
        let code = file.segments().filter(executable).map(range).collect();
        let mut unwinder = Unwinder {
            eh_frame,
            debug_frame,
            bases,
            index: Vec::new(),
            code,
        };
        let mut index = Vec::new();
        collect(
            &unwinder.eh_frame,
            &unwinder.bases,
            Source::EhFrame,
            &mut index,
        );
        collect(
            &unwinder.debug_frame,
            &unwinder.bases,
            Source::DebugFrame,
            &mut index,
        );
        index.sort_unstable();
        unwinder.index = index;
        unwinder
    }

    /// Whether `address` can be an instruction.
    pub fn is_code(&self, address: u64) -> bool {
        self.code.iter().any(|range| range.contains(&address))
    }

    /// The frames from the innermost, and whether the walk reached the outermost one.
    pub fn walk(&self, fault: &Fault) -> (Vec<Frame>, bool) {
        let mut registers = fault.registers;
        registers[RIP] = Some(fault.pc());
        let mut frames = vec![Frame {
            pc: fault.pc(),
            is_return: false,
        }];
        let mut context = UnwindContext::new();
        while frames.len() < MAX_FRAMES {
            let frame = frames[frames.len() - 1];
            let innermost = frames.len() == 1;
            let step = match self.step(&mut context, frame, &registers, fault) {
                Step::NoInformation => guess(self, innermost, &registers, fault),
                step => step,
            };
            let (next, interrupted) = match step {
                Step::Caller(next, interrupted) => (next, interrupted),
                Step::Outermost => return (frames, true),
                Step::NoInformation => return (frames, false),
            };
            let (Some(pc), Some(sp)) = (next[RIP], next[RSP]) else {
                return (frames, false);
            };
            // Stacks grow downwards; a frame below its callee is nonsense. A handler's frame may be anywhere.
            if pc == 0 {
                return (frames, true);
            }
            if !self.is_code(pc)
                || (!interrupted && registers[RSP].is_some_and(|before| sp <= before))
            {
                return (frames, false);
            }
            frames.push(Frame {
                pc,
                is_return: !interrupted,
            });
            registers = *next;
        }
        (frames, false)
    }

    /// Undoes one frame by its frame information.
    fn step(
        &self,
        context: &mut UnwindContext<usize>,
        frame: Frame,
        registers: &Registers,
        fault: &Fault,
    ) -> Step {
        let address = frame.lookup();
        let before = self.index.partition_point(|entry| entry.0 <= address);
        // Entries of both sections may cover an address; the nearest start that covers it is taken.
        let found = self.index[..before]
            .iter()
            .rev()
            .take(4)
            .find(|entry| address < entry.1);
        let step = match found {
            Some(&(_, _, Source::EhFrame, offset)) => undo(
                &self.eh_frame,
                offset,
                &self.bases,
                context,
                address,
                registers,
                fault,
            ),
            Some(&(_, _, Source::DebugFrame, offset)) => undo(
                &self.debug_frame,
                offset,
                &self.bases,
                context,
                address,
                registers,
                fault,
            ),
            None => None,
        };
        step.unwrap_or(Step::NoInformation)
    }
}

enum Step {
    /// The caller's registers; whether it was interrupted by a signal rather than calling.
    Caller(Box<Registers>, bool),
    /// This is the thread's first function.
    Outermost,
    NoInformation,
}

/// Adds the functions of a section to the index; stops at what cannot be read.
fn collect<'a, S>(
    section: &S,
    bases: &BaseAddresses,
    source: Source,
    index: &mut Vec<(u64, u64, Source, usize)>,
) where
    S: UnwindSection<Slice<'a>>,
    S::Offset: UnwindOffset<usize>,
{
    let mut entries = section.entries(bases);
    while let Ok(Some(entry)) = entries.next() {
        let CieOrFde::Fde(partial) = entry else {
            continue;
        };
        let Ok(fde) = partial.parse(S::cie_from_offset) else {
            continue;
        };
        let start = fde.initial_address();
        index.push((start, start.saturating_add(fde.len()), source, fde.offset()));
    }
}

/// Applies the rules of the entry at `offset`; `None` if they cannot be read or followed.
fn undo<'a, S>(
    section: &S,
    offset: usize,
    bases: &BaseAddresses,
    context: &mut UnwindContext<usize>,
    address: u64,
    registers: &Registers,
    fault: &Fault,
) -> Option<Step>
where
    S: UnwindSection<Slice<'a>>,
    S::Offset: UnwindOffset<usize>,
{
    let fde = section
        .fde_from_offset(bases, offset.into(), S::cie_from_offset)
        .ok()?;
    let interrupted = fde.is_signal_trampoline();
    let return_column = fde.cie().return_address_register();
    let encoding = Encoding {
        address_size: 8,
        format: Format::Dwarf32,
        version: 4,
    };
    let row = fde
        .unwind_info_for_address(section, bases, context, address)
        .ok()?;
    let evaluate = |expression: &UnwindExpression<usize>, start: Option<u64>| {
        let bytes = expression.get(section).ok()?;
        let mut evaluation = bytes.evaluation(encoding);
        evaluation.set_max_iterations(MAX_OPERATIONS);
        if let Some(start) = start {
            evaluation.set_initial_value(start);
        }
        let mut state = evaluation.evaluate().ok()?;
        loop {
            state = match state {
                EvaluationResult::Complete => break,
                EvaluationResult::RequiresRegister { register, .. } => {
                    let value = registers.get(usize::from(register.0)).copied().flatten()?;
                    evaluation
                        .resume_with_register(Value::Generic(value))
                        .ok()?
                }
                EvaluationResult::RequiresMemory {
                    address, size: 8, ..
                } => evaluation
                    .resume_with_memory(Value::Generic(fault.read_u64(address)?))
                    .ok()?,
                _ => return None,
            };
        }
        match evaluation.as_result().first()?.location {
            gimli::Location::Address { address } => Some(address),
            _ => None,
        }
    };
    let cfa = match row.cfa() {
        CfaRule::RegisterAndOffset { register, offset } => registers
            .get(usize::from(register.0))
            .copied()
            .flatten()?
            .wrapping_add_signed(*offset),
        CfaRule::Expression(expression) => evaluate(expression, None)?,
    };
    let recover = |number: usize| match row.register(Register(number as u16)) {
        None if CALLEE_SAVED.contains(&number) => registers[number],
        None if number == RSP => Some(cfa),
        None | Some(RegisterRule::Undefined) => None,
        Some(RegisterRule::SameValue) => registers[number],
        Some(RegisterRule::Offset(offset)) => fault.read_u64(cfa.wrapping_add_signed(offset)),
        Some(RegisterRule::ValOffset(offset)) => Some(cfa.wrapping_add_signed(offset)),
        Some(RegisterRule::Register(other)) => {
            registers.get(usize::from(other.0)).copied().flatten()
        }
        Some(RegisterRule::Expression(expression)) => {
            fault.read_u64(evaluate(&expression, Some(cfa))?)
        }
        Some(RegisterRule::ValExpression(expression)) => evaluate(&expression, Some(cfa)),
        Some(RegisterRule::Constant(value)) => Some(value),
        Some(_) => None,
    };
    // A return address without a rule marks the outermost function (System V ABI, AMD64, 6.1).
    if matches!(
        row.register(return_column),
        None | Some(RegisterRule::Undefined)
    ) {
        return Some(Step::Outermost);
    }
    let mut next: Box<Registers> = Box::new(std::array::from_fn(recover));
    next[RIP] = recover(usize::from(return_column.0).min(RIP));
    Some(Step::Caller(next, interrupted))
}

/// A step where the rules are missing: after a call to a bad address its return address is on top of the
/// stack, as it is in a function written in assembly that has pushed nothing; else the frame pointer's chain.
fn guess(unwinder: &Unwinder, innermost: bool, registers: &Registers, fault: &Fault) -> Step {
    let mut next = Box::new(*registers);
    if let (true, Some(sp)) = (innermost, registers[RSP])
        && let Some(pc) = fault.read_u64(sp).filter(|&pc| unwinder.is_code(pc))
    {
        next[RIP] = Some(pc);
        next[RSP] = Some(sp.wrapping_add(8));
        return Step::Caller(next, false);
    }
    let Some(bp) = registers[RBP] else {
        return Step::NoInformation;
    };
    let (Some(saved), Some(pc)) = (fault.read_u64(bp), fault.read_u64(bp.wrapping_add(8))) else {
        return Step::NoInformation;
    };
    next[RBP] = Some(saved);
    next[RIP] = Some(pc);
    next[RSP] = Some(bp.wrapping_add(16));
    Step::Caller(next, false)
}

#[cfg(test)]
#[path = "unwind_tests.rs"]
mod tests;
