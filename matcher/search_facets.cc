#include "matcher/search_facets.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "matcher/search_area.h"
#include "matcher/taxonomy.h"

namespace handrail::matcher {
namespace {

// Between the state and the name of a county or city.
constexpr char kSlash = '/';

bool Counts(v1::Answer answer) {
  return answer == v1::YES || answer == v1::CONDITIONAL;
}

std::string PrimaryTag(std::string_view tag) {
  return SmallLetters(tag.substr(0, tag.find('-')));
}

// The spelling that most use; among equals the first.
std::string UsualSpelling(const std::map<std::string, int>& spellings) {
  const auto most = std::max_element(
      spellings.begin(), spellings.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; });
  return most->first;
}

}  // namespace

std::optional<AskedFacet> FindFacet(std::string_view name) {
  constexpr std::pair<std::string_view, FacetKind> kNames[] = {
      {"term", FacetKind::kTerm},         {"mode", FacetKind::kMode},
      {"state", FacetKind::kState},       {"county", FacetKind::kCounty},
      {"city", FacetKind::kCity},         {"source", FacetKind::kSource},
      {"language", FacetKind::kLanguage},
  };
  for (const auto& [known, kind] : kNames) {
    if (known == name)
      return AskedFacet{.kind = kind, .name = std::string(name)};
  }
  const FactField* const field = FactRegister::Instance().Find(name);
  if (field == nullptr ||
      (field->kind != FactKind::kChoice && field->kind != FactKind::kSet)) {
    return std::nullopt;
  }
  return AskedFacet{
      .kind = FacetKind::kProfile, .name = std::string(name), .field = field};
}

void FacetCounter::Add(const Row& row) {
  keys_.clear();
  AddValues(row);
}

FacetCounter::Value* FacetCounter::Count(const std::string& key) {
  if (key.empty() ||
      std::find(keys_.begin(), keys_.end(), key) != keys_.end()) {
    return nullptr;
  }
  keys_.push_back(key);
  Value& value = values_[key];
  ++value.count;
  return &value;
}

void FacetCounter::AddValue(std::string_view key) { Count(std::string(key)); }

void FacetCounter::AddArea(std::string_view state, std::string_view name) {
  if (name.empty()) return;
  std::string written(state);
  if (!state.empty()) written += kSlash;
  written += name;
  Value* const value = Count(SmallLetters(written));
  if (value != nullptr) ++value->spellings[written];
}

void FacetCounter::AddLanguages(const Row& row) {
  static const FactField& field = KnownField("any.languages");
  std::vector<std::string> said;
  for (const Reading& reading : row.facts.All(field)) {
    if (reading.answer == v1::ANSWER_UNSPECIFIED) continue;
    said.push_back(PrimaryTag(reading.code));
    if (Counts(reading.answer)) AddValue(said.back());
  }
  for (const v1::Language& language : row.listing.languages()) {
    const std::string tag = PrimaryTag(language.code());
    // What the profile says of a language is said of it.
    if (std::find(said.begin(), said.end(), tag) == said.end()) AddValue(tag);
  }
}

void FacetCounter::AddValues(const Row& row) {
  const v1::Place& place = row.listing.place();
  switch (facet_.kind) {
    case FacetKind::kTerm:
      for (const std::string_view term : TermNames(row.listing.terms()))
        AddValue(term);
      return;
    case FacetKind::kMode:
      for (int i = 0; i < kModes; ++i) {
        const Mode mode = static_cast<Mode>(i);
        const bool implied =
            mode == Mode::kInPerson && row.has_place && !row.any_mode_recorded;
        if (implied || row.Offers(mode)) AddValue(ModeCode(mode));
      }
      return;
    case FacetKind::kState:
      AddValue(row.state);
      return;
    case FacetKind::kCounty:
      AddArea(row.state, BareCounty(place.county()));
      return;
    case FacetKind::kCity:
      AddArea(row.state, place.city());
      return;
    case FacetKind::kSource:
      AddValue(row.listing.source());
      return;
    case FacetKind::kLanguage:
      AddLanguages(row);
      return;
    case FacetKind::kProfile:
      for (const Reading& reading : row.facts.All(*facet_.field)) {
        if (Counts(reading.answer)) AddValue(reading.code);
      }
      return;
  }
}

std::string FacetCounter::Label(const Sentences& say,
                                const std::string& value) const {
  switch (facet_.kind) {
    case FacetKind::kTerm: {
      const auto term = BuiltInTaxonomy().Find(value);
      if (!term.has_value()) return value;
      return std::string(BuiltInTaxonomy().Label(*term, say.language()));
    }
    case FacetKind::kMode:
    case FacetKind::kLanguage:
    case FacetKind::kProfile:
      return say.Code(value);
    case FacetKind::kCounty:
    case FacetKind::kCity: {
      const std::size_t slash = value.find(kSlash);
      if (slash == std::string::npos) return value;
      return absl::StrCat(value.substr(slash + 1), ", ",
                          value.substr(0, slash));
    }
    case FacetKind::kState:
    case FacetKind::kSource:
      return value;
  }
  return value;
}

void FacetCounter::Fill(const Sentences& say, int size,
                        v1::Facet& facet) const {
  facet.set_field(facet_.name);
  std::vector<std::pair<std::string, int>> counts;
  counts.reserve(values_.size());
  for (const auto& [key, value] : values_) {
    counts.emplace_back(
        value.spellings.empty() ? key : UsualSpelling(value.spellings),
        value.count);
  }
  std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  for (const auto& [value, count] : counts) {
    if (facet.values_size() == size) break;
    v1::FacetValue& out = *facet.add_values();
    out.set_value(value);
    out.set_label(Label(say, value));
    out.set_count(count);
  }
  facet.set_more_values(static_cast<int>(counts.size()) - facet.values_size());
}

}  // namespace handrail::matcher
