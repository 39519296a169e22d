// The name of everything an answer depends on besides records, request, time.
#include <unicode/strenum.h>
#include <unicode/timezone.h>
#include <unicode/uvernum.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "handrail/v1/annotations.pb.h"
#include "matcher/continuum.h"
#include "matcher/data/matcher_data.h"
#include "matcher/data/sentences_data.h"
#include "matcher/fact_register.h"
#include "matcher/hours.h"
#include "matcher/judge_value.h"
#include "matcher/limits.h"
#include "matcher/matcher.h"
#include "matcher/near_miss.h"
#include "matcher/place.h"
#include "matcher/points.h"
#include "matcher/text.h"
#include "matcher/today.h"
#include "matcher/ttl.h"
#include "matcher/varied_range.h"
#include "matcher/words.h"
#include "storage/base/hash.h"

namespace handrail::matcher {
namespace {

// Raise when a rule changes that no constant or data file shows.
constexpr int kRulesVersion = 4;

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
  absl::StrAppend(&text, " horizon ", absl::ToInt64Seconds(kHoursHorizon),
                  " meeting ", absl::ToInt64Seconds(kMeetingLength),
                  " overlap ", absl::ToInt64Seconds(kOverlapMin),
                  " occurrences ", kOccurrencesMax, " bag ", kBagWordsMax,
                  " query ", kQueryWordsMax, " letters ", kNearLettersMin,
                  " results ", kResultsDefault, " range ", kRangeSizeDefault,
                  " ", kRangePoolBest, " ", kRangeValuesPerAxis, " misses ",
                  kNearMissesMax, " today ", kTodayMax, " steps ",
                  kNextStepsMax);
  for (const std::string& way : WaysOfTravel()) {
    absl::StrAppend(&text, " travel ", way, " ",
                    TravelMinutes(10'000'000, way).value_or(-1));
  }
  return text;
}

// The FactRule of every profile field, and how a number's NO is read.
std::string FieldRules() {
  std::string text;
  for (const FactField& field : FactRegister::Instance().fields()) {
    absl::StrAppend(&text, "field ", field.path, " ",
                    static_cast<int>(field.kind), " ", field.ttl, " ",
                    field.changeable ? 1 : 0, " ", field.unit, " no ",
                    static_cast<int>(field.no_number));
    for (const std::string& code : field.codes) {
      absl::StrAppend(&text, " ", code);
    }
    text += "\n";
  }
  return text;
}

// Every zone of the United States and its territories, by ICU's own table, and
// one that is far away.
std::vector<std::string> ZoneNames() {
  std::set<std::string> names = {"Europe/London"};
  for (const char* region : {"US", "PR", "VI", "GU", "AS", "MP"}) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::StringEnumeration> zones(
        icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL,
                                                   region, nullptr, status));
    while (U_SUCCESS(status) && zones != nullptr) {
      const icu::UnicodeString* name = zones->snext(status);
      if (name == nullptr) break;
      std::string utf8;
      names.insert(name->toUTF8String(utf8));
    }
  }
  return {names.begin(), names.end()};
}

// Zone data as they are used: the changes of each zone over fifteen years.
std::string ZoneData() {
  std::string text;
  for (const std::string& name : ZoneNames()) {
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

}  // namespace

std::string ScorerInputs() {
  UErrorCode status = U_ZERO_ERROR;
  const char* icu_zones = icu::TimeZone::getTZDataVersion(status);
  std::string text = absl::StrCat(
      Constants(), "\n", ZoneData(), "\nicu ", U_ICU_VERSION, " ",
      U_FAILURE(status) ? "unknown" : icu_zones, "\n", FieldRules());
  text += data::kTaxonomyJson;
  text += data::kContinuumJson;
  text += data::kCrisisPhrasesJson;
  text += data::kSentencesEnJson;
  text += data::kSentencesEsJson;
  return text;
}

const std::string& ScorerVersion() {
  static const auto* const version =
      new std::string(Sha256Hex(ScorerInputs()).substr(0, 16));
  return *version;
}

}  // namespace handrail::matcher
