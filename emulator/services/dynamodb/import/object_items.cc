#include "emulator/services/dynamodb/import/object_items.h"

#include <utility>

#include "emulator/services/dynamodb/errors.h"
#include "emulator/services/dynamodb/format/compression.h"
#include "emulator/services/dynamodb/item/key_check.h"

namespace cumulite::dynamodb {
namespace {

Result<void> check(const Table& table, Item& item) {
  CUMULITE_TRY(normalize(item));
  CUMULITE_TRY(check_attribute_names(item));
  if (size_bytes(item) > kItemBytesMax) return errors::item_too_large();
  return check_item(table, item);
}

}  // namespace

/// Counts the bytes that are read through it.
class ObjectItems::Counted final : public http::BodySource {
 public:
  Counted(std::unique_ptr<http::BodySource> source, std::int64_t& bytes)
      : source_(std::move(source)), bytes_(bytes) {}

  std::size_t read(char* data, std::size_t size) override {
    const std::size_t count = source_->read(data, size);
    bytes_ += static_cast<std::int64_t>(count);
    return count;
  }

 private:
  std::unique_ptr<http::BodySource> source_;
  std::int64_t& bytes_;
};

ObjectItems::ObjectItems(Environment& env, ObjectsToRead what, const Table& table, OnBad on_bad)
    : env_(env), what_(std::move(what)), table_(table), on_bad_(std::move(on_bad)) {}

ObjectItems::~ObjectItems() = default;

bool ObjectItems::list_more() {
  if (listed_all_) return false;
  auto page = s3::find_objects(env_, what_.access, what_.prefix, last_key_);
  if (!page.ok()) {
    failure_ = std::move(page).error();
    return false;
  }
  listed_all_ = page->empty();
  for (auto& object : *page) {
    last_key_ = object.key;
    // Consoles mark folders by empty objects.
    if (object.size_bytes > 0 || !object.key.ends_with('/')) keys_.push_back(std::move(object.key));
  }
  return !listed_all_;
}

bool ObjectItems::open_next() {
  while (keys_.empty()) {
    if (!list_more()) return false;
  }
  object_ = std::move(keys_.front());
  keys_.pop_front();
  auto body = s3::open_object(env_, what_.access, object_);
  if (!body.ok()) {
    bad(body.error().message);
    return true;
  }
  try {
    source_ = make_item_source(
        what_.format, table_,
        std::make_unique<Counted>(decompress(what_.compression, std::move(*body)), totals_.bytes));
  } catch (const MalformedInput& malformed) {
    bad(malformed.what());
  }
  return true;
}

void ObjectItems::bad(std::string reason, std::optional<Item> item) {
  ++totals_.processed;
  ++totals_.errors;
  if (on_bad_) on_bad_({object_, std::move(reason), std::move(item)});
}

std::optional<Item> ObjectItems::accept(SourceRecord record) {
  if (!record.item) {
    bad(std::move(record.error));
    return std::nullopt;
  }
  if (auto valid = check(table_, *record.item); !valid.ok()) {
    bad(valid.error().message, std::move(record.item));
    return std::nullopt;
  }
  ++totals_.processed;
  return std::move(record.item);
}

std::optional<Item> ObjectItems::next() {
  while (!failure_) {
    if (source_ == nullptr && !open_next()) return std::nullopt;
    if (source_ == nullptr) continue;
    try {
      auto record = source_->next();
      if (!record) {
        source_.reset();
      } else if (auto item = accept(std::move(*record))) {
        return item;
      }
    } catch (const MalformedInput& malformed) {
      source_.reset();
      bad(malformed.what());
    }
  }
  return std::nullopt;
}

}  // namespace cumulite::dynamodb
