// Packages of tables: HSDS of every edition, HSDS-UK and Ohana's CSV set come
// out as the same nested records; every row is in one of them or has a finding;
// and names, paths and tables that are not as they should be are told, not
// fatal. People and places are invented; the real sets are in real_data_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "clients/formats/table_names.h"
#include "clients/formats/table_values.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::handrail::testing::StatusIs;
using ::handrail::testing::TempDir;
using ::handrail::testing::WriteFile;

using Files = std::map<std::string, std::string>;

Read ReadFiles(const Files& files, ReadOptions options = {}) {
  const TempDir folder;
  for (const auto& [name, text] : files) {
    const std::filesystem::path path = folder.File(name);
    std::filesystem::create_directories(path.parent_path());
    WriteFile(path, text);
  }
  return ReadPaths({folder.path().string()}, options);
}

template <typename T>
std::vector<T> All(const Read& read, bool (v1::Record::*has)() const,
                   const T& (v1::Record::*get)() const) {
  std::vector<T> all;
  for (const v1::Row& row : read.rows) {
    for (const v1::Record& record : row.records()) {
      if ((record.*has)()) all.push_back((record.*get)());
    }
  }
  return all;
}
std::vector<v1::Service> Services(const Read& read) {
  return All<v1::Service>(read, &v1::Record::has_service, &v1::Record::service);
}
std::vector<v1::Location> Locations(const Read& read) {
  return All<v1::Location>(read, &v1::Record::has_location,
                           &v1::Record::location);
}
std::vector<v1::Organization> Organizations(const Read& read) {
  return All<v1::Organization>(read, &v1::Record::has_organization,
                               &v1::Record::organization);
}

// A package of HSDS 3 with one of the most common tables.
Files Package() {
  return {
      {"organizations.csv", "id,name,description\no1,Harbor,Helps\n"},
      {"services.csv",
       "id,organization_id,name,status,minimum_age\n"
       "s1,o1,Detox,active,18\ns2,o1,Housing,active,\n"},
      {"locations.csv",
       "id,organization_id,name,location_type,latitude,longitude\n"
       "l1,o1,North,physical,39.29,-76.61\n"},
      {"service_at_location.csv", "id,service_id,location_id\nx1,s1,l1\n"},
      {"phones.csv",
       "id,service_id,location_id,service_at_location_id,contact_id,number\n"
       "p1,s1,,,,410 555 0100\np2,,l1,,,410 555 0101\n"
       "p3,,,x1,,410 555 0102\np4,,,,c1,410 555 0103\n"},
      {"contacts.csv", "id,service_id,name,title\nc1,s1,,Intake desk\n"},
      {"schedules.csv",
       "id,service_at_location_id,freq,byday,opens_at,closes_at\n"
       "h1,x1,WEEKLY,\"MO,TU\",09:00,17:00\n"},
      {"addresses.csv",
       "id,location_id,address_1,city,state_province,postal_code,country,"
       "address_type\na1,l1,1 Main St,Baltimore,MD,21201,US,physical\n"},
      {"attributes.csv",
       "id,link_id,taxonomy_term_id,link_entity\nt1,s1,term1,service\n"},
      {"taxonomy_terms.csv",
       "id,code,name,taxonomy\nterm1,106-01-06,Detox,Open Eligibility\n"},
  };
}

TEST(TablesTest, JoinsTheTablesOfAFolderIntoRecords) {
  const Read read = ReadFiles(Package());
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->format, Format::kHsds);
  // One organization, two services, a location and a term; parts are counted
  // with them.
  EXPECT_EQ(read.plan->rows_read, 5);
  EXPECT_EQ(read.plan->rows_skipped, 0);
  const v1::Service service = Services(read).at(0);
  EXPECT_EQ(service.id(), "s1");
  EXPECT_EQ(service.minimum_age(), 18);
  ASSERT_EQ(service.phones_size(), 1);
  ASSERT_EQ(service.contacts_size(), 1);
  EXPECT_EQ(service.contacts(0).phones(0).number(), "410 555 0103");
  ASSERT_EQ(service.service_at_locations_size(), 1);
  const v1::ServiceAtLocation& link = service.service_at_locations(0);
  EXPECT_EQ(link.location().id(), "l1");
  EXPECT_EQ(link.phones(0).number(), "410 555 0102");
  EXPECT_EQ(link.schedules(0).byday(), "MO,TU");
  ASSERT_EQ(service.attributes_size(), 1);
  EXPECT_EQ(service.attributes(0).taxonomy_term().code(), "106-01-06");
  EXPECT_GT(service.x_handrail().terms_size(), 0);
  const v1::Location location = Locations(read).at(0);
  EXPECT_EQ(location.latitude_e7(), 392900000);
  EXPECT_EQ(location.addresses(0).city(), "Baltimore");
  EXPECT_EQ(location.phones(0).id(), "p2");
}

