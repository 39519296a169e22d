// The real packages of tables, with counts that were taken from the files by
// other means (Python's csv and json modules), not from these readers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

using ::testing::IsEmpty;

std::map<std::string, int64_t> Loaded(const Read& read) {
  std::map<std::string, int64_t> counts;
  for (const v1::TableCount& table : read.plan->tables) {
    counts[table.table()] = table.rows_loaded();
  }
  return counts;
}
std::map<std::string, int64_t> Skipped(const Read& read) {
  std::map<std::string, int64_t> counts;
  for (const v1::TableCount& table : read.plan->tables) {
    if (table.rows_skipped() > 0) counts[table.table()] = table.rows_skipped();
  }
  return counts;
}

// Everything about a location or service that two forms of it share.
struct Parts {
  std::map<std::string, v1::Organization> organizations;
  std::map<std::string, v1::Location> locations;
  std::vector<v1::Service> services;
};
Parts PartsOf(const Read& read) {
  Parts parts;
  for (const v1::Row& row : read.rows) {
    for (const v1::Record& record : row.records()) {
      if (record.has_organization()) {
        parts.organizations[record.organization().id()] = record.organization();
      } else if (record.has_location()) {
        parts.locations[record.location().id()] = record.location();
      } else if (record.has_service()) {
        parts.services.push_back(record.service());
      }
    }
  }
  return parts;
}

int Phones(const Parts& parts) {
  int phones = 0;
  for (const auto& [id, organization] : parts.organizations) {
    phones += organization.phones_size();
    for (const v1::Contact& contact : organization.contacts()) {
      phones += contact.phones_size();
    }
  }
  for (const auto& [id, location] : parts.locations) {
    phones += location.phones_size();
  }
  return phones;
}

int Schedules(const Parts& parts) {
  int schedules = 0;
  for (const auto& [id, location] : parts.locations) {
    schedules += location.schedules_size();
  }
  return schedules;
}

TEST(TablesRealDataTest, IlaoWithoutADescriptorOrALinkTable) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "hsds-1.1-ilao/package-a");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(Loaded(read),
            (std::map<std::string, int64_t>{
                {"organizations", 33}, {"locations", 520}, {"services", 89}}));
  // 341 of 430 services name an organization that is not there.
  EXPECT_EQ(Skipped(read), (std::map<std::string, int64_t>{{"services", 341}}));
  EXPECT_EQ(read.Count("dangling-reference"), 341 + 448);
  EXPECT_EQ(read.Count("missing-table"), 1);
  EXPECT_EQ(read.Count("closed-day"), 665);
  const Parts parts = PartsOf(read);
  EXPECT_EQ(Schedules(parts), 2492 - 665);
  // Postal addresses of organizations have no place in HSDS 3 and are kept.
  EXPECT_EQ(read.Count("no-such-part"), 33);
  int kept = 0;
  for (const auto& [id, organization] : parts.organizations) {
    for (const v1::UnknownField& field : organization.unknown_fields()) {
      kept += field.name() == "postal_addresses" ? 1 : 0;
    }
  }
  EXPECT_EQ(kept, 33);
}

TEST(TablesRealDataTest, IlaoWithADescriptorWhosePathsAreNotThere) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "hsds-1.1-ilao/package-b");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok());
  // 185 links without a service and 38 with one that is not there; 7 and 38
  // eligibilities likewise.
  EXPECT_EQ(Skipped(read),
            (std::map<std::string, int64_t>{{"services", 340},
                                            {"service_at_location", 185 + 38},
                                            {"eligibility", 7 + 38}}));
  EXPECT_EQ(read.Count("missing-field"), 185 + 7);
  EXPECT_EQ(read.Count("path-differs"), 3);
  EXPECT_EQ(read.First("empty-row").message().substr(0, 4), "178 ");
  const Parts parts = PartsOf(read);
  EXPECT_EQ(Phones(parts), 520);
  EXPECT_EQ(Schedules(parts), 2492 - 665);
  std::set<std::string> links;
  for (const v1::Service& service : parts.services) {
    for (const auto& link : service.service_at_locations()) {
      // Its own id is empty in the source.
      EXPECT_EQ(link.id(), service.id() + "/" + link.location().id());
      links.insert(link.id());
    }
  }
  EXPECT_EQ(links.size(), 47u);
}

