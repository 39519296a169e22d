// What is free now: beds, slots, waitlist, whether new people are taken.
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/curation/dates.h"
#include "server/curation/edit.h"
#include "server/curation/fact_target.h"
#include "server/curation/fact_writes.h"
#include "server/curation/field_mask.h"
#include "server/curation/field_path.h"
#include "server/curation/limits.h"
#include "server/curation/record_check.h"
#include "server/limits.h"
#include "server/profile_fold.h"
#include "server/proto_time.h"

namespace handrail::server {
namespace {

using storage::v1::StoredRecord;

struct Report {
  std::string words;
  v1::Provenance provenance;
};

bool IsAnswer(v1::Answer answer) {
  return answer == v1::ANSWER_UNSPECIFIED || answer == v1::YES ||
         answer == v1::NO || answer == v1::CONDITIONAL;
}

void CheckCount(const std::string& at, const char* name,
                const v1::NumberFact& count,
                std::vector<FieldViolation>& wrong) {
  if (count.value() >= 0 && count.value() <= kPlacesMax) return;
  wrong.push_back({absl::StrCat(at, ".", name, ".value"),
                   absl::StrCat("must be 0 to ", kPlacesMax)});
}

void CheckPlaces(const v1::UpdateAvailabilityRequest& request,
                 std::vector<FieldViolation>& wrong) {
  if (request.places_size() > kPlaceCountsMax) {
    wrong.push_back(
        {"places", absl::StrCat("must be at most ", kPlaceCountsMax)});
    return;
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < request.places_size(); ++i) {
    const v1::PlaceCount& count = request.places(i);
    const std::string at = absl::StrCat("places[", i, "]");
    if (count.unit() != "bed" && count.unit() != "slot" &&
        count.unit() != "family_unit" && count.unit() != "child_bed") {
      wrong.push_back(
          {at + ".unit", "must be bed, slot, family_unit or child_bed"});
    }
    if (count.population().find_first_not_of("abcdefghijklmnopqrstuvwxyz_") !=
        std::string::npos) {
      wrong.push_back({at + ".population",
                       "must be a code of any.populations, such as women, or "
                       "empty for everyone"});
    }
    if (!count.has_available() && !count.has_maximum()) {
      wrong.push_back({at + ".available",
                       "must say how many are free, or maximum how many there "
                       "are"});
    }
    CheckCount(at, "available", count.available(), wrong);
    CheckCount(at, "maximum", count.maximum(), wrong);
    if (count.has_available() && count.has_maximum() &&
        count.available().value() > count.maximum().value()) {
      wrong.push_back({at + ".available.value",
                       "must not be more than there "
                       "are at most"});
    }
    if (!seen.emplace(count.population(), count.unit()).second) {
      wrong.push_back({at, "must be the only one of its population and unit"});
    }
  }
}

absl::StatusOr<Report> ReadRequest(
    const RequestContext& context,
    const v1::UpdateAvailabilityRequest& request) {
  std::vector<FieldViolation> wrong;
  CheckRequestId(request.request_id(), request.validate_only(), wrong);
  if (request.target_case() == v1::UpdateAvailabilityRequest::TARGET_NOT_SET) {
    wrong.push_back(
        {"service_id", "must name a service, or listing_id a listing"});
  }
  CheckPlaces(request, wrong);
  Report report;
  report.words =
      CheckWords("words", request.words(), kNoteCharactersMax, wrong);
  if (!IsAnswer(request.accepting_new())) {
    wrong.push_back({"accepting_new", "must be YES, NO or CONDITIONAL"});
  }
  if (!IsAnswer(request.waitlist_open())) {
    wrong.push_back({"waitlist_open", "must be YES, NO or CONDITIONAL"});
  }
  if ((request.accepting_new() == v1::CONDITIONAL ||
       request.waitlist_open() == v1::CONDITIONAL) &&
      report.words.empty()) {
    wrong.push_back({"words", "must say on what it depends"});
  }
  if (request.has_wait_days() && request.wait_days() < 0) {
    wrong.push_back({"wait_days", "must be 0 or more"});
  }
  if (request.places().empty() && !request.has_wait_days() &&
      request.accepting_new() == v1::ANSWER_UNSPECIFIED &&
      request.waitlist_open() == v1::ANSWER_UNSPECIFIED) {
    wrong.push_back({"places",
                     "must say something: places, accepting_new, "
                     "waitlist_open or wait_days"});
  }
  if (request.method() != v1::CALL && request.method() != v1::VISIT &&
      request.method() != v1::PROVIDER && request.method() != v1::FEED) {
    wrong.push_back({"method", "must be CALL, VISIT, PROVIDER or FEED"});
  }
  const absl::Time at = CheckPast("reported_at", request.has_reported_at(),
                                  request.reported_at(), context.now(), wrong);
  report.provenance.set_source(kCuratedSource);
  report.provenance.set_method(request.method());
  *report.provenance.mutable_verified_at() = ToProto(at);
  if (request.has_expires_at()) {
    if (!IsTimestamp(request.expires_at()) ||
        FromProto(request.expires_at()) <= at) {
      wrong.push_back({"expires_at", "must be after reported_at"});
    }
    *report.provenance.mutable_expires_at() = request.expires_at();
  }
  if (!wrong.empty()) return InvalidFields(wrong);
  return report;
}

// --- Whose it is -----------------------------------------------------------

bool HasOwn(const v1::AnyServiceProfile& any) {
  return any.places_size() > 0 || any.has_accepting_new() ||
         any.has_waitlist() || any.has_wait_days();
}

absl::StatusOr<FactTarget> TargetOf(
    const v1::UpdateAvailabilityRequest& request,
    const matcher::Snapshot& listings, const storage::DirectoryView& view) {
  FactTarget target;
  target.ref.set_type(v1::SERVICE);
  if (request.has_service_id()) {
    if (request.service_id().empty() ||
        request.service_id().size() > kIdBytesMax) {
      return InvalidField("service_id", "must be the id of a service");
    }
    target.ref.set_id(request.service_id());
    return target;
  }
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Listing listing,
                            FindListing(request.listing_id(), listings));
  target.ref.set_id(listing.service_id());
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord shown,
                            view.GetPublic(target.ref));
  const v1::Service& service = shown.record().service();
  for (const v1::ServiceAtLocation& at : service.service_at_locations()) {
    if (at.id() != listing.id()) continue;
    if (service.service_at_locations_size() > 1 ||
        HasOwn(at.x_handrail().profile().any())) {
      target.place_id = at.id();
    }
  }
  return target;
}