TEST(TablesTest, SaysWhatItTookEachFileFor) {
  const Read read = ReadFiles(Package());
  for (const PlannedFile& file : read.plan->files) {
    EXPECT_NE(file.why.find("HSDS tabular: the table "), std::string::npos);
    EXPECT_NE(file.why.find("columns"), std::string::npos);
  }
}

TEST(TablesTest, TakesNamesOfOtherEditions) {
  Files files = Package();
  for (const auto& [name, other] : std::map<std::string, std::string>{
           {"organizations.csv", "organization.csv"},
           {"services.csv", "Services.CSV"},
           {"service_at_location.csv", "services_at_location.csv"},
           {"phones.csv", "phone.csv"},
           {"schedules.csv", "schedule.csv"},
           {"attributes.csv", "attribute.csv"},
           {"addresses.csv", "address.csv"}}) {
    files[other] = files[name];
    files.erase(name);
  }
  const Read read = ReadFiles(files);
  EXPECT_EQ(read.plan->rows_read, 5);
  EXPECT_EQ(read.plan->rows_skipped, 0);
  EXPECT_EQ(Services(read).at(0).service_at_locations(0).schedules_size(), 1);
}

TEST(TablesTest, ReadsHsds11) {
  const Read read = ReadFiles({
      {"organizations.csv",
       "id,name,description,url\n1,Harbor,Helps,https://example.org\n"},
      {"services.csv",
       "id,organization_id,name,status,taxonomy_ids\n"
       "1,1,Detox,active,\"7, 8\"\n"},
      {"locations.csv", "id,organization_id,name\n1,1,North\n"},
      {"services_at_location.csv", "id,service_id,location_id\n,1,1\n"},
      {"physical_addresses.csv",
       "id,location_id,address_1,address_3,city\n1,1,1 Main St,Rear,Towson\n"},
      {"postal_addresses.csv",
       "id,location_id,address_1,city\n2,1,PO Box 5,Towson\n"},
      {"regular_schedules.csv",
       "id,service_id,weekday,opens_at,closes_at\n1,1,Monday,9:00,17:00\n"
       "2,1,Tuesday,,\n3,1,Someday,9:00,17:00\n"},
      {"holiday_schedules.csv",
       "id,service_id,closed,start_date,end_date\n"
       "1,1,true,2025-12-25,2025-12-25\n2,1,true,2026-01-01,2026-01-01\n"},
      {"eligibility.csv", "id,service_id,eligibility\n1,1,Adults\n"},
      {"payments_accepted.csv", "id,service_id,payment\n1,1,Cash\n"},
      {"languages.csv", "id,service_id,language\n1,1,Spanish\n"},
      {"accessibility_for_disabilities.csv",
       "id,location_id,accessibility,details\n1,1,Ramp,At the side\n"},
      {"service_areas.csv", "id,service_id,service_area\n1,1,Baltimore\n"},
      {"services_taxonomy.csv",
       "id,service_id,taxonomy_id,taxonomy_detail\n1,1,7,extra\n"},
      {"taxonomy.csv",
       "id,name,parent_id,parent_name,vocabulary\n7,Detox,6,Health,Ours\n"
       "8,Intake,6,Health,Ours\n"},
  });
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->rows_skipped, 0);
  EXPECT_EQ(Organizations(read).at(0).website(), "https://example.org");
  const v1::Service service = Services(read).at(0);
  EXPECT_EQ(service.eligibility_description(), "Adults");
  EXPECT_EQ(service.languages(0).name(), "Spanish");
  EXPECT_EQ(service.service_areas(0).name(), "Baltimore");
  // A row of the link table and the same term in taxonomy_ids.
  ASSERT_EQ(service.attributes_size(), 3);
  EXPECT_EQ(service.attributes(0).taxonomy_term().name(), "Detox");
  EXPECT_EQ(service.attributes(0).taxonomy_term().taxonomy(), "Ours");
  EXPECT_EQ(service.attributes(2).value(), "extra");
  EXPECT_EQ(service.service_at_locations(0).id(), "1/1");
  ASSERT_EQ(service.schedules_size(), 1);
  EXPECT_EQ(service.schedules(0).byday(), "MO");
  EXPECT_EQ(service.schedules(0).freq(), v1::WEEKLY);
  EXPECT_EQ(read.Count("closed-day"), 1);
  EXPECT_EQ(read.Count("not-understood"), 1);
  EXPECT_EQ(read.Count("no-such-table"), 3);
  std::map<std::string, std::string> unknown;
  for (const v1::UnknownField& field : service.unknown_fields()) {
    unknown[field.name()] = field.json();
  }
  EXPECT_EQ(unknown["payments_accepted"],
            R"([{"id":"1","service_id":"1","payment":"Cash"}])");
  EXPECT_NE(unknown["holiday_schedules"].find("2026-01-01"), std::string::npos);
  EXPECT_NE(unknown["regular_schedules"].find("Someday"), std::string::npos);
  const v1::Location location = Locations(read).at(0);
  ASSERT_EQ(location.addresses_size(), 2);
  EXPECT_EQ(location.addresses(0).address_type(), v1::PHYSICAL);
  EXPECT_EQ(location.addresses(0).unknown_fields(0).name(), "address_3");
  EXPECT_EQ(location.addresses(1).address_type(), v1::POSTAL);
  EXPECT_EQ(location.accessibility(0).description(), "Ramp");
}

