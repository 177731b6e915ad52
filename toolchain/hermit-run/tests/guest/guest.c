/* The guest that hermit-run is tested with: a program without a kernel. It takes its orders from
   the archive's argv[1], speaks the control records on COM1 and drives the virtio console by
   polling, so hermit-run's tests need a host compiler and QEMU and nothing else. */
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

/* ---- ports and COM1 ------------------------------------------------------------------------ */

static inline void outb(u16 port, u8 value) { __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port)); }
static inline void outl(u16 port, u32 value) { __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port)); }
static inline u8 inb(u16 port)
{
    u8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void serial_byte(u8 byte)
{
    while (!(inb(0x3fd) & 0x20)) { }
    outb(0x3f8, byte);
}
static void serial(const char *text)
{
    while (*text) serial_byte((u8)*text++);
}
static void serial_hex(u64 value)
{
    char digits[17];
    int at = 16;
    digits[16] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value);
    serial(digits + at);
}
static void serial_decimal(u64 value)
{
    char digits[21];
    int at = 20;
    digits[20] = 0;
    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    serial(digits + at);
}

static void stop(void)
{
    outl(0xf4, 0);
    for (;;) __asm__ volatile("hlt");
}
static void exit_with(u64 status)
{
    serial("\x01" "exit ");
    serial_decimal(status);
    serial("\n");
    stop();
}

/* ---- strings ------------------------------------------------------------------------------- */

void *memset(void *to, int byte, size_t n)
{
    for (u8 *p = to; n--;) *p++ = (u8)byte;
    return to;
}
void *memcpy(void *to, const void *from, size_t n)
{
    u8 *p = to;
    for (const u8 *q = from; n--;) *p++ = *q++;
    return to;
}
static size_t length(const char *text)
{
    size_t n = 0;
    while (text[n]) n++;
    return n;
}
static int same(const char *a, const char *b)
{
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}
static u64 number(const char *text)
{
    u64 value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + (u64)(*text++ - '0');
    return value;
}

/* ---- the archive (cpio "newc"), module 0 of the PVH start information -------------------------- */

struct start_info {
    u32 magic, version, flags, nr_modules;
    u64 modules, command_line, rsdp, memory_map;
    u32 memory_map_entries, reserved;
};
struct module { u64 address, size, command_line, reserved; };

static const char *archive;
static size_t archive_size;

