#include "protocol/model/validate.h"

#include <algorithm>

#include "protocol/codec/scalar.h"
#include "protocol/model/pattern.h"

namespace cumulite::model {
namespace {

/// Rendered values are cut here: a message must not carry a megabyte back.
constexpr std::size_t kShownBytesMax = 4096;

bool is_text(const Shape& shape) {
  return shape.kind == Kind::kString || shape.kind == Kind::kBlob;
}

/// Characters, not bytes: AWS counts UTF-16 units or code points; code points are the documented.
std::int64_t text_length(const Shape& shape, const std::string& text) {
  if (shape.kind == Kind::kBlob) return static_cast<std::int64_t>(text.size());
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::string shown_name(std::string_view name) {
  std::string shown(name);
  if (!shown.empty() && shown[0] >= 'A' && shown[0] <= 'Z') {
    shown[0] = static_cast<char>(shown[0] + ('a' - 'A'));
  }
  return shown;
}

void render(const Shape& shape, const void* value, std::string& out);

/// As AWS's generated classes print themselves: "PutRequest(item=...)".
void render_members(const Shape& shape, const void* value, std::string& out) {
  out += shape.name;
  out += '(';
  bool first = true;
  for (const Member& member : shape.members) {
    if (member.streaming || member.event_stream) continue;
    if (!first) out += ", ";
    first = false;
    out += shown_name(member.name) + '=';
    const void* inner = member.ops->get(static_cast<const char*>(value) + member.offset);
    if (inner == nullptr) {
      out += "null";
    } else {
      render(*member.shape, inner, out);
    }
  }
  out += ')';
}

void render(const Shape& shape, const void* value, std::string& out) {
  if (out.size() > kShownBytesMax) return;
  if (shape.sensitive) {
    out += "***";
  } else if (shape.kind == Kind::kBlob) {
    out += "java.nio.HeapByteBuffer";
  } else if (shape.kind == Kind::kList) {
    out += '[';
    for (std::size_t i = 0; i < shape.list->size(value); ++i) {
      if (i > 0) out += ", ";
      render(*shape.element, shape.list->at(value, i), out);
    }
    out += ']';
  } else if (shape.kind == Kind::kMap) {
    out += '{';
    for (std::size_t i = 0; i < shape.map->size(value); ++i) {
      if (i > 0) out += ", ";
      out += shape.map->key(value, i) + '=';
      render(*shape.element, shape.map->value(value, i), out);
    }
    out += '}';
  } else if (codec::is_scalar(shape)) {
    codec::append_scalar(shape, TimestampFormat::kIso8601, false, value, out);
  } else {
    render_members(shape, value, out);
  }
}

class Validator {
 public:
  void structure(const Shape& shape, const void* value, const std::string& path) {
    for (const Member& member : shape.members) {
      if (member.streaming || member.event_stream || full()) continue;
      if (!member.required && !member.shape->constrained) continue;
      const bool at_top = path.empty();
      if (at_top) top_ = &member;
      const void* inner = member.ops->get(static_cast<const char*>(value) + member.offset);
      if (inner == nullptr) {
        if (member.required) missing(member, path);
        continue;
      }
      if (member.shape->constrained) {
        const Member* outer = member_;
        member_ = &member;
        check(*member.shape, inner, join(path, shown_name(member.name)));
        member_ = outer;
      }
    }
  }

  std::vector<Violation> take() { return std::move(found_); }

 private:
  static std::string join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }

  bool full() const { return found_.size() >= kViolationsMax; }

  void missing(const Member& member, const std::string& path) {
    found_.push_back({Constraint::kRequired, Place::kMember, member.shape, &member, top_,
                      join(path, shown_name(member.name)), ""});
  }

  void check(const Shape& shape, const void* value, const std::string& path) {
    own_constraints(shape, value, Place::kMember, path, shape, value);
    descend(shape, value, path);
  }

  void descend(const Shape& shape, const void* value, const std::string& path) {
    if (shape.kind == Kind::kStructure) {
      structure(shape, value, path);
    } else if (shape.kind == Kind::kList) {
      elements(shape, value, path);
    } else if (shape.kind == Kind::kMap) {
      entries(shape, value, path);
    }
  }

  void elements(const Shape& shape, const void* value, const std::string& path) {
    const Shape& element = *shape.element;
    if (!element.constrained) return;
    for (std::size_t i = 0; i < shape.list->size(value) && !full(); ++i) {
      const void* item = shape.list->at(value, i);
      if (codec::is_scalar(element)) {
        own_constraints(element, item, Place::kListElement, path, shape, value);
      } else {
        check(element, item, path + "." + std::to_string(i + 1) + ".member");
      }
    }
  }

  void entries(const Shape& shape, const void* value, const std::string& path) {
    for (std::size_t i = 0; i < shape.map->size(value) && !full(); ++i) {
      const std::string& key = shape.map->key(value, i);
      own_constraints(*shape.key, &key, Place::kMapKey, path, shape, value);
      const Shape& element = *shape.element;
      if (!element.constrained) continue;
      const void* item = shape.map->value(value, i);
      own_constraints(element, item, Place::kMapValue, path, shape, value);
      if (!codec::is_scalar(element)) descend(element, item, path + "." + key + ".member");
    }
  }

  /// Checks one value; the message shows `shown`, which for elements is the whole container.
  void own_constraints(const Shape& shape, const void* value, Place place, const std::string& path,
                       const Shape& shown_shape, const void* shown) {
    const std::size_t found_before = found_.size();
    const auto add = [&](Constraint constraint) {
      // A key, value or element is reported once, with all that is asked of it.
      if (place != Place::kMember && found_.size() > found_before) return;
      std::string text;
      render(shown_shape, shown, text);
      found_.push_back({constraint, place, &shape, member_, top_, path, std::move(text)});
    };
    if (shape.kind == Kind::kInteger || shape.kind == Kind::kLong) {
      const std::int64_t number = shape.kind == Kind::kInteger
                                      ? *static_cast<const std::int32_t*>(value)
                                      : *static_cast<const std::int64_t*>(value);
      if (shape.has_min && number < shape.min) add(Constraint::kRangeMin);
      if (shape.has_max && number > shape.max) add(Constraint::kRangeMax);
      return;
    }
    if (shape.kind == Kind::kFloat || shape.kind == Kind::kDouble) {
      const double number = *static_cast<const double*>(value);
      if (shape.has_min && number < static_cast<double>(shape.min)) add(Constraint::kRangeMin);
      if (shape.has_max && number > static_cast<double>(shape.max)) add(Constraint::kRangeMax);
      return;
    }
    if (shape.has_min || shape.has_max) {
      const std::int64_t length = length_of(shape, value);
      if (shape.has_min && length < shape.min) add(Constraint::kLengthMin);
      if (shape.has_max && length > shape.max) add(Constraint::kLengthMax);
    }
    if (shape.kind != Kind::kString) return;
    const auto& text = *static_cast<const std::string*>(value);
    if (!shape.pattern.empty() && !matches_pattern(shape.pattern, text)) add(Constraint::kPattern);
    const auto values = shape.enum_values;
    if (!values.empty() && std::find(values.begin(), values.end(), text) == values.end()) {
      add(Constraint::kEnum);
    }
  }

  static std::int64_t length_of(const Shape& shape, const void* value) {
    if (is_text(shape)) return text_length(shape, *static_cast<const std::string*>(value));
    if (shape.kind == Kind::kList) return static_cast<std::int64_t>(shape.list->size(value));
    if (shape.kind == Kind::kMap) return static_cast<std::int64_t>(shape.map->size(value));
    return 0;
  }

  std::vector<Violation> found_;
  const Member* top_ = nullptr;
  const Member* member_ = nullptr;
};

/// AWS shows the values in the order of a hash table. Those that suites were seen to compare.
struct EnumOrder {
  std::string_view shape;
  std::string_view values;
};

constexpr EnumOrder kEnumOrders[] = {
    {"ComparisonOperator",
     "IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS"},
    {"ConditionalOperator", "OR, AND"},
    {"PolicyType", "PredictiveScaling, StepScaling, TargetTrackingScaling"},
    {"ProjectionType", "ALL, INCLUDE, KEYS_ONLY"},
    {"ReturnConsumedCapacity", "INDEXES, TOTAL, NONE"},
    {"ReturnItemCollectionMetrics", "SIZE, NONE"},
    {"ReturnValue", "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW"},
    {"ScalarAttributeType", "B, N, S"},
    {"Select", "SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES"},
};

std::string enum_text(const Shape& shape) {
  std::string text = "Member must satisfy enum value set: [";
  for (const EnumOrder& order : kEnumOrders) {
    if (order.shape == shape.name) return text.append(order.values) + "]";
  }
  bool first = true;
  for (const std::string_view value : shape.enum_values) {
    if (!first) text += ", ";
    first = false;
    text += value;
  }
  return text + "]";
}

}  // namespace

std::vector<Violation> validate(const Shape& shape, const void* value) {
  if (!shape.constrained) return {};
  Validator validator;
  validator.structure(shape, value, "");
  return validator.take();
}

std::string constraint_text(const Shape& shape, Constraint constraint) {
  switch (constraint) {
    case Constraint::kRequired:
      return "Member must not be null";
    case Constraint::kLengthMin:
      return "Member must have length greater than or equal to " + std::to_string(shape.min);
    case Constraint::kLengthMax:
      return "Member must have length less than or equal to " + std::to_string(shape.max);
    case Constraint::kRangeMin:
      return "Member must have value greater than or equal to " + std::to_string(shape.min);
    case Constraint::kRangeMax:
      return "Member must have value less than or equal to " + std::to_string(shape.max);
    case Constraint::kPattern:
      return "Member must satisfy regular expression pattern: " + std::string(shape.pattern);
    case Constraint::kEnum:
      return enum_text(shape);
  }
  return {};
}

std::string all_constraints_text(const Shape& shape) {
  const bool is_number = shape.kind == Kind::kInteger || shape.kind == Kind::kLong ||
                         shape.kind == Kind::kFloat || shape.kind == Kind::kDouble;
  std::string text;
  const auto add = [&](bool asked, Constraint constraint) {
    if (!asked) return;
    if (!text.empty()) text += ", ";
    text += constraint_text(shape, constraint);
  };
  add(shape.has_max, is_number ? Constraint::kRangeMax : Constraint::kLengthMax);
  add(shape.has_min, is_number ? Constraint::kRangeMin : Constraint::kLengthMin);
  add(!shape.pattern.empty(), Constraint::kPattern);
  add(!shape.enum_values.empty(), Constraint::kEnum);
  return text;
}

}  // namespace cumulite::model
