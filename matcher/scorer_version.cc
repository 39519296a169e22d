// The name of everything an answer depends on besides records, request, time.
#include <unicode/timezone.h>
#include <unicode/uvernum.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "handrail/v1/annotations.pb.h"
#include "matcher/data/matcher_data.h"
#include "matcher/data/sentences_data.h"
#include "matcher/hours.h"
#include "matcher/judge_value.h"
#include "matcher/matcher.h"
#include "matcher/points.h"
#include "matcher/ttl.h"
#include "storage/base/hash.h"

namespace handrail::matcher {
namespace {

// Raise when a rule changes that no constant or data file shows.
constexpr int kRulesVersion = 1;

std::string Constants() {
  std::string text = absl::StrCat(
      "rules ", kRulesVersion, " need ", kNeedPointsMax, " words ",
      kWordsPointsMax, " near ", kNearPointsMax, " ", kNearApproximateMax, " ",
      kNearWithoutTravel, " ", kNearUnboundRadiusM, " when ", kWhenPointsMax,
      " ", kWhenPointsEach, " prefer ", kPreferPointsEach);
  for (const int percent : kWordWeights.kind_percent) {
    absl::StrAppend(&text, " k", percent);
  }
  for (const int percent : kWordWeights.field_percent) {
    absl::StrAppend(&text, " f", percent);
  }
  absl::StrAppend(&text, " availability ", kAvailabilityPointsMax, " ",
                  kPlacesFresh, " ", kPlacesAging, " ", kAcceptingNew, " ",
                  kWaitlistOpen, " freshness ", kFreshnessPointsMax, " ",
                  kFreshnessDays);
  absl::StrAppend(&text, " doubts ", kDoubtOldYes, kDoubtConditional,
                  kDoubtAbsent, kDoubtOldNo);
  for (const int ring : kRingsM) absl::StrAppend(&text, " ring ", ring);
  for (int ttl = v1::FactTtl_MIN; ttl <= v1::FactTtl_MAX; ++ttl) {
    absl::StrAppend(
        &text, " ttl ",
        absl::ToInt64Seconds(DefaultTtl(static_cast<v1::FactTtl>(ttl))));
  }
  return text;
}

// Zone data as they are used: the changes of some zones over fifteen years.
std::string ZoneData() {
  std::string text;
  for (const char* name :
       {"America/New_York", "America/Chicago", "America/Denver",
        "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
        "Pacific/Honolulu", "America/Puerto_Rico", "Europe/London"}) {
    const std::optional<absl::TimeZone> zone = FindZone(name);
    absl::StrAppend(&text, name, zone.has_value() ? ":" : ": none");
    if (!zone.has_value()) continue;
    absl::Time at = absl::FromUnixSeconds(1'577'836'800);         // 2020
    const absl::Time end = absl::FromUnixSeconds(2'051'222'400);  // 2035
    absl::TimeZone::CivilTransition change;
    while (zone->NextTransition(at, &change)) {
      const absl::TimeZone::TimeInfo info = zone->At(change.to);
      // A clock put back shows `to` twice: the change is between the two.
      at = info.kind == absl::TimeZone::TimeInfo::REPEATED ? info.trans
                                                           : info.pre;
      if (at >= end) break;
      absl::StrAppend(&text, absl::ToUnixSeconds(at), ",");
    }
  }
  return text;
}

std::string MakeVersion() {
  UErrorCode status = U_ZERO_ERROR;
  const char* icu_zones = icu::TimeZone::getTZDataVersion(status);
  std::string text =
      absl::StrCat(Constants(), "\n", ZoneData(), "\nicu ", U_ICU_VERSION, " ",
                   U_FAILURE(status) ? "unknown" : icu_zones, "\n");
  text += data::kTaxonomyJson;
  text += data::kCrisisPhrasesJson;
  text += data::kSentencesEnJson;
  return Sha256Hex(text).substr(0, 16);
}

}  // namespace

const std::string& ScorerVersion() {
  static const auto* const version = new std::string(MakeVersion());
  return *version;
}

}  // namespace handrail::matcher
