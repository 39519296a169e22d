// Writes the listings of the peers' workload as a provider would send them:
// HSDS 3.1 NDJSON, one service a line with its organization and location
// nested, everything HSDS has no field for in x_handrail.
//
//   load_workload listings.tsv > services.ndjson
//
// Three listings share an organization. All facts are of the file's day:
// load with --as-of 2026-01-01.
#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "handrail/v1/profile.pb.h"
#include "tests/bench/workload.h"

namespace handrail::bench {
namespace {

constexpr int kListingsPerOrganization = 3;

// The id of the n-th record of a kind, in the form of a UUID.
std::string Id(int kind, int n) {
  return absl::StrFormat("5eed0000-0000-5000-%04x-%012x", 0x8000 + kind, n);
}

template <typename Message>
std::string Json(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) std::exit(1);
  return json;
}

// Facts of the file's day need no date of their own.
template <typename Facts>
void Undate(Facts& facts) {
  for (v1::CodedFact& fact : *facts.mutable_values()) fact.clear_provenance();
}

v1::RecordExtension ExtensionOf(v1::Listing& listing) {
  v1::RecordExtension extension;
  extension.mutable_profile()->Swap(listing.mutable_profile());
  v1::AnyServiceProfile& any = *extension.mutable_profile()->mutable_any();
  if (any.has_minimum_age()) any.mutable_minimum_age()->clear_provenance();
  if (any.has_maximum_age()) any.mutable_maximum_age()->clear_provenance();
  if (any.has_accepting_new()) any.mutable_accepting_new()->clear_provenance();
  Undate(*any.mutable_genders());
  Undate(*any.mutable_languages());
  Undate(*any.mutable_payments());
  Undate(*any.mutable_pathway());
  Undate(*any.mutable_access());
  if (any.has_medication()) Undate(*any.mutable_medication());
  extension.mutable_terms()->Swap(listing.mutable_terms());
  extension.mutable_coverage()->Swap(listing.mutable_coverage());
  return extension;
}

// Days of the same hours make one schedule.
std::string SchedulesOf(const v1::Listing& listing, int number) {
  std::map<std::pair<std::string, std::string>, std::string> days;
  for (const v1::Schedule& schedule : listing.schedules()) {
    std::string& list = days[{schedule.opens_at(), schedule.closes_at()}];
    absl::StrAppend(&list, list.empty() ? "" : ",", schedule.byday());
  }
  std::string json;
  int count = 0;
  for (const auto& [hours, list] : days) {
    absl::StrAppendFormat(
        &json,
        R"(%s{"id":"%s","freq":"WEEKLY","byday":"%s","opens_at":"%s",)"
        R"("closes_at":"%s","x_handrail":{"zone":"%s"}})",
        count == 0 ? "" : ",", Id(4, number * 32 + count), list, hours.first,
        hours.second, listing.zone());
    ++count;
  }
  return json;
}

std::string LocationOf(const v1::Listing& listing, int number) {
  const v1::Place& place = listing.place();
  return absl::StrFormat(
      R"({"id":"%s","location_type":"physical","name":"%s","latitude":%.6f,)"
      R"("longitude":%.6f,"addresses":[{"id":"%s","address_1":"%d Main St",)"
      R"("city":"Centre","country":"US","address_type":"physical"}],)"
      R"("x_handrail":{"county":"%s","zone":"%s"}})",
      Id(2, number), listing.name(), place.latitude_e7() * 1e-7,
      place.longitude_e7() * 1e-7, Id(5, number), number % 1000, place.county(),
      listing.zone());
}

// Words of the workload are lower-case ASCII: nothing to escape.
void WriteLine(v1::Listing listing, int number) {
  const int organization = number / kListingsPerOrganization;
  const std::string extension = Json(ExtensionOf(listing));
  absl::FPrintF(
      stdout,
      R"({"id":"%s","name":"%s","description":"%s","status":"active",)"
      R"("organization":{"id":"%s","name":"organization %d","description":)"
      R"("of the workload"},"schedules":[%s],"service_at_locations":[{"id":)"
      R"("%s","location":%s}],"x_handrail":%s})"
      "\n",
      Id(0, number), listing.name(), listing.description(), Id(1, organization),
      organization, SchedulesOf(listing, number), Id(3, number),
      LocationOf(listing, number), extension);
}

}  // namespace
}  // namespace handrail::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: load_workload listings.tsv\n");
    return 2;
  }
  int number = 0;
  handrail::bench::ForEachListing(argv[1], handrail::bench::Ages::kLean,
                                  [&](handrail::v1::Listing listing) {
                                    handrail::bench::WriteLine(
                                        std::move(listing), number++);
                                  });
  return 0;
}
