#include "tests/matcher/worked_cases.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "matcher/place.h"
#include "matcher/snapshot.h"
#include "tests/testing/testing.h"

namespace handrail::matcher::worked {
namespace {

constexpr int kLatitude = 390000000;
constexpr int kLongitude = -766000000;

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<std::string> Split(std::string_view text, char by) {
  return absl::StrSplit(absl::string_view(text.data(), text.size()), by,
                        absl::SkipEmpty());
}

google::protobuf::Timestamp Stamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  return stamp;
}

v1::Answer AnswerOf(const std::string& word) {
  if (word == "yes") return v1::YES;
  if (word == "no") return v1::NO;
  if (word == "conditional") return v1::CONDITIONAL;
  ADD_FAILURE() << "no such answer: " << word;
  return v1::ANSWER_UNSPECIFIED;
}

// The member message of this name, or null with a failure.
Message* Member(Message* message, const std::string& name) {
  const FieldDescriptor* field =
      message->GetDescriptor()->FindFieldByName(name);
  if (field == nullptr) {
    ADD_FAILURE() << "no field " << name;
    return nullptr;
  }
  return message->GetReflection()->MutableMessage(message, field);
}

// Writes one fact of any of the fact messages.
void Write(Message* fact, const std::string& code, const std::string& said,
           const v1::Provenance& source) {
  if (auto* plain = dynamic_cast<v1::Fact*>(fact)) {
    plain->set_answer(AnswerOf(said));
    *plain->mutable_provenance() = source;
  } else if (auto* number = dynamic_cast<v1::NumberFact*>(fact)) {
    const bool none = said == "no";
    number->set_answer(none ? v1::NO : v1::YES);
    if (!none) number->set_value(std::stoi(said));
    *number->mutable_provenance() = source;
  } else if (auto* choice = dynamic_cast<v1::ChoiceFact*>(fact)) {
    choice->set_answer(v1::YES);
    choice->set_code(said.substr(1));
    *choice->mutable_provenance() = source;
  } else if (auto* set = dynamic_cast<v1::SetFact*>(fact)) {
    v1::CodedFact* entry = set->add_values();
    entry->set_code(code);
    entry->set_answer(AnswerOf(said));
    *entry->mutable_provenance() = source;
  } else {
    ADD_FAILURE() << "not a fact";
  }
}

v1::Schedule Weekly(std::string_view days, std::string_view opens,
                    std::string_view closes) {
  v1::Schedule schedule;
  schedule.set_freq(v1::WEEKLY);
  schedule.set_byday(std::string(days));
  schedule.set_opens_at(std::string(opens));
  if (!closes.empty()) schedule.set_closes_at(std::string(closes));
  schedule.set_zone("America/New_York");
  return schedule;
}

v1::MatchRequest Request(std::string_view text, absl::Time as_of) {
  auto request = testing::ParseText<v1::MatchRequest>(text);
  *request.mutable_as_of() = Stamp(as_of);
  return request;
}

std::shared_ptr<const Snapshot> Directory(
    const std::vector<Place>& places,
    const std::vector<v1::CrisisResource>& crisis) {
  Snapshot::Parts parts;
  parts.revision = 7;
  for (const Place& place : places) {
    parts.rows.push_back(MakeRow(place.listing()));
  }
  parts.centroids = std::make_shared<const CentroidTable>(Centroids());
  parts.crisis_resources = crisis;
  return Snapshot::Create(std::move(parts));
}

}  // namespace

absl::Time Noon() { return At("2026-06-02T16:00:00Z"); }

absl::Time At(std::string_view rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full,
                              absl::string_view(rfc3339.data(), rfc3339.size()),
                              &time, &error))
      << error;
  return time;
}

Place::Place(std::string id, std::string term, absl::Time as_of)
    : as_of_(as_of) {
  listing_.set_id(id);
  listing_.set_service_id(absl::StrCat("service-", id));
  listing_.set_location_id(absl::StrCat("location-", id));
  listing_.set_organization_id(absl::StrCat("organization-", id));
  listing_.set_name("Linden");
  listing_.set_status(v1::ACTIVE);
  listing_.set_source("county");
  listing_.set_zone("America/New_York");
  listing_.add_phones()->set_number("+14105550100");
  listing_.mutable_address()->set_address_1("1 Elm Street");
  v1::Place& spot = *listing_.mutable_place();
  spot.set_basis(v1::Place::COORDINATES);
  spot.set_latitude_e7(kLatitude);
  spot.set_longitude_e7(kLongitude);
  spot.set_state("MD");
  spot.set_county("Baltimore");
  spot.set_postal_code("21201");
  Also(std::move(term));
  Open("MO,TU,WE,TH,FR,SA,SU", "09:00", "17:00");
  AllDated("10d");
}

v1::Provenance Place::Source(std::string_view age) const {
  v1::Provenance source;
  source.set_source("county");
  source.set_method(v1::CALL);
  if (age == "undated") return source;
  if (age == "future") {
    *source.mutable_verified_at() = Stamp(as_of_ + absl::Hours(1));
    return source;
  }
  const int count = std::stoi(std::string(age.substr(0, age.size() - 1)));
  const absl::Duration unit = absl::Hours(age.back() == 'd' ? 24 : 1);
  *source.mutable_verified_at() = Stamp(as_of_ - count * unit);
  return source;
}

