#include <xxhash.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "protocol/checksum/hashers.h"

namespace cumulite::checksum {
namespace {

/// Canonical forms are big endian, which is what S3 encodes in base64.
template <class Canonical>
std::string canonical_text(const Canonical& canonical) {
  return {reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest};
}

struct Xxh64Deleter {
  void operator()(XXH64_state_t* state) const { XXH64_freeState(state); }
};

class Xxhash64Hasher final : public Hasher {
 public:
  Xxhash64Hasher() : state_(XXH64_createState()) { XXH64_reset(state_.get(), 0); }

  void update(std::string_view bytes) override {
    XXH64_update(state_.get(), bytes.data(), bytes.size());
  }

  std::string finish() override {
    XXH64_canonical_t canonical;
    XXH64_canonicalFromHash(&canonical, XXH64_digest(state_.get()));
    return canonical_text(canonical);
  }

 private:
  std::unique_ptr<XXH64_state_t, Xxh64Deleter> state_;
};

struct Xxh3Deleter {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

/// XXH3 in its 64-bit and its 128-bit form, which share their state.
class Xxhash3Hasher final : public Hasher {
 public:
  explicit Xxhash3Hasher(bool wide) : state_(XXH3_createState()), wide_(wide) {
    if (wide_) {
      XXH3_128bits_reset(state_.get());
    } else {
      XXH3_64bits_reset(state_.get());
    }
  }

  void update(std::string_view bytes) override {
    if (wide_) {
      XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
    } else {
      XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
    }
  }

  std::string finish() override {
    if (wide_) {
      XXH128_canonical_t canonical;
      XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
      return canonical_text(canonical);
    }
    XXH64_canonical_t canonical;
    XXH64_canonicalFromHash(&canonical, XXH3_64bits_digest(state_.get()));
    return canonical_text(canonical);
  }

 private:
  std::unique_ptr<XXH3_state_t, Xxh3Deleter> state_;
  bool wide_;
};

}  // namespace

std::unique_ptr<Hasher> make_xxhash_hasher(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kXxhash64:
      return std::make_unique<Xxhash64Hasher>();
    case Algorithm::kXxhash3:
      return std::make_unique<Xxhash3Hasher>(false);
    case Algorithm::kXxhash128:
      return std::make_unique<Xxhash3Hasher>(true);
    default:
      std::abort();
  }
}

}  // namespace cumulite::checksum
