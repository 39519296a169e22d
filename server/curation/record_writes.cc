#include "server/curation/record_writes.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/curation/dates.h"
#include "server/curation/edit.h"
#include "server/curation/field_mask.h"
#include "server/curation/field_path.h"
#include "server/curation/limits.h"
#include "server/curation/record_check.h"
#include "storage/base/hash.h"
#include "storage/normalise/uuid.h"

namespace handrail::server {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using storage::v1::StoredRecord;

// Name space of the ids of records made here. A random UUID, drawn once;
// reaches the disk.
constexpr char kCuratedNamespace[] = "5b0e6f0d-7a41-4c0f-a3c6-0d1d2b8e94c7";

std::string MadeId(const std::string& request_id, const std::string& what) {
  return UuidV5(kCuratedNamespace, request_id + "/" + what);
}

// --- What all writes share -------------------------------------------------

// What a request says of the write itself, and which record it is about where
// it names one.
template <typename Request>
Edit::Words WordsOf(std::string action, const Request& request,
                    std::vector<FieldViolation>& wrong) {
  Edit::Words words{.action = std::move(action),
                    .request_id = request.request_id()};
  if constexpr (requires { request.validate_only(); }) {
    words.validate_only = request.validate_only();
  }
  CheckRequestId(words.request_id, words.validate_only, wrong);
  words.note = CheckWords("note", request.note(), kNoteCharactersMax, wrong);
  if constexpr (requires { request.ref(); }) {
    words.subject = request.ref().id();
    CheckRef("ref", request.ref(), wrong);
  }
  return words;
}

template <typename Response>
void AddNotices(std::vector<v1::Finding> notices, Response& response) {
  for (v1::Finding& notice : notices) {
    *response.add_findings() = std::move(notice);
  }
}

// --- New records ------------------------------------------------------------

// Gives the record and its places ids where they have none.
void FillIds(const v1::CreateRecordRequest& request, v1::Record& record,
             std::vector<FieldViolation>& wrong) {
  Message& content = *MutableContentOf(record);
  const FieldDescriptor* field = content.GetDescriptor()->FindFieldByName("id");
  // A centroid is known by its code, a crisis resource by a word.
  if (field == nullptr) return;
  const std::string id = content.GetReflection()->GetString(content, field);
  if (id.empty()) {
    content.GetReflection()->SetString(&content, field,
                                       MadeId(request.request_id(), "record"));
  } else if (!IsUuid(id) && !record.has_crisis_resource()) {
    wrong.push_back(
        {absl::StrCat("record.",
                      std::string(storage::KindName(KeyOf(record).first)),
                      ".id"),
         "must be a UUID, or empty: then one is made"});
  }
}

void FillPlaceIds(const std::string& request_id, v1::Record& record,
                  std::vector<FieldViolation>& wrong) {
  if (!record.has_service()) return;
  v1::Service& service = *record.mutable_service();
  for (int i = 0; i < service.service_at_locations_size(); ++i) {
    v1::ServiceAtLocation& at = *service.mutable_service_at_locations(i);
    if (at.id().empty()) {
      at.set_id(MadeId(request_id, absl::StrCat("place/", i)));
    } else if (!IsUuid(at.id())) {
      wrong.push_back(
          {absl::StrCat("record.service.service_at_locations[", i, "].id"),
           "must be a UUID, or empty: then one is made"});
    }
  }
}

// A person who enters a record says it as of now, unless they say otherwise.
void FillDate(absl::Time now, v1::Record& record) {
  const FieldDescriptor* field =
      ContentOf(record)->GetDescriptor()->FindFieldByName("x_handrail");
  if (field == nullptr) return;
  Message& content = *MutableContentOf(record);
  auto& ext = *static_cast<v1::RecordExtension*>(
      content.GetReflection()->MutableMessage(&content, field));
  if (ext.has_provenance()) return;
  ext.mutable_provenance()->set_source(kCuratedSource);
  // A service's assured_date says more, and is read where nothing else is said.
  if (record.service().assured_date().empty()) {
    *ext.mutable_provenance() = EditedAt(now);
  }
}

// The places of a service belong to no other.
void CheckPlaces(const v1::Record& record, const v1::Record* before,
                 const DirectoryWriter& writer,
                 std::vector<FieldViolation>& wrong) {
  std::set<std::string> own;
  if (before != nullptr) {
    for (const auto& at : before->service().service_at_locations()) {
      own.insert(at.id());
    }
  }
  const v1::Service& service = record.service();
  for (int i = 0; i < service.service_at_locations_size(); ++i) {
    const std::string& id = service.service_at_locations(i).id();
    if (own.contains(id) || !writer.ListingOwner(id).has_value()) continue;
    wrong.push_back(
        {absl::StrCat("record.service.service_at_locations[", i, "].id"),
         "another service has a place with this id: leave it empty, and one "
         "is made"});
  }
}

absl::Status AlreadyThere(const RecordKey& key) {
  return Error(absl::StatusCode::kAlreadyExists, v1::ERROR_REASON_RECORD_EXISTS,
               "there is a record with this id: update it, or leave the id "
               "empty",
               {{"type", v1::RecordType_Name(key.first)}, {"id", key.second}});
}

absl::StatusOr<v1::CreateRecordResponse> CreatedBefore(
    const Edit& edit, const v1::CreateRecordRequest& request,
    uint64_t revision) {
  v1::Record record = request.record();
  std::vector<FieldViolation> unused;
  FillIds(request, record, unused);
  return AnswerWith<v1::CreateRecordResponse>(RefOf(KeyOf(record)), edit,
                                              revision);
}

// What was newly said, once everything is in its normal form: fields that are
// masked and set to what they were count as well.
struct Change {
  v1::Record record;
  std::vector<FieldPath> leaves;
  std::vector<v1::Finding> notices;
};

absl::StatusOr<Change> MaskedEdit(const RequestContext& context,
                                  const v1::UpdateRecordRequest& request,
                                  const std::vector<FieldPath>& mask,
                                  const StoredRecord& before, Edit& edit,
                                  const DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  v1::Record after = before.record();
  ApplyMask(mask, request.record(), after, wrong);
  FillPlaceIds(request.request_id(), after, wrong);
  if (!wrong.empty()) return InvalidFields(wrong);
  Change edited;
  edited.leaves = EditedLeaves(mask, before.record(), after);
  HANDRAIL_RETURN_IF_ERROR(DateEdits(edited.leaves, before.record(),
                                     context.now(), edit.staging(), after));
  Checked checked = CheckRecord(
      std::move(after), {.source = before.info().source(), .edited = mask});
  if (!checked.wrong.empty()) return InvalidFields(checked.wrong);
  CheckPlaces(checked.record, &before.record(), writer, wrong);
  HANDRAIL_RETURN_IF_ERROR(
      CheckReferences(checked.record, &before.record(), edit.staging(), wrong));
  if (!wrong.empty()) return InvalidFields(wrong);
  edited.record = std::move(checked.record);
  edited.notices = std::move(checked.notices);
  return edited;
}

}  // namespace

