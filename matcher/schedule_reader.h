// Reads one HSDS schedule into the pattern an OpeningRule keeps. The table of
// what each combination of fields means is in hours.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "handrail/v1/hsds.pb.h"
#include "matcher/hours.h"

namespace handrail::matcher {

class ScheduleReader {
 public:
  using Pattern = OpeningRule::Pattern;

  // The zone names to use where the schedule has none, best first.
  ScheduleReader(std::string_view zone, std::string_view fallback_zone)
      : zone_(zone), fallback_zone_(fallback_zone) {}

  // True where the row says something about hours at all.
  static bool SaysHours(const v1::Schedule& schedule);

  // The pattern; absent where the schedule cannot be read.
  std::optional<Pattern> Read(const v1::Schedule& schedule) const;

 private:
  bool ReadZone(const v1::Schedule& schedule, Pattern& pattern) const;

  std::string zone_;
  std::string fallback_zone_;
};

}  // namespace handrail::matcher