// A place that gets its first count keeps those of its service beside it, with
// their dates: a list at the place hides that of the service.
void TakeOverPlaces(const FactTarget& target, v1::Record& record) {
  if (target.place_id.empty()) return;
  v1::Service& service = *record.mutable_service();
  for (auto& at : *service.mutable_service_at_locations()) {
    if (at.id() != target.place_id) continue;
    auto& any = *at.mutable_x_handrail()->mutable_profile()->mutable_any();
    if (any.places_size() > 0) return;
    const Level level{.own = &service.x_handrail()};
    for (v1::PlaceCount count : service.x_handrail().profile().any().places()) {
      FillDates(level, "capacity", count);
      *any.add_places() = std::move(count);
    }
  }
}

// --- What it becomes -------------------------------------------------------

v1::NumberFact Counted(const v1::NumberFact& count, const Report& report) {
  v1::NumberFact fact;
  fact.set_answer(v1::YES);
  fact.set_value(count.value());
  *fact.mutable_provenance() = report.provenance;
  return fact;
}

void SetPlaces(const v1::UpdateAvailabilityRequest& request,
               const Report& report, v1::AnyServiceProfile& any) {
  for (const v1::PlaceCount& count : request.places()) {
    v1::PlaceCount* there = nullptr;
    for (v1::PlaceCount& one : *any.mutable_places()) {
      if (one.population() == count.population() &&
          one.unit() == count.unit()) {
        there = &one;
      }
    }
    if (there == nullptr) there = any.add_places();
    there->set_population(count.population());
    there->set_unit(count.unit());
    if (count.has_available()) {
      *there->mutable_available() = Counted(count.available(), report);
    }
    if (count.has_maximum()) {
      // How many there are does not expire with how many are free.
      Report known = report;
      known.provenance.clear_expires_at();
      *there->mutable_maximum() = Counted(count.maximum(), known);
    }
  }
}

