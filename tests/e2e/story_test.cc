// The story: another agency follows, curators load and edit, people in recovery
// look for help, all at once and at full speed against one real server; at the
// end everything that was promised holds.
//
// HANDRAIL_STORY_SECONDS says for how long. DEFAULT: 10.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "handrail/v1/curation_service.grpc.pb.h"
#include "handrail/v1/directory_service.grpc.pb.h"
#include "handrail/v1/ingest_service.grpc.pb.h"
#include "handrail/v1/match_service.grpc.pb.h"
#include "storage/base/hash.h"
#include "storage/db/directory_store.h"
#include "storage/journal/rocks_journal.h"
#include "storage/normalise/uuid.h"
#include "tests/e2e/following.h"
#include "tests/e2e/programs.h"
#include "tests/e2e/story_parts.h"
#include "tests/server/directory_copy.h"
#include "tests/server/loading.h"
#include "tests/testing/testing.h"

namespace handrail::testing {
namespace {

absl::Duration StoryTime() {
  const char* seconds = std::getenv("HANDRAIL_STORY_SECONDS");
  return absl::Seconds(seconds == nullptr ? 10 : std::max(1, atoi(seconds)));
}

std::string RequestId(const std::string& name) {
  return UuidV5(storage::kIdNamespace, "story " + name);
}

template <typename Service>
std::unique_ptr<typename Service::Stub> StubOf(const std::string& address) {
  // A connection of its own for each person.
  grpc::ChannelArguments arguments;
  arguments.SetInt("handrail.story", []() {
    static std::atomic<int> count = 0;
    return ++count;
  }());
  return Service::NewStub(grpc::CreateCustomChannel(
      address, grpc::InsecureChannelCredentials(), arguments));
}

// What everybody shares.
struct Stage {
  std::string address;
  Truth truth;
  std::atomic<bool> over = false;
  std::atomic<int> loads = 0;
  std::atomic<int> edits = 0;
  std::atomic<int> answers = 0;
  std::atomic<int> searches = 0;
  std::atomic<int> explanations = 0;
  std::atomic<int> changes = 0;
};

// --- A curator with a feed ---------------------------------------------------

// A source whose services come, change and go for good: a window that slides
// over numbers that are never used again.
class FeedCurator {
 public:
  FeedCurator(Stage& stage, std::string source, uint32_t seed)
      : stage_(stage),
        source_(std::move(source)),
        random_(seed),
        ingest_(StubOf<v1::IngestService>(stage.address)),
        directory_(StubOf<v1::DirectoryService>(stage.address)) {}

  void Run() {
    while (!stage_.over) Round();
  }

 private:
  static constexpr int kWindow = 24;

  std::string ListingId(int number) const {
    return storage::NamespacedId(source_, storage::kServiceAtLocationKind,
                                 absl::StrCat("sal", number));
  }

  v1::Row RowOf(int number) {
    names_[number] = absl::StrCat("Pantry ", number, " of ", round_);
    const int organization = static_cast<int>(random_() % 4);
    return server::MakeRow(absl::StrCat(
        "records { organization { id: 'o", organization, "' name: 'Org ",
        organization, " in ", round_ / 3, "' } } records { location { id: 'l",
        number, "' location_type: PHYSICAL name: 'Place ", number,
        "' addresses { address_1: '", number,
        " Pier St' city: 'Osprey Landing' state_province: 'MD' postal_code: "
        "'21000' country: 'US' address_type: PHYSICAL } } } "
        "records { service { id: 's",
        number, "' organization_id: 'o", organization, "' name: '",
        names_[number], "' status: ACTIVE service_at_locations { id: 'sal",
        number, "' location { id: 'l", number,
        "' } } x_handrail { terms { term: '",
        number % 2 == 0 ? "food" : "housing", "' } } } }"));
  }

  void Round() {
    ++round_;
    const int gone = static_cast<int>(random_() % 4);
    std::vector<v1::Row> rows;
    for (int i = 0; i < kWindow; ++i) rows.push_back(RowOf(first_ + gone + i));
    const std::optional<uint64_t> revision = Load(rows);
    if (!revision.has_value()) return;
    for (int i = 0; i < gone; ++i) {
      stage_.truth.Retired(ListingId(first_ + i), *revision);
      ExpectListing(first_ + i, *revision, "");
    }
    first_ += gone;
    const int some = first_ + static_cast<int>(random_() % kWindow);
    ExpectListing(some, *revision, names_[some]);
    ++stage_.loads;
  }

