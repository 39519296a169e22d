#include "storage/normalise/extension.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "storage/normalise/calendar.h"
#include "storage/normalise/facts.h"
#include "storage/normalise/kept_facts.h"
#include "storage/normalise/names.h"
#include "storage/normalise/provenance.h"
#include "storage/normalise/source_text.h"
#include "storage/normalise/text.h"
#include "storage/normalise/value_rules.h"

namespace handrail::storage {
namespace {

const absl::flat_hash_set<std::string>& DatedFields() {
  static const auto* const fields = new absl::flat_hash_set<std::string>{
      "hours",         "phone",     "address", "eligibility",
      "languages",     "documents", "cost",    "service_area",
      "accessibility", "capacity",  "status"};
  return *fields;
}

void TermRules(v1::RecordExtension& extension) {
  auto& terms = *extension.mutable_terms();
  if (terms.size() < 2) return;
  std::stable_sort(terms.begin(), terms.end(),
                   [](const v1::NeedTerm& a, const v1::NeedTerm& b) {
                     if (a.term() != b.term()) return a.term() < b.term();
                     // A term that is meant outweighs one that is broader.
                     if (a.broader() != b.broader()) return b.broader();
                     return a.mapped_from() < b.mapped_from();
                   });
  std::vector<v1::NeedTerm> once;
  for (v1::NeedTerm& term : terms) {
    if (!once.empty() && once.back().term() == term.term()) continue;
    once.push_back(std::move(term));
  }
  terms.Clear();
  for (v1::NeedTerm& term : once) *terms.Add() = std::move(term);
}

// The code in its normal form; absent where it is none of that kind.
std::optional<std::string> CoverageCode(const v1::CoverageArea& area) {
  const std::string& code = area.code();
  switch (area.kind()) {
    case v1::CoverageArea::NATIONWIDE:
      return "";
    case v1::CoverageArea::STATE:
      return StateLetters(code);
    case v1::CoverageArea::ZIP:
      return code.size() == 5 ? ZipCode(code) : std::nullopt;
    case v1::CoverageArea::COUNTY: {
      const size_t slash = code.find('/');
      if (slash == std::string::npos || slash + 1 == code.size()) break;
      const auto state = StateLetters(code.substr(0, slash));
      if (state.has_value()) return *state + code.substr(slash);
      break;
    }
    default:
      break;
  }
  return std::nullopt;
}

void CoverageRules(v1::RecordExtension& extension, const Path& path,
                   KeptFacts& kept) {
  if (extension.coverage().empty()) return;
  std::vector<std::pair<int, std::string>> areas;
  for (int i = 0; i < extension.coverage_size(); ++i) {
    const v1::CoverageArea& area = extension.coverage(i);
    const Path here{.parent = &path, .name = "coverage", .index = i};
    const std::optional<std::string> code = CoverageCode(area);
    if (code.has_value()) {
      areas.emplace_back(area.kind(), *code);
    } else {
      KeepFact(
          {.path = here, .field = "coverage"}, JsonOf(area),
          UnknownCode(area.code(),
                      "NATIONWIDE; STATE with MD; COUNTY with MD/Baltimore; "
                      "ZIP with five digits"),
          kept);
    }
  }
  std::sort(areas.begin(), areas.end());
  areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
  extension.clear_coverage();
  for (const auto& [kind, code] : areas) {
    v1::CoverageArea& area = *extension.add_coverage();
    area.set_kind(static_cast<v1::CoverageArea::Kind>(kind));
    area.set_code(code);
  }
}

void FieldProvenanceRules(v1::RecordExtension& extension, const Path& path,
                          KeptFacts& kept) {
  if (extension.fields().empty()) return;
  std::vector<v1::FieldProvenance> good;
  for (int i = 0; i < extension.fields_size(); ++i) {
    v1::FieldProvenance& field = *extension.mutable_fields(i);
    const Path here{.parent = &path, .name = "fields", .index = i};
    CheckProvenance(field.provenance(), here, kept.context.report);
    const bool twice = std::any_of(
        good.begin(), good.end(),
        [&](const auto& one) { return one.field() == field.field(); });
    if (twice || !DatedFields().contains(field.field())) {
      KeepFact({.path = here, .field = "fields"}, JsonOf(field),
               UnknownCode(field.field(),
                           "each once: hours, phone, address, eligibility, "
                           "languages, documents, cost, service_area, "
                           "accessibility, capacity, status"),
               kept);
      continue;
    }
    good.push_back(std::move(field));
  }
  std::sort(good.begin(), good.end(),
            [](const auto& a, const auto& b) { return a.field() < b.field(); });
  extension.clear_fields();
  for (v1::FieldProvenance& field : good) {
    *extension.add_fields() = std::move(field);
  }
}

// A day that decides whether a door is open: half understood it would be the
// wrong one, so one that is none skips the row.
void DayRules(google::protobuf::Message& object, const char* name,
              const Path& path, KeptFacts& kept) {
  TextField field(object, name);
  if (field.empty()) return;
  const Understood date = ReadDate(field.Get());
  if (date.sense != Sense::kGood) {
    SkipImpossible(
        path, name, field.Get(),
        {.what = "a date", .hint = "a day that exists, as YYYY-MM-DD"},
        kept.context.report);
    return;
  }
  field.Change(date.text);
}

void PublishRules(v1::RecordExtension& extension, const Path& path,
                  KeptFacts& kept) {
  if (extension.publish_from().empty() && extension.publish_until().empty()) {
    return;
  }
  DayRules(extension, "publish_from", path, kept);
  DayRules(extension, "publish_until", path, kept);
  RuleOrder(extension.publish_from(), extension.publish_until(),
            "publish_until", path, kept.context.report);
}

void OperatingStateRules(v1::OperatingState& state, const Path& path,
                         KeptFacts& kept) {
  DayRules(state, "from", path, kept);
  DayRules(state, "until", path, kept);
  RuleOrder(state.from(), state.until(), "until", path, kept.context.report);
  CheckProvenance(state.activated().provenance(), path, kept.context.report);
}

void ZoneRules(v1::RecordExtension& extension, const Path& path,
               KeptFacts& kept) {
  if (extension.zone().empty() || IsZone(extension.zone())) return;
  const Path here{.parent = &path, .name = "zone"};
  KeepFact({.path = here, .field = "zone"}, JsonOf(extension.zone()),
           {.reason = "unknown-code",
            .value_class = ClassOf(extension.zone()),
            .message = "this is not a time zone",
            .hint = "a name of the IANA list, such as America/New_York"},
           kept);
  extension.clear_zone();
}

// "Baltimore County" is "Baltimore"; "Baltimore city" is another place.
void CountyRules(v1::RecordExtension& extension) {
  std::string_view county = Trim(extension.county());
  for (const std::string_view word : {" County", " county", " Parish"}) {
    if (county.size() > word.size() &&
        county.substr(county.size() - word.size()) == word) {
      county.remove_suffix(word.size());
      county = Trim(county);
    }
  }
  if (county != extension.county()) extension.set_county(std::string(county));
}

}  // namespace

void ExtensionRules(v1::RecordExtension& extension, const Path& path,
                    const RuleContext& context) {
  KeptFacts kept{.context = context};
  if (extension.has_provenance()) {
    FillProvenance(*extension.mutable_provenance(), path, context);
  }
  FieldProvenanceRules(extension, path, kept);
  if (extension.has_profile()) {
    const Path here{.parent = &path, .name = "profile"};
    ProfileRules(*extension.mutable_profile(), here, kept);
  }
  TermRules(extension);
  CoverageRules(extension, path, kept);
  if (extension.has_operating_state()) {
    const Path here{.parent = &path, .name = "operating_state"};
    OperatingStateRules(*extension.mutable_operating_state(), here, kept);
  }
  PublishRules(extension, path, kept);
  CheckProvenance(extension.round_the_clock().provenance(), path,
                  context.report);
  ZoneRules(extension, path, kept);
  CountyRules(extension);
  KeepParts(kept.parts, extension);
}

}  // namespace handrail::storage
