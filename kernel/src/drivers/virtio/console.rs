//! The console device: three named ports that carry the program's standard streams.
//!
//! **Output** is copied into a ring of bytes, handed to the device and not waited for while there is room;
//! a writer that finds none sleeps until the host has taken some. A write holds its port's lock until all
//! is in the ring, so writes are not mixed. **Input** waits in the host until somebody reads; the end is
//! reported once everything before it was read.
//!
//! A queue raises interrupts only while a thread sleeps for it (`Interest`).
//!
//! **Locks**, all sleeping: a port's direction, then the control queues. The interrupt handler takes none.
//!
//! Source: VIRTIO 1.2, section 5.3.

use core::slice;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::dma::Dma;
use super::interest::Interest;
use super::message::{DEVICE_READY, HEADER, Message, PORT_ADD, PORT_OPEN, PORT_READY, encode};
use super::queue::{Buffer, Queue};
use super::spans::{MAX_PARTS, Spans};
use super::{Device, find};
use crate::errno::{Errno, Result};
use crate::fs::flags::PIPE_BUF;
use crate::fs::pipe::broken;
use crate::fs::poll;
use crate::fs::user::User;
use crate::sync::{Mutex, WaitQueue};

/// Number of the console device.
const NUMBER: u32 = 3;
/// Feature: several ports and control messages.
const FEATURE_MULTIPORT: u64 = 1 << 1;
/// Configuration: how many ports there may be.
const MAX_PORTS: usize = 4;

/// Ports 1 to 3 are used; port 0 is for a console in the old sense.
const PORTS: usize = 3;
/// Size of a buffer for a control message.
const CONTROL_BUFFER: usize = 64;
/// Buffers for control messages from the device, which drops what it has none for.
const CONTROL_BUFFERS: u16 = 32;
/// Messages to the device that may be out at a time.
const CONTROL_SENDS: u16 = 16;
/// Frames of the output ring, as a power of two: 64 KiB; at worst one frame.
const OUTPUT_ORDER: u8 = 4;
/// Frames for input, as a power of two.
const INPUT_ORDER: u8 = 3;
/// Size of an input buffer: what QEMU reads at a time.
const INPUT_BUFFER: usize = 4096;
/// How long the device may take for a message of ours, in nanoseconds: on a loaded host, long.
const MESSAGE_TIMEOUT: u64 = 60_000_000_000;
/// How long it may then take to tell of its ports. QEMU has told before it is done with a message.
const PORT_TIMEOUT: u64 = 1_000_000_000;

/// Every thread that waits for this device.
static WAITING: WaitQueue = WaitQueue::new();
/// The device, for the interrupt handler.
static DEVICE: spin::Once<Device> = spin::Once::new();
/// The program is over: nobody writes any more.
static FINISHING: AtomicBool = AtomicBool::new(false);

fn interrupt() {
    if let Some(device) = DEVICE.get() {
        device.acknowledge();
    }
    WAITING.wake_all();
    poll::notify();
}

/// Sleeps while `condition` holds, with the interrupts of these queues on.
fn wait(
    queues: &[&Interest],
    condition: impl FnMut() -> bool,
    deadline: Option<u64>,
) -> Result<()> {
    queues.iter().for_each(|queue| queue.change(true));
    let result = WAITING.wait_while(condition, deadline);
    queues.iter().for_each(|queue| queue.change(false));
    result
}

/// The part of an input buffer that was not read yet.
#[derive(Clone, Copy)]
struct Unread {
    buffer: usize,
    start: usize,
    len: usize,
}

/// The owner's side of a port's input.
struct Receiver {
    queue: Queue,
    /// Address and physical address of the buffers, once somebody has read.
    memory: Option<(usize, u64)>,
    /// Buffer by token.
    buffers: [u8; MAX_PARTS],
    unread: Option<Unread>,
}

/// The owner's side of a port's output.
struct Sender {
    queue: Queue,
    /// Address and physical address of the ring, once somebody has written.
    memory: Option<(usize, u64)>,
    capacity: usize,
    spans: Spans,
}

struct Port {
    receiver: Mutex<Receiver>,
    received: Interest,
    /// The device has buffers to fill.
    posted: AtomicBool,
    /// How many bytes of a taken buffer were not read yet.
    unread: AtomicUsize,
    sender: Mutex<Sender>,
    sent: Interest,
    /// How many bytes of the ring were free when somebody last looked.
    free: AtomicUsize,
    /// The host's end is open.
    open: AtomicBool,
}