static u32 field(const char *header, int index)
{
    u32 value = 0;
    for (int i = 0; i < 8; i++) {
        char c = header[6 + index * 8 + i];
        value = value * 16 + (u32)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}
static const char *find_file(const char *name, size_t *size)
{
    const char *at = archive, *end = archive + archive_size;
    while (at + 110 <= end) {
        size_t bytes = field(at, 6), name_bytes = field(at, 11);
        const char *entry = at + 110;
        const char *data = at + ((110 + name_bytes + 3) & ~(size_t)3);
        if (same(entry, name)) {
            *size = bytes;
            return data;
        }
        if (same(entry, "TRAILER!!!")) break;
        at = data + ((bytes + 3) & ~(size_t)3);
    }
    return 0;
}

/* ---- virtio console over virtio-mmio (version 2), polled ------------------------------------- */

#define QUEUE_SIZE 16
#define BUFFER 4096
struct descriptor { u64 address; u32 length; u16 flags, next; };
struct queue {
    struct descriptor descriptors[QUEUE_SIZE] __attribute__((aligned(4096)));
    struct { u16 flags, index, ring[QUEUE_SIZE]; } available __attribute__((aligned(4096)));
    struct { u16 flags, index; struct { u32 id, length; } ring[QUEUE_SIZE]; } used __attribute__((aligned(4096)));
    u16 seen;
};
static struct queue queues[10];
static u8 control_buffers[QUEUE_SIZE][64];
static u8 input_buffers[QUEUE_SIZE][BUFFER];
static volatile u32 *device;
struct control { u32 id; u16 event, value; };
static u32 port_number[3]; /* stdin, stdout, stderr */
static int stdin_ended;

#define BARRIER() __asm__ volatile("mfence" ::: "memory")
#define READ(x) (*(volatile __typeof__(x) *)&(x))

static void give(u32 index, u16 id)
{
    struct queue *q = &queues[index];
    q->available.ring[q->available.index % QUEUE_SIZE] = id;
    BARRIER();
    q->available.index++;
    BARRIER();
    device[0x50 / 4] = index;
}
static void queue_setup(u32 index)
{
    struct queue *q = &queues[index];
    device[0x30 / 4] = index;
    if (device[0x34 / 4] < QUEUE_SIZE) return;
    device[0x38 / 4] = QUEUE_SIZE;
    device[0x80 / 4] = (u32)(u64)q->descriptors;
    device[0x84 / 4] = 0;
    device[0x90 / 4] = (u32)(u64)&q->available;
    device[0x94 / 4] = 0;
    device[0xa0 / 4] = (u32)(u64)&q->used;
    device[0xa4 / 4] = 0;
    device[0x44 / 4] = 1;
}
/* Sends bytes on a transmit queue and waits until the device has taken them all. */
static void send(u32 index, const void *bytes, u32 size)
{
    struct queue *q = &queues[index];
    q->descriptors[0] = (struct descriptor){ (u64)bytes, size, 0, 0 };
    give(index, 0);
    while (READ(q->used.index) != q->available.index) __asm__ volatile("pause");
}
static void control(u32 id, u16 event, u16 value)
{
    struct control message = { id, event, value };
    send(3, &message, sizeof message);
}
static void poll_control(void)
{
    struct queue *q = &queues[2];
    while (q->seen != READ(q->used.index)) {
        u16 slot = q->seen++ % QUEUE_SIZE;
        u16 id = (u16)q->used.ring[slot].id;
        struct control *message = (struct control *)control_buffers[id];
        u32 size = q->used.ring[slot].length;
        if (message->event == 1) {                              /* PORT_ADD */
            control(message->id, 3, 1);                         /* PORT_READY */
        } else if (message->event == 7) {                       /* PORT_NAME */
            const char *name = (const char *)(message + 1);
            control_buffers[id][size] = 0;
            if (same(name, "hermit.stdin")) port_number[0] = message->id;
            if (same(name, "hermit.stdout")) port_number[1] = message->id;
            if (same(name, "hermit.stderr")) port_number[2] = message->id;
            control(message->id, 6, 1);                         /* PORT_OPEN */
        } else if (message->event == 6 && message->id == port_number[0] && message->id) {
            stdin_ended = !message->value;
        }
        give(2, id);
    }
}
static int console_setup(const char *command_line)
{
    /* virtio_mmio.device=512@0xBASE:IRQ */
    const char *at = command_line;
    u64 base = 0;
    for (; *at; at++)
        if (*at == '@') {
            for (at += 3; *at != ':'; at++) base = base * 16 + (u64)(*at <= '9' ? *at - '0' : *at - 'a' + 10);
            break;
        }
    device = (volatile u32 *)base;
    if (!base || device[0] != 0x74726976 || device[1] != 2 || device[2] != 3) return 0;
    device[0x70 / 4] = 0;
    device[0x70 / 4] = 3;
    device[0x24 / 4] = 0;
    device[0x20 / 4] = 2; /* VIRTIO_CONSOLE_F_MULTIPORT */
    device[0x24 / 4] = 1;
    device[0x20 / 4] = 1; /* VIRTIO_F_VERSION_1 */
    device[0x70 / 4] = 11;
    for (u32 i = 0; i < 10; i++) queue_setup(i);
    device[0x70 / 4] = 15;
    for (u16 i = 0; i < QUEUE_SIZE; i++) {
        queues[2].descriptors[i] = (struct descriptor){ (u64)control_buffers[i], 60, 2, 0 };
        give(2, i);
    }
    control(0xffffffff, 0, 1); /* DEVICE_READY */
    while (!(port_number[0] && port_number[1] && port_number[2])) poll_control();
    return 1;
}
static void write_out(int fd, const void *bytes, size_t size)
{
    const char *p = bytes;
    while (size) {
        u32 piece = size > 65536 ? 65536 : (u32)size;
        send(2 * port_number[fd] + 3, p, piece);
        p += piece;
        size -= piece;
    }
}
/* Calls `f` with each piece of standard input until it ends. */
static void each_input(void (*f)(const u8 *bytes, size_t size))
{
    u32 index = 2 * port_number[0] + 2;
    struct queue *q = &queues[index];
    for (u16 i = 0; i < QUEUE_SIZE; i++) {
        q->descriptors[i] = (struct descriptor){ (u64)input_buffers[i], BUFFER, 2, 0 };
        give(index, i);
    }
    for (;;) {
        poll_control();
        int ended = stdin_ended; /* read before the queue: what came before the end is delivered */
        BARRIER();
        while (q->seen != READ(q->used.index)) {
            u16 slot = q->seen++ % QUEUE_SIZE;
            u16 id = (u16)q->used.ring[slot].id;
            f(input_buffers[id], q->used.ring[slot].length);
            give(index, id);
        }
        if (ended) return;
    }
}

/* ---- what the tests ask for ------------------------------------------------------------------ */

extern u64 fault_regs[17];
extern char stack_top[];
void take_fault(void);

static int wild;

void print_fault(void)
{
    static const char *const names[] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8",
                                         "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip" };
    if (wild) { /* as after a call to a bad address: its return address is on top of the stack */
        u64 *top = (u64 *)fault_regs[7] - 1;
        fault_regs[7] = (u64)top;
        *top = fault_regs[16];
        fault_regs[16] = 0xdead0000;
    }
    serial("\x01" "fault 11 0 ");
    serial_hex(fault_regs[16]);
    serial(" 3 1 write to 0x0\n\x01regs");
    for (int i = 0; i < 17; i++) {
        serial(" ");
        serial(names[i]);
        serial("=0x");
        serial_hex(fault_regs[i]);
    }
    serial("\n");
    for (u64 at = fault_regs[7]; at < (u64)stack_top; at += 64) {
        serial("\x01stack 0x");
        serial_hex(at);
        serial(" ");
        for (u64 i = at; i < at + 64 && i < (u64)stack_top; i++) {
            serial_byte((u8) "0123456789abcdef"[*(u8 *)i >> 4]);
            serial_byte((u8) "0123456789abcdef"[*(u8 *)i & 15]);
        }
        serial("\n");
    }
    exit_with(139);
}

