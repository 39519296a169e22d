// Public projections: what survives on a flagged record, shown with a canary
// in every field that the schema has, and that nothing withheld shows through.
#include "storage/redaction/redaction.h"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/redaction/all_public.h"
#include "storage/redaction/coarse.h"
#include "tests/testing/testing.h"

namespace handrail::storage {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::handrail::testing::EqualsProto;
using ::handrail::testing::ParseText;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kDepth = 5;

// Sets every field of `object` and below, lists with two entries. `text` makes
// the value of a text field from its path. Restrictions stay off.
void FillAll(Message& object, const std::string& path, int depth,
             const std::function<std::string(const std::string&)>& text) {
  const Reflection& reflection = *object.GetReflection();
  for (int i = 0; i < object.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = object.GetDescriptor()->field(i);
    const std::string here = path + "/" + field->name();
    const int copies = field->is_repeated() ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
      switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_MESSAGE: {
          if (depth == 0) break;
          Message& inner = field->is_repeated()
                               ? *reflection.AddMessage(&object, field)
                               : *reflection.MutableMessage(&object, field);
          FillAll(inner, here, depth - 1, text);
          break;
        }
        case FieldDescriptor::CPPTYPE_STRING:
          if (field->is_repeated()) {
            reflection.AddString(&object, field, text(here));
          } else {
            reflection.SetString(&object, field, text(here));
          }
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          if (!field->is_repeated()) {
            reflection.SetEnumValue(&object, field, 1);
          }
          break;
        case FieldDescriptor::CPPTYPE_INT32:
          reflection.SetInt32(&object, field, 17);
          break;
        case FieldDescriptor::CPPTYPE_INT64:
          reflection.SetInt64(&object, field, 1'600'000'000);
          break;
        case FieldDescriptor::CPPTYPE_BOOL:
          reflection.SetBool(&object, field, false);
          break;
        default:
          ADD_FAILURE() << "a type the test does not fill: " << here;
      }
    }
  }
}

v1::Record EmptyRecord(int kind) {
  v1::Record record;
  switch (kind) {
    case 0:
      record.mutable_organization();
      break;
    case 1:
      record.mutable_program();
      break;
    case 2:
      record.mutable_service();
      break;
    default:
      record.mutable_location();
  }
  return record;
}

constexpr int kKinds = 4;

Message& Content(v1::Record& record) {
  return *record.GetReflection()->MutableMessage(
      &record, record.GetReflection()->GetOneofFieldDescriptor(
                   record, v1::Record::descriptor()->oneof_decl(0)));
}

v1::RecordExtension& Extension(v1::Record& record) {
  Message& content = Content(record);
  return static_cast<v1::RecordExtension&>(
      *content.GetReflection()->MutableMessage(
          &content, content.GetDescriptor()->FindFieldByName("x_handrail")));
}

// Paths of the text fields that hold anything, with copies of a list as one.
void CollectText(const Message& object, const std::string& path,
                 std::set<std::string>& paths) {
  std::vector<const FieldDescriptor*> fields;
  object.GetReflection()->ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string here = path + "/" + field->name();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      paths.insert(here);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      CollectText(object.GetReflection()->GetMessage(object, field), here,
                  paths);
      continue;
    }
    for (int i = 0; i < object.GetReflection()->FieldSize(object, field); ++i) {
      CollectText(object.GetReflection()->GetRepeatedMessage(object, field, i),
                  here, paths);
    }
  }
}

// --- Flagged records --------------------------------------------------------

// Prose in every text field of the schema: what survives is names, the
// references, and the county.
TEST(ConfidentialTest, OnlyTheListedTextSurvivesOnEachKindOfRecord) {
  const std::set<std::string> allowed[kKinds] = {
      {"/id", "/name", "/parent_organization_id"},
      {"/id", "/organization_id"},
      {"/id", "/organization_id", "/program_id", "/name",
       "/service_at_locations/id", "/service_at_locations/service_id",
       "/service_at_locations/location_id",
       "/service_at_locations/location/id"},
      {"/id", "/organization_id", "/x_handrail/county"},
  };
  for (int kind = 0; kind < kKinds; ++kind) {
    v1::Record record = EmptyRecord(kind);
    SCOPED_TRACE(Content(record).GetTypeName());
    FillAll(Content(record), "", kDepth,
            [](const std::string& path) { return "12 Elm St canary " + path; });
    Extension(record).mutable_visibility()->set_confidential_location(true);
    v1::Record shown = PublicProjection(record);
    std::set<std::string> survived;
    CollectText(Content(shown), "", survived);
    // Counties a record says it serves are coded, and meant to be seen.
    survived.erase("/x_handrail/coverage/code");
    EXPECT_EQ(survived, allowed[kind]);
    EXPECT_TRUE(IsRedacted(record, shown));
  }
}

