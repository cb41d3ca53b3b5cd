#include "emulator/snapshots/admin.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/core/admin_answer.h"
#include "emulator/core/admin_registry.h"
#include "emulator/snapshots/tar.h"
#include "storage/kv/store.h"

namespace cumulite::snapshots {
namespace {

using nlohmann::json;

constexpr std::string_view kPath = "/_cumulite/snapshots";

http::Response refuse(const Error& error) {
  return json_answer(error.http_status, {{"code", error.code}, {"message", error.message}});
}

http::Response wrong_method(const char* methods) {
  auto response = json_answer(405, {{"message", "The method is not allowed here."}});
  response.add_header("Allow", methods);
  return response;
}

json view(const Snapshot& snapshot) {
  return json::parse(to_json(snapshot));
}

/// A number in the query; nullopt if it is absent or none.
std::optional<std::uint64_t> number(const AdminCall& call, std::string_view name) {
  const std::string text = call.request.query_value(name);
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || status != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::int64_t real_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// What was asked for, with how long it took.
template <class Action>
http::Response timed(int status, Action&& action) {
  const std::int64_t begun_ms = real_ms();
  const Result<Snapshot> done = action();
  if (!done.ok()) return refuse(done.error());
  json document = view(*done);
  document["took_ms"] = real_ms() - begun_ms;
  return json_answer(status, document);
}

http::Response save(Snapshots& snapshots, const AdminCall& call) {
  const json document = json::parse(call.body, nullptr, false);
  const auto is = [&](const char* name, auto&& check) {
    return !document.contains(name) || check(document[name]);
  };
  const bool is_order = document.is_object() && document.contains("name") &&
                        is("name", [](const json& v) { return v.is_string(); }) &&
                        is("account", [](const json& v) { return v.is_string(); }) &&
                        is("replace", [](const json& v) { return v.is_boolean(); });
  if (!is_order) {
    return refuse({"InvalidRequest",
                   "POST {\"name\": \"...\", \"account\": an id, or none for all state, "
                   "\"replace\": true to take the place of one of that name}.",
                   400});
  }
  return timed(201, [&] {
    return snapshots.save(document["name"].get<std::string>(), document.value("account", ""),
                          document.value("replace", false));
  });
}

http::Response list(Snapshots& snapshots) {
  json all = json::array();
  for (const Snapshot& snapshot : snapshots.list()) all.push_back(view(snapshot));
  return json_answer(200, {{"snapshots", all}});
}

/// The archive, or the part of it that `offset` and `length` ask for.
http::Response export_archive(Snapshots& snapshots, const AdminCall& call,
                              const std::string& name) {
  auto directory = snapshots.directory_of(name);
  if (!directory.ok()) return refuse(directory.error());
  auto source = std::make_unique<TarSource>(*directory);
  const std::uint64_t size = source->size_bytes();
  const std::uint64_t offset = std::min(number(call, "offset").value_or(0), size);
  const std::uint64_t length = std::min(number(call, "length").value_or(size), size - offset);
  source->seek(offset);
  http::Response response;
  response.add_header("Content-Type", "application/x-tar");
  response.add_header("x-cumulite-size", fmt::to_string(size));
  response.stream = std::move(source);
  response.stream_length = length;
  return response;
}

Error wrong_offset() {
  return {"InvalidRequest", "The pieces of an archive have to follow one another.", 400};
}

/// A piece of an archive; with the last of `total` bytes it becomes a snapshot.
http::Response import_archive(Snapshots& snapshots, const AdminCall& call,
                              const std::string& name) {
  if (!is_valid_name(name)) return refuse({"InvalidName", "The name is not valid.", 400});
  const std::uint64_t offset = number(call, "offset").value_or(0);
  const std::uint64_t total = number(call, "total").value_or(offset + call.body.size());
  const std::string path = snapshots.archive_path(name);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::error_code error;
  const std::uint64_t there = offset == 0 ? 0 : std::filesystem::file_size(path, error);
  if (error || there != offset || offset + call.body.size() > total) return refuse(wrong_offset());
  const auto mode = offset == 0 ? std::ios::trunc : std::ios::app;
  std::ofstream file(path, std::ios::binary | mode);
  file.write(call.body.data(), static_cast<std::streamsize>(call.body.size()));
  file.close();
  if (!file) return refuse({"OutOfSpace", "The archive could not be written.", 507});
  if (offset + call.body.size() < total) {
    return json_answer(202, {{"received_bytes", offset + call.body.size()}});
  }
  return timed(201, [&] { return snapshots.import_archive(name); });
}

/// What is below a snapshot's own path.
http::Response serve_one(Snapshots& snapshots, const AdminCall& call, std::string_view rest) {
  const auto slash = rest.find('/');
  const std::string name(rest.substr(0, slash));
  const std::string_view action = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  const std::string_view method = call.request.method;
  if (action == "restore") {
    if (method != "POST") return wrong_method("POST");
    return timed(200, [&] { return snapshots.restore(name); });
  }
  if (action == "export") {
    if (method != "GET") return wrong_method("GET");
    return export_archive(snapshots, call, name);
  }
  if (action == "import") {
    if (method != "POST" && method != "PUT") return wrong_method("POST, PUT");
    return import_archive(snapshots, call, name);
  }
  if (!action.empty()) return json_answer(404, {{"message", "There is no such path."}});
  if (method == "GET") {
    const auto found = snapshots.find(name);
    return found.ok() ? json_answer(200, view(*found)) : refuse(found.error());
  }
  if (method != "DELETE") return wrong_method("GET, DELETE");
  const auto removed = snapshots.remove(name);
  if (!removed.ok()) return refuse(removed.error());
  http::Response gone;
  gone.status = 204;
  return gone;
}

http::Response serve(Snapshots& snapshots, const AdminCall& call) {
  std::string_view rest = call.request.path;
  rest.remove_prefix(kPath.size());
  if (!rest.empty()) rest.remove_prefix(1);
  if (!rest.empty()) return serve_one(snapshots, call, rest);
  if (call.request.method == "GET") return list(snapshots);
  if (call.request.method == "POST") return save(snapshots, call);
  return wrong_method("GET, POST");
}

}  // namespace

void register_admin(Environment& env, Snapshots& snapshots) {
  env.admin.add(std::string(kPath), [&snapshots](const AdminCall& call) {
    try {
      return serve(snapshots, call);
    } catch (const storage::OutOfSpace& failure) {
      return refuse({"OutOfSpace", failure.what(), 507});
    }
  });
}

}  // namespace cumulite::snapshots