  std::optional<uint64_t> Load(const std::vector<v1::Row>& rows) {
    grpc::ClientContext context;
    auto stream = ingest_->BulkLoad(&context);
    for (const auto& message :
         server::LoadMessages({.source = source_,
         .replace = true,
         .request_id = RequestId(absl::StrCat(source_, " ", round_)),
         .rows_per_batch = 1 + static_cast<int>(random_() % 12)},
                              rows)) {
      if (!stream->Write(message)) break;
    }
    stream->WritesDone();
    std::optional<uint64_t> revision;
    v1::BulkLoadResponse response;
    while (stream->Read(&response)) {
      if (!response.has_report()) continue;
      revision = response.report().revision();
      EXPECT_EQ(response.report().rows_skipped(), 0);
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return revision;
  }

  // Whoever waits for the revision reads what was written, or that it is gone.
  void ExpectListing(int number, uint64_t revision, const std::string& name) {
    grpc::ClientContext context;
    v1::GetListingRequest request;
    request.set_id(ListingId(number));
    request.set_min_revision(revision);
    v1::GetListingResponse response;
    const grpc::Status status =
        directory_->GetListing(&context, request, &response);
    if (name.empty()) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
      return;
    }
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.listing().name(), name);
    EXPECT_GE(response.directory_revision(), revision);
    seen_.Saw(response.directory_revision());
  }

  Stage& stage_;
  const std::string source_;
  std::mt19937 random_;
  std::unique_ptr<v1::IngestService::Stub> ingest_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_;
  int round_ = 0;
  int first_ = 0;
  std::map<int, std::string> names_;
  Monotone seen_;
};

// --- A curator at a desk -----------------------------------------------------

// Adds a service, corrects it, says how many places there are, holds it, lets
// it go, hears of an error, takes it out; again and again.
class DeskCurator {
 public:
  explicit DeskCurator(Stage& stage)
      : stage_(stage),
        curation_(StubOf<v1::CurationService>(stage.address)),
        directory_(StubOf<v1::DirectoryService>(stage.address)) {}

  void Run() {
    for (int round = 0; !stage_.over; ++round) {
      if (!Round(round)) return;
    }
  }

 private:
  template <typename Request, typename Response>
  bool Call(grpc::Status (v1::CurationService::Stub::*method)(
                grpc::ClientContext*, const Request&, Response*),
            Request& request, Response& response, const char* what) {
    request.set_request_id(RequestId(absl::StrCat("desk ", ++calls_)));
    grpc::ClientContext context;
    const grpc::Status status =
        (curation_.get()->*method)(&context, request, &response);
    if (!Answered(status, what)) return false;
    ++stage_.edits;
    return true;
  }