Place& Place::Also(std::string term) {
  listing_.add_terms()->set_term(std::move(term));
  return *this;
}

Place& Place::OnlyBroadly(std::string term) {
  listing_.clear_terms();
  v1::NeedTerm* added = listing_.add_terms();
  added->set_term(std::move(term));
  added->set_broader(true);
  return *this;
}

Place& Place::Named(std::string name) {
  listing_.set_name(std::move(name));
  return *this;
}

Place& Place::Described(std::string text) {
  listing_.set_description(std::move(text));
  return *this;
}

Place& Place::Of(std::string organization_id) {
  listing_.set_organization_id(std::move(organization_id));
  return *this;
}

Place& Place::Says(std::string_view path, std::string_view said) {
  const std::vector<std::string> steps = Split(path, '.');
  const std::vector<std::string> words = Split(said, ' ');
  Message* group = Member(listing_.mutable_profile(), steps.at(0));
  Message* fact = group == nullptr ? nullptr : Member(group, steps.at(1));
  if (fact != nullptr) {
    Write(fact, steps.size() > 2 ? steps[2] : "", words.at(0),
          Source(words.at(1)));
  }
  return *this;
}

Place& Place::Wants(std::string_view documents, int within_days,
                    std::string_view said) {
  const std::vector<std::string> words = Split(said, ' ');
  v1::DocumentRule* rule =
      listing_.mutable_profile()->mutable_any()->add_documents();
  for (const std::string& document : Split(documents, '|')) {
    rule->add_any_of(document);
  }
  rule->set_within_days(within_days);
  rule->set_answer(AnswerOf(words.at(0)));
  *rule->mutable_provenance() = Source(words.at(1));
  return *this;
}

Place& Place::Beds(int count, std::string_view age) {
  v1::PlaceCount* places =
      listing_.mutable_profile()->mutable_any()->add_places();
  places->set_unit("bed");
  places->mutable_available()->set_answer(v1::YES);
  places->mutable_available()->set_value(count);
  *places->mutable_available()->mutable_provenance() = Source(age);
  return *this;
}

Place& Place::North(double degrees) {
  listing_.mutable_place()->set_latitude_e7(
      kLatitude + static_cast<int>(std::lround(degrees * 1e7)));
  return *this;
}

Place& Place::Approximate() {
  listing_.mutable_place()->set_basis(v1::Place::ZIP_CENTROID);
  listing_.mutable_place()->set_approximate(true);
  return *this;
}

Place& Place::Nowhere() {
  listing_.clear_place();
  listing_.clear_address();
  listing_.clear_location_id();
  return *this;
}

Place& Place::Open(std::string_view days, std::string_view opens,
                   std::string_view closes) {
  listing_.clear_schedules();
  return AlsoOpen(days, opens, closes);
}

Place& Place::AlsoOpen(std::string_view days, std::string_view opens,
                       std::string_view closes) {
  *listing_.add_schedules() = Weekly(days, opens, closes);
  return *this;
}

Place& Place::Monthly() {
  listing_.mutable_schedules()->rbegin()->set_freq(v1::MONTHLY);
  return *this;
}

Place& Place::Every(int interval, std::string_view dtstart, int count) {
  v1::Schedule& schedule = *listing_.mutable_schedules()->rbegin();
  schedule.set_interval(interval);
  schedule.set_dtstart(std::string(dtstart));
  if (count > 0) schedule.set_count(count);
  return *this;
}

Place& Place::NoHours() {
  listing_.clear_schedules();
  return *this;
}

Place& Place::NoZone() {
  listing_.clear_zone();
  return *this;
}

Place& Place::RoundTheClock(std::string_view said) {
  const std::vector<std::string> words = Split(said, ' ');
  Write(listing_.mutable_round_the_clock(), "", words.at(0),
        Source(words.at(1)));
  return *this;
}

Place& Place::State(v1::OperatingState::Kind kind, std::string_view from,
                    std::string_view until) {
  v1::OperatingState& state = *listing_.mutable_operating_state();
  state.set_kind(kind);
  state.set_from(std::string(from));
  state.set_until(std::string(until));
  return *this;
}

Place& Place::Activated(std::string_view said) {
  const std::vector<std::string> words = Split(said, ' ');
  Write(listing_.mutable_operating_state()->mutable_activated(), "",
        words.at(0), Source(words.at(1)));
  return *this;
}

Place& Place::Status(v1::ServiceStatus status) {
  listing_.set_status(status);
  return *this;
}

Place& Place::Dated(std::string_view field, std::string_view age) {
  v1::FieldProvenance* found = nullptr;
  for (v1::FieldProvenance& entry : *listing_.mutable_fields()) {
    if (entry.field() == field) found = &entry;
  }
  if (found == nullptr) found = listing_.add_fields();
  found->set_field(std::string(field));
  *found->mutable_provenance() = Source(age);
  return *this;
}