TEST(TablesTest, ReadsHsds2) {
  const Read read = ReadFiles({
      {"organizations.csv", "id,name,description\no,Harbor,Helps\n"},
      {"services.csv", "id,organization_id,name,status\ns,o,Detox,active\n"},
      {"service_attributes.csv", "id,service_id,taxonomy_term_id\n1,s,t\n"},
      {"other_attributes.csv",
       "id,link_id,link_type,taxonomy_term_id\n2,o,organization,t\n"
       "3,nobody,organization,t\n"},
      {"taxonomy_terms.csv",
       "id,term,description,parent_id,taxonomy\nt,Detox,,,Ours\n"},
  });
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(Services(read).at(0).attributes(0).link_id(), "s");
  EXPECT_EQ(Services(read).at(0).attributes(0).link_entity(), "service");
  EXPECT_EQ(Organizations(read).at(0).attributes(0).taxonomy_term().name(),
            "Detox");
  EXPECT_EQ(read.plan->rows_skipped, 1);
  EXPECT_EQ(read.First("dangling-reference").field(), "link_id");
  EXPECT_EQ(read.First("dangling-reference").origin().line(), 3);
}

TEST(TablesTest, AttributesGoToTheKindOfThingTheyName) {
  const Read read = ReadFiles({
      {"organizations.csv", "id,name,description\n1,Harbor,Helps\n"},
      {"services.csv", "id,organization_id,name,status\n1,1,Detox,active\n"},
      {"attributes.csv",
       "id,link_id,link_entity,value\na,1,service,x\nb,1,organization,y\n"
       "c,1,something,z\n"},
  });
  EXPECT_EQ(Services(read).at(0).attributes_size(), 2);
  EXPECT_EQ(Organizations(read).at(0).attributes_size(), 2);
}

TEST(TablesTest, PutsSingularAndPluralTablesTogether) {
  Files files = Package();
  // The same address with less in it, as HSDS-UK's examples have.
  files["address.csv"] =
      "id,location_id,address_1,city\na1,l1,1 Main St,Baltimore\n,,,\n,,,\n";
  const Read read = ReadFiles(files, {.format = FormatOfName("oruk")});
  EXPECT_EQ(Locations(read).at(0).addresses_size(), 1);
  EXPECT_EQ(read.plan->rows_skipped, 0);
  EXPECT_EQ(read.First("empty-row").origin().file(), "address.csv");
}

TEST(TablesTest, KeepsAnOldColumnBesideTheNewOne) {
  Files files = Package();
  files["accessibility.csv"] =
      "id,location_id,accessibility,description\n1,l1,old,new\n";
  const Read read = ReadFiles(files);
  const v1::Accessibility part = Locations(read).at(0).accessibility(0);
  EXPECT_EQ(part.description(), "new");
  ASSERT_EQ(part.unknown_fields_size(), 1);
  EXPECT_EQ(part.unknown_fields(0).name(), "accessibility");
  EXPECT_EQ(part.unknown_fields(0).json(), "\"old\"");
}