  bool Round(int round) {
    using Stub = v1::CurationService::Stub;
    const std::string name = absl::StrCat("Desk pantry ", round);
    v1::CreateRecordRequest create;
    v1::Service& service = *create.mutable_record()->mutable_service();
    service.set_name(name);
    service.set_status(v1::ACTIVE);
    service.mutable_x_handrail()->add_terms()->set_term("food");
    v1::CreateRecordResponse created;
    if (!Call(&Stub::CreateRecord, create, created, "CreateRecord")) {
      return false;
    }
    const std::string id = created.record().info().id();
    const std::string listing = storage::ListingIdOfService(id);
    ExpectName(listing, created.revision(), name);

    v1::UpdateRecordRequest update;
    update.mutable_ref()->set_type(v1::SERVICE);
    update.mutable_ref()->set_id(id);
    update.mutable_record()->mutable_service()->set_name(name + " open");
    update.mutable_update_mask()->add_paths("name");
    update.set_etag(created.record().info().etag());
    v1::UpdateRecordResponse updated;
    if (!Call(&Stub::UpdateRecord, update, updated, "UpdateRecord")) {
      return false;
    }
    ExpectName(listing, updated.revision(), name + " open");
    // The etag it was read with is another one now.
    update.set_request_id(RequestId(absl::StrCat("desk late ", round)));
    grpc::ClientContext late;
    v1::UpdateRecordResponse refused;
    EXPECT_EQ(curation_->UpdateRecord(&late, update, &refused).error_code(),
              grpc::StatusCode::ABORTED);

    v1::UpdateAvailabilityRequest available;
    available.set_service_id(id);
    available.set_accepting_new(v1::YES);
    available.set_method(v1::CALL);
    v1::UpdateAvailabilityResponse availability;
    Call(&Stub::UpdateAvailability, available, availability,
         "UpdateAvailability");

    v1::SetHoldRequest hold;
    *hold.mutable_ref() = update.ref();
    hold.set_do_not_refer(true);
    hold.set_note("water damage");
    v1::SetHoldResponse held;
    Call(&Stub::SetHold, hold, held, "SetHold");
    hold.set_do_not_refer(false);
    Call(&Stub::SetHold, hold, held, "SetHold");

    v1::ReportErrorRequest report;
    report.set_listing_id(listing);
    report.set_message("the door is on the other side");
    v1::ReportErrorResponse reported;
    Call(&Stub::ReportError, report, reported, "ReportError");

    v1::RetireRecordRequest retire;
    *retire.mutable_ref() = update.ref();
    v1::RetireRecordResponse retired;
    if (Call(&Stub::RetireRecord, retire, retired, "RetireRecord")) {
      stage_.truth.Retired(listing, retired.revision());
      ExpectName(listing, retired.revision(), "");
    }
    return true;
  }

  void ExpectName(const std::string& listing, uint64_t revision,
                  const std::string& name) {
    grpc::ClientContext context;
    v1::GetListingRequest request;
    request.set_id(listing);
    request.set_min_revision(revision);
    v1::GetListingResponse response;
    const grpc::Status status =
        directory_->GetListing(&context, request, &response);
    EXPECT_EQ(status.error_code(), name.empty() ? grpc::StatusCode::NOT_FOUND
                                                : grpc::StatusCode::OK);
    EXPECT_EQ(response.listing().name(), name);
    ExpectFound(listing, revision, name);
  }

  // What is in the directory is found by its name from its revision on, and
  // not by any words once it has gone.
  void ExpectFound(const std::string& listing, uint64_t revision,
                   const std::string& name) {
    v1::SearchRequest request;
    request.set_words(name.empty() ? last_name_ : name);
    request.set_min_revision(revision);
    request.set_page_size(100);
    grpc::ClientContext context;
    v1::SearchResponse found;
    const grpc::Status status = directory_->Search(&context, request, &found);
    EXPECT_TRUE(status.ok()) << status.error_message();
    CheckFound(found, stage_.truth);
    const auto at = std::find_if(found.results().begin(), found.results().end(),
                                 [&](const v1::SearchResult& result) {
                                   return result.listing().id() == listing;
                                 });
    if (name.empty()) {
      EXPECT_EQ(at, found.results().end()) << "found after it has gone";
      return;
    }
    EXPECT_NE(at, found.results().end()) << name << " is not found";
    if (at != found.results().end()) {
      EXPECT_EQ(at->listing().name(), name);
    }
    last_name_ = name;
    ++stage_.searches;
  }

  Stage& stage_;
  // What was last found.
  std::string last_name_;
  std::unique_ptr<v1::CurationService::Stub> curation_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_;
  int calls_ = 0;
};

// --- A peer recovery specialist ----------------------------------------------

class Specialist {
 public:
  explicit Specialist(Stage& stage)
      : stage_(stage),
        match_(StubOf<v1::MatchService>(stage.address)),
        directory_(StubOf<v1::DirectoryService>(stage.address)) {
    for (const auto& entry :
         std::filesystem::directory_iterator(SourceData("tests/requests"))) {
      v1::MatchRequest request;
      EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(
                      ReadFile(entry.path()), &request)
                      .ok());
      Add(request);
    }
    for (const char* term : {"food", "housing"}) {
      v1::MatchRequest request;
      request.add_needs()->add_terms(term);
      Add(request);
    }
  }

