// Flat tables through a mapping file: what the mapping says is made of columns
// and nothing else; a proposal runs as it is printed.
#include <gtest/gtest.h>

#include <algorithm>

#include "clients/formats/mapping_file.h"
#include "clients/formats/suggest_mapping.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::TempDir;

constexpr char kMapping[] = R"(
# An invented table.
[table]
name = "providers"
id = ["Provider", "Address"]
term = ["treatment~"]

[constants]
address.state_province = "KY"
any.intake_hours = "call first, then come"

[[column]]
name = "Provider"
to = "service.name"

[[column]]
name = "Address"
to = "address.address_1"
[[column]]
name = "City"
to = "address.city"
[[column]]
name = "Zip #"                       # a name with a hash
to = "address.postal_code"
[[column]]
name = "Phone"
to = "phone.number"
label = "Front desk"

[[column]]
name = "detox"
yes = ["1", "Y"]
nothing = ["0"]
term = ["detox"]
sets = ["treatment.settings=residential_detox"]

[[column]]
name = "women_only"
yes = ["1"]
no = ["n"]
sets = ["any.genders=woman", "any.genders=man:no"]

[[column]]
name = "Payment"
split = ","
values = ["Medicaid => any.payments=medicaid",
          "Sliding, fee => any.cost=sliding_scale",
          "Self pay => any.payments=self_pay; any.payment_help=no"]

[[column]]
name = "Counties"
to = "coverage.county"
[[column]]
name = "Min age"
to = "any.minimum_age"
[[column]]
name = "Notes"
to = "service.description"
[[column]]
name = "Hours"
to = "schedule.description"
[[column]]
name = "Director"
skip = true
)";

constexpr char kHeader[] =
    "Provider ,Address,City,Zip #,Phone,detox,women_only,Payment,Counties,"
    "Min age,Notes,Hours,Director,v253\n";

Read ReadTable(const std::string& rows, const std::string& mapping = kMapping) {
  const TempDir folder;
  testing::WriteFile(folder.File("table.csv"), kHeader + rows);
  testing::WriteFile(folder.File("map.toml"), mapping);
  return ReadPaths({folder.File("table.csv")},
                   {.mapping = folder.File("map.toml")});
}

std::string Codes(const v1::SetFact& set) {
  std::string text;
  for (const v1::CodedFact& fact : set.values()) {
    text += (text.empty() ? "" : " ") + fact.code() + "=" +
            v1::Answer_Name(fact.answer());
  }
  return text;
}

std::string Kept(const v1::Service& service, const std::string& name) {
  for (const auto& field : service.unknown_fields()) {
    if (field.name() == name) return field.json();
  }
  return "";
}

TEST(MappingTest, ColumnsGoWhereTheMappingSays) {
  const Read read = ReadTable(
      "Harbor,1 Elm St,\"Florence, \",41042,859.555.0100,1,1,\"Medicaid, self "
      "pay\",\"Kenton, Grant\",18,Ring twice.,Mon-Fri 9-5,Quill "
      "Testperson,810281\n");
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status());
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->format, Format::kCsv);
  EXPECT_EQ(read.rows[0].origin().table(), "providers");
  const v1::Service service = read.Service();
  EXPECT_EQ(service.name(), "Harbor");
  EXPECT_EQ(service.description(), "Ring twice.");
  EXPECT_EQ(service.phones(0).number(), "859.555.0100");
  EXPECT_EQ(service.phones(0).description(), "Front desk");
  const v1::RecoveryProfile& profile = service.x_handrail().profile();
  EXPECT_EQ(Codes(profile.treatment().settings()), "residential_detox=YES");
  EXPECT_EQ(Codes(profile.any().genders()), "woman=YES man=NO");
  EXPECT_EQ(Codes(profile.any().payments()), "medicaid=YES self_pay=YES");
  EXPECT_EQ(profile.any().payment_help().answer(), v1::NO);
  EXPECT_EQ(profile.any().minimum_age().value(), 18);
  EXPECT_EQ(profile.any().intake_hours().text(), "call first, then come");
  ASSERT_EQ(service.x_handrail().terms_size(), 2);
  EXPECT_EQ(service.x_handrail().terms(0).term(), "detox");
  EXPECT_TRUE(service.x_handrail().terms(1).broader());
  ASSERT_EQ(service.x_handrail().coverage_size(), 2);
  EXPECT_EQ(service.x_handrail().coverage(0).code(), "KY/Kenton");
  const v1::Address address = read.Location().addresses(0);
  EXPECT_EQ(address.city(), "Florence");
  EXPECT_EQ(address.state_province(), "KY");
  EXPECT_EQ(address.postal_code(), "41042");
  // Hours in words stay words, and that is said.
  EXPECT_EQ(service.schedules(0).description(), "Mon-Fri 9-5");
  EXPECT_FALSE(service.schedules(0).has_opens_at());
  EXPECT_EQ(read.First("only-in-prose").field(), "Hours");
  // A column nobody mapped is kept; one that is skipped is not.
  EXPECT_EQ(Kept(service, "v253"), "\"810281\"");
  EXPECT_EQ(read.rows[0].ShortDebugString().find("Quill"), std::string::npos);
  EXPECT_EQ(read.Count("columns-kept"), 1);
}

