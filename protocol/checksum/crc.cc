#include "protocol/checksum/crc.h"

#include <isa-l/crc.h>

#include <cassert>
#include <cstdlib>
#include <memory>
#include <string>

#include "protocol/checksum/hashers.h"

namespace cumulite::checksum {
namespace {

/// `value` in `size` bytes, the most significant first: how S3 encodes CRCs.
std::string big_endian(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = size; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value & 255);
  return bytes;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

template <class Value, Value (*kFunction)(Value, std::string_view)>
class CrcHasher final : public Hasher {
 public:
  void update(std::string_view bytes) override { crc_ = kFunction(crc_, bytes); }

  std::string finish() override { return big_endian(crc_, sizeof(Value)); }

 private:
  Value crc_ = 0;
};

/// Arithmetic of polynomials modulo a CRC's generator, reflected: the top bit is the constant term.
struct Field {
  std::uint64_t polynomial;
  int width_bits;

  std::uint64_t one() const { return 1ULL << (width_bits - 1); }

  std::uint64_t multiply(std::uint64_t left, std::uint64_t right) const {
    std::uint64_t product = 0;
    for (std::uint64_t bit = one(); bit != 0; bit >>= 1) {
      if ((left & bit) != 0) product ^= right;
      right = (right & 1) != 0 ? right >> 1 ^ polynomial : right >> 1;
    }
    return product;
  }

  /// x^(8 * bytes): what appending that many zero bytes multiplies a state by.
  std::uint64_t shift_by_bytes(std::uint64_t bytes) const {
    std::uint64_t result = one();
    std::uint64_t base = one() >> 8;
    for (; bytes != 0; bytes >>= 1) {
      if ((bytes & 1) != 0) result = multiply(result, base);
      base = multiply(base, base);
    }
    return result;
  }
};

Field field_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kCrc32:
      return {kCrc32Polynomial, 32};
    case Algorithm::kCrc32c:
      return {kCrc32cPolynomial, 32};
    case Algorithm::kCrc64Nvme:
      return {kCrc64NvmePolynomial, 64};
    default:
      std::abort();  // Only CRCs are linear; callers know which they hold.
  }
}

}  // namespace

std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) {
  // isa-l takes an int for the length and the raw state, without the two inversions.
  constexpr std::size_t kPieceBytesMax = 1U << 30;
  std::uint32_t state = ~crc;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPieceBytesMax);
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));  // Only read.
    state = crc32_iscsi(data, static_cast<int>(piece.size()), state);
    bytes.remove_prefix(piece.size());
  }
  return ~state;
}

std::unique_ptr<Hasher> make_crc_hasher(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kCrc32:
      return std::make_unique<CrcHasher<std::uint32_t, crc32>>();
    case Algorithm::kCrc32c:
      return std::make_unique<CrcHasher<std::uint32_t, crc32c>>();
    case Algorithm::kCrc64Nvme:
      return std::make_unique<CrcHasher<std::uint64_t, crc64nvme>>();
    default:
      std::abort();
  }
}

std::string combine_crc(Algorithm algorithm, std::string_view first, std::string_view second,
                        std::uint64_t second_size) {
  const Field field = field_of(algorithm);
  assert(first.size() == digest_size(algorithm) && second.size() == first.size());
  // The inversions at both ends cancel out, so finished checksums combine like raw states.
  const std::uint64_t shifted =
      field.multiply(field.shift_by_bytes(second_size), from_big_endian(first));
  return big_endian(shifted ^ from_big_endian(second), first.size());
}

}  // namespace cumulite::checksum