TEST(TablesTest, KeepsColumnsThatHsdsDoesNotHave) {
  Files files = Package();
  files["organizations.csv"] =
      "id,name,description,beds,beds\no1,Harbor,Helps,12,13\n";
  const Read read = ReadFiles(files);
  const v1::Organization organization = Organizations(read).at(0);
  ASSERT_EQ(organization.unknown_fields_size(), 2);
  EXPECT_EQ(organization.unknown_fields(0).name(), "beds");
  EXPECT_EQ(organization.unknown_fields(0).json(), "\"12\"");
  EXPECT_EQ(organization.unknown_fields(1).name(), "beds (2)");
  EXPECT_EQ(read.Count("duplicate-column"), 1);
}

TEST(TablesTest, SkipsPartsThatBelongToNothingWithTheirLine) {
  Files files = Package();
  files["phones.csv"] =
      "id,service_id,number\np1,s1,410 555 0100\n"
      "p2,nobody,410 555 0101\np3,,410 555 0102\n";
  files["service_at_location.csv"] =
      "id,service_id,location_id\nx1,s1,l1\nx2,s2,nowhere\nx3,,l1\n"
      "x1,s2,l1\n";
  const Read read = ReadFiles(files);
  EXPECT_EQ(read.plan->rows_read, 10);
  EXPECT_EQ(read.plan->rows_skipped, 5);
  EXPECT_EQ(read.Count("dangling-reference"), 2);
  EXPECT_EQ(read.Count("missing-field"), 2);
  EXPECT_EQ(read.Count("id-reused"), 1);
  const v1::Finding reused = read.First("id-reused");
  EXPECT_EQ(reused.origin().file(), "service_at_location.csv");
  EXPECT_EQ(reused.origin().line(), 5);
  for (const v1::TableCount& table : read.plan->tables) {
    if (table.table() == "phones") {
      EXPECT_EQ(table.rows_skipped(), 2);
    }
    if (table.table() == "service_at_location") {
      EXPECT_EQ(table.rows_skipped(), 3);
    }
  }
}

TEST(TablesTest, SkipsRowsThatAreNotAsWideAsTheHeader) {
  Files files = Package();
  files["services.csv"] =
      "id,organization_id,name,status\ns1,o1,Detox,active\n"
      "s2,o1,Housing\nwith a line end,active\ns3,o1,Meals,active,more\n";
  const Read read = ReadFiles(files);
  EXPECT_EQ(read.plan->rows_skipped, 3);
  EXPECT_EQ(read.Count("wrong-columns"), 3);
  EXPECT_EQ(read.First("wrong-columns").origin().line(), 3);
}

TEST(TablesTest, ADescriptorNamesTablesAndItsPathsNeedNotMatch) {
  Files files = Package();
  files["data/svc.csv"] = files["services.csv"];
  files.erase("services.csv");
  for (const auto& [name, text] : Package()) {
    if (name == "services.csv") continue;
    files["data/" + name] = text;
    files.erase(name);
  }
  files["datapackage.json"] = R"({"resources":[
      {"name":"organization","path":"elsewhere/organizations.csv"},
      {"name":"location","path":"data/locations.csv"},
      {"name":"service","path":"data/svc.csv"},
      {"name":"program","path":"programs.csv"}]})";
  const Read read = ReadFiles(files);
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(Services(read).size(), 2u);
  EXPECT_EQ(read.Count("path-differs"), 1);
  EXPECT_EQ(read.Count("missing-table"), 1);
}

TEST(TablesTest, SaysThatServicesAreNowhereWithoutTheLinkTable) {
  Files files = Package();
  files.erase("service_at_location.csv");
  files.erase("schedules.csv");
  const Read read = ReadFiles(files);
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.Count("missing-table"), 1);
  EXPECT_EQ(Services(read).at(0).service_at_locations_size(), 0);
}

TEST(TablesTest, TwoPackagesDoNotMixTheirIds) {
  Files files;
  for (const auto& [name, text] : Package()) files["a/" + name] = text;
  files["b/organizations.csv"] = "id,name,description\no2,Haven,Helps\n";
  files["b/phones.csv"] = "id,organization_id,number\n1,o1,410 555 0100\n";
  const Read read = ReadFiles(files);
  EXPECT_EQ(read.plan->rows_skipped, 1);
  EXPECT_EQ(read.First("dangling-reference").origin().file(), "b/phones.csv");
}

