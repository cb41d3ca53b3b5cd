#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "protocol/codec/json_document.h"
#include "protocol/codec/scalar.h"
#include "protocol/route/rest_router.h"
#include "protocol/route/test_request.h"
#include "protocol/wire/vectors_exceptions.h"
#include "protocol/wire/vectors_registry.h"
#include "protocol/wire/wire.h"

// The SDKs' protocol vectors, run backwards as a server sees them: a serialized request must give
// the parameters, a result must give the response that clients parse.
namespace cumulite::wire {
namespace {

// --- structs from and to plain JSON by their tables, independent of any wire format ---

/// Keeps the order of members, which is that of maps on the wire.
using json = nlohmann::ordered_json;

double to_number(const json& value) {
  if (!value.is_string()) return value.get<double>();
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  return value == "-Infinity" ? -infinity : infinity;
}

void fill(const model::Shape& shape, const json& from, void* value) {
  using model::Kind;
  switch (shape.kind) {
    case Kind::kBoolean:
      *static_cast<bool*>(value) = from.get<bool>();
      return;
    case Kind::kInteger:
      *static_cast<std::int32_t*>(value) = from.get<std::int32_t>();
      return;
    case Kind::kLong:
      *static_cast<std::int64_t*>(value) = from.get<std::int64_t>();
      return;
    case Kind::kFloat:
    case Kind::kDouble:
      *static_cast<double*>(value) = to_number(from);
      return;
    case Kind::kString:
    case Kind::kBlob:
      *static_cast<std::string*>(value) = from.is_string() ? from.get<std::string>() : from.dump();
      return;
    case Kind::kTimestamp:
      static_cast<model::Timestamp*>(value)->ms = std::llround(from.get<double>() * 1000);
      return;
    case Kind::kList:
      for (const auto& item : from) {
        if (!item.is_null()) fill(*shape.element, item, shape.list->append(value));
      }
      return;
    case Kind::kMap:
      for (const auto& [key, item] : from.items()) {
        if (!item.is_null()) fill(*shape.element, item, shape.map->append(value, key));
      }
      return;
    case Kind::kStructure:
      for (const auto& member : shape.members) {
        const auto at = from.find(std::string(member.name));
        if (at == from.end() || at->is_null()) continue;
        fill(*member.shape, *at, member.ops->emplace(static_cast<char*>(value) + member.offset));
      }
      return;
    case Kind::kCustom:
      return;
  }
}

json dump(const model::Shape& shape, const void* value) {
  using model::Kind;
  switch (shape.kind) {
    case Kind::kList: {
      json out = json::array();
      for (std::size_t i = 0; i < shape.list->size(value); ++i) {
        out.push_back(dump(*shape.element, shape.list->at(value, i)));
      }
      return out;
    }
    case Kind::kMap: {
      json out = json::object();
      for (std::size_t i = 0; i < shape.map->size(value); ++i) {
        out[shape.map->key(value, i)] = dump(*shape.element, shape.map->value(value, i));
      }
      return out;
    }
    case Kind::kStructure: {
      json out = json::object();
      for (const auto& member : shape.members) {
        const void* inner = member.ops->get(static_cast<const char*>(value) + member.offset);
        if (inner != nullptr && !member.streaming) {
          out[std::string(member.name)] = dump(*member.shape, inner);
        }
      }
      return out;
    }
    case Kind::kBlob:
      return *static_cast<const std::string*>(value);
    default: {
      std::string text;
      codec::append_scalar(shape, model::TimestampFormat::kUnix, false, value, text);
      return text;
    }
  }
}

json load(const std::string& file) {
  std::ifstream in(std::string(CUMULITE_VECTORS_DIR) + "/" + file + ".json");
  return json::parse(in);
}

bool is_excepted(const std::string& file, const std::string& id) {
  for (const auto& row : kVectorExceptions) {
    if (row.file == file && row.id == id) return true;
  }
  return false;
}

const VectorOperation* find_operation(const std::vector<VectorOperation>& operations,
                                      const std::string& file, std::size_t suite,
                                      const std::string& name) {
  for (const auto& each : operations) {
    if (each.file == file && each.suite == suite && each.operation->name == name) return &each;
  }
  return nullptr;
}

// --- input ---

/// By structure: the order of members does not matter.
std::string compare(const json& wanted, const json& found) {
  const bool same = nlohmann::json::parse(wanted.dump()) == nlohmann::json::parse(found.dump());
  return same ? "" : "expected " + wanted.dump() + "\n   found " + found.dump();
}

std::string check_input(const VectorOperation& vector, const json& test) {
  const json& serialized = test["serialized"];
  route::TestRequest::Headers headers;
  const json given_headers = serialized.value("headers", json::object());
  for (const auto& [name, value] : given_headers.items()) {
    headers.emplace_back(name, value.get<std::string>());
  }
  const std::string body = serialized.value("body", "");
  const route::TestRequest request(serialized["method"], serialized["uri"], headers);
  const http::Request view = request.view();
  const Format format = native_format(*vector.service);
  Labels labels;
  if (format == Format::kRestJson || format == Format::kRestXml) {
    const route::RestRouter router(*vector.service);
    const auto match = router.match(view, labels);
    if (!match.ok()) return "not routed: " + match.error().message;
    if (*match != vector.operation) return "routed to " + std::string((*match)->name);
  }
  if (vector.operation->input == nullptr) return "";
  Input input{view, body, &labels};
  input.validate = false;
  const auto actual = vector.make_input();
  const auto result = read_input(format, *vector.service, *vector.operation, input, actual.get());
  if (!result.ok()) return "refused: " + result.error().code + " " + result.error().message;
  const auto expected = vector.make_input();
  fill(*vector.operation->input, test["params"], expected.get());
  return compare(dump(*vector.operation->input, expected.get()),
                 dump(*vector.operation->input, actual.get()));
}

// --- output ---

/// An element as JSON: attributes, text and children, the children by name; namespaces left out.
json xml_tree(const pugi::xml_node& node) {
  json out = json::object();
  std::string text;
  for (const auto& attribute : node.attributes()) {
    if (!std::string_view(attribute.name()).starts_with("xmlns")) {
      out["@" + std::string(attribute.name())] = attribute.value();
    }
  }
  for (const auto& child : node.children()) {
    if (child.type() == pugi::node_element) {
      out[child.name()].push_back(xml_tree(child));
    } else {
      text += child.value();
    }
  }
  const bool blank =
      text.find('\n') != std::string::npos && text.find_first_not_of(" \n") == std::string::npos;
  if (out.empty()) out["text"] = blank ? "" : text;
  return out;
}

json parse_xml(const std::string& text) {
  pugi::xml_document document;
  document.load_buffer(text.data(), text.size(),
                       pugi::parse_default | pugi::parse_ws_pcdata_single);
  json tree = xml_tree(document);
  // What the vectors leave to the server.
  for (auto& [name, root] : tree.items()) {
    if (root.is_array()) root[0].erase("ResponseMetadata");
  }
  return tree;
}

std::string compare_body(Format format, const VectorOperation& vector, const std::string& wanted,
                         const std::string& found) {
  const model::Shape* shape = vector.operation->output;
  const bool raw = shape != nullptr && shape->payload != nullptr &&
                   (shape->payload->shape->kind == model::Kind::kString ||
                    shape->payload->shape->kind == model::Kind::kBlob);
  if (raw) return shape->payload->streaming ? "" : compare(wanted, found);
  if (format == Format::kJson || format == Format::kRestJson) {
    const json nothing = json::object();
    return compare(wanted.empty() ? nothing : json::parse(wanted),
                   found.empty() ? nothing : json::parse(found));
  }
  if (wanted.empty()) return "";
  return compare(parse_xml(wanted), parse_xml(found));
}

std::string compare_headers(const json& wanted, const http::Response& response) {
  for (const auto& [name, value] : wanted.items()) {
    if (name == "Content-Type" || name == "Content-Length") continue;
    const std::string found(response.header(name));
    if (found != value) return "header " + name + ": expected " + value.dump() + " found " + found;
  }
  return "";
}

std::string check_output(const VectorOperation& vector, const json& test) {
  const json& wanted = test["response"];
  const Format format = native_format(*vector.service);
  const auto output = vector.make_output();
  if (vector.operation->output != nullptr) {
    fill(*vector.operation->output, test["result"], output.get());
  }
  http::Response response;
  write_output(format, *vector.service, *vector.operation, output.get(), "ID", response);
  if (response.status != wanted["status_code"]) return "status " + std::to_string(response.status);
  auto problem = compare_headers(wanted.value("headers", json::object()), response);
  if (!problem.empty()) return problem;
  return compare_body(format, vector, wanted.value("body", ""), response.body);
}

std::string after_prefix(std::string text) {
  text = text.substr(0, text.find(':', text.find('#') == std::string::npos ? 0 : text.find('#')));
  const auto hash = text.find('#');
  return hash == std::string::npos ? text : text.substr(hash + 1);
}

std::string error_code_of(Format format, const http::Response& response) {
  if (format == Format::kJson) {
    return after_prefix(json::parse(response.body)["__type"].get<std::string>());
  }
  if (format == Format::kRestJson)
    return after_prefix(std::string(response.header("x-amzn-ErrorType")));
  json tree = parse_xml(response.body);
  // REST-XML errors are S3's, which have no element around them.
  json& error = tree.contains("Error") ? tree["Error"][0] : tree["ErrorResponse"][0]["Error"][0];
  return error["Code"][0]["text"];
}

/// Code and status by which clients pick the exception, and the message.
std::string check_error(const VectorOperation& vector, const json& test) {
  const Format format = native_format(*vector.service);
  const std::string code = test["errorCode"];
  const std::string message = test.value("errorMessage", "");
  http::Response response;
  Error error{code, message};
  write_error(format, *vector.service, error, {"ID"}, response);
  if (response.status != test["response"]["status_code"]) {
    return "status " + std::to_string(response.status);
  }
  const std::string found = error_code_of(format, response);
  const auto query_error = response.header("x-amzn-query-error");
  const bool by_header = query_error.starts_with(code + ";");
  if (found != code && !by_header) return "code " + found;
  if (response.body.find(message) == std::string::npos) return "message in " + response.body;
  return compare_headers(
      test["response"].value("headers", json::object()).contains("x-amzn-query-error")
          ? json{{"x-amzn-query-error", test["response"]["headers"]["x-amzn-query-error"]}}
          : json::object(),
      response);
}

std::string check_case(const VectorOperation& vector, const json& test) {
  try {
    if (test.contains("serialized")) return check_input(vector, test);
    return test.contains("errorCode") ? check_error(vector, test) : check_output(vector, test);
  } catch (const json::exception& failure) {
    return failure.what();
  }
}

struct Count {
  int passed = 0;
  int excepted = 0;
  int total = 0;
};

void run_file(const std::vector<VectorOperation>& operations, const std::string& file,
              Count& count) {
  const json suites = load(file);
  for (std::size_t suite = 0; suite < suites.size(); ++suite) {
    for (const json& test : suites[suite]["cases"]) {
      ++count.total;
      const std::string id = test["id"];
      if (is_excepted(file, id)) {
        ++count.excepted;
        continue;
      }
      const std::string name = test["given"]["name"];
      const auto* vector = find_operation(operations, file, suite, name);
      ASSERT_NE(vector, nullptr) << file << " " << name;
      const std::string problem = check_case(*vector, test);
      EXPECT_TRUE(problem.empty()) << file << " " << id << ": " << problem;
      if (problem.empty()) ++count.passed;
    }
  }
}

TEST(Vectors, EveryCaseRunsBackwards) {
  const auto operations = vector_operations();
  if (operations.empty()) GTEST_SKIP() << "the protocol vectors are not present";
  Count count;
  for (const std::string side : {"input", "output"}) {
    for (const std::string name :
         {"json", "json_1_0", "json_1_0-query-compatible", "query", "rest-json", "rest-xml"}) {
      run_file(operations, side + "/" + name, count);
    }
  }
  std::cout << "vectors: " << count.passed << " passed, " << count.excepted
            << " not applicable, of " << count.total << "\n";
  EXPECT_EQ(count.passed + count.excepted, count.total);
}

}  // namespace
}  // namespace cumulite::wire