  void Run(uint32_t seed) {
    std::mt19937 random(seed);
    while (!stage_.over) {
      Ask(random() % requests_.size());
      Search(random() % 3);
      if (random() % 4 == 0) TurnPages();
    }
  }

 private:
  static constexpr int kMax = 20;

  void Add(v1::MatchRequest request) {
    // One instant, so that equal revisions have equal answers.
    request.mutable_as_of()->set_seconds(1780315200);
    request.set_max_results(kMax);
    request.clear_min_revision();
    requests_.push_back(request);
  }

  void Ask(size_t number) {
    const v1::MatchRequest& request = requests_[number];
    grpc::ClientContext context;
    v1::MatchResponse answer;
    if (!Answered(match_->Match(&context, request, &answer), "Match")) return;
    ++stage_.answers;
    seen_.Saw(answer.directory_revision());
    CheckAnswer(answer, kMax, stage_.truth);
    stage_.truth.ExpectSameBytes(absl::StrCat("match ", number),
                                 answer.directory_revision(),
                                 FixedBytes(answer));
    if (answer.needs().empty() || answer.needs(0).options().empty()) return;
    Explain(request, answer);
  }

  // An explanation says of an option what the answer said.
  void Explain(const v1::MatchRequest& request,
               const v1::MatchResponse& answer) {
    const v1::Option& option = answer.needs(0).options(0);
    v1::ExplainRequest explain;
    explain.set_listing_id(option.listing().id());
    *explain.mutable_request() = request;
    grpc::ClientContext context;
    v1::ExplainResponse explained;
    const grpc::Status status = match_->Explain(&context, explain, &explained);
    // It may have gone since.
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) return;
    if (!Answered(status, "Explain")) return;
    ++stage_.explanations;
    seen_.Saw(explained.directory_revision());
    stage_.truth.ExpectMayBeNamed(option.listing().id(),
                                  explained.directory_revision());
    if (explained.directory_revision() != answer.directory_revision()) return;
    EXPECT_TRUE(explained.needs(0).candidate());
    EXPECT_EQ(explained.needs(0).option().points(), option.points());
    EXPECT_EQ(explained.needs(0).option().verdict(), option.verdict());
  }

  void Search(int number) {
    v1::SearchRequest request;
    request.mutable_as_of()->set_seconds(1780315200);
    request.set_page_size(50);
    if (number == 1) request.set_words("pantry");
    if (number == 2) request.add_terms("housing");
    grpc::ClientContext context;
    v1::SearchResponse found;
    const grpc::Status status = directory_->Search(&context, request, &found);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ++stage_.searches;
    seen_.Saw(found.directory_revision());
    CheckFound(found, stage_.truth);
    stage_.truth.ExpectSameBytes(absl::StrCat("search ", number),
                                 found.directory_revision(), FixedBytes(found));
    if (!found.results().empty()) ExpectHeld(found, found.results(0).listing());
  }

  // What is found is what the directory holds at that revision.
  void ExpectHeld(const v1::SearchResponse& found,
                  const v1::ListingSummary& listing) {
    v1::GetListingRequest get;
    get.set_id(listing.id());
    grpc::ClientContext context;
    v1::GetListingResponse got;
    const grpc::Status status = directory_->GetListing(&context, get, &got);
    if (status.ok()) {
      seen_.Saw(got.directory_revision());
      if (got.directory_revision() == found.directory_revision()) {
        EXPECT_EQ(got.listing().name(), listing.name());
      }
      return;
    }
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    grpc::ClientContext second;
    v1::GetDirectoryResponse directory;
    EXPECT_TRUE(directory_->GetDirectory(&second, {}, &directory).ok());
    EXPECT_GT(directory.directory_revision(), found.directory_revision())
        << listing.id() << " is found and not there";
  }

  // Pages of one search while the directory changes: nobody stands on two of
  // them, unless under another name, and the order goes on.
  void TurnPages() {
    v1::SearchRequest request;
    request.set_words("pantry");
    request.set_sort(v1::NAME);
    request.set_page_size(7);
    std::set<std::pair<std::string, std::string>> seen;
    while (true) {
      grpc::ClientContext context;
      v1::SearchResponse page;
      const grpc::Status status = directory_->Search(&context, request, &page);
      ASSERT_TRUE(status.ok()) << status.error_message();
      seen_.Saw(page.directory_revision());
      CheckFound(page, stage_.truth);
      for (const v1::SearchResult& result : page.results()) {
        EXPECT_TRUE(
            seen.emplace(result.listing().id(), result.listing().name()).second)
            << "a twin: " << result.listing().name();
      }
      ++stage_.searches;
      if (page.next_page_token().empty() || stage_.over) return;
      request.set_page_token(page.next_page_token());
    }
  }

  Stage& stage_;
  std::unique_ptr<v1::MatchService::Stub> match_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_;
  std::vector<v1::MatchRequest> requests_;
  Monotone seen_;
};

