#include "emulator/services/s3/tagging/tags.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "emulator/services/s3/errors.h"
#include "protocol/http/request.h"

namespace cumulite::s3 {

namespace {

constexpr std::size_t kObjectTagsMax = 10;
constexpr std::size_t kBucketTagsMax = 50;
constexpr std::size_t kTagKeyMax = 128;
constexpr std::size_t kTagValueMax = 256;

/// Characters, not bytes: what the limits count.
std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Letters and numbers of any script, spaces, and _ . : / = + - @
bool is_allowed(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 ||
           std::string_view(" _.:/=+-@").find(c) != std::string_view::npos;
  });
}

bool has_duplicate(const TextPairs& tags) {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    for (std::size_t j = i + 1; j < tags.size(); ++j) {
      if (tags[i].first == tags[j].first) return true;
    }
  }
  return false;
}

Result<void> check_tag(const std::string& key, const std::string& value) {
  if (key.empty() || character_count(key) > kTagKeyMax || !is_allowed(key)) {
    return errors::invalid_tag("The TagKey you have provided is invalid").with("TagKey", key);
  }
  if (character_count(value) > kTagValueMax || !is_allowed(value)) {
    return errors::invalid_tag("The TagValue you have provided is invalid")
        .with("TagKey", key)
        .with("TagValue", value);
  }
  return {};
}

Error system_tag(const std::string& key, TagOwner owner) {
  return errors::invalid_tag(owner == TagOwner::kBucket
                                 ? "System tags cannot be added/updated by requester"
                                 : "Your TagKey cannot be prefixed with aws:")
      .with("TagKey", key);
}

Error too_many_tags(TagOwner owner) {
  const std::size_t limit = owner == TagOwner::kObject ? kObjectTagsMax : kBucketTagsMax;
  return {"BadRequest",
          fmt::format("{} tags cannot be greater than {}",
                      owner == TagOwner::kObject ? "Object" : "Bucket", limit),
          400};
}

}  // namespace

Result<TextPairs> parse_tagging_header(const std::string& header) {
  TextPairs tags = http::parse_query(header);
  const bool malformed = std::any_of(tags.begin(), tags.end(), [](const auto& tag) {
    return tag.second.find('=') != std::string::npos;
  });
  if (malformed || has_duplicate(tags)) {
    return errors::invalid_argument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
        "parameters without tag name duplicates.",
        "x-amz-tagging", header);
  }
  if (tags.size() > kObjectTagsMax) return too_many_tags(TagOwner::kObject);
  for (const auto& [key, value] : tags) {
    if (key.starts_with("aws:")) return system_tag(key, TagOwner::kObject);
    CUMULITE_TRY(check_tag(key, value));
  }
  std::sort(tags.begin(), tags.end());
  return tags;
}

Result<TextPairs> read_tag_set(const std::vector<api::Tag>& set, TagOwner owner) {
  TextPairs tags;
  for (const api::Tag& tag : set) {
    if (!tag.Key || !tag.Value) return errors::malformed_xml();
    tags.emplace_back(*tag.Key, *tag.Value);
  }
  if (tags.size() > (owner == TagOwner::kObject ? kObjectTagsMax : kBucketTagsMax)) {
    return too_many_tags(owner);
  }
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const auto& [key, value] = tags[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (tags[j].first == key) {
        return errors::invalid_tag("Cannot provide multiple Tags with the same key")
            .with("TagKey", key);
      }
    }
    if (key.starts_with("aws:")) {
      if (owner == TagOwner::kNewBucket) {
        return errors::invalid_tag(
            "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system "
            "tags. Remove \"aws:\" from your tag keys and try again.");
      }
      return system_tag(key, owner);
    }
    CUMULITE_TRY(check_tag(key, value));
  }
  return tags;
}

std::vector<api::Tag> write_tag_set(const TextPairs& tags) {
  std::vector<api::Tag> set;
  set.reserve(tags.size());
  for (const auto& [key, value] : tags) set.push_back({key, value});
  return set;
}

bool has_tag(const ObjectRecord& record, const api::Tag& tag) {
  return std::any_of(record.tags.begin(), record.tags.end(), [&](const auto& own) {
    return own.first == tag.Key.value_or("") && own.second == tag.Value.value_or("");
  });
}

}  // namespace cumulite::s3