// The same with text in the right shape: what more survives is codes.
TEST(ConfidentialTest, CodesSurviveWhereTheySayNothingOfThePlace) {
  const v1::Record record = ParseText<v1::Record>(R"(
    service {
      id: 's' organization_id: 'o' program_id: 'p' name: 'Safe beds'
      alternate_name: 'Elm Street house' description: '12 Elm St'
      url: 'https://example.org/elm' email: 'elm@example.org'
      status: ACTIVE minimum_age: 18 assured_date: '2026-01-01'
      assurer_email: 'a@example.org' alert: 'Elm St is closed'
      phones { id: 'elm-1' number: '+14105550100' extension: '7' type: 'voice'
               description: 'rings at 12 Elm St'
               languages { id: 'x' name: 'Spanish' code: 'es' note: 'Elm' }
               source_text { field: 'number' text: '410 555 0100 Elm St' } }
      phones { number: 'knock at 12 Elm St' type: 'the door' }
      schedules { id: 'elm' freq: WEEKLY byday: 'MO,TU' opens_at: '09:00'
                  closes_at: '17:00' zone: 'America/New_York'
                  description: 'Elm' notes: 'Elm' schedule_link: 'http://elm' }
      schedules { notes: 'ring twice at 12 Elm St' }
      languages { code: 'es' note: 'upstairs' }
      contacts { name: 'A Person' }
      attributes { value: '12 Elm St' taxonomy_term { name: 'Shelter' } }
      metadata { previous_value: '12 Elm St' }
      unknown_fields { name: 'x_address' json: '"12 Elm St"' }
      source_text { field: 'name' text: 'Elm' }
      x_handrail {
        visibility { confidential_location: true }
        provenance { source: 'feed-1' method: CALL
                     verified_at { seconds: 1 } }
        fields { field: 'phone' provenance { source: 'Elm St desk' } }
        profile {
          any {
            payments { values { code: 'medicaid' answer: YES words: 'Elm' } }
            accreditation { values { code: 'elm-street-board' answer: YES } }
            child_care { answer: CONDITIONAL words: 'at 14 Elm St' }
            minimum_age { answer: YES value: 18 words: 'Elm' }
            what_to_bring { text: 'to 12 Elm St' }
            documents { any_of: 'photo_id' answer: YES words: 'Elm' }
            places { population: 'women' unit: 'bed'
                     available { answer: YES value: 2 words: 'Elm' } }
          }
          housing { certifying_body { text: 'Elm Council' } }
        }
        terms { term: 'shelter' mapped_from: 'elm:1' }
        coverage { kind: STATE code: 'MD' }
        coverage { kind: ZIP code: '21000' }
        operating_state { kind: SEASONAL from: '2026-11-01' words: 'Elm' }
        external_id: 'elm-street' unknown_json: '{"at":"Elm"}'
        round_the_clock { answer: YES words: 'Elm' }
      }
    })");
  EXPECT_THAT(PublicProjection(record), EqualsProto(R"pb(
                service {
                  id: 's'
                  organization_id: 'o'
                  program_id: 'p'
                  name: 'Safe beds'
                  status: ACTIVE
                  minimum_age: 18
                  phones {
                    number: '+14105550100'
                    extension: '7'
                    type: 'voice'
                    languages { code: 'es' }
                  }
                  schedules {
                    freq: WEEKLY
                    byday: 'MO,TU'
                    opens_at: '09:00'
                    closes_at: '17:00'
                    zone: 'America/New_York'
                  }
                  languages { code: 'es' }
                  x_handrail {
                    visibility { confidential_location: true }
                    provenance {
                      source: 'feed-1'
                      method: CALL
                      verified_at { seconds: 1 }
                    }
                    fields { field: 'phone' }
                    profile {
                      any {
                        payments { values { code: 'medicaid' answer: YES } }
                        child_care { answer: CONDITIONAL }
                        minimum_age { answer: YES value: 18 }
                        documents { any_of: 'photo_id' answer: YES }
                        places {
                          population: 'women'
                          unit: 'bed'
                          available { answer: YES value: 2 }
                        }
                      }
                    }
                    terms { term: 'shelter' }
                    coverage { kind: STATE code: 'MD' }
                    operating_state { kind: SEASONAL from: '2026-11-01' }
                    round_the_clock { answer: YES }
                  }
                })pb"));
}

constexpr char kFlaggedLocation[] = R"(
  location {
    id: 'l' location_type: PHYSICAL organization_id: 'o' name: 'Elm House'
    latitude_e7: 392904000 longitude_e7: -766122000
    addresses { id: 'a' address_1: '12 Elm St' city: 'Kent' region: 'Shore'
                state_province: 'MD' postal_code: '21620-1234' country: 'US'
                address_type: PHYSICAL }
    schedules { opens_at: '09:00' zone: 'America/Indiana/Knox' }
    x_handrail { visibility { confidential_location: true }
                 zone: 'America/New_York' county: 'Kent' approximate: true
                 coverage { kind: COUNTY code: 'MD/Kent' } }
  })";

