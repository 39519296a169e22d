// Every field of a MatchRequest is used or refused; nothing is ignored.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

using ::handrail::testing::HasMetadata;
using ::handrail::testing::HasReason;
using ::handrail::testing::IsOk;
using ::handrail::testing::NamesField;
using ::handrail::testing::StatusIs;

absl::StatusOr<v1::MatchResponse> Try(const std::string& text) {
  const auto snapshot = MakeSnapshot({MakeListing("l1", "food-pantry", "")});
  return Match(*snapshot, testing::ParseText<v1::MatchRequest>(text), Now());
}

constexpr char kNeed[] = "needs { terms: 'food-pantry' } ";

TEST(RequestCheckTest, NamesTheWrongFieldByItsPath) {
  const std::string start = "person { start { postal_code: '21990' } } ";
  const struct {
    std::string request, field;
  } cases[] = {
      {"", "needs"},
      {"needs { }", "needs[0]"},
      {"needs { terms: 'castle' }", "needs[0].terms[0]"},
      {"needs { terms: 'food' terms: 'food' }", "needs[0].terms[1]"},
      {"needs { words: '...' }", "needs[0].words"},
      {"needs { words: 'soup' words_mode: BOOST }", "needs[0].words_mode"},
      {"needs { terms: 'food' within_m: 100 }", "needs[0].within_m"},
      {"needs { terms: 'food' widen: true }", "needs[0].widen"},
      {start + "needs { terms: 'food' within_m: -1 }", "needs[0].within_m"},
      {"needs { terms: 'food' modes: 'by_owl' }", "needs[0].modes[0]"},
      {"needs { terms: 'food' when { } }", "needs[0].when"},
      {"needs { terms: 'food' when { now: false } }", "needs[0].when.now"},
      {"needs { terms: 'food' when { window { start: '25:00' end: '26:00' } } "
       "}",
       "needs[0].when.window.start"},
      {"needs { terms: 'food' criteria { kind: MUST field: 'any.child_care' } "
       "}",
       "needs[0].criteria[0].values"},
      {std::string(kNeed) + "max_results: 101", "max_results"},
      {std::string(kNeed) + "range_size: 21", "range_size"},
      {std::string(kNeed) + "person { age: 121 }", "person.age"},
      {std::string(kNeed) + "person { gender: 'x' }", "person.gender"},
      {std::string(kNeed) + "person { medications: 'x' }",
       "person.medications[0]"},
      {std::string(kNeed) + "person { languages: '' }", "person.languages[0]"},
      {std::string(kNeed) + "person { travel: 'owl' }", "person.travel[0]"},
      {std::string(kNeed) + "person { coverage { kind: 'medicaid' } }",
       "person.coverage[0].state"},
      {std::string(kNeed) +
           "person { coverage { state: NONE kind: 'medicaid' } }",
       "person.coverage[0].kind"},
      {std::string(kNeed) + "person { documents { document: 'x' } }",
       "person.documents[0].document"},
      {std::string(kNeed) + "person { documents { document: 'photo_id' "
                            "available_on: '2026-02-30' } }",
       "person.documents[0].available_on"},
      {std::string(kNeed) + "person { circumstances: 'x' }",
       "person.circumstances[0]"},
      {std::string(kNeed) + "person { access_needs: 'x' }",
       "person.access_needs[0]"},
      {std::string(kNeed) + "person { home { state: 'Maryland' } }",
       "person.home.state"},
      {std::string(kNeed) + "person { start { postal_code: '00000' } }",
       "person.start.postal_code"},
      {std::string(kNeed) + "person { start { latitude_e7: 1 } }",
       "person.start"},
      {std::string(kNeed) + "person { free { start: '08:00' } }",
       "person.free[0].end"},
      {std::string(kNeed) + "person { earliest_start: 'soon' }",
       "person.earliest_start"},
      {std::string(kNeed) + "criteria { kind: MUST field: 'any.castle' }",
       "criteria[0].field"},
      {std::string(kNeed) +
           "criteria { kind: MUST field: 'any.pathway' values: "
           "'x' }",
       "criteria[0].values[0]"},
      {std::string(kNeed) +
           "criteria { field: 'any.pathway' values: 'secular' }",
       "criteria[0].kind"},
      {std::string(kNeed) + "criteria { kind: MUST weight: 2 field: "
                            "'any.pathway' values: 'secular' }",
       "criteria[0].weight"},
      {std::string(kNeed) + "obligations { owner: 'aunt' proof_wanted: true }",
       "obligations[0].owner"},
      {std::string(kNeed) + "obligations { owner: 'court' }", "obligations[0]"},
      {std::string(kNeed) + "crisis: CRISIS_KIND_UNSPECIFIED", "crisis[0]"},
      {std::string(kNeed) + "zone: 'Mars/Olympus'", "zone"},
      {std::string(kNeed) + "as_of { seconds: -1 }", "as_of"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field + ": " + c.request);
    const auto answer = Try(c.request);
    EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_INVALID_FIELD));
    EXPECT_THAT(answer, NamesField(c.field));
  }
}

