#include "matcher/snapshot.h"

#include <algorithm>
#include <string>
#include <utility>

#include "matcher/fact_register.h"
#include "matcher/row.h"
#include "matcher/row_packing.h"
#include "matcher/text.h"
#include "storage/base/check.h"
#include "storage/base/mutant.h"

namespace handrail::matcher {
namespace {

constexpr const char* kModeCodes[kModes] = {"in_person", "online", "phone",
                                            "comes_to_you"};

void Append(std::string& line, const std::string& part) {
  if (part.empty()) return;
  if (!line.empty()) line += ", ";
  line += part;
}

// "123 Main St, Suite 4, Millbrook, MD 21000".
std::string AddressLine(const v1::Listing& listing) {
  if (listing.confidential()) return "location private: call";
  const v1::Address& address = listing.address();
  std::string line;
  Append(line, address.address_1());
  Append(line, address.address_2());
  Append(line, address.city());
  std::string state = address.state_province();
  if (!address.postal_code().empty()) {
    if (!state.empty()) state += " ";
    state += address.postal_code();
  }
  Append(line, state);
  return line;
}

void FillTerms(const v1::Listing& listing, Row& row) {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  for (const v1::NeedTerm& term : listing.terms()) {
    const std::optional<TermIndex> index = taxonomy.Find(term.term());
    if (!index.has_value()) continue;
    (term.broader() ? row.broader_terms : row.terms).set(*index);
  }
  row.asks = taxonomy.AsksOfAny(row.terms | row.broader_terms);
}

void FillModes(Row& row) {
  const FactField& field = KnownField("any.attendance_mode");
  for (const Reading& reading : row.facts.All(field)) {
    if (reading.answer == v1::ANSWER_UNSPECIFIED) continue;
    row.any_mode_recorded = true;
    for (int i = 0; i < kModes; ++i) {
      if (reading.code == kModeCodes[i]) row.modes[i] = reading.answer;
    }
  }
  const Reading delivery = row.facts.Read(field, "delivery");
  v1::Answer& comes = row.modes[static_cast<int>(Mode::kComesToYou)];
  if (delivery.answer == v1::YES ||
      (delivery.answer == v1::CONDITIONAL && comes != v1::YES) ||
      comes == v1::ANSWER_UNSPECIFIED) {
    comes = delivery.answer;
  }
}

void FillPlace(const v1::Listing& listing, Row& row) {
  const v1::Place& place = listing.place();
  if (place.basis() != v1::Place::BASIS_UNSPECIFIED &&
      GeoPoint::IsOnTheMap(place.latitude_e7(), place.longitude_e7())) {
    row.point.emplace(place.latitude_e7(), place.longitude_e7());
  }
  row.state = place.state().empty() ? listing.address().state_province()
                                    : place.state();
  row.has_place = row.point.has_value() || !listing.location_id().empty() ||
                  !listing.address().address_1().empty();
}

// Text that is no day sets no bound.
std::optional<absl::CivilDay> DayOf(const std::string& text) {
  absl::CivilDay day;
  if (text.empty() || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

std::string SortName(const std::string& name) {
  std::string sorted;
  for (const std::string& word : WordsOf(name)) {
    if (!sorted.empty()) sorted += ' ';
    sorted += word;
  }
  if (sorted.size() > kSortNameBytesMax) sorted.resize(kSortNameBytesMax);
  return sorted;
}

bool NeedsZone(const v1::Listing& listing) {
  if (!listing.zone().empty()) return false;
  const v1::OperatingState& state = listing.operating_state();
  if (HANDRAIL_MUTATE(days_shut_are_local,
                      !state.from().empty() || !state.until().empty(), false)) {
    return true;
  }
  return std::any_of(
      listing.schedules().begin(), listing.schedules().end(),
      [](const v1::Schedule& schedule) { return schedule.zone().empty(); });
}

}  // namespace

const char* ModeCode(Mode mode) { return kModeCodes[static_cast<int>(mode)]; }

bool Row::Offers(Mode mode) const {
  const v1::Answer answer = modes[static_cast<int>(mode)];
  return answer == v1::YES || answer == v1::CONDITIONAL;
}

bool Row::WithoutTravel() const {
  return Offers(Mode::kOnline) || Offers(Mode::kPhone) ||
         Offers(Mode::kComesToYou);
}

bool Row::InPerson() const {
  if (Offers(Mode::kInPerson)) return true;
  return modes[static_cast<int>(Mode::kInPerson)] == v1::ANSWER_UNSPECIFIED &&
         !WithoutTravel();
}

std::vector<std::string_view> TermNames(
    const HeldListing::Repeated<v1::NeedTerm>& terms) {
  std::vector<std::string_view> names;
  for (const v1::NeedTerm& term : terms) names.push_back(term.term());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::shared_ptr<const Row> MakeRow(v1::Listing listing) {
  return MakeRowOf(listing);
}

std::shared_ptr<const Row> MakeRowOf(v1::Listing& listing) {
  auto row = std::make_shared<Row>();
  row->inactive =
      listing.status() == v1::INACTIVE || listing.status() == v1::DEFUNCT;
  row->publish_from = DayOf(listing.publish_from());
  row->publish_until = DayOf(listing.publish_until());
  row->sort_name = SortName(listing.name());
  row->has_phones = !listing.phones().empty();
  row->has_schedules = !listing.schedules().empty();
  FillTerms(listing, *row);
  FillPlace(listing, *row);
  row->words = WordBagOf(listing, BuiltInTaxonomy());
  row->opening = OpeningRule(OpeningRule::Input::Of(listing));
  row->needs_zone = NeedsZone(listing);
  Pack(listing, *row);
  FillModes(*row);
  return row;
}

v1::Listing ListingOf(const Row& row) { return Unpack(row); }
v1::Listing TextsOf(const Row& row) { return UnpackTexts(row); }
const HeldListing& HeldOf(const Row& row) { return row.listing; }
std::string_view IdOf(const Row& row) { return row.listing.id(); }
v1::ListingSummary SummaryOf(const Row& row) { return SummaryOf(TextsOf(row)); }

v1::ListingSummary SummaryOf(const v1::Listing& listing) {
  v1::ListingSummary summary;
  summary.set_id(listing.id());
  summary.set_name(listing.name());
  summary.set_organization_name(listing.organization_name());
  summary.set_organization_id(listing.organization_id());
  summary.set_location_name(listing.location_name());
  summary.set_address(AddressLine(listing));
  if (listing.has_place()) *summary.mutable_place() = listing.place();
  *summary.mutable_phones() = listing.phones();
  summary.set_email(listing.email());
  summary.set_url(listing.url());
  for (const std::string_view term : TermNames(listing.terms())) {
    summary.add_terms(std::string(term));
  }
  summary.set_confidential(listing.confidential());
  summary.set_source(listing.source());
  summary.set_eligibility_description(listing.eligibility_description());
  summary.set_application_process(listing.application_process());
  summary.set_fees_description(listing.fees_description());
  summary.set_alert(listing.alert());
  return summary;
}

Snapshot::Snapshot(Parts parts)
    : revision_(parts.revision),
      rows_(std::move(parts.row_set)),
      centroids_(std::move(parts.centroids)),
      crisis_resources_(std::move(parts.crisis_resources)),
      clusters_(std::move(parts.clusters)) {}

std::shared_ptr<const Snapshot> Snapshot::Create(Parts parts) {
  if (!parts.rows.empty()) {
    HANDRAIL_CHECK(parts.row_set.empty());
    parts.row_set = RowSet::Of(std::move(parts.rows));
  }
  std::sort(parts.crisis_resources.begin(), parts.crisis_resources.end(),
            [](const v1::CrisisResource& a, const v1::CrisisResource& b) {
              return std::pair<int, const std::string&>(a.rank(), a.id()) <
                     std::pair<int, const std::string&>(b.rank(), b.id());
            });
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(parts)));
}

std::string_view Snapshot::ClusterOf(const Row& row) const {
  const std::string* cluster = clusters_.Find(row.listing.id());
  return cluster == nullptr ? row.listing.id() : *cluster;
}

}  // namespace handrail::matcher
