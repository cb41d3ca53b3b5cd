#include "protocol/sigv4/signing_key.h"

#include <string>
#include <unordered_map>

namespace cumulite::sigv4 {
namespace {

/// Bounds what a client can make us keep by naming ever new regions; 100 KiB a thread.
constexpr std::size_t kCachedKeysMax = 512;

}  // namespace

HmacSha256 derive_signing_key(std::string_view secret, std::string_view date,
                              std::string_view region, std::string_view service) {
  const std::string root = "AWS4" + std::string(secret);
  Sha256Digest key = HmacSha256(root).sign(date);
  key = HmacSha256(as_text(key)).sign(region);
  key = HmacSha256(as_text(key)).sign(service);
  key = HmacSha256(as_text(key)).sign("aws4_request");
  return HmacSha256(as_text(key));
}

HmacSha256 cached_signing_key(std::string_view secret, std::string_view date,
                              std::string_view region, std::string_view service) {
  static thread_local std::unordered_map<std::string, HmacSha256> cache;
  static thread_local std::string name;
  // No part of a scope holds a slash, and the secret, which may, comes last.
  name.assign(date).append("/").append(region).append("/").append(service).append("/");
  name.append(secret);
  const auto found = cache.find(name);
  if (found != cache.end()) return found->second;
  if (cache.size() >= kCachedKeysMax) cache.clear();
  const HmacSha256 key = derive_signing_key(secret, date, region, service);
  cache.emplace(name, key);
  return key;
}

}  // namespace cumulite::sigv4
