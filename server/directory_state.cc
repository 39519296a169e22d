#include "server/directory_state.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>
#include <utility>

#include "server/logging/call_log.h"
#include "server/projection.h"
#include "server/service_references.h"
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

v1::RecordRef Ref(v1::RecordType type, const std::string& id) {
  v1::RecordRef ref;
  ref.set_type(type);
  ref.set_id(id);
  return ref;
}

// The public records that a service's listings are folded from, found one by
// one or all in memory.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  // Null: there is none.
  virtual const StoredRecord* Find(v1::RecordType type,
                                   const std::string& id) = 0;
  virtual absl::Status status() const { return absl::OkStatus(); }
};

// Reads from the view, each record once.
class ReadSurroundings : public Surroundings {
 public:
  explicit ReadSurroundings(const DirectoryView& view) : view_(view) {}

  const StoredRecord* Find(v1::RecordType type,
                           const std::string& id) override {
    if (id.empty()) return nullptr;
    const auto [found, added] = records_.try_emplace({type, id});
    if (added) {
      auto read = view_.FindPublic(Ref(type, id));
      if (read.ok()) {
        found->second = *std::move(read);
      } else {
        status_ = read.status();
      }
    }
    return found->second.has_value() ? &*found->second : nullptr;
  }

  absl::Status status() const override { return status_; }

 private:
  const DirectoryView& view_;
  std::map<std::pair<v1::RecordType, std::string>, std::optional<StoredRecord>>
      records_;
  absl::Status status_;
};

// All organizations, programs, locations and terms, for the first build.
class AllSurroundings : public Surroundings {
 public:
  absl::Status Read(const DirectoryView& view) {
    for (const v1::RecordType type :
         {v1::ORGANIZATION, v1::PROGRAM, v1::LOCATION, v1::TAXONOMY_TERM}) {
      auto& of_type = records_[type];
      HANDRAIL_RETURN_IF_ERROR(
          view.ForEachPublic(type, [&](const StoredRecord& record) {
            of_type.emplace(record.info().id(), record);
            return true;
          }));
    }
    return absl::OkStatus();
  }

  const StoredRecord* Find(v1::RecordType type,
                           const std::string& id) override {
    const auto& of_type = records_[type];
    const auto found = of_type.find(id);
    return found == of_type.end() ? nullptr : &found->second;
  }

 private:
  std::map<v1::RecordType, std::unordered_map<std::string, StoredRecord>>
      records_;
};

std::vector<v1::Listing> Project(const StoredRecord& record,
                                 const matcher::CentroidTable& centroids,
                                 Surroundings& around) {
  const v1::Service& service = record.record().service();
  ServiceRecords records{.service = &record};
  records.program = around.Find(v1::PROGRAM, service.program_id());
  std::string organization_id = service.organization_id();
  if (organization_id.empty() && records.program != nullptr) {
    organization_id = records.program->record().program().organization_id();
  }
  records.organization = around.Find(v1::ORGANIZATION, organization_id);
  records.location = [&](const std::string& id) {
    return around.Find(v1::LOCATION, id);
  };
  records.term_name = [&](const std::string& id) {
    const StoredRecord* term = around.Find(v1::TAXONOMY_TERM, id);
    return term == nullptr ? std::string()
                           : term->record().taxonomy_term().name();
  };
  return ProjectService(records, centroids);
}

bool UsesCentroids(const v1::Listing& listing) {
  return listing.place().basis() != v1::Place::COORDINATES ||
         listing.place().county().empty();
}

std::vector<std::string> TermIdsIn(const StoredRecord& record,
                                   Surroundings& around) {
  const v1::Service& service = record.record().service();
  const StoredRecord* program = around.Find(v1::PROGRAM, service.program_id());
  return TermIdsOf(service,
                   program == nullptr ? nullptr : &program->record().program());
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
}

std::shared_ptr<const matcher::Snapshot> DirectoryState::snapshot() const {
  MutexLock lock(mu_);
  return snapshot_;
}

