#include "server/curation/due_queue.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "handrail/v1/annotations.pb.h"
#include "matcher/sentences.h"
#include "server/curation/limits.h"
#include "server/handlers/need_terms.h"
#include "server/limits.h"
#include "server/page_token.h"
#include "server/proto_time.h"

namespace handrail::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using matcher::Sentences;

// Days past the end of a fact without a date: more than any other.
constexpr int kUndated = std::numeric_limits<int>::max();

// --- One fact --------------------------------------------------------------

// Whole days past the end of the fact's lifetime; kUndated; nothing where it is
// still good.
std::optional<int> OverdueDays(const v1::Provenance* provenance,
                               v1::FactTtl ttl, absl::Time as_of,
                               const matcher::TtlTable& ttls) {
  if (provenance == nullptr || !provenance->has_verified_at() ||
      !IsTimestamp(provenance->verified_at())) {
    return kUndated;
  }
  const absl::Time verified = FromProto(provenance->verified_at());
  if (verified > as_of) return kUndated;
  absl::Time end = verified + ttls.Of(ttl, provenance->source());
  bool expires = false;
  if (provenance->has_expires_at() && IsTimestamp(provenance->expires_at()) &&
      FromProto(provenance->expires_at()) <= end) {
    end = FromProto(provenance->expires_at());
    expires = true;
  }
  if (expires ? as_of < end : as_of <= end) return std::nullopt;
  return static_cast<int>((as_of - end) / absl::Hours(24));
}

std::string SentenceOf(const v1::Provenance* provenance, absl::Time as_of,
                       int overdue) {
  const Sentences& say = Sentences::English();
  if (overdue == kUndated) return say.Fill("dated.undated");
  const int64_t days =
      (as_of - FromProto(provenance->verified_at())) / absl::Hours(24);
  return say.Fill("dated.stale",
                  {{"ago", matcher::DaysAgo(say, days)}, {"method", ""}});
}

enum class Collect {
  // How overdue the worst is: all that the order of the queue needs.
  kWorst,
  kFacts,
};

// Collects what is due of one listing.
class DueReader {
 public:
  DueReader(absl::Time as_of, const matcher::TtlTable& ttls, Collect collect)
      : as_of_(as_of), ttls_(ttls), collect_(collect) {}

  void Add(const std::string& field, const v1::Provenance* provenance,
           v1::FactTtl ttl) {
    const std::optional<int> overdue =
        OverdueDays(provenance, ttl, as_of_, ttls_);
    if (!overdue.has_value()) return;
    worst_ = std::max(worst_, *overdue);
    if (collect_ == Collect::kWorst) return;
    v1::DueFact fact;
    fact.set_field(field);
    fact.set_overdue_days(*overdue == kUndated ? -1 : *overdue);
    fact.set_sentence(SentenceOf(provenance, as_of_, *overdue));
    facts_.emplace_back(*overdue, std::move(fact));
  }

  // -1 where nothing is due.
  int worst() const { return worst_; }

  std::vector<v1::DueFact> Take() && {
    std::stable_sort(facts_.begin(), facts_.end(),
                     [](const auto& a, const auto& b) {
                       if (a.first != b.first) return a.first > b.first;
                       return a.second.field() < b.second.field();
                     });
    if (facts_.size() > kDueFactsMax) facts_.resize(kDueFactsMax);
    std::vector<v1::DueFact> facts;
    for (auto& [overdue, fact] : facts_) facts.push_back(std::move(fact));
    return facts;
  }

 private:
  const absl::Time as_of_;
  const matcher::TtlTable& ttls_;
  const Collect collect_;
  int worst_ = -1;
  std::vector<std::pair<int, v1::DueFact>> facts_;
};

// --- HSDS fields -----------------------------------------------------------

struct DatedField {
  const char* name;
  v1::FactTtl ttl;
  // Whether the listing says something that this dates.
  bool (*says)(const v1::Listing& listing);
};