impl Port {
    fn new(receive: Queue, send: Queue) -> Self {
        Port {
            received: Interest::new(&receive),
            receiver: Mutex::new(Receiver {
                queue: receive,
                memory: None,
                buffers: [0; MAX_PARTS],
                unread: None,
            }),
            posted: AtomicBool::new(false),
            unread: AtomicUsize::new(0),
            sent: Interest::new(&send),
            sender: Mutex::new(Sender {
                queue: send,
                memory: None,
                capacity: 0,
                spans: Spans::new(0),
            }),
            free: AtomicUsize::new(PIPE_BUF),
            open: AtomicBool::new(false),
        }
    }
}

impl Port {
    /// Lets the host send input, if it may not yet.
    fn post(&self) -> Result<()> {
        if !self.posted.load(Ordering::Acquire) {
            self.receiver.lock().start()?;
            self.posted.store(true, Ordering::Release);
        }
        Ok(())
    }
}

impl Receiver {
    /// Gives the device a buffer to fill.
    fn post(&mut self, buffer: usize) {
        let Some((_, physical)) = self.memory else {
            return;
        };
        let address = physical + (buffer * INPUT_BUFFER) as u64;
        let part = Buffer {
            address,
            len: INPUT_BUFFER as u32,
            device_writes: true,
        };
        // SAFETY: the buffer is read only between its coming back and its next post.
        if let Some(token) = unsafe { self.queue.add(&[part]) } {
            self.buffers[usize::from(token)] = buffer as u8;
        }
    }

    /// Gives the device all buffers, at the first read.
    fn start(&mut self) -> Result<()> {
        if self.memory.is_some() {
            return Ok(());
        }
        let mut memory = Dma::new(INPUT_ORDER, 0)?;
        let count = (memory.remaining() / INPUT_BUFFER).min(self.queue.size().into());
        let (address, physical) = memory.take(count * INPUT_BUFFER, 4096)?;
        self.memory = Some((address as usize, physical));
        (0..count).for_each(|buffer| self.post(buffer));
        self.queue.notify();
        Ok(())
    }

    /// Copies what has arrived; returns how many bytes.
    fn receive(&mut self, to: &mut User<'_>) -> Result<usize> {
        let mut done = 0;
        let Some((memory, _)) = self.memory else {
            return Ok(0);
        };
        while to.remaining() > 0 {
            let mut unread = match self.unread {
                Some(unread) => unread,
                None => match self.queue.take() {
                    Some((token, len)) => Unread {
                        buffer: self.buffers[usize::from(token)].into(),
                        start: 0,
                        len: (len as usize).min(INPUT_BUFFER),
                    },
                    None => break,
                },
            };
            let count = (unread.len - unread.start).min(to.remaining());
            let from = (memory + unread.buffer * INPUT_BUFFER + unread.start) as *const u8;
            // SAFETY: the buffer has come back, so the device does not touch it.
            let result = to.put(unsafe { slice::from_raw_parts(from, count) });
            self.unread = Some(unread);
            if let Err(errno) = result {
                return if done > 0 { Ok(done) } else { Err(errno) };
            }
            done += count;
            unread.start += count;
            self.unread = Some(unread);
            if unread.start == unread.len {
                self.unread = None;
                self.post(unread.buffer);
            }
        }
        self.queue.notify();
        Ok(done)
    }
}

impl Sender {
    /// Makes the ring, at the first write.
    fn start(&mut self) -> Result<()> {
        if self.memory.is_none() {
            let mut memory = Dma::new(OUTPUT_ORDER, 0)?;
            let capacity = memory.remaining();
            let (address, physical) = memory.take(capacity, 4096)?;
            self.memory = Some((address as usize, physical));
            self.capacity = capacity;
            self.spans = Spans::new(capacity);
        }
        Ok(())
    }

    /// Copies the next bytes into the ring and hands them to the device, as many as go in one part;
    /// returns how many.
    fn send(&mut self, from: &mut User<'_>) -> Result<usize> {
        while let Some((token, _)) = self.queue.take() {
            self.spans.complete(token);
        }
        let (start, room) = self.spans.room();
        // A quarter of the ring at most: the host works on one part while we fill the next.
        let count = room
            .min(from.remaining())
            .min((self.capacity / 4).max(PIPE_BUF));
        let Some((memory, physical)) = self.memory else {
            return Err(Errno::EIO);
        };
        if count == 0 || self.queue.free_count() == 0 {
            return Ok(0);
        }
        // SAFETY: these bytes of the ring are free: the device does not touch them.
        from.take(unsafe { slice::from_raw_parts_mut((memory + start) as *mut u8, count) })?;
        let address = physical + start as u64;
        let part = Buffer {
            address,
            len: count as u32,
            device_writes: false,
        };
        // SAFETY: the bytes are free again only when the token comes back.
        if let Some(token) = unsafe { self.queue.add(&[part]) } {
            self.spans.push(token, count);
        }
        Ok(count)
    }
}