TEST(TablesTest, OnePartOfManyOwnersAndManyPartsOfOne) {
  Files files = Package();
  std::string phones = "id,service_id,organization_id,number\n";
  for (int i = 0; i < 3000; ++i) {
    phones += "p" + std::to_string(i) + ",s1,o1,410 555 0100\n";
  }
  files["phones.csv"] = phones;
  const Read read = ReadFiles(files);
  EXPECT_EQ(Services(read).at(0).phones_size(), 3000);
  EXPECT_EQ(Services(read).at(0).phones(2999).id(), "p2999");
  EXPECT_EQ(Organizations(read).at(0).phones_size(), 3000);
}

TEST(TablesTest, ARecordThatItsPartsMakeTooLongIsSkipped) {
  Files files = Package();
  std::string text = "id,service_id,document\n";
  for (int i = 0; i < 50; ++i) {
    text += std::to_string(i) + ",s1," + std::string(100'000, 'x') + "\n";
  }
  files["required_documents.csv"] = text;
  const Read read = ReadFiles(files);
  EXPECT_EQ(read.Count("too-long"), 1);
  EXPECT_EQ(Services(read).at(0).id(), "s2");
}

TEST(TablesTest, ReadsOurExtensionAndKeepsQuietAboutPrivatePackages) {
  Files files = Package();
  files["locations.csv"] =
      "id,name,latitude,longitude,secret_note,x_handrail\n"
      "l1,North,39,-76,a,"
      "\"{\"\"visibility\"\":{\"\"confidentialLocation\"\":true}}\"\n";
  const Read read = ReadFiles(files);
  EXPECT_TRUE(
      Locations(read).at(0).x_handrail().visibility().confidential_location());
  for (const v1::Finding& finding : read.findings) {
    EXPECT_EQ(finding.field().find("secret"), std::string::npos);
  }
}

TEST(TablesTest, AFlagThatCannotBeReadSkipsTheRow) {
  Files files = Package();
  files["locations.csv"] = "id,name,x_handrail\nl1,North,secret!\n";
  const Read read = ReadFiles(files);
  EXPECT_TRUE(Locations(read).empty());
  EXPECT_EQ(read.First("impossible-value").origin().table(), "locations");
}

TEST(TablesTest, ReadsTablesFromOneFileThatIsNamed) {
  const TempDir folder;
  WriteFile(folder.File("organizations.csv"),
            "id,name,description\no1,Harbor,Helps\n");
  const Read read = ReadPaths({folder.File("organizations.csv")});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(Organizations(read).size(), 1u);
}

TEST(TablesTest, TakesATableByItsColumnsWhereTheFormatIsGiven) {
  const std::string text =
      "id,name,description,year_incorporated\n1,A,B,1999\n";
  EXPECT_FALSE(ReadText(text, {}, "export-7.csv").plan.ok());
  const Read read = ReadText(text, {.format = Format::kHsds}, "export-7.csv");
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(Organizations(read).size(), 1u);
  EXPECT_NE(read.plan->files[0].why.find("columns alone"), std::string::npos);
}

TEST(TablesTest, RefusesATableThatIsNoTable) {
  struct Case {
    std::string text, reason;
  };
  const Case cases[] = {
      {"id,name\n1,\"x\n2,y\n", "unclosed-quote"},
      {std::string("id,name\n1,\0\n", 12), "nul-byte"},
      {"colour,shape\nred,round\n", "unknown-table"},
      {"", "empty-file"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.reason);
    const Read read = ReadText(c.text, {.format = Format::kHsds}, "things.csv");
    EXPECT_THAT(read.plan, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(read.First(c.reason).severity(), v1::FILE_SKIPPED);
  }
}

Files Ohana() {
  return {
      {"organizations.csv",
       "id,accreditations,date_incorporated,description,funding_sources,name\n"
       "1,BBB,\"January 01, 1970\",Helps,\"State, Grants\",Harbor\n"},
      {"locations.csv",
       "id,organization_id,accessibility,admin_emails,description,email,"
       "languages,latitude,longitude,name,virtual\n"
       "1,1,\"ramp, wheelchair\",who@example.org,Here,desk@example.org,"
       "\"Chinese (Mandarin), Spanish\",39.29,-76.61,North,false\n"
       "2,1,,,Online,,,,,Calls,true\n"},
      {"services.csv",
       "id,location_id,audience,eligibility,fees,keywords,name,status,"
       "taxonomy_ids,website\n"
       "1,1,Adults,Over 18,None,help,Detox,active,\"101, 101-02\","
       "https://example.org\n2,9,,,,,Lost,active,,\n"},
      {"phones.csv",
       "id,contact_id,location_id,organization_id,service_id,number,"
       "department,number_type,vanity_number,country_prefix\n"
       "1,1,,1,,(410) 555-0100,,voice,,\n"
       "2,,1,1,1,(410) 555-0101,Intake,voice,410-555-HELP,+1\n"
       "3,,,1,,(410) 555-0102,,fax,,\n"},
      {"contacts.csv",
       "id,location_id,organization_id,service_id,name,title,email,department\n"
       "1,,1,,Contact 1,Director,,\n"},
      {"addresses.csv",
       "id,location_id,address_1,address_2,city,state_province,postal_code,"
       "country\n1,1,1 Main St,,Baltimore,MD,21201,us\n"},
      {"mail_addresses.csv",
       "id,location_id,attention,address_1,address_2,city,state_province,"
       "postal_code,country\n1,1,Desk,PO Box 1,,Baltimore,MD,21201,us\n"},
      {"regular_schedules.csv",
       "id,location_id,service_id,weekday,opens_at,closes_at\n"
       "1,1,,Monday,9am,03:00\n2,,1,Wed,10:00,3pm\n"},
      {"holiday_schedules.csv",
       "id,location_id,service_id,start_date,end_date,closed,opens_at,"
       "closes_at\n1,1,,\"January 01, 0001\",\"January 01, 0001\",true,,\n"},
      {"taxonomy.csv",
       "bom,id,name,taxonomy_id,parent_id,parent_name\n"
       ",11,Emergency,101,,\n,12,Emergency Cash,101-02,101,Emergency\n"},
  };
}

TEST(TablesTest, ReadsAnOhanaSet) {
  const Read read = ReadFiles(Ohana());
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->format, Format::kOhana);
  for (const PlannedFile& file : read.plan->files) {
    EXPECT_EQ(file.why.find("Ohana CSV: the table "), 0u) << file.why;
  }
  EXPECT_EQ(read.plan->rows_skipped, 0);
  const v1::Organization organization = Organizations(read).at(0);
  ASSERT_EQ(organization.funding_size(), 2);
  EXPECT_EQ(organization.funding(1).source(), "Grants");
  // A phone is its contact's before the organization's.
  ASSERT_EQ(organization.phones_size(), 1);
  EXPECT_EQ(organization.phones(0).id(), "3");
  EXPECT_EQ(organization.contacts(0).phones(0).id(), "1");
  const v1::Location location = Locations(read).at(0);
  EXPECT_EQ(location.location_type(), v1::PHYSICAL);
  ASSERT_EQ(location.languages_size(), 2);
  EXPECT_EQ(location.languages(0).name(), "Chinese (Mandarin)");
  EXPECT_EQ(location.accessibility(1).description(), "wheelchair");
  EXPECT_EQ(location.contacts(0).email(), "desk@example.org");
  ASSERT_EQ(location.addresses_size(), 2);
  EXPECT_EQ(location.addresses(0).address_type(), v1::PHYSICAL);
  EXPECT_EQ(location.addresses(1).address_type(), v1::POSTAL);
  EXPECT_EQ(location.addresses(1).attention(), "Desk");
  EXPECT_EQ(location.schedules(0).opens_at(), "09:00");
  EXPECT_EQ(location.phones(0).id(), "2");
  EXPECT_EQ(location.phones(0).type(), "voice");
  EXPECT_EQ(location.phones(0).description(), "Intake");
  EXPECT_EQ(location.phones(0).unknown_fields_size(), 2);
  EXPECT_EQ(Locations(read).at(1).location_type(), v1::VIRTUAL);
  const v1::Service service = Services(read).at(0);
  EXPECT_EQ(service.service_at_locations(0).location().id(), "1");
  // Ohana says whose a service is by its location.
  EXPECT_EQ(service.organization_id(), "1");
  EXPECT_EQ(service.eligibility_description(), "Over 18");
  EXPECT_EQ(service.fees_description(), "None");
  EXPECT_EQ(service.url(), "https://example.org");
  EXPECT_EQ(service.phones(0).id(), "2");
  EXPECT_EQ(service.schedules(0).byday(), "WE");
  EXPECT_EQ(service.schedules(0).closes_at(), "15:00");
  ASSERT_EQ(service.attributes_size(), 2);
  EXPECT_EQ(service.attributes(1).taxonomy_term().name(), "Emergency Cash");
  EXPECT_EQ(service.attributes(1).taxonomy_term().taxonomy(),
            "Open Eligibility");
}

TEST(TablesTest, OhanaDropsWhoMayEditAndSaysSo) {
  const Read read = ReadFiles(Ohana());
  EXPECT_EQ(read.Count("personal-data-dropped"), 1);
  for (const v1::Row& row : read.rows) {
    EXPECT_EQ(row.DebugString().find("who@example.org"), std::string::npos);
  }
}

TEST(TablesTest, OhanaLoadsAServiceAtAMissingLocationWithoutAPlace) {
  const Read read = ReadFiles(Ohana());
  const v1::Service lost = Services(read).at(1);
  EXPECT_EQ(lost.name(), "Lost");
  EXPECT_EQ(lost.service_at_locations_size(), 0);
  EXPECT_EQ(lost.unknown_fields(0).name(), "location_id");
  EXPECT_EQ(read.First("dangling-reference").field(), "location_id");
}

TEST(TablesTest, OhanaKindsComeFromTheCategoriesByRowOfTheTaxonomy) {
  Files files = Ohana();
  files["service_categories.json"] = R"({"1":["12","12"],"2":["11"]})";
  files["oe.json"] = R"({"taxonomy":{"top_level":[{"@id":"101"}]}})";
  const Read read = ReadFiles(files);
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.Count("nothing-to-load"), 1);
  ASSERT_EQ(Services(read).at(1).attributes_size(), 1);
  EXPECT_EQ(Services(read).at(1).attributes(0).taxonomy_term().code(), "101");
  EXPECT_EQ(Services(read).at(0).attributes_size(), 2);
}