static inline __attribute__((always_inline)) void poke(volatile int *depth)
{
    *depth += 1;
    take_fault(); /* FAULT LINE */
}
static __attribute__((noinline)) int descend(int depth)
{
    volatile int local = depth;
    if (depth > 0) return descend(depth - 1) + local; /* RECURSION LINE */
    poke(&local); /* INLINE LINE */
    return local;
}

static void echo_input(const u8 *bytes, size_t size) { write_out(1, bytes, size); }

void guest_main(struct start_info *info)
{
    struct module *module = (struct module *)info->modules;
    size_t argv_size = 0, env_size = 0, size;
    const char *argv[8] = { 0 };
    int argc = 0;
    if (info->nr_modules) {
        archive = (const char *)module->address;
        archive_size = module->size;
        const char *at = find_file(".hermit/argv", &argv_size);
        for (const char *end = at + argv_size; at && at < end && argc < 8; at += length(at) + 1) argv[argc++] = at;
    }
    const char *order = argc > 1 ? argv[1] : "";
    const char *command_line = (const char *)info->command_line;

    if (same(order, "exit")) exit_with(number(argv[2]));
    if (same(order, "silent")) stop(); /* no exit record */
    if (same(order, "crash")) __asm__ volatile("lidt %0; int3" ::"m"((struct { u64 a; u16 b; }){ 0, 0 }));
    if (same(order, "hang")) for (;;) __asm__ volatile("hlt");
    if (same(order, "serial")) { /* argv[2] as it is, then the exit record argv[3] */
        serial(argv[2]);
        if (argc > 3) exit_with(number(argv[3]));
        stop();
    }
    if (same(order, "fault") || same(order, "wild")) {
        wild = same(order, "wild");
        exit_with((u64)descend((int)number(argv[2])));
    }
    if (!console_setup(command_line)) {
        serial("no console\n");
        exit_with(99);
    }
    if (same(order, "echo")) { /* arguments to stdout, environment to stderr, NULs and all */
        const char *args = find_file(".hermit/argv", &argv_size), *env = find_file(".hermit/env", &env_size);
        write_out(1, args, argv_size);
        write_out(2, env, env_size);
        exit_with(0);
    }
    if (same(order, "file")) {
        const char *data = find_file(argv[2], &size);
        if (data) write_out(1, data, size);
        exit_with(data ? 0 : 1);
    }
    if (same(order, "cmdline")) {
        write_out(1, command_line, length(command_line));
        exit_with(0);
    }
    if (same(order, "cat")) {
        each_input(echo_input);
        exit_with(0);
    }
    if (same(order, "flood")) { /* argv[2] lines of 64 bytes to stdout, then the status argv[3] */
        static char line[65];
        for (u64 i = 0, n = number(argv[2]); i < n; i++) {
            for (int j = 0; j < 63; j++) line[j] = (char)('a' + (i + (u64)j) % 26);
            line[63] = '\n';
            write_out(1, line, 64);
        }
        exit_with(number(argv[3]));
    }
    if (same(order, "alternate")) { /* a line to each output in turn, argv[2] times */
        for (u64 i = 0, n = number(argv[2]); i < n; i++) {
            write_out(1, "out\n", 4);
            write_out(2, "err\n", 4);
        }
        exit_with(0);
    }
    if (same(order, "say-and-hang")) {
        write_out(1, argv[2], length(argv[2]));
        for (;;) __asm__ volatile("hlt");
    }
    exit_with(98);
}