TEST(TablesRealDataTest, TheSampleOfOhanaHasEveryTable) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "ohana-sample");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(read.plan->format, Format::kOhana);
  EXPECT_EQ(Loaded(read),
            (std::map<std::string, int64_t>{{"organizations", 8},
                                            {"programs", 1},
                                            {"locations", 22},
                                            {"services", 23},
                                            {"taxonomy_terms", 290}}));
  EXPECT_THAT(Skipped(read), IsEmpty());
  const Parts parts = PartsOf(read);
  EXPECT_EQ(Schedules(parts), 8);
  int service_schedules = 0;
  for (const v1::Service& service : parts.services) {
    service_schedules += service.schedules_size();
  }
  EXPECT_EQ(service_schedules, 3);
  EXPECT_EQ(read.Count("no-such-table"), 4);
  EXPECT_EQ(read.Count("personal-data-dropped"), 2);
}

TEST(TablesRealDataTest, OhanaBaltimoreIsReadWhole) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "ohana-baltimore");
  const Read read = ReadPaths({path.string()});
  ASSERT_TRUE(read.plan.ok());
  EXPECT_EQ(Loaded(read),
            (std::map<std::string, int64_t>{{"organizations", 748},
                                            {"addresses", 0},
                                            {"locations", 1482},
                                            {"services", 1876},
                                            {"taxonomy_terms", 517}}));
  // Mail addresses of locations that are not in the set.
  EXPECT_EQ(Skipped(read),
            (std::map<std::string, int64_t>{{"addresses", 393}}));
  const Parts parts = PartsOf(read);
  int attributes = 0;
  int nowhere = 0;
  for (const v1::Service& service : parts.services) {
    attributes += service.attributes_size();
    nowhere += service.service_at_locations_size() == 0 ? 1 : 0;
  }
  // Repeated row ids of the categories count once.
  EXPECT_EQ(attributes, 7635);
  EXPECT_EQ(nowhere, 1);
  int unplaced = 0;
  for (const auto& [id, location] : parts.locations) {
    unplaced += location.has_latitude_e7() ? 0 : 1;
  }
  EXPECT_EQ(unplaced, 133);
  // Of contacts, of locations (whose services have them, too), and of
  // organizations alone.
  EXPECT_EQ(Phones(parts), 1841 + 5293 + 23);
}

// What the same service is in both forms.
std::string Facts(const v1::Service& service, const Parts& parts) {
  std::string facts = service.name() + "\n" + service.description() + "\n" +
                      service.email() + "\n" + service.alternate_name() + "\n" +
                      service.application_process() + "\n" +
                      service.fees_description() + "\n" +
                      service.eligibility_description() + "\n";
  const v1::Organization& organization =
      parts.organizations.at(service.organization_id());
  facts += organization.name() + "\n" + organization.description() + "\n" +
           organization.email() + "\n" + organization.website() + "\n";
  std::multiset<std::string> lines;
  for (const v1::Attribute& attribute : service.attributes()) {
    lines.insert(attribute.taxonomy_term().code() + " " +
                 attribute.taxonomy_term().name());
  }
  for (const auto& link : service.service_at_locations()) {
    const v1::Location& location = parts.locations.at(link.location().id());
    lines.insert(location.name() + location.description());
    lines.insert(std::to_string(location.latitude_e7()) + " " +
                 std::to_string(location.longitude_e7()));
    for (const v1::Address& address : location.addresses()) {
      if (address.address_type() == v1::POSTAL) continue;
      lines.insert(address.address_1() + address.address_2() + address.city() +
                   address.state_province() + address.postal_code());
    }
  }
  for (const std::string& line : lines) facts += line + "\n";
  return facts;
}

std::multiset<std::string> Numbers(const v1::Service& service) {
  std::multiset<std::string> numbers;
  for (const v1::Phone& phone : service.phones()) {
    numbers.insert(phone.number() + phone.type() + phone.extension());
  }
  return numbers;
}