/// Both control queues.
struct Control {
    receive: Queue,
    send: Queue,
    receive_memory: usize,
    receive_physical: u64,
    send_memory: usize,
    send_physical: u64,
    /// Message by token, of each queue.
    received: [u8; MAX_PARTS],
    sends: usize,
}

impl Control {
    fn post(&mut self, buffer: usize) {
        let address = self.receive_physical + (buffer * CONTROL_BUFFER) as u64;
        let part = Buffer {
            address,
            len: CONTROL_BUFFER as u32,
            device_writes: true,
        };
        // SAFETY: the buffer is read only between its coming back and its next post.
        if let Some(token) = unsafe { self.receive.add(&[part]) } {
            self.received[usize::from(token)] = buffer as u8;
        }
    }

    /// Hands a message to the device; it looks at it after the next notification.
    fn send(&mut self, port: u32, event: u16, value: u16) {
        while self.send.take().is_some() {}
        // One place in turn for each: with as many out as there are places there is no descriptor left.
        let place = self.sends % usize::from(self.send.size()) * HEADER;
        let part = Buffer {
            address: self.send_physical + place as u64,
            len: HEADER as u32,
            device_writes: false,
        };
        if self.send.free_count() > 0 {
            self.sends += 1;
            // SAFETY: the place is free: its message came back. It stays until this one does.
            unsafe {
                let message = encode(port, event, value);
                ((self.send_memory + place) as *mut [u8; HEADER]).write_volatile(message);
                self.send.add(&[part]);
            }
        }
    }
}

/// The console device with its ports.
pub struct Console {
    control: Mutex<Control>,
    control_received: Interest,
    control_sent: Interest,
    ports: [Port; PORTS],
    /// Which port serves a descriptor, plus 1; 0: not known.
    streams: [AtomicUsize; 3],
}

impl Console {
    /// Finds the device and learns its ports; `None` without one that has all three.
    pub fn start() -> Option<Console> {
        let device = find(NUMBER)?;
        let started = DEVICE.call_once(|| device);
        match Console::with_device(started) {
            Ok(console) => Some(console),
            Err(error) => {
                crate::log!("virtio console not usable: {error:?}");
                None
            }
        }
    }

    fn with_device(device: &Device) -> Result<Console> {
        if device.negotiate(FEATURE_MULTIPORT)? & FEATURE_MULTIPORT == 0 {
            return Err(Errno::ENODEV);
        }
        if device.config(MAX_PORTS) as usize <= PORTS {
            return Err(Errno::ENODEV);
        }
        device.connect(interrupt)?;
        // Eight queues and the control buffers: a third of 16 KiB is enough; the legacy layout takes two or
        // three pages for each queue.
        let order = if device.legacy() { 5 } else { 2 };
        let mut memory = Dma::new(order, order)?;
        let receive = device.queue(2, CONTROL_BUFFERS, &mut memory)?;
        let send = device.queue(3, CONTROL_SENDS, &mut memory)?;
        let control_received = Interest::new(&receive);
        let control_sent = Interest::new(&send);
        let mut ports = [const { None }; PORTS];
        for (i, port) in (1u16..).zip(&mut ports) {
            let receive = device.queue(2 + 2 * i, 8, &mut memory)?;
            let send = device.queue(3 + 2 * i, MAX_PARTS as u16, &mut memory)?;
            *port = Some(Port::new(receive, send));
        }
        let [Some(first), Some(second), Some(third)] = ports else {
            return Err(Errno::ENODEV);
        };
        let len = usize::from(receive.size()) * CONTROL_BUFFER;
        let (receive_memory, receive_physical) = memory.take(len, 16)?;
        let (send_memory, send_physical) = memory.take(usize::from(send.size()) * HEADER, 16)?;
        let mut control = Control {
            receive,
            send,
            receive_memory: receive_memory as usize,
            receive_physical,
            send_memory: send_memory as usize,
            send_physical,
            received: [0; MAX_PARTS],
            sends: 0,
        };
        device.start();
        (0..control.receive.size().into()).for_each(|buffer| control.post(buffer));
        control.send(0, DEVICE_READY, 1);
        control.receive.notify();
        control.send.notify();
        let console = Console {
            control: Mutex::new(control),
            control_received,
            control_sent,
            ports: [first, second, third],
            streams: [const { AtomicUsize::new(0) }; 3],
        };
        console.learn_ports()?;
        Ok(console)
    }

