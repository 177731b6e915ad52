//! From an address in the image to function, file and line.
//!
//! DWARF line tables are asked first, with the calls that were inlined; the symbol table answers where
//! there is no debug information.

use crate::unwind::section;
use gimli::{EndianSlice, LittleEndian};
use object::{Object, ObjectSymbol, SymbolKind};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// A place in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The function, demangled.
    pub function: Option<String>,
    /// The source file as the compiler recorded it.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// Whether the function has no frame of its own.
    pub inlined: bool,
}

type Symbol<'a> = (u64, u64, &'a str);

/// The names of an image.
pub struct Symbols<'a> {
    context: Option<addr2line::Context<Slice<'a>>>,
    /// Symbols of code, the most telling kind first, each sorted: functions, global labels of assembly
    /// code, local ones.
    code: [Vec<Symbol<'a>>; 3],
}

impl<'a> Symbols<'a> {
    /// Reads the names of `file`.
    pub fn new(file: &object::File<'a>) -> Self {
        let load = |id: gimli::SectionId| {
            Ok::<_, gimli::Error>(EndianSlice::new(section(file, id.name()), LittleEndian))
        };
        let context = gimli::Dwarf::load(load)
            .and_then(addr2line::Context::from_dwarf)
            .ok();
        let mut code = [const { Vec::new() }; 3];
        for symbol in file.symbols().filter(ObjectSymbol::is_definition) {
            let list = match symbol.kind() {
                SymbolKind::Text if symbol.size() > 0 => 0,
                SymbolKind::Text | SymbolKind::Unknown if symbol.is_global() => 1,
                SymbolKind::Text | SymbolKind::Unknown => 2,
                _ => continue,
            };
            if let Ok(name @ [_, ..]) = symbol.name_bytes()
                && let Ok(name) = std::str::from_utf8(name)
            {
                code[list].push((symbol.address(), symbol.size(), name));
            }
        }
        for list in &mut code {
            list.sort_unstable();
        }
        Symbols { context, code }
    }

    /// The places that `address` belongs to: the innermost inlined call first, the function itself last.
    /// Never empty.
    pub fn locate(&self, address: u64) -> Vec<Location> {
        let mut places = self.by_debug_information(address).unwrap_or_default();
        if places.is_empty() {
            places.push(Location::default());
        }
        let last = places.len() - 1;
        if places[last].function.is_none() {
            places[last].function = self.by_symbol(address);
        }
        for place in &mut places[..last] {
            place.inlined = true;
        }
        places
    }

    fn by_debug_information(&self, address: u64) -> Option<Vec<Location>> {
        let mut frames = self
            .context
            .as_ref()?
            .find_frames(address)
            .skip_all_loads()
            .ok()?;
        let mut places = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let name = frame
                .function
                .as_ref()
                .and_then(|name| name.demangle().ok());
            let at = frame.location.as_ref();
            places.push(Location {
                function: name.map(|name| name.into_owned()),
                file: at.and_then(|at| at.file).map(str::to_owned),
                line: at.and_then(|at| at.line).filter(|&line| line != 0),
                inlined: false,
            });
        }
        Some(places)
    }

    fn by_symbol(&self, address: u64) -> Option<String> {
        let find = |symbols: &[Symbol<'a>]| {
            let before = symbols.partition_point(|symbol| symbol.0 <= address);
            let &(start, size, name) = symbols[..before].last()?;
            // A symbol without a size reaches to the next one, within reason.
            let size = if size == 0 { UNSIZED } else { size };
            (address - start < size).then_some(name)
        };
        let name = self.code.iter().find_map(|symbols| find(symbols))?;
        Some(addr2line::demangle_auto(name.into(), None).into_owned())
    }
}

/// The symbols of an image for the guest, by address, in the form of Linux's `/proc/kallsyms`: address, kind
/// (a capital letter if global) and name. Empty if the image was stripped.
pub fn table(image: &[u8]) -> Vec<u8> {
    let Ok(file) = object::File::parse(image) else {
        return Vec::new();
    };
    let mut symbols = Vec::new();
    for symbol in file.symbols().filter(ObjectSymbol::is_definition) {
        let kind = match symbol.kind() {
            SymbolKind::Text => 't',
            SymbolKind::Data | SymbolKind::Unknown => 'd',
            _ => continue,
        };
        if let Ok(name @ [_, ..]) = symbol.name_bytes() {
            // Of several names for one address the last one is found: a global one, the largest.
            symbols.push((
                symbol.address(),
                symbol.is_global(),
                symbol.size(),
                kind,
                name,
            ));
        }
    }
    symbols.sort_unstable();
    let mut table = Vec::new();
    for (address, global, _, kind, name) in symbols {
        let kind = if global {
            kind.to_ascii_uppercase()
        } else {
            kind
        };
        table.extend_from_slice(format!("{address:016x} {kind} ").as_bytes());
        table.extend_from_slice(name);
        table.push(b'\n');
    }
    table
}

/// How far a symbol without a size reaches.
const UNSIZED: u64 = 64 << 10;
