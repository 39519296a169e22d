// Confirming one fact: what it is now, and that somebody checked.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "handrail/v1/annotations.pb.h"
#include "handrail/v1/profile.pb.h"
#include "nlohmann/json.hpp"
#include "server/curation/dates.h"
#include "server/curation/edit.h"
#include "server/curation/fact_target.h"
#include "server/curation/fact_writes.h"
#include "server/curation/field_mask.h"
#include "server/curation/field_path.h"
#include "server/curation/limits.h"
#include "server/curation/record_check.h"
#include "server/limits.h"
#include "server/proto_time.h"

namespace handrail::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using storage::v1::StoredRecord;

// A request that was found to be possible.
struct Confirmation {
  FactName name;
  // Empty: all values of a set, or the one of a choice.
  std::string code;
  v1::Answer answer = v1::ANSWER_UNSPECIFIED;
  std::optional<int32_t> value;
  std::string words;
  v1::Provenance provenance;
};

bool IsKind(const Confirmation& confirmation, const Descriptor* type) {
  return confirmation.name.field != nullptr &&
         confirmation.name.field->message_type() == type;
}

std::string CodesOf(const FieldDescriptor& field) {
  std::string codes;
  for (const std::string& code :
       field.options().GetExtension(v1::fact).codes()) {
    absl::StrAppend(&codes, codes.empty() ? "" : ", ", code);
  }
  return codes.empty() ? "a code of this field" : "one of " + codes;
}

// --- What the request may say ----------------------------------------------

void CheckNoAnswer(const v1::ConfirmFactRequest& request,
                   const std::string& why, std::vector<FieldViolation>& wrong) {
  if (request.answer() != v1::ANSWER_UNSPECIFIED) {
    wrong.push_back({"answer", why});
  }
  if (!request.words().empty()) wrong.push_back({"words", why});
}

void CheckSetOrChoice(const v1::ConfirmFactRequest& request,
                      const Confirmation& confirmation,
                      std::vector<FieldViolation>& wrong) {
  const bool choice = IsKind(confirmation, v1::ChoiceFact::descriptor());
  if (confirmation.code.empty() &&
      confirmation.answer != v1::ANSWER_UNSPECIFIED) {
    wrong.push_back({"code", "must say which value is meant: " +
                                 CodesOf(*confirmation.name.field)});
  }
  const auto& codes =
      confirmation.name.field->options().GetExtension(v1::fact).codes();
  if (!confirmation.code.empty() && !codes.empty() &&
      std::find(codes.begin(), codes.end(), confirmation.code) == codes.end()) {
    wrong.push_back({"code", "must be " + CodesOf(*confirmation.name.field)});
  }
  if (choice && confirmation.answer == v1::NO) {
    wrong.push_back({"answer",
                     "must be YES or CONDITIONAL with the code that is true: a "
                     "field with one value says NO to the others by itself"});
  }
  if (request.has_value()) {
    wrong.push_back({"value", "must be left out: this field is no number"});
  }
}

void CheckNumber(const v1::ConfirmFactRequest& request,
                 const Confirmation& confirmation,
                 std::vector<FieldViolation>& wrong) {
  const bool stated =
      confirmation.answer == v1::YES || confirmation.answer == v1::CONDITIONAL;
  if (stated && !request.has_value()) {
    const std::string& unit =
        confirmation.name.field->options().GetExtension(v1::fact).unit();
    wrong.push_back({"value", "must be the number, in " + unit});
  }
  if (!stated && request.has_value()) {
    wrong.push_back({"answer", "must be YES or CONDITIONAL with a new value"});
  }
}

void CheckKind(const v1::ConfirmFactRequest& request,
               const Confirmation& confirmation,
               std::vector<FieldViolation>& wrong) {
  const auto is = [&](const Descriptor* type) {
    return IsKind(confirmation, type);
  };
  const bool coded =
      is(v1::SetFact::descriptor()) || is(v1::ChoiceFact::descriptor());
  if (coded) return CheckSetOrChoice(request, confirmation, wrong);
  if (!confirmation.code.empty()) {
    wrong.push_back({"code",
                     "must be left out: this field has no values to "
                     "choose from"});
  }
  if (is(v1::NumberFact::descriptor())) {
    return CheckNumber(request, confirmation, wrong);
  }
  if (request.has_value()) {
    wrong.push_back({"value", "must be left out: this field is no number"});
  }
  if (!confirmation.name.dated.empty()) {
    CheckNoAnswer(request,
                  "must be left out: change what is recorded with an update, "
                  "then it is confirmed by that",
                  wrong);
  } else if (!is(v1::Fact::descriptor())) {
    // Texts, documents and counts.
    CheckNoAnswer(request,
                  "must be left out: this field is no answer; change it with "
                  "an update",
                  wrong);
  }
}