TEST(MappingTest, EmptyAndNothingAreUnknownAndNoIsNoOnlyWhereItIsSaid) {
  const Read read = ReadTable(
      "Harbor,1 Elm,,,,0,,,,,,,,\n"
      "Cove,2 Elm,,,,,n,,,,,,,\n");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_FALSE(read.Service(0).x_handrail().profile().has_treatment());
  EXPECT_FALSE(read.Service(0).x_handrail().profile().any().has_genders());
  EXPECT_EQ(Codes(read.Service(1).x_handrail().profile().any().genders()),
            "woman=NO");
}

TEST(MappingTest, ValuesTheMappingDoesNotExplainAreFindingsAndKept) {
  const Read read =
      ReadTable("Harbor,1 Elm,,,,810281,,\"Medicaid,Barter\",,old,,,,\n");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Count("unknown-code"), 2);
  // As attributes, which are searched; Medicaid stands between them.
  const v1::Service service = read.Service();
  ASSERT_EQ(service.attributes_size(), 3);
  EXPECT_EQ(service.attributes(0).taxonomy_term().name(), "810281");
  EXPECT_EQ(service.attributes(2).taxonomy_term().name(), "Barter");
  EXPECT_EQ(read.First("impossible-value").field(), "Min age");
  EXPECT_EQ(Kept(read.Service(), "Min age"), "\"old\"");
}

TEST(MappingTest, RowsNeedANameAndWhatTellsThemApart) {
  const Read read = ReadTable(
      ",1 Elm,,,,,,,,,,,,\n,,Paris,,,,,,,,,,,\n"
      "Harbor,1 Elm\n");
  EXPECT_EQ(read.plan->rows_read, 3);
  EXPECT_EQ(read.plan->rows_skipped, 3);
}

TEST(MappingTest, TheIdStaysWhenTheRestChanges) {
  EXPECT_EQ(ReadTable("Harbor,1 Elm,,,,,,,,,,,,\n").Service().id(),
            ReadTable("Harbor,1 Elm,Paris,,,1,,,,,,,,\n").Service().id());
}

TEST(MappingTest, WrongMappingsAreRefusedWithTheKeyThatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"[table]\nid = [\"a\"]\n", "need a name"},
      {"[table]\ncolour = \"red\"\n", "no key colour"},
      {"[[column]]\nname = \"a\"\nto = \"service.name\"\n", "id is missing"},
      {"[[column]]\nname = \"a\"\nto = \"service.colour\"\n", "service.colour"},
      {"[[column]]\nname = \"a\"\nsets = [\"any.genders=lady\"]\n",
       "any.genders"},
      {"[[column]]\nname = \"a\"\nsets = [\"any.colour=red\"]\n", "any.colour"},
      {"[[column]]\nname = \"a\"\nsets = [\"any.x; any.genders=man\"]\n",
       "neither"},
      {"[[column]]\nname = \"a\"\nvalues = [\"Medicaid\"]\n", "=>"},
      {"[elsewhere]\nname = \"a\"\n", "[elsewhere]"},
      {"name = \"a\"\n", "no known section"},
      {"name = \"\xff\"\n", "UTF-8"},
  };
  for (const auto& [text, words] : cases) {
    const auto mapping = ParseMapping(text);
    ASSERT_FALSE(mapping.ok()) << text;
    const std::string message = MessageOf(mapping.status());
    EXPECT_NE(message.find(words), std::string::npos) << message;
  }
}