void DirectoryState::Publish(Touched touched) {
  MutexLock lock(mu_);
  if (touched.revision >= pending_.revision) {
    pending_.revision = touched.revision;
    pending_.view = std::move(touched.view);
  }
  pending_.services.merge(touched.services);
  pending_.terms.merge(touched.terms);
  pending_.centroids |= touched.centroids;
  pending_.crisis_resources |= touched.crisis_resources;
  changed_.NotifyAll();
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
      while (!stopping_ && pending_.revision == 0) changed_.Wait(mu_);
      Rest(last_build);
      if (stopping_) return;
      std::swap(touched, pending_);
    }
    last_build = absl::Now();
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
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, view.Revision());
  Swap(revision);
  return absl::OkStatus();
}

absl::Status DirectoryState::Build(Touched touched) {
  // The view of the newest commit, not the store's: a commit that is not
  // published yet must not show under an older revision.
  const DirectoryView& view = *touched.view;
  if (touched.centroids) HANDRAIL_RETURN_IF_ERROR(LoadCentroids(view));
  if (touched.crisis_resources) {
    HANDRAIL_RETURN_IF_ERROR(LoadCrisisResources(view));
  }
  AddServicesToProject(touched);
  for (const std::string& id : touched.services) {
    HANDRAIL_RETURN_IF_ERROR(ProjectOne(view, id));
  }
  Swap(touched.revision);
  return absl::OkStatus();
}

void DirectoryState::AddServicesToProject(Touched& touched) const {
  if (!touched.centroids && touched.terms.empty()) return;
  for (const auto& [id, service] : services_) {
    const bool named = std::any_of(
        service.term_ids.begin(), service.term_ids.end(),
        [&](const std::string& term) { return touched.terms.contains(term); });
    if (named || (touched.centroids && service.uses_centroids)) {
      touched.services.insert(id);
    }
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
  AllSurroundings around;
  HANDRAIL_RETURN_IF_ERROR(around.Read(view));
  return view.ForEachPublic(v1::SERVICE, [&](const StoredRecord& record) {
    Remember(record.info().id(), TermIdsIn(record, around),
             Project(record, *centroids_, around));
    return true;
  });
}

absl::Status DirectoryState::ProjectOne(const DirectoryView& view,
                                        const std::string& service_id) {
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<StoredRecord> record,
                            view.FindPublic(Ref(v1::SERVICE, service_id)));
  if (!record.has_value()) {
    Forget(service_id);
    return absl::OkStatus();
  }
  ReadSurroundings around(view);
  std::vector<v1::Listing> listings = Project(*record, *centroids_, around);
  HANDRAIL_RETURN_IF_ERROR(around.status());
  Forget(service_id);
  Remember(service_id, TermIdsIn(*record, around), std::move(listings));
  return absl::OkStatus();
}

void DirectoryState::Forget(const std::string& service_id) {
  const auto found = services_.find(service_id);
  if (found == services_.end()) return;
  for (const std::string& listing_id : found->second.listing_ids) {
    rows_.erase({listing_id, service_id});
  }
  services_.erase(found);
}

void DirectoryState::Remember(const std::string& service_id,
                              std::vector<std::string> term_ids,
                              std::vector<v1::Listing> listings) {
  ServiceRows& service = services_[service_id];
  service.term_ids = std::move(term_ids);
  for (v1::Listing& listing : listings) {
    service.uses_centroids |= UsesCentroids(listing);
    service.listing_ids.push_back(listing.id());
    std::pair<std::string, std::string> key(listing.id(), service_id);
    rows_[std::move(key)] = matcher::MakeRow(std::move(listing));
  }
}

void DirectoryState::Swap(uint64_t revision) {
  std::vector<std::shared_ptr<const matcher::Row>> rows;
  rows.reserve(rows_.size());
  const std::string* last_id = nullptr;
  for (const auto& [key, row] : rows_) {
    if (last_id != nullptr && *last_id == key.first) continue;
    last_id = &key.first;
    rows.push_back(row);
  }
  std::shared_ptr<const matcher::Snapshot> next = matcher::Snapshot::Create(
      {.revision = revision,
       .rows = std::move(rows),
       .centroids = centroids_->empty() ? nullptr : centroids_,
       .crisis_resources = crisis_resources_});
  {
    MutexLock lock(mu_);
    if (snapshot_ != nullptr) old_.push_back(std::move(snapshot_));
    snapshot_ = std::move(next);
    changed_.NotifyAll();
  }
  std::erase_if(old_, [](const auto& old) { return old.use_count() == 1; });
}

}  // namespace handrail::server