TEST(ConfidentialTest, APlaceShowsItsCountyAndThreeDigits) {
  const v1::Record record = ParseText<v1::Record>(kFlaggedLocation);
  const v1::Record shown = PublicProjection(record);
  EXPECT_THAT(
      shown, EqualsProto(R"pb(
        location {
          id: 'l'
          location_type: PHYSICAL
          organization_id: 'o'
          addresses { state_province: 'MD' postal_code: '216' country: 'US' }
          schedules { opens_at: '09:00' zone: 'America/Indiana/Knox' }
          x_handrail {
            visibility { confidential_location: true }
            zone: 'America/New_York'
            county: 'Kent'
            coverage { kind: COUNTY code: 'MD/Kent' }
          }
        })pb"));
  const CoarseArea want{.state = "MD", .county = "Kent", .zip3 = "216"};
  EXPECT_EQ(CoarseAreaOf(record), want);
  EXPECT_EQ(CoarseAreaOf(shown), want);
}

TEST(ConfidentialTest, AWidenedPlaceShowsItsStateAlone) {
  v1::Record record = ParseText<v1::Record>(kFlaggedLocation);
  Extension(record).mutable_visibility()->set_widen_to_state(true);
  EXPECT_THAT(
      PublicProjection(record), EqualsProto(R"pb(
        location {
          id: 'l'
          location_type: PHYSICAL
          organization_id: 'o'
          addresses { state_province: 'MD' country: 'US' }
          schedules { opens_at: '09:00' }
          x_handrail {
            visibility { confidential_location: true widen_to_state: true }
            zone: 'America/New_York'
          }
        })pb"));
  EXPECT_EQ(CoarseAreaOf(record), CoarseArea{.state = "MD"});
}

TEST(ConfidentialTest, AServiceAtAFlaggedPlaceIsProjectedAsFlagged) {
  const v1::Record record = ParseText<v1::Record>(
      "service { id: 's' name: 'Beds' description: '12 Elm St' x_handrail { "
      "provenance { verified_at { seconds: 1 } } } }");
  EXPECT_THAT(PublicProjection(record), EqualsProto(record));
  EXPECT_FALSE(IsRedacted(record, PublicProjection(record)));
  EXPECT_THAT(PublicProjection(record, {.place_is_confidential = true}),
              EqualsProto(R"pb(service {
                                 id: 's'
                                 name: 'Beds'
                                 x_handrail {
                                   visibility { confidential_location: true }
                                   provenance { verified_at { seconds: 1 } }
                                 }
                               })pb"));
}

TEST(ConfidentialTest, OneFlaggedLinkFlagsTheService) {
  const v1::Record record = ParseText<v1::Record>(R"(
    service { id: 's' name: 'Beds' description: '12 Elm St'
      service_at_locations { id: 'a' description: 'Elm' x_handrail {
        visibility { confidential_location: true widen_to_state: true } } } })");
  EXPECT_TRUE(VisibilityOf(record).confidential_location());
  EXPECT_THAT(PublicProjection(record).SerializeAsString(),
              Not(HasSubstr("Elm")));
}

// --- Restricted contacts ----------------------------------------------------

TEST(RestrictedTest, WithholdsTheContactsThatSaySo) {
  const v1::Record record = ParseText<v1::Record>(R"(
    organization {
      id: 'o' name: 'Hope'
      phones { id: '1' number: '+14105550100' type: 'voice' }
      phones { id: '2' number: '+14105550199' type: 'cell' restricted: true
               source_text { field: 'number' text: '555-0199' } }
      contacts { id: '3' name: 'A Person' restricted: true
                 phones { id: '4' number: '+14105550198' restricted: false } }
      contacts { id: '5' name: 'Front desk' }
    })");
  const v1::Record shown = PublicProjection(record);
  EXPECT_THAT(shown, EqualsProto(R"pb(
                organization {
                  id: 'o'
                  name: 'Hope'
                  phones { id: '1' number: '+14105550100' type: 'voice' }
                  phones { id: '2' type: 'cell' restricted: true }
                  contacts {
                    id: '3'
                    restricted: true
                    phones { id: '4' restricted: false }
                  }
                  contacts { id: '5' name: 'Front desk' }
                })pb"));
  EXPECT_TRUE(IsRedacted(record, shown));
}

TEST(RestrictedTest, TheRecordsFlagHoldsUnlessAPhoneSaysOtherwise) {
  const v1::Record record = ParseText<v1::Record>(R"(
    service {
      id: 's' name: 'Beds' description: 'Come in' assurer_email: 'a@example.org'
      phones { number: '+14105550100' }
      phones { number: '+14105550199' restricted: false }
      metadata { field_name: 'number' previous_value: '555-0100' }
      source_text { field: 'assurer_email' text: 'x' }
      x_handrail { visibility { restricted_contact: true } }
    })");
  EXPECT_THAT(PublicProjection(record), EqualsProto(R"pb(
                service {
                  id: 's'
                  name: 'Beds'
                  description: 'Come in'
                  phones {}
                  phones { number: '+14105550199' restricted: false }
                  x_handrail { visibility { restricted_contact: true } }
                })pb"));
}

// --- Properties -------------------------------------------------------------

// Changes some of the fields whose class lets them be withheld, at every
// depth. The record's own county and program-like names stay as they are where
// the projection shows them.
void MutateWithheld(Message& object, const std::string& path,
                    std::mt19937& random) {
  std::vector<const FieldDescriptor*> fields;
  object.GetReflection()->ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string here = path + "/" + field->name();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) {
        MutateWithheld(*object.GetReflection()->MutableMessage(&object, field),
                       here, random);
      }
      for (int i = 0; field->is_repeated() &&
                      i < object.GetReflection()->FieldSize(object, field);
           ++i) {
        MutateWithheld(
            *object.GetReflection()->MutableRepeatedMessage(&object, field, i),
            here, random);
      }
    }
    const v1::FieldClass field_class =
        field->options().GetExtension(v1::field_class);
    if (field_class != v1::LOCATION_CONFIDENTIAL || random() % 2 == 0) continue;
    if (here == "/x_handrail/county" || here == "/addresses/postal_code") {
      continue;
    }
    if (random() % 3 == 0) {
      object.GetReflection()->ClearField(&object, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      object.GetReflection()->SetString(&object, field,
                                        std::to_string(random()));
    }
  }
}

TEST(ConfidentialTest, RecordsThatDifferOnlyInWhatIsWithheldAreEqualBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 40; ++round) {
    v1::Record one = EmptyRecord(round % kKinds);
    FillAll(Content(one), "", 4,
            [](const std::string& path) { return "at " + path; });
    Extension(one).mutable_visibility()->set_confidential_location(true);
    v1::Record other = one;
    MutateWithheld(Content(other), "", random);
    ASSERT_NE(one.SerializeAsString(), other.SerializeAsString());
    EXPECT_EQ(PublicProjection(one).SerializeAsString(),
              PublicProjection(other).SerializeAsString());
  }
}

TEST(ConfidentialTest, ProjectingAProjectionChangesNothing) {
  for (int kind = 0; kind < kKinds; ++kind) {
    v1::Record record = EmptyRecord(kind);
    FillAll(Content(record), "", kDepth,
            [](const std::string& path) { return "at " + path; });
    for (const bool flagged : {false, true}) {
      Extension(record).mutable_visibility()->set_confidential_location(
          flagged);
      const v1::Record once = PublicProjection(record);
      EXPECT_THAT(PublicProjection(once), EqualsProto(once));
    }
  }
  const v1::Record once =
      PublicProjection(ParseText<v1::Record>(kFlaggedLocation));
  EXPECT_THAT(PublicProjection(once), EqualsProto(once));
}

// --- The short way ----------------------------------------------------------

std::string BytesOf(const v1::Record& record) {
  return record.SerializeAsString();
}

// Calls `visit` with `object` and every object that is set inside it.
void ForEachObject(Message& object,
                   const std::function<void(Message&)>& visit) {
  visit(object);
  std::vector<const FieldDescriptor*> fields;
  const Reflection& reflection = *object.GetReflection();
  reflection.ListFields(object, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      ForEachObject(*reflection.MutableMessage(&object, field), visit);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      ForEachObject(*reflection.MutableRepeatedMessage(&object, field, i),
                    visit);
    }
  }
}