constexpr DatedField kDatedFields[] = {
    {"accessibility", v1::TTL_ADDRESS,
     [](const v1::Listing& l) { return l.accessibility_size() > 0; }},
    {"address", v1::TTL_ADDRESS,
     [](const v1::Listing& l) { return l.has_address(); }},
    {"cost", v1::TTL_POLICY,
     [](const v1::Listing& l) {
       return l.cost_options_size() > 0 || !l.fees_description().empty();
     }},
    {"documents", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) { return l.required_documents_size() > 0; }},
    {"eligibility", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) { return !l.eligibility_description().empty(); }},
    {"hours", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) {
       return l.schedules_size() > 0 || l.has_round_the_clock();
     }},
    {"languages", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) { return l.languages_size() > 0; }},
    {"phone", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) { return l.phones_size() > 0; }},
    {"service_area", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) {
       return l.service_areas_size() > 0 || l.coverage_size() > 0;
     }},
    {"status", v1::TTL_ELIGIBILITY,
     [](const v1::Listing& l) {
       return l.operating_state().kind() !=
              v1::OperatingState::KIND_UNSPECIFIED;
     }},
};

void AddFields(const v1::Listing& listing, DueReader& due) {
  for (const DatedField& field : kDatedFields) {
    if (!field.says(listing)) continue;
    const v1::Provenance* provenance = nullptr;
    for (const v1::FieldProvenance& dated : listing.fields()) {
      if (dated.field() == field.name && dated.has_provenance()) {
        provenance = &dated.provenance();
      }
    }
    // A meeting moves sooner than an office does.
    const bool meeting = std::string_view(field.name) == "hours" &&
                         listing.profile().has_support_group();
    due.Add(field.name, provenance, meeting ? v1::TTL_MEETING_TIME : field.ttl);
  }
}

// --- Facts -----------------------------------------------------------------

const v1::Provenance* ProvenanceOf(const Message& fact) {
  const FieldDescriptor* field =
      fact.GetDescriptor()->FindFieldByName("provenance");
  if (!fact.GetReflection()->HasField(fact, field)) return nullptr;
  return static_cast<const v1::Provenance*>(
      &fact.GetReflection()->GetMessage(fact, field));
}

bool IsAnswered(const Message& fact) {
  const FieldDescriptor* field =
      fact.GetDescriptor()->FindFieldByName("answer");
  return field != nullptr && fact.GetReflection()->GetEnumValue(fact, field) !=
                                 v1::ANSWER_UNSPECIFIED;
}

void AddGroup(const Message& group, const std::string& name, DueReader& due) {
  std::vector<const FieldDescriptor*> fields;
  group.GetReflection()->ListFields(group, &fields);
  for (const FieldDescriptor* field : fields) {
    const v1::FactTtl ttl = field->options().GetExtension(v1::fact).ttl();
    if (field->is_repeated() || ttl == v1::FACT_TTL_UNSPECIFIED) continue;
    const Message& fact = group.GetReflection()->GetMessage(group, field);
    const std::string path = absl::StrCat(name, ".", field->name());
    if (field->message_type() != v1::SetFact::descriptor()) {
      if (IsAnswered(fact)) due.Add(path, ProvenanceOf(fact), ttl);
      continue;
    }
    for (const auto& value : static_cast<const v1::SetFact&>(fact).values()) {
      if (!IsAnswered(value)) continue;
      due.Add(absl::StrCat(path, "[", value.code(), "]"), ProvenanceOf(value),
              ttl);
    }
  }
}

void AddFacts(const v1::Listing& listing, DueReader& due) {
  const Message& profile = listing.profile();
  std::vector<const FieldDescriptor*> groups;
  profile.GetReflection()->ListFields(profile, &groups);
  for (const FieldDescriptor* group : groups) {
    AddGroup(profile.GetReflection()->GetMessage(profile, group), group->name(),
             due);
  }
  for (const v1::PlaceCount& count : listing.profile().any().places()) {
    if (!IsAnswered(count.available())) continue;
    due.Add(
        absl::StrCat("any.places[", count.population(), "/", count.unit(), "]"),
        ProvenanceOf(count.available()), v1::TTL_CAPACITY);
  }
}

