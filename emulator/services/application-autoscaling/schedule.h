#pragma once

#include <string_view>

namespace cumulite::application_autoscaling {

/// Whether it is "rate(5 minutes)", "at(2026-11-22T08:00:00)" or "cron(0 8 * * ? *)": a form that a
/// scheduled action takes. A cron expression is looked at for its six fields and their characters.
bool is_schedule(std::string_view text);

/// Whether it is written like a time zone's name: "UTC", "Etc/GMT+9", "America/Port-au-Prince".
bool is_time_zone(std::string_view text);

}  // namespace cumulite::application_autoscaling