// A record with every field of the schema, its x_handrail to the last
// provenance; nothing restricted.
v1::Record OpenRecord(int kind) {
  const auto text = [](const std::string& path) { return "at " + path; };
  v1::Record record = EmptyRecord(kind);
  FillAll(Content(record), "", 3, text);
  Extension(record).Clear();
  FillAll(Extension(record), "", 6, text);
  return record;
}

void ExpectSafe(const v1::Record& record,
                const ProjectionContext& context = {}) {
  if (!IsAllPublic(record, context)) return;
  EXPECT_EQ(BytesOf(PublicProjection(record, context)), BytesOf(record));
}

TEST(AllPublicTest, ARecordThatRestrictsNothingIsItsOwnProjection) {
  for (int kind = 0; kind < kKinds; ++kind) {
    const v1::Record record = OpenRecord(kind);
    EXPECT_TRUE(IsAllPublic(record));
    EXPECT_EQ(BytesOf(PublicProjection(record)), BytesOf(record));
    EXPECT_FALSE(IsAllPublic(record, {.place_is_confidential = true}));
    EXPECT_FALSE(IsAllPublic(record, {.contacts_are_restricted = true}));
  }
  v1::Record term;
  term.mutable_taxonomy_term()->set_name("Shelter");
  EXPECT_TRUE(IsAllPublic(term, {.place_is_confidential = true}));
}