TEST(TablesRealDataTest, OhanaBaltimoreIsTheSameAsItsConvertedForm) {
  HANDRAIL_SHARED_DATA_OR_SKIP(tables, "ohana-baltimore");
  HANDRAIL_SHARED_DATA_OR_SKIP(json,
                               "hsds-3.0-derived-baltimore/services.ndjson");
  const Parts ohana = PartsOf(ReadPaths({tables.string()}));
  const Parts derived = PartsOf(ReadPaths({json.string()}));
  std::map<std::string, const v1::Service*> services;
  for (const v1::Service& service : ohana.services) {
    services[service.name() + service.description()] = &service;
  }
  int compared = 0;
  for (const v1::Service& service : derived.services) {
    const auto found = services.find(service.name() + service.description());
    ASSERT_NE(found, services.end()) << service.name();
    EXPECT_EQ(Facts(*found->second, ohana), Facts(service, derived));
    // The conversion left out some fax numbers.
    const std::multiset<std::string> all = Numbers(*found->second);
    const std::multiset<std::string> some = Numbers(service);
    EXPECT_TRUE(
        std::includes(all.begin(), all.end(), some.begin(), some.end()));
    ++compared;
  }
  EXPECT_EQ(compared, 600);
}

TEST(TablesRealDataTest, TheExamplesOfTheStandardAreRead) {
  for (const char* version : {"3.0", "3.1-dev"}) {
    SCOPED_TRACE(version);
    HANDRAIL_SHARED_DATA_OR_SKIP(
        path, std::string("hsds-3-spec-examples/") + version + "/csv");
    const Read read = ReadPaths({path.string()});
    ASSERT_TRUE(read.plan.ok());
    EXPECT_EQ(Loaded(read)["services"], 1);
    EXPECT_EQ(Loaded(read)["programs"], 1);
    const v1::Service service = PartsOf(read).services.at(0);
    const v1::Schedule& schedule = service.schedules(0);
    EXPECT_EQ(schedule.opens_at(), "10:00:00");
    EXPECT_EQ(schedule.byday(), "TH,FR");
    EXPECT_EQ(schedule.byweekno(), "41,42");
    EXPECT_EQ(schedule.timezone(), "3");
    EXPECT_EQ(service.cost_options(0).currency(), "gbp");
    EXPECT_EQ(service.last_modified(), "2023-03-15T10:30:45.123Z");
    // What the examples refer to is not among them.
    std::map<std::string, int64_t> lost = Skipped(read);
    EXPECT_EQ(lost["attributes"], 1);
    EXPECT_EQ(lost["metadata"], 1);
    EXPECT_EQ(lost["service_capacity"] + lost["url"],
              version == std::string("3.0") ? 0 : 2);
  }
}

TEST(TablesRealDataTest, TheExamplesOfHsdsUkAreReadInBothForms) {
  HANDRAIL_SHARED_DATA_OR_SKIP(path, "oruk-3.0-examples");
  const Read tables = ReadPaths({(path / "csv").string()});
  ASSERT_TRUE(tables.plan.ok());
  // Singular and plural tables with the same rows, and lines of commas.
  EXPECT_EQ(Loaded(tables)["taxonomies"], 2);
  EXPECT_EQ(Skipped(tables),
            (std::map<std::string, int64_t>{{"attributes", 1}}));
  const Parts parts = PartsOf(tables);
  EXPECT_EQ(parts.locations.begin()->second.addresses_size(), 1);
  EXPECT_EQ(parts.services.at(0).schedules_size(), 1);
  // The JSON form beside it says the same about the same ids, whole folder.
  const Read whole = ReadPaths({path.string()});
  ASSERT_TRUE(whole.plan.ok());
  EXPECT_EQ(Skipped(whole),
            (std::map<std::string, int64_t>{{"attributes", 1}}));
  for (const char* name :
       {"organization_full.json", "organization_list.json", "service_full.json",
        "service_list.json", "service_at_location_full.json",
        "service_at_location_list.json", "taxonomy.json", "taxonomy_list.json",
        "taxonomy_term.json", "taxonomy_term_list.json"}) {
    SCOPED_TRACE(name);
    const Read read = ReadPaths({(path / name).string()});
    ASSERT_TRUE(read.plan.ok());
    EXPECT_EQ(read.plan->rows_read, 1);
  }
}

TEST(TablesRealDataTest, PackagesComeOutTheSameTwice) {
  for (const char* name :
       {"hsds-1.1-ilao/package-a", "hsds-1.1-ilao/package-b",
        "hsds-3-spec-examples/3.0/csv", "hsds-3-spec-examples/3.1-dev/csv",
        "oruk-3.0-examples/csv", "ohana-sample", "ohana-baltimore"}) {
    SCOPED_TRACE(name);
    HANDRAIL_SHARED_DATA_OR_SKIP(path, name);
    EXPECT_TRUE(ComesOutTheSameAgain(ReadPaths({path.string()})));
  }
}

}  // namespace
}  // namespace handrail::formats