// --- The queue -------------------------------------------------------------

// What decides a listing's place.
struct Place {
  bool reported = false;
  int overdue = -1;
  std::string id;
};

// Whether `a` comes before `b`.
bool Before(const Place& a, const Place& b) {
  if (a.reported != b.reported) return a.reported;
  if (a.overdue != b.overdue) return a.overdue > b.overdue;
  return a.id < b.id;
}

// Where a page goes on, and the instant of the first page.
struct Resume {
  Place after;
  absl::Time as_of;
  bool first = true;
};

std::string ToText(const Resume& resume) {
  return absl::StrCat(resume.after.reported ? 1 : 0, "/", resume.after.overdue,
                      "/", absl::ToUnixMicros(resume.as_of), "/",
                      resume.after.id);
}

absl::StatusOr<Resume> FromText(const std::string& text) {
  const std::vector<std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 3));
  Resume resume{.first = false};
  int64_t micros = 0;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[1], &resume.after.overdue) ||
      !absl::SimpleAtoi(parts[2], &micros)) {
    return InvalidArgument(v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                           "page_token is not one of this query: begin again "
                           "with an empty page_token",
                           {{"field", "page_token"}});
  }
  resume.after.reported = parts[0] == "1";
  resume.after.id = parts[3];
  resume.as_of = absl::FromUnixMicros(micros);
  return resume;
}

using Reports = std::map<std::string, int>;

absl::StatusOr<Reports> OpenReports(const storage::DirectoryView& view) {
  Reports reports;
  std::string after;
  while (true) {
    HANDRAIL_ASSIGN_OR_RETURN(
        const std::vector<v1::ErrorReport> some,
        view.ListErrorReports(v1::ErrorReport::OPEN, after, kQueueReadAtOnce));
    for (const v1::ErrorReport& report : some) {
      after = report.id();
      ++reports[report.listing_id()];
    }
    if (some.size() < kQueueReadAtOnce) return reports;
  }
}

// "(410) 555-0100" for "+14105550100"; others as they are.
std::string Spoken(const std::string& number) {
  if (number.size() != 12 || number.compare(0, 2, "+1") != 0) return number;
  return absl::StrCat("(", number.substr(2, 3), ") ", number.substr(5, 3), "-",
                      number.substr(8));
}

std::string ChannelOf(const v1::Listing& listing) {
  for (const v1::Phone& phone : listing.phones()) {
    const bool text = phone.type() == "text" || phone.type() == "sms";
    return absl::StrCat(text ? "text " : "voice ", Spoken(phone.number()),
                        phone.extension().empty() ? "" : " extension ",
                        phone.extension());
  }
  if (!listing.email().empty()) return "email " + listing.email();
  if (!listing.url().empty()) return "web " + listing.url();
  return "";
}

// Whom to ask for, where anybody may know.
absl::StatusOr<std::string> ContactOf(const v1::Listing& listing,
                                      const storage::DirectoryView& view) {
  v1::RecordRef ref;
  ref.set_type(v1::SERVICE);
  ref.set_id(listing.service_id());
  HANDRAIL_ASSIGN_OR_RETURN(const auto service, view.FindPublic(ref));
  if (!service.has_value()) return std::string();
  for (const v1::Contact& contact : service->record().service().contacts()) {
    if (contact.name().empty()) continue;
    return contact.title().empty()
               ? contact.name()
               : absl::StrCat(contact.name(), ", ", contact.title());
  }
  return std::string();
}

absl::StatusOr<v1::DueListing> ToDue(const v1::Listing& listing,
                                     std::vector<v1::DueFact> facts,
                                     int reports,
                                     const storage::DirectoryView& view) {
  v1::DueListing due;
  due.set_listing_id(listing.id());
  due.set_name(listing.name());
  due.set_organization_name(listing.organization_name());
  due.set_channel(ChannelOf(listing));
  HANDRAIL_ASSIGN_OR_RETURN(*due.mutable_contact(), ContactOf(listing, view));
  for (v1::DueFact& fact : facts) *due.add_facts() = std::move(fact);
  due.set_open_reports(reports);
  return due;
}