TEST(RequestCheckTest, NamesAllWrongFieldsAtOnceAndNeverTheirValues) {
  const auto answer =
      Try("needs { terms: 'secretword' } person { gender: 'secretword' }");
  EXPECT_THAT(answer, NamesField("needs[0].terms[0]"));
  EXPECT_THAT(answer, NamesField("person.gender"));
  EXPECT_EQ(testing::Describe(answer.status()).find("secretword"),
            std::string::npos);
}

TEST(RequestCheckTest, RefusesWhatIsNotAnsweredYet) {
  const struct {
    std::string request, field;
  } cases[] = {
      {"at_revision: 6", "at_revision"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.request);
    const auto answer = Try(kNeed + c.request);
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnimplemented));
    EXPECT_THAT(answer, HasReason(v1::ERROR_REASON_NOT_IMPLEMENTED));
    EXPECT_THAT(answer, HasMetadata("field", c.field));
  }
  EXPECT_THAT(Try(std::string(kNeed) + "at_revision: 7 language: 'es'"),
              IsOk());
}

// What becomes of each field. A new field of the contract fails the test until
// somebody decides.
const std::map<std::string, std::string>& Uses() {
  static const auto* const uses = new std::map<std::string, std::string>{
      {"MatchRequest.as_of", "the instant of all ages and hours"},
      {"MatchRequest.max_results", "options shown; what widen wants"},
      {"MatchRequest.range_size", "options in the range"},
      {"MatchRequest.person", "below"},
      {"MatchRequest.needs", "below"},
      {"MatchRequest.criteria", "judged, or prefer points"},
      {"MatchRequest.obligations", "judged until their last day"},
      {"MatchRequest.exclude", "candidates"},
      {"MatchRequest.crisis", "crisis blocks"},
      {"MatchRequest.language", "the catalogue; stems and synonyms of words"},
      {"MatchRequest.min_revision", "the server waits"},
      {"MatchRequest.at_revision", "refused but for this one"},
      {"MatchRequest.include", "refused"},
      {"MatchRequest.zone", "hours of remote listings; windows"},
      {"AnswerParts.near_misses", "near_miss"},
      {"AnswerParts.exclusions", "exclusions"},
      {"AnswerParts.relaxations", "relaxations"},
      {"AnswerParts.range", "varied_range"},
      {"AnswerParts.today", "today"},
      {"AnswerParts.next_steps", "next_steps"},
      {"Person.age", "any.minimum_age, any.maximum_age"},
      {"Person.gender", "any.genders; free places"},
      {"Person.languages", "any.languages, any.sign_language"},
      {"Person.communication", "below"},
      {"Person.household", "below"},
      {"Person.coverage", "any.payments, any.cost"},
      {"Person.medications", "any.medication"},
      {"Person.substances", "lead of the withdrawal block"},
      {"Person.used_today", "any.admits_if_used_today"},
      {"Person.days_without_use", "housing.minimum_days_without_use"},
      {"Person.documents", "any.documents"},
      {"Person.documents_stated", "any.documents"},
      {"Person.cannot_show_ssn_or_status", "any.ssn_or_status_required"},
      {"Person.pregnant_or_postpartum", "any.populations; free places"},
      {"Person.veteran", "any.populations; free places"},
      {"Person.access_needs", "any.access"},
      {"Person.home", "service area"},
      {"Person.start", "distance"},
      {"Person.travel", "travel_minutes"},
      {"Person.free", "when points"},
      {"Person.anchors", "when points"},
      {"Person.earliest_start", "documents, windows, next opening"},
      {"Person.circumstances", "any.record_accepted"},
      {"Communication.channels", "questions; order of crisis contacts"},
      {"Communication.has_phone", "questions; order of crisis contacts"},
      {"Communication.has_data", "questions"},
      {"Household.partner", "housing.partner"},
      {"Household.children", "housing.children and its limits"},
      {"Household.pets", "housing.pets"},
      {"Household.service_animal", "any.access"},
      {"Child.age", "housing.boys_age_max, housing.girls_age_max"},
      {"Child.gender", "housing.boys_age_max, housing.girls_age_max"},
      {"Coverage.state", "any.payments"},
      {"Coverage.kind", "any.payments"},
      {"HeldDocument.document", "any.documents"},
      {"HeldDocument.available_on", "any.documents"},
      {"HomeArea.state", "service area; the last ring of widen"},
      {"HomeArea.county", "service area"},
      {"HomeArea.postal_code", "service area"},
      {"Point.latitude_e7", "distance"},
      {"Point.longitude_e7", "distance"},
      {"Point.postal_code", "distance"},
      {"WeekWindow.days", "windows"},
      {"WeekWindow.start", "windows"},
      {"WeekWindow.end", "windows"},
      {"Anchor.name", "checked; for the person's own reading"},
      {"Anchor.window", "when points"},
      {"Need.terms", "candidates, need points"},
      {"Need.words", "candidates, words points, crisis phrases"},
      {"Need.words_mode", "candidates"},
      {"Need.for_whom", "any.audience; whose facts are judged"},
      {"Need.within_m", "candidates, near points"},
      {"Need.widen", "candidates"},
      {"Need.modes", "candidates, any.attendance_mode"},
      {"Need.when", "judged"},
      {"Need.criteria", "judged, or prefer points"},
      {"NeedTime.now", "judged"},
      {"NeedTime.at", "judged"},
      {"NeedTime.window", "judged"},
      {"NeedTime.tonight", "judged"},
      {"NeedTime.mode", "judged"},
      {"Criterion.kind", "judged"},
      {"Criterion.field", "judged"},
      {"Criterion.values", "judged"},
      {"Criterion.weight", "prefer points"},
      {"Obligation.owner", "named in the sentence"},
      {"Obligation.criterion", "judged"},
      {"Obligation.end_date", "judged until then"},
      {"Obligation.proof_wanted", "any.proof_of_attendance"},
      {"Obligation.hours_required", "said in the sentence"},
      {"Exclude.listing_ids", "candidates"},
      {"Exclude.organization_ids", "candidates"},
  };
  return *uses;
}

void Walk(const google::protobuf::Descriptor& message,
          std::set<std::string>& fields) {
  for (int i = 0; i < message.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *message.field(i);
    if (!fields.insert(message.name() + "." + field.name()).second) continue;
    const google::protobuf::Descriptor* inner = field.message_type();
    if (inner != nullptr && inner->file()->name().starts_with("handrail/")) {
      Walk(*inner, fields);
    }
  }
}

TEST(RequestCheckTest, EveryFieldOfTheQuestionHasItsUse) {
  std::set<std::string> fields;
  Walk(*v1::MatchRequest::descriptor(), fields);
  for (const std::string& field : fields) {
    EXPECT_TRUE(Uses().contains(field)) << field << " is neither used nor "
                                        << "refused: decide, then list it";
  }
  for (const auto& [field, use] : Uses()) {
    EXPECT_TRUE(fields.contains(field)) << field << " is gone";
  }
}

}  // namespace
}  // namespace handrail::matcher
