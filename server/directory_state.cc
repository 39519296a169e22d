#include "server/directory_state.h"

#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/logging/call_log.h"
#include "server/surroundings.h"
#include "storage/base/conveyor.h"
#include "storage/base/status.h"

namespace handrail::server {
namespace {

using storage::DirectoryView;
using storage::v1::StoredRecord;

// The least that a wait can be told to sleep.
constexpr std::chrono::milliseconds kTick(1);
// How long a wait sleeps before it looks whether the caller is still there.
constexpr std::chrono::milliseconds kWaitStep(50);
// Snapshots begin at least so far apart. A commit is to be visible after 100
// ms.
constexpr absl::Duration kBuildInterval = absl::Milliseconds(50);
// How long the builder rests after a failure of the disk before it tries again.
constexpr std::chrono::milliseconds kRetryPause(200);
// Bytes of records that wait for the builder in memory, where they take five
// times as much. What is beyond is read from the store.
constexpr size_t kHandedRecordBytesMax = 16 << 20;

// While a directory is opened: services that go from the thread that reads them
// to the one that makes their rows, and how many such pieces wait.
constexpr size_t kPieceServices = 64;
constexpr size_t kPiecesAhead = 8;

struct MadeService {
  std::string id;
  ServiceListings listings;
};
using MadeServices = Conveyor<std::vector<MadeService>>;

// Projects every service.
absl::Status ReadServices(const DirectoryView& view,
                          const matcher::CentroidTable& centroids,
                          MadeServices& made) {
  AllSurroundings around;
  HANDRAIL_RETURN_IF_ERROR(around.Read(view));
  std::vector<MadeService> piece;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::SERVICE, [&](const StoredRecord& record) {
        piece.push_back(
            {record.info().id(), ListingsAround(record, centroids, around)});
        if (piece.size() == kPieceServices) {
          made.Put(std::exchange(piece, {}));
        }
        return true;
      }));
  made.Put(std::move(piece));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryState>> DirectoryState::Start(
    const storage::DirectoryStore& store) {
  std::unique_ptr<DirectoryState> state(new DirectoryState(store));
  HANDRAIL_RETURN_IF_ERROR(state->BuildFirst());
  state->builder_ = std::thread([raw = state.get()] { raw->Run(); });
  return state;
}

DirectoryState::~DirectoryState() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (builder_.joinable()) builder_.join();
  // Before what NoteMerged needs goes.
  merger_.Join();
}

std::shared_ptr<const matcher::Snapshot> DirectoryState::snapshot() const {
  MutexLock lock(mu_);
  return snapshot_;
}

SnapshotWithDuplicates DirectoryState::with_duplicates() const {
  MutexLock lock(mu_);
  return {.snapshot = snapshot_, .duplicates = duplicates_};
}

BuildTimes DirectoryState::build_times() const {
  MutexLock lock(mu_);
  return build_times_;
}

void DirectoryState::NoteMerged() {
  MutexLock lock(mu_);
  merged_ = true;
  changed_.NotifyAll();
}

void DirectoryState::Publish(Touched touched) {
  MutexLock lock(mu_);
  if (touched.revision >= pending_.revision) {
    pending_.revision = touched.revision;
    pending_.view = std::move(touched.view);
    HandOver(std::move(touched.records));
  }
  pending_.services.merge(touched.services);
  pending_.terms.merge(touched.terms);
  pending_.centroids |= touched.centroids;
  pending_.crisis_resources |= touched.crisis_resources;
  pending_.decisions |= touched.decisions;
  changed_.NotifyAll();
}

// What an earlier commit left of a record must not count once a later one
// changed it: where it is not known which did, all are read from the view.
void DirectoryState::HandOver(std::optional<HandedRecords> records) {
  if (!pending_.records.has_value() || !records.has_value() ||
      pending_.records->bytes + records->bytes > kHandedRecordBytesMax) {
    pending_.records.emplace();
  }
  if (!records.has_value() || records->bytes > kHandedRecordBytesMax) return;
  auto& all = pending_.records->records;
  std::move(records->records.begin(), records->records.end(),
            std::back_inserter(all));
  pending_.records->bytes += records->bytes;
}

absl::Status DirectoryState::WaitFor(uint64_t revision,
                                     const RequestContext& context) const {
  MutexLock lock(mu_);
  if (snapshot_->revision() >= revision) return absl::OkStatus();
  // The builder is to know of the caller.
  ++waiting_;
  changed_.NotifyAll();
  while (snapshot_->revision() < revision) {
    if (context.Expired() || stopping_) {
      --waiting_;
      return Unavailable(
          v1::ERROR_REASON_REVISION_NOT_REACHED,
          "the directory has not reached this revision yet: try again",
          {{"min_revision", std::to_string(revision)},
           {"revision", std::to_string(snapshot_->revision())}});
    }
    changed_.WaitFor(mu_, kWaitStep);
  }
  --waiting_;
  return absl::OkStatus();
}

void DirectoryState::WaitForLater(uint64_t revision,
                                  const RequestContext& context) const {
  MutexLock lock(mu_);
  while (snapshot_->revision() <= revision && !stopping_ &&
         !context.Expired()) {
    changed_.WaitFor(mu_, kWaitStep);
  }
}

void DirectoryState::Rest(absl::Time last_build) {
  while (!stopping_ && waiting_ == 0) {
    const absl::Duration left = last_build + kBuildInterval - absl::Now();
    // A clock that was set back makes no longer rest.
    if (left <= absl::ZeroDuration() || left > kBuildInterval) return;
    changed_.WaitFor(mu_, absl::ToChronoMilliseconds(left) + kTick);
  }
}