absl::StatusOr<Confirmation> ReadRequest(
    const RequestContext& context, const v1::ConfirmFactRequest& request) {
  std::vector<FieldViolation> wrong;
  CheckRequestId(request.request_id(), request.validate_only(), wrong);
  if (request.target_case() == v1::ConfirmFactRequest::TARGET_NOT_SET) {
    wrong.push_back({"ref", "must name a record, or listing_id a listing"});
  } else if (request.has_ref()) {
    CheckRef("ref", request.ref(), wrong);
    if (wrong.empty() && !HasExtension(request.ref().type())) {
      wrong.push_back({"ref.type",
                       "must be SERVICE, LOCATION, PROGRAM or "
                       "ORGANIZATION: others have no such facts"});
    }
  }
  if (request.method() != v1::CALL && request.method() != v1::VISIT &&
      request.method() != v1::PROVIDER) {
    wrong.push_back({"method", "must be CALL, VISIT or PROVIDER"});
  }
  if (!v1::Answer_IsValid(request.answer())) {
    wrong.push_back({"answer", "must be YES, NO or CONDITIONAL"});
  }
  Confirmation confirmation{.answer = request.answer()};
  confirmation.words =
      CheckWords("words", request.words(), kNoteCharactersMax, wrong);
  if (request.answer() == v1::CONDITIONAL && confirmation.words.empty()) {
    wrong.push_back({"words", "must say on what it depends"});
  }
  const absl::Time at = CheckPast("verified_at", request.has_verified_at(),
                                  request.verified_at(), context.now(), wrong);
  absl::StatusOr<FactName> name = FactName::Parse(request.field());
  if (!name.ok()) {
    wrong.push_back({"field", MessageOf(name.status())});
    return InvalidFields(wrong);
  }
  confirmation.name = *std::move(name);
  if (!confirmation.name.code.empty() && !request.code().empty() &&
      confirmation.name.code != request.code()) {
    wrong.push_back({"code", "must be the one that field names"});
  }
  confirmation.code =
      request.code().empty() ? confirmation.name.code : request.code();
  if (request.has_value()) confirmation.value = request.value();
  CheckKind(request, confirmation, wrong);
  if (!wrong.empty()) return InvalidFields(wrong);
  confirmation.provenance.set_source(kCuratedSource);
  confirmation.provenance.set_method(request.method());
  *confirmation.provenance.mutable_verified_at() = ToProto(at);
  return confirmation;
}

// --- What becomes of the record --------------------------------------------

template <typename FactType>
void SetAnswer(const Confirmation& confirmation, FactType& fact) {
  fact.set_answer(confirmation.answer);
  // A remark of before is about what was so before.
  fact.set_words(confirmation.words);
}

// What the fact is now. Nothing where it is as recorded.
void SetFactTo(const Confirmation& confirmation, Message& fact) {
  const Descriptor* type = fact.GetDescriptor();
  if (confirmation.answer == v1::ANSWER_UNSPECIFIED) {
    const FieldDescriptor* words = type->FindFieldByName("words");
    if (words != nullptr && !confirmation.words.empty()) {
      fact.GetReflection()->SetString(&fact, words, confirmation.words);
    }
    return;
  }
  if (type == v1::Fact::descriptor()) {
    SetAnswer(confirmation, static_cast<v1::Fact&>(fact));
  } else if (type == v1::NumberFact::descriptor()) {
    auto& number = static_cast<v1::NumberFact&>(fact);
    SetAnswer(confirmation, number);
    number.set_value(confirmation.value.value_or(0));
  } else if (type == v1::ChoiceFact::descriptor()) {
    auto& choice = static_cast<v1::ChoiceFact&>(fact);
    SetAnswer(confirmation, choice);
    choice.set_code(confirmation.code);
  } else if (type == v1::CodedFact::descriptor()) {
    auto& coded = static_cast<v1::CodedFact&>(fact);
    SetAnswer(confirmation, coded);
    coded.set_code(confirmation.code);
  }
}

// The message of the fact; made where something new is said. Null where there
// is none.
Message* FactIn(const FieldPath& path, const Confirmation& confirmation,
                v1::Record& record) {
  if (Message* there = path.MutableMessage(record)) return there;
  if (confirmation.answer == v1::ANSWER_UNSPECIFIED) return nullptr;
  nlohmann::json empty = nlohmann::json::object();
  if (!path.key().empty()) empty["code"] = path.key();
  if (!path.SetJson(empty.dump(), record).ok()) return nullptr;
  return path.MutableMessage(record);
}

absl::Status NotRecorded(const Confirmation& confirmation) {
  if (!confirmation.name.dated.empty()) {
    return InvalidField("field",
                        "nothing is recorded here that could be "
                        "confirmed: enter it with an update");
  }
  if (!confirmation.code.empty()) {
    return InvalidField("code",
                        "this is not what is recorded: say in answer "
                        "what it is now, YES, NO or CONDITIONAL");
  }
  return InvalidField("field",
                      "nothing is recorded here: say in answer what "
                      "it is, YES, NO or CONDITIONAL");
}

// The path that is confirmed. One value of a set is a path of its own.
FieldPath Narrowed(const FieldPath& path, const Confirmation& confirmation,
                   v1::RecordType type) {
  if (confirmation.code.empty() || !path.key().empty() ||
      !IsKind(confirmation, v1::SetFact::descriptor())) {
    return path;
  }
  auto value = FieldPath::Parse(
      type, absl::StrCat(path.text(), "[", confirmation.code, "]"));
  return value.ok() ? *std::move(value) : path;
}

