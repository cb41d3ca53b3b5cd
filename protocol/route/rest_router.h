#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/http/request.h"
#include "protocol/model/operation.h"
#include "protocol/result.h"
#include "protocol/wire/wire.h"

namespace cumulite::route {

/// Matches requests against the URI templates of a REST service's operations
/// ("/{accountId}/vaults/{vaultName}/tags?operation=add"). S3 has a router of its own.
class RestRouter {
 public:
  explicit RestRouter(const model::ServiceModel& service);

  /// Finds the operation of a request and appends its labels, percent-decoded once. A literal
  /// segment wins over a label. Errors: UnknownOperationException (404) for a path that no template
  /// has, MethodNotAllowed (405) for one that has other methods.
  Result<const model::Operation*> match(const http::Request& request, wire::Labels& labels) const;

 private:
  struct Segment {
    std::string_view text;  ///< Literal, or the label's name.
    bool is_label = false;
    bool greedy = false;
  };

  struct Pattern {
    const model::Operation* operation;
    std::vector<Segment> segments;
    std::vector<std::pair<std::string_view, std::string_view>> query;
    std::size_t literals = 0;
  };

  static bool matches_path(const Pattern& pattern, const std::vector<std::string_view>& path);
  static void fill_labels(const Pattern& pattern, const std::vector<std::string_view>& path,
                          wire::Labels& labels);

  std::vector<Pattern> patterns_;
};

}  // namespace cumulite::route