TEST(MappingTest, AColumnTheTableDoesNotHaveStopsTheFile) {
  const TempDir folder;
  testing::WriteFile(folder.File("table.csv"), "Provider,Address\nA,B\n");
  testing::WriteFile(folder.File("map.toml"), kMapping);
  const Read read = ReadPaths({folder.File("table.csv")},
                              {.mapping = folder.File("map.toml")});
  EXPECT_FALSE(read.plan.ok());
  EXPECT_EQ(read.First("missing-column").severity(), v1::FILE_SKIPPED);
}

TEST(MappingTest, AMappingIsForFlatTablesAlone) {
  const Read read = ReadText("[]", {.format = Format::kCsv});
  EXPECT_NE(MessageOf(read.plan.status()).find("--mapping"), std::string::npos);
  const Read other = ReadText(
      "[]", {.format = Format::kHsds, .mapping = "/nonexistent/map.toml"});
  EXPECT_FALSE(other.plan.ok());
}

TEST(MappingTest, AProposalRunsAsItIs) {
  const TempDir folder;
  testing::WriteFile(
      folder.File("table.csv"),
      "Facility,Street,City,State,Zip,Phone Number,Toll Free,oupatient_offered,"
      "v254,Payment,Contact Person,border_counties,Bed #\n"
      "Harbor,1 Elm,Paris,KY,40361,859-555-0100,,1,1,Medicaid,Quill,Bath,7\n"
      "Cove,2 Elm,Paris,KY,40361,859-555-0101,,,1,Cash,Quill,\"Bath, Clark\",\n"
      "Bay,3 Elm,Paris,KY,40361,859-555-0102,,1,,Barter,,,\n");
  const auto proposal = SuggestMapping(folder.File("table.csv"));
  ASSERT_TRUE(proposal.ok()) << MessageOf(proposal.status());
  for (const char* line :
       {"id = [\"Facility\", \"Street\"]", "to = \"service.name\"",
        "term = [\"outpatient-treatment\"]", "skip = true",
        "\"Medicaid => any.payments=medicaid\"", "to = \"coverage.county\"",
        "label = \"Toll Free\"", "name = \"Bed #\""}) {
    EXPECT_NE(proposal->find(line), std::string::npos) << line << "\n"
                                                       << *proposal;
  }
  testing::WriteFile(folder.File("map.toml"), *proposal);
  const Read read = ReadPaths({folder.File("table.csv")},
                              {.mapping = folder.File("map.toml")});
  ASSERT_TRUE(read.plan.ok()) << MessageOf(read.plan.status()) << *proposal;
  EXPECT_EQ(read.rows.size(), 3u);
  EXPECT_EQ(read.Count("columns-kept"), 0);
  EXPECT_EQ(Codes(read.Service(0).x_handrail().profile().any().payments()),
            "medicaid=YES");
  EXPECT_EQ(Kept(read.Service(0), "Bed #"), "\"7\"");
  for (const v1::Row& row : read.rows) {
    EXPECT_EQ(row.ShortDebugString().find("Quill"), std::string::npos);
  }
}

TEST(MappingTest, ATableWithoutANameHasNoProposal) {
  const TempDir folder;
  testing::WriteFile(folder.File("table.csv"), "a,b\n1,2\n");
  EXPECT_FALSE(SuggestMapping(folder.File("table.csv")).ok());
  testing::WriteFile(folder.File("none.csv"), "");
  EXPECT_FALSE(SuggestMapping(folder.File("none.csv")).ok());
}

}  // namespace
}  // namespace handrail::formats