// `shown` is what anybody sees of the record: what is not in it cannot be
// confirmed as recorded, because nobody was told.
absl::StatusOr<std::vector<FieldPath>> ConfirmIn(
    const Confirmation& confirmation, const FactTarget& target,
    const v1::Record& shown, v1::Record& record) {
  std::vector<FieldPath> paths = PathsOf(confirmation.name, target);
  for (FieldPath& path : paths) {
    path = Narrowed(path, confirmation, target.ref.type());
  }
  const bool recorded =
      std::any_of(paths.begin(), paths.end(),
                  [&](const FieldPath& path) { return path.Says(shown); });
  if (confirmation.answer == v1::ANSWER_UNSPECIFIED && !recorded) {
    return NotRecorded(confirmation);
  }
  for (const FieldPath& path : paths) {
    if (confirmation.name.field != nullptr) {
      if (!path.field().is_repeated()) {
        Message* fact = FactIn(path, confirmation, record);
        if (fact == nullptr) return NotRecorded(confirmation);
        if (IsKind(confirmation, v1::ChoiceFact::descriptor()) &&
            confirmation.answer == v1::ANSWER_UNSPECIFIED &&
            !confirmation.code.empty() &&
            static_cast<v1::ChoiceFact*>(fact)->code() != confirmation.code) {
          return NotRecorded(confirmation);
        }
        SetFactTo(confirmation, *fact);
      }
      StampFactsAt(path, confirmation.provenance, Stamp::kAll, record);
      continue;
    }
    // Facts that share the name's date: open round the clock, an operating
    // state's activation.
    StampFactsAt(path, confirmation.provenance, Stamp::kAll, record);
    SetNameDate(path, confirmation.name.dated, confirmation.provenance, record);
  }
  return paths;
}

absl::StatusOr<FactTarget> TargetOf(const v1::ConfirmFactRequest& request,
                                    const FactName& name,
                                    const matcher::Snapshot& listings,
                                    const storage::DirectoryView& view) {
  if (request.has_ref()) return FactTarget{.ref = request.ref()};
  HANDRAIL_ASSIGN_OR_RETURN(const v1::Listing listing,
                            FindListing(request.listing_id(), listings));
  return FindInListing(name, listing, view);
}

}  // namespace

absl::StatusOr<v1::Listing> FindListing(const std::string& id,
                                        const matcher::Snapshot& listings) {
  const matcher::Row* row =
      id.size() > kIdBytesMax ? nullptr : listings.Find(id);
  if (row != nullptr) return matcher::ListingOf(*row);
  return NotFound(v1::ERROR_REASON_RECORD_NOT_FOUND,
                  "there is no listing with this id",
                  {{"type", "listing"}, {"id", id.substr(0, kIdBytesMax)}});
}

absl::StatusOr<v1::ConfirmFactResponse> ConfirmFact(
    const RequestContext& context, const v1::ConfirmFactRequest& request,
    const matcher::Snapshot& listings, DirectoryWriter& writer) {
  HANDRAIL_ASSIGN_OR_RETURN(const Confirmation confirmation,
                            ReadRequest(context, request));
  Edit edit(writer, context);
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<uint64_t> first,
                            edit.FirstTime(request.request_id()));
  HANDRAIL_ASSIGN_OR_RETURN(
      const FactTarget target,
      TargetOf(request, confirmation.name, listings, edit.view()));
  if (first.has_value()) {
    return AnswerWith<v1::ConfirmFactResponse>(target.ref, edit, *first);
  }
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord before,
                            edit.Read(target.ref, request.etag()));
  HANDRAIL_ASSIGN_OR_RETURN(const StoredRecord shown,
                            edit.view().GetPublic(target.ref));
  v1::Record after = before.record();
  HANDRAIL_ASSIGN_OR_RETURN(
      const std::vector<FieldPath> paths,
      ConfirmIn(confirmation, target, shown.record(), after));
  Checked checked = CheckRecord(
      std::move(after), {.source = before.info().source(), .edited = paths});
  if (!checked.wrong.empty()) return InvalidFields(checked.wrong);
  HANDRAIL_RETURN_IF_ERROR(
      edit.Put(before, std::move(checked.record),
               ConfirmedBy(paths, target.ref.type(), confirmation.provenance)));
  HANDRAIL_ASSIGN_OR_RETURN(
      const uint64_t revision,
      edit.Commit({.action = "confirm",
                   .subject = target.ref.id(),
                   .request_id = request.request_id(),
                   .validate_only = request.validate_only()}));
  HANDRAIL_ASSIGN_OR_RETURN(auto response, AnswerWith<v1::ConfirmFactResponse>(
                                               target.ref, edit, revision));
  for (v1::FieldChange& change : edit.ChangesOf(target.ref)) {
    *response.add_changes() = std::move(change);
  }
  return response;
}

}  // namespace handrail::server