int WorstOf(const v1::Listing& listing, absl::Time as_of,
            const matcher::TtlTable& ttls) {
  DueReader due(as_of, ttls, Collect::kWorst);
  AddFields(listing, due);
  AddFacts(listing, due);
  return due.worst();
}

int ReportsOf(const Reports& reports, const std::string& id) {
  const auto found = reports.find(id);
  return found == reports.end() ? 0 : found->second;
}

}  // namespace

std::vector<v1::DueFact> DueFacts(const v1::Listing& listing, absl::Time as_of,
                                  const matcher::TtlTable& ttls) {
  DueReader due(as_of, ttls, Collect::kFacts);
  AddFields(listing, due);
  AddFacts(listing, due);
  return std::move(due).Take();
}

absl::StatusOr<v1::ListDueResponse> ListDue(
    const RequestContext& context, const v1::ListDueRequest& request,
    const matcher::Snapshot& listings, const matcher::TtlTable& ttls,
    const storage::DirectoryView& view) {
  HANDRAIL_ASSIGN_OR_RETURN(const int32_t size,
                            ReadPageSize(request.page_size()));
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<matcher::TermIndex> term,
                            FindNeedTerm("term", request.term()));
  if (request.source().size() > kSourceNameBytesMax) {
    return InvalidField("source", "must be the name of a source");
  }
  if (request.has_as_of() && !IsTimestamp(request.as_of())) {
    return InvalidField("as_of", "must be a time from year 1 to year 9999");
  }
  const std::string query = absl::StrCat(
      "ListDue ", request.source(), " ", request.term(), " ",
      request.has_as_of() ? absl::StrCat(request.as_of().seconds()) : "now");
  HANDRAIL_ASSIGN_OR_RETURN(
      const PageStart start,
      ReadPageToken(query, listings.revision(), request.page_token()));
  Resume resume{.as_of = request.has_as_of() ? FromProto(request.as_of())
                                             : context.now()};
  if (!start.after.empty()) {
    HANDRAIL_ASSIGN_OR_RETURN(resume, FromText(start.after));
  }
  HANDRAIL_ASSIGN_OR_RETURN(const Reports reports, OpenReports(view));

  std::vector<Place> queue;
  int seen = 0;
  for (const auto& row : listings.rows()) {
    if (++seen % 1024 == 0) HANDRAIL_RETURN_IF_ERROR(context.CheckTime());
    const matcher::HeldListing& held = matcher::HeldOf(*row);
    if (!request.source().empty() && held.source() != request.source()) {
      continue;
    }
    if (term.has_value() && !AnswersNeed(held.terms(), *term)) continue;
    const v1::Listing listing = matcher::ListingOf(*row);
    Place place{.reported = ReportsOf(reports, listing.id()) > 0,
                .overdue = WorstOf(listing, resume.as_of, ttls),
                .id = listing.id()};
    if (!place.reported && place.overdue < 0) continue;
    if (!resume.first && !Before(resume.after, place)) continue;
    queue.push_back(std::move(place));
  }
  const size_t told = std::min(queue.size(), static_cast<size_t>(size));
  std::partial_sort(queue.begin(), queue.begin() + static_cast<int64_t>(told),
                    queue.end(), Before);
  v1::ListDueResponse response;
  response.set_directory_revision(listings.revision());
  for (size_t i = 0; i < told; ++i) {
    const v1::Listing listing = matcher::ListingOf(*listings.Find(queue[i].id));
    HANDRAIL_ASSIGN_OR_RETURN(
        *response.add_listings(),
        ToDue(listing, DueFacts(listing, resume.as_of, ttls),
              ReportsOf(reports, listing.id()), view));
  }
  if (told < queue.size()) {
    response.set_next_page_token(MakePageToken(
        query, {ToText({.after = queue[told - 1], .as_of = resume.as_of}),
                start.revision}));
  }
  return response;
}

}  // namespace handrail::server