// --- A follower in this process ----------------------------------------------

// Watches without a break and holds each message against the truth.
class Watcher {
 public:
  explicit Watcher(Stage& stage)
      : stage_(stage),
        directory_(StubOf<v1::DirectoryService>(stage.address)),
        thread_([this] { Run(); }) {}

  // Ends the watch and gives the copy.
  const DirectoryCopy& Finish() {
    context_.TryCancel();
    thread_.join();
    return copy_;
  }

 private:
  void Run() {
    auto stream = directory_->WatchChanges(&context_, {});
    std::set<std::string> of_run;
    v1::WatchChangesResponse message;
    while (stream->Read(&message)) {
      ++stage_.changes;
      seen_.Saw(message.revision());
      for (const v1::ListingChange& change : message.listings()) {
        EXPECT_TRUE(of_run.insert(change.id()).second) << "told twice";
      }
      if (message.revision() > copy_.revision() || message.caught_up()) {
        of_run.clear();
      }
      copy_.Apply(message);
      if (!message.caught_up()) continue;
      for (const std::string& id : stage_.truth.GoneAt(message.revision())) {
        EXPECT_FALSE(copy_.listings().contains(id)) << id << " is still there";
      }
    }
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }

  Stage& stage_;
  std::unique_ptr<v1::DirectoryService::Stub> directory_;
  grpc::ClientContext context_;
  DirectoryCopy copy_;
  Monotone seen_;
  std::thread thread_;
};

// --- The end -----------------------------------------------------------------

// What the directory says of itself is what can be counted.
void ExpectCountsHold(const std::string& address) {
  auto directory = StubOf<v1::DirectoryService>(address);
  grpc::ClientContext context;
  v1::GetDirectoryResponse told;
  ASSERT_TRUE(directory->GetDirectory(&context, {}, &told).ok());
  EXPECT_EQ(told.listing_count(),
            static_cast<int64_t>(ListingsOf(address).listings().size()));
  for (const v1::RecordCount& count : told.counts()) {
    v1::ListRecordsRequest list;
    list.set_type(count.type());
    list.set_page_size(500);
    int64_t records = 0;
    do {
      grpc::ClientContext page_context;
      v1::ListRecordsResponse page;
      ASSERT_TRUE(directory->ListRecords(&page_context, list, &page).ok());
      records += page.records_size();
      list.set_page_token(page.next_page_token());
    } while (!list.page_token().empty());
    EXPECT_EQ(records, count.count()) << v1::RecordType_Name(count.type());
  }
}

// The entries of the journal, replayed from the first, make what it holds.
void ExpectReplayMakesTheRecords(const std::filesystem::path& data) {
  auto journal = storage::RocksJournal::Open({.directory = data});
  ASSERT_THAT(journal, IsOk());
  std::map<std::string, std::string> replayed;
  uint64_t entries = 0;
  ASSERT_THAT((*journal)->Tail(
                  storage::kDirectoryStream, 1, 0,
                  [&](const storage::v1::JournalEntry& entry) {
                    EXPECT_EQ(entry.position(), ++entries);
                    for (const auto& mutation : entry.mutations()) {
                      const auto found = replayed.find(mutation.key());
                      EXPECT_EQ(mutation.has_before(), found != replayed.end());
                      if (found != replayed.end()) {
                        EXPECT_EQ(mutation.before() == found->second, true);
                      }
                      if (mutation.has_value()) {
                        replayed[mutation.key()] = mutation.value();
                      } else {
                        replayed.erase(mutation.key());
                      }
                    }
                    return absl::OkStatus();
                  }),
              IsOk());
  std::map<std::string, std::string> held;
  ASSERT_THAT((*journal)->Snapshot()->Scan(
                  storage::kDirectoryStream, {},
                  [&](std::string_view key, std::string_view value, uint64_t) {
                    held.emplace(key, value);
                    return true;
                  }),
              IsOk());
  EXPECT_GT(held.size(), 100u);
  EXPECT_EQ(held == replayed, true)
      << held.size() << " keys held, " << replayed.size() << " replayed";
}

