#include "protocol/wire/rest_bindings.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "protocol/codec/base64.h"
#include "protocol/codec/scalar.h"
#include "protocol/codec/timestamp.h"

namespace cumulite::wire {
namespace {

using model::Kind;
using model::Location;
using model::Member;
using model::Shape;
using model::TimestampFormat;

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         http::header_name_equals(text.substr(0, prefix.size()), prefix);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

class HeaderReader {
 public:
  HeaderReader(const http::Request& request, RefuseValue refuse)
      : request_(request), refuse_(refuse) {}

  Result<void> header(const Member& member, void* storage) const {
    std::optional<std::string_view> text;
    std::string joined;
    for (const auto& line : request_.headers) {
      if (!http::header_name_equals(line.name, member.wire_name)) continue;
      if (!text) {
        text = line.value;
        continue;
      }
      // A repeated header is one list (RFC 9110, 5.3): taking one of its lines would let a proxy
      // and this daemon read different requests.
      if (joined.empty()) joined = *text;
      joined.append(",").append(line.value);
      text = joined;
    }
    if (!text) return {};
    if (member.shape->kind == Kind::kList) return list(member, storage);
    if (member.json_value) return json(member, *text, storage);
    return scalar(member, *text, storage);
  }

  /// "x-amz-meta-" and the like; the map's keys are what follows, in lower case as S3 answers them.
  void prefixed(const Member& member, void* storage) const {
    void* map = nullptr;
    for (const auto& line : request_.headers) {
      if (!starts_with_ignoring_case(line.name, member.wire_name)) continue;
      if (map == nullptr) map = member.ops->emplace(storage);
      void* text = member.shape->map->append(map, lower(line.name.substr(member.wire_name.size())));
      static_cast<std::string*>(text)->assign(line.value);
    }
  }

 private:
  Result<void> scalar(const Member& member, std::string_view text, void* storage) const {
    const auto format =
        codec::timestamp_format(member.timestamp_format, *member.shape, TimestampFormat::kRfc822);
    if (codec::parse_scalar(*member.shape, format, text, member.ops->emplace(storage))) return {};
    member.ops->reset(storage);
    if (member.shape->kind == Kind::kTimestamp) return {};
    return refuse_(member, text);
  }

  Result<void> json(const Member& member, std::string_view text, void* storage) const {
    auto decoded = codec::base64_decode(text);
    if (!decoded) return refuse_(member, text);
    *static_cast<std::string*>(member.ops->emplace(storage)) = std::move(*decoded);
    return {};
  }

  Result<void> list(const Member& member, void* storage) const {
    void* list = member.ops->emplace(storage);
    for (const auto& line : request_.headers) {
      if (!http::header_name_equals(line.name, member.wire_name)) continue;
      std::string_view rest = line.value;
      while (!rest.empty()) {
        const std::string item = take_item(rest, *member.shape->element);
        void* value = member.shape->list->append(list);
        if (!codec::parse_scalar(*member.shape->element, TimestampFormat::kDefault, item, value)) {
          return refuse_(member, line.value);
        }
      }
    }
    return {};
  }

  /// The next of comma-separated items, which may be quoted; an HTTP date holds a comma of its own.
  static std::string take_item(std::string_view& rest, const Shape& element) {
    rest = trim(rest);
    std::string item;
    if (rest.starts_with('"')) {
      std::size_t at = 1;
      for (; at < rest.size() && rest[at] != '"'; ++at) {
        if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
        item += rest[at];
      }
      const auto comma = rest.find(',', std::min(at, rest.size()));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      return item;
    }
    auto comma = rest.find(',');
    const bool is_date = element.kind == Kind::kTimestamp && comma == 3;
    if (is_date) comma = rest.find(',', comma + 1);
    item = trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    return item;
  }

