/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/crc32.h"

#include <stdbool.h>

#include "mysql/binlog/bytes.h"

#define POLYNOMIAL 0xedb88320u /* reflected */

/* tables[0] is the usual table of bytes; tables[k] is it shifted by k more zero bytes. */
static uint32_t tables[8][256];

static void make_tables(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		tables[0][i] = crc;
	}
	for (int k = 1; k < 8; k++)
		for (size_t i = 0; i < 256; i++)
			tables[k][i] = tables[k - 1][i] >> 8 ^ tables[0][tables[k - 1][i] & 0xff];
}

/* Works on the inverted value. Eight bytes a step. */
static uint32_t add_by_tables(uint32_t crc, const uint8_t *p, size_t len)
{
	if (!tables[0][1])
		make_tables();
	for (; len >= 8; p += 8, len -= 8) {
		uint32_t a = crc ^ bytes_u32(p), b = bytes_u32(p + 4);

		crc = tables[7][a & 0xff] ^ tables[6][a >> 8 & 0xff] ^ tables[5][a >> 16 & 0xff] ^
		      tables[4][a >> 24] ^ tables[3][b & 0xff] ^ tables[2][b >> 8 & 0xff] ^
		      tables[1][b >> 16 & 0xff] ^ tables[0][b >> 24];
	}
	for (; len > 0; p++, len--)
		crc = crc >> 8 ^ tables[0][(crc ^ *p) & 0xff];
	return crc;
}

uint32_t crc32_add_portable(uint32_t crc, const void *data, size_t len)
{
	return ~add_by_tables(~crc, data, len);
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

/*
 * Folding with carry-less multiplication: V. Gopal and others, "Fast CRC Computation for Generic
 * Polynomials Using PCLMULQDQ Instruction", Intel 2009; the constants are those of its section on
 * the reflected IEEE polynomial. len is a multiple of 16 and at least 64.
 */
__attribute__((target("pclmul,sse4.1"))) static __m128i fold(__m128i x, __m128i k, __m128i next)
{
	__m128i low = _mm_clmulepi64_si128(x, k, 0x00), high = _mm_clmulepi64_si128(x, k, 0x11);

	return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("pclmul,sse4.1"))) static uint32_t reduce(__m128i x)
{
	const __m128i k3k4 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
	const __m128i k5 = _mm_set_epi64x(0, 0x0163cd6124);
	const __m128i poly = _mm_set_epi64x(0x01f7011641, 0x01db710641);
	const __m128i low32 = _mm_setr_epi32(~0, 0, ~0, 0);
	__m128i t = _mm_clmulepi64_si128(x, k3k4, 0x10);

	x = _mm_xor_si128(_mm_srli_si128(x, 8), t);
	t = _mm_srli_si128(x, 4);
	x = _mm_xor_si128(_mm_clmulepi64_si128(_mm_and_si128(x, low32), k5, 0x00), t);
	t = _mm_clmulepi64_si128(_mm_and_si128(x, low32), poly, 0x10);
	t = _mm_clmulepi64_si128(_mm_and_si128(t, low32), poly, 0x00);
	return (uint32_t)_mm_extract_epi32(_mm_xor_si128(x, t), 1);
}

__attribute__((target("pclmul,sse4.1"))) static uint32_t add_by_folding(uint32_t crc,
									 const uint8_t *p,
									 size_t len)
{
	const __m128i k1k2 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
	const __m128i k3k4 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
	const __m128i *in = (const __m128i *)(const void *)p;
	__m128i x[4];

	for (int i = 0; i < 4; i++)
		x[i] = _mm_loadu_si128(in++);
	x[0] = _mm_xor_si128(x[0], _mm_cvtsi32_si128((int)crc));
	for (len -= 64; len >= 64; len -= 64)
		for (int i = 0; i < 4; i++)
			x[i] = fold(x[i], k1k2, _mm_loadu_si128(in++));
	for (int i = 1; i < 4; i++)
		x[0] = fold(x[0], k3k4, x[i]);
	for (; len >= 16; len -= 16)
		x[0] = fold(x[0], k3k4, _mm_loadu_si128(in++));
	return reduce(x[0]);
}

/*
 * Asked when a checksum is taken: __builtin_cpu_supports() would ask at each start of the program,
 * and on a virtual machine every CPUID instruction goes to the hypervisor and back.
 */
static bool can_fold(void)
{
	static int answer = -1;
	unsigned a, b, c = 0, d;

	if (answer < 0)
		answer = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_PCLMUL) && (c & bit_SSE4_1);
	return answer;
}

uint32_t crc32_add(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;

	crc = ~crc;
	if (len >= 64 && can_fold()) {
		size_t whole = len & ~(size_t)15;

		crc = add_by_folding(crc, p, whole);
		p += whole;
		len -= whole;
	}
	return ~add_by_tables(crc, p, len);
}

#else

uint32_t crc32_add(uint32_t crc, const void *data, size_t len)
{
	return crc32_add_portable(crc, data, len);
}

#endif
