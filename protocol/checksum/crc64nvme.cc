#include <array>
#include <bit>
#include <cstring>

#include "protocol/checksum/crc.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cumulite::checksum {
namespace {

static_assert(std::endian::native == std::endian::little, "slices are read as little-endian words");

constexpr std::uint64_t reflect(std::uint64_t value) {
  std::uint64_t mirrored = 0;
  for (int bit = 0; bit < 64; ++bit) {
    if ((value >> bit & 1) != 0) mirrored |= 1ULL << (63 - bit);
  }
  return mirrored;
}

/// tables[0] advances the state by one byte; tables[n] by one byte followed by n zero bytes, so
/// that sixteen bytes take sixteen independent look-ups ("slicing by 16").
using SliceTables = std::array<std::array<std::uint64_t, 256>, 16>;

constexpr SliceTables make_slice_tables() {
  SliceTables tables{};
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    std::uint64_t state = byte;
    for (int bit = 0; bit < 8; ++bit) {
      state = (state & 1) != 0 ? state >> 1 ^ kCrc64NvmePolynomial : state >> 1;
    }
    tables[0][byte] = state;
  }
  for (std::size_t slice = 1; slice < 16; ++slice) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint64_t previous = tables[slice - 1][byte];
      tables[slice][byte] = previous >> 8 ^ tables[0][previous & 255];
    }
  }
  return tables;
}

constexpr SliceTables kTables = make_slice_tables();

std::uint64_t load_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t advance_by_table(std::uint64_t state, const char* bytes, std::size_t size) {
  for (; size >= 16; bytes += 16, size -= 16) {
    const std::uint64_t low = load_word(bytes) ^ state;
    const std::uint64_t high = load_word(bytes + 8);
    state = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      state ^= kTables[15 - i][low >> (8 * i) & 255] ^ kTables[7 - i][high >> (8 * i) & 255];
    }
  }
  for (; size > 0; ++bytes, --size) {
    state = state >> 8 ^ kTables[0][(state ^ static_cast<std::uint8_t>(*bytes)) & 255];
  }
  return state;
}

#if defined(__x86_64__)
/// x^exponent modulo the generator, in the reflected order in which the folding multiplies.
constexpr std::uint64_t power_of_x(unsigned exponent) {
  constexpr std::uint64_t kGenerator = reflect(kCrc64NvmePolynomial);
  std::uint64_t value = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    const bool carry = (value >> 63) != 0;
    value <<= 1;
    if (carry) value ^= kGenerator;
  }
  return reflect(value);
}

/// Multipliers that move a 128-bit block forward by `bits`: one for each half. The product of two
/// reflected 64-bit values stands one bit too low, hence the "- 1".
struct FoldConstants {
  std::uint64_t low_half;
  std::uint64_t high_half;
};

constexpr FoldConstants fold_constants(unsigned bits) {
  return {power_of_x(bits + 63), power_of_x(bits - 1)};
}

constexpr FoldConstants kFold128 = fold_constants(128);
constexpr FoldConstants kFold512 = fold_constants(512);
constexpr std::size_t kFoldBytesMin = 64;

#define CUMULITE_CLMUL __attribute__((target("pclmul,sse4.1")))

CUMULITE_CLMUL inline __m128i load_block(const char* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

CUMULITE_CLMUL inline __m128i load_constants(const FoldConstants& constants) {
  return _mm_set_epi64x(static_cast<long long>(constants.high_half),
                        static_cast<long long>(constants.low_half));
}

/// Moves `block` forward by the constants' distance and adds what stands there.
CUMULITE_CLMUL inline __m128i fold(__m128i block, __m128i constants, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(block, constants, 0x00);
  const __m128i high = _mm_clmulepi64_si128(block, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// Four independent 128-bit lanes keep the multiplier busy; they are folded into one at the end,
/// and the last 16 bytes go through the tables, which saves a Barrett reduction.
CUMULITE_CLMUL std::uint64_t advance_by_clmul(std::uint64_t state, const char* bytes,
                                              std::size_t size) {
  __m128i lanes[4];
  for (std::size_t i = 0; i < 4; ++i) lanes[i] = load_block(bytes + 16 * i);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi64_si128(static_cast<long long>(state)));
  bytes += 64;
  size -= 64;
  const __m128i by_512 = load_constants(kFold512);
  for (; size >= 64; bytes += 64, size -= 64) {
#pragma GCC unroll 4  // Else -O2 keeps the lanes in memory, at half the speed.
    for (std::size_t i = 0; i < 4; ++i) {
      lanes[i] = fold(lanes[i], by_512, load_block(bytes + 16 * i));
    }
  }
  const __m128i by_128 = load_constants(kFold128);
  __m128i block = lanes[0];
  for (std::size_t i = 1; i < 4; ++i) block = fold(block, by_128, lanes[i]);
  for (; size >= 16; bytes += 16, size -= 16) block = fold(block, by_128, load_block(bytes));
  char rest[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest), block);
  return advance_by_table(advance_by_table(0, rest, sizeof rest), bytes, size);
}

#undef CUMULITE_CLMUL

bool cpu_has_clmul() {
  static const bool has = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  return has;
}
#endif

}  // namespace

std::uint64_t crc64nvme_by_table(std::uint64_t crc, std::string_view bytes) {
  return ~advance_by_table(~crc, bytes.data(), bytes.size());
}

std::uint64_t crc64nvme(std::uint64_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  if (bytes.size() >= kFoldBytesMin && cpu_has_clmul()) {
    return ~advance_by_clmul(~crc, bytes.data(), bytes.size());
  }
#endif
  return crc64nvme_by_table(crc, bytes);
}

}  // namespace cumulite::checksum