void SetAnswers(const v1::UpdateAvailabilityRequest& request,
                const Report& report, v1::AnyServiceProfile& any) {
  if (request.accepting_new() != v1::ANSWER_UNSPECIFIED) {
    v1::Fact& fact = *any.mutable_accepting_new();
    fact.set_answer(request.accepting_new());
    fact.set_words(report.words);
    *fact.mutable_provenance() = report.provenance;
  }
  if (request.waitlist_open() != v1::ANSWER_UNSPECIFIED) {
    v1::ChoiceFact& fact = *any.mutable_waitlist();
    const bool depends = request.waitlist_open() == v1::CONDITIONAL;
    fact.set_answer(depends ? v1::CONDITIONAL : v1::YES);
    fact.set_code(request.waitlist_open() == v1::NO ? "closed" : "open");
    fact.set_words(depends ? report.words : "");
    *fact.mutable_provenance() = report.provenance;
  }
  if (request.has_wait_days()) {
    v1::NumberFact& fact = *any.mutable_wait_days();
    fact.set_answer(v1::YES);
    fact.set_value(request.wait_days());
    fact.clear_words();
    *fact.mutable_provenance() = report.provenance;
  }
}

absl::StatusOr<std::vector<FieldPath>> ReportedPaths(
    const v1::UpdateAvailabilityRequest& request, const FactTarget& target) {
  std::vector<std::string> fields;
  for (const v1::PlaceCount& count : request.places()) {
    fields.push_back(
        absl::StrCat("places[", count.population(), "/", count.unit(), "]"));
  }
  if (request.accepting_new() != v1::ANSWER_UNSPECIFIED) {
    fields.push_back("accepting_new");
  }
  if (request.waitlist_open() != v1::ANSWER_UNSPECIFIED) {
    fields.push_back("waitlist");
  }
  if (request.has_wait_days()) fields.push_back("wait_days");
  std::vector<FieldPath> paths;
  for (const std::string& field : fields) {
    const std::string place =
        target.place_id.empty()
            ? ""
            : absl::StrCat("service_at_locations[", target.place_id, "].");
    HANDRAIL_ASSIGN_OR_RETURN(
        FieldPath path,
        FieldPath::Parse(v1::SERVICE,
                         absl::StrCat(place, "ext.profile.any.", field)));
    paths.push_back(std::move(path));
  }
  return paths;
}

// The profile of the service or of its place.
v1::AnyServiceProfile* ProfileOf(const FactTarget& target, v1::Record& record) {
  v1::Service& service = *record.mutable_service();
  if (target.place_id.empty()) {
    return service.mutable_x_handrail()->mutable_profile()->mutable_any();
  }
  for (auto& at : *service.mutable_service_at_locations()) {
    if (at.id() == target.place_id) {
      return at.mutable_x_handrail()->mutable_profile()->mutable_any();
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<v1::UpdateAvailabilityResponse> UpdateAvailability(
    const RequestContext& context, const v1::UpdateAvailabilityRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer) {
  HANDRAIL_ASSIGN_OR_RETURN(const Report report, ReadRequest(context, request));
  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  HANDRAIL_ASSIGN_OR_RETURN(const FactTarget target,
                            TargetOf(request, listings, edit.view()));
  if (first.has_value()) {
    return AnswerWith<v1::UpdateAvailabilityResponse>(target.ref, edit, *first);
  }
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord before,
                            edit.Read(target.ref, ""));
  v1::Record after = before.record();
  TakeOverPlaces(target, after);
  v1::AnyServiceProfile* any = ProfileOf(target, after);
  HANDRAIL_CHECK(any != nullptr);
  SetPlaces(request, report, *any);
  SetAnswers(request, report, *any);
  HANDRAIL_ASSIGN_OR_RETURN(const std::vector<FieldPath> paths,
                            ReportedPaths(request, target));
  Checked checked = CheckRecord(
      std::move(after), {.source = before.info().source(), .edited = paths});
  if (!checked.wrong.empty()) return InvalidFields(checked.wrong);
  HANDRAIL_RETURN_IF_ERROR(
      edit.Put(before, std::move(checked.record),
               ConfirmedBy(paths, v1::SERVICE, report.provenance)));
  HANDRAIL_ASSIGN_OR_RETURN(
      const uint64_t revision,
      edit.Commit({.action = "availability",
                   .subject = target.ref.id(),
                   .request_id = request.request_id(),
                   .validate_only = request.validate_only()}));
  return AnswerWith<v1::UpdateAvailabilityResponse>(target.ref, edit, revision);
}

}  // namespace handrail::server