absl::StatusOr<v1::CreateRecordResponse> CreateRecord(
    const RequestContext& context, const v1::CreateRecordRequest& request,
    DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  Edit::Words words = WordsOf("create", request, wrong);
  if (ContentOf(request.record()) == nullptr) {
    wrong.push_back({"record", "must be a service, an organization, …"});
    return InvalidFields(wrong);
  }
  v1::Record record = request.record();
  FillIds(request, record, wrong);
  FillPlaceIds(request.request_id(), record, wrong);
  if (!wrong.empty()) return InvalidFields(wrong);
  FillDate(context.now(), record);

  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  if (first.has_value()) return CreatedBefore(edit, request, *first);
  Checked checked = CheckRecord(std::move(record), {.source = kCuratedSource});
  if (!checked.wrong.empty()) return InvalidFields(checked.wrong);
  const RecordKey key = KeyOf(checked.record);
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord* const there,
                            edit.staging().FindFull(key));
  if (there != nullptr) return AlreadyThere(key);
  CheckPlaces(checked.record, nullptr, writer, wrong);
  HANDRAIL_RETURN_IF_ERROR(
      CheckReferences(checked.record, nullptr, edit.staging(), wrong));
  if (!wrong.empty()) return InvalidFields(wrong);

  HANDRAIL_RETURN_IF_ERROR(
      edit.staging().Put(kCuratedSource, std::move(checked.record)));
  words.subject = key.second;
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, edit.Commit(words));
  HANDRAIL_ASSIGN_OR_RETURN(auto response, AnswerWith<v1::CreateRecordResponse>(
                                               RefOf(key), edit, revision));
  AddNotices(std::move(checked.notices), response);
  return response;
}