TEST(StoryTest, AgencyCuratorsAndSpecialistsAtOnceLeaveEveryPromiseKept) {
  TempDir folder;
  const std::filesystem::path data = folder.path() / "data";
  Handraild server(data);
  ASSERT_TRUE(server.Start()) << server.log();
  for (const auto& [file, source] :
       std::vector<std::pair<std::string, std::string>>{
           {"centroids.csv", "sample-places"},
           {"services.ndjson", "tamarack-211"}}) {
    const Outcome load =
        server.Handrail({"load", SourceData("clients/sample/" + file).string(),
                         "--source", source});
    ASSERT_EQ(load.exit_code, 0) << load.err;
  }
  Stage stage{.address = server.address()};
  FollowerProcess agency(folder.path() / "agency");
  agency.PointTo(server.address());
  agency.Start();
  Watcher watcher(stage);
  std::vector<std::thread> people;
  for (const uint32_t seed : {1u, 2u}) {
    people.emplace_back([&stage, seed] {
      FeedCurator(stage, absl::StrCat("feed-", seed), seed).Run();
    });
    people.emplace_back([&stage, seed] { Specialist(stage).Run(seed); });
  }
  people.emplace_back([&stage] { DeskCurator(stage).Run(); });

  // The agency's machine fails now and then.
  const absl::Time end = absl::Now() + StoryTime();
  while (absl::Now() < end) {
    absl::SleepFor(std::min(absl::Seconds(3), end - absl::Now()));
    agency.Kill();
    agency.Start();
  }
  stage.over = true;
  for (std::thread& person : people) person.join();

  const DirectoryCopy listings = ListingsOf(server.address());
  EXPECT_EQ(agency.Finish() == listings.Bytes(), true);
  // The watcher needs no longer than a commit to be visible.
  absl::SleepFor(absl::Seconds(1));
  const DirectoryCopy& watched = watcher.Finish();
  EXPECT_TRUE(watched.caught_up());
  EXPECT_EQ(watched.revision(), listings.revision());
  EXPECT_EQ(watched.DifferenceFrom(listings), "");
  for (const std::string& id : stage.truth.GoneAt(listings.revision())) {
    EXPECT_FALSE(listings.listings().contains(id)) << id;
  }
  ExpectCountsHold(server.address());

  const std::string exported = server.Handrail({"export"}).out;
  ASSERT_EQ(server.Stop(), 0);
  ExpectReplayMakesTheRecords(data);
  ASSERT_TRUE(server.Start()) << server.log();
  EXPECT_EQ(server.Handrail({"export"}).out == exported, true);
  EXPECT_EQ(ListingsOf(server.address()).DifferenceFrom(listings), "");
  ExpectCountsHold(server.address());

  std::printf(
      "story: %d loads, %d edits, %d answers, %d searches, %d explanations, %d "
      "messages of changes, %d questions asked twice of one revision, revision "
      "%llu\n",
      stage.loads.load(), stage.edits.load(), stage.answers.load(),
      stage.searches.load(), stage.explanations.load(), stage.changes.load(),
      stage.truth.repeated(),
      static_cast<unsigned long long>(listings.revision()));
  EXPECT_GT(stage.loads, 3);
  EXPECT_GT(stage.answers, 20);
  EXPECT_GT(stage.searches, 20);
  EXPECT_GT(stage.changes, 3);
}

}  // namespace
}  // namespace handrail::testing
