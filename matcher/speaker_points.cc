// The sentence of each component.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/fact_age.h"
#include "matcher/speaker.h"

namespace handrail::matcher {
namespace {

constexpr const char* kUnits[] = {"bed", "slot", "family_unit", "child_bed"};

std::string UnitKey(const v1::PlaceCount& places) {
  for (const char* unit : kUnits) {
    if (places.unit() == unit) return absl::StrCat("unit.", unit);
  }
  return "unit.slot";
}

}  // namespace

bool Speaker::AnythingIsFresh() const {
  const auto fresh = [this](const v1::Provenance* date, v1::FactTtl ttl) {
    return !IsOld(AgeOf(date, ttl, question_.as_of, *question_.ttls));
  };
  for (const v1::FieldProvenance& field : texts_.fields()) {
    const v1::FactTtl ttl =
        field.field() == "address" ? v1::TTL_ADDRESS : v1::TTL_ELIGIBILITY;
    if (field.has_provenance() && fresh(&field.provenance(), ttl)) return true;
  }
  for (const FactField& field : FactRegister::Instance().fields()) {
    for (const Reading& reading : row_.facts.All(field)) {
      if (fresh(reading.provenance, field.ttl)) return true;
    }
  }
  return false;
}

std::string Speaker::NeedSentence(const Points& points) const {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  CommaList answered;
  int count = 0;
  bool broader_only = false;
  for (const TermIndex term : need_.terms) {
    const TermSet& covered = taxonomy.SubTree(term);
    const bool direct = (row_.terms & covered).any();
    if (!direct && !(row_.broader_terms & covered).any()) continue;
    broader_only = broader_only || !direct;
    answered.Add(taxonomy.Label(term, say_.language()));
    ++count;
  }
  const int asked = static_cast<int>(need_.terms.size());
  const bool fresh = AnythingIsFresh();
  const std::string said =
      count == asked
          ? say_.Fill(fresh ? "component.need.all" : "component.need.all_old",
                      {{"value", answered.text()}})
          : say_.Fill(fresh ? "component.need.some" : "component.need.some_old",
                      {{"n", absl::StrCat(count)},
                       {"of", absl::StrCat(asked)},
                       {"value", answered.text()}});
  if (!broader_only || points.answered_halves != 1) return said;
  return say_.Fill("component.need.broader", {{"value", answered.text()}});
}

std::string Speaker::WordsSentence(const Points& points) const {
  if (points.words.value_or(0) == 0) return say_.Fill("component.words.none");
  CommaList found;
  bool in_name = false;
  const std::vector<WordMatch> matches = need_.words->Match(row_.words);
  for (size_t i = 0; i < matches.size(); ++i) {
    const auto best = BestOf(matches[i], kWordWeights);
    if (!best.has_value()) continue;
    found.Add(need_.words->words()[i]);
    in_name = in_name || best->field != WordField::kDescription;
  }
  return say_.Fill(in_name ? "component.words.name" : "component.words.text",
                   {{"value", found.text()}});
}

std::string Speaker::WithoutTravelText() const {
  std::string text;
  for (const Mode mode : {Mode::kOnline, Mode::kPhone, Mode::kComesToYou}) {
    const bool asked =
        need_.modes.empty() || std::find(need_.modes.begin(), need_.modes.end(),
                                         mode) != need_.modes.end();
    if (!asked || !row_.Offers(mode)) continue;
    const std::string name = say_.Code(ModeCode(mode));
    text = text.empty()
               ? name
               : say_.Fill("value.or", {{"first", text}, {"second", name}});
  }
  return text;
}

bool Speaker::WithoutTravelIsSure() const {
  const FactField& field = KnownField("any.attendance_mode");
  for (const Reading& reading : row_.facts.All(field)) {
    const bool travels = reading.code == ModeCode(Mode::kInPerson);
    if (travels || reading.answer != v1::YES) continue;
    if (!IsOld(AgeOf(reading.provenance, field.ttl, question_.as_of,
                     *question_.ttls))) {
      return true;
    }
  }
  return false;
}

std::string Speaker::WithoutTravelFirst(std::string text) const {
  const std::string way =
      candidate_.in_person ? std::string() : WithoutTravelText();
  if (way.empty()) return Capitalized(std::move(text));
  return Capitalized(say_.Fill(
      WithoutTravelIsSure() ? "next.without_travel" : "next.without_travel_old",
      {{"way", way}, {"value", text}}));
}

// The middle of a county or ZIP code is not where the place is, so its distance
// is told as what it is, in whole kilometres.
std::string Speaker::DistanceSentence() const {
  const v1::Place& place = row_.listing.place();
  const std::string value = Distance(candidate_.distance_m);
  if (!place.approximate()) {
    return say_.Fill("component.near", {{"value", value}});
  }
  const char* area = nullptr;
  switch (place.basis()) {
    case v1::Place::ZIP_CENTROID:
      area = "area.zip";
      break;
    case v1::Place::ZIP3_CENTROID:
      area = "area.zip3";
      break;
    case v1::Place::COUNTY_CENTROID:
      area = "area.county";
      break;
    default:
      return say_.Fill("component.near_approximate", {{"value", value}});
  }
  const int km = std::max(1, (candidate_.distance_m + 500) / 1000);
  const std::string about =
      say_.Fill("value.km", {{"value", absl::StrCat(km)}});
  return say_.Fill(row_.listing.confidential() ? "component.near_private"
                                               : "component.near_middle",
                   {{"area", say_.Fill(area)}, {"value", about}});
}

std::string Speaker::NearSentence() const {
  const bool measured = candidate_.in_person && candidate_.distance_m >= 0;
  const std::string way =
      candidate_.without_travel ? WithoutTravelText() : std::string();
  if (candidate_.without_travel && !measured) {
    if (way.empty()) return say_.Fill("component.near_remote_unknown");
    return say_.Fill(WithoutTravelIsSure() ? "component.near_remote"
                                           : "component.near_remote_old",
                     {{"way", way}});
  }
  if (!measured) return say_.Fill("component.near_unknown");
  const std::string there = DistanceSentence();
  if (way.empty()) return there;
  return say_.Fill(WithoutTravelIsSure() ? "component.near_or_remote"
                                         : "component.near_or_remote_old",
                   {{"sentence", there}, {"way", way}});
}

std::string Speaker::WhenSentence(const Points& points) const {
  if (points.when_count < 0) return say_.Fill("component.when_unknown");
  if (points.when_count == 0) return say_.Fill("component.when_none");
  if (points.when_count * kWhenPointsEach >= kWhenPointsMax) {
    return say_.Fill("component.when_many");
  }
  return say_.Count("component.when", points.when_count);
}

std::string Speaker::PreferSentence(const Finding& finding) const {
  return say_.Fill(finding.judged.state == v1::UNKNOWN
                       ? "component.prefer_unknown"
                       : "component.prefer_part",
                   {{"sentence", FactOf(finding)}});
}

std::string Speaker::AvailabilitySentence(const Availability& reported) const {
  const v1::Provenance* provenance = reported.reading.provenance;
  if (reported.kind == Availability::Kind::kPlaces &&
      reported.reading.answer == v1::YES) {
    const std::string unit = UnitKey(*reported.places);
    const int n = reported.reading.number;
    const std::string one = say_.Count(unit, 1);
    const std::string many = say_.Count(unit, 2);
    if (reported.age == v1::UNDATED) {
      return say_.Count("component.availability.beds_undated", n,
                        {{"unit", one}, {"units", many}});
    }
    const std::string ago = Ago(*provenance);
    if (reported.age == v1::STALE) {
      return say_.Count("component.availability.beds_old", n,
                        {{"unit", one}, {"units", many}, {"ago", ago}});
    }
    if (n == 0) {
      return say_.Fill("component.availability.beds_none",
                       {{"units", many}, {"ago", ago}});
    }
    return say_.Count("component.availability.beds", n,
                      {{"unit", one}, {"units", many}, {"ago", ago}});
  }
  if (IsOld(reported.age) || reported.kind == Availability::Kind::kPlaces) {
    return say_.Fill("component.availability.old");
  }
  const std::string ago = Ago(*provenance);
  if (reported.kind == Availability::Kind::kAccepting) {
    return say_.Fill(reported.reading.answer == v1::YES
                         ? "component.availability.accepting"
                     : reported.reading.answer == v1::NO
                         ? "component.availability.not_accepting"
                         : "component.availability.accepting_depends",
                     {{"ago", ago}});
  }
  const std::string key = absl::StrCat("component.availability.waitlist_",
                                       std::string(reported.reading.code));
  return say_.Has(key) ? say_.Fill(key, {{"ago", ago}})
                       : say_.Fill("component.availability.old");
}

std::string Speaker::FreshnessSentence(int days) const {
  if (days < 0) return say_.Fill("component.freshness.undated");
  if (days == 0) return say_.Fill("component.freshness.today");
  return say_.Fill("component.freshness.days", {{"ago", DaysAgo(say_, days)}});
}

}  // namespace handrail::matcher