  const http::Request& request_;
  RefuseValue refuse_;
};

/// S3 takes these two for absent where they are empty, and no other number.
bool may_be_empty(const Member& member) {
  return member.wire_name == "max-parts" || member.wire_name == "part-number-marker";
}

Result<void> read_query_member(const Member& member, const Form& form, RefuseValue refuse,
                               void* storage) {
  const Shape& shape = *member.shape;
  const Shape& element = shape.kind == Kind::kList ? *shape.element : shape;
  const auto format =
      codec::timestamp_format(member.timestamp_format, element, TimestampFormat::kIso8601);
  void* list = nullptr;
  for (const auto& [name, text] : form) {
    if (name != member.wire_name) continue;
    if (text.empty() && may_be_empty(member)) continue;
    void* value = nullptr;
    if (shape.kind == Kind::kList) {
      if (list == nullptr) list = member.ops->emplace(storage);
      value = shape.list->append(list);
    } else {
      value = member.ops->emplace(storage);
    }
    if (!codec::parse_scalar(element, format, text, value)) return refuse(member, text);
    if (shape.kind != Kind::kList) return {};
  }
  return {};
}

/// A map bound to the query has every parameter, those of other members too.
void read_query_map(const Member& member, const Form& form, void* storage) {
  const Shape& shape = *member.shape;
  void* map = nullptr;
  for (const auto& [name, text] : form) {
    if (map == nullptr) map = member.ops->emplace(storage);
    if (shape.element->kind != Kind::kList) {
      static_cast<std::string*>(shape.map->append(map, name))->assign(text);
      continue;
    }
    void* list = nullptr;
    for (std::size_t i = 0; i < shape.map->size(map); ++i) {
      if (shape.map->key(map, i) == name) list = const_cast<void*>(shape.map->value(map, i));
    }
    if (list == nullptr) list = shape.map->append(map, name);
    static_cast<std::string*>(shape.element->list->append(list))->assign(text);
  }
}

Result<void> read_label(const Member& member, const Labels* labels, RefuseValue refuse,
                        void* storage) {
  if (labels == nullptr) return {};
  for (const auto& [name, text] : *labels) {
    if (name != member.wire_name) continue;
    const auto format =
        codec::timestamp_format(member.timestamp_format, *member.shape, TimestampFormat::kIso8601);
    if (!codec::parse_scalar(*member.shape, format, text, member.ops->emplace(storage))) {
      return refuse(member, text);
    }
  }
  return {};
}

std::string header_list(const Member& member, const void* value) {
  const Shape& shape = *member.shape;
  const auto format =
      codec::timestamp_format(member.timestamp_format, *shape.element, TimestampFormat::kRfc822);
  std::string text;
  for (std::size_t i = 0; i < shape.list->size(value); ++i) {
    if (i > 0) text += ", ";
    std::string item;
    codec::append_scalar(*shape.element, format, false, shape.list->at(value, i), item);
    const bool quoted =
        shape.element->kind == Kind::kString && item.find_first_of(",\"") != std::string::npos;
    if (!quoted) {
      text += item;
      continue;
    }
    text += '"';
    for (const char c : item) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

void write_header(const Member& member, const void* value, http::Response& response) {
  if (member.shape->kind == Kind::kList) {
    if (member.shape->list->size(value) > 0) {
      response.add_header(member.wire_name, header_list(member, value));
    }
    return;
  }
  std::string text;
  if (member.json_value) {
    text = codec::base64_encode(*static_cast<const std::string*>(value));
  } else {
    const auto format =
        codec::timestamp_format(member.timestamp_format, *member.shape, TimestampFormat::kRfc822);
    codec::append_scalar(*member.shape, format, false, value, text);
  }
  response.add_header(member.wire_name, text);
}

}  // namespace

const void* member_value(const Member& member, const void* value) {
  return member.ops->get(static_cast<const char*>(value) + member.offset);
}

void* member_storage(const Member& member, void* value) {
  return static_cast<char*>(value) + member.offset;
}

bool has_body_members(const Shape& shape) {
  return shape.payload == nullptr &&
         std::any_of(shape.members.begin(), shape.members.end(),
                     [](const Member& member) { return member.location == Location::kBody; });
}

bool has_streaming_payload(const Shape* shape) {
  return shape != nullptr && shape->payload != nullptr &&
         (shape->payload->streaming || shape->payload->event_stream);
}

Result<void> read_bindings(const ReadContext& context, RefuseValue refuse, void* value) {
  const Shape& shape = *context.operation.input;
  const http::Request& request = context.input.request;
  const HeaderReader headers(request, refuse);
  const Form form = request.query.empty() ? Form{} : http::parse_query(request.query);
  for (const Member& member : shape.members) {
    void* storage = member_storage(member, value);
    switch (member.location) {
      case Location::kHeader:
        CUMULITE_TRY(headers.header(member, storage));
        break;
      case Location::kHeaders:
        headers.prefixed(member, storage);
        break;
      case Location::kQuery:
        if (member.shape->kind == Kind::kMap) {
          read_query_map(member, form, storage);
        } else if (!form.empty()) {
          CUMULITE_TRY(read_query_member(member, form, refuse, storage));
        }
        break;
      case Location::kUri:
        CUMULITE_TRY(read_label(member, context.input.labels, refuse, storage));
        break;
      default:
        break;
    }
  }
  return {};
}

void write_bindings(const Shape& shape, const void* value, http::Response& response) {
  for (const Member& member : shape.members) {
    const void* inner = member_value(member, value);
    if (inner == nullptr) continue;
    if (member.location == Location::kHeader) {
      write_header(member, inner, response);
    } else if (member.location == Location::kStatusCode) {
      response.status = *static_cast<const std::int32_t*>(inner);
    } else if (member.location == Location::kHeaders) {
      const auto* ops = member.shape->map;
      for (std::size_t i = 0; i < ops->size(inner); ++i) {
        response.add_header(std::string(member.wire_name) + ops->key(inner, i),
                            *static_cast<const std::string*>(ops->value(inner, i)));
      }
    }
  }
}

}  // namespace cumulite::wire