TEST(AllPublicTest, AFlagAnywhereIsSeen) {
  for (int kind = 0; kind < kKinds; ++kind) {
    v1::Record record = OpenRecord(kind);
    ForEachObject(Content(record), [&](Message& object) {
      const Reflection& reflection = *object.GetReflection();
      for (int i = 0; i < object.GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor* field = object.GetDescriptor()->field(i);
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL) continue;
        reflection.SetBool(&object, field, true);
        ExpectSafe(record);
        reflection.SetBool(&object, field, false);
      }
    });
    EXPECT_TRUE(IsAllPublic(record));
  }
}

TEST(AllPublicTest, AnUnknownFieldAnywhereIsSeen) {
  for (int kind = 0; kind < kKinds; ++kind) {
    v1::Record record = OpenRecord(kind);
    ForEachObject(record, [&](Message& object) {
      auto& unknown = *object.GetReflection()->MutableUnknownFields(&object);
      unknown.AddVarint(12345, 1);
      EXPECT_FALSE(IsAllPublic(record)) << object.GetTypeName();
      unknown.Clear();
    });
  }
}

// Parts of records with flags here and there.
TEST(AllPublicTest, SaysYesOnlyWhereTheLongWayChangesNothing) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int open = 0;
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    v1::Record record = OpenRecord(round % kKinds);
    const unsigned one_in = 2 + random() % 2000;
    ForEachObject(Content(record), [&](Message& object) {
      const Reflection& reflection = *object.GetReflection();
      for (int i = 0; i < object.GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor* field = object.GetDescriptor()->field(i);
        if (random() % 4 == 0) reflection.ClearField(&object, field);
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL &&
            random() % one_in == 0) {
          reflection.SetBool(&object, field, true);
        }
      }
    });
    const ProjectionContext context{
        .place_is_confidential = random() % 10 == 0,
        .widen_to_state = random() % 2 == 0,
        .contacts_are_restricted = random() % 10 == 0};
    ExpectSafe(record, context);
    if (IsAllPublic(record, context)) ++open;
  }
  EXPECT_GT(open, kRounds / 20);
}

TEST(CoarseTest, KeepsThreeDigitsOfAZipCode) {
  EXPECT_EQ(Zip3Of("21201"), "212");
  EXPECT_EQ(Zip3Of("21201-1234"), "212");
  EXPECT_EQ(Zip3Of("212"), "212");
  for (const char* text : {"", "2120", "T5J 2R7", "21201 Elm", "212011234"}) {
    EXPECT_EQ(Zip3Of(text), "") << text;
  }
}

}  // namespace
}  // namespace handrail::storage