void DirectoryState::Run() {
  absl::Time last_build = absl::InfinitePast();
  while (true) {
    Touched touched;
    {
      MutexLock lock(mu_);
      while (!stopping_ && pending_.revision == 0 && !merged_) {
        changed_.Wait(mu_);
      }
      Rest(last_build);
      if (stopping_) return;
      merged_ = false;
      std::swap(touched, pending_);
    }
    build_began_ = absl::Now();
    if (touched.revision == 0) {
      Swap(snapshot()->revision());
      continue;
    }
    last_build = build_began_;
    const absl::Status built = Build(touched);
    if (built.ok()) continue;
    // The old snapshot goes on being served; readers that need this revision
    // wait for it.
    LogProblem("build_failed", built);
    Publish(std::move(touched));
    MutexLock lock(mu_);
    if (!stopping_) changed_.WaitFor(mu_, kRetryPause);
  }
}

absl::Status DirectoryState::BuildFirst() {
  const DirectoryView view = store_.View();
  HANDRAIL_RETURN_IF_ERROR(LoadCentroids(view));
  HANDRAIL_RETURN_IF_ERROR(LoadCrisisResources(view));
  HANDRAIL_RETURN_IF_ERROR(ProjectAll(view));
  HANDRAIL_RETURN_IF_ERROR(clusters_.ReadDecisions(view));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  Swap(revision);
  return absl::OkStatus();
}

absl::Status DirectoryState::Build(Touched& touched) {
  // The view of the newest commit, not the store's: a commit that is not
  // published yet must not show under an older revision.
  const DirectoryView& view = *touched.view;
  if (touched.centroids) HANDRAIL_RETURN_IF_ERROR(LoadCentroids(view));
  if (touched.crisis_resources) {
    HANDRAIL_RETURN_IF_ERROR(LoadCrisisResources(view));
  }
  if (touched.decisions) {
    HANDRAIL_RETURN_IF_ERROR(clusters_.ReadDecisions(view));
  }
  AddServicesToProject(touched);
  PublicRecords in_memory;
  if (touched.records.has_value()) {
    in_memory.reserve(touched.records->records.size());
    for (const auto& [key, record] : touched.records->records) {
      in_memory[{key.first, key.second}] = record.get();
    }
  }
  for (const std::string& id : touched.services) {
    HANDRAIL_RETURN_IF_ERROR(ProjectOne(view, in_memory, id));
  }
  Swap(touched.revision);
  return absl::OkStatus();
}

void DirectoryState::AddServicesToProject(Touched& touched) const {
  touched.services.merge(rows_.ServicesNaming(touched.terms));
  if (touched.centroids) {
    touched.services.insert(rows_.services_asking_centroids().begin(),
                            rows_.services_asking_centroids().end());
  }
}

absl::Status DirectoryState::LoadCentroids(const DirectoryView& view) {
  std::vector<v1::Centroid> centroids;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::CENTROID, [&](const StoredRecord& record) {
        centroids.push_back(record.record().centroid());
        return true;
      }));
  centroids_ = std::make_shared<matcher::CentroidTable>(centroids);
  return absl::OkStatus();
}

absl::Status DirectoryState::LoadCrisisResources(const DirectoryView& view) {
  std::vector<v1::CrisisResource> resources;
  HANDRAIL_RETURN_IF_ERROR(
      view.ForEachPublic(v1::CRISIS_RESOURCE, [&](const StoredRecord& record) {
        resources.push_back(record.record().crisis_resource());
        return true;
      }));
  crisis_resources_ = std::move(resources);
  return absl::OkStatus();
}

absl::Status DirectoryState::ProjectAll(const DirectoryView& view) {
  MadeServices made(kPiecesAhead);
  absl::Status read;
  std::thread reader([&] {
    read = ReadServices(view, *centroids_, made);
    made.End();
  });
  while (auto piece = made.Take()) {
    for (MadeService& service : *piece) {
      clusters_.Remember(service.id, service.listings);
      rows_.Set(service.id, std::move(service.listings));
    }
  }
  reader.join();
  return read;
}

absl::Status DirectoryState::ProjectOne(const DirectoryView& view,
                                        const PublicRecords& in_memory,
                                        const std::string& service_id) {
  ReadSurroundings around(view, in_memory);
  const StoredRecord* record = around.Find(v1::SERVICE, service_id);
  HANDRAIL_RETURN_IF_ERROR(around.status());
  if (record == nullptr) {
    rows_.Erase(service_id);
    return absl::OkStatus();
  }
  ServiceListings made = ListingsAround(*record, *centroids_, around);
  HANDRAIL_RETURN_IF_ERROR(around.status());
  clusters_.Remember(service_id, made);
  rows_.Set(service_id, std::move(made));
  return absl::OkStatus();
}

void DirectoryState::Swap(uint64_t revision) {
  const RowEdits edits = rows_.TakeEdits();
  set_ = set_.Edited(edits);
  merger_.Step(set_);
  clusters_.Take(edits);
  std::shared_ptr<const DuplicateTable> duplicates = clusters_.Update();
  std::shared_ptr<const matcher::Snapshot> next = matcher::Snapshot::Create(
      {.revision = revision,
       .row_set = set_,
       .centroids = centroids_->empty() ? nullptr : centroids_,
       .crisis_resources = crisis_resources_,
       .clusters = duplicates->cluster_of});
  {
    MutexLock lock(mu_);
    if (snapshot_ != nullptr) old_.push_back(std::move(snapshot_));
    snapshot_ = std::move(next);
    duplicates_ = std::move(duplicates);
    build_times_.last_at = absl::Now();
    build_times_.last_took = build_times_.last_at - build_began_;
    ++build_times_.count;
    changed_.NotifyAll();
  }
  std::erase_if(old_, [](const auto& old) { return old.use_count() == 1; });
}

}  // namespace handrail::server