absl::StatusOr<v1::UpdateRecordResponse> UpdateRecord(
    const RequestContext& context, const v1::UpdateRecordRequest& request,
    DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  const Edit::Words words = WordsOf("update", request, wrong);
  std::vector<FieldPath> mask;
  if (wrong.empty()) {
    mask = ReadMask("update_mask", request.ref().type(), request.update_mask(),
                    wrong);
    // Without any value there is no kind, and all masked fields are cleared.
    if (request.record().kind_case() != v1::Record::KIND_NOT_SET &&
        static_cast<int>(request.record().kind_case()) !=
            static_cast<int>(request.ref().type())) {
      wrong.push_back({"record", "must be of the kind that ref names"});
    }
  }
  if (!wrong.empty()) return InvalidFields(wrong);

  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  if (first.has_value()) {
    return AnswerWith<v1::UpdateRecordResponse>(request.ref(), edit, *first);
  }
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord before,
                            edit.Read(request.ref(), request.etag()));
  HANDRAIL_ASSIGN_OR_RETURN(
      Change edited, MaskedEdit(context, request, mask, before, edit, writer));
  HANDRAIL_RETURN_IF_ERROR(
      edit.Put(before, std::move(edited.record),
               ConfirmedBy(edited.leaves, request.ref().type(),
                           EditedAt(context.now()))));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, edit.Commit(words));
  HANDRAIL_ASSIGN_OR_RETURN(auto response, AnswerWith<v1::UpdateRecordResponse>(
                                               request.ref(), edit, revision));
  AddNotices(std::move(edited.notices), response);
  for (v1::FieldChange& change : edit.ChangesOf(request.ref())) {
    *response.add_changes() = std::move(change);
  }
  return response;
}

absl::StatusOr<v1::RetireRecordResponse> RetireRecord(
    const RequestContext& context, const v1::RetireRecordRequest& request,
    DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  const Edit::Words words = WordsOf("retire", request, wrong);
  if (!wrong.empty()) return InvalidFields(wrong);

  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  if (first.has_value()) return AnswerAt<v1::RetireRecordResponse>(*first);
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord before,
                            edit.Read(request.ref(), request.etag()));
  HANDRAIL_ASSIGN_OR_RETURN(const int64_t references,
                            CountReferences(request.ref(), edit.view()));
  if (references > 0) {
    return FailedPrecondition(
        v1::ERROR_REASON_STILL_REFERRED_TO,
        absl::StrCat("other records refer to it (", references,
                     "): retire or change those first"),
        {{"type", v1::RecordType_Name(request.ref().type())},
         {"id", request.ref().id()},
         {"by", std::to_string(references)}});
  }
  HANDRAIL_RETURN_IF_ERROR(edit.staging().Retire(KeyOf(before.record())));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, edit.Commit(words));
  return AnswerAt<v1::RetireRecordResponse>(revision);
}

absl::StatusOr<v1::SetHoldResponse> SetHold(const RequestContext& context,
                                            const v1::SetHoldRequest& request,
                                            DirectoryWriter& writer) {
  std::vector<FieldViolation> wrong;
  const Edit::Words words = WordsOf("hold", request, wrong);
  if (request.do_not_refer() && words.note.empty()) {
    wrong.push_back({"note", "must say why it is kept from referrals"});
  }
  if (wrong.empty() && !HasExtension(request.ref().type())) {
    wrong.push_back({"ref.type",
                     "must be SERVICE, LOCATION, PROGRAM or "
                     "ORGANIZATION: only those can be held"});
  }
  if (!wrong.empty()) return InvalidFields(wrong);

  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  if (first.has_value()) return AnswerAt<v1::SetHoldResponse>(*first);
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord before,
                            edit.Read(request.ref(), ""));
  HANDRAIL_ASSIGN_OR_RETURN(
      const FieldPath path,
      FieldPath::Parse(request.ref().type(), "ext.do_not_refer"));
  v1::Record after = before.record();
  path.MutableExtension(after)->set_do_not_refer(request.do_not_refer());
  HANDRAIL_RETURN_IF_ERROR(edit.Put(
      before, std::move(after),
      ConfirmedBy({path}, request.ref().type(), EditedAt(context.now()))));
  HANDRAIL_ASSIGN_OR_RETURN(const uint64_t revision, edit.Commit(words));
  return AnswerAt<v1::SetHoldResponse>(revision);
}

}  // namespace handrail::server