Place& Place::OnlyAnAddress() {
  listing_.clear_phones();
  listing_.clear_schedules();
  auto& fields = *listing_.mutable_fields();
  for (int i = fields.size() - 1; i >= 0; --i) {
    if (fields[i].field() != "address") fields.DeleteSubrange(i, 1);
  }
  return *this;
}

Place& Place::AllDated(std::string_view age) {
  return Dated("hours", age).Dated("phone", age).Dated("address", age);
}

Place& Place::Serves(v1::CoverageArea::Kind kind, std::string_view code) {
  v1::CoverageArea* area = listing_.add_coverage();
  area->set_kind(kind);
  area->set_code(std::string(code));
  return *this;
}

Place& Place::DoNotRefer() {
  listing_.set_do_not_refer(true);
  return *this;
}

Place Naloxone(std::string id) { return {std::move(id), "naloxone"}; }
Place Meeting(std::string id) { return {std::move(id), "secular-meeting"}; }
Place House(std::string id) { return {std::move(id), "recovery-residence"}; }

std::vector<v1::Centroid> Centroids() {
  v1::Centroid zip;
  zip.set_area(v1::Centroid::ZIP_CODE);
  zip.set_code("21201");
  zip.set_latitude_e7(kLatitude);
  zip.set_longitude_e7(kLongitude);
  zip.set_state("MD");
  zip.set_county("Baltimore");
  return {zip};
}

absl::StatusOr<v1::MatchResponse> Ask(
    const std::vector<Place>& places, std::string_view request,
    absl::Time as_of, const std::vector<v1::CrisisResource>& crisis) {
  return Match(*Directory(places, crisis), Request(request, as_of), as_of);
}

v1::NeedAnswer FirstNeed(const std::vector<Place>& places,
                         std::string_view request, absl::Time as_of) {
  const absl::StatusOr<v1::MatchResponse> answer = Ask(places, request, as_of);
  EXPECT_THAT(answer, testing::IsOk());
  if (!answer.ok() || answer->needs().empty()) return {};
  return answer->needs(0);
}

std::string Order(const v1::NeedAnswer& answer) {
  std::vector<std::string> ids;
  for (const v1::Option& option : answer.options()) {
    ids.push_back(option.listing().id());
  }
  return absl::StrJoin(ids, " ");
}

v1::NeedExplanation ExplainOne(const Place& place, std::string_view request,
                               absl::Time as_of, const MatchOptions& options) {
  v1::ExplainRequest question;
  question.set_listing_id(place.listing().id());
  *question.mutable_request() = Request(request, as_of);
  if (question.request().needs().empty()) {
    question.mutable_request()->add_needs()->add_terms(
        place.listing().terms(0).term());
  }
  const absl::StatusOr<v1::ExplainResponse> answer =
      Explain(*Directory({place}, {}), question, as_of, options);
  EXPECT_THAT(answer, testing::IsOk());
  if (!answer.ok() || answer->needs().empty()) return {};
  return answer->needs(0);
}

std::string Verdict(const v1::Option& option) {
  if (option.verdict() == v1::CHECK) {
    return absl::StrCat("CHECK ", option.doubt(), "x", option.doubt_count());
  }
  EXPECT_EQ(option.doubt(), 0) << "doubt belongs to CHECK";
  return v1::Verdict_Name(option.verdict());
}

std::string Judge(const Place& place, std::string_view request,
                  absl::Time as_of, const MatchOptions& options) {
  const v1::NeedExplanation explained =
      ExplainOne(place, request, as_of, options);
  return explained.candidate() ? Verdict(explained.option()) : "NO CANDIDATE";
}

std::string Points(const v1::Option& option) {
  std::map<std::string, int> sums;
  int total = 0;
  for (const v1::Component& part : option.explanation().components()) {
    if (part.points() != 0) sums[part.name()] += part.points();
    total += part.points();
  }
  std::string text = absl::StrJoin(sums, " + ", absl::PairFormatter(" "));
  absl::StrAppend(&text, " = ", total);
  if (total != option.points())
    absl::StrAppend(&text, " but ", option.points());
  return text;
}

std::string PointsOf(const Place& place, std::string_view request,
                     absl::Time as_of) {
  return Points(ExplainOne(place, request, as_of).option());
}

int PointsOf(const v1::Option& option, std::string_view component) {
  int points = 0;
  for (const v1::Component& part : option.explanation().components()) {
    if (part.name() == component) points += part.points();
  }
  return points;
}

int Judgements(const v1::Option& option, std::string_view prefix,
               v1::JudgementState state) {
  int count = 0;
  for (const v1::Judgement& judged : option.explanation().judgements()) {
    const bool named = judged.rule().rfind(std::string(prefix), 0) == 0;
    if (named && judged.state() == state) ++count;
  }
  return count;
}

std::string Questions(const v1::Option& option) {
  std::set<std::string> rules;
  for (const v1::Question& question : option.questions()) {
    rules.insert(question.rule());
  }
  return absl::StrJoin(rules, " ");
}

}  // namespace handrail::matcher::worked
