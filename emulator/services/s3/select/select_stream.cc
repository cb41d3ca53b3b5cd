#include "emulator/services/s3/select/select_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "emulator/services/s3/select/csv_records.h"
#include "emulator/services/s3/select/errors.h"
#include "emulator/services/s3/select/event_stream.h"
#include "emulator/services/s3/select/json_records.h"

namespace cumulite::s3::select {

namespace {

/// Rows are sent in messages of about this size.
constexpr std::size_t kPayloadBytes = 64 * 1024;
/// After so many bytes without a row the client hears that the query goes on.
constexpr std::uint64_t kSilentBytes = 4 * 1024 * 1024;

/// Where reading begins: with a later start so much earlier that a delimiter before it is seen.
std::uint64_t first_byte(const SelectRequest& request, const ScanBounds& bounds) {
  const std::uint64_t delimiter = request.csv ? request.csv->record_delimiter.size() : 1;
  return bounds.start - std::min(bounds.start, delimiter);
}

}  // namespace

SelectStream::SelectStream(SelectRequest request, const OpenBody& open, ScanBounds bounds,
                           std::int64_t now_ms)
    : request_(std::move(request)),
      reader_(open(first_byte(request_, bounds)), request_.compression,
              first_byte(request_, bounds)),
      now_ms_(now_ms) {
  if (request_.csv) {
    auto head =
        bounds.start == 0 ? nullptr : std::make_unique<ByteReader>(open(0), request_.compression);
    records_ = std::make_unique<CsvRecords>(*request_.csv, reader_, std::move(head), bounds);
  } else {
    records_ = make_json_records(reader_, request_.query.from, bounds);
  }
  for (const Aggregate& aggregate : request_.query.aggregates) {
    accumulators_.emplace_back(aggregate);
  }
}

Result<void> SelectStream::start() {
  return produce();
}

std::size_t SelectStream::read(char* data, std::size_t size) {
  while (sent_ == pending_.size()) {
    if (ended_) return 0;
    pending_.clear();
    sent_ = 0;
    if (const auto done = produce(); !done.ok()) {
      append_error(done.error(), pending_);
      ended_ = true;
    }
  }
  const std::size_t count = std::min(size, pending_.size() - sent_);
  std::memcpy(data, pending_.data() + sent_, count);
  sent_ += count;
  return count;
}

Result<void> SelectStream::produce() {
  std::string payload;
  auto read = read_rows(payload);
  // What was found before a failure is sent before it is told.
  if (!payload.empty()) {
    returned_bytes_ += payload.size();
    append_records(payload, pending_);
  }
  if (!read.ok()) {
    if (returned_bytes_ == 0) return read;
    append_error(read.error(), pending_);
    ended_ = true;
    return {};
  }
  if (request_.progress) append_progress(reader_.counts(), returned_bytes_, pending_);
  if (rows_ended_) {
    finish();
  } else if (payload.empty()) {
    append_continuation(pending_);
  }
  return {};
}

Result<void> SelectStream::read_rows(std::string& payload) {
  const std::uint64_t start = reader_.offset();
  while (!rows_ended_) {
    const bool full = payload.size() >= kPayloadBytes;
    const bool silent = payload.empty() && reader_.offset() - start > kSilentBytes;
    if (full || silent) return {};
    const auto& limit = request_.query.limit;
    const bool limited = limit && rows_ >= *limit && accumulators_.empty();
    bool more = false;
    if (!limited) {
      CUMULITE_ASSIGN(more, records_->next());
    }
    rows_ended_ = !more;
    if (more) CUMULITE_TRY(take_row(payload));
  }
  if (accumulators_.empty() || request_.query.limit == 0) return {};
  std::vector<Value> results;
  for (const Accumulator& accumulator : accumulators_) results.push_back(accumulator.result());
  return write_row({nullptr, &results, now_ms_}, payload);
}

Result<void> SelectStream::take_row(std::string& payload) {
  const Scope scope{&records_->record(), nullptr, now_ms_};
  if (request_.query.where) {
    CUMULITE_ASSIGN(const Value passes, evaluate(*request_.query.where, scope));
    if (!passes.is_true()) return {};
  }
  ++rows_;
  if (accumulators_.empty()) return write_row(scope, payload);
  for (Accumulator& accumulator : accumulators_) CUMULITE_TRY(accumulator.add(scope));
  return {};
}

Result<void> SelectStream::write_row(const Scope& scope, std::string& payload) {
  const std::size_t before = payload.size();
  RowWriter& writer = *request_.writer;
  writer.begin(payload);
  const auto& columns = request_.query.columns;
  if (columns.empty()) {
    scope.record->each(
        [&](std::string_view name, const Value& value) { writer.field(name, value, payload); });
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CUMULITE_ASSIGN(const Value value, evaluate(*columns[i].value, scope));
    const std::string& name = columns[i].name;
    writer.field(name.empty() ? fmt::format("_{}", i + 1) : name, value, payload);
  }
  writer.end(payload);
  if (payload.size() - before > kRecordBytesMax) {
    payload.resize(before);
    return refusal("OverMaxRecordSize",
                   "The length of a record in the input or result is greater than the "
                   "maxCharsPerRecord limit of 1 MB.");
  }
  return {};
}

void SelectStream::finish() {
  append_stats(reader_.counts(), returned_bytes_, pending_);
  append_end(pending_);
  ended_ = true;
}

}  // namespace cumulite::s3::select