TEST(TablesTest, ReadsDaysOfTheWeekAsPeopleWriteThem) {
  EXPECT_EQ(WeekdayCodes("Monday"), "MO");
  EXPECT_EQ(WeekdayCodes("thu"), "TH");
  EXPECT_EQ(WeekdayCodes("Tues"), "TU");
  EXPECT_EQ(WeekdayCodes("Sundays"), "SU");
  EXPECT_EQ(WeekdayCodes("1"), "MO");
  EXPECT_EQ(WeekdayCodes("0"), "SU");
  EXPECT_EQ(WeekdayCodes("7"), "SU");
  EXPECT_EQ(WeekdayCodes("Mon, Wed"), "MO,WE");
  EXPECT_EQ(WeekdayCodes("Mon-Fri"), "MO,TU,WE,TH,FR");
  EXPECT_EQ(WeekdayCodes("Saturday – Monday"), "SA,SU,MO");
  EXPECT_EQ(WeekdayCodes("Monday to Wednesday"), "MO,TU,WE");
  EXPECT_EQ(WeekdayCodes("8"), "");
  EXPECT_EQ(WeekdayCodes("weekdays"), "");
  EXPECT_EQ(WeekdayCodes("M"), "");
  EXPECT_EQ(WeekdayCodes(""), "");
}

TEST(TablesTest, EveryRenamedTableAndColumnLeadsSomewhere) {
  for (const TableDialect dialect :
       {TableDialect::kHsds, TableDialect::kOhana}) {
    for (const TableInfo& table : TableInfos()) {
      EXPECT_EQ(FindSourceTable(dialect, table.name, {}).table != nullptr, true)
          << table.name;
    }
  }
  // A name that has meant two tables is decided by its columns.
  EXPECT_EQ(FindSourceTable(TableDialect::kHsds, "taxonomy.csv",
                            {"id", "name", "uri", "version"})
                .table->name,
            "taxonomies");
  EXPECT_EQ(FindSourceTable(TableDialect::kHsds, "taxonomy.csv",
                            {"id", "name", "parent_id", "vocabulary"})
                .table->name,
            "taxonomy_terms");
}

}  // namespace
}  // namespace handrail::formats