    /// Waits until the device has told all it has to tell.
    fn learn_ports(&self) -> Result<()> {
        let (received, sent) = (self.control_received.shared(), self.control_sent.shared());
        loop {
            // In this order: a device that is done with our messages has answered them before.
            let settled = sent.all_used();
            let answered = received.pending();
            self.look_at_messages();
            let known = (0..3).all(|stream| self.port(stream).is_some());
            if settled && !answered && known {
                return Ok(());
            }
            let queues = [&self.control_received, &self.control_sent];
            let nothing_new = || {
                let progress = if known {
                    sent.all_used()
                } else {
                    sent.pending()
                };
                !received.pending() && !progress
            };
            let patience = if sent.all_used() {
                PORT_TIMEOUT
            } else {
                MESSAGE_TIMEOUT
            };
            let deadline = crate::arch::timer::now_ns() + patience;
            match wait(&queues, nothing_new, Some(deadline)) {
                // A signal waits for its handler, which runs later: go on, awake if need be.
                Ok(()) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno),
            }
            let mut control = self.control.lock();
            while control.send.take().is_some() {}
        }
    }

    /// Acts on the control messages that have come.
    fn look_at_messages(&self) {
        if !self.control_received.shared().pending() {
            return;
        }
        let mut control = self.control.lock();
        while let Some((token, len)) = control.receive.take() {
            let buffer = usize::from(control.received[usize::from(token)]);
            let address = control.receive_memory + buffer * CONTROL_BUFFER;
            // SAFETY: the buffer has come back, so the device does not touch it.
            let bytes = unsafe {
                slice::from_raw_parts(address as *const u8, (len as usize).min(CONTROL_BUFFER))
            };
            if let Some(message) = Message::parse(bytes) {
                self.act(&mut control, &message);
            }
            control.post(buffer);
        }
        control.receive.notify();
        control.send.notify();
        drop(control);
        // Whoever sleeps for what was told may have looked since the message was taken off the queue.
        WAITING.wake_all();
        poll::notify();
    }

    fn act(&self, control: &mut Control, message: &Message<'_>) {
        let index = (message.port as usize).wrapping_sub(1);
        let Some(port) = self.ports.get(index) else {
            return;
        };
        match message.event {
            PORT_ADD => {
                control.send(message.port, PORT_READY, 1);
                control.send(message.port, PORT_OPEN, 1);
            }
            PORT_OPEN => port.open.store(message.value != 0, Ordering::SeqCst),
            _ => {
                if let Some(stream) = message.stream() {
                    self.streams[stream].store(index + 1, Ordering::SeqCst);
                }
            }
        }
    }

    /// Sleeps while `condition` holds, `port` is open and the device has told nothing new. Any thread may
    /// take a message off the queue, so it is not enough to look for one.
    fn wait(
        &self,
        port: &Port,
        queue: &Interest,
        mut condition: impl FnMut() -> bool,
    ) -> Result<()> {
        let told = self.control_received.shared();
        let quiet = || condition() && !told.pending() && port.open.load(Ordering::SeqCst);
        wait(&[queue, &self.control_received], quiet, None)
    }

    fn port(&self, stream: usize) -> Option<&Port> {
        let index = self.streams.get(stream)?.load(Ordering::Relaxed);
        self.ports.get(index.wrapping_sub(1))
    }

    /// Reads from standard input.
    ///
    /// # Errors
    /// `EAGAIN`, `EINTR`, `EFAULT`, `ENOMEM`.
    pub fn read(&self, to: &mut User<'_>, nonblocking: bool) -> Result<usize> {
        if to.remaining() == 0 {
            return Ok(0);
        }
        let port = self.port(0).ok_or(Errno::EIO)?;
        port.post()?;
        let mut receiver = port.receiver.lock();
        loop {
            // In this order: what came before the end is in the queue before the message.
            self.look_at_messages();
            let open = port.open.load(Ordering::SeqCst);
            let count = receiver.receive(to);
            let unread = receiver
                .unread
                .map_or(0, |unread| unread.len - unread.start);
            port.unread.store(unread, Ordering::SeqCst);
            if unread > 0 {
                // A thread in `poll` may have looked since the buffer was taken off the queue.
                poll::notify();
            }
            match count {
                Ok(0) => {}
                result => return result,
            }
            if !open {
                return Ok(0);
            }
            if nonblocking {
                return Err(Errno::EAGAIN);
            }
            let received = port.received.shared();
            self.wait(port, &port.received, || !received.pending())?;
        }
    }

    /// Writes to standard output (1) or error (2).
    ///
    /// # Errors
    /// `EPIPE`, `EAGAIN`, `EINTR`, `EFAULT`, `ENOMEM`.
    pub fn write(&self, stream: usize, from: &mut User<'_>, nonblocking: bool) -> Result<usize> {
        let port = self.port(stream).ok_or(Errno::EIO)?;
        // On the host both outputs may be one pipe or terminal, and the device serves its queues in any
        // order: what was written to the other one before must be there before.
        let other = if stream == 1 { 2 } else { 1 };
        if !nonblocking
            && self
                .port(other)
                .is_some_and(|port| !port.sent.shared().all_used())
        {
            self.drain(other)?;
        }
        let mut sender = port.sender.lock();
        sender.start()?;
        let mut done = 0;
        let whole = from.remaining() <= PIPE_BUF;
        let result = loop {
            if from.remaining() == 0 {
                break Ok(());
            }
            if FINISHING.load(Ordering::SeqCst) {
                sender.queue.notify();
                park();
            }
            self.look_at_messages();
            if !port.open.load(Ordering::SeqCst) {
                break Err(broken());
            }
            if nonblocking && whole && sender.spans.free() < from.remaining() {
                // A small write goes in whole or not at all.
                let mut nothing = User::new(core::ptr::null_mut(), 0);
                sender.send(&mut nothing)?;
                if sender.spans.free() < from.remaining() {
                    break Err(Errno::EAGAIN);
                }
            }
            match sender.send(from) {
                Ok(0) => {}
                Ok(count) => {
                    done += count;
                    continue;
                }
                Err(errno) => break Err(errno),
            }
            sender.queue.notify();
            if nonblocking {
                break Err(Errno::EAGAIN);
            }
            let sent = port.sent.shared();
            if let Err(errno) = self.wait(port, &port.sent, || !sent.pending()) {
                break Err(errno);
            }
        };
        sender.queue.notify();
        port.free.store(sender.spans.free(), Ordering::SeqCst);
        match result {
            Err(errno) if done == 0 => Err(errno),
            _ => Ok(done),
        }
    }

    /// Whether a read of standard input would not sleep.
    pub fn readable(&self) -> bool {
        self.look_at_messages();
        self.port(0).is_none_or(|port| {
            // Without buffers nothing would ever arrive. No memory: a read says so.
            port.post().is_err()
                || port.unread.load(Ordering::SeqCst) > 0
                || port.received.shared().pending()
                || !port.open.load(Ordering::SeqCst)
        })
    }

    /// Whether a small write would not sleep.
    pub fn writable(&self, stream: usize) -> bool {
        self.look_at_messages();
        self.port(stream).is_none_or(|port| {
            port.free.load(Ordering::SeqCst) >= PIPE_BUF
                || port.sent.shared().all_used()
                || !port.open.load(Ordering::SeqCst)
        })
    }

    /// Turns the interrupts of all streams on or off for a thread that sleeps in `poll`.
    pub fn listen(&self, on: bool) {
        self.control_received.change(on);
        for stream in 0..3 {
            if let Some(port) = self.port(stream) {
                port.received.change(on);
                port.sent.change(on);
            }
        }
    }

    /// Waits until the host has taken all output of a stream.
    ///
    /// # Errors
    /// `EINTR`.
    pub fn drain(&self, stream: usize) -> Result<()> {
        let Some(port) = self.port(stream) else {
            return Ok(());
        };
        wait(&[&port.sent], || !port.sent.shared().all_used(), None)
    }

    /// Waits until the host has taken all output, for good: whoever writes from now on sleeps for ever.
    /// Where the caller may not sleep it asks the device again and again.
    pub fn finish(&self, may_sleep: bool) {
        FINISHING.store(true, Ordering::SeqCst);
        for stream in 1..3 {
            let Some(port) = self.port(stream) else {
                continue;
            };
            while !port.sent.shared().all_used() {
                if may_sleep {
                    // Interrupted by a signal or not: there is nothing else left to do.
                    let _ = self.drain(stream);
                } else {
                    crate::arch::cpu_relax();
                }
            }
        }
    }
}

/// Sleeps until the machine is switched off.
fn park() -> ! {
    loop {
        let _ = WAITING.wait_while(|| true, None);
    }
}
