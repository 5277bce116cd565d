/* SPDX-License-Identifier: Apache-2.0 */
#include "net/fiber.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
/* Of <sanitizer/common_interface_defs.h>, which only clang's run time brings. */
void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack, const void **ret_bottom, size_t *ret_size);
void __asan_unpoison_memory_region(const volatile void *addr, size_t size);
/* Its frames are several times as large. */
#define STACK_FACTOR 4
#else
#define STACK_FACTOR 1
#endif

/* A shadow stack has to be switched too, which the C library knows how to. */
#if defined(__CET__) && (__CET__ & 2)
#define WITH_UCONTEXT 1
#elif !defined(__x86_64__) && !defined(__aarch64__)
#define WITH_UCONTEXT 1
#endif

#ifdef WITH_UCONTEXT
#include <ucontext.h>
#endif

static size_t page_size(void)
{
	long size = sysconf(_SC_PAGESIZE);

	return size > 0 ? (size_t)size : 4096;
}

void fiber_init(struct fiber *f, size_t size)
{
	size_t page = page_size();

	*f = (struct fiber){ .size = (size * STACK_FACTOR + page - 1) / page * page + page };
	f->memory = mmap(NULL, f->size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (f->memory == MAP_FAILED || mprotect(f->memory, page, PROT_NONE) < 0)
		memory_exhausted();
	f->bottom = (char *)f->memory + page;
	f->bottom_size = f->size - page;
#ifdef VALGRIND_STACK_REGISTER
	f->valgrind_id = (unsigned)VALGRIND_STACK_REGISTER((char *)f->memory + page,
							   (char *)f->memory + f->size);
#endif
}

void fiber_release(struct fiber *f)
{
	if (!f->memory)
		return;
#ifdef VALGRIND_STACK_DEREGISTER
	VALGRIND_STACK_DEREGISTER(f->valgrind_id);
#endif
#ifdef WITH_UCONTEXT
	free(f->pointer);
#endif
	/* The region may be mapped again for something else. */
#ifdef WITH_ASAN
	__asan_unpoison_memory_region(f->bottom, f->bottom_size);
#endif
	munmap(f->memory, f->size);
	f->memory = NULL;
}

static __attribute__((noreturn, used)) void begin(struct fiber *f);

#ifdef WITH_UCONTEXT

static void begin_halves(unsigned high, unsigned low)
{
	begin((struct fiber *)((uintptr_t)high << 32 | (uintptr_t)low));
}

static void set_up(struct fiber *f)
{
	ucontext_t *context = f->pointer ? f->pointer : xcalloc(1, sizeof(*context));
	uintptr_t p = (uintptr_t)f;

	f->pointer = context;
	getcontext(context);
	context->uc_stack.ss_sp = (void *)(uintptr_t)f->bottom;
	context->uc_stack.ss_size = f->bottom_size;
	context->uc_link = NULL;
	makecontext(context, (void (*)(void))begin_halves, 2, (unsigned)((uint64_t)p >> 32),
		    (unsigned)p);
}

static void switch_stack(struct fiber *from, struct fiber *to)
{
	ucontext_t own;

	/* The thread's own stack outlives the switch, so its context can lie on it. */
	if (!from->memory)
		from->pointer = &own;
	swapcontext(from->pointer, to->pointer);
}

#else

void fiber_swap(void **save, void *load) __attribute__((visibility("hidden")));

#if defined(__x86_64__)
/* System V: rbx, rbp, r12 to r15, and the control words of SSE and x87 are the callee's. */
__asm__(".text\n"
	".globl fiber_swap\n"
	".hidden fiber_swap\n"
	".type fiber_swap, @function\n"
	"fiber_swap:\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	subq $8, %rsp\n"
	"	stmxcsr (%rsp)\n"
	"	fnstcw 4(%rsp)\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	ldmxcsr (%rsp)\n"
	"	fldcw 4(%rsp)\n"
	"	addq $8, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	ret\n"
	".size fiber_swap, . - fiber_swap\n"
	/* The first switch to a fiber arrives here, with the fiber in rbx. */
	".type fiber_start, @function\n"
	".hidden fiber_start\n"
	".globl fiber_start\n"
	"fiber_start:\n"
	"	movq %rbx, %rdi\n"
	"	xorl %ebp, %ebp\n"
	"	call *%r12\n"
	"	ud2\n"
	".size fiber_start, . - fiber_start\n");

static void fill(void **top, struct fiber *f)
{
	uint32_t words[2] = { 0 };

	__asm__("stmxcsr %0\n\tfnstcw %1" : "=m"(words[0]), "=m"(words[1]));
	memcpy(&top[0], words, sizeof(words));
	top[4] = (void *)(uintptr_t)begin; /* r12 */
	top[5] = f;			   /* rbx */
}
#define FRAME 8
#define RETURN 7

#else
/* AAPCS64: x19 to x30 and d8 to d15 are the callee's. */
__asm__(".text\n"
	".globl fiber_swap\n"
	".hidden fiber_swap\n"
	".type fiber_swap, %function\n"
	"fiber_swap:\n"
	"	sub sp, sp, #160\n"
	"	stp x19, x20, [sp]\n"
	"	stp x21, x22, [sp, #16]\n"
	"	stp x23, x24, [sp, #32]\n"
	"	stp x25, x26, [sp, #48]\n"
	"	stp x27, x28, [sp, #64]\n"
	"	stp x29, x30, [sp, #80]\n"
	"	stp d8, d9, [sp, #96]\n"
	"	stp d10, d11, [sp, #112]\n"
	"	stp d12, d13, [sp, #128]\n"
	"	stp d14, d15, [sp, #144]\n"
	"	mov x9, sp\n"
	"	str x9, [x0]\n"
	"	mov sp, x1\n"
	"	ldp x19, x20, [sp]\n"
	"	ldp x21, x22, [sp, #16]\n"
	"	ldp x23, x24, [sp, #32]\n"
	"	ldp x25, x26, [sp, #48]\n"
	"	ldp x27, x28, [sp, #64]\n"
	"	ldp x29, x30, [sp, #80]\n"
	"	ldp d8, d9, [sp, #96]\n"
	"	ldp d10, d11, [sp, #112]\n"
	"	ldp d12, d13, [sp, #128]\n"
	"	ldp d14, d15, [sp, #144]\n"
	"	add sp, sp, #160\n"
	"	ret\n"
	".size fiber_swap, . - fiber_swap\n"
	/* The first switch to a fiber arrives here, with the fiber in x19. */
	".type fiber_start, %function\n"
	".hidden fiber_start\n"
	".globl fiber_start\n"
	"fiber_start:\n"
	"	mov x0, x19\n"
	"	mov x29, xzr\n"
	"	blr x20\n"
	"	brk #1\n"
	".size fiber_start, . - fiber_start\n");

static void fill(void **top, struct fiber *f)
{
	top[0] = f;			   /* x19 */
	top[1] = (void *)(uintptr_t)begin; /* x20 */
}
#define FRAME 20
#define RETURN 11 /* x30 */

#endif

void fiber_start(void) __attribute__((visibility("hidden")));

static void set_up(struct fiber *f)
{
	/* Both ABIs want the stack aligned to 16 bytes at a call. */
	uintptr_t end = ((uintptr_t)f->bottom + f->bottom_size) & ~(uintptr_t)15;
	void **top = (void **)end - FRAME;

	memset(top, 0, FRAME * sizeof(*top));
	fill(top, f);
	top[RETURN] = (void *)(uintptr_t)fiber_start;
	f->pointer = top;
}

static void switch_stack(struct fiber *from, struct fiber *to)
{
	fiber_swap(&from->pointer, to->pointer);
}

#endif

void fiber_prepare(struct fiber *f, void (*entry)(void *arg), void *arg)
{
	f->entry = entry;
	f->arg = arg;
	f->fake_stack = NULL;
#ifdef WITH_ASAN
	__asan_unpoison_memory_region(f->bottom, f->bottom_size);
#endif
	set_up(f);
}

/* Where the fiber came from; only read right after a switch, in the one thread that switches. */
static struct fiber *came_from;

static void arrived(struct fiber *self)
{
#ifdef WITH_ASAN
	const void *bottom = NULL;
	size_t size = 0;

	__sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &size);
	if (!came_from->memory) {
		came_from->bottom = bottom;
		came_from->bottom_size = size;
	}
#else
	(void)self;
#endif
}

static void begin(struct fiber *f)
{
	arrived(f);
	f->entry(f->arg);
	__builtin_trap();
}

void fiber_switch(struct fiber *from, struct fiber *to, int last)
{
	came_from = from;
#ifdef WITH_ASAN
	__sanitizer_start_switch_fiber(last ? NULL : &from->fake_stack, to->bottom,
				       to->bottom_size);
#else
	(void)last;
#endif
	switch_stack(from, to);
	arrived(from);
}
